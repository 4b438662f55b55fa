"""The clock over the log: what stands is not due, and a year without a calendar is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from domain.deadline import PauseDeadline, ResumeDeadline
from hub.application import SYSTEM
from hub.bootstrap import Program
from hub.clock import SetClock
from tests.program import SCHOOL, START, TOWN, absent, at, prepare, pupil, reader, running, send


def missed(hub: Program, kind: str) -> list[str]:
    return [
        fact.clear["subject_id"]
        for fact in hub.store.feed(0, 1000)
        if fact.topic == "deadline.missed.v1" and fact.clear["kind"] == kind
    ]


def test_a_clock_that_stands_is_not_due_before_it_has_run_on(hub: Program) -> None:
    """Five working days from Monday; stopped on Tuesday for a week, it is due a week later."""
    send(hub, SCHOOL, "education.absence", absent(pupil(1)))
    hub.settle()
    task = UUID(hub.queries.inbox(reader(TOWN)).items[0].id)
    clock = {"subject_id": task, "kind": "complete"}
    at(hub, START + timedelta(days=1))
    hub.hub.command(PauseDeadline.model_validate({**clock, "reason": "WAITING"}), SYSTEM)
    hub.settle()
    at(hub, START + timedelta(days=8))
    hub.settle()
    assert str(task) not in missed(hub, "complete")
    assert missed(hub, "complete"), "the others went on"
    hub.hub.command(ResumeDeadline.model_validate(clock), SYSTEM)
    at(hub, START + timedelta(days=14))
    hub.settle()
    assert str(task) not in missed(hub, "complete")
    at(hub, START + timedelta(days=15))
    hub.settle()
    assert str(task) in missed(hub, "complete")


@pytest.mark.parametrize(
    ("year", "missing"),
    [(2026, []), (2028, ["2029工作日历", "2029校历"])],
)
def test_a_year_without_a_calendar_is_told_at_every_start_and_stops_nothing(
    tmp_path: Path, year: int, missing: list[str]
) -> None:
    """A program that would not start for it would keep a mandatory report from being filed."""
    prepare(tmp_path / "data")
    clock = SetClock(datetime(year, 6, 1, tzinfo=UTC))
    with capture_logs() as logged, running(tmp_path / "data", clock) as hub:
        assert hub.settle()
    assert [each["code"] for each in logged if each["event"] == "calendar.missing"] == missing
