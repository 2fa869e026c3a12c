# SPDX-License-Identifier: Apache-2.0
"""Pictures and lines for a viewer: shades by the window asked for, planes, thinned lines that keep their peaks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import nibabel
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.records.blocks import Block
from engine.session import ReadChoices, Session
from engine.session.array_jobs import thinned
from tests.support import wfdb_making
from tests.support.dicom_making import save, slice_of
from tests.support.samples_signals import wave


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    made = Session.open(tmp_path / "home")
    made.create("four unrelated words here").result(60)
    yield made
    made.close()


def imported(session: Session, path: Path, **said: str) -> str:
    return session.import_data(path, "arrays", ReadChoices(settings=said)).result(60).id


def test_a_picture_in_the_window_asked_for(session: Session, tmp_path: Path) -> None:
    pixels = np.arange(100, dtype=np.uint16).reshape(10, 10)
    dataset = imported(session, save(slice_of(pixels), tmp_path / "a.dcm"))
    view = session.picture(dataset, "pixels", 0, None, (20.0, 70.0)).result(60)
    assert (view.rows, view.columns, view.frames, view.colour, view.missing) == (10, 10, 1, False, False)
    assert (view.least, view.most, view.low, view.high) == (0.0, 99.0, 20.0, 70.0)
    shades = np.frombuffer(view.pixels, np.uint8).reshape(10, 10)
    assert np.array_equal(shades, np.clip(np.rint((pixels.astype(float) - 20) * 255 / 50), 0, 255))


def test_planes_colour_and_turned_volumes(session: Session, tmp_path: Path) -> None:
    voxels = np.arange(60, dtype=np.int16).reshape(3, 4, 5)
    (tmp_path / "a.nii").write_bytes(nibabel.Nifti1Image(voxels, np.eye(4)).to_bytes())
    dataset = imported(session, tmp_path / "a.nii")
    view = session.picture(dataset, "pixels", 0).result(60)
    assert (view.frames, view.frame, view.rows, view.columns) == (5, 2, 4, 3)
    front = session.picture(dataset, "pixels", 0, 4, (0.0, 255.0)).result(60)
    assert np.frombuffer(front.pixels, np.uint8).reshape(4, 3)[0].tolist() == voxels[:, 3, 4].tolist()
    colour = np.arange(60, dtype=np.uint8).reshape(4, 5, 3)
    made = slice_of(colour, SamplesPerPixel=3, PhotometricInterpretation="RGB")
    view = session.picture(imported(session, save(made, tmp_path / "b.dcm")), "pixels", 0).result(60)
    assert view.colour
    assert view.pixels == colour.tobytes()


def test_a_part_of_a_signal(session: Session, tmp_path: Path) -> None:
    samples = wave(5000, 2, 0)
    dataset = imported(session, wfdb_making.write(tmp_path, "r", 16, samples, names=("I", "II")))
    view = session.wave(dataset, "signal", 0, (1,), 4.0, 2.0).result(60)
    assert (view.labels, view.start, view.end, view.length, view.step) == (("I", "II"), 4.0, 6.0, 20.0, 1 / 250)
    assert view.traces[0].unit == "mV"
    assert view.traces[0].x[0] == 4.0
    assert np.allclose(view.traces[0].y, wfdb_making.physical(samples)[1, 1000:1500], rtol=1e-6)
    whole = session.wave(dataset, "signal", 0).result(60)
    assert len(whole.traces[0].y) <= 4000
    assert max(whole.traces[0].y) == pytest.approx(wfdb_making.physical(samples)[0].max())


def test_a_row_without_an_image_says_so(session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = imported(session, save(slice_of(np.zeros((4, 4), np.uint8)), tmp_path / "a.dcm"))
    vault = session.opened().data._vault
    monkeypatch.setattr(vault, "array", lambda *_, **__: (None, Block("image", "uint8")))
    assert session.picture(dataset, "pixels", 0).result(60).missing
    session.opened().data.arrays.forget()
    assert session.wave(dataset, "pixels", 0).result(60).missing


@given(st.lists(st.floats(-100, 100) | st.just(float("nan")), min_size=1, max_size=300), st.sampled_from([4, 10, 50]))
def test_thinned_lines_keep_their_extremes_and_gaps(values: list[float], most: int) -> None:
    given_values = np.array(values)
    x, y = thinned(given_values, most)
    assert len(x) == len(y)
    assert len(y) <= max(most, min(len(values), most))
    assert (np.diff(x) >= 0).all()
    if not np.isnan(given_values).any():
        assert (y.min(), y.max()) == (given_values.min(), given_values.max())
