# SPDX-License-Identifier: Apache-2.0
"""The master key: opened by what was agreed, by nothing else, and never shown."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import threading
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringError, PasswordSetError

from engine.errors import WardroundError
from engine.trust import keys
from engine.trust.keys import KeyState, MasterKey

PASSPHRASE = "correct horse"


class Memory(KeyringBackend):
    """A keyring that works."""

    priority = 5  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.held[service, username]


class PlaintextKeyring(Memory):
    """A keyring that would write secrets in clear."""


class Refusing(Memory):
    """A keyring that is there and refuses."""

    def set_password(self, service: str, username: str, password: str) -> None:
        raise PasswordSetError("locked")


class Forgetful(Memory):
    """A keyring that takes a secret and keeps nothing."""

    def get_password(self, service: str, username: str) -> str | None:
        return None


class Hanging(Memory):
    """A keyring that waits for a desktop that never answers."""

    def __init__(self, released: threading.Event) -> None:
        super().__init__()
        self._released = released

    def set_password(self, service: str, username: str, password: str) -> None:
        self._released.wait(30)
        raise KeyringError("nobody came")


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch):
    """Puts a keyring in place for one test."""

    def put(backend: KeyringBackend) -> KeyringBackend:
        before = keyring.get_keyring()
        monkeypatch.setattr(keyring.core, "_keyring_backend", backend)
        assert keyring.get_keyring() is backend is not before
        return backend

    return put


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "_ARGON2", {"time_cost": 1, "memory_cost": 64, "parallelism": 1})


def code_of(action) -> str:
    with pytest.raises(WardroundError) as caught:
        action()
    for language in ("en", "zh"):
        assert caught.value.sentence(language)
    return caught.value.code


def test_passphrase_opens_and_nothing_else_does(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert keys.state(home) is KeyState.NEW
    master, _ = keys.create_master(home, PASSPHRASE)
    assert keys.state(home) is KeyState.PASSPHRASE
    assert keys.open_master(home, PASSPHRASE).derive("store") == master.derive("store")
    assert code_of(lambda: keys.open_master(home, "correct horsf")) == "E-KEY-03"
    assert code_of(lambda: keys.open_master(home, "")) == "E-KEY-03"
    assert code_of(lambda: keys.open_master(home, None)) == "E-KEY-01"


def test_two_homes_have_two_keys_and_purposes_differ(tmp_path: Path) -> None:
    one, _ = keys.create_master(tmp_path / "a", PASSPHRASE)
    two, _ = keys.create_master(tmp_path / "b", PASSPHRASE)
    derived = {one.derive("store"), one.derive("vault"), two.derive("store"), two.derive("vault")}
    assert len(derived) == 4
    assert len(one.derive("store", 64)) == 64


def test_hkdf_is_the_published_one() -> None:
    """RFC 5869 by hand: one block of HMAC over the info."""
    import hashlib
    import hmac

    secret = bytes(range(32))
    extracted = hmac.digest(bytes(32), secret, hashlib.sha256)
    assert MasterKey(secret).derive("store") == hmac.digest(extracted, b"wardround/1/store\x01", hashlib.sha256)


def test_short_passphrase_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert code_of(lambda: keys.create_master(home, "seven77")) == "E-KEY-02"
    assert keys.state(home) is KeyState.NEW
    assert not list(home.iterdir())


def test_a_second_key_is_refused(tmp_path: Path) -> None:
    keys.create_master(tmp_path, PASSPHRASE)
    before = (tmp_path / "keys.json").read_bytes()
    assert code_of(lambda: keys.create_master(tmp_path, PASSPHRASE)) == "E-KEY-05"
    assert (tmp_path / "keys.json").read_bytes() == before


def test_recovery_words_open_and_set_a_new_passphrase(tmp_path: Path) -> None:
    master, sheet = keys.create_master(tmp_path, PASSPHRASE)
    assert len(sheet.words) == 24
    spoken = "  ".join(sheet.words).upper()
    assert keys.recover(tmp_path, spoken, "another passphrase").derive("x") == master.derive("x")
    assert keys.open_master(tmp_path, "another passphrase").derive("x") == master.derive("x")
    assert code_of(lambda: keys.open_master(tmp_path, PASSPHRASE)) == "E-KEY-03"
    assert keys.recover(tmp_path, sheet.words, PASSPHRASE).derive("x") == master.derive("x")


def test_wrong_recovery_words_name_the_misspelt_ones(tmp_path: Path) -> None:
    _, sheet = keys.create_master(tmp_path / "mine", PASSPHRASE)
    _, other = keys.create_master(tmp_path / "other", PASSPHRASE)
    home = tmp_path / "mine"
    before = (home / "keys.json").read_bytes()
    assert code_of(lambda: keys.recover(home, other.words, PASSPHRASE)) == "E-KEY-07"
    assert code_of(lambda: keys.recover(home, sheet.words[:23], PASSPHRASE)) == "E-KEY-07"
    misspelt = (*sheet.words[:4], "wardround", *sheet.words[5:])
    with pytest.raises(WardroundError) as caught:
        keys.recover(home, misspelt, PASSPHRASE)
    assert caught.value.fields["unknown"] == "5"
    assert (home / "keys.json").read_bytes() == before


def test_change_of_passphrase(tmp_path: Path) -> None:
    master, _ = keys.create_master(tmp_path, PASSPHRASE)
    assert code_of(lambda: keys.change_passphrase(tmp_path, "not this one", "new passphrase")) == "E-KEY-03"
    keys.change_passphrase(tmp_path, PASSPHRASE, "new passphrase")
    assert keys.open_master(tmp_path, "new passphrase").derive("x") == master.derive("x")
    assert code_of(lambda: keys.open_master(tmp_path, PASSPHRASE)) == "E-KEY-03"


def test_keyring_is_used_where_it_works(tmp_path: Path, use) -> None:
    backend = use(Memory())
    master, sheet = keys.create_master(tmp_path, None)
    assert keys.state(tmp_path) is KeyState.KEYRING
    assert len(backend.held) == 1, "the probe's secret is gone, the key's is there"
    assert keys.open_master(tmp_path, None).derive("x") == master.derive("x")
    backend.held.clear()
    assert code_of(lambda: keys.open_master(tmp_path, None)) == "E-KEY-04"
    assert keys.recover(tmp_path, sheet.words, PASSPHRASE).derive("x") == master.derive("x")
    assert keys.state(tmp_path) is KeyState.PASSPHRASE


def test_leaving_the_keyring_empties_it(tmp_path: Path, use) -> None:
    backend = use(Memory())
    master, _ = keys.create_master(tmp_path, None)
    keys.change_passphrase(tmp_path, None, PASSPHRASE)
    assert not backend.held
    keys.change_passphrase(tmp_path, PASSPHRASE, None)
    assert len(backend.held) == 1
    assert keys.open_master(tmp_path, None).derive("x") == master.derive("x")


@pytest.mark.parametrize("backend", [PlaintextKeyring, Refusing, Forgetful])
def test_a_keyring_that_does_not_keep_secrets_is_not_used(tmp_path: Path, use, backend: type[KeyringBackend]) -> None:
    use(backend())
    assert not keys.keyring_usable()
    assert code_of(lambda: keys.create_master(tmp_path, None)) == "E-KEY-01"
    assert keys.state(tmp_path) is KeyState.NEW


def test_no_keyring_at_all(tmp_path: Path) -> None:
    assert not keys.keyring_usable()
    assert code_of(lambda: keys.create_master(tmp_path, None)) == "E-KEY-01"


def test_a_keyring_that_hangs_is_given_up(use) -> None:
    released = threading.Event()
    use(Hanging(released))
    try:
        assert not keys.keyring_usable(timeout=0.05)
    finally:
        released.set()


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_key_file_is_the_owner_s_alone(tmp_path: Path) -> None:
    keys.create_master(tmp_path, PASSPHRASE)
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600


def test_secrets_are_not_in_the_file_nor_in_any_text(tmp_path: Path) -> None:
    master, sheet = keys.create_master(tmp_path, PASSPHRASE)
    stored = (tmp_path / "keys.json").read_text()
    assert PASSPHRASE not in stored
    assert "Key(hidden)" in repr(master)
    shown = f"{master!r} {master} {sheet!r} {sheet}"
    assert not any(word in shown.split() for word in sheet.words)
    with pytest.raises(TypeError):
        pickle.dumps(master)


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"format": 1}'])
def test_damaged_key_file(tmp_path: Path, damage: str) -> None:
    keys.create_master(tmp_path, PASSPHRASE)
    (tmp_path / "keys.json").write_text(damage)
    assert code_of(lambda: keys.state(tmp_path)) == "E-KEY-06"
    assert code_of(lambda: keys.open_master(tmp_path, PASSPHRASE)) == "E-KEY-06"


def test_forged_key_file_cannot_ask_for_all_memory(tmp_path: Path) -> None:
    keys.create_master(tmp_path, PASSPHRASE)
    document = json.loads((tmp_path / "keys.json").read_text())
    document["daily"]["argon2id"]["memory_cost"] = 1 << 30
    (tmp_path / "keys.json").write_text(json.dumps(document))
    assert code_of(lambda: keys.open_master(tmp_path, PASSPHRASE)) == "E-KEY-06"


def test_slots_cannot_be_exchanged(tmp_path: Path) -> None:
    keys.create_master(tmp_path / "a", PASSPHRASE)
    keys.create_master(tmp_path / "b", PASSPHRASE)
    mine, other = (json.loads((tmp_path / name / "keys.json").read_text()) for name in "ab")
    mine["daily"] = other["daily"]
    (tmp_path / "a" / "keys.json").write_text(json.dumps(mine))
    assert code_of(lambda: keys.open_master(tmp_path / "a", PASSPHRASE)) == "E-KEY-03"


def test_newer_file_is_left_alone(tmp_path: Path) -> None:
    keys.create_master(tmp_path, PASSPHRASE)
    document = json.loads((tmp_path / "keys.json").read_text())
    document["format"] = 2
    (tmp_path / "keys.json").write_text(json.dumps(document))
    assert code_of(lambda: keys.open_master(tmp_path, PASSPHRASE)) == "E-KEY-08"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows writes no core files by itself")
def test_a_process_that_holds_a_key_writes_no_core_file(tmp_path: Path) -> None:
    """A child of its own: the limit stays for the rest of a process's life."""
    script = (
        "import resource, sys; from pathlib import Path; from engine.trust import keys;"
        "resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2);"
        "keys.create_master(Path(sys.argv[1]), 'a long passphrase'); print(resource.getrlimit(resource.RLIMIT_CORE)[0])"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"


def test_a_new_sheet_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    master, old = keys.create_master(tmp_path, PASSPHRASE)
    with pytest.raises(WardroundError) as refused:
        keys.new_sheet(tmp_path, "another passphrase")
    assert refused.value.code == "E-KEY-03"
    new = keys.new_sheet(tmp_path, PASSPHRASE)
    assert new.words != old.words
    with pytest.raises(WardroundError) as refused:
        keys.recover(tmp_path, old.words, "another passphrase")
    assert refused.value.code == "E-KEY-07"
    assert keys.open_master(tmp_path, PASSPHRASE).derive("x") == master.derive("x")
    assert keys.recover(tmp_path, new.words, "another passphrase").derive("x") == master.derive("x")
