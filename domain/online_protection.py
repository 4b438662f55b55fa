"""Children who are lost in the net (网络沉迷重点人群): found, stopped, looked at again, corrected.

Plan 二5 (P41: 引导监护人监管；发现、制止、矫正网络沉迷); 未保法 68, 70, 71, 74. The school leads
for its pupil, for who is at no school the town's station; whoever finds it first, both are joined
in. It is a sign of how a child lives and no diagnosis: a school states it as schooling, a village
or town under guardianship, and nobody under health.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar
from uuid import UUID

from domain.child_file import ChildFile
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
from domain.organisations import town_organisation, village_organisation
from domain.standing import Standing, Stands
from domain.voluntary_guidance import matter_of

STOP = "stop_online_use"
"""The clock by which something is done about it (制止)."""
RECHECK = "recheck_online_use"
"""The clock by which somebody looks whether it is better (矫正复查)."""

Own = Annotated[Text, Sensitive(None)]


class OnlineState(StrEnum):
    NONE = "NONE"
    FOUND = "FOUND"
    STOPPED = "STOPPED"
    CORRECTED = "CORRECTED"


class OnlineFinding(StrEnum):
    """What a look comes to."""

    CORRECTED = "CORRECTED"
    IMPROVING = "IMPROVING"
    RECURRED = "RECURRED"


ONLINE_FINDING = CodeSet(
    "ONLINE_FINDING",
    "复查情况",
    {
        OnlineFinding.CORRECTED: "已矫正",
        OnlineFinding.IMPROVING: "正在好转",
        OnlineFinding.RECURRED: "再次沉迷",
    },
    {"好转": "IMPROVING", "反复": "RECURRED"},
)


class FoundBy(StrEnum):
    """Who noticed it (发现途径); sealed wherever it is kept."""

    TEACHER = "TEACHER"
    GUARDIAN = "GUARDIAN"
    VILLAGE = "VILLAGE"
    HOSPITAL = "HOSPITAL"
    THE_CHILD = "THE_CHILD"


FOUND_BY = CodeSet(
    "FOUND_BY",
    "发现途径",
    {
        FoundBy.TEACHER: "教师发现",
        FoundBy.GUARDIAN: "家长反映",
        FoundBy.VILLAGE: "走访发现",
        FoundBy.HOSPITAL: "就诊时反映",
        FoundBy.THE_CHILD: "本人求助",
    },
    {"教师": "TEACHER", "家长": "GUARDIAN", "走访": "VILLAGE", "本人": "THE_CHILD"},
)


def online_protection_id(child_ref: UUID, occurrence: int) -> UUID:
    """The id of the n-th time (from 1) that a child is on the list."""
    return derived_id("online_protection", child_ref, occurrence)


class OfOneChild(Command):
    """``matter``: under which the office states it."""

    READS_CHILD: ClassVar[bool] = True
    child_ref: UUID
    matter: Category

    @property
    def states(self) -> Category | None:
        return self.matter


class NoteOnlineRisk(OfOneChild):
    """列入重点人群: what was noticed, by whom."""

    found_on: date
    found_by: FoundBy
    signs: str


class RecordOnlineMeasures(OfOneChild):
    """制止: what the school does and what was agreed with the guardians, who are offered guidance
    (家庭教育指导), and accept it or not."""

    taken_on: date
    guidance_accepted: bool
    school_measures: str
    home_measures: str | None


class RecheckOnlineUse(OfOneChild):
    """矫正复查: a person looks again."""

    rechecked_on: date
    finding: OnlineFinding
    account: str | None


class OnlineEvent(Event):
    CATEGORY: ClassVar[Category] = Category.SCHOOLING
    TITLE: ClassVar[str] = "网络沉迷"
    child_ref: UUID
    matter: Category
    town: str | None

    @property
    def category(self) -> Category:
        return self.matter


class OnlineRiskFound(OnlineEvent):
    """``leads`` sees to it: which school or town that is, is no part of what the finder is told.
    ``stop_by``: until when something is done."""

    TOPIC: ClassVar[str] = "online_protection.found.v1"
    TITLE: ClassVar[str] = "发现网络沉迷"
    found_on: date
    leads: str
    stop_by: datetime
    noticed_by: Own
    signs: Own


class OnlineUseStopped(OnlineEvent):
    TOPIC: ClassVar[str] = "online_protection.stopped.v1"
    TITLE: ClassVar[str] = "制止网络沉迷"
    taken_on: date
    recheck_by: datetime
    guidance_accepted: bool
    school_measures: Own
    home_measures: Own


class OnlineUseRechecked(OnlineEvent):
    """``recheck_by``: of the next look; ``stop_by``: until when something is done anew."""

    TOPIC: ClassVar[str] = "online_protection.rechecked.v1"
    TITLE: ClassVar[str] = "网络沉迷复查"
    rechecked_on: date
    finding: OnlineFinding
    recheck_by: datetime | None
    stop_by: datetime | None
    account: Own


@dataclass(frozen=True, slots=True)
class OnlineProtection:
    state: OnlineState = OnlineState.NONE
    since: date | None = None
    """When it was found, or something done or looked at, last."""


def _not_yours() -> Refused:
    """The same whether there is any or it is none of the asker's business."""
    return Refused(
        "ONLINE_NOT_YOURS",
        "没有可由本单位登记的网络沉迷事项，请核对儿童信息；在校的由就读学校登记制止和复查。",
    )


def _near(child: ChildFile) -> list[str]:
    """School, town and village of the child, those that there are; the first one leads."""
    found = [child.school] if child.school else []
    found += [town_organisation(child.town)] if child.town else []
    return found + ([village_organisation(child.village)] if child.village else [])


