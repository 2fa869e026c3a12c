# SPDX-License-Identifier: Apache-2.0
"""``wardround simulate``: files in, a whole federation in this process, one object out."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from engine.errors import WardroundError
from engine.evaluation.report import from_counts
from engine.preprocessing import split
from engine.records import fitting, loaders, match, memory
from engine.records.joined import Joined, Member
from engine.records.loader import ReadOptions
from engine.records.memory import MemoryTable
from engine.records.table import Reader
from engine.session.data_jobs import patient_key
from engine.simulation.local import NAMES, Simulated, SiteRecords, pool, simulate_sites
from engine.site.account import StudyAccount
from engine.study import manifest as manifests
from engine.study.manifest import Manifest
from engine.study.phases import steps_of
from engine.values import StudyTable, Token

TEST = 2


def simulate(
    study_file: Path,
    sites: Mapping[str, Sequence[Path]],
    tests: Mapping[str, Sequence[Path]],
    rounds: int | None,
    seed: int | None,
    transport: Literal["loopback", "grpc"],
    out: Path | None,
    token: Token,
    settings: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Runs the study of ``study_file`` over the files of each site.

    Args:
        study_file: the manifest.
        sites: name → files; several are joined on the patient id, the first gives the rows.
        tests: name → files of test rows, for none or for all sites; without it, a seeded, stratified share of each site's patients.
        rounds: instead of the manifest's.
        seed: instead of the manifest's; decides split, initial weights and shuffling.
        transport: a function call, or real mutual TLS on loopback.
        out: a new folder for the coordinator's home with every model; None keeps nothing.
        token: progress and cancelling.
        settings: choices of the files' format, as ``loader.LoaderOption`` declares them.

    Raises:
        WardroundError: what is wrong with the manifest or a file, or what would stop a real study.
    """
    began = time.monotonic()
    manifest = with_overrides(manifests.load(study_file), rounds, seed)
    if tests and set(tests) != set(sites):
        raise WardroundError("E-SITE-19", sites=", ".join(sorted(set(sites) ^ set(tests))))
    records: dict[str, SiteRecords] = {}
    for name, paths in sites.items():
        try:
            records[name] = read_site(manifest, paths, tests.get(name), token, settings)
        except WardroundError as error:
            error.where = f"{name} ({', '.join(path.name for path in paths)})"
            raise
    done = simulate_sites(manifest, records, transport, out, token, rehearsal=seed)
    result = summary(manifest, done, time.monotonic() - began)
    return result | {"rehearsal": seed is not None and len(steps_of(manifest)) > 1}


def with_overrides(manifest: Manifest, rounds: int | None, seed: int | None) -> Manifest:
    """The manifest with another number of rounds or another seed."""
    if rounds is not None:
        manifest = dataclasses.replace(manifest, rounds=dataclasses.replace(manifest.rounds, count=rounds))
    if seed is not None:
        manifest = dataclasses.replace(manifest, training=dataclasses.replace(manifest.training, seed=seed))
    return manifest


def read_site(
    manifest: Manifest, paths: Sequence[Path], test: Sequence[Path] | None, token: Token, settings: Mapping[str, str] | None = None
) -> SiteRecords:
    """One site's files as the study sees them, with the part of each patient."""
    table = read_table(manifest, paths, token, settings)
    shares = manifest.evaluation
    seed = manifest.training.seed
    if test is None:
        return SiteRecords(table, split.stratified(table.labels, table.patients, shares.validation_share, shares.test_share, seed))
    parts = split.stratified(table.labels, table.patients, shares.validation_share, 0.0, seed)
    held = read_table(manifest, test, token, settings)
    return pool([SiteRecords(table, parts), SiteRecords(held, np.full(len(held.patient_keys), TEST, np.int8))])


