"""A school's concern: the town looks into it, and what it confirms raises the visiting tier."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from domain.child_file import SetTierTrigger
from domain.concern import ConcernClosed, ConcernConfirmed, ConcernRaised, ConfirmConcern
from domain.kernel import Command, Recorded, derived_id
from domain.organisations import HUB, Seat, district_organisation, nearest_of
from domain.reactions.kernel import Places, refer, when
from domain.referral import ReferralCompleted, ReferralReturned

LOOK_INTO = "look_into_concern"
CIVIL_AFFAIRS = district_organisation(Seat.CIVIL_AFFAIRS)
CONFIRMED = "CONFIRMED"


def concern_trigger(concern: UUID) -> UUID:
    """What a confirmed concern raises the tier as; it tells nobody which concern it was."""
    return derived_id("tier_trigger", concern)


@when(ConcernRaised)
def when_concern_raised_then_the_town_looks_into_it(
    event: ConcernRaised, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Plan 二1 P05: 儿童督导员、儿童主任加强指导、干预. Where no town is known, civil affairs
    does. The hub itself refers: the list of what a school sent must not tell it where its pupil
    lives now. A corrected record asks for nothing again."""
    if cause.header.supersedes is not None:
        return []
    town = event.looked_into_by_town
    addressee = nearest_of(town=town)
    case = cause.originator_id
    return [refer(cause, LOOK_INTO, addressee, case=case, sender=HUB, town=town)]


@when(ReferralReturned)
def when_town_returns_a_concern_then_civil_affairs_look_into_it(
    event: ReferralReturned, cause: Recorded, places: Places
) -> Sequence[Command]:
    """As a concern, so that it can still be confirmed."""
    if event.kind != LOOK_INTO or event.addressee == CIVIL_AFFAIRS:
        return []
    case = event.case_id
    return [refer(cause, LOOK_INTO, CIVIL_AFFAIRS, case=case, sender=event.sender, town=None)]


@when(ReferralCompleted, at_once=True)
def when_town_confirms_a_concern_then_the_concern_is_confirmed(
    event: ReferralCompleted, cause: Recorded, places: Places
) -> Sequence[Command]:
    if event.kind != LOOK_INTO or event.outcome != CONFIRMED:
        return []
    return [ConfirmConcern(child_ref=event.child_ref, concern=event.case_id)]


@when(ConcernConfirmed, at_once=True)
def when_concern_confirmed_then_the_tier_is_raised(
    event: ConcernConfirmed, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Plan 二3 P20: 心理或行为异常 → 每两周联系、每月走访."""
    trigger = concern_trigger(cause.originator_id)
    return [SetTierTrigger(child_ref=event.child_ref, trigger=trigger, active=True)]


@when(ConcernClosed, at_once=True)
def when_concern_closed_then_it_raises_the_tier_no_longer(
    event: ConcernClosed, cause: Recorded, places: Places
) -> Sequence[Command]:
    trigger = concern_trigger(cause.originator_id)
    return [SetTierTrigger(child_ref=event.child_ref, trigger=trigger, active=False)]
