"""Doors to what awaits another person's decision (待审批): listed, approved, sent back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request

from domain.approval import ApproveProposal, RejectProposal
from hub.api.auth import Signed
from hub.api.children import show_entry
from hub.api.paging import PAGE_SIZE, Cursor, Limit, Reading, decode, listing
from hub.api.referrals import Key, as_id, carry_out
from hub.api.schemas import ApprovalOut, Listing, ReceiptOut, RejectionIn
from hub.keyservice import Purpose

router = APIRouter(prefix="/approvals", tags=["审批"])

CaseId = Annotated[str, Path(max_length=100, description="个案编号，见待审批列表。")]
Proposal = Annotated[int, Path(ge=1, le=9999, description="本单位提请的序号，见待审批列表。")]


@router.get("", summary="待审批")
def approvals(
    who: Reading, cursor: Cursor = None, limit: Limit = PAGE_SIZE
) -> Listing[ApprovalOut]:
    """本单位提请、尚未审批的评估和结案，先到期限的在前。"""
    page = who.program.queries.approvals(
        who.reader(Purpose.CASEWORK), after=decode(cursor), limit=limit
    )
    items = [
        ApprovalOut(
            **show_entry(each.entry).model_dump(),
            case_id=each.case_id,
            proposal=each.proposal,
            due_at=each.due_at,
            overdue=each.overdue,
        )
        for each in page.items
    ]
    return Listing[ApprovalOut](**listing(items, page.next_cursor))


@router.post("/{case_id}/{proposal}/approve", summary="同意")
def approve(
    who: Signed, request: Request, case_id: CaseId, proposal: Proposal, key: Key = None
) -> ReceiptOut:
    """由本单位负责人或值班领导审批；不能审批本人提出的。同意后才生效。"""
    command = ApproveProposal(case_id=as_id(case_id), proposal=proposal)
    return carry_out(who, request, command, key)


@router.post("/{case_id}/{proposal}/reject", summary="退回")
def reject(
    who: Signed,
    request: Request,
    case_id: CaseId,
    proposal: Proposal,
    body: RejectionIn,
    key: Key = None,
) -> ReceiptOut:
    """由本单位负责人或值班领导退回，须说明理由；退回的不生效。"""
    command = RejectProposal(case_id=as_id(case_id), proposal=proposal, **body.model_dump())
    return carry_out(who, request, command, key)
