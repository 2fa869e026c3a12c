# SPDX-License-Identifier: Apache-2.0
"""The demo beside a session, for the window. Roles and torch are imported when it starts, not before."""

from __future__ import annotations

from engine.session.jobs import Job
from engine.session.session import Session

FOLDER = "demo"


def start_demo(session: Session) -> Job[Session]:
    """A ready demo session beside this one: pretend hospitals and a coordinator run, this one is enrolled, its data are in."""

    def work(job: Job[Session]) -> Session:
        from engine.session import demo_jobs  # here, beside the window: it brings much along

        return demo_jobs.start(session.path / FOLDER, job, session.setting("language"))

    return session.run("demo", work)


def remove_demo(session: Session) -> None:
    """Erases the demo's files; the demo session must be closed."""
    from engine.session import demo_jobs

    demo_jobs.remove(session.path / FOLDER)
