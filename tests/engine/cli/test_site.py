# SPDX-License-Identifier: Apache-2.0
"""A hospital's commands on one machine: vault, records, settings, and what may be asked while another program works."""

from __future__ import annotations

import json
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from engine.cli.main import main
from engine.errors import CATALOGUE
from engine.session import Session

SECRET = "correct horse battery staple"
ROWS = "record,age,pressure [mmHg],smoker\n" + "".join(f"p{n},{20 + n},{100 + n},{'yes' if n % 3 else 'no'}\n" for n in range(40))


class Terminal:
    """One person's terminal in an empty folder."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.home = folder / "home"
        self._capsys = capsys

    def __call__(self, *words: str) -> tuple[int, str, str]:
        code = main(list(words))
        said = self._capsys.readouterr()
        return code, said.out, said.err

    def json(self, *words: str) -> Any:
        code, out, err = self(*words, "--json")
        assert code == 0, err
        return json.loads(out)

    def secret(self, text: str, mode: int = 0o600) -> str:
        path = self.folder / "secret.txt"
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)
        return str(path)


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WARDROUND_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("WARDROUND_PASSPHRASE_FILE", raising=False)
    (tmp_path / "records.csv").write_text(ROWS, encoding="utf-8")
    return Terminal(tmp_path, capsys)


@pytest.fixture
def site(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal whose vault is made, its passphrase in a file that the environment names."""
    monkeypatch.setenv("WARDROUND_PASSPHRASE_FILE", terminal.secret(SECRET + "\n"))
    assert terminal("site", "init", "--recovery-file", "recovery.txt")[0] == 0
    return terminal


def test_init_shows_the_recovery_words_once(terminal: Terminal) -> None:
    made = terminal.json("site", "init", "--passphrase-file", terminal.secret(SECRET))
    assert made["key"] == "passphrase"
    assert len(made["recovery_words"].split()) == 24
    code, out, err = terminal("site", "init", "--passphrase-file", terminal.secret(SECRET))
    assert (code, out, "E-KEY-05" in err) == (CATALOGUE["E-KEY-05"].exit_code, "", True)
    stored = b"".join(path.read_bytes() for path in terminal.home.rglob("*") if path.is_file())
    assert made["recovery_words"].encode() not in stored
    assert SECRET.encode() not in stored


def test_a_recovery_file_is_private_and_never_overwritten(terminal: Terminal) -> None:
    secret = terminal.secret(SECRET)
    (terminal.folder / "taken.txt").write_text("mine", encoding="utf-8")
    code, _, err = terminal("site", "init", "--passphrase-file", secret, "--recovery-file", "taken.txt")
    assert (code, "E-CMD-26" in err) == (2, True)
    assert not terminal.home.exists(), "nothing was begun"
    code, out, _ = terminal("site", "init", "--passphrase-file", secret, "--recovery-file", "recovery.txt")
    assert code == 0
    assert stat.S_IMODE((terminal.folder / "recovery.txt").stat().st_mode) == 0o600
    words = (terminal.folder / "recovery.txt").read_text(encoding="utf-8").split()
    assert len(words) == 24
    assert words[0] not in out.split()


@pytest.mark.parametrize(
    ("text", "code"),
    [("short", "E-KEY-02"), ("", "E-FILE-01"), (None, "E-CMD-14")],
)
def test_init_without_a_good_passphrase_makes_nothing(terminal: Terminal, text: str | None, code: str) -> None:
    words = [] if text is None else ["--passphrase-file", terminal.secret(text)]
    for language in ("en", "zh"):
        ended, out, err = terminal("site", "init", *words, "--lang", language)
        assert (ended, out, code in err) == (CATALOGUE[code].exit_code, "", True)
    assert not (terminal.home / "keys.json").exists()
    assert "E-CMD-23" in terminal("site", "unlock-check")[2]


def test_a_wrong_passphrase_opens_nothing(site: Terminal) -> None:
    assert site.json("site", "unlock-check")["open"] is True
    code, out, err = site("site", "status", "--passphrase-file", site.secret("another passphrase"))
    assert (code, out, "E-KEY-03" in err) == (CATALOGUE["E-KEY-03"].exit_code, "", True)
    assert "another passphrase" not in err


def test_a_passphrase_file_that_others_can_read_is_told(site: Terminal) -> None:
    _, _, err = site("site", "unlock-check", "--passphrase-file", site.secret(SECRET, 0o644))
    assert "chmod 600" in err


