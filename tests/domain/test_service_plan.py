"""服务计划. Plan 二2 (P16): 提供养育、教育、医疗、心理服务; 未保法 93."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.calendar import end_of_day_utc
from domain.child_file import ChildFile
from domain.deadline import deadline_id
from domain.deadline_state import Deadline
from domain.deadline_stream import DEADLINE
from domain.guardianship_codes import Care, Facility
from domain.guardianship_commands import PlaceChild
from domain.guardianship_events import ChildPlaced, ChildReturnedHome, PlacementEnded
from domain.kernel import Actor, Category, Command, Event, Recorded
from domain.organisations import HUB, Post, seat_of
from domain.reactions.service_plan import (
    EDUCATION,
    HEALTH,
    WHO_DOES,
    part_task,
    when_a_part_is_planned_then_whoever_does_it_is_asked,
    when_a_plan_is_over_then_its_parts_are_asked_for_no_more,
    when_child_is_placed_then_a_service_plan_is_needed,
    when_placement_is_over_then_the_service_plan_is_too,
    when_service_plan_ends_then_its_clocks_are_over,
    when_service_plan_goes_on_then_the_next_of_its_clocks_runs,
)
from domain.referral import RequestReferral, WithdrawReferral
from domain.registry import TOGETHER
from domain.service_plan import (
    REVIEW,
    SERVICE_PLAN,
    SET,
    ServicePlanState,
    service_plan_id,
    state_after,
)
from domain.service_plan_events import (
    EndServicePlan,
    MedicalCarePlanned,
    OpenServicePlan,
    PlanVerdict,
    PsychologyPlanned,
    ReviewServicePlan,
    SchoolingPlanned,
    ServicePlanEnded,
    ServicePlanNeeded,
    ServicePlanReviewed,
    ServicePlanSet,
    SetServicePlan,
)
from domain.standing import Stands
from domain.suspicion import Suspicion
from hub.policies import load_policies
from tests.domain.histories import one_of_each_recorded
from tests.domain.invented import (
    CHILD,
    CIVIL_AFFAIRS,
    EVERY_SEAT,
    OTHER_TOWN_CODE,
    STATION,
    TOWN,
    TOWN_CODE,
    VILLAGE_CODE,
)
from tests.specification import Journal, as_recorded, circumstances, folded, given, happened

RULES = load_policies().rules
TODAY = date(2026, 3, 4)
INSTITUTION = "welfare_institution:310117"
OTHER_INSTITUTION = "welfare_institution:3101170002"
PLAN = service_plan_id(CHILD, 1)
BY_HUB = Actor(HUB, Post.SYSTEM.value, "hub")
LIVES_HERE = ChildFile(opened=True, town=TOWN_CODE, village=VILLAGE_CODE, police_station=STATION)

open_ = OpenServicePlan(child_ref=CHILD, owner=INSTITUTION, town=TOWN_CODE)
set_ = SetServicePlan(
    child_ref=CHILD,
    set_on=TODAY,
    care="（示例）固定照料人",
    education="（示例）就近入学",
    medical="（示例）每月复诊",
    psychology="（示例）每周辅导",
)
keep = ReviewServicePlan(
    child_ref=CHILD, reviewed_on=TODAY, verdict=PlanVerdict.KEEP, account="（示例）"
)
change = keep.model_copy(update={"verdict": PlanVerdict.CHANGE})
end = EndServicePlan(child_ref=CHILD)
ALL_PARTS = (
    happened(ServicePlanSet, current=True),
    happened(SchoolingPlanned),
    happened(MedicalCarePlanned),
    happened(PsychologyPlanned),
)


def told(*steps: Command) -> tuple[Event, ...]:
    history: tuple[Event, ...] = ()
    for command in steps:
        by = HUB if isinstance(command, OpenServicePlan | EndServicePlan) else INSTITUTION
        outcome = given(*history).when(command, by=by, on=TODAY, child=LIVES_HERE)
        assert outcome.refusal is None, outcome.refusal
        history += outcome.events
    return history


HISTORIES: dict[str, tuple[Event, ...]] = {
    "none": (),
    "needed": told(open_),
    "set": told(open_, set_),
    "kept": told(open_, set_, keep),
    "to be changed": told(open_, set_, change),
    "ended": told(open_, set_, end),
}
STATES = {
    "none": ServicePlanState.NONE,
    "needed": ServicePlanState.NEEDED,
    "set": ServicePlanState.SET,
    "kept": ServicePlanState.SET,
    "to be changed": ServicePlanState.NEEDED,
    "ended": ServicePlanState.ENDED,
}
RUNS = {"needed", "set", "kept", "to be changed"}
COMMANDS: dict[str, tuple[Command, type[Event], dict[str, str]]] = {
    "set": (set_, ServicePlanSet, {}),
    "keep": (keep, ServicePlanReviewed, dict.fromkeys(("needed", "to be changed"), "PLAN_NOT_SET")),
    "change": (
        change,
        ServicePlanReviewed,
        dict.fromkeys(("needed", "to be changed"), "PLAN_NOT_SET"),
    ),
}


@pytest.mark.parametrize("history", HISTORIES)
@pytest.mark.parametrize("what", COMMANDS)
def test_every_state_and_act_and_seat(history: str, what: str) -> None:
    """Whoever cares, and civil affairs, set it and review it; all others are refused in the same
    words, whether or not there is one."""
    command, event, not_yet = COMMANDS[what]
    before = HISTORIES[history]
    nothing = given().when(command, by=TOWN, on=TODAY).then_refused("PLAN_NOT_YOURS")
    for actor in (*EVERY_SEAT, OTHER_INSTITUTION):
        outcome = given(*before).when(command, by=actor, on=TODAY, child=LIVES_HERE)
        if actor not in (INSTITUTION, CIVIL_AFFAIRS) or history not in RUNS:
            assert outcome.then_refused("PLAN_NOT_YOURS").text == nothing.text
        elif history in not_yet:
            assert outcome.then_refused(not_yet[history]).text.endswith("。")
        else:
            assert isinstance(outcome.events[0], event)
    assert command.STATES is Category.GUARDIANSHIP


@pytest.mark.parametrize("history", HISTORIES)
def test_only_the_hub_begins_and_ends_it(history: str) -> None:
    for actor in EVERY_SEAT:
        for command in (open_, end):
            given(*HISTORIES[history]).when(command, by=actor, on=TODAY).then_refused(
                "PLAN_BY_PLACEMENT"
            )
    ended = given(*HISTORIES[history]).when(end, by=HUB, on=TODAY)
    if history in RUNS:
        ended.then(happened(ServicePlanEnded))
    else:
        ended.then_nothing()


@pytest.mark.parametrize("history", HISTORIES)
def test_views_and_fold_agree_on_the_state(history: str) -> None:
    state = ""
    for event in HISTORIES[history]:
        state = state_after(state, event.TOPIC, vars(event))
    assert (state or ServicePlanState.NONE) == STATES[history]
    of = folded(SERVICE_PLAN, *HISTORIES[history])
    assert of.state is STATES[history]
    stands = SERVICE_PLAN.stands
    assert stands is not None
    assert [each.code for each in stands(of, RULES)] == (
        [Stands.OPEN_CASE] if history in RUNS else []
    )


def test_each_part_is_sealed_under_its_own_category() -> None:
    """养育、教育、医疗、心理: who carries out a part reads that one, and it stands in no other."""
    events = given(*HISTORIES["needed"]).when(set_, by=INSTITUTION, on=TODAY).then(*ALL_PARTS)
    assert [(each.category, *each.SENSITIVE) for each in events] == [
        (Category.GUARDIANSHIP, "care_part"),
        (Category.SCHOOLING, "part"),
        (Category.HEALTH, "part"),
        (Category.HEALTH, "part"),
    ]
    for event in events:
        assert {event.category_of(name) for name in event.SENSITIVE} == {event.category}


def test_a_part_that_is_not_planned_is_nobodys() -> None:
    only = set_.model_copy(update=dict.fromkeys(("education", "medical", "psychology")))
    given(*HISTORIES["needed"]).when(only, by=INSTITUTION, on=TODAY).then(happened(ServicePlanSet))


def test_days_that_cannot_be_are_refused() -> None:
    tomorrow, before = TODAY + timedelta(days=1), TODAY - timedelta(days=1)
    for command, code in (
        (set_.model_copy(update={"set_on": tomorrow}), "PLAN_IN_FUTURE"),
        (keep.model_copy(update={"reviewed_on": tomorrow}), "PLAN_IN_FUTURE"),
        (keep.model_copy(update={"reviewed_on": before}), "PLAN_REVIEW_BEFORE"),
    ):
        outcome = given(*HISTORIES["set"]).when(command, by=INSTITUTION, on=TODAY)
        assert outcome.then_refused(code).text.endswith("。")


def test_what_is_put_right_ends_no_change_that_was_asked_for_since() -> None:
    corrected = given(*HISTORIES["to be changed"]).when(
        set_, by=INSTITUTION, on=TODAY, correction=True
    )
    events = corrected.events
    assert {each.current for each in events} == {False}  # type: ignore[attr-defined]
    history = (*HISTORIES["to be changed"], *events)
    assert folded(SERVICE_PLAN, *history).state is ServicePlanState.NEEDED
    for event in events[1:]:
        assert asked(when_a_part_is_planned_then_whoever_does_it_is_asked, event) == []


LATER = date(2026, 6, 4)


def _at(history: tuple[Event, ...], command: Command, *, correction: bool = False) -> Event:
    outcome = given(*history).when(
        command, by=INSTITUTION, on=LATER, child=LIVES_HERE, correction=correction
    )
    assert outcome.refusal is None, outcome.refusal
    return outcome.events[0]


def test_an_older_review_put_right_or_entered_late_moves_no_clock() -> None:
    """Given two reviews / when the first is put right, or one of between is entered / then the next
    one is due as it was."""
    kept = (
        *HISTORIES["kept"],
        _at(HISTORIES["kept"], keep.model_copy(update={"reviewed_on": LATER})),
    )
    for command, correction in (
        (keep, True),
        (keep.model_copy(update={"reviewed_on": date(2026, 4, 4)}), False),
    ):
        event = _at(kept, command, correction=correction)
        assert isinstance(event, ServicePlanReviewed)
        assert not event.current
        assert folded(SERVICE_PLAN, *kept, event).reviewed_on == LATER


def test_the_newest_review_put_right_says_whether_the_plan_goes_on() -> None:
    event = _at(HISTORIES["to be changed"], keep, correction=True)
    after = folded(SERVICE_PLAN, *HISTORIES["to be changed"], event)
    assert after.state is ServicePlanState.SET


def test_a_review_of_a_plan_of_before_is_put_right_and_moves_nothing() -> None:
    anew = set_.model_copy(update={"set_on": LATER})
    history = (*HISTORIES["to be changed"], _at(HISTORIES["to be changed"], anew))
    event = _at(history, change, correction=True)
    assert folded(SERVICE_PLAN, *history, event).state is ServicePlanState.SET
    event = _at(history, set_, correction=True)
    assert isinstance(event, ServicePlanSet)
    assert not event.current, "nobody is asked for parts of the plan of before"
    assert folded(SERVICE_PLAN, *history, event).set_on == LATER


def test_a_conflicted_institution_sets_nothing_and_civil_affairs_do() -> None:
    conflicted = ChildFile(
        opened=True, suspicions={PLAN: Suspicion(conflicted=frozenset({INSTITUTION}))}
    )
    before = HISTORIES["needed"]
    given(*before).when(set_, by=INSTITUTION, on=TODAY, child=conflicted).then_refused(
        "PLAN_NOT_YOURS"
    )
    given(*before).when(set_, by=CIVIL_AFFAIRS, on=TODAY, child=conflicted).then(*ALL_PARTS)


# Its clocks


def test_it_is_set_in_its_term_and_reviewed_by_a_clock_until_the_placement_is_over() -> None:
    """Given a placement / then a plan is owed within its term; set / then a review is; to be
    changed / then a plan again; over / then nothing of it."""
    journal = Journal(places=Map(), together=TOGETHER)

    def clock(kind: str) -> Deadline:
        return journal.states(DEADLINE)(deadline_id(PLAN, kind))

    def on(days: int) -> date:
        return TODAY + timedelta(days=days)

    journal.carry_out(open_, by=BY_HUB, on=TODAY)
    term = RULES.clocks[SET].within
    assert clock(SET).due_at == end_of_day_utc(RULES.last_day(term, TODAY))
    assert clock(SET).about is not None
    assert clock(SET).about["owner"] == INSTITUTION  # type: ignore[index]
    journal.carry_out(set_, by=INSTITUTION, on=TODAY)
    assert not clock(SET).unfinished
    later = RULES.last_day(RULES.clocks[REVIEW].within, TODAY)
    assert clock(REVIEW).due_at == end_of_day_utc(later)
    journal.carry_out(keep.model_copy(update={"reviewed_on": on(9)}), by=INSTITUTION, on=on(9))
    later = RULES.last_day(RULES.clocks[REVIEW].within, on(9))
    assert clock(REVIEW).due_at == end_of_day_utc(later)
    journal.carry_out(change.model_copy(update={"reviewed_on": on(19)}), by=INSTITUTION, on=on(19))
    assert not clock(REVIEW).unfinished
    assert clock(SET).due_at == end_of_day_utc(RULES.last_day(term, on(19)))
    journal.carry_out(set_.model_copy(update={"set_on": on(20)}), by=INSTITUTION, on=on(20))
    assert not clock(SET).unfinished
    assert clock(REVIEW).unfinished
    journal.carry_out(end, by=BY_HUB, on=on(21))
    assert not clock(REVIEW).unfinished


def test_whoever_takes_the_child_over_owes_a_plan_of_its_own() -> None:
    journal = Journal(places=Map(), together=TOGETHER)
    journal.carry_out(open_, by=BY_HUB, on=TODAY)
    journal.carry_out(set_, by=INSTITUTION, on=TODAY)
    assert journal.carry_out(open_, by=BY_HUB, on=TODAY) == []
    moved = open_.model_copy(update={"owner": OTHER_INSTITUTION})
    journal.carry_out(moved, by=BY_HUB, on=TODAY)
    state = journal.states(DEADLINE)(deadline_id(PLAN, SET))
    assert state.unfinished
    assert state.about is not None
    assert state.about["owner"] == OTHER_INSTITUTION
    assert not journal.states(DEADLINE)(deadline_id(PLAN, REVIEW)).unfinished
    given(*told(open_, set_), *given(*told(open_, set_)).when(moved, by=HUB, on=TODAY).events).when(
        set_, by=INSTITUTION, on=TODAY
    ).then_refused("PLAN_NOT_YOURS")


def test_the_clocks_are_those_of_the_policies() -> None:
    for kind in (SET, REVIEW):
        assert RULES.clocks[kind].source
    reaction = when_service_plan_goes_on_then_the_next_of_its_clocks_runs
    (needed,) = HISTORIES["needed"]
    assert isinstance(needed, ServicePlanNeeded)
    assert [each.kind for each in asked(reaction, needed)] == [SET, REVIEW, SET]
    over = asked(when_service_plan_ends_then_its_clocks_are_over, HISTORIES["ended"][-1])
    assert {each.kind for each in over} == {SET, REVIEW}


# What it follows from, and what it opens at others


class Map:
    def police_station(self, town: str | None) -> str:
        return STATION

    def town_of(self, organisation: str) -> str | None:
        return None


def asked(reaction: Any, event: Event) -> list[Any]:
    cause: Recorded = as_recorded(event, PLAN, 1, circumstances(INSTITUTION, TODAY))
    return list(reaction.then(event, cause, Map()))


PLACE = PlaceChild(
    child_ref=CHILD,
    placed_on=TODAY,
    situation="HARMED",
    care=Care.INSTITUTION,
    institution=INSTITUTION,
    place="示例儿童福利院",
    account=None,
)


@pytest.mark.parametrize(
    ("care", "facility", "institution", "owner"),
    [
        (Care.INSTITUTION, Facility.CHILD_WELFARE, INSTITUTION, INSTITUTION),
        (Care.INSTITUTION, Facility.PROTECTION, INSTITUTION, INSTITUTION),
        (Care.INSTITUTION, Facility.TOWN_CARE, None, TOWN),
        (Care.INSTITUTION, None, INSTITUTION, INSTITUTION),
        (Care.KINSHIP, None, None, CIVIL_AFFAIRS),
        (Care.FOSTER, None, None, CIVIL_AFFAIRS),
    ],
)
def test_whoever_cares_owes_the_plan(
    care: Care, facility: Facility | None, institution: str | None, owner: str
) -> None:
    """未保法 93: 亲属、家庭寄养, or an institution; 街镇临时照料: the child's town cares."""
    command = PLACE.model_copy(
        update={"care": care, "facility": facility, "institution": institution}
    )
    (event,) = given().when(command, by=CIVIL_AFFAIRS, on=TODAY, child=LIVES_HERE).events
    assert isinstance(event, ChildPlaced)
    assert event.facility is facility
    (needed,) = asked(when_child_is_placed_then_a_service_plan_is_needed, event)
    assert needed == OpenServicePlan(child_ref=CHILD, owner=owner, town=TOWN_CODE)
    if event.institution is not None:
        assert seat_of(event.institution) in RULES.referral_kind("care_for_placed_child").seats
    reworded = event.model_copy(update={"current": False})
    assert asked(when_child_is_placed_then_a_service_plan_is_needed, reworded) == []


