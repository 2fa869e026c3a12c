# SPDX-License-Identifier: Apache-2.0
"""Whether a home folder is its user's alone: nobody else may write into it, and nothing in it leads elsewhere.

Looked at before anything in it is opened. In a folder that only its owner may write, nobody can plant a link after the look.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from engine.errors import WardroundError

_ROOT = 0


def require_own(home: Path, *, closed: bool = True) -> None:
    """Refuses a folder that others could have prepared; one that does not exist yet is fine.

    Args:
        home: the folder; it may itself be reached through a link.
        closed: whether it must be closed to others' writing by now. A new home is closed when it is made.

    Raises:
        WardroundError: E-HOME-01 a link in it, E-HOME-02 it or something in it is another user's, E-HOME-03 others may write in it.
    """
    try:
        found = home.stat()
    except FileNotFoundError:
        return
    except OSError as error:
        raise WardroundError("E-FILE-01", path=home, reason=error.strerror or type(error).__name__) from error
    if sys.platform != "win32":
        if found.st_uid != os.geteuid():
            raise WardroundError("E-HOME-02", path=home, owner=_name(found.st_uid), user=_name(os.geteuid()))
        if closed:
            _require_closed(home, found)
    for entry in _entries(home):
        if entry.is_symlink():
            raise WardroundError("E-HOME-01", path=entry.path)
        if sys.platform != "win32":
            try:
                inner = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue  # a program that is working here has just deleted it
            if inner.st_uid not in (os.geteuid(), _ROOT):
                raise WardroundError("E-HOME-02", path=entry.path, owner=_name(inner.st_uid), user=_name(os.geteuid()))
            if closed and stat.S_ISDIR(inner.st_mode) and found.st_mode & 0o011:  # else nobody gets as far as this folder
                _require_closed(Path(entry.path), inner)


def _require_closed(folder: Path, found: os.stat_result) -> None:
    if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise WardroundError("E-HOME-03", path=folder)


def _entries(folder: Path | str) -> Iterator[os.DirEntry[str]]:
    """Everything below a folder, links not followed."""
    try:
        with os.scandir(folder) as listed:
            found = list(listed)
    except FileNotFoundError:
        return
    except OSError as error:
        raise WardroundError("E-FILE-01", path=folder, reason=error.strerror or type(error).__name__) from error
    for entry in found:
        yield entry
        if entry.is_dir(follow_symlinks=False):
            yield from _entries(entry.path)


def _name(user: int) -> str:
    """A user's name, or the number of one that has none."""
    if sys.platform == "win32":
        return str(user)
    import pwd

    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)
