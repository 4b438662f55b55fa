"""Yearly returns (年度报表) and their table: a department its own, whoever checks them everybody's
as far as the matrix shows it counts of an indicator's matter."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import JsonValue

from domain.annual_return import (
    ANNUAL_RETURN,
    STATE_WORDS,
    AnnualReturn,
    ReturnState,
    checker_of,
    return_id,
)
from domain.annual_return_events import ReturnCorrected, ReturnLineStated, ReturnSentBack
from domain.calendar import shanghai_date
from domain.indicator import Indicator
from domain.kernel import Category
from domain.organisations import Seat, district_organisation, seat_of
from hub.eventstore.codec import Fact, SealedField, sealed_field
from hub.keyservice import Reader
from hub.queries.asked import Asked
from hub.queries.indicators import FINAL_YEAR, IndicatorBoard
from hub.queries.return_answers import (
    Correction,
    ReturnLineRow,
    ReturnRow,
    ReturnTable,
    TownCell,
)

_ACCOUNT = "account"
_TOLD = frozenset({ReturnLineStated.TOPIC, ReturnCorrected.TOPIC, ReturnSentBack.TOPIC})


class YearlyReturns(IndicatorBoard):
    """Returns by year."""

    def annual_returns(self, reader: Reader, year: int) -> tuple[ReturnRow, ...]:
        """Where the returns of a year stand: one's own, or those of all departments to the offices
        that check them."""
        asked = self._admit(reader, "annual_returns")
        found = [
            self._row_of(state)
            for department in self._departments(reader, asked)
            if (state := self._return(department, year)).as_of is not None
        ]
        action = "annual_returns" if found else "annual_returns.nothing"
        self._keyservice.note(reader, {"": ()}, action)
        return tuple(found)

    def annual_return(self, reader: Reader, department: str, year: int) -> ReturnTable | None:
        """The table of a department's year. None for one that there is not, or that the reader is
        told nothing of."""
        asked = self._admit(reader, "annual_return")
        state = AnnualReturn()
        if department in self._departments(reader, asked):
            state = self._return(department, year)
        if state.as_of is None:
            self._keyservice.note(reader, {"": ()}, "annual_return.nothing")
            return None
        stream = return_id(department, year)
        facts = [
            fact
            for fact in self._store.history([stream], self._store.position)
            if fact.topic in _TOLD
        ]
        seat, rules = seat_of(reader.organisation), self._policies.rules.indicators
        shown = {
            code: each
            for code, each in rules.returned_by(seat_of(department)).items()
            if code in state.lines
            and rules.shows(seat, each.matter)
            and each.matter in asked.matters
        }
        words = self._opened_words(reader, stream, facts, set(shown))
        return ReturnTable(
            self._row_of(state),
            self._login(state.confirmed_by),
            tuple(words[f.event_id] for f in facts if f.topic == ReturnSentBack.TOPIC),
            tuple(
                self._line(code, each, state, facts, words) for code, each in sorted(shown.items())
            ),
        )

    def _login(self, user: str) -> str:
        return self._directory.logins([user]).get(user, "") if user else ""

    def _departments(self, reader: Reader, asked: Asked) -> list[str]:
        """Whose returns a reader is told of."""
        if Category.PROGRAMMES not in asked.matters:
            return []
        rules = self._policies.rules.indicators
        every = [district_organisation(seat) for seat in Seat]
        mine = reader.organisation
        checks = seat_of(mine) in rules.checked_by and mine in every
        return [
            each
            for each in every
            if checker_of(each, rules) is not None and (checks or each == mine)
        ]

    def _return(self, department: str, year: int) -> AnnualReturn:
        state: AnnualReturn = self._store.load(ANNUAL_RETURN, return_id(department, year)).state
        return state

    def _row_of(self, state: AnnualReturn) -> ReturnRow:
        if state.as_of is None:
            raise ValueError("a return that nobody opened")
        return ReturnRow(
            state.department,
            self._directory.name(state.department),
            state.checker,
            self._directory.name(state.checker),
            state.year,
            state.as_of,
            state.state.value,
            STATE_WORDS[state.state],
            state.due_at,
            state.due_at is not None and state.due_at <= self._clock.now(),
        )

    def _opened_words(
        self, reader: Reader, stream: UUID, facts: list[Fact], codes: set[str]
    ) -> dict[str, str]:
        """What was written beside the lines that are shown, and the reasons of whoever sent the
        return back, by event, in one audited look."""
        wanted = [
            fact
            for fact in facts
            if fact.topic == ReturnSentBack.TOPIC or fact.clear["indicator"] in codes
        ]
        fields: list[SealedField] = []
        at: list[str] = []
        for fact in wanted:
            if _ACCOUNT in fact.sealed:
                fields.append(sealed_field(fact.place, _ACCOUNT, fact.sealed[_ACCOUNT]))
                at.append(fact.event_id)
        looks = {str(stream): (Category.PROGRAMMES.value,)}
        values = self._keyservice.open(reader, fields, "annual_return", looks)
        found: dict[str, str] = defaultdict(str)
        found.update(zip(at, map(_text, values), strict=True))
        return found

    def _line(
        self,
        code: str,
        indicator: Indicator,
        state: AnnualReturn,
        facts: list[Fact],
        words: dict[str, str],
    ) -> ReturnLineRow:
        line = state.lines[code]
        own = [fact for fact in facts if fact.clear.get("indicator") == code]
        newest: dict[str, Any] = own[-1].clear
        before = self._last_year(code, indicator, state)
        names = self._policies.towns
        return ReturnLineRow(
            code=code,
            title=indicator.title,
            unit=indicator.unit,
            definition=indicator.definition,
            reads=indicator.reads,
            value=line.shown.value,
            words=indicator.words(line.shown.value),
            own_count=line.own_count,
            counted_words=indicator.words(newest["counted_figure"]) if line.own_count else "",
            explanation=words[own[-1].event_id] if own[-1].topic == ReturnLineStated.TOPIC else "",
            few_since=line.shown.unchanged,
            last_year=before,
            last_year_words=indicator.words(before),
            target=indicator.target(state.year),
            target_words=indicator.words(indicator.target(state.year)),
            target_2026=indicator.target(FINAL_YEAR),
            target_2026_words=indicator.words(indicator.target(FINAL_YEAR)),
            towns=tuple(
                TownCell(town, names.get(town, town), value, indicator.words(value))
                for town, value in line.shown.towns.items()
            ),
            corrections=tuple(
                Correction(
                    _day(fact),
                    indicator.words(fact.clear["figure_before"]),
                    indicator.words(fact.clear["figure"]),
                    fact.clear["unchanged"],
                    words[fact.event_id],
                )
                for fact in own
                if fact.topic == ReturnCorrected.TOPIC
            ),
        )

    def _last_year(self, code: str, indicator: Indicator, state: AnnualReturn) -> int | None:
        """What the return of the year before says once it is locked, else the baseline."""
        earlier = self._return(state.department, state.year - 1)
        if earlier.state is ReturnState.LOCKED and code in earlier.lines:
            return earlier.lines[code].shown.value
        base = indicator.baseline
        return base.value if base is not None and base.year == state.year - 1 else None


def _day(fact: Fact) -> date:
    return shanghai_date(datetime.fromisoformat(fact.recorded_at))


def _text(value: JsonValue) -> str:
    return "" if value is None else str(value)
