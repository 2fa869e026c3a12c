# SPDX-License-Identifier: Apache-2.0
"""Which HTTP CONNECT proxy leads to a coordinator: decided here alone, from the setting, never by gRPC's own guesses.

There is no way back to a direct connection: when a proxy is set and does not work, the connection fails and says so.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from engine.errors import WardroundError


class ProxyMode(StrEnum):
    """How the proxy is found."""

    AUTO = "auto"  # what the environment says: https_proxy, no_proxy
    MANUAL = "manual"
    OFF = "off"


@dataclass(frozen=True)
class ProxySetting:
    """The setting as a person makes it; ``url`` as ``http://[user:password@]host:port``, for MANUAL only."""

    mode: ProxyMode = ProxyMode.AUTO
    url: str = field(default="", repr=False)


@dataclass(frozen=True)
class Proxy:
    """One proxy; user and password are sent by Basic authentication (RFC 7617) when a user is set."""

    host: str
    port: int
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @property
    def address(self) -> str:
        """host:port, as messages name it."""
        return join_address(self.host, self.port)


def split_address(address: str) -> tuple[str, int]:
    """host and port of ``host:port`` or ``[ipv6]:port``.

    Raises: E-NET-09.
    """
    try:
        parts = urlsplit(f"//{address}")
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise WardroundError("E-NET-09", address=address) from error
    if not host or not port or parts.path or parts.query or parts.fragment or "@" in address or any(c.isspace() for c in address):
        raise WardroundError("E-NET-09", address=address)
    return host, port


def join_address(host: str, port: int) -> str:
    """``host:port``, with brackets around an IPv6 address."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def is_loopback(host: str) -> bool:
    """Whether ``host`` is this machine; no proxy is ever asked for it."""
    if host.lower() in ("localhost", "localhost.localdomain", "ip6-localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def parse_proxy(url: str) -> Proxy:
    """The proxy that a setting or an environment variable names; ``http://`` may be left out.

    Raises: E-NET-08, naming the reason and never the password.
    """
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise WardroundError("E-NET-08", reason="it is not a web address") from error
    if parts.scheme != "http":
        raise WardroundError("E-NET-08", reason=f"it begins with {parts.scheme}://")
    if not host:
        raise WardroundError("E-NET-08", reason="it names no host")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if any(not c.isprintable() for c in user + password):
        raise WardroundError("E-NET-08", reason="the user name or password holds control characters")
    return Proxy(host, port or 80, user, password)


def resolve(setting: ProxySetting, host: str, environment: Mapping[str, str]) -> Proxy | None:
    """The proxy to use for ``host``; None for a direct connection.

    Raises: E-NET-08 when the one that is set cannot be used.
    """
    if setting.mode is ProxyMode.OFF or is_loopback(host):
        return None
    if setting.mode is ProxyMode.MANUAL:
        return parse_proxy(setting.url)
    url = environment.get("https_proxy") or environment.get("HTTPS_PROXY")
    exempt = environment.get("no_proxy") or environment.get("NO_PROXY") or ""
    if not url or _is_exempt(host.lower(), exempt.lower()):
        return None
    return parse_proxy(url)


def _is_exempt(host: str, exempt: str) -> bool:
    """As curl reads no_proxy: ``*``, a name, a domain with or without its leading dot, an address, a network in CIDR form."""
    for entry in (part.strip().split(":")[0] if part.count(":") == 1 else part.strip() for part in exempt.split(",")):
        name = entry.lstrip(".")
        if entry == "*" or (name and (host == name or host.endswith(f".{name}"))):
            return True
        try:
            if ipaddress.ip_address(host) in ipaddress.ip_network(entry, strict=False):
                return True
        except ValueError:
            continue
    return False
