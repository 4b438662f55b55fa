"""What offices owe period by period (按期应办事项): plan 二5 (P33–P35), 二6 (P46), 三1 (P51, P53),
三2 (P56), 三3 (P58)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from domain.calendar import end_of_day_utc
from domain.deadline import DeadlineState, deadline_id
from domain.deadline_stream import DEADLINE
from domain.duty_plan import DutiesReviewed, DutiesStarted, ReviewDuties, StartDuties
from domain.duty_rules import DutyRule, period_words
from domain.kernel import Category, Command, Event
from domain.organisations import HUB, Seat, seat_of
from domain.periodic_duty import (
    CLOCK,
    CountTowards,
    DutyCounted,
    DutyFulfilled,
    DutyOpened,
    DutyReopened,
    OpenDuty,
    duty_id,
)
from domain.periods import Every, begins, following, last_day, period_of
from domain.registry import TOGETHER
from tests.domain.invented import (
    CIVIL_AFFAIRS,
    EDUCATION,
    EVERY_SEAT,
    OTHER_TOWN,
    POLICE,
    SCHOOL,
    TOWN,
    TOWN_CODE,
    VILLAGE_CODE,
)
from tests.domain.pools import RULES, OneStation
from tests.specification import Journal, at_noon, given
from tests.together import all_of

MARCH = date(2026, 3, 4)
RECORD, OTHER = UUID(int=41), UUID(int=42)
ABOUT = {"duty": "town_lecture", "owner": TOWN, "period": "2026-Q1"}
DUE = datetime(2026, 3, 31, 16, tzinfo=UTC)

open_ = OpenDuty(**ABOUT)
count = CountTowards(duty="town_lecture", owner=TOWN, period="2026-Q1", record=RECORD, counts=True)
take_back = count.model_copy(update={"counts": False})

OPENED = DutyOpened(**ABOUT, told_to=TOWN, needed=1, first_day=date(2026, 1, 1), due_at=DUE)
COUNTED = DutyCounted(**ABOUT, told_to=TOWN, counted=RECORD, counts=True, covered=(), held=1)
TAKEN_BACK = COUNTED.model_copy(update={"counts": False, "held": 0})
FULFILLED = DutyFulfilled(**ABOUT, told_to=TOWN)
REOPENED = DutyReopened(**ABOUT, told_to=TOWN, due_at=DUE)

HISTORIES: dict[str, tuple[Event, ...]] = {
    "none": (),
    "open": (OPENED,),
    "fulfilled": (OPENED, COUNTED, FULFILLED),
    "reopened": (OPENED, COUNTED, FULFILLED, TAKEN_BACK, REOPENED),
}
ACTIONS: dict[str, Command] = {"open": open_, "count": count, "take back": take_back}
DONE: dict[tuple[str, str], tuple[Event, ...]] = {
    ("none", "open"): (OPENED,),
    ("open", "count"): (COUNTED, FULFILLED),
    ("reopened", "count"): (COUNTED, FULFILLED),
    ("fulfilled", "take back"): (TAKEN_BACK, REOPENED),
}


@pytest.mark.parametrize("state", HISTORIES)
@pytest.mark.parametrize("action", ACTIONS)
@all_of("by", [HUB, *EVERY_SEAT])
def test_who_may_do_what_with_what_is_owed_in_which_state(state: str, action: str, by: str) -> None:
    """Nobody states that it did what it owes: that follows from its records."""
    outcome = given(*HISTORIES[state]).when(ACTIONS[action], by=by, on=MARCH)
    if by != HUB:
        assert outcome.then_refused("DUTY_BY_HUB").text.endswith("。")
    elif (state, action) in DONE:
        outcome.then(*DONE[state, action])
    else:
        outcome.then_nothing()


def test_p34_every_town_owes_a_lecture_or_activity_each_quarter() -> None:
    rule = RULES.duties.duties["town_lecture"]
    assert (rule.by, rule.every, rule.times, rule.each) == ((Seat.TOWN,), Every.QUARTER, 1, None)
    outside = open_.model_copy(update={"owner": EDUCATION})
    given().when(outside, by=HUB, on=MARCH).then_nothing()
    early = open_.model_copy(update={"period": "2026-Q2"})
    given().when(early, by=HUB, on=MARCH).then_nothing()
    for other in ("2026", "2026-WINTER", "某期"):
        none = open_.model_copy(update={"period": other})
        given().when(none, by=HUB, on=MARCH).then_nothing()
    late = open_.model_copy(update={"period": "2025-Q4"})
    (event,) = given().when(late, by=HUB, on=MARCH).events
    assert isinstance(event, DutyOpened)
    assert event.due_at == datetime(2025, 12, 31, 16, tzinfo=UTC), "it began, and was due"


def test_p33_a_named_department_owes_every_village_of_the_district() -> None:
    """相关部门每年至少开展一次…进居村: given all villages but one / then it is owed
    still; the last one fulfils it, and one village twice does not."""
    name = "safety_into_villages"
    rule = RULES.duties.duties[name]
    assert rule.by == (Seat.EDUCATION, Seat.POLICE, Seat.EMERGENCY, Seat.WATER)
    assert rule.every is Every.YEAR
    villages = sorted(RULES.duties.places(name, EDUCATION))
    assert villages == sorted(RULES.duties.villages)
    assert VILLAGE_CODE in villages
    about = {"duty": name, "owner": EDUCATION, "period": "2026"}
    (opened,) = given().when(OpenDuty(**about), by=HUB, on=MARCH).events
    assert isinstance(opened, DutyOpened)
    assert opened.needed == len(villages) > 300
    assert opened.due_at == end_of_day_utc(date(2026, 12, 31))
    most = CountTowards(
        duty=name,
        owner=EDUCATION,
        period="2026",
        record=RECORD,
        counts=True,
        places=tuple(villages[1:]),
    )
    (counted,) = given(opened).when(most, by=HUB, on=MARCH).events
    assert isinstance(counted, DutyCounted)
    assert counted.held == opened.needed - 1
    again = most.model_copy(update={"record": OTHER, "places": (villages[1],)})
    (twice,) = given(opened, counted).when(again, by=HUB, on=MARCH).events
    assert isinstance(twice, DutyCounted)
    assert twice.held == counted.held
    last = again.model_copy(update={"places": (villages[0],)})
    happened = given(opened, counted).when(last, by=HUB, on=MARCH).events
    assert [type(each) for each in happened] == [DutyCounted, DutyFulfilled]
    elsewhere = most.model_copy(update={"places": (villages[1],)})
    corrected = given(opened, counted).when(elsewhere, by=HUB, on=MARCH).events
    assert [getattr(each, "held", None) for each in corrected] == [1], "it counts as it is now"


def test_p35_schools_owe_a_class_before_each_holiday_of_the_school_calendar() -> None:
    """学校在寒暑假放假前组织一次安全知识大讲堂: in the weeks before, and not months before."""
    duties, school = RULES.duties, RULES.school
    name = "school_safety_class"
    assert duties.duties[name].by == (Seat.SCHOOL,)
    for year in sorted(school.years):
        winter, summer = school.holidays(year)
        for off, period in ((winter, f"{year}-WINTER"), (summer, f"{year}-SUMMER")):
            first, last = duties.window(name, period, school)
            assert last == off - timedelta(days=1)
            assert (off - first).days == duties.duties[name].opens_before
            assert duties.period_on(name, last, school) == period
            assert duties.period_on(name, off, school) is None
            assert duties.period_on(name, first - timedelta(days=1), school) is None
    assert duties.periods(name, date(2025, 1, 1), date(2026, 12, 1), school) == [
        "2025-WINTER",
        "2025-SUMMER",
        "2026-WINTER",
        "2026-SUMMER",
    ]
    # Before a holiday of January the weeks begin in December.
    assert duties.window(name, "2028-WINTER", school)[0].year == 2027
    assert duties.period_on(name, date(2027, 12, 30), school) == "2028-WINTER"
    assert duties.period_on(name, date(2040, 1, 2), school) is None, "no calendar, no guess"
    with pytest.raises(ValueError, match="holiday"):
        duties.window(name, "2026-Q1", school)


@pytest.mark.parametrize(
    ("plan", "name", "seats", "each", "every"),
    [
        ("P46", "child_director_training", {Seat.CIVIL_AFFAIRS}, "town", Every.YEAR),
        ("P53", "town_guidance", {Seat.CIVIL_AFFAIRS}, "town", Every.YEAR),
        ("P58", "duty_bearer_training", {Seat.CIVIL_AFFAIRS, Seat.EDUCATION}, None, Every.YEAR),
    ],
)
def test_what_the_plan_says_is_held_each_year(
    plan: str, name: str, seats: set[Seat], each: str | None, every: Every
) -> None:
    rule = RULES.duties.duties[name]
    assert seats <= set(rule.by)
    assert (rule.each, rule.every) == (each, every)
    assert plan in rule.source
    if each == "town":
        assert RULES.duties.needed(name, CIVIL_AFFAIRS) == 17


def test_of_a_towns_area_are_its_own_villages() -> None:
    rule = RULES.duties.duties["safety_into_villages"].model_copy(update={"by": (Seat.TOWN,)})
    duties = RULES.duties.model_copy(update={"duties": {"own": rule}})
    here = duties.places("own", TOWN)
    assert here
    assert {code[:9] for code in here} == {TOWN_CODE}
    assert here.isdisjoint(duties.places("own", OTHER_TOWN))


def test_rows_that_cannot_be_are_refused() -> None:
    row = {
        "title": "某项",
        "by": ["town"],
        "every": "year",
        "satisfied_by": [{"topic": "activity.recorded.v1"}],
        "source": "某处",
    }
    assert DutyRule.model_validate(row).counts("activity.recorded.v1", {})
    for wrong in ({"every": "holiday"}, {"opens_before": 3}, {"each": "village", "times": 2}):
        with pytest.raises(ValueError, match="某项"):
            DutyRule.model_validate({**row, **wrong})


def test_periods_follow_one_another() -> None:
    assert period_of(MARCH, Every.YEAR) == "2026"
    assert period_of(MARCH, Every.HALF_YEAR) == "2026-H1"
    assert (following("2026"), following("2026-H2")) == ("2027", "2027-H1")
    assert (begins("2026-H2"), last_day("2026-H1")) == (date(2026, 7, 1), date(2026, 6, 30))
    assert last_day("2028") == date(2028, 12, 31)
    since, until = date(2025, 11, 1), date(2026, 4, 1)
    found = RULES.duties.periods("town_lecture", since, until, RULES.school)
    assert found == ["2025-Q4", "2026-Q1", "2026-Q2"]


START = StartDuties(first_day=date(2026, 1, 1))
STARTED = DutiesStarted(first_day=date(2026, 1, 1), next_at=at_noon(MARCH))
REVIEWED = DutiesReviewed(reviewed_on=MARCH, next_at=datetime(2026, 3, 31, 16, tzinfo=UTC))
PLANS: dict[str, tuple[Event, ...]] = {
    "none": (),
    "started": (STARTED,),
    "reviewed": (STARTED, REVIEWED),
}
PLANNED: dict[tuple[str, str, str], tuple[Event, ...]] = {
    ("none", "start", CIVIL_AFFAIRS): (STARTED,),
    ("started", "review", HUB): (REVIEWED,),
}


@pytest.mark.parametrize("state", PLANS)
@pytest.mark.parametrize("action", ["start", "review"])
@all_of("by", [HUB, *EVERY_SEAT])
def test_civil_affairs_say_from_when_on_and_the_hub_looks_when_a_period_begins(
    state: str, action: str, by: str
) -> None:
    """及时安排部署: what fell due before is nobody's silence."""
    outcome = given(*PLANS[state]).when(
        START if action == "start" else ReviewDuties(), by=by, on=MARCH
    )
    if by != (CIVIL_AFFAIRS if action == "start" else HUB):
        outcome.then_refused("DUTIES_NOT_YOURS" if action == "start" else "DUTIES_BY_HUB")
    elif (state, action, by) in PLANNED:
        outcome.then(*PLANNED[state, action, by])
    else:
        outcome.then_nothing()


