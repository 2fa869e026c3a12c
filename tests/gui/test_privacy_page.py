# SPDX-License-Identifier: Apache-2.0
"""The Privacy page says what a study really guarantees, in both languages, and never more."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.desk import Desk
from gui.pages.privacy import PrivacyPage
from tests.support.hospital import manifest
from tests.support.lead import Lead
from tests.support.taking_part import clipped, silent, take_part, unnamed

WAIT = 90_000


def show(desk: Desk) -> PrivacyPage:
    desk.window.refresh()
    desk.window.go("privacy")
    page = desk.window.pages["privacy"]
    assert isinstance(page, PrivacyPage)
    return page


def words(page: PrivacyPage) -> str:
    from PySide6.QtWidgets import QLabel

    return "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisibleTo(page))


def test_without_a_study_the_page_says_so(open_desk: Desk, qtbot: QtBot) -> None:
    page = show(open_desk)
    qtbot.waitUntil(page.empty.isVisible, timeout=WAIT)
    assert not page.answer.isVisible()
    page.empty.button.click()
    assert open_desk.window.current == "study"


@pytest.mark.parametrize(
    ("section", "verdict", "shield", "said", "unsaid"),
    [
        ("", "No limit", False, "Nothing by proof", "in 100 today"),
        ('\n[privacy]\nmechanism = "label"\nlabel_epsilon = 1.0\n', "No limit", False, "The outcome of one patient", "Nobody else"),
        (
            '\n[privacy]\nmechanism = "dp-sgd"\nepsilon = 6.0\n',
            "This setting gives almost no guaranteed limit",
            False,
            "99.76 times in 100",
            "A strong limit",
        ),
        ('\n[privacy]\nmechanism = "update-noise"\nepsilon = 0.9\n', "A strong limit", True, "at most 72 times in 100", "No limit"),
    ],
)
def test_the_words_are_those_of_the_study(
    open_desk: Desk, tmp_path: Path, qtbot: QtBot, section: str, verdict: str, shield: bool, said: str, unsaid: str
) -> None:
    lead = Lead(tmp_path, manifest(rounds=2, privacy=section))
    try:
        take_part(open_desk.session, lead, tmp_path)
        page = show(open_desk)
        qtbot.waitUntil(page.answer.isVisible, timeout=WAIT)
        assert page.verdict.text() == verdict
        qtbot.waitUntil(lambda: said in words(page), timeout=WAIT)
        assert unsaid not in words(page)
        assert page.array.isVisible() == ("mechanism" in section and "label" not in section)
        assert (page.sign.pixmap().toImage() == _shield(page)) == shield
        for language in ("en", "zh"):
            open_desk.choose_language(language)
            qtbot.waitUntil(lambda: page._reading is None, timeout=WAIT)
            qtbot.waitUntil(lambda: not clipped(page), timeout=WAIT)  # the page is laid out anew first
            assert not unnamed(page)
            assert not silent(page)
        assert page.verdict.text() != verdict
        page.recompute.click()
        qtbot.waitUntil(lambda: page._reading is None, timeout=WAIT)
    finally:
        lead.close()


def _shield(page: PrivacyPage) -> object:
    from gui.theme import icons
    from gui.theme.tokens import tokens_of

    return icons.pixmap("shield", tokens_of(page.palette()).ok, 20, page).toImage()
