# SPDX-License-Identifier: Apache-2.0
"""A site's enrolments and studies, and how far each study has come here."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from engine.store.connection import Database
from engine.values import Phase, PhaseKey, RoundRecord, SiteId, StudyId


def create_studies(database: Database) -> None:
    """Migration: enrolments, studies, round records, the outbox, prepared sums, results, activity."""
    for statement in (
        "CREATE TABLE enrolment (id INTEGER PRIMARY KEY AUTOINCREMENT, invitation TEXT NOT NULL UNIQUE, lead TEXT NOT NULL,"
        " addresses TEXT NOT NULL, server_name TEXT NOT NULL, ca_pem BLOB NOT NULL, lead_key BLOB NOT NULL, site TEXT NOT NULL,"
        " study TEXT NOT NULL, bootstrap_certificate BLOB NOT NULL, bootstrap_key BLOB NOT NULL, signing_key BLOB NOT NULL,"
        " tls_key BLOB NOT NULL, csr BLOB NOT NULL, certificate BLOB NOT NULL DEFAULT x'', enrolled REAL)",
        "CREATE TABLE study (study TEXT PRIMARY KEY, enrolment INTEGER NOT NULL REFERENCES enrolment (id), title TEXT NOT NULL,"
        " title_zh TEXT NOT NULL, approved INTEGER NOT NULL DEFAULT 0, published INTEGER NOT NULL DEFAULT 0,"
        " bundle BLOB NOT NULL DEFAULT x'', bundle_sha256 TEXT NOT NULL DEFAULT '', dataset TEXT NOT NULL DEFAULT '',"
        " dataset_version INTEGER NOT NULL DEFAULT 0, joined REAL, running INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL,"
        " finished REAL)",
        "CREATE TABLE round_record (study TEXT NOT NULL REFERENCES study (study), round INTEGER NOT NULL, phase TEXT NOT NULL,"
        " body TEXT NOT NULL, evaluation BLOB NOT NULL, PRIMARY KEY (study, round, phase))",
        "CREATE TABLE outbox (study TEXT NOT NULL, round INTEGER NOT NULL, attempt INTEGER NOT NULL, phase TEXT NOT NULL,"
        " file TEXT NOT NULL, sha256 TEXT NOT NULL, length INTEGER NOT NULL, PRIMARY KEY (study, round, attempt, phase))",
        "CREATE TABLE opened (study TEXT NOT NULL, phase TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (study, phase))",
        "CREATE TABLE result (study TEXT PRIMARY KEY, body TEXT NOT NULL)",
        "CREATE TABLE activity (id INTEGER PRIMARY KEY AUTOINCREMENT, time REAL NOT NULL, kind TEXT NOT NULL, fields TEXT NOT NULL)",
        "CREATE TABLE mark (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    ):
        database.execute(statement)


@dataclass(frozen=True, repr=False)
class Enrolment:
    """One federation that this site belongs to, with its private keys: never printed, never logged."""

    id: int
    invitation: str
    lead: str
    addresses: tuple[str, ...]
    server_name: str
    ca_pem: bytes
    lead_key: bytes
    site: SiteId
    study: StudyId
    bootstrap_certificate: bytes
    bootstrap_key: bytes
    signing_key: bytes
    tls_key: bytes
    csr: bytes
    certificate: bytes


_ENROLMENT = (
    "id, invitation, lead, addresses, server_name, ca_pem, lead_key, site, study, bootstrap_certificate, bootstrap_key,"
    " signing_key, tls_key, csr, certificate"
)


def _enrolment(row: tuple[object, ...]) -> Enrolment:
    values = list(row)
    values[3] = tuple(json.loads(str(values[3])))
    return Enrolment(*values)  # type: ignore[arg-type]


def add_enrolment(database: Database, enrolment: Enrolment) -> Enrolment:
    """Keeps the keys of an enrolment before anything is sent; the one of the same invitation if there is one already."""
    if found := enrolment_of_invitation(database, enrolment.invitation):
        return found
    with database.transaction():
        database.execute(
            f"INSERT INTO enrolment ({_ENROLMENT}) VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - constant
            (
                enrolment.invitation,
                enrolment.lead,
                json.dumps(enrolment.addresses),
                enrolment.server_name,
                enrolment.ca_pem,
                enrolment.lead_key,
                enrolment.site,
                enrolment.study,
                enrolment.bootstrap_certificate,
                enrolment.bootstrap_key,
                enrolment.signing_key,
                enrolment.tls_key,
                enrolment.csr,
                enrolment.certificate,
            ),
        )
    return _enrolment(database.execute(f"SELECT {_ENROLMENT} FROM enrolment WHERE invitation = ?", (enrolment.invitation,))[0])  # noqa: S608


def enrolment_of_invitation(database: Database, invitation: str) -> Enrolment | None:
    """The enrolment that an invitation began, if any."""
    found = database.execute(f"SELECT {_ENROLMENT} FROM enrolment WHERE invitation = ?", (invitation,))  # noqa: S608 - constant
    return _enrolment(found[0]) if found else None


def enrolment(database: Database, number: int) -> Enrolment:
    """One enrolment by its number."""
    return _enrolment(database.execute(f"SELECT {_ENROLMENT} FROM enrolment WHERE id = ?", (number,))[0])  # noqa: S608 - constant


def enrolments(database: Database) -> tuple[Enrolment, ...]:
    """All enrolments whose certificate has come."""
    rows = database.execute(f"SELECT {_ENROLMENT} FROM enrolment WHERE length(certificate) > 0 ORDER BY id")  # noqa: S608 - constant
    return tuple(_enrolment(row) for row in rows)


def set_certificate(database: Database, number: int, certificate: bytes, now: float) -> None:
    """The coordinator's answer to an enrolment; the bootstrap key is of no use any more and is forgotten."""
    with database.transaction():
        database.execute("UPDATE enrolment SET certificate = ?, enrolled = ?, bootstrap_key = x'' WHERE id = ?", (certificate, now, number))


