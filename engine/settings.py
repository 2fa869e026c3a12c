# SPDX-License-Identifier: Apache-2.0
"""The settings of this machine, each declared once: key, kind, default, limits, label and explanation.

They are kept in a TOML file that a person may edit; the form of the window, the CLI's flags and the checks derive from
``SETTINGS``. An environment variable ``WARDROUND_`` + KEY (``network.proxy`` → ``WARDROUND_NETWORK_PROXY``) wins over the
file and is never written into it.
"""

from __future__ import annotations

import difflib
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import tomlkit
from tomlkit.exceptions import TOMLKitError

from engine.errors import Language, WardroundError
from engine.text import system_language, translate

Value = str | int
Words = Callable[[Language], str]


@dataclass(frozen=True)
class Setting:
    """One setting. ``kind`` path and proxy are texts; ``low``/``high`` are for numbers; ``choices``: value → its label."""

    key: str
    kind: Literal["choice", "number", "path", "proxy"]
    default: Value
    label: Words
    help: Words
    choices: Mapping[str, Words] = field(default_factory=dict)
    low: int = 0
    high: int = 0

    @property
    def variable(self) -> str:
        """The environment variable that wins over the file."""
        return "WARDROUND_" + self.key.upper().replace(".", "_")


SETTINGS: Mapping[str, Setting] = {
    setting.key: setting
    for setting in (
        Setting(
            "language",
            "choice",
            "auto",
            lambda to: translate("Language", to),
            lambda to: translate("The language of the window, the commands and the reports.", to),
            {
                "auto": lambda to: translate("As this computer", to),
                "en": lambda to: translate("English", to),
                "zh": lambda to: translate("Simplified Chinese", to),
            },
        ),
        Setting(
            "theme",
            "choice",
            "auto",
            lambda to: translate("Appearance", to),
            lambda to: translate("Light or dark, or as this computer is set.", to),
            {
                "auto": lambda to: translate("As this computer", to),
                "light": lambda to: translate("Light", to),
                "dark": lambda to: translate("Dark", to),
            },
        ),
        Setting(
            "network.proxy_mode",
            "choice",
            "auto",
            lambda to: translate("Proxy", to),
            lambda to: translate("How this computer reaches the lead hospital. Wardround never goes around a proxy that is set.", to),
            {
                "auto": lambda to: translate("As this computer", to),
                "manual": lambda to: translate("The address below", to),
                "off": lambda to: translate("No proxy", to),
            },
        ),
        Setting(
            "network.proxy",
            "proxy",
            "",
            lambda to: translate("Proxy address", to),
            lambda to: translate("For example http://proxy.hospital.example:8080; your IT knows it.", to),
        ),
        Setting(
            "network.ca_file",
            "path",
            "",
            lambda to: translate("Certificates of your network", to),
            lambda to: translate("A PEM file with your hospital's own certificate authority, only if your IT asks for it.", to),
        ),
        Setting(
            "vault.idle_lock_minutes",
            "number",
            15,
            lambda to: translate("Lock after (minutes)", to),
            lambda to: translate(
                "After so many minutes without a key or a click, the records are locked; not while training runs, which needs them.", to
            ),
            low=1,
            high=480,
        ),
        Setting(
            "privacy.refuse_one_apart",
            "choice",
            "on",
            lambda to: translate("Sums that differ by one hospital", to),
            lambda to: translate(
                "Whether this hospital refuses to help open a sum that differs from an earlier one by a single hospital, "
                "whose part could then be worked out. Where noise is added it is not asked.",
                to,
            ),
            {
                "on": lambda to: translate("Refuse", to),
                "off": lambda to: translate("Allow", to),
            },
        ),
        Setting(
            "privacy.most",
            "choice",
            "8",
            lambda to: translate("Most privacy that may be used", to),
            lambda to: translate(
                "The largest ε that all studies together may charge to one patient here. A study that would need more is refused.",
                to,
            ),
            {
                "0.5": lambda to: translate("ε = 0.5: at most 63 in 100 right guesses", to),
                "1": lambda to: translate("ε = 1: at most 74 in 100 right guesses", to),
                "2": lambda to: translate("ε = 2: at most 89 in 100 right guesses", to),
                "3": lambda to: translate("ε = 3: at most 96 in 100 right guesses", to),
                "4": lambda to: translate("ε = 4: at most 99 in 100 right guesses", to),
                "8": lambda to: translate("ε = 8: almost no guaranteed limit", to),
                "any": lambda to: translate("No limit", to),
            },
        ),
        Setting(
            "privacy.demanded",
            "choice",
            "nothing",
            lambda to: translate("Studies that this hospital takes part in", to),
            lambda to: translate("Whether a study must add noise that limits what can be learned about one patient.", to),
            {
                "nothing": lambda to: translate("With or without noise", to),
                "patient": lambda to: translate("Only with noise that protects each patient", to),
            },
        ),
        Setting(
            "training.threads",
            "number",
            0,
            lambda to: translate("Processor cores for training", to),
            lambda to: translate("0 leaves one core free for everything else.", to),
            high=1024,
        ),
    )
}


