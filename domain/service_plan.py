"""The service plan of a placed child (服务计划): needed, set, reviewed, over.

Plan 二2 (P16); 未保法 93. It is owed within its term after the placement by whoever cares, is
reviewed by a clock, and ends with the placement. Whoever takes the child over owes one of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain.calendar import end_of_day_utc
from domain.kernel import Event, Given, Refused, Stream, derived_id
from domain.organisations import HUB, Seat, district_organisation
from domain.rules import SuspectRules
from domain.service_plan_events import (
    PLAN_VERDICT,
    EndServicePlan,
    MedicalCarePlanned,
    OpenServicePlan,
    PlanVerdict,
    PsychologyPlanned,
    ReviewServicePlan,
    SchoolingPlanned,
    ServicePlanEnded,
    ServicePlanNeeded,
    ServicePlanReviewed,
    ServicePlanSet,
    SetServicePlan,
)
from domain.standing import Standing, Stands

SET = "service_plan"
"""The clock by which one is set."""
REVIEW = "service_plan_review"
"""The clock by which it is reviewed."""

CIVIL_AFFAIRS = district_organisation(Seat.CIVIL_AFFAIRS)


class ServicePlanState(StrEnum):
    NONE = "NONE"
    NEEDED = "NEEDED"
    SET = "SET"
    ENDED = "ENDED"


def service_plan_id(child_ref: UUID, occurrence: int) -> UUID:
    """The id of a child's n-th service plan (from 1): one a placement."""
    return derived_id("service_plan", child_ref, occurrence)


@dataclass(frozen=True, slots=True)
class ServicePlan:
    state: ServicePlanState = ServicePlanState.NONE
    child_ref: UUID | None = None
    owner: str = ""
    town: str | None = None
    asked: int = 0
    set_on: date | None = None
    reviewed_on: date | None = None
    """The newest review of the plan that was set last."""

    @property
    def runs(self) -> bool:
        return self.state in (ServicePlanState.NEEDED, ServicePlanState.SET)

    @property
    def about(self) -> dict[str, Any]:
        return {
            "child_ref": self.child_ref,
            "owner": self.owner,
            "town": self.town,
            "asked": self.asked,
        }


def _by_hub(given: Given) -> None:
    if given.actor.organisation != HUB:
        raise Refused("PLAN_BY_PLACEMENT", "服务计划随临时监护安置自动开始和终止。")


def _not_yours() -> Refused:
    """The same whether there is none or it is none of the asker's business."""
    return Refused("PLAN_NOT_YOURS", "没有可由本单位登记的服务计划，请核对儿童信息。")


def _theirs(state: ServicePlan, given: Given) -> bool:
    """Whether the actor cares, or is civil affairs, or acts in the place of one of them that is
    conflicted (利害关系单位)."""
    rules: SuspectRules = given.rules.suspects
    theirs = {
        rules.nearest(each, given.conflicted) for each in (state.owner, CIVIL_AFFAIRS) if each
    }
    return given.actor.organisation in theirs


def _by(clock: str, given: Given, day: date) -> datetime:
    return end_of_day_utc(given.rules.last_day(given.rules.clocks[clock].within, day))


def _open(state: ServicePlan, command: OpenServicePlan, given: Given) -> list[Event]:
    _by_hub(given)
    if state.runs and state.owner == command.owner:
        return []
    return [
        ServicePlanNeeded(
            **command.model_dump(), asked=state.asked, set_by=_by(SET, given, given.today)
        )
    ]


def _set(state: ServicePlan, command: SetServicePlan, given: Given) -> list[Event]:
    if not (state.runs or given.correction) or not _theirs(state, given):
        raise _not_yours()
    given.not_in_future(command.set_on, "PLAN_IN_FUTURE", "制定日期")
    # What is put right is the same plan in other words; each part is asked for once for it.
    asked = state.asked + (not given.correction or not state.asked)
    same = state.state is ServicePlanState.SET and command.set_on == state.set_on
    current = not given.correction or same
    about = {**state.about, "asked": asked, "current": current}
    review_by = _by(REVIEW, given, max(command.set_on, state.set_on or command.set_on))
    events: list[Event] = [
        ServicePlanSet(**about, set_on=command.set_on, review_by=review_by, care_part=command.care)
    ]
    if command.education is not None:
        events.append(SchoolingPlanned(**about, part=command.education))
    if command.medical is not None:
        events.append(MedicalCarePlanned(**about, part=command.medical))
    if command.psychology is not None:
        events.append(PsychologyPlanned(**about, part=command.psychology))
    return events


