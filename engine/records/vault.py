# SPDX-License-Identifier: Apache-2.0
"""The encrypted store of imported records: one Parquet file a version, its hash and wrapped key in the catalogue.

Nothing unencrypted reaches the disk. A file is written under a temporary name, flushed, renamed, and only then entered in
the catalogue; what a crash leaves behind has no key and is removed by ``sweep``.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import secrets
import shutil
import threading
import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from engine.clock import Clock, SystemClock
from engine.errors import WardroundError
from engine.records import blocks, cipher, loaders, mends
from engine.records.arrays import Array
from engine.records.blocks import Block
from engine.records.catalogue import members_json, still_true, to_json, version_of
from engine.records.describe import Description
from engine.records.joined import Joined, Member
from engine.records.loader import Part, ReadOptions, Survey
from engine.records.mended import Mended
from engine.records.mends import Mend
from engine.records.overlap import overlapped
from engine.records.sink import Sink
from engine.records.table import MemberOf, Reader, Table, Version
from engine.records.tabular import GuessWrong
from engine.store import datasets
from engine.store.connection import Database
from engine.store.datasets import DatasetRow
from engine.trust.keys import MasterKey, sync_folder
from engine.values import NoToken, Token

GROUP_ROWS = 1 << 16  # rows that are encrypted, and read back, as one
_GROUP_CELLS = 1 << 22
_LEAST_GROUP = 1 << 10
_OPEN_TABLES = 2
_NAME_LENGTH = 120
_PART, _FINAL = ".part", ".parquet"
_MENDING = "mending"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

__all__ = ["Reader", "Table", "Vault", "Version", "regroup"]

T = TypeVar("T")


class Vault:
    """The data sets of one home.

    Args:
        folder: where the files lie, ``<home>/vault``.
        database: the site's store, with ``site_schema.MIGRATIONS``.
        master: the home's master key.
        on_writer: runs a function on the thread that owns ``database``; imports call it from theirs, for milliseconds.
        clock: for the time of import.
    """

    def __init__(
        self,
        folder: Path,
        database: Database,
        master: MasterKey,
        on_writer: Callable[[Callable[[], object]], object] | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._folder = folder
        self._database = database
        self._master = master
        self._on_writer = on_writer
        self._clock = clock or SystemClock()
        self._tables: OrderedDict[tuple[str, int], Table | Mended | Joined] = OrderedDict()
        self._lock = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def import_table(self, path: Path, name: str, options: ReadOptions | None = None, token: Token | None = None) -> Version:
        """Reads a file into the vault: a new data set, or the next version of the one that has this name.

        Raises:
            WardroundError: E-DATA-… the file · E-DATA-28 the name · E-FILE-01 unreadable · E-FILE-02 no space. Nothing is left behind.
            Cancelled: within half a second of the request; nothing is left behind.
        """
        token = token or NoToken()
        token.check()
        if (once := loaders.in_one_pass(path, options)) is not None:
            with suppress(GuessWrong):
                return self.import_survey(once, path.name, name, token)
        surveyed = loaders.survey(path, options, Part(token, 0.0, 0.45))
        return self.import_survey(surveyed, path.name, name, Part(token, 0.45, 1.0))

    def import_survey(self, surveyed: Survey, source_name: str, name: str, token: Token | None = None) -> Version:
        """As ``import_table``, for what is surveyed already."""
        token = token or NoToken()
        name = _name(name)
        before = self._run(lambda: datasets.find(self._database, datasets.id_of(self._database, name) or ""))
        if before and before[1].members:
            raise WardroundError("E-DATA-37", name=name)
        recipe = mends.from_json(before[1].recipe) if before else ()
        key = cipher.new_key()
        description = Description(surveyed.schema, surveyed.units, surveyed.rows)
        temporary = self._folder / f".{secrets.token_hex(16)}{_PART}"
        final = temporary.with_name(temporary.name[1 : -len(_PART)] + _FINAL)

        try:
            size, sha256, rows = self._write(temporary, surveyed, key, description, Part(token, 0.0, 0.9))
            token.check()
            temporary.replace(final)
            sync_folder(self._folder)
            row = DatasetRow(
                dataset="",
                version=0,
                imported=self._clock.now(),
                format=surveyed.format,
                source_name=source_name,
                source_sha256=surveyed.source_sha256,
                rows=rows,
                file_name=final.name,
                file_bytes=size,
                file_sha256=sha256,
                wrapped_key=b"",
                summary=to_json(rows, description.columns(), (*surveyed.findings, *description.findings())),
            )
            # What was mended in the last export is mended in this one, before anybody sees it.
            row = self._under(name, row, key, recipe, Part(token, 0.9, 1.0))

            def enter() -> DatasetRow:
                dataset = datasets.id_of(self._database, name) or secrets.token_hex(8)
                number = datasets.next_version(self._database, dataset)
                entered = replace(row, dataset=dataset, version=number, wrapped_key=cipher.wrap(self._master, key, dataset, number))
                datasets.add(self._database, name, entered)
                return entered

            return version_of(name, self._run(enter))
        except BaseException:
            temporary.unlink(missing_ok=True)
            final.unlink(missing_ok=True)
            raise

    def mend(self, dataset: str, recipe: Sequence[Mend], *, keep: bool, token: Token | None = None) -> Version:
        """The newest version under another recipe; the file stays as it is, and an empty recipe undoes every mend.

        Args:
            dataset: its id.
            recipe: all steps, in order, from the imported file.
            keep: the newest version must stay as it is (a study uses it): the recipe makes the next one, of the same file.
            token: progress and cancelling.

        Raises:
            WardroundError: E-DATA-34 a step that does not fit; as ``open_table``.
        """
        token = token or NoToken()
        name, row = self._find(dataset, None)
        if row.members:
            raise WardroundError("E-DATA-37", name=name)
        key = cipher.unwrap(self._master, row.wrapped_key, dataset, row.version)
        if keep:
            wrapped = cipher.wrap(self._master, key, dataset, row.version + 1)
            row = replace(row, version=row.version + 1, wrapped_key=wrapped)
        for step in recipe:
            mends.check(step)
        made = self._under(name, row, key, tuple(recipe), token)
        with self._lock:
            if (opened := self._tables.pop((dataset, made.version), None)) is not None:
                opened.close()
        self._run(lambda: datasets.add(self._database, name, made) if keep else datasets.set_recipe(self._database, made))
        return version_of(name, made)

    def _under(self, name: str, row: DatasetRow, key: bytes, recipe: tuple[Mend, ...], token: Token) -> DatasetRow:
        """A catalogue row with another recipe and what that makes of the file."""
        if not recipe:
            return replace(row, recipe="[]", mended="")
        row = replace(row, recipe="[]", mended="")
        raw = version_of(name, row)
        with self._mended(self._open(name, row, key), recipe, raw) as table:
            units = {column.name: column.unit for column in raw.columns}
            rows, columns, found = table.describe(units, token)
            findings = (*still_true(raw.findings, table.plan), *found)
        return replace(row, recipe=mends.to_json(recipe), mended=to_json(rows, columns, findings))

    def _mended(self, table: Table, recipe: tuple[Mend, ...], version: Version) -> Mended:
        try:
            return Mended(table, recipe, self._master.derive(_MENDING), version)
        except WardroundError:
            table.close()
            raise

    def datasets(self) -> tuple[Version, ...]:
        """The newest version of each data set, the latest import first."""
        return tuple(version_of(name, row) for name, row in self._run(lambda: datasets.newest(self._database)))

    def version(self, dataset: str, version: int | None = None) -> Version:
        """One version (None: the newest).

        Raises:
            WardroundError: E-VAULT-05 when there is none.
        """
        return version_of(*self._find(dataset, version))

    def join(self, name: str, members: Sequence[tuple[str, str]], token: Token | None = None) -> Version:
        """Joins the newest versions of data sets on the patient id: a new data set, or the next version of the one of that name.

        Args:
            name: what the join is called.
            members: (data set, its column with the patient id), two or more; the first gives the rows.
            token: progress and cancelling.

        Raises:
            WardroundError: E-DATA-35 no such column · E-DATA-36 no patient in common · E-DATA-37 a join of joins, or under the name of an
                imported data set · E-DATA-28 the name; as ``open_table``.
        """
        token = token or NoToken()
        name = _name(name)
        pinned = tuple(MemberOf(dataset, self._find(dataset, None)[1].version, patient) for dataset, patient in members)
        taken = self._run(lambda: datasets.find(self._database, datasets.id_of(self._database, name) or ""))
        if (taken and not taken[1].members) or any(self.version(member.dataset).members for member in pinned):
            raise WardroundError("E-DATA-37", name=name)
        with self._joined(pinned, None, Part(token, 0.0, 0.3)) as table:
            units = {column.name: column.unit for member in pinned for column in self.version(member.dataset, member.version).columns}
            rows, columns, found = table.describe(units, Part(token, 0.3, 1.0))
            presence = table.presence

        def enter() -> tuple[str, DatasetRow]:
            dataset = datasets.id_of(self._database, name) or secrets.token_hex(8)
            row = DatasetRow(
                dataset=dataset,
                version=datasets.next_version(self._database, dataset),
                imported=self._clock.now(),
                format="joined",
                source_name="",
                source_sha256=hashlib.sha256(members_json(pinned).encode()).hexdigest(),
                rows=rows,
                file_name="",
                file_bytes=0,
                file_sha256="",
                wrapped_key=b"",
                summary=to_json(rows, columns, found, presence),
                members=members_json(pinned),
            )
            datasets.add(self._database, name, row)
            return name, row

        return version_of(*self._run(enter))

    def _joined(self, members: Sequence[MemberOf], version: Version | None, token: Token) -> Joined:
        with ExitStack() as stack:
            opened = []
            for member in members:
                table = self.open_table(member.dataset, member.version)
                stack.callback(table.close)
                opened.append(Member(table.version.name if table.version else member.dataset, table, member.patient))
            joined = Joined(opened, version, token)
            stack.pop_all()
        return joined

    def open_table(self, dataset: str, version: int | None = None) -> Table | Mended | Joined:
        """Opens one version (None: the newest) under its recipe, after checking that its file is the one that was written.

        Raises:
            WardroundError: E-VAULT-03 the file is missing · E-VAULT-04 it was changed, cut, or is another one ·
                E-VAULT-05 no such data set · E-VAULT-06 the key does not open it.
        """
        name, row = self._find(dataset, version)
        if row.members:
            found = version_of(name, row)
            return self._joined(found.members, found, NoToken())
        table = self._open(name, row, cipher.unwrap(self._master, row.wrapped_key, row.dataset, row.version))
        recipe = mends.from_json(row.recipe)
        return self._mended(table, recipe, version_of(name, row)) if recipe else table

    def _open(self, name: str, row: DatasetRow, key: bytes) -> Table:
        """The file of a version as it was imported."""
        try:
            file = (self._folder / row.file_name).open("rb", buffering=0)
        except OSError as error:
            raise WardroundError("E-VAULT-03", name=name, version=row.version) from error
        try:
            # The same descriptor is checked and then read: no other file can slip in between.
            if os.fstat(file.fileno()).st_size != row.file_bytes or hashlib.file_digest(file, "sha256").hexdigest() != row.file_sha256:
                raise WardroundError("E-VAULT-04", name=name, version=row.version)
            file.seek(0)
            parquet = pq.ParquetFile(file, decryption_properties=cipher.decryption(key), pre_buffer=False)
        except (OSError, ValueError, pa.ArrowException) as error:
            file.close()
            raise WardroundError("E-VAULT-04", name=name, version=row.version) from error
        except WardroundError:
            file.close()
            raise
        return Table(file, parquet, version_of(name, replace(row, recipe="[]", mended="")))

    def rows(self, dataset: str, start: int, count: int, columns: Sequence[str] | None = None, version: int | None = None) -> pa.Table:
        """Some rows of a data set, for a table on the screen; keeps the last tables open. Raises as ``open_table``."""
        number = self._find(dataset, version)[1].version
        with self._lock:
            return self._kept(dataset, number).window(start, count, columns)

    def array(self, dataset: str, name: str, row: int, version: int | None = None) -> tuple[Array | None, Block]:
        """One array of a block column, for a viewer, and what the column holds. Raises as ``open_table``, KeyError, IndexError."""
        number = self._find(dataset, version)[1].version
        with self._lock:
            table = self._kept(dataset, number)
            return table.array(name, row), table.blocks[name]

    def _kept(self, dataset: str, number: int) -> Table | Mended | Joined:
        """A version among the last that were opened; the caller holds the lock."""
        table = self._tables.get((dataset, number))
        if table is None:
            table = self._tables[dataset, number] = self.open_table(dataset, number)
            if len(self._tables) > _OPEN_TABLES:
                self._tables.popitem(last=False)[1].close()
        self._tables.move_to_end((dataset, number))
        return table

    def delete(self, dataset: str) -> None:
        """Deletes a data set with all its versions: first the keys, which makes the files unreadable, then the files.

        Raises:
            WardroundError: E-VAULT-05 when there is none · E-DATA-38 when a join is made of it.
        """
        name = self._find(dataset, None)[0]
        for join, members in self._run(lambda: datasets.joins(self._database)):
            if any(member["dataset"] == dataset for member in json.loads(members)):
                raise WardroundError("E-DATA-38", name=name, join=join)
        names = self._run(lambda: datasets.files(self._database, dataset))
        with self._lock:
            for key in [key for key in self._tables if key[0] == dataset]:
                self._tables.pop(key).close()
        self._run(lambda: datasets.forget(self._database, dataset))
        for name in names:
            (self._folder / name).unlink(missing_ok=True)
        sync_folder(self._folder)

    def sweep(self) -> int:
        """Removes files that no catalogue row knows (a crash while importing) and says how many. Only for whoever holds the home alone."""
        known = set(self._run(lambda: datasets.files(self._database)))
        strays = [path for path in self._folder.iterdir() if path.suffix in (_PART, _FINAL) and path.name not in known]
        for path in strays:
            path.unlink(missing_ok=True)
        return len(strays)

    def close(self) -> None:
        """Forgets every decrypted row: the vault is locked."""
        with self._lock:
            while self._tables:
                self._tables.popitem()[1].close()

    def _run(self, action: Callable[[], T]) -> T:
        return action() if self._on_writer is None else self._on_writer(action)  # type: ignore[return-value]

    def _find(self, dataset: str, version: int | None) -> tuple[str, DatasetRow]:
        found = self._run(lambda: datasets.find(self._database, dataset, version))
        if found is None:
            raise WardroundError("E-VAULT-05", dataset=dataset)
        return found

    def _write(self, path: Path, surveyed: Survey, key: bytes, description: Description, token: Token) -> tuple[int, str, int]:
        """Streams the rows into an encrypted file; its size, hash and number of rows."""
        schema = surveyed.schema
        group = blocks.group_rows(schema, max(_LEAST_GROUP, min(GROUP_ROWS, _GROUP_CELLS // max(1, len(schema)))))
        texts = [field.name for field in schema if pa.types.is_string(field.type)]
        sink = Sink(path)
        rows = 0
        try:
            writer = pq.ParquetWriter(
                sink,
                schema,
                encryption_properties=cipher.encryption(key),
                compression="zstd",
                use_dictionary=texts or False,
                write_statistics=False,
            )
            try:
                described = _described(overlapped(regroup(surveyed.batches(token), group)), description, token)
                for batch in overlapped(described):
                    writer.write_batch(batch, row_group_size=group)
                    rows += batch.num_rows
            except BaseException:
                sink.abandoned = True  # closing writes a footer, which has nowhere to go now
                raise
            finally:
                writer.close()
            return sink.finish(), sink.sha256, rows
        except OSError as error:
            if error.errno in _FULL:
                free = shutil.disk_usage(self._folder).free
                raise WardroundError("E-FILE-02", path=str(self._folder), need=(sink.size >> 20) + 1, free=free >> 20) from error
            raise WardroundError("E-FILE-01", path=self._folder.name, reason=error.strerror or type(error).__name__) from error
        finally:
            sink.close()


def _described(batches: Iterator[pa.RecordBatch], description: Description, token: Token) -> Iterator[pa.RecordBatch]:
    """The same batches, each counted in the description on its way."""
    for batch in batches:
        description.update(batch, token)
        yield batch


def regroup(batches: Iterator[pa.RecordBatch], rows: int) -> Iterator[pa.RecordBatch]:
    """The same rows in batches of exactly ``rows`` (the last one may be shorter), whatever the loader's chunks were."""
    waiting: list[pa.RecordBatch] = []
    have = 0
    for batch in batches:
        while batch.num_rows:
            taken = batch.slice(0, rows - have)
            waiting.append(taken)
            have += taken.num_rows
            batch = batch.slice(taken.num_rows)
            if have == rows:
                yield _joined(waiting)
                waiting, have = [], 0
    if waiting:
        yield _joined(waiting)


def _joined(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    return batches[0] if len(batches) == 1 else pa.Table.from_batches(batches).combine_chunks().to_batches()[0]


def _name(name: str) -> str:
    """A name as the catalogue keeps it.

    Raises:
        WardroundError: E-DATA-28.
    """
    name = unicodedata.normalize("NFC", " ".join(name.split()))
    if not 0 < len(name) <= _NAME_LENGTH:
        raise WardroundError("E-DATA-28", limit=_NAME_LENGTH)
    return name
