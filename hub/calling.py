"""Whom a reporter calls: 110 first, then whoever has the report.

Until somebody has accepted it that is the sub-bureau's command desk (分局指挥中心), whichever
station it was sent to: another number for some reports would tell that a station is conflicted
(利害关系单位), and the station's own would have the reporter call it; so it is again where
something was added, until somebody has accepted that as well. Once the reporter is shown that it is
accepted, it is whoever has its task by now, also where it was handed on since.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from adapters.intake.intake import RowAnswer
from domain.mandatory_report import MANDATORY_REPORT, MandatoryReport, report_task
from domain.notices import CallRules
from domain.organisations import Seat, district_organisation
from domain.referral import REFERRAL, Referral
from hub.directory import Directory
from hub.eventstore.store import EventStore
from hub.roster import Roster

COMMAND_DESK = district_organisation(Seat.POLICE)


@dataclass(frozen=True, slots=True)
class Call:
    """A number, and whose it is."""

    name: str
    number: str


class Calls:
    """Numbers to call, in their order."""

    def __init__(
        self, store: EventStore, roster: Roster, directory: Directory, rules: CallRules
    ) -> None:
        self._store = store
        self._roster = roster
        self._directory = directory
        self._first = Call(rules.first.name, rules.first.number)

    def at_filing(self) -> tuple[Call, ...]:
        """For whoever has just reported something: the same for every report."""
        return self._after_the_first(COMMAND_DESK)

    def after(self, rows: Iterable[RowAnswer], *, of_reports: bool = False) -> tuple[Call, ...]:
        """For whoever has just sent rows ``of_reports``, or of which one went out as a report;
        nobody where none did."""
        told = of_reports or any(row.report is not None for row in rows)
        return self.at_filing() if told else ()

    def of(self, report_id: UUID, *, accepted: bool) -> tuple[Call, ...]:
        """For whoever follows a report, as far as it is shown to be ``accepted``."""
        report: MandatoryReport = self._store.load(MANDATORY_REPORT, report_id).state
        if not accepted or not report.in_work:
            return self.at_filing()
        task_id = report_task(report_id, report.filings)
        task: Referral = self._store.load(REFERRAL, task_id).state
        return self._after_the_first(task.addressee or COMMAND_DESK)

    def _after_the_first(self, organisation: str) -> tuple[Call, ...]:
        """Where it has stated no number, the command desk's."""
        for each in dict.fromkeys((organisation, COMMAND_DESK)):
            number = self._roster.number(each)
            if number is not None:
                return self._first, Call(self._directory.name(each), number)
        return (self._first,)
