"""Visits without a network (离线走访): what a phone takes along, the shell that opens without a
sign-in, and the door by which what was written comes in.

Neither the shell nor the worker that keeps it holds anything about anybody (ADR 0068).
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from adapters.intake.intake import DIFFERS, RowAnswer, UnknownKind
from adapters.intake.records import RecordKind
from domain.organisations import Seat
from domain.visit import NOT_MET, VISIT_FORM, VisitForm, visit_id
from hub.answers import Child, Entry, VisitDue
from hub.api.paging import pseudonym
from hub.api.problems import FORBIDDEN, VISIT_DIFFERS, Problem
from hub.bootstrap import Program
from hub.queries.door import MAX_PAGE
from hub.web import words
from hub.web.desk import At, Desk, Sent
from hub.web.forms import faults_by_field, widgets
from hub.web.rendering import STATIC, asset, page

router = APIRouter()

FORM = "village.visit_form"
SHELL = "/offline"
WORKER = "/worker.js"
SCRIPTS = ("visits/store.js", "visits/safe.js", "visits/send.js", "visits/shell.js")
"""The scripts of the shell, in the order in which they need each other."""
_KEPT = ("hub.css", "icon.svg", *SCRIPTS)
_TEXTS = ("seen", "childs_view", "hazards", "problems", "action")
"""What may be said in words besides."""

VisitId = Annotated[str, Path(max_length=100)]


class VisitSent(BaseModel):
    """A visit as a phone sends it: who wrote it, and the row awaiting correction that it mends."""

    model_config = ConfigDict(extra="forbid")

    author: str = Field(max_length=100)
    row: str | None = Field(default=None, max_length=100)
    values: dict[str, str] = Field(max_length=40)


@router.get(SHELL)
def shell(request: Request) -> Response:
    """The form without anybody in it: the same for everybody, signed in or not."""
    return page("offline.html", _shell(request.app.state.program))


@router.get(WORKER)
def worker(request: Request) -> Response:
    """The worker that keeps the shell and its files for when there is no network, and nothing
    else; it changes whenever one of them does."""
    shown = page("offline.html", _shell(request.app.state.program)).body
    kept = [SHELL, *(asset(each) for each in _KEPT)]
    version = hashlib.sha256(bytes(shown)).hexdigest()[:12]
    stated = {"shell": SHELL, "kept": kept, "cache": f"shell-{version}"}
    code = f"const STATED = {json.dumps(stated)};\n{_worker_code()}"
    return Response(code, media_type="text/javascript")


@router.post("/visits/key")
def key(desk: At) -> Response:
    """By which the person's own unsent visits on this phone are opened."""
    require_recording(desk)
    return JSONResponse(_own(desk))


@router.post("/visits/take")
def take(desk: At, sent: Sent) -> Response:
    """The check-lists of the visits that were marked, and of no other; none of the history."""
    require_recording(desk)
    marked = {pseudonym(each) for each in sent.all("child")}
    owed: dict[str, tuple[Child, list[VisitDue]]] = {}
    after: str | None = None
    while marked - set(owed):
        found = desk.program.queries.visits_due(desk.reader(), after=after, limit=MAX_PAGE)
        for each in found.items:
            if each.child_ref in marked and each.child is not None:
                owed.setdefault(each.child_ref, (each.child, []))[1].append(each)
        after = found.next_cursor
        if after is None:
            break
    taken = [_check_list(desk, child, dues) for child, dues in owed.values()]
    hours = desk.program.policies.phone_visits.kept_hours
    return JSONResponse({**_own(desk), "hours": hours, "visits": taken})


