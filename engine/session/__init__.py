# SPDX-License-Identifier: Apache-2.0
"""The facade of the engine: sessions, views and events; it imports no role, torch, pyarrow or grpc before they are used."""

from engine.session.choices import MatchChoice, ReadChoices
from engine.session.jobs import Job, Outcome
from engine.session.session import Session, default_home

__all__ = ["Job", "MatchChoice", "Outcome", "ReadChoices", "Session", "default_home"]
