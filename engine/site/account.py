# SPDX-License-Identifier: Apache-2.0
"""What this site's patients were charged so far, computed anew from the ledger's events: for pages, commands and officers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from engine.privacy import ledger
from engine.privacy import plan as plans
from engine.privacy.accountant import odds
from engine.privacy.plan import Plan
from engine.privacy.policy import ACCOUNT_DELTA
from engine.store import budget
from engine.store.budget import Charge
from engine.store.connection import Database


@dataclass(frozen=True)
class Book:
    """The ledger's rows, read at one moment."""

    studies: tuple[budget.StudyPrivacy, ...]
    charges: tuple[Charge, ...]
    memberships: tuple[frozenset[int], ...]
    head: str


@dataclass(frozen=True)
class StudyAccount:
    """One study: ε spent and, with what is still reserved, at its end; at the δ of its plan; of the labels apart."""

    study: str
    mechanism: str
    plan: Plan | None
    spent: float
    at_end: float
    spent_rdp: float
    label_spent: float
    label_at_end: float
    charges: tuple[Charge, ...]


@dataclass(frozen=True)
class Account:
    """All studies together, for the patient who was charged most; odds are times in 100 (50: no better than a coin)."""

    delta: float
    spent: float
    at_end: float
    odds_spent: float
    odds_at_end: float
    studies: tuple[StudyAccount, ...]
    head: str


def read(database: Database) -> Book:
    """Reads the ledger; on the writer's thread, short.

    Raises:
        WardroundError: E-DP-05 when it was changed.
    """
    budget.require_chain(database)
    return Book(budget.registered(database), budget.charges(database), budget.memberships(database), budget.last_head(database))


def compute(book: Book) -> Account:
    """Computes every ε; takes seconds the first time, anywhere but on the window's and the writer's thread."""
    studies = tuple(_study(book, one) for one in book.studies)
    deltas = [one.plan.delta for one in studies if one.plan is not None and one.plan.protects_patients]
    delta = min([ACCOUNT_DELTA, *deltas])
    spent = ledger.epsilon(book.charges, book.memberships, delta, reserved=False)
    at_end = ledger.epsilon(book.charges, book.memberships, delta, reserved=True)
    return Account(delta, spent, at_end, odds(spent, delta), odds(at_end, delta), studies, book.head)


@dataclass(frozen=True)
class History:
    """The ledger with the order of spending: (place, study, round, phase, reservation's position in ``book.charges``)."""

    book: Book
    spent: tuple[tuple[int, str, int, str, int], ...]


def history(database: Database) -> History:
    """Reads the ledger and the order of spending."""
    return History(read(database), budget.spending(database))


def after(known: History, keys: Collection[tuple[str, int, str]]) -> dict[tuple[str, int, str], float]:
    """ε over all studies right after each of these answers was charged; by Rényi DP, which is quick and never too low."""
    plans_of = [plans.from_json(one.plan) for one in known.book.studies if one.plan]
    delta = min([ACCOUNT_DELTA, *(plan.delta for plan in plans_of if plan.protects_patients)])
    counts = [0] * len(known.book.charges)
    found: dict[tuple[str, int, str], float] = {}
    for _, study, number, phase, position in known.spent:
        counts[position] += 1
        if (study, number, phase) in keys:
            then = [replace(charge, spent=count, open=0) for charge, count in zip(known.book.charges, counts, strict=True)]
            found[study, number, phase] = ledger.epsilon_rdp(then, known.book.memberships, delta, reserved=False)
    return found


def _study(book: Book, one: budget.StudyPrivacy) -> StudyAccount:
    plan = plans.from_json(one.plan) if one.plan else None
    charges = tuple(charge for charge in book.charges if charge.study == one.study)
    delta = plan.delta if plan is not None and plan.protects_patients else ACCOUNT_DELTA
    return StudyAccount(
        one.study,
        one.mechanism,
        plan,
        ledger.epsilon(charges, book.memberships, delta, reserved=False),
        ledger.epsilon(charges, book.memberships, delta, reserved=True),
        ledger.epsilon_rdp(charges, book.memberships, delta, reserved=False),
        ledger.label_epsilon(charges, reserved=False),
        ledger.label_epsilon(charges, reserved=True),
        charges,
    )
