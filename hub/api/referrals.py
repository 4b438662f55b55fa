"""Doors to referrals (转介单): inbox, sent, board, and each step of one."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Header, Path, Query, Request

from domain.kernel import Command, LegalBasis, derived_id
from domain.leaving import LeaveDistrict
from domain.move import AnnounceMove, WithdrawMove
from domain.referral import (
    STATE_WORDS,
    AcceptReferral,
    CloseReferral,
    CompleteReferral,
    DeclineOffer,
    FailReferral,
    OfferReferral,
    OpenReferral,
    ReassignReferral,
    ReferralState,
    ReturnReferral,
    SendReferral,
    StartReferral,
    VoidReferral,
    WithdrawReferral,
)
from domain.referral_desk import AssignReferral, HoldReferral, ResumeReferral, Taken
from hub.answers import Page, Referral
from hub.api.auth import Caller, Signed
from hub.api.children import show_child
from hub.api.paging import PAGE_SIZE, Cursor, Limit, Reading, Ref, decode, listing, pseudonym
from hub.api.problems import NOTHING_TO_SHOW, Problem
from hub.api.schemas import (
    AssignIn,
    CloseIn,
    CompleteIn,
    DeclineIn,
    FailIn,
    HoldIn,
    LeaveIn,
    Listing,
    MoveIn,
    OfferIn,
    OpenedOut,
    OpenIn,
    ReassignIn,
    ReceiptOut,
    ReferralOut,
    ReturnIn,
    SendIn,
    VoidIn,
    WithdrawIn,
)
from hub.keyservice import Purpose

router = APIRouter(tags=["转介"])

ReferralId = Annotated[str, Path(max_length=100, description="转介单编号。")]
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        description="幂等键：同一键同一内容重发，得到同一回执，不会重复办理。",
        examples=["3f1c2c52-0000-4000-8000-000000000001"],
    ),
]


def show(who: Caller, referral: Referral) -> ReferralOut:
    """A referral as its doors show it."""
    program = who.program
    shown = ReferralOut.model_validate(
        {
            **{name: getattr(referral, name) for name in Referral.__slots__},
            "child": show_child(program, referral.child) if referral.child else None,
        }
    )
    ours = who.user.organisation
    sent = referral.sender == ours and referral.addressee != referral.sender
    waiting = referral.state == ReferralState.REQUESTED
    shown.state_name = "已转出" if sent and waiting else STATE_WORDS[ReferralState(referral.state)]
    if referral.offered_to == ours:
        shown.state_name = "请求移交"
    shown.first = first_of(referral.medical_by)
    kind = program.policies.rules.referrals.get(referral.kind)
    if kind is not None:
        shown.outcomes = dict(kind.outcomes)
        shown.outcome_name = kind.outcomes.get(referral.outcome or "")
    return shown


def first_of(medical_by: str | None) -> str | None:
    """What stands before everything else in a task (沪未保 76(2))."""
    return "报告称孩子受伤：先送医，再登记就医情况。" if medical_by else None


def _page(who: Caller, page: Page[Referral]) -> Listing[ReferralOut]:
    items = [show(who, referral) for referral in page.items]
    return Listing[ReferralOut](**listing(items, page.next_cursor))


@router.get("/inbox", summary="待办")
def inbox(
    who: Reading,
    open_only: Annotated[bool, Query(description="只列未办完的。")] = True,
    cursor: Cursor = None,
    limit: Limit = PAGE_SIZE,
) -> Listing[ReferralOut]:
    """转给本单位的转介单，先到期的在前。"""
    page = who.program.queries.inbox(
        who.reader(Purpose.TASK), open_only=open_only, after=decode(cursor), limit=limit
    )
    return _page(who, page)


@router.get("/referrals/sent", summary="转出的转介单")
def sent(who: Reading, cursor: Cursor = None, limit: Limit = PAGE_SIZE) -> Listing[ReferralOut]:
    """由本单位的记录转出的，各办到哪里。"""
    page = who.program.queries.sent(who.reader(Purpose.CASEWORK), after=decode(cursor), limit=limit)
    return _page(who, page)


@router.get("/board", summary="统筹协调")
def board(who: Reading, cursor: Cursor = None, limit: Limit = PAGE_SIZE) -> Listing[ReferralOut]:
    """各单位未办完的转介单；民政局用，其他单位没有可显示的记录。"""
    page = who.program.queries.board(who.coordinator(), after=decode(cursor), limit=limit)
    return _page(who, page)


@router.get("/referrals/{referral_id}", summary="一张转介单")
def referral(who: Reading, referral_id: ReferralId) -> ReferralOut:
    """含本单位可见的儿童信息和可选的办理结果。"""
    wanted = pseudonym(referral_id)
    # Its sender, and whoever supervises, look at it within their own duty, not within the task.
    task = who.program.queries.task_of(who.user.organisation, wanted)
    reader = who.reader(Purpose.TASK, task) if task else who.reader(Purpose.CASEWORK)
    found = who.program.queries.referral(reader, wanted)
    if found is None:
        raise Problem(NOTHING_TO_SHOW)
    return show(who, found)


def carry_out(
    who: Caller,
    request: Request,
    command: Command,
    key: str | None,
    *,
    basis: LegalBasis = LegalBasis.STATUTORY_DUTY,
) -> ReceiptOut:
    """Carry out a person's command and answer with its receipt."""
    try:
        answer = who.program.hub.command(command, who.actor, basis=basis, idempotency_key=key)
    except Taken as taken:
        raise taken.named(who.program.directory.logins([taken.by])) from None
    request.app.state.after_write()
    return ReceiptOut(
        receipt=answer.number,
        position=answer.position,
        repeated=answer.repeated,
        corrected=answer.corrected,
    )


