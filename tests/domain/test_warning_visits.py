"""告诫书查访. 反家暴法 17: 居委会、村委会、公安派出所应当对收到告诫书的加害人、受害人进行查访."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.child_file import ChildFile
from domain.guardianship_codes import GuidanceOrderKind
from domain.guardianship_commands import OrderGuidance
from domain.kernel import Category, Command, Event, Recorded
from domain.organisations import HUB, POLICE_SEATS, seat_of
from domain.reactions.warning_visits import (
    when_both_sides_are_visited_then_the_task_is_done,
    when_violence_is_repeated_then_an_admonition_is_considered,
    when_visits_after_a_warning_are_owed_then_station_and_village_visit,
    when_written_warning_is_served_then_both_sides_are_to_be_visited,
)
from domain.referral import CompleteReferral, RequestReferral
from domain.standing import Stands
from domain.warning_visits import (
    VISIT_BY_POLICE,
    VISIT_BY_VILLAGE,
    WARNING_VISITS,
    OweWarningVisits,
    RecordWarningVisit,
    WarningVisited,
    WarningVisitsOwed,
    WarningVisitsState,
    state_after,
    visiting_task,
    warning_visits_id,
)
from hub.policies import load_policies
from tests.domain.invented import (
    CHILD,
    CIVIL_AFFAIRS,
    EVERY_SEAT,
    PROCURATORATE,
    STATION,
    TOWN,
    TOWN_CODE,
    VILLAGE,
    VILLAGE_CODE,
)
from tests.specification import as_recorded, circumstances, folded, given, happened

RULES = load_policies().rules
TODAY = date(2026, 3, 4)
VISITS = warning_visits_id(CHILD)
LIVES_HERE = ChildFile(opened=True, town=TOWN_CODE, village=VILLAGE_CODE, police_station=STATION)

owe = OweWarningVisits(child_ref=CHILD, town=TOWN_CODE, since=TODAY)


def visit(
    warned: bool = True, protected: bool = True, *, repeated: bool = False, on: date = TODAY
) -> RecordWarningVisit:
    return RecordWarningVisit(
        child_ref=CHILD,
        visited_on=on,
        warned_seen=warned,
        protected_seen=protected,
        repeated=repeated,
        account="（示例）",
    )


def told(*steps: tuple[Command, str]) -> tuple[Event, ...]:
    history: tuple[Event, ...] = ()
    for command, by in steps:
        outcome = given(*history).when(command, by=by, on=TODAY, child=LIVES_HERE)
        assert outcome.refusal is None, outcome.refusal
        history += outcome.events
    return history


HISTORIES: dict[str, tuple[Event, ...]] = {
    "none": (),
    "owed": told((owe, HUB)),
    "in vain": told((owe, HUB), (visit(False, False), VILLAGE)),
    "one side": told((owe, HUB), (visit(True, False), VILLAGE)),
    "village": told((owe, HUB), (visit(), VILLAGE)),
    "police": told((owe, HUB), (visit(), STATION)),
    "both": told((owe, HUB), (visit(), STATION), (visit(), VILLAGE)),
    "warned again": told((owe, HUB), (visit(), STATION), (visit(), VILLAGE), (owe, HUB)),
}
STATES = {
    "none": WarningVisitsState.NONE,
    "owed": WarningVisitsState.OWED,
    "in vain": WarningVisitsState.OWED,
    "one side": WarningVisitsState.OWED,
    "village": WarningVisitsState.VILLAGE_VISITED,
    "police": WarningVisitsState.POLICE_VISITED,
    "both": WarningVisitsState.VISITED,
    "warned again": WarningVisitsState.OWED,
}


@pytest.mark.parametrize("history", HISTORIES)
def test_every_state_and_act_and_seat(history: str) -> None:
    """The hub alone says that visits are owed; whoever has the task in hand (held by the door, as
    for every record within a task) records them, and where no warning was served nobody does."""
    before = HISTORIES[history]
    for actor in (*EVERY_SEAT, HUB):
        outcome = given(*before).when(owe, by=actor, on=TODAY, child=LIVES_HERE)
        if actor == HUB:
            outcome.then(happened(WarningVisitsOwed, of_police=True, of_village=True))
        else:
            assert outcome.then_refused("WARNING_BY_RECORD").text.endswith("。")
    assert RecordWarningVisit.IN_TASK
    assert RecordWarningVisit.STATES is Category.ORDERS
    for actor in EVERY_SEAT:
        outcome = given(*before).when(visit(), by=actor, on=TODAY)
        if history == "none":
            outcome.then_refused("WARNING_NONE")
        else:
            police = seat_of(actor) in POLICE_SEATS
            outcome.then(happened(WarningVisited, by_police=police, done=True))


@pytest.mark.parametrize("history", HISTORIES)
def test_views_and_fold_agree_on_the_state(history: str) -> None:
    state = ""
    for event in HISTORIES[history]:
        state = state_after(state, event.TOPIC, vars(event))
    assert (state or WarningVisitsState.NONE) == STATES[history]
    state_of = folded(WARNING_VISITS, *HISTORIES[history])
    assert state_of.state is STATES[history]
    stands = WARNING_VISITS.stands
    assert stands is not None
    open_ = [] if history in ("none", "both") else [Stands.OPEN_CASE]
    assert [each.code for each in stands(state_of, RULES)] == open_


@pytest.mark.parametrize("correction", [False, True])
def test_a_visit_of_before_answers_no_task_of_a_new_warning(correction: bool) -> None:
    """Given both met after the first warning, and a second one / when the old visit is put right,
    or one of those days is entered late / then both are still to be visited (反家暴法 17)."""
    later = date(2026, 4, 1)
    again = owe.model_copy(update={"since": later})
    history = (*HISTORIES["both"], *given(*HISTORIES["both"]).when(again, by=HUB, on=later).events)
    late = visit(on=TODAY if correction else date(2026, 3, 25))
    outcome = given(*history).when(late, by=STATION, on=later, correction=correction)
    (event,) = outcome.then(happened(WarningVisited, done=False, asked=0))
    assert folded(WARNING_VISITS, *history, event).by_police == {}
    assert folded(WARNING_VISITS, *history, event).state is WarningVisitsState.OWED


def test_no_visit_is_recorded_before_its_day() -> None:
    late = visit(on=TODAY + timedelta(days=1))
    given(*HISTORIES["owed"]).when(late, by=VILLAGE, on=TODAY).then_refused(
        "WARNING_VISIT_IN_FUTURE"
    )


@pytest.mark.parametrize(
    ("first", "second", "done"),
    [
        ((True, False), (False, True), True),
        ((True, False), (True, False), False),
        ((False, True), (False, True), False),
        ((False, False), (True, True), True),
        ((False, False), (False, False), False),
    ],
)
def test_the_task_is_done_only_after_both_sides_were_met(
    first: tuple[bool, bool], second: tuple[bool, bool], done: bool
) -> None:
    """加害人、受害人: perhaps on two days; whoever was not met was not visited."""
    tomorrow = TODAY + timedelta(days=1)
    before = (*HISTORIES["owed"], *given(*HISTORIES["owed"]).when(
        visit(*first), by=VILLAGE, on=TODAY
    ).events)  # fmt: skip
    (event,) = given(*before).when(visit(*second, on=tomorrow), by=VILLAGE, on=tomorrow).events
    assert isinstance(event, WarningVisited)
    assert event.done is done
    answered = asked(when_both_sides_are_visited_then_the_task_is_done, event, VILLAGE)
    expected = [visiting_task(VISITS, VISIT_BY_VILLAGE, 1)] if done else []
    assert [each.referral_id for each in answered] == expected


def test_one_does_not_visit_for_the_other() -> None:
    """What the village met, the station has still to meet, and the other way round."""
    for by, kind in ((VILLAGE, VISIT_BY_VILLAGE), (STATION, VISIT_BY_POLICE)):
        (event,) = given(*HISTORIES["owed"]).when(visit(), by=by, on=TODAY).events
        (answer,) = asked(when_both_sides_are_visited_then_the_task_is_done, event, by)
        assert isinstance(answer, CompleteReferral)
        assert (answer.referral_id, answer.outcome) == (visiting_task(VISITS, kind, 1), "VISITED")
    halves = told((owe, HUB), (visit(True, False), VILLAGE), (visit(False, True), STATION))
    assert not any(isinstance(each, WarningVisited) and each.done for each in halves)


def test_a_corrected_visit_owes_again_what_it_had_met() -> None:
    """Given both sides met, when the record is put right to 未见到 / then they are to be visited
    once more, by the same; and the newest visit answers every task that is open."""
    wrong = visit(True, False)
    corrected = given(*HISTORIES["both"]).when(wrong, by=VILLAGE, on=TODAY, correction=True)
    events = corrected.then(
        happened(WarningVisited, done=False, by_police=False),
        happened(WarningVisitsOwed, asked=2, of_police=False, of_village=True),
    )
    assert [
        (each.kind, each.referral_id)
        for each in asked(
            when_visits_after_a_warning_are_owed_then_station_and_village_visit, events[1], HUB
        )
    ] == [(VISIT_BY_VILLAGE, visiting_task(VISITS, VISIT_BY_VILLAGE, 2))]
    history = (*HISTORIES["both"], *events)
    assert folded(WARNING_VISITS, *history).state is WarningVisitsState.POLICE_VISITED
    tomorrow = TODAY + timedelta(days=1)
    (event,) = given(*history).when(visit(False, True, on=tomorrow), by=VILLAGE, on=tomorrow).events
    answered = asked(when_both_sides_are_visited_then_the_task_is_done, event, VILLAGE)
    assert [each.referral_id for each in answered] == [
        visiting_task(VISITS, VISIT_BY_VILLAGE, each) for each in (1, 2)
    ]


def test_a_second_warning_asks_for_all_of_it_anew() -> None:
    (event,) = (
        given(*HISTORIES["warned again"]).when(visit(True, False), by=STATION, on=TODAY).events
    )
    assert isinstance(event, WarningVisited)
    assert not event.done


# What it opens at others


class Map:
    def police_station(self, town: str | None) -> str:
        return STATION if town == TOWN_CODE else "police:310117"

    def town_of(self, organisation: str) -> str | None:
        return TOWN_CODE if organisation == STATION else None


def recorded(event: Event, by: str, *, corrects: bool = False) -> Recorded:
    found = as_recorded(event, VISITS, 1, circumstances(by, TODAY))
    if corrects:
        found = replace(found, header=replace(found.header, supersedes=uuid4()))
    return found


def asked(reaction: Any, event: Event, by: str, *, corrects: bool = False) -> list[Any]:
    return list(reaction.then(event, recorded(event, by, corrects=corrects), Map()))


@pytest.mark.parametrize(
    ("order", "by"),
    [
        (GuidanceOrderKind.WRITTEN_WARNING, STATION),
        (GuidanceOrderKind.SUPERVISION_ORDER, PROCURATORATE),
        (GuidanceOrderKind.GUIDANCE_ORDER, "court:310117"),
    ],
)
def test_a_written_warning_and_no_other_order_is_followed_by_visits(
    order: GuidanceOrderKind, by: str
) -> None:
    warning = OrderGuidance(
        child_ref=CHILD,
        town=None,
        order=order,
        document_number="示公告诫〔2026〕1号",
        served_on=TODAY,
        guardian_relation="父亲",
        requirements=None,
    )
    (event,) = given().when(warning, by=by, on=TODAY).events
    reaction = when_written_warning_is_served_then_both_sides_are_to_be_visited
    if order is GuidanceOrderKind.WRITTEN_WARNING:
        # The beat's own town, where the record names none.
        assert asked(reaction, event, by) == [owe]
    else:
        assert asked(reaction, event, by) == []
    assert asked(reaction, event, by, corrects=True) == []


@pytest.mark.parametrize(
    ("child", "town", "visitors"),
    [
        (LIVES_HERE, None, [STATION, VILLAGE]),
        (None, TOWN_CODE, [STATION, TOWN]),
        (None, None, ["police:310117", CIVIL_AFFAIRS]),
    ],
)
def test_station_and_village_are_asked(
    child: ChildFile | None, town: str | None, visitors: list[str]
) -> None:
    """The hub itself refers: a corrected visit must not show as a task that the station sent."""
    command = owe.model_copy(update={"town": town})
    (event,) = given().when(command, by=HUB, on=TODAY, child=child).events
    tasks = asked(when_visits_after_a_warning_are_owed_then_station_and_village_visit, event, HUB)
    assert [(each.addressee, each.sender) for each in tasks] == [(each, HUB) for each in visitors]
    for task in tasks:
        kind = RULES.referral_kind(task.kind)
        assert seat_of(task.addressee) in kind.seats
        assert kind.by_record == tuple(kind.outcomes)
        assert Category.CONTACT in kind.release  # which suspects.toml keeps back (adversary tests)


@pytest.mark.parametrize(("by", "sender"), [(VILLAGE, VILLAGE), (STATION, HUB)])
def test_violence_that_is_repeated_is_put_to_the_police(by: str, sender: str) -> None:
    """未保法 118(2): 训诫. Also where the other side was not met, and once for one visit."""
    (event,) = (
        given(*HISTORIES["owed"]).when(visit(False, True, repeated=True), by=by, on=TODAY).events
    )
    reaction = when_violence_is_repeated_then_an_admonition_is_considered
    (task,) = asked(reaction, event, by)
    assert isinstance(task, RequestReferral)
    assert (task.kind, task.addressee, task.sender) == ("consider_admonition", STATION, sender)
    (again,) = asked(reaction, event, by, corrects=True)
    assert again.referral_id == task.referral_id
    (calm,) = given(*HISTORIES["owed"]).when(visit(), by=by, on=TODAY).events
    assert asked(reaction, calm, by) == []
