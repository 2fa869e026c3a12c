# SPDX-License-Identifier: Apache-2.0
"""Label DP: the response is as random as it says, drawn once a patient, and the loss finds the true scores behind it."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from engine.privacy.accountant import response_noise
from engine.privacy.label_dp import corrected_loss, noisy_labels

KEYS = tuple(f"{number:064x}" for number in range(20_000))
EACH = np.arange(len(KEYS))


def test_labels_are_kept_and_changed_as_often_as_epsilon_says() -> None:
    target, classes = 1.0, 3
    true = EACH % classes
    noisy = noisy_labels(true, EACH, KEYS, classes, response_noise(target, classes), b"s" * 32)
    ratios = []
    for label in range(classes):
        rates = np.array([(noisy[true == other] == label).mean() for other in range(classes)])
        ratios.append(rates.max() / rates.min())
    assert max(ratios) == pytest.approx(math.exp(target), rel=0.1)


def test_a_label_is_drawn_once_and_the_secret_decides() -> None:
    true = EACH % 2
    first = noisy_labels(true, EACH, KEYS, 2, 0.5, b"s" * 32)
    assert (first == noisy_labels(true, EACH, KEYS, 2, 0.5, b"s" * 32)).all()
    assert (first != noisy_labels(true, EACH, KEYS, 2, 0.5, b"t" * 32)).any()
    order = np.random.default_rng(0).permutation(len(KEYS))
    shuffled = noisy_labels(true[order], EACH, tuple(KEYS[n] for n in order), 2, 0.5, b"s" * 32)
    assert (shuffled == first[order]).all()


def test_all_rows_of_a_patient_get_one_label() -> None:
    patients = np.repeat(np.arange(500), 4)
    labels = (np.arange(2000) % 4 == 0).astype(np.int64)  # each patient has both
    noisy = noisy_labels(labels, patients, KEYS[:500], 2, 0.5, b"s" * 32)
    assert all(len(set(noisy[patients == patient])) == 1 for patient in range(500))
    assert noisy.mean() == pytest.approx(0.75, abs=0.08)  # the highest class is the patient's; half are drawn anew


def test_the_corrected_loss_is_least_at_the_true_scores() -> None:
    classes, probability, truth = 2, 0.4, 0.9
    loss = corrected_loss(classes, probability)
    seen = truth * (1 - probability) + probability / 2  # share of noisy labels that are 1
    labels = torch.tensor([1] * round(1000 * seen) + [0] * (1000 - round(1000 * seen)))

    def at(score: float) -> float:
        logits = torch.log(torch.tensor([[1 - score, score]])).expand(1000, 2)
        return float(loss(logits, labels))

    scores = [0.5, 0.7, 0.8, 0.86, 0.9, 0.94, 0.99]
    assert min(scores, key=at) == 0.9
