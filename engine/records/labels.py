# SPDX-License-Identifier: Apache-2.0
"""What a folder of files says beside them: a table that names each file, and the folders that the files lie in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pyarrow as pa

from engine.errors import WardroundError
from engine.records import memory
from engine.records.loader import Finding, LoaderOption, ReadOptions
from engine.records.tabular import DelimitedLoader
from engine.text import translate
from engine.values import Token

AUTO, NONE = "auto", "none"
OPTION = LoaderOption(
    "labels",
    "text",
    lambda to: translate("The table in the folder that names the files: auto finds it, none leaves it out, or its name", to),
    AUTO,
)
_TABLES = (".csv", ".tsv")
_SPLITS = frozenset(("train", "training", "val", "valid", "validation", "dev", "test", "testing"))
_NAMED = 5


@dataclass(frozen=True)
class Labels:
    """Columns beside the files: name → type, and file → values in that order (None where nothing is said)."""

    columns: tuple[tuple[str, type], ...]
    of: Mapping[str, tuple[object, ...]]
    findings: tuple[Finding, ...] = ()
    file: Path | None = None

    def values(self, name: str) -> tuple[object, ...]:
        """What is said of a file."""
        return self.of.get(name) or (None,) * len(self.columns)


def folders_of(names: Sequence[str]) -> Labels:
    """The folder of each file as a column, where there are several; and the part of the split, where the first folder is one."""
    paths = {name: PurePosixPath(name) for name in names}
    columns: list[tuple[str, type]] = []
    values: dict[str, list[object]] = {name: [] for name in names}
    if all(len(path.parts) > 1 and path.parts[0].lower() in _SPLITS for path in paths.values()) and names:
        columns.append(("split", str))
        for name, path in paths.items():
            values[name].append(path.parts[0].lower())
    if len({path.parent.name for path in paths.values()}) > 1:
        columns.append(("folder", str))
        for name, path in paths.items():
            values[name].append(path.parent.name or None)
    return Labels(tuple(columns), {name: tuple(said) for name, said in values.items()})


def table_of(root: Path, said: str, names: Sequence[str], token: Token) -> Labels:
    """The table beside the files, joined to them by the column that names most of them.

    Args:
        root: the folder; a single file has no table.
        said: what a person said: ``auto``, ``none``, or the name of a file in the folder.
        names: of the files, below the root.

    Raises:
        WardroundError: E-IMAGE-08 no column names the files · E-IMAGE-09 a file is named twice · E-FILE-01, E-DATA-… the table itself.
    """
    if said == NONE or not root.is_dir():
        return Labels((), {})
    if said in ("", AUTO):
        found = [path for path in sorted(root.iterdir()) if path.suffix.lower() in _TABLES and path.is_file() and not path.is_symlink()]
        if len(found) != 1:
            return Labels((), {}, (Finding("warning", "several-label-tables", fields={"count": len(found)}),) if found else ())
        file = found[0]
    else:
        file = root / PurePosixPath(said).name  # never a way out of the folder
    table = memory.load(DelimitedLoader().survey(file, ReadOptions(), token), token).table
    return _joined(table, file, names, strict=said not in ("", AUTO))


def _joined(table: pa.Table, file: Path, names: Sequence[str], *, strict: bool) -> Labels:
    keys = _keys(names)
    texts = {column: [_text(value) for value in table[column].to_pylist()] for column in table.column_names}
    hits = {column: sum(text in keys for text in values) for column, values in texts.items()}
    best = max(hits, key=lambda column: hits[column])
    if 2 * hits[best] < min(len(names), table.num_rows) or not hits[best]:
        if strict:
            raise WardroundError("E-IMAGE-08", file=file.name, found=hits[best], count=len(names))
        return Labels((), {}, (Finding("warning", "labels-do-not-match", fields={"count": hits[best], "expected": len(names)}),))
    rows: dict[str, int] = {}
    twice = []
    for row, text in enumerate(texts[best]):
        name = keys.get(text)
        if name is None:
            continue
        if name in rows:
            twice.append(row)
        rows[name] = row
    if twice:
        named = ", ".join(str(row + 2) for row in twice[:_NAMED])
        raise WardroundError("E-IMAGE-09", file=file.name, column=best, count=len(twice), rows=named)
    others = [column for column in table.column_names if column != best]
    columns = tuple((column, float if pa.types.is_floating(table.schema.field(column).type) else str) for column in others)
    lists = [table[column].to_pylist() for column in others]
    of = {name: tuple(values[row] for values in lists) for name, row in rows.items()}
    found = (
        Finding("warning", "files-without-label", fields={"count": len(names) - len(rows)}),
        Finding("info", "labels-without-file", fields={"count": table.num_rows - hits[best]}),
    )
    return Labels(columns, of, tuple(finding for finding in found if finding.fields["count"]), file)


def _keys(names: Sequence[str]) -> dict[str, str]:
    """Every way to write a file's name that means one file only → its name."""
    ways: dict[str, str | None] = {}
    for name in names:
        path = PurePosixPath(name)
        stem = path.name.split(".", 1)[0]
        for way in {name, path.name, str(path.with_suffix("")), path.stem, stem}:
            ways[way.casefold()] = None if way.casefold() in ways else name
    return {way: name for way, name in ways.items() if name is not None}


def _text(value: object) -> str:
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return "" if value is None else str(value).replace("\\", "/").strip().casefold()
