"""Doors to safety instructions (安全提示) and safe contacts (安全联系人): stated and ended.

They are read where the child is."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import Field

from domain.organisations import Seat
from domain.safe_contact import SAFE_RELATION, EndSafeContact, StateSafeContact
from domain.safety_instruction import EndSafetyInstruction, IssueSafetyInstruction
from hub.api.auth import Signed
from hub.api.paging import Ref, pseudonym
from hub.api.problems import NOTHING_TO_SHOW, Problem
from hub.api.referrals import Key, carry_out
from hub.api.schemas import Asked, ReceiptOut
from hub.queries import as_uuid

router = APIRouter(tags=["安全提示"])


class SafetyIn(Asked):
    """一条安全提示。"""

    text: str = Field(
        description="提示：一行，不写原因，不写证件号和电话",
        max_length=200,
        examples=["请勿单独放行，先电话联系"],
    )
    call: str = Field(description="联系电话：单位的固定电话或短号", max_length=40, examples=["110"])
    until: date = Field(description="有效期至", examples=["2025-09-01"])
    seats: list[Seat] = Field(
        default_factory=list,
        description="告知哪类单位：各类中负责该儿童或手上有该儿童事项的",
        examples=[["school", "village"]],
    )
    organisations: list[str] = Field(
        default_factory=list,
        description="另外指名告知的单位（编号）",
        max_length=20,
        examples=[["school:9999990001"]],
    )


@router.post("/children/{child_ref}/safety-instruction", summary="发布安全提示")
def issue(
    who: Signed, request: Request, child_ref: Ref, body: SafetyIn, key: Key = None
) -> ReceiptOut:
    """公安、民政、法院和街镇未保站发布；再次发布即替换本单位原来的一条。"""
    command = IssueSafetyInstruction(
        child_ref=_child(child_ref),
        text=body.text,
        call=body.call,
        until=body.until,
        seats=tuple(body.seats),
        organisations=tuple(body.organisations),
    )
    return carry_out(who, request, command, key)


@router.post("/children/{child_ref}/safety-instruction/end", summary="撤销安全提示")
def end(who: Signed, request: Request, child_ref: Ref, key: Key = None) -> ReceiptOut:
    """只能撤销本单位发布的；不撤销的，到有效期后自行失效。"""
    return carry_out(who, request, EndSafetyInstruction(child_ref=_child(child_ref)), key)


class SafeContactIn(Asked):
    """一名安全联系人。"""

    contact_name: str = Field(description="姓名", max_length=100, examples=["示例外婆"])
    contact_phone: str = Field(description="电话", max_length=40, examples=["021-57000000"])
    contact_relation: str = Field(
        description="与孩子的关系：" + "、".join(map(" ".join, SAFE_RELATION.labels.items())),
        max_length=40,
        examples=["GRANDPARENT"],
    )
    until: date = Field(description="有效期至", examples=["2025-09-01"])


@router.post("/children/{child_ref}/safe-contact", summary="登记安全联系人")
def state_contact(
    who: Signed, request: Request, child_ref: Ref, body: SafeContactIn, key: Key = None
) -> ReceiptOut:
    """公安、民政和街镇未保站登记；再次登记即替换原来的。父母和其他监护人不能作安全联系人。"""
    command = StateSafeContact(child_ref=_child(child_ref), **body.model_dump())
    return carry_out(who, request, command, key)


@router.post("/children/{child_ref}/safe-contact/end", summary="撤销安全联系人")
def end_contact(who: Signed, request: Request, child_ref: Ref, key: Key = None) -> ReceiptOut:
    """由登记的单位或公安撤销；不撤销的，到有效期后自行失效。"""
    return carry_out(who, request, EndSafeContact(child_ref=_child(child_ref)), key)


def _child(child_ref: str) -> UUID:
    found = as_uuid(pseudonym(child_ref))
    if found is None:
        raise Problem(NOTHING_TO_SHOW)
    return found
