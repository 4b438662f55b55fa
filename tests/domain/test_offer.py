"""What is offered to sign up for, and who has a spot first.

P06: 依托街镇未保站搭建公益活动平台，提供主题教育、志愿服务、社会实践等公益活动.
P29: 未保站项目与活动、爱心暑托班、宝宝屋、托位优先满足.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.child_file import ChildFile, Classes
from domain.deadline import DeadlineState, deadline_id
from domain.deadline_stream import DEADLINE
from domain.kernel import Category, Command, Event
from domain.offer import (
    OFFER,
    goes_first,
)
from domain.offer_board import OFFER_BOARD, board_id
from domain.offer_codes import OFFER_KIND, OfferKind, OfferState
from domain.offer_events import (
    WAITING_LIST,
    EndOffer,
    FreeSpot,
    GiveOutSpots,
    OfferEnded,
    OfferPublished,
    PublishOffer,
    QueueSignUp,
    SignUpQueued,
    SpotFreed,
    SpotGiven,
    SpotsGivenOut,
    offer_id,
)
from domain.organisations import HUB, Seat, district_organisation, seat_of
from domain.registry import TOGETHER
from tests.domain.invented import (
    CHILD,
    EVERY_SEAT,
    OTHER_TOWN,
    SCHOOL,
    TOWN,
    TOWN_CODE,
    VILLAGE,
    VILLAGE_CODE,
)
from tests.domain.pools import RULES, OneStation
from tests.specification import Happened, Journal, at_noon, folded, given, happened
from tests.together import all_of

TODAY = date(2026, 6, 1)
CLOSES = date(2026, 6, 20)
GIVEN_OUT = CLOSES + timedelta(days=1)
NUMBER = "BM-2026-01"
FIRST, SECOND, THIRD = (UUID(int=n) for n in (1, 2, 3))
CHILDS = ChildFile(opened=True, village=VILLAGE_CODE, town=TOWN_CODE, school=SCHOOL)
IN_SCOPE = replace(CHILDS, classes={None: Classes(in_scope=True, raises_tier=False)})
ENHANCED = replace(CHILDS, classes={None: Classes(in_scope=False, raises_tier=True)})

publish = PublishOffer(
    register_number=NUMBER,
    offer=OfferKind.DAY_CARE,
    brand=None,
    town=TOWN_CODE,
    begins_on=date(2026, 7, 6),
    until=date(2026, 8, 14),
    spots=1,
    age_from=6,
    age_until=12,
    sign_up_by=CLOSES,
    account="带水杯",
)
queue = QueueSignUp(
    register_number=NUMBER,
    sign_up=FIRST,
    of_child=CHILD,
    born=date(2016, 5, 1),
    guardian_agrees=True,
)
give_out = GiveOutSpots(offer_id=offer_id(NUMBER))
free = FreeSpot(offer_id=offer_id(NUMBER), sign_up=FIRST, waits=False)
end = EndOffer(register_number=NUMBER, ended_on=TODAY, cancelled=False)
cancel = end.model_copy(update={"cancelled": True})

ABOUT: dict[str, Any] = {
    "register_number": NUMBER,
    "organiser": TOWN,
    "told_to": TOWN,
    "offer": OfferKind.DAY_CARE,
}
(PUBLISHED,) = given().when(publish, by=TOWN, on=TODAY).events
ENDED = OfferEnded(
    **{**ABOUT, "told_to": None}, ended_on=TODAY, cancelled=False, left_out=(SECOND,)
)


def queued(sign_up: UUID, *, first: bool = False) -> SignUpQueued:
    return SignUpQueued(**ABOUT, sign_up=sign_up, goes_first=first)


def spot(sign_up: UUID, *, first: bool = False, waiting: int = 0) -> SpotGiven:
    return SpotGiven(
        **ABOUT,
        sign_up=sign_up,
        goes_first=first,
        begins_on=publish.begins_on,
        until=publish.until,
        waiting=waiting,
    )


def given_out(waiting: int) -> SpotsGivenOut:
    due = RULES.due(RULES.clocks[WAITING_LIST].within, at_noon(GIVEN_OUT)) if waiting else None
    return SpotsGivenOut(**ABOUT, waiting=waiting, answer_by=due)


def freed(*, waits: bool = False) -> SpotFreed:
    return SpotFreed(**ABOUT, sign_up=FIRST, waits=waits)


OPEN = (PUBLISHED, queued(FIRST), queued(SECOND))
OUT = (*OPEN, given_out(1), spot(FIRST, waiting=1))
HISTORIES: dict[OfferState, tuple[Event, ...]] = {
    OfferState.NONE: (),
    OfferState.OPEN: OPEN,
    OfferState.GIVEN_OUT: OUT,
    OfferState.ENDED: (*OUT, ENDED),
}
ACTIONS: dict[str, Command] = {
    "publish": publish,
    "queue": queue.model_copy(update={"sign_up": THIRD}),
    "give out": give_out,
    "free": free,
    "end": end.model_copy(update={"ended_on": GIVEN_OUT}),
    "cancel": cancel.model_copy(update={"ended_on": GIVEN_OUT}),
}
MAY_OFFER = {Seat.TOWN, Seat.YOUTH_LEAGUE}
SIGN_UP = {Seat.VILLAGE, Seat.TOWN, Seat.SCHOOL}
DONE: dict[tuple[OfferState, str], tuple[Event | Happened, ...]] = {
    (OfferState.OPEN, "queue"): (queued(THIRD),),
    (OfferState.GIVEN_OUT, "queue"): (queued(THIRD),),
    (OfferState.NONE, "give out"): (),
    (OfferState.OPEN, "give out"): (given_out(1), spot(FIRST, waiting=1)),
    (OfferState.GIVEN_OUT, "give out"): (),
    (OfferState.ENDED, "give out"): (),
    (OfferState.NONE, "free"): (),
    (OfferState.OPEN, "free"): (freed(),),
    (OfferState.GIVEN_OUT, "free"): (freed(), spot(SECOND)),
    (OfferState.ENDED, "free"): (freed(),),
    (OfferState.GIVEN_OUT, "end"): (happened(OfferEnded, cancelled=False, left_out=(SECOND,)),),
    (OfferState.OPEN, "cancel"): (happened(OfferEnded, cancelled=True, left_out=(FIRST, SECOND)),),
    (OfferState.GIVEN_OUT, "cancel"): (
        happened(OfferEnded, cancelled=True, left_out=(SECOND, FIRST)),
    ),
}


@pytest.mark.parametrize("state", HISTORIES)
@pytest.mark.parametrize("action", ACTIONS)
@all_of("by", sorted({*EVERY_SEAT, OTHER_TOWN, HUB}))
def test_p29_who_may_do_what_with_an_offer_in_which_state(
    state: OfferState, action: str, by: str
) -> None:
    assert folded(OFFER, *HISTORIES[state]).state is state
    outcome = given(*HISTORIES[state]).when(ACTIONS[action], by=by, on=GIVEN_OUT, child=CHILDS)
    seat = None if by == HUB else seat_of(by)
    if action == "publish":
        _may_publish(outcome, state, by, seat)
    elif action in ("give out", "free") and by != HUB:
        assert outcome.then_refused("SPOTS_BY_HUB").text.endswith("。")
    elif action == "queue" and seat not in SIGN_UP:
        assert outcome.then_refused("SIGN_UP_NOT_HERE").text.endswith("。")
    elif action in ("end", "cancel") and (by != TOWN or state is OfferState.NONE):
        assert outcome.then_refused("OFFER_NOT_YOURS").text.endswith("。")
    elif (done := DONE.get((state, action))) is not None:
        if done:
            outcome.then(*done)
        else:
            outcome.then_nothing()
    else:
        codes = {"queue": "OFFER_UNKNOWN", "end": "OFFER_OVER", "cancel": "OFFER_OVER"}
        still = state is OfferState.OPEN and action == "end"
        outcome.then_refused("OFFER_STILL_OPEN" if still else codes[action])


def _may_publish(outcome: Any, state: OfferState, by: str, seat: Seat | None) -> None:
    if seat not in MAY_OFFER:
        assert outcome.then_refused("OFFER_KIND_NOT_YOURS").text.endswith("。")
    elif state is OfferState.NONE:
        outcome.then_refused("OFFER_SIGN_UP_OVER")
    elif by != TOWN:
        outcome.then_refused("OFFER_NUMBER_USED")
    elif state is OfferState.ENDED:
        outcome.then_refused("OFFER_OVER")
    elif state is OfferState.OPEN:
        outcome.then(PUBLISHED)
    else:
        again = PUBLISHED.model_copy(update={"sign_up_ends": None})
        outcome.then(again, given_out(1))


# Who goes first


def test_p29_who_is_in_scope_goes_first_whoever_came_before() -> None:
    """优先满足: first those who go first, then by when they came."""
    waits = (PUBLISHED, queued(FIRST), queued(SECOND, first=True), queued(THIRD, first=True))
    given(*waits).when(give_out, by=HUB, on=GIVEN_OUT).then(
        given_out(2), spot(SECOND, first=True, waiting=2)
    )


@pytest.mark.parametrize(
    ("child", "by", "first"),
    [
        (IN_SCOPE, VILLAGE, True),
        (ENHANCED, SCHOOL, True),
        (CHILDS, VILLAGE, False),
        (IN_SCOPE, OTHER_TOWN, False),
        (None, VILLAGE, False),
    ],
)
def test_p29_nobody_is_refused_for_lack_of_a_category(
    child: ChildFile | None, by: str, first: bool
) -> None:
    """And of another's child nobody learns by its turn what its file says."""
    given(PUBLISHED).when(queue, by=by, on=TODAY, child=child).then(queued(FIRST, first=first))


