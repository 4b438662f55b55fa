"""What of a child's history is sealed away (封存): a function of the history itself, so that every
view, look-back, bundle and release leaves out the same.

A sealed record is its own stream, the statement of who the child is that came with it, and
whatever came of either of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from domain.child_file import ContactStated, IdentityStated
from domain.sealing import RecordSealed
from hub.eventstore.codec import Fact

FENCE = RecordSealed.TOPIC
_COMES_WITH = frozenset({IdentityStated.TOPIC, ContactStated.TOPIC})
_SHARED = "child_file."
"""Topics of the stream that holds what every record says of a child: of it single facts go."""


def without_sealed(history: Sequence[Fact]) -> list[Fact]:
    """A history, of one child or of several, without what is sealed away; the fences go too."""
    if not any(fact.topic == FENCE for fact in history):
        return list(history)
    gone = sealed_away(history)
    return [fact for fact in history if fact.event_id not in gone]


def sealed_away(history: Sequence[Fact]) -> frozenset[str]:
    """The ids of the events of whole histories that are sealed away."""
    found: set[str] = set()
    by_child = sorted(history, key=lambda fact: (str(fact.header[11]), fact.position))
    for _, facts in groupby(by_child, key=lambda fact: str(fact.header[11])):
        found |= _of_child(list(facts))
    return frozenset(found)


def came_of(history: Sequence[Fact], streams: Iterable[object]) -> frozenset[str]:
    """The ids of the events of one child that would go with these streams, were they sealed."""
    fenced = set(streams)
    gone: set[str] = set()
    causes: set[str] = set()
    for at, fact in enumerate(history):
        if fact.stream not in fenced:
            continue
        gone.add(fact.event_id)
        if fact.topic == FENCE:
            continue
        causes.add(fact.correlation)
        for other in reversed(history[:at]):
            if not _came_with(other, fact):
                break
            gone.add(other.event_id)
            causes.add(other.correlation)
    while True:
        before = len(gone)
        begun = {fact.stream for fact in history if fact.version == 1 and _goes(fact, causes)}
        for fact in history:
            shared = fact.topic.startswith(_SHARED)
            if _goes(fact, causes) or (fact.stream in begun and not shared):
                gone.add(fact.event_id)
                if not shared:
                    causes.add(fact.correlation)
        if len(gone) == before:
            return frozenset(gone)


def _of_child(history: Sequence[Fact]) -> frozenset[str]:
    fenced = {fact.stream for fact in history if fact.topic == FENCE}
    return came_of(history, fenced) if fenced else frozenset()


def _goes(fact: Fact, causes: set[str]) -> bool:
    return fact.correlation in causes


def _came_with(statement: Fact, record: Fact) -> bool:
    """Whether who the child is was stated with a record: by the same person, in the same append,
    for this record alone."""
    same = (1, 2, 3, 6)
    return (
        statement.topic in _COMES_WITH
        and (statement.topic == ContactStated.TOPIC or bool(statement.clear.get("apart")))
        and all(statement.header[n] == record.header[n] for n in same)
    )
