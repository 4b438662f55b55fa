"""Past looks at a child of whom a record was sealed (封存), told as if it had never been.

What a look was at stands in the access log for ever; that it was at a category in which its
organisation could see nothing else would tell that there was something.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from domain.organisations import seat_of
from hub.audit.log import AccessEntry
from hub.authorization.policy import Policy
from hub.eventstore.absence import FENCE, sealed_away
from hub.eventstore.codec import Fact
from hub.eventstore.store import EventStore
from hub.queries.past import AS_OF, seen
from projections.visible import shown_fields


class Unseen:
    """Of one child: what looks would have been at, had what is sealed never been."""

    def __init__(self, store: EventStore, policy: Policy, child: UUID | None) -> None:
        self._store = store
        self._policy = policy
        self._child = child
        facts = [] if child is None else store.whole_history([child], store.position)
        self._until = max((_at(fact) for fact in facts if fact.topic == FENCE), default=None)
        sealed = sealed_away(facts) if self._until is not None else frozenset()
        self._gone = {
            category
            for fact in facts
            if fact.event_id in sealed
            for category in (fact.category, *(entry[0] for entry in fact.sealed.values()))
        }

    def told(self, entry: AccessEntry) -> AccessEntry | None:
        """A look as it may be told; None for one at nothing else than what is sealed. A look after
        the sealing saw nothing of it."""
        at = datetime.fromisoformat(entry.at)
        named = entry.categories.split(",") if entry.categories else []
        if self._until is None or at > self._until or not self._gone & set(named):
            return entry
        there = self._there(entry.organisation, at, rights=entry.action == AS_OF)
        kept = [each for each in named if each not in self._gone or each in there]
        return replace(entry, categories=",".join(kept)) if kept else None

    def all(self, entries: Sequence[AccessEntry]) -> list[AccessEntry]:
        """Those of some looks that may be told, as they may be."""
        return [each for entry in entries if (each := self.told(entry)) is not None]

    def _there(self, organisation: str, at: datetime, *, rights: bool) -> set[str]:
        """The categories of what an organisation could see of the child at an instant; with its
        ``rights``, those that were open to it whether or not there was anything."""
        try:
            seat_of(organisation)
        except ValueError:
            return set()
        if self._child is None:
            return set()
        moment = at + timedelta(microseconds=1)
        opened, facts = seen(self._store, self._policy, organisation, self._child, moment)
        found = {category.value for category in opened} if rights else set()
        return found | {
            category
            for fact, by in facts
            for category in (
                fact.category,
                *(
                    entry[0]
                    for entry in shown_fields(self._policy, by, organisation, opened, fact).values()
                ),
            )
        }


def _at(fact: Fact) -> datetime:
    return datetime.fromisoformat(fact.header[6])
