# SPDX-License-Identifier: Apache-2.0
"""What is handed on after a study: complete, checkable, the same bytes every time."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.coordinator.export import export
from engine.errors import WardroundError
from engine.models import vector
from engine.study import bundle as bundles
from engine.study import manifest as manifests
from engine.study.schema import model_spec_of
from engine.trust import signing

Make = Callable[..., Any]
STUDY = "trial"


def test_an_export_is_complete_and_reproducible(town: Make, tmp_path: Path) -> None:
    federation = town()
    federation.start()
    federation.run()
    files = export(federation.home, STUDY, tmp_path / "a")
    federation.clock.advance(1000)
    export(federation.home, STUDY, tmp_path / "b")
    assert {p.name: p.read_bytes() for p in (tmp_path / "a").iterdir()} == {p.name: p.read_bytes() for p in (tmp_path / "b").iterdir()}
    assert {p.name for p in files} == {
        "SHA256SUMS",
        "bundle.json",
        "model-best.safetensors",
        "model-final.safetensors",
        "participants.json",
        "plan.toml",
        "report.csv",
        "report.en.html",
        "report.json",
        "report.zh.html",
        "rounds.csv",
        "rounds.json",
    }
    sums = dict(reversed(line.split("  ")) for line in (tmp_path / "a" / "SHA256SUMS").read_text().splitlines())
    assert sums == {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in files if p.name != "SHA256SUMS"}
    bundle = bundles.unpack((tmp_path / "a" / "bundle.json").read_bytes(), signing.verify)
    assert manifests.load(tmp_path / "a" / "plan.toml") == bundle.manifest
    rounds = json.loads((tmp_path / "a" / "rounds.json").read_text())
    best = rounds["best_round"]
    with (tmp_path / "a" / "rounds.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["model_sha256"] for row in rows] == [row["model_sha256"] for row in rounds["rounds"]]
    assert rows[1]["participants"].split() == rounds["rounds"][1]["participants"]
    assert rounds["rounds"][best]["model_sha256"] == sums["model-best.safetensors"]
    assert rounds["rounds"][3]["model_sha256"] == sums["model-final.safetensors"]
    vector.read(tmp_path / "a" / "model-best.safetensors", model_spec_of(bundle.manifest))
    for participant in json.loads((tmp_path / "a" / "participants.json").read_text()):
        message = signing.join_message(STUDY, participant["approved_bundle_sha256"])
        signing.verify(bytes.fromhex(participant["signing_key"]), message, bytes.fromhex(participant["approval_signature"]))
    report = json.loads((tmp_path / "a" / "report.json").read_text())
    assert (report["patients"], report["rows"], report["round"]) == ("test", 60, best)
    assert "所有医院的测试患者" in (tmp_path / "a" / "report.zh.html").read_text()


def test_a_running_study_is_exported_with_its_validation_patients(town: Make, tmp_path: Path) -> None:
    federation = town()
    federation.start()
    with pytest.raises(WardroundError) as caught:
        export(federation.home, STUDY, tmp_path / "a")
    assert caught.value.code == "E-COORD-14"
    for _ in range(3):
        federation.answer_all()
    export(federation.home, STUDY, tmp_path / "a")
    assert json.loads((tmp_path / "a" / "report.json").read_text())["patients"] == "validation"


def test_a_folder_that_holds_something_is_left_alone(town: Make, tmp_path: Path) -> None:
    federation = town(count=1)
    federation.start()
    federation.run()
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "mine").write_text("kept")
    with pytest.raises(WardroundError) as caught:
        export(federation.home, STUDY, tmp_path / "a")
    assert caught.value.code == "E-COORD-15"
    assert [p.name for p in (tmp_path / "a").iterdir()] == ["mine"]
