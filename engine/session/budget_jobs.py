# SPDX-License-Identifier: Apache-2.0
"""The privacy page of an open vault: computed anew from the ledger's events each time it is asked for."""

from __future__ import annotations

from engine import __version__
from engine.errors import Language
from engine.privacy import events
from engine.privacy.accountant import odds
from engine.session import budget_words as words
from engine.session.budget_views import Band, BudgetView, ChargeLine, StudyBudgetView
from engine.session.join_jobs import Joining
from engine.session.open_home import OpenHome
from engine.site import account as accounts
from engine.site.account import StudyAccount
from engine.store import studies
from engine.store.budget import Charge
from engine.store.studies import StudyEntry
from engine.study.manifest import Manifest
from engine.text import either


def band_of(epsilon: float | None) -> Band:
    """How much an ε is worth."""
    if epsilon is None or epsilon == float("inf"):
        return Band.NONE
    return Band.STRONG if epsilon <= 1 else Band.MODERATE if epsilon <= 2 else Band.WEAK if epsilon <= 4 else Band.LITTLE


def view(site: OpenHome, joining: Joining) -> BudgetView:
    """Reads the ledger, then computes; takes seconds the first time.

    Raises:
        WardroundError: E-DP-05 when the ledger was changed.
    """
    book = site.write(accounts.read)
    account = accounts.compute(book)
    entries = [entry for entry in site.write(studies.study_entries) if entry.bundle]
    charged = {one.study: one for one in account.studies}
    language = site.language()
    most = site.privacy_policy().most
    return BudgetView(
        None if most == float("inf") else most,
        account.delta,
        account.spent,
        account.at_end,
        account.odds_spent,
        account.odds_at_end,
        account.head,
        f"Wardround {__version__}, dp-accounting (PLD)",
        tuple(_study(entry, joining.bundle(entry).manifest, charged.get(entry.study), language) for entry in entries),
    )


def _study(entry: StudyEntry, manifest: Manifest, account: StudyAccount | None, language: Language) -> StudyBudgetView:
    privacy = manifest.privacy
    noisy = privacy.mechanism in ("dp-sgd", "update-noise")
    # Before the first task, what the plan may charge is what it says; from then on, what is reserved and spent.
    at_end = None if not noisy else account.at_end if account is not None else privacy.epsilon
    used = None if not noisy else account.spent if account is not None else 0.0
    band = band_of(at_end)
    return StudyBudgetView(
        study=entry.study,
        title=either(entry.title, entry.title_zh, language),
        mechanism=privacy.mechanism,
        band=band,
        verdict=words.verdict(band, language),
        epsilon_used=used,
        epsilon_at_end=at_end,
        odds_used=None if used is None else odds(used, privacy.delta),
        odds_at_end=None if at_end is None else odds(at_end, privacy.delta),
        epsilon_rdp=account.spent_rdp if noisy and account is not None else None,
        delta=privacy.delta if noisy else None,
        label_epsilon=privacy.label_epsilon if privacy.mechanism == "label" else None,
        clip=privacy.clip if noisy else None,
        sampling=privacy.sampling if privacy.mechanism == "dp-sgd" else None,
        unit=words.unit(manifest, language),
        question=words.question(language),
        answer=words.answer(at_end, privacy.delta, language),
        protects=words.protects(manifest, language),
        leaves_open=words.leaves_open(manifest, language),
        trust=words.trust(manifest, language),
        charges=tuple(
            _charge(charge, language) for charge in (account.charges if account is not None else ()) if charge.spent or charge.open
        ),
    )


def _charge(charge: Charge, language: Language) -> ChargeLine:
    event = events.from_json(charge.event)
    return ChargeLine(
        words.phase(charge.phase, language),
        charge.patients,
        words.mechanism(event.kind, language),
        event.noise,
        event.sampling,
        event.steps,
        charge.spent,
        charge.open,
    )
