# SPDX-License-Identifier: Apache-2.0
"""A coordinator's phases, answers, models and records of rounds; rows in, frozen dataclasses out.

The truth of a running study is here: which phase is open, who has answered it, which model was published last. What the
process holds in memory (the running sum) can be built anew from these rows and the spooled files.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from engine.store.connection import Database
from engine.values import Phase, PhaseKey, RoundRecord, SiteId, Step, StudyId


class AnswerState(StrEnum):
    """What became of one site's answer to one phase."""

    ACCEPTED = "accepted"  # spooled, checked, receipt given; part of the sum
    FAILED = "failed"  # the site said that it cannot, or its payload was refused
    WITHDRAWN = "withdrawn"  # accepted, then the site left or was revoked before the phase closed


@dataclass(frozen=True)
class OpenPhase:
    """The exchange that is going on; times in unix seconds, of its present ``step``, in which ``asked`` are asked.

    ``openings``: the phases for which keys and shares are exchanged in it; empty when they were exchanged before.
    """

    key: PhaseKey
    opened: float
    deadline: float
    participants: tuple[SiteId, ...]
    asked: tuple[SiteId, ...]
    step: Step = Step.VECTOR
    openings: tuple[PhaseKey, ...] = ()


@dataclass(frozen=True)
class Answer:
    """One site's answer to one phase, ``length`` bytes; ``code`` says why it failed, ``signature`` is the receipt's."""

    site: SiteId
    state: AnswerState
    time: float
    sha256: str
    length: int
    code: str
    signature: bytes


@dataclass(frozen=True)
class ModelRow:
    """A published model; version 0 holds the initial weights. What the update phase opened beside the weights is kept with it."""

    version: int
    sha256: str
    participants: tuple[SiteId, ...]
    examples: int
    train_loss: float
    clipped_share: float
    published: float


# ---------------------------------------------------------------- phases


def _names(sites: tuple[SiteId, ...]) -> str:
    return json.dumps(list(sites))


def _sites(text: str) -> tuple[SiteId, ...]:
    return tuple(SiteId(name) for name in json.loads(text))


def open_phase(database: Database, study: StudyId) -> OpenPhase | None:
    """The phase that is open, if one is."""
    rows = database.execute(
        "SELECT round, attempt, phase, opened, deadline, participants, step, asked, openings FROM phases"
        " WHERE study = ? AND state = 'open'",
        (study,),
    )
    if not rows:
        return None
    number, attempt, phase, opened, deadline, participants, step, asked, openings = rows[0]
    key = PhaseKey(study, number, attempt, Phase(phase))
    ahead = tuple(PhaseKey(study, each[0], each[1], Phase(each[2])) for each in json.loads(openings))
    return OpenPhase(key, opened, deadline, _sites(participants), _sites(asked), Step(step), ahead)


def last_closed(database: Database, study: StudyId) -> PhaseKey | None:
    """The phase whose sum was opened last."""
    rows = database.execute(
        "SELECT round, attempt, phase FROM phases WHERE study = ? AND state = 'closed' ORDER BY id DESC LIMIT 1", (study,)
    )
    return PhaseKey(study, rows[0][0], rows[0][1], Phase(rows[0][2])) if rows else None


def last_attempt(database: Database, study: StudyId, number: int, phase: Phase) -> int:
    """The number of the last attempt at this phase of this round; 0 if there was none."""
    found = database.execute("SELECT max(attempt) FROM phases WHERE study = ? AND round = ? AND phase = ?", (study, number, phase))
    return int(found[0][0] or 0)


def begin(database: Database, phase: OpenPhase) -> None:
    """A phase opens; the database refuses a second open one."""
    key = phase.key
    openings = json.dumps([[each.round, each.attempt, each.phase] for each in phase.openings])
    times = (phase.opened, phase.deadline)
    database.execute(
        "INSERT INTO phases (study, round, attempt, phase, opened, deadline, participants, step, asked, openings)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (key.study, key.round, key.attempt, key.phase, *times, _names(phase.participants), phase.step, _names(phase.asked), openings),
    )


def go_on(database: Database, phase: OpenPhase) -> None:
    """The open phase comes to its next step."""
    key = phase.key
    database.execute(
        "UPDATE phases SET opened = ?, deadline = ?, participants = ?, step = ?, asked = ?"
        " WHERE study = ? AND round = ? AND attempt = ? AND phase = ?",
        (
            phase.opened,
            phase.deadline,
            _names(phase.participants),
            phase.step,
            _names(phase.asked),
            key.study,
            key.round,
            key.attempt,
            key.phase,
        ),
    )


