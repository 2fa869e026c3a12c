# SPDX-License-Identifier: Apache-2.0
"""Plans, messages and events in plain words, in the language of whoever reads."""

from __future__ import annotations

from collections.abc import Mapping

from engine import __version__
from engine.errors import CATALOGUE, Language
from engine.secagg.circle import KEY_BYTES, PARCEL_BYTES, neighbours_among
from engine.secagg.shamir import SHARE_BYTES
from engine.session.views import ForecastLine, PlanLine
from engine.site.release import EXCHANGES
from engine.study import rules
from engine.study.manifest import Manifest
from engine.study.phases import layout_of, openings_ahead, ranges_length, steps_of
from engine.text import either, translate
from engine.values import Phase, PhaseKey, Step
from engine.wire.codec import encode
from engine.wire.messages import (
    Contribute,
    Follow,
    GetBundle,
    GetModel,
    Heartbeat,
    Hello,
    Join,
    Leave,
    ListStudies,
    NextTask,
    ReportError,
    SiteState,
    SubmitHeader,
)

_ENROL_BYTES = 310
"""A certificate request, a public key and a signature; it varies by a few bytes."""


def kind(name: str, phase: str, language: Language) -> str:
    """One kind of outbound message, in words."""
    match name, phase:
        case "hello", _:
            return translate("Greeting", language)
        case "enrol", _:
            return translate("Certificate request", language)
        case "list-studies", _:
            return translate("Question: which studies", language)
        case "get-bundle", _:
            return translate("Question: the study plan", language)
        case "join", _:
            return translate("Your signed approval", language)
        case "next-task", _:
            return translate("Question: what is next", language)
        case "heartbeat", _:
            return translate("Sign of life", language)
        case "get-model", _:
            return translate("Question: the shared model", language)
        case "submit", "ranges":
            return translate("Counts of magnitudes", language)
        case "submit", "statistics":
            return translate("Counts and sums", language)
        case "submit", "update":
            return translate("Model update", language)
        case "submit", "evaluation":
            return translate("Test figures of validation patients", language)
        case "submit", "test":
            return translate("Test figures of test patients", language)
        case "key", _:
            return translate("Fresh keys for sealing", language)
        case "share", _:
            return translate("Sealed shares for other hospitals", language)
        case "survivors", _:
            return translate("Signed list of hospitals", language)
        case "unmask", _:
            return translate("Shares to unmask the sum", language)
        case "report-error", _:
            return translate("Error code", language)
        case "leave", _:
            return translate("Notice of leaving", language)
        case _:
            return name


def never_leaves(language: Language) -> tuple[str, ...]:
    """What has no way out of this computer."""
    return (
        translate("Patient records: rows, names, numbers, dates, free text", language),
        translate("File names and folders", language),
        translate("Which prediction belongs to which patient", language),
        translate("The model adapted to your hospital", language),
        translate("Logs", language),
    )


def activity(name: str, fields: Mapping[str, object], language: Language) -> str:
    """One event of the local history as a sentence."""
    match name:
        case "imported":
            return translate("Imported {name}, version {version}: {rows} rows.", language, **fields)
        case "unlocked":
            return translate("Opened the vault.", language)
        case "looked":
            return translate("Looked at {name}.", language, **fields)
        case "exported":
            return translate("Wrote {name} to a file.", language, **fields)
        case "excluded":
            return translate("Excluded a patient.", language)
        case "readmitted":
            return translate("Lifted the exclusion of a patient.", language)
        case "matched":
            return translate("Said how “{variable}” of {study} is read.", language, **fields)
        case "mended":
            return translate("Mended {name}, version {version}: {steps} steps in all.", language, **fields)
        case "joined-data":
            return translate("Joined data sets as {name}, version {version}: {rows} rows.", language, **fields)
        case "overridden":
            return translate("{person} answers for “{column}” of {name}: {reason}", language, **fields)
        case "deleted":
            return translate("Deleted {name}; its key was destroyed.", language, **fields)
        case "confirmed":
            return translate("{name} was looked at and found right.", language, **fields)
        case "enrolled":
            return translate("Enrolled with {lead} as {site}.", language, **fields)
        case "joined":
            return translate("Approved and joined the study {study}.", language, **fields)
        case "started":
            return translate("Started taking part in {study}.", language, **fields)
        case "paused":
            return translate("Paused {study}.", language, **fields)
        case "resumed":
            return translate("Resumed {study}.", language, **fields)
        case "stopped":
            return translate("Stopped {study}.", language, **fields)
        case "left":
            return translate("Left {study}.", language, **fields)
        case "problem":
            code = str(fields["code"])
            what = CATALOGUE[code].en[0] if language == "en" else CATALOGUE[code].zh[0]
            shown = what if "{" not in what else translate("see the details", language)
            return translate("Problem {code} in round {round}: {what}", language, code=code, round=fields["round"], what=shown)
        case _:
            return name


