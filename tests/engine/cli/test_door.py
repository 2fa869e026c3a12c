# SPDX-License-Identifier: Apache-2.0
"""Whatever goes wrong leaves by one door: a code, a sentence in the reader's language, an exit code, never a traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.cli import main as door
from engine.cli.main import main
from engine.errors import CATALOGUE

Said = tuple[int, str, str]
Run = Callable[..., Said]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in an empty folder: its exit code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WARDROUND_HOME", str(tmp_path / "home"))

    def call(*words: str) -> Said:
        code = main(list(words))
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


@pytest.mark.parametrize(
    ("words", "code", "exit_code"),
    [
        (["sute"], "E-CMD-02", 2),
        (["site", "rn"], "E-CMD-02", 2),
        (["study", "check", "x.toml", "--sigature", "y"], "E-CMD-01", 2),
        (["study", "check"], "E-CMD-03", 2),
        (["coordinator", "init", "--host", "h"], "E-CMD-03", 2),
        (["study", "check", "a", "b"], "E-CMD-04", 2),
        (["study", "check", "x.toml", "--signature"], "E-CMD-04", 2),
        (["simulate", "x.toml", "--site", "a=b", "--transport", "smoke"], "E-CMD-05", 2),
        (["demo", "--sites", "nine"], "E-CMD-06", 2),
        (["demo", "--headless", "--rounds", "0"], "E-CMD-06", 2),
        (["simulate", "x.toml", "--site", "North=b.csv"], "E-CMD-07", 2),
        (["coordinator", "invite", "north", "--expires", "soon"], "E-CMD-08", 2),
        (["simulate", "x.toml", "--site", "a=b", "--site", "a=b"], "E-CMD-11", 2),
        (["--lang", "de", "version"], "E-CMD-05", 2),
        (["study", "new", "nothing"], "E-STUDY-37", None),
        (["study", "check", "nothing.toml"], "E-FILE-01", 8),
        (["coordinator", "status"], "E-COORD-02", 8),
        (["coordinator", "serve"], "E-COORD-02", 8),
        (["site", "status"], "E-CMD-23", 8),
        (["site", "run"], "E-CMD-23", 8),
        (["site", "data", "preview", "nothing.csv"], "E-FILE-01", 8),
        (["site", "settings", "langage"], "E-SET-01", 8),
        (["site", "settings", "training.threads", "many"], "E-SET-04", 8),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_mistakes_have_a_code_in_both_languages(words: list[str], code: str, exit_code: int | None, run: Run) -> None:
    for language in ("en", "zh"):
        if "--lang" in words and language == "zh":
            continue
        ended, out, err = run(*words, *([] if "--lang" in words else ["--lang", language]))
        entry = CATALOGUE[code]
        assert ended == (entry.exit_code if exit_code is None else exit_code), err
        assert code in err
        assert out == ""
        assert "Traceback" not in err
        assert ("How to mend it:" if language == "en" else "解决方法：") in err
        words_of = (entry.en if language == "en" else entry.zh)[0].split("{")[-1].split("}")[-1]
        assert words_of in err


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["coordnator", "status"], "coordinator"),
        (["coordinator", "invit", "north"], "invite"),
        (["coordinator", "sites", "aprove", "x"], "approve"),
        (["simulate", "x.toml", "--sites", "a=b"], "--site"),
        (["site", "run", "--jason"], "--json"),
    ],
)
def test_what_was_probably_meant_is_named(words: list[str], meant: str, run: Run) -> None:
    assert meant in run(*words)[2].split("How to mend it:")[1]


def test_with_json_an_error_is_json_on_stderr(run: Run) -> None:
    code, out, err = run("coordinator", "status", "--json")
    assert (code, out) == (8, "")
    error = json.loads(err)["error"]
    assert error["code"] == "E-COORD-02"
    assert set(error) == {"code", "what", "mend", "who"}


def test_options_for_all_commands_may_stand_anywhere(run: Run) -> None:
    for words in (["--json", "version"], ["version", "--json"]):
        code, out, err = run(*words)
        assert (code, err) == (0, "")
        assert json.loads(out)["version"]
    for words in (
        ["-C", "lead", "coordinator", "status"],
        ["coordinator", "-C", "lead", "status"],
        ["coordinator", "status", "-C", "lead"],
    ):
        assert "lead" in run(*words)[2]
    for words in (["--lang", "zh", "study", "--help"], ["study", "--help", "--lang=zh"]):
        assert "用法：" in run(*words)[1]


def test_what_nobody_foresaw_becomes_one_code_and_a_log_without_values(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def broken(_path: object, _language: object) -> None:
        raise ZeroDivisionError("Erika Mustermann, born 1964")

    monkeypatch.setattr("engine.session.study_jobs.view", broken)
    monkeypatch.setattr(door, "_log_folder", lambda: tmp_path / "logs")
    code, out, err = run("study", "check", "study.toml")
    assert (code, out) == (1, "")
    assert "E-BUG-01" in err
    assert "ZeroDivisionError" in err
    log = (tmp_path / "logs" / "wardround.log").read_text(encoding="utf-8")
    assert "ZeroDivisionError" in log
    for text in (err, log):
        assert "Traceback" not in text
        assert "Mustermann" not in text


def test_ctrl_c_is_no_error(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_path: object, _language: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("engine.session.study_jobs.view", interrupted)
    code, _, err = run("study", "check", "study.toml")
    assert code == 130
    assert "E-" not in err


def test_a_missing_library_names_its_extra(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_path: object, _language: object) -> None:
        raise ModuleNotFoundError("No module named 'torch'", name="torch")

    monkeypatch.setattr("engine.session.study_jobs.view", missing)
    code, _, err = run("study", "check", "study.toml")
    assert code == 8
    assert "E-CMD-25" in err
    assert "wardround[site]" in err


def test_bare_wardround_without_a_screen_says_so_and_shows_the_help(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    code, out, err = run()
    assert code == 0
    assert "there is no screen" in err
    assert "Commands:" in out
    code, _, err = run("gui")
    assert code == 1
    assert "E-CMD-24" in err


def test_a_group_alone_shows_its_help_as_a_mistake(run: Run) -> None:
    code, out, err = run("site")
    assert (code, out) == (2, "")
    assert "Commands:" in err


def loaded_by(*words: str) -> set[str]:
    """The modules that a command has loaded at its end, in a process of its own."""
    code = (
        "import sys, json, io\n"
        "from engine.cli.main import main\n"
        "real, sys.stdout = sys.stdout, io.StringIO()\n"
        f"code = main({list(words)!r})\n"
        "print(json.dumps([code, sorted(sys.modules)]), file=real)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    ended, modules = json.loads(done.stdout)
    assert ended == 0, done.stderr
    return set(modules)


HEAVY = {"torch", "PySide6", "pyqtgraph", "pyarrow", "sklearn", "sqlcipher3", "argon2", "keyring"}


def test_help_loads_nothing_but_the_parser() -> None:
    for words in (["--help"], ["site", "run", "--help"], ["coordinator", "status", "--help"], ["simulate", "--help"]):
        assert not loaded_by(*words) & (HEAVY | {"numpy", "grpc", "cryptography", "engine.session"})


def test_the_lead_needs_neither_torch_nor_a_window(tmp_path: Path) -> None:
    plan = Path(__file__).parents[3] / "engine/study/templates/tabular-classification.toml"
    lead = str(tmp_path / "lead")
    for words in (
        ["study", "check", str(plan)],
        ["-C", lead, "coordinator", "init", "--name", "Lead", "--host", "127.0.0.1", "--listen", "127.0.0.1:7443"],
        ["-C", lead, "coordinator", "study", "add", str(plan)],
        ["-C", lead, "coordinator", "invite", "north", "--out", str(tmp_path / "n.wardround-invite")],
        ["-C", lead, "coordinator", "sites", "show", "north"],
        ["-C", lead, "coordinator", "status"],
        ["-C", lead, "coordinator", "rounds"],
    ):
        assert not loaded_by(*words) & HEAVY
