"""Doors to mandatory reports (强制报告). Filing one is an ordinary record, open to every seat."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request

from domain.mandatory_report import (
    STATE_WORDS,
    AcceptMandatoryReport,
    CloseMandatoryReport,
    DecideMandatoryReport,
    FeedBackToReporter,
    PoliceDecision,
    ReportState,
)
from hub.answers import Report
from hub.api.auth import Caller, Signed
from hub.api.children import show_entry
from hub.api.paging import PAGE_SIZE, Cursor, Limit, Reading, decode, listing, pseudonym
from hub.api.problems import NOTHING_TO_SHOW, Problem
from hub.api.referrals import Key, as_id, carry_out
from hub.api.schemas import (
    FollowedOut,
    Listing,
    ReceiptOut,
    ReportAcceptIn,
    ReportDecideIn,
    ReportNoteIn,
    ReportOut,
    ReportWithEntriesOut,
)
from hub.keyservice import Purpose
from hub.queries import MAX_PAGE

router = APIRouter(prefix="/reports", tags=["强制报告"])

ReportId = Annotated[str, Path(max_length=100, description="报告编号。")]


def _show(report: Report) -> ReportOut:
    shown = ReportOut.model_validate(report)
    shown.state_name = STATE_WORDS[ReportState(report.state)]
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
    return FollowedOut(report=_detail(who, found or ""))


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
    who: Signed, request: Request, report_id: ReportId, body: ReportNoteIn, key: Key = None
) -> ReceiptOut:
    """反馈内容只给报告人和该单位的强制报告联络人看。"""
    command = FeedBackToReporter(report_id=as_id(report_id), told=body.note)
    return carry_out(who, request, command, key)


@router.post("/{report_id}/close", summary="结案")
def close(
    who: Signed, request: Request, report_id: ReportId, body: ReportNoteIn, key: Key = None
) -> ReceiptOut:
    """反馈之后才能结案。"""
    command = CloseMandatoryReport(report_id=as_id(report_id), reason=body.note)
    return carry_out(who, request, command, key)
