"""表格: templates to download, a dry run with what is wrong in each row, the corrected sheet back;
and what waits to be corrected (待更正)."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Path
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from adapters.intake.faults import SheetError
from adapters.intake.intake import RowAnswer, SheetAnswer, UnknownKind
from adapters.intake.records import RecordKind
from adapters.intake.refusals import refused_sheet
from adapters.intake.templates import template_of
from hub.api.paging import pseudonym
from hub.api.problems import FORBIDDEN, NOTHING_TO_SHOW, Problem
from hub.keyservice import Purpose
from hub.web.desk import At, Desk, Sent
from hub.web.forms import cells, faults_by_field, widgets

router = APIRouter()

Name = Annotated[str, Path(max_length=60)]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_KEPT = "sheet"
"""The draft that a sheet is kept as between its dry run and its sending."""
_SHOWN = 200
"""Rows of a sheet that a page lists."""


@router.get("/sheets")
def sheets(desk: At) -> Response:
    """What may be sent as a sheet, with a blank one of each kind."""
    return _page(desk)


@router.post("/sheets")
def upload(desk: At, sent: Sent) -> Response:
    """Try a sheet, and keep it until it is sent; or send the one that was kept."""
    user, drafts = desk.session.user.user, desk.program.entrance.drafts
    given = sent.form.get("file")
    if isinstance(given, UploadFile) and given.filename:
        name, data = given.filename[:200], given.file.read()
    else:
        kept = drafts.kept(user, _KEPT, desk.now)
        if not kept:
            return _page(desk, fault="请选择一个表格文件。")
        name, data = kept["name"][0], base64.b64decode(kept["data"][0])
    rehearsal = not sent.get("send")
    try:
        answer = _read(desk, data, name, dry_run=rehearsal)
    except SheetError as error:
        return _page(desk, fault=error.text_zh)
    if rehearsal:
        drafts.keep(
            user,
            _KEPT,
            {"name": [name], "data": [base64.b64encode(data).decode()]},
            desk.now,
        )
    else:
        drafts.drop(user, _KEPT)
        desk.request.app.state.after_write()
    return _page(desk, answer=answer, name=name)


@router.get("/sheets/errors.xlsx")
def errors(desk: At) -> Response:
    """The rows of the kept sheet that cannot be taken, each with why: to be mended and sent."""
    user = desk.session.user.user
    kept = desk.program.entrance.drafts.kept(user, _KEPT, desk.now)
    if not kept:
        raise Problem(NOTHING_TO_SHOW)
    try:
        data = base64.b64decode(kept["data"][0])
        answer = _read(desk, data, kept["name"][0], dry_run=True)
    except SheetError:
        raise Problem(NOTHING_TO_SHOW) from None
    kind = desk.program.intake.kind(desk.ours, answer.kind)
    return _workbook(refused_sheet(kind.layout, answer), f"{kind.title}-待更正")


@router.get("/sheets/history")
def history(desk: At) -> Response:
    """Which sheets one's own organisation sent, by whom, and what became of their rows."""
    program = desk.program
    sent = program.quarantine.sheets(desk.ours)
    logins = program.directory.logins({each.user for each in sent})
    titles = {kind.name: kind.title for kind in program.intake.kinds(desk.ours)}
    waiting = Counter(row.kind for row in program.quarantine.list(desk.ours))
    return desk.page(
        "sheet_history.html",
        title="报过的表格",
        rows=[(each, titles.get(each.kind, ""), logins.get(each.user, "")) for each in sent],
        waiting=[
            (f"/sheets/waiting/{kind.replace('.', '/', 1)}", titles[kind], count)
            for kind, count in waiting.items()
            if kind in titles
        ],
    )


@router.get("/sheets/waiting/{agency}/{name}")
def waiting(desk: At, agency: Name, name: Name) -> Response:
    """Every row of a kind that waits to be corrected here, as a sheet with why: mended, it is sent
    again."""
    program = desk.program
    try:
        kind = program.intake.kind(desk.ours, f"{agency}.{name}")
    except UnknownKind:
        raise Problem(FORBIDDEN) from None
    rows = [row for row in program.quarantine.list(desk.ours) if row.kind == kind.name]
    if not rows:
        raise Problem(NOTHING_TO_SHOW)
    answer = SheetAnswer(kind.name, kind.title)
    for number, row in enumerate(rows):
        program.queries.note(desk.reader(Purpose.QUARANTINE, row.id), "quarantine")
        answer.rows.append(RowAnswer(number, faults=row.faults, quarantine_id=row.id))
        answer.refused_cells[number] = program.quarantine.cells(desk.ours, row.id) or {}
    return _workbook(refused_sheet(kind.layout, answer), f"{kind.title}-待更正")


@router.get("/sheets/{agency}/{name}")
def template(desk: At, agency: Name, name: Name) -> Response:
    """A blank sheet of one kind."""
    try:
        kind = desk.program.intake.kind(desk.ours, f"{agency}.{name}")
    except UnknownKind:
        raise Problem(FORBIDDEN) from None
    return _workbook(template_of(kind.layout), kind.title)


