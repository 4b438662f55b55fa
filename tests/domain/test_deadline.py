"""The deadline: set, paused, met, missed, cancelled (P19, P20 at least monthly; P56 督查)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from domain.calendar import SHANGHAI, end_of_day_utc
from domain.child_file import ChildFile
from domain.deadline import (
    AdvanceDeadline,
    CancelDeadline,
    DeadlineCancelled,
    DeadlineMet,
    DeadlineMissed,
    DeadlinePaused,
    DeadlineResumed,
    DeadlineSet,
    DeadlineState,
    HandOnDeadline,
    MeetDeadline,
    MoveDeadline,
    PauseDeadline,
    RecomputeDeadline,
    ResumeDeadline,
    SetDeadline,
    deadline_id,
)
from domain.deadline_stream import DEADLINE
from domain.kernel import Category, Command, Event
from domain.organisations import HUB
from domain.suspicion import Suspicion
from hub.policies import load_policies
from tests.domain.invented import CHILD, CIVIL_AFFAIRS, TOWN, TOWN_CODE
from tests.specification import Expected, at_noon, folded, given, happened

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
advance = AdvanceDeadline(subject_id=SUBJECT, kind="accept", child_ref=CHILD)

pause = PauseDeadline(subject_id=SUBJECT, kind="accept", reason="WAITING")
recompute = RecomputeDeadline(subject_id=SUBJECT, kind="accept")
resume = ResumeDeadline(subject_id=SUBJECT, kind="accept")

RUN: dict[str, Any] = {"town": TOWN_CODE, "due_at": DUE, "runs_on": False, "provisional": False}
SET = DeadlineSet(**ABOUT, **RUN)
STOPPED = DUE - timedelta(days=2)
PAUSED = DeadlinePaused(**ABOUT, paused_for="WAITING", paused_at=STOPPED)
NEXT = datetime(2026, 3, 9, 9, tzinfo=SHANGHAI)
"""Missed at the end of Thursday: the town's deputy is told when Friday has gone by as well."""
MISSED = DeadlineMissed(**ABOUT, due_at=DUE, next_at=NEXT)
HISTORIES: dict[str, tuple[Event, ...]] = {
    "none": (),
    "running": (SET,),
    "missed": (SET, MISSED),
    "paused": (SET, PAUSED),
    "met": (SET, DeadlineMet(**ABOUT, late=False)),
    "met late": (SET, MISSED, DeadlineMet(**ABOUT, late=True)),
    "cancelled": (SET, DeadlineCancelled(**ABOUT)),
}
OVER = ["met", "met late", "cancelled"]

hand_on = HandOnDeadline(subject_id=SUBJECT, kind="accept", child_ref=CHILD)
anew = start.model_copy(update={"anew": True})
LATER = DUE + timedelta(days=30)
move = MoveDeadline(subject_id=SUBJECT, kind="accept", child_ref=CHILD, due_at=LATER)


def _title(command: Command) -> str:
    return type(command).__name__ + (" anew" if command is anew else "")