@dataclass(frozen=True)
class Settings:
    """What is set: ``stored`` by the file, ``environment`` by variables; the rest has its default."""

    stored: Mapping[str, Value] = field(default_factory=dict)
    environment: Mapping[str, Value] = field(default_factory=dict)

    def value(self, key: str) -> Value:
        """The value in force."""
        return self.environment.get(key, self.stored.get(key, SETTINGS[key].default))

    def text(self, key: str) -> str:
        """The value in force, as text."""
        return str(self.value(key))

    def number(self, key: str) -> int:
        """The value in force of a number."""
        return int(self.value(key))

    def fixed(self, key: str) -> bool:
        """Whether an environment variable sets it, so that the window cannot."""
        return key in self.environment

    def changed(self, key: str, value: Value) -> Settings:
        """These settings with one changed.

        Raises:
            WardroundError: E-SET-01 an unknown key, E-SET-03 … 06 a value that does not fit.
        """
        return Settings({**self.stored, key: checked(key, value, "-")}, self.environment)

    @property
    def language(self) -> Language:
        """The language in force."""
        chosen = self.text("language")
        return "zh" if chosen == "zh" else "en" if chosen == "en" else system_language()

    @property
    def threads(self) -> int:
        """Threads that training may use: what is set, else all cores but one, at least one."""
        return self.number("training.threads") or max(1, (os.cpu_count() or 1) - 1)


def load(path: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """Reads the file (none: all defaults) and the environment (None: this process's).

    Raises:
        WardroundError: E-FILE-01 when the file cannot be read, E-SET-01 an unknown key, E-SET-02 not TOML, E-SET-03 … 06 a
            value that does not fit.
    """
    variables = os.environ if environment is None else environment
    stored = {key: checked(key, value, path.name) for key, value in _flat(_document(path).unwrap()).items()}
    given = {s.key: _from_text(s, variables[s.variable]) for s in SETTINGS.values() if variables.get(s.variable)}
    return Settings(stored, given)


def save(path: Path, settings: Settings) -> None:
    """Writes the file at once and whole; comments in it stay. What the environment sets is not written.

    Raises:
        WardroundError: E-SET-07 when it cannot be written; the old file is then unchanged. Else as ``load``.
    """
    document = _document(path)
    for key, setting in SETTINGS.items():
        *sections, last = key.split(".")
        value = settings.stored.get(key, setting.default)
        table: Any = document
        for section in sections:
            if section not in table and value != setting.default:
                table[section] = tomlkit.table()
            table = table.get(section, {})
        if value != setting.default:
            table[last] = value
        elif last in table:
            del table[last]
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _replace(path, tomlkit.dumps(document).encode("utf-8"))
    except OSError as error:
        raise WardroundError("E-SET-07", path=path.name, reason=error.strerror or type(error).__name__) from error


def checked(key: str, value: object, source: str) -> Value:
    """A value for ``key``, found to fit.

    Raises:
        WardroundError: E-SET-01 unknown key, -03 not one of the choices, -04 not a number within the limits, -05 not a text,
            -06 not the address of a proxy.
    """
    setting = SETTINGS.get(key)
    if setting is None:
        close = difflib.get_close_matches(key, list(SETTINGS), n=1, cutoff=0.5)
        raise WardroundError("E-SET-01", source=source, key=_visible(key), known=close[0] if close else ", ".join(SETTINGS))
    if setting.kind == "number":
        if isinstance(value, bool) or not isinstance(value, int) or not setting.low <= value <= setting.high:
            raise WardroundError("E-SET-04", source=source, key=key, low=setting.low, high=setting.high)
        return value
    if not isinstance(value, str) or not all(c.isprintable() for c in value) or len(value) > 4096:
        raise WardroundError("E-SET-05", source=source, key=key)
    if setting.kind == "choice" and value not in setting.choices:
        raise WardroundError("E-SET-03", source=source, key=key, known=", ".join(setting.choices))
    if setting.kind == "proxy" and value and not _is_proxy(value):
        raise WardroundError("E-SET-06", source=source, key=key)
    return value


def _is_proxy(value: str) -> bool:
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        return False
    plain = parts.path in {"", "/"} and not parts.query and not parts.fragment and " " not in value
    return parts.scheme == "http" and bool(parts.hostname) and bool(port) and plain


def _from_text(setting: Setting, text: str) -> Value:
    """A value from an environment variable."""
    value: Value = int(text) if setting.kind == "number" and text.isascii() and text.isdigit() and len(text) < 10 else text
    return checked(setting.key, value, setting.variable)


def _visible(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text[:60])


def _document(path: Path) -> tomlkit.TOMLDocument:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return tomlkit.document()
    except OSError as error:
        raise WardroundError("E-FILE-01", path=path, reason=error.strerror or type(error).__name__) from error
    except UnicodeDecodeError as error:
        raise WardroundError("E-SET-02", source=path.name, line=1) from error
    try:
        return tomlkit.parse(text)
    except TOMLKitError as error:
        raise WardroundError("E-SET-02", source=path.name, line=getattr(error, "line", 1)) from error


def _flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in table.items():
        name = f"{prefix}{key}"
        inner = isinstance(value, Mapping) and any(known.startswith(f"{name}.") for known in SETTINGS)
        found.update(_flat(value, f"{name}.") if inner else {name: value})
    return found


def _replace(path: Path, content: bytes) -> None:
    """All or nothing, durable: a temporary file beside it (readable by this user alone: a proxy may have a password), then a rename."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".settings-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