def test_in_the_care_of_a_town_that_nobody_knows_the_child_is_placed_all_the_same() -> None:
    """Danger waits for no address."""
    command = PLACE.model_copy(update={"facility": Facility.TOWN_CARE, "institution": None})
    (event,) = (
        given()
        .when(command, by=CIVIL_AFFAIRS, on=TODAY)
        .then(happened(ChildPlaced, institution=None))
    )
    (needed,) = asked(when_child_is_placed_then_a_service_plan_is_needed, event)
    assert needed.owner == CIVIL_AFFAIRS


def test_the_town_that_gives_the_care_is_asked_also_where_the_child_lives_in_another() -> None:
    """Where it is named; and it stays so when the record is put right after the child moved."""
    elsewhere = replace(LIVES_HERE, town=OTHER_TOWN_CODE)
    care = PLACE.model_copy(update={"facility": Facility.TOWN_CARE, "institution": None})
    named = care.model_copy(update={"institution": TOWN})
    (event,) = given().when(named, by=CIVIL_AFFAIRS, on=TODAY, child=elsewhere).events
    assert isinstance(event, ChildPlaced)
    assert event.institution == TOWN
    (first,) = given().when(care, by=CIVIL_AFFAIRS, on=TODAY, child=LIVES_HERE).events
    again = given(first).when(care, by=CIVIL_AFFAIRS, on=TODAY, child=elsewhere, correction=True)
    (put_right,) = again.then(happened(ChildPlaced, institution=TOWN, arrives=False))
    assert isinstance(put_right, ChildPlaced)


