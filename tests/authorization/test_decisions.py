"""Every decision against an oracle written from the matrix's own words (architecture,
"Organisations"), and every word of the matrix found to matter.

The oracle reads the CSV as text and asks, for one field, "is there a reason to show it?"; the
hub opens categories first and decides fields then. Neither calls the other.
"""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from domain.kernel import Category, LegalBasis
from domain.organisations import Post, Seat
from domain.purpose import Purpose
from hub.authorization.decide import (
    NOTHING_OPEN,
    Asker,
    By,
    Look,
    Openings,
    Standing,
    comes_with,
    decide,
    in_jurisdiction,
    may_state,
    open_categories,
    publishes_district_wide,
    shows_status,
)
from hub.authorization.policy import Policy, Word
from hub.policies import FOLDER, load_policies

pytestmark = pytest.mark.slow

POLICY = load_policies().access
CSV = {
    row["agency"]: row
    for row in csv.DictReader(
        (FOLDER / "sharing-matrix.csv").read_text(encoding="utf-8-sig").splitlines()
    )
}
WHOLE_DISTRICT = {
    "civil_affairs",
    "education",
    "police",
    "procuratorate",
    "women_children_office",
}
NAMED_ON_THE_FILE = {"school", "town", "village", "police_station"}
COLUMNS = [column for column in CSV["school"] if column not in ("agency", "name_zh", "offending")]


def _cell(seat: Seat, category: str) -> list[str]:
    column = "identity" if category in ("who", "contact") else category
    return CSV[seat.value][column].split("+")


def _covers(standing: Standing) -> bool:
    seat = standing.seat.value
    return seat in WHOLE_DISTRICT or (seat in NAMED_ON_THE_FILE and standing.responsible)


def _reads(standing: Standing, category: str) -> bool:
    return _covers(standing) and "read" in _cell(standing.seat, category)


def _given_by_task(standing: Standing, category: str) -> bool:
    cell = _cell(standing.seat, category)
    return category in {c.value for c in standing.tasks} and ("task" in cell or "read" in cell)


def shown(standing: Standing, look: Look, post: Post) -> bool:
    """The oracle: is there a reason to show this field?"""
    category = look.category.value
    if post is Post.SYSTEM:
        return False
    if category == "reporter":
        # Whoever has the report in hand, at two posts only; and the one who reported.
        in_hand = _given_by_task(standing, category)
        handles = post in (Post.HANDLER, Post.DUTY_LEADER)
        return (in_hand and handles) or (look.author and look.author_person)
    if look.author and (
        category != "harm" or look.author_person or post is Post.DESIGNATED_REPORTER
    ):
        return True
    if category == "who":
        records = {c.value for c in standing.recorded} - {"who", "contact", "reporter"}
        others = set(COLUMNS) - {"identity", "reporter"}
        return (
            _reads(standing, "contact")
            or any(_reads(standing, each) for each in records)
            or (
                Category.WHO in standing.tasks
                and (
                    "task" in _cell(standing.seat, "who")
                    or "read" in _cell(standing.seat, "who")
                    or any(
                        _given_by_task(standing, each) and not _reads(standing, each)
                        for each in [*others, "contact"]
                    )
                )
            )
        )
    if _reads(standing, category) or _given_by_task(standing, category):
        return True
    return look.flag and _covers(standing) and "flag" in _cell(standing.seat, category)


def _standings(category: Category) -> Iterator[Standing]:
    task_sets = (
        frozenset[Category](),
        frozenset({category}),
        frozenset({Category.WHO}),
        frozenset({Category.WHO, category}),
        frozenset(Category),
    )
    records = (
        frozenset[Category](),
        frozenset({category}),
        frozenset({Category.WHO, Category.CONTACT, Category.REPORTER}),
        frozenset({Category.SCHOOLING}),
        frozenset(Category),
    )
    for seat, responsible, tasks, recorded in itertools.product(
        Seat, (False, True), task_sets, records
    ):
        yield Standing(seat, responsible, tasks, recorded)


def _looks(category: Category) -> Iterator[tuple[Look, Post]]:
    for flag, author, person, post in itertools.product(
        (False, True),
        (False, True),
        (False, True),
        Post,
    ):
        yield Look(category, flag, author, person), post


def _disagreements(policy: Policy) -> Iterator[tuple[Standing, Look, Post]]:
    for category in Category:
        looks = list(_looks(category))
        for standing in _standings(category):
            opened = open_categories(policy, standing)
            for look, post in looks:
                who = Asker(standing.seat, post, Purpose.CASEWORK, LegalBasis.STATUTORY_DUTY, True)
                found = decide(policy, who, opened, look, in_task=bool(standing.tasks))
                if (found is not None) != shown(standing, look, post):
                    yield standing, look, post


def test_every_decision_agrees_with_the_matrix() -> None:
    assert list(_disagreements(POLICY)) == []


@pytest.mark.slow
def test_the_table_has_both_answers_for_every_category() -> None:
    answers = {
        (category, shown(standing, look, post))
        for category in Category
        for standing in _standings(category)
        for look, post in _looks(category)
    }
    assert answers == {(category, answer) for category in Category for answer in (True, False)}


def _loosened(seat: Seat, column: str, word: Word) -> Policy:
    cells = dict(POLICY.matrix[seat])
    cells[column] = cells[column] | {word}
    return replace(POLICY, matrix={**POLICY.matrix, seat: cells})