def test_it_is_looked_again_with_each_month_and_when_the_weeks_before_a_holiday_begin() -> None:
    duties, school = RULES.duties, RULES.school
    assert duties.next_look(MARCH, school) == date(2026, 4, 1)
    summer = duties.window("school_safety_class", "2027-WINTER", school)[0]
    assert summer.day != 1, "else this shows nothing"
    assert duties.next_look(summer - timedelta(days=1), school) == summer
    assert duties.next_look(summer, school) == date(2027, 1, 1)


def test_the_clock_runs_until_it_is_held() -> None:
    """when_a_duty_is_open_then_its_clock_runs, when_a_duty_is_fulfilled_then_its_clock_is_met; and
    runs again where the record is taken back."""
    journal = Journal(places=OneStation(), together=TOGETHER)
    journal.carry_out(open_, by=HUB, on=MARCH)
    clock = deadline_id(duty_id("town_lecture", TOWN, "2026-Q1"), CLOCK)
    running = journal.states(DEADLINE)(clock)
    assert (running.owner, running.state) == (TOWN, DeadlineState.RUNNING)
    assert running.as_set is not None
    assert (running.due_at, running.as_set.matter) == (DUE, Category.PROGRAMMES)
    journal.carry_out(count, by=HUB, on=MARCH)
    assert journal.states(DEADLINE)(clock).state is DeadlineState.MET
    journal.carry_out(take_back, by=HUB, on=MARCH)
    assert journal.states(DEADLINE)(clock).state is DeadlineState.RUNNING