@dataclass(frozen=True)
class StudyEntry:
    """One study as this site knows it. ``state`` is a wire.SiteState value."""

    study: StudyId
    enrolment: int
    title: str
    title_zh: str
    approved: bool
    published: bool
    bundle: bytes
    bundle_sha256: str
    dataset: str
    dataset_version: int
    joined: float | None
    running: bool
    state: str
    finished: float | None


_STUDY = (
    "study, enrolment, title, title_zh, approved, published, bundle, bundle_sha256, dataset, dataset_version, joined, running,"
    " state, finished"
)


def _study(row: tuple[object, ...]) -> StudyEntry:
    values = list(row)
    for flag in (4, 5, 11):
        values[flag] = bool(values[flag])
    return StudyEntry(*values)  # type: ignore[arg-type]


def put_offer(
    database: Database, study: StudyId, number: int, title: str, title_zh: str, approved: bool, published: bool, state: str
) -> None:
    """Notes what the coordinator offers."""
    with database.transaction():
        database.execute(
            "INSERT INTO study (study, enrolment, title, title_zh, approved, published, state) VALUES (?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (study) DO UPDATE SET enrolment = max(enrolment, excluded.enrolment),"
            " title = excluded.title, title_zh = excluded.title_zh, approved = excluded.approved,"
            " published = excluded.published",
            (study, number, title, title_zh, approved, published, state),
        )


def put_bundle(database: Database, study: StudyId, bundle: bytes, sha256: str) -> None:
    """Keeps a verified bundle; a join of an older one no longer counts."""
    with database.transaction():
        database.execute(
            "UPDATE study SET joined = CASE WHEN bundle_sha256 = ? THEN joined ELSE NULL END, bundle = ?, bundle_sha256 = ?"
            " WHERE study = ?",
            (sha256, bundle, sha256, study),
        )


def uses(database: Database, dataset: str, version: int) -> bool:
    """Whether a study was joined with this version of this data set."""
    found = database.execute("SELECT 1 FROM study WHERE dataset = ? AND dataset_version = ? LIMIT 1", (dataset, version))
    return bool(found)


def set_joined(database: Database, study: StudyId, dataset: str, version: int, now: float, state: str) -> None:
    """A person approved the bundle, with this version of this data set."""
    with database.transaction():
        database.execute(
            "UPDATE study SET dataset = ?, dataset_version = ?, joined = ?, state = ? WHERE study = ?",
            (dataset, version, now, state, study),
        )


def set_state(database: Database, study: StudyId, state: str) -> None:
    """Where this site is in the study."""
    with database.transaction():
        database.execute("UPDATE study SET state = ? WHERE study = ?", (state, study))


def set_running(database: Database, study: StudyId, running: bool) -> None:
    """Whether training goes on by itself when the program starts."""
    with database.transaction():
        database.execute("UPDATE study SET running = ? WHERE study = ?", (int(running), study))


def set_finished(database: Database, study: StudyId, now: float, state: str) -> None:
    """The study has ended here."""
    with database.transaction():
        database.execute("UPDATE study SET finished = ?, running = 0, state = ? WHERE study = ?", (now, state, study))


def study_entry(database: Database, study: str) -> StudyEntry | None:
    """One study, if this site knows it."""
    found = database.execute(f"SELECT {_STUDY} FROM study WHERE study = ?", (study,))  # noqa: S608 - constant
    return _study(found[0]) if found else None


def study_entries(database: Database) -> tuple[StudyEntry, ...]:
    """All studies, in the order in which they came."""
    return tuple(_study(row) for row in database.execute(f"SELECT {_STUDY} FROM study ORDER BY rowid"))  # noqa: S608 - constant


# ---------------------------------------------------------------- rounds


