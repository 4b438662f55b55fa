"""预防未成年人犯罪法 59: 记录应当依法予以封存; 刑事诉讼法 286: 司法机关为办案需要的除外."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from domain.kernel import Actor
from domain.organisations import HUB, Post
from domain.reactions.sealing import when_sealing_approved_then_the_record_is_fenced
from domain.sealing import (
    RECORD_SEAL,
    ApproveSealing,
    CompleteSealing,
    RecordSealed,
    RequestSealing,
    SealingApproved,
    SealingCompleted,
    SealingRefused,
    SealingRequested,
    SealRecord,
)
from domain.standing import Stands
from domain.unsealing import (
    UNSEALING,
    ApproveOpening,
    EndOpening,
    OpeningApproved,
    OpeningEnded,
    OpeningRequested,
    RequestOpening,
)
from tests.domain.invented import CHILD, EVERY_SEAT
from tests.domain.pools import OneStation
from tests.specification import as_recorded, at_noon, circumstances, folded, given

DAY = date(2026, 3, 4)
RECORD, OPENING = UUID(int=0x5EA1), UUID(int=0x5EA3)
CLASS = "test_conduct_measure"
ASKS = Actor("court:310117", Post.HANDLER.value, "u-asks")
APPROVES = Actor("procuratorate:310117", Post.HEAD.value, "u-approves")
SYSTEM = Actor(HUB, Post.SYSTEM.value, "hub")
UNTIL = at_noon(DAY + timedelta(days=3))

asking = RequestSealing(child_ref=CHILD, record=RECORD, record_class=CLASS)
approving = ApproveSealing(child_ref=CHILD, record=RECORD)
REQUESTED = SealingRequested(
    child_ref=CHILD, record=RECORD, record_class=CLASS, requested_by=ASKS.user
)
APPROVED = SealingApproved(child_ref=CHILD, record=RECORD)

opening = RequestOpening(opening=OPENING, child_ref=CHILD, record=RECORD, expires_at=UNTIL)
OPENING_REQUESTED = OpeningRequested(
    child_ref=CHILD, record=RECORD, expires_at=UNTIL, requested_by=ASKS.user
)
OPENING_APPROVED = OpeningApproved(child_ref=CHILD, record=RECORD, approved_by=APPROVES.user)
OPENING_ENDED = OpeningEnded(child_ref=CHILD, record=RECORD)


def test_one_asks_and_another_approves() -> None:
    given().when(asking, by=ASKS, on=DAY).then(REQUESTED)
    given(REQUESTED).when(approving, by=APPROVES, on=DAY).then(APPROVED)
    himself = Actor(ASKS.organisation, Post.HEAD.value, ASKS.user)
    given(REQUESTED).when(approving, by=himself, on=DAY).then_refused("SEALING_SAME_PERSON")
    handler = Actor(APPROVES.organisation, Post.HANDLER.value, "u-other")
    given(REQUESTED).when(approving, by=handler, on=DAY).then_refused("SEALING_POST")
    given().when(approving, by=APPROVES, on=DAY).then_refused("SEALING_NOT_REQUESTED")
    given(REQUESTED, APPROVED).when(asking, by=ASKS, on=DAY).then_refused("SEALING_DONE")


@pytest.mark.parametrize(
    "seat", [each for each in EVERY_SEAT if each.split(":")[0] not in ("court", "procuratorate")]
)
def test_only_court_and_procuratorate_ask_for_it_or_have_it_opened(seat: str) -> None:
    given().when(asking, by=seat, on=DAY).then_refused("SEALING_NOT_YOURS")
    given().when(opening, by=seat, on=DAY).then_refused("SEALING_NOT_YOURS")


@pytest.mark.parametrize("stands", Stands)
def test_what_stands_refuses_it_and_the_refusal_is_recorded(stands: Stands) -> None:
    refused = SealingRefused(child_ref=CHILD, record=RECORD, stands=(stands,), until=None)
    still = {"stands": (stands,)}
    given().when(asking.model_copy(update=still), by=ASKS, on=DAY).then(refused)
    later = approving.model_copy(update=still)
    given(REQUESTED).when(later, by=APPROVES, on=DAY).then(refused)


def test_a_class_that_policy_does_not_name_is_not_sealed() -> None:
    other = asking.model_copy(update={"record_class": "offence"})
    given().when(other, by=ASKS, on=DAY).then_refused("SEALING_CLASS")


def test_the_approval_fences_the_records_own_stream_once() -> None:
    cause = as_recorded(APPROVED, UUID(int=1), 1, circumstances(APPROVES, DAY))
    (fence,) = when_sealing_approved_then_the_record_is_fenced.then(APPROVED, cause, OneStation())
    assert isinstance(fence, SealRecord)
    assert RECORD_SEAL.locate(fence, lambda each: None) == RECORD
    sealed = RecordSealed(child_ref=CHILD)
    given().when(fence, by=SYSTEM, on=DAY).then(sealed)
    given(sealed).when(fence, by=SYSTEM, on=DAY).then_nothing()
    given().when(fence, by=APPROVES, on=DAY).then_refused("SEALING_NOT_YOURS")


def test_only_the_hub_completes_it() -> None:
    done = CompleteSealing(
        child_ref=CHILD,
        record=RECORD,
        keys_taken_at=at_noon(DAY),
        epoch_destroyed_at=at_noon(DAY),
        generation=3,
    )
    completed = SealingCompleted(**done.model_dump())
    given(REQUESTED, APPROVED).when(done, by=SYSTEM, on=DAY).then(completed)
    given(REQUESTED).when(done, by=SYSTEM, on=DAY).then_nothing()
    given(REQUESTED, APPROVED).when(done, by=ASKS, on=DAY).then_refused("SEALING_NOT_YOURS")


def test_an_opening_takes_another_person_and_lasts_no_longer_than_policy_says() -> None:
    given().when(opening, by=ASKS, on=DAY).then(OPENING_REQUESTED)
    for until in (at_noon(DAY), at_noon(DAY + timedelta(days=31))):
        wrong = opening.model_copy(update={"expires_at": until})
        given().when(wrong, by=ASKS, on=DAY).then_refused("OPENING_TERM")
    approve = ApproveOpening(opening=OPENING)
    given(OPENING_REQUESTED).when(approve, by=APPROVES, on=DAY).then(OPENING_APPROVED)
    himself = Actor(ASKS.organisation, Post.HEAD.value, ASKS.user)
    given(OPENING_REQUESTED).when(approve, by=himself, on=DAY).then_refused("SEALING_SAME_PERSON")
    late = DAY + timedelta(days=4)
    given(OPENING_REQUESTED).when(approve, by=APPROVES, on=late).then_refused("OPENING_EXPIRED")
    given().when(approve, by=APPROVES, on=DAY).then_refused("OPENING_NONE")


def test_it_is_open_from_the_approval_until_its_instant_for_the_two() -> None:
    state = folded(UNSEALING, OPENING_REQUESTED, OPENING_APPROVED)
    assert state.readers == {ASKS.user, APPROVES.user}
    assert state.is_open(UNTIL - timedelta(microseconds=1))
    assert not state.is_open(UNTIL)
    assert not folded(UNSEALING, OPENING_REQUESTED).is_open(at_noon(DAY))


def test_it_ends_by_one_of_the_two_or_by_the_clock_and_not_before_its_time() -> None:
    end = EndOpening(opening=OPENING)
    there = given(OPENING_REQUESTED, OPENING_APPROVED)
    there.when(end, by=ASKS, on=DAY).then(OPENING_ENDED)
    there.when(end, by=SYSTEM, on=DAY).then_nothing()
    there.when(end, by=SYSTEM, on=UNTIL).then(OPENING_ENDED)
    other = Actor(ASKS.organisation, Post.HEAD.value, "u-other")
    there.when(end, by=other, on=DAY).then_refused("SEALING_NOT_YOURS")
    given(OPENING_REQUESTED, OPENING_APPROVED, OPENING_ENDED).when(
        end, by=ASKS, on=DAY
    ).then_nothing()
