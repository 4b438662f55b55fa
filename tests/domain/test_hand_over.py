"""交接单. Plan 二2 (P16): whoever cares for a placed child received it, and gives it back, by a
receipt; 未保法 93, 94."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from domain.child_file import ChildFile
from domain.deadline import MeetDeadline, SetDeadline
from domain.guardianship_codes import Care, Facility
from domain.guardianship_commands import PlaceChild
from domain.guardianship_events import ChildPlaced, ChildReturnedHome, PlacementEnded
from domain.hand_over import (
    CLOCK,
    DIRECTION,
    HAND_OVER,
    AwaitHandOver,
    Direction,
    HandOverAwaited,
    HandOverRecorded,
    RecordHandOver,
    hand_over_id,
)
from domain.kernel import Category, Command, Event
from domain.organisations import HUB
from domain.reactions.hand_over import (
    when_a_hand_over_is_awaited_then_its_clock_runs,
    when_a_hand_over_is_recorded_then_its_clock_is_met,
    when_child_is_placed_then_a_receipt_of_its_arrival_is_owed,
    when_child_leaves_care_then_a_receipt_of_its_return_is_owed,
)
from domain.suspicion import Suspicion
from hub.policies import load_policies
from tests.domain.histories import one_of_each_recorded
from tests.domain.invented import CHILD, CIVIL_AFFAIRS, EVERY_SEAT, TOWN, TOWN_CODE
from tests.domain.pools import OneStation
from tests.specification import as_recorded, circumstances, folded, given, happened

RULES = load_policies().rules
TODAY = date(2026, 3, 4)
INSTITUTION = "welfare_institution:310117"
LIVES_HERE = ChildFile(opened=True, town=TOWN_CODE)

arrives = AwaitHandOver(
    child_ref=CHILD, direction=Direction.ARRIVAL, owner=INSTITUTION, town=TOWN_CODE
)
leaves = AwaitHandOver(child_ref=CHILD, direction=Direction.RETURN, owner=None, town=None)
received = RecordHandOver(
    child_ref=CHILD,
    direction=Direction.ARRIVAL,
    handed_on=TODAY,
    handed_at="15时",
    gave="（示例）民警",
    received="（示例）照料员",
    things="（示例）书包",
    condition="（示例）良好",
    medicines="（示例）感冒药",
)
given_back = received.model_copy(update={"direction": Direction.RETURN})


def told(*steps: Command) -> tuple[Event, ...]:
    history: tuple[Event, ...] = ()
    for command in steps:
        by = HUB if isinstance(command, AwaitHandOver) else INSTITUTION
        outcome = given(*history).when(command, by=by, on=TODAY, child=LIVES_HERE)
        assert outcome.refusal is None, outcome.refusal
        history += outcome.events
    return history


HISTORIES: dict[str, tuple[Event, ...]] = {
    "none": (),
    "arrives": told(arrives),
    "received": told(arrives, received),
    "leaves": told(arrives, received, leaves),
    "leaves unreceived": told(arrives, leaves),
    "given back": told(arrives, received, leaves, given_back),
}
OWED = {
    "none": set(),
    "arrives": {Direction.ARRIVAL},
    "received": set(),
    "leaves": {Direction.RETURN},
    "leaves unreceived": {Direction.ARRIVAL, Direction.RETURN},
    "given back": set(),
}


@pytest.mark.parametrize("history", HISTORIES)
@pytest.mark.parametrize("command", [received, given_back])
def test_p16_every_state_and_act_and_seat(history: str, command: RecordHandOver) -> None:
    """Whoever cares owes the receipt, and civil affairs may give it; all others are refused in the
    same words, whether or not one is owed."""
    before = HISTORIES[history]
    nothing = given().when(command, by=TOWN, on=TODAY).then_refused("HAND_OVER_NOT_YOURS")
    for organisation in EVERY_SEAT:
        outcome = given(*before).when(command, by=organisation, on=TODAY, child=LIVES_HERE)
        mine = organisation in (INSTITUTION, CIVIL_AFFAIRS)
        if mine and command.direction in OWED[history]:
            outcome.then(happened(HandOverRecorded, owner=INSTITUTION, current=True))
        else:
            assert outcome.then_refused("HAND_OVER_NOT_YOURS").text == nothing.text
    assert folded(HAND_OVER, *before).awaited == OWED[history]
    assert command.STATES is Category.GUARDIANSHIP


def test_only_the_hub_says_that_one_is_owed() -> None:
    for organisation in EVERY_SEAT:
        given().when(arrives, by=organisation, on=TODAY).then_refused("HAND_OVER_BY_PLACEMENT")


def test_condition_and_medicines_are_health_and_the_rest_is_not() -> None:
    (event,) = given(*HISTORIES["arrives"]).when(received, by=INSTITUTION, on=TODAY).events
    assert {name: event.category_of(name) for name in event.SENSITIVE} == {
        **dict.fromkeys(("handed_at", "gave", "received", "things"), Category.GUARDIANSHIP),
        **dict.fromkeys(("condition", "medicines"), Category.HEALTH),
    }


@pytest.mark.parametrize("direction", Direction)
def test_p16_a_hand_over_without_a_receipt_is_overdue_in_its_term(direction: Direction) -> None:
    await_ = arrives.model_copy(update={"direction": direction})
    (event,) = given().when(await_, by=HUB, on=TODAY).events
    assert isinstance(event, HandOverAwaited)
    (clock,) = asked(when_a_hand_over_is_awaited_then_its_clock_runs, event)
    assert isinstance(clock, SetDeadline)
    due = RULES.due(RULES.clocks[CLOCK[direction]].within, circumstances(HUB, TODAY).now)
    assert (clock.kind, clock.owner, clock.due_at) == (CLOCK[direction], INSTITUTION, due)
    assert RULES.clocks[CLOCK[direction]].source
    command = received.model_copy(update={"direction": direction})
    (receipt,) = given(event).when(command, by=INSTITUTION, on=TODAY).events
    met = asked(when_a_hand_over_is_recorded_then_its_clock_is_met, receipt)
    assert met == [MeetDeadline(subject_id=hand_over_id(CHILD), kind=CLOCK[direction])]
    corrected = given(event, receipt).when(command, by=INSTITUTION, on=TODAY, correction=True)
    (again,) = corrected.then(happened(HandOverRecorded, current=False))
    assert asked(when_a_hand_over_is_recorded_then_its_clock_is_met, again) == []


@pytest.mark.parametrize(
    ("care", "facility", "institution", "owner"),
    [
        (Care.INSTITUTION, Facility.CHILD_WELFARE, INSTITUTION, INSTITUTION),
        (Care.INSTITUTION, Facility.TOWN_CARE, None, TOWN),
        (Care.KINSHIP, None, None, CIVIL_AFFAIRS),
    ],
)
def test_p16_whoever_takes_a_placed_child_in_owes_the_receipt(
    care: Care, facility: Facility | None, institution: str | None, owner: str
) -> None:
    place = PlaceChild(
        child_ref=CHILD,
        placed_on=TODAY,
        situation="HARMED",
        care=care,
        institution=institution,
        facility=facility,
        place=None,
        account=None,
    )
    (event,) = given().when(place, by=CIVIL_AFFAIRS, on=TODAY, child=LIVES_HERE).events
    assert isinstance(event, ChildPlaced)
    reaction = when_child_is_placed_then_a_receipt_of_its_arrival_is_owed
    (owed,) = asked(reaction, event)
    assert owed == AwaitHandOver(
        child_ref=CHILD, direction=Direction.ARRIVAL, owner=owner, town=TOWN_CODE
    )
    assert asked(reaction, event.model_copy(update={"begins": False, "arrives": False})) == []
    assert asked(reaction, event.model_copy(update={"current": False})) == []


@pytest.mark.parametrize("over", [ChildReturnedHome, PlacementEnded])
def test_p16_whoever_cared_owes_the_receipt_of_the_return(over: type[Event]) -> None:
    event = next(fact.event for fact in one_of_each_recorded() if isinstance(fact.event, over))
    (owed,) = asked(when_child_leaves_care_then_a_receipt_of_its_return_is_owed, event)
    assert (owed.direction, owed.owner) == (Direction.RETURN, None)
    given(*HISTORIES["received"]).when(leaves, by=HUB, on=TODAY).then(
        happened(HandOverAwaited, owner=INSTITUTION)
    )
    given().when(leaves, by=HUB, on=TODAY).then(happened(HandOverAwaited, owner=CIVIL_AFFAIRS))


def test_of_a_conflicted_institution_civil_affairs_give_it() -> None:
    conflicted = ChildFile(
        opened=True,
        suspicions={hand_over_id(CHILD): Suspicion(conflicted=frozenset({INSTITUTION}))},
    )
    before = HISTORIES["arrives"]
    given(*before).when(received, by=INSTITUTION, on=TODAY, child=conflicted).then_refused(
        "HAND_OVER_NOT_YOURS"
    )
    given(*before).when(received, by=CIVIL_AFFAIRS, on=TODAY, child=conflicted).then(
        happened(HandOverRecorded)
    )


def test_no_hand_over_of_a_day_to_come() -> None:
    tomorrow = received.model_copy(update={"handed_on": TODAY + timedelta(days=1)})
    before = HISTORIES["arrives"]
    given(*before).when(tomorrow, by=INSTITUTION, on=TODAY).then_refused("HAND_OVER_IN_FUTURE")
    assert set(CLOCK) == set(DIRECTION.labels) == set(Direction)


def asked(reaction: Any, event: Event) -> Sequence[Any]:
    cause = as_recorded(event, hand_over_id(CHILD), 1, circumstances(INSTITUTION, TODAY))
    return list(reaction.then(event, cause, OneStation()))