def read_table(manifest: Manifest, paths: Sequence[Path], token: Token, settings: Mapping[str, str] | None = None) -> StudyTable:
    """Files as the study sees them, without a vault; several are joined on the patient id, the first gives the rows.

    Raises:
        WardroundError: as ``match.require``, ``fitting.study_table`` and ``Joined``.
    """
    options = ReadOptions(settings=settings or {})
    # A choice that a person makes is one of the formats that have it.
    given = options if len(paths) == 1 else None
    tables = [memory.load(loaders.survey(path, given or options_for(path, options), token), token) for path in paths]
    reader: Reader = tables[0]
    if len(tables) > 1:
        named = zip(paths, tables, strict=True)
        reader = Joined([Member(path.name, table, _patient_column(manifest, table)) for path, table in named], token=token)
    matches = match.match(manifest, reader.summaries)
    match.require(matches)
    return fitting.study_table(reader, manifest, matches, token, patient_key(manifest))


def options_for(path: Path, options: ReadOptions) -> ReadOptions:
    """The choices that are this file's: among several files, each takes those that its format has."""
    known = {option.key for option in loaders.options_of(path, options.settings)}
    return dataclasses.replace(options, settings={key: value for key, value in options.settings.items() if key in known})


def _patient_column(manifest: Manifest, table: MemoryTable) -> str:
    """The column with the patient id: the one that the study's patient id matches, else the first column of text."""
    if (identifier := manifest.patient_id) is not None:
        [found] = [entry for entry in match.match(manifest, table.summaries) if entry.variable == identifier.name]
        if found.column is not None:
            return found.column
    return table.first_text


def summary(manifest: Manifest, done: Simulated, seconds: float) -> dict[str, Any]:
    """The one object that ``simulate --json`` and ``demo --json`` print (DESIGN section 7)."""
    classes = manifest.classes
    sites: dict[str, dict[str, Any]] = {}
    together: dict[str, NDArray[np.float64]] = {}
    traffic: dict[str, int] = {}
    for name, figures in done.sites.items():
        reports = {model: from_counts(figures.counts[model], classes) for model in NAMES if model in figures.counts}
        sites[name] = {
            "rows": dict(figures.rows),
            "metrics": {model: report.headline() for model, report in reports.items()},
            "personalised": dict(figures.personalised),
            "traffic": dict(figures.sent),
        }
        for model in reports:
            together[model] = together.get(model, 0.0) + figures.counts[model]
        for kind, size in figures.sent.items():
            traffic[kind] = traffic.get(kind, 0) + size
    mean = {model: _mean([site["metrics"][model] for site in sites.values() if model in site["metrics"]]) for model in NAMES}
    rows = {model: from_counts(counts, classes).headline() for model, counts in together.items()}
    rows["pooled"] = from_counts(done.pooled, classes).headline()
    rows["local_everywhere"] = from_counts(done.local_everywhere, classes).headline()
    return {
        "study": manifest.study.id,
        "sites": sites,
        "overall": {"mean": mean, "all_rows": rows},
        "report": from_counts(together["global"], classes).to_json(),
        "privacy": {name: _privacy(figures.account) for name, figures in done.sites.items()},
        "traffic": traffic,
        "seconds": round(seconds, 3),
        "rounds": done.rounds,
        "best_round": done.best_round,
        "model_sha256": done.model_sha256,
        "seed": manifest.training.seed,
    }


def _privacy(account: StudyAccount | None) -> dict[str, float | str | None]:
    """What a study charged to one site's patients; nulls where nothing limits what can be learned about one."""
    plan = account.plan if account is not None else None
    if account is None or plan is None:
        return {"mechanism": "none", "epsilon": None, "delta": None, "label_epsilon": None}
    if not plan.protects_patients:
        return {"mechanism": plan.mechanism, "epsilon": None, "delta": None, "label_epsilon": account.label_spent}
    return {"mechanism": plan.mechanism, "epsilon": account.spent, "delta": plan.delta, "label_epsilon": None}


def _mean(metrics: list[dict[str, float | int | None]]) -> dict[str, float | None]:
    """The mean over sites of each figure, over those that have it."""
    means: dict[str, float | None] = {}
    for name in ("accuracy", "macro_f1", "auc", "log_loss", "brier"):
        known = [value for row in metrics if (value := row[name]) is not None]
        means[name] = sum(known) / len(known) if known else None
    return means
