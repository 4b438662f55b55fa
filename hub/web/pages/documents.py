"""文书: printed of a referral, a child, an entry or an order; and their scans, put back."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.datastructures import UploadFile
from starlette.responses import Response

from domain.kernel import Refused
from hub.answers import Child
from hub.api.attachments import take
from hub.api.paging import pseudonym
from hub.api.problems import NOTHING_TO_SHOW, Problem, problem_of
from hub.keyservice import Purpose, Reader
from hub.paper.form import About
from hub.paperwork.forms import awaiting_scan, composed, kept, may_state, offers, templates
from hub.paperwork.issued import CATEGORY, issued, scan_of
from hub.web.desk import At, Desk, Sent
from hub.web.masking import shown_in_part

router = APIRouter()

Kind = Annotated[str, Path(max_length=40)]
Ref = Annotated[str, Path(max_length=100)]
_UNKNOWN = "没有可由本单位传回的文书，请核对回执号。"


@router.get("/children/{child_ref}/documents")
def documents(desk: At, child_ref: Ref) -> Response:
    """What may be printed of a child, what was, what was issued elsewhere, and the scans."""
    desk.caught_up()
    return _documents(desk, pseudonym(child_ref))


@router.post("/children/{child_ref}/documents/attachments")
def put_issued(desk: At, sent: Sent, child_ref: Ref) -> Response:
    """Take the scan of a document that was issued elsewhere and recorded here."""
    wanted, file = pseudonym(child_ref), sent.form.get("file")
    found = issued(desk.program, desk.reader(), wanted)
    one = next((each for each in found if str(each.entry) == sent.get("entry")), None)
    if one is None:
        raise Problem(NOTHING_TO_SHOW)
    if not isinstance(file, UploadFile) or not file.filename:
        return _documents(desk, wanted, ("file", "请选择一个文件。"))
    try:
        taken = take(desk.who, desk.request, wanted, CATEGORY, file, f"{one.title} {one.number}")
    except (Problem, Refused) as error:
        problem = problem_of(error)
        if problem.kind is NOTHING_TO_SHOW:
            raise problem from None
        return _documents(desk, wanted, ("file", str(problem.body["detail"])))
    desk.program.documents.scanned(
        scan_of(one.entry), str(taken.attachment_id), user=desk.session.user.user, now=desk.now
    )
    return desk.go(f"/children/{wanted}/documents", "recorded", taken.answer)


def _documents(desk: Desk, wanted: str, fault: tuple[str, str] | None = None) -> Response:
    program, reader = desk.program, desk.reader()
    child = program.queries.child_file(reader, wanted)
    if child is None:
        raise Problem(NOTHING_TO_SHOW)
    return desk.page(
        "documents.html",
        status=422 if fault else 200,
        title="文书",
        child=_mask(desk, child),
        offers=offers(program, reader, wanted),
        kept=kept(program, desk.ours, wanted),
        issued=issued(program, reader, wanted),
        takes=may_state(program, desk.who.actor, CATEGORY, wanted),
        faults=[fault] if fault else [],
    )


@router.get("/documents")
def scan_form(desk: At) -> Response:
    """Put the scan of a signed document to it, by its receipt number."""
    return _scan_form(desk)


@router.post("/documents/attachments")
def put_scan(desk: At, sent: Sent) -> Response:
    """Take a scan, as an attachment of the child that the document is of. A number that is not of
    this organisation's reads like one that was never given."""
    file, receipt = sent.form.get("file"), sent.get("receipt")
    if not isinstance(file, UploadFile) or not file.filename:
        return _scan_form(desk, receipt, ("file", "请选择一个文件。"))
    found = awaiting_scan(desk.program, desk.reader(), desk.who.actor, receipt)
    if found is None:
        return _scan_form(desk, receipt, ("receipt", _UNKNOWN))
    document = found.document
    try:
        taken = take(desk.who, desk.request, document.child_ref, found.category, file, found.said)
    except (Problem, Refused) as error:
        problem = problem_of(error)
        if problem.kind is NOTHING_TO_SHOW:
            return _scan_form(desk, receipt, ("receipt", _UNKNOWN))
        return _scan_form(desk, receipt, ("file", str(problem.body["detail"])))
    desk.program.documents.scanned(
        document.receipt, str(taken.attachment_id), user=desk.session.user.user, now=desk.now
    )
    return desk.go("/documents", "recorded", taken.answer)


@router.post("/documents/{kind}/{of}")
def print_one(desk: At, sent: Sent, kind: Kind, of: Ref) -> Response:
    """A document as PDF, or as a page to print; its number is given, and the print is noted."""
    # Here: whoever prints nothing starts without a PDF library.
    from hub.paper.pdf import as_pdf, as_svg

    wanted, entry = pseudonym(of), sent.get("entry")
    template = templates().get(kind)
    made = composed(
        desk.program,
        _reader(desk, wanted, template is not None and template.about is About.REFERRAL),
        kind,
        wanted,
        partial(_mask, desk),
        int(entry) if entry.isascii() and entry.isdigit() and len(entry) < 19 else None,
    )
    if made is None:
        raise Problem(NOTHING_TO_SHOW)
    if sent.get("as") == "page":
        return desk.page(
            "document.html",
            title=made.title,
            lines=[(each.look.value, each.text) for each in made.cover],
            watermark=made.watermark,
            code=as_svg(made.code),
        )
    return Response(
        as_pdf(made),
        media_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{kind}.pdf"'},
    )


def _reader(desk: Desk, of: str, referral: bool) -> Reader:
    """Who prints, as the page of the same thing names them."""
    task = desk.program.queries.task_of(desk.ours, of) if referral else ""
    return desk.reader(Purpose.TASK, task) if task else desk.reader()


def _mask(desk: Desk, child: Child) -> Child:
    return shown_in_part(desk, [child])[0]


def _scan_form(desk: Desk, receipt: str = "", fault: tuple[str, str] | None = None) -> Response:
    return desk.page(
        "document_scan.html",
        status=422 if fault else 200,
        title="传回文书",
        receipt=receipt,
        faults=[fault] if fault else [],
    )
