"""Other rules tried on the log (试算), as plain values: no key is needed, and nothing is opened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Protocol

from pydantic_core import to_jsonable_python

from domain.rehearsal import ClockDifference, rehearse
from domain.rehearsal_limits import changed, not_evaluated
from domain.rules import Rules
from domain.terms import Term
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
        "changes": [
            {
                "rule": place,
                "title": _title(before, after, place),
                "before": _words(one),
                "after": _words(other),
            }
            for place, (one, other) in changed(before, after).items()
        ],
        "reckoned": found.clocks - sum(found.unreckoned.values()),
        "clocks": [_clock(each, before) for each in found.differences],
        "referrals": dict(found.referrals),
        "titles": {kind: after.row_title(kind) for kind in found.referrals},
        "not_evaluated": not_evaluated(before, after),
        "unreckoned": [
            {"rule": rule, "title": before.row_title(rule), "why": why, "clocks": count}
            for (rule, why), count in sorted(found.unreckoned.items())
        ],
    }


def _facts(log: Log) -> Iterator[Fact]:
    position = 0
    while facts := log.feed(position, _PAGE):
        yield from facts
        position = facts[-1].position


def _title(before: Rules, after: Rules, place: str) -> str:
    """The words of the row that a place is of; nothing where it has none."""
    area, *rest = place.split(".")
    row = rest[1] if area == "visits" and rest[0] == "cadence" else rest[0] if rest else ""
    titled = area in ("referrals", "clocks") or (area, *rest[:1]) == ("visits", "cadence")
    if not titled:
        return ""
    return next((w for rules in (before, after) if (w := rules.row_title(row)) != row), "")


def _words(value: object) -> object:
    """A rule as an official reads it: lengths of time in words."""
    if isinstance(value, dict) and set(value) == {"amount", "unit"}:
        return Term.model_validate(value).words
    return _plain(value)


def _plain(value: object) -> object:
    """As JSON holds it, whatever the rules are made of."""
    made: Any = to_jsonable_python(value)
    return sorted(made, key=str) if isinstance(value, set | frozenset) else made


def _clock(each: ClockDifference, rules: Rules) -> dict[str, Any]:
    one, other = each.before, each.after
    return {
        "kind": each.kind,
        "kind_name": rules.clock_title(each.kind),
        "rule": each.rule,
        "title": rules.row_title(each.rule),
        "owner": each.owner,
        "about": each.about,
        "due": [one.due_at.isoformat(), other.due_at.isoformat()],
        "missed": [one.missed, other.missed],
        "told": [list(one.told), list(other.told)],
    }
