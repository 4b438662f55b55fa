"""Exact figures of returns (法定报表准确数): for two named persons, approved, for some days, each
reading in the access log. To everybody else a request is as good as none."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from domain.annual_return import AnnualReturn, Line, ReturnState, return_id
from domain.annual_return_events import ReturnCorrected, ReturnLineStated
from domain.calendar import shanghai_date
from domain.indicator import Indicator
from domain.kernel import Category
from domain.organisations import seat_of
from domain.statutory_return import STATUTORY_RETURN, Exact, ExactRequested
from hub.authorization.policy import Word
from hub.eventstore.codec import Fact, sealed_field
from hub.indicators import Counted, replayed
from hub.keyservice import Reader
from hub.queries.asked import Asked
from hub.queries.door import as_uuid
from hub.queries.return_answers import ExactLine, ExactRow, ExactTable
from hub.queries.returns import YearlyReturns
from projections.tables import FACTS

_WHOLE = frozenset({Word.READ, Word.PUBLISH})
"""By which words of the matrix somebody may be shown the exact number; who is shown suppressed
counts (汇总) may not."""
_PURPOSE = "purpose"


class ExactFigures(YearlyReturns):
    """Requests, and what they open."""

    def exact_requests(self, reader: Reader) -> tuple[ExactRow, ...]:
        """What the reader's own organisation asked for."""
        asked = self._admit(reader, "exact_requests")
        found: list[ExactRow] = []
        if Category.PROGRAMMES in asked.matters:
            query = (
                select(FACTS.c.stream)
                .where(
                    FACTS.c.organisation == reader.organisation,
                    FACTS.c.producer == reader.organisation,
                    FACTS.c.topic == ExactRequested.TOPIC,
                )
                .order_by(FACTS.c.position)
            )
            with self._view(seat_of(reader.organisation)).engine.begin() as connection:
                streams = list(connection.execute(query).scalars())
            found = [self._exact_row(reader, UUID(each)) for each in streams]
        action = "exact_requests" if found else "exact_requests.nothing"
        self._keyservice.note(reader, {"": ()}, action)
        return tuple(found)

    def exact_return(self, reader: Reader, request_id: str) -> ExactTable | None:
        """The exact figures that were asked for. None for whoever is not one of the two, before it
        is approved and after its last day, and where there is nothing. Raises RulesNotKept where
        the formulas by which a line was drawn up are not here any more."""
        asked = self._admit(reader, "exact_return")
        stream = as_uuid(request_id) or UUID(int=0)
        exact: Exact = self._store.load(STATUTORY_RETURN, stream).state
        state = AnnualReturn()
        today = shanghai_date(self._clock.now())
        if exact.read_by(reader.organisation, reader.user, today):
            state = self._return(exact.department, exact.year)
        if state.as_of is None or state.state is not ReturnState.LOCKED:
            self._keyservice.note(reader, {"": ()}, "exact_return.nothing")
            return None
        shown = {
            code: each
            for code, each in self._policies.rules.indicators.indicators.items()
            if code in state.lines and self._may_be_exact(reader, asked, each)
        }
        looks = {each.matter.value for each in shown.values()} | {Category.PROGRAMMES.value}
        # The entry comes first: nothing is counted for anybody of whom it does not say so.
        self._keyservice.note(reader, {str(stream): looks}, "exact_return")
        (asking,) = [
            fact
            for fact in self._store.history([stream], self._store.position)
            if fact.topic == ExactRequested.TOPIC
        ]
        field = sealed_field(asking.place, _PURPOSE, asking.sealed[_PURPOSE])
        (purpose,) = self._keyservice.open(reader, [field], "exact_return")
        drawn_by = self._versions(state)
        return ExactTable(
            self._exact_row(reader, stream),
            state.as_of,
            str(purpose),
            tuple(
                _exact_line(code, each, self._recounted(state, code, drawn_by[code]))
                for code, each in sorted(shown.items())
            ),
        )

    def _may_be_exact(self, reader: Reader, asked: Asked, indicator: Indicator) -> bool:
        words = self._policies.access.words(seat_of(reader.organisation), indicator.matter)
        return indicator.matter in asked.matters and bool(words & _WHOLE)

    def _exact_row(self, reader: Reader, stream: UUID) -> ExactRow:
        exact: Exact = self._store.load(STATUTORY_RETURN, stream).state
        return ExactRow(
            str(stream),
            exact.department,
            self._directory.name(exact.department),
            exact.year,
            exact.state.value,
            STATUTORY_RETURN.states[exact.state],
            exact.until,
            reader.user in exact.readers,
        )

    def _versions(self, state: AnnualReturn) -> dict[str, str]:
        """By which version of the rules each line was drawn up last."""
        stream = return_id(state.department, state.year)
        facts: list[Fact] = self._store.history([stream], self._store.position)
        stated = (ReturnLineStated.TOPIC, ReturnCorrected.TOPIC)
        return {
            fact.clear["indicator"]: str(fact.header[9]) for fact in facts if fact.topic in stated
        }

    def _recounted(self, state: AnnualReturn, code: str, version: str) -> Counted:
        """A line's exact figure: from the log as it was then, by the formula of then."""
        line: Line = state.lines[code]
        if state.as_of is None:
            raise ValueError("a return that nobody opened")
        if version == self._policies.version:
            return self._indicators.count(code, state.year, state.as_of, position=line.counted_to)
        rules = self._rules.of(version).rules.indicators
        return replayed(self._store, rules, code, state.year, state.as_of, line.counted_to)


def _exact_line(code: str, indicator: Indicator, counted: Counted) -> ExactLine:
    figure, towns = counted
    return ExactLine(
        code,
        indicator.title,
        figure.number,
        figure.among,
        indicator.words(figure.value),
        {town: indicator.words(each.value) for town, each in towns.items()},
    )
