"""Support of a family in special difficulty (家庭监护支持): a plan that the family agrees to or
not, its measures, reviews, and its end.

Plan 二2 (P12); 沪未保 80. The town's station, or civil affairs, lead it. It is voluntary: what a
family declines is recorded and offered again by a clock, and civil affairs hear of it, who decide
what else the child needs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain.calendar import end_of_day_utc
from domain.child_file import ChildFile
from domain.family_support_events import (
    MATTER,
    MEASURE,
    SUPPORT_VERDICT,
    TASK,
    EndSupportPlan,
    FollowFamily,
    Measure,
    ReviewSupportPlan,
    SetSupportMeasure,
    SetSupportPlan,
    SupportDeclined,
    SupportLeadChanged,
    SupportMeasureSet,
    SupportPlanEnded,
    SupportPlanReviewed,
    SupportPlanSet,
    SupportVerdict,
)
from domain.kernel import Event, Given, Refused, Stream, derived_id
from domain.organisations import (
    HUB,
    SHARED_USERS,
    Seat,
    district_organisation,
    seat_of,
    town_organisation,
)
from domain.standing import Standing, Stands

OFFER = "offer_family_support"
"""The clock by which support is offered once more, or a plan that is to be changed is."""
REVIEW = "family_support_review"
"""The clock by which the plan is reviewed."""

CIVIL_AFFAIRS = district_organisation(Seat.CIVIL_AFFAIRS)


class SupportState(StrEnum):
    NONE = "NONE"
    DECLINED = "DECLINED"
    SET = "SET"
    TO_CHANGE = "TO_CHANGE"
    ENDED = "ENDED"


RUNNING = frozenset({SupportState.DECLINED, SupportState.SET, SupportState.TO_CHANGE})
AGREED = frozenset({SupportState.SET, SupportState.TO_CHANGE})


def family_support_id(child_ref: UUID, occurrence: int) -> UUID:
    """The id of the n-th support (from 1) of a child's family."""
    return derived_id("family_support", child_ref, occurrence)


Asked = tuple[str, str, date]
"""Which measure: its kind, who carries it out, since when."""


@dataclass(frozen=True, slots=True)
class FamilySupport:
    state: SupportState = SupportState.NONE
    child_ref: UUID | None = None
    owner: str = ""
    town: str | None = None
    set_on: date | None = None
    reviewed_on: date | None = None
    author: str = ""
    """Who set the plan that runs."""
    measures: Mapping[Asked, int] = field(default_factory=dict)

    @property
    def asked(self) -> int:
        return len(self.measures)


def _not_yours() -> Refused:
    """The same whether there is none or it is none of the asker's business."""
    return Refused(
        "SUPPORT_NOT_YOURS",
        "没有可由本单位登记的家庭支持计划，请核对儿童信息；应由居住地街镇或民政局登记。",
    )


def _lead(state: FamilySupport, given: Given) -> str | None:
    """As whom the actor leads: the child's town by now, whoever led it and is reminded, civil
    affairs; or the one that acts in the place of one of them that is conflicted (利害关系单位)."""
    child: ChildFile = given.child or ChildFile()
    found = [CIVIL_AFFAIRS, *([state.owner] if state.owner else [])]
    if child.town:
        found.append(town_organisation(child.town))
    actor = given.actor.organisation
    rules = given.rules.suspects
    return actor if actor in {rules.nearest(each, given.conflicted) for each in found} else None


def _about(state: FamilySupport, command: Any, given: Given, *, runs: bool) -> dict[str, Any]:
    lead = _lead(state, given)
    if lead is None or not (runs or given.correction):
        raise _not_yours()
    child: ChildFile = given.child or ChildFile()
    # Civil affairs step in and do not take over: who leads goes on to be reminded.
    owner = state.owner if lead == CIVIL_AFFAIRS and state.owner else lead
    return {
        "child_ref": command.child_ref,
        "owner": owner,
        "town": child.town or state.town,
        "asked": state.asked,
    }


