"""What of a figure is shown (小数目隐去): small numbers of people nowhere, nor by subtraction.

A figure of people is left out where it, or who is not in it, are few. What goes on is shown in
steps; what was drawn once changes by that many people at least, or not at all, so that no two
tables tell together of a few. What was not drawn by then is marked, and its number is in the
approved return alone. Figures of things are shown as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from domain.indicator import Figure, Indicator, Tells
from domain.periods import Every, begins, period_of
from domain.small_cells import suppressed

Cells = Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Shown:
    """A value (tenths of a per cent for shares; None where it is left out or there is nothing), and
    that of each town. ``unchanged``: a few more or fewer were recorded since, and are not in it."""

    value: int | None
    towns: Cells = field(default_factory=dict)
    unchanged: bool = False


def last_quarter_end(today: date) -> date:
    """The last day of the last quarter that is over."""
    return begins(period_of(today, Every.QUARTER)) - timedelta(days=1)


def in_steps(indicator: Indicator, exact: Figure, below: int) -> int | None:
    """What is shown of a year that goes on: of people the number in steps of ``below``, or the
    share of such a number."""
    if indicator.tells_of is Tells.THINGS:
        return exact.value
    if _few(exact, below):
        return None
    stepped = exact.number - exact.number % below
    if exact.among is None:
        return stepped
    return exact.value if exact.number == exact.among else Figure(stepped, exact.among).value


def drawn(indicator: Indicator, exact: Figure, towns: Mapping[str, Figure], below: int) -> Shown:
    """What is shown of a figure that is drawn for a return."""
    if indicator.tells_of is Tells.THINGS:
        return Shown(exact.value, {town: each.value for town, each in towns.items()})
    if _few(exact, below):
        return Shown(None)
    told = {town: count for town, each in towns.items() if (count := _telling(each, below))}
    kept = suppressed(told, below)
    return Shown(
        exact.value,
        {
            town: None if kept.get(town, 0) is None else each.value
            for town, each in sorted(towns.items())
        },
    )


def drawn_anew(
    indicator: Indicator,
    before: Shown,
    exact: Figure,
    towns: Mapping[str, Figure],
    below: int,
) -> Shown:
    """The same, of a figure that was shown before."""
    now = drawn(indicator, exact, towns, below)
    if indicator.tells_of is Tells.THINGS:
        return now
    if now.value == before.value:
        # Of what is left out nobody is told whether it is another number by now.
        return Shown(now.value, before.towns, unchanged=now.value is None)
    if _close(before.value, now.value, exact.among, below):
        return Shown(before.value, before.towns, unchanged=True)
    same = before.towns.keys() == now.towns.keys() and all(
        _parts_fit(before.towns[town], now.towns[town], towns[town].among, below)
        for town in now.towns
    )
    return Shown(now.value, now.towns if same else {})


def _few(exact: Figure, below: int) -> bool:
    """Whether a figure tells of a few. Nobody is no few."""
    if exact.among is None:
        return 0 < exact.number < below
    rest = exact.among - exact.number
    return exact.among < below or 0 < exact.number < below or 0 < rest < below


def _telling(exact: Figure, below: int) -> int:
    """How many people a town's figure tells of: the fewer of those in it and those not."""
    if exact.among is None:
        return exact.number
    rest = exact.among - exact.number
    return min(each for each in (exact.number, rest, exact.among) if each or not exact.among)


def _close(before: int | None, now: int | None, among: int | None, below: int) -> bool:
    """Whether two values are a few people apart."""
    if before is None or now is None:
        return False
    apart = abs(now - before)
    return 0 < (apart if among is None else apart * among / 1000) < below


def _parts_fit(before: int | None, now: int | None, among: int | None, below: int) -> bool:
    if (before is None) != (now is None):
        return False
    return not _close(before, now, among, below)
