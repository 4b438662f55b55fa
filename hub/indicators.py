"""Counts the plan's indicators (指标) from the log, as of a position and a day.

Its table says what each fact is to each formula; it can be made anew from the log, and is where a
formula changes. Whoever asks follows first. Of a child that was erased the numbers stay and its
pseudonym goes; what was sealed away (封存) counts no more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Connection, delete, func, insert, select, update

from domain.calendar import shanghai_date
from domain.child_file import ChildErased
from domain.indicator import Figure, Indicator, IndicatorRules, Part, Row, Said, count, rows_of
from hub.eventstore.absence import FENCE, sealed_away
from hub.eventstore.codec import Fact
from hub.reaction_tables import AREA, MEASURED, POSITIONS
from hub.storage.sql import Storage, put

_PAGE = 500
_NAME = "indicators:"

Counted = tuple[Figure, dict[str, Figure]]
"""An exact figure, and that of each town by its code."""


class Log(Protocol):
    """The log, as it is followed and looked up."""

    @property
    def position(self) -> int: ...
    def feed(self, after: int, limit: int) -> list[Fact]: ...
    def whole_history(self, subjects: Sequence[UUID], upto: int, after: int = 0) -> list[Fact]: ...


class Measured:
    """What one indicator is counted of; its rows are read where a figure is asked for that nobody
    counted of the same rows before."""

    def __init__(
        self,
        indicator: Indicator,
        read: Callable[[], Sequence[Row]],
        counted: dict[tuple[int, date], Counted],
    ) -> None:
        self._indicator = indicator
        self._read = cache(read)
        self._counted = counted

    def in_year(self, year: int, until: date) -> Counted:
        """The figure of a year by a day."""
        if (year, until) not in self._counted:
            self._counted[year, until] = count(self._indicator, self._read(), year, until)
        return self._counted[year, until]


@dataclass(frozen=True, slots=True)
class _Known:
    """Figures that were counted, and of which rows: how many, and where the last one stands."""

    stamp: tuple[int, int | None]
    counted: dict[tuple[int, date], Counted]


class Indicators:
    """Exact figures: for whoever decides what of them is shown, and shown to nobody as they are."""

    def __init__(self, storage: Storage, log: Log, rules: IndicatorRules) -> None:
        self._engine = storage.engine(AREA, create=True)
        self._log = log
        self._rules = rules
        self._name = _NAME + _digest(rules)
        self._counted: dict[tuple[str, date | None], _Known] = {}

    def count(
        self,
        code: str,
        year: int,
        until: date,
        *,
        position: int | None = None,
        recorded_by: date | None = None,
    ) -> Counted:
        """The figure of a year by ``until``, from what was recorded up to a position and on a day
        or before; from everything, where neither is said."""
        return self.measured(code, position=position, recorded_by=recorded_by).in_year(year, until)

    def measured(
        self, code: str, *, position: int | None = None, recorded_by: date | None = None
    ) -> Measured:
        """What an indicator is counted of, read once for as many years as are asked for."""
        self.follow()
        query = select(*_ROW).where(MEASURED.c.indicator == code).order_by(MEASURED.c.position)
        if position is not None:
            query = query.where(MEASURED.c.position <= position)
        if recorded_by is not None:
            query = query.where(MEASURED.c.recorded_on <= recorded_by.isoformat())

        def read() -> list[Row]:
            with self._engine.begin() as connection:
                return [_row(*each) for each in connection.execute(query)]

        known = {} if position is not None else self._known(code, recorded_by)
        return Measured(self._rules.indicators[code], read, known)

    def _known(self, code: str, recorded_by: date | None) -> dict[tuple[int, date], Counted]:
        """What was counted of the very rows that there are now. Rows are added behind all others or
        taken out, so that their number and the last one's position say whether they are the same;
        what is let go of a child's pseudonym leaves every count as it is."""
        stamp = select(func.count(), func.max(MEASURED.c.position))
        with self._engine.begin() as connection:
            rows, last = connection.execute(stamp.where(MEASURED.c.indicator == code)).one()
        found = self._counted.get((code, recorded_by))
        if found is None or found.stamp != (rows, last):
            found = self._counted[code, recorded_by] = _Known((rows, last), {})
        return found.counted

    def follow(self) -> None:
        """Take in what was recorded since. Two who do it at once wait for each other, and nobody
        waits where nothing is new."""
        with self._engine.begin() as connection:
            known = select(POSITIONS.c.position).where(POSITIONS.c.name == self._name)
            position = connection.execute(known).scalar_one_or_none()
        if position is not None and not self._log.feed(position, 1):
            return
        while True:
            with self._engine.execution_options(writing=True).begin() as connection:
                position = self._position(connection)
                facts = self._log.feed(position, _PAGE)
                if not facts:
                    return
                self._take(connection, facts)
                put(
                    connection,
                    POSITIONS,
                    [{"name": self._name, "position": facts[-1].position}],
                )

    def _position(self, connection: Connection) -> int:
        query = select(POSITIONS.c.position).where(POSITIONS.c.name == self._name).with_for_update()
        found = connection.execute(query).scalar_one_or_none()
        if found is None:
            # Other formulas: all of it is counted anew.
            connection.execute(delete(MEASURED))
            connection.execute(delete(POSITIONS).where(POSITIONS.c.name.startswith(_NAME)))
            put(connection, POSITIONS, [{"name": self._name, "position": 0}])
        return found or 0

    def _take(self, connection: Connection, facts: Sequence[Fact]) -> None:
        waiting: list[dict[str, Any]] = []
        for fact in facts:
            if fact.topic not in (ChildErased.TOPIC, FENCE):
                waiting += [_kept(fact, row) for row in _rows(self._rules, fact)]
                continue
            _write(connection, waiting)
            waiting = []
            if fact.topic == FENCE:
                gone = _sealed_positions(self._log, fact)
                connection.execute(delete(MEASURED).where(MEASURED.c.position.in_(gone)))
            else:
                _forget(connection, str(fact.subject))
        _write(connection, waiting)

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()


