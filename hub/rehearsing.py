"""Other rules tried on the log (试算), as plain values: no key is needed, and nothing is opened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Protocol

from domain.rehearsal import ClockDifference, rehearse
from domain.rehearsal_limits import not_evaluated
from domain.rules import Rules
from hub.eventstore.codec import Fact

_PAGE = 1000


class Log(Protocol):
    """The log, as it is read through."""

    def feed(self, after: int, limit: int) -> list[Fact]: ...


def rehearsed(log: Log, before: Rules, after: Rules, now: datetime) -> dict[str, Any]:
    """What would have been due, missed and told otherwise, which referrals more or fewer asked
    for, and what could not be tried."""
    found = rehearse(_facts(log), before, after, now)
    return {
        "reckoned": found.clocks - sum(found.unreckoned.values()),
        "clocks": [_clock(each) for each in found.differences],
        "referrals": dict(found.referrals),
        "not_evaluated": not_evaluated(before, after),
        "unreckoned": [
            {"rule": rule, "why": why, "clocks": count}
            for (rule, why), count in sorted(found.unreckoned.items())
        ],
    }


def _facts(log: Log) -> Iterator[Fact]:
    position = 0
    while facts := log.feed(position, _PAGE):
        yield from facts
        position = facts[-1].position


def _clock(each: ClockDifference) -> dict[str, Any]:
    one, other = each.before, each.after
    return {
        "kind": each.kind,
        "rule": each.rule,
        "owner": each.owner,
        "about": each.about,
        "due": [one.due_at.isoformat(), other.due_at.isoformat()],
        "missed": [one.missed, other.missed],
        "told": [list(one.told), list(other.told)],
    }
