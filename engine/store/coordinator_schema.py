# SPDX-License-Identifier: Apache-2.0
"""The tables of a coordinator's database, as numbered migrations: append only, never edited.

The lead's wishes (``start_requested``, ``paused``, ``stop_requested``, ``sites.approved``, ``sites.revoked``) are written by
the administrative commands; what the rounds did (``started``, ``finished``, ``stopped``, phases, answers, models, records) by
the serving process. A column has one writer, but for a study paused by a full disk, so two processes cannot undo each other.
"""

from __future__ import annotations

from engine.store.connection import Database, Migration


def m001_federation(database: Database) -> None:
    """Sites, invitations, studies and who is invited to which."""
    database.execute(
        """CREATE TABLE sites (
            site TEXT PRIMARY KEY,
            invited REAL NOT NULL,
            signing_key BLOB NOT NULL DEFAULT x'',
            certificate_sha256 TEXT NOT NULL DEFAULT '',
            certificate_pem BLOB NOT NULL DEFAULT x'',
            app_version TEXT NOT NULL DEFAULT '',
            os_family TEXT NOT NULL DEFAULT '',
            enrolled REAL, approved REAL, revoked REAL, last_seen REAL)"""
    )
    database.execute("CREATE INDEX sites_by_certificate ON sites (certificate_sha256)")
    database.execute(
        """CREATE TABLE invitations (
            id TEXT PRIMARY KEY,
            site TEXT NOT NULL REFERENCES sites (site),
            study TEXT NOT NULL REFERENCES studies (study),
            certificate_sha256 TEXT NOT NULL,
            created REAL NOT NULL,
            expires REAL NOT NULL,
            used_key BLOB NOT NULL DEFAULT x'',
            withdrawn REAL)"""
    )
    database.execute(
        """CREATE TABLE studies (
            study TEXT PRIMARY KEY,
            manifest BLOB NOT NULL,
            added REAL NOT NULL,
            version INTEGER NOT NULL DEFAULT 0,
            bundle BLOB NOT NULL DEFAULT x'',
            bundle_sha256 TEXT NOT NULL DEFAULT '',
            published REAL,
            start_requested REAL, with_joined INTEGER NOT NULL DEFAULT 0, paused REAL, stop_requested REAL,
            started REAL, finished REAL, stopped REAL,
            problem TEXT NOT NULL DEFAULT '')"""
    )
    database.execute(
        """CREATE TABLE places (
            study TEXT NOT NULL REFERENCES studies (study),
            site TEXT NOT NULL REFERENCES sites (site),
            invited REAL NOT NULL,
            joined REAL, joined_bundle TEXT NOT NULL DEFAULT '', signature BLOB NOT NULL DEFAULT x'',
            roster INTEGER NOT NULL DEFAULT 0,
            participates INTEGER NOT NULL DEFAULT 0,
            left_at REAL,
            state TEXT NOT NULL DEFAULT '',
            PRIMARY KEY (study, site)) WITHOUT ROWID"""
    )


def m002_rounds(database: Database) -> None:
    """Phases, the sites' answers to them, models, opened sums and the records of published rounds."""
    database.execute(
        """CREATE TABLE phases (
            id INTEGER PRIMARY KEY,
            study TEXT NOT NULL REFERENCES studies (study),
            round INTEGER NOT NULL, attempt INTEGER NOT NULL, phase TEXT NOT NULL,
            opened REAL NOT NULL, deadline REAL NOT NULL,
            participants TEXT NOT NULL,
            state TEXT NOT NULL DEFAULT 'open', ended REAL,
            UNIQUE (study, round, phase, attempt))"""
    )
    # At most one phase of a study is open: the database itself refuses a second one.
    database.execute("CREATE UNIQUE INDEX one_open_phase ON phases (study) WHERE state = 'open'")
    database.execute(
        """CREATE TABLE answers (
            study TEXT NOT NULL, round INTEGER NOT NULL, attempt INTEGER NOT NULL, phase TEXT NOT NULL,
            site TEXT NOT NULL REFERENCES sites (site),
            state TEXT NOT NULL,
            time REAL NOT NULL,
            sha256 TEXT NOT NULL DEFAULT '', bytes INTEGER NOT NULL DEFAULT 0, code TEXT NOT NULL DEFAULT '',
            signature BLOB NOT NULL DEFAULT x'',
            PRIMARY KEY (study, round, attempt, phase, site)) WITHOUT ROWID"""
    )
    database.execute(
        """CREATE TABLE models (
            study TEXT NOT NULL REFERENCES studies (study), version INTEGER NOT NULL,
            sha256 TEXT NOT NULL, participants TEXT NOT NULL,
            examples INTEGER NOT NULL, train_loss REAL NOT NULL, clipped_share REAL NOT NULL, published REAL NOT NULL,
            PRIMARY KEY (study, version)) WITHOUT ROWID"""
    )
    database.execute(
        """CREATE TABLE opened (
            study TEXT NOT NULL REFERENCES studies (study), phase TEXT NOT NULL, vector BLOB NOT NULL,
            PRIMARY KEY (study, phase)) WITHOUT ROWID"""
    )
    database.execute(
        """CREATE TABLE records (
            id INTEGER PRIMARY KEY,
            study TEXT NOT NULL REFERENCES studies (study), round INTEGER NOT NULL, phase TEXT NOT NULL,
            model_sha256 TEXT NOT NULL, participants TEXT NOT NULL,
            examples INTEGER NOT NULL, train_loss REAL, clipped_share REAL NOT NULL,
            evaluation BLOB NOT NULL, validation_loss REAL, finished REAL NOT NULL, best_round INTEGER NOT NULL,
            UNIQUE (study, round, phase))"""
    )


def m003_rows(database: Database) -> None:
    """The training rows that each site counted, where its statistics were seen: by them its updates are weighed."""
    database.execute("ALTER TABLE answers ADD COLUMN rows INTEGER")


def m004_steps(database: Database) -> None:
    """The steps of phases whose sums are sealed: which is open, who is asked, what came, and the keys exchanged ahead."""
    for column in ("step TEXT NOT NULL DEFAULT 'vector'", "asked TEXT NOT NULL DEFAULT ''", "openings TEXT NOT NULL DEFAULT '[]'"):
        database.execute(f"ALTER TABLE phases ADD COLUMN {column}")
    database.execute("UPDATE phases SET asked = participants")
    database.execute(
        """CREATE TABLE exchanges (
            study TEXT NOT NULL, round INTEGER NOT NULL, attempt INTEGER NOT NULL, phase TEXT NOT NULL, step TEXT NOT NULL,
            site TEXT NOT NULL REFERENCES sites (site),
            time REAL NOT NULL, body BLOB NOT NULL, code TEXT NOT NULL DEFAULT '',
            PRIMARY KEY (study, round, attempt, phase, step, site)) WITHOUT ROWID"""
    )
    database.execute(
        """CREATE TABLE sealings (
            study TEXT NOT NULL, round INTEGER NOT NULL, attempt INTEGER NOT NULL, phase TEXT NOT NULL,
            site TEXT NOT NULL REFERENCES sites (site),
            keys BLOB NOT NULL, shares BLOB NOT NULL DEFAULT x'',
            PRIMARY KEY (study, round, attempt, phase, site)) WITHOUT ROWID"""
    )


MIGRATIONS: tuple[Migration, ...] = (m001_federation, m002_rounds, m003_rows, m004_steps)
