# SPDX-License-Identifier: Apache-2.0
"""The vault's lock for a door: what opens it, its recovery sheet, another passphrase. Imported on first use by the facade."""

from __future__ import annotations

from pathlib import Path

from engine.session.views import KeyHome, Lock, RecoveryView
from engine.store.ownership import require_own
from engine.trust import keys
from engine.trust.keys import KeyState, MasterKey, RecoverySheet


def lock_of(home: Path) -> Lock:
    """Whether a vault that is not open is locked or not there yet."""
    return Lock.NEW if keys.state(home) is KeyState.NEW else Lock.LOCKED


def key_home(home: Path) -> KeyHome | None:
    """Where the master key rests; None while there is none."""
    return {KeyState.KEYRING: KeyHome.KEYRING, KeyState.PASSPHRASE: KeyHome.PASSPHRASE}.get(keys.state(home))


def create(home: Path, passphrase: str | None) -> tuple[MasterKey, RecoveryView]:
    """Makes the key, in the keyring or behind a passphrase, and its recovery sheet."""
    home.chmod(0o700)  # a folder that was there before may be open to others
    require_own(home)
    master, sheet = keys.create_master(home, passphrase)
    return master, _view(sheet)


def recovered(home: Path, words: str, passphrase: str) -> MasterKey:
    """Opens the key with the sheet's words, and gives it a new passphrase."""
    return keys.recover(home, words.split(), passphrase)


def new_sheet(home: Path, passphrase: str | None) -> RecoveryView:
    """Another recovery sheet; the earlier one opens nothing any more."""
    return _view(keys.new_sheet(home, passphrase))


def _view(sheet: RecoverySheet) -> RecoveryView:
    return RecoveryView(tuple(sheet.words), sheet.created)
