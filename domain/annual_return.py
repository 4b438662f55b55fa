"""A department's yearly return (年度报表): 布置 → 填报 → 审核 → 退回 → 确认 → 锁定.

Plan 三1 (P55: 各部门落实任务指标), 三2 (P56: 民政部门…督查), 三1 (P52: 妇儿工委办…督促落实).
Whoever checks it opens it; the department draws it up, has it confirmed by somebody else than who
drew it up; once it is locked there are corrections alone, each of them in the table. It names no
child.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain.annual_return_events import (
    CheckReturn,
    ConfirmReturn,
    CorrectReturn,
    DrawnLine,
    FillReturn,
    LockReturn,
    OpenReturn,
    ReturnChecked,
    ReturnConfirmed,
    ReturnCorrected,
    ReturnLine,
    ReturnLineStated,
    ReturnLocked,
    ReturnOpened,
    ReturnSentBack,
    ReturnSubmitted,
    SendBackReturn,
    SubmitReturn,
)
from domain.approval import check_second_person
from domain.calendar import end_of_day_utc
from domain.indicator import IndicatorRules, Tells
from domain.indicator_shown import Shown
from domain.kernel import Event, Given, Refused, Stream, derived_id
from domain.organisations import district_organisation, seat_of

FILL, CHECK, CONFIRM, LOCK = "return_fill", "return_check", "return_confirm", "return_lock"
"""The clocks of policies/clocks.toml, one for each step."""


class ReturnState(StrEnum):
    NONE = "NONE"
    OPEN = "OPEN"
    SUBMITTED = "SUBMITTED"
    CHECKED = "CHECKED"
    CONFIRMED = "CONFIRMED"
    LOCKED = "LOCKED"


STATE_WORDS: Mapping[str, str] = {
    ReturnState.NONE: "未布置",
    ReturnState.OPEN: "填报中",
    ReturnState.SUBMITTED: "待审核",
    ReturnState.CHECKED: "待确认",
    ReturnState.CONFIRMED: "待锁定",
    ReturnState.LOCKED: "已锁定",
}


def return_id(department: str, year: int) -> UUID:
    """The id of a department's return for a year; its clocks run on it."""
    return derived_id("annual_return", department, year)


@dataclass(frozen=True, slots=True)
class Line:
    """An indicator's line as it is now."""

    shown: Shown
    own_count: bool
    counted_to: int


@dataclass(frozen=True, slots=True)
class AnnualReturn:
    state: ReturnState = ReturnState.NONE
    department: str = ""
    checker: str = ""
    year: int = 0
    as_of: date | None = None
    due_at: datetime | None = None
    lines: Mapping[str, Line] = field(default_factory=dict)
    authors: frozenset[str] = frozenset()
    """Users who drew up its lines."""
    confirmed_by: str = ""

    def about(self, actor: str) -> dict[str, Any]:
        """What every event says, of who acts."""
        return {
            "department": self.department,
            "checker": self.checker,
            "told_to": self.checker if actor == self.department else self.department,
            "year": self.year,
        }


def checker_of(department: str, rules: IndicatorRules) -> str | None:
    """Who checks an organisation's returns; None for one that returns nothing."""
    try:
        seat = seat_of(department)
    except ValueError:
        return None
    if department != district_organisation(seat) or not rules.returned_by(seat):
        return None
    checker = rules.checker(seat)
    return None if checker is None else district_organisation(checker)


def _open(state: AnnualReturn, command: OpenReturn, given: Given) -> list[Event]:
    actor = given.actor.organisation
    checker = checker_of(command.department, given.rules.indicators)
    if checker is None:
        raise Refused("RETURN_NO_DEPARTMENT", "该单位没有要填报的指标，请核对单位代码。")
    if actor != checker:
        raise Refused(
            "RETURN_NOT_CHECKER",
            "年度报表由审核单位布置：一般为民政局，民政局的和民政局不便审核的为妇儿工委办。",
        )
    if state.state is not ReturnState.NONE:
        raise Refused("RETURN_OPENED", "该单位这一年的报表已布置。")
    if command.as_of.year != command.year:
        raise Refused("RETURN_REFERENCE", "截至日期应在报表年度之内，请核对后重报。")
    if command.fill_by <= command.as_of or command.fill_by < given.today:
        raise Refused("RETURN_DUE", "填报期限应晚于截至日期，也不能早于今天，请核对后重报。")
    return [
        ReturnOpened(
            department=command.department,
            checker=checker,
            told_to=command.department,
            year=command.year,
            as_of=command.as_of,
            due_at=end_of_day_utc(command.fill_by),
        )
    ]


