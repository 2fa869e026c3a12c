# SPDX-License-Identifier: Apache-2.0
"""The report for people: every number, both languages, nothing that a browser would fetch or run."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from importlib import resources

import numpy as np
import pytest

from engine.errors import Language
from engine.evaluation import metrics, render
from engine.evaluation.report import Report, from_counts


@pytest.fixture
def report() -> Report:
    draw = np.random.default_rng(0)
    labels = draw.integers(0, 2, 60)
    p = 1 / (1 + np.exp(-draw.normal(2 * labels - 1, 1)))
    return from_counts(metrics.counts(np.stack([1 - p, p], 1), labels, 2), ("良性", "<malignant>"))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_text_table_is_aligned_and_whole(report: Report, language: Language) -> None:
    found = render.text(report, "Final", language)
    table = found.split("\n\n")[1].splitlines()
    widths = {render._width(line) for line in table[1:3]}
    assert len(widths) == 1
    assert f"{report.classes[0].precision:.3f}" in table[1]
    assert f"{report.weighted.f1:.3f}" in table[-1]
    assert str(report.confusion[0][1]) in found


@pytest.mark.parametrize("language", ["en", "zh"])
def test_csv_reads_back_with_full_precision(report: Report, language: Language) -> None:
    rows = list(csv.reader(io.StringIO(render.as_csv(report, language))))
    assert len(rows) == 1 + 2 + 3
    assert float(rows[1][1]) == report.classes[0].precision
    assert rows[2][0] == "<malignant>"
    assert int(rows[2][4]) == report.classes[1].support
    assert rows[-1][5] == ""


def test_no_class_is_a_formula_of_a_spreadsheet() -> None:
    labels = np.array([0, 1, 2])
    found = from_counts(metrics.counts(np.eye(3), labels, 3), ('=HYPERLINK("x")', "@SUM(A1)", "+"))
    rows = list(csv.reader(io.StringIO(render.as_csv(found, "en"))))
    assert [row[0] for row in rows[1:4]] == ['\'=HYPERLINK("x")', "'@SUM(A1)", "+"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_is_well_formed_stands_alone_and_escapes(report: Report, language: Language) -> None:
    found = render.page(report, "A & B", language, [("Study <id>", "x")])
    root = ET.fromstring(found.replace("<!DOCTYPE html>", "").replace('<meta charset="utf-8">', ""))  # noqa: S314 - our own text
    assert root.get("lang") == ("zh-Hans" if language == "zh" else "en")
    assert "<malignant>" not in found
    assert "&lt;malignant&gt;" in found
    assert not re.search(r"<script|href=|src=|url\(|@import|http", found)
    assert len(root.findall(".//svg")) == 2
    assert len(root.findall(".//polyline")) == 2


def test_an_empty_report_renders(report: Report) -> None:
    empty = from_counts(metrics.counts(np.empty((0, 2)), np.empty(0, np.int64), 2), ("no", "yes"))
    assert "–" in render.text(empty, "Nobody", "en")
    assert "no, yes" in render.text(empty, "Nobody", "en")
    assert "<polyline" not in render.page(empty, "Nobody", "en")
    assert ",,,,0," in render.as_csv(empty, "en")


def test_classes_with_few_rows_are_named() -> None:
    labels = np.array([0] * 30 + [1] * 9)
    scores = np.tile([0.6, 0.4], (39, 1))
    found = from_counts(metrics.counts(scores, labels, 2), ("no", "yes"))
    assert "judge: yes." in render.text(found, "Few", "en")
    assert "yes" in render.page(found, "Few", "zh").split("无法判断")[1][:10]


def test_chinese_pages_have_no_english_heading(report: Report) -> None:
    source = resources.files("engine.text").joinpath("zh/evaluation.json").read_text(encoding="utf-8")
    page = render.page(report, "结果", "zh")
    for english, chinese in json.loads(source).items():
        if english != chinese and "{" not in english:
            assert f">{english}<" not in page
