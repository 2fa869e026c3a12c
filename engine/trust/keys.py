# SPDX-License-Identifier: Apache-2.0
"""The master key of one home: where it rests, how it is opened, and the sheet of words that opens it when all else is lost.

The master key is 32 random bytes that never touch the disk in clear. ``keys.json`` (mode 0600) holds it wrapped with
AES-256-GCM in two slots: one opened by every day's secret (a random key in the operating system's keyring, or argon2id of
a passphrase, RFC 9106), one opened by the recovery sheet (24 words of BIP-39, 256 bits). Every other key of the home is
derived from the master key with HKDF-SHA256 (RFC 5869), one purpose each.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from mnemonic import Mnemonic

from engine.errors import WardroundError
from engine.trust.hardening import no_core_dumps

MINIMUM_PASSPHRASE = 8
KEYRING_TIMEOUT = 3.0  # seconds; a keyring that asks, hangs or waits for a desktop is as good as none
_FILE = "keys.json"
_FORMAT = 1
_SERVICE = "wardround"
_KEY_BYTES = 32
_NONCE_BYTES = 12
_SALT_BYTES = 16
# RFC 9106, section 4, second recommended option; stored beside each slot so that they can grow.
_ARGON2 = {"time_cost": 3, "memory_cost": 64 * 1024, "parallelism": 4}
_ARGON2_LIMITS = {"time_cost": 100, "memory_cost": 1024 * 1024, "parallelism": 64}  # a forged file must not exhaust the machine
_UNUSABLE = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt")  # nothing, nothing, plain text

T = TypeVar("T")


class KeyState(StrEnum):
    """What opens the master key of a home."""

    NEW = "new"  # there is none yet
    KEYRING = "keyring"
    PASSPHRASE = "passphrase"  # noqa: S105 - a name, not a secret


class MasterKey:
    """The 32 bytes that everything else of a home is derived from; never printed, compared or pickled."""

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes) -> None:
        no_core_dumps()
        if len(secret) != _KEY_BYTES:
            raise ValueError("a master key has 32 bytes")
        self._secret = secret

    def derive(self, purpose: str, length: int = 32) -> bytes:
        """``length`` bytes for one purpose (``vault``, ``store``, …): HKDF-SHA256, RFC 5869."""
        return HKDF(SHA256(), length=length, salt=None, info=b"wardround/1/" + purpose.encode()).derive(self._secret)

    def __repr__(self) -> str:
        return "MasterKey(hidden)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a master key is never written out")


@dataclass(frozen=True)
class RecoverySheet:
    """What is printed once: 24 words that open the master key when the passphrase or the keyring is lost."""

    words: tuple[str, ...]
    created: float  # unix seconds

    def __repr__(self) -> str:
        return f"RecoverySheet(hidden, created={self.created})"


def state(home: Path) -> KeyState:
    """What opens the master key of ``home``.

    Raises:
        WardroundError: E-KEY-06 when the key file is damaged.
    """
    return KeyState(_load(home)["home"]) if made(home) else KeyState.NEW


def made(home: Path) -> bool:
    """Whether ``home`` has a master key."""
    return (home / _FILE).exists()


def keyring_usable(timeout: float = KEYRING_TIMEOUT) -> bool:
    """Whether the operating system's keyring keeps, gives back and forgets a test secret within ``timeout`` seconds.

    In a thread of its own: some backends wait for a desktop that is not there and never return.
    """

    def probe() -> bool:
        import keyring

        if not _trustworthy(keyring.get_keyring()):
            return False
        name, secret = f"probe-{secrets.token_hex(8)}", secrets.token_hex(16)
        keyring.set_password(_SERVICE, name, secret)
        kept = keyring.get_password(_SERVICE, name) == secret
        keyring.delete_password(_SERVICE, name)
        return kept and keyring.get_password(_SERVICE, name) is None

    return _with_keyring(probe, timeout) is True


def create_master(home: Path, passphrase: str | None) -> tuple[MasterKey, RecoverySheet]:
    """Makes the master key of a new home.

    Args:
        home: the folder; made when it does not exist.
        passphrase: None to use the operating system's keyring.

    Raises:
        WardroundError: E-KEY-01 no usable keyring, a passphrase is needed · E-KEY-02 passphrase too short ·
            E-KEY-05 there is a key already.
    """
    if made(home):
        raise WardroundError("E-KEY-05", home=home.name)
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    secret = secrets.token_bytes(_KEY_BYTES)
    entropy = secrets.token_bytes(_KEY_BYTES)
    identity = secrets.token_hex(16)
    created = time.time()
    document: dict[str, Any] = {"format": _FORMAT, "id": identity, "created": created}
    document["recovery"] = _wrap(_recovery_key(entropy), secret, identity, "recovery")
    _fill_daily_slot(document, secret, passphrase)
    _save(home, document)
    return MasterKey(secret), RecoverySheet(tuple(Mnemonic("english").to_mnemonic(entropy).split()), created)


def open_master(home: Path, passphrase: str | None) -> MasterKey:
    """Opens the master key; the passphrase is needed where ``state`` says so and ignored where the keyring opens it.

    Raises:
        WardroundError: E-KEY-01 a passphrase is needed · E-KEY-03 it is wrong · E-KEY-04 the keyring does not answer or has lost the key ·
            E-KEY-06 the key file is missing or damaged.
    """
    return MasterKey(_open_daily_slot(_load(home), passphrase))


def recover(home: Path, words: str | Sequence[str], new_passphrase: str | None) -> MasterKey:
    """Opens the master key with the words of the recovery sheet and gives it a new passphrase (None: the keyring). The sheet stays valid.

    Raises:
        WardroundError: E-KEY-07 the words are not a recovery sheet, or not this one · E-KEY-01, E-KEY-02, E-KEY-06.
    """
    document = _load(home)
    spelled = (words if isinstance(words, str) else " ".join(words)).lower().split()
    mnemonic = Mnemonic("english")
    unknown = [number for number, word in enumerate(spelled, start=1) if word not in mnemonic.wordlist]
    if len(spelled) != 24 or unknown or not mnemonic.check(" ".join(spelled)):
        raise WardroundError("E-KEY-07", count=len(spelled), unknown=", ".join(map(str, unknown)) or "-")
    slot = document["recovery"]
    try:
        secret = _unwrap(_recovery_key(bytes(mnemonic.to_entropy(" ".join(spelled)))), slot, document["id"], "recovery")
    except InvalidTag as error:
        raise WardroundError("E-KEY-07", count=len(spelled), unknown="-") from error
    _refill(home, document, secret, new_passphrase)
    return MasterKey(secret)


def change_passphrase(home: Path, old: str | None, new: str | None) -> None:
    """Wraps the master key anew; None stands for the keyring on either side. The recovery sheet stays valid.

    Raises:
        WardroundError: as ``open_master`` and ``create_master``.
    """
    document = _load(home)
    _refill(home, document, _open_daily_slot(document, old), new)


def new_sheet(home: Path, passphrase: str | None) -> RecoverySheet:
    """Makes another recovery sheet; the words of the earlier one open nothing any more. The passphrase is asked as by ``open_master``.

    Raises:
        WardroundError: as ``open_master``.
    """
    document = _load(home)
    secret = _open_daily_slot(document, passphrase)
    entropy = secrets.token_bytes(_KEY_BYTES)
    document["recovery"] = _wrap(_recovery_key(entropy), secret, document["id"], "recovery")
    _save(home, document)
    return RecoverySheet(tuple(Mnemonic("english").to_mnemonic(entropy).split()), time.time())


def _refill(home: Path, document: dict[str, Any], secret: bytes, passphrase: str | None) -> None:
    """Writes a new daily slot, then forgets the keyring's part of the old one."""
    old = document["daily"].get("entry")
    _fill_daily_slot(document, secret, passphrase)
    _save(home, document)
    if old is not None:
        _with_keyring(lambda: _keyring_forget(old), KEYRING_TIMEOUT)


