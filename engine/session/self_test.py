# SPDX-License-Identifier: Apache-2.0
"""``wardround self-test``: what an installation needs in order to work, tried for real in a temporary folder.

Works from the sources and from a frozen program alike: further processes are started by ``simulation.children.command``.
"""

from __future__ import annotations

import importlib
import os
import random
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from engine.errors import WardroundError
from engine.log import get_logger

PATIENCE_SECONDS = 180.0
WINDOW_SECONDS = 60.0
LIBRARIES = (
    "argon2",
    "charset_normalizer",
    "click",
    "cryptography",
    "google.protobuf",
    "grpc",
    "keyring",
    "mnemonic",
    "numpy",
    "platformdirs",
    "pyarrow.parquet",
    "sklearn.datasets",
    "sqlcipher3",
    "structlog",
    "tomlkit",
    "torch",
)
WINDOW_LIBRARIES = ("PySide6.QtWidgets", "pyqtgraph")
SITES = ("north", "south")
_log = get_logger("self-test")
_STUDY = """
[study]
id = "self-test"
title = "Self-test"
title_zh = "自检"
purpose = "Check that a federation works on this machine."
lead = "Self-test"
legal_basis = "Invented records."

[[variables]]
name = "age"
kind = "numeric"
unit = "year"
range = [0, 100]

[[variables]]
name = "smoker"
kind = "flag"

[[variables]]
name = "ill"
kind = "category"
categories = ["no", "yes"]
role = "outcome"

[[variables]]
name = "record"
kind = "text"
role = "patient-id"

[outcome]
variable = "ill"

[model]
family = "linear"

[rounds]
count = 1
min_sites = 2
deadline = "5min"
"""


@dataclass(frozen=True)
class Outcome:
    """One check: what it was, whether it passed, and if not why."""

    name: str
    passed: bool
    seconds: float
    detail: str = ""


def run(window: bool = True) -> Iterator[Outcome]:
    """Runs the checks one after another; each starts from nothing and leaves nothing behind."""
    yield _tried("libraries", lambda _: libraries(window))
    yield _tried("cryptography", lambda _: cryptography())
    yield _tried("vault", vault)
    yield _tried("formats", formats)
    yield _tried("privacy", lambda _: privacy())
    yield _tried("federation", federation)
    if window:
        yield _tried("window", the_window)


def _tried(name: str, check: Callable[[Path], None]) -> Outcome:
    began = time.monotonic()
    with TemporaryDirectory(prefix="wardround-", ignore_cleanup_errors=True) as folder:
        try:
            check(Path(folder))
        except WardroundError as error:
            return Outcome(name, False, time.monotonic() - began, f"{error.code}: {error.sentence('en')}")
        except Exception as error:  # noqa: BLE001 - a check's door: whatever it is, the check failed
            _log.error("check-failed", kind=name, exc_info=error)
            return Outcome(name, False, time.monotonic() - began, f"{type(error).__name__}: {error}")
    return Outcome(name, True, time.monotonic() - began)


def libraries(window: bool) -> None:
    """Every library loads."""
    importlib.import_module("engine.wire.tls_environment")  # must come before grpc
    for name in (*LIBRARIES, *(WINDOW_LIBRARIES if window else ())):
        importlib.import_module(name)


def cryptography() -> None:
    """Keys sign, a certificate is issued, check words come in both languages, a passphrase is stretched."""
    from engine.trust import certificates, signing, words

    key = signing.SigningKey.generate()
    signing.verify(key.public, b"self-test", key.sign(b"self-test"))
    authority = certificates.create_authority("Self-test", time.time())
    certificates.issue_server(authority, ["localhost"], time.time())
    digest = certificates.digest(authority.certificate_pem)
    if len(words.check_words(digest, "en")) != words.WORDS or len(words.check_words(digest, "zh")) != words.WORDS:
        raise WardroundError("E-FILE-03", path="words")


def vault(folder: Path) -> None:
    """Records go into an encrypted vault and come out of it again, and a wrong passphrase opens nothing."""
    from engine.session.session import Session

    passphrase = secrets.token_urlsafe(16)
    data = write_records(folder / "records.csv", 50, 1)
    session = Session(folder / "home", language="en", resumes=False)
    try:
        session.create(passphrase).result(PATIENCE_SECONDS)
        done = session.import_data(data, "records").result(PATIENCE_SECONDS)
        if done.rows != 50 or len(session.rows(done.id, 0, 50).result(PATIENCE_SECONDS)) != 50:
            raise WardroundError("E-FILE-03", path="records")
        session.lock()
        session.unlock(passphrase).result(PATIENCE_SECONDS)
    finally:
        session.close()


SAMPLES = {
    "expression.h5ad": 3,
    "molecules.smi": 2,
    "picture.png": 1,
    "slice.dcm": 1,
    "statistics.sav": 3,
    "volume.nii.gz": 1,
    "workbook.xlsx": 3,
}
"""Rows of each of ``samples/``: a format that needs a library of its own has one (packaging/make_samples.py)."""


def formats(folder: Path) -> None:
    """A small file of each format that needs a library is read, and a unit converted."""
    from engine.records import conversion, loaders
    from engine.values import NoToken

    for name, rows in SAMPLES.items():
        path = folder / name
        path.write_bytes(resources.files("engine.session").joinpath("samples", name).read_bytes())
        survey = loaders.survey(path)
        if sum(batch.num_rows for batch in survey.batches(NoToken())) != rows:
            raise WardroundError("E-FILE-03", path=name)
    if conversion.conversion("mg/dL", "mmol/L", "glucose") is None:
        raise WardroundError("E-FILE-03", path="units")


