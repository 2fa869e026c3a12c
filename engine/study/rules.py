# SPDX-License-Identifier: Apache-2.0
"""Combinations that a study may not ask for, each refused with its reason and the fix; and what its people should know.

A mistake within one section is found by ``manifest.parse``; here sections are held against each other. What is wrong for ever
is told before what this version merely lacks. A hospital's own policy is not a rule of the study: the site applies it.
"""

from __future__ import annotations

from engine.errors import Language, WardroundError
from engine.models.catalogue import FAMILIES
from engine.models.spec import size
from engine.study import phases, traits
from engine.study.manifest import canonical
from engine.study.reading import quoted
from engine.study.schema import model_spec_of
from engine.study.sections import Kind, Manifest
from engine.text import translate
from engine.wire.limits import CONTROL_BYTES, PAGE_BYTES

LARGEST_MODEL = 1 << 28
"""Parameters of the largest model: a file of 1 GiB."""

ROOM_BYTES = 512 << 10
"""Of a message, for what does not depend on the plan: the names and keys of a thousand hospitals."""


def check(manifest: Manifest, language: Language = "en") -> tuple[str, ...]:
    """Refuses what must not be run together, and says in words what the people of the study should know.

    Returns:
        Warnings, each a sentence in ``language``.

    Raises:
        WardroundError: E-RULE-01 a name that this version does not have; -03 a strategy that must see single updates with a
            sealer that hides them; -04 too few sites for the sealer; -05 a numeric input without a range where one is
            needed; -06 a model too large; -07 a model whose layers mix patients with a mechanism that clips each patient's;
            -30 more classes, -31 more variables than one message of the coordinator can tell the sites about; E-SEAL-14, -15 a threshold
            without masking, or a norm bound that nobody could check.
    """
    _combinations(manifest)
    _available(manifest)
    parameters = size(model_spec_of(manifest))
    if parameters > LARGEST_MODEL:
        raise WardroundError("E-RULE-06", study=manifest.study.id, parameters=parameters, most=LARGEST_MODEL)
    _messages(manifest)
    return _warnings(manifest, language)


def most_classes() -> int:
    """So many classes fit: the last round's counts travel together with those of the test patients."""
    classes = 2
    while 16 * phases.evaluation_length(classes + 1) <= CONTROL_BYTES - 2 * ROOM_BYTES:
        classes += 1
    return classes


def _messages(manifest: Manifest) -> None:
    """Models travel in chunks; the plan, the opened sums and the counts travel whole."""
    study, most = manifest.study.id, CONTROL_BYTES - ROOM_BYTES
    classes = len(manifest.classes)
    if classes > most_classes():
        raise WardroundError("E-RULE-30", study=study, classes=classes, most=most_classes())
    statistics = 8 * phases.statistics_length(manifest) + max(PAGE_BYTES, 16 * phases.evaluation_length(classes))
    need = max(len(canonical(manifest)), 8 * phases.ranges_length(manifest), statistics)
    if need > most:
        raise WardroundError("E-RULE-31", study=study, variables=len(manifest.variables), need=need >> 10, most=most >> 10)


def _without_range(manifest: Manifest) -> list[str]:
    return [v.name for v in manifest.inputs if v.kind is Kind.NUMERIC and v.range is None]


def _combinations(manifest: Manifest) -> None:
    study = manifest.study.id
    strategy = traits.STRATEGIES.get(manifest.aggregation.strategy)
    sealer = traits.SEALERS.get(manifest.secagg.method)
    mechanism = traits.MECHANISMS.get(manifest.privacy.mechanism)
    if strategy and sealer and strategy.single_updates and sealer.hides:
        raise WardroundError("E-RULE-03", study=study, strategy=manifest.aggregation.strategy, method=manifest.secagg.method)
    if sealer and manifest.rounds.min_sites < sealer.least_sites:
        method, given, least = manifest.secagg.method, manifest.rounds.min_sites, sealer.least_sites
        raise WardroundError("E-RULE-04", study=study, method=method, given=given, least=least)
    if manifest.secagg.threshold and manifest.secagg.method != "masking":
        raise WardroundError("E-SEAL-14", study=study, method=manifest.secagg.method)
    if manifest.rounds.max_norm > 0.0 and sealer and sealer.hides:
        raise WardroundError("E-SEAL-15", study=study, method=manifest.secagg.method)
    missing = _without_range(manifest)
    if missing and ((sealer and sealer.hides) or (mechanism and mechanism.bounded)):
        raise WardroundError("E-RULE-05", study=study, names=quoted(", ".join(missing)))
    if mechanism and mechanism.unit and manifest.patient_id is None and not manifest.privacy.one_row_per_patient:
        raise WardroundError("E-DP-22", study=study, mechanism=manifest.privacy.mechanism)
    if mechanism and mechanism.noisy and strategy and (strategy.vectors > 1 or strategy.single_updates):
        raise WardroundError("E-DP-23", study=study, mechanism=manifest.privacy.mechanism, strategy=manifest.aggregation.strategy)
    if mechanism and mechanism.noisy and manifest.evaluation.patience > 0:
        raise WardroundError("E-DP-24", study=study, mechanism=manifest.privacy.mechanism)
    family = FAMILIES.get(manifest.model.family)
    if family and mechanism and mechanism.per_example and not family.dp_safe:
        raise WardroundError("E-RULE-07", study=study, family=family.name, mechanism=manifest.privacy.mechanism)


