# SPDX-License-Identifier: Apache-2.0
"""Which proxy is used for which coordinator."""

from __future__ import annotations

import pytest

from engine.errors import WardroundError
from engine.wire.proxy import Proxy, ProxyMode, ProxySetting, parse_proxy, resolve, split_address

HOST = "fl.hospital.org"
MANUAL = ProxySetting(ProxyMode.MANUAL, "http://proxy:3128")


def test_manual_wins_over_the_environment_and_its_exceptions() -> None:
    environment = {"https_proxy": "http://other:1", "no_proxy": "*"}
    assert resolve(MANUAL, HOST, environment) == Proxy("proxy", 3128)


def test_off_is_direct_whatever_the_environment_says() -> None:
    assert resolve(ProxySetting(ProxyMode.OFF), HOST, {"https_proxy": "http://other:1"}) is None


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "::1", "LocalHost"])
def test_this_machine_is_never_asked_for_through_a_proxy(host: str) -> None:
    assert resolve(MANUAL, host, {}) is None


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, None),
        ({"https_proxy": "http://p:8080"}, Proxy("p", 8080)),
        ({"HTTPS_PROXY": "p:8080"}, Proxy("p", 8080)),
        ({"http_proxy": "http://p:8080"}, None),
        ({"https_proxy": "http://p:8080", "no_proxy": "hospital.org"}, None),
        ({"https_proxy": "http://p:8080", "no_proxy": ".hospital.org, other"}, None),
        ({"https_proxy": "http://p:8080", "no_proxy": "*"}, None),
        ({"https_proxy": "http://p:8080", "NO_PROXY": "fl.hospital.org:443"}, None),
        ({"https_proxy": "http://p:8080", "no_proxy": "spital.org"}, Proxy("p", 8080)),
        ({"https_proxy": "http://p:8080", "no_proxy": ""}, Proxy("p", 8080)),
    ],
)
def test_auto_reads_the_environment(environment: dict[str, str], expected: Proxy | None) -> None:
    assert resolve(ProxySetting(), HOST, environment) == expected


def test_exempt_networks_are_understood() -> None:
    environment = {"https_proxy": "http://p:1", "no_proxy": "10.0.0.0/8, fd00::/8"}
    assert resolve(ProxySetting(), "10.1.2.3", environment) is None
    assert resolve(ProxySetting(), "fd00::7", environment) is None
    assert resolve(ProxySetting(), "11.1.2.3", environment) == Proxy("p", 1)


def test_a_login_is_taken_from_the_url_and_never_shown() -> None:
    proxy = parse_proxy("http://nurse:p%40ss%3Aw%25rd@proxy:3128")
    assert (proxy.user, proxy.password, proxy.address) == ("nurse", "p@ss:w%rd", "proxy:3128")
    setting = ProxySetting(ProxyMode.MANUAL, "http://nurse:sesame@proxy:3128")
    assert "sesame" not in repr(setting) + repr(parse_proxy(setting.url))


@pytest.mark.parametrize("url", ["socks5://sesame@p:1", "https://p:1", "http://", "", "http://p:99999", "http://u:se\x00same@p:1"])
def test_unusable_proxies_are_refused_without_their_password(url: str) -> None:
    with pytest.raises(WardroundError) as caught:
        resolve(ProxySetting(ProxyMode.MANUAL, url), HOST, {})
    assert caught.value.code == "E-NET-08"
    assert "sesame" not in caught.value.sentence("en")


@pytest.mark.parametrize(
    ("address", "expected"), [("h:1", ("h", 1)), ("[2001:db8::7]:7443", ("2001:db8::7", 7443)), ("1.2.3.4:5", ("1.2.3.4", 5))]
)
def test_addresses_are_split(address: str, expected: tuple[str, int]) -> None:
    assert split_address(address) == expected


@pytest.mark.parametrize(
    "address", ["", "h", "h:", ":1", "h:0", "h:x", "h:70000", "http://h:1", "u@h:1", "h:1/path", "a b:1", "2001:db8::7:1"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(WardroundError) as caught:
        split_address(address)
    assert caught.value.code == "E-NET-09"