def as_id(text: str) -> UUID:
    """A pseudonym as sent, as the identifier of a stream (nobody's, if it is none)."""
    return UUID(pseudonym(text))


@router.post("/referrals", summary="转出，或存为草稿")
def open_referral(who: Signed, request: Request, body: OpenIn, key: Key = None) -> OpenedOut:
    """由负责该儿童、有其在办转介或登记过该儿童的单位转出；可转出的种类由规则规定。"""
    asker = who.user
    command = OpenReferral(
        # Repeated under the same key it is the same referral.
        referral_id=derived_id("referral by hand", asker.organisation, asker.user, key)
        if key
        else uuid4(),
        child_ref=as_id(body.child_ref),
        **body.model_dump(exclude={"child_ref"}),
    )
    done = carry_out(who, request, command, key)
    return OpenedOut(**done.model_dump(), referral_id=str(command.referral_id))


@router.post("/referrals/{referral_id}/send", summary="转出草稿")
def send(
    who: Signed, request: Request, referral_id: ReferralId, body: SendIn, key: Key = None
) -> ReceiptOut:
    """由起草单位转出。"""
    command = SendReferral(referral_id=as_id(referral_id), account=body.account)
    return carry_out(who, request, command, key)


@router.post("/referrals/{referral_id}/close", summary="确认办理结果")
def close(
    who: Signed, request: Request, referral_id: ReferralId, body: CloseIn, key: Key = None
) -> ReceiptOut:
    """由转出单位确认已看到办理结果。"""
    command = CloseReferral(referral_id=as_id(referral_id), note=body.note)
    return carry_out(who, request, command, key)


@router.post("/referrals/{referral_id}/void", summary="录入错误")
def void(
    who: Signed, request: Request, referral_id: ReferralId, body: VoidIn, key: Key = None
) -> ReceiptOut:
    """由转出单位注明录入错误；接收单位即不再可见。涉及侵害的不能这样处理。"""
    command = VoidReferral(referral_id=as_id(referral_id), **body.model_dump())
    return carry_out(who, request, command, key)


@router.post("/referrals/{referral_id}/accept", summary="签收")
def accept(who: Signed, request: Request, referral_id: ReferralId, key: Key = None) -> ReceiptOut:
    """由接收单位签收；请求移交的，由被请求的单位签收，签收后即由其办理。"""
    return carry_out(who, request, AcceptReferral(referral_id=as_id(referral_id)), key)


@router.post("/referrals/{referral_id}/assign", summary="指定经办人和B角")
def assign(
    who: Signed, request: Request, referral_id: ReferralId, body: AssignIn, key: Key = None
) -> ReceiptOut:
    """由接收单位的经办人、值班领导或负责人指定；两人都是本单位的。"""
    directory, ours = who.program.directory, who.user.organisation
    handler = directory.colleague(ours, body.handler)
    deputy = body.deputy and directory.colleague(ours, body.deputy)
    command = AssignReferral(referral_id=as_id(referral_id), handler=handler, deputy=deputy)
    return carry_out(who, request, command, key)


@router.post("/referrals/{referral_id}/hold", summary="暂缓")
def hold(
    who: Signed, request: Request, referral_id: ReferralId, body: HoldIn, key: Key = None
) -> ReceiptOut:
    """由接收单位暂缓，办结期限随之中止；到期自动恢复。涉及侵害和查找的不能暂缓。"""
    command = HoldReferral(referral_id=as_id(referral_id), **body.model_dump())
    return carry_out(who, request, command, key)


