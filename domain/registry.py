"""Every stream, event and reaction there is. Adding a record kind adds its line here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.child_file import CHILD_FILE
from domain.deadline import DEADLINE
from domain.dropout_case import DROPOUT_CASE
from domain.guardianship_case import GUARDIANSHIP_CASE
from domain.kernel import Command, Event, Stream
from domain.mandatory_report import MANDATORY_REPORT
from domain.reactions import loops, referrals, reports
from domain.reactions.kernel import Reaction
from domain.referral import REFERRAL
from domain.scope import SCOPE
from domain.status_check import STATUS_CHECK

STREAMS: tuple[Stream[Any], ...] = (
    CHILD_FILE,
    REFERRAL,
    DROPOUT_CASE,
    GUARDIANSHIP_CASE,
    DEADLINE,
    SCOPE,
    STATUS_CHECK,
    MANDATORY_REPORT,
)

STREAM_OF_COMMAND: Mapping[type[Command], Stream[Any]] = {
    command: stream for stream in STREAMS for command in stream.decide
}


def _subclasses(base: type[Event]) -> list[type[Event]]:
    found: list[type[Event]] = []
    for sub in base.__subclasses__():
        if "TOPIC" in sub.__dict__:
            found.append(sub)
        found.extend(_subclasses(sub))
    return found


EVENTS: Mapping[str, type[Event]] = {event.TOPIC: event for event in _subclasses(Event)}
"""Event types by stored topic."""

STREAM_OF_TOPIC: Mapping[str, Stream[Any]] = {
    topic: stream for topic in EVENTS for stream in STREAMS if stream.name == topic.split(".", 1)[0]
}


def _reactions(module: Any) -> tuple[Reaction, ...]:
    return tuple(value for value in vars(module).values() if isinstance(value, Reaction))


TOGETHER: tuple[Reaction, ...] = (*_reactions(referrals), *_reactions(reports))
"""Carried out in the append of their cause."""

AFTERWARDS: tuple[Reaction, ...] = _reactions(loops)
"""Carried out by following the log."""
