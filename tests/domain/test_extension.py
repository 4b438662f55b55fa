"""Putting a deadline off (延期) with a reason and an approver, and reckoning it anew when a year's
calendar is published."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.calendar import SchoolCalendar, WorkingCalendar, end_of_day_utc
from domain.child_file import ChildFile
from domain.deadline import (
    DeadlineCancelled,
    DeadlineEscalated,
    DeadlineMet,
    DeadlineMissed,
    DeadlinePaused,
    DeadlineRecomputed,
    DeadlineResumed,
    DeadlineSet,
    MeetDeadline,
    PauseDeadline,
    RecomputeDeadline,
)
from domain.deadline_extension import (
    ApproveExtension,
    AskForExtension,
    DeadlineExtended,
    ExtensionAsked,
    ExtensionRefused,
    RefuseExtension,
)
from domain.deadline_stream import DEADLINE
from domain.kernel import Actor, Category, Command, Event
from domain.organisations import HUB, SHARED_USERS, Post
from domain.rules import Rules
from domain.suspicion import Suspicion
from hub.policies import load_policies
from tests.domain.invented import CHILD, CIVIL_AFFAIRS, EVERY_SEAT, TOWN, TOWN_CODE
from tests.specification import at_noon, folded, given, happened

RULES = load_policies().rules
SUBJECT = UUID("e0000000-0000-4000-8000-000000000003")
MONDAY = date(2026, 3, 2)
DUE = end_of_day_utc(date(2026, 3, 9))
LATER = date(2026, 3, 20)
ABOUT: dict[str, Any] = {
    "subject_id": SUBJECT,
    "kind": "complete",
    "child_ref": CHILD,
    "matter": Category.SCHOOLING,
    "owner": TOWN,
}
RUN: dict[str, Any] = {
    "town": TOWN_CODE,
    "due_at": DUE,
    "started_at": at_noon(MONDAY),
    "term": "5 working_days",
    "runs_on": False,
    "provisional": False,
}
HANDLER = Actor(TOWN, Post.HANDLER, "u-handler")
HEAD = Actor(TOWN, Post.HEAD, "u-head")
DUTY_LEADER = Actor(TOWN, Post.DUTY_LEADER, "u-leader")

asks = AskForExtension(
    subject_id=SUBJECT, kind="complete", until=LATER, account="家长外出，二十日返回"
)
approves = ApproveExtension(subject_id=SUBJECT, kind="complete", until=LATER)
refuses = RefuseExtension(subject_id=SUBJECT, kind="complete")

SET = DeadlineSet(**ABOUT, **RUN)
ASKED = ExtensionAsked(**ABOUT, until=LATER, requested_by=HANDLER.user, account=asks.account)
EXTENDED = DeadlineExtended(
    **ABOUT,
    was_due_at=DUE,
    due_at=end_of_day_utc(LATER),
    requested_by=HANDLER.user,
    approved_by=HEAD.user,
)
REFUSED = ExtensionRefused(**ABOUT, requested_by=HANDLER.user)
MISSED = DeadlineMissed(**ABOUT, due_at=DUE)
TOLD: dict[str, Any] = {
    "town": TOWN_CODE,
    "due_at": DUE,
    "outside": False,
    "to_office": False,
    "next_at": None,
}
DEPUTY = DeadlineEscalated(**ABOUT, **TOLD, step=1, post=Post.DEPUTY, escalated_to=TOWN)
GONE_UP = DeadlineEscalated(**ABOUT, **TOLD, step=3, post=Post.HANDLER, escalated_to=CIVIL_AFFAIRS)
PAUSED = DeadlinePaused(**ABOUT, paused_for="WAITING", paused_at=at_noon(MONDAY))

NONE, STANDS, UP, UNASKED = (
    "DEADLINE_NOT_YOURS",
    "DEADLINE_STANDS",
    "DEADLINE_GONE_UP",
    "EXTENSION_NOT_ASKED",
)
# By state: what becomes of asking (by the handler), approving and refusing (by the head).
STATES: dict[str, tuple[tuple[Event, ...], Event | str, Event | str, Event | str]] = {
    "none": ((), NONE, NONE, NONE),
    "running": ((SET,), ASKED, UNASKED, UNASKED),
    "asked": ((SET, ASKED), ASKED, EXTENDED, REFUSED),
    "refused": ((SET, ASKED, REFUSED), ASKED, UNASKED, UNASKED),
    "missed, asked": ((SET, ASKED, MISSED), ASKED, EXTENDED, REFUSED),
    "told its deputy": ((SET, ASKED, MISSED, DEPUTY), ASKED, EXTENDED, REFUSED),
    "gone up": ((SET, ASKED, MISSED, GONE_UP), UP, UP, UP),
    "standing": ((SET, ASKED, PAUSED), STANDS, STANDS, STANDS),
    "met": ((SET, ASKED, DeadlineMet(**ABOUT, late=False)), NONE, NONE, NONE),
    "cancelled": ((SET, ASKED, DeadlineCancelled(**ABOUT)), NONE, NONE, NONE),
}
DONE = [
    (name, command, by, answer)
    for name, (_, *answers) in STATES.items()
    for (command, by), answer in zip(
        ((asks, HANDLER), (approves, HEAD), (refuses, HEAD)), answers, strict=True
    )
]


@pytest.mark.parametrize(
    ("state", "command", "by", "answer"),
    DONE,
    ids=[f"{row[0]}-{type(row[1]).__name__}" for row in DONE],
)
def test_a_deadline_is_put_off_by_another_persons_decision(
    state: str, command: Command, by: Actor, answer: Event | str
) -> None:
    outcome = given(*STATES[state][0]).when(command, by=by, on=at_noon(date(2026, 3, 10)))
    if isinstance(answer, str):
        outcome.then_refused(answer)
    else:
        outcome.then(answer.model_copy())


@pytest.mark.parametrize("post", [each for each in Post if each is not Post.SYSTEM])
def test_only_the_head_or_the_leader_on_duty_decides(post: Post) -> None:
    """延期由本单位负责人或值班领导决定."""
    for command, event in ((approves, EXTENDED), (refuses, REFUSED)):
        by = Actor(TOWN, post, HEAD.user)
        outcome = given(SET, ASKED).when(command, by=by, on=MONDAY)
        if post in (Post.HEAD, Post.DUTY_LEADER):
            outcome.then(event)
        else:
            outcome.then_refused("EXTENSION_POST")


@pytest.mark.parametrize("command", [approves, refuses])
@pytest.mark.parametrize("user", sorted(SHARED_USERS))
def test_nobody_decides_under_a_name_that_several_share(user: str, command: Command) -> None:
    by = Actor(TOWN, Post.HEAD.value, user)
    given(SET, ASKED).when(command, by=by, on=MONDAY).then_refused("EXTENSION_IN_PERSON")


@pytest.mark.parametrize("command", [approves, refuses])
def test_nobody_decides_what_he_asked_for(command: Command) -> None:
    own = ASKED.model_copy(update={"requested_by": HEAD.user})
    given(SET, own).when(command, by=HEAD, on=MONDAY).then_refused("EXTENSION_OWN")
    given(SET, own).when(command, by=DUTY_LEADER, on=MONDAY).then(
        happened(DeadlineExtended if command is approves else ExtensionRefused)
    )


@pytest.mark.parametrize("organisation", [each for each in (*EVERY_SEAT, HUB) if each != TOWN])
def test_whoever_does_not_owe_it_learns_of_no_clock(organisation: str) -> None:
    """The same words as where there is none, for every act."""
    for command in (asks, approves, refuses):
        by = Actor(organisation, Post.HEAD, "u-other")
        there = given(SET, ASKED).when(command, by=by, on=MONDAY).then_refused(NONE)
        nothing = given().when(command, by=by, on=MONDAY).then_refused(NONE)
        assert there.text == nothing.text


def test_a_conflicted_owner_learns_of_no_clock_either() -> None:
    file = ChildFile(suspicions={SUBJECT: Suspicion(conflicted=frozenset({TOWN}))})
    given(SET).when(asks, by=HANDLER, on=MONDAY, child=file).then_refused(NONE)


@pytest.mark.parametrize(
    ("until", "code"),
    [
        (date(2026, 3, 9), "EXTENSION_NOT_LATER"),
        (date(2026, 3, 10), None),
        (date(2026, 4, 8), None),
        (date(2026, 4, 9), "EXTENSION_TOO_LONG"),
    ],
)
def test_a_deadline_is_put_off_to_a_later_day_and_not_for_ever(
    until: date, code: str | None
) -> None:
    """Thirty days beyond the first due date at most, however often it is asked."""
    command = asks.model_copy(update={"until": until})
    for history in ((SET,), (SET, ASKED, EXTENDED)):
        later = history != (SET,) and code is None and until <= LATER
        outcome = given(*history).when(command, by=HANDLER, on=MONDAY)
        if code is None and not later:
            outcome.then(happened(ExtensionAsked, until=until))
        else:
            outcome.then_refused(code or "EXTENSION_NOT_LATER")


def test_what_is_agreed_to_is_what_was_seen() -> None:
    """A colleague asked for another day meanwhile: that one is to be looked at first."""
    other = ASKED.model_copy(update={"until": LATER + timedelta(days=9)})
    given(SET, ASKED, other).when(approves, by=HEAD, on=MONDAY).then_refused("EXTENSION_OTHER")
    newer = approves.model_copy(update={"until": other.until})
    given(SET, ASKED, other).when(newer, by=HEAD, on=MONDAY).then(
        happened(DeadlineExtended, due_at=end_of_day_utc(other.until))
    )


def test_what_was_missed_stays_late_however_it_is_put_off_afterwards() -> None:
    met = MeetDeadline(subject_id=SUBJECT, kind="complete")
    given(SET, ASKED, MISSED, EXTENDED).when(met, by=HUB, on=MONDAY + timedelta(days=9)).then(
        happened(DeadlineMet, late=True)
    )
    given(SET, ASKED, EXTENDED).when(met, by=HUB, on=MONDAY + timedelta(days=9)).then(
        happened(DeadlineMet, late=False)
    )


@pytest.mark.parametrize(
    ("kind", "code"), [("parent_search", "DEADLINE_RUNS_ON"), ("problem_open", None)]
)
def test_an_old_clock_runs_on_where_the_rule_of_its_kind_says_so(
    kind: str, code: str | None
) -> None:
    """Recorded before anything could be put off: the search of six months is put off by nobody."""
    old = DeadlineSet(**{**ABOUT, "kind": kind}, **{**RUN, "runs_on": None})
    asked = given(old).when(asks.model_copy(update={"kind": kind}), by=HANDLER, on=MONDAY)
    pause = PauseDeadline(subject_id=SUBJECT, kind=kind, reason="WAITING")
    paused = given(old).when(pause, by=HUB, on=MONDAY)
    if code is None:
        asked.then(happened(ExtensionAsked))
        paused.then(happened(DeadlinePaused))
    else:
        asked.then_refused(code)
        paused.then_refused(code)


def test_an_old_clock_of_a_referral_is_put_off_by_nobody() -> None:
    """It does not say of which kind the referral was, and it may be a search."""
    old = DeadlineSet(**ABOUT, **{**RUN, "runs_on": None})
    given(old).when(asks, by=HANDLER, on=MONDAY).then_refused("DEADLINE_RUNS_ON")


def test_what_was_asked_too_long_ago_is_asked_anew() -> None:
    by = at_noon(LATER + timedelta(days=1))
    given(SET, ASKED, MISSED).when(approves, by=HEAD, on=by).then_refused("EXTENSION_NOT_LATER")


def test_a_reason_is_given_and_sealed() -> None:
    given(SET).when(asks.model_copy(update={"account": " "}), by=HANDLER, on=MONDAY).then_refused(
        "EXTENSION_WITHOUT_REASON"
    )
    assert ExtensionAsked.SENSITIVE.keys() == {"account"}
    assert ASKED.category_of("account") is Category.SCHOOLING


@pytest.mark.parametrize("rule", ["trace_dropout", "search_parents", "handle_report"])
def test_what_runs_on_is_never_put_off(rule: str) -> None:
    harm = RULES.referrals[rule].matter
    running = DeadlineSet(**{**ABOUT, "matter": harm}, **{**RUN, "runs_on": True})
    for command, by in ((asks, HANDLER), (approves, HEAD)):
        given(running, ASKED).when(command, by=by, on=MONDAY).then_refused("DEADLINE_RUNS_ON")


@pytest.mark.parametrize("kind", sorted(RULES.escalation.extension.never))
def test_what_is_owed_to_another_body_is_not_put_off_by_who_owes_it(kind: str) -> None:
    """未保法 114: 一个月内书面回复; and whatever else policies/escalation.toml names."""
    assert kind in RULES.clocks
    owed = DeadlineSet(**{**ABOUT, "kind": kind}, **RUN)
    asked = ExtensionAsked(**{**ABOUT, "kind": kind}, until=LATER, requested_by="u", account="x")
    for command, by in ((asks, HANDLER), (approves, HEAD), (refuses, HEAD)):
        same = command.model_copy(update={"kind": kind})
        given(owed, asked).when(same, by=by, on=MONDAY).then_refused("DEADLINE_OWED")
    other = RULES.model_copy(
        update={
            "escalation": RULES.escalation.model_copy(
                update={
                    "extension": RULES.escalation.extension.model_copy(
                        update={"never": frozenset()}
                    )
                }
            )
        }
    )
    free = asks.model_copy(update={"kind": kind})
    given(owed).under(other).when(free, by=HANDLER, on=MONDAY).then(happened(ExtensionAsked))


# --- a published year (by event, hub calendar apply) ---


def published(*off: date) -> Rules:
    """The rules once the calendar of 2027 is published, with these days off."""
    years: dict[int, dict[str, Any]] = {
        year: {"provisional": False, "off": [], "on": []} for year in (2026, 2027)
    }
    years[2027]["off"] = list(off)
    terms = {"provisional": False, "terms": [{"start": date(2027, 1, 1), "end": date(2027, 1, 20)}]}
    working = WorkingCalendar(years)
    return RULES.model_copy(
        update={"calendar": working, "school": SchoolCalendar({2027: terms}, working)}
    )


again = RecomputeDeadline(subject_id=SUBJECT, kind="complete")
BEGUN = at_noon(date(2026, 12, 30))
PROVISIONAL = DeadlineSet(
    **ABOUT,
    **{
        **RUN,
        "started_at": BEGUN,
        "due_at": RULES.due(RULES.referrals["persuade_dropout"].complete_within, BEGUN),
        "provisional": True,
    },
)
NEW_YEAR = published(date(2027, 1, 1))
WAS = end_of_day_utc(date(2027, 1, 6))
IS = end_of_day_utc(date(2027, 1, 7))
MOVED = DeadlineRecomputed(**ABOUT, was_due_at=WAS, first_due_at=IS, due_at=IS, provisional=False)


def test_a_provisional_due_date_is_reckoned_anew_when_the_year_is_published() -> None:
    """New Year's Day was a plain Friday as long as nobody had said otherwise."""
    assert PROVISIONAL.due_at == WAS
    given(PROVISIONAL).under(NEW_YEAR).when(again, by=HUB, on=BEGUN).then(MOVED)