def test_who_goes_first_is_a_row_of_the_policies() -> None:
    rule = RULES.offers.kinds[OfferKind.DAY_CARE]
    assert goes_first(rule, IN_SCOPE)
    assert not goes_first(rule.model_copy(update={"first": frozenset()}), IN_SCOPE)
    assert set(RULES.offers.kinds) == set(OfferKind) == set(OFFER_KIND.labels)


def test_a_spot_that_comes_free_goes_to_the_next_and_who_let_it_lapse_waits_behind() -> None:
    """候补递补."""
    before = (
        *OPEN,
        given_out(1),
        spot(FIRST, waiting=1),
    )
    lapsed = free.model_copy(update={"waits": True})
    given(*before).when(lapsed, by=HUB, on=GIVEN_OUT).then(
        freed(waits=True), spot(SECOND, waiting=1)
    )
    alone = (PUBLISHED, queued(FIRST), given_out(0), spot(FIRST))
    given(*alone).when(lapsed, by=HUB, on=GIVEN_OUT).then(freed(waits=True), spot(FIRST))


def test_more_spots_go_to_those_who_wait() -> None:
    more = publish.model_copy(update={"spots": 2})
    again = PUBLISHED.model_copy(update={"spots": 2, "sign_up_ends": None})
    given(*OUT).when(more, by=TOWN, on=GIVEN_OUT).then(again, given_out(0), spot(SECOND))


