"""With a report that is awaited goes its clock; one that is missed does not end the others."""

from __future__ import annotations

from collections.abc import Sequence

from domain.calendar import end_of_day_utc
from domain.deadline import CancelDeadline, DeadlineMissed, MeetDeadline, SetDeadline
from domain.dropout_report import (
    MONTHLY,
    QUARTERLY,
    AwaitNextReport,
    MonthlyReportFiled,
    QuarterReviewed,
    ReportAwaited,
    ReportsEnded,
    report_id,
)
from domain.kernel import Command, Recorded
from domain.periods import is_quarter, last_day
from domain.reactions.kernel import Places, when


@when(ReportAwaited, at_once=True)
def when_a_report_is_awaited_then_its_clock_runs(
    event: ReportAwaited, cause: Recorded, places: Places
) -> Sequence[Command]:
    """教基厅函〔2024〕15号: 学校一月一报告, 县区一季度一复核. No child is concerned: the clock runs
    on the report itself."""
    about = report_id(event.reporter, event.period)
    return [
        SetDeadline(
            subject_id=about,
            kind=QUARTERLY if is_quarter(event.period) else MONTHLY,
            child_ref=about,
            matter=event.CATEGORY,
            owner=event.reporter,
            town=places.town_of(event.reporter),
            due_at=event.due_at,
            # So that it is reckoned anew once the year is published, or by another rule.
            started_at=end_of_day_utc(last_day(event.period)),
        )
    ]


@when(MonthlyReportFiled, QuarterReviewed, at_once=True)
def when_a_report_is_there_then_its_clock_is_met(
    event: MonthlyReportFiled | QuarterReviewed, cause: Recorded, places: Places
) -> Sequence[Command]:
    about = report_id(event.reporter, event.period)
    kind = QUARTERLY if is_quarter(event.period) else MONTHLY
    return [MeetDeadline(subject_id=about, kind=kind)]


@when(ReportsEnded, at_once=True)
def when_a_school_is_closed_then_nothing_is_awaited_of_it(
    event: ReportsEnded, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Also what was missed: nobody is there any more who could say it."""
    return [
        CancelDeadline(subject_id=report_id(event.reporter, period), kind=MONTHLY)
        for period in event.owed
    ]


@when(DeadlineMissed)
def when_a_report_is_missed_then_the_next_is_awaited(
    event: DeadlineMissed, cause: Recorded, places: Places
) -> Sequence[Command]:
    """What did not come stays on the board, and the next month's is owed all the same."""
    if event.kind not in (MONTHLY, QUARTERLY):
        return []
    return [AwaitNextReport(reporter=event.owner, missed=event.subject_id)]
