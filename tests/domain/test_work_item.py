"""Work lists of departments and towns (plan 三1 P51, P53; 三2 P55)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from domain.deadline import DeadlineState, deadline_id
from domain.deadline_stream import DEADLINE
from domain.kernel import Category, Command, Event
from domain.organisations import Seat, seat_of
from domain.registry import TOGETHER
from domain.work_item import (
    CLOCK,
    WORK_ITEM,
    FinishWorkItem,
    ListWorkItem,
    WorkItemFinished,
    WorkItemListed,
    WorkState,
    work_item_id,
)
from tests.domain.invented import CIVIL_AFFAIRS, EDUCATION, EVERY_SEAT, TOWN, TOWN_CODE
from tests.domain.pools import OneStation
from tests.specification import Journal, given
from tests.together import all_of

TODAY = date(2026, 3, 4)
NUMBER = "QD-2026-01"
DUE = datetime(2026, 11, 30, 16, tzinfo=UTC)
PARTIES: dict[str, Any] = {
    "register_number": NUMBER,
    "owner": TOWN,
    "listed_by": CIVIL_AFFAIRS,
    "town": TOWN_CODE,
    "for_period": "2026",
}

list_ = ListWorkItem(
    register_number=NUMBER,
    owner=TOWN,
    town=TOWN_CODE,
    for_period="2026",
    held_on=TODAY,
    finish_by=date(2026, 11, 30),
    title="开展全面核查",
)
done = FinishWorkItem(register_number=NUMBER, finished_on=TODAY, done=True, account="已完成")
withdraw = done.model_copy(update={"done": False})

LISTED = WorkItemListed(**PARTIES, told_to=TOWN, held_on=TODAY, due_at=DUE, title="开展全面核查")
DONE_ = WorkItemFinished(
    **PARTIES, told_to=CIVIL_AFFAIRS, finished_on=TODAY, done=True, account="已完成"
)
WITHDRAWN = DONE_.model_copy(update={"done": False, "told_to": TOWN})

HISTORIES: dict[str, tuple[Event, ...]] = {
    "NONE": (),
    "LISTED": (LISTED,),
    "DONE": (LISTED, DONE_),
    "WITHDRAWN": (LISTED, WITHDRAWN),
}
ACTIONS: dict[str, Command] = {"list": list_, "done": done, "withdraw": withdraw}
MAY_LIST_FOR_OTHERS = {Seat.CIVIL_AFFAIRS, Seat.WOMEN_CHILDREN_OFFICE}


@pytest.mark.parametrize("state", HISTORIES)
@pytest.mark.parametrize("action", ACTIONS)
@all_of("by", EVERY_SEAT)
def test_p51_p53_who_may_do_what_with_an_item_in_which_state(
    state: str, action: str, by: str
) -> None:
    """民政部门…制定相关工作清单: whoever is to do it says that it is done, and whoever
    listed it takes it off."""
    outcome = given(*HISTORIES[state]).when(ACTIONS[action], by=by, on=TODAY)
    if action == "list":
        if state != "NONE":
            outcome.then_refused("WORK_NUMBER_USED")
        elif by == TOWN or seat_of(by) in MAY_LIST_FOR_OTHERS:
            outcome.then(LISTED.model_copy(update={"listed_by": by}))
        else:
            outcome.then_refused("WORK_FOR_OTHERS")
    elif state == "NONE" or by != (TOWN if action == "done" else CIVIL_AFFAIRS):
        assert outcome.then_refused("WORK_NOT_YOURS").text.endswith("。")
    elif state == "LISTED":
        outcome.then(DONE_ if action == "done" else WITHDRAWN)
    else:
        outcome.then_refused("WORK_FINISHED")


def test_p51_every_office_lists_its_own() -> None:
    """各相关部门…列入年度重点工作."""
    own = list_.model_copy(update={"owner": EDUCATION, "town": None})
    (event,) = given().when(own, by=EDUCATION, on=TODAY).events
    assert isinstance(event, WorkItemListed)
    assert (event.owner, event.listed_by) == (EDUCATION, EDUCATION)


@pytest.mark.parametrize(
    ("history", "command", "by", "code"),
    [
        ((), list_.model_copy(update={"held_on": date(2026, 3, 5)}), CIVIL_AFFAIRS, "IN_FUTURE"),
        (
            (),
            list_.model_copy(update={"finish_by": date(2026, 3, 3)}),
            CIVIL_AFFAIRS,
            "DUE_BEFORE_LISTED",
        ),
        ((LISTED,), done.model_copy(update={"finished_on": date(2026, 3, 5)}), TOWN, "IN_FUTURE"),
        (
            (LISTED,),
            done.model_copy(update={"finished_on": date(2026, 3, 3)}),
            TOWN,
            "OUT_OF_ORDER",
        ),
    ],
)
def test_days_that_cannot_be_are_refused(
    history: tuple[Event, ...], command: Command, by: str, code: str
) -> None:
    given(*history).when(command, by=by, on=TODAY).then_refused(f"WORK_{code}")


def test_an_item_is_changed_until_it_is_done() -> None:
    later = list_.model_copy(update={"finish_by": date(2026, 12, 31)})
    moved = LISTED.model_copy(update={"due_at": datetime(2026, 12, 31, 16, tzinfo=UTC)})
    given(LISTED).when(later, by=CIVIL_AFFAIRS, on=TODAY, correction=True).then(moved)
    given(LISTED, DONE_).when(later, by=CIVIL_AFFAIRS, on=TODAY, correction=True).then_refused(
        "WORK_NUMBER_USED"
    )
    again = done.model_copy(update={"account": "更正"})
    given(LISTED, DONE_).when(again, by=TOWN, on=TODAY, correction=True).then(
        DONE_.model_copy(update={"account": "更正"})
    )


def test_what_is_to_be_done_stays_sealed_and_every_state_has_its_word() -> None:
    assert set(LISTED.SENSITIVE) == {"title"}
    assert LISTED.category_of("title") is Category.PROGRAMMES
    assert LISTED.subject is None
    assert set(WORK_ITEM.states) == set(WorkState)


def test_an_items_clock_runs_until_it_is_done_or_withdrawn() -> None:
    """when_work_is_listed_then_it_is_to_be_done_in_time."""
    clock = deadline_id(work_item_id(NUMBER), CLOCK)
    for command, by, after in (
        (done, TOWN, DeadlineState.MET),
        (withdraw, CIVIL_AFFAIRS, DeadlineState.CANCELLED),
    ):
        journal = Journal(places=OneStation(), together=TOGETHER)
        journal.carry_out(list_, by=CIVIL_AFFAIRS, on=TODAY)
        running = journal.states(DEADLINE)(clock)
        assert (running.state, running.due_at) == (DeadlineState.RUNNING, DUE)
        assert running.about is not None
        assert running.about["owner"] == TOWN
        journal.carry_out(command, by=by, on=TODAY)
        assert journal.states(DEADLINE)(clock).state is after
