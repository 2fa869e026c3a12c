# SPDX-License-Identifier: Apache-2.0
"""Molecules by RDKit, which is imported here alone: from a SMILES or a MOL block to canonical SMILES, fingerprint and descriptors.

Canonical SMILES are what a molecule is kept as: a graph of atoms and bonds can be made from them at any time, without loss and
in a tenth of the space.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.records.loader import brought_by

LONGEST_SMILES = 4000
LONGEST_BLOCK = 1 << 20
MOST_ATOMS = 1000
DESCRIPTORS = ("weight", "logP", "TPSA", "H donors", "H acceptors", "rings")
UNITS = {"weight": "g/mol", "TPSA": "Å²"}


@dataclass(frozen=True)
class Molecule:
    """What is kept of one: ``bits`` are packed, eight to a byte; ``descriptors`` in the order of DESCRIPTORS."""

    smiles: str
    bits: bytes
    descriptors: tuple[float, ...]


class Chemist:
    """Reads molecules; makes Morgan fingerprints of one radius and length (Rogers and Hahn 2010)."""

    def __init__(self, radius: int, bits: int, file: str) -> None:
        """Raises E-DATA-33 when RDKit is not installed."""
        with brought_by("chem", file):
            from rdkit import Chem, rdBase
            from rdkit.Chem import Descriptors, rdFingerprintGenerator, rdMolDescriptors
        self._chem: Any = Chem
        self._quiet: Any = rdBase.BlockLogs  # else it writes each molecule that it cannot read to the terminal
        self._generator: Any = rdFingerprintGenerator.GetMorganGenerator(radius=radius, fpSize=bits)
        self._about: Any = rdMolDescriptors
        self._descriptors: Any = Descriptors

    def of_smiles(self, text: str) -> Molecule | None:
        """A molecule from a SMILES; None when it is none, or larger than a drug ever is."""
        if not text or len(text) > LONGEST_SMILES or not text.isascii():
            return None
        with self._quiet():
            return self._molecule(self._chem.MolFromSmiles(text))

    def of_block(self, text: str) -> Molecule | None:
        """A molecule from a MOL block (V2000 or V3000); None as above."""
        if len(text) > LONGEST_BLOCK:
            return None
        with self._quiet():
            return self._molecule(self._chem.MolFromMolBlock(text))

    def _molecule(self, read: Any) -> Molecule | None:
        if read is None or not 0 < read.GetNumAtoms() <= MOST_ATOMS:
            return None
        bits: NDArray[np.uint8] = self._generator.GetFingerprintAsNumPy(read)
        logp, _ = self._about.CalcCrippenDescriptors(read)
        descriptors = (
            self._descriptors.MolWt(read),
            logp,
            self._about.CalcTPSA(read),
            self._about.CalcNumHBD(read),
            self._about.CalcNumHBA(read),
            self._about.CalcNumRings(read),
        )
        return Molecule(self._chem.MolToSmiles(read), np.packbits(bits).tobytes(), tuple(map(float, descriptors)))
