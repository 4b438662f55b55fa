"""Doors to yearly returns of indicators (年度报表); to exact figures: hub/api/statutory.py."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field

from domain.annual_return_events import (
    CheckReturn,
    ConfirmReturn,
    LockReturn,
    OpenReturn,
    SendBackReturn,
    SubmitReturn,
)
from domain.kernel import Refused
from domain.purpose import Purpose
from hub.api.auth import Caller, Signed
from hub.api.paging import Reading, listing
from hub.api.problems import NOTHING_TO_SHOW, Problem
from hub.api.referrals import Key, carry_out
from hub.api.schemas import Answered, Asked, Listing, ReceiptOut
from hub.application import Answer
from hub.printing import made_by
from hub.queries.return_sheet import XLSX, sheet_of
from hub.returns import Stated

router = APIRouter(tags=["年度报表"])

Department = Annotated[str, Path(max_length=100, description="填报单位编号。")]
Year = Annotated[int, Path(ge=2000, le=2100, description="年度。")]
OfYear = Annotated[int, Query(alias="year", ge=2000, le=2100, description="年度（2025）。")]
DEPARTMENT = "education:999999"
"""What stands for a department in examples."""


class ReturnIn(Asked):
    """布置一个单位一年的报表。"""

    department: str = Field(max_length=100, description="填报单位编号", examples=[DEPARTMENT])
    year: int = Field(ge=2000, le=2100, description="年度", examples=[2025])
    as_of: date = Field(description="截至日期", examples=["2025-12-31"])
    fill_by: date = Field(description="填报期限", examples=["2026-01-20"])


class OwnFigureIn(Asked):
    """单位自行统计的一项指标。"""

    indicator: str = Field(max_length=60, description="指标代码", examples=["league_activities"])
    value: int = Field(ge=0, le=10**12, description="数；比率写千分之几", examples=[8])
    account: str | None = Field(
        None,
        max_length=2000,
        description="与系统计数不同的原因和来源",
        examples=["（示例）另有台账"],
    )


class FillIn(Asked):
    """填报：没有写的指标由系统计数。"""

    own: list[OwnFigureIn] = Field(
        default_factory=list, max_length=100, description="自行统计的指标", examples=[[]]
    )


class BecauseIn(Asked):
    """原因。"""

    because: str = Field(
        min_length=1, max_length=2000, description="原因，不写姓名", examples=["（示例）请核对场次"]
    )


class CorrectionIn(BecauseIn):
    """更正一项指标；不写数则由系统重新计数。"""

    indicator: str = Field(max_length=60, description="指标代码", examples=["league_activities"])
    value: int | None = Field(
        None, ge=0, le=10**12, description="自行统计的数；比率写千分之几", examples=[8]
    )


class ReturnOut(Answered):
    """一个单位一年的报表到了哪一步。"""

    department: str = Field(description="填报单位编号", examples=[DEPARTMENT])
    department_name: str = Field(description="填报单位", examples=["教育局"])
    checker: str = Field(description="审核单位编号", examples=["civil_affairs:999999"])
    checker_name: str = Field(description="审核单位", examples=["民政局"])
    year: int = Field(description="年度", examples=[2025])
    as_of: date = Field(description="截至日期", examples=["2025-12-31"])
    state: str = Field(description="状态代码", examples=["SUBMITTED"])
    state_words: str = Field(description="状态", examples=["待审核"])
    due_at: datetime | None = Field(
        None, description="这一步的期限", examples=["2026-01-20T16:00:00Z"]
    )
    overdue: bool = Field(description="是否逾期", examples=[False])


class CorrectionOut(Answered):
    """一次迟报更正。"""

    corrected_on: date = Field(description="更正日期", examples=["2026-03-02"])
    before_words: str = Field(description="原来的数", examples=["6场"])
    words: str = Field(description="更正后的数", examples=["8场"])
    few: bool = Field(description="变动小于5人，公开数不变", examples=[False])
    reason: str = Field(description="原因", examples=["（示例）补登两场"])


class TownCellOut(Answered):
    """一个街镇的数。"""

    town: str = Field(description="街镇代码", examples=["999999990"])
    town_name: str = Field(description="街镇", examples=["岳阳街道"])
    value: int | None = Field(None, description="数；小于5人的不显示", examples=[12])
    words: str = Field(description="数（文字）", examples=["12人"])


class ReturnLineOut(Answered):
    """年报表的一行。"""

    code: str = Field(description="指标代码", examples=["league_activities"])
    title: str = Field(description="指标", examples=["团组织活动场次"])
    unit: str = Field(description="计量单位", examples=["场"])
    definition: str = Field(description="口径", examples=["当年团区委举办的各类活动场次"])
    reads: str = Field(description="数据来源", examples=["活动登记"])
    value: int | None = Field(None, description="数；小于5人的不显示", examples=[6])
    words: str = Field(description="数（文字）", examples=["6场"])
    own_count: bool = Field(description="是否单位自行统计", examples=[False])
    counted_words: str = Field(description="自行统计的，系统计的数", examples=[""])
    explanation: str = Field(description="与系统计数不同的原因", examples=[""])
    few_since: bool = Field(description="填报后有少量补录，不在数内", examples=[False])
    last_year: int | None = Field(None, description="上年数", examples=[5])
    last_year_words: str = Field(description="上年数（文字）", examples=["5场"])
    target: int | None = Field(None, description="当年目标", examples=[8])
    target_words: str = Field(description="当年目标（文字）", examples=["8场"])
    target_2026: int | None = Field(None, description="2026年目标", examples=[10])
    target_2026_words: str = Field(description="2026年目标（文字）", examples=["10场"])
    towns: list[TownCellOut] = Field(description="分街镇数", examples=[[]])
    corrections: list[CorrectionOut] = Field(description="迟报更正", examples=[[]])


class ReturnTableOut(Answered):
    """一个单位的年报表。"""

    row: ReturnOut = Field(description="报表")
    confirmed_by: str = Field(description="确认人登录名", examples=["li"])
    sent_back: list[str] = Field(description="退回的原因", examples=[[]])
    lines: list[ReturnLineOut] = Field(description="各项指标", examples=[[]])


@router.get("/annual-returns", summary="一年的报表")
def annual_returns(who: Reading, year: OfYear) -> Listing[ReturnOut]:
    """本单位的报表；审核单位看各单位的。"""
    found = who.program.queries.annual_returns(who.reader(Purpose.CASEWORK), year)
    return Listing[ReturnOut](**listing([ReturnOut.model_validate(each) for each in found]))


@router.post("/annual-returns", summary="布置年度报表")
def open_return(who: Signed, request: Request, body: ReturnIn, key: Key = None) -> ReceiptOut:
    """由审核单位布置：一般为民政局，民政局的和民政局不便审核的为妇儿工委办。"""
    return carry_out(who, request, OpenReturn(**body.model_dump()), key)


@router.get("/annual-returns/{department}/{year}", summary="年报表")
def annual_return(who: Reading, department: Department, year: Year) -> ReturnTableOut:
    """口径、来源、确认人、上年数、目标和更正；小于5人的数不显示。"""
    reader = who.reader(Purpose.CASEWORK)
    found = who.program.queries.annual_return(reader, department, year)
    if found is None:
        raise Problem(NOTHING_TO_SHOW)
    return ReturnTableOut.model_validate(found)


@router.get(
    "/annual-returns/{department}/{year}/sheet",
    summary="年报表（Excel）",
    response_class=Response,
    responses={200: {"description": "年报表", "content": {XLSX: {}}}},
)
def annual_return_sheet(who: Reading, department: Department, year: Year) -> Response:
    """同年报表；首行写明制作单位、制作人、时间和目的，小于5人的数不显示。"""
    reader = who.reader(Purpose.CASEWORK)
    found = who.program.queries.annual_return(reader, department, year)
    if found is None:
        raise Problem(NOTHING_TO_SHOW)
    return Response(
        sheet_of(found, made_by(who.program, reader)),
        media_type=XLSX,
        headers={
            "Content-Disposition": f'attachment; filename="annual-return-{year}.xlsx"',
            "Cache-Control": "no-store",
        },
    )


@router.post("/annual-returns/{department}/{year}/fill", summary="填报")
def fill(
    who: Signed,
    request: Request,
    department: Department,
    year: Year,
    body: FillIn,
    key: Key = None,
) -> ReceiptOut:
    """由填报单位；人数由系统计数，其他的可写自行统计的数。"""
    _own(who, department)
    stated = {each.indicator: Stated(each.value, each.account) for each in body.own}
    done = who.program.returns.fill(who.actor, year, stated, idempotency_key=key)
    return _receipt(request, done)


@router.post("/annual-returns/{department}/{year}/submit", summary="提交审核")
def submit(
    who: Signed, request: Request, department: Department, year: Year, key: Key = None
) -> ReceiptOut:
    """由填报单位，每项指标都填报后。"""
    return carry_out(who, request, SubmitReturn(department=department, year=year), key)


@router.post("/annual-returns/{department}/{year}/check", summary="审核通过")
def check(
    who: Signed, request: Request, department: Department, year: Year, key: Key = None
) -> ReceiptOut:
    """由审核单位。"""
    return carry_out(who, request, CheckReturn(department=department, year=year), key)


@router.post("/annual-returns/{department}/{year}/send-back", summary="退回")
def send_back(
    who: Signed,
    request: Request,
    department: Department,
    year: Year,
    body: BecauseIn,
    key: Key = None,
) -> ReceiptOut:
    """由审核单位，写明原因；退回后重新填报。"""
    command = SendBackReturn(department=department, year=year, reason=body.because)
    return carry_out(who, request, command, key)


@router.post("/annual-returns/{department}/{year}/confirm", summary="确认")
def confirm(
    who: Signed, request: Request, department: Department, year: Year, key: Key = None
) -> ReceiptOut:
    """由填报单位负责人，不能是填报的人。"""
    return carry_out(who, request, ConfirmReturn(department=department, year=year), key)


@router.post("/annual-returns/{department}/{year}/lock", summary="锁定")
def lock(
    who: Signed, request: Request, department: Department, year: Year, key: Key = None
) -> ReceiptOut:
    """由审核单位；此后只能更正。"""
    return carry_out(who, request, LockReturn(department=department, year=year), key)


@router.post("/annual-returns/{department}/{year}/correct", summary="更正")
def correct(
    who: Signed,
    request: Request,
    department: Department,
    year: Year,
    body: CorrectionIn,
    key: Key = None,
) -> ReceiptOut:
    """由填报单位负责人，写明原因；原来的数留在年报表里。"""
    _own(who, department)
    stated = Stated(body.value, body.because)
    done = who.program.returns.correct(who.actor, year, body.indicator, stated, idempotency_key=key)
    return _receipt(request, done)


def _own(who: Caller, department: str) -> None:
    if department != who.user.organisation:
        raise Refused("RETURN_NOT_YOURS", "没有可由本单位办理的年度报表，请核对单位和年度。")


def _receipt(request: Request, answer: Answer) -> ReceiptOut:
    request.app.state.after_write()
    return ReceiptOut(
        receipt=answer.number,
        position=answer.position,
        repeated=answer.repeated,
        corrected=answer.corrected,
    )
