# SPDX-License-Identifier: Apache-2.0
"""What is handed on after a study: its models, plan, signed bundle, participants, rounds and report; the same bytes every time.

Nothing in it depends on when or where it is exported, so two people who export the same study can compare ``SHA256SUMS``.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
from pathlib import Path
from typing import Any

from engine.coordinator import course
from engine.coordinator.home import Home
from engine.coordinator.overview import study_row
from engine.errors import Language, WardroundError
from engine.evaluation import metrics, render
from engine.evaluation.report import Report, from_counts
from engine.store import federation, rounds
from engine.store.connection import Database
from engine.study import manifest as manifests
from engine.study.manifest import Manifest
from engine.study.written import as_toml
from engine.text import either, translate
from engine.values import Phase, RoundRecord, StudyId

LANGUAGES: tuple[Language, ...] = ("en", "zh")


def export(home: Home, study: StudyId, folder: Path) -> tuple[Path, ...]:
    """Writes the study into a new folder.

    Args:
        home: the coordinator.
        study: one with at least one published round.
        folder: does not exist yet, or is empty.

    Returns:
        The files, by name: model-best and model-final.safetensors, plan.toml (every default said), bundle.json (the plan and the
        roster as signed), participants.json, rounds.json and .csv, report.json, .csv, .en.html, .zh.html (of the test patients;
        before the end of the validation patients), SHA256SUMS.

    Raises:
        WardroundError: E-COORD-05, E-COORD-14 no round is published, E-COORD-15 the folder is not empty, E-FILE-01.
    """
    with home.database() as database:
        row = study_row(database, study)
        manifest = manifests.from_canonical(row.manifest)
        records = rounds.records(database, study)
        trained = [record for record in records if record.phase is Phase.UPDATE]
        if not trained:
            raise WardroundError("E-COORD-14", study=study)
        best = course.best_round(rounds.validation_losses(database, study))
        chosen = next((r for r in records if r.phase is Phase.TEST), next(r for r in trained if r.round == best))
        report = from_counts(chosen.evaluation, manifest.classes)
        texts = {
            "plan.toml": as_toml(manifest).encode(),
            "bundle.json": federation.bundle(database, study),
            "participants.json": _json(_participants(database, study)),
            "rounds.json": _json({"study": study, "best_round": best, "rounds": [_round(r, manifest) for r in records]}),
            "rounds.csv": _table([_round(r, manifest) for r in records]),
            **_reports(report, chosen, manifest),
        }
    try:
        if folder.exists() and any(folder.iterdir()):
            raise WardroundError("E-COORD-15", path=folder)
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in texts.items():
            (folder / name).write_bytes(content)
        for name, version in (("model-best", best), ("model-final", trained[-1].round)):
            shutil.copyfile(home.study(study) / "models" / f"{version}.safetensors", folder / f"{name}.safetensors")
        (folder / "SHA256SUMS").write_bytes(_sums(folder))
    except OSError as error:
        raise WardroundError("E-FILE-01", path=error.filename or folder, reason=error.strerror or type(error).__name__) from error
    return tuple(sorted(folder.iterdir()))


def published_rounds(home: Home, study: StudyId) -> list[dict[str, Any]]:
    """The published rounds as rounds.json has them; raises E-COORD-05."""
    with home.database() as database:
        manifest = manifests.from_canonical(study_row(database, study).manifest)
        return [_round(record, manifest) for record in rounds.records(database, study)]


def _reports(report: Report, record: RoundRecord, manifest: Manifest) -> dict[str, bytes]:
    on_test = record.phase is Phase.TEST
    about = {"patients": "test" if on_test else "validation", "round": record.best_round, "model_sha256": record.model_sha256}
    files = {"report.json": _json({**about, **report.to_json()}), "report.csv": render.as_csv(report, "en").encode("utf-8-sig")}
    for language in LANGUAGES:
        title = either(manifest.study.title, manifest.study.title_zh, language)
        tested = translate("test patients of all hospitals", language)
        validated = translate("validation patients of all hospitals", language)
        facts = (
            (translate("Study", language), f"{manifest.study.title} ({manifest.study.id})"),
            (translate("Patients", language), tested if on_test else validated),
            (translate("Hospitals", language), ", ".join(record.participants)),
            (translate("Best round", language), str(record.best_round)),
            (translate("Model (SHA-256)", language), record.model_sha256),
        )
        files[f"report.{language}.html"] = render.page(report, title, language, facts).encode()
    return files


def _participants(database: Database, study: StudyId) -> list[dict[str, Any]]:
    """The roster, and each hospital's signature under the bundle."""
    known = {site.site: site for site in federation.sites(database)}
    return [
        {
            "site": place.site,
            "signing_key": known[place.site].signing_key.hex(),
            "certificate_sha256": known[place.site].certificate_sha256,
            "approved_bundle_sha256": place.joined_bundle,
            "approval_signature": place.signature.hex(),
            "joined": place.joined,
            "participated": place.participates,
            "left": place.left,
            "revoked": known[place.site].revoked,
        }
        for place in federation.places(database, study)
        if place.roster
    ]


def _round(record: RoundRecord, manifest: Manifest) -> dict[str, Any]:
    """One published round without the histograms; figures are of validation patients, in the test phase of test patients."""
    judged = record.evaluation.size > 0
    return {
        "round": record.round,
        "phase": record.phase.value,
        "finished": record.finished,
        "participants": list(record.participants),
        "examples": record.examples,
        "train_loss": record.train_loss if record.phase is Phase.UPDATE else None,
        "log_loss": metrics.log_loss(record.evaluation, len(manifest.classes)) if judged else None,
        "accuracy": metrics.accuracy(record.evaluation, len(manifest.classes)) if judged else None,
        "clipped_share": record.clipped_share,
        "best_round": record.best_round,
        "model_sha256": record.model_sha256,
    }


def _table(rows: list[dict[str, Any]]) -> bytes:
    """The rounds as a spreadsheet reads them."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows({**row, "participants": " ".join(row["participants"])} for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _json(document: object) -> bytes:
    return json.dumps(document, sort_keys=True, ensure_ascii=False, indent=1, allow_nan=False).encode() + b"\n"


def _sums(folder: Path) -> bytes:
    """As ``sha256sum`` writes and checks it."""
    lines = []
    for path in sorted(folder.iterdir()):
        with path.open("rb") as file:
            lines.append(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {path.name}\n")
    return "".join(lines).encode()
