"""The clock over the log: what stands is not due, and a year without a calendar is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import delete
from structlog.testing import capture_logs

from domain import deadline_ladder
from domain.calendar import WorkingCalendar
from domain.deadline import AdvanceDeadline, PauseDeadline, ResumeDeadline
from domain.organisations import Seat
from domain.referral import AcceptReferral, CompleteReferral
from hub.application import SYSTEM
from hub.bootstrap import Program
from hub.clock import SetClock
from hub.eventstore.codec import Fact
from hub.reaction_tables import POSITIONS
from projections.follower import Log
from tests.program import (
    POLICE,
    SCHOOL,
    START,
    STATION,
    TOWN,
    absent,
    actor,
    at,
    prepare,
    pupil,
    reader,
    running,
    send,
    topics,
)


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


def searched_in_vain(hub: Program) -> str:
    """A tracing that the station never accepted; nobody acts for a week. Gives the child."""
    send(hub, SCHOOL, "education.absence", absent(pupil(1)))
    hub.settle()
    (task,) = hub.queries.inbox(reader(STATION)).items
    for day in range(1, 8):
        at(hub, START + timedelta(days=day, hours=1))
        hub.settle()
    return task.child_ref


def test_the_superior_is_shown_kind_state_and_clock_of_what_its_station_missed(
    hub: Program,
) -> None:
    """逐级提醒: and nothing of the child, whom the sub-bureau has no task about."""
    child = searched_in_vain(hub)
    shown = {each.kind: each for each in hub.queries.overdue(reader(POLICE)).items}
    assert set(shown) == {"accept", "complete"}
    assert {each.owner for each in shown.values()} == {STATION}
    assert all(each.due_at and each.town for each in shown.values())
    file = hub.queries.child_file(reader(POLICE), child)
    assert file is None or not (file.fields or file.school or file.village or file.birth_month)
    assert hub.queries.timeline(reader(POLICE), child).items == ()
    assert hub.queries.inbox(reader(POLICE), open_only=False).items == ()


def test_the_superior_sees_it_met_in_the_end(hub: Program) -> None:
    searched_in_vain(hub)
    (task,) = hub.queries.inbox(reader(STATION)).items
    hub.hub.command(AcceptReferral(referral_id=UUID(task.id)), actor(STATION))
    hub.hub.command(CompleteReferral(referral_id=UUID(task.id), outcome="FOUND"), actor(STATION))
    hub.settle()
    assert hub.queries.overdue(reader(POLICE)).items == ()


def test_each_step_is_told_once_however_often_the_clock_asks(hub: Program) -> None:
    searched_in_vain(hub)
    told = [f.clear for f in hub.store.feed(0, 1000) if f.topic == "deadline.escalated.v1"]
    steps = [(each["subject_id"], each["kind"], each["step"]) for each in told]
    assert len(steps) == len(set(steps)) > 0
    before = hub.store.position
    for _ in range(2):
        hub.settle()
    assert hub.store.position == before


def test_what_was_missed_before_there_were_ladders_is_found_in_the_log_once(
    hub: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        # As it was: nobody was told of what was missed.
        before.setattr(deadline_ladder, "_due", lambda *_: None)
        searched_in_vain(hub)
    assert "deadline.escalated.v1" not in topics(hub)
    with hub.reactor._engine.execution_options(writing=True).begin() as connection:
        # What follows the log begins anew with this version.
        connection.execute(delete(POSITIONS).where(POSITIONS.c.name != "reactions"))
    hub.reactor._places.clear()
    hub.settle()
    facts = [fact.clear for fact in hub.store.feed(0, 1000)]
    late = [(each["subject_id"], each["kind"]) for each in facts if "next_at" in each]
    told = [(each["subject_id"], each["kind"]) for each in facts if each.get("step") == 1]
    assert len(told) == len(set(told)) == len(set(late)) > 0, "the first step of each"
    before_ = hub.store.position
    hub.settle()
    assert hub.store.position == before_


def test_once_a_year_is_published_due_dates_in_it_move_once(hub: Program) -> None:
    """hub calendar apply: New Year's Day of 2027 was a plain Friday as long as nobody said so."""
    at(hub, datetime(2026, 12, 30, 1, tzinfo=UTC))
    send(hub, SCHOOL, "education.absence", {**absent(pupil(1)), "absent_since": "2026-12-28"})
    hub.settle()
    (task,) = hub.queries.inbox(reader(TOWN)).items
    assert task.complete_by == "2027-01-06T16:00:00Z"
    assert hub.reactor.recompute() == 0, "nothing is published yet"
    years = {
        2026: {"provisional": False, "off": [], "on": []},
        2027: {"provisional": False, "off": [date(2027, 1, 1)], "on": []},
    }
    rules = hub.policies.rules.model_copy(update={"calendar": WorkingCalendar(years)})
    hub.hub.policies = replace(hub.policies, rules=rules)
    moved = hub.reactor.recompute()
    assert moved > 0
    assert hub.reactor.recompute() == 0, "and not again"
    hub.settle()
    (task,) = hub.queries.inbox(reader(TOWN)).items
    assert task.complete_by == "2027-01-07T16:00:00Z"
    at(hub, datetime(2027, 1, 6, 16, tzinfo=UTC))
    hub.settle()
    assert task.id not in missed(hub, "complete")
    at(hub, datetime(2027, 1, 7, 16, tzinfo=UTC))
    hub.settle()
    assert task.id in missed(hub, "complete")


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