def _review(state: ServicePlan, command: ReviewServicePlan, given: Given) -> list[Event]:
    is_set = state.state is ServicePlanState.SET
    if not (state.runs or given.correction) or not _theirs(state, given):
        raise _not_yours()
    given.not_in_future(command.reviewed_on, "PLAN_IN_FUTURE", "评估日期")
    if not is_set and not given.correction:
        raise Refused("PLAN_NOT_SET", "服务计划尚未制定，请先制定再评估。")
    early = state.set_on is not None and command.reviewed_on < state.set_on
    if early and not given.correction:
        raise Refused("PLAN_REVIEW_BEFORE", "评估日期早于制定日期，请核对日期。")
    # An older one moves nothing; put right, the newest may also say that the plan goes on.
    newest = command.reviewed_on == state.reviewed_on
    newer = not early and (state.reviewed_on is None or command.reviewed_on > state.reviewed_on)
    current = (is_set and newer) or (state.runs and newest)
    keeps = command.verdict is PlanVerdict.KEEP
    return [
        ServicePlanReviewed(
            **state.about,
            reviewed_on=command.reviewed_on,
            verdict=command.verdict,
            review_by=_by(REVIEW, given, command.reviewed_on) if keeps else None,
            set_by=None if keeps else _by(SET, given, given.today),
            current=current,
            account=command.account,
        )
    ]


def _end(state: ServicePlan, command: EndServicePlan, given: Given) -> list[Event]:
    _by_hub(given)
    return [ServicePlanEnded(**state.about)] if state.runs else []


def state_after(state: str, topic: str, facts: Mapping[str, Any]) -> ServicePlanState:
    """The state that an event leads to, by its topic and clear facts, for every view; whoever reads
    a part alone reads that there is a plan."""
    now = ServicePlanState(state or ServicePlanState.NONE)
    if not facts.get("current", True):
        return now
    if topic == ServicePlanReviewed.TOPIC:
        changes = facts.get("verdict") == PlanVerdict.CHANGE
        return ServicePlanState.NEEDED if changes else ServicePlanState.SET
    return _STATE_OF_TOPIC.get(topic, ServicePlanState.SET)


_STATE_OF_TOPIC = {
    ServicePlanNeeded.TOPIC: ServicePlanState.NEEDED,
    ServicePlanEnded.TOPIC: ServicePlanState.ENDED,
}


def _moved(state: ServicePlan, event: Any) -> ServicePlan:
    return replace(
        state,
        state=state_after(state.state, event.TOPIC, vars(event)),
        child_ref=event.child_ref,
        owner=event.owner,
        town=event.town,
        asked=event.asked,
    )


def _planned(state: ServicePlan, event: ServicePlanSet) -> ServicePlan:
    moved = _moved(state, event)
    if not event.current:
        return moved
    # The same plan in other words was reviewed as it was.
    reviewed_on = state.reviewed_on if event.set_on == state.set_on else None
    return replace(moved, set_on=event.set_on, reviewed_on=reviewed_on)


def _reviewed(state: ServicePlan, event: ServicePlanReviewed) -> ServicePlan:
    moved = _moved(state, event)
    return replace(moved, reviewed_on=event.reviewed_on) if event.current else moved


def _locate(command: Any, load: Callable[[UUID], ServicePlan]) -> UUID:
    """The child's plan that runs, else the next one."""
    occurrence = 1
    while load(service_plan_id(command.child_ref, occurrence)).state is ServicePlanState.ENDED:
        occurrence += 1
    return service_plan_id(command.child_ref, occurrence)


SERVICE_PLAN: Stream[ServicePlan] = Stream(
    name="service_plan",
    initial=ServicePlan(),
    decide={
        OpenServicePlan: _open,
        SetServicePlan: _set,
        ReviewServicePlan: _review,
        EndServicePlan: _end,
    },
    evolve={
        ServicePlanNeeded: _moved,
        ServicePlanSet: _planned,
        SchoolingPlanned: _moved,
        MedicalCarePlanned: _moved,
        PsychologyPlanned: _moved,
        ServicePlanReviewed: _reviewed,
        ServicePlanEnded: _moved,
    },
    locate=_locate,
    title="服务计划",
    states={
        ServicePlanState.NONE: "无",
        ServicePlanState.NEEDED: "待制定",
        ServicePlanState.SET: "执行中",
        ServicePlanState.ENDED: "已终止",
    },
    codes={"verdict": PLAN_VERDICT},
    case=state_after,
    stands=lambda state, rules: [Standing(Stands.OPEN_CASE)] if state.runs else [],
)
