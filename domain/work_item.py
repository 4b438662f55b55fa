"""Work lists (工作清单): what an office is to do of the plan in a year, by when, and that it did.

Plan 三1 (P51: 各部门列入年度重点工作; P53: 民政部门制定相关工作清单). An office lists its own;
civil affairs, and the women-and-children office, also what others are to do.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from domain.calendar import end_of_day_utc
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
from domain.organisations import Seat, seat_of
from domain.site import Number

CLOCK = "work_item"
"""The clock of policies/clocks.toml."""

_FOR_OTHERS = frozenset({Seat.CIVIL_AFFAIRS, Seat.WOMEN_CHILDREN_OFFICE})

Programmes = Annotated[Text, Sensitive(Category.PROGRAMMES)]


class WorkState(StrEnum):
    NONE = "NONE"
    LISTED = "LISTED"
    DONE = "DONE"
    WITHDRAWN = "WITHDRAWN"


def work_item_id(number: str) -> UUID:
    """The id of an item by its number."""
    return derived_id("work_item", number)


class ListWorkItem(Command):
    """Put an item on the list of ``owner`` for a year (``for_period``); listed again by whoever
    listed it, it is changed until it is done."""

    STATES: ClassVar[Category | None] = Category.PROGRAMMES
    NAMES: ClassVar[str] = "owner"
    register_number: Number
    owner: str
    town: str | None
    for_period: str
    held_on: date
    finish_by: date
    title: str | None


class FinishWorkItem(Command):
    """Its owner has done it (``done``), or whoever listed it takes it off the list."""

    register_number: Number
    finished_on: date
    done: bool
    account: str | None


class WorkItemEvent(Event):
    """``listed_by``: who put it on the list."""

    CATEGORY: ClassVar[Category] = Category.PROGRAMMES
    TITLE: ClassVar[str] = "工作清单"
    register_number: str
    owner: str
    listed_by: str
    told_to: str
    town: str | None
    for_period: str


class WorkItemListed(WorkItemEvent):
    TOPIC: ClassVar[str] = "work_item.listed.v1"
    TITLE: ClassVar[str] = "列入工作清单"
    held_on: date
    due_at: datetime
    title: Programmes


class WorkItemFinished(WorkItemEvent):
    TOPIC: ClassVar[str] = "work_item.finished.v1"
    TITLE: ClassVar[str] = "清单事项完成"
    finished_on: date
    done: bool
    account: Programmes


@dataclass(frozen=True, slots=True)
class WorkItem:
    state: WorkState = WorkState.NONE
    owner: str = ""
    listed_by: str = ""
    town: str | None = None
    for_period: str = ""
    since: date | None = None


def _list(state: WorkItem, command: ListWorkItem, given: Given) -> list[Event]:
    actor = given.actor.organisation
    if state.state is not WorkState.NONE and (
        state.listed_by != actor or not given.correction or state.state is not WorkState.LISTED
    ):
        raise Refused("WORK_NUMBER_USED", "该清单编号已使用，请另编编号后重报。")
    if command.owner != actor and seat_of(actor) not in _FOR_OTHERS:
        raise Refused(
            "WORK_FOR_OTHERS", "只能列本单位的工作清单；对其他单位的由民政局、妇儿工委办列。"
        )
    given.not_in_future(command.held_on, "WORK_IN_FUTURE", "列入日期")
    if command.finish_by < command.held_on:
        raise Refused("WORK_DUE_BEFORE_LISTED", "完成期限早于列入日期，请核对日期后重报。")
    return [
        WorkItemListed(
            **command.model_dump(exclude={"finish_by"}),
            listed_by=actor,
            told_to=command.owner,
            due_at=end_of_day_utc(command.finish_by),
        )
    ]


def _finish(state: WorkItem, command: FinishWorkItem, given: Given) -> list[Event]:
    actor = given.actor.organisation
    whose = state.owner if command.done else state.listed_by
    if state.state is WorkState.NONE or whose != actor:
        raise Refused("WORK_NOT_YOURS", "没有可由本单位办理的清单事项，请核对清单编号。")
    if state.state is not WorkState.LISTED and not given.correction:
        raise Refused("WORK_FINISHED", "该清单事项已完成或已撤销。")
    given.not_in_future(command.finished_on, "WORK_IN_FUTURE", "完成日期")
    if state.since is not None and command.finished_on < state.since:
        raise Refused("WORK_OUT_OF_ORDER", "完成日期早于列入日期，请核对日期后重报。")
    return [
        WorkItemFinished(
            **command.model_dump(),
            owner=state.owner,
            listed_by=state.listed_by,
            told_to=state.listed_by if actor == state.owner else state.owner,
            town=state.town,
            for_period=state.for_period,
        )
    ]


def _listed(state: WorkItem, event: WorkItemListed) -> WorkItem:
    return WorkItem(
        state=WorkState.LISTED,
        owner=event.owner,
        listed_by=event.listed_by,
        town=event.town,
        for_period=event.for_period,
        since=event.held_on,
    )


WORK_ITEM: Stream[WorkItem] = Stream(
    name="work_item",
    initial=WorkItem(),
    decide={ListWorkItem: _list, FinishWorkItem: _finish},
    evolve={
        WorkItemListed: _listed,
        WorkItemFinished: lambda state, event: replace(
            state, state=WorkState.DONE if event.done else WorkState.WITHDRAWN
        ),
    },
    locate=lambda command, load: work_item_id(command.register_number),
    title="工作清单",
    states={
        WorkState.NONE: "未列入",
        WorkState.LISTED: "办理中",
        WorkState.DONE: "已完成",
        WorkState.WITHDRAWN: "已撤销",
    },
    by_itself=True,
)
