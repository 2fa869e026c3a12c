# SPDX-License-Identifier: Apache-2.0
"""A home that others could have prepared is not opened, and nothing outside it is touched."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.clock import SystemClock
from engine.coordinator import home as homes
from engine.coordinator.federation import Federation
from engine.coordinator.home import Home
from engine.errors import WardroundError
from engine.session import Session
from engine.store.ownership import require_own

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="owners and modes are the POSIX ones")
PASSPHRASE = "correct horse battery staple"


def refusal(work: Callable[[], object]) -> WardroundError:
    with pytest.raises(WardroundError) as caught:
        work()
    return caught.value


def made_coordinator(folder: Path) -> Path:
    homes.init(folder, "Lead Hospital", ["127.0.0.1"], SystemClock())
    return folder


def made_site(folder: Path) -> Path:
    session = Session.open(folder)
    session.create(PASSPHRASE).result(30)
    session.close()
    return folder


MAKERS = {"coordinator": made_coordinator, "site": made_site}
OPENERS: dict[str, Callable[[Path], object]] = {
    "coordinator": lambda home: Federation(Home(home)).close(),
    "site": lambda home: Session.open(home).close(),
}


@pytest.mark.parametrize(
    ("role", "name"),
    [
        *(("coordinator", name) for name in ("coordinator.db", "lead.key", "ca", "ca/authority.key", "tls/server.key", "studies", "spool")),
        *(("coordinator", name) for name in ("coordinator.toml", "serving.lock", "spool/trial", "coordinator.db-journal")),
        *(
            ("site", name)
            for name in ("site.db", "keys.json", "outbox", "vault", "lock", "settings.toml", "site.db-wal", "outbox/a.sealed")
        ),
    ],
)
def test_a_planted_link_is_not_followed(tmp_path: Path, role: str, name: str) -> None:
    home = MAKERS[role](tmp_path / "home")
    outside = tmp_path / "outside"
    planted = home / name
    if planted.exists():
        planted.rename(outside)  # what is found there would even be right
    planted.symlink_to(outside)
    there = [(path, path.read_bytes() if path.is_file() else b"") for path in sorted([outside, *outside.rglob("*")]) if path.exists()]
    assert refusal(lambda: OPENERS[role](home)).code == "E-HOME-01"
    assert [(path, path.read_bytes() if path.is_file() else b"") for path, _ in there] == there
    assert outside.exists() == bool(there), "nothing is made through the link"


@pytest.mark.parametrize("role", ["coordinator", "site"])
@pytest.mark.parametrize("mode", [0o770, 0o702, 0o777])
def test_a_home_that_others_may_write_is_not_opened(tmp_path: Path, role: str, mode: int) -> None:
    home = MAKERS[role](tmp_path / "home")
    OPENERS[role](home)
    home.chmod(mode)
    assert refusal(lambda: OPENERS[role](home)).code == "E-HOME-03"
    home.chmod(0o700)
    OPENERS[role](home)


@pytest.mark.parametrize("role", ["coordinator", "site"])
def test_a_home_of_another_user_is_not_opened(tmp_path: Path, role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    home = MAKERS[role](tmp_path / "home")
    me = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: me + 4711)
    error = refusal(lambda: OPENERS[role](home))
    assert (error.code, error.fields["path"]) == ("E-HOME-02", home)


@pytest.mark.parametrize("role", ["coordinator", "site"])
def test_a_new_home_is_closed_to_others_when_it_is_made(tmp_path: Path, role: str) -> None:
    folder = tmp_path / "home"
    folder.mkdir()
    folder.chmod(0o777)
    MAKERS[role](folder)
    assert folder.stat().st_mode & 0o077 == 0
    OPENERS[role](folder)


def test_a_folder_inside_counts_where_others_can_reach_it(tmp_path: Path) -> None:
    inner = tmp_path / "home" / "outbox"
    inner.mkdir(parents=True)
    inner.chmod(0o777)
    (tmp_path / "home").chmod(0o700)
    require_own(tmp_path / "home")
    (tmp_path / "home").chmod(0o711)
    error = refusal(lambda: require_own(tmp_path / "home"))
    assert (error.code, error.fields["path"]) == ("E-HOME-03", inner)


def test_a_home_may_itself_be_reached_through_a_link(tmp_path: Path) -> None:
    home = made_coordinator(tmp_path / "home")
    (tmp_path / "lead").symlink_to(home)
    OPENERS["coordinator"](tmp_path / "lead")