def _fill_daily_slot(document: dict[str, Any], secret: bytes, passphrase: str | None) -> None:
    """Wraps the secret under the passphrase or under a random key that the keyring keeps."""
    if passphrase is None:
        key = secrets.token_bytes(_KEY_BYTES)
        entry = secrets.token_hex(16)  # a new one each time, so that a crash leaves the old one good
        if not keyring_usable() or not _with_keyring(lambda: _keyring_set(entry, key), KEYRING_TIMEOUT):
            raise WardroundError("E-KEY-01")
        document["home"] = KeyState.KEYRING.value
        document["daily"] = {**_wrap(key, secret, document["id"], "keyring"), "entry": entry}
        return
    if len(passphrase) < MINIMUM_PASSPHRASE:
        raise WardroundError("E-KEY-02", minimum=MINIMUM_PASSPHRASE)
    settings = {**_ARGON2, "salt": _text(secrets.token_bytes(_SALT_BYTES))}
    document["home"] = KeyState.PASSPHRASE.value
    document["daily"] = {**_wrap(_stretch(passphrase, settings), secret, document["id"], "passphrase"), "argon2id": settings}


def _open_daily_slot(document: dict[str, Any], passphrase: str | None) -> bytes:
    identity, slot = document["id"], document["daily"]
    if document["home"] == KeyState.KEYRING:
        stored = _with_keyring(lambda: _keyring_get(slot["entry"]), KEYRING_TIMEOUT)
        if stored is None:
            raise WardroundError("E-KEY-04")
        try:
            return _unwrap(stored, slot, identity, "keyring")
        except InvalidTag as error:
            raise WardroundError("E-KEY-04") from error
    if passphrase is None:
        raise WardroundError("E-KEY-01")
    try:
        return _unwrap(_stretch(passphrase, slot["argon2id"]), slot, identity, "passphrase")
    except InvalidTag as error:
        raise WardroundError("E-KEY-03") from error