def test_every_row_names_its_source_and_only_who_may_record_owes() -> None:
    for name, rule in RULES.duties.duties.items():
        assert rule.source.startswith("plan "), name
    assert set(RULES.duties.owed_by(SCHOOL)) == {"school_safety_class"}
    assert "safety_into_villages" in set(RULES.duties.owed_by(POLICE))
    assert not any(Seat.VILLAGE in rule.by for rule in RULES.duties.duties.values())
    assert seat_of(TOWN) is Seat.TOWN


def test_p35_the_bureau_above_a_school_is_told_of_a_class_that_was_not_held() -> None:
    """The clock goes by the row's own ladder, also where it begins anew."""
    name = "school_safety_class"
    about = {"duty": name, "owner": SCHOOL, "period": "2026-WINTER"}
    journal = Journal(places=OneStation(), together=TOGETHER)
    clock = deadline_id(duty_id(name, SCHOOL, "2026-WINTER"), CLOCK)
    journal.carry_out(OpenDuty(**about), by=HUB, on=MARCH)
    assert RULES.duties.duties[name].ladder == "reporting"
    running = journal.states(DEADLINE)(clock).as_set
    assert running is not None
    assert running.ladder == "reporting"
    held = CountTowards(duty=name, owner=SCHOOL, period="2026-WINTER", record=RECORD, counts=True)
    journal.carry_out(held, by=HUB, on=MARCH)
    journal.carry_out(held.model_copy(update={"counts": False}), by=HUB, on=MARCH)
    again = journal.states(DEADLINE)(clock).as_set
    assert again is not None
    assert again.ladder == "reporting"


@pytest.mark.parametrize(
    ("period", "words"),
    [
        ("2025", "2025年"),
        ("2025-03", "2025年3月"),
        ("2025-12", "2025年12月"),
        ("2025-Q1", "2025年第一季度"),
        ("2025-H2", "2025年下半年"),
        ("2026-WINTER", "2026年寒假前"),
        ("2026-SUMMER", "2026年暑假前"),
    ],
)
def test_a_period_reads_as_officials_say_it(period: str, words: str) -> None:
    assert period_words(period) == words
