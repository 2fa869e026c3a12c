# SPDX-License-Identifier: Apache-2.0
"""What holds for every test: a home of its own, one language, no thread left running."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator

import hypothesis
import pytest
import structlog

import engine.log  # noqa: F401 - says once where the log goes, so that each test below begins from there

_UNSET = ("WARDROUND_LANG", "WARDROUND_HOME", "LC_ALL", "LC_MESSAGES", "LANGUAGE", "HTTPS_PROXY", "https_proxy", "grpc_proxy", "http_proxy")

hypothesis.settings.register_profile("project", deadline=None)  # a busy machine is not a wrong answer
hypothesis.settings.load_profile("project")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="also run the tests marked slow")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--slow"):
        return
    slow = [item for item in items if item.get_closest_marker("slow")]
    if slow:
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if item not in set(slow)]


@pytest.fixture(scope="session", autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keeps tests and the processes that they start away from the person's own files, keyring, language and proxy."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in _UNSET:
            patch.delenv(name, raising=False)
        patch.setenv("HOME", str(home))
        patch.setenv("LANG", "C.UTF-8")
        patch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
        for name in ("CONFIG", "DATA", "STATE", "CACHE", "RUNTIME"):
            folder = home / name.lower()
            folder.mkdir(mode=0o700)
            patch.setenv(f"XDG_{name}_DIR" if name == "RUNTIME" else f"XDG_{name}_HOME", str(folder))
        patch.setenv("QT_QPA_PLATFORM", os.environ.get("QT_QPA_PLATFORM", "offscreen"))
        yield


@pytest.fixture(autouse=True)
def _log_as_it_was() -> Iterator[None]:
    """Undoes what a test said about the log, or the next one's would go to a file that is gone."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.fixture(autouse=True)
def _no_thread_left(_own_home: None) -> Iterator[None]:
    """Fails a test that leaves a thread behind that would keep the process alive (grpc's own are daemons)."""
    before = set(threading.enumerate())
    yield
    left = [thread for thread in threading.enumerate() if thread not in before and not thread.daemon]
    for thread in left:
        thread.join(timeout=5)
    names = [thread.name for thread in left if thread.is_alive()]
    assert not names, f"the test left threads running: {names}"
