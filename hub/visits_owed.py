"""Which visits are owed by whom now, and where they are to be looked at anew: handed over or back
(离岗, 返岗), or owed by the day of a round of verification (全面核查).

The log names obligations by child; whom a village owes visits is asked for here. Kept together
with the position of what follows the log, so that nothing is missed after a crash, and what is
planned twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Connection, delete, or_, select, update

from domain.away import AwayBegun, AwayEnded
from domain.organisations import Seat, seat_of, town_of_village
from domain.verification_round import RoundOpened
from domain.visit_obligation_events import (
    ObligationEnded,
    ObligationMet,
    ObligationOpened,
    ObligationReassigned,
    ObligationReopened,
    OwedKind,
    PlanVisits,
)
from hub.eventstore.codec import Fact
from hub.reaction_tables import OWED, TO_PLAN
from hub.storage.sql import put

_OWED_FROM = frozenset({ObligationOpened.TOPIC, ObligationReopened.TOPIC})
_OVER = frozenset({ObligationMet.TOPIC, ObligationEnded.TOPIC})
_CHANGES = frozenset({AwayBegun.TOPIC, AwayEnded.TOPIC})
TOPICS = _OWED_FROM | _OVER | _CHANGES | {ObligationReassigned.TOPIC, RoundOpened.TOPIC}


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
        put(connection, TO_PLAN, [{**village, "until": ""}])
    elif fact.topic == RoundOpened.TOPIC:
        town = {"organisation": clear["told_to"], "position": fact.position}
        put(connection, TO_PLAN, [{**town, "until": clear["until"]}])


@dataclass(frozen=True, slots=True)
class ToPlan:
    """Where something is to be looked at anew: a village where who visits has changed, or a town
    with a round of verification ``until`` a day."""

    organisation: str
    until: date | None


def to_plan(connection: Connection) -> list[ToPlan]:
    """All of it that is not done."""
    rows = connection.execute(select(TO_PLAN.c.organisation, TO_PLAN.c.until))
    return [
        ToPlan(row.organisation, date.fromisoformat(row.until) if row.until else None)
        for row in rows
    ]


def plans(connection: Connection, to_plan: ToPlan) -> Sequence[PlanVisits]:
    """What is to be asked for there."""
    if seat_of(to_plan.organisation) is Seat.TOWN:
        return list(_of_round(connection, to_plan))
    return _of_village(connection, to_plan.organisation)


def _of_round(connection: Connection, to_plan: ToPlan) -> Iterator[PlanVisits]:
    """The verification of each child of the town that is owed any visit. Where the log does not say
    the town, it may be any: who lives elsewhere is let be."""
    town = to_plan.organisation.partition(":")[2]
    children = connection.execute(
        select(OWED.c.child_ref)
        .where(or_(OWED.c.town == town, OWED.c.town.is_(None)))
        .order_by(OWED.c.child_ref)
        .distinct()
    ).scalars()
    for child in children:
        yield PlanVisits(
            child_ref=UUID(child),
            kind=OwedKind.VERIFICATION,
            until=to_plan.until,
            within=town,
        )


def _of_village(connection: Connection, village: str) -> Sequence[PlanVisits]:
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
    return [PlanVisits(child_ref=UUID(row.child_ref), kind=OwedKind(row.kind)) for row in rows]


def planned(connection: Connection, done: ToPlan) -> None:
    """All of it is looked at."""
    until = done.until.isoformat() if done.until else ""
    connection.execute(
        delete(TO_PLAN).where(TO_PLAN.c.organisation == done.organisation, TO_PLAN.c.until == until)
    )