@pytest.mark.parametrize("over", [ChildReturnedHome, PlacementEnded])
def test_it_ends_with_the_placement(over: type[Event]) -> None:
    event = next(fact.event for fact in one_of_each_recorded() if isinstance(fact.event, over))
    (command,) = asked(when_placement_is_over_then_the_service_plan_is_too, event)
    assert isinstance(command, EndServicePlan)


@pytest.mark.parametrize(
    ("part", "kind", "addressee"),
    [
        (SchoolingPlanned, "plan_schooling", EDUCATION),
        (MedicalCarePlanned, "plan_medical_care", HEALTH),
        (PsychologyPlanned, "plan_psychology", HEALTH),
    ],
)
def test_each_part_is_asked_for_from_who_does_it(
    part: type[Event], kind: str, addressee: str
) -> None:
    """教育、医疗、心理: of one plan once, however often its record is put right."""
    (event,) = [each for each in HISTORIES["set"] if isinstance(each, part)]
    (task,) = asked(when_a_part_is_planned_then_whoever_does_it_is_asked, event)
    assert isinstance(task, RequestReferral)
    assert (task.kind, task.addressee, task.sender) == (kind, addressee, INSTITUTION)
    assert task.referral_id == part_task(PLAN, kind, 1)
    row = RULES.referral_kind(kind)
    assert event.category in row.release
    assert row.matter is event.category
    assert Category.GUARDIANSHIP not in row.release
    again = given(*HISTORIES["set"]).when(set_, by=INSTITUTION, on=TODAY, correction=True)
    (same,) = [each for each in again.events if isinstance(each, part)]
    (asked_again,) = asked(when_a_part_is_planned_then_whoever_does_it_is_asked, same)
    assert asked_again.referral_id == task.referral_id


def test_parts_of_a_plan_that_is_over_are_asked_for_no_more() -> None:
    reaction = when_a_plan_is_over_then_its_parts_are_asked_for_no_more
    kinds = [kind for kind, _ in WHO_DOES.values()]
    first = next(each for each in HISTORIES["set"] if isinstance(each, ServicePlanSet))
    assert asked(reaction, first) == []
    second = given(*HISTORIES["to be changed"]).when(set_, by=INSTITUTION, on=TODAY).events[0]
    first_parts = [WithdrawReferral(referral_id=part_task(PLAN, kind, 1)) for kind in kinds]
    assert asked(reaction, second) == first_parts
    assert asked(reaction, HISTORIES["ended"][-1]) == first_parts
