"""Doors to a case as a whole: who leads it, its referrals, what triggered what."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import Field

from domain.joint_case import STATE_WORDS, AcceptLead, CloseJointCase, DeclineLead, OfferLead
from domain.kernel import CATEGORY_WORDS
from domain.purpose import Purpose
from hub.answers import JointCase
from hub.api.auth import Caller, Signed
from hub.api.paging import PAGE_SIZE, Cursor, Limit, Reading, Ref, decode, listing, pseudonym
from hub.api.problems import NOTHING_TO_SHOW, Problem
from hub.api.referrals import Key, as_id, carry_out, show
from hub.api.schemas import (
    Answered,
    Asked,
    ExplainedOut,
    Listing,
    OfferIn,
    ReceiptOut,
    ReferralOut,
)

router = APIRouter(prefix="/cases", tags=["案件"])

_CASE = "d0000000-0000-4000-8000-000000000001"


class TransferOut(Answered):
    """一次已完成的移交牵头。"""

    former_name: str = Field(description="原牵头单位", examples=["示例教育局"])
    lead_name: str = Field(description="接收牵头的单位", examples=["示例街道办事处"])


class LedCaseOut(Answered):
    """本单位牵头的，或请本单位牵头的案件。"""

    case_id: str = Field(description="案件编号", examples=[_CASE])
    matter: str | None = Field(None, description="事项类别", examples=["schooling"])
    matter_name: str | None = Field(None, description="事项类别名称", examples=["就学"])
    state: str | None = Field(None, description="状态代码", examples=["OPEN"])
    state_name: str | None = Field(None, description="状态", examples=["办理中"])
    lead: str | None = Field(
        None, description="牵头单位编号；只告知参与办理的单位", examples=["education:999999"]
    )
    lead_name: str | None = Field(None, description="牵头单位", examples=["示例教育局"])
    offered_to: str | None = Field(
        None, description="请其牵头的单位编号，尚未答复；只有双方可见", examples=["town:999999001"]
    )
    offered_to_name: str | None = Field(
        None, description="请其牵头的单位", examples=["示例街道办事处"]
    )
    answer_by: str | None = Field(
        None, description="答复期限；答复前由原单位牵头", examples=["2025-03-05T01:00:00+00:00"]
    )
    transfers: list[TransferOut] = Field(default_factory=list, description="已完成的移交牵头")
    child_ref: str | None = Field(
        None, description="一人一档编号", examples=["c0000000-0000-4000-8000-000000000001"]
    )
    closable: bool | None = Field(
        None, description="各单位都已办完、可以结案；只有牵头单位可见", examples=[True]
    )
    close_by: str | None = Field(
        None,
        description="结案期限；只有牵头单位可见",
        examples=["2025-03-17T16:00:00+00:00"],
    )


class JointCaseOut(LedCaseOut):
    """一个案件：本单位可见的转介单；参与办理的，还有牵头单位和移交牵头的经过。"""

    referrals: list[ReferralOut] = Field(description="该案中本单位可见的转介单")


class DeclineLeadIn(Asked):
    """不接收牵头；或由牵头单位收回移交，不填原因。"""

    reason: str | None = Field(
        None, max_length=40, description="不接收的原因代码", examples=["NOT_OUR_DUTY"]
    )


def _plain(case: JointCase) -> dict[str, object]:
    told = {name: getattr(case, name) for name in LedCaseOut.model_fields if hasattr(case, name)}
    return {
        **told,
        "matter_name": case.matter and CATEGORY_WORDS[case.matter],
        "state_name": case.state and STATE_WORDS[case.state],
        "transfers": [
            TransferOut(former_name=former, lead_name=lead) for former, lead in case.transfers
        ],
    }


def _whole(who: Caller, case: JointCase, number: str) -> JointCaseOut:
    shown = [show(who, each) for each in case.referrals]
    return JointCaseOut.model_validate({**_plain(case), "case_id": number, "referrals": shown})


@router.get("", summary="牵头案件")
def led(who: Reading, cursor: Cursor = None, limit: Limit = PAGE_SIZE) -> Listing[LedCaseOut]:
    """由本单位牵头、和请本单位牵头的案件，未结案的。"""
    page = who.program.queries.led_cases(
        who.reader(Purpose.CASEWORK), after=decode(cursor), limit=limit
    )
    items = [LedCaseOut.model_validate(_plain(each)) for each in page.items]
    return Listing[LedCaseOut](**listing(items, page.next_cursor))


@router.get("/{case}", summary="一个案件")
def one(who: Reading, case: Ref) -> JointCaseOut:
    """同一案件下本单位可见的转介单。由谁牵头，只告知参与办理的单位。"""
    number = pseudonym(case)
    found = who.program.queries.joint_case(who.reader(Purpose.CASEWORK), number)
    if found is None:
        raise Problem(NOTHING_TO_SHOW)
    return _whole(who, found, number)


@router.post("/{case}/lead/offer", summary="移交牵头")
def offer(who: Signed, request: Request, case: Ref, body: OfferIn, key: Key = None) -> ReceiptOut:
    """由牵头单位请另一单位牵头；对方接收前仍由本单位牵头（首接负责）。转介单不随之移动。"""
    return carry_out(who, request, OfferLead(case_id=as_id(case), to=body.to), key)


@router.post("/{case}/lead/accept", summary="接收牵头")
def accept(who: Signed, request: Request, case: Ref, key: Key = None) -> ReceiptOut:
    """由被请求牵头的单位接收，自此由其牵头。"""
    return carry_out(who, request, AcceptLead(case_id=as_id(case)), key)


@router.post("/{case}/lead/decline", summary="不接收牵头，或收回移交")
def decline(
    who: Signed, request: Request, case: Ref, body: DeclineLeadIn, key: Key = None
) -> ReceiptOut:
    """由被请求的单位说明原因；由牵头单位收回的，不填原因。"""
    command = DeclineLead(case_id=as_id(case), reason=body.reason)
    return carry_out(who, request, command, key)


@router.post("/{case}/close", summary="结案")
def close(who: Signed, request: Request, case: Ref, key: Key = None) -> ReceiptOut:
    """由牵头单位结案；该案还有未办完的转介单时不能结案。"""
    return carry_out(who, request, CloseJointCase(case_id=as_id(case)), key)


@router.get("/{case}/explanation", summary="办理经过的来由")
def explanation(who: Reading, case: Ref) -> Listing[ExplainedOut]:
    """一个案件、报告或转介单的每一步由什么引起、依据哪条规则。只列本单位可见的步骤，不显示内容。"""
    found = who.program.queries.explain(who.reader(Purpose.CASEWORK), pseudonym(case))
    if not found:
        raise Problem(NOTHING_TO_SHOW)
    return Listing[ExplainedOut](**listing([ExplainedOut.model_validate(each) for each in found]))
