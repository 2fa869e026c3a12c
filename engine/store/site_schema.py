# SPDX-License-Identifier: Apache-2.0
"""The tables of a site's store, as numbered steps: append only, because homes in the field have applied the earlier ones."""

from __future__ import annotations

from engine.store.budget import create_budget as m009_budget
from engine.store.connection import Database, Migration
from engine.store.exclusions import create_exclusions as m010_exclusions
from engine.store.matches import create_matches as m006_matches
from engine.store.openings import create_openings as m007_openings
from engine.store.outbound import create_outbound as m002_outbound
from engine.store.privacy import create_privacy as m008_privacy
from engine.store.studies import create_studies as m003_studies


def m001_datasets(database: Database) -> None:
    """Imported data sets, their versions, and the wrapped key of each version's file."""
    database.execute("CREATE TABLE datasets (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT")
    database.execute(
        """
        CREATE TABLE dataset_versions (
            dataset TEXT NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
            version INTEGER NOT NULL,
            imported REAL NOT NULL,
            format TEXT NOT NULL,
            source_name TEXT NOT NULL,
            source_sha256 TEXT NOT NULL,
            rows INTEGER NOT NULL,
            file_name TEXT NOT NULL UNIQUE,
            file_bytes INTEGER NOT NULL,
            file_sha256 TEXT NOT NULL,
            wrapped_key BLOB NOT NULL,
            summary TEXT NOT NULL,
            PRIMARY KEY (dataset, version)
        ) STRICT
        """
    )


def m004_recipes(database: Database) -> None:
    """A version is a file and a recipe: several versions may share a file. SQLite cannot drop a constraint, so the table is made anew."""
    database.execute("ALTER TABLE dataset_versions RENAME TO dataset_versions_before")
    database.execute(
        """
        CREATE TABLE dataset_versions (
            dataset TEXT NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
            version INTEGER NOT NULL,
            imported REAL NOT NULL,
            format TEXT NOT NULL,
            source_name TEXT NOT NULL,
            source_sha256 TEXT NOT NULL,
            rows INTEGER NOT NULL,
            file_name TEXT NOT NULL,
            file_bytes INTEGER NOT NULL,
            file_sha256 TEXT NOT NULL,
            wrapped_key BLOB NOT NULL,
            summary TEXT NOT NULL,
            recipe TEXT NOT NULL DEFAULT '[]',
            mended TEXT NOT NULL DEFAULT '',
            PRIMARY KEY (dataset, version)
        ) STRICT
        """
    )
    database.execute("INSERT INTO dataset_versions SELECT *, '[]', '' FROM dataset_versions_before")
    database.execute("DROP TABLE dataset_versions_before")


def m005_joins(database: Database) -> None:
    """A version may be a join of versions of other data sets, without a file of its own."""
    database.execute("ALTER TABLE dataset_versions ADD COLUMN members TEXT NOT NULL DEFAULT ''")


MIGRATIONS: tuple[Migration, ...] = (
    m001_datasets,
    m002_outbound,
    m003_studies,
    m004_recipes,
    m005_joins,
    m006_matches,
    m007_openings,
    m008_privacy,
    m009_budget,
    m010_exclusions,
)
