"""The deadline: set, met, missed, cancelled (P19, P20 at least monthly; P56 督查)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.child_file import ChildFile
from domain.deadline import (
    DEADLINE,
    CancelDeadline,
    DeadlineCancelled,
    DeadlineMet,
    DeadlineMissed,
    DeadlineSet,
    DeadlineState,
    HandOnDeadline,
    MeetDeadline,
    MissDeadline,
    SetDeadline,
    deadline_id,
)
from domain.kernel import Category, Command, Event
from domain.organisations import HUB
from domain.suspicion import Suspicion
from tests.domain.invented import CHILD, CIVIL_AFFAIRS, TOWN, TOWN_CODE
from tests.specification import folded, given

SUBJECT = UUID("e0000000-0000-4000-8000-000000000001")
REPORT = UUID("f0000000-0000-4000-8000-000000000001")
DUE = datetime(2026, 3, 5, 16, tzinfo=UTC)
BEFORE = DUE - timedelta(microseconds=1)
AFTER = DUE + timedelta(microseconds=1)
ABOUT: dict[str, Any] = {
    "subject_id": SUBJECT,
    "kind": "accept",
    "child_ref": CHILD,
    "matter": Category.SCHOOLING,
    "owner": TOWN,
}

start = SetDeadline(**ABOUT, town=TOWN_CODE, due_at=DUE)
meet = MeetDeadline(subject_id=SUBJECT, kind="accept")
cancel = CancelDeadline(subject_id=SUBJECT, kind="accept")
miss = MissDeadline(subject_id=SUBJECT, kind="accept")

SET = DeadlineSet(**ABOUT, town=TOWN_CODE, due_at=DUE)
MISSED = DeadlineMissed(**ABOUT, due_at=DUE)
HISTORIES: dict[str, tuple[Event, ...]] = {
    "none": (),
    "running": (SET,),
    "missed": (SET, MISSED),
    "met": (SET, DeadlineMet(**ABOUT, late=False)),
    "met late": (SET, MISSED, DeadlineMet(**ABOUT, late=True)),
    "cancelled": (SET, DeadlineCancelled(**ABOUT)),
}
OVER = ["met", "met late", "cancelled"]

hand_on = HandOnDeadline(subject_id=SUBJECT, kind="accept", child_ref=CHILD)
anew = start.model_copy(update={"anew": True})


def _title(command: Command) -> str:
    return type(command).__name__ + (" anew" if command is anew else "")


# What follows from each command before the deadline is due, and from then on. The day ends at
# 24:00: what happens before that instant is in time, the instant itself is late.
TABLE: list[tuple[str, Command, Event | None, Event | None]] = [
    ("none", start, SET, SET),
    ("running", start, None, None),
    ("missed", start, None, None),
    ("none", meet, None, None),
    ("running", meet, DeadlineMet(**ABOUT, late=False), DeadlineMet(**ABOUT, late=True)),
    ("missed", meet, DeadlineMet(**ABOUT, late=False), DeadlineMet(**ABOUT, late=True)),
    ("none", cancel, None, None),
    ("running", cancel, DeadlineCancelled(**ABOUT), DeadlineCancelled(**ABOUT)),
    ("missed", cancel, DeadlineCancelled(**ABOUT), DeadlineCancelled(**ABOUT)),
    ("none", miss, None, None),
    ("running", miss, None, MISSED),
    ("missed", miss, None, None),
    *((name, command, None, None) for name in OVER for command in (start, meet, cancel, miss)),
    # What is owed once more runs once more; what still runs goes on as it does.
    *((name, anew, SET, SET) for name in ("none", *OVER)),
    *((name, anew, None, None) for name in ("running", "missed")),
    # Nobody is conflicted: it stays whose it is (with who is, below).
    *((name, hand_on, None, None) for name in HISTORIES),
]


@pytest.mark.parametrize(
    ("history", "command", "before", "after"),
    TABLE,
    ids=[f"{row[0]}-{_title(row[1])}" for row in TABLE],
)
def test_a_deadline_is_met_missed_or_cancelled(
    history: str, command: Command, before: Event | None, after: Event | None
) -> None:
    """Once met or cancelled it is over; missed, it may still be met, late. A repeat says nothing:
    reactions and the clock may ask twice."""
    for now, expected in ((BEFORE, before), (DUE, after), (AFTER, after)):
        outcome = given(*HISTORIES[history]).when(command, by=HUB, on=now)
        if expected is None:
            outcome.then_nothing()
        else:
            outcome.then(expected)


@pytest.mark.parametrize("history", HISTORIES)
def test_a_conflicted_owner_keeps_no_clock_and_the_due_day_stays(history: str) -> None:
    """回避: the next one owes it, whether it runs or is missed already; what is over stays over."""
    noted = {REPORT: Suspicion(conflicted=frozenset({TOWN}))}
    outcome = given(*HISTORIES[history]).when(
        hand_on, by=HUB, on=AFTER, child=ChildFile(suspicions=noted)
    )
    if history in ("running", "missed"):
        outcome.then(
            DeadlineCancelled(**ABOUT),
            DeadlineSet(**{**ABOUT, "owner": CIVIL_AFFAIRS}, town=TOWN_CODE, due_at=DUE),
        )
    else:
        outcome.then_nothing()


def test_no_clock_is_set_for_who_is_conflicted() -> None:
    avoiding = start.model_copy(update={"avoid": (TOWN,)})
    given().when(avoiding, by=HUB, on=BEFORE).then(
        DeadlineSet(**{**ABOUT, "owner": CIVIL_AFFAIRS}, town=TOWN_CODE, due_at=DUE)
    )


def test_the_table_is_complete() -> None:
    assert len({(name, _title(command)) for name, command, *_ in TABLE}) == len(TABLE)
    assert len(TABLE) == len(HISTORIES) * (len(DEADLINE.decide) + 1)


@pytest.mark.parametrize(
    ("history", "state", "unfinished"),
    [
        ("none", DeadlineState.NONE, False),
        ("running", DeadlineState.RUNNING, True),
        ("missed", DeadlineState.MISSED, True),
        ("met", DeadlineState.MET, False),
        ("met late", DeadlineState.MET, False),
        ("cancelled", DeadlineState.CANCELLED, False),
    ],
)
def test_a_missed_deadline_is_not_finished(
    history: str, state: DeadlineState, unfinished: bool
) -> None:
    """逾期 goes on until somebody acts: it stays on the list of what is owed."""
    found = folded(DEADLINE, *HISTORIES[history])
    assert (found.state, found.unfinished) == (state, unfinished)


def test_acceptance_and_completion_are_two_clocks() -> None:
    """And the n-th visit has a clock of its own; each is one stream."""
    ids = {deadline_id(SUBJECT, kind, n) for kind in ("accept", "complete") for n in (1, 2)}
    assert len(ids) == 4
    assert DEADLINE.locate(start, lambda _: None) == deadline_id(SUBJECT, "accept")
    assert DEADLINE.locate(miss, lambda _: None) == deadline_id(SUBJECT, "accept")


def test_a_deadlines_matter_is_what_the_matrix_shows_it_under() -> None:
    assert SET.category is Category.SCHOOLING