def test_a_clock_that_fails_holds_up_no_other_one(
    hub: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given the first of many clocks cannot be asked; then all others are missed in time, the
    failure is not swallowed, and it is asked again once the fault is mended."""
    send(hub, SCHOOL, "education.absence", absent(pupil(1)))
    hub.settle()
    at(hub, START + timedelta(days=30))
    running_ = type(hub.hub).command
    broken: list[UUID] = []

    def faulty(self: object, command: AdvanceDeadline, *args: object, **how: object) -> object:
        broken[:] = broken or [command.subject_id]
        if command.subject_id == broken[0]:
            raise ZeroDivisionError
        return running_(self, command, *args, **how)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(type(hub.hub), "command", faulty)
        with pytest.raises(ZeroDivisionError):
            hub.reactor.tick()
        held = str(broken[0])
        assert missed(hub, "accept")
        assert held not in missed(hub, "accept") + missed(hub, "complete")
    hub.reactor.tick()
    assert held in missed(hub, "accept") + missed(hub, "complete")


def test_views_show_what_was_recorded_also_where_a_clock_fails(
    hub: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given something was recorded and no clock can be asked, when all is settled at once, then
    the failure is told, and whoever looks sees what was recorded and what followed from it."""

    def faulty() -> int:
        raise ZeroDivisionError

    send(hub, SCHOOL, "education.absence", absent(pupil(1)))
    monkeypatch.setattr(hub.reactor, "tick", faulty)
    with pytest.raises(ZeroDivisionError):
        hub.settle()
    assert hub.queries.inbox(reader(TOWN)).items
    assert {view.position for view in hub.projector.views.values()} == {hub.store.position}


@pytest.mark.parametrize(("at_once", "batches"), [(True, 2), (False, 1)])
def test_views_take_what_is_settled_at_once_in_one_batch(
    hub: Program, monkeypatch: pytest.MonkeyPatch, at_once: bool, batches: int
) -> None:
    """Given a record from which something follows; then who serves lets views show the record
    before that is worked out, and who settles once has them take both together."""
    send(hub, SCHOOL, "education.absence", absent(pupil(1)))
    taken: list[int] = []
    view = hub.projector.view(Seat.SCHOOL)
    take_in = view.take_in

    def counted(facts: Sequence[Fact], log: Log) -> int:
        taken.append(len(facts))
        return take_in(facts, log)

    monkeypatch.setattr(view, "take_in", counted)
    if at_once:
        with hub.leading() as settle:
            settle(None)
    else:
        hub.settle()
    assert len(taken) == batches
    assert sum(taken) == hub.store.position
