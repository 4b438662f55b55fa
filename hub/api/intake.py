"""Doors for agencies' records and sheets, and for rows awaiting correction (待更正)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Body, File, Path, Query, Request, Response, UploadFile
from pydantic import JsonValue

from adapters.intake.faults import SheetError
from adapters.intake.intake import RowAnswer, SheetAnswer, UnknownColumn, UnknownKind
from domain.faults import Fault
from hub.api.auth import Caller, Signed
from hub.api.paging import PAGE_SIZE, Cursor, Limit, decode, listing, pseudonym
from hub.api.problems import (
    FORBIDDEN,
    INVALID,
    NOTHING_TO_SHOW,
    ROW_REFUSED,
    SHEET_REFUSED,
    Kind,
    Problem,
    faulty,
)
from hub.api.schemas import (
    CallOut,
    ColumnOut,
    CorrectionIn,
    FaultOut,
    KindOut,
    Listing,
    QuarantineItemOut,
    QuarantineRowOut,
    ReceiptOut,
    RowOut,
    SheetOut,
)
from hub.calling import Call
from hub.keyservice import Purpose

router = APIRouter(tags=["报送"])

Agency = Annotated[str, Path(max_length=40, description="报送口，如 education。")]
KindName = Annotated[str, Path(max_length=40, description="记录种类，如 absence。")]

_EXAMPLE = {
    "name": "示例儿童",
    "id_number": "999999201503010016",
    "absent_since": "2025-03-03",
    "school_days": 5,
    "reason_code": "原因不明",
}


def refused(kind: Kind, outcome: RowAnswer, **more: Any) -> Problem:
    """The problem of a record that was refused; it says first what went out as a report."""
    more["quarantine_id"] = outcome.quarantine_id
    if outcome.report is not None:
        more |= {"report_receipt": outcome.report.number, "detail": _REPORTED + kind.detail}
    return faulty(kind, outcome.faults, **more)


_REPORTED = "疑似侵害已立即另报强制报告（回执号见 report_receipt），有危险请拨打110。"


@router.get("/intake/kinds", summary="本单位可以报送的记录")
def kinds(who: Signed) -> Listing[KindOut]:
    """各种记录及其数据项、代码表；表格按 heading 填写，JSON 按 field 填写。"""
    found = []
    for kind in who.program.intake.kinds(who.user.organisation):
        agency, name = kind.name.split(".", 1)
        columns = [ColumnOut.model_validate(column) for column in kind.columns]
        found.append(KindOut(agency=agency, kind=name, title=kind.title, columns=columns))
    return Listing[KindOut](**listing(found))


@router.post(
    "/intake/{agency}/sheets",
    summary="报送一份表格",
    description="xlsx、xls、ods 或 CSV，不超过20 MB。好的行登记，有误的行存入待更正；"
    "重复报送不会重复登记。",
)
def sheet(
    who: Signed,
    request: Request,
    agency: Agency,
    file: Annotated[UploadFile, File(description="表格文件")],
    dry_run: Annotated[bool, Query(description="只检查，不登记。")] = False,
) -> SheetOut:
    program = who.program
    data = file.file.read()
    try:
        answer = program.intake.sheet(
            who.actor, data, file.filename or "", agency=agency, dry_run=dry_run
        )
    except UnknownKind:
        raise Problem(FORBIDDEN) from None
    except SheetError as error:
        raise Problem(SHEET_REFUSED, code=error.code, detail=error.text_zh) from None
    finally:
        request.app.state.after_write()
    return _sheet(answer, program.store.position)


def _sheet(answer: SheetAnswer, position: int) -> SheetOut:
    return SheetOut(
        kind=answer.kind,
        title=answer.title,
        dry_run=answer.dry_run,
        received=len(answer.rows),
        accepted=answer.accepted,
        repeated=answer.repeated,
        refused=answer.refused,
        position=position,
        unknown_headings=list(answer.unknown_headings),
        rows=[_row(row, dry_run=answer.dry_run) for row in answer.rows],
    )


def _row(row: RowAnswer, *, dry_run: bool) -> RowOut:
    answer = row.answer
    # A rehearsal's receipt number is never written: giving it out would promise something.
    given = answer is not None and (not dry_run or answer.repeated)
    return RowOut(
        row=row.number,
        receipt=answer.number if answer and given else None,
        position=answer.position if answer and given else None,
        repeated=answer.repeated if answer else False,
        corrected=answer.corrected if answer else False,
        faults=[FaultOut.model_validate(fault) for fault in row.faults],
        quarantine_id=row.quarantine_id,
        report_receipt=row.report.number if row.report else None,
    )


@router.post(
    "/intake/{agency}/{kind}",
    summary="报送一条记录",
    status_code=201,
    responses={200: {"model": ReceiptOut, "description": "此前已收到同一内容"}},
)
async def record(
    who: Signed,
    request: Request,
    response: Response,
    agency: Agency,
    kind: KindName,
    values: Annotated[dict[str, JsonValue], Body(examples=[_EXAMPLE])],
) -> ReceiptOut:
    """收下的记录给回执号；有误的存入待更正，并逐项说明（不重复填写的内容）。"""
    try:
        outcome = await _taken(request, who, f"{agency}.{kind}", values)
    except UnknownKind:
        raise Problem(FORBIDDEN) from None
    request.app.state.after_write()
    receipt = receipt_of(outcome, response)
    of_reports = who.program.intake.reports(f"{agency}.{kind}")
    after = partial(who.program.calls.after, (outcome,), of_reports=of_reports)
    receipt.call = show_calls(await to_thread.run_sync(after)) or None
    return receipt


def show_calls(calls: Sequence[Call]) -> list[CallOut]:
    """Numbers to call, in their order."""
    return [CallOut.model_validate(each) for each in calls]


async def _taken(
    request: Request, who: Caller, kind: str, values: Mapping[str, JsonValue]
) -> RowAnswer:
    """Take a record together with those that others send now; a report by itself, in a thread
    that waits for none of them."""
    intake, actor = who.program.intake, who.actor
    if intake.shares(actor.organisation, kind):
        together: RowAnswer | None = await request.app.state.records((actor, kind, values))
        if together is not None:
            return together
    return await to_thread.run_sync(intake.record, actor, kind, values)


def receipt_of(outcome: RowAnswer, response: Response) -> ReceiptOut:
    """The receipt of one record; raises the problem of one that was refused."""
    answer = outcome.answer
    if answer is None:
        raise refused(ROW_REFUSED, outcome)
    if answer.repeated:
        response.status_code = 200
    return ReceiptOut(
        receipt=answer.number,
        position=answer.position,
        repeated=answer.repeated,
        corrected=answer.corrected,
        report_receipt=outcome.report.number if outcome.report else None,
    )


@router.get("/quarantine", summary="本单位的待更正记录")
def quarantined(
    who: Signed,
    state: Annotated[
        str, Query(pattern="^(open|corrected|all)$", description="open、corrected 或 all。")
    ] = "open",
    cursor: Cursor = None,
    limit: Limit = PAGE_SIZE,
) -> Listing[QuarantineItemOut]:
    """先收到的在前；不含各栏内容。"""
    rows = who.program.quarantine.list(
        who.user.organisation, state=None if state == "all" else state
    )
    after = decode(cursor)
    if after is not None:
        # Corrected rows leave the list, perhaps the very one the cursor names.
        rows = [row for row in rows if _order(row.received_at, row.row_number, row.id) > after]
    more, rows = len(rows) > limit, rows[:limit]
    items = [QuarantineItemOut.model_validate(row) for row in rows]
    last = rows[-1] if more else None
    following = _order(last.received_at, last.row_number, last.id) if last else None
    return Listing[QuarantineItemOut](**listing(items, following))


def _order(received_at: str, row_number: int, row_id: str) -> str:
    return f"{received_at}|{row_number:09d}|{row_id}"


RowId = Annotated[str, Path(max_length=100, description="待更正编号。")]


@router.get("/quarantine/{row_id}", summary="一条待更正记录")
def quarantined_row(who: Signed, row_id: RowId) -> QuarantineRowOut:
    """含本单位原来填写的各栏；打开前记入查阅记录。"""
    row_id = pseudonym(row_id)
    program = who.program
    row = program.quarantine.get(who.user.organisation, row_id)
    if row is None:
        raise Problem(NOTHING_TO_SHOW)
    program.queries.note(who.reader(Purpose.QUARANTINE, row_id), "quarantine")
    cells: Mapping[str, str] = program.quarantine.cells(who.user.organisation, row_id) or {}
    shown = QuarantineItemOut.model_validate(row)
    return QuarantineRowOut(**shown.model_dump(), cells=dict(cells))


@router.post(
    "/quarantine/{row_id}",
    summary="更正并重试",
    status_code=201,
    responses={200: {"model": ReceiptOut, "description": "此前已收到同一内容"}},
)
def correct(
    who: Signed, request: Request, response: Response, row_id: RowId, correction: CorrectionIn
) -> ReceiptOut:
    """改动的栏（数据项名或栏目名称）覆盖原文后重新登记；仍有误的，留在待更正。"""
    row_id = pseudonym(row_id)
    program = who.program
    program.queries.note(who.reader(Purpose.QUARANTINE, row_id), "quarantine.correct")
    try:
        outcome = program.intake.correct(who.actor, row_id, correction.cells)
    except UnknownKind:
        outcome = None
    except UnknownColumn as unknown:
        names = "、".join(unknown.headings)
        advice = f"这类记录的栏目：{names}。"
        fault = Fault("cells", "UNKNOWN_FIELD", "要改的栏有认不出的，没有改动。", advice)
        raise faulty(INVALID, [fault]) from None
    if outcome is None:
        raise Problem(NOTHING_TO_SHOW)
    request.app.state.after_write()
    receipt = receipt_of(outcome, response)
    receipt.call = show_calls(program.calls.after((outcome,))) or None
    return receipt
