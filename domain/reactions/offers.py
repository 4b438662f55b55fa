"""What is offered to sign up for: its board, its spots, and who comes."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from domain.deadline import CancelDeadline, MeetDeadline, SetDeadline
from domain.kernel import Command, Recorded, derived_id
from domain.offer_board import ListOffer
from domain.offer_codes import SignUpEnd
from domain.offer_events import (
    WAITING_LIST,
    FreeSpot,
    OfferEnded,
    OfferPublished,
    SpotGiven,
    SpotsGivenOut,
    offer_id,
)
from domain.organisations import HUB
from domain.reactions.kernel import Places, clock_of, refer, when
from domain.referral import CompleteReferral, WithdrawReferral
from domain.sign_up_events import (
    ANSWER_CHILD,
    ANSWER_SPOT,
    ChildAnswered,
    CloseSignUp,
    OfferSpot,
    SignUpEnded,
    SpotAttended,
    SpotLapsed,
    SpotOffered,
    SpotTaken,
)

TAKE_IN = "take_in_child"
CAME, NOT_COME = "CAME", "NOT_COME"


def take_in_task(sign_up: UUID) -> UUID:
    """The one task by which an organiser expects a child."""
    return derived_id("referral", TAKE_IN, sign_up)


# Together with the record


@when(OfferPublished, at_once=True)
def when_an_offer_is_published_then_it_stands_on_the_board(
    event: OfferPublished, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Plan 二1 (P06): 公益活动平台."""
    return [ListOffer(for_period=str(event.begins_on.year), listed=cause.originator_id)]


@when(SpotsGivenOut, at_once=True)
def when_spots_are_given_out_then_those_who_wait_are_answered_in_time(
    event: SpotsGivenOut, cause: Recorded, places: Places
) -> Sequence[Command]:
    """More spots, or an end of the sign-up: nobody waits in silence."""
    met = MeetDeadline(subject_id=cause.originator_id, kind=WAITING_LIST)
    if event.answer_by is None:
        return [met]
    due = event.answer_by
    return [met, clock_of(cause, WAITING_LIST, owner=event.organiser, town=None, due_at=due)]


@when(OfferEnded, SpotGiven, at_once=True)
def when_nobody_waits_any_more_then_nobody_is_to_be_answered(
    event: OfferEnded | SpotGiven, cause: Recorded, places: Places
) -> Sequence[Command]:
    if isinstance(event, SpotGiven) and event.waiting:
        return []
    return [MeetDeadline(subject_id=cause.originator_id, kind=WAITING_LIST)]


@when(SpotOffered, at_once=True)
def when_a_spot_is_offered_then_it_is_answered_in_time(
    event: SpotOffered, cause: Recorded, places: Places
) -> Sequence[Command]:
    owner = event.signed_by
    return [
        SetDeadline(
            subject_id=cause.originator_id,
            kind=ANSWER_SPOT,
            child_ref=event.child_ref,
            matter=event.category,
            owner=owner,
            town=places.town_of(owner),
            due_at=event.answer_by,
            anew=True,
        )
    ]


@when(SpotTaken, at_once=True)
def when_a_spot_is_taken_then_it_is_answered(
    event: SpotTaken, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [MeetDeadline(subject_id=cause.originator_id, kind=ANSWER_SPOT)]


@when(SpotTaken, SignUpEnded, at_once=True)
def when_a_childs_wish_is_decided_then_it_is_answered_in_time(
    event: SpotTaken | SignUpEnded, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Plan 一 (P01: 参与权, 以儿童需求为导向): by whoever signed it up, whether it has a spot or
    not."""
    if event.tell_child_by is None or cause.header.supersedes is not None:
        return []
    actor = cause.header.actor.organisation
    owner = event.told_to if actor == HUB and event.told_to else actor
    return [
        SetDeadline(
            subject_id=cause.originator_id,
            kind=ANSWER_CHILD,
            child_ref=event.child_ref,
            matter=event.category,
            owner=owner,
            town=places.town_of(owner),
            due_at=event.tell_child_by,
            anew=True,
        )
    ]


@when(ChildAnswered, SpotAttended, at_once=True)
def when_a_child_is_answered_then_nobody_is_reminded(
    event: ChildAnswered | SpotAttended, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Who comes knows."""
    return [MeetDeadline(subject_id=cause.originator_id, kind=ANSWER_CHILD)]


@when(SignUpEnded, SpotLapsed, at_once=True)
def when_a_spot_is_gone_then_no_answer_is_waited_for(
    event: SignUpEnded | SpotLapsed, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [CancelDeadline(subject_id=cause.originator_id, kind=ANSWER_SPOT)]


# Afterwards, from the log


@when(SpotGiven)
def when_a_spot_is_given_then_whoever_signed_up_is_told(
    event: SpotGiven, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [
        OfferSpot(
            sign_up=event.sign_up,
            organiser=event.organiser,
            offer=event.offer,
            begins_on=event.begins_on,
            until=event.until,
        )
    ]


@when(SpotTaken)
def when_a_spot_is_taken_then_the_organiser_expects_the_child(
    event: SpotTaken, cause: Recorded, places: Places
) -> Sequence[Command]:
    """With name and contact, and nothing of why it goes first. Where the organiser is conflicted
    (利害关系单位), whoever stands in its place is asked instead."""
    return [
        refer(
            cause,
            TAKE_IN,
            event.organiser,
            case=cause.originator_id,
            sender=HUB,
            town=None,
            referral_id=take_in_task(cause.originator_id),
        )
    ]


@when(SpotAttended)
def when_a_child_comes_then_it_is_expected_no_more(
    event: SpotAttended, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [
        CompleteReferral(
            referral_id=take_in_task(cause.originator_id),
            outcome=CAME,
            happened_on=event.seen_on,
        )
    ]


@when(SignUpEnded)
def when_a_sign_up_ends_then_the_child_is_expected_no_more(
    event: SignUpEnded, cause: Recorded, places: Places
) -> Sequence[Command]:
    task = take_in_task(cause.originator_id)
    if event.end is SignUpEnd.NOT_COME or event.came:
        outcome = CAME if event.came else NOT_COME
        return [CompleteReferral(referral_id=task, outcome=outcome, happened_on=event.ended_on)]
    return [WithdrawReferral(referral_id=task)]


@when(SignUpEnded, SpotLapsed)
def when_a_spot_is_gone_then_the_next_one_has_it(
    event: SignUpEnded | SpotLapsed, cause: Recorded, places: Places
) -> Sequence[Command]:
    """候补递补. What somebody completed is no free spot."""
    if isinstance(event, SignUpEnded) and event.end is SignUpEnd.COMPLETED:
        return []
    return [
        FreeSpot(
            offer_id=offer_id(event.register_number),
            sign_up=cause.originator_id,
            waits=isinstance(event, SpotLapsed),
        )
    ]


@when(OfferEnded)
def when_an_offer_ends_then_those_who_wait_are_told(
    event: OfferEnded, cause: Recorded, places: Places
) -> Sequence[Command]:
    end = SignUpEnd.CANCELLED if event.cancelled else SignUpEnd.NO_SPOT
    return [CloseSignUp(sign_up=each, end=end) for each in event.left_out]
