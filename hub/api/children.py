"""Doors to children: find one, the file (一人一档), its timeline, who looked (查阅记录)."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response

from adapters.intake.inquiry import read_inquiry
from domain.identity import IdentityClaim
from domain.kernel import Given
from hub.answers import Child, Entry, Page
from hub.api.auth import Caller
from hub.api.paging import (
    PAGE_SIZE,
    Cursor,
    Limit,
    Reading,
    Ref,
    decode,
    decode_position,
    listing,
    pseudonym,
)
from hub.api.problems import INVALID, NOTHING_TO_SHOW, Problem, faulty
from hub.api.schemas import (
    AsOfOut,
    CandidateOut,
    CandidatesOut,
    ChildOut,
    EntryOut,
    InquiryIn,
    Listing,
    LookOut,
    ReasonOut,
    SafetyOut,
    TimelineOut,
)
from hub.api.words import LEGAL_BASES, PURPOSES, action_word, category_words, words_of
from hub.bootstrap import Program
from hub.directory import POST_WORDS
from hub.keyservice import Purpose
from hub.printing import printed
from hub.queries import RECORD_IT

router = APIRouter(prefix="/children", tags=["儿童"])


def show_child(program: Program, child: Child) -> ChildOut:
    """A child with the names of its places."""
    shown = ChildOut.model_validate(child)
    if child.town:
        shown.town_name = program.policies.towns.get(child.town)
    if child.school:
        shown.school_name = program.directory.name(child.school)
    if child.village:
        names = {each.code: each.name for each in program.policies.divisions}
        shown.village_name = names.get(child.village)
    shown.words = words_of({"tier": child.tier, **child.fields})
    return shown


def show_entry(entry: Entry) -> EntryOut:
    """An entry, with its child where it has one."""
    shown = EntryOut.model_validate(entry)
    child = entry.clear.get("child_ref")
    shown.child_ref = str(child) if child else None
    return shown


def show_told(entry: Entry) -> EntryOut:
    """An entry of what is answered or reviewed by its identifier."""
    shown = show_entry(entry)
    shown.id = entry.stream
    return shown


def claim_of(who: Caller, asked: InquiryIn) -> IdentityClaim:
    """Whom an inquiry names. Raises the 422 problem."""
    program = who.program
    today = Given(now=program.clock.now(), actor=who.actor).today
    claim = read_inquiry(asked.model_dump(), today, program.intake.places)
    if isinstance(claim, list):
        raise faulty(INVALID, claim)
    return claim


def _children(program: Program, page: Page[Child]) -> Listing[ChildOut]:
    items = [show_child(program, child) for child in page.items]
    return Listing[ChildOut](**listing(items, page.next_cursor))


@router.post(
    "/find",
    summary="查找一名儿童",
    description="按身份证号，或姓名和出生日期查找；每次查找都记入查阅记录，每人每分钟有次数限制。",
)
def find(who: Reading, asked: InquiryIn) -> Listing[ChildOut]:
    found = who.program.queries.find_child(who.reader(Purpose.CASEWORK), claim_of(who, asked))
    items = [show_child(who.program, found)] if found else []
    return Listing[ChildOut](**listing(items))


@router.post(
    "/search",
    summary="先查后建",
    description="登记之前查一查本单位可见的儿童里有没有同一个孩子：身份证号相同，或出生日期相同且"
    "姓名相同、同音、写法不同；每个候选写明哪些相同，由人判断。每次查找都记入查阅记录，每人有次数限制。"
    "没有候选的，请照常登记，由系统比对；强制报告不需要先查。",
)
def search(who: Reading, asked: InquiryIn) -> CandidatesOut:
    program = who.program
    found = program.queries.search(who.reader(Purpose.CASEWORK), claim_of(who, asked))
    return CandidatesOut(
        items=[
            CandidateOut(
                child=show_child(program, each.child),
                reasons=[ReasonOut(code=code, text=text) for code, text in each.reasons],
            )
            for each in found
        ],
        advice=RECORD_IT,
    )


@router.get("", summary="本单位可见的儿童")
def children(who: Reading, cursor: Cursor = None, limit: Limit = PAGE_SIZE) -> Listing[ChildOut]:
    """按编号排列（加密的姓名不能排序）。"""
    page = who.program.queries.children(
        who.reader(Purpose.CASEWORK), after=decode(cursor), limit=limit
    )
    return _children(who.program, page)


@router.get("/unassigned", summary="居住地未确认的儿童")
def unassigned(who: Reading, cursor: Cursor = None, limit: Limit = PAGE_SIZE) -> Listing[ChildOut]:
    """民政局统筹用；其他单位没有可显示的记录。"""
    page = who.program.queries.unassigned(who.coordinator(), after=decode(cursor), limit=limit)
    return _children(who.program, page)


@router.get("/follow-up", summary="重点关注对象")
def follow_up_list(
    who: Reading, cursor: Cursor = None, limit: Limit = PAGE_SIZE
) -> Listing[ChildOut]:
    """评估为可以回归家庭的儿童，定期跟踪回访。"""
    page = who.program.queries.follow_up_list(
        who.reader(Purpose.CASEWORK), after=decode(cursor), limit=limit
    )
    return _children(who.program, page)


@router.get("/{child_ref}", summary="一人一档")
def child_file(who: Reading, child_ref: Ref) -> ChildOut:
    """本单位可见的部分。"""
    found = who.program.queries.child_file(who.reader(Purpose.CASEWORK), pseudonym(child_ref))
    if found is None:
        raise Problem(NOTHING_TO_SHOW)
    return show_child(who.program, found)


@router.get(
    "/{child_ref}/complete-file",
    summary="完整档案",
    response_class=Response,
    responses={200: {"description": "完整档案", "content": {"application/pdf": {}}}},
)
def complete_file(who: Reading, child_ref: Ref) -> Response:
    """封面、目录和本单位为所填目的可以看到的全部内容，每页写明制作单位、制作人、时间和目的；制作记入查阅记录。"""
    reader = who.reader(Purpose.CASEWORK)
    found = who.program.queries.complete_file(reader, pseudonym(child_ref))
    if found is None:
        raise Problem(NOTHING_TO_SHOW)
    return Response(
        printed(who.program, reader, found),
        media_type="application/pdf",
        # Saved, never shown in place; under a name that says nothing of the child.
        headers={
            "Content-Disposition": f'attachment; filename="{found.child.child_ref}.pdf"',
            "Cache-Control": "no-store",
        },
    )


@router.get("/{child_ref}/timeline", summary="时间线")
def timeline(
    who: Reading, child_ref: Ref, cursor: Cursor = None, limit: Limit = PAGE_SIZE
) -> TimelineOut:
    """本单位可见的事项，新的在前；有安全提示的，先列安全提示。"""
    page = who.program.queries.timeline(
        who.reader(Purpose.CASEWORK),
        pseudonym(child_ref),
        before=decode_position(cursor),
        limit=limit,
    )
    items = [show_entry(entry) for entry in page.items]
    heeded = [SafetyOut.model_validate(line) for line in page.safety]
    return TimelineOut(**listing(items, page.next_cursor), safety=heeded)


@router.get("/{child_ref}/access-log", summary="查阅记录")
def access_log(who: Reading, child_ref: Ref) -> Listing[LookOut]:
    """谁查阅过；民政局看到全部，其他单位看到本单位的。"""
    program = who.program
    looks = program.queries.access_log(who.reader(Purpose.CASEWORK), pseudonym(child_ref))
    items = []
    for look in looks:
        shown = LookOut.model_validate(look)
        shown.organisation_name = program.directory.name(look.organisation)
        # The hub itself looks when it finds which child a record concerns.
        shown.post_name = POST_WORDS.get(look.post, "系统")
        shown.category_names = category_words(look.categories)
        shown.action_name = action_word(look.action)
        shown.purpose_name = PURPOSES.get(look.purpose, look.purpose)
        shown.legal_basis_name = LEGAL_BASES.get(look.legal_basis, look.legal_basis)
        items.append(shown)
    return Listing[LookOut](**listing(items))


@router.get("/{child_ref}/as-of", summary="按日回看")
def as_of(
    who: Reading,
    child_ref: Ref,
    on: Annotated[date, Query(alias="date", description="哪一天（结束时）。")],
    organisation: Annotated[
        str, Query(max_length=100, description="哪个单位；不填则为本单位。")
    ] = "",
) -> AsOfOut:
    """那一天能看到哪些类别、凭什么、依据哪一版规则。只说能看到什么，不显示内容。"""
    program = who.program
    found = program.queries.as_of(
        who.reader(Purpose.CASEWORK), pseudonym(child_ref), on, organisation
    )
    if found is None:
        raise Problem(NOTHING_TO_SHOW)
    shown = AsOfOut.model_validate(found)
    shown.organisation_name = program.directory.name(found.organisation)
    return shown
