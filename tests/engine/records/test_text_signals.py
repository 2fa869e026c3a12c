# SPDX-License-Identifier: Apache-2.0
"""Delimited text read as waveforms or as monitoring series, when a person says so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import WardroundError
from engine.records import blocks, loaders, moments
from engine.records.loader import ReadOptions
from engine.values import NoToken

MEASURED = """patient,charttime,parameter,value
A,2024-01-01 08:00,HR,70
A,2024-01-01 08:20,HR,80
A,2024-01-01 10:05,HR,90
A,2024-01-01 08:30,SpO2,97
B,2024-03-05 23:50,SpO2,95
B,2024-03-06 00:10,SpO2,93
B,,HR,60
"""


def read(path: Path, kind: str, **said: str) -> pa.Table:
    return pa.Table.from_batches(loaders.read(path, ReadOptions(settings={"format": kind, **said})))


def cells(table: pa.Table) -> list[np.ndarray]:
    ((name, block),) = blocks.blocks_of(table.schema).items()
    return blocks.arrays(table[name], block)


def refusal(path: Path, kind: str, **said: str) -> WardroundError:
    with pytest.raises(WardroundError) as caught:
        read(path, kind, **said)
    assert caught.value.what("en") != caught.value.what("zh")
    return caught.value


def put(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "数据 (新).csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table_stays_a_table_unless_a_person_says_otherwise(tmp_path: Path) -> None:
    path = put(tmp_path, MEASURED)
    assert loaders.loader_for(path).format == "csv"
    assert {loader.format for loader in loaders.readings(path)} >= {"csv", "series", "waveform"}


# ---------------------------------------------------------------- series


def test_measurements_become_a_grid_with_its_mask(tmp_path: Path) -> None:
    table = read(put(tmp_path, MEASURED), "series")
    block = blocks.blocks_of(table.schema)["series"]
    assert (block.labels, block.attributes["step_s"]) == (("HR", "SpO2"), "3600")
    assert table["patient_id"].to_pylist() == ["A", "B"]
    assert table["measurements"].to_pylist() == [4.0, 2.0]
    first, second = cells(table)
    assert first.shape == second.shape == (2, 2, 3)
    assert np.array_equal(first[0], np.float32([[75, np.nan, 90], [97, np.nan, np.nan]]), equal_nan=True)
    assert np.array_equal(first[1], [[1, 0, 1], [1, 0, 0]])
    assert np.array_equal(second[0], np.float32([[np.nan] * 3, [94, np.nan, np.nan]]), equal_nan=True)
    assert np.array_equal(np.isnan(first[0]), first[1] == 0)


def test_the_last_one_of_a_step_a_length_and_an_order(tmp_path: Path) -> None:
    path = put(tmp_path, MEASURED)
    first, _ = cells(read(path, "series", how="last", step="30min", length="2", variables="SpO2,HR"))
    assert np.array_equal(first[0], np.float32([[np.nan, 97], [80, np.nan]]), equal_nan=True)
    survey = loaders.survey(path, ReadOptions(settings={"format": "series", "length": "1"}))
    assert {finding.code: finding.fields["count"] for finding in survey.findings} == {"series-rows-skipped": 1, "series-cut": 1}


def test_the_order_of_the_rows_changes_nothing(tmp_path: Path) -> None:
    header, *rows = MEASURED.strip().split("\n")
    one = read(put(tmp_path, MEASURED), "series")
    other = read(put(tmp_path, "\n".join([header, *reversed(rows)]) + "\n"), "series")
    by_patient = {row["patient_id"]: row["series"] for row in other.to_pylist()}
    assert {row["patient_id"]: row["series"] for row in one.to_pylist()} == by_patient


def test_a_column_for_each_variable(tmp_path: Path) -> None:
    text = "stay_id,hours,glucose,lactate,note\n7,0,5.5,,x\n7,2.5,6,1.1,y\n8,0,,2,z\n"
    table = read(put(tmp_path, text.replace("hours", "time [h]")), "series")
    assert blocks.blocks_of(table.schema)["series"].labels == ("glucose", "lactate")
    first, second = cells(table)
    assert np.array_equal(first[0], np.float32([[5.5, np.nan, 6], [np.nan, np.nan, 1.1]]), equal_nan=True)
    assert np.array_equal(second[1], [[0, 0, 0], [1, 0, 0]])
    assert table["patient_id"].to_pylist() == ["7", "8"]


@pytest.mark.parametrize(
    ("text", "said", "code"),
    [
        ("a,b\n1,2\n", {}, "E-SIGNAL-11"),
        (MEASURED, {"patient": "nobody"}, "E-SIGNAL-11"),
        (MEASURED.replace("08:20", "soon"), {}, "E-SIGNAL-10"),
        (MEASURED.replace(",80", ",high"), {}, "E-SIGNAL-15"),
        (MEASURED, {"step": "often"}, "E-DATA-31"),
        (MEASURED, {"step": "0h"}, "E-DATA-31"),
        (MEASURED, {"step": "0.05s"}, "E-SIGNAL-12"),
        (MEASURED, {"variables": "lactate"}, "E-SIGNAL-14"),
        (MEASURED, {"length": "-1"}, "E-DATA-31"),
        (MEASURED, {"how": "median"}, "E-DATA-31"),
        ("patient,time,variable,value\n" + "".join(f"A,{row},v{row},1\n" for row in range(600)), {}, "E-SIGNAL-13"),
    ],
)
def test_what_is_no_series_is_refused(tmp_path: Path, text: str, said: dict[str, str], code: str) -> None:
    assert refusal(put(tmp_path, text), "series", **said).code == code


def test_a_preview_shows_what_is_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(tmp_path, MEASURED)
    options = ReadOptions(settings={"format": "series"})
    small = loaders.preview(path, options)
    assert small.header == ("patient_id", "measurements", "duration [h]", "series")
    assert small.rows[0][-1] == "2 × 2 × 3"
    monkeypatch.setattr("engine.records.textsignals.SMALL", 10)
    assert loaders.preview(path, options).rows == small.rows


# ---------------------------------------------------------------- waveforms


def wave(rows: int, *, time: str = "time [s]", step: float = 0.004) -> str:
    lines = [f"{time},I [mV],II [mV]"]
    lines += [f"{row * step:.4f},{row % 17 / 10},{row % 5}" for row in range(rows)]
    return "\n".join(lines) + "\n"


def test_the_rate_comes_from_the_times(tmp_path: Path) -> None:
    table = read(put(tmp_path, wave(500)), "waveform")
    block = blocks.blocks_of(table.schema)["signal"]
    assert (block.labels, block.attributes["units"], block.attributes["sampling_hz"]) == (("I", "II"), "mV, mV", "250")
    assert np.allclose(cells(table)[0], [np.arange(500) % 17 / 10, np.arange(500) % 5])
    assert table["duration [s]"].to_pylist() == [2.0]
    assert read(put(tmp_path, wave(500, time="t [ms]", step=4)), "waveform")["sampling [Hz]"].to_pylist() == [250.0]


def test_the_rate_as_it_is_said_and_parts(tmp_path: Path) -> None:
    path = put(tmp_path, "I,II\n" + "".join(f"{row},{row * 2}\n" for row in range(400)))
    assert refusal(path, "waveform").code == "E-SIGNAL-16"
    (found,) = cells(read(path, "waveform", sampling_hz="100", start="1", window="0.5", leads="II"))
    assert np.array_equal(found, [np.arange(100, 150) * 2])
    assert cells(read(path, "waveform", sampling_hz="100", resample_hz="50"))[0].shape == (2, 200)


def test_several_recordings_in_one_text(tmp_path: Path) -> None:
    rows = [f"{patient},{row / 100:.2f},{row}" for row in range(50) for patient in ("P1", "P2")]
    table = read(put(tmp_path, "patient_id,time,ECG\n" + "\n".join(rows) + "\n"), "waveform")
    assert table["patient_id"].to_pylist() == ["P1", "P2"]
    assert [found.shape for found in cells(table)] == [(1, 50), (1, 50)]


def test_lacking_samples_are_gaps(tmp_path: Path) -> None:
    lines = wave(500).split("\n")
    path = put(tmp_path, "\n".join(lines[:101] + lines[151:]))
    (found,) = cells(read(path, "waveform"))
    assert np.isnan(found[0]).tolist() == [100 <= place < 150 for place in range(500)]
    survey = loaders.survey(path, ReadOptions(settings={"format": "waveform"}))
    assert "uneven-times" in {finding.code for finding in survey.findings}


@pytest.mark.parametrize(
    "times",
    [(0, 1, 1, 2), (0, 2, 1, 3), (0, 1, 2.5, 2.9, 11.2, 11.7)],
)
def test_times_that_are_no_rate(tmp_path: Path, times: tuple[float, ...]) -> None:
    text = "time,ECG\n" + "".join(f"{time},1\n" for time in times)
    assert refusal(put(tmp_path, text), "waveform").code == "E-SIGNAL-17"


def test_a_changed_file_is_seen(tmp_path: Path) -> None:
    path = put(tmp_path, wave(500))
    survey = loaders.survey(path, ReadOptions(settings={"format": "waveform"}))
    path.write_text(wave(500).replace("1.6", "1.7"), encoding="utf-8")
    with pytest.raises(WardroundError) as caught:
        list(survey.batches(NoToken()))
    assert caught.value.code == "E-DATA-10"


# ---------------------------------------------------------------- moments


@pytest.mark.parametrize(
    "texts",
    [
        ("2024-01-31 07:30", "2024-01-31 07:31"),
        ("2024-01-31T07:30:00Z", "2024-01-31T07:31:00Z"),
        ("2024/01/31 07:30", "2024/01/31 07:31"),
        ("31.01.2024 07:30", "31.01.2024 07:31"),
        ("2024年01月31日 07:30", "2024年01月31日 07:31"),
        ("07:30", "07:31"),
        ("7:30:00.0", "7:31:00.0"),
    ],
)
def test_moments_a_minute_apart(texts: tuple[str, str]) -> None:
    found = moments.seconds_of(pa.array([*texts, None]), "time", "a.csv")
    assert found[1] - found[0] == 60
    assert np.isnan(found[2])


@pytest.mark.parametrize(("text", "seconds"), [("1h", 3600), ("15 min", 900), ("30s", 30), ("1.5d", 129_600), ("2小时", 7200)])
def test_lengths_of_time(text: str, seconds: float) -> None:
    assert moments.length_of(text) == seconds


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="patientimevlu,0123456789.-:\n ;", max_size=200), st.sampled_from(["series", "waveform"]))
def test_any_text_is_read_or_refused_in_words(tmp_path_factory: pytest.TempPathFactory, text: str, kind: str) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz.csv"
    path.write_text("patient,time,variable,value\n" + text, encoding="utf-8")
    try:
        read(path, kind)
    except WardroundError as error:
        assert error.code.startswith("E-")  # noqa: PT017 - either outcome is right
