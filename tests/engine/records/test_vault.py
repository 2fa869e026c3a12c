# SPDX-License-Identifier: Apache-2.0
"""The vault gives back what was put in, to its key alone, and nothing else of it is on the disk."""

from __future__ import annotations

import base64
import errno
import random
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pyarrow as pa
import pytest

from engine.errors import Cancelled, WardroundError
from engine.records import sink as sink_module
from engine.records import vault as vault_module
from engine.records.memory import MemoryTable
from engine.records.vault import Vault, regroup
from engine.store.connection import open_database
from engine.store.site_schema import MIGRATIONS
from engine.trust.keys import MasterKey

PLANTED = ("Wangxiaoming7391", "张伟患者记录", "90210.4375")


def records(folder: Path, rows: int = 3000, planted: tuple[str, ...] = PLANTED) -> Path:
    name, note, number = planted
    path = folder / "病人 数据.csv"
    lines = [f"{name}{row},{row % 90},{note},{number}" for row in range(rows)]
    path.write_text("\n".join(["record,age [year],note,lab", *lines]), encoding="utf-8")
    return path


def code_of(action) -> str:
    with pytest.raises(WardroundError) as caught:
        action()
    assert all(caught.value.sentence(language) for language in ("en", "zh"))
    return caught.value.code


def test_what_goes_in_comes_out(home, tmp_path: Path) -> None:
    version = home.vault.import_table(records(tmp_path), "  Booking   visits ")
    assert (version.name, version.version, version.rows) == ("Booking visits", 1, 3000)
    assert (version.source_name, version.format, version.imported) == ("病人 数据.csv", "csv", home.clock.now())
    assert home.vault.datasets() == (version,)
    with home.vault.open_table(version.dataset) as table:
        columns = table.columns(["age [year]", "record"])
        assert columns.column_names == ["age [year]", "record"]
        assert columns["age [year]"].to_pylist() == [float(row % 90) for row in range(3000)]
        assert columns["age [year]"].num_chunks == 1
        assert table.window(2998, 100)["record"].to_pylist() == [f"{PLANTED[0]}2998", f"{PLANTED[0]}2999"]
        assert table.window(5000, 10).num_rows == 0
        assert table.summaries == version.columns
    assert [(column.name, column.kind, column.unit) for column in version.columns] == [
        ("record", "text", ""),
        ("age [year]", "numeric", "year"),
        ("note", "category", ""),
        ("lab", "numeric", ""),
    ]
    assert [(finding.code, finding.column) for finding in version.findings] == [("one-value", "note"), ("one-value", "lab")]


def test_windows_cross_row_groups(home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault_module, "GROUP_ROWS", 100)
    monkeypatch.setattr(vault_module, "_LEAST_GROUP", 1)
    numbers = MemoryTable(pa.table({"n": [float(row) for row in range(1050)], "t": [f"r{row}" for row in range(1050)]}))
    version = home.vault.import_survey(numbers, "memory", "numbers")
    for start, count in ((0, 10), (95, 10), (99, 202), (1045, 50), (1000, 0), (0, 1050)):
        window = home.vault.rows(version.dataset, start, count)
        assert window["n"].to_pylist() == [float(row) for row in range(start, min(1050, start + count))]
    assert home.vault.rows(version.dataset, 7, 2, ["t"]).to_pydict() == {"t": ["r7", "r8"]}


def test_no_planted_value_is_in_any_file(home, tmp_path: Path) -> None:
    source = tmp_path / "outside"
    source.mkdir()
    home.vault.import_table(records(source), "planted")
    for path in home.folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            for value in PLANTED:
                for encoding in ("utf-8", "utf-16-le", "gb18030"):
                    raw = value.encode(encoding)
                    assert raw not in content, f"{value} in {path.name}"
                    assert base64.b64encode(raw)[:-3] not in content
            assert b"note" not in content or path.suffix != ".parquet"


def test_the_search_of_the_last_test_would_find_a_leak(home, tmp_path: Path) -> None:
    shutil.copy(records(tmp_path), home.folder / "leak.csv")
    assert any(PLANTED[1].encode() in path.read_bytes() for path in home.folder.rglob("*") if path.is_file())


def test_another_master_key_opens_nothing(home, tmp_path: Path) -> None:
    version = home.vault.import_table(records(tmp_path), "mine")
    other = Vault(home.folder / "vault", home.database, MasterKey(bytes(32)))
    assert code_of(lambda: other.open_table(version.dataset)) == "E-VAULT-06"
    assert code_of(lambda: open_database(home.folder / "site.db", MasterKey(bytes(32)).derive("store"), MIGRATIONS)) == "E-VAULT-01"


