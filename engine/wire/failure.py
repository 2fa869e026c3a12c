# SPDX-License-Identifier: Apache-2.0
"""An error of the catalogue as it travels: a short JSON of code and fields in gRPC's status message.

The site says it in its own language from its own catalogue; a text from the other end is never shown.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from engine.errors import CATALOGUE, WardroundError

_FIELDS = 12
_CHARACTERS = 120  # of one field: a status message lives in an 8 KiB header


def detail(error: WardroundError) -> str:
    """The status message for ``error``; long fields are cut."""
    fields = {name: value if isinstance(value, int | float) else str(value)[:_CHARACTERS] for name, value in error.fields.items()}
    return json.dumps({"code": error.code, "fields": fields}, ensure_ascii=True, allow_nan=False)


def parse(text: str | None) -> WardroundError | None:
    """The error that a status message carries; None when it carries none that this program can say."""
    if not text or not text.startswith("{"):
        return None
    try:
        said = json.loads(text)
        code, fields = said["code"], said["fields"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if not isinstance(code, str) or code not in CATALOGUE or not isinstance(fields, Mapping) or len(fields) > _FIELDS:
        return None
    if not all(_fit(name, value) for name, value in fields.items()):
        return None
    try:
        error = WardroundError(code, **fields)
        error.sentence("zh")
    except (KeyError, IndexError, ValueError, TypeError, AttributeError):  # a field that our sentence names is not there
        return None
    return error


def _fit(name: object, value: object) -> bool:
    if not isinstance(name, str) or not name.isidentifier():
        return False
    if isinstance(value, str):
        return len(value) <= _CHARACTERS and value.isprintable()
    return isinstance(value, int | float)
