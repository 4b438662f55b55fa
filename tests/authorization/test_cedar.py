"""The hub's decisions and Cedar's agree, on every seat × category × purpose × state.

Sources: privacy design, "Who may" (the oracle, and Cedar's traps); architecture, Organisations.
"""

from __future__ import annotations

import itertools
from random import Random

import pytest

from domain.kernel import Category
from domain.organisations import HUB, Seat
from domain.purpose import Purpose
from hub.authorization.decide import Standing, may_state
from hub.authorization.guardian import GuardianSide, may_go_to_guardian
from hub.authorization.policy import COLUMN_OF, Jurisdiction
from hub.policies import load_policies
from tests.authorization.oracle import Oracle, OracleError, cells, oracle, text, validated
from tests.authorization.states import (
    SELF,
    UNKNOWN,
    Opened,
    State,
    main_states,
    ours,
    people_states,
    request,
    some_states,
    suspect_states,
)

POLICY = load_policies().access
PURPOSES = (*(purpose.value for purpose in Purpose), UNKNOWN)
PLACES = tuple(itertools.product(Seat, Category, PURPOSES))


def disagreements(states: list[State]) -> list[tuple[State, bool]]:
    """Where the hub and Cedar decide otherwise, and what Cedar says."""
    known: Opened = {}
    allowed = oracle().allows(map(request, states))
    return [
        (state, told)
        for state, told in zip(states, allowed, strict=True)
        if ours(POLICY, state, known) is not told
    ]


def test_there_are_both_answers_for_every_category() -> None:
    states = [
        State(seat, category, responsible=True, producer=producer, wrote=True)
        for seat, category, producer in itertools.product(Seat, Category, (SELF, "police:310117"))
    ]
    allowed = zip(states, oracle().allows(map(request, states)), strict=True)
    answers = {(state.category, told) for state, told in allowed}
    assert answers == set(itertools.product(Category, (True, False)))


def test_the_oracle_is_valid_by_its_own_schema() -> None:
    assert validated() == []


def test_the_matrix_in_force_is_the_one_that_the_oracle_was_written_from() -> None:
    """A cell is loosened or tightened in two places, or not at all."""
    assert cells() == {
        seat.value: {
            column: frozenset(word.value for word in POLICY.matrix[seat][column])
            for column in set(COLUMN_OF.values())
        }
        for seat in Seat
    }


@pytest.mark.slow
def test_some_states_of_every_seat_category_and_purpose() -> None:
    random = Random(20)
    states = [some_states(*place, random) for place in PLACES for _ in range(4)]
    assert disagreements(states) == []


@pytest.mark.slow
@pytest.mark.parametrize("seat", [Seat.CIVIL_AFFAIRS, Seat.SCHOOL, Seat.POLICE_STATION])
def test_every_state_of_casework_of_seats_of_each_kind(seat: Seat) -> None:
    """District-wide; responsible and read; responsible and given by tasks."""
    random = Random(21)
    states = [
        state
        for category in Category
        for state in random.sample([*main_states(seat, category, Purpose.CASEWORK)], 150)
    ]
    assert disagreements(states) == []


@pytest.mark.slow
@pytest.mark.parametrize("seat", Seat)
def test_where_somebody_is_suspected(seat: Seat) -> None:
    """Whatever opens something, of every category: conflicted, a guardian suspected, or both."""
    random = Random(22)
    states = [
        state
        for category in Category
        for state in random.sample([*suspect_states(seat, category, Purpose.CASEWORK)], 40)
    ]
    assert disagreements(states) == []


@pytest.mark.slow
@pytest.mark.exhaustive
@pytest.mark.parametrize("seat", Seat)
def test_every_state_where_somebody_is_suspected(seat: Seat) -> None:
    for category, purpose in itertools.product(Category, PURPOSES):
        assert disagreements([*suspect_states(seat, category, purpose)]) == []


def test_nothing_goes_to_the_guardian_while_a_guardian_is_the_suspect() -> None:
    for seat, suspect in itertools.product(Seat, (True, False)):
        asked = {
            "principal": {"type": "Seat", "id": seat.value},
            "action": 'Action::"reachGuardian"',
            "resource": {"type": "Field", "id": Category.CONTACT.value},
            "context": {"guardianSuspect": suspect},
        }
        standing = Standing(seat, True, frozenset(Category), frozenset(), guardian_suspect=suspect)
        told = {may_go_to_guardian(standing, what) for what in GuardianSide}
        assert told == {*oracle().allows([asked])} == {not suspect}
    assert not may_go_to_guardian(None, GuardianSide.NOTICE)
    assert not may_go_to_guardian(Standing(Seat.TOWN, True, frozenset(), frozenset()), "postcard")


