# SPDX-License-Identifier: Apache-2.0
"""A hospital's own rules of privacy, held against a study: the stricter of the two wins."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import WardroundError
from engine.privacy.plan import Plan

ACCOUNT_DELTA = 1e-5
"""At which ε over all studies is computed, unless a study promises a smaller δ."""


@dataclass(frozen=True)
class Policy:
    """``most``: ε that all studies together may charge to one patient; ``demanded``: "" or "patient": what a study must protect."""

    most: float = float("inf")
    demanded: str = ""


def require_allowed(policy: Policy, study: str, plan: Plan | None, patients: int) -> None:
    """Returns if this hospital may take part as the plan says.

    Raises:
        WardroundError: E-DP-10 a mechanism that the hospital does not allow, E-DP-11 a δ that is too large for so many patients,
            E-DP-12 an ε beyond the hospital's most.
    """
    protects = plan is not None and plan.protects_patients
    if policy.demanded == "patient" and not protects:
        raise WardroundError("E-DP-10", study=study, mechanism=plan.mechanism if plan else "none")
    if plan is None or not protects:
        return
    if plan.delta * patients > 1.0:
        raise WardroundError("E-DP-11", study=study, delta=f"{plan.delta:g}", patients=patients)
    if plan.epsilon > policy.most:
        raise WardroundError("E-DP-12", study=study, epsilon=f"{plan.epsilon:g}", most=f"{policy.most:g}")


def require_room(policy: Policy, study: str, epsilon: float) -> None:
    """Raises E-DP-13 when this study would take some patient beyond the hospital's most, over all studies."""
    if epsilon > policy.most:
        raise WardroundError("E-DP-13", study=study, epsilon=f"{epsilon:.2f}", most=f"{policy.most:g}")
