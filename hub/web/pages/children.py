"""儿童: the list of one's own, the search before anything is recorded, the file (一人一档)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from adapters.intake.inquiry import read_inquiry
from domain.calendar import shanghai_date
from domain.family_link import LINK_KIND
from domain.kernel import Category
from domain.purpose import REVEALED_FOR, RevealedFor
from hub.answers import Child, Entry
from hub.api.children import show_child
from hub.api.paging import decode, decode_position, encode, pseudonym
from hub.api.problems import NOTHING_TO_SHOW, Problem
from hub.api.words import LEGAL_BASES, PURPOSES, action_word
from hub.directory import POST_WORDS
from hub.paper.child_file import facts_of, told_of
from hub.printing import paper_of, printed
from hub.queries import NOTHING, RECORD_IT
from hub.web import words
from hub.web.desk import At, Desk, Sent
from hub.web.masking import beyond, masked, shown_in_part

router = APIRouter()

Ref = Annotated[str, Path(max_length=100)]
Cursor = Annotated[str | None, Query(max_length=400)]
Form = Annotated[str, Query(max_length=60)]
_PAGE = 30


def _row(desk: Desk, child: Child) -> dict[str, Any]:
    shown = show_child(desk.program, child)
    return {
        "ref": child.child_ref,
        "name": str(child.fields.get("name", "")),
        "birth_month": shown.birth_month or "",
        "place": " ".join(filter(None, (shown.town_name, shown.village_name))),
        "school": shown.school_name or "",
        "tier": shown.words.get("tier", ""),
        "safety": child.safety,
    }


@router.get("/children")
def children(desk: At, cursor: Cursor = None, form: Form = "") -> Response:
    """The children of one's own duty, and the form to look for one; ``form``: to choose about whom
    a record is."""
    page = desk.program.queries.children(desk.reader(), after=decode(cursor), limit=_PAGE)
    return desk.page(
        "children.html",
        title="儿童",
        rows=[_row(desk, each) for each in shown_in_part(desk, page.items)],
        next_cursor=encode(page.next_cursor),
        found=None,
        faults=[],
        asked={},
        advice=RECORD_IT,
        nothing=NOTHING,
        form=_form(desk, form),
    )


@router.post("/children/search")
def search(desk: At, sent: Sent) -> Response:
    """Look among one's own children for one that may be meant (先查后建)."""
    program = desk.program
    asked = {n: sent.get(n) for n in ("id_number", "name", "birth_date") if sent.get(n)}
    claim = read_inquiry(asked, shanghai_date(desk.now), program.intake.places)
    faults: list[tuple[str, str]] = []
    found = None
    if isinstance(claim, list):
        faults = [(fault.column, f"{fault.rule}{fault.advice}") for fault in claim]
    else:
        candidates = program.queries.search(desk.reader(), claim)
        shown = shown_in_part(desk, (each.child for each in candidates))
        found = [
            {**_row(desk, child), "reasons": [text for _, text in each.reasons]}
            for child, each in zip(shown, candidates, strict=True)
        ]
    return desk.page(
        "children.html",
        status=422 if faults else 200,
        title="儿童",
        rows=[],
        next_cursor=None,
        found=found,
        faults=faults,
        asked=asked,
        advice=RECORD_IT,
        nothing=NOTHING,
        form=_form(desk, sent.get("form")),
    )


def _form(desk: Desk, name: str) -> tuple[str, str] | None:
    """The form that a child is chosen for, by path and title; None where there is none."""
    found = {kind.name.replace(".", "/", 1): kind for kind in desk.program.intake.kinds(desk.ours)}
    return (name, found[name].title) if name in found else None


@router.get("/children/{child_ref}")
def child_file(
    desk: At, child_ref: Ref, before: Cursor = None, on: str = "", chapter: str = ""
) -> Response:
    """The file: what is to be heeded first, who it is, what is open, what happened, who looked; or
    what could be seen on another day. ``chapter``: of what happened only that part."""
    desk.caught_up()
    ref = pseudonym(child_ref)
    found = desk.program.queries.child_file(desk.reader(), ref)
    if found is None:
        raise Problem(NOTHING_TO_SHOW)
    partly = bool(beyond(desk, [ref]))
    return _file(desk, ref, found, before=before, on=on, chapter=chapter, partly=partly)


