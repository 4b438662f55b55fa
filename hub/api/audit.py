"""Doors to the proofs: any organisation may keep what the hub signed, and ask that it still holds.

Nothing here tells of a child or of who looked; a checkpoint holds a tree's size and its root.
"""

from __future__ import annotations

from fastapi import APIRouter

from domain.faults import Fault
from hub.api.auth import Signed
from hub.api.problems import CONTRADICTED, INVALID, NOT_SIGNED_YET, Problem, faulty
from hub.api.schemas import CheckpointOut, GrowthOut, KeptIn, PublicKeyOut
from hub.audit.notes import NoteRefused
from hub.audit.trail import TrailBroken
from hub.audit.tree import Tree

router = APIRouter(prefix="/audit", tags=["防改证明"])

_NOT_OURS = Fault(
    "note", "NOT_SIGNED_HERE", "不是本系统的签署。", "请原样填写留存的签署全文，不要改动换行。"
)


@router.get("/public-key", summary="查验签署用的公钥")
def public_key(who: Signed) -> PublicKeyOut:
    """查验签署和证明用的公钥，一行文字；请与民政局当面核对后留存。"""
    return PublicKeyOut(public_key=who.program.trail.public.line)


@router.get("/checkpoints/{tree}", summary="最新一份签署")
def checkpoint(who: Signed, tree: Tree) -> CheckpointOut:
    """access 查阅记录，events 事件。请留存，日后用它要求出具只增不改的证明。"""
    note = who.program.trail.latest(tree)
    if note is None:
        raise Problem(NOT_SIGNED_YET)
    return CheckpointOut(tree=tree.value, note=note)


@router.post("/growth", summary="证明留存的签署之后只增不改")
def growth(who: Signed, kept: KeptIn) -> GrowthOut:
    """从留存的签署到最新一份；用 hub audit check 离线查验。"""
    try:
        return GrowthOut.model_validate(who.program.trail.growth(kept.note))
    except NoteRefused:
        raise faulty(INVALID, [_NOT_OURS]) from None
    except TrailBroken:
        raise Problem(CONTRADICTED) from None
