"""Doors to yearly returns of indicators (年度报表) and to their exact figures (法定报表准确数)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Path, Query, Request
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
from domain.statutory_return import ApproveExact, EndExact, RefuseExact, RequestExact
from hub.api.auth import Caller, Signed
from hub.api.paging import Reading, listing
from hub.api.problems import NOTHING_TO_SHOW, Problem
from hub.api.referrals import Key, as_id, carry_out
from hub.api.schemas import Answered, Asked, Listing, ReceiptOut
from hub.application import Answer
from hub.returns import Stated

router = APIRouter(tags=["年度报表"])

Department = Annotated[str, Path(max_length=100, description="填报单位编号。")]
Year = Annotated[int, Path(ge=2000, le=2100, description="年度。")]
OfYear = Annotated[int, Query(alias="year", ge=2000, le=2100, description="年度（2025）。")]
RequestId = Annotated[str, Path(max_length=100, description="申请编号。")]
_DEPARTMENT = "education:999999"


class ReturnIn(Asked):
    """布置一个单位一年的报表。"""

    department: str = Field(max_length=100, description="填报单位编号", examples=[_DEPARTMENT])
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

    department: str = Field(description="填报单位编号", examples=[_DEPARTMENT])
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


@router.post("/annual-returns/{department}/{year}/fill", summary="填报")
def fill(
    who: Signed, request: Request, department: Department, year: Year, body: FillIn
) -> ReceiptOut:
    """由填报单位；人数由系统计数，其他的可写自行统计的数。"""
    _own(who, department)
    stated = {each.indicator: Stated(each.value, each.account) for each in body.own}
    return _receipt(request, who.program.returns.fill(who.actor, year, stated))


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
    who: Signed, request: Request, department: Department, year: Year, body: CorrectionIn
) -> ReceiptOut:
    """由填报单位负责人，写明原因；原来的数留在年报表里。"""
    _own(who, department)
    stated = Stated(body.value, body.because)
    done = who.program.returns.correct(who.actor, year, body.indicator, stated)
    return _receipt(request, done)


class ExactIn(Asked):
    """申请由两名人员查看准确数。"""

    department: str = Field(max_length=100, description="填报单位编号", examples=[_DEPARTMENT])
    year: int = Field(ge=2000, le=2100, description="年度", examples=[2025])
    readers: list[str] = Field(
        min_length=2, max_length=2, description="两名查看人的登录名", examples=[["li", "wu"]]
    )
    used_for: str = Field(
        min_length=1,
        max_length=2000,
        description="用于哪一张法定报表",
        examples=["（示例）统计年报"],
    )


class ExactOut(Answered):
    """一项准确数申请。"""

    request_id: str = Field(
        description="申请编号", examples=["00000000-0000-4000-8000-000000000000"]
    )
    department: str = Field(description="填报单位编号", examples=[_DEPARTMENT])
    department_name: str = Field(description="填报单位", examples=["教育局"])
    year: int = Field(description="年度", examples=[2025])
    state: str = Field(description="状态代码", examples=["REQUESTED"])
    state_words: str = Field(description="状态", examples=["待审批"])
    until: date | None = Field(None, description="查看截止日期", examples=["2026-03-01"])
    mine: bool = Field(description="本人是查看人", examples=[True])


class ExactAskedOut(ReceiptOut):
    """回执和申请编号。"""

    request_id: str = Field(
        description="申请编号", examples=["00000000-0000-4000-8000-000000000000"]
    )


class ExactLineOut(Answered):
    """一项指标的准确数。"""

    code: str = Field(description="指标代码", examples=["children_verified"])
    title: str = Field(description="指标", examples=["全面核查儿童数"])
    number: int = Field(description="数", examples=[197])
    among: int | None = Field(None, description="分母", examples=[200])
    words: str = Field(description="数值（文字）", examples=["197人"])
    towns: dict[str, str] = Field(description="分街镇数", examples=[{}])


class ExactTableOut(Answered):
    """一张报表的准确数，只给申请写明的两名人员。"""

    row: ExactOut = Field(description="申请")
    as_of: date = Field(description="截至日期", examples=["2025-12-31"])
    purpose: str = Field(description="用于哪一张法定报表", examples=["（示例）统计年报"])
    lines: list[ExactLineOut] = Field(description="各项指标", examples=[[]])


@router.get("/statutory-returns", summary="准确数申请")
def exact_requests(who: Reading) -> Listing[ExactOut]:
    """本单位的申请。"""
    found = who.program.queries.exact_requests(who.reader(Purpose.CASEWORK))
    return Listing[ExactOut](**listing([ExactOut.model_validate(each) for each in found]))


@router.post("/statutory-returns", summary="申请法定报表准确数")
def ask_exact(who: Signed, request: Request, body: ExactIn) -> ExactAskedOut:
    """写明两名查看人和用于哪一张法定报表；经本单位另一人同意后查看。"""
    directory, ours = who.program.directory, who.user.organisation
    command = RequestExact(
        request_id=uuid4(),
        department=body.department,
        year=body.year,
        readers=tuple(directory.colleague(ours, each) for each in body.readers),
        purpose=body.used_for,
    )
    done = carry_out(who, request, command, None)
    return ExactAskedOut(**done.model_dump(), request_id=str(command.request_id))


@router.get("/statutory-returns/{request_id}", summary="查看准确数")
def exact_return(who: Reading, request_id: RequestId) -> ExactTableOut:
    """只限申请写明的两名人员，在期限内；每次查看都有记录。"""
    found = who.program.queries.exact_return(who.reader(Purpose.CASEWORK), request_id)
    if found is None:
        raise Problem(NOTHING_TO_SHOW)
    return ExactTableOut.model_validate(found)


@router.post("/statutory-returns/{request_id}/approve", summary="同意查看准确数")
def approve_exact(
    who: Signed, request: Request, request_id: RequestId, key: Key = None
) -> ReceiptOut:
    """由本单位负责人或值班领导，不能是申请人或查看人。"""
    return carry_out(who, request, ApproveExact(request_id=as_id(request_id)), key)


@router.post("/statutory-returns/{request_id}/refuse", summary="不同意查看准确数")
def refuse_exact(
    who: Signed, request: Request, request_id: RequestId, body: BecauseIn, key: Key = None
) -> ReceiptOut:
    """由本单位负责人或值班领导，写明原因。"""
    command = RefuseExact(request_id=as_id(request_id), reason=body.because)
    return carry_out(who, request, command, key)


@router.post("/statutory-returns/{request_id}/end", summary="结束查看准确数")
def end_exact(who: Signed, request: Request, request_id: RequestId, key: Key = None) -> ReceiptOut:
    """在期限之前。"""
    return carry_out(who, request, EndExact(request_id=as_id(request_id)), key)


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
