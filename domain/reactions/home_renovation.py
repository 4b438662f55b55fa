"""What follows where a child's home is renovated (居室微改造): the clock of the next step, whoever
is asked for the works, and a danger in the home, which waits for none of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from domain.deadline import CancelDeadline, MeetDeadline, MoveDeadline, SetDeadline
from domain.home_renovation import (
    AGREE,
    APPROVE,
    ASSESS,
    CHECK,
    CLOCKS,
    FINISH,
    FOLLOW_UP,
    ORDER,
    WORKS,
)
from domain.home_renovation_events import (
    HomeAssessed,
    HomeFollowedUp,
    HomeRenovationAgreed,
    HomeRenovationApproved,
    HomeRenovationDeclined,
    HomeRenovationEvent,
    HomeRenovationProposed,
    HomeRenovationStopped,
    HomeWorksChecked,
    HomeWorksFinished,
    HomeWorksOrdered,
)
from domain.kernel import Command, Recorded, derived_id
from domain.problem import OpenProblem
from domain.reactions.kernel import Places, refer, when
from domain.referral import CompleteReferral, WithdrawReferral
from domain.rules import COMPLETE

_MEETS: Mapping[type[HomeRenovationEvent], str] = {
    HomeAssessed: ASSESS,
    HomeRenovationAgreed: AGREE,
    HomeRenovationDeclined: AGREE,
    HomeRenovationApproved: APPROVE,
    HomeWorksOrdered: ORDER,
    HomeWorksFinished: FINISH,
    HomeWorksChecked: CHECK,
    HomeFollowedUp: FOLLOW_UP,
}
_NEXT: Mapping[type[HomeRenovationEvent], str] = {
    HomeRenovationProposed: ASSESS,
    HomeAssessed: AGREE,
    HomeRenovationAgreed: APPROVE,
    HomeRenovationApproved: ORDER,
    HomeWorksOrdered: FINISH,
    HomeWorksFinished: CHECK,
    HomeFollowedUp: FOLLOW_UP,
}


def works_task(renovation: UUID, ordinal: int) -> UUID:
    """The referral by which a social organisation is asked for the n-th works (from 1)."""
    return derived_id("referral", WORKS, renovation, ordinal)


# Together with the record


@when(
    HomeRenovationProposed,
    HomeAssessed,
    HomeRenovationAgreed,
    HomeRenovationDeclined,
    HomeRenovationApproved,
    HomeWorksOrdered,
    HomeWorksFinished,
    HomeWorksChecked,
    HomeFollowedUp,
    HomeRenovationStopped,
    at_once=True,
)
def when_a_renovation_goes_on_then_the_clock_of_its_next_step_runs(
    event: HomeRenovationEvent, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Whoever owes the step is reminded; where it is over, or the family does not want it, nobody
    is. Works that do not pass are ordered anew."""
    if not event.current:
        return []
    case, kind = cause.originator_id, type(event)
    met = _MEETS.get(kind)
    found: list[Command] = [] if met is None else [MeetDeadline(subject_id=case, kind=met)]
    found += [CancelDeadline(subject_id=case, kind=each) for each in CLOCKS if each != met]
    step_by = getattr(event, "step_by", None)
    if step_by is None:
        return found
    if isinstance(event, HomeWorksChecked):
        then = FOLLOW_UP if event.passed else ORDER
    else:
        then = _NEXT[kind]
    owner = event.approver if isinstance(event, HomeRenovationAgreed) else event.owner
    clock = SetDeadline(
        subject_id=case,
        kind=then,
        child_ref=event.child_ref,
        matter=event.category,
        owner=owner,
        town=event.town,
        due_at=step_by,
        anew=True,
    )
    return [*found, clock]


# Afterwards, from the log


@when(HomeAssessed, HomeWorksFinished, HomeWorksChecked, HomeFollowedUp)
def when_a_danger_is_found_in_the_home_then_it_is_put_on_the_list_of_problems(
    event: HomeAssessed | HomeWorksFinished | HomeWorksChecked | HomeFollowedUp,
    cause: Recorded,
    places: Places,
) -> Sequence[Command]:
    """At once, whatever becomes of the renovation: the town solves it, and it is struck off as any
    other problem is."""
    if not event.problem:
        return []
    return [
        OpenProblem(
            child_ref=event.child_ref,
            found_on=event.happened_on,
            visit=cause.originator_id,
            stated_by=event.owner,
            town=event.town,
        )
    ]


@when(HomeWorksOrdered)
def when_home_works_are_ordered_then_who_does_them_is_asked(
    event: HomeWorksOrdered, cause: Recorded, places: Places
) -> Sequence[Command]:
    """It is told whom and where, and what to do; who was asked before is asked no more."""
    if not event.current:
        return []
    case = cause.originator_id
    found: list[Command] = []
    if event.asked > 1:
        found.append(WithdrawReferral(referral_id=works_task(case, event.asked - 1)))
    if event.told_to is not None:
        asked = refer(
            cause,
            WORKS,
            event.told_to,
            case=case,
            sender=event.owner,
            town=event.town,
            referral_id=works_task(case, event.asked),
        )
        found.append(asked.model_copy(update={"complete_by": event.step_by}))
    if cause.header.supersedes is not None:
        # Who was asked already reads until when.
        found.append(
            MoveDeadline(
                subject_id=works_task(case, event.asked),
                kind=COMPLETE,
                child_ref=event.child_ref,
                due_at=event.step_by,
            )
        )
    return found


@when(HomeWorksFinished)
def when_home_works_are_finished_then_the_task_is_done(
    event: HomeWorksFinished, cause: Recorded, places: Places
) -> Sequence[Command]:
    """The record answers it, and no click."""
    if not event.current:
        return []
    return [
        CompleteReferral(
            referral_id=works_task(cause.originator_id, event.asked),
            outcome="DONE",
            happened_on=event.happened_on,
        )
    ]


@when(HomeRenovationStopped)
def when_a_renovation_stops_then_its_works_are_asked_for_no_more(
    event: HomeRenovationStopped, cause: Recorded, places: Places
) -> Sequence[Command]:
    if not event.asked:
        return []
    return [WithdrawReferral(referral_id=works_task(cause.originator_id, event.asked))]
