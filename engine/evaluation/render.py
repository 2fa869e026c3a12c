# SPDX-License-Identifier: Apache-2.0
"""The report for people: a text table, CSV, and one HTML page that needs nothing else; English or Chinese.

The page has no script and fetches nothing, so it may be opened, mailed and archived inside a hospital.
"""

from __future__ import annotations

import csv
import html
import io
import unicodedata
from collections.abc import Sequence

from engine.errors import Language
from engine.evaluation.report import Curve, Line, Report
from engine.text import translate

TOO_FEW = 10
"""Classes with fewer rows than this are named as too small to judge."""
_NOTHING = "–"
_COLOURS = ("#1f6feb", "#d1570a", "#1a7f37", "#8250df", "#bf3989", "#6e7781")

_PAGE = """<!DOCTYPE html>
<html lang="{tag}">
<head>
<meta charset="utf-8">
<title>{title}</title>
<style>
body {{ font-family: system-ui, "Noto Sans", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; color: #1f2328;
  background: #fff; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; line-height: 1.5; }}
table {{ border-collapse: collapse; margin: 0 0 1.5rem; }}
th, td {{ border-bottom: 1px solid #d1d9e0; padding: .3rem .8rem; text-align: right; font-variant-numeric: tabular-nums; }}
th:first-child, td:first-child {{ text-align: left; }}
figure {{ display: inline-block; margin: 0 1.5rem 1.5rem 0; }}
figcaption {{ font-weight: 600; }}
svg text {{ font-size: 11px; fill: #59636e; }}
</style>
</head>
<body>
<h1>{title}</h1>
{body}
</body>
</html>
"""


def text(report: Report, title: str, language: Language) -> str:
    """A table for a terminal, Chinese characters counted as two columns wide; ends with a line break."""
    out = [title, ""]
    out += _aligned([_headings(language), *_cells(report, language)])
    out += [""] + [f"{name}: {value}" for name, value in _facts(report, language)]
    out += ["", translate("Confusion (row: true, column: predicted)", language)]
    labels = [line.label for line in report.classes]
    out += _aligned([["", *labels], *([label, *map(str, row)] for label, row in zip(labels, report.confusion, strict=True))])
    if notes := _notes(report, language):
        out += ["", *notes]
    return "\n".join(out) + "\n"


