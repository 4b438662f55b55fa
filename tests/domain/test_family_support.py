"""家庭监护支持. Plan 二2 (P12): 深化特殊困难儿童的家庭监护支持服务; 沪未保 80: 监护指导、医疗救治、
心理辅导、行为矫治."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from domain.calendar import end_of_day_utc
from domain.child_file import ChildFile, ResidenceConfirmed
from domain.deadline import HandOnDeadline, MoveDeadline, deadline_id
from domain.deadline_state import Deadline
from domain.deadline_stream import DEADLINE
from domain.family_support import (
    FAMILY_SUPPORT,
    OFFER,
    REVIEW,
    SupportState,
    family_support_id,
    state_after,
)
from domain.family_support_events import (
    MATTER,
    MEASURE,
    TASK,
    EndSupportPlan,
    FollowFamily,
    Measure,
    ReviewSupportPlan,
    SetSupportMeasure,
    SetSupportPlan,
    SupportBasis,
    SupportDeclined,
    SupportLeadChanged,
    SupportMeasureSet,
    SupportPlanEnded,
    SupportPlanReviewed,
    SupportPlanSet,
    SupportResult,
    SupportVerdict,
)
from domain.kernel import Actor, Category, Command, Event
from domain.organisations import HUB, SHARED_USERS, Post, seat_of
from domain.reactions.family_support import (
    measure_task,
    when_a_child_is_taken_in_then_its_town_leads_the_support,
    when_a_family_declines_support_then_civil_affairs_look,
    when_a_measure_is_put_right_then_its_task_is_due_on_its_day,
    when_a_measure_is_set_then_whoever_carries_it_out_is_asked,
    when_another_town_leads_then_the_clocks_are_its_own,
    when_family_support_ends_then_its_clocks_are_over,
    when_family_support_ends_then_its_measures_are_asked_for_no_more,
    when_family_support_goes_on_then_the_next_of_its_clocks_runs,
)
from domain.referral import RequestReferral, WithdrawReferral
from domain.registry import TOGETHER
from domain.rules import COMPLETE
from domain.standing import Stands
from domain.suspicion import Suspicion
from hub.policies import load_policies
from tests.domain.invented import (
    CHILD,
    CIVIL_AFFAIRS,
    EVERY_SEAT,
    HOSPITAL,
    OTHER_TOWN,
    OTHER_TOWN_CODE,
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
PLAN = family_support_id(CHILD, 1)
LIVES_HERE = ChildFile(opened=True, town=TOWN_CODE, village=VILLAGE_CODE)
ANOTHER = Actor(TOWN, Post.HEAD.value, "u-another")
FEDERATION = "womens_federation:310117"
PROVIDERS = {
    Measure.GUIDANCE: FEDERATION,
    Measure.MEDICAL: HOSPITAL,
    Measure.PSYCHOLOGY: "health:310117",
    Measure.BEHAVIOUR: SCHOOL,
}

agree = SetSupportPlan(
    child_ref=CHILD,
    set_on=TODAY,
    agreed=True,
    basis=SupportBasis.REPEATED_PROBLEMS,
    account="（示例）隔代照料",
)
decline = agree.model_copy(update={"agreed": False})
guide = SetSupportMeasure(
    child_ref=CHILD,
    set_on=TODAY,
    measure=Measure.GUIDANCE,
    provider=FEDERATION,
    due_on=date(2026, 5, 4),
    content="（示例）每月一次入户指导",
)
keep = ReviewSupportPlan(
    child_ref=CHILD, reviewed_on=TODAY, verdict=SupportVerdict.KEEP, account="（示例）"
)
change = keep.model_copy(update={"verdict": SupportVerdict.CHANGE})
end = EndSupportPlan(
    child_ref=CHILD, ended_on=TODAY, result=SupportResult.IMPROVED, account="（示例）"
)
BY_ANOTHER = (ReviewSupportPlan, EndSupportPlan)


def told(*steps: Command) -> tuple[Event, ...]:
    history: tuple[Event, ...] = ()
    for command in steps:
        by = ANOTHER if isinstance(command, BY_ANOTHER) else TOWN
        outcome = given(*history).when(command, by=by, on=TODAY, child=LIVES_HERE)
        assert outcome.refusal is None, outcome.refusal
        history += outcome.events
    return history


HISTORIES: dict[str, tuple[Event, ...]] = {
    "none": (),
    "declined": told(decline),
    "set": told(agree),
    "with a measure": told(agree, guide),
    "kept": told(agree, guide, keep),
    "to be changed": told(agree, change),
    "changed": told(agree, change, agree),
    "ended": told(agree, guide, end),
}
STATES = {
    "none": SupportState.NONE,
    "declined": SupportState.DECLINED,
    "set": SupportState.SET,
    "with a measure": SupportState.SET,
    "kept": SupportState.SET,
    "to be changed": SupportState.TO_CHANGE,
    "changed": SupportState.SET,
    "ended": SupportState.ENDED,
}
AGREED = set(HISTORIES) - {"none", "declined", "ended"}
COMMANDS: dict[str, tuple[Command, type[Event], set[str]]] = {
    "agree": (agree, SupportPlanSet, set(HISTORIES)),
    "decline": (decline, SupportDeclined, set(HISTORIES) - AGREED),
    "measure": (guide, SupportMeasureSet, AGREED),
    "keep": (keep, SupportPlanReviewed, AGREED),
    "change": (change, SupportPlanReviewed, AGREED),
    "end": (end, SupportPlanEnded, AGREED | {"declined"}),
}


@pytest.mark.parametrize("history", HISTORIES)
@pytest.mark.parametrize("what", COMMANDS)
def test_p12_every_state_and_act_and_seat(history: str, what: str) -> None:
    """The station of the child's town and civil affairs lead it; all others are refused in the same
    words, whether or not there is one."""
    command, event, when = COMMANDS[what]
    before = HISTORIES[history]
    nothing = given().when(command, by=VILLAGE, on=TODAY, child=LIVES_HERE)
    for organisation in (*EVERY_SEAT, OTHER_TOWN):
        by = Actor(organisation, Post.HANDLER.value, "u-one of many")
        outcome = given(*before).when(command, by=by, on=TODAY, child=LIVES_HERE)
        if organisation not in (TOWN, CIVIL_AFFAIRS):
            refused = outcome.then_refused("SUPPORT_NOT_YOURS")
            assert refused.text == nothing.then_refused("SUPPORT_NOT_YOURS").text
        elif history in when:
            assert isinstance(outcome.events[0], event)
        else:
            code = "SUPPORT_AGREED_BEFORE" if what == "decline" else "SUPPORT_NOT_YOURS"
            assert outcome.then_refused(code).text.endswith("。")
    assert command.STATES is Category.GUARDIANSHIP


@pytest.mark.parametrize("history", HISTORIES)
def test_views_and_fold_agree_on_the_state(history: str) -> None:
    state = ""
    for event in HISTORIES[history]:
        state = state_after(state, event.TOPIC, vars(event))
    assert (state or SupportState.NONE) == STATES[history]
    of = folded(FAMILY_SUPPORT, *HISTORIES[history])
    assert of.state is STATES[history]
    stands = FAMILY_SUPPORT.stands
    assert stands is not None
    runs = history not in ("none", "ended")
    assert [each.code for each in stands(of, RULES)] == ([Stands.OPEN_CASE] if runs else [])


@pytest.mark.parametrize("command", [keep, change, end])
def test_p12_who_set_the_plan_neither_reviews_nor_ends_it(command: Command) -> None:
    """Reviews by somebody other than the author, and a second person at the end: by a login of
    one's own."""
    before = HISTORIES["with a measure"]
    author = given(*before).when(command, by=TOWN, on=TODAY, child=LIVES_HERE)
    author.then_refused("SUPPORT_SECOND_PERSON")
    for user in SHARED_USERS:
        shared = Actor(TOWN, Post.HEAD.value, user)
        outcome = given(*before).when(command, by=shared, on=TODAY, child=LIVES_HERE)
        outcome.then_refused("SUPPORT_SECOND_PERSON")
    assert given(*before).when(command, by=ANOTHER, on=TODAY, child=LIVES_HERE).refusal is None


