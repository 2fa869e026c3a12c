# SPDX-License-Identifier: Apache-2.0
"""The import contracts of pyproject.toml hold, and each of them breaks when it is violated."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONTRACTS = {
    contract["id"]: contract["name"]
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
}

# contract → (module that we plant, the import in it, the arrow that the report must then show)
PLANTS = {
    "shelves": ("engine.study.planted", "import engine.store", "engine.store"),
    "engine-without-window": ("engine.session.planted", "from PySide6 import QtCore", "PySide6"),
    "window-through-session": ("gui.pages.planted", "from engine.store import connection", "engine.store.connection"),
    "coordinator-without-records": ("engine.coordinator.planted", "from engine.models import trainable", "engine.models.trainable"),
    "site-without-aggregation": ("engine.site.planted", "from engine import aggregation", "engine.aggregation"),
    "one-gate": ("engine.site.planted_link", "from engine.site import link", "engine.site.link"),
    "grpc": ("engine.site.planted_grpc", "def late():\n    import grpc", "grpc"),
    "databases": ("engine.trust.planted", "import sqlite3", "sqlite3"),
    "keyring": ("engine.store.planted_keyring", "import keyring", "keyring"),
    "accounting": ("engine.privacy.planted", "def late():\n    import dp_accounting", "dp_accounting"),
    "conversion": ("engine.records.planted_unit", "def late():\n    import pint", "pint"),
    "pyarrow": ("engine.preprocessing.planted", "import pyarrow.csv", "pyarrow"),
    "dicom": ("engine.records.planted_dicom", "def late():\n    import pydicom", "pydicom"),
    "queries": ("engine.records.planted_query", "def late():\n    import sqlalchemy", "sqlalchemy"),
    "statistics-files": ("engine.records.planted_statistics", "def late():\n    import pyreadstat", "pyreadstat"),
    "workbooks": ("engine.records.planted_workbook", "def late():\n    import python_calamine", "python_calamine"),
    "pictures": ("engine.records.planted_picture", "from PIL import Image", "PIL"),
    "volumes": ("engine.records.planted_volume", "import nibabel", "nibabel"),
    "h5ad": ("engine.records.planted_h5ad", "def late():\n    import h5py", "h5py"),
    "chemistry": ("engine.records.planted_chemistry", "def late():\n    from rdkit import Chem", "rdkit"),
    "sklearn": ("engine.records.planted_sklearn", "def late():\n    import sklearn", "sklearn"),
    "torch": ("engine.evaluation.planted", "import torch", "torch"),
    "protobuf": ("engine.coordinator.planted_protobuf", "from google.protobuf import message", "google"),
    "charts": ("gui.pages.planted_chart", "import pyqtgraph", "pyqtgraph"),
}


def lint(folder: Path) -> tuple[int, str]:
    """Runs import-linter on the packages in ``folder`` and returns its exit status and report."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "400", "NO_COLOR": "1"}
    code = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    done = subprocess.run(
        [sys.executable, "-c", code, "--no-logo", "--no-cache"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def section(report: str, name: str) -> str:
    """The part of the report that explains why the contract ``name`` is broken; empty when it is kept."""
    _, found, after = report.partition(f"\n{name}\n{'-' * len(name)}\n")
    if not found:
        return ""
    following = [after.find(f"\n{other}\n{'-' * len(other)}\n") for other in CONTRACTS.values()]
    return after[: min((position for position in following if position >= 0), default=len(after))]


def test_the_contracts_hold() -> None:
    status, report = lint(ROOT)
    assert status == 0, report


def test_every_contract_is_proven_to_bite() -> None:
    assert set(PLANTS) == set(CONTRACTS)


@pytest.fixture(scope="module")
def violated(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The report on a copy of both packages in which every contract is violated once."""
    folder = tmp_path_factory.mktemp("violated")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for package in ("engine", "gui"):
        shutil.copytree(
            ROOT / package, folder / package, ignore=lambda at, names: [n for n in names if Path(at, n).is_file() and not n.endswith(".py")]
        )
    for module, line, _ in PLANTS.values():
        folder.joinpath(*module.split(".")).with_suffix(".py").write_text(f"{line}\n")
    status, report = lint(folder)
    assert status == 1, report
    return report


@pytest.mark.parametrize("contract", sorted(PLANTS))
def test_a_violated_contract_breaks(violated: str, contract: str) -> None:
    module, _, imported = PLANTS[contract]
    why = section(violated, CONTRACTS[contract])
    assert f"{module} -> {imported} (l." in why, violated


def test_packaging_is_no_package() -> None:
    """With an __init__.py it would shadow PyPI's packaging library."""
    assert not list(ROOT.glob("packaging/**/__init__.py"))