def _by(clock: str, given: Given, day: date) -> datetime:
    return end_of_day_utc(given.rules.last_day(given.rules.clocks[clock].within, day))


def _second_person(state: FamilySupport, given: Given, what: str) -> None:
    user = given.actor.user
    if user in SHARED_USERS or user == state.author:
        raise Refused(
            "SUPPORT_SECOND_PERSON",
            f"{what}须由制定计划以外的人本人登录后办理，请交由他人办理。",
        )


def _in_order(state: FamilySupport, day: date, given: Given, what: str) -> None:
    given.not_in_future(day, "SUPPORT_IN_FUTURE", what)
    if state.set_on is not None and day < state.set_on and not given.correction:
        raise Refused("SUPPORT_OUT_OF_ORDER", f"{what}早于制定日期，请核对日期后重报。")


def _set(state: FamilySupport, command: SetSupportPlan, given: Given) -> list[Event]:
    about = _about(state, command, given, runs=True)
    _in_order(state, command.set_on, given, "制定日期")
    if state.state in AGREED and not command.agreed and not given.correction:
        raise Refused(
            "SUPPORT_AGREED_BEFORE", "家庭此前已同意支持；不愿继续的，请登记家庭支持结束。"
        )
    reworded = given.correction and command.set_on != state.set_on
    shared = {
        **about,
        "current": state.state is not SupportState.ENDED and not reworded,
        "set_on": command.set_on,
        "prepared_by": given.actor.user,
        "basis": command.basis.value,
        "account": command.account,
    }
    if not command.agreed:
        return [SupportDeclined(**shared, set_by=_by(OFFER, given, given.today))]
    return [SupportPlanSet(**shared, review_by=_by(REVIEW, given, command.set_on))]


def _measure(state: FamilySupport, command: SetSupportMeasure, given: Given) -> list[Event]:
    about = _about(state, command, given, runs=state.state in AGREED)
    _in_order(state, command.set_on, given, "安排日期")
    if command.due_on < command.set_on:
        raise Refused("SUPPORT_DUE_BEFORE", "完成期限早于安排日期，请核对日期后重报。")
    if seat_of(command.provider) not in given.rules.referral_kind(TASK[command.measure]).seats:
        raise Refused(
            "SUPPORT_PROVIDER", f"{MEASURE.label(command.measure)}不能由该单位承担，请另选单位。"
        )
    asked = state.measures.get(_key(command), state.asked + 1)
    return [
        SupportMeasureSet(
            **{**about, "asked": asked},
            # In other words it is the same one: nobody is asked for it once more.
            current=state.state in AGREED and not given.correction,
            matter=MATTER[command.measure],
            measure=command.measure,
            told_to=command.provider,
            set_on=command.set_on,
            due_at=end_of_day_utc(command.due_on),
            content=command.content,
        )
    ]


def _key(command: SetSupportMeasure) -> Asked:
    return (command.measure.value, command.provider, command.set_on)


def _review(state: FamilySupport, command: ReviewSupportPlan, given: Given) -> list[Event]:
    about = _about(state, command, given, runs=state.state in AGREED)
    _second_person(state, given, "评估")
    _in_order(state, command.reviewed_on, given, "评估日期")
    keeps = command.verdict is SupportVerdict.KEEP
    # An older one, entered late or put right, moves nothing.
    newest = state.reviewed_on is None or command.reviewed_on >= state.reviewed_on
    return [
        SupportPlanReviewed(
            **about,
            current=state.state in AGREED and newest,
            reviewed_on=command.reviewed_on,
            verdict=command.verdict,
            review_by=_by(REVIEW, given, command.reviewed_on) if keeps else None,
            set_by=None if keeps else _by(OFFER, given, given.today),
            account=command.account,
        )
    ]


def _end(state: FamilySupport, command: EndSupportPlan, given: Given) -> list[Event]:
    about = _about(state, command, given, runs=state.state in RUNNING)
    _second_person(state, given, "结束")
    _in_order(state, command.ended_on, given, "结束日期")
    return [
        SupportPlanEnded(
            **about,
            current=True,
            ended_on=command.ended_on,
            approved_by=given.actor.user,
            result=command.result.value,
            account=command.account,
        )
    ]


