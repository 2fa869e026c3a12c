# SPDX-License-Identifier: Apache-2.0
"""A coordinator's home: made once, readable, private, never overwritten."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from engine.clock import ManualClock
from engine.coordinator import home
from engine.coordinator.home import Home, TlsFiles
from engine.errors import WardroundError
from engine.trust import certificates

CLOCK = ManualClock()


def code_of(caught: pytest.ExceptionInfo[WardroundError]) -> str:
    return caught.value.code


def test_a_new_home_can_be_used(tmp_path: Path) -> None:
    digest = home.init(tmp_path / "c", "Lead Hospital 牵头医院", ["fl.example.org", "10.0.0.7", "2001:db8::7"], CLOCK, "0.0.0.0:8443")
    made = Home(tmp_path / "c")
    configuration = made.configuration()
    assert configuration.name == "Lead Hospital 牵头医院"
    assert configuration.addresses == ("fl.example.org:8443", "10.0.0.7:8443", "[2001:db8::7]:8443")
    assert digest == certificates.digest(made.port_authority_pem)
    assert made.server_tls().client_ca_pem == made.authority_pem == made.port_authority_pem
    with made.database() as database:
        assert database.execute("SELECT count(*) FROM studies") == [(0,)]


def test_every_private_file_is_the_owners_alone(tmp_path: Path) -> None:
    home.init(tmp_path / "c", "Lead", ["localhost"], CLOCK)
    for name in ("lead.key", "ca/authority.key", "tls/server.key"):
        assert stat.S_IMODE((tmp_path / "c" / name).stat().st_mode) == 0o600


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    home.init(tmp_path / "c", "Lead", ["localhost"], CLOCK)
    before = {path: path.read_bytes() for path in (tmp_path / "c").rglob("*") if path.is_file()}
    with pytest.raises(WardroundError) as caught:
        home.init(tmp_path / "c", "Other", ["localhost"], CLOCK)
    assert code_of(caught) == "E-COORD-01"
    assert {path: path.read_bytes() for path in (tmp_path / "c").rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("name", "hosts", "listen"),
    [("", ["localhost"], "0.0.0.0:1"), ("a\nb", ["localhost"], "0.0.0.0:1"), ("Lead", [], "0.0.0.0:1"), ("Lead", ["localhost"], "7443")],
)
def test_what_could_not_be_read_back_is_not_written(tmp_path: Path, name: str, hosts: list[str], listen: str) -> None:
    with pytest.raises(WardroundError) as caught:
        home.init(tmp_path / "c", name, hosts, CLOCK, listen)
    assert code_of(caught) == "E-COORD-03"
    assert not (tmp_path / "c").exists()


def test_the_hospitals_own_certificate(tmp_path: Path) -> None:
    authority = certificates.create_authority("Hospital CA", CLOCK.now())
    pair = certificates.issue_server(authority, ["fl.example.org"], CLOCK.now())
    files = TlsFiles(tmp_path / "cert.pem", tmp_path / "key.pem", tmp_path / "ca.pem")
    files.certificate.write_bytes(pair.certificate_pem)
    files.key.write_bytes(pair.key_pem)
    files.authority.write_bytes(authority.certificate_pem)
    digest = home.init(tmp_path / "c", "Lead", ["fl.example.org"], CLOCK, tls=files)
    made = Home(tmp_path / "c")
    assert digest == certificates.digest(authority.certificate_pem)
    assert made.server_tls().pair.certificate_pem == pair.certificate_pem
    assert made.server_tls().client_ca_pem != made.port_authority_pem  # sites are certified by the federation's own CA


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("schema = 1\n[server]\nnam = 1", "did you mean name?"),
        ("schema = 2\n", "schema = 1"),
        ("schema = 1\n[servers]\n", "section [server]"),
        ("schema = ", "Invalid value"),
        ('schema = 1\n[server]\nname = "a"\nlisten = "h:0"\npublic_hosts = ["h"]\ntls = "self"\n', "server.listen"),
        ('schema = 1\n[server]\nname = "a"\nlisten = "h:1"\npublic_hosts = ["h"]\ntls = "none"\n', "server.tls"),
    ],
)
def test_a_bad_configuration_is_explained(tmp_path: Path, text: str, reason: str) -> None:
    home.init(tmp_path / "c", "Lead", ["localhost"], CLOCK)
    (tmp_path / "c" / "coordinator.toml").write_text(text)
    with pytest.raises(WardroundError) as caught:
        Home(tmp_path / "c").configuration()
    assert code_of(caught) == "E-COORD-03"
    assert reason in caught.value.what("en")


def test_a_folder_without_a_coordinator(tmp_path: Path) -> None:
    with pytest.raises(WardroundError) as caught:
        Home(tmp_path).configuration()
    assert code_of(caught) == "E-COORD-02"
    with pytest.raises(WardroundError) as caught:
        Home(tmp_path).open_database()
    assert code_of(caught) == "E-COORD-02"
    assert not list(tmp_path.iterdir())
