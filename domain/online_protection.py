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
from typing import Any
from uuid import UUID

from domain.child_file import ChildFile
from domain.kernel import (
    Event,
    Given,
    Refused,
    Stream,
    derived_id,
)
from domain.online_protection_events import (
    ONLINE_FINDING,
    FollowPupil,
    NoteOnlineRisk,
    OfOneChild,
    OnlineFinding,
    OnlineLeadChanged,
    OnlineRiskFound,
    OnlineUseRechecked,
    OnlineUseStopped,
    RecheckOnlineUse,
    RecordOnlineMeasures,
)
from domain.organisations import HUB, town_organisation, village_organisation
from domain.standing import Standing, Stands
from domain.voluntary_guidance import matter_of

STOP = "stop_online_use"
"""The clock by which something is done about it (制止)."""
RECHECK = "recheck_online_use"
"""The clock by which somebody looks whether it is better (矫正复查)."""


class OnlineState(StrEnum):
    NONE = "NONE"
    FOUND = "FOUND"
    STOPPED = "STOPPED"
    CORRECTED = "CORRECTED"


def online_protection_id(child_ref: UUID, occurrence: int) -> UUID:
    """The id of the n-th time (from 1) that a child is on the list."""
    return derived_id("online_protection", child_ref, occurrence)


@dataclass(frozen=True, slots=True)
class OnlineProtection:
    state: OnlineState = OnlineState.NONE
    leads: str = ""
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
    runs = state.state in _RUNNING
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


def _follow(state: OnlineProtection, command: FollowPupil, given: Given) -> list[Event]:
    if given.actor.organisation != HUB:
        raise Refused("ONLINE_LEAD_BY_HUB", "由谁办理随学籍和居住登记自动确定，不能由单位登记。")
    child: ChildFile = given.child or ChildFile()
    leads = _leads(child, given)
    if leads in (None, state.leads) or state.state not in _RUNNING:
        return []
    found = state.state is OnlineState.FOUND
    return [
        OnlineLeadChanged(
            child_ref=command.child_ref,
            matter=matter_of(leads),
            town=child.town,
            leads=leads,
            stop_by=_by(STOP, given) if found else None,
            recheck_by=None if found else _by(RECHECK, given),
        )
    ]


def state_after(state: str, topic: str, facts: Mapping[str, Any]) -> OnlineState:
    """The state that an event leads to, by its topic and clear facts, for every view; what is found
    once more takes nothing back, and what is over stays over."""
    now = OnlineState(state or OnlineState.NONE)
    if now is OnlineState.CORRECTED:
        return now
    if topic == OnlineLeadChanged.TOPIC:
        return OnlineState.FOUND if facts.get("stop_by") else OnlineState.STOPPED
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


_RUNNING = frozenset({OnlineState.FOUND, OnlineState.STOPPED})


def _led_on(state: OnlineProtection, event: OnlineLeadChanged) -> OnlineProtection:
    return replace(state, leads=event.leads)


def _moved(state: OnlineProtection, event: Any) -> OnlineProtection:
    day = next(
        getattr(event, name)
        for name in ("found_on", "taken_on", "rechecked_on")
        if hasattr(event, name)
    )
    return replace(
        state,
        state=state_after(state.state, event.TOPIC, vars(event)),
        leads=state.leads or getattr(event, "leads", ""),
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
    decide={
        NoteOnlineRisk: _note,
        RecordOnlineMeasures: _stop,
        RecheckOnlineUse: _recheck,
        FollowPupil: _follow,
    },
    evolve={
        OnlineRiskFound: _moved,
        OnlineUseStopped: _moved,
        OnlineUseRechecked: _moved,
        OnlineLeadChanged: _led_on,
    },
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
    stands=lambda state, rules: [Standing(Stands.OPEN_CASE)] if state.state in _RUNNING else [],
)
