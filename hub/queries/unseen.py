"""Past looks at a child of whom a record was sealed (封存), told as if it had never been.

What a look was at stands in the access log for ever; that it was at a category in which its
organisation could see nothing else would tell that there was something.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from domain.kernel import LegalBasis
from domain.organisations import seat_of
from hub.audit.log import AccessEntry
from hub.audit.lookups import NOTHING
from hub.authorization.policy import Policy
from hub.eventstore.absence import FENCE, sealed_away
from hub.eventstore.codec import Fact
from hub.eventstore.store import EventStore
from hub.queries.door import is_clock
from hub.queries.past import AS_OF, seen
from projections.visible import shown_fields

_AT_ONE = frozenset({"child_file", "timeline", "find_child", "family", AS_OF})
"""Looks that are entered even if nothing was found."""
_BASIS = LegalBasis.STATUTORY_DUTY.value
"""What a look that found nothing rests on."""


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

    @property
    def any(self) -> bool:
        """Whether anything of the child is sealed."""
        return self._until is not None

    def told(self, entry: AccessEntry) -> AccessEntry | None:
        """A look as it may be told; a look at one child, at nothing else than what is sealed, is
        one that found nothing, and in a list there would have been none (None). A look after the
        sealing saw nothing of it."""
        at = datetime.fromisoformat(entry.at)
        named = entry.categories.split(",") if entry.categories else []
        if self._until is None or at > self._until or not self._gone & set(named):
            return entry
        there = self._there(entry.organisation, at, rights=entry.action == AS_OF)
        kept = [each for each in named if each not in self._gone or each in there]
        if kept:
            return replace(entry, categories=",".join(kept))
        if entry.action not in _AT_ONE:
            return None
        return replace(entry, categories="", action=entry.action + NOTHING, legal_basis=_BASIS)

    def all(self, entries: Sequence[AccessEntry]) -> list[AccessEntry]:
        """Those of some looks that may be told, as they may be. Of a look that was entered in
        parts, one for each basis, the parts that would not have been are left out."""
        found = [(entry, self.told(entry)) for entry in entries]
        whole = {_look(entry) for entry, told in found if told and told.action == entry.action}
        kept: list[AccessEntry] = []
        for entry, told in found:
            if told is None:
                continue
            if told.action != entry.action:
                if _look(entry) in whole:
                    continue
                whole.add(_look(entry))
            kept.append(told)
        return kept

    def changed(self, looks: Sequence[tuple[int, AccessEntry]]) -> dict[int, AccessEntry]:
        """Those of some numbered looks that are told as ones that found nothing, by number."""
        told = ((seq, entry, self.told(entry)) for seq, entry in looks)
        return {seq: each for seq, entry, each in told if each and each.action != entry.action}

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
            # No look is at the course of a clock, which may run on what nobody has recorded.
            if not is_clock(fact.topic)
            for category in (
                fact.category,
                *(
                    entry[0]
                    for entry in shown_fields(self._policy, by, organisation, opened, fact).values()
                ),
            )
        }


def _look(entry: AccessEntry) -> tuple[str, ...]:
    return entry.at, entry.organisation, entry.user, entry.child_ref, entry.action


def _at(fact: Fact) -> datetime:
    return datetime.fromisoformat(fact.header[6])
