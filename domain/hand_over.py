"""Receipts of a child's hand-over (交接单): on arrival where it is cared for, and on its return.

Plan 二2 (P16); 未保法 93, 94; 沪未保 77: who handed the child over, who received it, with what
things, in what condition and with which medicines. Whoever cares owes the receipt within a term; a
placement without one is nobody's word for where the child is, and shows as silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar
from uuid import UUID

from domain.code_sets import CodeSet
from domain.guardianship_events import Guardianship
from domain.kernel import (
    Category,
    Command,
    Event,
    Given,
    Refused,
    Sensitive,
    Stream,
    Text,
    derived_id,
)
from domain.organisations import HUB, Seat, district_organisation

Health = Annotated[Text, Sensitive(Category.HEALTH)]

CIVIL_AFFAIRS = district_organisation(Seat.CIVIL_AFFAIRS)


class Direction(StrEnum):
    """交接类别."""

    ARRIVAL = "ARRIVAL"
    RETURN = "RETURN"


DIRECTION = CodeSet(
    "HAND_OVER",
    "交接类别",
    {Direction.ARRIVAL: "接收入住", Direction.RETURN: "送回离开"},
    {"接收": "ARRIVAL", "入住": "ARRIVAL", "送回": "RETURN", "离开": "RETURN"},
)

CLOCK = {Direction.ARRIVAL: "arrival_receipt", Direction.RETURN: "return_receipt"}
"""The clock of each receipt (policies/clocks.toml)."""


def hand_over_id(child_ref: UUID) -> UUID:
    """The id of a child's hand-overs: one stream a child."""
    return derived_id("hand_over", child_ref)


class AwaitHandOver(Command):
    """A receipt is owed by ``owner``, or by whoever cares now; asked by the hub."""

    child_ref: UUID
    direction: Direction
    owner: str | None
    town: str | None


class RecordHandOver(Command):
    """交接登记."""

    STATES: ClassVar[Category | None] = Category.GUARDIANSHIP
    READS_CHILD: ClassVar[bool] = True
    child_ref: UUID
    direction: Direction
    handed_on: date
    handed_at: str | None
    gave: str
    received: str
    things: str | None
    condition: str | None
    medicines: str | None


class HandOverEvent(Event):
    """``owner`` cares, and owes the receipt."""

    CATEGORY: ClassVar[Category] = Category.GUARDIANSHIP
    TITLE: ClassVar[str] = "儿童交接"
    child_ref: UUID
    direction: Direction
    owner: str
    town: str | None


class HandOverAwaited(HandOverEvent):
    TOPIC: ClassVar[str] = "hand_over.awaited.v1"
    TITLE: ClassVar[str] = "待登记交接单"
    due_at: datetime


class HandOverRecorded(HandOverEvent):
    """``current``: it is the receipt that was owed, and no older one in other words."""

    TOPIC: ClassVar[str] = "hand_over.recorded.v1"
    TITLE: ClassVar[str] = "交接单"
    handed_on: date
    current: bool
    handed_at: Guardianship
    gave: Guardianship
    received: Guardianship
    things: Guardianship
    condition: Health
    medicines: Health


@dataclass(frozen=True, slots=True)
class HandOvers:
    """Who cares, and of which hand-over a receipt was ever owed, by whom."""

    carer: str = ""
    town: str | None = None
    owed: Mapping[Direction, str] = field(default_factory=dict)
    awaited: frozenset[Direction] = frozenset()


def _await(state: HandOvers, command: AwaitHandOver, given: Given) -> list[Event]:
    if given.actor.organisation != HUB:
        raise Refused("HAND_OVER_BY_PLACEMENT", "交接单随安置和送回登记自动提醒，不能由单位发起。")
    owner = command.owner or state.carer or CIVIL_AFFAIRS
    rules = given.rules
    due_at = rules.due(rules.clocks[CLOCK[command.direction]].within, given.now)
    return [
        HandOverAwaited(
            child_ref=command.child_ref,
            direction=command.direction,
            owner=owner,
            town=command.town or state.town,
            due_at=due_at,
        )
    ]


def _record(state: HandOvers, command: RecordHandOver, given: Given) -> list[Event]:
    owner = state.owed.get(command.direction)
    rules = given.rules.suspects
    owe = {rules.nearest(each, given.conflicted) for each in (owner, CIVIL_AFFAIRS) if each}
    awaited = command.direction in state.awaited
    if owner is None or given.actor.organisation not in owe or not (awaited or given.correction):
        raise Refused(
            "HAND_OVER_NOT_YOURS",
            "没有可由本单位登记的交接，请核对儿童信息；应先由民政局登记安置或送回。",
        )
    given.not_in_future(command.handed_on, "HAND_OVER_IN_FUTURE", "交接日期")
    return [
        HandOverRecorded(
            **command.model_dump(),
            owner=owner,
            town=state.town,
            current=awaited and not given.correction,
        )
    ]


def _awaited(state: HandOvers, event: HandOverAwaited) -> HandOvers:
    return replace(
        state,
        carer=event.owner if event.direction is Direction.ARRIVAL else "",
        town=event.town,
        owed={**state.owed, event.direction: event.owner},
        awaited=state.awaited | {event.direction},
    )


def _recorded(state: HandOvers, event: HandOverRecorded) -> HandOvers:
    return replace(state, awaited=state.awaited - {event.direction}) if event.current else state


def _locate(command: Any, load: Any) -> UUID:
    return hand_over_id(command.child_ref)


HAND_OVER: Stream[HandOvers] = Stream(
    name="hand_over",
    initial=HandOvers(),
    decide={AwaitHandOver: _await, RecordHandOver: _record},
    evolve={HandOverAwaited: _awaited, HandOverRecorded: _recorded},
    locate=_locate,
    title="儿童交接",
    codes={"direction": DIRECTION},
)
