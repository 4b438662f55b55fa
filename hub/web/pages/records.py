"""Forms for every kind of record (登记) that an organisation may send."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Path
from starlette.responses import Response

from adapters.intake.intake import RowAnswer, UnknownKind
from adapters.intake.records import RecordKind
from hub.answers import Child
from hub.api.paging import pseudonym
from hub.api.problems import FORBIDDEN, NOTHING_TO_SHOW, Problem
from hub.web.desk import At, Desk, Sent, drafted
from hub.web.forms import CHILD_FIELDS, cells, faults_by_field, names_a_child, widgets
from hub.web.masking import shown_in_part

router = APIRouter()

Name = Annotated[str, Path(max_length=60)]
CHILD = "child_ref"
"""Which child of one's own list a form is about; its field is none of the record's."""
ROW = "row"
"""The row awaiting correction that a form mends."""
_OURS = ("visit_id",)
"""Identifiers that whoever fills in a form makes: the page does."""
_WHO = ("name", "id_number", "birth_date", "sex", "guardian_name", "guardian_phone")


@router.get("/records")
def kinds(desk: At) -> Response:
    """What may be recorded here, and what was begun and not sent."""
    program = desk.program
    found = program.intake.kinds(desk.ours)
    drafts = [
        (form.removeprefix("record/"), saved)
        for form, saved in program.entrance.drafts.forms(desk.session.user.user, desk.now)
        if form.startswith("record/")
    ]
    titles = {kind.name: kind.title for kind in found}
    return desk.page(
        "records.html",
        title="登记",
        kinds=[(_path(kind.name), kind.title) for kind in found],
        drafts=[(_path(n), titles[n], saved) for n, saved in drafts if n in titles],
    )


@router.get("/records/{agency}/{name}")
def form(desk: At, agency: Name, name: Name, child_ref: str = "") -> Response:
    """The form of one kind of record, with what was kept of it; about a child of one's own list,
    where one was chosen."""
    kind = _kind(desk, agency, name)
    user, form = desk.session.user.user, f"record/{kind.name}"
    typed = {} if child_ref else desk.program.entrance.drafts.kept(user, form, desk.now)
    chosen = child_ref or typed.get(CHILD, [""])[0]
    return _form(desk, kind, typed, child=_child(desk, chosen) if chosen else None)


@router.post("/records/{agency}/{name}")
def record(desk: At, sent: Sent, agency: Name, name: Name) -> Response:
    """Take the record; what is wrong with it is said at its fields, and nothing is lost."""
    kind = _kind(desk, agency, name)
    child = _child(desk, sent.get(CHILD)) if sent.get(CHILD) else None
    values = {**cells(kind, sent.texts), **_who(kind, child)}
    outcome = _taken(desk, kind, values, sent.get(ROW))
    desk.request.app.state.after_write()
    if outcome.answer is None:
        return _form(desk, kind, drafted(sent.texts), child=child, refused=outcome)
    desk.program.entrance.drafts.drop(desk.session.user.user, f"record/{kind.name}")
    return desk.page(
        "recorded.html",
        title=kind.title,
        receipt=outcome.answer.number,
        repeated=outcome.answer.repeated,
        report=outcome.report.number if outcome.report else "",
        calls=desk.program.calls.at_filing(),
        danger=outcome.report is not None or desk.program.intake.reports(kind.name),
        again=_path(kind.name),
        child=child,
    )


def _taken(desk: Desk, kind: RecordKind[Any], values: Mapping[str, str], row: str) -> RowAnswer:
    """One record, or the row that was refused before, mended."""
    intake, actor = desk.program.intake, desk.who.actor
    if row:
        # What was cleared is to be empty.
        empty = {column.field: "" for column in kind.columns}
        mended = intake.correct(actor, pseudonym(row), {**empty, **values})
        if mended is not None:
            return mended
    return intake.record(actor, kind.name, values)


def _kind(desk: Desk, agency: str, name: str) -> RecordKind[Any]:
    try:
        return desk.program.intake.kind(desk.ours, f"{agency}.{name}")
    except UnknownKind:
        raise Problem(FORBIDDEN) from None


def _child(desk: Desk, child_ref: str) -> Child:
    found = desk.program.queries.child_file(desk.reader(), pseudonym(child_ref))
    if found is None:
        raise Problem(NOTHING_TO_SHOW)
    return found


def _who(kind: RecordKind[Any], child: Child | None) -> dict[str, str]:
    """Who a chosen child is, as its record names it: nobody types a number that is known."""
    if child is None:
        return {}
    fields = {column.field for column in kind.columns}
    known = {n: str(child.fields[n]) for n in _WHO if n in fields and child.fields.get(n)}
    if CHILD in fields:
        known[CHILD] = child.child_ref
    if child.village and "village" in fields:
        known["village"] = child.village
    return known


def _form(
    desk: Desk,
    kind: RecordKind[Any],
    typed: Mapping[str, list[str]],
    *,
    child: Child | None = None,
    refused: RowAnswer | None = None,
) -> Response:
    given = _who(kind, child)
    fields = [each for each in widgets(kind) if each.name not in {*given, *_OURS}]
    if child is not None:
        fields = [each for each in fields if each.name not in CHILD_FIELDS]
    faults = faults_by_field(kind, refused.faults) if refused else []
    wrong = {name for name, _ in faults}
    more = [each for each in fields if not each.required]
    return desk.page(
        "record.html",
        status=422 if refused else 200,
        title=kind.title,
        kind=_path(kind.name),
        form=f"record/{kind.name}",
        needed=[each for each in fields if each.required],
        more=more,
        more_open=any(each.name in wrong or typed.get(each.name) for each in more),
        typed=typed,
        faults=faults,
        ours=[
            (name, typed.get(name, [""])[0] or str(uuid4()))
            for name in _OURS
            if name in {column.field for column in kind.columns}
        ],
        row=(refused.quarantine_id or "") if refused else typed.get(ROW, [""])[0],
        report=refused.report.number if refused and refused.report else "",
        child=shown_in_part(desk, [child])[0] if child else None,
        about_a_child=names_a_child(kind) and child is None and not kind.never_refused,
        key=str(uuid4()),
    )


def _path(name: str) -> str:
    return "/records/" + name.replace(".", "/", 1)
