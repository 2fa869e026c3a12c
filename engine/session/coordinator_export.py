# SPDX-License-Identifier: Apache-2.0
"""What a lead keeps of a study: the best model, the plan as signed, the rounds, the report; written once into a new folder."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

from engine.coordinator import course, overview
from engine.coordinator.home import Home
from engine.errors import Language, WardroundError
from engine.evaluation import render
from engine.evaluation.report import Report, from_counts
from engine.store import federation, rounds
from engine.study import manifest as manifests
from engine.study.manifest import Manifest
from engine.study.written import as_toml
from engine.text import either, translate
from engine.values import Phase, RoundRecord, StudyId

SUMS = "SHA256SUMS"
_ROUND_COLUMNS = (
    "round",
    "phase",
    "finished",
    "participants",
    "examples",
    "train_loss",
    "validation_loss",
    "accuracy",
    "clipped_share",
    "model_sha256",
)


def export(path: Path, study: StudyId, folder: Path, language: Language) -> tuple[str, ...]:
    """Writes model, plan, signed bundle, rounds, participants and report: the files' names. The same study gives the same bytes.

    Raises:
        WardroundError: E-COORD-05, E-COORD-14 no round is published, E-COORD-15 the folder holds something, E-FILE-01.
    """
    place = Home(path)
    with place.database() as database:
        row = overview.study_row(database, study)
        manifest = manifests.from_canonical(row.manifest)
        content = federation.bundle(database, study) if row.version else b""
        best = course.best_round(rounds.validation_losses(database, study))
        model = rounds.model(database, study, best)
        done = rounds.records(database, study)
    if not best or model is None:
        raise WardroundError("E-COORD-14", study=study)
    try:
        if folder.exists() and any(folder.iterdir()):
            raise WardroundError("E-COORD-15", path=folder)
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(place.study(study) / "models" / f"{best}.safetensors", folder / "model.safetensors")
        (folder / "plan.toml").write_text(as_toml(manifest), encoding="utf-8")
        (folder / "bundle.json").write_bytes(content)
        _write_rounds(folder, manifest, done)
        final = _final(done)
        if final is not None:
            _write_report(folder, manifest, final, from_counts(final.evaluation, manifest.classes), language)
        names = sorted(file.name for file in folder.iterdir())
        lines = [f"{_sha256(folder / name)}  {name}\n" for name in names]
        (folder / SUMS).write_text("".join(lines), encoding="utf-8")
    except OSError as error:
        raise WardroundError("E-FILE-01", path=error.filename or folder, reason=error.strerror or type(error).__name__) from error
    return (*names, SUMS)


def rounds_table(manifest: Manifest, done: tuple[RoundRecord, ...]) -> list[dict[str, Any]]:
    """One plain row a published round."""
    rows = []
    for record in done:
        report = from_counts(record.evaluation, manifest.classes) if record.evaluation.size else None
        rows.append(
            {
                "round": record.round,
                "phase": record.phase.value,
                "finished": record.finished,
                "participants": list(record.participants),
                "examples": record.examples,
                "train_loss": record.train_loss if record.phase is Phase.UPDATE else None,
                "validation_loss": report.log_loss if report else None,
                "accuracy": report.accuracy if report else None,
                "clipped_share": record.clipped_share,
                "model_sha256": record.model_sha256,
            }
        )
    return rows


def study_rounds(path: Path, study: StudyId) -> list[dict[str, Any]]:
    """The published rounds of one study as plain rows; raises E-COORD-05."""
    place = Home(path)
    with place.database() as database:
        manifest = manifests.from_canonical(overview.study_row(database, study).manifest)
        return rounds_table(manifest, rounds.records(database, study))


def final_report(path: Path, study: StudyId) -> tuple[str, Report] | None:
    """The last opened figures of all sites together: "test" or "validation", and the report; None before the first round."""
    place = Home(path)
    with place.database() as database:
        manifest = manifests.from_canonical(overview.study_row(database, study).manifest)
        last = _final(rounds.records(database, study))
    if last is None:
        return None
    return "test" if last.phase is Phase.TEST else "validation", from_counts(last.evaluation, manifest.classes)


def _final(done: tuple[RoundRecord, ...]) -> RoundRecord | None:
    judged = [record for record in done if record.evaluation.size]
    return judged[-1] if judged else None


def _write_rounds(folder: Path, manifest: Manifest, done: tuple[RoundRecord, ...]) -> None:
    table = rounds_table(manifest, done)
    (folder / "rounds.json").write_text(json.dumps(table, indent=1), encoding="utf-8")
    with (folder / "rounds.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, _ROUND_COLUMNS)
        writer.writeheader()
        for row in table:
            writer.writerow({**row, "participants": " ".join(row["participants"])})


def _write_report(folder: Path, manifest: Manifest, last: RoundRecord, report: Report, language: Language) -> None:
    section = manifest.study
    title = either(section.title, section.title_zh, language)
    about = [
        (translate("Study", language), f"{title} ({section.id})"),
        (translate("Round", language), str(last.best_round if last.phase is Phase.TEST else last.round)),
        (translate("Model (SHA-256)", language), last.model_sha256),
    ]
    heading = (
        translate("All sites, test patients", language)
        if last.phase is Phase.TEST
        else translate("All sites, validation patients", language)
    )
    (folder / "report.html").write_text(render.page(report, heading, language, about), encoding="utf-8")
    (folder / "report.csv").write_text(render.as_csv(report, language), encoding="utf-8-sig")
    (folder / "report.json").write_text(json.dumps(report.to_json(), ensure_ascii=False, indent=1), encoding="utf-8")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
