"""A hazard (隐患) or finding that is to be put right by a day: found, rectified by whoever owes it,
looked at again by somebody else, over.

Plan 二5 (P37: 检查排查，严格落实安全工作责任措施; P38), 三2 (P56: what civil affairs find at
departments and towns). By whichever office: what is found at a place, at waters or in an
organisation's work is one kind of thing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar
from uuid import UUID

from domain.calendar import end_of_day_utc
from domain.code_sets import CodeSet
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
from domain.organisations import SHARED_USERS
from domain.site import Number

RECTIFY = "rectify_hazard"
RECHECK = "recheck_hazard"
"""The clocks of policies/clocks.toml."""

Programmes = Annotated[Text, Sensitive(Category.PROGRAMMES)]


class HazardKind(StrEnum):
    """What is wrong (隐患类别)."""

    FIRE_HAZARD = "FIRE_HAZARD"
    BUS_HAZARD = "BUS_HAZARD"
    FOOD_HAZARD = "FOOD_HAZARD"
    NATURAL_HAZARD = "NATURAL_HAZARD"
    WATER_HAZARD = "WATER_HAZARD"
    FACILITY_DAMAGED = "FACILITY_DAMAGED"
    WORK_NOT_DONE = "WORK_NOT_DONE"
    OTHER_HAZARD = "OTHER_HAZARD"


HAZARD_KIND = CodeSet(
    "HAZARD_KIND",
    "隐患类别",
    {
        HazardKind.FIRE_HAZARD: "消防隐患",
        HazardKind.BUS_HAZARD: "校车隐患",
        HazardKind.FOOD_HAZARD: "卫生食品隐患",
        HazardKind.NATURAL_HAZARD: "自然灾害隐患",
        HazardKind.WATER_HAZARD: "涉水隐患",
        HazardKind.FACILITY_DAMAGED: "防护设施缺损",
        HazardKind.WORK_NOT_DONE: "工作未落实",
        HazardKind.OTHER_HAZARD: "其他隐患",
    },
)


class HazardState(StrEnum):
    NONE = "NONE"
    FOUND = "FOUND"
    RECTIFIED = "RECTIFIED"
    CLOSED = "CLOSED"


def hazard_id(number: str) -> UUID:
    """The id of a hazard by its number."""
    return derived_id("hazard", number)


class FindHazard(Command):
    """Enter what was found: ``owner`` puts it right by ``rectify_by``. ``site``: the number of the
    place in the register, where it is at one."""

    STATES: ClassVar[Category | None] = Category.PROGRAMMES
    NAMES: ClassVar[str] = "owner"
    register_number: Number
    site: Number | None
    hazard: HazardKind
    owner: str
    found_on: date
    rectify_by: date
    town: str | None
    account: str | None


class RectifyHazard(Command):
    """Whoever owes it has put it right (整改)."""

    register_number: Number
    rectified_on: date
    account: str | None


class RecheckHazard(Command):
    """Whoever found it looked again (复查): right, or, by another day, still to be put right."""

    register_number: Number
    rechecked_on: date
    solved: bool
    rectify_by: date | None
    account: str | None


class HazardEvent(Event):
    """``owner`` puts it right; ``found_by`` found it and looks again."""

    CATEGORY: ClassVar[Category] = Category.PROGRAMMES
    TITLE: ClassVar[str] = "隐患"
    register_number: str
    owner: str
    found_by: str
    told_to: str
    town: str | None


class HazardFound(HazardEvent):
    TOPIC: ClassVar[str] = "hazard.found.v1"
    TITLE: ClassVar[str] = "发现隐患"
    site: str | None
    hazard: HazardKind
    found_on: date
    due_at: datetime
    account: Programmes


class HazardRectified(HazardEvent):
    TOPIC: ClassVar[str] = "hazard.rectified.v1"
    TITLE: ClassVar[str] = "隐患整改"
    rectified_on: date
    answered_by: str
    recheck_by: datetime
    account: Programmes


class HazardRechecked(HazardEvent):
    TOPIC: ClassVar[str] = "hazard.rechecked.v1"
    TITLE: ClassVar[str] = "隐患复查"
    rechecked_on: date
    solved: bool
    due_at: datetime | None
    account: Programmes


@dataclass(frozen=True, slots=True)
class Hazard:
    state: HazardState = HazardState.NONE
    owner: str = ""
    found_by: str = ""
    town: str | None = None
    since: date | None = None
    """When it was found, rectified or looked at again last."""
    rectified_by: str = ""

    @property
    def parties(self) -> dict[str, Any]:
        """The facts that every event repeats."""
        return {"owner": self.owner, "found_by": self.found_by, "town": self.town}


def _not_yours() -> Refused:
    """The same whether there is none or it is none of the asker's business."""
    return Refused("HAZARD_NOT_YOURS", "没有可由本单位办理的隐患，请核对隐患编号。")