@pytest.mark.slow
@pytest.mark.parametrize("seat", Seat)
def test_every_state_of_every_seat_and_category_in_casework(seat: Seat) -> None:
    for category in Category:
        assert disagreements([*main_states(seat, category, Purpose.CASEWORK.value)]) == []


@pytest.mark.slow
@pytest.mark.exhaustive
@pytest.mark.parametrize("seat", Seat)
def test_every_state_of_every_seat_category_and_purpose(seat: Seat) -> None:
    for category, purpose in itertools.product(Category, PURPOSES):
        assert disagreements([*main_states(seat, category, purpose)]) == []


@pytest.mark.slow
@pytest.mark.exhaustive
@pytest.mark.parametrize("purpose", PURPOSES)
def test_every_post_and_legal_basis(purpose: str) -> None:
    for seat, category in itertools.product(Seat, Category):
        assert disagreements([*people_states(seat, category, purpose)]) == []


def test_who_may_state_what() -> None:
    requests, decided = [], []
    for seat, category in itertools.product(Seat, Category):
        for tasks in (frozenset[Category](), frozenset({category}), frozenset(Category)):
            decided.append(may_state(POLICY, seat, category, tasks))
            requests.append(
                {
                    "principal": {"type": "Seat", "id": seat.value},
                    "action": 'Action::"state"',
                    "resource": {"type": "Field", "id": category.value},
                    "context": {"tasks": sorted(tasks)},
                }
            )
    assert oracle().allows(requests) == decided


def test_the_jurisdictions_in_force_are_the_oracles() -> None:
    states = [State(seat, Category.CONTACT, responsible=True) for seat in Seat]
    for state in states:
        kind = POLICY.jurisdictions.get(state.seat)
        district = f'"{state.seat.value}"}}, "parents": [], "attrs": {{\n    "district": true'
        assert (district in text("entities.json")) is (kind is Jurisdiction.DISTRICT)


# -- Cedar's traps: what errs is a denial and a failure ------------------------------------------


def test_a_forbid_that_errs_is_no_permission() -> None:
    """Cedar skips a forbid that errs and permits: here that stops the test instead."""
    broken = text("policies.cedar").replace(
        'when { context.purpose == "TASK" }\nunless { context.inTask };',
        'when { context.purpose == "TASK" }\nunless { context.producer.district };',
    )
    assert broken != text("policies.cedar")
    state = State(Seat.TOWN, Category.CONTACT, Purpose.TASK, responsible=True, producer=HUB)
    assert oracle().allows([request(state)]) == [False]
    with pytest.raises(OracleError, match="producer"):
        Oracle(policies=broken).allows([request(state)])


@pytest.mark.parametrize(
    "attribute",
    ["post", "purpose", "basis", "inTask", "responsible", "conflicted", "guardianSuspect"],
)
def test_a_question_without_an_attribute_is_answered_with_no(attribute: str) -> None:
    state = State(Seat.TOWN, Category.CONTACT, responsible=True)
    asked = request(state)
    assert oracle().allows([asked]) == [True]
    del asked["context"][attribute]
    with pytest.raises(OracleError):
        oracle().allows([asked])


@pytest.mark.parametrize(
    "condition",
    [
        "when { context.conflicted }",
        'when { context.guardianSuspect && resource.category == "contact" }',
    ],
)
def test_a_forbid_on_suspicion_that_errs_is_no_permission(condition: str) -> None:
    """The same trap, of the two rules that win over all others."""
    erring = condition.replace("when { ", "when { context.producer.district && ")
    broken = text("policies.cedar").replace(condition, erring)
    assert broken != text("policies.cedar")
    state = State(
        Seat.TOWN,
        Category.CONTACT,
        responsible=True,
        producer=HUB,
        conflicted=True,
        guardian_suspect=True,
    )
    assert oracle().allows([request(state)]) == [False]
    with pytest.raises(OracleError, match="producer"):
        Oracle(policies=broken).allows([request(state)])


def test_a_seat_without_its_attributes_is_not_taken() -> None:
    without = text("entities.json").replace('    "district": true,\n', "", 1)
    with pytest.raises(ValueError, match="conform to the schema"):
        Oracle(entities=without)
