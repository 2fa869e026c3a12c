# SPDX-License-Identifier: Apache-2.0
"""A home with a store and a vault, on a passphrase-free key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.clock import ManualClock
from engine.records.vault import Vault
from engine.store.connection import Database, open_database
from engine.store.site_schema import MIGRATIONS
from engine.trust.keys import MasterKey


@dataclass
class Home:
    """What one test's hospital has."""

    folder: Path
    master: MasterKey
    database: Database
    vault: Vault
    clock: ManualClock

    @property
    def files(self) -> list[Path]:
        """The files of the vault."""
        return sorted((self.folder / "vault").iterdir())


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    folder = tmp_path / "home 家"
    folder.mkdir()
    master = MasterKey(bytes(range(32)))
    database = open_database(folder / "site.db", master.derive("store"), MIGRATIONS)
    clock = ManualClock()
    vault = Vault(folder / "vault", database, master, clock=clock)
    yield Home(folder, master, database, vault, clock)
    vault.close()
    database.close()