# What follows from each command before the deadline is due, and from then on. The day ends at
# 24:00: what happens before that instant is in time, the instant itself is late.
TABLE: list[tuple[str, Command, Expected | None, Expected | None]] = [
    ("none", start, SET, SET),
    ("running", start, None, None),
    ("missed", start, None, None),
    ("none", meet, None, None),
    ("running", meet, DeadlineMet(**ABOUT, late=False), DeadlineMet(**ABOUT, late=True)),
    ("missed", meet, DeadlineMet(**ABOUT, late=True), DeadlineMet(**ABOUT, late=True)),
    ("none", cancel, None, None),
    ("running", cancel, DeadlineCancelled(**ABOUT), DeadlineCancelled(**ABOUT)),
    ("missed", cancel, DeadlineCancelled(**ABOUT), DeadlineCancelled(**ABOUT)),
    ("none", advance, None, None),
    ("running", advance, None, MISSED),
    ("missed", advance, None, None),
    # What is due is missed, whether or not the clock has asked: no pause hides that.
    ("running", pause, happened(DeadlinePaused, paused_for="WAITING"), None),
    ("missed", pause, None, None),
    # While it stands nothing is due, and what is answered then is in time.
    ("paused", start, None, None),
    ("paused", meet, DeadlineMet(**ABOUT, late=False), DeadlineMet(**ABOUT, late=False)),
    ("paused", cancel, DeadlineCancelled(**ABOUT), DeadlineCancelled(**ABOUT)),
    ("paused", advance, None, None),
    ("paused", pause, None, None),
    ("paused", resume, happened(DeadlineResumed), happened(DeadlineResumed)),
    *((name, command, None, None) for name in ("none", *OVER) for command in (pause, resume)),
    *((name, resume, None, None) for name in ("running", "missed")),
    *((name, command, None, None) for name in OVER for command in (start, meet, cancel, advance)),
    # What is owed once more runs once more; what still runs goes on as it does.
    *((name, anew, SET, SET) for name in ("none", *OVER)),
    *((name, anew, None, None) for name in ("running", "missed", "paused")),
    # Nobody is conflicted: it stays whose it is (with who is, below).
    *((name, hand_on, None, None) for name in HISTORIES),
    # What is over is not begun again by another day (with what is not, below).
    *((name, move, None, None) for name in ("none", *OVER)),
    # Its date is certain (what is not: tests/domain/test_extension.py).
    *((name, recompute, None, None) for name in HISTORIES),
]