def test_a_date_that_stays_is_not_told_again() -> None:
    given(PROVISIONAL).under(published()).when(again, by=HUB, on=BEGUN).then_nothing()
    given(PROVISIONAL).when(again, by=HUB, on=BEGUN).then_nothing()


@pytest.mark.parametrize(
    "history",
    [
        (),
        (SET,),
        (PROVISIONAL, MOVED),
        (PROVISIONAL, DeadlineMet(**ABOUT, late=False)),
        (PROVISIONAL, DeadlineCancelled(**ABOUT)),
        # It goes on by the calendar of the day on which it goes on.
        (PROVISIONAL, PAUSED),
        # Its day was set by a person.
        (PROVISIONAL, ASKED, EXTENDED),
    ],
)
def test_nothing_is_reckoned_anew_that_is_certain_over_or_a_persons(
    history: tuple[Event, ...],
) -> None:
    given(*history).under(NEW_YEAR).when(again, by=HUB, on=BEGUN).then_nothing()


def test_what_stood_moves_as_much() -> None:
    later = DeadlineResumed(
        **ABOUT, due_at=end_of_day_utc(date(2027, 1, 8)), resumed_at=at_noon(date(2027, 1, 4))
    )
    given(PROVISIONAL, PAUSED, later).under(NEW_YEAR).when(again, by=HUB, on=BEGUN).then(
        # One day later is a Saturday; the next that counts is Monday.
        happened(DeadlineRecomputed, due_at=end_of_day_utc(date(2027, 1, 11)), first_due_at=IS)
    )


