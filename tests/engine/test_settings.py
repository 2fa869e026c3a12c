# SPDX-License-Identifier: Apache-2.0
"""Settings: defaults, limits, the file, the environment, and words in both languages."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import settings as module
from engine.errors import WardroundError
from engine.settings import SETTINGS, Settings, Value, checked, load, save

EXPECTED = {
    "language": "auto",
    "theme": "auto",
    "network.proxy_mode": "auto",
    "network.proxy": "",
    "network.ca_file": "",
    "vault.idle_lock_minutes": 15,
    "privacy.refuse_one_apart": "on",
    "privacy.most": "8",
    "privacy.demanded": "nothing",
    "training.threads": 0,
}

GOOD = {
    "language": st.sampled_from(["auto", "en", "zh"]),
    "theme": st.sampled_from(["auto", "light", "dark"]),
    "network.proxy_mode": st.sampled_from(["auto", "manual", "off"]),
    "network.proxy": st.sampled_from(["", "http://proxy.example:8080", "http://user:word@10.0.0.1:3128/", "http://[::1]:80"]),
    "network.ca_file": st.sampled_from(["", "/etc/ssl/医院.pem", "C:\\certs\\ca.pem", 'a"b']),
    "vault.idle_lock_minutes": st.integers(1, 480),
    "privacy.refuse_one_apart": st.sampled_from(["on", "off"]),
    "training.threads": st.integers(0, 1024),
}

BAD: list[tuple[str, Value | float | bool | None, str]] = [
    ("langauge", "en", "E-SET-01"),
    ("language", "fr", "E-SET-03"),
    ("language", 1, "E-SET-05"),
    ("theme", "EN", "E-SET-03"),
    ("network.proxy", "proxy.example:8080", "E-SET-06"),
    ("network.proxy", "https://proxy.example:8080", "E-SET-06"),
    ("network.proxy", "http://proxy.example", "E-SET-06"),
    ("network.proxy", "http://proxy.example:99999", "E-SET-06"),
    ("network.proxy", "http://proxy.example:80/path", "E-SET-06"),
    ("network.proxy", "http://:80", "E-SET-06"),
    ("network.ca_file", "a\nb", "E-SET-05"),
    ("vault.idle_lock_minutes", 0, "E-SET-04"),
    ("vault.idle_lock_minutes", 481, "E-SET-04"),
    ("vault.idle_lock_minutes", "15", "E-SET-04"),
    ("vault.idle_lock_minutes", 1.5, "E-SET-04"),
    ("training.threads", True, "E-SET-04"),
    ("training.threads", -1, "E-SET-04"),
]


def test_each_setting_has_its_documented_default_and_it_fits() -> None:
    assert {key: setting.default for key, setting in SETTINGS.items()} == EXPECTED
    for key, default in EXPECTED.items():
        assert checked(key, default, "test") == default
        assert Settings().value(key) == default


@pytest.mark.parametrize("key", sorted(EXPECTED))
def test_each_setting_is_explained_in_both_languages(key: str) -> None:
    setting = SETTINGS[key]
    for words in (setting.label, setting.help, *setting.choices.values()):
        assert words("en")
        assert any("\u4e00" <= letter <= "\u9fff" for letter in words("zh"))


@pytest.mark.parametrize(("key", "value", "code"), BAD)
def test_what_does_not_fit_is_refused_with_its_key(key: str, value: object, code: str) -> None:
    with pytest.raises(WardroundError) as caught:
        checked(key, value, "settings.toml")
    assert caught.value.code == code
    assert key in caught.value.what("zh")
    assert caught.value.exit_code == 8


def test_a_refused_proxy_does_not_show_its_password() -> None:
    with pytest.raises(WardroundError) as caught:
        checked("network.proxy", "http://user:geheim@proxy", "settings.toml")
    assert "geheim" not in caught.value.sentence("en") + caught.value.sentence("zh") + repr(caught.value.fields)


def test_a_missing_file_gives_the_defaults(tmp_path: Path) -> None:
    assert load(tmp_path / "settings.toml", {}) == Settings()


@given(st.fixed_dictionaries({}, optional=GOOD))
def test_what_is_saved_is_loaded(tmp_path_factory: pytest.TempPathFactory, values: dict[str, Value]) -> None:
    path = tmp_path_factory.mktemp("settings") / "folder" / "settings.toml"
    wanted = Settings(values)
    save(path, wanted)
    found = load(path, {})
    assert [found.value(key) for key in SETTINGS] == [wanted.value(key) for key in SETTINGS]
    save(path, Settings())
    assert load(path, {}).stored == {}


def test_comments_and_order_of_the_file_stay(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('# ours\nlanguage = "zh" # for the ward\n\n[vault]\nidle_lock_minutes = 5\n', encoding="utf-8")
    save(path, load(path, {}).changed("vault.idle_lock_minutes", 7))
    assert path.read_text(encoding="utf-8") == '# ours\nlanguage = "zh" # for the ward\n\n[vault]\nidle_lock_minutes = 7\n'


def test_only_this_user_may_read_the_file(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    save(path, Settings({"network.proxy": "http://u:p@h:1"}))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_failed_save_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "settings.toml"
    save(path, Settings({"theme": "dark"}))
    before = path.read_bytes()

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WardroundError, match="E-SET-07"):
        save(path, Settings({"theme": "light"}))
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["settings.toml"]


@pytest.mark.parametrize(
    ("text", "code", "known"),
    [
        ('langauge = "zh"\n', "E-SET-01", "language"),
        ("[network]\nproxy_mod = 'off'\n", "E-SET-01", "network.proxy_mode"),
        ("[vault]\nidle_lock_minutes = 9000\n", "E-SET-04", None),
        ('network = "off"\n', "E-SET-01", None),
        ("[language]\nx = 1\n", "E-SET-05", None),
        ("language = \n", "E-SET-02", None),
    ],
)
def test_a_mistake_in_the_file_is_named(tmp_path: Path, text: str, code: str, known: str | None) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(WardroundError) as caught:
        load(path, {})
    assert caught.value.code == code
    assert "settings.toml" in caught.value.what("en")
    assert known is None or caught.value.fields["known"] == known


def test_bytes_that_are_not_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(WardroundError, match="E-SET-02"):
        load(path, {})
    with pytest.raises(WardroundError, match="E-FILE-01"):
        load(tmp_path, {})


def test_the_environment_wins_and_is_never_written(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('theme = "dark"\n', encoding="utf-8")
    found = load(path, {"WARDROUND_THEME": "light", "WARDROUND_VAULT_IDLE_LOCK_MINUTES": "3", "WARDROUND_HOME": "/x", "PATH": "/bin"})
    assert (found.text("theme"), found.number("vault.idle_lock_minutes")) == ("light", 3)
    assert found.fixed("theme")
    assert not found.fixed("language")
    save(path, found)
    assert path.read_text(encoding="utf-8") == 'theme = "dark"\n'


@pytest.mark.parametrize(("text", "code"), [("many", "E-SET-04"), ("-1", "E-SET-04"), ("99999999999", "E-SET-04"), ("²", "E-SET-04")])
def test_the_environment_is_checked_too(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(WardroundError, match=code) as caught:
        load(tmp_path / "absent.toml", {"WARDROUND_TRAINING_THREADS": text})
    assert "WARDROUND_TRAINING_THREADS" in caught.value.what("en")


def test_language_and_threads_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings({"language": "zh"}).language == "zh"
    assert Settings({"language": "en"}).language == "en"
    monkeypatch.setenv("WARDROUND_LANG", "zh_CN")
    assert Settings().language == "zh"
    assert Settings({"training.threads": 7}).threads == 7
    for cores, threads in ((None, 1), (1, 1), (2, 1), (8, 7)):
        monkeypatch.setattr(module.os, "cpu_count", lambda cores=cores: cores)
        assert Settings().threads == threads
