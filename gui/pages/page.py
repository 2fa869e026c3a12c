# SPDX-License-Identifier: Apache-2.0
"""What every page of the window is: a title, one line of purpose, at most one main button, and a way to be told what changed.

The window draws title, purpose and the main button (``primary``) above the page and puts the page in a scroll area, so a page
holds content only. Life of a page: built once with the bridge and the session; ``retranslate`` sets every string (called once
after building and whenever the language changes); ``enter`` when it is shown; ``on_event`` for each event of the engine, shown
or not; ``set_session`` when the window moves to another session (the demo), after which the old one must not be touched.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from engine.session.events import Event
from engine.session.views import ProblemView
from gui.bridge import Bridge, Job

if TYPE_CHECKING:
    from engine.session.session import Session  # the facade's module is the entry point's to import, not a page's

T = TypeVar("T")


class Page(QWidget):
    """The base of every page.

    Signals:
        navigate(str): go to the page of this name: welcome | home | data | study | training | results | outbound | privacy | settings.
        problem(ProblemView): show this problem as a banner above the page.
        settled(): what the banner speaks of is over; take it away.
        header_changed(): title, purpose or the main button's state changed; the window reads them again.
    """

    navigate = Signal(str)
    problem = Signal(object)
    settled = Signal()
    header_changed = Signal()

    def __init__(self, bridge: Bridge, session: Session) -> None:
        super().__init__()
        self.bridge = bridge
        self.session = session
        self.primary: QPushButton | None = None  # built by the page with gui.widgets.buttons.primary, placed by the window

    def title(self) -> str:
        """The page's name in the current language."""
        raise TypeError(f"{type(self).__name__} has no title")

    def purpose(self) -> str:
        """One line: what this page is for."""
        return ""

    def retranslate(self) -> None:
        """Set every string of the page in the current language; cheap enough to call at any time."""

    def recolour(self) -> None:
        """The palette changed: draw again what is not drawn from the palette (icons, charts)."""

    def enter(self) -> None:
        """The page is being shown: read from the session what it shows."""

    def leave(self) -> None:
        """Another page is being shown."""

    def on_event(self, event: Event) -> None:
        """Something changed in the engine (main thread)."""

    def set_session(self, session: Session) -> None:
        """Show another session from now on; forget everything of the old one."""
        self.session = session

    def run(
        self,
        job: Job[T],
        on_value: Callable[[T], None],
        on_problem: Callable[[ProblemView], None] | None = None,
        on_cancelled: Callable[[], None] | None = None,
    ) -> Job[T]:
        """Run a job and get its outcome on the main thread; a problem goes to the window's banner unless ``on_problem`` takes it."""
        return self.bridge.run(job, on_value, on_problem or self.problem.emit, on_cancelled)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
            self.header_changed.emit()
        elif event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self.recolour()
