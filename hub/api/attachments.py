"""Doors to attachments (附件): send one, see which there are, open one."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Form, Path, Request, Response, UploadFile
from pydantic import Field
from starlette.datastructures import UploadFile as Upload

from domain.attachment import MediaType, WithdrawReason
from domain.kernel import Category
from hub import answers
from hub.answers import Entry
from hub.api.auth import Caller, Signed
from hub.api.paging import (
    PAGE_SIZE,
    Cursor,
    Limit,
    Reading,
    Ref,
    decode_position,
    listing,
    pseudonym,
)
from hub.api.problems import (
    ATTACHMENT_GONE,
    ATTACHMENT_REFUSED,
    MEDIA_TYPE,
    NOTHING_TO_SHOW,
    Problem,
)
from hub.api.schemas import Asked, AttachmentOut, AttachmentReceiptOut, Listing, ReceiptOut
from hub.attachments.intake import AttachmentRefused, Taken
from hub.keyservice import Purpose

router = APIRouter(tags=["附件"])

AttachmentId = Annotated[str, Path(max_length=100, description="附件编号。")]

_ENDINGS = {
    MediaType.JPEG: "jpg",
    MediaType.PNG: "png",
    MediaType.WEBP: "webp",
    MediaType.PDF: "pdf",
    MediaType.M4A: "m4a",
    MediaType.MP3: "mp3",
    MediaType.WAV: "wav",
    MediaType.AMR: "amr",
    MediaType.OGG: "ogg",
}


@router.post(
    "/children/{child_ref}/attachments",
    summary="报送一个附件",
    description="照片、扫描件或录音，不超过20 MB。类型按内容判断；拍摄地点等附带信息自动去除。"
    "原件请由本单位按规定保存。不能收的文件加密存入待更正。也可填强制报告编号。",
    status_code=201,
    responses={200: {"model": AttachmentReceiptOut, "description": "此前已收到同一内容"}},
)
def put(
    who: Signed,
    request: Request,
    response: Response,
    child_ref: Ref,
    file: Annotated[UploadFile, File(description="照片、扫描件或录音")],
    category: Annotated[Category, Form(description="数据类别，决定谁可以查看")],
    account: Annotated[str | None, Form(max_length=1000, description="说明")] = None,
) -> AttachmentReceiptOut:
    taken = take(who, request, child_ref, category, file, account)
    if taken.answer.repeated:
        response.status_code = 200
    return AttachmentReceiptOut(
        attachment_id=str(taken.attachment_id),
        media_type=taken.media_type.value,
        size=taken.size,
        receipt=taken.answer.number,
        position=taken.answer.position,
        repeated=taken.answer.repeated,
    )


def take(
    who: Caller,
    request: Request,
    child_ref: str,
    category: Category,
    file: Upload,
    account: str | None,
) -> Taken:
    """Take a file that was sent. Raises the problem of a child that is not there and of a file that
    is not taken, and Refused."""
    program = who.program
    child_ref = pseudonym(child_ref)
    if not program.queries.has_child(who.reader(Purpose.CASEWORK), child_ref):
        raise Problem(NOTHING_TO_SHOW)
    try:
        taken = program.attachments.put(
            who.actor, UUID(child_ref), category, file.file.read(), file.filename or "", account
        )
    except AttachmentRefused as refused:
        raise Problem(
            ATTACHMENT_REFUSED,
            code=f"ATTACHMENT_{refused.reason.code}",
            detail=refused.reason.text,
            quarantine_id=refused.refusal_id,
        ) from None
    request.app.state.after_write()
    return taken


@router.get("/children/{child_ref}/attachments", summary="附件")
def attachments(
    who: Reading, child_ref: Ref, cursor: Cursor = None, limit: Limit = PAGE_SIZE
) -> Listing[AttachmentOut]:
    """本单位可见的附件，新的在前；不含内容。"""
    page = who.program.queries.attachments(
        who.reader(Purpose.CASEWORK),
        pseudonym(child_ref),
        before=decode_position(cursor),
        limit=limit,
    )
    items = [_show(entry) for entry in page.items]
    return Listing[AttachmentOut](**listing(items, page.next_cursor))


def _show(entry: Entry) -> AttachmentOut:
    return AttachmentOut(
        id=entry.stream,
        category=entry.category,
        media_type=entry.clear["media_type"],
        title=entry.words.get("media_type", entry.title),
        file_name=str(entry.fields.get("file_name") or ""),
        account=str(entry.fields.get("account") or ""),
        producer=entry.producer,
        producer_name=entry.producer_name,
        occurred_at=entry.occurred_at,
        recorded_at=entry.recorded_at,
        legal_basis=entry.legal_basis,
    )


class WithdrawAttachmentIn(Asked):
    """撤回附件。"""

    reason: WithdrawReason = Field(
        description="理由：WRONG_CHILD传错儿童，WRONG_FILE传错文件，NOT_NEEDED不再需要",
        examples=["WRONG_FILE"],
    )
    note: str | None = Field(None, max_length=1000, description="说明", examples=["（示例）传错。"])


@router.post("/attachments/{attachment_id}/withdraw", summary="撤回一个附件")
def withdraw(
    who: Signed, request: Request, attachment_id: AttachmentId, body: WithdrawAttachmentIn
) -> ReceiptOut:
    """由报送单位撤回，内容随即删除，涉及强制报告的留存；撤回过什么、为什么，仍有登记。受侵害记录和文书的附件不能撤回。"""
    done = who.program.attachments.withdraw(
        who.actor, UUID(pseudonym(attachment_id)), body.reason, body.note
    )
    request.app.state.after_write()
    return ReceiptOut(
        receipt=done.number,
        position=done.position,
        repeated=done.repeated,
        corrected=done.corrected,
    )


@router.get(
    "/attachments/{attachment_id}",
    summary="打开一个附件",
    response_class=Response,
    responses={
        200: {"description": "附件内容", "content": {each.value: {} for each in MediaType}},
        410: {
            "description": "内容已删除，或校验失败",
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        },
    },
)
def attachment(who: Reading, attachment_id: AttachmentId) -> Response:
    """打开前记入查阅记录；文件名为附件编号，原文件名见附件列表。"""
    return file_of(
        who.program.queries.attachment(who.reader(Purpose.CASEWORK), pseudonym(attachment_id))
    )


def file_of(found: answers.File | None) -> Response:
    """An opened attachment, to be saved. Raises the problem of one that is not there, or gone."""
    if found is None:
        raise Problem(NOTHING_TO_SHOW)
    if found.missing:
        raise Problem(ATTACHMENT_GONE, detail=found.missing)
    ending = _ENDINGS[MediaType(found.media_type)]
    return Response(
        found.content,
        media_type=found.media_type,
        # Saved, never shown in place; under a name that says nothing of the child.
        headers={"Content-Disposition": f'attachment; filename="{found.id}.{ending}"'},
    )
