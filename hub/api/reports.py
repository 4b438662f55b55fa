"""Doors to mandatory reports (强制报告). Filing one is an ordinary record, open to every seat."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Path, Query, Request, Response
from pydantic import JsonValue

from adapters.intake.intake import REPORT
from domain.mandatory_report import (
    STATE_WORDS,
    AcceptMandatoryReport,
    AskForEvidence,
    CloseMandatoryReport,
    DecideMandatoryReport,
    FeedBackToReporter,
    HandOverEvidence,
    OrderFiling,
    PoliceDecision,
    ReceiveEvidence,
    ReportState,
    StateMedicalCare,
)
from hub.answers import Report
from hub.api.auth import Caller, Signed
from hub.api.children import show_entry
from hub.api.intake import receipt_of, show_calls
from hub.api.paging import PAGE_SIZE, Cursor, Limit, Reading, decode, listing, pseudonym
from hub.api.problems import NOTHING_TO_SHOW, Problem
from hub.api.referrals import Key, as_id, carry_out, first_of
from hub.api.schemas import (
    EvidenceAskedIn,
    EvidenceIn,
    EvidenceReceivedIn,
    FollowedOut,
    Listing,
    MedicalCareIn,
    ReceiptOut,
    ReportAcceptIn,
    ReportCloseIn,
    ReportDecideIn,
    ReportFeedbackIn,
    ReportOrderIn,
    ReportOut,
    ReportWithEntriesOut,
)
from hub.keyservice import Purpose
from hub.queries import MAX_PAGE

router = APIRouter(prefix="/reports", tags=["强制报告"])

ReportId = Annotated[str, Path(max_length=100, description="报告编号。")]


SUPPLEMENT = {
    "seen": "（示例）额头也有新伤",
    "hurt": "是",
}


def _show(report: Report) -> ReportOut:
    shown = ReportOut.model_validate(report)
    shown.state_name = STATE_WORDS[ReportState(report.state)]
    shown.first = first_of(report.medical_by)
    return shown


@router.get("", summary="强制报告")
def reports(
    who: Reading,
    decision: Annotated[PoliceDecision | None, Query(description="只列这一处理决定的。")] = None,
    feedback_owed: Annotated[bool, Query(description="只列还没有向报告人反馈的。")] = False,
    cursor: Cursor = None,
    limit: Limit = PAGE_SIZE,
) -> Listing[ReportOut]:
    """本单位职责或任务范围内的全部；其他单位只列本人报告的（强制报告联络人列本单位的）。"""
    page = who.program.queries.reports(
        who.reader(Purpose.CASEWORK),
        decision=decision.value if decision else None,
        feedback_owed=feedback_owed,
        after=decode(cursor),
        limit=limit,
    )
    return Listing[ReportOut](**listing([_show(each) for each in page.items], page.next_cursor))


@router.get("/receipts/{receipt}", summary="凭回执号跟进")
def follow(
    who: Reading, receipt: Annotated[str, Path(max_length=40, description="回执号。")]
) -> FollowedOut:
    """报告人凭回执号查看办到哪里、反馈了什么。"""
    found = who.program.queries.report_of(who.reader(Purpose.CASEWORK), receipt)
    shown = _detail(who, found or "")
    accepted = shown.state not in (ReportState.NONE, ReportState.REPORTED)
    calls = who.program.calls.of(as_id(shown.id), accepted=accepted)
    return FollowedOut(report=shown, call=show_calls(calls))


@router.post(
    "/receipts/{receipt}/supplement",
    summary="凭回执号补充报告",
    status_code=201,
    responses={200: {"model": ReceiptOut, "description": "此前已收到同一内容"}},
)
def supplement(
    who: Signed,
    request: Request,
    response: Response,
    receipt: Annotated[str, Path(max_length=40, description="回执号。")],
    values: Annotated[dict[str, JsonValue], Body(examples=[SUPPLEMENT])],
) -> ReceiptOut:
    """报告人补充先前的报告，栏目同强制报告登记表。回执号不对的，按新的报告收下，不退回；有危险请先拨打110。"""
    stated = {**values, "supplements": receipt}
    outcome = who.program.intake.record(who.actor, REPORT, stated)
    request.app.state.after_write()
    told = receipt_of(outcome, response)
    told.call = show_calls(who.program.calls.at_filing())
    return told


@router.get("/{report_id}", summary="一份报告")
def report(who: Reading, report_id: ReportId) -> ReportWithEntriesOut:
    """状态、期限和本单位可见的内容。"""
    return _detail(who, pseudonym(report_id))


def _detail(who: Caller, report_id: str) -> ReportWithEntriesOut:
    queries, reader = who.program.queries, who.reader(Purpose.CASEWORK)
    found = queries.report(reader, report_id)
    if found is None:
        raise Problem(NOTHING_TO_SHOW)
    entries = queries.timeline(reader, report_id, limit=MAX_PAGE).items
    return ReportWithEntriesOut(
        **_show(found).model_dump(), entries=[show_entry(each) for each in entries]
    )


@router.post("/{report_id}/accept", summary="接报")
def accept(
    who: Signed, request: Request, report_id: ReportId, body: ReportAcceptIn, key: Key = None
) -> ReceiptOut:
    """由承办的公安机关接报。"""
    command = AcceptMandatoryReport(report_id=as_id(report_id), **body.model_dump())
    return carry_out(who, request, command, key)


@router.post("/{report_id}/decide", summary="登记处理决定")
def decide(
    who: Signed, request: Request, report_id: ReportId, body: ReportDecideIn, key: Key = None
) -> ReceiptOut:
    """刑事立案、行政受案、移送或不立案。"""
    command = DecideMandatoryReport(report_id=as_id(report_id), **body.model_dump())
    return carry_out(who, request, command, key)


@router.post("/{report_id}/feedback", summary="向报告单位反馈")
def feed_back(
    who: Signed, request: Request, report_id: ReportId, body: ReportFeedbackIn, key: Key = None
) -> ReceiptOut:
    """反馈内容只给报告人和该单位的强制报告联络人看。"""
    command = FeedBackToReporter(report_id=as_id(report_id), told=body.note, final=body.final)
    return carry_out(who, request, command, key)


@router.post("/{report_id}/close", summary="结案")
def close(
    who: Signed, request: Request, report_id: ReportId, body: ReportCloseIn, key: Key = None
) -> ReceiptOut:
    """办结反馈之后才能结案；确实联系不上报告单位的，写明原因。"""
    command = CloseMandatoryReport(
        report_id=as_id(report_id), reason=body.note, unreachable=body.unreachable
    )
    return carry_out(who, request, command, key)


@router.post("/{report_id}/order-filing", summary="通知立案")
def order_filing(
    who: Signed, request: Request, report_id: ReportId, body: ReportOrderIn, key: Key = None
) -> ReceiptOut:
    """检察院认为不立案理由不能成立的，通知公安机关立案；公安机关重新收到待办。"""
    command = OrderFiling(report_id=as_id(report_id), **body.model_dump())
    return carry_out(who, request, command, key)


@router.post("/{report_id}/medical", summary="登记就医情况")
def medical(
    who: Signed, request: Request, report_id: ReportId, body: MedicalCareIn, key: Key = None
) -> ReceiptOut:
    """报告称孩子受伤的，首先送医并登记；登记前不能结案。"""
    command = StateMedicalCare(report_id=as_id(report_id), **body.model_dump())
    return carry_out(who, request, command, key)


@router.post("/{report_id}/evidence/ask", summary="请求移交材料")
def ask_for_evidence(
    who: Signed, request: Request, report_id: ReportId, body: EvidenceAskedIn, key: Key = None
) -> ReceiptOut:
    """由承办单位请收治孩子、没有报告的医疗机构移交病历、检查材料；只告知孩子是谁。"""
    command = AskForEvidence(report_id=as_id(report_id), hospital=body.hospital)
    return carry_out(who, request, command, key)


@router.post("/{report_id}/evidence", summary="移交材料")
def hand_over(
    who: Signed, request: Request, report_id: ReportId, body: EvidenceIn, key: Key = None
) -> ReceiptOut:
    """报告单位或被请求的医疗机构移交保存的病历、检查材料等；承办单位签收后可看到签收编号。"""
    command = HandOverEvidence(report_id=as_id(report_id), listed=body.listed)
    return carry_out(who, request, command, key)


@router.post("/{report_id}/evidence/receive", summary="签收材料")
def receive(
    who: Signed, request: Request, report_id: ReportId, body: EvidenceReceivedIn, key: Key = None
) -> ReceiptOut:
    """由承办单位签收，填写签收编号。"""
    command = ReceiveEvidence(report_id=as_id(report_id), **body.model_dump())
    return carry_out(who, request, command, key)
