"""Indicators (指标) of the plan as data: policies/indicators.toml, and how each is counted.

Plan 一 (P01: 到2026年…), 三1 (P55: 落实任务指标). A formula is data over clear facts of the log:
which of them count, once for what, on which day, and where. Nothing is opened, and the same log
up to the same position gives the same figure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, model_validator

from domain.kernel import Category
from domain.organisations import TOWN_DIGITS, Seat, seat_of

_PLACED = frozenset({Seat.TOWN, Seat.VILLAGE})


class Tells(StrEnum):
    """Whether a figure tells of people, so that small ones are left out, or of things."""

    PEOPLE = "people"
    THINGS = "things"


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Counts(_Data):
    """Facts of a topic whose clear facts hold one of the values named (``true`` and ``false`` for
    what is so or not), nothing in the fields that are ``absent``, and that came from, or concern,
    an organisation of one of these seats."""

    topic: str
    where: dict[str, frozenset[str]] = {}
    absent: tuple[str, ...] = ()
    by: frozenset[Seat] = frozenset()
    seat_of: dict[str, frozenset[Seat]] = {}

    def holds(self, topic: str, clear: Mapping[str, Any], producer: str) -> bool:
        """Whether a fact is such a one."""
        return (
            topic == self.topic
            and (not self.by or _seat(producer) in self.by)
            and all(_word(clear.get(name)) in values for name, values in self.where.items())
            and all(clear.get(name) is None for name in self.absent)
            and all(_seat(clear.get(name)) in seats for name, seats in self.seat_of.items())
        )


class Measure(_Data):
    """What is counted. Of the facts with one ``key`` (names of clear facts; ``stream``, ``record``
    or ``fact``) the last by the reference date says whether they count: not where it is one that
    ``ends`` it, or does not hold any more. ``day``: the clear fact that says when, else the day on
    which it happened. ``adds``: what of it is added up, instead of ones. ``standing``: whatever
    the year, how it stands on the reference date; else what is of the year alone."""

    counts: tuple[Counts, ...] = Field(min_length=1)
    ends: tuple[str, ...] = ()
    key: tuple[str, ...] = ("fact",)
    day: str | None = None
    adds: str | None = None
    standing: bool = False
    place: str | None = None

    @property
    def topics(self) -> frozenset[str]:
        """The topics that it reads."""
        return frozenset((*self.ends, *(each.topic for each in self.counts)))


class Part(StrEnum):
    """Which of a formula's two measures a row is of."""

    OF = "of"
    AMONG = "among"


class Target(_Data):
    """What is to be reached in a year: tenths of a per cent for shares, else as it is counted."""

    year: int
    value: int = Field(ge=0)


class Indicator(_Data):
    """One row. ``owner``: whose work it tells of; ``reported_by``: the department that states it.
    ``definition`` is the 口径, ``reads`` the 数据来源, in words. ``matter``: the matrix column that
    whoever is shown it must be shown. ``among`` makes it a share, in tenths of a per cent."""

    title: str = Field(min_length=2)
    owner: Seat
    reported_by: Seat
    matter: Category
    tells_of: Tells
    unit: str = Field(min_length=1)
    definition: str = Field(min_length=4)
    reads: str = Field(min_length=2)
    better: Literal["higher", "lower", "neither"] = "higher"
    baseline: Target | None = None
    targets: tuple[Target, ...] = ()
    by_town: bool = False
    of: Measure
    among: Measure | None = None
    source: str = Field(min_length=4)

    @model_validator(mode="after")
    def _fits(self) -> Indicator:
        if (self.unit == "%") != self.is_share:
            raise ValueError("比率（有 among 的）单位必须是 %，其他的不能是 %")
        if self.by_town and any(each.place is None for _, each in self.measures):
            raise ValueError("分街镇的，公式必须写明 place")
        if (self.better == "neither") != (not self.targets):
            raise ValueError("better 为 neither 的不设目标，其他的必须有目标")
        years = [each.year for each in self.targets]
        if years != sorted(set(years)):
            raise ValueError("每年只有一个目标，从早到晚列")
        return self

    @property
    def is_share(self) -> bool:
        """Whether it is a share (比率)."""
        return self.among is not None

    @property
    def measures(self) -> Iterator[tuple[Part, Measure]]:
        """Its measures, each with which of the two it is."""
        yield Part.OF, self.of
        if self.among is not None:
            yield Part.AMONG, self.among

    def target(self, year: int) -> int | None:
        """The target of a year, or None."""
        return next((each.value for each in self.targets if each.year == year), None)

    def words(self, value: int | None) -> str:
        """A value as officials read it, with its unit."""
        if value is None:
            return "—"
        return f"{value / 10:.1f}%" if self.is_share else f"{value}{self.unit}"


class StatutoryRules(_Data):
    """Exact figures (法定报表准确数): who may ask for them, which posts approve, and for how many
    days they are read."""

    asked_by: frozenset[Seat]
    approved_by: frozenset[str]
    days: PositiveInt
    source: str


