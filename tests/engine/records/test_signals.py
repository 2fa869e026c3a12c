# SPDX-License-Identifier: Apache-2.0
"""WFDB and EDF: every format by a second hand and against files of other software; resampling, parts, leads; broken files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyedflib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import WardroundError
from engine.records import blocks, edf, loaders, waveform, wfdb_header, wfdb_samples
from engine.records.folder import Files
from engine.records.loader import ReadOptions
from engine.values import NoToken
from tests.support import edf_making, wfdb_making
from tests.support.samples_signals import wave

SHIPPED = Path(pyedflib.__file__).parent / "tests" / "data"
SHARED = Path(__file__).parents[4] / "shared" / "data" / "wfdb"


def read(path: Path, **said: str) -> pa.Table:
    return pa.Table.from_batches(loaders.read(path, ReadOptions(settings=said)))


def signals(table: pa.Table) -> list[np.ndarray]:
    return blocks.arrays(table["signal"], blocks.blocks_of(table.schema)["signal"])


def refusal(path: Path, **said: str) -> WardroundError:
    with pytest.raises(WardroundError) as caught:
        read(path, **said)
    assert caught.value.what("en") != caught.value.what("zh")
    return caught.value


def codes(path: Path, **said: str) -> set[str]:
    return {finding.code for finding in loaders.survey(path, ReadOptions(settings=said)).findings}


# ---------------------------------------------------------------- WFDB


@pytest.mark.parametrize("kind", sorted(wfdb_making.BITS))
@pytest.mark.parametrize("frames", [300, 301])
def test_every_format_of_wfdb(tmp_path: Path, kind: int, frames: int) -> None:
    reach = 100 if kind == 8 else 2 ** (wfdb_making.BITS[kind] - 1) - 2
    samples = np.random.default_rng(kind).integers(-reach, reach, (frames, 3))
    samples = np.cumsum(samples // 4, axis=0) if kind == 8 else samples
    path = wfdb_making.write(tmp_path, "r", kind, samples)
    (found,) = signals(read(path))
    assert np.allclose(found, wfdb_making.physical(samples), rtol=1e-6)
    (part,) = signals(read(path, start="0.2", window="0.5"))
    assert np.array_equal(part, found[:, 50:175])


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data folder is not here")
def test_records_of_physionet(home) -> None:
    version = home.vault.import_table(SHARED / "100.hea", "ecg")
    kinds = {column.name: column for column in version.columns}
    assert kinds["signal"].shape == (2, 650_000)
    assert (kinds["beats N"].maximum, kinds["beats A"].maximum, kinds["beats V"].maximum) == (2239.0, 33.0, 1.0)
    table = read(SHARED / "03700181.hea")
    assert table.schema.field("signal").metadata is not None
    assert table["sampling [Hz]"].to_pylist() == [500.0]
    assert refusal(SHARED).code == "E-SIGNAL-05"


def test_beats_are_those_of_the_part(tmp_path: Path) -> None:
    path = wfdb_making.write(tmp_path, "r", 16, wave(5000, 1, 0))
    path.with_suffix(".atr").write_bytes(wfdb_making.annotations([(10, 1), (200, 5), (3000, 1), (4500, 1)]))
    row = read(path).drop_columns(["signal"]).to_pylist()[0]
    assert (row["beats N"], row["beats V"]) == (3.0, 1.0)
    row = read(path, start="10", window="5").drop_columns(["signal"]).to_pylist()[0]
    assert (row["beats N"], row["beats V"]) == (1.0, 0.0)
    assert "beats N" not in read(path, annotator="none").column_names


def test_missing_samples_are_gaps(tmp_path: Path) -> None:
    samples = wave(40, 1, 0)
    samples[5] = -(2**15)
    (found,) = signals(read(wfdb_making.write(tmp_path, "r", 16, samples)))
    assert np.isnan(found[0]).tolist() == [place == 5 for place in range(40)]


def test_segments_are_joined_and_lacking_leads_are_gaps(tmp_path: Path) -> None:
    wfdb_making.write(tmp_path, "m_0001", 16, wave(100, 2, 0), names=("II", "V"))
    wfdb_making.write(tmp_path, "m_0002", 16, wave(50, 1, 1), names=("II",))
    (tmp_path / "m_layout.hea").write_text("m_layout 2 250 0\n~ 0 200 16 0 0 0 0 II\n~ 0 200 16 0 0 0 0 V\n")
    (tmp_path / "m.hea").write_text("m/4 2 250 170\nm_layout 0\nm_0001 100\n~ 20\nm_0002 50\n")
    table = read(tmp_path)
    assert table["record"].to_pylist() == ["m"]
    (found,) = signals(table)
    assert found.shape == (2, 170)
    assert np.isnan(found[0]).sum() == 20
    assert np.isnan(found[1]).sum() == 70
    assert np.allclose(found[0, 120:], wave(50, 1, 1)[:, 0] / 200)


def test_comments_and_dates_of_a_header_stay_behind(tmp_path: Path, home) -> None:
    path = wfdb_making.write(tmp_path, "r", 16, wave(40, 1, 0), text="Planted Person, born 1.2.1940")
    path.write_text(path.read_text().replace("r 1 250 40\n", "r 1 250 40 17:27:45 15/08/1994\n"))
    version = home.vault.import_table(path, "ecg")
    assert version.rows == 1
    assert "Planted" not in str(version)
    assert "1994" not in str(version)


def test_a_header_of_another_copy(tmp_path: Path) -> None:
    path = wfdb_making.write(tmp_path, "r", 16, wave(40, 2, 0))
    (tmp_path / "r.dat").write_bytes(wfdb_making.encoded(16, [int(value) for value in wave(40, 2, 1).reshape(-1)]))
    error = refusal(path)
    assert (error.code, error.fields["lead"]) == ("E-SIGNAL-03", "L1")
    (tmp_path / "r.dat").write_bytes(bytes(100))
    assert refusal(path).code == "E-SIGNAL-08"
    (tmp_path / "r.dat").unlink()
    assert refusal(path).code == "E-FILE-01"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("../../etc/passwd 16 200", "E-SIGNAL-02"),
        ("r.dat 516 200", "E-SIGNAL-04"),
        ("r.dat 9999 200", "E-SIGNAL-04"),
        ("r.dat", "E-SIGNAL-02"),
    ],
)
def test_odd_headers_of_wfdb(tmp_path: Path, line: str, code: str) -> None:
    wfdb_making.write(tmp_path, "r", 16, wave(40, 1, 0))
    (tmp_path / "r.hea").write_text(f"r 1 250 40\n{line}\n")
    assert refusal(tmp_path / "r.hea").code == code


def test_a_signal_file_that_is_a_link(tmp_path: Path) -> None:
    path = wfdb_making.write(tmp_path, "r", 16, wave(40, 1, 0))
    (tmp_path / "r.dat").rename(tmp_path / "elsewhere")
    (tmp_path / "r.dat").symlink_to(tmp_path / "elsewhere")
    assert refusal(path).code == "E-FILE-01"


def test_a_table_gives_patients_and_labels(tmp_path: Path) -> None:
    for name in ("a", "b"):
        wfdb_making.write(tmp_path, name, 16, wave(40, 1, 0))
    (tmp_path / "database.csv").write_text("filename,patient_id,sinus\na,17,yes\nb,18,no\n", encoding="utf-8")
    table = read(tmp_path)
    assert table["patient_id"].to_pylist() == ["17", "18"]
    assert table["sinus"].to_pylist() == ["yes", "no"]
    assert codes(tmp_path) == set()


# ---------------------------------------------------------------- EDF


@pytest.mark.parametrize("path", sorted([*SHIPPED.glob("*.edf"), *SHIPPED.glob("*.bdf")]), ids=lambda path: path.name)
def test_recordings_that_a_package_ships_are_read_as_it_does(path: Path) -> None:
    recording = edf._opened(Files(NoToken()), path, path.name, True)
    with pyedflib.EdfReader(str(path)) as reference:
        names = {label: number for number, label in enumerate(reference.getSignalLabels())}
        for place, lead in enumerate(recording.leads):
            (found,) = recording.read(Files(NoToken()), [place], 0, recording.seconds)
            assert np.allclose(found, reference.readSignal(names[lead.name]), atol=1e-9)
            assert lead.rate == reference.getSampleFrequency(names[lead.name])
            assert lead.unit == reference.getPhysicalDimension(names[lead.name])
    assert read(path).num_rows == 1


def test_of_the_patient_field_only_code_sex_and_age_are_kept(tmp_path: Path) -> None:
    channels = [("ECG", wave(100, 1, 0)[:, 0])]
    said = {"patient": "K-77 M 02-MAR-1908 Planted_Person", "reserved": "EDF+C"}
    (tmp_path / "a.edf").write_bytes(edf_making.made(channels, records=1, onsets=(0,), **said))
    row = read(tmp_path / "a.edf").drop_columns(["signal"]).to_pylist()[0]
    assert (row["patient_id"], row["sex"], row["age_band"]) == ("K-77", "M", "90+")
    assert "Planted" not in str(row)
    (tmp_path / "b.edf").write_bytes(edf_making.made(channels, records=1, patient="Planted Person 1908"))
    assert "lanted" not in str(read(tmp_path / "b.edf").drop_columns(["signal"]).to_pylist())


def test_interrupted_recordings_have_gaps(tmp_path: Path) -> None:
    content = edf_making.made([("ECG", wave(300, 1, 0)[:, 0])], records=3, reserved="EDF+D", onsets=(5, 6, 9))
    (tmp_path / "a.edf").write_bytes(content)
    (found,) = signals(read(tmp_path / "a.edf"))
    assert found.shape == (1, 500)
    assert np.isnan(found[0]).tolist() == [200 <= place < 400 for place in range(500)]
    assert np.allclose(found[0, 400:], wave(300, 1, 0)[200:, 0], atol=0.6)
    (part,) = signals(read(tmp_path / "a.edf", start="1.5", window="3"))
    assert np.array_equal(part, found[:, 150:450], equal_nan=True)


def test_slow_leads_are_brought_to_the_rate_of_the_others(tmp_path: Path) -> None:
    fast, slow = wave(400, 1, 0)[:, 0], np.arange(40)
    (tmp_path / "a.edf").write_bytes(edf_making.made([("ECG", fast), ("SpO2", slow)], records=4))
    (found,) = signals(read(tmp_path / "a.edf"))
    assert np.allclose(found[1, :390], np.arange(390) / 10, atol=0.6)
    assert "rates-joined" in codes(tmp_path / "a.edf")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"header_bytes": "999"}, "E-SIGNAL-02"),
        ({"said_records": "many"}, "E-SIGNAL-02"),
        ({"said_records": "0"}, "E-SIGNAL-02"),
        ({"said_records": "90000000"}, "E-SIGNAL-02"),
        ({"said_records": "400"}, "E-SIGNAL-08"),
        ({"digital_low": "32767"}, "E-SIGNAL-09"),
        ({"low": "nan"}, "E-SIGNAL-02"),
        ({"seconds": 0.0}, "E-SIGNAL-02"),
    ],
)
def test_impossible_headers_of_edf(tmp_path: Path, said: dict, code: str) -> None:
    (tmp_path / "a.edf").write_bytes(edf_making.made([("ECG", wave(100, 1, 0)[:, 0])], **{"records": 1, **said}))
    assert refusal(tmp_path / "a.edf").code == code


def test_a_recorder_that_does_not_count_its_records(tmp_path: Path) -> None:
    content = edf_making.made([("ECG", wave(300, 1, 0)[:, 0])], records=3)
    (tmp_path / "b.edf").write_bytes(content[:236] + b"-1      " + content[244:])
    assert signals(read(tmp_path / "b.edf"))[0].shape == (1, 300)


# ---------------------------------------------------------------- parts, leads, rates


def test_leads_are_those_in_common_or_those_said(tmp_path: Path) -> None:
    wfdb_making.write(tmp_path, "a", 16, wave(40, 3, 0), names=("I", "II", "V1"))
    wfdb_making.write(tmp_path, "b", 16, wave(40, 2, 0), names=("II", "I"))
    table = read(tmp_path)
    assert blocks.blocks_of(table.schema)["signal"].labels == ("I", "II")
    first, second = signals(table)
    assert np.allclose(first[0] * 200, wave(40, 3, 0)[:, 0])
    assert np.allclose(second[1] * 200, wave(40, 2, 0)[:, 0])
    assert "leads-dropped" in codes(tmp_path)
    assert blocks.blocks_of(read(tmp_path, leads="II").schema)["signal"].labels == ("II",)
    error = refusal(tmp_path, leads="V1")
    assert (error.code, error.fields["record"]) == ("E-SIGNAL-06", "b")


def test_parts_beyond_the_end(tmp_path: Path) -> None:
    path = wfdb_making.write(tmp_path, "r", 16, wave(500, 1, 0))
    (found,) = signals(read(path, start="1", window="2"))
    assert found.shape == (1, 500)
    assert np.isnan(found[0]).tolist() == [place >= 250 for place in range(500)]
    assert "shorter-than-window" in codes(path, start="1", window="2")
    assert refusal(path, start="2").code == "E-SIGNAL-07"
    assert refusal(path, start="-1").code == "E-DATA-31"
    assert refusal(path, window="9000000", resample_hz="1000").code == "E-IMAGE-03"


@pytest.mark.parametrize(("old", "new"), [(360, 250), (1000, 100), (100, 250), (250, 128), (256, 1)])
def test_resampling_keeps_what_the_new_rate_can_hold(old: int, new: int) -> None:
    seconds, slow = 40, 0.1 * min(old, new) if new > 2 else 0.02
    times = np.arange(seconds * old) / old
    found = waveform.resampled(np.sin(2 * np.pi * slow * times) + 3, old, new)
    expected = np.sin(2 * np.pi * slow * np.arange(seconds * new) / new) + 3
    middle = slice(len(found) // 4, -len(found) // 4)
    assert len(found) == seconds * new
    assert np.abs(found - expected)[middle].max() < 0.06


def test_resampling_removes_what_the_new_rate_cannot_hold() -> None:
    times = np.arange(10_000) / 1000
    found = waveform.resampled(np.sin(2 * np.pi * 180 * times), 1000, 100)
    assert np.abs(found[100:-100]).max() < 0.01


def test_resampling_keeps_gaps() -> None:
    samples = np.ones(1000)
    samples[400:600] = np.nan
    found = waveform.resampled(samples, 100, 50)
    assert np.isnan(found).sum() == pytest.approx(100, abs=1)
    assert np.allclose(found[~np.isnan(found)], 1)


# ---------------------------------------------------------------- any bytes

CHANGES = st.lists(st.tuples(st.integers(0, 900), st.binary(min_size=1, max_size=6)), max_size=6)


@settings(max_examples=200, deadline=None)
@given(CHANGES, st.integers(1, 1500))
def test_any_bytes_of_edf_are_read_or_refused_in_words(tmp_path_factory: pytest.TempPathFactory, changes, end: int) -> None:
    channels = [("ECG", wave(100, 1, 0)[:, 0])]
    content = bytearray(edf_making.made(channels, records=2, reserved="EDF+D", onsets=(0, 4))[:end])
    for at, piece in changes:
        content[at : at + len(piece)] = piece
    path = tmp_path_factory.getbasetemp() / "fuzz.edf"
    path.write_bytes(bytes(content))
    try:
        read(path)
    except WardroundError as error:
        assert error.code.startswith("E-")  # noqa: PT017 - either outcome is right


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="r0123456789 ./:x+()-\n#~mVeE", max_size=120))
def test_any_header_of_wfdb_is_parsed_or_refused(text: str) -> None:
    try:
        wfdb_header.parsed(text)
    except ValueError:
        return


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_annotations_are_read_or_refused(content: bytes) -> None:
    try:
        times, kinds = wfdb_samples.beats_of(content)
    except ValueError:
        return
    assert len(times) == len(kinds)
