# SPDX-License-Identifier: Apache-2.0
"""The log holds no record value, however it is offered; and engine code offers only what is allowed."""

from __future__ import annotations

import ast
import io
import json
import logging
import re
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

import engine
from engine import log
from engine.errors import WardroundError
from engine.log import FIELDS, WITHHELD, configure, get_logger

ENGINE = Path(engine.__file__).parent
PLANTED = ["Zhang San", "王小明", "110101199003072316", "1957-03-02", "C50.9 left breast", "+86 138 0013 8000", "x@example.org"]


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    yield
    log._install("warning", log._Stderr(), readable=False)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    captured = capsys.readouterr()
    assert captured.out == ""
    return [json.loads(line) for line in captured.err.splitlines()]


def test_counts_and_ids_are_written(capsys: pytest.CaptureFixture[str]) -> None:
    configure(console=False)
    get_logger("rounds").info("round-closed", study="preterm-2026", round=3, sites=4, seconds=1.5, ok=True, sha256="ab" * 32)
    (line,) = lines(capsys)
    assert line.pop("time").endswith("Z")
    assert line == {
        "event": "round-closed",
        "level": "info",
        "speaker": "rounds",
        "study": "preterm-2026",
        "round": 3,
        "sites": 4,
        "seconds": 1.5,
        "ok": True,
        "sha256": "ab" * 32,
    }


@pytest.mark.parametrize("field", [*sorted(FIELDS), "name", "value", "error", "frames", "causes", "speaker", "message"])
@pytest.mark.parametrize("planted", PLANTED)
def test_planted_values_are_withheld_whatever_the_field(field: str, planted: str, capsys: pytest.CaptureFixture[str]) -> None:
    configure("debug", console=False)
    for value in (planted, [planted], {"inner": planted}, planted.encode()):
        get_logger("records").info("row-read", **{field: value})
    output = capsys.readouterr().err
    assert planted not in output
    assert json.dumps(planted)[1:-1] not in output
    assert len(output.splitlines()) == 4


@pytest.mark.parametrize("planted", PLANTED)
@pytest.mark.parametrize("readable", [True, False])
def test_planted_values_are_withheld_from_event_key_and_exception(planted: str, readable: bool, capsys: pytest.CaptureFixture[str]) -> None:
    configure("debug", console=readable)
    logger = get_logger("records")
    logger.info(planted)
    logger.info("read %s", planted)
    logger.info("row-read", **{planted: 1})
    logger.bind(patient=planted).warning("row-read")
    get_logger(planted).warning("row-read")
    try:
        cell = planted
        try:
            float(cell + "!")
        except ValueError as error:
            raise WardroundError("E-FILE-01", path=planted, reason=planted) from error
    except WardroundError as error:
        logger.exception("import-failed")
        logger.error("import-failed", exc_info=error)
        logger.error("import-failed", exc_info=sys.exc_info())
    logging.getLogger("library").error("cannot parse %s", planted)
    logging.getLogger(planted).warning(planted)
    output = capsys.readouterr().err
    assert planted not in output
    assert "import-failed" in output
    assert WITHHELD in output


def test_an_exception_is_told_by_type_code_and_place(capsys: pytest.CaptureFixture[str]) -> None:
    configure(console=False)
    try:
        try:
            int("secret")
        except ValueError as error:
            raise WardroundError("E-FILE-01", path="secret", reason="secret") from error
    except WardroundError:
        get_logger("records").exception("import-failed")
    (line,) = lines(capsys)
    assert line["error"] == "WardroundError"
    assert line["code"] == "E-FILE-01"
    assert line["frames"][-1].startswith("tests/engine/test_log.py:")
    assert line["causes"][0].startswith("ValueError tests/engine/test_log.py:")
    assert "secret" not in json.dumps(line)


def test_what_libraries_log_keeps_speaker_and_place_only(capsys: pytest.CaptureFixture[str]) -> None:
    configure(console=False)
    logging.getLogger("grpc._server").warning("cannot read %s", "secret")
    try:
        int("secret")
    except ValueError:
        logging.getLogger("asyncio").exception("secret")
    first, second = lines(capsys)
    assert (first["event"], first["speaker"], first["level"]) == ("library", "grpc._server", "warning")
    assert (second["speaker"], second["error"]) == ("asyncio", "ValueError")