def test_records_come_in_are_shown_and_go(site: Terminal) -> None:
    assert site.json("site", "data") == {"datasets": []}
    added = site.json("site", "data", "add", "records.csv")
    assert (added["name"], added["version"], added["rows"], added["columns"]) == ("records", 1, 40, 4)
    assert site.json("site", "data", "add", "records.csv")["version"] == 2
    shown = site.json("site", "data", "show", "records")
    assert [column["kind"] for column in shown["columns"]] == ["text", "numeric", "numeric", "flag"]
    assert shown["columns"][2]["unit"] == "mmHg"
    assert "数值" in site("site", "data", "show", "records", "--lang", "zh")[1]
    code, _, err = site("site", "data", "delete", "records")
    assert (code, "E-CMD-20" in err) == (6, True)
    assert len(site.json("site", "data", "list")["datasets"]) == 1
    assert site("site", "data", "delete", "records", "--yes")[0] == 0
    assert site.json("site", "data", "list") == {"datasets": []}
    code, _, err = site("site", "data", "show", "records")
    assert (code, "E-SITE-17" in err) == (2, True)


def test_records_come_from_a_database_too(site: Terminal) -> None:
    with closing(sqlite3.connect(site.folder / "ehr.db")) as database:
        database.execute("CREATE TABLE visits (id TEXT, age INTEGER)")
        database.executemany("INSERT INTO visits VALUES (?, ?)", [(f"P{n}", n) for n in range(30)])
        database.commit()
    (site.folder / "visits.sql").write_text("SELECT id, age FROM visits WHERE age >= 10;\n", encoding="utf-8")
    url = f"sqlite:///{site.folder / 'ehr.db'}"
    added = site.json("site", "data", "add", "--sql", url, "--query", "visits.sql")
    assert (added["name"], added["rows"], added["columns"]) == ("visits", 20, 2)
    listed = site.json("site", "data", "list")["datasets"]
    assert [entry["source_name"] for entry in listed] == ["visits.sql"]
    for words in ((), ("--sql", url), ("--query", "visits.sql"), ("records.csv", "--sql", url, "--query", "visits.sql")):
        code, _, err = site("site", "data", "add", *words)
        assert (code, "E-TABLE-16" in err) == (2, True)
    (site.folder / "visits.sql").write_text("DROP TABLE visits", encoding="utf-8")
    code, _, err = site("site", "data", "add", "--sql", url, "--query", "visits.sql")
    assert (code, "E-TABLE-11" in err) == (8, True)
    code, _, err = site("site", "data", "add", "--sql", "postgresql://u:planted@h/d", "--query", "visits.sql")
    assert (code, "planted" in err) == (8, False)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("header-only.csv", b"a,b\n"),
        ("twice.csv", b"a,a\n1,2\n"),
        ("ragged.csv", b"a,b\n1,2\n1,2,3\n"),
        ("not-there.csv", None),
    ],
)
def test_a_bad_file_is_refused_with_a_code_and_leaves_nothing(site: Terminal, name: str, content: bytes | None) -> None:
    if content is not None:
        (site.folder / name).write_bytes(content)
    for language in ("en", "zh"):
        code, out, err = site("site", "data", "add", name, "--lang", language)
        known = [entry for entry in CATALOGUE if entry in err]
        assert (code, out) == (8, ""), err
        assert len(known) == 1
        assert ("How to mend it:" if language == "en" else "解决方法：") in err
    assert site.json("site", "data") == {"datasets": []}


def test_a_preview_needs_no_vault(terminal: Terminal) -> None:
    (terminal.folder / "病历.csv").write_bytes("病历号;年龄;血压\n1;50,5;120\n2;61,5;135\n".encode("gb18030"))
    shown = terminal.json("site", "data", "preview", "病历.csv", "--rows", "1")
    assert (shown["encoding"], shown["delimiter"], shown["header"]) == ("gb18030", ";", ["病历号", "年龄", "血压"])
    assert len(shown["rows"]) == 1
    assert not terminal.home.exists()


def test_settings_are_kept_and_their_language_is_spoken(terminal: Terminal) -> None:
    assert terminal.json("site", "settings", "network.proxy", "http://proxy.example:3128") == {"network.proxy": "http://proxy.example:3128"}
    assert terminal.json("site", "settings", "network.proxy_mode") == {"network.proxy_mode": "manual"}
    assert terminal("site", "settings", "language", "zh")[0] == 0
    assert "值" in terminal("site", "settings")[1]
    assert "Value" in terminal("site", "settings", "--lang", "en")[1], "what is said for one command wins"


def test_looking_is_possible_while_another_program_works(site: Terminal) -> None:
    site.json("site", "data", "add", "records.csv")
    working = Session(site.home)
    try:
        assert [data["rows"] for data in site.json("site", "status")["datasets"]] == [40]
        assert site.json("site", "outbound")["messages"] == 0
        for words in (("data", "add", "records.csv"), ("data", "delete", "records", "--yes"), ("run",)):
            code, _, err = site("site", *words)
            assert (code, "E-SITE-06" in err) == (1, True)
    finally:
        working.close()


