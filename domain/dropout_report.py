"""The school's monthly report on dropout control, a report of none too (零报告), and the district's
quarterly review (学校一月一报告、县区一季度一复核; 教基厅函〔2024〕15号; domain reference §3).

A stream for each that reports. Each report is awaited from the one before on, whether that came or
was missed: a school that does not report stands on the silence board month by month. Counts alone,
and no child.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from domain.calendar import CalendarYearMissing, end_of_day_utc
from domain.kernel import (
    Category,
    Command,
    Event,
    Given,
    Refused,
    Sensitive,
    Stream,
    Text,
    derived_id,
)
from domain.organisations import HUB, Seat, district_organisation, seat_of
from domain.periods import Every, begins, following, is_quarter, last_day, period_of

MONTHLY = "monthly_report"
QUARTERLY = "quarterly_review"
"""The clocks of policies/clocks.toml, and the kinds of their deadlines."""

Count = Annotated[int, Field(ge=0)]


def reports_id(reporter: str) -> UUID:
    """The id of the stream of one that reports."""
    return derived_id("dropout_report", reporter)


def report_id(reporter: str, period: str) -> UUID:
    """What the clock of one report runs on."""
    return derived_id("dropout_report", reporter, period)


class BeginReports(Command):
    """Asked by the hub: ``reporter`` has pupils, or is who reviews, from ``day`` on."""

    reporter: str
    day: date


class AwaitNextReport(Command):
    """Asked by the hub: a report did not come; the next is awaited all the same."""

    reporter: str
    missed: UUID
    """What its clock ran on (:func:`report_id`)."""


class FileMonthlyReport(Command):
    """学校月报, with counts at the end of the month; what is told again of a month counts."""

    STATES: ClassVar[Category | None] = Category.SCHOOLING
    reporter: str
    period: str
    enrolled: Count
    absent: Count
    suspected: Count
    dropped_out: Count
    returned: Count


class ReviewQuarter(Command):
    """区级季度复核: how many schools reported, and what was confirmed of what they said."""

    STATES: ClassVar[Category | None] = Category.SCHOOLING
    reporter: str
    period: str
    schools: Count
    suspected: Count
    dropped_out: Count
    note: str | None


class EndReports(Command):
    """学校停办, stated by the education bureau: nothing is awaited of the school any more."""

    STATES: ClassVar[Category | None] = Category.SCHOOLING
    reporter: str
    closed_on: date


class DropoutReportEvent(Event):
    """``told_to``: who awaits it, or of whom it is awaited."""

    CATEGORY: ClassVar[Category] = Category.SCHOOLING
    TITLE: ClassVar[str] = "控辍保学报告"
    reporter: str
    period: str
    told_to: str


class ReportAwaited(DropoutReportEvent):
    TOPIC: ClassVar[str] = "dropout_report.awaited.v1"
    TITLE: ClassVar[str] = "应报送"
    due_at: datetime


class MonthlyReportFiled(DropoutReportEvent):
    TOPIC: ClassVar[str] = "dropout_report.filed.v1"
    TITLE: ClassVar[str] = "学校月报"
    enrolled: int
    absent: int
    suspected: int
    dropped_out: int
    returned: int


class QuarterReviewed(DropoutReportEvent):
    TOPIC: ClassVar[str] = "dropout_report.reviewed.v1"
    TITLE: ClassVar[str] = "区级季度复核"
    schools: int
    suspected: int
    dropped_out: int
    note: Annotated[Text, Sensitive(Category.SCHOOLING)]


class ReportsEnded(DropoutReportEvent):
    """``owed``: the periods of which nothing came, and nothing will; ``period``: the newest."""

    TOPIC: ClassVar[str] = "dropout_report.ended.v1"
    TITLE: ClassVar[str] = "学校停办不再报送"
    closed_on: date
    owed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DropoutReports:
    awaited: str = ""
    """The newest period of which a report is awaited, or was."""
    owed: frozenset[str] = frozenset()
    """The periods of which none came yet."""
    closed_on: date | None = None
    """The school's last day: it reports no more, until it has a pupil again."""


def _by_hub(given: Given) -> None:
    if given.actor.organisation != HUB:
        raise Refused("REPORT_BY_HUB", "报送期限由系统按规则计算，不能由单位登记。")


def _begin(state: DropoutReports, command: BeginReports, given: Given) -> list[Event]:
    _by_hub(given)
    closed = state.closed_on
    if state.awaited if closed is None else command.day <= closed:
        return []
    of_bureau = seat_of(command.reporter) is Seat.EDUCATION
    first = period_of(command.day, Every.QUARTER if of_bureau else Every.MONTH)
    return _await(command.reporter, first, given)


def _await_next(state: DropoutReports, command: AwaitNextReport, given: Given) -> list[Event]:
    _by_hub(given)
    newest = report_id(command.reporter, state.awaited)
    if not state.awaited or state.closed_on is not None or newest != command.missed:
        return []
    return _await(command.reporter, following(state.awaited), given)


