# SPDX-License-Identifier: Apache-2.0
"""What a person said of a study's variables: which column, which unit, which words; kept for the next file of the data set."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.store.connection import Database
from engine.values import StudyId


def create_matches(database: Database) -> None:
    """Migration: choices by study, data set and variable."""
    database.execute(
        "CREATE TABLE match_choice (study TEXT NOT NULL, dataset TEXT NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,"
        " variable TEXT NOT NULL, column_name TEXT NOT NULL, unit TEXT NOT NULL, spellings TEXT NOT NULL,"
        " PRIMARY KEY (study, dataset, variable)) STRICT"
    )


@dataclass(frozen=True)
class Chosen:
    """One variable's choice; "" where nothing was said."""

    column: str = ""
    unit: str = ""
    spellings: Mapping[str, str] = field(default_factory=dict)


def choices(database: Database, study: StudyId, dataset: str) -> dict[str, Chosen]:
    """By variable."""
    found = database.execute(
        "SELECT variable, column_name, unit, spellings FROM match_choice WHERE study = ? AND dataset = ? ORDER BY variable",
        (study, dataset),
    )
    return {str(variable): Chosen(str(column), str(unit), json.loads(spellings)) for variable, column, unit, spellings in found}


def choose(database: Database, study: StudyId, dataset: str, variable: str, chosen: Chosen) -> None:
    """Keeps a choice; an empty one takes it back."""
    with database.transaction():
        database.execute("DELETE FROM match_choice WHERE study = ? AND dataset = ? AND variable = ?", (study, dataset, variable))
        if chosen != Chosen():
            words = json.dumps(dict(chosen.spellings), ensure_ascii=False, sort_keys=True)
            database.execute(
                "INSERT INTO match_choice VALUES (?, ?, ?, ?, ?, ?)", (study, dataset, variable, chosen.column, chosen.unit, words)
            )