def replayed(
    log: Log, rules: IndicatorRules, code: str, year: int, until: date, position: int
) -> Counted:
    """The figure as of a position by these very formulas, from the log alone."""
    found: list[tuple[int, Row]] = []
    gone: set[int] = set()
    for fact in _upto(log, position):
        if fact.topic == FENCE:
            gone.update(_sealed_positions(log, fact))
        found += [(fact.position, row) for row in _rows(rules, fact) if row.indicator == code]
    rows = (row for at, row in found if at not in gone)
    return count(rules.indicators[code], rows, year, until)


def _upto(log: Log, position: int) -> Iterator[Fact]:
    """The log up to a position, and what was sealed away of it since."""
    after = 0
    while facts := log.feed(after, _PAGE):
        yield from (each for each in facts if each.position <= position or each.topic == FENCE)
        after = facts[-1].position


def _rows(rules: IndicatorRules, fact: Fact) -> Iterator[Row]:
    if fact.topic not in rules.reading:
        return iter(())
    happened = shanghai_date(datetime.fromisoformat(str(fact.header[5])))
    return rows_of(
        rules,
        Said(
            fact.topic,
            str(fact.stream),
            fact.event_id,
            fact.producer,
            happened,
            fact.clear,
        ),
    )


def _sealed_positions(log: Log, fence: Fact) -> list[int]:
    """Where what a fence seals away stands."""
    history = log.whole_history([fence.subject], fence.position)
    gone = sealed_away(history)
    return [each.position for each in history if each.event_id in gone]


def _forget(connection: Connection, child: str) -> None:
    """Let nothing name an erased child, and let what was counted once go on being counted once."""
    of = MEASURED.c.about == child
    first = connection.execute(select(func.min(MEASURED.c.position)).where(of)).scalar_one()
    key = func.replace(MEASURED.c.key, child, f"erased-{first}")
    connection.execute(update(MEASURED).where(of).values(key=key, about=""))


def _write(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(MEASURED), rows)


def _kept(fact: Fact, row: Row) -> dict[str, Any]:
    return {
        "position": fact.position,
        "indicator": row.indicator,
        "part": row.part.value,
        "key": row.key,
        "day": row.day.isoformat(),
        "recorded_on": shanghai_date(datetime.fromisoformat(fact.recorded_at)).isoformat(),
        "place": row.place,
        "counts": row.counts,
        "about": fact.child_ref or "",
    }


_ROW = tuple(MEASURED.c[name] for name in ("indicator", "part", "key", "day", "place", "counts"))
_PARTS = {each.value: each for each in Part}


def _row(indicator: str, part: str, key: str, day: str, place: str, counts: int | None) -> Row:
    return Row(indicator, _PARTS[part], key, date.fromisoformat(day), place, counts)


def _digest(rules: IndicatorRules) -> str:
    """Of everything by which facts are counted."""
    formulas: Iterable[str] = (
        f"{code}|{part}|{_in_order(measure.model_dump(mode='json'))}"
        for code, indicator in sorted(rules.indicators.items())
        for part, measure in indicator.measures
    )
    return hashlib.sha256("\n".join(formulas).encode()).hexdigest()[:16]


def _in_order(value: Any) -> Any:
    """With what is a set in one order."""
    if isinstance(value, dict):
        return sorted((name, _in_order(each)) for name, each in value.items())
    if isinstance(value, list):
        return sorted(map(_in_order, value), key=repr)
    return value