def _await(reporter: str, period: str, given: Given) -> list[Event]:
    """The report of a period, or of the next one that has a school day: in none of a month's days
    was there anybody to be absent (寒暑假)."""
    while not _has_school_day(period, given):
        period = following(period)
    kind = QUARTERLY if is_quarter(period) else MONTHLY
    within = given.rules.clocks[kind].within
    ends = end_of_day_utc(last_day(period))
    return [
        ReportAwaited(
            reporter=reporter, period=period, told_to=reporter, due_at=given.rules.due(within, ends)
        )
    ]


def _has_school_day(period: str, given: Given) -> bool:
    try:
        found: int = given.rules.school.school_days_between(begins(period), last_day(period))
    except CalendarYearMissing:
        # A year that nobody has published yet: awaited rather than forgotten.
        return True
    return found > 0


def _file(state: DropoutReports, command: FileMonthlyReport, given: Given) -> list[Event]:
    _own(command.reporter, Seat.SCHOOL, given)
    _over(command.period, given)
    if command.absent > command.enrolled:
        raise Refused("REPORT_COUNTS", "缺课人数多于在籍学生数，请核对后重报。")
    if command.suspected + command.dropped_out > command.absent:
        raise Refused("REPORT_COUNTS", "疑似辍学和辍学人数多于缺课人数，请核对后重报。")
    filed = MonthlyReportFiled(
        **command.model_dump(), told_to=district_organisation(Seat.EDUCATION)
    )
    return [filed, *_next(state, command.reporter, command.period, given)]


def _review(state: DropoutReports, command: ReviewQuarter, given: Given) -> list[Event]:
    _own(command.reporter, Seat.EDUCATION, given)
    _over(command.period, given)
    reviewed = QuarterReviewed(**command.model_dump(), told_to=command.reporter)
    return [reviewed, *_next(state, command.reporter, command.period, given)]


def _own(reporter: str, seat: Seat, given: Given) -> None:
    if given.actor.organisation != reporter or seat_of(reporter) is not seat:
        raise Refused("REPORT_NOT_YOURS_TO_FILE", "月报由学校报送，季度复核由教育局登记。")


def _over(period: str, given: Given) -> None:
    """Counts are as of the end: nobody knows them before its last day."""
    if last_day(period) > given.today:
        raise Refused(
            "REPORT_EARLY",
            f"所报的月份或季度还没有结束，请从{last_day(period):%Y年%m月%d日}起报送；"
            "月份填错的，请核对后重报。",
        )


def _end(state: DropoutReports, command: EndReports, given: Given) -> list[Event]:
    bureau = district_organisation(Seat.EDUCATION)
    if given.actor.organisation != bureau:
        raise Refused("REPORT_NOT_YOURS_TO_END", "学校停办由教育局登记。")
    if seat_of(command.reporter) is not Seat.SCHOOL:
        raise Refused("REPORT_NOT_OF_SCHOOL", "停办登记的应是学校，请核对学校名称。")
    given.not_in_future(command.closed_on, "CLOSED_IN_FUTURE", "停办日期")
    if not state.awaited:
        raise Refused("REPORT_NOT_AWAITED", "该校没有应报的月报，无需登记停办，请核对学校名称。")
    return [
        ReportsEnded(
            reporter=command.reporter,
            period=state.awaited,
            told_to=command.reporter,
            closed_on=command.closed_on,
            owed=tuple(sorted(state.owed)),
        )
    ]


def _next(state: DropoutReports, reporter: str, period: str, given: Given) -> Sequence[Event]:
    """The next one is awaited once the newest one came; an older one that comes late, or again,
    moves nothing."""
    if (state.awaited and period != state.awaited) or state.closed_on is not None:
        return []
    return _await(reporter, following(period), given)


def _filed(state: DropoutReports, event: MonthlyReportFiled | QuarterReviewed) -> DropoutReports:
    return replace(state, owed=state.owed - {event.period})


DROPOUT_REPORT: Stream[DropoutReports] = Stream(
    name="dropout_report",
    initial=DropoutReports(),
    decide={
        BeginReports: _begin,
        AwaitNextReport: _await_next,
        FileMonthlyReport: _file,
        ReviewQuarter: _review,
        EndReports: _end,
    },
    evolve={
        ReportAwaited: lambda state, event: replace(
            state, awaited=event.period, owed=state.owed | {event.period}, closed_on=None
        ),
        MonthlyReportFiled: _filed,
        QuarterReviewed: _filed,
        ReportsEnded: lambda state, event: replace(
            state, owed=frozenset(), closed_on=event.closed_on
        ),
    },
    locate=lambda command, load: reports_id(command.reporter),
    title="控辍保学报告",
    by_itself=True,
)