def _fill(state: AnnualReturn, command: FillReturn, given: Given) -> list[Event]:
    _of_department(state, given)
    _in(state, ReturnState.OPEN, "填报")
    if state.as_of is None or given.today <= state.as_of:
        raise Refused("RETURN_TOO_EARLY", f"截至日期是{state.as_of}，过了这一天才能填报。")
    for line in command.lines:
        _check_line(state, line, given)
    return [
        ReturnLineStated(
            **state.about(given.actor.organisation),
            **line.model_dump(),
            prepared_by=given.actor.user,
        )
        for line in command.lines
    ]


def _check_line(state: AnnualReturn, line: DrawnLine, given: Given) -> None:
    rules: IndicatorRules = given.rules.indicators
    indicator = rules.returned_by(seat_of(state.department)).get(line.indicator)
    if indicator is None:
        raise Refused("RETURN_INDICATOR", "没有由本单位填报的这项指标，请核对指标代码。")
    if not line.own_count:
        return
    if indicator.tells_of is Tells.PEOPLE:
        raise Refused(
            "RETURN_PEOPLE_BY_HAND",
            f"“{indicator.title}”是人数，由系统按登记计数，不手工填写；有漏记的请先补登记录。",
        )
    if line.figure != line.counted_figure and not line.account:
        raise Refused(
            "RETURN_DIFFERENCE", f"“{indicator.title}”与系统计数不同，请写明原因和数据来源。"
        )


def _submit(state: AnnualReturn, command: SubmitReturn, given: Given) -> list[Event]:
    _of_department(state, given)
    _in(state, ReturnState.OPEN, "提交")
    rules: IndicatorRules = given.rules.indicators
    missing = [
        each.title
        for code, each in rules.returned_by(seat_of(state.department)).items()
        if code not in state.lines
    ]
    if missing:
        raise Refused("RETURN_INCOMPLETE", f"还没有填报：{'、'.join(missing)}。")
    return [ReturnSubmitted(**state.about(given.actor.organisation), due_at=_due(CHECK, given))]


def _send_back(state: AnnualReturn, command: SendBackReturn, given: Given) -> list[Event]:
    _of_checker(state, given)
    if state.state not in (ReturnState.SUBMITTED, ReturnState.CHECKED, ReturnState.CONFIRMED):
        raise _wrong(state, "退回")
    if not command.reason.strip():
        raise Refused("RETURN_REASON", "请写明退回的原因。")
    return [
        ReturnSentBack(
            **state.about(given.actor.organisation),
            due_at=_due(FILL, given),
            account=command.reason,
        )
    ]


def _check(state: AnnualReturn, command: CheckReturn, given: Given) -> list[Event]:
    _of_checker(state, given)
    _in(state, ReturnState.SUBMITTED, "审核")
    return [ReturnChecked(**state.about(given.actor.organisation), due_at=_due(CONFIRM, given))]


def _confirm(state: AnnualReturn, command: ConfirmReturn, given: Given) -> list[Event]:
    _of_department(state, given)
    _in(state, ReturnState.CHECKED, "确认")
    posts = given.rules.indicators.confirmed_by
    author = given.actor.user if given.actor.user in state.authors else ""
    check_second_person(author, posts, given, "年度报表")
    return [
        ReturnConfirmed(
            **state.about(given.actor.organisation),
            approved_by=given.actor.user,
            due_at=_due(LOCK, given),
        )
    ]


