"""Indicators (指标) as they are by now, suppressed: to whom the matrix shows counts of their
matter, of its own work and what it reports, and to the offices that check, everybody's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache, partial

from domain.annual_return import ANNUAL_RETURN, AnnualReturn, return_id
from domain.calendar import shanghai_date
from domain.indicator import Indicator, Tells
from domain.indicator_shown import in_steps, last_quarter_end
from domain.organisations import SEAT_WORDS, district_organisation, seat_of
from hub.indicators import Measured
from hub.keyservice import Reader
from hub.queries.asked import Asked
from hub.queries.indicator_answers import (
    IndicatorDetail,
    IndicatorRow,
    IndicatorTown,
    IndicatorYear,
)
from hub.queries.programme_facts import ProgrammeFacts

FINAL_YEAR = 2026
"""The plan's last year (2024–2026), whose targets every table names."""
FIRST_YEAR = 2024
"""The plan's first year: of those before it there is nothing but its own word."""


class IndicatorBoard(ProgrammeFacts):
    """What the plan's indicators have come to."""

    def indicators(self, reader: Reader, year: int) -> tuple[IndicatorRow, ...]:
        """The indicators of a year, by whose work they tell of."""
        asked = self._admit(reader, "indicators")
        found = {
            code: each
            for code, each in self._policies.rules.indicators.indicators.items()
            if self._counted_for(reader, asked, each)
        }
        looks = {each.matter.value for each in found.values()}
        action = "indicators" if found else "indicators.nothing"
        self._keyservice.note(reader, {"": looks}, action)
        rows = [
            self._indicator(code, each, year, cache(partial(self._measured, code, each)))
            for code, each in found.items()
        ]
        return tuple(sorted(rows, key=lambda each: (each.reported_by, each.owner, each.code)))

    def indicator(self, reader: Reader, code: str, year: int) -> IndicatorDetail | None:
        """One indicator with its definition, and its towns. None for one that there is not, or
        that the reader is not shown."""
        asked = self._admit(reader, "indicator")
        found = self._policies.rules.indicators.indicators.get(code)
        if found is None or not self._counted_for(reader, asked, found):
            self._keyservice.note(reader, {"": ()}, "indicator.nothing")
            return None
        self._keyservice.note(reader, {"": (found.matter.value,)}, "indicator")
        measured = cache(lambda: self._measured(code, found))
        row = self._indicator(code, found, year, measured)
        towns: tuple[IndicatorTown, ...] = ()
        if found.by_town and found.tells_of is Tells.THINGS:
            _, by_town = self._indicators.count(code, year, row.until)
            names = self._policies.towns
            towns = tuple(
                IndicatorTown(town, names.get(town, town), each.value, found.words(each.value))
                for town, each in by_town.items()
            )
        years = tuple(
            self._year(code, found, each, measured)
            for each in range(min(year, FIRST_YEAR), year + 1)[-4:]
        )
        return IndicatorDetail(row, found.source, towns, years)

    def _counted_for(self, reader: Reader, asked: Asked, indicator: Indicator) -> bool:
        """Whether a reader is shown an indicator's figure."""
        rules, seat = self._policies.rules.indicators, seat_of(reader.organisation)
        return (
            indicator.matter in asked.matters
            and rules.shows(seat, indicator.matter)
            and seat in (indicator.owner, indicator.reported_by, *rules.checked_by)
        )

    def _indicator(
        self, code: str, indicator: Indicator, year: int, measured: Callable[[], Measured]
    ) -> IndicatorRow:
        value, until = self._figure_of(code, indicator, year, measured)
        before = self._stated(code, indicator, year - 1, measured)
        target, final = indicator.target(year), indicator.target(FINAL_YEAR)
        reached = None
        if value is not None and target is not None:
            reached = value >= target if indicator.better == "higher" else value <= target
        return IndicatorRow(
            code=code,
            title=indicator.title,
            owner=indicator.owner.value,
            owner_name=SEAT_WORDS[indicator.owner],
            reported_by=indicator.reported_by.value,
            reported_by_name=SEAT_WORDS[indicator.reported_by],
            matter=indicator.matter.value,
            unit=indicator.unit,
            definition=indicator.definition,
            reads=indicator.reads,
            year=year,
            until=until,
            value=value,
            words=indicator.words(value),
            last_year=before,
            last_year_words=indicator.words(before),
            target=target,
            target_words=indicator.words(target),
            target_2026=final,
            target_2026_words=indicator.words(final),
            reached=reached,
        )

    def _year(
        self, code: str, indicator: Indicator, year: int, measured: Callable[[], Measured]
    ) -> IndicatorYear:
        value, target = self._stated(code, indicator, year, measured), indicator.target(year)
        return IndicatorYear(year, value, indicator.words(value), target, indicator.words(target))

    def _stated(
        self, code: str, indicator: Indicator, year: int, measured: Callable[[], Measured]
    ) -> int | None:
        """What is shown of a year, or what the plan says of it where the hub has nothing."""
        value, _ = self._figure_of(code, indicator, year, measured)
        base = indicator.baseline
        return base.value if value is None and base is not None and base.year == year else value

    def _figure_of(
        self, code: str, indicator: Indicator, year: int, measured: Callable[[], Measured]
    ) -> tuple[int | None, date]:
        """What the year's return says of an indicator, and as of which day; before it was drawn up
        what is shown by now. So that no two numbers of one year stand beside each other."""
        stream = return_id(district_organisation(indicator.reported_by), year)
        state: AnnualReturn = self._store.load(ANNUAL_RETURN, stream).state
        if state.as_of is not None and code in state.lines:
            return state.lines[code].shown.value, state.as_of
        until = self._until(indicator, year)
        return self._live(indicator, year, until, measured), until

    def _until(self, indicator: Indicator, year: int) -> date:
        """The day by which a figure is counted: of people the last quarter's end, so that nobody
        watches it grow one by one; never beyond the year."""
        today = shanghai_date(self._clock.now())
        of_things = indicator.tells_of is Tells.THINGS
        return min(today if of_things else last_quarter_end(today), date(year, 12, 31))

    def _measured(self, code: str, indicator: Indicator) -> Measured:
        """What an indicator is counted of; of people as of the last quarter's end."""
        people = indicator.tells_of is Tells.PEOPLE
        today = shanghai_date(self._clock.now())
        by = last_quarter_end(today) if people else None
        return self._indicators.measured(code, recorded_by=by)

    def _live(
        self, indicator: Indicator, year: int, until: date, measured: Callable[[], Measured]
    ) -> int | None:
        """What is shown of a figure that nobody has stated yet."""
        if until < date(year, 1, 1):
            return None
        exact, _ = measured().in_year(year, until)
        return in_steps(indicator, exact, self._policies.rules.indicators.suppress_below)
