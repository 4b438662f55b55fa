"""Doors to overview: overdue (逾期), one's own register, the procurator's status check, status."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from domain.kernel import CATEGORY_WORDS, Given
from domain.organisations import Seat
from domain.registry import STREAM_BY_NAME
from hub.answers import CaseStatus
from hub.api.auth import Caller, Signed
from hub.api.children import claim_of, show_entry
from hub.api.paging import PAGE_SIZE, Cursor, Limit, Reading, decode, decode_position, listing
from hub.api.problems import INVALID, faulty
from hub.api.schemas import (
    ActOut,
    CaseOut,
    CaseStatusOut,
    EntryOut,
    Listing,
    OverdueListing,
    OverdueOut,
    StatusCheckIn,
    StatusOut,
    TownCount,
    UnusualLookOut,
)
from hub.api.words import UNUSUAL
from hub.directory import POST_WORDS
from hub.keyservice import Purpose
from hub.queries import MAX_PAGE, NOTHING

router = APIRouter(tags=["统筹与监督"])

_CHECK = "procuratorate.status_check"


def _procurator(who: Reading) -> Caller:
    """A dependency, so that another seat is refused before its question is even read."""
    who.only(Seat.PROCURATORATE)
    return who


Procurator = Annotated[Caller, Depends(_procurator)]


@router.get("/overdue", summary="逾期")
def overdue(
    who: Reading,
    town: Annotated[str | None, Query(max_length=12, description="只列一个街镇。")] = None,
    cursor: Cursor = None,
    limit: Limit = MAX_PAGE,
) -> OverdueListing:
    """本单位可见的逾期未办和逾期未走访，最早的在前；小计按街镇。"""
    program = who.program
    reader = who.coordinator()
    items = []
    page = program.queries.overdue(reader, town=town, after=decode(cursor), limit=limit)
    for each in page.items:
        shown = OverdueOut.model_validate({n: getattr(each, n) for n in each.__slots__})
        shown.words = f"逾期{each.days}天" if each.days else "今天逾期"
        shown.kind_name = program.policies.rules.clock_title(each.kind)
        shown.matter_name = CATEGORY_WORDS.get(each.matter, each.matter)
        items.append(shown)
    names = program.policies.towns
    by_town = [
        TownCount(town=code, town_name=names.get(code, "街镇不明"), count=count)
        for code, count in sorted(program.queries.overdue_by_town(reader).items())
    ]
    return OverdueListing(**listing(items, page.next_cursor), by_town=by_town)


@router.get("/register", summary="本单位登记簿")
def register(
    who: Reading,
    stream: Annotated[
        str | None,
        Query(
            pattern="^[a-z_]{1,40}$",
            description="只列一类：事项代码的第一段，如 visit、guardianship。",
        ),
    ] = None,
    everybodys: Annotated[
        bool, Query(description="其他单位登记、本单位可见的也列，如民政局看各街镇副站长活动。")
    ] = False,
    cursor: Cursor = None,
    limit: Limit = PAGE_SIZE,
) -> Listing[EntryOut]:
    """本单位自己登记的，新的在前。"""
    page = who.program.queries.register(
        who.reader(Purpose.CASEWORK),
        stream=stream,
        everybodys=everybodys,
        before=decode_position(cursor),
        limit=limit,
    )
    items = [show_entry(entry) for entry in page.items]
    return Listing[EntryOut](**listing(items, page.next_cursor))


@router.post(
    "/case-status",
    summary="案件状态核查",
    description="检察院凭文书号核查一名儿童的个案状态。核查本身登记在案，答复只含最少的状态，或没有可显示的记录。",
)
def case_status(who: Procurator, request: Request, asked: StatusCheckIn) -> CaseStatusOut:
    return check_status(who, asked, request.app.state.after_write)


def check_status(
    who: Caller, asked: StatusCheckIn, after_write: Callable[[], None]
) -> CaseStatusOut:
    """Record a procurator's question, then answer it. Raises the problem of one with a fault, and
    TooManySearches."""
    program = who.program
    # First, for the question is recorded before it is answered.
    program.queries.may_search(who.reader(Purpose.CASE_STATUS_CHECK))
    claim = claim_of(who, asked.child)
    values = {
        "document_number": asked.document_number,
        "matter": asked.matter,
        **asked.child.model_dump(),
    }
    # Read before it is recorded: a question with a fault is asked anew, not kept for correction.
    today = Given(now=program.clock.now(), actor=who.actor).today
    read = program.intake.kind(who.user.organisation, _CHECK).read(values, today, vouched=True)
    if isinstance(read, list):
        raise faulty(INVALID, read)
    outcome = program.intake.record(who.actor, _CHECK, values)
    if outcome.answer is None:
        raise faulty(INVALID, outcome.faults)
    after_write()
    cases = program.queries.case_status(who.reader(Purpose.CASE_STATUS_CHECK), claim)
    return CaseStatusOut(
        cases=[_case(case) for case in cases],
        message=None if cases else NOTHING,
        receipt=outcome.answer.number,
        position=outcome.answer.position,
    )


def _case(case: CaseStatus) -> CaseOut:
    return CaseOut(
        id=case.id,
        kind=case.kind,
        state=case.state,
        kind_name=STREAM_BY_NAME[case.kind].title,
        state_name=STREAM_BY_NAME[case.kind].states[case.state],
        opened_at=case.opened_at,
        changed_at=case.changed_at,
        acts=[ActOut(organisation=name, act=act, at=at) for name, act, at in case.acts],
        due_at=case.due_at,
    )


@router.get("/unusual-looks", summary="异常查阅提醒")
def unusual_looks(
    who: Reading, cursor: Cursor = None, limit: Limit = PAGE_SIZE
) -> Listing[UnusualLookOut]:
    """对本单位负责的儿童的异常查阅（不在职责内、夜间、短时间多名），新的在前；请核实是否因公。"""
    program = who.program
    oversees = who.seat.value in program.policies.unusual_looks.told.oversight
    page = program.queries.unusual_looks(
        who.reader(Purpose.COORDINATION if oversees else Purpose.CASEWORK),
        before=decode_position(cursor),
        limit=limit,
    )
    items = []
    for each in page.items:
        shown = UnusualLookOut.model_validate(each)
        shown.organisation_name = program.directory.name(each.organisation)
        shown.post_name = POST_WORDS.get(each.post, each.post)
        shown.kind_names = "、".join(UNUSUAL.get(kind, kind) for kind in each.kinds.split(","))
        items.append(shown)
    return Listing[UnusualLookOut](**listing(items, page.next_cursor))


@router.get("/status", summary="系统更新到哪里")
def status(who: Signed) -> StatusOut:
    """登记位置和本单位视图的位置；不含任何儿童的数目。"""
    program = who.program
    position = program.store.position
    view = program.projector.view(who.seat).position
    return StatusOut(
        position=position,
        view_position=view,
        lag=max(0, position - view),
        reactions_position=program.reactor.position,
        policy_version=program.policies.version,
        now=program.clock.now().isoformat(),
    )