@pytest.mark.parametrize("damage", ["flip", "truncate", "extend", "empty"])
def test_a_damaged_file_is_refused(home, tmp_path: Path, damage: str) -> None:
    version = home.vault.import_table(records(tmp_path), "mine")
    [file] = home.files
    content = bytearray(file.read_bytes())
    place = random.Random(damage).randrange(len(content))
    content[place] ^= 1
    changed = {"flip": content, "truncate": content[: len(content) // 2], "extend": file.read_bytes() + b"\0", "empty": b""}
    file.write_bytes(changed[damage])
    assert code_of(lambda: home.vault.open_table(version.dataset)) == "E-VAULT-04"
    file.unlink()
    assert code_of(lambda: home.vault.open_table(version.dataset)) == "E-VAULT-03"


def test_encryption_itself_notices_a_flipped_bit(home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the hash out of the way: AES-GCM refuses on its own."""
    version = home.vault.import_table(records(tmp_path, rows=200), "mine")
    [file] = home.files
    good = file.read_bytes()

    class Blind:
        def hexdigest(self) -> str:
            return home.database.execute("SELECT file_sha256 FROM dataset_versions")[0][0]

    monkeypatch.setattr(vault_module.hashlib, "file_digest", lambda *_: Blind())

    def read() -> list[object]:
        with home.vault.open_table(version.dataset) as table:
            return table.columns([summary.name for summary in table.summaries]).to_pylist()

    assert len(read()) == 200
    for place in range(40, len(good), len(good) // 40):
        content = bytearray(good)
        content[place] ^= 0x10
        file.write_bytes(content)
        assert code_of(read) == "E-VAULT-04"


def test_swapped_and_older_files_are_refused(home, tmp_path: Path) -> None:
    one = home.vault.import_table(records(tmp_path), "one")
    first = home.files[0]
    two = home.vault.import_table(records(tmp_path), "two")
    [second] = [path for path in home.files if path != first]
    one_content, two_content = first.read_bytes(), second.read_bytes()
    assert one_content != two_content, "the same records under two keys"
    first.write_bytes(two_content)
    second.write_bytes(one_content)
    assert code_of(lambda: home.vault.open_table(one.dataset)) == "E-VAULT-04"
    assert code_of(lambda: home.vault.open_table(two.dataset)) == "E-VAULT-04"
    first.write_bytes(one_content)
    second.write_bytes(two_content)
    again = home.vault.import_table(records(tmp_path, rows=40), "one")
    assert (again.dataset, again.version) == (one.dataset, 2)
    [third] = [path for path in home.files if path not in (first, second)]
    third.write_bytes(one_content)
    assert code_of(lambda: home.vault.open_table(one.dataset)) == "E-VAULT-04"
    with home.vault.open_table(one.dataset, 1) as table:
        assert table.rows == 3000


def test_a_row_of_the_catalogue_cannot_lend_its_key(home, tmp_path: Path) -> None:
    """Even with the hash rewritten, a version's key is bound to its data set and number."""
    one = home.vault.import_table(records(tmp_path), "one")
    two = home.vault.import_table(records(tmp_path), "two")
    columns = "file_name, file_bytes, file_sha256, wrapped_key"
    taken = home.database.execute(f"SELECT {columns} FROM dataset_versions WHERE dataset = ?", (two.dataset,))[0]  # noqa: S608
    home.database.execute("DELETE FROM dataset_versions WHERE dataset = ?", (two.dataset,))
    home.database.execute(f"UPDATE dataset_versions SET ({columns}) = (?, ?, ?, ?) WHERE dataset = ?", (*taken, one.dataset))  # noqa: S608
    assert code_of(lambda: home.vault.open_table(one.dataset)) == "E-VAULT-06"


def test_versions_count_up_and_the_newest_is_shown(home, tmp_path: Path) -> None:
    first = home.vault.import_table(records(tmp_path, rows=20), "visits")
    home.clock.advance(60)
    second = home.vault.import_table(records(tmp_path, rows=30), "visits")
    assert [(version.version, version.rows) for version in home.vault.datasets()] == [(2, 30)]
    assert home.vault.version(first.dataset, 1).rows == 20
    assert home.vault.version(first.dataset) == second
    assert code_of(lambda: home.vault.version(first.dataset, 3)) == "E-VAULT-05"


def test_delete_shreds_keys_and_files(home, tmp_path: Path) -> None:
    version = home.vault.import_table(records(tmp_path, rows=20), "visits")
    home.vault.import_table(records(tmp_path, rows=30), "visits")
    kept = home.vault.import_table(records(tmp_path, rows=30), "other")
    home.vault.rows(version.dataset, 0, 5)
    home.vault.delete(version.dataset)
    assert home.vault.datasets() == (kept,)
    assert len(home.files) == 1
    assert len(home.database.execute("SELECT wrapped_key FROM dataset_versions")) == 1
    for action in (home.vault.open_table, home.vault.delete, home.vault.version, lambda dataset: home.vault.rows(dataset, 0, 1)):
        assert code_of(lambda action=action: action(version.dataset)) == "E-VAULT-05"


@pytest.mark.parametrize("name", ["", "   ", "x" * 121])
def test_names_have_a_length(home, tmp_path: Path, name: str) -> None:
    assert code_of(lambda: home.vault.import_table(records(tmp_path), name)) == "E-DATA-28"


def unchanged(home) -> bool:
    return not home.files and not home.vault.datasets()


def test_a_bad_file_leaves_nothing(home, tmp_path: Path) -> None:
    path = records(tmp_path)
    path.write_text(path.read_text(encoding="utf-8") + "\nshort,1", encoding="utf-8")
    assert code_of(lambda: home.vault.import_table(path, "bad")) == "E-DATA-05"
    assert unchanged(home)


def test_cancel_anywhere_leaves_nothing(home, tmp_path: Path) -> None:
    path = records(tmp_path)

    class Stop:
        def __init__(self, looks: int) -> None:
            self.looks = looks

        def progress(self, fraction: float) -> None:
            """Nobody watches."""

        def check(self) -> None:
            self.looks -= 1
            if self.looks < 0:
                raise Cancelled

    never = Stop(10**9)
    dataset = home.vault.import_table(path, "whole", token=never).dataset
    home.vault.delete(dataset)
    total = 10**9 - never.looks
    for looks in range(total):
        with pytest.raises(Cancelled):
            home.vault.import_table(path, "never", token=Stop(looks))
        assert unchanged(home)


def test_file_changed_between_the_passes_leaves_nothing(home, tmp_path: Path) -> None:
    path = records(tmp_path)

    class Rewrite:
        def progress(self, fraction: float) -> None:
            if fraction > 0.4:
                records(tmp_path, planted=("A", "b", "1"))

        def check(self) -> None:
            """Nobody cancels."""

    assert code_of(lambda: home.vault.import_table(path, "moving", token=Rewrite())) == "E-DATA-10"
    assert unchanged(home)


@pytest.mark.parametrize("after", [0, 100, 20_000])
def test_full_disk_leaves_nothing(home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    path = records(tmp_path, rows=30_000)
    write = sink_module.Sink.write

    def until_full(self: sink_module.Sink, content: bytes) -> int:
        if self.size + len(content) > after and not self.abandoned:
            self.abandoned = True
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(self, content)

    monkeypatch.setattr(sink_module.Sink, "write", until_full)
    assert code_of(lambda: home.vault.import_table(path, "full")) == "E-FILE-02"
    assert unchanged(home)


@pytest.mark.skipif(sys.platform == "win32", reason="limits are POSIX")
def test_file_size_limit_of_the_system(tmp_path: Path) -> None:
    """The same with a real error of the operating system, in a process of its own."""
    path = records(tmp_path, rows=60_000)
    code = f"""
        import resource, signal
        from pathlib import Path
        from engine.errors import WardroundError
        from engine.records.vault import Vault
        from engine.store.connection import open_database
        from engine.store.site_schema import MIGRATIONS
        from engine.trust.keys import MasterKey
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        folder = Path({str(tmp_path / "vault")!r})
        master = MasterKey(bytes(32))
        database = open_database(Path({str(tmp_path / "site.db")!r}), master.derive("store"), MIGRATIONS)
        vault = Vault(folder, database, master)
        resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))
        try:
            vault.import_table(Path({str(path)!r}), "limited")
        except WardroundError as error:
            print(error.code, len(list(folder.iterdir())), len(vault.datasets()))
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout.split() == ["E-FILE-02", "0", "0"], done.stderr


def test_sweep_removes_what_a_crash_left(home, tmp_path: Path) -> None:
    version = home.vault.import_table(records(tmp_path), "kept")
    (home.folder / "vault" / ".0123.part").write_bytes(b"half")
    (home.folder / "vault" / "4567.parquet").write_bytes(b"whole, but never entered")
    assert home.vault.sweep() == 2
    assert len(home.files) == 1
    assert home.vault.rows(version.dataset, 0, 1).num_rows == 1


def test_database_work_goes_to_its_own_thread(home, tmp_path: Path) -> None:
    seen: list[object] = []

    def on_writer(action):
        seen.append(action)
        return action()

    vault = Vault(home.folder / "vault", home.database, home.master, on_writer)
    version = vault.import_table(records(tmp_path), "x")
    assert len(seen) == 2, "a look and one transaction an import, however long it reads"
    vault.rows(version.dataset, 0, 1)
    vault.close()
    assert len(seen) in (3, 4)


def test_files_are_the_owner_s_alone(home, tmp_path: Path) -> None:
    home.vault.import_table(records(tmp_path), "x")
    assert {path.stat().st_mode & 0o777 for path in home.files} == {0o600}
    assert (home.folder / "vault").stat().st_mode & 0o777 == 0o700


def test_the_stored_summary_does_not_depend_on_the_loader_s_batches(home) -> None:
    table = pa.table({"n": [float(row % 97) for row in range(5000)], "t": [f"t{row % 7}" for row in range(5000)]})
    whole = home.vault.import_survey(MemoryTable(table), "m", "whole")
    pieces = pa.concat_tables([table.slice(start, 123) for start in range(0, 5000, 123)])
    cut = home.vault.import_survey(MemoryTable(pieces), "m", "pieces")
    assert whole.columns == cut.columns


def test_regroup_keeps_rows_and_order() -> None:
    batches = pa.table({"n": list(range(1000))}).to_batches(max_chunksize=37)
    grouped = list(regroup(iter(batches), 64))
    assert [batch.num_rows for batch in grouped] == [64] * 15 + [40]
    assert pa.Table.from_batches(grouped)["n"].to_pylist() == list(range(1000))
