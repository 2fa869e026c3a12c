# SPDX-License-Identifier: Apache-2.0
"""No value of the records is found in any file: not at the site, not in its temporary folder, not in a log, not at the coordinator."""

from __future__ import annotations

import csv
import struct
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine import log
from engine.errors import WardroundError
from engine.records import loaders
from engine.values import Phase
from tests.support import hospital
from tests.support.hospital import STUDY
from tests.support.lead import Lead
from tests.support.turnstile import Turnstile

PATIENT = "Qx7Zurich"
"""Every patient's number begins so."""
CATEGORY = "欧阳瞿昙 ward Ω"
"""One patient's ward, which the study does not know."""
NUMBER = 7.7731337
"""One patient's measurement."""


def _needles() -> dict[str, bytes]:
    texts = (PATIENT, CATEGORY, repr(NUMBER))
    found = {f"{text} in {code}": text.encode(code) for text in texts for code in ("utf-8", "utf-16-le", "utf-16-be")}
    found |= {f"{CATEGORY} in gb18030": CATEGORY.replace("Ω", "").strip().encode("gb18030")}
    return found | {f"{NUMBER} as {kind}": struct.pack(kind, NUMBER) for kind in ("<d", "<f", ">d", ">f")}


NEEDLES = _needles()


def found_in(*folders: Path) -> set[str]:
    """The needles that some file below the folders holds, as ``needle: file``."""
    hits = set()
    for folder in folders:
        for path in folder.rglob("*"):
            assert not any(text in path.name for text in (PATIENT, CATEGORY)), path
            if path.is_file():
                content = path.read_bytes()
                hits |= {f"{name}: {path.name}" for name, needle in NEEDLES.items() if needle in content}
    return hits


def plant(path: Path, seed: int) -> Path:
    """Records with the planted values."""
    hospital.write_records(path, seed, prefix=PATIENT)
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    rows[5][1], rows[9][3] = repr(NUMBER), CATEGORY
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temporary folder of this test's own."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder


@pytest.fixture
def logs(tmp_path: Path) -> Iterator[Path]:
    """Everything is logged, down to the smallest detail."""
    folder = tmp_path / "logs"
    folder.mkdir()
    log.configure("debug", folder / "wardround.log")
    yield folder
    log.configure("warning", console=False)


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    source = plant(tmp_path / "source.csv", 1)
    assert found_in(tmp_path) == {f"{text} in utf-8: source.csv" for text in (PATIENT, CATEGORY, repr(NUMBER))}
    text = source.read_text(encoding="utf-8")
    for code in ("utf-16-le", "utf-16-be"):
        (tmp_path / f"{code}.csv").write_text(text, encoding=code)
    (tmp_path / "gb18030.csv").write_text(text, encoding="gb18030")
    for kind in ("<f8", "<f4", ">f8", ">f4"):
        (tmp_path / f"{kind[1:]}{'little' if kind[0] == '<' else 'big'}.bin").write_bytes(np.array([1.0, NUMBER], kind).tobytes())
    assert {hit.rpartition(":")[0] for hit in found_in(tmp_path)} == set(NEEDLES)


def test_no_value_of_the_records_is_in_any_file(
    tmp_path: Path, temporary: Path, logs: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Looked for in the middle of an update, after the end, after an export, and with the vault shut."""
    step = Turnstile(monkeypatch, "north", lambda key: (key.round, key.phase) == (2, Phase.UPDATE))
    lead = Lead(tmp_path, hospital.manifest(rounds=2, ranges=False))
    session = hospital.Session.open(tmp_path / "north")
    home = session.path
    watched = (home, temporary, logs, lead.home.path)
    source = tmp_path / "records"
    source.mkdir()
    try:
        session.create(hospital.PASSPHRASE).result(60)
        view = session.import_data(plant(source / "records.csv", 1), "records").result(60)
        shown = session.rows(view.id, 0, 10).result(60)
        assert any(cell.startswith(PATIENT) for row in shown for cell in row)
        assert any(CATEGORY in row for row in shown)
        assert any(repr(NUMBER) in row for row in shown)
        session.dataset(view.id).result(60)
        session.enrol(lead.invite("north").read_text(encoding="utf-8")).result(60)  # pasted, as text
        lead.approve("north")
        lead.publish()
        session.refresh(STUDY).result(60)
        _mistakes(session, source, monkeypatch)
        session.join(STUDY, view.id).result(60)
        session.start(STUDY)
        lead.start()
        step.wait()
        assert found_in(*watched) == set()
        step.open()
        assert session.wait(STUDY, 60) == "finished"
        assert found_in(*watched) == set()

        before = {path for folder in watched for path in folder.rglob("*")}
        asked = tmp_path / "asked"
        assert session.export_report(STUDY, asked).result(60)
        session.export_outbound(asked / "ledger.csv").result(60)
        assert len(list(asked.iterdir())) > 5
        assert found_in(asked, *watched) == set()
        strays = {path for folder in watched for path in folder.rglob("*")} - before
        assert all(path.name.startswith("site.db") for path in strays), "an export goes to the folder that was asked for, only"
    finally:
        step.open()
        session.close()
        lead.close()
    assert found_in(*watched) == set()
    assert (logs / "wardround.log").stat().st_size > 0
    said = capfd.readouterr()
    assert not [name for name, needle in NEEDLES.items() if needle in (said.out + said.err).encode("utf-8", "surrogateescape")]


def _mistakes(session: hospital.Session, source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Errors are where values slip out: text among numbers, and an accident that quotes a value."""
    mixed = source / "mixed.csv"
    mixed.write_text((source / "records.csv").read_text(encoding="utf-8").replace(repr(NUMBER), CATEGORY), encoding="utf-8")
    wrong = session.import_data(mixed, "mixed").result(60)
    with pytest.raises(WardroundError, match="E-DATA-23"):
        session.join(STUDY, wrong.id).result(60)

    def accident(*_: object) -> None:
        raise ValueError(f"cannot read {PATIENT} {CATEGORY} {NUMBER!r}")

    with monkeypatch.context() as patch:
        patch.setattr(loaders, "preview", accident)
        with pytest.raises(ValueError, match=PATIENT):
            session.preview(mixed).result(60)
    session.delete_data(wrong.id).result(60)