def as_csv(report: Report, language: Language) -> str:
    """The table of classes and averages as CSV with full precision; an empty field where nothing can be computed."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(_headings(language))
    for line in _lines(report, language):
        numbers = ["" if x is None else repr(x) for x in (line.precision, line.recall, line.f1)]
        writer.writerow([_harmless(line.label), *numbers, line.support, "" if line.auc is None else repr(line.auc)])
    return target.getvalue()


def page(report: Report, title: str, language: Language, about: Sequence[tuple[str, str]] = ()) -> str:
    """A whole HTML page; ``about`` is shown first, as a list of (name, value), e.g. study, round and model hash."""
    parts: list[str] = []
    if about:
        parts.append(_table([[html.escape(name), html.escape(value)] for name, value in about]))
    parts.append(_table([[html.escape(c) for c in row] for row in _cells(report, language)], _headings(language)))
    parts.append(_table([[html.escape(name), html.escape(value)] for name, value in _facts(report, language)]))
    parts += [f"<p>{html.escape(note)}</p>" for note in _notes(report, language)]
    labels = [line.label for line in report.classes]
    rows = [[html.escape(label), *map(str, row)] for label, row in zip(labels, report.confusion, strict=True)]
    parts.append(f"<h2>{html.escape(translate('Confusion (row: true, column: predicted)', language))}</h2>")
    parts.append(_table(rows, ["", *labels]))
    parts.append(
        _figure(
            translate("ROC curve", language),
            translate("False-positive rate", language),
            translate("True-positive rate", language),
            # With two classes the curve of the first is that of the second, turned round.
            report.roc[1:] if len(labels) == 2 else report.roc,
        )
    )
    parts.append(
        _figure(
            translate("Calibration", language),
            translate("Predicted probability", language),
            translate("Observed share", language),
            report.calibration[1:] if len(labels) == 2 else report.calibration,
            dots=True,
        )
    )
    return _PAGE.format(tag="zh-Hans" if language == "zh" else "en", title=html.escape(title), body="\n".join(parts))


def _harmless(text: str) -> str:
    """A label that no spreadsheet takes for a formula (OWASP, CSV injection); a sign alone, as of a receptor, is none."""
    return f"'{text}" if len(text) > 1 and text[0] in "=+-@\t\r" else text


def _headings(language: Language) -> list[str]:
    return [
        translate("Class", language),
        translate("Precision", language),
        translate("Recall", language),
        translate("F1", language),
        translate("Rows", language),
        translate("AUC", language),
    ]


def _lines(report: Report, language: Language) -> list[Line]:
    averages = (
        (translate("micro average", language), report.micro),
        (translate("macro average", language), report.macro),
        (translate("weighted average", language), report.weighted),
    )
    return [*report.classes, *(Line(label, a.precision, a.recall, a.f1, a.support, a.auc) for label, a in averages)]


def _number(value: float | None) -> str:
    return _NOTHING if value is None else f"{value:.3f}"


def _cells(report: Report, language: Language) -> list[list[str]]:
    return [
        [line.label, _number(line.precision), _number(line.recall), _number(line.f1), str(line.support), _number(line.auc)]
        for line in _lines(report, language)
    ]


def _facts(report: Report, language: Language) -> list[tuple[str, str]]:
    return [
        (translate("Rows", language), str(report.rows)),
        (translate("Accuracy", language), _number(report.accuracy)),
        (translate("AUC", language), _number(report.auc)),
        (translate("Log loss", language), _number(report.log_loss)),
        (translate("Brier score", language), _number(report.brier)),
    ]


def _notes(report: Report, language: Language) -> list[str]:
    small = [line.label for line in report.classes if line.support < TOO_FEW]
    if not small:
        return []
    return [translate("Fewer than {few} rows, too few to judge: {classes}.", language, few=TOO_FEW, classes=", ".join(small))]


def _width(cell: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in cell)


def _aligned(rows: list[list[str]]) -> list[str]:
    """The first column to the left, the others to the right, two blanks between."""
    widths = [max(_width(row[c]) for row in rows) for c in range(len(rows[0]))]
    lines: list[str] = []
    for row in rows:
        first = row[0] + " " * (widths[0] - _width(row[0]))
        rest = [" " * (w - _width(cell)) + cell for cell, w in zip(row[1:], widths[1:], strict=True)]
        lines.append("  ".join([first, *rest]).rstrip())
    return lines


def _table(rows: list[list[str]], headings: Sequence[str] = ()) -> str:
    """Rows are HTML already; headings are escaped here."""
    head = "<tr>" + "".join(f"<th>{html.escape(h)}</th>" for h in headings) + "</tr>\n" if headings else ""
    body = "\n".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table>\n{head}{body}\n</table>"


def _figure(title: str, across: str, up: str, curves: Sequence[Curve], dots: bool = False) -> str:
    """Curves in the unit square as SVG, with the diagonal and a line of text for every curve."""
    side, left, top = 240, 40, 10
    drawn: list[str] = []
    for number, curve in enumerate(c for c in curves if c.x):
        colour = _COLOURS[number % len(_COLOURS)]
        points = [(left + side * x, top + side * (1 - y)) for x, y in zip(curve.x, curve.y, strict=True)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        drawn.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        if dots:
            drawn += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
        below = top + side + 44 + 16 * number
        drawn.append(f'<rect x="{left}" y="{below - 9}" width="10" height="10" fill="{colour}"/>')
        drawn.append(f'<text x="{left + 16}" y="{below}">{html.escape(curve.label)}</text>')
    height = top + side + 40 + 16 * max(1, len(curves))
    return (
        f"<figure><figcaption>{html.escape(title)}</figcaption>\n"
        f'<svg width="{left + side + 10}" height="{height}" role="img" aria-label="{html.escape(title)}">'
        f'<rect x="{left}" y="{top}" width="{side}" height="{side}" fill="none" stroke="#d1d9e0"/>'
        f'<line x1="{left}" y1="{top + side}" x2="{left + side}" y2="{top}" stroke="#d1d9e0" stroke-dasharray="4 4"/>'
        f'<text x="{left}" y="{top + side + 14}">0</text><text x="{left + side - 6}" y="{top + side + 14}">1</text>'
        f'<text x="{left + side / 2}" y="{top + side + 26}" text-anchor="middle">{html.escape(across)}</text>'
        f'<text transform="rotate(-90)" x="{-top - side / 2}" y="{left - 14}" text-anchor="middle">{html.escape(up)}</text>'
        f"{''.join(drawn)}</svg></figure>"
    )
