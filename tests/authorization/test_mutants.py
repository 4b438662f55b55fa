"""The comparison with the oracle notices every rule that is loosened or tightened.

Source: privacy issue, Policy: mutation tests that show the tests would notice a loosened rule. The
oracle answers once; each mutant is then asked until it decides otherwise. One that never does must
be one of those that nothing can notice, because they change nothing (:func:`changes_nothing`); a
changed cell of these is noticed by the comparison of the two matrices, cell by cell.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from random import Random
from typing import Any

import pytest

import hub.authorization.decide as rules
from domain.kernel import Category
from domain.organisations import Seat
from domain.purpose import Purpose
from hub.authorization.decide import By, Look, Openings, may_state
from hub.authorization.policy import Jurisdiction, Word
from hub.authorization.purposes import PurposeRow
from hub.policies import load_policies
from tests.authorization.mutants import (
    Mutant,
    audience_mutants,
    cell_mutants,
    guardian_contact_mutants,
    jurisdiction_mutants,
    purpose_mutants,
)
from tests.authorization.oracle import cells, oracle
from tests.authorization.states import (
    Opened,
    State,
    main_states,
    ours,
    people_states,
    request,
    suspect_states,
)

pytestmark = pytest.mark.slow

POLICY = load_policies().access
CELLS = [*cell_mutants(POLICY)]
OTHERS = [
    *jurisdiction_mutants(POLICY),
    *purpose_mutants(POLICY),
    *audience_mutants(POLICY),
]
NEEDS = [*guardian_contact_mutants(POLICY)]


@cache
def answers(seat: Seat, category: Category, purpose: Purpose) -> list[tuple[State, bool]]:
    """What the oracle says of the states of one seat, category and purpose."""
    states = [
        *main_states(seat, category, purpose),
        *people_states(seat, category, purpose),
        *suspect_states(seat, category, purpose),
    ]
    return list(zip(states, oracle().allows(map(request, states)), strict=True))


def noticed(mutant: Mutant) -> bool:
    """Whether the mutant decides somewhere otherwise than the oracle."""
    known: Opened = {}
    return any(
        ours(mutant.policy, state, known) is not told
        for place in itertools.product(mutant.seats, mutant.categories, mutant.purposes)
        for state, told in answers(*place)
    ) or any(_states_otherwise(mutant, seat) for seat in mutant.seats)


def _states_otherwise(mutant: Mutant, seat: Seat) -> bool:
    return any(
        may_state(mutant.policy, seat, category, tasks) is not _may_state(seat, category, tasks)
        for category in mutant.categories
        for tasks in (frozenset[Category](), frozenset({category}))
    )


@cache
def _may_state(seat: Seat, category: Category, tasks: frozenset[Category]) -> bool:
    asked = {
        "principal": {"type": "Seat", "id": seat.value},
        "action": 'Action::"state"',
        "resource": {"type": "Field", "id": category.value},
        "context": {"tasks": sorted(tasks)},
    }
    return oracle().allows([asked])[0]


def changes_nothing(mutant: Mutant) -> bool:
    """Whether the change makes no difference to who sees or states anything."""
    row, _, what = mutant.name.partition(": ")
    if "/" in row:
        return _cell_changes_nothing(mutant)
    if row in list(Purpose):
        return _purpose_changes_nothing(mutant, POLICY.purposes[Purpose(row)], what)
    if mutant.name.endswith("jurisdiction"):
        # Jurisdiction is of what one reads, or is shown a flag of.
        words = frozenset[Word]().union(*POLICY.matrix[mutant.seats[0]].values())
        return not words & {Word.READ, Word.FLAG}
    # Who wrote something sees it as its author, whatever a task tells.
    return mutant.name == "reporter by task: author"


def _cell_changes_nothing(mutant: Mutant) -> bool:
    (seat,) = mutant.seats
    (column,) = (c for c, now in mutant.policy.matrix[seat].items() if now != _cell(seat, c))
    before, after = _cell(seat, column), mutant.policy.matrix[seat][column]
    (word,), rest = before ^ after, before & after
    stands, reporter = seat in POLICY.jurisdictions, column == "reporter"
    match word:
        case Word.PUBLISH | Word.OWN:
            # Either lets a seat state facts.
            return bool(rest & {Word.PUBLISH, Word.OWN})
        case Word.FLAG:
            return not stands or reporter or Word.READ in rest
        case Word.TASK:
            # A seat that reads is released it by a task as well, and states it already.
            return Word.READ in rest and bool(rest & {Word.PUBLISH, Word.OWN})
        case Word.READ:
            return Word.TASK in rest and (not stands or reporter)
        case Word.AGGREGATE:
            # No look at a child is by it.
            return True


def _cell(seat: Seat, column: str) -> frozenset[Word]:
    return POLICY.matrix[seat][column]


def _purpose_changes_nothing(mutant: Mutant, row: PurposeRow, what: str) -> bool:
    if what == "hub":
        # Everybody may already, at the posts that people hold.
        return row.seats == frozenset(Seat)
    if what == "task":
        # States and clocks need no task.
        return set(row.shows) == {By.STATUS}
    category, by_right, right = what.partition(" by ")
    if not by_right:
        return False
    seats = [seat for seat in mutant.seats if row.hub or seat in row.seats]
    return not any(_comes_by(seat, Category(category), By(right), row) for seat in seats)


def _comes_by(seat: Seat, of: Category, by: By, row: PurposeRow) -> bool:
    """Whether a seat ever sees a category by a right alone."""
    words, stands = POLICY.words(seat, of), seat in POLICY.jurisdictions
    district = POLICY.jurisdictions.get(seat) is Jurisdiction.DISTRICT
    always_read = district and Word.READ in words
    match by:
        case By.STATUS | By.OWN:
            # What one wrote, of whatever one reads, is all that a conflicted organisation is shown.
            return True
        case By.WRITER:
            # What is shown of it is shown as one's own.
            return False
        case By.READ:
            return (
                stands
                and of is not Category.REPORTER
                and (of is Category.WHO or Word.READ in words)
            )
        case By.FLAG:
            return stands and Word.FLAG in words and Word.READ not in words
        case By.TASK | By.BREAK_GLASS:
            if of is Category.REPORTER and by is By.BREAK_GLASS:
                return False
            opens = bool(words & {Word.TASK, Word.READ}) or of is Category.WHO
            return opens and not always_read


def _wrong(mutants: Iterable[Mutant]) -> list[str]:
    """Mutants that are not noticed and change something, or the other way round."""
    return [mutant.name for mutant in mutants if noticed(mutant) is changes_nothing(mutant)]


def test_some_mutants_of_every_kind_are_noticed() -> None:
    random = Random(40)
    school = [mutant for mutant in CELLS if mutant.seats == (Seat.SCHOOL,)]
    others = [
        replace(mutant, seats=(Seat.SCHOOL, Seat.POLICE_STATION))
        for mutant in OTHERS
        if {Seat.SCHOOL, Seat.POLICE_STATION} <= {*mutant.seats}
        and len(mutant.categories) == 1
        and mutant.purposes == (Purpose.CASEWORK,)
    ]
    own = [
        mutant
        for mutant in OTHERS
        if mutant.purposes == (Purpose.COORDINATION,) and mutant.name.endswith(f" by {By.OWN}")
    ]
    assert _wrong(random.sample(school, 20)) == []
    assert _wrong(random.sample(others, 12)) == []
    assert _wrong([replace(mutant, seats=(Seat.CIVIL_AFFAIRS,)) for mutant in own]) == []


def test_a_mutant_is_a_change_and_most_of_them_change_something() -> None:
    for mutant in (*CELLS, *OTHERS):
        assert mutant.policy != POLICY, mutant.name
    assert len({mutant.name for mutant in (*CELLS, *OTHERS)}) == len(CELLS) + len(OTHERS)
    assert len([mutant for mutant in CELLS if not changes_nothing(mutant)]) > len(CELLS) // 2
    assert len([mutant for mutant in OTHERS if not changes_nothing(mutant)]) > len(OTHERS) // 2


def test_a_cell_that_changes_nothing_is_noticed_by_the_comparison_of_the_cells() -> None:
    held = cells()
    for mutant in CELLS:
        (seat,) = mutant.seats
        changed = {
            column: frozenset(word.value for word in words)
            for column, words in mutant.policy.matrix[seat].items()
        }
        assert changed != held[seat.value], mutant.name


@pytest.mark.slow
@pytest.mark.exhaustive
@pytest.mark.parametrize("seat", Seat)
def test_every_word_of_every_cell_is_noticed_when_it_changes(seat: Seat) -> None:
    assert _wrong(mutant for mutant in CELLS if mutant.seats == (seat,)) == []


@pytest.mark.slow
@pytest.mark.exhaustive
@pytest.mark.parametrize("part", range(6))
def test_every_jurisdiction_purpose_and_audience_is_noticed_when_it_changes(part: int) -> None:
    assert _wrong(OTHERS[part::6]) == []


@pytest.mark.parametrize("mutant", NEEDS, ids=str)
def test_who_is_told_how_a_suspected_guardian_is_reached_is_noticed(mutant: Mutant) -> None:
    assert noticed(mutant)


# -- branches of the decision itself -------------------------------------------------------------


def _everything(*args: Any, **more: Any) -> bool:
    return True


def _no_audience(opened: Any, look: Any) -> tuple[By, ...]:
    return (By.READ,) if look.category in opened else ()


def _but_conflicted(opened: Openings, look: Look) -> tuple[By, ...]:
    return RIGHTS(replace(opened, conflicted=False), look)


def _the_whole_organisation(opened: Openings, look: Look) -> tuple[By, ...]:
    if opened.conflicted:
        look = replace(look, author_person=True)
    return RIGHTS(opened, look)


def _but_the_guardian(opened: Openings, look: Look) -> tuple[By, ...]:
    return RIGHTS(replace(opened, without_contact=False), look)


RIGHTS = rules.rights

BRANCHES: dict[str, tuple[str, Callable[..., Any]]] = {
    "everybody is admitted": ("admits", _everything),
    "every purpose serves": ("serves", _everything),
    "whatever is open is read": ("rights", _no_audience),
    "everybody has jurisdiction": ("in_jurisdiction", _everything),
    "one's own is nobody's": ("rights", lambda opened, look: (opened.get(look.category),)),
    "a conflicted organisation sees its own": ("rights", _but_conflicted),
    "a conflicted organisation sees what each wrote": ("rights", _the_whole_organisation),
    "a suspected guardian is called": ("rights", _but_the_guardian),
    "everybody reaches the guardian": ("reaches_guardian", _everything),
}
"""Functions that the decision asks, each replaced by a looser or a wrong one."""


@cache
def _branch_answers() -> list[tuple[State, bool]]:
    states = [
        state
        for category in (Category.WHO, Category.SCHOOLING, Category.HARM, Category.REPORTER)
        for state in people_states(Seat.TOWN, category, Purpose.COORDINATION)
    ] + [
        *main_states(Seat.SCHOOL, Category.SCHOOLING, Purpose.CASEWORK),
        *suspect_states(Seat.TOWN, Category.CONTACT, Purpose.CASEWORK),
        *suspect_states(Seat.SCHOOL, Category.HARM, Purpose.CASEWORK),
    ]
    return list(zip(states, oracle().allows(map(request, states)), strict=True))


@pytest.mark.parametrize("branch", BRANCHES)
def test_a_branch_that_is_changed_is_noticed(branch: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name, instead = BRANCHES[branch]
    assert all(ours(POLICY, state) is told for state, told in _branch_answers())
    monkeypatch.setattr(rules, name, instead)
    assert not all(ours(POLICY, state) is told for state, told in _branch_answers())
