# SPDX-License-Identifier: Apache-2.0
"""The viewer of images and signals on the Data page: reached from a column or a cell, and what is seen is also said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.session import ReadChoices
from gui.desk import Desk
from tests.support import wfdb_making
from tests.support.dicom_making import save, slice_of
from tests.support.samples_signals import wave


def opened(desk: Desk, qtbot: QtBot, path: Path, **said: str):
    """The Data page's view with this file imported and loaded."""
    desk.session.import_data(path, "arrays", ReadChoices(settings=said)).result(60)
    desk.window.go("data")
    page = desk.window.pages["data"]
    qtbot.waitUntil(lambda: page._detail is not None, timeout=20_000)
    return page.view


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    for number in range(3):
        pixels = (np.arange(80, dtype=np.uint16) * (number + 1)).reshape(8, 10)
        save(slice_of(pixels, InstanceNumber=number), tmp_path / "scans" / f"{number}.dcm")
    return tmp_path / "scans"


def test_a_table_has_no_viewer(desk_with_data: Desk, qtbot: QtBot) -> None:
    desk_with_data.window.go("data")
    page = desk_with_data.window.pages["data"]
    qtbot.waitUntil(lambda: page._detail is not None, timeout=20_000)
    page.view.columns.selectRow(0)
    page.view.columns.activated.emit(page.view.columns_model.index(0, 0))
    assert page.view.tabs.indexOf(page.view.viewer) < 0


def test_an_image_from_its_column_with_window_and_level(open_desk: Desk, qtbot: QtBot, scans: Path) -> None:
    view = opened(open_desk, qtbot, scans)
    viewer = view.viewer
    view.columns.selectRow(view.columns_model.rowCount() - 1)
    view.look_inside.click()
    qtbot.waitUntil(lambda: "8 × 10" in viewer.image.words.text(), timeout=20_000)
    assert view.tabs.currentWidget() is viewer
    assert not viewer.image.picture._image.isNull()
    before = viewer.image._view
    viewer.image.level.setValue(900)
    qtbot.waitUntil(lambda: viewer.image._view.low > before.low, timeout=20_000)
    assert viewer.image._view.pixels != before.pixels
    viewer.image.picture.dragged.emit(0.2, 0.0)
    wider = viewer.image.window_values()
    assert wider[1] - wider[0] > viewer.image._view.high - viewer.image._view.low
    viewer.image.reset.click()
    qtbot.waitUntil(lambda: viewer.image._view.pixels == before.pixels, timeout=20_000)
    assert viewer.image.picture.accessibleDescription() == viewer.image.words.text()


def test_rows_one_after_the_other_and_by_a_cell(open_desk: Desk, qtbot: QtBot, scans: Path) -> None:
    view = opened(open_desk, qtbot, scans)
    viewer = view.viewer
    view.rows.doubleClicked.emit(view.rows_model.index(1, view.rows_model.columnCount() - 1))
    qtbot.waitUntil(lambda: viewer.image._view is not None and viewer.image._view.row == 1, timeout=20_000)
    qtbot.mouseClick(viewer.after, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: viewer.image._view.row == 2, timeout=20_000)
    assert not viewer.after.isEnabled()
    assert viewer.before.isEnabled()


def test_planes_of_a_volume(open_desk: Desk, qtbot: QtBot, scans: Path) -> None:
    view = opened(open_desk, qtbot, scans, unit="series")
    viewer = view.viewer
    view._look_at(view.columns_model.rowCount() - 1)
    qtbot.waitUntil(lambda: viewer.image._view is not None and viewer.image._view.frames == 3, timeout=20_000)
    viewer.image.plane.setValue(3)
    qtbot.waitUntil(lambda: viewer.image._view.frame == 2, timeout=20_000)
    assert "3" in viewer.image.words.text()


def test_a_signal_its_leads_and_zoom(open_desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    path = wfdb_making.write(tmp_path, "r", 16, wave(10_000, 2, 0), names=("I", "II"))
    view = opened(open_desk, qtbot, path)
    viewer = view.viewer
    view._look_at(view.columns_model.rowCount() - 1)
    signal = viewer.signal
    qtbot.waitUntil(lambda: signal._view is not None, timeout=20_000)
    assert (signal._view.start, signal._view.end, signal._view.length) == (0.0, 10.0, 40.0)
    signal.closer.click()
    qtbot.waitUntil(lambda: signal._view.end - signal._view.start == 5.0, timeout=20_000)
    signal.place.setValue(signal.place.maximum())
    qtbot.waitUntil(lambda: signal._view.end == 40.0, timeout=20_000)
    signal.lead.setCurrentIndex(1)
    signal.lead.activated.emit(1)
    qtbot.waitUntil(lambda: signal._view.traces[0].label == "II", timeout=20_000)
    assert "II" in signal.words.text()
    assert signal.chart.accessibleDescription() == signal.words.text()
