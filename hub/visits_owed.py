"""Which visits are owed by whom now, and where they are to be looked at anew: handed over or back
(离岗, 返岗), or owed by the day of a round of verification (全面核查). Beside them the referrals
that villages have in hand, for where nobody is left who may see them (hub/villages_tasks.py).

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
from domain.kernel import Command
from domain.organisations import Seat, seat_of, town_of_village
from domain.rules import Rules
from domain.verification_round import RoundDelayed, RoundOpened
from domain.visit_obligation_events import (
    ObligationEnded,
    ObligationMet,
    ObligationOpened,
    ObligationReassigned,
    ObligationReopened,
    OwedKind,
    PlanVisits,
)
from hub import villages_tasks
from hub.eventstore.codec import Fact
from hub.eventstore.store import EventStore
from hub.reaction_tables import OWED, TO_PLAN
from hub.storage.sql import put

_OWED_FROM = frozenset({ObligationOpened.TOPIC, ObligationReopened.TOPIC})
_OVER = frozenset({ObligationMet.TOPIC, ObligationEnded.TOPIC})
_CHANGES = frozenset({AwayBegun.TOPIC, AwayEnded.TOPIC})
TOPICS = (
    _OWED_FROM
    | _OVER
    | _CHANGES
    | {ObligationReassigned.TOPIC, RoundOpened.TOPIC, RoundDelayed.TOPIC}
    | villages_tasks.TOPICS
)
_INSTEAD_OF = "<"
"""Between a round's last day and the one before it."""
_TASKS = "tasks"
"""In the place of a day: a village's tasks alone are to be looked at."""


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
    elif fact.topic == RoundDelayed.TOPIC:
        town = {"organisation": clear["told_to"], "position": fact.position}
        moved = f"{clear['put_off_until']}{_INSTEAD_OF}{clear['put_off_from']}"
        put(connection, TO_PLAN, [{**town, "until": moved}])
    elif fact.topic in villages_tasks.TOPICS:
        given = villages_tasks.note(connection, fact)
        if given is not None:
            about = {"organisation": given, "position": fact.position}
            put(connection, TO_PLAN, [{**about, "until": _TASKS}])


@dataclass(frozen=True, slots=True)
class ToPlan:
    """Where something is to be looked at anew: a village where who visits has changed, or which got
    something to do (``tasks``), or a town with a round of verification ``until`` a day, which was
    ``before`` another one."""

    organisation: str
    until: date | None
    tasks: bool = False
    before: date | None = None

    @property
    def kept_as(self) -> str:
        if self.tasks:
            return _TASKS
        if self.until is None:
            return ""
        before = f"{_INSTEAD_OF}{self.before.isoformat()}" if self.before else ""
        return f"{self.until.isoformat()}{before}"


def to_plan(connection: Connection) -> list[ToPlan]:
    """All of it that is not done."""
    # In this order a round is opened before it is put off.
    query = select(TO_PLAN.c.organisation, TO_PLAN.c.until).order_by(
        TO_PLAN.c.organisation, TO_PLAN.c.until
    )
    return [_read(row.organisation, row.until) for row in connection.execute(query)]


def _read(organisation: str, kept: str) -> ToPlan:
    if kept == _TASKS:
        return ToPlan(organisation, None, tasks=True)
    until, _, before = kept.partition(_INSTEAD_OF)
    return ToPlan(
        organisation,
        date.fromisoformat(until) if until else None,
        before=date.fromisoformat(before) if before else None,
    )


def plans(
    connection: Connection, store: EventStore, rules: Rules, to_plan: ToPlan
) -> Sequence[Command]:
    """What is to be asked for there."""
    if seat_of(to_plan.organisation) is Seat.TOWN:
        return list(_of_round(connection, to_plan))
    village = to_plan.organisation
    visits = [] if to_plan.tasks else _of_village(connection, village)
    return [*visits, *villages_tasks.handed_over(connection, store, rules, village)]


def _of_round(connection: Connection, to_plan: ToPlan) -> Iterator[PlanVisits]:
    """The verification of each child of the town that is owed any visit. Where the log does not say
    the town, it may be any: who lives elsewhere is let be."""
    town = to_plan.organisation.partition(":")[2]
    children = connection.execute(
        select(OWED.c.child_ref)
        .where(OWED.c.kind != villages_tasks.TASK)
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
            put_off_from=to_plan.before,
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
        .where(OWED.c.kind != villages_tasks.TASK)
        .where(or_(OWED.c.owner.in_((village, town)), of_town, OWED.c.town.is_(None)))
        .order_by(OWED.c.child_ref, OWED.c.kind)
    )
    return [PlanVisits(child_ref=UUID(row.child_ref), kind=OwedKind(row.kind)) for row in rows]


def planned(connection: Connection, done: ToPlan) -> None:
    """All of it is looked at."""
    connection.execute(
        delete(TO_PLAN).where(
            TO_PLAN.c.organisation == done.organisation, TO_PLAN.c.until == done.kept_as
        )
    )