@pytest.mark.parametrize("measure", Measure)
def test_p12_each_measure_is_asked_for_from_who_carries_it_out_and_told_to_it_alone(
    measure: Measure,
) -> None:
    """监护指导、医疗救治、心理辅导、行为矫治: sealed under the category of whoever does it; its
    task is to be done by the day stated, and releases nothing else of the matter."""
    command = guide.model_copy(update={"measure": measure, "provider": PROVIDERS[measure]})
    (event,) = given(*HISTORIES["set"]).when(command, by=TOWN, on=TODAY, child=LIVES_HERE).events
    assert isinstance(event, SupportMeasureSet)
    assert (event.told_to, event.category) == (PROVIDERS[measure], MATTER[measure])
    assert {event.category_of(name) for name in event.SENSITIVE} == {MATTER[measure]}
    (task,) = asked(when_a_measure_is_set_then_whoever_carries_it_out_is_asked, event)
    assert isinstance(task, RequestReferral)
    assert (task.kind, task.addressee, task.sender) == (TASK[measure], PROVIDERS[measure], TOWN)
    assert task.complete_by == end_of_day_utc(command.due_on)
    row = RULES.referral_kind(task.kind)
    assert row.matter is MATTER[measure]
    # A school reads its pupil's schooling anyway, and is reached by the family as ever.
    beside = Category.SCHOOLING if measure is Measure.BEHAVIOUR else Category.CONTACT
    assert set(row.release) == {Category.WHO, beside}