@router.post("/referrals/{referral_id}/resume", summary="恢复办理")
def resume(who: Signed, request: Request, referral_id: ReferralId, key: Key = None) -> ReceiptOut:
    """由接收单位提前恢复；期限继续计算。"""
    return carry_out(who, request, ResumeReferral(referral_id=as_id(referral_id)), key)


@router.post("/referrals/{referral_id}/start", summary="开始办理")
def start(who: Signed, request: Request, referral_id: ReferralId, key: Key = None) -> ReceiptOut:
    """由接收单位开始办理。"""
    return carry_out(who, request, StartReferral(referral_id=as_id(referral_id)), key)


@router.post("/referrals/{referral_id}/complete", summary="办结")
def complete(
    who: Signed, request: Request, referral_id: ReferralId, body: CompleteIn, key: Key = None
) -> ReceiptOut:
    """由接收单位办结，结果从该种转介的可选结果中选。"""
    command = CompleteReferral(referral_id=as_id(referral_id), **body.model_dump())
    return carry_out(who, request, command, key)


@router.post("/referrals/{referral_id}/fail", summary="未办成")
def fail(
    who: Signed, request: Request, referral_id: ReferralId, body: FailIn, key: Key = None
) -> ReceiptOut:
    """由接收单位说明做过什么。"""
    command = FailReferral(referral_id=as_id(referral_id), **body.model_dump())
    return carry_out(who, request, command, key)


@router.post("/referrals/{referral_id}/return", summary="退回")
def give_back(
    who: Signed, request: Request, referral_id: ReferralId, body: ReturnIn, key: Key = None
) -> ReceiptOut:
    """由接收单位退回，原因从列表中选。"""
    command = ReturnReferral(referral_id=as_id(referral_id), **body.model_dump())
    return carry_out(who, request, command, key)


@router.post("/referrals/{referral_id}/reassign", summary="改派")
def reassign(
    who: Signed, request: Request, referral_id: ReferralId, body: ReassignIn, key: Key = None
) -> ReceiptOut:
    """由接收单位、转出单位或民政局改派给同类单位；原单位即不再可见。涉及侵害的不能改派，用移交。"""
    command = ReassignReferral(referral_id=as_id(referral_id), addressee=body.addressee)
    return carry_out(who, request, command, key)


@router.post("/referrals/{referral_id}/offer", summary="请求移交")
def offer(
    who: Signed, request: Request, referral_id: ReferralId, body: OfferIn, key: Key = None
) -> ReceiptOut:
    """由接收单位请另一单位接收；对方签收前，仍由本单位办理（首接负责）。"""
    command = OfferReferral(referral_id=as_id(referral_id), to=body.to)
    return carry_out(who, request, command, key)


@router.post("/referrals/{referral_id}/decline", summary="不接收移交，或收回移交请求")
def decline(
    who: Signed, request: Request, referral_id: ReferralId, body: DeclineIn, key: Key = None
) -> ReceiptOut:
    """由被请求移交的单位答复不接收，或由请求的单位收回。"""
    command = DeclineOffer(referral_id=as_id(referral_id), **body.model_dump())
    return carry_out(who, request, command, key)


@router.post("/children/{child_ref}/move", summary="预告迁移")
def announce_move(
    who: Signed, request: Request, child_ref: Ref, body: MoveIn, key: Key = None
) -> ReceiptOut:
    """由现在的责任单位（学校由教育局也可）预告；迁入单位在确认前可见移交的内容。"""
    command = AnnounceMove(child_ref=as_id(child_ref), receivers=tuple(body.receivers))
    return carry_out(who, request, command, key)


@router.post("/children/{child_ref}/move/withdraw", summary="撤回迁移预告")
def withdraw_move(who: Signed, request: Request, child_ref: Ref, key: Key = None) -> ReceiptOut:
    """由预告的单位撤回，迁入单位即不再可见。"""
    return carry_out(who, request, WithdrawMove(child_ref=as_id(child_ref)), key)


@router.post("/children/{child_ref}/move/outside", summary="登记迁出本区")
def leave_district(
    who: Signed, request: Request, child_ref: Ref, body: LeaveIn, key: Key = None
) -> ReceiptOut:
    """由孩子所在街镇凭区外接收单位签章的回执登记；没有回执的，仍由现在的单位负责。"""
    command = LeaveDistrict(child_ref=as_id(child_ref), **body.model_dump())
    return carry_out(who, request, command, key)


@router.post("/referrals/{referral_id}/withdraw", summary="撤回")
def withdraw(
    who: Signed, request: Request, referral_id: ReferralId, body: WithdrawIn, key: Key = None
) -> ReceiptOut:
    """由转出单位撤回。"""
    command = WithdrawReferral(referral_id=as_id(referral_id), **body.model_dump())
    return carry_out(who, request, command, key)
