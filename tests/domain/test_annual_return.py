"""Yearly returns (年度报表) and their exact figures (plan 三1 P52, P55; 三2 P56)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from domain.annual_return import (
    ANNUAL_RETURN,
    CHECK,
    CONFIRM,
    FILL,
    LOCK,
    ReturnState,
    checker_of,
    return_id,
)
from domain.annual_return_events import (
    CheckReturn,
    ConfirmReturn,
    CorrectReturn,
    DrawnLine,
    FillReturn,
    LockReturn,
    OpenReturn,
    ReturnChecked,
    ReturnConfirmed,
    ReturnCorrected,
    ReturnLineStated,
    ReturnLocked,
    ReturnOpened,
    ReturnSentBack,
    ReturnSubmitted,
    SendBackReturn,
    SubmitReturn,
)
from domain.deadline import DeadlineState, deadline_id
from domain.deadline_stream import DEADLINE
from domain.kernel import Actor, Command, Event
from domain.organisations import CONSOLE, Post
from domain.registry import TOGETHER
from domain.statutory_return import (
    STATUTORY_RETURN,
    ApproveExact,
    EndExact,
    Exact,
    ExactApproved,
    ExactEnded,
    ExactRefused,
    ExactRequested,
    RefuseExact,
    RequestExact,
)
from hub.policies import load_policies
from tests.domain.invented import CIVIL_AFFAIRS, EDUCATION, EVERY_SEAT, POLICE, TOWN
from tests.domain.pools import OneStation
from tests.specification import Journal, given
from tests.together import all_of

RULES = load_policies().rules.indicators
LEAGUE = "youth_league:310117"
OFFICE = "women_children_office:310117"
TODAY = date(2026, 1, 12)
HEAD = Actor(LEAGUE, Post.HEAD.value, "u-head")
AUTHOR = f"user of {LEAGUE}"
OF: dict[str, Any] = {"department": LEAGUE, "year": 2025}
FROM_CHECKER: dict[str, Any] = {**OF, "checker": CIVIL_AFFAIRS, "told_to": LEAGUE}
FROM_LEAGUE: dict[str, Any] = {**FROM_CHECKER, "told_to": CIVIL_AFFAIRS}


def due(day: int) -> datetime:
    return datetime(2026, 1, day, 16, tzinfo=UTC)


LINE = DrawnLine(indicator="league_activities", figure=6, counted_to=3)
MORE = LINE.model_copy(update={"figure": 8, "account": "补登两场"})
STATED: dict[str, Any] = {**FROM_LEAGUE, **LINE.model_dump()}

OPENED = ReturnOpened(**FROM_CHECKER, as_of=date(2025, 12, 31), due_at=due(20))
DRAWN = ReturnLineStated(**STATED, prepared_by=AUTHOR)
SUBMITTED = ReturnSubmitted(**FROM_LEAGUE, due_at=due(26))
SENT_BACK = ReturnSentBack(**FROM_CHECKER, due_at=due(26), account="请核对")
CHECKED = ReturnChecked(**FROM_CHECKER, due_at=due(19))
CONFIRMED = ReturnConfirmed(**FROM_LEAGUE, due_at=due(19), approved_by="u-head")
LOCKED = ReturnLocked(**FROM_CHECKER)
CORRECTED = ReturnCorrected(
    **{**STATED, **MORE.model_dump()}, prepared_by="u-head", figure_before=6
)

HISTORIES: dict[str, tuple[Event, ...]] = {
    "NONE": (),
    "OPEN": (OPENED, DRAWN),
    "SUBMITTED": (OPENED, DRAWN, SUBMITTED),
    "CHECKED": (OPENED, DRAWN, SUBMITTED, CHECKED),
    "CONFIRMED": (OPENED, DRAWN, SUBMITTED, CHECKED, CONFIRMED),
    "LOCKED": (OPENED, DRAWN, SUBMITTED, CHECKED, CONFIRMED, LOCKED),
}
OPEN = OpenReturn(**OF, as_of=date(2025, 12, 31), fill_by=date(2026, 1, 20))
ACTIONS: dict[str, tuple[Command, str, set[str], Event]] = {
    "open": (OPEN, CIVIL_AFFAIRS, {"NONE"}, OPENED),
    "fill": (FillReturn(**OF, lines=(LINE,)), LEAGUE, {"OPEN"}, DRAWN),
    "submit": (SubmitReturn(**OF), LEAGUE, {"OPEN"}, SUBMITTED),
    "send back": (
        SendBackReturn(**OF, reason="请核对"),
        CIVIL_AFFAIRS,
        {"SUBMITTED", "CHECKED", "CONFIRMED"},
        SENT_BACK,
    ),
    "check": (CheckReturn(**OF), CIVIL_AFFAIRS, {"SUBMITTED"}, CHECKED),
    "confirm": (ConfirmReturn(**OF), LEAGUE, {"CHECKED"}, CONFIRMED),
    "lock": (LockReturn(**OF), CIVIL_AFFAIRS, {"CONFIRMED"}, LOCKED),
    "correct": (CorrectReturn(**OF, line=MORE), LEAGUE, {"LOCKED"}, CORRECTED),
}
BY_HEAD = {"confirm", "correct"}


@pytest.mark.parametrize("state", HISTORIES)
@pytest.mark.parametrize("action", ACTIONS)
@all_of("by", EVERY_SEAT)
def test_p55_who_may_do_what_with_a_return_in_which_state(state: str, action: str, by: str) -> None:
    """部门填报 → 审核 → 退回 → 确认 → 锁定: the department states, civil affairs check."""
    command, whose, states, event = ACTIONS[action]
    actor: str | Actor = Actor(by, Post.HEAD.value, "u-head") if action in BY_HEAD else by
    outcome = given(*HISTORIES[state]).when(command, by=actor, on=TODAY)
    if action == "open":
        if by != CIVIL_AFFAIRS:
            outcome.then_refused("RETURN_NOT_CHECKER")
        elif state != "NONE":
            outcome.then_refused("RETURN_OPENED")
        else:
            outcome.then(event)
    elif by != whose or state == "NONE":
        outcome.then_refused("RETURN_NOT_YOURS")
    elif state in states:
        outcome.then(event)
    else:
        code = "RETURN_NOT_LOCKED" if action == "correct" else "RETURN_STATE"
        assert outcome.then_refused(code).text.endswith("。")


def test_what_is_sent_back_is_filled_in_and_goes_round_again() -> None:
    history = (*HISTORIES["SUBMITTED"], SENT_BACK)
    assert ANNUAL_RETURN.fold(history).state is ReturnState.OPEN
    given(*history).when(SubmitReturn(**OF), by=LEAGUE, on=TODAY).then(SUBMITTED)


def test_nobody_checks_his_own_return_and_who_may_not_see_a_matter_checks_none_of_it() -> None:
    assert checker_of(CIVIL_AFFAIRS, RULES) == OFFICE
    assert checker_of(OFFICE, RULES) == CIVIL_AFFAIRS
    assert checker_of(POLICE, RULES) == OFFICE
    for nobody in (TOWN, "court:310117", "youth_league:310118", "hub:310117", "somebody"):
        assert checker_of(nobody, RULES) is None
        opening = OPEN.model_copy(update={"department": nobody})
        given().when(opening, by=CIVIL_AFFAIRS, on=TODAY).then_refused("RETURN_NO_DEPARTMENT")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"as_of": date(2024, 12, 31)}, "RETURN_REFERENCE"),
        ({"fill_by": date(2025, 12, 31)}, "RETURN_DUE"),
        ({"fill_by": date(2026, 1, 11)}, "RETURN_DUE"),
    ],
)
def test_days_that_cannot_be_are_refused(change: dict[str, Any], code: str) -> None:
    given().when(OPEN.model_copy(update=change), by=CIVIL_AFFAIRS, on=TODAY).then_refused(code)


def test_nothing_is_filled_in_before_the_reference_date_is_over() -> None:
    fill = FillReturn(**OF, lines=(LINE,))
    given(OPENED).when(fill, by=LEAGUE, on=date(2025, 12, 31)).then_refused("RETURN_TOO_EARLY")
    given(OPENED).when(fill, by=LEAGUE, on=date(2026, 1, 1)).then(DRAWN)


def test_every_indicator_has_its_line_before_it_is_submitted() -> None:
    refused = given(OPENED).when(SubmitReturn(**OF), by=LEAGUE, on=TODAY)
    assert "团组织活动场次" in refused.then_refused("RETURN_INCOMPLETE").text


def test_a_number_of_its_own_needs_an_explanation_where_it_is_another_than_the_hubs() -> None:
    own = LINE.model_copy(update={"own_count": True, "figure": 9, "counted_figure": 6})
    fill = FillReturn(**OF, lines=(own,))
    given(OPENED).when(fill, by=LEAGUE, on=TODAY).then_refused("RETURN_DIFFERENCE")
    explained = own.model_copy(update={"account": "三场未登记，见纸质台账"})
    (event,) = given(OPENED).when(FillReturn(**OF, lines=(explained,)), by=LEAGUE, on=TODAY).events
    assert isinstance(event, ReturnLineStated)
    assert (event.own_count, event.figure, event.counted_figure) == (True, 9, 6)
    same = own.model_copy(update={"figure": 6})
    assert given(OPENED).when(FillReturn(**OF, lines=(same,)), by=LEAGUE, on=TODAY).events


def test_numbers_of_people_are_counted_by_the_hub_alone() -> None:
    """Whoever might state them could find out by trying which number needs no explanation."""
    opened = ReturnOpened(
        department=EDUCATION,
        checker=OFFICE,
        told_to=EDUCATION,
        year=2025,
        as_of=date(2025, 12, 31),
        due_at=due(20),
    )
    line = DrawnLine(
        indicator="dropouts", figure=7, own_count=True, counted_to=3, account="另有台账"
    )
    fill = FillReturn(department=EDUCATION, year=2025, lines=(line,))
    given(opened).when(fill, by=EDUCATION, on=TODAY).then_refused("RETURN_PEOPLE_BY_HAND")


def test_another_departments_indicator_is_refused() -> None:
    fill = FillReturn(**OF, lines=(LINE.model_copy(update={"indicator": "law_classes"}),))
    given(OPENED).when(fill, by=LEAGUE, on=TODAY).then_refused("RETURN_INDICATOR")


@pytest.mark.parametrize(
    ("actor", "code"),
    [
        (Actor(LEAGUE, Post.HANDLER.value, "u-other"), "APPROVAL_POST"),
        (Actor(LEAGUE, Post.HEAD.value, AUTHOR), "APPROVAL_OWN"),
        (Actor(LEAGUE, Post.HEAD.value, CONSOLE), "APPROVAL_PERSON"),
    ],
)
def test_whoever_drew_it_up_does_not_confirm_it(actor: Actor, code: str) -> None:
    checked = given(*HISTORIES["CHECKED"])
    checked.when(ConfirmReturn(**OF), by=actor, on=TODAY).then_refused(code)


def test_a_correction_says_why_and_what_was_shown_before() -> None:
    locked = given(*HISTORIES["LOCKED"])
    silent = MORE.model_copy(update={"account": " "})
    locked.when(CorrectReturn(**OF, line=silent), by=HEAD, on=TODAY).then_refused("RETURN_REASON")
    same = MORE.model_copy(update={"figure": 6})
    locked.when(CorrectReturn(**OF, line=same), by=HEAD, on=TODAY).then_refused(
        "RETURN_NOTHING_CHANGED"
    )
    few = same.model_copy(update={"unchanged": True})
    (event,) = locked.when(CorrectReturn(**OF, line=few), by=HEAD, on=TODAY).events
    assert isinstance(event, ReturnCorrected)
    assert (event.figure_before, event.figure, event.unchanged) == (6, 6, True)
    after = ANNUAL_RETURN.fold((*HISTORIES["LOCKED"], CORRECTED))
    assert after.lines["league_activities"].shown.value == 8
    assert after.state is ReturnState.LOCKED


def test_each_step_has_its_clock_and_its_owner() -> None:
    journal = Journal(places=OneStation(), together=TOGETHER)
    about = return_id(LEAGUE, 2025)

    def clock(kind: str) -> tuple[DeadlineState, str]:
        found = journal.states(DEADLINE)(deadline_id(about, kind))
        return found.state, (found.about or {}).get("owner", "")

    steps: list[tuple[Command, str | Actor, str, str]] = [
        (OPEN, CIVIL_AFFAIRS, FILL, LEAGUE),
        (FillReturn(**OF, lines=(LINE,)), LEAGUE, FILL, LEAGUE),
        (SubmitReturn(**OF), LEAGUE, CHECK, CIVIL_AFFAIRS),
        (SendBackReturn(**OF, reason="请核对"), CIVIL_AFFAIRS, FILL, LEAGUE),
        (SubmitReturn(**OF), LEAGUE, CHECK, CIVIL_AFFAIRS),
        (CheckReturn(**OF), CIVIL_AFFAIRS, CONFIRM, LEAGUE),
        (ConfirmReturn(**OF), HEAD, LOCK, CIVIL_AFFAIRS),
    ]
    for command, by, kind, owner in steps:
        journal.carry_out(command, by=by, on=TODAY)
        assert clock(kind) == (DeadlineState.RUNNING, owner), command
        running = [
            each for each in (FILL, CHECK, CONFIRM, LOCK) if clock(each)[0] is DeadlineState.RUNNING
        ]
        assert running == [kind]
    journal.carry_out(LockReturn(**OF), by=CIVIL_AFFAIRS, on=TODAY)
    assert clock(LOCK)[0] is DeadlineState.MET


# Exact figures

REQUEST_ID = UUID(int=71)
ASKS = Actor(CIVIL_AFFAIRS, Post.HANDLER.value, "u-asks")
LEADER = Actor(CIVIL_AFFAIRS, Post.HEAD.value, "u-leader")
ABOUT: dict[str, Any] = {"organisation": CIVIL_AFFAIRS, "department": CIVIL_AFFAIRS, "year": 2025}
REQUEST = RequestExact(
    request_id=REQUEST_ID,
    department=CIVIL_AFFAIRS,
    year=2025,
    readers=("u-1", "u-2"),
    purpose="儿童福利统计年报",
)
REQUESTED = ExactRequested(
    **ABOUT, requested_by="u-asks", readers=("u-1", "u-2"), purpose="儿童福利统计年报"
)
APPROVED = ExactApproved(**ABOUT, approved_by="u-leader", until=date(2026, 2, 11))
REFUSED = ExactRefused(**ABOUT, rejected_by="u-leader", account="不是法定报表")
ENDED = ExactEnded(**ABOUT)
EXACT: dict[str, tuple[Event, ...]] = {
    "NONE": (),
    "REQUESTED": (REQUESTED,),
    "APPROVED": (REQUESTED, APPROVED),
    "REFUSED": (REQUESTED, REFUSED),
    "ENDED": (REQUESTED, APPROVED, ENDED),
}
EXACT_ACTIONS: dict[str, tuple[Command, Actor, set[str], Event]] = {
    "request": (REQUEST, ASKS, {"NONE"}, REQUESTED),
    "approve": (ApproveExact(request_id=REQUEST_ID), LEADER, {"REQUESTED"}, APPROVED),
    "refuse": (
        RefuseExact(request_id=REQUEST_ID, reason="不是法定报表"),
        LEADER,
        {"REQUESTED"},
        REFUSED,
    ),
    "end": (EndExact(request_id=REQUEST_ID), ASKS, {"REQUESTED", "APPROVED"}, ENDED),
}


@pytest.mark.parametrize("state", EXACT)
@pytest.mark.parametrize("action", EXACT_ACTIONS)
@all_of("by", EVERY_SEAT)
def test_who_may_do_what_with_exact_figures_in_which_state(
    state: str, action: str, by: str
) -> None:
    command, actor, states, event = EXACT_ACTIONS[action]
    actor = Actor(by, actor.post, actor.user)
    outcome = given(*EXACT[state]).when(command, by=actor, on=TODAY)
    if action == "request":
        if by.partition(":")[0] not in RULES.statutory.asked_by:
            outcome.then_refused("EXACT_NOT_YOURS")
        elif state != "NONE":
            outcome.then_refused("EXACT_STATE")
        else:
            outcome.then(event.model_copy(update={"organisation": by}))
    elif by != CIVIL_AFFAIRS or state == "NONE":
        outcome.then_refused("EXACT_NOT_YOURS")
    elif state in states:
        outcome.then(event)
    else:
        outcome.then_refused("EXACT_STATE")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"readers": ("u-1",)}, "EXACT_READERS"),
        ({"readers": ("u-1", "u-1")}, "EXACT_READERS"),
        ({"readers": ("u-1", "u-2", "u-3")}, "EXACT_READERS"),
        ({"readers": ("u-1", CONSOLE)}, "EXACT_READERS"),
        ({"purpose": " "}, "EXACT_PURPOSE"),
        ({"department": TOWN}, "EXACT_NOT_YOURS"),
        ({"department": "somebody"}, "EXACT_NOT_YOURS"),
    ],
)
def test_two_persons_are_named_and_the_table(change: dict[str, Any], code: str) -> None:
    given().when(REQUEST.model_copy(update=change), by=ASKS, on=TODAY).then_refused(code)


@pytest.mark.parametrize(
    ("actor", "code"),
    [
        (Actor(CIVIL_AFFAIRS, Post.HANDLER.value, "u-leader"), "APPROVAL_POST"),
        (Actor(CIVIL_AFFAIRS, Post.HEAD.value, "u-asks"), "APPROVAL_OWN"),
        (Actor(CIVIL_AFFAIRS, Post.HEAD.value, "u-1"), "APPROVAL_OWN"),
        (Actor(CIVIL_AFFAIRS, Post.HEAD.value, CONSOLE), "APPROVAL_PERSON"),
    ],
)
def test_who_asked_or_reads_does_not_approve(actor: Actor, code: str) -> None:
    approve = ApproveExact(request_id=REQUEST_ID)
    given(REQUESTED).when(approve, by=actor, on=TODAY).then_refused(code)


def test_it_is_read_by_the_two_until_its_last_day_and_by_nobody_else() -> None:
    state: Exact = STATUTORY_RETURN.fold(EXACT["APPROVED"])
    last = date(2026, 2, 11)
    assert state.read_by(CIVIL_AFFAIRS, "u-1", last)
    assert state.read_by(CIVIL_AFFAIRS, "u-2", TODAY)
    assert not state.read_by(CIVIL_AFFAIRS, "u-1", date(2026, 2, 12))
    assert not state.read_by(CIVIL_AFFAIRS, "u-asks", last)
    assert not state.read_by(CIVIL_AFFAIRS, "u-leader", last)
    assert not state.read_by(EDUCATION, "u-1", last)
    for other in ("REQUESTED", "REFUSED", "ENDED"):
        assert not STATUTORY_RETURN.fold(EXACT[other]).read_by(CIVIL_AFFAIRS, "u-1", TODAY)
