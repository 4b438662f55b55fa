"""家庭教育指导服务. Plan 二2 (P11): 加强对父母或监护人的家庭教育指导服务."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from domain.child_file import ChildFile
from domain.deadline import MeetDeadline, deadline_id
from domain.deadline_state import Deadline
from domain.deadline_stream import DEADLINE
from domain.kernel import Category, Command, Event
from domain.organisations import HUB, seat_of
from domain.reactions.voluntary_guidance import (
    giving_task,
    when_a_course_ends_then_its_task_is_answered,
    when_a_course_ends_then_no_session_is_awaited,
    when_guidance_goes_on_then_the_next_session_is_awaited,
    when_guidance_is_offered_then_what_was_declined_is_offered_again,
    when_somebody_else_gives_the_guidance_then_it_is_asked,
)
from domain.referral import CompleteReferral, RequestReferral
from domain.registry import TOGETHER
from domain.standing import Stands
from domain.suspicion import Suspicion
from domain.voluntary_guidance import (
    AGAIN,
    GIVE,
    NEXT,
    VOLUNTARY_GUIDANCE,
    CourseEnded,
    CourseResult,
    CourseSessionHeld,
    CourseState,
    EndCourse,
    GuidanceOffered,
    OfferGuidance,
    Origin,
    RecordCourseSession,
    matter_of,
    state_after,
    voluntary_guidance_id,
)
from hub.policies import load_policies
from tests.domain.invented import (
    CHILD,
    CIVIL_AFFAIRS,
    EVERY_SEAT,
    OTHER_SCHOOL,
    SCHOOL,
    TOWN,
    TOWN_CODE,
    VILLAGE,
    VILLAGE_CODE,
)
from tests.domain.pools import OneStation
from tests.specification import Journal, as_recorded, circumstances, folded, given, happened

RULES = load_policies().rules
TODAY = date(2026, 3, 4)
FEDERATION = "womens_federation:310117"
COURSE = voluntary_guidance_id(CHILD, FEDERATION, 1)
KNOWN = ChildFile(opened=True, town=TOWN_CODE, village=VILLAGE_CODE, school=SCHOOL)

offer = OfferGuidance(
    child_ref=CHILD,
    matter=Category.GUARDIANSHIP,
    giver=FEDERATION,
    offered_on=TODAY,
    origin=Origin.ASKED_FOR,
    accepted=True,
    topic="（示例）亲子沟通",
)
decline = offer.model_copy(update={"accepted": False})
session = RecordCourseSession(
    child_ref=CHILD, giver=FEDERATION, held_on=TODAY, attended=True, account="（示例）"
)
end = EndCourse(
    child_ref=CHILD,
    giver=FEDERATION,
    ended_on=TODAY,
    result=CourseResult.COMPLETED,
    account="（示例）",
)


def told(*steps: Command) -> tuple[Event, ...]:
    history: tuple[Event, ...] = ()
    for command in steps:
        by = VILLAGE if isinstance(command, OfferGuidance) else FEDERATION
        outcome = given(*history).when(command, by=by, on=TODAY, child=KNOWN)
        assert outcome.refusal is None, outcome.refusal
        history += outcome.events
    return history


HISTORIES: dict[str, tuple[Event, ...]] = {
    "none": (),
    "declined": told(decline),
    "agreed": told(offer),
    "held": told(offer, session),
    "declined and agreed": told(decline, offer),
    "agreed, and declined of another": told(offer, decline),
    "ended": told(offer, session, end),
}
STATES = {
    "none": CourseState.NONE,
    "declined": CourseState.DECLINED,
    "agreed": CourseState.AGREED,
    "held": CourseState.AGREED,
    "declined and agreed": CourseState.AGREED,
    "agreed, and declined of another": CourseState.AGREED,
    "ended": CourseState.ENDED,
}
COMMANDS: dict[str, tuple[Command, type[Event]]] = {
    "offer": (offer, GuidanceOffered),
    "session": (session, CourseSessionHeld),
    "end": (end, CourseEnded),
}


@pytest.mark.parametrize("history", HISTORIES)
@pytest.mark.parametrize("what", COMMANDS)
def test_p11_every_state_and_act_and_seat(history: str, what: str) -> None:
    """妇联、学校、社区家长学校: the child's village, town and school offer it, and who gives it
    states what was held; all others are refused in the same words, whether or not there is one."""
    command, event = COMMANDS[what]
    before = HISTORIES[history]
    nothing = given().when(command, by=OTHER_SCHOOL, on=TODAY, child=KNOWN)
    for organisation in (*EVERY_SEAT, OTHER_SCHOOL):
        asked_for = command
        if isinstance(command, OfferGuidance):
            matter = matter_of(organisation)
            asked_for = command.model_copy(update={"matter": matter})
        outcome = given(*before).when(asked_for, by=organisation, on=TODAY, child=KNOWN)
        if what == "offer":
            may = organisation in (VILLAGE, TOWN, SCHOOL)
        else:
            may = organisation == FEDERATION and STATES[history] is CourseState.AGREED
        if may:
            outcome.then(happened(event))
        else:
            refused = outcome.then_refused("COURSE_NOT_YOURS")
            assert refused.text == nothing.then_refused("COURSE_NOT_YOURS").text


@pytest.mark.parametrize("history", HISTORIES)
def test_views_and_fold_agree_on_the_state(history: str) -> None:
    state = ""
    for event in HISTORIES[history]:
        state = state_after(state, event.TOPIC, vars(event))
    assert (state or CourseState.NONE) == STATES[history]
    of = folded(VOLUNTARY_GUIDANCE, *HISTORIES[history])
    assert of.state is STATES[history]
    stands = VOLUNTARY_GUIDANCE.stands
    assert stands is not None
    runs = STATES[history] is CourseState.AGREED
    assert [each.code for each in stands(of, RULES)] == ([Stands.OPEN_CASE] if runs else [])


@pytest.mark.parametrize(
    ("by", "matter"),
    [
        (VILLAGE, Category.GUARDIANSHIP),
        (TOWN, Category.GUARDIANSHIP),
        (SCHOOL, Category.SCHOOLING),
    ],
)
def test_p11_each_states_it_under_its_own_matter_and_tells_who_gives_it(
    by: str, matter: Category
) -> None:
    command = offer.model_copy(update={"matter": matter})
    (event,) = given().when(command, by=by, on=TODAY, child=KNOWN).events
    assert isinstance(event, GuidanceOffered)
    assert (event.category, event.told_to, event.offered_by) == (matter, FEDERATION, by)
    assert command.states is matter
    (held,) = given(event).when(session, by=FEDERATION, on=TODAY, child=KNOWN).events
    assert isinstance(held, CourseSessionHeld)
    assert (held.category, held.told_to) == (matter, by)
    for each in (event, held):
        assert {each.category_of(name) for name in each.SENSITIVE} == {matter}
    other = Category.SCHOOLING if matter is Category.GUARDIANSHIP else Category.GUARDIANSHIP
    wrong = offer.model_copy(update={"matter": other})
    given().when(wrong, by=by, on=TODAY, child=KNOWN).then_refused("COURSE_NOT_YOURS")


@pytest.mark.parametrize("giver", EVERY_SEAT)
def test_it_is_given_by_who_offers_it_or_may_be_asked(giver: str) -> None:
    command = offer.model_copy(update={"giver": giver})
    outcome = given().when(command, by=VILLAGE, on=TODAY, child=KNOWN)
    if giver == VILLAGE or seat_of(giver) in RULES.referral_kind(GIVE).seats:
        outcome.then(happened(GuidanceOffered, told_to=giver))
    else:
        outcome.then_refused("COURSE_GIVER")


def test_p11_somebody_else_is_asked_to_give_it_and_its_end_answers_the_task() -> None:
    """Once for each time that the guardians accept; who gives it itself asks nobody."""
    ask = when_somebody_else_gives_the_guidance_then_it_is_asked
    (task,) = asked(ask, HISTORIES["agreed"][-1])
    assert isinstance(task, RequestReferral)
    assert (task.kind, task.addressee, task.sender) == (GIVE, FEDERATION, VILLAGE)
    assert task.referral_id == giving_task(COURSE, 1)
    assert set(RULES.referral_kind(GIVE).release) == {Category.WHO, Category.CONTACT}
    own = offer.model_copy(update={"giver": VILLAGE})
    for command in (own, decline):
        (event,) = given().when(command, by=VILLAGE, on=TODAY, child=KNOWN).events
        assert asked(ask, event) == []
    (answered,) = asked(when_a_course_ends_then_its_task_is_answered, HISTORIES["ended"][-1])
    assert answered == CompleteReferral(
        referral_id=task.referral_id, outcome="COMPLETED", happened_on=TODAY
    )


def test_p11_the_next_session_is_awaited_of_who_gives_it_until_the_course_ends() -> None:
    journal = Journal(places=OneStation(), together=TOGETHER)
    course = voluntary_guidance_id(CHILD, VILLAGE, 1)

    def clock() -> Deadline:
        return journal.states(DEADLINE)(deadline_id(course, NEXT))

    def given_by_hub(day: date) -> Any:
        return RULES.due(RULES.clocks[NEXT].within, circumstances(HUB, day).now)

    own = {"giver": VILLAGE}
    (event,) = given().when(offer.model_copy(update=own), by=VILLAGE, on=TODAY, child=KNOWN).events
    (_, begun) = asked(when_guidance_goes_on_then_the_next_session_is_awaited, event, course)
    assert (begun.owner, begun.due_at) == (VILLAGE, given_by_hub(TODAY))
    journal.carry_out(begun, by=HUB, on=TODAY)
    assert clock().unfinished
    later = TODAY + timedelta(days=20)
    (held,) = (
        given(event)
        .when(
            session.model_copy(update={**own, "held_on": later}),
            by=VILLAGE,
            on=later,
            child=KNOWN,
        )
        .events
    )
    assert isinstance(held, CourseSessionHeld)
    assert held.due_at == given_by_hub(later)
    (_, again) = asked(
        when_guidance_goes_on_then_the_next_session_is_awaited, held, course, by=VILLAGE
    )
    assert (again.owner, again.due_at) == (VILLAGE, held.due_at)
    older = session.model_copy(update={**own, "held_on": TODAY})
    (late,) = given(event, held).when(older, by=VILLAGE, on=later, child=KNOWN).events
    assert asked(when_guidance_goes_on_then_the_next_session_is_awaited, late, course) == []
    (over,) = asked(when_a_course_ends_then_no_session_is_awaited, HISTORIES["ended"][-1], course)
    journal.carry_out(over, by=HUB, on=later)
    assert not clock().unfinished
    assert RULES.clocks[NEXT].source


def test_p11_what_guardians_decline_is_offered_once_more_in_time_and_then_left_to_them() -> None:
    """加强对父母或监护人的家庭教育指导服务: it is voluntary. Who offered it is reminded once, of a
    child's guardians, whoever was to give it; an offer answers, accepted or not."""
    reaction = when_guidance_is_offered_then_what_was_declined_is_offered_again
    (event,) = HISTORIES["declined"]
    assert isinstance(event, GuidanceOffered)
    by = RULES.due(RULES.clocks[AGAIN].within, circumstances(HUB, TODAY).now)
    assert event.due_at == by
    _, clock = asked(reaction, event, by=VILLAGE)
    assert (clock.kind, clock.owner, clock.due_at, clock.child_ref) == (AGAIN, VILLAGE, by, CHILD)
    assert clock.matter is Category.GUARDIANSHIP
    answered = MeetDeadline(subject_id=clock.subject_id, kind=AGAIN)
    for next_one in (decline, offer):
        (second,) = given(event).when(next_one, by=VILLAGE, on=TODAY, child=KNOWN).events
        assert asked(reaction, second, by=VILLAGE) == [answered]
    own = decline.model_copy(update={"giver": VILLAGE})
    (other,) = given().when(own, by=VILLAGE, on=TODAY, child=KNOWN).events
    assert asked(reaction, other, COURSE, by=VILLAGE)[-1].subject_id == clock.subject_id
    # Nobody gives what was declined, and nobody is asked to.
    assert asked(when_guidance_goes_on_then_the_next_session_is_awaited, event) == []
    assert asked(when_somebody_else_gives_the_guidance_then_it_is_asked, event) == []
    # What runs goes on, whatever else they decline; what is put right moves no clock.
    runs_on = HISTORIES["agreed, and declined of another"][-1]
    assert asked(reaction, runs_on, by=VILLAGE) == [answered]
    (same,) = given(event).when(decline, by=VILLAGE, on=TODAY, child=KNOWN, correction=True).events
    assert isinstance(same, GuidanceOffered)
    assert same.due_at is None
    assert RULES.clocks[AGAIN].source