@pytest.mark.parametrize(
    ("history", "command", "before", "after"),
    TABLE,
    ids=[f"{row[0]}-{_title(row[1])}" for row in TABLE],
)
def test_a_deadline_is_met_missed_paused_or_cancelled(
    history: str, command: Command, before: Expected | None, after: Expected | None
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
    if history in ("running", "missed", "paused"):
        # What it had left when it was stopped, it has left in the other hand.
        due_at = end_of_day_utc(date(2026, 3, 7)) if history == "paused" else DUE
        outcome.then(
            DeadlineCancelled(**ABOUT),
            DeadlineSet(**{**ABOUT, "owner": CIVIL_AFFAIRS}, **{**RUN, "due_at": due_at}),
        )
    else:
        outcome.then_nothing()


@pytest.mark.parametrize("history", ["running", "missed", "paused"])
def test_a_day_that_is_put_right_is_the_clocks_day(history: str) -> None:
    """更正: it runs to the day that stands now, also where it was missed by another one; what rests
    rests on; the same day says nothing."""
    runs = DeadlineSet(**ABOUT, **{**RUN, "due_at": LATER})
    rests = DeadlinePaused(**ABOUT, paused_for="WAITING", paused_at=AFTER)
    outcome = given(*HISTORIES[history]).when(move, by=HUB, on=AFTER)
    outcome.then(DeadlineCancelled(**ABOUT), runs, *([rests] if history == "paused" else []))
    moved = given(*HISTORIES[history], *outcome.events)
    moved.when(move, by=HUB, on=AFTER).then_nothing()
    expected = None if history == "paused" else DeadlineMissed
    missed = moved.when(advance, by=HUB, on=LATER).events
    assert [type(each) for each in missed] == ([] if expected is None else [expected])
    moved.when(move, by=TOWN, on=AFTER).then_refused("DEADLINE_BY_HUB")


def test_no_clock_is_set_for_who_is_conflicted() -> None:
    avoiding = start.model_copy(update={"avoid": (TOWN,)})
    instead = DeadlineSet(**{**ABOUT, "owner": CIVIL_AFFAIRS}, **RUN)
    given().when(avoiding, by=HUB, on=BEFORE).then(instead)
    file = ChildFile(suspicions={SUBJECT: Suspicion(conflicted=frozenset({TOWN}))})
    given().when(start, by=HUB, on=BEFORE, child=file).then(instead)


def test_the_table_is_complete() -> None:
    """Of all that the hub asks; what people ask has a table of its own (test_extension.py)."""
    asked = [each for each in DEADLINE.decide if each.__module__ == "domain.deadline"]
    assert len({(name, _title(command)) for name, command, *_ in TABLE}) == len(TABLE)
    # What moves a clock that runs says more than one thing (below).
    below = len(set(HISTORIES) - {"none", *OVER})
    assert len(TABLE) == len(HISTORIES) * (len(asked) + 1) - below


@pytest.mark.parametrize(
    ("history", "state", "unfinished"),
    [
        ("none", DeadlineState.NONE, False),
        ("running", DeadlineState.RUNNING, True),
        ("missed", DeadlineState.MISSED, True),
        ("paused", DeadlineState.PAUSED, True),
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
    assert DEADLINE.locate(advance, lambda _: None) == deadline_id(SUBJECT, "accept")


def test_a_deadlines_matter_is_what_the_matrix_shows_it_under() -> None:
    assert SET.category is Category.SCHOOLING


# --- units, pauses, and what never pauses (issue: clocks of harm, orders and searches run on) ---


def clock_of(
    rule: str, kind: str, *, on: datetime, matter: Category = Category.SCHOOLING
) -> DeadlineSet:
    """The clock that a kind of referral, or a row of clocks.toml, starts at an instant."""
    rules = load_policies().rules
    timing = rules.timing(kind, rule)
    assert timing is not None
    command = SetDeadline(
        **{**ABOUT, "kind": kind, "matter": matter},
        town=TOWN_CODE,
        due_at=rules.due(timing.term, on),
        rule=rule,
    )
    outcome = given().when(command, by=HUB, on=on)
    (event,) = outcome.then(happened(DeadlineSet, kind=kind))
    assert isinstance(event, DeadlineSet)
    return event


def test_a_clock_records_its_start_and_term_where_its_due_date_follows_from_them() -> None:
    begun = at_noon(date(2026, 3, 2))
    found = clock_of("persuade_dropout", "complete", on=begun)
    assert (found.term, found.started_at) == ("5 working_days", begun)
    assert found.due_at == end_of_day_utc(date(2026, 3, 9))
    # A due date that comes from somewhere else says nothing of a term.
    other = start.model_copy(update={"kind": "complete", "rule": "persuade_dropout"})
    given().when(other, by=HUB, on=begun).then(happened(DeadlineSet, term=None, started_at=None))


@pytest.mark.parametrize(
    ("stopped", "goes_on", "due"),
    [
        # Due Monday, 9 March. Three working days away; then a weekend, of which none counts.
        (date(2026, 3, 3), date(2026, 3, 6), date(2026, 3, 12)),
        (date(2026, 3, 6), date(2026, 3, 8), date(2026, 3, 9)),
        (date(2026, 3, 3), date(2026, 3, 3), date(2026, 3, 9)),
    ],
)
def test_a_pause_puts_the_due_date_off_in_the_terms_own_unit(
    stopped: date, goes_on: date, due: date
) -> None:
    begun = clock_of("persuade_dropout", "complete", on=at_noon(date(2026, 3, 2)))
    asked: dict[str, Any] = {"subject_id": SUBJECT, "kind": "complete"}
    (held,) = (
        given(begun)
        .when(PauseDeadline(**asked, reason="WAITING"), by=HUB, on=stopped)
        .then(happened(DeadlinePaused, paused_at=at_noon(stopped)))
    )
    given(begun, held).when(ResumeDeadline(**asked), by=HUB, on=goes_on).then(
        happened(DeadlineResumed, due_at=end_of_day_utc(due), resumed_at=at_noon(goes_on))
    )


def test_once_it_runs_on_it_is_missed_on_the_later_day_only() -> None:
    later = DUE + timedelta(days=2)
    went_on = DeadlineResumed(**ABOUT, due_at=later, resumed_at=DUE)
    given(SET, PAUSED, went_on).when(advance, by=HUB, on=AFTER).then_nothing()
    given(SET, PAUSED, went_on).when(advance, by=HUB, on=later).then(
        happened(DeadlineMissed, due_at=later)
    )


def test_a_task_in_another_hand_keeps_what_its_clock_had_left() -> None:
    """改派: paused for three working days with the one, it is due as much later with the other."""
    rules = load_policies().rules
    begun = clock_of("persuade_dropout", "complete", on=at_noon(date(2026, 3, 2)))
    about = {**ABOUT, "kind": "complete"}
    held = DeadlinePaused(**about, paused_for="WAITING", paused_at=at_noon(date(2026, 3, 3)))
    again = SetDeadline(
        **{**about, "owner": CIVIL_AFFAIRS},
        town=TOWN_CODE,
        due_at=begun.due_at,
        rule="persuade_dropout",
        anew=True,
    )
    history = given(begun, held, DeadlineCancelled(**about))
    (moved,) = history.when(again, by=HUB, on=date(2026, 3, 6)).then(
        happened(DeadlineSet, owner=CIVIL_AFFAIRS, due_at=end_of_day_utc(date(2026, 3, 12)))
    )
    # And once more: still the same clock.
    given(begun, held, DeadlineCancelled(**about), moved, DeadlineCancelled(**about)).when(
        again, by=HUB, on=date(2026, 3, 9)
    ).then(moved)
    assert rules.calendar.is_working_day(date(2026, 3, 9))


RUNNING_ON = [
    ("handle_report", "accept", Category.HARM),
    ("handle_report", "complete", Category.HARM),
    ("feedback", "feedback", Category.HARM),
    ("search_parents", "accept", Category.GUARDIANSHIP),
    ("search_parents", "complete", Category.GUARDIANSHIP),
    ("trace_dropout", "accept", Category.SCHOOLING),
    ("trace_dropout", "complete", Category.SCHOOLING),
    ("parent_search", "parent_search", Category.GUARDIANSHIP),
    ("records_request_in_danger", "records_request", Category.WHO),
]


@pytest.mark.parametrize(("rule", "kind", "matter"), RUNNING_ON)
def test_clocks_of_harm_and_searches_run_on_through_a_holiday_and_never_pause(
    rule: str, kind: str, matter: Category
) -> None:
    """From the eve of the eight days of National Day 2025, the term is over as on any other day."""
    eve = datetime(2025, 9, 30, 23, 30, tzinfo=SHANGHAI)
    plain = datetime(2025, 10, 14, 23, 30, tzinfo=SHANGHAI)
    found, other = (clock_of(rule, kind, on=each, matter=matter) for each in (eve, plain))
    assert found.runs_on
    assert found.term is not None
    if "months" not in found.term:
        assert found.due_at - eve == other.due_at - plain
    asked: dict[str, Any] = {"subject_id": SUBJECT, "kind": kind}
    refused = (
        given(found)
        .when(PauseDeadline(**asked, reason="WAITING"), by=HUB, on=eve)
        .then_refused("DEADLINE_RUNS_ON")
    )
    assert refused.text.endswith("不能中止。")


def test_a_clock_of_harm_never_pauses_whatever_it_was_set_as() -> None:
    """Those that were set before any clock could pause say nothing of it."""
    old = DeadlineSet(**{**ABOUT, "matter": Category.HARM}, town=TOWN_CODE, due_at=DUE)
    given(old).when(pause, by=HUB, on=BEFORE).then_refused("DEADLINE_RUNS_ON")


def test_a_reason_for_a_pause_is_a_code_and_nobodys_words() -> None:
    with pytest.raises(ValidationError):
        PauseDeadline(subject_id=SUBJECT, kind="accept", reason="家长要求")


@pytest.mark.parametrize(
    ("rule", "on", "provisional"),
    [
        ("persuade_dropout", date(2026, 3, 2), False),
        ("persuade_dropout", date(2026, 12, 30), True),
        ("persuade_dropout", date(2027, 12, 30), True),
        ("trace_dropout", date(2026, 12, 30), False),
    ],
)
def test_a_due_date_in_an_unpublished_year_is_provisional(
    rule: str, on: date, provisional: bool
) -> None:
    """Nor does a term that reaches 2028 fail any more. What runs through holidays is certain."""
    assert clock_of(rule, "complete", on=at_noon(on)).provisional is provisional
