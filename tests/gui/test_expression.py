# SPDX-License-Identifier: Apache-2.0
"""A column of gene expression in the window: offered where there is one, drawn by the real session, said in words, closed again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QToolTip
from pytestqt.qtbot import QtBot

from engine.session.choices import ReadChoices
from gui.desk import Desk
from gui.pages.data import DataPage
from gui.tables.columns_model import DISTINCT, KIND, NAME
from gui.theme.tokens import DARK, LIGHT
from gui.widgets import heatmap
from gui.widgets.datasetview import DatasetWidget

GROUPS = 3


@pytest.fixture
def matrix(tmp_path: Path) -> Path:
    """60 samples in three groups that differ in a dozen of 200 genes, with a column of text and one gap."""
    random = np.random.default_rng(1)
    names = [f"{first}{second}R{number}" for first in "ABCDEFGHIJ" for second in "KLMNO" for number in range(1, 5)]
    values = random.gamma(4, 60, (60, len(names)))
    for group in range(GROUPS):
        values[group::GROUPS, 12 * group : 12 * group + 12] *= 9
    lines = ["\t".join(("sample", "state", *names))]
    for row, sample in enumerate(values):
        cells = [f"{value:.1f}" for value in sample]
        if row == 5:
            cells[0] = ""
        lines.append("\t".join((f"S{row:02d}", ("well", "ill", "unknown")[row % GROUPS], *cells)))
    path = tmp_path / "biopsies.tsv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def view(open_desk: Desk, matrix: Path, qtbot: QtBot) -> DatasetWidget:
    """The imported data set on its page."""
    open_desk.session.import_data(matrix, "biopsies").result(60)
    open_desk.window.go("data")
    page = open_desk.window.page("data")
    assert isinstance(page, DataPage)
    qtbot.waitUntil(lambda: page.view.columns_model.rowCount() == 3, timeout=20_000)
    return page.view


def looked_inside(view: DatasetWidget, qtbot: QtBot) -> None:
    view.columns.selectRow(2)
    view.look_inside.click()
    qtbot.waitUntil(lambda: view.expression.heat.isVisible(), timeout=20_000)


def test_it_is_offered_for_the_column_that_has_it(view: DatasetWidget) -> None:
    model = view.columns_model
    assert [model.index(row, NAME).data() for row in range(3)] == ["sample", "state", "expression"]
    assert (model.index(2, KIND).data(), model.index(2, DISTINCT).data()) == ("Gene expression", "")
    assert not view.look_inside.isVisible()
    view.columns.selectRow(1)
    assert not view.look_inside.isVisible()
    view.columns.selectRow(2)
    assert view.look_inside.isVisible()
    assert view.tabs.indexOf(view.expression) < 0


def test_what_is_drawn_is_said_in_words_too(view: DatasetWidget, qtbot: QtBot) -> None:
    looked_inside(view, qtbot)
    panel = view.expression
    assert view.tabs.currentWidget() is panel
    assert view.tabs.tabText(view.tabs.indexOf(view.expression)) == "Inside expression"
    words = panel.summary.text()
    assert words.startswith("60 samples, 200 genes (log2(x + 1)). These vary most: ")
    assert panel.heat.accessibleDescription() == panel.plane.accessibleDescription() == words
    assert len(panel.plane._points) == 60
    planted = {f"AKR{number}" for number in range(1, 5)} | {"ALR1"}
    assert planted & set(panel.heat._names)
    assert all(len(row) == 60 for row in panel.heat._values)


def test_groups_lie_apart_in_the_plane(view: DatasetWidget, qtbot: QtBot) -> None:
    looked_inside(view, qtbot)
    plane = np.array(view.expression.plane._points)
    centres = np.array([plane[group::GROUPS].mean(axis=0) for group in range(GROUPS)])
    inside = max(float(np.linalg.norm(plane[group::GROUPS] - centres[group], axis=1).mean()) for group in range(GROUPS))
    apart = min(float(np.linalg.norm(centres[one] - centres[other])) for one in range(GROUPS) for other in range(one))
    assert apart > 3 * inside


def test_a_cell_says_its_gene_and_row(view: DatasetWidget, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_inside(view, qtbot)
    said: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _place, words, _widget: said.append(words))
    heat = view.expression.heat
    qtbot.waitUntil(lambda: heat.height() >= heat.minimumSizeHint().height(), timeout=5000)
    area = heat._area()
    place = QPoint(area.left() + 1, area.top() + 1)
    heat.event(QHelpEvent(QHelpEvent.Type.ToolTip, place, heat.mapToGlobal(place)))
    assert said[0].startswith(f"{heat._names[0]} · row ")


def test_both_languages_and_schemes(view: DatasetWidget, open_desk: Desk, qtbot: QtBot) -> None:
    looked_inside(view, qtbot)
    light = view.expression.heat.grab().toImage()
    open_desk.choose_language("zh")
    qtbot.waitUntil(lambda: view.tabs.tabText(view.tabs.indexOf(view.expression)) == "查看 expression", timeout=5000)
    assert "60 个样本" in view.expression.summary.text()
    open_desk.scheme.set_appearance("dark")
    assert view.expression.heat.grab().toImage() != light


def test_another_data_set_closes_the_viewer(view: DatasetWidget, open_desk: Desk, matrix: Path, qtbot: QtBot) -> None:
    looked_inside(view, qtbot)
    open_desk.session.import_data(matrix, "other", ReadChoices(settings={"genes": "AKR1"})).result(60)
    page = open_desk.window.page("data")
    assert isinstance(page, DataPage)
    qtbot.waitUntil(lambda: page.chooser.count() == 2, timeout=20_000)
    page._chosen(page.chooser.findText("other"))
    qtbot.waitUntil(lambda: view.tabs.indexOf(view.expression) < 0, timeout=20_000)
    assert view.columns_model.index(2, NAME).data() == "AKR1"


def test_the_scale_has_two_ends_that_differ_in_lightness_from_the_middle() -> None:
    for tokens in (LIGHT, DARK):
        scale = heatmap.colours(tokens)
        low, middle, high = scale[0], scale[len(scale) // 2], scale[-1]
        assert middle == tokens.surface
        assert low == tokens.series[0]
        assert high == tokens.series[1]
        for end in (low, high):
            assert abs(end.lightnessF() - middle.lightnessF()) > 0.2