def test_before_the_last_day_nobody_has_a_spot_and_after_the_end_nobody_any_more() -> None:
    given(*OPEN).when(give_out, by=HUB, on=CLOSES).then_nothing()
    over = publish.until + timedelta(days=1)
    given(*OUT).when(free, by=HUB, on=over).then(freed())


def test_a_corrected_or_repeated_sign_up_takes_no_second_place() -> None:
    given(*OPEN).when(queue, by=VILLAGE, on=TODAY).then_nothing()
    third = queue.model_copy(update={"sign_up": THIRD})
    for history in (OPEN, HISTORIES[OfferState.ENDED]):
        given(*history).when(third, by=VILLAGE, on=TODAY, correction=True).then_nothing()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"begins_on": date(2026, 6, 19)}, "OFFER_BACKWARDS"),
        ({"until": date(2026, 7, 5)}, "OFFER_BACKWARDS"),
        ({"age_until": 5}, "OFFER_AGES"),
        ({"offer": OfferKind.NURSERY}, "OFFER_KIND_NOT_YOURS"),
    ],
)
def test_what_cannot_be_offered_is_refused(changes: dict[str, Any], code: str) -> None:
    wrong = publish.model_copy(update=changes)
    assert given().when(wrong, by=TOWN, on=TODAY).then_refused(code).text.endswith("。")


