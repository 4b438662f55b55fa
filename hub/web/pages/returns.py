"""年度报表: where each department's return stands, its table, its steps, and what is late."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
from domain.kernel import Command, Refused, derived_id
from domain.supervisory_order import IssueOrder
from hub.api.problems import NOTHING_TO_SHOW, Problem, problem_of
from hub.printing import made_by
from hub.queries.return_answers import ReturnRow, ReturnTable
from hub.queries.return_sheet import XLSX, sheet_of
from hub.web import words
from hub.web.desk import At, Desk, Sent
from hub.web.pages.figures import year_of

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


@router.get("/returns")
def returns(desk: At, year: str = "") -> Response:
    """Where each department's return of a year stands."""
    desk.caught_up()
    return _returns(desk, year_of(desk, year))


@router.post("/returns/urge")
def urge(desk: At, sent: Sent) -> Response:
    """催报: a supervisory order to each department whose return is late."""
    year = year_of(desk, sent.get("year"))
    failed, last = [], None
    for each in _late(desk.program.queries.annual_returns(desk.reader(), year)):
        command = IssueOrder(
            order_id=derived_id("urged return", each.department, year, desk.ours, desk.now.date()),
            addressee=each.department,
            demand=f"{year}年度报表已逾期，请尽快报送，并书面回复。",
        )
        try:
            last = desk.carry_out(command, f"{sent.get('key')}/{each.department}")
        except Refused as refusal:
            failed.append(f"{each.department_name}：{problem_of(refusal).body['detail']}")
    if failed or last is None:
        return _returns(desk, year, failed)
    return desk.go(f"/returns?year={year}", "urged", last)


def _late(rows: Sequence[ReturnRow]) -> list[ReturnRow]:
    return [each for each in rows if each.overdue]


def _returns(desk: Desk, year: int, failed: Sequence[str] = ()) -> Response:
    rows = desk.program.queries.annual_returns(desk.reader(), year)
    late = _late(rows)
    probes = [IssueOrder(order_id=uuid4(), addressee=each.department, demand="试") for each in late]
    return desk.page(
        "returns.html",
        status=409 if failed else 200,
        title="年度报表",
        rows=[(each, _due(desk, each.due_at)) for each in rows],
        year=year,
        late=late,
        urges=any(desk.program.hub.possible(probes, desk.who.actor)),
        failed=failed,
        key=str(uuid4()),
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
