"""Doors to a case as a whole."""

from __future__ import annotations

from fastapi import APIRouter

from domain.purpose import Purpose
from hub.api.paging import Reading, Ref, listing, pseudonym
from hub.api.problems import NOTHING_TO_SHOW, Problem
from hub.api.schemas import ExplainedOut, Listing

router = APIRouter(prefix="/cases", tags=["办理经过"])


@router.get("/{case}/explanation", summary="办理经过的来由")
def explanation(who: Reading, case: Ref) -> Listing[ExplainedOut]:
    """一个案件、报告或转介单的每一步由什么引起、依据哪条规则。只列本单位可见的步骤，不显示内容。"""
    found = who.program.queries.explain(who.reader(Purpose.CASEWORK), pseudonym(case))
    if not found:
        raise Problem(NOTHING_TO_SHOW)
    return Listing[ExplainedOut](**listing([ExplainedOut.model_validate(each) for each in found]))
