# SPDX-License-Identifier: Apache-2.0
"""The results of a study as views and as files: from opened counts and from this site's own final figures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import Language, WardroundError
from engine.evaluation import render
from engine.evaluation.report import Curve, Line, Report, from_counts
from engine.models import vector
from engine.models.spec import size
from engine.session.join_jobs import Joining
from engine.session.open_home import OpenHome
from engine.session.views import ClassLine, ComparisonLine, CurveView, PointView, ReportView, ResultsView
from engine.site.closing import MODELS
from engine.store import studies
from engine.store.sealed_file import read_sealed
from engine.study.schema import model_spec_of
from engine.text import either, translate
from engine.values import Phase, RoundRecord


class Results:
    """Results of the studies of one open vault."""

    def __init__(self, site: OpenHome, joining: Joining) -> None:
        self._site = site
        self._joining = joining
        self._points: dict[tuple[str, int], PointView] = {}

    def point(self, record: RoundRecord, classes: tuple[str, ...]) -> PointView:
        """One round on the chart; each is worked out once."""
        key = (record.study, record.round)
        if key not in self._points:
            loss = accuracy = None
            if record.evaluation.size:
                report = from_counts(record.evaluation, classes)
                loss, accuracy = report.log_loss, report.accuracy
            self._points[key] = PointView(record.round, record.train_loss, loss, accuracy)
        return self._points[key]

    def _classes(self, study: str) -> tuple[str, ...]:
        return self._joining.bundle(self._site.entry(study)).manifest.classes

    def view(self, study: str) -> ResultsView:
        """The results page; figures of the last published round until the study has ended."""
        site = self._site
        language = site.language()
        entry = site.entry(study)
        title = either(entry.title, entry.title_zh, language)
        records = site.write(lambda database: studies.records(database, study))
        shown = [record for record in records if record.evaluation.size]
        if not shown:
            return ResultsView(study, title, False, 0, None, None, (), None, "", "", ())
        last = shown[-1]
        final = last.phase is Phase.TEST
        classes = self._classes(study)
        name = translate("All sites, test patients", language) if final else translate("All sites, validation patients", language)
        federation = _report_view(from_counts(last.evaluation, classes), name, language)
        body = site.write(lambda database: studies.result(database, study))
        own = json.loads(body) if body else None
        mine = None
        comparison: tuple[ComparisonLine, ...] = ()
        kept: bool | None = None
        reason = ""
        if own is not None:
            mine = _report_view(_own(own, "personalised", classes), translate("Your test patients", language), language)
            kept = bool(own["personalised"]["kept"])
            reason = _reason(own["personalised"], language)
            comparison = _comparison(own, classes, reason, language)
        number = last.best_round if final else last.round
        return ResultsView(study, title, final, number, federation, mine, comparison, kept, reason, last.model_sha256, ())

    def figures(self, study: str) -> dict[str, Any] | None:
        """This site's own final figures as plain values, for ``--json``; None until the study has ended."""
        body = self._site.write(lambda database: studies.result(database, study))
        if body is None:
            return None
        own = json.loads(body)
        classes = self._classes(study)
        metrics = {name: _own(own, name, classes).headline() for name in own["counts"]}
        return {
            "rows": own["rows"],
            "metrics": metrics,
            "personalised": own["personalised"],
            "local": own["local"],
            "counts": own["counts"],
        }

    def models(self, study: str) -> bytearray:
        """The weights of closing.MODELS one after another; raises E-FILE-01 before the study has ended."""
        return read_sealed(self._site.outbox_path / f"{study}-models.sealed", self._site.outbox_key)

    def export(self, study: str, folder: Path) -> tuple[str, ...]:
        """Report (HTML, CSV, JSON) and the two models that a hospital uses (safetensors): the files' names.

        Raises:
            WardroundError: E-SITE-18 before the first round, E-FILE-01 when the folder cannot be written.
        """
        site = self._site
        language = site.language()
        records = [record for record in site.write(lambda database: studies.records(database, study)) if record.evaluation.size]
        if not records:
            raise WardroundError("E-SITE-18", study=study)
        bundle = self._joining.bundle(site.entry(study))
        classes = bundle.manifest.classes
        title = self.view(study).title
        last = records[-1]
        reports = {"federation": from_counts(last.evaluation, classes)}
        body = site.write(lambda database: studies.result(database, study))
        own = json.loads(body) if body else None
        if own is not None:
            reports |= {f"site-{name}": _own(own, name, classes) for name in own["counts"]}
        about = [
            (translate("Study", language), f"{title} ({study})"),
            (translate("Round", language), str(last.best_round)),
            (translate("Model (SHA-256)", language), last.model_sha256),
        ]
        written = []
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for name, report in reports.items():
                (folder / f"{name}.html").write_text(render.page(report, _title(name, language), language, about), encoding="utf-8")
                (folder / f"{name}.csv").write_text(render.as_csv(report, language), encoding="utf-8-sig")
                written += [f"{name}.html", f"{name}.csv"]
            every = {name: report.to_json() for name, report in reports.items()}
            (folder / "reports.json").write_text(json.dumps(every, ensure_ascii=False, indent=1), encoding="utf-8")
            written.append("reports.json")
            if own is not None:
                spec = model_spec_of(bundle.manifest)
                flat = np.frombuffer(self.models(study), "<f4")
                for index, name in enumerate(MODELS[:2]):
                    vector.write(folder / f"{name}.safetensors", flat[index * size(spec) : (index + 1) * size(spec)], spec)
                    written.append(f"{name}.safetensors")
        except OSError as error:
            raise WardroundError("E-FILE-01", path=folder.name, reason=error.strerror or type(error).__name__) from error
        site.note("exported", name=translate("the results of {study}", language, study=study))
        return tuple(written)