@router.post("/children/{child_ref}/reveal")
def reveal(desk: At, sent: Sent, child_ref: Ref) -> Response:
    """The file with who the child is, once it is said what for; that stands in the access log."""
    ref, why = pseudonym(child_ref), sent.get("why")
    if why not in set(RevealedFor):
        raise Problem(NOTHING_TO_SHOW, detail="请选择用途后再提交。")
    found = desk.program.queries.reveal(desk.reader(), ref, RevealedFor(why))
    if found is None:
        raise Problem(NOTHING_TO_SHOW)
    return _file(desk, ref, found)


def _file(
    desk: Desk,
    ref: str,
    found: Child,
    *,
    before: str | None = None,
    on: str = "",
    chapter: str = "",
    partly: bool = False,
) -> Response:
    program, reader = desk.program, desk.reader()
    if partly:
        found = masked(found)
    paper = paper_of(program, reader)
    chapters = {each.title: each.topics for each in paper.chapters if each.topics}
    topics = chapters.get(chapter, ())
    page = program.queries.timeline(
        reader, ref, topics=topics, before=decode_position(before), limit=_PAGE
    )
    family = program.queries.family(reader, ref) or ()
    relatives = shown_in_part(desk, (each.child for each in family))
    return desk.page(
        "child.html",
        title="一人一档",
        child=show_child(program, found),
        row=_row(desk, found),
        partly=partly,
        reveals=list(REVEALED_FOR.items()),
        safety=found.safety,
        facts=[each for each in facts_of(found, paper) if each[0] != "姓名"],
        entries=[_entry(each, paper, partly) for each in page.items],
        next_cursor=encode(page.next_cursor),
        chapters=list(chapters),
        chapter=chapter if topics else "",
        family=[
            {**_row(desk, child), "link": LINK_KIND.labels.get(each.link, each.link)}
            for child, each in zip(relatives, family, strict=True)
        ],
        open_loops=[
            {
                "title": each.title,
                "owner": each.owner_name,
                "due": words.due(each.due_at, desk.now),
            }
            for each in program.queries.open_loops(reader, ref)
        ],
        looks=_looks(desk, ref),
        as_of=_as_of(desk, ref, on),
        on=on,
        today=shanghai_date(desk.now).isoformat(),
        records=[
            (kind.name.replace(".", "/", 1), kind.title)
            for kind in program.intake.kinds(desk.ours)
            if not kind.never_refused and {"name", "id_number"} <= {c.field for c in kind.columns}
        ],
    )


_WHO = frozenset({Category.WHO.value, Category.CONTACT.value})
"""Categories of which a timeline tells nothing of a child that is shown in part."""


def _entry(entry: Entry, paper: Any, partly: bool) -> dict[str, Any]:
    return {
        "title": entry.title,
        "by": entry.producer_name,
        "basis": LEGAL_BASES.get(entry.legal_basis, ""),
        "at": entry.occurred_at,
        "told": [] if partly and entry.category in _WHO else list(told_of(entry, paper)),
    }


def _looks(desk: Desk, ref: str) -> list[dict[str, str]]:
    directory = desk.program.directory
    return [
        {
            "at": look.at,
            "who": f"{directory.name(look.organisation)} {POST_WORDS.get(look.post, '系统')}",
            "what": action_word(look.action),
            "purpose": PURPOSES.get(look.purpose, look.purpose),
        }
        for look in desk.program.queries.access_log(desk.reader(), ref)[:20]
    ]


def _as_of(desk: Desk, ref: str, on: str) -> dict[str, Any] | None:
    """What could be seen on a day; None where no day was asked for, or none that can be read."""
    try:
        day = date.fromisoformat(on)
    except ValueError:
        return None
    found = desk.program.queries.as_of(desk.reader(), ref, day, "")
    return {"day": words.day(day), "found": found}


@router.get("/children/{child_ref}/file.pdf")
def complete_file(desk: At, child_ref: Ref) -> Response:
    """The whole of it as PDF; that it was made is noted."""
    reader = desk.reader()
    found = desk.program.queries.complete_file(reader, pseudonym(child_ref))
    if found is None:
        raise Problem(NOTHING_TO_SHOW)
    return Response(
        printed(desk.program, reader, found),
        media_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{found.child.child_ref}.pdf"'},
    )