def test_every_measure_has_its_word_its_matter_and_its_task() -> None:
    assert set(MEASURE.labels) == set(MATTER) == set(TASK) == set(Measure)


@pytest.mark.parametrize("measure", Measure)
def test_a_measure_goes_to_no_seat_that_its_task_may_not_be_sent_to(measure: Measure) -> None:
    for organisation in EVERY_SEAT:
        command = guide.model_copy(update={"measure": measure, "provider": organisation})
        outcome = given(*HISTORIES["set"]).when(command, by=TOWN, on=TODAY, child=LIVES_HERE)
        if seat_of(organisation) in RULES.referral_kind(TASK[measure]).seats:
            outcome.then(happened(SupportMeasureSet, told_to=organisation))
        else:
            outcome.then_refused("SUPPORT_PROVIDER")


def test_a_measure_in_other_words_is_asked_for_once() -> None:
    other = guide.model_copy(update={"content": "（示例）每周一次"})
    before = HISTORIES["with a measure"]
    again = given(*before).when(other, by=TOWN, on=TODAY, child=LIVES_HERE, correction=True)
    (event,) = again.events
    assert isinstance(event, SupportMeasureSet)
    assert (event.asked, event.current) == (1, False)
    assert asked(when_a_measure_is_set_then_whoever_carries_it_out_is_asked, event) == []
    assert folded(FAMILY_SUPPORT, *before, event).asked == 1


def test_p12_a_measure_with_another_day_is_due_on_that_day() -> None:
    """Who carries it out is asked once, and by when is what stands now."""
    later = guide.model_copy(update={"due_on": date(2026, 6, 4)})
    before = HISTORIES["with a measure"]
    outcome = given(*before).when(later, by=TOWN, on=TODAY, child=LIVES_HERE, correction=True)
    (event,) = outcome.then(happened(SupportMeasureSet, asked=1))
    moves = when_a_measure_is_put_right_then_its_task_is_due_on_its_day
    assert asked(moves, before[-1]) == [], "the first one asks"
    assert asked(moves, event, corrected=True) == [
        MoveDeadline(
            subject_id=measure_task(PLAN, 1),
            kind=COMPLETE,
            child_ref=CHILD,
            due_at=end_of_day_utc(later.due_on),
        )
    ]


def test_p12_what_a_family_declines_is_recorded_and_civil_affairs_look() -> None:
    """Refusal is no reason for silence: civil affairs are asked what else the child needs."""
    (event,) = given().when(decline, by=TOWN, on=TODAY, child=LIVES_HERE).events
    (task,) = asked(when_a_family_declines_support_then_civil_affairs_look, event)
    assert isinstance(task, RequestReferral)
    assert (task.kind, task.addressee, task.sender) == (
        "note_support_declined",
        CIVIL_AFFAIRS,
        TOWN,
    )
    again = given(event).when(decline, by=TOWN, on=TODAY, child=LIVES_HERE).events
    (same,) = asked(when_a_family_declines_support_then_civil_affairs_look, *again)
    assert same.referral_id == task.referral_id, "of one support once"