def add_records(database: Database, records: tuple[RoundRecord, ...]) -> None:
    """Keeps published rounds; what is there already stays. What a power cut takes, the coordinator sends again."""
    with database.transaction(durable=False):
        for record in records:
            body = {
                "model_sha256": record.model_sha256,
                "participants": record.participants,
                "examples": record.examples,
                "train_loss": record.train_loss,
                "clipped_share": record.clipped_share,
                "finished": record.finished,
                "best_round": record.best_round,
            }
            database.execute(
                "INSERT INTO round_record (study, round, phase, body, evaluation) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (record.study, record.round, record.phase, json.dumps(body), record.evaluation.astype("<f8").tobytes()),
            )


def records(database: Database, study: str) -> tuple[RoundRecord, ...]:
    """All published rounds known here, in order; the test opening last."""
    found = database.execute(
        "SELECT round, phase, body, evaluation FROM round_record WHERE study = ? ORDER BY phase = 'test', round", (study,)
    )
    result = []
    for number, phase, text, evaluation in found:
        body = json.loads(text)
        body["participants"] = tuple(SiteId(site) for site in body["participants"])
        result.append(RoundRecord(StudyId(study), number, Phase(phase), evaluation=np.frombuffer(evaluation, "<f8").copy(), **body))
    return tuple(result)


def put_opened(database: Database, study: StudyId, phase: Phase, body: bytes) -> None:
    """Keeps the opened sums of a prepare phase (float64 LE); durable with the next intent, which comes before anything is made of them."""
    with database.transaction(durable=False):
        database.execute("INSERT INTO opened (study, phase, body) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (study, phase, body))


def opened(database: Database, study: StudyId, phase: Phase) -> bytes | None:
    """The opened sums of a prepare phase, if known."""
    found = database.execute("SELECT body FROM opened WHERE study = ? AND phase = ?", (study, phase))
    return bytes(found[0][0]) if found else None


@dataclass(frozen=True)
class OutboxEntry:
    """A sealed vector that waits until its round is published."""

    key: PhaseKey
    file: str
    sha256: str
    length: int


def put_outbox(database: Database, entry: OutboxEntry) -> None:
    """Notes a sealed vector kept on disk; durable with the intent to send it."""
    key = entry.key
    with database.transaction(durable=False):
        database.execute(
            "INSERT OR REPLACE INTO outbox (study, round, attempt, phase, file, sha256, length) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (key.study, key.round, key.attempt, key.phase, entry.file, entry.sha256, entry.length),
        )


def outbox(database: Database, study: StudyId) -> tuple[OutboxEntry, ...]:
    """All sealed vectors of a study that wait."""
    return tuple(
        OutboxEntry(PhaseKey(study, r[0], r[1], Phase(r[2])), r[3], r[4], r[5])
        for r in database.execute("SELECT round, attempt, phase, file, sha256, length FROM outbox WHERE study = ?", (study,))
    )


def drop_outbox(database: Database, keys: Iterable[PhaseKey]) -> None:
    """Forgets some sealed vectors."""
    with database.transaction(durable=False):
        for key in keys:
            database.execute(
                "DELETE FROM outbox WHERE study = ? AND round = ? AND attempt = ? AND phase = ?",
                (key.study, key.round, key.attempt, key.phase),
            )


# ---------------------------------------------------------------- results, activity, marks


def put_result(database: Database, study: StudyId, body: str) -> None:
    """Keeps this site's own final figures (JSON)."""
    with database.transaction():
        database.execute("INSERT OR REPLACE INTO result (study, body) VALUES (?, ?)", (study, body))


def result(database: Database, study: str) -> str | None:
    """This site's own final figures (JSON), if ready."""
    found = database.execute("SELECT body FROM result WHERE study = ?", (study,))
    return str(found[0][0]) if found else None


def note(database: Database, now: float, kind: str, **fields: str | int | float) -> None:
    """Adds one event of the local history; the sentence is made when it is shown."""
    with database.transaction():
        database.execute("INSERT INTO activity (time, kind, fields) VALUES (?, ?, ?)", (now, kind, json.dumps(fields)))


def activity(database: Database, count: int, without: tuple[str, ...] = ()) -> tuple[tuple[float, str, dict[str, object]], ...]:
    """The last events but those of some kinds, newest first: (time, kind, fields)."""
    places = ", ".join("?" * len(without))
    found = database.execute(
        f"SELECT time, kind, fields FROM activity WHERE kind NOT IN ({places}) ORDER BY id DESC LIMIT ?",  # noqa: S608 - question marks
        (*without, count),
    )
    return tuple((row[0], row[1], json.loads(row[2])) for row in found)


def mark(database: Database, name: str) -> str | None:
    """A small named fact."""
    found = database.execute("SELECT value FROM mark WHERE name = ?", (name,))
    return str(found[0][0]) if found else None


def set_mark(database: Database, name: str, value: str) -> None:
    """Sets a small named fact."""
    with database.transaction():
        database.execute("INSERT OR REPLACE INTO mark (name, value) VALUES (?, ?)", (name, value))