def test_without_a_study_the_commands_say_what_comes_first(site: Terminal) -> None:
    for words in (("run",), ("results",), ("study",), ("leave", "--yes"), ("report", "--to", "x")):
        code, out, err = site("site", *words)
        assert (code, out, "E-CMD-12" in err) == (2, "", True)
        code, _, err = site("site", *words, "nothing")
        assert (code, "E-SITE-10" in err) == (2, True)
    site.json("site", "data", "add", "records.csv")
    assert "E-CMD-12" in site("site", "join", "--data", "records")[2]
    (site.folder / "bad.wardround-invite").write_text("not an invitation", encoding="utf-8")
    for flags in ((), ("--show",)):
        code, _, err = site("site", "enrol", "bad.wardround-invite", *flags)
        assert (code, "E-ENROL-01" in err) == (CATALOGUE["E-ENROL-01"].exit_code, True)


def test_logs_and_talk_hold_no_value_of_the_records(site: Terminal) -> None:
    planted = "Mustermann-4711"
    (site.folder / "planted.csv").write_text(ROWS.replace("p7,", f"{planted},"), encoding="utf-8")
    _, out, err = site("site", "data", "add", "planted.csv", "-v")
    assert planted not in out + err
    stored = b"".join(path.read_bytes() for path in site.home.rglob("*") if path.is_file())
    assert planted.encode() not in stored


def test_mends_are_offered_done_and_taken_back(site: Terminal) -> None:
    rows = "record,age,ward\n" + "".join(f"p{n},{999 if n == 7 else 20 + n % 9},A\n" for n in range(40))
    (site.folder / "visits.csv").write_text(rows)
    site.json("site", "data", "add", "visits.csv")
    listed = site.json("site", "data", "mend", "visits")
    assert [(step["kind"], step["column"]) for step in listed["offers"]] == [("limits", "age"), ("limits", "age"), ("drop-column", "ward")]
    done = site.json("site", "data", "mend", "visits", "--offer", "3", "--kind", "missing", "--column", "age", "--field", 'codes=["999"]')
    assert [step["kind"] for step in done["recipe"]] == ["drop-column", "missing"]
    assert (done["version"], done["offers"]) == (1, [])
    columns = {column["name"]: column for column in site.json("site", "data", "show", "visits")["columns"]}
    assert (set(columns), columns["age"]["missing"], columns["age"]["maximum"]) == ({"record", "age"}, 1, 28.0)
    assert [step["kind"] for step in site.json("site", "data", "mend", "visits", "--undo")["recipe"]] == ["drop-column"]
    assert site.json("site", "data", "mend", "visits", "--undo-all")["recipe"] == []
    assert site.json("site", "data", "recipe", "visits") == {"name": "visits", "version": 1, "recipe": []}
    code, _, err = site("site", "data", "mend", "visits", "--offer", "4")
    assert (code, "E-CMD-06" in err) == (2, True)
    code, _, err = site("site", "data", "mend", "visits", "--kind", "paint", "--column", "age")
    assert (code, "E-DATA-34" in err) == (8, True)


def test_data_sets_of_the_same_patients_are_joined(site: Terminal) -> None:
    (site.folder / "labs.csv").write_text("patient,glucose\n" + "".join(f"P{n},{5 + n / 10}\n" for n in range(30, 50)))
    for name in ("records", "labs"):
        site.json("site", "data", "add", f"{name}.csv")
    made = site.json("site", "data", "join", "all", "records=record", "labs=patient")
    assert (made["rows"], made["columns"]) == (50, 5)
    assert made["presence"] == [
        {"members": ["records"], "patients": 30},
        {"members": ["labs"], "patients": 10},
        {"members": ["records", "labs"], "patients": 10},
    ]
    assert site("site", "data", "join", "all", "records=record", "labs=nothing")[0] == 8
    assert site("site", "data", "delete", "labs", "--yes")[0] == 8
    code, out, _ = site("site", "data", "join", "again", "records=record", "labs=patient")
    assert code == 0
    assert "records, labs" in out


def test_a_data_set_with_an_outcome_in_mind(site: Terminal) -> None:
    rows = ["patient,age,sex,discharge,sick"]
    rows += [f"p{n // 2},{20 + n % 60},{'mf'[n % 2]},{'yes' if n % 3 else 'no'},{'yes' if n % 3 else 'no'}" for n in range(60)]
    (site.folder / "visits.csv").write_text("\n".join(rows))
    site.json("site", "data", "add", "visits.csv")
    found = site.json("site", "data", "inspect", "visits", "--outcome", "sick", "--patient", "patient")
    assert (found["classes"], found["patients"]) == ({"yes": 40, "no": 20}, 30)
    assert any(finding["column"] == "discharge" for finding in found["findings"])
    assert sum(group["rows"] for group in found["subgroups"] if group["kind"] == "sex") == 60
    code, out, _ = site("site", "data", "inspect", "visits", "--outcome", "sick")
    assert (code, "60 patients" in out) == (0, True)
    code, _, err = site("site", "data", "inspect", "visits", "--outcome", "nothing")
    assert (code, "E-DATA-40" in err) == (8, True)
