# SPDX-License-Identifier: Apache-2.0
"""DP: differential privacy, its accountant and its ledger."""

from __future__ import annotations

from engine.errors.entry import Entry, Status, Who, entry

ENTRIES: dict[str, Entry] = {
    "E-DP-01": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.LEAD,
        (
            "No amount of noise keeps this study within ε = {epsilon} (δ = {delta}).",
            "Allow a larger ε, ask for fewer rounds, or a smaller share of patients in each step.",
        ),
        ("无论加入多少噪声，本研究都无法保持在 ε = {epsilon}（δ = {delta}）以内。", "请放宽 ε、减少轮数，或降低每步抽取的患者比例。"),
    ),
}
