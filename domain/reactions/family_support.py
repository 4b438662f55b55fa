"""The clocks of a family's support plan (家庭监护支持), and what its measures open at others."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from domain.child_file import ResidenceConfirmed
from domain.deadline import CancelDeadline, HandOnDeadline, MeetDeadline, MoveDeadline
from domain.family_support import CIVIL_AFFAIRS, OFFER, REVIEW
from domain.family_support_events import (
    TASK,
    FollowFamily,
    Measure,
    SupportDeclined,
    SupportLeadChanged,
    SupportMeasureSet,
    SupportPlanEnded,
    SupportPlanReviewed,
    SupportPlanSet,
)
from domain.kernel import Command, Recorded, derived_id
from domain.organisations import HUB
from domain.reactions.kernel import Places, clock_of_plan, refer, when
from domain.referral import WithdrawReferral
from domain.rules import COMPLETE

NOTE_DECLINED = "note_support_declined"


def measure_task(plan: UUID, ordinal: int) -> UUID:
    """The referral by which the n-th measure (from 1) of a plan is asked for."""
    return derived_id("referral", "family_support", plan, ordinal)


# Together with the record


@when(SupportPlanSet, SupportDeclined, SupportPlanReviewed, at_once=True)
def when_family_support_goes_on_then_the_next_of_its_clocks_runs(
    event: SupportPlanSet | SupportDeclined | SupportPlanReviewed,
    cause: Recorded,
    places: Places,
) -> Sequence[Command]:
    """Set: to be reviewed; declined: to be offered once more; reviewed: once more, or to be set
    anew. What is said in other words moves nothing."""
    if not event.current or cause.header.supersedes is not None:
        return []
    plan = cause.originator_id
    set_by = None if isinstance(event, SupportPlanSet) else event.set_by
    review_by = None if isinstance(event, SupportDeclined) else event.review_by
    clocks: list[Command] = [MeetDeadline(subject_id=plan, kind=each) for each in (OFFER, REVIEW)]
    if set_by is not None:
        clocks.append(clock_of_plan(event, plan, OFFER, set_by))
    if review_by is not None:
        clocks.append(clock_of_plan(event, plan, REVIEW, review_by))
    return clocks


@when(SupportPlanEnded, at_once=True)
def when_family_support_ends_then_its_clocks_are_over(
    event: SupportPlanEnded, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [CancelDeadline(subject_id=cause.originator_id, kind=each) for each in (OFFER, REVIEW)]


@when(SupportLeadChanged, at_once=True)
def when_another_town_leads_then_the_clocks_are_its_own(
    event: SupportLeadChanged, cause: Recorded, places: Places
) -> Sequence[Command]:
    """With the days that they have: a move is no reason to look later at a family."""
    return [
        HandOnDeadline(
            subject_id=cause.originator_id,
            kind=kind,
            child_ref=event.child_ref,
            to=event.owner,
            former=event.former,
        )
        for kind in (OFFER, REVIEW)
    ]


# Afterwards, from the log


@when(ResidenceConfirmed)
def when_a_child_is_taken_in_then_its_town_leads_the_support(
    event: ResidenceConfirmed, cause: Recorded, places: Places
) -> Sequence[Command]:
    """沪未保 80: the family is supported where it lives; until the other town has the child, the
    one that led it goes on."""
    return [FollowFamily(child_ref=cause.subject)]


@when(SupportDeclined)
def when_a_family_declines_support_then_civil_affairs_look(
    event: SupportDeclined, cause: Recorded, places: Places
) -> Sequence[Command]:
    """沪未保 80; 未保法 7: voluntary support that is declined leaves a child as it was. Whether an
    assessment or anything else is needed is civil affairs' to say; of one support once."""
    if not event.current:
        return []
    plan = cause.originator_id
    return [
        refer(
            cause,
            NOTE_DECLINED,
            CIVIL_AFFAIRS,
            case=plan,
            sender=HUB if event.owner == CIVIL_AFFAIRS else event.owner,
            town=event.town,
            referral_id=derived_id("referral", NOTE_DECLINED, plan),
        )
    ]


@when(SupportMeasureSet)
def when_a_measure_is_set_then_whoever_carries_it_out_is_asked(
    event: SupportMeasureSet, cause: Recorded, places: Places
) -> Sequence[Command]:
    """监护指导、医疗救治、心理辅导、行为矫治: until its day, each by whoever reads it alone."""
    if not event.current:
        return []
    plan = cause.originator_id
    asked = refer(
        cause,
        TASK[Measure(event.measure)],
        event.told_to,
        case=plan,
        sender=event.owner,
        town=event.town,
        referral_id=measure_task(plan, event.asked),
    )
    return [asked.model_copy(update={"complete_by": event.due_at})]


@when(SupportMeasureSet)
def when_a_measure_is_put_right_then_its_task_is_due_on_its_day(
    event: SupportMeasureSet, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Whoever carries it out was asked already, and reads until when."""
    if cause.header.supersedes is None:
        return []
    return [
        MoveDeadline(
            subject_id=measure_task(cause.originator_id, event.asked),
            kind=COMPLETE,
            child_ref=event.child_ref,
            due_at=event.due_at,
        )
    ]


@when(SupportPlanEnded)
def when_family_support_ends_then_its_measures_are_asked_for_no_more(
    event: SupportPlanEnded, cause: Recorded, places: Places
) -> Sequence[Command]:
    plan = cause.originator_id
    return [
        WithdrawReferral(referral_id=measure_task(plan, each)) for each in range(1, event.asked + 1)
    ]
