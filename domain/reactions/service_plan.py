"""The clocks of a placed child's service plan (服务计划), and what its parts open at others."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from domain.deadline import CancelDeadline, MeetDeadline
from domain.guardianship_events import ChildPlaced, ChildReturnedHome, PlacementEnded
from domain.kernel import Command, Recorded, derived_id
from domain.organisations import Seat, district_organisation
from domain.reactions.kernel import Places, clock_of_plan, refer, when
from domain.referral import WithdrawReferral
from domain.service_plan import CIVIL_AFFAIRS, REVIEW, SET
from domain.service_plan_events import (
    EndServicePlan,
    MedicalCarePlanned,
    OpenServicePlan,
    PsychologyPlanned,
    SchoolingPlanned,
    ServicePlanEnded,
    ServicePlanNeeded,
    ServicePlanReviewed,
    ServicePlanSet,
)

EDUCATION = district_organisation(Seat.EDUCATION)
HEALTH = district_organisation(Seat.HEALTH)
WHO_DOES = {
    SchoolingPlanned: ("plan_schooling", EDUCATION),
    MedicalCarePlanned: ("plan_medical_care", HEALTH),
    PsychologyPlanned: ("plan_psychology", HEALTH),
}
"""Each part's kind of referral, and whose it is; the care itself is whoever has the child's."""

Part = SchoolingPlanned | MedicalCarePlanned | PsychologyPlanned


def part_task(plan: UUID, kind: str, ordinal: int) -> UUID:
    """The referral by which a part of the n-th plan (from 1) is asked for."""
    return derived_id("referral", kind, plan, ordinal)


# Together with the record


@when(ServicePlanNeeded, ServicePlanSet, ServicePlanReviewed, at_once=True)
def when_service_plan_goes_on_then_the_next_of_its_clocks_runs(
    event: ServicePlanNeeded | ServicePlanSet | ServicePlanReviewed,
    cause: Recorded,
    places: Places,
) -> Sequence[Command]:
    """Needed: to be set; set: to be reviewed; reviewed: once more, or to be set anew. A plan in
    other words is reviewed when it was to be."""
    in_other_words = isinstance(event, ServicePlanSet) and cause.header.supersedes is not None
    if not event.current or in_other_words:
        return []
    plan = cause.originator_id
    set_by = None if isinstance(event, ServicePlanSet) else event.set_by
    review_by = None if isinstance(event, ServicePlanNeeded) else event.review_by
    over = CancelDeadline if isinstance(event, ServicePlanNeeded) else MeetDeadline
    clocks: list[Command] = [over(subject_id=plan, kind=each) for each in (SET, REVIEW)]
    if set_by is not None:
        clocks.append(clock_of_plan(event, plan, SET, set_by))
    if review_by is not None:
        clocks.append(clock_of_plan(event, plan, REVIEW, review_by))
    return clocks


@when(ServicePlanEnded, at_once=True)
def when_service_plan_ends_then_its_clocks_are_over(
    event: ServicePlanEnded, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [CancelDeadline(subject_id=cause.originator_id, kind=each) for each in (SET, REVIEW)]


# Afterwards, from the log


@when(ChildPlaced)
def when_child_is_placed_then_a_service_plan_is_needed(
    event: ChildPlaced, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Plan 二2 (P16): of whoever cares now; with relatives or a foster family civil affairs."""
    if not event.current:
        return []
    owner = event.institution or CIVIL_AFFAIRS
    return [OpenServicePlan(child_ref=event.child_ref, owner=owner, town=event.town)]


@when(ChildReturnedHome, PlacementEnded)
def when_placement_is_over_then_the_service_plan_is_too(
    event: ChildReturnedHome | PlacementEnded, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [EndServicePlan(child_ref=event.child_ref)]


@when(SchoolingPlanned, MedicalCarePlanned, PsychologyPlanned)
def when_a_part_is_planned_then_whoever_does_it_is_asked(
    event: Part, cause: Recorded, places: Places
) -> Sequence[Command]:
    """教育、医疗、心理: each of its department, which reads that part alone. Of one plan once."""
    if not event.current:
        return []
    kind, addressee = WHO_DOES[type(event)]
    plan = cause.originator_id
    return [
        refer(
            cause,
            kind,
            addressee,
            case=plan,
            sender=event.owner,
            town=event.town,
            referral_id=part_task(plan, kind, event.asked),
        )
    ]


@when(ServicePlanSet, ServicePlanEnded)
def when_a_plan_is_over_then_its_parts_are_asked_for_no_more(
    event: ServicePlanSet | ServicePlanEnded, cause: Recorded, places: Places
) -> Sequence[Command]:
    """What a new plan takes the place of, or a placement that is over leaves without a matter."""
    last = event.asked if isinstance(event, ServicePlanEnded) else event.asked - 1
    return [
        WithdrawReferral(referral_id=part_task(cause.originator_id, kind, each))
        for each in range(1, last + 1)
        for kind, _ in WHO_DOES.values()
    ]