@pytest.mark.slow
@pytest.mark.parametrize(
    ("seat", "column", "word"),
    [
        (Seat.SCHOOL, "orders", Word.READ),
        (Seat.SCHOOL, "guardianship", Word.READ),
        (Seat.SCHOOL, "visits", Word.FLAG),
        (Seat.POLICE_STATION, "means", Word.TASK),
        (Seat.PROCURATORATE, "schooling", Word.READ),
        (Seat.EDUCATION, "identity", Word.READ),
        (Seat.VILLAGE, "harm", Word.READ),
        (Seat.FINANCE, "identity", Word.TASK),
    ],
)
def test_a_loosened_cell_is_noticed(seat: Seat, column: str, word: Word) -> None:
    assert word not in POLICY.matrix[seat][column]
    assert any(_disagreements(_loosened(seat, column, word)))


def test_a_loosened_jurisdiction_is_noticed() -> None:
    district = replace(
        POLICY,
        jurisdictions={
            **POLICY.jurisdictions,
            Seat.SCHOOL: POLICY.jurisdictions[Seat.EDUCATION],
        },
    )
    assert any(_disagreements(district))


def test_a_loosened_rule_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A decision that shows flags' whole category, as a mistaken `or` would."""
    original = decide

    def loose(policy: Policy, who: Asker, opened: Any, look: Look, *, in_task: bool) -> By | None:
        return original(policy, who, opened, replace(look, flag=True), in_task=in_task)

    monkeypatch.setitem(globals(), "decide", loose)
    assert any(_disagreements(POLICY))


def test_unknown_means_no() -> None:
    nothing = replace(POLICY, matrix={}, jurisdictions={}, status_flags=frozenset())
    nobody = replace(POLICY, purposes={})
    everything = frozenset(Category)
    for seat in Seat:
        assert not in_jurisdiction(nothing, seat, responsible=True)
        opened = open_categories(nothing, Standing(seat, True, everything, everything))
        assert not opened
        for category in Category:
            look = Look(category, flag=True, author=False)
            who = Asker(seat, Post.HANDLER, Purpose.CASEWORK, LegalBasis.STATUTORY_DUTY, True)
            assert decide(nothing, who, opened, look, in_task=True) is None
            own = replace(look, author=True, author_person=True)
            assert decide(nobody, who, Openings({category: By.READ}), own, in_task=True) is None
            assert decide(POLICY, None, Openings({category: By.READ}), own, in_task=True) is None
            assert not shows_status(nothing, seat, opened, category)
            assert not may_state(nothing, seat, category, everything)
    without_school = replace(
        POLICY, matrix={s: c for s, c in POLICY.matrix.items() if s is not Seat.SCHOOL}
    )
    assert (
        open_categories(without_school, Standing(Seat.SCHOOL, True, everything, everything))
        == NOTHING_OPEN
    )


def test_a_seat_without_jurisdiction_sees_by_task_only() -> None:
    everything = frozenset(Category)
    for seat in Seat:
        if seat.value in WHOLE_DISTRICT | NAMED_ON_THE_FILE:
            continue
        assert not open_categories(POLICY, Standing(seat, True, frozenset(), everything))
        by = open_categories(POLICY, Standing(seat, True, everything, everything)).values()
        assert set(by) <= {By.TASK}


def test_who_may_state_agrees_with_the_matrix() -> None:
    for seat, category in itertools.product(Seat, Category):
        cell = _cell(seat, category.value)
        always = "publish" in cell or "own" in cell
        assert may_state(POLICY, seat, category, frozenset()) is always
        within = may_state(POLICY, seat, category, frozenset({category}))
        assert within is (always or "task" in cell)


def test_a_status_is_shown_for_a_flag_only() -> None:
    for seat, category in itertools.product(Seat, Category):
        listed = (seat, category) in POLICY.status_flags
        for by in (None, *By):
            opened = {} if by is None else {category: by}
            expected = listed and by is By.FLAG
            assert shows_status(POLICY, seat, Openings(opened), category) is expected
        if listed:
            assert "flag" in _cell(seat, category.value), "a status flag the matrix knows not of"


def test_who_a_child_is_does_not_come_from_seats_that_state_nothing_one_reads() -> None:
    school = open_categories(
        POLICY, Standing(Seat.SCHOOL, True, frozenset(), frozenset({Category.SCHOOLING}))
    )
    assert school[Category.WHO] is By.READ
    for producer, comes in {
        "education:310117": True,
        "school:2": True,
        "hub:310117": True,
        "police_station:1": False,
        "police:310117": False,
        "civil_affairs:310117": False,
        "town:310117001": False,
        "hospital:1": False,
    }.items():
        assert comes_with(POLICY, school, producer) is comes, producer
    released = frozenset({Category.WHO, Category.SCHOOLING})
    for standing in (
        Standing(Seat.SCHOOL, True, released, frozenset({Category.SCHOOLING})),
        Standing(Seat.COURT, False, frozenset(), frozenset(), frozenset({Category.GUARDIANSHIP})),
    ):
        assert comes_with(POLICY, open_categories(POLICY, standing), "police:310117")
    town = open_categories(POLICY, Standing(Seat.TOWN, True, frozenset(), frozenset()))
    assert comes_with(POLICY, town, "police_station:1"), "the column of identity is read here"


def test_only_the_police_act_on_any_report_of_the_district() -> None:
    """Every other department of the district needs the task, whatever its seat may state."""
    policy = load_policies().access
    acting = {seat for seat in Seat if publishes_district_wide(policy, seat, Category.HARM)}
    assert acting == {Seat.POLICE}
    assert not publishes_district_wide(policy, Seat.POLICE_STATION, Category.ORDERS)