def test_what_was_published_keeps_its_kind_and_the_spots_that_were_given() -> None:
    other = publish.model_copy(update={"offer": OfferKind.STATION_ACTIVITY})
    given(*OPEN).when(other, by=TOWN, on=TODAY).then_refused("OFFER_NUMBER_USED")
    two = PUBLISHED.model_copy(update={"spots": 2})
    both = (two, queued(FIRST), queued(SECOND), given_out(0), spot(FIRST), spot(SECOND))
    given(*both).when(publish, by=TOWN, on=GIVEN_OUT).then_refused("OFFER_SPOTS_GIVEN")
    given(*OUT).when(end, by=TOWN, on=TODAY - timedelta(days=1)).then_refused("OFFER_END_IN_FUTURE")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"guardian_agrees": False}, "GUARDIAN_NOT_AGREED"),
        ({"born": date(2020, 7, 7)}, "OFFER_OTHER_AGE"),
        ({"born": date(2013, 7, 6)}, "OFFER_OTHER_AGE"),
    ],
)
def test_who_cannot_be_signed_up_hears_why(changes: dict[str, Any], code: str) -> None:
    wrong = queue.model_copy(update=changes)
    given(PUBLISHED).when(wrong, by=VILLAGE, on=TODAY).then_refused(code)
    right = queue.model_copy(update={"born": date(2013, 7, 7)})
    given(PUBLISHED).when(right, by=VILLAGE, on=TODAY).then(queued(FIRST))


def test_no_event_of_an_offer_names_a_child_and_its_own_words_are_sealed() -> None:
    for event in (*OUT, ENDED, freed()):
        assert event.subject is None
        assert event.category is Category.PROGRAMMES
    assert set(OfferPublished.SENSITIVE) == {"account"}


# The board, and whoever waits


def test_p06_what_is_published_stands_on_the_board_of_its_year() -> None:
    """搭建公益活动平台."""
    journal = Journal(OneStation(), TOGETHER)
    journal.carry_out(publish, by=TOWN, on=TODAY)
    journal.carry_out(publish.model_copy(update={"spots": 3}), by=TOWN, on=TODAY)
    assert journal.states(OFFER_BOARD)(board_id("2026")).offers == (offer_id(NUMBER),)


def test_p29_nobody_waits_in_silence() -> None:
    """Those without a spot are answered in time: by more spots, or by an end of the sign-up."""
    journal = Journal(OneStation(), TOGETHER)
    journal.carry_out(publish, by=TOWN, on=TODAY)
    for each in (FIRST, SECOND):
        journal.carry_out(queue.model_copy(update={"sign_up": each}), by=VILLAGE, on=TODAY)
    journal.carry_out(give_out, by=HUB, on=GIVEN_OUT)
    clock = deadline_id(offer_id(NUMBER), WAITING_LIST)
    running = journal.states(DEADLINE)(clock)
    assert (running.owner, running.state) == (TOWN, DeadlineState.RUNNING)
    journal.carry_out(free, by=HUB, on=GIVEN_OUT)
    assert journal.states(DEADLINE)(clock).state is DeadlineState.MET


def test_offers_of_other_seats_are_theirs() -> None:
    nursery = publish.model_copy(update={"offer": OfferKind.NURSERY, "town": None})
    education = district_organisation(Seat.EDUCATION)
    (event,) = given().when(nursery, by=education, on=TODAY).events
    assert isinstance(event, OfferPublished)
    assert event.organiser == education