def _title(name: str, language: Language) -> str:
    match name:
        case "federation":
            return translate("All sites", language)
        case "site-federated":
            return translate("Your test patients, federated model", language)
        case "site-personalised":
            return translate("Your test patients, personalised model", language)
        case _:
            return translate("Your test patients, your site alone", language)


def _own(own: dict[str, Any], name: str, classes: tuple[str, ...]) -> Report:
    return from_counts(np.asarray(own["counts"][name], np.float64), classes)


def _comparison(own: dict[str, Any], classes: tuple[str, ...], reason: str, language: Language) -> tuple[ComparisonLine, ...]:
    lines = []
    for name in ("local", "federated", "personalised"):
        if name not in own["counts"]:
            continue
        report = _own(own, name, classes)
        if not report.rows:
            continue
        note = ""
        if name == "local":
            note = translate(
                "Your patients only, own scaling, best of {passes} passes (pass {best})",
                language,
                passes=own["local"]["passes"],
                best=own["local"]["best_pass"],
            )
        elif name == "personalised":
            note = reason
        lines.append(ComparisonLine(name, report.accuracy or 0.0, report.macro.f1 or 0.0, report.auc, note))
    return tuple(lines)


def _reason(fitted: dict[str, Any], language: Language) -> str:
    patients = fitted["patients"]
    match fitted["reason"]:
        case "sure":
            return translate(
                "Kept: on your {patients} validation patients it was no worse, nine times in ten.", language, patients=patients
            )
        case "many-patients":
            return translate("Kept: it was better on your {patients} validation patients.", language, patients=patients)
        case "unsure":
            return translate(
                "Not kept: the gain on your {patients} validation patients may be chance. This is the federated model.",
                language,
                patients=patients,
            )
        case "no-gain":
            return translate(
                "Not kept: no adaptation did better on your {patients} validation patients. This is the federated model.",
                language,
                patients=patients,
            )
        case _:
            return translate("Not kept: there are too few of your own patients to adapt to. This is the federated model.", language)


def _report_view(report: Report, title: str, language: Language) -> ReportView | None:
    if not report.rows:
        return None
    averages = (
        (translate("micro average", language), report.micro),
        (translate("macro average", language), report.macro),
        (translate("weighted average", language), report.weighted),
    )
    return ReportView(
        title,
        report.rows,
        report.accuracy or 0.0,
        report.log_loss,
        report.brier,
        report.auc,
        tuple(_line(line, line.label) for line in report.classes),
        tuple(_line(line, label) for label, line in averages),
        report.confusion,
        tuple(_curve(curve) for curve in report.roc if curve.x),
        tuple(_curve(curve) for curve in report.calibration if curve.x),
    )


def _line(line: Line, label: str) -> ClassLine:
    return ClassLine(label, line.precision, line.recall, line.f1, line.support, line.auc)


def _curve(curve: Curve) -> CurveView:
    return CurveView(curve.label, curve.x, curve.y, curve.counts)