def test_days_that_cannot_be_are_refused() -> None:
    tomorrow, before = TODAY + timedelta(days=1), TODAY - timedelta(days=1)
    for command, code in (
        (agree.model_copy(update={"set_on": tomorrow}), "SUPPORT_IN_FUTURE"),
        (keep.model_copy(update={"reviewed_on": before}), "SUPPORT_OUT_OF_ORDER"),
        (end.model_copy(update={"ended_on": before}), "SUPPORT_OUT_OF_ORDER"),
        (guide.model_copy(update={"due_on": before}), "SUPPORT_DUE_BEFORE"),
    ):
        outcome = given(*HISTORIES["set"]).when(command, by=ANOTHER, on=TODAY, child=LIVES_HERE)
        assert outcome.then_refused(code).text.endswith("。")


def test_a_child_that_moved_is_led_by_its_new_town_and_the_old_one_may_end_it() -> None:
    """Who is reminded can do something about it; a third town cannot."""
    moved = ChildFile(opened=True, town=OTHER_TOWN_CODE)
    before = HISTORIES["set"]
    given(*before).when(guide, by=OTHER_TOWN, on=TODAY, child=moved).then(
        happened(SupportMeasureSet, owner=OTHER_TOWN)
    )
    gone = end.model_copy(update={"result": SupportResult.MOVED_AWAY})
    given(*before).when(gone, by=ANOTHER, on=TODAY, child=moved).then(happened(SupportPlanEnded))
    third = Actor("town:310117003", Post.HEAD.value, "u-third")
    given(*before).when(gone, by=third, on=TODAY, child=moved).then_refused("SUPPORT_NOT_YOURS")


@pytest.mark.parametrize("history", HISTORIES)
def test_p12_the_town_that_takes_a_child_in_keeps_the_clocks_of_its_family(history: str) -> None:
    """A move hands the plan on: whoever takes the child in is reminded by the same days, and the
    old town no more. What is over is nobody's; where no town is known, who led it leads on."""
    before = HISTORIES[history]
    moved = ChildFile(opened=True, town=OTHER_TOWN_CODE)
    follow = FollowFamily(child_ref=CHILD)
    for stays in (LIVES_HERE, ChildFile(opened=True)):
        given(*before).when(follow, by=HUB, on=TODAY, child=stays).then_nothing()
    given(*before).when(follow, by=OTHER_TOWN, on=TODAY, child=moved).then_refused(
        "SUPPORT_LEAD_BY_HUB"
    )
    outcome = given(*before).when(follow, by=HUB, on=TODAY, child=moved)
    if history in ("none", "ended"):
        outcome.then_nothing()
        return
    (event,) = outcome.then(
        happened(SupportLeadChanged, owner=OTHER_TOWN, town=OTHER_TOWN_CODE, former=TOWN)
    )
    assert state_after(STATES[history], event.TOPIC, vars(event)) == STATES[history]
    assert folded(FAMILY_SUPPORT, *before, event).owner == OTHER_TOWN
    assert asked(when_another_town_leads_then_the_clocks_are_its_own, event) == [
        HandOnDeadline(subject_id=PLAN, kind=kind, child_ref=CHILD, to=OTHER_TOWN, former=TOWN)
        for kind in (OFFER, REVIEW)
    ]


def test_p12_what_civil_affairs_lead_they_lead_wherever_the_child_lives() -> None:
    """They stepped in for no town: nobody takes over what a town never led."""
    led = given().when(agree, by=CIVIL_AFFAIRS, on=TODAY, child=LIVES_HERE).events
    moved = ChildFile(opened=True, town=OTHER_TOWN_CODE)
    given(*led).when(FollowFamily(child_ref=CHILD), by=HUB, on=TODAY, child=moved).then_nothing()


