# SPDX-License-Identifier: Apache-2.0
"""The frame around the pages: rail, header, banner, status bar, footer; it moves between pages and sessions and knows no page's content."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMainWindow, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from engine.session import events
from engine.session.views import HomeView, Lock, OutboundView, ProblemView
from gui.awake import Awake
from gui.bridge import Bridge
from gui.dialogs.commands import Command, CommandDialog
from gui.dialogs.help import HelpWindow
from gui.languages import LANGUAGES
from gui.pages.page import Page
from gui.tray import Tray
from gui.widgets import buttons
from gui.widgets.banner import ProblemBanner
from gui.widgets.header import Header
from gui.widgets.languageswitch import LanguageSwitch
from gui.widgets.rail import PAGES, Mark, Rail, RailHolder
from gui.widgets.statusbar import StatusBar

if TYPE_CHECKING:
    from engine.session.session import Session

STEPS = ("data", "study", "training", "results")
"""The order of work; ``HomeView.next_step`` names one of them (or welcome)."""
AT_WORK = ("training", "sending", "waiting-for-others")
"""States in which a round runs and the machine must not sleep."""
SMALLEST = (1024, 640)
_CALM_MS = 300  # the frame reads the home view at most this often
_AGE_MS = 5000  # how often "last heard … ago" is said again


class Window(QMainWindow):
    """One window over one session at a time.

    Signals:
        language_chosen(str): the switch was pressed.
        zoom_chosen(int): steps of text size; 0 means back to the usual one.
        invitation_wanted(): a page asks for the invitation dialog.
        closing(): the window was asked to close; whoever listens decides and calls ``close_now``.
    """

    language_chosen = Signal(str)
    zoom_chosen = Signal(int)
    invitation_wanted = Signal()
    closing = Signal()

    def __init__(self, bridge: Bridge, session: Session, pages: dict[str, Callable[[Bridge, Session], Page]]) -> None:
        super().__init__()
        self.bridge = bridge
        self.session = session
        self._makers = pages
        self.pages: dict[str, Page] = {}
        self._holders: dict[str, QScrollArea] = {}
        self.current = ""
        self.home: HomeView | None = None
        self.help: HelpWindow | None = None
        self.awake = Awake(self)
        self.tray = Tray(self.windowIcon(), lambda: not self.isActiveWindow(), self)
        self.tray.called.connect(self.come_to_front)
        self._may_close = False
        self._build()
        self._shortcuts()
        self._end_listening = bridge.listen(self._on_event)
        self._due: set[Callable[[], None]] = set()
        self._calm = _timer(self, self._refresh_due, _CALM_MS, once=True)
        self._aging = _timer(self, self.status.refresh, _AGE_MS)
        self._aging.start()
        self.retranslate()

    # ---------------------------------------------------------------- building

    def _build(self) -> None:
        self.rail = Rail()
        self.rail.chosen.connect(self.go)
        self.languages = LanguageSwitch(LANGUAGES)
        self.languages.chosen.connect(self.language_chosen)
        self.help_button = buttons.plain()
        self.help_button.clicked.connect(self.show_help)
        corner = QWidget()
        corner_row = QHBoxLayout(corner)
        corner_row.setContentsMargins(0, 0, 0, 0)
        corner_row.setSpacing(8)
        corner_row.addWidget(self.languages)
        corner_row.addWidget(self.help_button)
        self.header = Header(corner)

        self.banner = ProblemBanner()
        banner_row = QVBoxLayout()
        banner_row.setContentsMargins(28, 0, 20, 8)
        banner_row.addWidget(self.banner)
        self.stack = QStackedWidget()
        self.status = StatusBar()
        self.status.pause_pressed.connect(self.toggle_sending)
        footer = QFrame()
        footer.setObjectName("footer")
        self.footer = QLabel()
        footer_row = QHBoxLayout(footer)
        footer_row.setContentsMargins(16, 4, 16, 4)
        footer_row.addWidget(self.footer)

        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self.header)
        right.addLayout(banner_row)
        right.addWidget(self.stack, 1)
        top = QHBoxLayout()
        top.setSpacing(0)
        top.addWidget(RailHolder(self.rail))
        top.addLayout(right, 1)
        whole = QVBoxLayout()
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(top, 1)
        whole.addWidget(self.status)
        whole.addWidget(footer)
        central = QWidget()
        central.setObjectName("page")
        central.setLayout(whole)
        self.setCentralWidget(central)
        self.setMinimumSize(*SMALLEST)

    def _shortcuts(self) -> None:
        def on(keys: QKeySequence | QKeySequence.StandardKey | str, act: Callable[[], object]) -> None:
            QShortcut(QKeySequence(keys), self).activated.connect(act)

        for number, name in enumerate(PAGES, start=1):
            on(f"Ctrl+{number}", partial(self.go, name))
        on("F1", self.show_help)
        on("Ctrl+K", self.show_commands)
        on("F6", self.next_pane)
        on("Shift+F6", lambda: self.next_pane(-1))
        for keys in ("Ctrl++", "Ctrl+="):
            on(keys, lambda: self.zoom_chosen.emit(1))
        on("Ctrl+-", lambda: self.zoom_chosen.emit(-1))
        on("Ctrl+0", lambda: self.zoom_chosen.emit(0))
        on("Ctrl+Q", self.close)

    def page(self, name: str) -> Page:
        """The page of this name; built when first asked for, so that the start pays for one page only."""
        if name not in self.pages:
            page = self._makers[name](self.bridge, self.session)
            page.setObjectName("page")
            page.navigate.connect(self.go)
            page.problem.connect(self.banner.show_problem)
            page.settled.connect(self.banner.clear)
            page.header_changed.connect(self._draw_header)
            if page.primary is not None:
                page.primary.setParent(None)
            page.retranslate()
            holder = QScrollArea()
            holder.setFrameShape(QFrame.Shape.NoFrame)
            holder.setWidgetResizable(True)
            holder.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            holder.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
            holder.setWidget(page)
            self.stack.addWidget(holder)
            self.pages[name] = page
            self._holders[name] = holder
        return self.pages[name]

    # ---------------------------------------------------------------- moving

    def go(self, name: str) -> None:
        """Show a page; ``invitation`` opens the invitation dialog, and a closed vault leads to the page that opens it."""
        if name == "invitation":
            self.invitation_wanted.emit()
            return
        name = self._allowed(name)
        page = self.page(name)
        if self.current and self.current != name:
            self.pages[self.current].leave()
            self.banner.clear()
        self.current = name
        self.stack.setCurrentWidget(self._holders[name])
        self._turn_help()
        self.rail.select("home" if name == "welcome" else name)
        self._draw_header()
        page.enter()
        focus = self.focusWidget()
        if focus is None or not focus.isVisibleTo(self) or focus in self.rail.buttons.values():
            self._focus_page()

    def _allowed(self, name: str) -> str:
        home = self.home
        if home is None:
            return name
        if home.lock is Lock.LOCKED:
            return "lock" if name != "settings" else name
        if home.lock is Lock.NEW and name != "settings":
            return "welcome"
        return "home" if name == "lock" else name

    # ---------------------------------------------------------------- help and commands

    def show_help(self) -> None:
        """F1: the help of the page on top, in a window beside this one."""
        if self.help is None:
            self.help = HelpWindow(self)
        self._turn_help()
        self.help.show()
        self.help.raise_()

    def _turn_help(self) -> None:
        if self.help is not None:
            self.help.show_page(self.current, self.session.language)

    def commands(self) -> tuple[Command, ...]:
        """What Ctrl+K offers now: pages, the page's main button, sending, language, size of the text."""
        primary = self.header.primary
        return (
            *((primary.text(), primary.click) for _ in range(1) if primary is not None and primary.isEnabled()),
            *((button.text(), partial(self.go, name)) for name, button in self.rail.buttons.items()),
            *((self.status.pause.text(), self.toggle_sending) for _ in range(1) if self.status.pause.isEnabled()),
            *((name, partial(self.language_chosen.emit, code)) for code, name in LANGUAGES.items()),
            (self.tr("Larger text"), partial(self.zoom_chosen.emit, 1)),
            (self.tr("Smaller text"), partial(self.zoom_chosen.emit, -1)),
            (self.help_button.accessibleName(), self.show_help),
        )

    def show_commands(self) -> None:
        """Ctrl+K: find a command by its name."""
        dialog = CommandDialog(self.commands(), self)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def next_pane(self, step: int = 1) -> None:
        """F6: rail → content → status bar → rail."""
        panes = [self.rail, self.stack, self.status]
        focus = self.focusWidget()
        here = next((i for i, pane in enumerate(panes) if focus is not None and pane.isAncestorOf(focus)), 1 if focus is not None else -1)
        for offset in range(1, len(panes) + 1):
            pane = panes[(here + step * offset) % len(panes)]
            target = self._first_focus(pane)
            if target is not None:
                target.setFocus(Qt.FocusReason.ShortcutFocusReason)
                return

    def _focus_page(self) -> None:
        """The keyboard starts at the main button, or at the page's first control."""
        target = self._first_focus(self.stack) if self.header.primary is None or self.header.primary.isEnabled() else None
        if target is not None:
            target.setFocus(Qt.FocusReason.OtherFocusReason)
        elif (focus := self.focusWidget()) is not None:
            focus.clearFocus()

    def _first_focus(self, pane: QWidget) -> QWidget | None:
        if pane is self.rail and self.current in self.rail.buttons:
            return self.rail.buttons[self.current]
        if pane is self.stack and self.header.primary is not None and self.header.primary.isEnabled():
            return self.header.primary
        able = (w for w in pane.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus)
        return next((w for w in able if w.isVisibleTo(self) and w.isEnabled()), None)

    def come_to_front(self) -> None:
        """Show the window, whatever lies over it."""
        self.showNormal() if self.isMinimized() else self.show()
        self.raise_()
        self.activateWindow()

    # ---------------------------------------------------------------- what is shown around the page

    def set_session(self, session: Session) -> None:
        """Move the window to another session (into the demo and back)."""
        self.session = session
        self.bridge.attach(session)
        self.tray.forget()
        self.banner.clear()
        for page in self.pages.values():
            page.set_session(session)
        self.refresh()

    def refresh(self) -> None:
        """Read where things are and draw rail, status bar and title."""
        self._due.clear()
        self.home = self.session.home()
        home = self.home
        self.tray.tell(home)
        self.setWindowTitle(self.tr("Wardround – demo: invented hospitals") if home.demo else "Wardround")
        self.header.demo_mark.setVisible(home.demo)
        self.rail.set_marks({} if home.lock is Lock.LOCKED else self._marks(home))
        self.status.show_locked(home.lock is Lock.LOCKED)
        self._refresh_training()
        self._refresh_sent()
        if self.current and self._allowed(self.current) != self.current:
            self.go(self.current)

    def _refresh_training(self) -> None:
        studies = self.home.studies if self.home is not None else ()
        joined = [study for study in studies if study.joined]
        study = joined[0] if joined else studies[0] if studies else None
        training = self.session.training(study.study) if study is not None and study.joined else None
        self.status.show_study(study, training)
        self.awake.hold(training is not None and training.state in AT_WORK)

    def _refresh_results(self) -> None:
        """The first round opens the page of results; later ones change nothing here."""
        if self.home is None or not any(study.round for study in self.home.studies):
            self.refresh()

    def _refresh_sent(self) -> None:
        if self.home is not None and self.home.lock is Lock.OPEN:
            self.bridge.run(self.session.outbound("", 0, 1), self._show_sent, self.banner.show_problem)
        else:
            self.status.show_sending(False, None, False)

    def _refresh_due(self) -> None:
        due, self._due = self._due, set()
        if self.refresh in due:
            self.refresh()
        else:
            for each in due:
                each()

    def _show_sent(self, view: OutboundView) -> None:
        self.status.show_sending(view.paused, view.bytes, True)

    def _marks(self, home: HomeView) -> dict[str, Mark]:
        at = STEPS.index(home.next_step) if home.next_step in STEPS else 0
        reasons = {
            "study": self.tr("Needs data that you have checked"),
            "training": self.tr("Needs a study that you have joined"),
            "results": self.tr("Needs a finished round"),
        }
        marks: dict[str, Mark] = {}
        for number, step in enumerate(STEPS):
            if number < at:
                marks[step] = Mark("done")
            elif step == "results" and any(study.round for study in home.studies):
                marks[step] = Mark()
            elif number > at and step != "study":
                marks[step] = Mark("locked", reasons[step])
        return marks

    def toggle_sending(self) -> None:
        """The button that is on every page."""
        if self.session.sending_paused:
            self.session.resume_sending()
        else:
            self.session.pause_sending()
        self.refresh()

    def _draw_header(self) -> None:
        page = self.pages.get(self.current)
        if page is None:
            return
        self.header.show_page(page.title(), page.purpose(), page.primary)

    # ---------------------------------------------------------------- events

    def _on_event(self, event: events.Event) -> None:
        for page in self.pages.values():
            page.on_event(event)
        if isinstance(event, events.LockChanged):
            self.refresh()
            if self.home is not None and self.home.lock is Lock.OPEN and self.current == "lock":
                self.go("home")
        elif not isinstance(event, events.JobChanged):
            parts = {
                events.TrainingChanged: self._refresh_training,
                events.OutboundChanged: self._refresh_sent,
                events.ResultsChanged: self._refresh_results,
            }
            self._due.add(parts.get(type(event), self.refresh))
            if not self._calm.isActive():
                self._calm.start()

    def show_problem(self, problem: ProblemView) -> None:
        """Show a problem above the page."""
        self.banner.show_problem(problem)

    def retranslate(self) -> None:
        """The frame's own words."""
        self.footer.setText(self.tr("Research use only – not for diagnosis"))
        self.help_button.setText(self.tr("?"))
        self.help_button.setAccessibleName(self.tr("Help for this page"))
        self.help_button.setToolTip(self.tr("Help for this page (F1)"))
        self._turn_help()
        self.header.demo_mark.setText(self.tr("DEMO"))
        self.header.demo_mark.setToolTip(self.tr("Invented hospitals on this computer; public records, nothing leaves."))
        if self.home is not None:
            self.refresh()
        self._draw_header()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._may_close:
            self.closing.emit()  # whoever listens may decide at once, and calls close_now
        event.setAccepted(self._may_close)

    def close_now(self) -> None:
        """Close without asking; timers and listening end here."""
        self._may_close = True
        self._end_listening()
        self.tray.close()
        self._aging.stop()
        self._calm.stop()
        self.awake.hold(False)
        self.close()


def _timer(parent: Window, act: Callable[[], None], milliseconds: int, once: bool = False) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(once)
    timer.setInterval(milliseconds)
    timer.timeout.connect(act)
    return timer
