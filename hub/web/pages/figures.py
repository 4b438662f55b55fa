"""指标 and 年度报表: figures, what they mean, where they come from, last year's, the targets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Path
from starlette.responses import Response

from domain.annual_return_events import (
    CheckReturn,
    ConfirmReturn,
    LockReturn,
    SendBackReturn,
    SubmitReturn,
)
from domain.calendar import shanghai_date
from domain.kernel import Command, Refused
from hub.api.problems import NOTHING_TO_SHOW, Problem, problem_of
from hub.printing import made_by
from hub.queries.indicator_answers import IndicatorRow
from hub.queries.indicator_sheet import as_csv, as_workbook
from hub.queries.return_answers import ReturnTable
from hub.queries.return_sheet import XLSX, sheet_of
from hub.web import words
from hub.web.desk import At, Desk, Sent

router = APIRouter()

Department = Annotated[str, Path(max_length=100)]
Year = Annotated[int, Path(ge=2000, le=2100)]
Code = Annotated[str, Path(max_length=60)]

_STEPS: dict[str, tuple[str, Callable[[str, int, str], Command]]] = {
    "submit": ("提交审核", lambda d, y, because: SubmitReturn(department=d, year=y)),
    "check": ("审核通过", lambda d, y, because: CheckReturn(department=d, year=y)),
    "confirm": ("确认", lambda d, y, because: ConfirmReturn(department=d, year=y)),
    "lock": ("锁定", lambda d, y, because: LockReturn(department=d, year=y)),
    "send-back": (
        "退回",
        lambda d, y, because: SendBackReturn(department=d, year=y, reason=because),
    ),
}
_WITH_REASON = "send-back"


def _asked(desk: Desk, year: str) -> int:
    """The year asked for; this one where none is."""
    if year.isascii() and year.isdigit() and 2000 <= int(year) <= 2100:
        return int(year)
    return shanghai_date(desk.now).year


@router.get("/indicators")
def indicators(desk: At, year: str = "") -> Response:
    """A year's indicators, as far as this organisation has any."""
    asked = _asked(desk, year)
    rows = desk.program.queries.indicators(desk.reader(), asked)
    return desk.page(
        "indicators.html", title="指标", rows=rows, year=asked, departments=_departments(rows)
    )


@router.get("/indicators/table.xlsx")
def indicators_workbook(desk: At, year: str = "") -> Response:
    """The same as a workbook."""
    return _file(desk, _asked(desk, year), as_workbook, "xlsx", XLSX)


@router.get("/indicators/table.csv")
def indicators_csv(desk: At, year: str = "") -> Response:
    """The same as text with commas."""
    return _file(desk, _asked(desk, year), as_csv, "csv", "text/csv; charset=utf-8")


def _file(
    desk: Desk,
    year: int,
    made: Callable[[int, Sequence[IndicatorRow], str], bytes],
    ending: str,
    media_type: str,
) -> Response:
    reader = desk.reader()
    content = made(
        year, desk.program.queries.indicators(reader, year), made_by(desk.program, reader)
    )
    named = f'attachment; filename="indicators-{year}.{ending}"'
    return Response(content, media_type=media_type, headers={"Content-Disposition": named})


@dataclass
class _Department:
    """How many of a department's indicators have reached what the year asks for."""

    name: str
    reached: int = 0
    missed: int = 0
    open: int = 0


def _departments(rows: Sequence[IndicatorRow]) -> list[_Department]:
    found: dict[str, _Department] = {}
    for row in rows:
        each = found.setdefault(row.owner, _Department(row.owner_name))
        each.reached += row.reached is True
        each.missed += row.reached is False
        each.open += row.reached is None
    return list(found.values())


@router.get("/indicators/{code}")
def indicator(desk: At, code: Code, year: str = "") -> Response:
    """One of them, by town where that is shown."""
    asked = _asked(desk, year)
    found = desk.program.queries.indicator(desk.reader(), code, asked)
    if found is None:
        raise Problem(NOTHING_TO_SHOW)
    return desk.page("indicator.html", title=found.row.title, found=found, year=asked)


@router.get("/returns")
def returns(desk: At, year: str = "") -> Response:
    """Where each department's return of a year stands."""
    asked = _asked(desk, year)
    rows = desk.program.queries.annual_returns(desk.reader(), asked)
    return desk.page(
        "returns.html",
        title="年度报表",
        rows=[(each, _due(desk, each.due_at)) for each in rows],
        year=asked,
    )


@router.get("/returns/{department}/{year}")
def table(desk: At, department: Department, year: Year) -> Response:
    """The table of the year (年报表) of one department, and what may be done with it."""
    desk.caught_up()
    return _table(desk, department, year)


@router.get("/returns/{department}/{year}/table.xlsx")
def workbook(desk: At, department: Department, year: Year) -> Response:
    """The same as a workbook; small numbers stay left out."""
    found = _found(desk, department, year)
    return Response(
        sheet_of(found, made_by(desk.program, desk.reader())),
        media_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="annual-return-{year}.xlsx"'},
    )


@router.post("/returns/{department}/{year}/fill")
def fill(desk: At, sent: Sent, department: Department, year: Year) -> Response:
    """Let the hub count every indicator of one's own return."""
    if department != desk.ours:
        raise Problem(NOTHING_TO_SHOW)
    try:
        answer = desk.program.returns.fill(
            desk.who.actor, year, {}, idempotency_key=sent.maybe("key")
        )
    except Refused as refusal:
        return _table(desk, department, year, str(problem_of(refusal).body["detail"]))
    desk.request.app.state.after_write()
    return desk.go(f"/returns/{department}/{year}", "recorded", answer)


@router.post("/returns/{department}/{year}/{step}")
def step(desk: At, sent: Sent, department: Department, year: Year, step: Code) -> Response:
    """Take a return's next step."""
    if step not in _STEPS:
        raise Problem(NOTHING_TO_SHOW)
    if step == _WITH_REASON and not sent.get("because"):
        return _table(desk, department, year, "请写明退回的原因，不写姓名。")
    command = _STEPS[step][1](department, year, sent.get("because"))
    try:
        answer = desk.carry_out(command, sent.maybe("key"))
    except Refused as refusal:
        problem = problem_of(refusal)
        if problem.kind is NOTHING_TO_SHOW:
            raise problem from None
        return _table(desk, department, year, str(problem.body["detail"]))
    return desk.go(f"/returns/{department}/{year}", "recorded", answer)


def _found(desk: Desk, department: str, year: int) -> ReturnTable:
    found = desk.program.queries.annual_return(desk.reader(), department, year)
    if found is None:
        raise Problem(NOTHING_TO_SHOW)
    return found


def _table(desk: Desk, department: str, year: int, fault: str = "") -> Response:
    found = _found(desk, department, year)
    probes = [make(department, year, "试") for _, make in _STEPS.values()]
    possible = desk.program.hub.possible(probes, desk.who.actor)
    return desk.page(
        "return.html",
        status=422 if fault else 200,
        title=f"{found.row.department_name}{year}年报表",
        found=found,
        due=_due(desk, found.row.due_at),
        steps=[
            (name, title)
            for (name, (title, _)), would in zip(_STEPS.items(), possible, strict=True)
            if would and name != _WITH_REASON
        ],
        may_send_back=dict(zip(_STEPS, possible, strict=True))[_WITH_REASON],
        may_fill=department == desk.ours and found.row.state == "OPEN",
        fault=fault,
        key=str(uuid4()),
    )


def _due(desk: Desk, due_at: Any) -> words.Due | None:
    return words.due(due_at.isoformat() if due_at else None, desk.now)