def test_p12_it_is_asked_who_leads_when_a_child_is_taken_in() -> None:
    reaction = when_a_child_is_taken_in_then_its_town_leads_the_support
    assert set(reaction.on) == {ResidenceConfirmed}
    assert asked(reaction, HISTORIES["set"][0]) == [FollowFamily(child_ref=CHILD)]


def test_a_conflicted_town_leads_nothing_and_civil_affairs_do() -> None:
    conflicted = ChildFile(
        opened=True,
        town=TOWN_CODE,
        suspicions={PLAN: Suspicion(conflicted=frozenset({TOWN}))},
    )
    given().when(agree, by=TOWN, on=TODAY, child=conflicted).then_refused("SUPPORT_NOT_YOURS")
    given().when(agree, by=CIVIL_AFFAIRS, on=TODAY, child=conflicted).then(
        happened(SupportPlanSet, owner=CIVIL_AFFAIRS)
    )


def test_what_is_put_right_after_the_end_opens_nothing() -> None:
    before = HISTORIES["ended"]
    (event,) = (
        given(*before).when(agree, by=TOWN, on=TODAY, child=LIVES_HERE, correction=True).events
    )
    assert folded(FAMILY_SUPPORT, *before, event).state is SupportState.ENDED


# Its clocks


def test_p12_it_is_offered_again_and_reviewed_by_a_clock_until_it_ends() -> None:
    """Given a family that declines / then it is offered again in its term; agreed / then a review
    is due; to be changed / then a plan again; over / then nothing of it."""
    journal = Journal(places=OneStation(), together=TOGETHER)

    def clock(kind: str) -> Deadline:
        return journal.states(DEADLINE)(deadline_id(PLAN, kind))

    def due(kind: str, day: date) -> Any:
        return end_of_day_utc(RULES.last_day(RULES.clocks[kind].within, day))

    day = TODAY
    by = Actor(CIVIL_AFFAIRS, Post.HANDLER.value, "u-one")
    other = Actor(CIVIL_AFFAIRS, Post.HEAD.value, "u-another")
    journal.carry_out(decline, by=by, on=day)
    assert (clock(OFFER).due_at, clock(OFFER).unfinished) == (due(OFFER, day), True)
    journal.carry_out(agree, by=by, on=day)
    assert not clock(OFFER).unfinished
    assert (clock(REVIEW).due_at, clock(REVIEW).unfinished) == (due(REVIEW, day), True)
    day += timedelta(days=20)
    journal.carry_out(keep.model_copy(update={"reviewed_on": day}), by=other, on=day)
    assert clock(REVIEW).due_at == due(REVIEW, day)
    journal.carry_out(change.model_copy(update={"reviewed_on": day}), by=other, on=day)
    assert not clock(REVIEW).unfinished
    assert (clock(OFFER).due_at, clock(OFFER).unfinished) == (due(OFFER, day), True)
    journal.carry_out(agree.model_copy(update={"set_on": day}), by=by, on=day)
    assert clock(REVIEW).unfinished
    journal.carry_out(end.model_copy(update={"ended_on": day}), by=other, on=day)
    assert not clock(REVIEW).unfinished
    for kind in (OFFER, REVIEW):
        assert RULES.clocks[kind].source
    runs = when_family_support_goes_on_then_the_next_of_its_clocks_runs
    assert {each.kind for each in asked(runs, *HISTORIES["declined"])} == {OFFER, REVIEW}
    over = when_family_support_ends_then_its_clocks_are_over
    assert {each.kind for each in asked(over, HISTORIES["ended"][-1])} == {OFFER, REVIEW}


def test_measures_of_a_plan_that_is_over_are_asked_for_no_more() -> None:
    reaction = when_family_support_ends_then_its_measures_are_asked_for_no_more
    assert asked(reaction, HISTORIES["ended"][-1]) == [
        WithdrawReferral(referral_id=measure_task(PLAN, 1))
    ]


def asked(reaction: Any, event: Event, *, corrected: bool = False) -> Sequence[Any]:
    where = circumstances(TOWN, TODAY)
    before = as_recorded(event, PLAN, 1, where) if corrected else None
    cause = as_recorded(event, PLAN, 1 + corrected, where, before)
    return list(reaction.then(event, cause, OneStation()))
