# SPDX-License-Identifier: Apache-2.0
"""``simulate`` and ``self-test`` from the command: one object for scripts, tables for people, a failing check is a failure."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.cli.main import main
from engine.session import self_test
from engine.session.self_test import Outcome


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A plan and two hospitals' records in an empty folder."""
    monkeypatch.chdir(tmp_path)
    assert main(["-q", "study", "new", "logistic-regression", "-o", "study.toml"]) == 0
    plan = (tmp_path / "study.toml").read_text(encoding="utf-8").replace("min_sites = 3", "min_sites = 2")
    (tmp_path / "study.toml").write_text(plan, encoding="utf-8")
    for seed, name in enumerate(("north", "south")):
        chance = random.Random(seed)
        lines = ["record_no,age,length_of_stay,creatinine,emergency_admission,readmitted"]
        for row in range(80):
            age = chance.randint(20, 90)
            ill = chance.random() < age / 100
            stay, level = chance.randint(1, 20), chance.randint(50, 200)
            lines.append(f"{name}{row},{age},{stay},{level},{'yes' if row % 3 else 'no'},{'yes' if ill else 'no'}")
        (tmp_path / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


def test_a_simulation_is_one_object_and_one_page(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["simulate", "study.toml", "--site", "north=north.csv", "--site", "south=south.csv", "--rounds", "2", "--seed", "3"]
    capsys.readouterr()
    assert main([*words, "--json"]) == 0
    said = capsys.readouterr()
    result = json.loads(said.out)
    assert {"study", "sites", "overall", "privacy", "traffic", "seconds", "rounds"} <= set(result)
    assert (result["rounds"], result["seed"], sorted(result["sites"])) == (2, 3, ["north", "south"])
    assert set(result["sites"]["north"]["metrics"]) == {"global", "local", "personalised"}
    assert main([*words, "--lang", "zh", "--out", "kept"]) == 0
    page = capsys.readouterr().out
    assert result["model_sha256"] in page, "the same seed gives the same model"
    for word in ("north", "south", "单独", "联邦", "个性化", "集中", "宏平均", "患者记录"):
        assert word in page
    assert list((files / "kept").rglob("2.safetensors"))
    code = main([*words, "--out", "kept"])
    assert (code, "E-COORD-15" in capsys.readouterr().err) == (2, True)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_failing_check_is_a_failure(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], language: str) -> None:
    def run(window: bool = True) -> Iterator[Outcome]:
        yield Outcome("libraries", True, 0.1)
        yield Outcome("vault", False, 0.2, "E-KEY-04: …")

    monkeypatch.setattr(self_test, "run", run)
    assert main(["self-test", "--lang", language]) == 1
    said = capsys.readouterr()
    assert "E-CMD-28" in said.err
    assert "E-KEY-04" in said.err
    assert len(said.out.splitlines()) == 2
    assert main(["self-test", "--json", "--lang", language]) == 1
    document = json.loads(capsys.readouterr().out)
    assert (document["passed"], [check["passed"] for check in document["checks"]]) == (False, [True, False])


def test_a_check_that_breaks_is_an_outcome_not_a_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_window: bool) -> None:
        raise ImportError("no such library")

    monkeypatch.setattr(self_test, "libraries", broken)
    first = next(iter(self_test.run()))
    assert (first.name, first.passed) == ("libraries", False)
    assert "no such library" in first.detail


@pytest.mark.slow
def test_this_installation_passes_its_own_test(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "engine.cli.main", "self-test", "--json"], capture_output=True, text=True, timeout=280, check=False
    )
    assert done.returncode == 0, done.stderr
    assert [check["name"] for check in json.loads(done.stdout)["checks"]] == [
        *("libraries", "cryptography", "vault", "formats", "privacy", "federation", "window")
    ]
