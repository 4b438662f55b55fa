"""A child's sign-up: who says what when, and who is told.

P06: 搭建公益活动平台; P29: 优先满足; P01: 参与权更充分保障，以儿童需求为导向.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from domain.deadline import DeadlineState, MeetDeadline, SetDeadline, deadline_id
from domain.deadline_stream import DEADLINE
from domain.kernel import Category, Command, Event
from domain.offer_codes import (
    ATTENDANCE,
    SIGN_UP_END,
    SPOT_ANSWER,
    Attendance,
    OfferKind,
    SignUpEnd,
    SpotAnswer,
    Wish,
)
from domain.offer_events import (
    FreeSpot,
    offer_id,
)
from domain.organisations import HUB, Seat, district_organisation, seat_of
from domain.reactions.offers import (
    take_in_task,
    when_a_child_is_answered_then_nobody_is_reminded,
    when_a_childs_wish_is_decided_then_it_is_answered_in_time,
    when_a_sign_up_ends_then_the_child_is_expected_no_more,
    when_a_spot_is_gone_then_the_next_one_has_it,
    when_a_spot_is_taken_then_the_organiser_expects_the_child,
)
from domain.referral import CompleteReferral, RequestReferral, WithdrawReferral
from domain.registry import TOGETHER
from domain.sign_up import (
    SIGN_UP,
    SignUpState,
)
from domain.sign_up_events import (
    ANSWER_CHILD,
    ANSWER_SPOT,
    AnswerChild,
    AnswerSpot,
    ChildAnswered,
    CloseSignUp,
    LapseSpot,
    OfferSpot,
    RecordAttendance,
    SignedUp,
    SignUp,
    SignUpEnded,
    SpotAttended,
    SpotLapsed,
    SpotOffered,
    SpotTaken,
    sign_up_id,
)
from tests.domain.invented import CHILD, EVERY_SEAT, SCHOOL, VILLAGE
from tests.domain.pools import RULES, OneStation
from tests.specification import Journal, as_recorded, at_noon, circumstances, folded, given
from tests.together import all_of

TODAY = date(2026, 6, 22)
NUMBER = "BM-2026-01"
LEAGUE = district_organisation(Seat.YOUTH_LEAGUE)
ID = sign_up_id(CHILD, NUMBER)
OF: dict[str, Any] = {"child_ref": CHILD, "register_number": NUMBER}
NOTE = "示例备注"

sign = SignUp(**OF, signed_on=TODAY, wish=Wish.WISHES, childs_words="想和同学一起去")
offer = OfferSpot(
    sign_up=ID,
    organiser=LEAGUE,
    offer=OfferKind.DAY_CARE,
    begins_on=date(2026, 7, 6),
    until=date(2026, 8, 14),
)
take = AnswerSpot(**OF, answer=SpotAnswer.TAKES, answered_on=TODAY, note=NOTE)
decline = take.model_copy(update={"answer": SpotAnswer.DECLINES})
lapse = LapseSpot(sign_up=ID)
close = CloseSignUp(sign_up=ID, end=SignUpEnd.NO_SPOT)


def attend(what: Attendance) -> RecordAttendance:
    return RecordAttendance(**OF, attendance=what, seen_on=TODAY, note=NOTE)


SPOT: dict[str, Any] = {**OF, "organiser": LEAGUE, "offer": OfferKind.DAY_CARE}
NO_SPOT: dict[str, Any] = {**OF, "organiser": None, "offer": None}
ANSWER_BY = RULES.due(RULES.clocks[ANSWER_SPOT].within, at_noon(TODAY))
SIGNED = SignedUp(**sign.model_dump(), signed_by=VILLAGE)
OFFERED = SpotOffered(
    **SPOT,
    told_to=VILLAGE,
    signed_by=VILLAGE,
    begins_on=offer.begins_on,
    until=offer.until,
    answer_by=ANSWER_BY,
    lapses_at=RULES.due(RULES.offers.lapses_after, ANSWER_BY),
)
TODAY_NOON = at_noon(TODAY)
TELL_BY = RULES.due(RULES.clocks[ANSWER_CHILD].within, TODAY_NOON)
TAKEN = SpotTaken(**SPOT, told_to=LEAGUE, answered_on=TODAY, note=NOTE, tell_child_by=TELL_BY)
CAME = SpotAttended(**SPOT, told_to=VILLAGE, seen_on=TODAY, note=NOTE)


def ended(
    end: SignUpEnd,
    told_to: str | None,
    *,
    came: bool = False,
    note: str | None = NOTE,
    about: dict[str, Any] = SPOT,
    tell_by: datetime | None = None,
) -> SignUpEnded:
    """Of what the hub or the family ends the child is told, unless it has come."""
    if end in (SignUpEnd.NO_SPOT, SignUpEnd.CANCELLED, SignUpEnd.DECLINED) and not came:
        tell_by = tell_by or TELL_BY
    return SignUpEnded(
        **about,
        told_to=told_to,
        ended_on=TODAY,
        end=end,
        came=came,
        note=note,
        tell_child_by=tell_by,
    )


HISTORIES: dict[SignUpState, tuple[Event, ...]] = {
    SignUpState.NONE: (),
    SignUpState.WAITING: (SIGNED,),
    SignUpState.OFFERED: (SIGNED, OFFERED),
    SignUpState.TAKEN: (SIGNED, OFFERED, TAKEN),
    SignUpState.ATTENDING: (SIGNED, OFFERED, TAKEN, CAME),
    SignUpState.ENDED: (SIGNED, OFFERED, ended(SignUpEnd.DECLINED, None)),
}
ACTIONS: dict[str, Command] = {
    "sign": sign,
    "offer": offer,
    "take": take,
    "decline": decline,
    "lapse": lapse,
    "close": close,
    **{each.value: attend(each) for each in Attendance},
}
WAITS, HAS, TAKES, COMES = (
    SignUpState.WAITING,
    SignUpState.OFFERED,
    SignUpState.TAKEN,
    SignUpState.ATTENDING,
)
WHO: dict[str, str] = {
    **dict.fromkeys(("offer", "lapse", "close"), HUB),
    **dict.fromkeys(("take", "decline"), VILLAGE),
    **dict.fromkeys(map(str, Attendance), LEAGUE),
}
REFUSED: dict[str, str] = {
    **dict.fromkeys(("offer", "lapse", "close"), "SPOTS_BY_HUB"),
    **dict.fromkeys(("take", "decline"), "SIGN_UP_NOT_YOURS"),
    **dict.fromkeys(map(str, Attendance), "ATTENDANCE_NOT_YOURS"),
}
DONE: dict[tuple[SignUpState, str], Event | None] = {
    **{(state, action): None for state in HISTORIES for action in ("offer", "lapse", "close")},
    (WAITS, "offer"): OFFERED,
    (HAS, "lapse"): SpotLapsed(**SPOT, told_to=VILLAGE),
    (WAITS, "close"): ended(SignUpEnd.NO_SPOT, VILLAGE, note=None, about=NO_SPOT),
    (HAS, "close"): ended(SignUpEnd.NO_SPOT, VILLAGE, note=None),
    (TAKES, "close"): ended(SignUpEnd.NO_SPOT, VILLAGE, note=None),
    (COMES, "close"): ended(SignUpEnd.NO_SPOT, VILLAGE, note=None, came=True),
    (HAS, "take"): TAKEN,
    (WAITS, "decline"): ended(SignUpEnd.DECLINED, None, about=NO_SPOT),
    (HAS, "decline"): ended(SignUpEnd.DECLINED, None),
    (TAKES, "decline"): ended(SignUpEnd.DECLINED, LEAGUE),
    (TAKES, "CAME"): CAME,
    (TAKES, "NOT_COME"): ended(SignUpEnd.NOT_COME, VILLAGE),
    (TAKES, "COMPLETED"): ended(SignUpEnd.COMPLETED, VILLAGE, came=True),
    (COMES, "COMPLETED"): ended(SignUpEnd.COMPLETED, VILLAGE, came=True),
    (TAKES, "LEFT"): ended(SignUpEnd.LEFT, VILLAGE, came=True),
    (COMES, "LEFT"): ended(SignUpEnd.LEFT, VILLAGE, came=True),
}
SIGN_UP_SEATS = {Seat.VILLAGE, Seat.TOWN, Seat.SCHOOL}


@pytest.mark.parametrize("state", HISTORIES)
@pytest.mark.parametrize("action", ACTIONS)
@all_of("by", sorted({*EVERY_SEAT, HUB}))
def test_p29_who_may_do_what_with_a_sign_up_in_which_state(
    state: SignUpState, action: str, by: str
) -> None:
    assert folded(SIGN_UP, *HISTORIES[state]).state is state
    outcome = given(*HISTORIES[state]).when(ACTIONS[action], by=by, on=TODAY)
    unknown = state is SignUpState.NONE or (action in set(Attendance) and state in (WAITS, HAS))
    if action == "sign":
        if by != HUB and seat_of(by) in SIGN_UP_SEATS:
            outcome.then(SIGNED.model_copy(update={"signed_by": by}))
        else:
            assert outcome.then_refused("SIGN_UP_NOT_HERE").text.endswith("。")
    elif by != WHO[action] or (unknown and WHO[action] != HUB):
        assert outcome.then_refused(REFUSED[action]).text.endswith("。")
    elif (state, action) not in DONE:
        outcome.then_refused("SIGN_UP_STATE")
    elif (event := DONE[state, action]) is None:
        outcome.then_nothing()
    else:
        outcome.then(event)


def test_p01_what_the_child_says_is_on_record_in_its_own_words_and_sealed() -> None:
    """以儿童需求为导向."""
    assert set(SignedUp.SENSITIVE) == {"childs_words"}
    assert SIGNED.wish is Wish.WISHES
    assert SIGNED.category is Category.PROGRAMMES


tells = AnswerChild(**OF, told_on=TODAY, childs_words="（示例）好的")
TOLD_CHILD = ChildAnswered(**OF, told_on=TODAY, childs_words="（示例）好的")


def test_p01_a_child_that_said_what_it_wishes_is_told_what_became_of_it_in_time() -> None:
    """参与权更充分保障: whoever asked the child answers it, by a clock, whether it has a spot or
    not; whoever comes knows it, and nobody asks who was too young to be asked."""
    assert RULES.clocks[ANSWER_CHILD].source
    journal = Journal(OneStation(), TOGETHER)
    for command, by in ((sign, VILLAGE), (offer, HUB), (take, VILLAGE)):
        journal.carry_out(command, by=by, on=TODAY)
    clock = journal.states(DEADLINE)(deadline_id(ID, ANSWER_CHILD))
    assert (clock.owner, clock.due_at) == (VILLAGE, TELL_BY)
    journal.carry_out(tells, by=VILLAGE, on=TODAY)
    assert journal.states(DEADLINE)(deadline_id(ID, ANSWER_CHILD)).state is DeadlineState.MET
    young = SIGNED.model_copy(update={"wish": Wish.TOO_YOUNG})
    (taken,) = given(young, OFFERED).when(take, by=VILLAGE, on=TODAY).events
    assert isinstance(taken, SpotTaken)
    assert taken.tell_child_by is None
    reaction = when_a_childs_wish_is_decided_then_it_is_answered_in_time
    assert follows(reaction, taken) == []
    (left_out,) = follows(reaction, ended(SignUpEnd.NO_SPOT, VILLAGE, tell_by=TELL_BY))
    assert isinstance(left_out, SetDeadline)
    assert (left_out.owner, left_out.kind) == (VILLAGE, ANSWER_CHILD)
    (met,) = follows(when_a_child_is_answered_then_nobody_is_reminded, CAME)
    assert met == MeetDeadline(subject_id=ID, kind=ANSWER_CHILD)


@pytest.mark.parametrize("state", HISTORIES)
@pytest.mark.parametrize("by", sorted({*EVERY_SEAT, HUB}))
def test_p01_who_signed_the_child_up_answers_it_once_it_is_decided(
    state: SignUpState, by: str
) -> None:
    outcome = given(*HISTORIES[state]).when(tells, by=by, on=TODAY)
    if by != VILLAGE or state is SignUpState.NONE:
        outcome.then_refused("SIGN_UP_NOT_YOURS")
    elif state in (WAITS, HAS):
        outcome.then_refused("SIGN_UP_STATE")
    else:
        outcome.then(TOLD_CHILD)
        assert folded(SIGN_UP, *HISTORIES[state], TOLD_CHILD).state is state
        tomorrow = tells.model_copy(update={"told_on": TODAY + timedelta(days=1)})
        later = given(*HISTORIES[state]).when(tomorrow, by=by, on=TODAY)
        later.then_refused("SIGN_UP_IN_FUTURE")
    assert set(ChildAnswered.SENSITIVE) == {"childs_words"}


def test_whoever_signed_the_child_up_too_may_answer_and_reads_as_the_first_time() -> None:
    both = (SIGNED, SIGNED.model_copy(update={"signed_by": SCHOOL}), OFFERED)
    given(*both).when(take, by=SCHOOL, on=TODAY).then(TAKEN)
    again = (*HISTORIES[SignUpState.ENDED], SIGNED.model_copy(update={"signed_by": SCHOOL}))
    assert folded(SIGN_UP, *again).signers == (SCHOOL,)
    assert folded(SIGN_UP, *again).state is SignUpState.WAITING


def test_a_corrected_answer_or_attendance_stands_in_the_same_place() -> None:
    given(*HISTORIES[TAKES]).when(take, by=VILLAGE, on=TODAY, correction=True).then(TAKEN)
    came = attend(Attendance.CAME)
    given(*HISTORIES[COMES]).when(came, by=LEAGUE, on=TODAY, correction=True).then(CAME)


@pytest.mark.parametrize(
    ("history", "command", "by"),
    [
        ((), sign.model_copy(update={"signed_on": TODAY + timedelta(days=1)}), VILLAGE),
        (
            HISTORIES[HAS],
            take.model_copy(update={"answered_on": TODAY + timedelta(days=1)}),
            VILLAGE,
        ),
        (
            HISTORIES[TAKES],
            attend(Attendance.CAME).model_copy(update={"seen_on": TODAY + timedelta(days=1)}),
            LEAGUE,
        ),
    ],
)
def test_nothing_happens_in_the_future(
    history: tuple[Event, ...], command: Command, by: str
) -> None:
    given(*history).when(command, by=by, on=TODAY).then_refused("SIGN_UP_IN_FUTURE")


def test_every_code_has_its_word() -> None:
    assert set(ATTENDANCE.labels) == set(Attendance)
    assert set(SPOT_ANSWER.labels) == set(SpotAnswer)
    assert set(SIGN_UP_END.labels) == set(SignUpEnd)


# What follows


def follows(reaction: Any, event: Event) -> list[Command]:
    where = circumstances(VILLAGE, TODAY)
    return list(reaction.then(event, as_recorded(event, ID, 1, where), OneStation()))


def test_a_spot_is_answered_in_time() -> None:
    journal = Journal(OneStation(), TOGETHER)
    journal.carry_out(sign, by=VILLAGE, on=TODAY)
    journal.carry_out(offer, by=HUB, on=TODAY)
    clock = journal.states(DEADLINE)(deadline_id(ID, ANSWER_SPOT))
    assert (clock.owner, clock.state, clock.due_at) == (VILLAGE, DeadlineState.RUNNING, ANSWER_BY)
    journal.carry_out(take, by=VILLAGE, on=TODAY)
    met = journal.states(DEADLINE)(deadline_id(ID, ANSWER_SPOT))
    assert met.state is DeadlineState.MET


def test_p29_the_organiser_is_asked_to_take_the_child_in_and_told_no_reason() -> None:
    (asked,) = follows(when_a_spot_is_taken_then_the_organiser_expects_the_child, TAKEN)
    assert isinstance(asked, RequestReferral)
    assert (asked.addressee, asked.kind, asked.sender) == (LEAGUE, "take_in_child", HUB)
    row = RULES.referrals["take_in_child"]
    assert set(row.release) == {Category.WHO, Category.CONTACT}
    assert not set(SpotTaken.model_fields) & {"goes_first", "category", "tier"}


@pytest.mark.parametrize(
    ("end", "came", "expected"),
    [
        (SignUpEnd.NOT_COME, False, "NOT_COME"),
        (SignUpEnd.COMPLETED, True, "CAME"),
        (SignUpEnd.LEFT, True, "CAME"),
        (SignUpEnd.DECLINED, False, None),
        (SignUpEnd.CANCELLED, False, None),
    ],
)
def test_with_a_sign_up_the_organisers_task_ends(
    end: SignUpEnd, came: bool, expected: str | None
) -> None:
    event = ended(end, VILLAGE, came=came)
    (over,) = follows(when_a_sign_up_ends_then_the_child_is_expected_no_more, event)
    if expected is None:
        assert over == WithdrawReferral(referral_id=take_in_task(ID))
    else:
        assert isinstance(over, CompleteReferral)
        assert (over.referral_id, over.outcome) == (take_in_task(ID), expected)


def test_the_spot_of_who_does_not_come_goes_to_the_next_and_of_who_completed_to_nobody() -> None:
    reaction = when_a_spot_is_gone_then_the_next_one_has_it
    (free,) = follows(reaction, ended(SignUpEnd.NOT_COME, VILLAGE))
    assert free == FreeSpot(offer_id=offer_id(NUMBER), sign_up=ID, waits=False)
    (waits,) = follows(reaction, SpotLapsed(**SPOT, told_to=VILLAGE))
    assert waits == FreeSpot(offer_id=offer_id(NUMBER), sign_up=ID, waits=True)
    assert follows(reaction, ended(SignUpEnd.COMPLETED, VILLAGE, came=True)) == []
