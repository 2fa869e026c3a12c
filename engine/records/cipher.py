# SPDX-License-Identifier: Apache-2.0
"""Encrypted Parquet: Parquet Modular Encryption (AES-GCM, footer and every column) under one key a file, wrapped by the master key.

Three layers: pyarrow makes random data keys for each file; they lie in the file, wrapped by the version's key; that lies
in the catalogue, wrapped by a key derived from the master key. Forgetting the middle one shreds the file.
https://github.com/apache/parquet-format/blob/master/Encryption.md
"""

from __future__ import annotations

import base64
import binascii
import secrets
from typing import Any

import pyarrow.parquet.encryption as pe
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engine.errors import WardroundError
from engine.trust.keys import MasterKey

_NONCE = 12
_DATA_KEY = b"wardround parquet data key"
_PURPOSE = "vault"


def new_key() -> bytes:
    """A random key for one version of one data set."""
    return secrets.token_bytes(32)


def wrap(master: MasterKey, key: bytes, dataset: str, version: int) -> bytes:
    """The version's key as the catalogue keeps it, bound to data set and version."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(master.derive(_PURPOSE)).encrypt(nonce, key, _bound_to(dataset, version))


def unwrap(master: MasterKey, wrapped: bytes, dataset: str, version: int) -> bytes:
    """The version's key.

    Raises:
        WardroundError: E-VAULT-06 when this master key did not wrap it, or for another data set or version.
    """
    try:
        return AESGCM(master.derive(_PURPOSE)).decrypt(wrapped[:_NONCE], wrapped[_NONCE:], _bound_to(dataset, version))
    except InvalidTag as error:
        raise WardroundError("E-VAULT-06", version=version) from error


def encryption(key: bytes) -> Any:
    """pyarrow's properties for writing a file under ``key``."""
    settings = pe.EncryptionConfiguration(
        footer_key="version",
        uniform_encryption=True,  # every column, with the footer's key
        encryption_algorithm="AES_GCM_V1",
        plaintext_footer=False,
        double_wrapping=False,
        data_key_length_bits=256,
    )
    return _factory(key).file_encryption_properties(pe.KmsConnectionConfig(), settings)


def decryption(key: bytes) -> Any:
    """pyarrow's properties for reading a file under ``key``."""
    return _factory(key).file_decryption_properties(pe.KmsConnectionConfig(), pe.DecryptionConfiguration())


def _bound_to(dataset: str, version: int) -> bytes:
    return f"wardround vault 1 {dataset} {version}".encode()


def _factory(key: bytes) -> pe.CryptoFactory:
    # A factory a file: it caches keys, and must not outlive the file.
    return pe.CryptoFactory(lambda _: _OneKey(key))


class _OneKey(pe.KmsClient):  # type: ignore[misc]
    """A key service in memory that knows one key."""

    def __init__(self, key: bytes) -> None:
        super().__init__()
        self._cipher = AESGCM(key)

    def wrap_key(self, key_bytes: bytes, master_key_identifier: str) -> bytes:  # noqa: ARG002 - pyarrow's interface
        nonce = secrets.token_bytes(_NONCE)
        return base64.b64encode(nonce + self._cipher.encrypt(nonce, key_bytes, _DATA_KEY))

    def unwrap_key(self, wrapped_key: bytes, master_key_identifier: str) -> bytes:  # noqa: ARG002 - pyarrow's interface
        try:
            raw = base64.b64decode(wrapped_key, validate=True)
            return self._cipher.decrypt(raw[:_NONCE], raw[_NONCE:], _DATA_KEY)
        except (InvalidTag, binascii.Error) as error:
            raise ValueError("the file is not under this key") from error