def privacy() -> None:
    """The accountant computes a known privacy loss."""
    from engine.privacy import accountant, events

    loss = accountant.epsilon([events.Event(events.Kind.SAMPLED_GAUSSIAN, 1.0, 0.01, 1000)], 1e-5)
    if not 1.82 < loss < 1.84:
        raise WardroundError("E-FILE-03", path="accountant")


def write_records(path: Path, rows: int, seed: int) -> Path:
    """Invented records for the self-test's study."""
    chance = random.Random(seed)  # noqa: S311 - invented records, nothing secret
    lines = ["record,age,smoker,ill"]
    for row in range(rows):
        age, smoker = chance.uniform(20, 90), chance.random() < 0.3
        ill = chance.random() < 1 / (1 + 2.718281828 ** -((age - 60) / 8 + smoker))
        lines.append(f"{path.stem}-{row},{age:.1f},{'yes' if smoker else 'no'},{'yes' if ill else 'no'}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def federation(folder: Path) -> None:
    """A coordinator and two sites, each a process of its own, over mutual TLS: one round, to the end."""
    from engine.session import coordinator_jobs
    from engine.simulation.children import Child
    from engine.values import StudyId

    lead, study = folder / "lead", StudyId("self-test")
    port = _free_port()
    plan = folder / "study.toml"
    plan.write_text(_STUDY, encoding="utf-8")
    coordinator_jobs.init(lead, "Self-test", ["127.0.0.1"], f"127.0.0.1:{port}", None)
    coordinator_jobs.add_study(lead, plan, "en")
    children = [Child("coordinator", ("-C", str(lead), "coordinator", "serve"), folder / "coordinator.log")]
    for number, name in enumerate(SITES):
        invitation = folder / f"{name}.wardround-invite"
        coordinator_jobs.invite(lead, name, study, 3600.0, invitation)
        data = write_records(folder / f"{name}.csv", 120, number)
        secret = folder / f"{name}.passphrase"
        with os.fdopen(os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(16))
        files = ("--invitation", str(invitation), "--data", str(data), "--passphrase-file", str(secret))
        children.append(Child(name, ("-C", str(folder / name), "site", "demo-member", *files), folder / f"{name}.log"))
    try:
        for child in children:
            child.start()
        _lead(lead, study, children)
    finally:
        for child in reversed(children):
            child.end()


def _lead(lead: Path, study: Any, children: list[Any]) -> None:
    """Approves, publishes, starts, and waits for both sites to end well."""
    from engine.session import coordinator_jobs

    published = False
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        codes = [child.process.poll() for child in children]
        for child, code in zip(children, codes, strict=True):
            if code not in (None, 0) or (child is children[0] and code is not None):
                raise WardroundError("E-SITE-22", name=child.name, status=code, words=child.last_words)
        if all(code == 0 for code in codes[1:]):
            return
        if not published:
            states = {site.site: site.membership.value for site in coordinator_jobs.sites(lead)}
            for site, state in states.items():
                if state == "waiting-for-approval":
                    coordinator_jobs.approve(lead, site, None)
            if all(state == "approved" for state in states.values()):
                coordinator_jobs.publish(lead, study)
                coordinator_jobs.start(lead, study, False)
                published = True
        time.sleep(0.2)
    raise WardroundError("E-SITE-23", seconds=round(PATIENCE_SECONDS))


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# ---------------------------------------------------------------- the window


def the_window(folder: Path) -> None:
    """The window opens in a process of its own, on the screen that there is or on none, and closes in order."""
    from engine.simulation.children import command

    environment = {**os.environ, "WARDROUND_HOME": str(folder / "home")}
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    if not getattr(sys, "frozen", False):
        root = str(Path(__file__).resolve().parents[2])
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, (root, environment.get("PYTHONPATH"))))
    done = subprocess.run(
        [*command(), "self-test", "--window-only"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise WardroundError("E-SITE-22", name="window", status=done.returncode, words=said[-1] if said else "-")


def look_at_window() -> int:
    """In the process of its own: opens the window, waits until it shows, closes it; 0 when it showed.

    Python runs a signal's handler on the main thread, which is Qt's, so that is where the looking happens.
    """
    shown = threading.Event()
    nudge = signal.Signals["SIGBREAK" if sys.platform == "win32" else "SIGUSR1"]

    def look(_number: int, _frame: object) -> None:
        widgets: Any = sys.modules.get("PySide6.QtWidgets")
        if widgets is None or widgets.QApplication.instance() is None:
            return
        if any(widget.isVisible() and widget.width() > 0 for widget in widgets.QApplication.topLevelWidgets()):
            shown.set()

    def ask() -> None:
        deadline = time.monotonic() + WINDOW_SECONDS
        while time.monotonic() < deadline and not shown.is_set():
            signal.raise_signal(nudge)
            time.sleep(0.2)
        signal.raise_signal(signal.SIGINT)  # the window closes as after Ctrl+C

    signal.signal(nudge, look)
    threading.Thread(target=ask, name="look", daemon=True).start()
    code: int = importlib.import_module("gui.app").main([])
    return code if shown.is_set() else 1