def end(database: Database, key: PhaseKey, state: str, now: float) -> None:
    """The phase is ``closed`` (its sum was opened) or ``abandoned``."""
    database.execute(
        "UPDATE phases SET state = ?, ended = ? WHERE study = ? AND round = ? AND attempt = ? AND phase = ?",
        (state, now, key.study, key.round, key.attempt, key.phase),
    )


def postpone(database: Database, study: StudyId, seconds: float) -> None:
    """The open phase's time is moved by the length of a pause."""
    database.execute(
        "UPDATE phases SET opened = opened + ?, deadline = deadline + ? WHERE study = ? AND state = 'open'", (seconds, seconds, study)
    )


def extend(database: Database, key: PhaseKey, deadline: float) -> None:
    """The phase has until ``deadline``."""
    database.execute(
        "UPDATE phases SET deadline = ? WHERE study = ? AND round = ? AND attempt = ? AND phase = ?",
        (deadline, key.study, key.round, key.attempt, key.phase),
    )


# ---------------------------------------------------------------- answers


def answers(database: Database, key: PhaseKey) -> dict[SiteId, Answer]:
    """What the sites have answered to one phase, by site name."""
    rows = database.execute(
        "SELECT site, state, time, sha256, bytes, code, signature FROM answers"
        " WHERE study = ? AND round = ? AND attempt = ? AND phase = ? ORDER BY site",
        (key.study, key.round, key.attempt, key.phase),
    )
    return {SiteId(row[0]): Answer(SiteId(row[0]), AnswerState(row[1]), *row[2:]) for row in rows}


def answer(database: Database, key: PhaseKey, site: SiteId) -> Answer | None:
    """One site's answer to one phase."""
    rows = database.execute(
        "SELECT site, state, time, sha256, bytes, code, signature FROM answers"
        " WHERE study = ? AND round = ? AND attempt = ? AND phase = ? AND site = ?",
        (key.study, key.round, key.attempt, key.phase, site),
    )
    return Answer(SiteId(rows[0][0]), AnswerState(rows[0][1]), *rows[0][2:]) if rows else None


def record_answer(database: Database, key: PhaseKey, row: Answer) -> None:
    """Writes an answer; the primary key refuses a second one of the same site."""
    database.execute(
        "INSERT INTO answers (study, round, attempt, phase, site, state, time, sha256, bytes, code, signature)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (key.study, key.round, key.attempt, key.phase, row.site, row.state, row.time, row.sha256, row.length, row.code, row.signature),
    )


def keep_rows(database: Database, key: PhaseKey, site: SiteId, rows: int) -> None:
    """The training rows that the site's accepted statistics count."""
    database.execute(
        "UPDATE answers SET rows = ? WHERE study = ? AND round = ? AND attempt = ? AND phase = ? AND site = ?",
        (rows, key.study, key.round, key.attempt, key.phase, site),
    )


def rows_of(database: Database, study: StudyId, site: SiteId) -> int | None:
    """The training rows that the site counted in the statistics that were opened; None where nobody saw them."""
    found = database.execute(
        "SELECT a.rows FROM answers a JOIN phases p ON p.study = a.study AND p.round = a.round AND p.attempt = a.attempt"
        " AND p.phase = a.phase WHERE p.state = 'closed' AND a.study = ? AND a.phase = ? AND a.site = ? AND a.state = ?",
        (study, Phase.STATISTICS, site, AnswerState.ACCEPTED),
    )
    return found[0][0] if found else None


def withdraw(database: Database, key: PhaseKey, site: SiteId) -> None:
    """An accepted answer does not count any more: its site left or was revoked before the phase closed."""
    database.execute(
        "UPDATE answers SET state = ? WHERE study = ? AND round = ? AND attempt = ? AND phase = ? AND site = ?",
        (AnswerState.WITHDRAWN, key.study, key.round, key.attempt, key.phase, site),
    )


def forget(database: Database, key: PhaseKey, site: SiteId) -> None:
    """An answer is asked for again: its file was damaged, or the lead gives a failed site another chance."""
    database.execute(
        "DELETE FROM answers WHERE study = ? AND round = ? AND attempt = ? AND phase = ? AND site = ?",
        (key.study, key.round, key.attempt, key.phase, site),
    )


def last_failures(database: Database, study: StudyId) -> dict[SiteId, str]:
    """The code that each site reported in the phase opened last, for those that did."""
    rows = database.execute(
        "SELECT a.site, a.code FROM answers a JOIN phases p ON p.study = a.study AND p.round = a.round AND p.attempt = a.attempt"
        " AND p.phase = a.phase WHERE a.state = ? AND p.id = (SELECT max(id) FROM phases WHERE study = ?) AND p.study = ?",
        (AnswerState.FAILED, study, study),
    )
    return {SiteId(site): code for site, code in rows}