@router.get("/quarantine")
def quarantine(desk: At) -> Response:
    """What was refused here and waits to be corrected, the oldest first."""
    rows = desk.program.quarantine.list(desk.ours)
    titles = {kind.name: kind.title for kind in desk.program.intake.kinds(desk.ours)}
    return desk.page(
        "quarantine.html",
        title="待更正",
        rows=[
            {
                "id": row.id,
                "title": titles.get(row.kind, row.kind),
                "at": row.received_at,
                "faults": [f"{fault.column}：{fault.rule}" for fault in row.faults],
            }
            for row in rows[:_SHOWN]
        ],
        count=len(rows),
    )


@router.get("/quarantine/{row_id}")
def quarantined(desk: At, row_id: Name) -> Response:
    """One of them, as it was filled in; that it was opened is noted."""
    return _row(desk, pseudonym(row_id))


@router.post("/quarantine/{row_id}")
def correct(desk: At, sent: Sent, row_id: Name) -> Response:
    """Try it again, mended."""
    row_id = pseudonym(row_id)
    row = desk.program.quarantine.get(desk.ours, row_id)
    if row is None or row.state != "open":
        raise Problem(NOTHING_TO_SHOW)
    kind = desk.program.intake.kind(desk.ours, row.kind)
    desk.program.queries.note(desk.reader(Purpose.QUARANTINE, row_id), "quarantine.correct")
    empty = {column.field: "" for column in kind.columns}
    changes = {**empty, **cells(kind, sent.texts)}
    outcome = desk.program.intake.correct(desk.who.actor, row_id, changes)
    desk.request.app.state.after_write()
    if outcome is None:
        raise Problem(NOTHING_TO_SHOW)
    if outcome.answer is None:
        return _row(desk, row_id, outcome)
    return RedirectResponse(f"/quarantine?done=recorded&receipt={outcome.answer.number}", 303)


def _row(desk: Desk, row_id: str, refused: RowAnswer | None = None) -> Response:
    program = desk.program
    row = program.quarantine.get(desk.ours, row_id)
    if row is None or row.state != "open":
        raise Problem(NOTHING_TO_SHOW)
    try:
        kind: RecordKind[Any] = program.intake.kind(desk.ours, row.kind)
    except UnknownKind:
        raise Problem(NOTHING_TO_SHOW) from None
    program.queries.note(desk.reader(Purpose.QUARANTINE, row_id), "quarantine")
    typed = _typed(kind, program.quarantine.cells(desk.ours, row_id) or {})
    faults = faults_by_field(kind, refused.faults if refused else row.faults)
    return desk.page(
        "record.html",
        status=422 if refused else 200,
        title=f"更正：{kind.title}",
        kind=f"/quarantine/{row_id}",
        form=f"quarantine/{row_id}",
        needed=list(widgets(kind)),
        more=[],
        more_open=False,
        typed=typed,
        faults=faults,
        ours=[],
        row="",
        report=refused.report.number if refused and refused.report else "",
        child=None,
        about_a_child=False,
        key="",
    )


def _typed(kind: RecordKind[Any], kept: dict[str, str]) -> dict[str, list[str]]:
    """What stands in a row's cells, as its form shows it."""
    several = {each.name for each in widgets(kind) if each.kind == "several"}
    return {
        name: text.replace("，", "、").split("、") if name in several else [text]
        for name, text in kept.items()
    }


def _read(desk: Desk, data: bytes, name: str, *, dry_run: bool) -> SheetAnswer:
    """A sheet of whichever of one's own kinds it is."""
    agencies = list(
        dict.fromkeys(k.name.split(".")[0] for k in desk.program.intake.kinds(desk.ours))
    )
    refused: SheetError | None = None
    for agency in agencies:
        try:
            return desk.program.intake.sheet(
                desk.who.actor, data, name, agency=agency, dry_run=dry_run
            )
        except SheetError as error:
            refused = refused or error
        except UnknownKind:
            continue
    raise refused or Problem(FORBIDDEN)


def _page(
    desk: Desk, *, answer: SheetAnswer | None = None, name: str = "", fault: str = ""
) -> Response:
    kinds = desk.program.intake.kinds(desk.ours)
    return desk.page(
        "sheets.html",
        status=422 if fault else 200,
        title="表格",
        kinds=[("/sheets/" + kind.name.replace(".", "/", 1), kind.title) for kind in kinds],
        answer=answer,
        name=name,
        fault=fault,
        wrong=_wrong(answer.rows) if answer else [],
        waiting=len(desk.program.quarantine.list(desk.ours)),
    )


def _wrong(rows: Sequence[RowAnswer]) -> list[tuple[int, list[str]]]:
    found = [(row.number, [str(fault) for fault in row.faults]) for row in rows if row.faults]
    return found[:_SHOWN]


def _workbook(content: bytes, name: str) -> Response:
    quoted = "".join(f"%{byte:02X}" for byte in f"{name}.xlsx".encode())
    header = f"attachment; filename=\"sheet.xlsx\"; filename*=UTF-8''{quoted}"
    return Response(content, media_type=XLSX, headers={"Content-Disposition": header})