def _lock(state: AnnualReturn, command: LockReturn, given: Given) -> list[Event]:
    _of_checker(state, given)
    _in(state, ReturnState.CONFIRMED, "锁定")
    return [ReturnLocked(**state.about(given.actor.organisation))]


def _correct(state: AnnualReturn, command: CorrectReturn, given: Given) -> list[Event]:
    _of_department(state, given)
    if state.state is not ReturnState.LOCKED:
        raise Refused("RETURN_NOT_LOCKED", "报表还没有锁定；锁定前请退回后重新填报。")
    check_second_person("", given.rules.indicators.confirmed_by, given, "更正")
    line = command.line
    if not (line.account or "").strip():
        raise Refused("RETURN_REASON", "请写明更正的原因。")
    _check_line(state, line, given)
    before = state.lines[line.indicator].shown.value if line.indicator in state.lines else None
    if line.figure == before and not line.unchanged:
        raise Refused("RETURN_NOTHING_CHANGED", "该指标的数没有变化，不用更正。")
    return [
        ReturnCorrected(
            **state.about(given.actor.organisation),
            **line.model_dump(),
            prepared_by=given.actor.user,
            figure_before=before,
        )
    ]


def _of_department(state: AnnualReturn, given: Given) -> None:
    if state.state is ReturnState.NONE or given.actor.organisation != state.department:
        raise Refused("RETURN_NOT_YOURS", "没有可由本单位办理的年度报表，请核对单位和年度。")


def _of_checker(state: AnnualReturn, given: Given) -> None:
    if state.state is ReturnState.NONE or given.actor.organisation != state.checker:
        raise Refused("RETURN_NOT_YOURS", "没有可由本单位办理的年度报表，请核对单位和年度。")


def _in(state: AnnualReturn, wanted: ReturnState, act: str) -> None:
    if state.state is not wanted:
        raise _wrong(state, act)


def _wrong(state: AnnualReturn, act: str) -> Refused:
    return Refused("RETURN_STATE", f"年度报表目前是“{STATE_WORDS[state.state]}”，不能{act}。")


def _due(clock: str, given: Given) -> datetime:
    return end_of_day_utc(given.rules.last_day(given.rules.clocks[clock].within, given.today))


def _opened(state: AnnualReturn, event: ReturnOpened) -> AnnualReturn:
    return AnnualReturn(
        ReturnState.OPEN,
        event.department,
        event.checker,
        event.year,
        event.as_of,
        event.due_at,
    )


def _drawn(state: AnnualReturn, event: ReturnLine) -> AnnualReturn:
    cells = dict(zip(event.towns, event.town_figures, strict=True))
    shown = Shown(event.figure, cells, event.unchanged)
    line = Line(shown, event.own_count, event.counted_to)
    return replace(
        state,
        lines={**state.lines, event.indicator: line},
        authors=state.authors | {event.prepared_by},
    )


def _at(state: ReturnState) -> Any:
    return lambda before, event: replace(before, state=state, due_at=event.due_at)


ANNUAL_RETURN: Stream[AnnualReturn] = Stream(
    name="annual_return",
    initial=AnnualReturn(),
    decide={
        OpenReturn: _open,
        FillReturn: _fill,
        SubmitReturn: _submit,
        SendBackReturn: _send_back,
        CheckReturn: _check,
        ConfirmReturn: _confirm,
        LockReturn: _lock,
        CorrectReturn: _correct,
    },
    evolve={
        ReturnOpened: _opened,
        ReturnLineStated: _drawn,
        ReturnSubmitted: _at(ReturnState.SUBMITTED),
        ReturnSentBack: _at(ReturnState.OPEN),
        ReturnChecked: _at(ReturnState.CHECKED),
        ReturnConfirmed: lambda state, event: replace(
            state,
            state=ReturnState.CONFIRMED,
            due_at=event.due_at,
            confirmed_by=event.approved_by,
        ),
        ReturnLocked: lambda state, event: replace(state, state=ReturnState.LOCKED, due_at=None),
        ReturnCorrected: _drawn,
    },
    locate=lambda command, load: return_id(command.department, command.year),
    title="年度报表",
    states=STATE_WORDS,
    by_itself=True,
)