def _stretch(passphrase: str, settings: dict[str, Any]) -> bytes:
    """argon2id (RFC 9106) of the passphrase: 32 bytes."""
    from argon2.low_level import Type, hash_secret_raw

    return hash_secret_raw(
        passphrase.encode(),
        _bytes(settings["salt"]),
        int(settings["time_cost"]),
        int(settings["memory_cost"]),
        int(settings["parallelism"]),
        _KEY_BYTES,
        Type.ID,
    )


def _recovery_key(entropy: bytes) -> bytes:
    # 256 random bits need no stretching.
    return HKDF(SHA256(), length=_KEY_BYTES, salt=None, info=b"wardround/1/recovery").derive(entropy)


def _wrap(key: bytes, secret: bytes, identity: str, slot: str) -> dict[str, Any]:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return {"nonce": _text(nonce), "wrapped": _text(AESGCM(key).encrypt(nonce, secret, _bound_to(identity, slot)))}


def _unwrap(key: bytes, slot: dict[str, Any], identity: str, name: str) -> bytes:
    return AESGCM(key).decrypt(_bytes(slot["nonce"]), _bytes(slot["wrapped"]), _bound_to(identity, name))


def _bound_to(identity: str, slot: str) -> bytes:
    """What the wrapping vouches for besides the key: this file, this slot."""
    return f"wardround keys {_FORMAT} {identity} {slot}".encode()


def _trustworthy(backend: Any) -> bool:
    """Whether a keyring backend really keeps secrets: not the empty ones, not the plain-text ones."""
    chained = getattr(backend, "backends", None)
    if chained is not None:
        return bool(chained) and all(_trustworthy(member) for member in chained)
    kind = type(backend)
    return not kind.__module__.startswith(_UNUSABLE) and "plaintext" not in kind.__name__.lower()


def _keyring_set(entry: str, key: bytes) -> bool:
    import keyring

    keyring.set_password(_SERVICE, entry, _text(key))
    return keyring.get_password(_SERVICE, entry) == _text(key)


def _keyring_get(entry: str) -> bytes | None:
    import keyring

    stored = keyring.get_password(_SERVICE, entry)
    return None if stored is None else _bytes(stored)


def _keyring_forget(entry: str) -> None:
    import keyring

    if keyring.get_password(_SERVICE, entry) is not None:
        keyring.delete_password(_SERVICE, entry)


def _with_keyring(action: Callable[[], T], timeout: float) -> T | None:
    """The action's answer; None when it does not answer in time or the backend refuses."""
    from keyring.errors import KeyringError

    answers: list[T] = []

    def run() -> None:
        try:
            answers.append(action())
        except (KeyringError, OSError, RuntimeError, ValueError, ImportError):
            return  # the absent answer says it: this keyring is of no use

    # A daemon, because a backend that hangs must not keep the program from ending.
    thread = threading.Thread(target=run, name="keyring", daemon=True)
    thread.start()
    thread.join(timeout)
    return answers[0] if answers else None


def _load(home: Path) -> dict[str, Any]:
    try:
        document = json.loads((home / _FILE).read_text(encoding="utf-8"))
        if document["format"] != _FORMAT:
            raise WardroundError("E-KEY-08", file=_FILE)
        KeyState(document["home"])
        for slot in (document["daily"], document["recovery"]):
            _bytes(slot["nonce"]), _bytes(slot["wrapped"])
        if document["home"] == KeyState.KEYRING:
            str(document["daily"]["entry"])
        else:
            settings = document["daily"]["argon2id"]
            _bytes(settings["salt"])
            if any(not 1 <= int(settings[name]) <= limit for name, limit in _ARGON2_LIMITS.items()):
                raise ValueError("argon2id settings out of bounds")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WardroundError("E-KEY-06", file=_FILE) from error
    return document  # type: ignore[no-any-return]


def _save(home: Path, document: dict[str, Any]) -> None:
    """Replaces the key file as a whole: a crash leaves the old one or the new one."""
    temporary = home / f".{_FILE}.{secrets.token_hex(4)}"
    try:
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(document, file, indent=1, sort_keys=True)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(home / _FILE)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(home)


def sync_folder(folder: Path) -> None:
    """Makes a rename in ``folder`` durable where the system can (Windows cannot open a folder)."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
