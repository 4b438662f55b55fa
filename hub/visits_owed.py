"""Which visits are owed by whom now, and where they are to be handed over or back (离岗, 返岗).

The log names obligations by child; whom a village owes visits is asked for here. Kept together
with the position of what follows the log, so that nothing is missed after a crash, and what is
planned twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, delete, or_, select, update

from domain.away import AwayBegun, AwayEnded
from domain.organisations import town_of_village
from domain.visit_obligation_events import (
    ObligationEnded,
    ObligationMet,
    ObligationOpened,
    ObligationReassigned,
    ObligationReopened,
    PlanVisits,
    VisitKind,
)
from hub.eventstore.codec import Fact
from hub.reaction_tables import OWED, TO_PLAN
from hub.storage.sql import put

_OWED_FROM = frozenset({ObligationOpened.TOPIC, ObligationReopened.TOPIC})
_OVER = frozenset({ObligationMet.TOPIC, ObligationEnded.TOPIC})
_CHANGES = frozenset({AwayBegun.TOPIC, AwayEnded.TOPIC})
TOPICS = _OWED_FROM | _OVER | _CHANGES | {ObligationReassigned.TOPIC}


def note(connection: Connection, fact: Fact) -> None:
    """Take one fact in."""
    clear, stream = fact.clear, str(fact.stream)
    if fact.topic in _OWED_FROM:
        row = {name: clear[name] for name in ("child_ref", "kind", "owner")}
        put(connection, OWED, [{"stream": stream, **row, "town": clear.get("town")}])
    elif fact.topic in _OVER:
        connection.execute(delete(OWED).where(OWED.c.stream == stream))
    elif fact.topic == ObligationReassigned.TOPIC:
        now = {name: clear[name] for name in ("owner", "town")}
        connection.execute(update(OWED).where(OWED.c.stream == stream).values(**now))
    elif fact.topic in _CHANGES:
        village = {"organisation": clear["organisation"], "position": fact.position}
        put(connection, TO_PLAN, [village])


def to_plan(connection: Connection) -> list[str]:
    """The villages where who visits has changed, and not everything is handed over or back."""
    return list(connection.execute(select(TO_PLAN.c.organisation)).scalars())


def plans(connection: Connection, village: str) -> Sequence[PlanVisits]:
    """What is to be looked at anew there: what the village owes, what its town does, and what
    somebody else does for a child of that town: in the place of a conflicted town (利害关系单位)
    the one above it visits, and gives back what the village is to visit again. Where the log does
    not say the town (what is owed again after a correction), it may be any."""
    town = town_of_village(village)
    of_town = OWED.c.town == town.partition(":")[2]
    rows = connection.execute(
        select(OWED.c.child_ref, OWED.c.kind)
        .where(or_(OWED.c.owner.in_((village, town)), of_town, OWED.c.town.is_(None)))
        .order_by(OWED.c.child_ref, OWED.c.kind)
    )
    return [PlanVisits(child_ref=UUID(row.child_ref), kind=VisitKind(row.kind)) for row in rows]


def planned(connection: Connection, village: str) -> None:
    """All of it is looked at."""
    connection.execute(delete(TO_PLAN).where(TO_PLAN.c.organisation == village))