@router.put("/visits/{visit}")
def put(desk: At, visit: VisitId, sent: VisitSent) -> Response:
    """A visit that was written without a network. What it may is decided now; when it was made
    stands in it. Sent again, it gets the same receipt."""
    if sent.author != desk.session.user.user:
        words_ = "这一份是另一位同事填写的，请由填写的人登录后发送。"
        return JSONResponse({"words": [words_]}, 401)
    try:
        kind = desk.program.intake.kind(desk.ours, FORM)
    except UnknownKind:
        return JSONResponse({"words": [FORBIDDEN.detail]}, 403)
    outcome = _taken(desk, {**sent.values, "visit_id": visit}, sent.row)
    desk.request.app.state.after_write()
    told: dict[str, Any] = {
        "report": outcome.report.number if outcome.report else "",
        "row": outcome.quarantine_id or "",
    }
    if outcome.answer is not None:
        told["receipt"] = outcome.answer.number
        return JSONResponse(told, 200 if outcome.answer.repeated else 201)
    told["words"] = [text for _, text in faults_by_field(kind, outcome.faults)]
    if not any(fault.code == DIFFERS for fault in outcome.faults):
        return JSONResponse(told, 422)
    desk.caught_up_to(desk.program.store.position)
    stream = visit_id(desk.ours, UUID(pseudonym(visit)))
    held = desk.program.queries.stated(desk.reader(), str(stream))
    told["recorded"] = [line for each in held.items[:1] for line in _stated(kind, each)]
    told["sent"] = _labelled(kind, sent.values)
    return JSONResponse(told, VISIT_DIFFERS.status)


def may_record(desk: Desk) -> bool:
    """Whether the person's organisation records visits of its own list."""
    try:
        desk.program.intake.kind(desk.ours, FORM)
    except UnknownKind:
        return False
    return True


def require_recording(desk: Desk) -> None:
    """Raises Problem for everybody else."""
    if not may_record(desk):
        raise Problem(FORBIDDEN)


def _own(desk: Desk) -> dict[str, str]:
    """Who somebody is to their phone, and the key of what it keeps for them."""
    author = desk.session.user.user
    made = desk.program.entrance.visit_keys.of(author)
    return {"author": author, "key": base64.b64encode(made).decode()}


def _check_list(desk: Desk, child: Child, dues: list[VisitDue]) -> dict[str, Any]:
    contact, soonest = child.safe_contact, words.due(dues[0].due_at, desk.now)
    return {
        "child_ref": child.child_ref,
        "name": str(child.fields.get("name", "")),
        "address": str(child.fields.get("address", "")),
        "what": "、".join(dict.fromkeys(each.title for each in dues)),
        "due": soonest.text if soonest else "",
        "safety": [f"{each.text} 请联系：{each.call}" for each in dues[0].safety],
        "contact": f"{contact.name}（{contact.relation}）" if contact else "",
        "telephone": contact.telephone if contact else "",
    }


def _taken(desk: Desk, values: Mapping[str, str], row: str | None) -> RowAnswer:
    """A visit, or the row that was refused before, mended: what was cleared is to be empty."""
    intake, actor = desk.program.intake, desk.who.actor
    if row:
        empty = {column.field: "" for column in intake.kind(desk.ours, FORM).columns}
        mended = intake.correct(actor, pseudonym(row), {**empty, **values})
        if mended is not None:
            return mended
    return intake.record(actor, FORM, values)


def _labelled(kind: RecordKind[Any], values: Mapping[str, str]) -> list[tuple[str, str]]:
    """What a phone sent, as its person reads it."""
    unread = ("visit_id", "child_ref", "corrects")
    return [
        (column.heading, values[column.field])
        for column in kind.columns
        if values.get(column.field) and column.field not in unread
    ]


def _stated(kind: RecordKind[Any], entry: Entry) -> list[tuple[str, str]]:
    """The same of what came in."""
    said = {**entry.clear, **entry.fields}
    told = {name: entry.words.get(name) or str(value) for name, value in said.items() if value}
    return _labelled(kind, told)


def _shell(program: Program) -> dict[str, Any]:
    rules = program.policies.phone_visits
    kind = program.intake.kind(Seat.VILLAGE, FORM)
    fields = {each.name: each for each in widgets(kind)}
    home = {"form": VISIT_FORM.labels[VisitForm.HOME_VISIT]}
    return {
        "rules": rules,
        "questions": rules.questions,
        "needed": {each.name for each in fields.values() if each.required},
        "texts": [fields[name] for name in _TEXTS],
        "base": home,
        "reasons": [
            {**home, "harm_suspected": "否", "not_met_reason": NOT_MET.labels[code]}
            for code in rules.not_met
        ],
        "scripts": SCRIPTS,
    }


def _worker_code() -> str:
    return (STATIC / "visits/worker.js").read_text(encoding="utf-8")
