"""附件: photographs, scans and recordings of a child, put, opened and withdrawn."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.datastructures import UploadFile
from starlette.responses import Response

from domain.attachment import WITHDRAW_REASON, WithdrawReason
from domain.kernel import CATEGORY_WORDS, Category, Refused
from hub.api.attachments import file_of, take
from hub.api.paging import decode_position, encode, pseudonym
from hub.api.problems import NOTHING_TO_SHOW, Problem, problem_of
from hub.web.acts import as_id
from hub.web.desk import At, Desk, Sent
from hub.web.masking import shown_in_part

router = APIRouter()

Ref = Annotated[str, Path(max_length=100)]
Cursor = Annotated[str | None, Query(max_length=400)]


@router.get("/children/{child_ref}/attachments")
def attachments(desk: At, child_ref: Ref, cursor: Cursor = None) -> Response:
    """The attachments that may be seen here, the newest first, and the form to send one."""
    desk.caught_up()
    return _listed(desk, child_ref, cursor)


@router.post("/children/{child_ref}/attachments")
def put(desk: At, sent: Sent, child_ref: Ref) -> Response:
    """Take a file; one that cannot be taken is kept sealed until it is corrected."""
    file, category = sent.form.get("file"), sent.get("category")
    if not isinstance(file, UploadFile) or not file.filename:
        return _listed(desk, child_ref, faults=[("file", "请选择一个文件。")])
    if category not in set(Category):
        return _listed(desk, child_ref, faults=[("category", "请选择类别。")])
    try:
        taken = take(
            desk.who, desk.request, child_ref, Category(category), file, sent.maybe("account")
        )
    except (Problem, Refused) as error:
        problem = problem_of(error)
        if problem.kind is NOTHING_TO_SHOW:
            raise problem from None
        return _listed(desk, child_ref, faults=[("file", str(problem.body["detail"]))])
    return desk.go(f"/children/{pseudonym(child_ref)}/attachments", "recorded", taken.answer)


@router.get("/attachments/{attachment_id}")
def attachment(desk: At, attachment_id: Ref) -> Response:
    """Save one; that it was opened is noted first."""
    return file_of(desk.program.queries.attachment(desk.reader(), pseudonym(attachment_id)))


@router.post("/attachments/{attachment_id}/withdraw")
def withdraw(desk: At, sent: Sent, attachment_id: Ref) -> Response:
    """Withdraw one that was sent from here, for a reason of the list."""
    reason = sent.get("reason")
    if reason not in WITHDRAW_REASON.labels:
        raise Problem(NOTHING_TO_SHOW, detail="请选择撤回的理由后再提交。")
    try:
        answer = desk.program.attachments.withdraw(
            desk.who.actor, as_id(attachment_id), WithdrawReason(reason), sent.maybe("note")
        )
    except Refused as refusal:
        raise problem_of(refusal) from None
    desk.request.app.state.after_write()
    return desk.go(f"/children/{pseudonym(sent.get('child_ref'))}/attachments", "withdraw", answer)


def _listed(
    desk: Desk,
    child_ref: str,
    cursor: str | None = None,
    faults: list[tuple[str, str]] | None = None,
) -> Response:
    program, reader, wanted = desk.program, desk.reader(), pseudonym(child_ref)
    takes = program.attachments.rules.categories
    child = program.queries.child_file(reader, wanted)
    if child is None:
        raise Problem(NOTHING_TO_SHOW)
    page = program.queries.attachments(reader, wanted, before=decode_position(cursor), limit=50)
    rows: list[dict[str, Any]] = [
        {
            "id": each.stream,
            "title": each.words.get("media_type", each.title),
            "category": CATEGORY_WORDS[Category(each.category)],
            "name": str(each.fields.get("file_name") or ""),
            "account": str(each.fields.get("account") or ""),
            "by": each.producer_name,
            "at": each.occurred_at,
            "ours": each.producer == desk.ours,
        }
        for each in page.items
    ]
    return desk.page(
        "attachments.html",
        status=422 if faults else 200,
        title="附件",
        child=shown_in_part(desk, [child])[0],
        rows=rows,
        next_cursor=encode(page.next_cursor),
        faults=faults or [],
        categories=[(each.value, CATEGORY_WORDS[each]) for each in takes],
        reasons=list(WITHDRAW_REASON.labels.items()),
    )
