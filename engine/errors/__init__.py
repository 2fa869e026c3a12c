# SPDX-License-Identifier: Apache-2.0
"""The error family: a code, what happened, who can mend it and how, in both languages; gRPC status; exit code.

Everything that a person may see is a ``WardroundError`` with a code of the catalogue (one file an area beside this one);
``tests/engine/test_errors.py`` demands that each entry is complete. Only one handler at each door (CLI command, RPC, Job)
turns anything else into ``E-BUG-01``. Exit codes: 1 failure, 2 usage, 3 degraded, 4 stopped, 5 verification failed,
6 not permitted, 7 unreachable, 8 configuration or input invalid, 130 interrupted.
"""

from __future__ import annotations

from engine.errors import (
    command,
    data,
    exclusions,
    fhir,
    genomics,
    homes,
    identifiers,
    images,
    machine,
    molecules,
    net,
    notes,
    privacy,
    rounds,
    sealing,
    signals,
    site,
    study,
    tables,
    training,
    vault,
)
from engine.errors.entry import Entry, Language, Status, Who

__all__ = ["CATALOGUE", "Cancelled", "Entry", "Language", "Status", "WardroundError", "Who"]

_AREAS = (
    machine,
    homes,
    command,
    study,
    data,
    training,
    net,
    rounds,
    sealing,
    site,
    vault,
    genomics,
    molecules,
    images,
    tables,
    fhir,
    privacy,
    signals,
    identifiers,
    notes,
    exclusions,
)
CATALOGUE: dict[str, Entry] = {code: row for area in _AREAS for code, row in area.ENTRIES.items()}


class WardroundError(Exception):
    """An error with a code of the catalogue and the fields that its sentences name.

    Fields hold names, counts and file names, never a record's value.
    """

    def __init__(self, code: str, /, **fields: object) -> None:
        self.code = code
        self.fields = fields
        self.where = ""  # set by a caller who handles several things: which of them it was
        super().__init__(f"{code}: {self.sentence('en')}")

    @property
    def entry(self) -> Entry:
        return CATALOGUE[self.code]

    @property
    def exit_code(self) -> int:
        return self.entry.exit_code

    def what(self, language: Language) -> str:
        """What happened and where."""
        sentence: str = getattr(self.entry, language)[0].format(**self.fields)
        return f"{self.where}: {sentence}" if self.where else sentence

    def mend(self, language: Language) -> str:
        """How to mend it."""
        return getattr(self.entry, language)[1].format(**self.fields)  # type: ignore[no-any-return]

    def sentence(self, language: Language) -> str:
        """Both, as one line."""
        return f"{self.what(language)} {self.mend(language)}"


class Cancelled(Exception):  # noqa: N818 - not an error
    """A job stopped because a person asked for it: not an error, never shown as one."""