def test_what_was_missed_by_an_uncertain_day_runs_again_by_the_certain_one() -> None:
    missed = DeadlineMissed(**ABOUT, due_at=WAS, next_at=WAS + timedelta(days=2))
    outcome = given(PROVISIONAL, missed).under(NEW_YEAR).when(again, by=HUB, on=WAS)
    (event,) = outcome.then(MOVED)
    state = folded(DEADLINE, PROVISIONAL, missed, event)
    assert (state.state.value, state.due_at) == ("RUNNING", IS)


@pytest.mark.parametrize("organisation", [TOWN, CIVIL_AFFAIRS])
def test_nobody_but_the_hub_moves_a_clock(organisation: str) -> None:
    for command in DEADLINE.decide:
        if command.__module__ == "domain.deadline":
            sample = COMMANDS[command]
            outcome = given(SET).when(sample, by=organisation, on=MONDAY)
            assert outcome.then_refused("DEADLINE_BY_HUB").text.endswith("。")


COMMANDS: dict[type[Command], Command] = {
    command: command.model_validate(
        {
            name: value
            for name, value in {
                **ABOUT,
                "town": None,
                "due_at": datetime(2026, 3, 9, tzinfo=UTC),
                "reason": "WAITING",
            }.items()
            if name in command.model_fields
        }
    )
    for command in DEADLINE.decide
    if command.__module__ == "domain.deadline"
}