def _follow(state: FamilySupport, command: FollowFamily, given: Given) -> list[Event]:
    if given.actor.organisation != HUB:
        raise Refused("SUPPORT_LEAD_BY_HUB", "由谁办理随居住登记自动确定，不能由单位登记。")
    child: ChildFile = given.child or ChildFile()
    if state.state not in RUNNING or not child.town or seat_of(state.owner) is not Seat.TOWN:
        return []
    leads = given.rules.suspects.nearest(town_organisation(child.town), given.conflicted)
    if leads == state.owner:
        return []
    return [
        SupportLeadChanged(
            child_ref=command.child_ref,
            owner=leads,
            town=child.town,
            asked=state.asked,
            current=True,
            former=state.owner,
        )
    ]


def state_after(state: str, topic: str, facts: Mapping[str, Any]) -> SupportState:
    """The state that an event leads to, by its topic and clear facts, for every view; whoever reads
    a measure alone reads that there is a plan."""
    now = SupportState(state or SupportState.NONE)
    if topic in (SupportMeasureSet.TOPIC, SupportLeadChanged.TOPIC):
        return now if now is not SupportState.NONE else SupportState.SET
    if not facts.get("current", True):
        return now
    if topic == SupportPlanReviewed.TOPIC:
        changes = facts.get("verdict") == SupportVerdict.CHANGE
        return SupportState.TO_CHANGE if changes else SupportState.SET
    return _STATE_OF_TOPIC.get(topic, SupportState.SET)


_STATE_OF_TOPIC = {
    SupportDeclined.TOPIC: SupportState.DECLINED,
    SupportPlanEnded.TOPIC: SupportState.ENDED,
}


def _moved(state: FamilySupport, event: Any) -> FamilySupport:
    moved = replace(
        state,
        state=state_after(state.state, event.TOPIC, vars(event)),
        child_ref=event.child_ref,
        owner=event.owner,
        town=event.town,
    )
    if isinstance(event, SupportMeasureSet):
        key = (Measure(event.measure).value, event.told_to, event.set_on)
        return replace(moved, measures={**state.measures, key: event.asked})
    if not event.current:
        return moved
    if isinstance(event, SupportPlanSet | SupportDeclined):
        return replace(moved, set_on=event.set_on, author=event.prepared_by)
    if isinstance(event, SupportPlanReviewed):
        return replace(moved, reviewed_on=event.reviewed_on)
    return moved


def _locate(command: Any, load: Callable[[UUID], FamilySupport]) -> UUID:
    """The support that runs, else the next one."""
    occurrence = 1
    while load(family_support_id(command.child_ref, occurrence)).state is SupportState.ENDED:
        occurrence += 1
    return family_support_id(command.child_ref, occurrence)


FAMILY_SUPPORT: Stream[FamilySupport] = Stream(
    name="family_support",
    initial=FamilySupport(),
    decide={
        SetSupportPlan: _set,
        SetSupportMeasure: _measure,
        ReviewSupportPlan: _review,
        EndSupportPlan: _end,
        FollowFamily: _follow,
    },
    evolve={
        SupportPlanSet: _moved,
        SupportDeclined: _moved,
        SupportMeasureSet: _moved,
        SupportPlanReviewed: _moved,
        SupportLeadChanged: _moved,
        SupportPlanEnded: _moved,
    },
    locate=_locate,
    title="家庭监护支持",
    states={
        SupportState.NONE: "无",
        SupportState.DECLINED: "家庭未接受",
        SupportState.SET: "执行中",
        SupportState.TO_CHANGE: "待调整",
        SupportState.ENDED: "已结束",
    },
    codes={"measure": MEASURE, "verdict": SUPPORT_VERDICT},
    case=state_after,
    stands=lambda state, rules: [Standing(Stands.OPEN_CASE)] if state.state in RUNNING else [],
)