# ---------------------------------------------------------------- what was opened and published


def keep_opened(database: Database, study: StudyId, phase: Phase, vector: NDArray[np.float64]) -> None:
    """The opened ranges or statistics, little-endian float64."""
    database.execute("INSERT INTO opened (study, phase, vector) VALUES (?, ?, ?)", (study, phase, vector.astype("<f8").tobytes()))


def opened(database: Database, study: StudyId, phase: Phase) -> bytes:
    """The opened ranges or statistics as they travel; empty when there are none."""
    rows = database.execute("SELECT vector FROM opened WHERE study = ? AND phase = ?", (study, phase))
    return bytes(rows[0][0]) if rows else b""


def add_model(database: Database, study: StudyId, row: ModelRow) -> None:
    """A model is published; version 0 may be written again while the study is a draft."""
    database.execute(
        "INSERT OR REPLACE INTO models (study, version, sha256, participants, examples, train_loss, clipped_share, published)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (study, row.version, row.sha256, _names(row.participants), row.examples, row.train_loss, row.clipped_share, row.published),
    )


_MODEL = "SELECT version, sha256, participants, examples, train_loss, clipped_share, published FROM models WHERE study = ?"


def model(database: Database, study: StudyId, version: int) -> ModelRow | None:
    """One published model."""
    rows = database.execute(f"{_MODEL} AND version = ?", (study, version))
    return ModelRow(rows[0][0], rows[0][1], _sites(rows[0][2]), *rows[0][3:]) if rows else None


def newest_model(database: Database, study: StudyId) -> ModelRow | None:
    """The model published last."""
    rows = database.execute(f"{_MODEL} ORDER BY version DESC LIMIT 1", (study,))
    return ModelRow(rows[0][0], rows[0][1], _sites(rows[0][2]), *rows[0][3:]) if rows else None


def add_record(database: Database, record: RoundRecord, validation_loss: float | None) -> None:
    """A round is published; ``validation_loss`` is None where there are no validation patients."""
    database.execute(
        "INSERT INTO records (study, round, phase, model_sha256, participants, examples, train_loss, clipped_share, evaluation,"
        " validation_loss, finished, best_round) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            record.study,
            record.round,
            record.phase,
            record.model_sha256,
            _names(record.participants),
            record.examples,
            record.train_loss,
            record.clipped_share,
            record.evaluation.astype("<f8").tobytes(),
            validation_loss,
            record.finished,
            record.best_round,
        ),
    )


def records(database: Database, study: StudyId, after: int = -1) -> tuple[RoundRecord, ...]:
    """The records of rounds after ``after``, in order; the record of the test phase, which shares its round's number, always."""
    rows = database.execute(
        "SELECT round, phase, model_sha256, participants, examples, train_loss, clipped_share, evaluation, finished, best_round"
        " FROM records WHERE study = ? AND (round > ? OR phase = ?) ORDER BY id",
        (study, after, Phase.TEST),
    )
    return tuple(
        RoundRecord(
            study=study,
            round=row[0],
            phase=Phase(row[1]),
            model_sha256=row[2],
            participants=_sites(row[3]),
            examples=row[4],
            train_loss=row[5],
            clipped_share=row[6],
            evaluation=np.frombuffer(row[7], dtype="<f8").astype(np.float64),
            finished=row[8],
            best_round=row[9],
        )
        for row in rows
    )


def validation_losses(database: Database, study: StudyId) -> tuple[tuple[int, float | None], ...]:
    """(round, mean log loss of the validation patients) of every training round, in order."""
    rows = database.execute(
        "SELECT round, validation_loss FROM records WHERE study = ? AND phase = ? ORDER BY round", (study, Phase.UPDATE)
    )
    return tuple((row[0], row[1]) for row in rows)


def total_examples(database: Database, study: StudyId) -> int:
    """All sites' training rows, as the statistics gave them; 0 before they are open."""
    rows = database.execute("SELECT examples FROM records WHERE study = ? AND round = 0", (study,))
    return int(rows[0][0]) if rows else 0


def counted(database: Database, study: StudyId) -> tuple[SiteId, ...]:
    """The sites whose training rows the statistics counted."""
    rows = database.execute("SELECT participants FROM records WHERE study = ? AND round = 0", (study,))
    return _sites(rows[0][0]) if rows else ()
