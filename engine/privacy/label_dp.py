# SPDX-License-Identifier: Apache-2.0
"""Label DP: randomised response on the outcome (Warner 1965), and a loss that expects it (Patrini et al. 2017, forward correction).

One noisy label a patient and study: with probability p it is drawn anew from all k classes, else it is the true one. The draw hangs
on a secret of the study at this hospital and on the patient, so it is the same whenever it is made. It protects what a patient has,
not that he or she took part, nor the other variables.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray

from engine.models.trainable import Loss, Trainable


def noisy_labels(
    labels: NDArray[np.int64], patients: NDArray[np.int64], patient_keys: Sequence[str], classes: int, probability: float, secret: bytes
) -> NDArray[np.int64]:
    """(n,) the noisy label of each row's patient, who has the highest class among the rows.

    Args:
        labels: (n,) true class of each row.
        patients: (n,) index of each row's patient.
        patient_keys: one digest a patient.
        classes: k.
        probability: p, with which a label is drawn anew.
        secret: 32 bytes, of this study at this hospital, kept as long as the study's records may be asked for.
    """
    true = np.zeros(len(patient_keys), dtype=np.int64)
    np.maximum.at(true, patients, labels)
    drawn = true.copy()
    for place, patient in enumerate(patient_keys):
        digest = hmac.new(secret, patient.encode(), hashlib.sha256).digest()
        if int.from_bytes(digest[:8], "big") / 2.0**64 < probability:
            drawn[place] = int.from_bytes(digest[8:24], "big") % classes
    return drawn[patients]


def corrected(trainable: Trainable, classes: int, probability: float) -> Trainable:
    """The same training with the loss -log Σ_c P(noisy label | c) · score(c), whose best scores are those of the true labels."""
    return replace(trainable, loss=corrected_loss(classes, probability))


def corrected_loss(classes: int, probability: float) -> Loss:
    """The loss alone: logits (b, k) and noisy labels (b,) → the mean."""
    flips = torch.full((classes, classes), probability / classes)
    flips += torch.eye(classes) * (1.0 - probability)

    def loss(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        expected = torch.softmax(logits, 1) @ flips
        return -torch.log(expected.clamp_min(1e-12)).gather(1, labels.unsqueeze(1)).mean()

    return loss