def test_a_conflicted_village_offers_nothing_and_civil_affairs_offer_none() -> None:
    conflicted = ChildFile(
        opened=True,
        village=VILLAGE_CODE,
        suspicions={COURSE: Suspicion(conflicted=frozenset({VILLAGE}))},
    )
    for by in (VILLAGE, CIVIL_AFFAIRS):
        given().when(offer, by=by, on=TODAY, child=conflicted).then_refused("COURSE_NOT_YOURS")


def test_days_that_cannot_be_are_refused() -> None:
    tomorrow, before = TODAY + timedelta(days=1), TODAY - timedelta(days=1)
    for command, by, code in (
        (offer.model_copy(update={"offered_on": tomorrow}), VILLAGE, "COURSE_IN_FUTURE"),
        (session.model_copy(update={"held_on": tomorrow}), FEDERATION, "COURSE_IN_FUTURE"),
        (session.model_copy(update={"held_on": before}), FEDERATION, "COURSE_OUT_OF_ORDER"),
        (end.model_copy(update={"ended_on": before}), FEDERATION, "COURSE_OUT_OF_ORDER"),
    ):
        outcome = given(*HISTORIES["agreed"]).when(command, by=by, on=TODAY, child=KNOWN)
        assert outcome.then_refused(code).text.endswith("。")


def asked(reaction: Any, event: Event, course: Any = COURSE, by: str = FEDERATION) -> Sequence[Any]:
    cause = as_recorded(event, course, 1, circumstances(by, TODAY))
    return list(reaction.then(event, cause, OneStation()))
