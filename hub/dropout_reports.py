"""A school with pupils reports on dropout control each month, and the education bureau reviews
each quarter (学校一月一报告、县区一季度一复核), from the first pupil on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from domain.calendar import shanghai_date
from domain.dropout_report import DROPOUT_REPORT, BeginReports, DropoutReports, reports_id
from domain.enrolment import EnrolmentConfirmed
from domain.kernel import Command
from domain.organisations import Seat, district_organisation
from domain.rules import Rules
from hub.eventstore.codec import Fact
from hub.eventstore.store import EventStore

NAME = "await_the_first_report_of_who_has_pupils"

SAID_BY = frozenset({EnrolmentConfirmed.TOPIC})
"""Facts by which somebody has a first pupil."""


def commands(store: EventStore, rules: Rules, fact: Fact) -> Iterator[tuple[str, Command]]:
    """What is asked for after such a fact: nothing of whoever is awaited already."""
    for reporter in (fact.clear["school"], district_organisation(Seat.EDUCATION)):
        reports: DropoutReports = store.load(DROPOUT_REPORT, reports_id(reporter)).state
        if reports.awaited and reports.closed_on is None:
            continue
        day = shanghai_date(datetime.fromisoformat(fact.recorded_at))
        yield reporter, BeginReports(reporter=reporter, day=day)


def led_to(effect: Fact) -> bool:
    """Whether a fact is of a kind that such a command leads to."""
    return effect.topic.split(".", 1)[0] in (DROPOUT_REPORT.name, "deadline")
