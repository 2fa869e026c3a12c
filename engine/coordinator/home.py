# SPDX-License-Identifier: Apache-2.0
"""A coordinator's home directory: what lies where, its configuration file, and how a new one is made.

::

    coordinator.toml    name, addresses, where the port's certificate comes from
    coordinator.db      the truth: sites, studies, phases, answers, records
    lead.key            Ed25519, signs bundles, invitations and receipts (0600)
    ca/                 the federation's own CA: authority.pem, authority.key (0600)
    tls/                the port's certificate: server.pem, server.key (0600), authority.pem (who issued it)
    studies/<id>/models/<version>.safetensors
    spool/              uploads of the open phases
    serving.lock        held by the one process that serves
"""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import tomlkit

from engine.clock import Clock
from engine.errors import WardroundError
from engine.store.connection import Database, open_database
from engine.store.coordinator_schema import MIGRATIONS
from engine.store.ownership import require_own
from engine.trust import certificates, signing
from engine.trust.certificates import KeyPair, ServerTls
from engine.trust.signing import SigningKey
from engine.values import StudyId

CONFIGURATION = "coordinator.toml"
DATABASE = "coordinator.db"
LOCK = "serving.lock"
DEFAULT_LISTEN = "0.0.0.0:7443"
SCHEMA = 1
_SECTIONS: Mapping[str, frozenset[str]] = {
    "": frozenset({"schema", "server"}),
    "server": frozenset({"name", "listen", "public_hosts", "tls"}),
}


@dataclass(frozen=True)
class TlsFiles:
    """A certificate (chain) and key for the port that the hospital's own CA issued, and that CA's certificate; PEM."""

    certificate: Path
    key: Path
    authority: Path


@dataclass(frozen=True)
class Configuration:
    """``coordinator.toml``: the lead's display name, where the port listens, the names by which sites reach it; ``tls`` is self | file."""

    name: str
    listen: str
    public_hosts: tuple[str, ...]
    tls: str

    @property
    def addresses(self) -> tuple[str, ...]:
        """host:port for sites, in the order to be tried."""
        port = self.listen.rpartition(":")[2]
        return tuple(f"[{host}]:{port}" if ":" in host else f"{host}:{port}" for host in self.public_hosts)