class IndicatorRules(_Data):
    """Every indicator by its code; below which number of people a figure is left out; who checks
    returns, the first who is shown all of one; and who confirms one for its department."""

    indicators: dict[str, Indicator]
    suppress_below: PositiveInt
    checked_by: tuple[Seat, ...] = Field(min_length=1)
    confirmed_by: frozenset[str]
    statutory: StatutoryRules
    shown_to: dict[Category, frozenset[Seat]] = {}
    """Which seats are shown counts of a category, by the sharing matrix."""

    @cached_property
    def reading(self) -> Mapping[str, tuple[tuple[str, Part, Measure], ...]]:
        """The measures that read a topic, each with its indicator and which of the two it is."""
        found: dict[str, tuple[tuple[str, Part, Measure], ...]] = {}
        for code, indicator in self.indicators.items():
            for part, measure in indicator.measures:
                for topic in measure.topics:
                    found[topic] = (*found.get(topic, ()), (code, part, measure))
        return found

    def with_indicators(self, indicators: dict[str, Indicator]) -> IndicatorRules:
        """The same rules with other indicators."""
        stated = {name: getattr(self, name) for name in type(self).model_fields}
        return IndicatorRules(**{**stated, "indicators": indicators})

    def returned_by(self, department: Seat) -> dict[str, Indicator]:
        """The indicators that a department states, by their codes."""
        return {
            code: each for code, each in self.indicators.items() if each.reported_by is department
        }

    def checker(self, department: Seat) -> Seat | None:
        """Who checks a department's return: never itself, and whoever is shown all of it."""
        matters = {each.matter for each in self.returned_by(department).values()}
        for seat in self.checked_by:
            if seat is not department and all(self.shows(seat, each) for each in matters):
                return seat
        return None

    def shows(self, seat: Seat, matter: Category) -> bool:
        """Whether a seat is shown counts of a category."""
        return seat in self.shown_to.get(matter, frozenset())


@dataclass(frozen=True, slots=True)
class Row:
    """What one fact is to one measure: ``counts`` None where it ends what has its key."""

    indicator: str
    part: Part
    key: str
    day: date
    place: str
    counts: int | None


@dataclass(frozen=True, slots=True)
class Figure:
    """An exact figure: a number, or a number among a whole."""

    number: int
    among: int | None = None

    @property
    def value(self) -> int | None:
        """The number, or the share in tenths of a per cent; None of nothing at all."""
        if self.among is None:
            return self.number
        return round(1000 * self.number / self.among) if self.among else None


@dataclass(frozen=True, slots=True)
class Said:
    """A fact, as measures read it: ``happened`` is its day in Shanghai."""

    topic: str
    stream: str
    event: str
    producer: str
    happened: date
    clear: Mapping[str, Any]


def rows_of(rules: IndicatorRules, fact: Said) -> Iterator[Row]:
    """What a fact is to each measure that reads it."""
    for code, part, measure in rules.reading.get(fact.topic, ()):
        yield _row(code, part, measure, fact)


def _row(code: str, part: Part, measure: Measure, fact: Said) -> Row:
    counts = any(each.holds(fact.topic, fact.clear, fact.producer) for each in measure.counts)
    stated = fact.clear.get(measure.day) if measure.day else None
    amount = int(fact.clear[measure.adds]) if counts and measure.adds else 1
    return Row(
        code,
        part,
        "/".join(_named(name, fact) for name in measure.key),
        date.fromisoformat(stated[:10]) if stated else fact.happened,
        _place(measure, fact),
        amount if counts else None,
    )


def _named(name: str, fact: Said) -> str:
    if name == "fact":
        return fact.event
    if name == "stream":
        return fact.stream
    if name == "record":
        return str(fact.clear.get("record_id") or fact.stream)
    return str(fact.clear.get(name))


def _place(measure: Measure, fact: Said) -> str:
    """The code of the town that a measure says, or nothing."""
    if measure.place is None:
        return ""
    stated = fact.producer if measure.place == "producer" else fact.clear.get(measure.place)
    prefix, _, code = str(stated or "").rpartition(":")
    return code[:TOWN_DIGITS] if not prefix or _seat(stated) in _PLACED else ""


def count(
    indicator: Indicator, rows: Iterable[Row], year: int, until: date
) -> tuple[Figure, dict[str, Figure]]:
    """The figure of a year as it is by a day, and that of each town. ``rows``: in the log's order,
    those that were recorded by then."""
    whole: dict[Part, dict[str, Row]] = {Part.OF: {}, Part.AMONG: {}}
    measures = dict(indicator.measures)
    for row in rows:
        first = date(1, 1, 1) if measures[row.part].standing else date(year, 1, 1)
        if first <= row.day <= until:
            whole[row.part][row.key] = row
    return _figure(indicator, whole, None), {
        town: _figure(indicator, whole, town)
        for town in sorted({row.place for of in whole.values() for row in of.values()} - {""})
        if indicator.by_town
    }


def _figure(
    indicator: Indicator, whole: Mapping[Part, Mapping[str, Row]], town: str | None
) -> Figure:
    sums = {
        part: sum(
            row.counts
            for row in rows.values()
            if row.counts is not None and town in (None, row.place)
        )
        for part, rows in whole.items()
    }
    return Figure(sums[Part.OF], sums[Part.AMONG] if indicator.is_share else None)


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _seat(value: object) -> Seat | None:
    try:
        return seat_of(str(value))
    except ValueError:
        # The hub itself, or nobody.
        return None


def unowned(indicators: Collection[Indicator]) -> set[Seat]:
    """Seats that no indicator tells of."""
    return set(Seat) - {each.owner for each in indicators}
