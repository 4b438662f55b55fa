"""The school's monthly report, a report of none too, and the district's quarterly review.

Source: 教基厅函〔2024〕15号 (学校一月一报告、县区一季度一复核; domain reference §3); issue on
casework, Dropout control.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from domain.calendar import SchoolCalendar, end_of_day_utc
from domain.deadline import DeadlineMissed, DeadlineState, deadline_id
from domain.deadline_stream import DEADLINE
from domain.dropout_report import (
    MONTHLY,
    QUARTERLY,
    AwaitNextReport,
    BeginReports,
    EndReports,
    FileMonthlyReport,
    MonthlyReportFiled,
    QuarterReviewed,
    ReportAwaited,
    ReportsEnded,
    ReviewQuarter,
    report_id,
)
from domain.kernel import Category, Command, Event
from domain.organisations import HUB
from domain.periods import Every, begins, following, last_day, period_of
from domain.reactions.dropout_reports import when_a_report_is_missed_then_the_next_is_awaited
from domain.registry import TOGETHER
from tests.domain.invented import CIVIL_AFFAIRS, EDUCATION, OTHER_SCHOOL, SCHOOL, TOWN
from tests.domain.pools import RULES, OneStation
from tests.specification import Journal, as_recorded, circumstances, given, happened

MARCH = date(2025, 3, 20)
APRIL = date(2025, 4, 2)
COUNTS = dict.fromkeys(("enrolled", "absent", "suspected", "dropped_out", "returned"), 0)

begin = BeginReports(reporter=SCHOOL, day=MARCH)
file = FileMonthlyReport(reporter=SCHOOL, period="2025-03", **COUNTS)
review = ReviewQuarter(
    reporter=EDUCATION, period="2025-Q1", schools=96, suspected=3, dropped_out=0, note="已核"
)
missed = AwaitNextReport(reporter=SCHOOL, missed=report_id(SCHOOL, "2025-03"))


def awaited(reporter: str, period: str) -> ReportAwaited:
    kind = QUARTERLY if "Q" in period else MONTHLY
    ends = datetime.combine(last_day(period), datetime.min.time(), tzinfo=UTC).replace(hour=16)
    due_at = RULES.due(RULES.clocks[kind].within, ends)
    return ReportAwaited(reporter=reporter, period=period, told_to=reporter, due_at=due_at)


FIRST = awaited(SCHOOL, "2025-03")
NEXT = awaited(SCHOOL, "2025-04")
FILED = MonthlyReportFiled(reporter=SCHOOL, period="2025-03", told_to=EDUCATION, **COUNTS)
REVIEWED = QuarterReviewed(
    reporter=EDUCATION,
    period="2025-Q1",
    told_to=EDUCATION,
    schools=96,
    suspected=3,
    dropped_out=0,
    note="已核",
)

BY_HUB, NOT_YOURS = "REPORT_BY_HUB", "REPORT_NOT_YOURS_TO_FILE"
HISTORIES: dict[str, tuple[Event, ...]] = {
    "none": (),
    "awaited": (FIRST,),
    "filed": (FIRST, FILED, NEXT),
    "missed": (FIRST, NEXT),
}
ROLES = {
    "hub": HUB,
    "school": SCHOOL,
    "another school": OTHER_SCHOOL,
    "education": EDUCATION,
    "town": TOWN,
    "coordinator": CIVIL_AFFAIRS,
}
ACTIONS: dict[str, Command] = {"begin": begin, "await": missed, "file": file}
DONE: dict[tuple[str, str, str], tuple[Event, ...]] = {
    ("none", "begin", "hub"): (FIRST,),
    **{(state, "begin", "hub"): () for state in ("awaited", "filed", "missed")},
    ("awaited", "await", "hub"): (NEXT,),
    **{(state, "await", "hub"): () for state in ("none", "filed", "missed")},
    # One that nobody awaited yet begins the row of them.
    ("none", "file", "school"): (FILED, NEXT),
    ("awaited", "file", "school"): (FILED, NEXT),
    # Told again, or late: the next one is awaited already.
    ("filed", "file", "school"): (FILED,),
    ("missed", "file", "school"): (FILED,),
}


@pytest.mark.parametrize("state", HISTORIES)
@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("role", ROLES)
def test_who_may_do_what_with_a_monthly_report_in_which_state(
    state: str, action: str, role: str
) -> None:
    outcome = given(*HISTORIES[state]).when(ACTIONS[action], by=ROLES[role], on=APRIL)
    if (state, action, role) not in DONE:
        code = NOT_YOURS if action == "file" else BY_HUB
        assert outcome.then_refused(code).text.endswith("。")
        return
    happens = DONE[state, action, role]
    if happens:
        outcome.then(*happens)
    else:
        outcome.then_nothing()


@pytest.mark.parametrize("role", ROLES)
def test_the_district_reviews_each_quarter_and_nobody_else_does(role: str) -> None:
    outcome = given().when(review, by=ROLES[role], on=APRIL)
    if role == "education":
        outcome.then(REVIEWED, awaited(EDUCATION, "2025-Q2"))
    else:
        outcome.then_refused(NOT_YOURS)
    first = BeginReports(reporter=EDUCATION, day=MARCH)
    given().when(first, by=HUB, on=MARCH).then(awaited(EDUCATION, "2025-Q1"))


def test_a_report_of_none_is_a_report() -> None:
    """零报告: given a school where nobody is away / then its report is there all the same."""
    given(FIRST).when(file, by=SCHOOL, on=APRIL).then(FILED, NEXT)


def test_months_without_a_school_day_are_skipped() -> None:
    """寒暑假: after June nobody is at school before September."""
    june = file.model_copy(update={"period": "2025-06"})
    outcome = given(awaited(SCHOOL, "2025-06")).when(june, by=SCHOOL, on=date(2025, 7, 1))
    periods = [each.period for each in _all(outcome) if isinstance(each, ReportAwaited)]
    assert periods != ["2025-07"] or _school_days("2025-07") > 0
    assert len(periods) == 1
    assert _school_days(periods[0]) > 0
    between = following("2025-06")
    while between != periods[0]:
        assert _school_days(between) == 0
        between = following(between)
    assert _school_days("2025-08") == 0, "else this shows nothing"


def _all(outcome: Any) -> tuple[Event, ...]:
    found: tuple[Event, ...] = outcome.events
    return found


def _school_days(period: str) -> int:
    school: SchoolCalendar = RULES.school
    return school.school_days_between(begins(period), last_day(period))


@pytest.mark.parametrize(
    "counts",
    [
        {"enrolled": 1, "absent": 2},
        {"enrolled": 9, "absent": 1, "suspected": 1, "dropped_out": 1},
    ],
)
def test_counts_that_cannot_be_are_refused(counts: dict[str, int]) -> None:
    wrong = file.model_copy(update=counts)
    given(FIRST).when(wrong, by=SCHOOL, on=APRIL).then_refused("REPORT_COUNTS")


@pytest.mark.parametrize("period", ["2025-04", "2025-05"])
def test_a_month_that_is_not_over_is_not_reported_on(period: str) -> None:
    """Counts at its end are known on its last day; what was told before would end its clock."""
    early = file.model_copy(update={"period": period})
    refused = given(FIRST).when(early, by=SCHOOL, on=APRIL).then_refused("REPORT_EARLY")
    assert f"{last_day(period):%Y年%m月%d日}" in refused.text
    given(FIRST).when(file, by=SCHOOL, on=date(2025, 3, 31)).then(FILED, NEXT)
    quarter = review.model_copy(update={"period": "2025-Q2"})
    given().when(quarter, by=EDUCATION, on=APRIL).then_refused("REPORT_EARLY")


closing = EndReports(reporter=SCHOOL, closed_on=APRIL)


@pytest.mark.parametrize("state", HISTORIES)
@pytest.mark.parametrize("role", ROLES)
def test_of_a_closed_school_nothing_is_awaited_any_more(state: str, role: str) -> None:
    """学校停办, by the bureau alone: what is owed is over, a report that still comes is taken, and
    the next is awaited from its next pupil on."""
    outcome = given(*HISTORIES[state]).when(closing, by=ROLES[role], on=APRIL)
    if role != "education":
        outcome.then_refused("REPORT_NOT_YOURS_TO_END")
        return
    if state == "none":
        outcome.then_refused("REPORT_NOT_AWAITED")
        return
    owed = {"awaited": ("2025-03",), "filed": ("2025-04",), "missed": ("2025-03", "2025-04")}
    (ended,) = outcome.then(happened(ReportsEnded, owed=owed[state]))
    assert isinstance(ended, ReportsEnded)
    history = (*HISTORIES[state], ended)
    newest = AwaitNextReport(reporter=SCHOOL, missed=report_id(SCHOOL, ended.period))
    given(*history).when(newest, by=HUB, on=APRIL).then_nothing()
    given(*history).when(file, by=SCHOOL, on=APRIL).then(FILED)
    given(*history).when(begin, by=HUB, on=APRIL).then_nothing()
    again = begin.model_copy(update={"day": date(2025, 9, 1)})
    given(*history).when(again, by=HUB, on=date(2025, 9, 1)).then(
        happened(ReportAwaited, period="2025-09")
    )


def test_only_a_school_is_closed_and_not_before_its_day() -> None:
    of_bureau = closing.model_copy(update={"reporter": EDUCATION})
    given(FIRST).when(of_bureau, by=EDUCATION, on=APRIL).then_refused("REPORT_NOT_OF_SCHOOL")
    given(FIRST).when(closing, by=EDUCATION, on=MARCH).then_refused("CLOSED_IN_FUTURE")


def test_a_month_and_a_quarter_end_where_the_next_begins() -> None:
    assert period_of(MARCH, Every.MONTH) == "2025-03"
    assert period_of(date(2025, 12, 31), Every.QUARTER) == "2025-Q4"
    assert (following("2025-12"), following("2025-Q4")) == ("2026-01", "2026-Q1")
    assert (begins("2025-Q2"), last_day("2025-Q2")) == (date(2025, 4, 1), date(2025, 6, 30))
    assert last_day("2024-02") == date(2024, 2, 29)


def test_no_child_is_in_it_and_the_words_of_a_review_are_sealed() -> None:
    for event in (FIRST, FILED, REVIEWED):
        assert event.subject is None
    assert set(QuarterReviewed.SENSITIVE) == {"note"}
    assert REVIEWED.category_of("note") is Category.SCHOOLING


def test_the_clock_of_a_month_is_the_schools_until_its_report() -> None:
    """when_a_report_is_awaited_then_its_clock_runs,
    when_a_report_is_there_then_its_clock_is_met."""
    journal = Journal(places=OneStation(), together=TOGETHER)
    journal.carry_out(begin, by=HUB, on=MARCH)
    clock = deadline_id(report_id(SCHOOL, "2025-03"), MONTHLY)
    running = journal.states(DEADLINE)(clock)
    assert (running.owner, running.state) == (SCHOOL, DeadlineState.RUNNING)
    assert running.due_at == FIRST.due_at
    journal.carry_out(file, by=SCHOOL, on=APRIL)
    assert journal.states(DEADLINE)(clock).state is DeadlineState.MET
    following_one = deadline_id(report_id(SCHOOL, "2025-04"), MONTHLY)
    assert journal.states(DEADLINE)(following_one).state is DeadlineState.RUNNING


def test_the_clock_counts_from_the_months_end_and_is_provisional_as_its_year_is() -> None:
    """Given a month of a year whose working days are not published yet / then its clock says from
    when and by which term it counts, and that it is reckoned anew once they are."""
    for period, provisional in (("2026-03", False), ("2027-03", True)):
        journal = Journal(places=OneStation(), together=TOGETHER)
        first = begins(period)
        journal.carry_out(BeginReports(reporter=SCHOOL, day=first), by=HUB, on=first)
        running = journal.states(DEADLINE)(deadline_id(report_id(SCHOOL, period), MONTHLY))
        assert running.as_set is not None
        assert running.as_set.started_at == end_of_day_utc(last_day(period))
        assert running.as_set.term == str(RULES.clocks[MONTHLY].within)
        assert running.as_set.provisional is provisional


def test_what_did_not_come_does_not_end_the_others() -> None:
    """Given a month's report that is missed / then the next month's is awaited all the same."""
    late = DeadlineMissed(
        subject_id=report_id(SCHOOL, "2025-03"),
        kind=MONTHLY,
        child_ref=report_id(SCHOOL, "2025-03"),
        matter=Category.SCHOOLING,
        owner=SCHOOL,
        due_at=FIRST.due_at,
    )
    recorded = as_recorded(late, report_id(SCHOOL, "x"), 1, circumstances(HUB, APRIL))
    reaction = when_a_report_is_missed_then_the_next_is_awaited
    assert list(reaction.then(late, recorded, OneStation())) == [missed]
    other = late.model_copy(update={"kind": "complete"})
    assert list(reaction.then(other, recorded, OneStation())) == []
    given(FIRST).when(missed, by=HUB, on=APRIL).then(happened(ReportAwaited, period="2025-04"))
