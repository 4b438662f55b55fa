"""Doors to the duty roster (值班表) of one's own organisation."""

from __future__ import annotations

from fastapi import APIRouter

from domain.roster import RosterRefused
from hub.api.auth import Signed
from hub.api.problems import INVALID, faulty
from hub.api.schemas import DutyNumberIn, RosterIn, RosterOut

router = APIRouter(prefix="/roster", tags=["值班表"])


@router.get("", summary="本单位值班表")
def show(who: Signed) -> RosterOut:
    """今后几天谁值班、值班电话，和从何时起无人值班。"""
    return RosterOut.model_validate(who.program.duty.show(who.actor).as_json())


@router.post("", summary="登记值班表")
def enter(who: Signed, body: RosterIn) -> RosterOut:
    """由负责人或值班领导登记；同一时段以后一次为准，有一行不对则都不登记。"""
    try:
        who.program.duty.enter(who.actor, [each.model_dump() for each in body.shifts])
    except RosterRefused as refused:
        raise faulty(INVALID, refused.faults) from None
    return show(who)


@router.post("/number", summary="登记值班电话")
def number(who: Signed, body: DutyNumberIn) -> RosterOut:
    """由负责人或值班领导登记本单位的固定电话。"""
    who.program.duty.state_number(who.actor, body.number)
    return show(who)
