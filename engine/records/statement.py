# SPDX-License-Identifier: Apache-2.0
"""Whether a text is one query that only reads: told by its words, and refused in doubt.

The database is asked for a read-only transaction besides; this is the second lock, for those that have none. What cannot be cut
into words in the same way by every database (backslashes, dollar quotes, comments in comments) is refused, and comments are
taken out, so that what was looked at is what is sent.
"""

from __future__ import annotations

import re

from engine.errors import WardroundError

LONGEST = 100_000
_TOKEN = re.compile(
    r"""(?P<blank>\s+|--[^\n]*(?:\n|$)|/\*(?![!+])(?:(?!/\*|\*/).)*\*/)
    |(?P<text>'(?:[^'\\]|'')*')|(?P<name>"(?:[^"\\]|"")*"|`[^`\\]*`|\[[^\]\\\[]*\])
    |(?P<word>[^\W\d]\w*)|(?P<number>\d[\w.]*)|(?P<sign>[-+*%=<>!|&^~.,()?:;@\#]|/(?!\*))""",
    re.VERBOSE | re.DOTALL,
)
_WRITES = frozenset(
    word
    for line in (
        "insert update delete merge upsert into drop alter create truncate rename grant revoke deny call exec execute do copy attach",
        "detach pragma load unload set reset lock unlock vacuum analyze reindex cluster refresh begin commit rollback savepoint",
        "handler import export outfile dumpfile kill shutdown backup restore bulk openrowset opendatasource openquery dblink",
        "load_file load_extension writefile readfile lo_import lo_export pg_read_file pg_ls_dir pg_terminate_backend pg_sleep sleep",
        "xp_cmdshell utl_file utl_http nextval setval waitfor",
    )
    for word in line.split()
)


def only_reads(text: str, file: str) -> str:
    """The query without comments and without a semicolon at its end.

    Raises:
        WardroundError: E-TABLE-11 for anything but one SELECT, or WITH … SELECT.
    """
    if len(text) > LONGEST:
        raise WardroundError("E-TABLE-11", file=file, word="…")
    kept: list[str] = []
    words: list[str] = []
    position = 0
    ended = False
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            raise WardroundError("E-TABLE-11", file=file, word=text[position])
        position = found.end()
        if found.lastgroup == "blank":
            kept.append(" ")
            continue
        if ended:
            raise WardroundError("E-TABLE-11", file=file, word=";")
        if found.group() == ";":
            ended = True
            continue
        kept.append(found.group())
        if found.lastgroup == "word":
            words.append(found.group().lower())
    if not words or words[0] not in ("select", "with") or "select" not in words:
        raise WardroundError("E-TABLE-11", file=file, word=words[0] if words else "")
    if bad := next((word for word in words if word in _WRITES), ""):
        raise WardroundError("E-TABLE-11", file=file, word=bad)
    return "".join(kept).strip()
