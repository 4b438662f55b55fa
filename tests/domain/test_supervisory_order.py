"""督办单: the women-and-children office (or civil affairs) tells a department to do what it missed;
the department answers in writing (issue on casework, Deadlines; terms.csv)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.deadline import DeadlineEscalated, DeadlineState, deadline_id
from domain.deadline_stream import DEADLINE
from domain.kernel import Category, Command, Event
from domain.organisations import HUB, Post, Seat
from domain.reactions.supervisory_orders import (
    when_deadline_reaches_the_office_then_an_order_is_proposed,
)
from domain.registry import TOGETHER
from domain.supervisory_order import (
    REPLY,
    CloseOrder,
    IssueOrder,
    OrderClosed,
    OrderIssued,
    OrderProposed,
    OrderReplied,
    ProposeOrder,
    ReplyToOrder,
)
from tests.domain.invented import (
    CHILD,
    CIVIL_AFFAIRS,
    EDUCATION,
    EVERY_SEAT,
    organisation_of,
)
from tests.domain.pools import OneStation
from tests.specification import Journal, as_recorded, at_noon, circumstances, given, happened

ORDER = UUID(int=71)
MATTER = UUID(int=11)
OFFICE = organisation_of(Seat.WOMEN_CHILDREN_OFFICE)
HEALTH = organisation_of(Seat.HEALTH)
MONDAY = date(2026, 3, 2)
MISSED = datetime(2026, 2, 20, 16, tzinfo=UTC)
BETWEEN: dict[str, Any] = {"sender": OFFICE, "addressee": EDUCATION}

propose = ProposeOrder(
    order_id=ORDER, **BETWEEN, matter_id=MATTER, kind="complete", missed_at=MISSED
)
issue = IssueOrder(order_id=ORDER, addressee=EDUCATION, demand="请于五个工作日内办结")
reply = ReplyToOrder(order_id=ORDER, content="已办结")
close = CloseOrder(order_id=ORDER)

PROPOSED = OrderProposed(
    **BETWEEN, told_to=OFFICE, matter_id=MATTER, kind="complete", missed_at=MISSED
)
ISSUED = OrderIssued(
    **BETWEEN,
    told_to=EDUCATION,
    matter_id=MATTER,
    issued_on=MONDAY,
    reply_by=date(2026, 3, 9),
    demand=issue.demand,
)
REPLIED = OrderReplied(**BETWEEN, told_to=OFFICE, replied_on=MONDAY, content=reply.content)
CLOSED = OrderClosed(**BETWEEN, told_to=EDUCATION)

NOT_HUB, NOT_ISSUER, NOT_YOURS, STATE, OTHERS = (
    "ORDER_BY_HUB",
    "ORDER_NOT_ISSUER",
    "ORDER_NOT_YOURS",
    "ORDER_STATE",
    "ORDER_OF_ANOTHER",
)
HISTORIES: dict[str, tuple[Event, ...]] = {
    "none": (),
    "proposed": (PROPOSED,),
    "issued": (PROPOSED, ISSUED),
    "replied": (PROPOSED, ISSUED, REPLIED),
    "closed": (PROPOSED, ISSUED, REPLIED, CLOSED),
    "not taken up": (PROPOSED, CLOSED.model_copy(update={"told_to": OFFICE})),
}
ROLES = {"hub": HUB, "office": OFFICE, "addressee": EDUCATION, "coordinator": CIVIL_AFFAIRS}
ROLES["stranger"] = HEALTH
ACTIONS: dict[str, Command] = {"propose": propose, "issue": issue, "reply": reply, "close": close}
# What happens; everything else is refused with the code of the role, below.
DONE: dict[tuple[str, str, str], Event | None] = {
    ("none", "propose", "hub"): PROPOSED,
    **{(name, "propose", "hub"): None for name in HISTORIES if name != "none"},
    ("none", "issue", "office"): ISSUED.model_copy(update={"matter_id": None}),
    ("none", "issue", "coordinator"): ISSUED.model_copy(
        update={"matter_id": None, "sender": CIVIL_AFFAIRS}
    ),
    ("proposed", "issue", "office"): ISSUED,
    ("issued", "reply", "addressee"): REPLIED,
    ("replied", "reply", "addressee"): REPLIED,
    ("proposed", "close", "office"): CLOSED.model_copy(update={"told_to": OFFICE}),
    ("replied", "close", "office"): CLOSED,
}


def code(state: str, action: str, role: str) -> str:
    """With which code the rest is refused."""
    if action == "propose":
        return NOT_HUB
    if action == "issue":
        if role not in ("office", "coordinator"):
            return NOT_ISSUER
        return OTHERS if state == "proposed" else STATE
    if action == "reply":
        unsent = state in ("none", "proposed", "not taken up")
        return NOT_YOURS if role != "addressee" or unsent else STATE
    return NOT_YOURS if role != "office" or state == "none" else STATE


@pytest.mark.parametrize("state", HISTORIES)
@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("role", ROLES)
def test_who_may_do_what_with_an_order_in_which_state(state: str, action: str, role: str) -> None:
    outcome = given(*HISTORIES[state]).when(ACTIONS[action], by=ROLES[role], on=MONDAY)
    if (state, action, role) not in DONE:
        assert outcome.then_refused(code(state, action, role)).text.endswith("。")
        return
    event = DONE[state, action, role]
    if event is None:
        outcome.then_nothing()
    else:
        outcome.then(event)


@pytest.mark.parametrize("organisation", EVERY_SEAT)
def test_it_goes_to_departments_and_towns_and_not_to_police_procuratorate_or_court(
    organisation: str,
) -> None:
    """They end at their own superior; below the towns, civil affairs is told."""
    to = issue.model_copy(update={"addressee": organisation})
    outcome = given().when(to, by=OFFICE, on=MONDAY)
    seats = {"police", "police_station", "procuratorate", "court", "women_children_office"}
    below = {"village", "school", "hospital", "welfare_institution", "social_organisation"}
    if organisation.split(":")[0] in seats | below:
        outcome.then_refused("ORDER_ADDRESSEE")
    else:
        outcome.then(happened(OrderIssued, addressee=organisation, told_to=organisation))


@pytest.mark.parametrize(
    "nobody", ["education:1", "nothing:310117", "教育局", "410000000000000000"]
)
def test_what_names_no_department_is_refused_and_not_repeated(nobody: str) -> None:
    to = issue.model_copy(update={"addressee": nobody})
    refused = given().when(to, by=OFFICE, on=MONDAY).then_refused("ORDER_ADDRESSEE")
    assert nobody not in refused.text


def test_civil_affairs_is_sent_none_by_itself() -> None:
    own = issue.model_copy(update={"addressee": CIVIL_AFFAIRS})
    given().when(own, by=CIVIL_AFFAIRS, on=MONDAY).then_refused("ORDER_TO_ONESELF")
    given().when(own, by=OFFICE, on=MONDAY).then(happened(OrderIssued, addressee=CIVIL_AFFAIRS))


@pytest.mark.parametrize(
    ("day", "refused"),
    [
        (MONDAY + timedelta(days=1), "REPLY_IN_FUTURE"),
        (MONDAY - timedelta(days=1), "REPLY_BEFORE_ORDER"),
    ],
)
def test_a_reply_lies_between_the_order_and_today(day: date, refused: str) -> None:
    wrong = reply.model_copy(update={"replied_on": day})
    given(ISSUED).when(wrong, by=EDUCATION, on=MONDAY).then_refused(refused)


@pytest.mark.parametrize("event", [PROPOSED, ISSUED, REPLIED, CLOSED])
def test_no_child_is_in_it_and_every_word_is_sealed(event: Event) -> None:
    assert event.subject is None
    texts = {name for name in ("demand", "content") if name in type(event).model_fields}
    assert set(event.SENSITIVE) == texts
    assert {event.category_of(name) for name in texts} <= {Category.PROGRAMMES}


def test_the_clock_is_the_departments_until_its_written_reply() -> None:
    journal = Journal(places=OneStation(), together=TOGETHER)
    journal.carry_out(issue, by=OFFICE, on=MONDAY)
    clock = deadline_id(ORDER, REPLY)
    running = journal.states(DEADLINE)(clock)
    assert (running.owner, running.state) == (EDUCATION, DeadlineState.RUNNING)
    assert running.due_at == datetime(2026, 3, 9, 16, tzinfo=UTC)
    journal.carry_out(reply, by=EDUCATION, on=MONDAY)
    assert journal.states(DEADLINE)(clock).state is DeadlineState.MET


@pytest.mark.parametrize("to_office", [True, False])
def test_it_is_proposed_where_a_missed_deadline_has_gone_up_to_the_office(to_office: bool) -> None:
    """Once a clock, however often the reaction is carried out, and of no child."""
    told = DeadlineEscalated(
        subject_id=MATTER,
        kind="complete",
        child_ref=CHILD,
        matter=Category.SCHOOLING,
        owner=EDUCATION,
        town=None,
        due_at=MISSED,
        step=4,
        post=Post.HANDLER,
        escalated_to=None if to_office else CIVIL_AFFAIRS,
        outside=False,
        to_office=to_office,
        next_at=None,
    )
    where = circumstances(HUB, at_noon(MONDAY))
    cause = as_recorded(told, deadline_id(MATTER, "complete"), 3, where)
    first, again = (
        when_deadline_reaches_the_office_then_an_order_is_proposed.then(told, cause, OneStation())
        for _ in range(2)
    )
    assert first == again
    if not to_office:
        assert first == []
        return
    (command,) = first
    assert isinstance(command, ProposeOrder)
    assert (command.sender, command.addressee) == (OFFICE, EDUCATION)
    assert str(CHILD) not in command.model_dump_json()
