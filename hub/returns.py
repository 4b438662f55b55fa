"""Draws up lines of yearly returns (年度报表填报): what the hub counts of each indicator, as far as
it is shown, beside what the department states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.annual_return import ANNUAL_RETURN, AnnualReturn, return_id
from domain.annual_return_events import CorrectReturn, DrawnLine, FillReturn
from domain.indicator import IndicatorRules
from domain.indicator_shown import drawn, drawn_anew
from domain.kernel import Actor, Refused
from domain.organisations import seat_of
from hub.application import Answer, Hub
from hub.indicators import Indicators


@dataclass(frozen=True, slots=True)
class Stated:
    """What a department states of an indicator: its own number (tenths of a per cent for shares),
    or the hub's where ``value`` is None, and why the two differ."""

    value: int | None = None
    account: str | None = None


class Returns:
    """Fills in and corrects returns, for a person of the department."""

    def __init__(self, hub: Hub, indicators: Indicators, rules: IndicatorRules) -> None:
        self._hub = hub
        self._indicators = indicators
        self._rules = rules

    def fill(
        self,
        actor: Actor,
        year: int,
        stated: Mapping[str, Stated] | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> Answer:
        """Draw up a line for every indicator that the department states, as the hub counts it or
        as ``stated``; under a key once, whatever is counted by then. Raises Refused, and what every
        command raises."""
        state = self._load(actor, year)
        said = dict(stated or {})
        ours = self._rules.returned_by(seat_of(actor.organisation))
        for code in said:
            self._known(actor, code)
        lines = tuple(self._line(state, code, said.get(code, Stated())) for code in ours)
        command = FillReturn(department=actor.organisation, year=year, lines=lines)
        asked = repr((year, sorted(said.items())))
        return self._hub.command(command, actor, idempotency_key=idempotency_key, said=asked)

    def correct(
        self,
        actor: Actor,
        year: int,
        code: str,
        stated: Stated,
        *,
        idempotency_key: str | None = None,
    ) -> Answer:
        """Correct one line of a locked return, with its reason. Raises as :meth:`fill`."""
        state = self._load(actor, year)
        self._known(actor, code)
        command = CorrectReturn(
            department=actor.organisation, year=year, line=self._line(state, code, stated)
        )
        asked = repr((year, code, stated))
        return self._hub.command(command, actor, idempotency_key=idempotency_key, said=asked)

    def _load(self, actor: Actor, year: int) -> AnnualReturn:
        stream = return_id(actor.organisation, year)
        state: AnnualReturn = self._hub.store.load(ANNUAL_RETURN, stream).state
        if state.as_of is None:
            raise Refused("RETURN_NOT_YOURS", "没有可由本单位办理的年度报表，请核对单位和年度。")
        return state

    def _known(self, actor: Actor, code: str) -> None:
        if code not in self._rules.returned_by(seat_of(actor.organisation)):
            raise Refused("RETURN_INDICATOR", "没有由本单位填报的这项指标，请核对指标代码。")

    def _line(self, state: AnnualReturn, code: str, stated: Stated) -> DrawnLine:
        if state.as_of is None:
            raise ValueError("a return that nobody opened")
        indicator, below = self._rules.indicators[code], self._rules.suppress_below
        position = self._hub.store.position
        exact, towns = self._indicators.count(code, state.year, state.as_of, position=position)
        before = state.lines.get(code)
        if before is None or before.own_count:
            shown = drawn(indicator, exact, towns, below)
        else:
            shown = drawn_anew(indicator, before.shown, exact, towns, below)
        own_count = stated.value is not None
        cells = {} if own_count else shown.towns
        return DrawnLine(
            indicator=code,
            figure=stated.value if own_count else shown.value,
            counted_figure=shown.value if own_count else None,
            own_count=own_count,
            unchanged=shown.unchanged and not own_count,
            counted_to=position,
            towns=tuple(cells),
            town_figures=tuple(cells.values()),
            account=stated.account,
        )
