# SPDX-License-Identifier: Apache-2.0
"""Structured logging that refuses record values.

A log line is an event (a literal name such as ``round-closed``) and fields. Only the fields of ``FIELDS`` are written, and
only values of the kind that each is for: counts, sizes, times, and ids without spaces. Anything else becomes ``[withheld]``.
An exception is written as its type, its code and the lines it came through, never as its message or its variables. What
other libraries log is cut down to who spoke, how loudly and where.
"""

from __future__ import annotations

import logging
import logging.handlers
import os
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Any, Literal, cast

import structlog

from engine.errors import WardroundError

WITHHELD = "[withheld]"
_EVENT = re.compile(r"[a-z][a-z0-9-]{0,59}")
_ID = re.compile(r"(?!.*[0-9]{5})[a-z][a-z0-9-]{0,59}")  # no date, no long number: a patient's may look like an id
_CODE = re.compile(r"E-[A-Z]{2,8}-[0-9]{2,3}")
_HEX = re.compile(r"(?=.*[a-f])[0-9a-f]{8,64}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,99}")
_VERSION = re.compile(r"[0-9]{1,4}\.[0-9]{1,4}(\.[0-9]{1,4})?[a-z0-9.+]{0,12}")
Number = (int, float)

FIELDS: Mapping[str, re.Pattern[str] | tuple[type, ...]] = {
    "study": _ID,
    "site": _ID,
    "phase": _ID,
    "state": _ID,
    "step": _ID,
    "method": _NAME,
    "kind": _NAME,
    "job": (int,),
    "reason": _ID,
    "code": _CODE,
    "status": _NAME,
    "sha256": _HEX,
    "serial": _HEX,
    "app_version": _VERSION,
    "round": (int,),
    "rounds": (int,),
    "attempt": (int,),
    "version": (int,),
    "sites": (int,),
    "rows": (int,),
    "columns": (int,),
    "count": (int,),
    "bytes": (int,),
    "offset": (int,),
    "port": (int,),
    "pid": (int,),
    "parameters": (int,),
    "examples": (int,),
    "threads": (int,),
    "exit_code": (int,),
    "ok": (bool,),
    "retry": (bool,),
    "seconds": Number,
    "share": Number,
    "megabytes": Number,
}
"""Field → what it may hold: a pattern for ids, or number types (bool only where it is named)."""

_Level = Literal["debug", "info", "warning", "error"]
_OWN = {"event", "level", "time", "speaker", "error", "frames", "causes"}  # written by the processors below


def get_logger(name: str) -> structlog.typing.FilteringBoundLogger:
    """A logger whose lines carry ``speaker=name``; safe before ``configure`` too: then warnings and errors go to stderr."""
    return cast("structlog.typing.FilteringBoundLogger", structlog.get_logger(speaker=name))


def configure(level: _Level = "info", file: Path | None = None, console: bool | None = None) -> None:
    """Says where the log goes; called once by a door, again to change it.

    Args:
        level: the least level that is written.
        file: a rotating file (5 × 5 MB, readable by this user alone) of JSON lines; None is stderr.
        console: readable lines instead of JSON; None: where stderr is a terminal.
    """
    readable = file is None and (console if console is not None else bool(sys.stderr and sys.stderr.isatty()))
    handler: logging.Handler = _private_file(file) if file else _Stderr()
    _install(level, handler, readable)


def _install(level: _Level, handler: logging.Handler, readable: bool) -> None:
    number = getattr(logging, level.upper())
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(colors=False, timestamp_key="time")
        if readable
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    sink = _Sink(handler)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            describe_exception,
            withhold,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=lambda *_: sink,
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    for old in [h for h in root.handlers if isinstance(h, _Foreign)]:
        root.removeHandler(old)
        old.sink.close()
    root.addHandler(_Foreign(sink))


def withhold(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: replaces whatever is not a known field of its kind."""
    return {key if key in _OWN or key in FIELDS else WITHHELD: _shown(key, value) for key, value in event.items()}


def _shown(key: str, value: object) -> object:
    if key == "event":
        return value if isinstance(value, str) and _EVENT.fullmatch(value) else WITHHELD
    if key == "speaker":
        return value if isinstance(value, str) and _NAME.fullmatch(value) else WITHHELD
    if key in _OWN:
        return value
    allowed = FIELDS.get(key)
    if isinstance(allowed, re.Pattern):
        return str(value) if isinstance(value, str) and allowed.fullmatch(value) else WITHHELD
    if allowed is None or (isinstance(value, bool) and bool not in allowed):
        return WITHHELD
    return value if isinstance(value, allowed) else WITHHELD


def describe_exception(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: ``exc_info`` → type, code, the lines passed through and the types of the causes; no message, no variable."""
    for key in _OWN - {"event", "level", "time", "speaker"}:
        event.pop(key, None)  # a caller's own text must not pass as ours
    given = event.pop("exc_info", None)
    error = given[1] if isinstance(given, tuple) else sys.exc_info()[1] if given is True else given
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        if isinstance(error, WardroundError):
            event["code"] = error.code
        event["frames"] = _stack(error)
        if causes := _causes(error):
            event["causes"] = causes
    return event


def _stack(error: BaseException) -> list[str]:
    frames = traceback.StackSummary.extract(traceback.walk_tb(error.__traceback__), lookup_lines=False)
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _causes(error: BaseException) -> list[str]:
    found: list[str] = []
    seen = {id(error)}
    cause = error.__cause__ or error.__context__
    while cause is not None and id(cause) not in seen and len(found) < 10:
        seen.add(id(cause))
        place = _stack(cause)[-1:]
        found.append(" ".join([type(cause).__name__, *place]))
        cause = cause.__cause__ or cause.__context__
    return found


def _short(filename: str) -> str:
    """The last three parts of a source file's path: enough to find it, without the person's folders."""
    return "/".join(Path(filename).parts[-3:])


def _private_file(path: Path) -> logging.Handler:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return _PrivateFile(path, maxBytes=5 << 20, backupCount=4, encoding="utf-8", delay=True)


class _PrivateFile(logging.handlers.RotatingFileHandler):
    """A rotating file that only this user may read."""

    def _open(self) -> Any:
        return os.fdopen(os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8")


class _Stderr(logging.StreamHandler[Any]):
    """stderr as it is when the line is written; a windowed program has none."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> Any:
        return sys.stderr

    def emit(self, record: logging.LogRecord) -> None:
        if sys.stderr is not None:
            super().emit(record)


class _Sink:
    """Where rendered lines go; structlog calls the method named after the level."""

    def __init__(self, handler: logging.Handler) -> None:
        self._handler = handler

    def msg(self, line: str) -> None:
        """Writes one line."""
        self._handler.handle(logging.LogRecord("wardround", logging.INFO, "", 0, line, None, None))

    debug = info = warning = error = critical = exception = log = msg

    def close(self) -> None:
        """Closes the file, where there is one."""
        self._handler.close()


class _Foreign(logging.Handler):
    """What other libraries say through ``logging``: the speaker, the level and the place; their texts may hold anything."""

    def __init__(self, sink: _Sink) -> None:
        super().__init__(logging.WARNING)
        self.sink = sink
        self._log = structlog.get_logger()

    def emit(self, record: logging.LogRecord) -> None:
        method = self._log.error if record.levelno >= logging.ERROR else self._log.warning
        name = record.name if _NAME.fullmatch(record.name) else "library"
        method("library", speaker=name, exc_info=record.exc_info)


_install("warning", _Stderr(), readable=False)
