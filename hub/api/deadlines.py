"""Doors to a deadline that is to be put off (延期). What is owed by when stands on the boards, and
what people said of it in the child's timeline."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request

from domain.deadline_extension import ApproveExtension, AskForExtension, RefuseExtension
from hub.api.auth import Signed
from hub.api.referrals import Key, as_id, carry_out
from hub.api.schemas import ExtensionDecidedIn, ExtensionIn, ReceiptOut

router = APIRouter(prefix="/deadlines/{subject_id}/{kind}/extension", tags=["时限"])

SubjectId = Annotated[
    str, Path(max_length=100, description="时限所属事项的编号，例如转介单编号；见逾期。")
]
Kind = Annotated[
    str, Path(max_length=40, pattern=r"^[a-z_]+$", description="时限种类，例如 complete（办结）。")
]


@router.post("", summary="申请延期")
def ask(
    who: Signed,
    request: Request,
    subject_id: SubjectId,
    kind: Kind,
    body: ExtensionIn,
    key: Key = None,
) -> ReceiptOut:
    """由承办单位申请，须说明理由；侵害、保护令和查找类事项的时限不能延期。"""
    command = AskForExtension(subject_id=as_id(subject_id), kind=kind, **body.model_dump())
    return carry_out(who, request, command, key)


@router.post("/approve", summary="同意延期")
def approve(
    who: Signed,
    request: Request,
    subject_id: SubjectId,
    kind: Kind,
    body: ExtensionDecidedIn,
    key: Key = None,
) -> ReceiptOut:
    """由本单位负责人或值班领导决定；申请人不能决定自己的申请。写明同意延到哪一天，须与申请一致。"""
    command = ApproveExtension(subject_id=as_id(subject_id), kind=kind, until=body.until)
    return carry_out(who, request, command, key)


@router.post("/refuse", summary="不同意延期")
def refuse(
    who: Signed, request: Request, subject_id: SubjectId, kind: Kind, key: Key = None
) -> ReceiptOut:
    """由本单位负责人或值班领导决定；期限不变。"""
    command = RefuseExtension(subject_id=as_id(subject_id), kind=kind)
    return carry_out(who, request, command, key)
