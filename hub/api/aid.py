"""Doors to applications for aid (保障申请), and to what was paid of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from domain.aid_codes import AID_SCHEME
from domain.aid_state import AID_STATE_WORDS, AidState
from domain.kernel import CATEGORY_WORDS
from domain.purpose import Purpose
from hub.api.children import show_child
from hub.api.paging import PAGE_SIZE, Cursor, Limit, Reading, decode, listing
from hub.api.referrals import show
from hub.api.schemas import Answered, ChildOut, Listing, ReferralOut

router = APIRouter(prefix="/aid", tags=["保障"])

Month = Annotated[
    str, Query(pattern=r"^20\d\d-(0[1-9]|1[0-2])$", description="月份，例如2025-03。")
]


class AidApplicationOut(Answered):
    """一件保障申请；项目和金额在儿童的记录里，有权的单位才能看到。"""

    id: str = Field(description="申请编号", examples=["d0000000-0000-4000-8000-000000000001"])
    state: str = Field(description="状态代码", examples=["VERIFIED"])
    state_name: str = Field(description="状态", examples=["待审批"])
    matter: str = Field(description="数据类别代码", examples=["means"])
    matter_name: str = Field(description="数据类别", examples=["家庭经济"])
    applied_at: str = Field(description="申请登记时间", examples=["2025-03-03T01:00:00+00:00"])
    changed_at: str = Field(description="最近变化时间", examples=["2025-03-14T01:00:00+00:00"])
    child_ref: str = Field(
        description="一人一档编号", examples=["c0000000-0000-4000-8000-000000000001"]
    )
    child: ChildOut | None = Field(None, description="本单位可见的儿童信息")


class PaymentTotalOut(Answered):
    """一个项目某月的发放合计，或其中一个街镇的；人数过少的不显示。"""

    month: str = Field(description="月份", examples=["2025-03"])
    payer: str = Field(description="登记单位编号", examples=["civil_affairs:310117"])
    payer_name: str = Field(description="登记单位", examples=["示例区民政局"])
    scheme: str = Field(description="项目代码", examples=["SPECIAL_CHILD"])
    scheme_name: str = Field(description="项目", examples=["特殊儿童基本生活费"])
    town: str | None = Field(None, description="街镇代码；空为全区合计", examples=["310117001"])
    persons: int | None = Field(None, description="人数；过少的不显示", examples=[12])
    yuan: int | None = Field(None, description="金额（元）；人数过少的不显示", examples=[38400])


class PaymentDifferenceOut(Answered):
    """登记的发放与审批应发不符之处。"""

    month: str = Field(description="月份", examples=["2025-03"])
    scheme: str = Field(description="项目代码", examples=["SPECIAL_CHILD"])
    scheme_name: str = Field(description="项目", examples=["特殊儿童基本生活费"])
    town: str = Field(description="街镇代码", examples=["310117001"])
    persons_due: int = Field(description="应发人数", examples=[13])
    yuan_due: int = Field(description="应发金额（元）", examples=[41600])
    persons_paid: int = Field(description="登记发放人数", examples=[12])
    yuan_paid: int = Field(description="登记发放金额（元）", examples=[38400])


@router.get("/applications", summary="保障申请")
def applications(
    who: Reading,
    aid_state: Annotated[AidState | None, Query(description="只看一种状态的。")] = None,
    cursor: Cursor = None,
    limit: Limit = PAGE_SIZE,
) -> Listing[AidApplicationOut]:
    """本单位可见的保障申请，最久没有变化的在前。"""
    page = who.program.queries.aid_applications(
        who.reader(Purpose.CASEWORK), state=aid_state, after=decode(cursor), limit=limit
    )
    items = [
        AidApplicationOut(
            id=each.id,
            state=each.state,
            state_name=AID_STATE_WORDS[each.state],
            matter=each.matter,
            matter_name=CATEGORY_WORDS[each.matter],
            applied_at=each.applied_at,
            changed_at=each.changed_at,
            child_ref=each.child_ref,
            child=show_child(who.program, each.child) if each.child else None,
        )
        for each in page.items
    ]
    return Listing[AidApplicationOut](**listing(items, page.next_cursor))


@router.get("/possible", summary="可能符合保障、待核实的儿童")
def possible(who: Reading, cursor: Cursor = None, limit: Limit = PAGE_SIZE) -> Listing[ReferralOut]:
    """请核实后协助家庭申请；是否符合由有权单位审批，系统不作决定，也不显示可能是哪一项。"""
    page = who.program.queries.aid_possible(
        who.reader(Purpose.CASEWORK), after=decode(cursor), limit=limit
    )
    items = [show(who, referral) for referral in page.items]
    return Listing[ReferralOut](**listing(items, page.next_cursor))


@router.get("/payments", summary="保障资金月度汇总")
def payments(who: Reading, month: Month) -> Listing[PaymentTotalOut]:
    """财政局按项目、街镇看已确认月份的合计；人数过少的不显示。"""
    found = who.program.queries.payment_totals(who.reader(Purpose.CASEWORK), month)
    items = [
        PaymentTotalOut(
            month=each.month,
            payer=each.payer,
            payer_name=each.payer_name,
            scheme=each.scheme,
            scheme_name=AID_SCHEME.labels[each.scheme],
            town=each.town,
            persons=each.persons,
            yuan=each.yuan,
        )
        for each in found
    ]
    return Listing[PaymentTotalOut](**listing(items))


@router.get("/payments/differences", summary="发放与应发不符之处")
def differences(who: Reading, month: Month) -> Listing[PaymentDifferenceOut]:
    """审批单位核对本单位登记的发放与审批应发；相符的不列。"""
    found = who.program.queries.payment_differences(who.reader(Purpose.CASEWORK), month)
    items = [
        PaymentDifferenceOut(
            month=each.month,
            scheme=each.scheme,
            scheme_name=AID_SCHEME.labels[each.scheme],
            town=each.town,
            persons_due=each.persons_due,
            yuan_due=each.yuan_due,
            persons_paid=each.persons_paid,
            yuan_paid=each.yuan_paid,
        )
        for each in found
    ]
    return Listing[PaymentDifferenceOut](**listing(items))