def _available(manifest: Manifest) -> None:
    asked = (
        ("outcome.task", manifest.outcome.task, traits.TASKS),
        ("model.family", manifest.model.family, traits.FAMILIES),
        ("training.optimizer", manifest.training.optimizer, traits.OPTIMIZERS),
        ("aggregation.strategy", manifest.aggregation.strategy, traits.names_of(traits.STRATEGIES)),
        ("secagg.method", manifest.secagg.method, traits.names_of(traits.SEALERS)),
        ("privacy.mechanism", manifest.privacy.mechanism, traits.names_of(traits.MECHANISMS)),
    )
    for key, value, names in asked:
        if not names.get(value, False):
            known = ", ".join(name for name, available in names.items() if available)
            raise WardroundError("E-RULE-01", where=manifest.study.id, key=key, value=quoted(value), known=known)


def seen_by_lead(manifest: Manifest, language: Language) -> str:
    """What the lead hospital can see of what a hospital sends, in a sentence."""
    if not traits.SEALERS[manifest.secagg.method].hides:
        return translate("Each hospital's model update and counts, not only their sum", language)
    return translate(
        "Only sums over more than two thirds of the hospitals, and at least {least} of them; never one hospital's update or counts",
        language,
        least=max(manifest.rounds.min_sites, manifest.secagg.threshold),
    )


def sealed(manifest: Manifest, language: Language) -> list[str]:
    """What people should know of a study whose sums are sealed; each a sentence."""
    said = [
        translate(
            "A dishonest lead that invents hospitals, and so sees the others' numbers, is caught only if the hospitals compare their check"
            " words with each other.",
            language,
        ),
        translate(
            "Nobody can check a single hospital's update: one that sends false numbers spoils the model, and only the sum may show it.",
            language,
        ),
    ]
    if manifest.rounds.min_sites == traits.SEALERS["masking"].least_sites:
        said.append(
            translate("With three hospitals none may be missing: the study waits for each. Four or more are recommended.", language),
        )
    if not traits.MECHANISMS[manifest.privacy.mechanism].noisy:
        said.append(
            translate(
                "Without noise, hospitals refuse to open a sum that differs from an earlier one by a single hospital: while one is away, or"
                " once one has left, the study waits.",
                language,
            )
        )
    return said


def of_privacy(manifest: Manifest, language: Language) -> list[str]:
    """What the plan's noise limits, and what it does not; each a sentence."""
    privacy = manifest.privacy
    if privacy.mechanism == "none":
        return [translate("No noise is added: nothing limits by proof what the model reveals about one patient.", language)]
    if privacy.mechanism == "label":
        return [
            translate(
                "Noise hides each patient's outcome (ε = {epsilon:g} for the outcome alone); not that a patient took part, nor the other"
                " variables.",
                language,
                epsilon=privacy.label_epsilon,
            )
        ]
    said = [
        translate(
            "Noise limits what anybody can learn about one patient: ε = {epsilon:g}, δ = {delta:g} at each hospital. The number of"
            " patients of each hospital is not hidden.",
            language,
            epsilon=privacy.epsilon,
            delta=privacy.delta,
        )
    ]
    if privacy.epsilon > 4:
        said.append(translate("With an ε above 4 there is almost no guaranteed limit.", language))
    return said


def _warnings(manifest: Manifest, language: Language) -> tuple[str, ...]:
    found = []
    if not traits.SEALERS[manifest.secagg.method].hides:
        found.append(translate("The lead sees each hospital's update and counts: this study's sums are not sealed.", language))
    else:
        found += sealed(manifest, language)
    found += of_privacy(manifest, language)
    if manifest.rounds.min_sites < 3:
        found.append(
            translate(
                "The study may run with fewer than three hospitals: each could then work out another's share from the result.", language
            )
        )
    if manifest.rounds.quorum < 1 and not traits.SEALERS[manifest.secagg.method].hides:
        found.append(
            translate(
                "A round may close without every hospital: comparing two rounds could show the counts of the one that was late.", language
            )
        )
    if missing := _without_range(manifest):
        found.append(
            translate(
                "{count} numeric variables have no range ({names}): one more exchange counts their magnitudes first.",
                language,
                count=len(missing),
                names=quoted(", ".join(missing)),
            )
        )
    if manifest.patient_id is None:
        found.append(
            translate("The study has no patient id: each row counts as a patient of its own, so one patient's rows may be split.", language)
        )
    if not manifest.study.legal_basis:
        found.append(translate("The study does not say on which legal basis the records are used.", language))
    return tuple(found)
