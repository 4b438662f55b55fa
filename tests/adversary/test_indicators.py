"""Who puts two published numbers beside each other (差分): figures of people by day, by table, by
town, and before and after a correction."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import pytest

from domain import indicator_shown
from domain.indicator import Figure, Indicator, Tells
from domain.indicator_shown import Shown, drawn, drawn_anew, in_steps
from domain.organisations import Organisation, Post
from hub.bootstrap import Program
from hub.policies import load_policies
from hub.queries.indicators import IndicatorBoard
from hub.returns import Stated
from tests.application.test_indicators import paired, row
from tests.application.test_returns import JANUARY, goes_through, line
from tests.program import EDUCATION, START, actor, at, running

pytestmark = pytest.mark.adversary

OFFICE = "women_children_office:310117"
RULES = load_policies().rules.indicators
BELOW = RULES.suppress_below
PEOPLE = RULES.indicators["children_verified"]
SHARE = RULES.indicators["visits_in_time"]


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Program]:
    with running(tmp_path / "data") as made:
        made.directory.add_organisations([Organisation(OFFICE, "示例妇儿工委办")])
        yield made


def _by_day(hub: Program, days: int) -> list[int | None]:
    """What a curious office reads of the pairs day by day, while a pupil is paired each day."""
    found = []
    for day in range(days):
        at(hub, START + timedelta(days=day))
        paired(hub, day + 1)
        (shown,) = {row(hub, OFFICE, "children_paired").value}
        found.append(shown)
    return found


def _tells_of_a_few(values: list[int | None]) -> bool:
    numbers = [each for each in values if each is not None]
    small = any(0 < each < BELOW for each in numbers)
    return small or any(0 < abs(b - a) < BELOW for a, b in pairwise(numbers))


@pytest.mark.attack(15)
def test_who_reads_a_running_year_day_by_day_sees_nobody_come(hub: Program) -> None:
    assert not _tells_of_a_few(_by_day(hub, 8))


@pytest.mark.attack(15, broken="a running year is that of today")
def test_otherwise_each_child_would_be_seen_on_its_day(
    hub: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def live(self: Any, indicator: Indicator, year: int, until: date, measured: Any) -> int | None:
        exact: Figure
        (code,) = (each for each, one in RULES.indicators.items() if one == indicator)
        exact, _ = self._indicators.count(code, year, date(year, 12, 31))
        return exact.value

    monkeypatch.setattr(IndicatorBoard, "_live", live)
    assert _tells_of_a_few(_by_day(hub, 8))


def _tables(hub: Program) -> list[int | None]:
    """What the table of the year says before and after a child was recorded late."""
    paired(hub, *range(1, 8))
    at(hub, JANUARY)
    goes_through(hub, EDUCATION, OFFICE)
    found = [line(hub, OFFICE, EDUCATION, "children_paired").value]
    paired(hub, 8)
    head = actor(EDUCATION, Post.HEAD, "u-head")
    hub.returns.correct(head, 2025, "children_paired", Stated(account="补登"))
    return [*found, line(hub, OFFICE, EDUCATION, "children_paired").value]


@pytest.mark.attack(15)
def test_two_tables_of_a_year_do_not_tell_of_a_child_that_was_recorded_late(hub: Program) -> None:
    before, after = _tables(hub)
    assert before == after == 7


@pytest.mark.attack(15, broken="a correction draws anew what is there")
def test_otherwise_the_correction_would_tell(hub: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def anew(indicator: Any, before: Any, exact: Any, towns: Any, below: int) -> Shown:
        return drawn(indicator, exact, towns, below)

    monkeypatch.setattr("hub.returns.drawn_anew", anew)
    assert _tables(hub) == [7, 8]


def _possible(towns: int) -> Iterator[tuple[int, ...]]:
    return product(range(12), repeat=towns)


def _told(shown: Shown) -> bool:
    """Whether total and towns tell together of a town's few people."""
    hidden = [town for town, value in shown.towns.items() if value is None]
    if any(0 < value < BELOW for value in shown.towns.values() if value is not None):
        return True
    if shown.value is None or not hidden:
        return False
    rest = shown.value - sum(value for value in shown.towns.values() if value is not None)
    return len(hidden) == 1 or 0 < rest < BELOW


@pytest.mark.attack(15)
def test_no_total_less_the_towns_that_are_shown_is_a_small_town() -> None:
    for counts in _possible(3):
        towns = {str(town): Figure(count) for town, count in enumerate(counts)}
        shown = drawn(PEOPLE, Figure(sum(counts)), towns, BELOW)
        assert not _told(shown), counts


@pytest.mark.attack(15, broken="small towns alone are left out")
def test_otherwise_the_total_would_tell_of_the_town_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def small_alone(counts: dict[str, int], below: int) -> dict[str, int | None]:
        return {part: None if count < below else count for part, count in counts.items()}

    monkeypatch.setattr(indicator_shown, "suppressed", small_alone)
    towns = {"a": Figure(2), "b": Figure(9)}
    assert _told(drawn(PEOPLE, Figure(11), towns, BELOW))


@pytest.mark.attack(15)
def test_no_two_drawings_differ_by_a_few_people_in_any_cell() -> None:
    """Total and towns of two drawings, whatever was recorded between them."""
    for first, then in product(_possible(2), _possible(2)):
        before = drawn(PEOPLE, Figure(sum(first)), _towns(first), BELOW)
        after = drawn_anew(PEOPLE, before, Figure(sum(then)), _towns(then), BELOW)
        assert not _tells_of_a_few([before.value, after.value]), (first, then)
        for town, was in before.towns.items():
            now = after.towns.get(town)
            assert was is None or now is None or not 0 < abs(now - was) < BELOW, (first, then)


@pytest.mark.attack(15)
def test_a_share_tells_neither_of_few_nor_of_few_others() -> None:
    assert SHARE.tells_of is Tells.PEOPLE
    for number, among in product(range(30), range(30)):
        if number > among:
            continue
        for shown in (
            drawn(SHARE, Figure(number, among), {}, BELOW).value,
            in_steps(SHARE, Figure(number, among), BELOW),
        ):
            few = 0 < number < BELOW or 0 < among - number < BELOW or among < BELOW
            assert (shown is None) == few, (number, among)


def _towns(counts: tuple[int, ...]) -> dict[str, Figure]:
    return {str(town): Figure(count) for town, count in enumerate(counts)}