def _find(state: Hazard, command: FindHazard, given: Given) -> list[Event]:
    actor = given.actor.organisation
    if state.state is not HazardState.NONE:
        if state.found_by != actor or not given.correction:
            raise Refused("HAZARD_NUMBER_USED", "该隐患编号已使用，请另编编号后重报。")
        if state.state is not HazardState.FOUND:
            raise Refused("HAZARD_IN_HAND", "隐患已经整改，不能再更正；有变化的请另行登记。")
    given.not_in_future(command.found_on, "HAZARD_IN_FUTURE", "发现日期")
    if command.rectify_by < command.found_on:
        raise Refused("HAZARD_DUE_BEFORE_FOUND", "整改期限早于发现日期，请核对日期后重报。")
    return [
        HazardFound(
            **command.model_dump(exclude={"rectify_by"}),
            found_by=actor,
            told_to=command.owner,
            due_at=end_of_day_utc(command.rectify_by),
        )
    ]


def _in_order(state: Hazard, day: date, given: Given, what: str) -> None:
    given.not_in_future(day, "HAZARD_IN_FUTURE", what)
    if state.since is not None and day < state.since:
        raise Refused("HAZARD_OUT_OF_ORDER", f"{what}早于上一步的日期，请核对日期后重报。")


def _rectify(state: Hazard, command: RectifyHazard, given: Given) -> list[Event]:
    if state.owner != given.actor.organisation or state.state in (
        HazardState.NONE,
        HazardState.CLOSED,
    ):
        raise _not_yours()
    if state.state is HazardState.RECTIFIED and not given.correction:
        raise Refused("HAZARD_RECTIFIED", "该隐患已登记整改，正待复查。")
    _in_order(state, command.rectified_on, given, "整改日期")
    rules = given.rules
    return [
        HazardRectified(
            **state.parties,
            register_number=command.register_number,
            told_to=state.found_by,
            rectified_on=command.rectified_on,
            answered_by=given.actor.user,
            recheck_by=rules.due(rules.clocks[RECHECK].within, given.now),
            account=command.account,
        )
    ]


def _recheck(state: Hazard, command: RecheckHazard, given: Given) -> list[Event]:
    actor = given.actor
    if state.found_by != actor.organisation or state.state is HazardState.NONE:
        raise _not_yours()
    if state.state is not HazardState.RECTIFIED:
        raise Refused("HAZARD_NOT_RECTIFIED", "该隐患没有待复查的整改，不能登记复查。")
    if actor.organisation == state.owner and (
        actor.user in SHARED_USERS or actor.user == state.rectified_by
    ):
        raise Refused(
            "HAZARD_SECOND_PERSON", "复查须由整改以外的人本人登录后办理，请交由他人复查。"
        )
    _in_order(state, command.rechecked_on, given, "复查日期")
    if command.solved != (command.rectify_by is None):
        raise Refused(
            "HAZARD_RECHECK_DUE", "复查不合格的须填新的整改期限，合格的不填，请核对后重报。"
        )
    if command.rectify_by is not None and command.rectify_by < command.rechecked_on:
        raise Refused("HAZARD_DUE_BEFORE_FOUND", "整改期限早于复查日期，请核对日期后重报。")
    return [
        HazardRechecked(
            **state.parties,
            register_number=command.register_number,
            told_to=state.owner,
            rechecked_on=command.rechecked_on,
            solved=command.solved,
            due_at=end_of_day_utc(command.rectify_by) if command.rectify_by else None,
            account=command.account,
        )
    ]


def _found(state: Hazard, event: HazardFound) -> Hazard:
    return Hazard(
        state=HazardState.FOUND,
        owner=event.owner,
        found_by=event.found_by,
        town=event.town,
        since=event.found_on,
    )


def _rectified(state: Hazard, event: HazardRectified) -> Hazard:
    return replace(
        state,
        state=HazardState.RECTIFIED,
        since=event.rectified_on,
        rectified_by=event.answered_by,
    )


def _rechecked(state: Hazard, event: HazardRechecked) -> Hazard:
    after = HazardState.CLOSED if event.solved else HazardState.FOUND
    return replace(state, state=after, since=event.rechecked_on, rectified_by="")


def state_after(state: str, topic: str, facts: Mapping[str, Any]) -> str:
    """The state that an event leads to, by its topic and clear facts, for every view."""
    if topic == HazardRechecked.TOPIC:
        return HazardState.CLOSED if facts.get("solved") else HazardState.FOUND
    return HazardState.RECTIFIED if topic == HazardRectified.TOPIC else HazardState.FOUND


HAZARD: Stream[Hazard] = Stream(
    name="hazard",
    initial=Hazard(),
    decide={FindHazard: _find, RectifyHazard: _rectify, RecheckHazard: _recheck},
    evolve={HazardFound: _found, HazardRectified: _rectified, HazardRechecked: _rechecked},
    locate=lambda command, load: hazard_id(command.register_number),
    title="隐患",
    states={
        HazardState.NONE: "未登记",
        HazardState.FOUND: "待整改",
        HazardState.RECTIFIED: "待复查",
        HazardState.CLOSED: "已复查合格",
    },
    codes={"hazard": HAZARD_KIND},
    by_itself=True,
)
