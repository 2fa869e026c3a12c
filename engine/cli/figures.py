# SPDX-License-Identifier: Apache-2.0
"""The figures of a simulation or a demo as tables: models side by side, classes, bytes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.cli.speech import decimal, facts, share, size, table, wrapped
from engine.errors import Language
from engine.session import sentences
from engine.text import translate
from engine.values import Phase

MODELS = ("local", "global", "personalised")


def lines(result: Mapping[str, Any], to: Language) -> list[str]:
    """Everything that ``simulate --json`` and ``demo --json`` say, for people."""
    out = [*_comparison(result, to), "", *_kept(result, to)]
    if result.get("report"):
        out += ["", *_classes(result["report"], to)]
    out += ["", *_bytes(result, to)]
    rows = [
        (translate("Study", to), str(result["study"])),
        (translate("Rounds", to), translate("{rounds}, the best was {best}", to, rounds=result["rounds"], best=result["best_round"])),
        (translate("Model (SHA-256)", to), str(result["model_sha256"])),
        (translate("Seed", to), str(result["seed"])),
        (translate("Time", to), f"{result['seconds']:.1f} s"),
    ]
    return [*out, "", *facts(rows)]


def _comparison(result: Mapping[str, Any], to: Language) -> list[str]:
    """Accuracy of each model on each site's test rows, and of the pooled upper bound on all."""
    headings = [translate("Accuracy on test patients", to), translate("Trained on", to), translate("Tested on", to)]
    headings += [translate("alone", to), translate("federated", to), translate("personalised", to), translate("pooled", to)]
    body = []
    for name, site in result["sites"].items():
        metrics = site["metrics"]
        test = metrics.get("global", {}).get("rows")
        cells = [share(metrics[model]["accuracy"]) if model in metrics else "–" for model in MODELS]
        body.append([name, _count(site["rows"].get("train")), _count(test), *cells, ""])
    mean, together = result["overall"]["mean"], result["overall"]["all_rows"]
    body.append([translate("mean over sites", to), "", "", *(share(mean.get(model, {}).get("accuracy")) for model in MODELS), ""])
    row = [translate("all rows together", to), "", _count(together.get("pooled", {}).get("rows"))]
    body.append([*row, *(share(together.get(model, {}).get("accuracy")) for model in (*MODELS, "pooled"))])
    row = [translate("AUC, all rows together", to), "", ""]
    body.append([*row, *(decimal(together.get(model, {}).get("auc")) for model in (*MODELS, "pooled"))])
    explained = translate(
        "alone: the model that the site would have had by itself. pooled: one model of all records in one place, the upper bound.", to
    )
    return [*table(headings, body, right=(1, 2, 3, 4, 5, 6)), *wrapped(explained, 98)]


def _count(value: object) -> str:
    return "–" if value is None else str(value)


def _kept(result: Mapping[str, Any], to: Language) -> list[str]:
    """Whether each site keeps its personalised model, and why."""
    out = [translate("Personalised models (the shared one, adapted to a site's own patients):", to)]
    for name, site in result["sites"].items():
        fitted = site["personalised"]
        out.append(f"  {name}: {reason(fitted, to)}")
    return out


def reason(fitted: Mapping[str, Any], to: Language) -> str:
    """Why a personalised model was kept or not."""
    patients = fitted.get("patients")
    match fitted.get("reason"):
        case "sure":
            return translate("kept; on {patients} validation patients it was no worse, nine times in ten", to, patients=patients)
        case "many-patients":
            return translate("kept; it was better on {patients} validation patients", to, patients=patients)
        case "unsure":
            return translate("not kept; the gain on {patients} validation patients may be chance", to, patients=patients)
        case "no-gain":
            return translate("not kept; no adaptation did better on {patients} validation patients", to, patients=patients)
        case _:
            return translate("not kept; there are too few patients to adapt to", to)


def _classes(report: Mapping[str, Any], to: Language) -> list[str]:
    """The federated model's report over all test rows."""
    headings = [translate("Class", to), translate("Precision", to), translate("Recall", to), translate("F1", to)]
    headings += [translate("Rows", to), translate("AUC", to)]
    labels = (
        (translate("micro average", to), report["micro"]),
        (translate("macro average", to), report["macro"]),
        (translate("weighted average", to), report["weighted"]),
    )
    rows = [(line["label"], line) for line in report["classes"]] + list(labels)
    body = [
        [label, decimal(x["precision"]), decimal(x["recall"]), decimal(x["f1"]), str(x["support"]), decimal(x["auc"])] for label, x in rows
    ]
    return [translate("The federated model on all test rows:", to), *table(headings, body, right=(1, 2, 3, 4, 5))]


def _bytes(result: Mapping[str, Any], to: Language) -> list[str]:
    """What left each site: the figures of the study by kind, the small questions together."""
    phases = [phase.value for phase in Phase if result["traffic"].get(phase.value)]
    sent = {name: site["traffic"] for name, site in result["sites"].items()}
    body = [[sentences.kind("submit", phase, to), *(size(kinds.get(phase, 0)) for kinds in sent.values())] for phase in phases]
    rest = [sum(count for kind, count in kinds.items() if kind not in phases) for kinds in sent.values()]
    body.append([translate("Questions and signs of life", to), *map(size, rest)])
    body.append([translate("All bytes", to), *(size(sum(kinds.values())) for kinds in sent.values())])
    body.append([translate("Patients' records", to), *("0" for _ in sent)])
    return table([translate("What left each site", to), *sent], body, right=tuple(range(1, len(sent) + 1)))