def test_numbers_need_a_field_that_is_for_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    configure(console=False)
    get_logger("records").info("row-read", systolic=141.5, rows=141.5, round=True, ok=1, study=5, seconds=2)
    (line,) = lines(capsys)
    assert 141.5 not in line.values()
    assert [line[key] for key in ("rows", "round", "ok", "study")] == [WITHHELD] * 4
    assert line["seconds"] == 2


@given(st.dictionaries(st.text(), st.one_of(st.text(), st.integers(), st.floats(), st.none(), st.booleans(), st.binary())))
def test_only_known_fields_and_their_kinds_get_through(event: dict[str, Any]) -> None:
    given_event = {key: value for key, value in event.items() if key not in log._OWN}
    for key, value in log.withhold(None, "info", dict(given_event)).items():
        assert value == WITHHELD or (key in FIELDS and value is given_event[key])


def test_levels_below_the_least_are_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    configure("warning", console=False)
    get_logger("a").info("round-closed")
    get_logger("a").warning("round-late")
    assert [line["event"] for line in lines(capsys)] == ["round-late"]


def test_before_it_is_configured_warnings_go_to_stderr_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    get_logger("a").info("round-closed")
    get_logger("a").warning("round-late", who="Zhang San")
    (line,) = lines(capsys)
    assert line["event"] == "round-late"
    assert "Zhang" not in json.dumps(line)


def test_a_logger_made_before_configuring_follows_it(tmp_path: Path) -> None:
    logger = get_logger("early")
    configure(file=tmp_path / "logs" / "wardround.log")
    logger.info("round-closed", round=1)
    log._install("warning", log._Stderr(), readable=False)
    path = tmp_path / "logs" / "wardround.log"
    assert json.loads(path.read_text(encoding="utf-8"))["round"] == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_file_rotates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "wardround.log"
    handler = log._private_file(path)
    assert isinstance(handler, log._PrivateFile)
    handler.maxBytes = 1000
    log._install("info", handler, readable=False)
    for number in range(100):
        get_logger("a").info("round-closed", round=number)
    log._install("warning", log._Stderr(), readable=False)
    assert len(list(tmp_path.iterdir())) == 5
    assert all(file.stat().st_size <= 1000 for file in tmp_path.iterdir())


def test_a_terminal_gets_readable_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    configure()
    get_logger("rounds").info("round-closed", round=3)
    assert "round-closed" in terminal.getvalue()
    assert "round=3" in terminal.getvalue()
    assert not terminal.getvalue().startswith("{")


def test_a_program_without_stderr_stays_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    configure()
    get_logger("a").error("round-late")


def test_structlog_is_asked_for_loggers_in_one_place() -> None:
    asks = re.compile(r"^\s*(import|from) structlog\b", re.MULTILINE)
    users = {path.relative_to(ENGINE).as_posix() for path in ENGINE.rglob("*.py") if asks.search(path.read_text(encoding="utf-8"))}
    assert users == {"log.py"}
    assert structlog.is_configured()


def log_calls() -> Iterator[tuple[str, ast.Call]]:
    """Calls such as ``_log.info(…)`` and ``self._log.info(…)`` in the engine."""
    for path in sorted(ENGINE.rglob("*.py")):
        if path.name == "log.py" or "engine.log" not in path.read_text(encoding="utf-8"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            target = node.func.value
            name = target.id if isinstance(target, ast.Name) else target.attr if isinstance(target, ast.Attribute) else ""
            if name.lstrip("_") in {"log", "logger"} and node.func.attr in {"debug", "info", "warning", "error", "exception", "critical"}:
                yield f"{path.relative_to(ENGINE.parent)}:{node.lineno}", node


def test_engine_code_logs_literal_events_and_allowed_fields() -> None:
    problems = []
    for place, call in log_calls():
        if len(call.args) != 1 or not isinstance(call.args[0], ast.Constant) or not log._EVENT.fullmatch(str(call.args[0].value)):
            problems.append(f"{place}: the event must be one literal name such as round-closed")
        unknown = {keyword.arg for keyword in call.keywords} - set(FIELDS) - {"exc_info"}
        problems += [f"{place}: the field {name} is not in engine.log.FIELDS" for name in unknown]
    assert problems == []
