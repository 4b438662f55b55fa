"""Other rules tried on history (试算): one clock is one clock, whoever has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from domain.child_file import ChildFile
from domain.deadline import (
    CancelDeadline,
    DeadlineSet,
    HandOnDeadline,
    MeetDeadline,
    SetDeadline,
    deadline_id,
)
from domain.kernel import Category, Command, Event
from domain.organisations import HUB
from domain.referral_facts import ReferralRequested
from domain.rehearsal import rehearse
from domain.suspicion import Suspicion
from domain.terms import Term
from hub.policies import load_policies
from tests.domain.invented import CHILD, TOWN
from tests.specification import given

RULES = load_policies().rules
TASK = UUID("e0000000-0000-4000-8000-000000000001")
REPORT = UUID("f0000000-0000-4000-8000-000000000001")
START = datetime(2026, 3, 2, 4, tzinfo=UTC)
NOW = datetime(2026, 4, 2, 4, tzinfo=UTC)
KIND = "persuade_dropout"
ROW = RULES.referral_kind(KIND)
LONGER = RULES.model_copy(
    update={
        "referrals": {
            **RULES.referrals,
            KIND: ROW.model_copy(update={"complete_within": Term(amount=200, unit="days")}),
        }
    }
)


@dataclass(frozen=True)
class Fact:
    topic: str
    stream: UUID
    clear: Mapping[str, Any]
    recorded_at: str = START.isoformat()
    producer: str = HUB


def facts(*events: Event) -> list[Fact]:
    """As the log tells them: plain values; first that the task was asked for."""
    stream = deadline_id(TASK, "complete")
    asked = Fact(ReferralRequested.TOPIC, TASK, {"kind": KIND})
    return [asked, *(Fact(e.TOPIC, stream, e.model_dump(mode="json")) for e in events)]


def happened(*steps: tuple[Command, ChildFile | None]) -> tuple[Event, ...]:
    history: tuple[Event, ...] = ()
    for command, child in steps:
        history += given(*history).when(command, by=HUB, on=START, child=child).events
    return history


begin = SetDeadline(
    subject_id=TASK,
    kind="complete",
    child_ref=CHILD,
    matter=Category.SCHOOLING,
    owner=TOWN,
    town=None,
    rule=KIND,
    due_at=RULES.due(ROW.complete_within, START),
    started_at=START,
)
CONFLICTED = ChildFile(suspicions={REPORT: Suspicion(conflicted=frozenset({TOWN}))})
hand_on = HandOnDeadline(subject_id=TASK, kind="complete", child_ref=CHILD)
meet = MeetDeadline(subject_id=TASK, kind="complete")
cancel = CancelDeadline(subject_id=TASK, kind="complete")


def test_a_clock_in_another_hand_is_the_same_clock_and_runs_on() -> None:
    """Cancelled for the one and begun for the other, it is counted once, and missed by the one."""
    log = happened((begin, None), (hand_on, CONFLICTED))
    (*_, last) = log
    assert isinstance(last, DeadlineSet)
    assert len(log) == 3
    found = rehearse(facts(*log), RULES, LONGER, NOW)
    assert found.clocks == 1
    (one,) = found.differences
    assert one.owner == last.owner != TOWN
    assert (one.before.missed, one.after.missed) == (True, False)


def test_a_clock_that_is_met_or_called_off_is_over() -> None:
    for over in (meet, cancel):
        found = rehearse(facts(*happened((begin, None), (over, None))), RULES, LONGER, NOW)
        (one,) = found.differences
        assert not one.before.missed


def test_a_clock_that_begins_anew_is_another_one() -> None:
    later = START.replace(day=9)
    again = begin.model_copy(
        update={
            "anew": True,
            "started_at": later,
            "due_at": RULES.due(ROW.complete_within, later),
        }
    )
    log = happened((begin, None), (meet, None), (again, None))
    assert rehearse(facts(*log), RULES, LONGER, NOW).clocks == 2


def test_a_clock_of_a_written_date_is_named_only_where_its_own_term_changed() -> None:
    """Given a clock whose date was written in a document / when another rule changes / then it
    stays and is not mentioned; when the term of its row does, it is said that it was not tried."""
    dated = begin.model_copy(update={"due_at": NOW.replace(day=20), "started_at": None})
    log = facts(*happened((dated, None)))
    accepted = {KIND: ROW.model_copy(update={"accept_within": Term(amount=9, unit="days")})}
    other = RULES.model_copy(update={"referrals": {**RULES.referrals, **accepted}})
    assert rehearse(log, RULES, other, NOW).unreckoned == {}
    found = rehearse(log, RULES, LONGER, NOW)
    assert found.differences == ()
    ((rule, why),) = found.unreckoned
    assert rule == KIND
    assert "没有记下从何时起算" in why