def _leads(child: ChildFile, given: Given) -> str | None:
    """The nearest that is not conflicted (利害关系单位)."""
    found = next(iter(_near(child)), None)
    return given.rules.suspects.nearest(found, given.conflicted) if found else None


def _by(clock: str, given: Given) -> datetime:
    due: datetime = given.rules.due(given.rules.clocks[clock].within, given.now)
    return due


def _note(state: OnlineProtection, command: NoteOnlineRisk, given: Given) -> list[Event]:
    child: ChildFile = given.child or ChildFile()
    actor = given.actor.organisation
    leads = _leads(child, given)
    may = {*_near(child), leads} - given.conflicted
    if leads is None or actor not in may or command.matter is not matter_of(actor):
        raise _not_yours()
    given.not_in_future(command.found_on, "ONLINE_IN_FUTURE", "发现日期")
    return [
        OnlineRiskFound(
            child_ref=command.child_ref,
            matter=command.matter,
            town=child.town,
            found_on=command.found_on,
            leads=leads,
            stop_by=_by(STOP, given),
            noticed_by=command.found_by.value,
            signs=command.signs,
        )
    ]


def _led(
    state: OnlineProtection, command: OfOneChild, day: date, given: Given, what: str
) -> dict[str, Any]:
    child: ChildFile = given.child or ChildFile()
    actor = given.actor.organisation
    runs = state.state in (OnlineState.FOUND, OnlineState.STOPPED)
    mine = actor == _leads(child, given) and command.matter is matter_of(actor)
    if not mine or not (runs or (given.correction and state.since)):
        raise _not_yours()
    given.not_in_future(day, "ONLINE_IN_FUTURE", what)
    return {"child_ref": command.child_ref, "matter": command.matter, "town": child.town}


def _stop(state: OnlineProtection, command: RecordOnlineMeasures, given: Given) -> list[Event]:
    about = _led(state, command, command.taken_on, given, "制止日期")
    return [
        OnlineUseStopped(
            **about,
            taken_on=command.taken_on,
            recheck_by=_by(RECHECK, given),
            guidance_accepted=command.guidance_accepted,
            school_measures=command.school_measures,
            home_measures=command.home_measures,
        )
    ]


def _recheck(state: OnlineProtection, command: RecheckOnlineUse, given: Given) -> list[Event]:
    about = _led(state, command, command.rechecked_on, given, "复查日期")
    if state.state is OnlineState.FOUND and not given.correction:
        raise Refused("ONLINE_NOT_STOPPED", "尚未登记制止措施，请先登记制止再复查。")
    if state.since is not None and command.rechecked_on < state.since and not given.correction:
        raise Refused("ONLINE_OUT_OF_ORDER", "复查日期早于上一步的日期，请核对日期后重报。")
    finding = command.finding
    return [
        OnlineUseRechecked(
            **about,
            rechecked_on=command.rechecked_on,
            finding=finding,
            recheck_by=_by(RECHECK, given) if finding is OnlineFinding.IMPROVING else None,
            stop_by=_by(STOP, given) if finding is OnlineFinding.RECURRED else None,
            account=command.account,
        )
    ]


def state_after(state: str, topic: str, facts: Mapping[str, Any]) -> OnlineState:
    """The state that an event leads to, by its topic and clear facts, for every view; what is found
    once more takes nothing back, and what is over stays over."""
    now = OnlineState(state or OnlineState.NONE)
    if now is OnlineState.CORRECTED:
        return now
    if topic == OnlineRiskFound.TOPIC:
        return now if now is OnlineState.STOPPED else OnlineState.FOUND
    if topic == OnlineUseStopped.TOPIC:
        return OnlineState.STOPPED
    return _AFTER[OnlineFinding(facts.get("finding") or OnlineFinding.IMPROVING)]


_AFTER = {
    OnlineFinding.CORRECTED: OnlineState.CORRECTED,
    OnlineFinding.IMPROVING: OnlineState.STOPPED,
    OnlineFinding.RECURRED: OnlineState.FOUND,
}


def _moved(state: OnlineProtection, event: Any) -> OnlineProtection:
    day = next(
        getattr(event, name)
        for name in ("found_on", "taken_on", "rechecked_on")
        if hasattr(event, name)
    )
    return replace(
        state,
        state=state_after(state.state, event.TOPIC, vars(event)),
        since=day if state.since is None else max(day, state.since),
    )


def _locate(command: Any, load: Callable[[UUID], OnlineProtection]) -> UUID:
    """What runs for the child, else the next one."""
    occurrence = 1
    while True:
        found = online_protection_id(command.child_ref, occurrence)
        if load(found).state is not OnlineState.CORRECTED:
            return found
        occurrence += 1


ONLINE_PROTECTION: Stream[OnlineProtection] = Stream(
    name="online_protection",
    initial=OnlineProtection(),
    decide={NoteOnlineRisk: _note, RecordOnlineMeasures: _stop, RecheckOnlineUse: _recheck},
    evolve={OnlineRiskFound: _moved, OnlineUseStopped: _moved, OnlineUseRechecked: _moved},
    locate=_locate,
    title="网络沉迷干预",
    states={
        OnlineState.NONE: "未列入",
        OnlineState.FOUND: "待制止",
        OnlineState.STOPPED: "待复查",
        OnlineState.CORRECTED: "已矫正",
    },
    codes={"finding": ONLINE_FINDING},
    case=state_after,
    stands=lambda state, rules: (
        [Standing(Stands.OPEN_CASE)]
        if state.state in (OnlineState.FOUND, OnlineState.STOPPED)
        else []
    ),
)
