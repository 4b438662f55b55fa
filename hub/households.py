"""A suspected guardian (监护人涉嫌) is suspected towards every child of the family.

Where a guardian of one child is the suspect, and a person has confirmed that another child is of
the same family (家庭关联), the guardian is called about neither: what holds of the one is noted of
the other, and taken back with the suspicion or the link. Of guardians alone: an organisation that
is conflicted about one child is not about the other. Done afterwards, by following the log, so that
whoever states either learns nothing of the other child. From confirmed links alone: what somebody
merely stated would be a way to find out by trying.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from domain.child_file import CHILD_FILE, ChildFile
from domain.family_link import (
    FAMILY_LINK,
    STATE_AFTER,
    FamilyLink,
    FamilyLinkConfirmed,
    FamilyLinkEnded,
    LinkKind,
    LinkState,
    link_id,
)
from domain.kernel import Command, derived_id
from domain.rules import Rules
from domain.suspicion import NoteSuspicion, SuspicionNoted
from hub.eventstore.codec import Fact
from hub.eventstore.store import EventStore

NAME = "note_a_suspected_guardian_of_every_child_of_the_family"

SAID_BY = frozenset({SuspicionNoted.TOPIC, FamilyLinkConfirmed.TOPIC, FamilyLinkEnded.TOPIC})
"""Facts after which a suspicion may hold of another child as well, or not any more."""


def commands(store: EventStore, rules: Rules, fact: Fact) -> Iterator[tuple[str, Command]]:
    """What is asked for after such a fact, each with the child that it is about."""
    child = UUID(str(fact.clear["child_ref"]))
    others = others_of(store, child)
    guardian = _suspected(store, child, others)
    asked = others if fact.topic == SuspicionNoted.TOPIC else {UUID(str(fact.clear["other"]))}
    for other in sorted(asked):
        yield (
            str(other),
            NoteSuspicion(
                child_ref=other,
                source=_source(child, other),
                guardian_is_suspect=guardian and _confirmed(store, child, other),
            ),
        )


def led_to(effect: Fact) -> bool:
    """Whether a fact is of a kind that such a command leads to."""
    return effect.topic == SuspicionNoted.TOPIC


def related(store: EventStore, files: Iterable[UUID]) -> set[UUID]:
    """The children whom a person has confirmed to be of one family with a child, by whichever of
    its files, and the link still holds."""
    return {
        other
        for each in files
        for other in others_of(store, each)
        if _confirmed(store, each, other)
    }


def _source(child: UUID, other: UUID) -> UUID:
    """What says of ``other`` what is said of ``child``: neither a report nor a record."""
    return derived_id("family_suspicion", child, other)


def others_of(store: EventStore, child: UUID) -> set[UUID]:
    """Everybody whom anything was ever said to be of one family with the child."""
    return {
        UUID(str(fact.clear["other"]))
        for fact in store.history([child], store.position)
        if fact.topic in STATE_AFTER and str(fact.clear["child_ref"]) == str(child)
    }


def _confirmed(store: EventStore, child: UUID, other: UUID) -> bool:
    for kind in LinkKind:
        link: FamilyLink = store.load(FAMILY_LINK, link_id(child, other, kind)).state
        if link.state is LinkState.CONFIRMED:
            return True
    return False


def _suspected(store: EventStore, child: UUID, others: set[UUID]) -> bool:
    """Whether a guardian is the suspect by what is said of the child itself: what was noted of it
    because of another child goes no further, and not back."""
    file: ChildFile = store.load(CHILD_FILE, child).state
    because = {_source(other, child) for other in others}
    return any(each.guardian for source, each in file.suspicions.items() if source not in because)
