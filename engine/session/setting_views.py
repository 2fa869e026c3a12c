# SPDX-License-Identifier: Apache-2.0
"""The machine's settings as a door shows them."""

from __future__ import annotations

from engine.errors import Language
from engine.session.views import SettingView
from engine.settings import SETTINGS, Settings


def views(settings: Settings, language: Language) -> tuple[SettingView, ...]:
    """All settings in their order, with labels in ``language``."""
    return tuple(
        SettingView(
            setting.key,
            setting.label(language),
            setting.help(language),
            setting.kind,
            tuple(setting.choices),
            settings.text(setting.key),
            tuple(label(language) for label in setting.choices.values()),
            settings.fixed(setting.key),
        )
        for setting in SETTINGS.values()
    )