def plan(manifest: Manifest, language: Language) -> tuple[PlanLine, ...]:
    """The study in plain words, line by line."""
    section, model, training = manifest.study, manifest.model, manifest.training
    rounds, evaluation = manifest.rounds, manifest.evaluation
    purpose = either(section.purpose, section.purpose_zh, language)
    inputs = ", ".join(variable.name for variable in manifest.inputs[:12])
    if len(manifest.inputs) > 12:
        inputs = translate("{inputs} and {more} more", language, inputs=inputs, more=len(manifest.inputs) - 12)
    train_share = 1 - evaluation.validation_share - evaluation.test_share
    if model.family == "linear":
        shape = translate("Logistic regression", language)
    else:
        shape = translate("A small neural network with layers of {layers}", language, layers=" · ".join(map(str, model.hidden)))
    lines = [
        (translate("Purpose", language), purpose),
        (translate("Led by", language), section.lead),
        (translate("What is predicted", language), f"{manifest.target.name}: {' / '.join(manifest.classes)}"),
        (translate("From which variables", language), inputs),
        (translate("Model", language), shape),
        (
            translate("Training", language),
            translate(
                "{count} rounds; in each, {passes} pass(es) over your training patients on this computer",
                language,
                count=rounds.count,
                passes=training.local_epochs,
            ),
        ),
        (
            translate("Your patients", language),
            translate(
                "{train} % train the model, {validation} % choose the best round, {test} % judge it once at the end",
                language,
                train=round(100 * train_share),
                validation=round(100 * evaluation.validation_share),
                test=round(100 * evaluation.test_share),
            ),
        ),
        (
            translate("Combining", language),
            translate("The average of all sites' changes, weighted by their training patients (FedAvg)", language),
        ),
        (translate("Smallest number of sites", language), str(rounds.min_sites)),
        (translate("What the lead can see", language), rules.seen_by_lead(manifest, language)),
    ]
    if manifest.privacy.mechanism != "none":
        lines.append((translate("Privacy", language), " ".join(rules.of_privacy(manifest, language))))
    if section.legal_basis:
        lines.insert(2, (translate("Legal basis", language), section.legal_basis))
    return tuple(PlanLine(label, text) for label, text in lines)


def warnings(manifest: Manifest, language: Language) -> tuple[str, ...]:
    """What a person must know before approving, from the actual settings."""
    said = []
    if manifest.secagg.method == "clear":
        said.append(
            translate("The lead hospital can see each hospital's model update and counts in this study, not only their sum.", language)
        )
        said.append(
            translate(
                "Where only one of your patients has a value or belongs to a group, the counts and sums of it are that patient's own; "
                "with few validation or test patients, the scores of single patients can be read from the counts, without their names.",
                language,
            )
        )
    else:
        said += rules.sealed(manifest, language)
    if manifest.privacy.mechanism == "none":
        said.append(
            translate(
                "No noise is added: there is no mathematical limit on what could be learned about one patient from what is sent.", language
            )
        )
    if not manifest.study.legal_basis:
        said.append(translate("The study does not say on which legal basis the records are used.", language))
    return tuple(said)


def forecast(manifest: Manifest, parameters: int, language: Language, sites: int = 0) -> tuple[ForecastLine, ...]:
    """What will leave: every kind of the ledger, the largest first to be named; sizes are those of a whole message.

    ``sites``: hospitals in the roster, as far as there is one.
    """
    sealing = _sealing(manifest, max(sites, manifest.rounds.min_sites), language)
    lines = [*_results(manifest, parameters, language), *sealing, *_questions(manifest, language)]
    return tuple(ForecastLine(*line) for line in lines)


Line = tuple[str, int, int, str]


