"""Doors to consent (同意): record one, and its withdrawal. What became of it is in the timeline."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Path, Request
from pydantic import Field

from domain.consent import ConsentForm, GiveConsent, WithdrawConsent
from domain.kernel import derived_id
from hub.api.auth import Caller, Signed
from hub.api.paging import Ref, pseudonym
from hub.api.problems import NOTHING_TO_SHOW, Problem
from hub.api.referrals import Key, as_id, carry_out
from hub.api.schemas import Asked, ReceiptOut
from hub.keyservice import Purpose

router = APIRouter(prefix="/children/{child_ref}/consents", tags=["同意"])

ConsentId = Annotated[str, Path(max_length=100, description="同意编号。")]
_CONSENT = "d0000000-0000-4000-8000-000000000002"


class ConsentIn(Asked):
    """一份同意。法定职责内的协作不需要同意，请办理转介。"""

    help_kind: str = Field(max_length=40, description="帮助种类", examples=["social_help"])
    recipient: str = Field(
        max_length=60,
        description="接收单位编号",
        examples=["social_organisation:9999990001"],
    )
    by_guardian: bool = Field(description="监护人同意（不满14周岁必须）", examples=[True])
    by_child: bool = Field(description="本人同意（已满14周岁必须）", examples=[False])
    form: ConsentForm = Field(description="同意方式", examples=["WRITTEN"])
    given_on: date = Field(description="同意日期", examples=["2025-03-03"])
    until: date = Field(description="有效到哪一天", examples=["2025-09-03"])
    guardian_name: str | None = Field(
        None, max_length=100, description="同意的监护人", examples=["（示例）家长"]
    )
    account: str | None = Field(
        None, max_length=2000, description="说明", examples=["（示例）已说明用途和期限。"]
    )


class WithdrawIn(Asked):
    """撤回同意。"""

    withdrawn_on: date = Field(description="撤回日期", examples=["2025-04-01"])
    account: str | None = Field(
        None, max_length=2000, description="说明", examples=["（示例）电话告知撤回。"]
    )


class ConsentOut(ReceiptOut):
    """同意的回执。"""

    consent_id: str = Field(description="同意编号", examples=[_CONSENT])


@router.post("", summary="登记同意", status_code=201)
def give(
    who: Signed, request: Request, child_ref: Ref, body: ConsentIn, key: Key = None
) -> ConsentOut:
    """只用于凭同意提供的帮助；撤回后接收单位不再能查看，法定职责内的协作不受影响。"""
    child = _child(who, child_ref)
    consent = (
        uuid4() if key is None else derived_id("consent", who.user.organisation, who.user.user, key)
    )
    command = GiveConsent(consent_id=consent, child_ref=child, **body.model_dump())
    done = carry_out(who, request, command, key)
    return ConsentOut(**done.model_dump(), consent_id=str(consent))


@router.post("/{consent_id}/withdraw", summary="登记撤回同意")
def withdraw(
    who: Signed,
    request: Request,
    child_ref: Ref,
    consent_id: ConsentId,
    body: WithdrawIn,
    key: Key = None,
) -> ReceiptOut:
    """随时可以撤回，不问理由；只停止凭这份同意的查看。"""
    command = WithdrawConsent(
        consent_id=as_id(consent_id), child_ref=_child(who, child_ref), **body.model_dump()
    )
    return carry_out(who, request, command, key)


def _child(who: Caller, child_ref: str) -> UUID:
    """The child, if it is in the view of the person's organisation. Raises the 404 problem."""
    found = pseudonym(child_ref)
    if not who.program.queries.has_child(who.reader(Purpose.CASEWORK), found, "consent"):
        raise Problem(NOTHING_TO_SHOW)
    return UUID(found)
