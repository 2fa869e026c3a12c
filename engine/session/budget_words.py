# SPDX-License-Identifier: Apache-2.0
"""Privacy in words that are true of the actual study: odds, what is protected and what is not, whom one must trust."""

from __future__ import annotations

from engine.errors import Language
from engine.privacy.accountant import odds
from engine.privacy.events import Kind
from engine.session.budget_views import Band
from engine.store.budget import LABELS
from engine.study import traits
from engine.study.manifest import Manifest
from engine.text import translate
from engine.values import Phase


def verdict(band: Band, language: Language) -> str:
    """A band as a sentence, never better than it is."""
    match band:
        case Band.NONE:
            return translate("No limit", language)
        case Band.LITTLE:
            return translate("This setting gives almost no guaranteed limit", language)
        case Band.WEAK:
            return translate("A weak limit", language)
        case Band.MODERATE:
            return translate("A moderate limit", language)
        case Band.STRONG:
            return translate("A strong limit", language)


def question(language: Language) -> str:
    """What the odds are about."""
    return translate("Could someone tell that one of your patients was in this study?", language)


def answer(epsilon: float | None, delta: float, language: Language) -> str:
    """The odds of an attacker who sees everything that this hospital sends; ``epsilon`` None: without a limit."""
    if epsilon is None:
        return translate(
            "Suppose a person already knows everything about the patient except that, and sees everything this hospital sends. "
            "Nothing in this study limits by proof how often that person's guess is right.",
            language,
        )
    return translate(
        "Suppose a person already knows everything about the patient except that, and sees everything this hospital sends. By guessing "
        "they are right 50 times in 100. With these settings they are right at most {odds} times in 100. This is a mathematical upper "
        "limit, not an estimate; real attacks do worse.",
        language,
        odds=in_100(odds(epsilon, delta)),
    )


def in_100(value: float) -> str:
    """Odds rounded up, so that the limit is never said to be lower than it is."""
    whole = -(-value // 1)
    return f"{-(-value * 100 // 1) / 100:g}" if value > 99 else f"{whole:g}"


def unit(manifest: Manifest, language: Language) -> str:
    """Whom the guarantee speaks of."""
    if manifest.privacy.mechanism == "label":
        return translate("the outcome of one patient", language)
    if manifest.patient_id is None:
        return translate("one row (the study declares that each row is a patient)", language)
    return translate("one patient, all rows together", language)


def protects(manifest: Manifest, language: Language) -> tuple[str, ...]:
    """What is protected."""
    match manifest.privacy.mechanism:
        case "dp-sgd" | "update-noise":
            return (
                translate("Being recognised as a participant", language),
                translate("Every detail of one patient: variables, outcome, the number of rows", language),
            )
        case "label":
            return (translate("The outcome of one patient", language),)
        case _:
            return ()


def leaves_open(manifest: Manifest, language: Language) -> tuple[str, ...]:
    """What is not protected."""
    said = [
        translate("Facts that are true of a whole group, such as a risk that smokers have", language),
        translate("What you share elsewhere", language),
    ]
    match manifest.privacy.mechanism:
        case "dp-sgd" | "update-noise":
            said.append(
                translate("How many patients of this hospital train, validate and test: these numbers are sent as they are", language)
            )
        case "label":
            said.append(translate("That a patient took part, and every variable but the outcome", language))
        case _:
            said.append(translate("Single patients: no noise is added to what is sent", language))
    return tuple(said)


def trust(manifest: Manifest, language: Language) -> tuple[str, ...]:
    """Whom one must trust for the guarantee, as the study is set up."""
    said = [translate("This computer, and this program on it", language)]
    sealed = traits.SEALERS[manifest.secagg.method].hides
    if traits.MECHANISMS[manifest.privacy.mechanism].noisy:
        said.append(
            translate(
                "Nobody else: the noise is added here, before anything leaves, so the limit holds against the lead hospital, too", language
            )
        )
    elif sealed:
        said.append(
            translate(
                "The lead hospital, not to invent hospitals; it sees sums over at least {least} of them, without noise",
                language,
                least=max(manifest.rounds.min_sites, manifest.secagg.threshold),
            )
        )
    else:
        said.append(translate("The lead hospital: it sees this hospital's update and counts, without noise", language))
    if not traits.MECHANISMS[manifest.privacy.mechanism].noisy:
        said.append(translate("Every hospital that receives the model, not to work back from it to patients", language))
    return tuple(said)


def phase(name: str, language: Language) -> str:
    """What one charge is for."""
    match name:
        case Phase.STATISTICS.value:
            return translate("Counts and sums of training patients", language)
        case Phase.UPDATE.value:
            return translate("Training", language)
        case Phase.EVALUATION.value:
            return translate("Test figures of validation patients", language)
        case Phase.TEST.value:
            return translate("Test figures of test patients", language)
        case _ if name == LABELS:
            return translate("Outcomes", language)
        case _:
            return name


def mechanism(kind: Kind, language: Language) -> str:
    """A mechanism's name as an officer knows it."""
    match kind:
        case Kind.SAMPLED_GAUSSIAN:
            return translate("Poisson-sampled Gaussian", language)
        case Kind.GAUSSIAN:
            return translate("Gaussian", language)
        case Kind.LAPLACE:
            return translate("Laplace", language)
        case Kind.RANDOMISED_RESPONSE:
            return translate("Randomised response", language)