def _results(manifest: Manifest, parameters: int, language: Language) -> list[Line]:
    """What is made of the records."""
    count = manifest.rounds.count

    def line(phase: Phase, messages: int, what: str) -> Line:
        nbytes = layout_of(phase, manifest, parameters).nbytes
        follow = Follow(count, 20.0, count)
        header = encode(SubmitHeader(PhaseKey(manifest.study.id, count, 1, phase), nbytes, "0" * 64, follow))
        return kind("submit", phase, language), messages, len(header) + nbytes, what

    scale = translate("Counts, sums and sums of squares of your training patients, so that all sites use one scale", language)
    changes = translate("Changes to {parameters} numbers in the model", language, parameters=parameters)
    judged = translate("How often the model was right or wrong, and how often each score came, as counts", language)
    lines = [
        line(Phase.STATISTICS, 1, scale),
        line(Phase.UPDATE, count, changes),
        line(Phase.EVALUATION, count, judged),
        line(Phase.TEST, 1, translate("The same for the test patients, once", language)),
    ]
    if ranges_length(manifest):
        sizes = translate("How many values are of which size, where the plan names no range", language)
        lines.insert(0, line(Phase.RANGES, 1, sizes))
    return lines


def _sealing(manifest: Manifest, sites: int, language: Language) -> list[Line]:
    """What sealing the sums takes besides them, with so many hospitals; nothing where they are in clear."""
    if Step.KEYS not in steps_of(manifest):
        return []
    sums = 2 * manifest.rounds.count + 2
    ahead = min(openings_ahead(sites), sums)
    neighbours = neighbours_among(sites)
    key = PhaseKey(manifest.study.id, manifest.rounds.count, 1, Phase.UPDATE)
    keys = translate("Public keys, new for every sum; no data", language)
    shares = translate("Parts of this hospital's masks, which only the other hospitals can read; no data", language)
    survivors = translate("Your signature over whose vectors came; no data", language)
    unmask = translate("Parts of other hospitals' masks, so that only their sum is seen; no data", language)
    bodies = (
        (Step.KEYS, -(-sums // ahead), KEY_BYTES * ahead, keys),
        (Step.SHARES, -(-sums // ahead), PARCEL_BYTES * ahead * neighbours, shares),
        (Step.SURVIVORS, sums, 64, survivors),
        (Step.UNMASK, sums, SHARE_BYTES * (neighbours + 1), unmask),
    )
    return [
        (kind(EXCHANGES[step], "", language), messages, len(encode(Contribute(key, step, bytes(nbytes)))), what)
        for step, messages, nbytes, what in bodies
    ]


def _questions(manifest: Manifest, language: Language) -> list[Line]:
    """What is made of nothing but the study's name, this program's version and this hospital's keys; counts are about right."""
    study, count = manifest.study.id, manifest.rounds.count
    answers = 2 * count + 2
    questions = 3 * count + 4 if len(steps_of(manifest)) == 1 else 3 * answers + 4
    question = len(encode(NextTask(study, SiteState.WAITING_FOR_OTHERS, count, 20.0)))
    asked = translate("For every task, and every 20 seconds while waiting; no data", language)
    alive = translate("Every 10 seconds while this computer works; no data", language)
    model = translate("Fetching the shared model; no data", language)
    joined = translate("Your signature of this plan, once you approve it", language)
    enrolled = translate("Public keys, program version and kind of operating system, once at enrolment", language)
    return [
        (kind("next-task", "", language), questions, question, asked),
        (kind("heartbeat", "", language), count, len(encode(Heartbeat(study, SiteState.TRAINING, count))), alive),
        (kind("get-model", "", language), count + 2, len(encode(GetModel(study, count, 0))), model),
        (kind("join", "", language), 1, len(encode(Join(study, "0" * 64, bytes(64)))), joined),
        (kind("list-studies", "", language), 2, len(encode(ListStudies())), translate("Looking for news; an empty message", language)),
        (kind("get-bundle", "", language), 1, len(encode(GetBundle(study))), translate("Fetching this plan; no data", language)),
        (kind("enrol", "", language), 1, _ENROL_BYTES, enrolled),
        (kind("hello", "", language), 1, len(encode(Hello(__version__))), translate("The program's version", language)),
        (
            kind("report-error", "", language),
            0,
            len(encode(ReportError(PhaseKey(study, count, 1, Phase.EVALUATION), "E-TRAIN-01"))),
            translate("Only when a step cannot be done: its error code, no text", language),
        ),
        (kind("leave", "", language), 0, len(encode(Leave(study))), translate("Only when you leave the study", language)),
    ]
