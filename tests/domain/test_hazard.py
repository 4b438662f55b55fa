"""Hazards and findings: found, put right, looked at again by somebody else (plan 二5 P37, P38;
三2 P56)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.deadline import DeadlineState, deadline_id
from domain.deadline_stream import DEADLINE
from domain.hazard import (
    HAZARD,
    HAZARD_KIND,
    RECHECK,
    RECTIFY,
    FindHazard,
    HazardFound,
    HazardKind,
    HazardRechecked,
    HazardRectified,
    HazardState,
    RecheckHazard,
    RectifyHazard,
    hazard_id,
    state_after,
)
from domain.kernel import Actor, Category, Command, Event
from domain.registry import TOGETHER
from tests.domain.invented import EVERY_SEAT, OTHER_TOWN, TOWN, TOWN_CODE
from tests.domain.pools import RULES, OneStation
from tests.specification import Journal, at_noon, folded, given
from tests.together import all_of

TODAY = date(2026, 3, 4)
WATER = "water:310117"
NUMBER = "YH-0001"
DUE = datetime(2026, 3, 31, 16, tzinfo=UTC)
PARTIES: dict[str, Any] = {"owner": TOWN, "found_by": WATER, "town": TOWN_CODE}
OWNERS_USER = f"user of {TOWN}"

find = FindHazard(
    register_number=NUMBER,
    site="SY-0001",
    hazard=HazardKind.WATER_HAZARD,
    owner=TOWN,
    found_on=TODAY,
    rectify_by=date(2026, 3, 31),
    town=TOWN_CODE,
    account="护栏缺损",
)
rectify = RectifyHazard(register_number=NUMBER, rectified_on=TODAY, account="已修复")
right = RecheckHazard(
    register_number=NUMBER, rechecked_on=TODAY, solved=True, rectify_by=None, account="合格"
)
wrong = right.model_copy(update={"solved": False, "rectify_by": date(2026, 4, 30)})

FOUND = HazardFound(
    **PARTIES,
    register_number=NUMBER,
    told_to=TOWN,
    site="SY-0001",
    hazard=HazardKind.WATER_HAZARD,
    found_on=TODAY,
    due_at=DUE,
    account="护栏缺损",
)
RECTIFIED = HazardRectified(
    **PARTIES,
    register_number=NUMBER,
    told_to=WATER,
    rectified_on=TODAY,
    answered_by=OWNERS_USER,
    recheck_by=RULES.due(RULES.clocks[RECHECK].within, at_noon(TODAY)),
    account="已修复",
)
RIGHT = HazardRechecked(
    **PARTIES,
    register_number=NUMBER,
    told_to=TOWN,
    rechecked_on=TODAY,
    solved=True,
    due_at=None,
    account="合格",
)
WRONG = RIGHT.model_copy(update={"solved": False, "due_at": datetime(2026, 4, 30, 16, tzinfo=UTC)})

HISTORIES: dict[str, tuple[Event, ...]] = {
    HazardState.NONE: (),
    HazardState.FOUND: (FOUND,),
    HazardState.RECTIFIED: (FOUND, RECTIFIED),
    HazardState.CLOSED: (FOUND, RECTIFIED, RIGHT),
    "FOUND AGAIN": (FOUND, RECTIFIED, WRONG),
}
ACTIONS: dict[str, Command] = {"find": find, "rectify": rectify, "right": right, "wrong": wrong}
DONE: dict[tuple[str, str, str], Event] = {
    ("FOUND", "rectify", TOWN): RECTIFIED,
    ("FOUND AGAIN", "rectify", TOWN): RECTIFIED,
    ("RECTIFIED", "right", WATER): RIGHT,
    ("RECTIFIED", "wrong", WATER): WRONG,
}


def refusal(state: str, action: str, by: str) -> str:
    """Why the rest is refused."""
    if action == "find":
        return "HAZARD_NUMBER_USED"
    if action == "rectify":
        in_time = state == "RECTIFIED" and by == TOWN
        return "HAZARD_RECTIFIED" if in_time else "HAZARD_NOT_YOURS"
    ours = by == WATER and state != "NONE"
    return "HAZARD_NOT_RECTIFIED" if ours else "HAZARD_NOT_YOURS"


@pytest.mark.parametrize("state", HISTORIES)
@pytest.mark.parametrize("action", ACTIONS)
@all_of("by", EVERY_SEAT)
def test_who_may_do_what_with_a_hazard_in_which_state(state: str, action: str, by: str) -> None:
    outcome = given(*HISTORIES[state]).when(ACTIONS[action], by=by, on=TODAY)
    if (state, action) == ("NONE", "find"):
        outcome.then(FOUND.model_copy(update={"found_by": by}))
    elif (state, action, by) in DONE:
        outcome.then(DONE[state, action, by])
    else:
        assert outcome.then_refused(refusal(state, action, by)).text.endswith("。")


def test_p56_nobody_looks_again_at_what_he_put_right_himself() -> None:
    """Given one that finds and puts right its own / then another person of it looks again, by name
    and not as the organisation."""
    own = FOUND.model_copy(update={"owner": WATER, "told_to": WATER})
    done = RECTIFIED.model_copy(update={"owner": WATER, "answered_by": "u-1"})
    for user in ("u-1", "console", "inbound"):
        outcome = given(own, done).when(right, by=Actor(WATER, "handler", user), on=TODAY)
        outcome.then_refused("HAZARD_SECOND_PERSON")
    given(own, done).when(right, by=Actor(WATER, "handler", "u-2"), on=TODAY).then(
        RIGHT.model_copy(update={"owner": WATER, "told_to": WATER})
    )


@pytest.mark.parametrize(
    ("history", "command", "by", "code"),
    [
        ((), find.model_copy(update={"rectify_by": date(2026, 3, 3)}), WATER, "DUE_BEFORE_FOUND"),
        ((), find.model_copy(update={"found_on": date(2026, 3, 5)}), WATER, "IN_FUTURE"),
        (
            (FOUND,),
            rectify.model_copy(update={"rectified_on": date(2026, 3, 3)}),
            TOWN,
            "OUT_OF_ORDER",
        ),
        (
            (FOUND,),
            rectify.model_copy(update={"rectified_on": date(2026, 3, 5)}),
            TOWN,
            "IN_FUTURE",
        ),
        (
            (FOUND, RECTIFIED),
            right.model_copy(update={"rechecked_on": date(2026, 3, 3)}),
            WATER,
            "OUT_OF_ORDER",
        ),
        ((FOUND, RECTIFIED), wrong.model_copy(update={"rectify_by": None}), WATER, "RECHECK_DUE"),
        (
            (FOUND, RECTIFIED),
            wrong.model_copy(update={"rectify_by": date(2026, 3, 3)}),
            WATER,
            "DUE_BEFORE_FOUND",
        ),
        (
            (FOUND, RECTIFIED),
            right.model_copy(update={"rectify_by": date(2026, 4, 3)}),
            WATER,
            "RECHECK_DUE",
        ),
    ],
)
def test_days_that_cannot_be_are_refused(
    history: tuple[Event, ...], command: Command, by: str, code: str
) -> None:
    given(*history).when(command, by=by, on=TODAY).then_refused(f"HAZARD_{code}")


def test_what_was_found_is_corrected_until_it_is_put_right() -> None:
    other = find.model_copy(update={"owner": OTHER_TOWN})
    corrected = FOUND.model_copy(update={"owner": OTHER_TOWN, "told_to": OTHER_TOWN})
    given(FOUND).when(other, by=WATER, on=TODAY, correction=True).then(corrected)
    given(FOUND, RECTIFIED).when(other, by=WATER, on=TODAY, correction=True).then_refused(
        "HAZARD_IN_HAND"
    )


def test_what_was_seen_stays_sealed_and_every_state_has_its_word() -> None:
    for event in (FOUND, RECTIFIED, RIGHT):
        assert set(event.SENSITIVE) == {"account"}
        assert event.category_of("account") is Category.PROGRAMMES
        assert event.subject is None
    assert set(HAZARD.states) == set(HazardState)
    assert set(HAZARD_KIND.labels) == set(HazardKind)
    for name, history in HISTORIES.items():
        state = ""
        for said in history:
            state = state_after(state, said.TOPIC, said.model_dump(mode="json"))
        assert (state or "NONE") == folded(HAZARD, *history).state == name.split()[0]


def test_p37_a_hazards_clock_is_its_owners_and_then_of_whoever_found_it() -> None:
    """when_a_hazard_is_found_then_it_is_to_be_put_right_in_time: rectified, it is whoever found it
    that owes something; and one that is there still is owed anew."""
    journal = Journal(places=OneStation(), together=TOGETHER)
    to_rectify = deadline_id(hazard_id(NUMBER), RECTIFY)
    to_recheck = deadline_id(hazard_id(NUMBER), RECHECK)

    def clock(which: Any) -> tuple[str, str]:
        state = journal.states(DEADLINE)(which)
        return state.about["owner"] if state.about else "", state.state

    journal.carry_out(find, by=WATER, on=TODAY)
    assert clock(to_rectify) == (TOWN, DeadlineState.RUNNING)
    assert journal.states(DEADLINE)(to_rectify).due_at == DUE
    journal.carry_out(rectify, by=TOWN, on=TODAY)
    assert clock(to_rectify)[1] is DeadlineState.MET
    assert clock(to_recheck) == (WATER, DeadlineState.RUNNING)
    journal.carry_out(wrong, by=WATER, on=TODAY + timedelta(days=1))
    assert clock(to_recheck)[1] is DeadlineState.MET
    assert clock(to_rectify) == (TOWN, DeadlineState.RUNNING)
    assert journal.states(DEADLINE)(to_rectify).due_at == WRONG.due_at
