"""What a village has in hand goes to its town where nobody is left there who may see it.

A child director whose entry check (入职查询) has run out is shown nothing of any child, and the
town stands in that same day until one is cleared again: with the visits (hub/visits_owed.py), and
with every referral of a kind that a town may have. What the town has taken over it answers; nothing
goes back. Where somebody said that he or she is away (离岗) for some days, referrals wait.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import Connection, delete, select

from domain.away import AWAY, Away, away_id
from domain.organisations import Seat, seat_of, town_of_village
from domain.referral import REFERRAL, ReassignReferral, Referral
from domain.referral_facts import (
    OPEN_STATES,
    REFERRAL_ENDED,
    ReferralMoved,
    ReferralReassigned,
    ReferralRequested,
)
from domain.rules import Rules
from hub.eventstore.codec import Fact
from hub.eventstore.store import EventStore
from hub.reaction_tables import OWED
from hub.storage.sql import put

_VILLAGE = Seat.VILLAGE
TASK = "referral"
"""The kind under which they are kept beside the visits."""
_GIVEN = frozenset({ReferralRequested.TOPIC, ReferralReassigned.TOPIC, ReferralMoved.TOPIC})
_OVER = frozenset(event.TOPIC for event in REFERRAL_ENDED)
TOPICS = _GIVEN | _OVER


def note(connection: Connection, fact: Fact) -> str | None:
    """Take one fact in; gives the village that has something new to do by it."""
    stream, addressee = str(fact.stream), str(fact.clear["addressee"])
    before = str(fact.clear.get("former") or addressee)
    if _VILLAGE not in (seat_of(addressee), seat_of(before)):
        return None
    if fact.topic in _OVER or seat_of(addressee) is not _VILLAGE:
        connection.execute(delete(OWED).where(OWED.c.stream == stream))
        return None
    row = {"child_ref": fact.clear["child_ref"], "kind": TASK, "owner": addressee, "town": None}
    put(connection, OWED, [{"stream": stream, **row}])
    return addressee


def handed_over(
    connection: Connection, store: EventStore, rules: Rules, village: str
) -> Iterator[ReassignReferral]:
    """What is to be asked for, where the town stands in for want of a cleared child director."""
    away: Away = store.load(AWAY, away_id(village)).state
    if not (away.handed_to_town and away.declared is not None and away.declared.until_cleared):
        return
    town = town_of_village(village)
    rows = connection.execute(
        select(OWED.c.stream)
        .where(OWED.c.kind == TASK, OWED.c.owner == village)
        .order_by(OWED.c.stream)
    ).scalars()
    for each in [UUID(row) for row in rows]:
        task: Referral = store.load(REFERRAL, each).state
        seats = rules.referral_kind(task.kind).seats
        if task.state in OPEN_STATES and Seat.TOWN in seats and town not in task.had_by:
            yield ReassignReferral(referral_id=each, addressee=town)
