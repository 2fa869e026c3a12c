# SPDX-License-Identifier: Apache-2.0
"""Samples of files of molecules."""

from __future__ import annotations

import gzip
from pathlib import Path

from rdkit import Chem
from rdkit.Chem import AllChem

from tests.support.samples import Sample

COUNT = 120
OWN = ("canonical SMILES", "fingerprint", "weight", "logP", "TPSA", "H donors", "H acceptors", "rings")


def smiles(number: int) -> str:
    """A chain of carbons that ends in one of three groups; the first is ethanol."""
    return "C" * (2 + number // 3) + ("O", "N", "c1ccccc1")[number % 3]


def block(number: int) -> str:
    """Its MOL block, with coordinates."""
    molecule = Chem.MolFromSmiles(smiles(number))
    AllChem.Compute2DCoords(molecule)
    molecule.SetProp("_Name", f"M{number}")
    return str(Chem.MolToMolBlock(molecule))


def sdf(folder: Path, variant: int) -> Path:
    entries = [f"{block(number + variant)}> <IC50>\n{number + 0.5}\n\n> <batch>\nx{number}\n\n$$$$\n" for number in range(COUNT)]
    path = folder / "分子.sdf.gz"
    path.write_bytes(gzip.compress("".join(entries).encode(), mtime=0))
    return path


def smi(folder: Path, variant: int) -> Path:
    path = folder / "分子.smi.gz"
    path.write_bytes(gzip.compress("".join(f"{smiles(n + variant)}\tM{n}\n" for n in range(COUNT)).encode(), mtime=0))
    return path


_ETHANOL = {"molecule": "M0", "canonical SMILES": "CCO", "fingerprint": "2048", "H donors": 1.0, "rings": 0.0}

SAMPLES: dict[str, Sample] = {
    "molecules: SDF": Sample(sdf, ("molecule", "IC50", "batch", *OWN), COUNT, {**_ETHANOL, "IC50": 0.5, "batch": "x0"}),
    "molecules: SMILES": Sample(smi, ("molecule", *OWN), COUNT, {**_ETHANOL, "fingerprint": "512"}, {"bits": "512", "radius": "3"}),
}