@dataclass(frozen=True)
class Home:
    """One coordinator's folder."""

    path: Path

    @property
    def spool(self) -> Path:
        return self.path / "spool"

    @property
    def authority_pem(self) -> bytes:
        """The federation's CA, which issues the sites' certificates."""
        return (self.path / "ca" / "authority.pem").read_bytes()

    @property
    def port_authority_pem(self) -> bytes:
        """The CA that the sites pin: the one that issued the port's certificate."""
        return (self.path / "tls" / "authority.pem").read_bytes()

    def study(self, study: StudyId) -> Path:
        """One study's folder."""
        return self.path / "studies" / study

    def authority(self) -> KeyPair:
        """The CA with its key."""
        return KeyPair(self.authority_pem, (self.path / "ca" / "authority.key").read_bytes())

    def lead_key(self) -> SigningKey:
        """The key that signs bundles, invitations and receipts."""
        return SigningKey.read(self.path / "lead.key")

    def server_tls(self) -> ServerTls:
        """What the port needs.

        Raises:
            WardroundError: E-FILE-01, E-TLS-09.
        """
        return ServerTls(certificates.read_pair(self.path / "tls" / "server.pem", self.path / "tls" / "server.key"), self.authority_pem)

    def configuration(self) -> Configuration:
        """Reads ``coordinator.toml``.

        Raises:
            WardroundError: E-COORD-02 there is no coordinator here, E-COORD-03 the file is malformed, E-HOME-01 … 03.
        """
        self._require_own()
        return read_configuration(self.path / CONFIGURATION)

    def open_database(self) -> Database:
        """Opens the database; several processes may.

        Raises:
            WardroundError: E-COORD-02 there is no coordinator here, E-HOME-01 … 03 others could have prepared it.
        """
        self._require_own()
        return open_database(self.path / DATABASE, None, MIGRATIONS)

    def _require_own(self) -> None:
        if not (self.path / CONFIGURATION).is_file():
            raise WardroundError("E-COORD-02", path=self.path)
        require_own(self.path)

    @contextmanager
    def database(self) -> Iterator[Database]:
        """The database, open for one command."""
        database = self.open_database()
        try:
            yield database
        finally:
            database.close()

    def claim(self) -> int:
        """Makes this process the one that serves; the claim ends with ``release``, or with the process however it ends.

        Raises:
            WardroundError: E-COORD-02 there is no coordinator here, E-COORD-16 another process serves it.
        """
        self._require_own()
        descriptor = os.open(self.path / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(descriptor)
        except OSError as error:
            os.close(descriptor)
            raise WardroundError("E-COORD-16", path=self.path) from error
        return descriptor


def release(claim: int) -> None:
    """Ends a claim of ``Home.claim``."""
    os.close(claim)


def _lock(descriptor: int) -> None:
    """An exclusive lock that the operating system drops with the process; raises OSError at once when it is taken."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def init(
    home: Path,
    name: str,
    hosts: Sequence[str],
    clock: Clock,
    listen: str = DEFAULT_LISTEN,
    tls: TlsFiles | None = None,
) -> bytes:
    """Makes a new coordinator.

    Args:
        home: a folder that does not exist yet, or is empty.
        name: the lead hospital's display name.
        hosts: names or IP addresses by which sites reach it; the port's certificate carries them.
        clock: the certificates' time.
        listen: host:port.
        tls: the hospital's own certificate for the port; None: the federation's CA issues one.

    Returns:
        The 32 bytes from which the coordinator's check words are made: the SHA-256 of the CA certificate that sites pin.

    Raises:
        WardroundError: E-COORD-01 the folder holds something, E-COORD-03 a value cannot be used, E-HOME-01, -02,
            E-NET-09, E-TLS-09, E-FILE-01.
    """
    document = _document(name, hosts, listen, "file" if tls else "self")
    _configuration(tomllib.loads(document), CONFIGURATION)  # what cannot be read back is not written
    if home.exists() and any(home.iterdir()):
        raise WardroundError("E-COORD-01", path=home)
    require_own(home, closed=False)
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        home.chmod(0o700)  # one that was there before may be open to others, who may have been quick
        if any(home.iterdir()):
            raise WardroundError("E-COORD-01", path=home)
        for folder in ("ca", "tls", "studies", "spool"):
            (home / folder).mkdir(mode=0o700)
        now = clock.now()
        authority = certificates.create_authority(name, now)
        pair = certificates.read_pair(tls.certificate, tls.key) if tls else certificates.issue_server(authority, hosts, now)
        port_authority = tls.authority.read_bytes() if tls else authority.certificate_pem
        digest = certificates.digest(port_authority)
        signing.write_private(home / "ca" / "authority.key", authority.key_pem)
        (home / "ca" / "authority.pem").write_bytes(authority.certificate_pem)
        signing.write_private(home / "tls" / "server.key", pair.key_pem)
        (home / "tls" / "server.pem").write_bytes(pair.certificate_pem)
        (home / "tls" / "authority.pem").write_bytes(port_authority)
        SigningKey.generate().write(home / "lead.key")
        open_database(home / DATABASE, None, MIGRATIONS).close()
        # Last: a folder is a coordinator once it has its configuration.
        with (home / CONFIGURATION).open("x", encoding="utf-8") as file:
            file.write(document)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise WardroundError("E-FILE-01", path=error.filename or home, reason=error.strerror or type(error).__name__) from error
    return digest


def read_configuration(path: Path) -> Configuration:
    """Reads one configuration file; see ``Home.configuration``."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise WardroundError("E-COORD-02", path=path.parent) from error
    except (OSError, UnicodeDecodeError) as error:
        raise WardroundError("E-COORD-03", path=path.name, reason="it cannot be read as UTF-8") from error
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise WardroundError("E-COORD-03", path=path.name, reason=str(error)) from error
    return _configuration(document, path.name)


def _document(name: str, hosts: Sequence[str], listen: str, tls: str) -> str:
    server = tomlkit.table()
    server["name"] = name
    server.add("listen", listen)
    server["listen"].comment("the address of this computer on which sites call")
    server.add("public_hosts", list(hosts))
    server["public_hosts"].comment("the names by which they reach it; invitations carry them with the port of listen")
    server.add("tls", tls)
    server["tls"].comment("self: the federation's own CA issued tls/server.pem; file: the hospital's CA did")
    document = tomlkit.document()
    document["schema"] = SCHEMA
    document["server"] = server
    return tomlkit.dumps(document)


def _configuration(document: Mapping[str, Any], source: str) -> Configuration:
    server = document.get("server")
    if document.get("schema") != SCHEMA or not isinstance(server, dict):
        raise WardroundError("E-COORD-03", path=source, reason=f"schema = {SCHEMA} and a section [server] are expected")
    for section, keys in (("", document), ("server", server)):
        for key in keys:
            if key not in _SECTIONS[section]:
                near = get_close_matches(key, _SECTIONS[section], 1)
                hint = f"; did you mean {near[0]}?" if near else ""
                raise WardroundError("E-COORD-03", path=source, reason=f"unknown key {'.'.join(filter(None, (section, key)))}{hint}")
    name, listen, hosts, tls = (server.get(key) for key in ("name", "listen", "public_hosts", "tls"))
    if not isinstance(name, str) or not 1 <= len(name) <= 200 or not name.isprintable():
        raise WardroundError("E-COORD-03", path=source, reason="server.name must be a text of 1 to 200 characters")
    port = listen.rpartition(":")[2] if isinstance(listen, str) else ""
    if not isinstance(listen, str) or not listen.rpartition(":")[0] or not port.isdecimal() or not 0 < int(port) < 65536:
        raise WardroundError("E-COORD-03", path=source, reason="server.listen must be host:port")
    if not isinstance(hosts, list) or not hosts or not all(isinstance(host, str) and host for host in hosts):
        raise WardroundError("E-COORD-03", path=source, reason="server.public_hosts must name at least one host")
    if tls not in ("self", "file"):
        raise WardroundError("E-COORD-03", path=source, reason="server.tls must be self or file")
    return Configuration(name, listen, tuple(hosts), tls)
