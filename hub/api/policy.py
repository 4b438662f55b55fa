"""Doors to the rules: why somebody may or may not see something.

A question supposes where an organisation stands and names no child: of a child the answer would say
whether somebody is suspected, which is not for whoever it concerns. That is asked at the hub's own
machine alone (``hub policy explain --child``), and entered.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from domain.faults import Fault
from domain.kernel import Category, LegalBasis
from domain.organisations import Post
from domain.purpose import Purpose
from hub.api.auth import Signed
from hub.api.problems import INVALID, faulty
from hub.api.schemas import ExplainedRuleOut, RuleStepOut
from hub.hindsight import BY_WORDS, NoSeat, Question, explained

router = APIRouter(prefix="/policy", tags=["规则"])

_CODE = Query(max_length=100, pattern=r"^[\w:]*$")
_NO_SEAT = {
    where: Fault(
        where,
        "ORGANISATION_SEAT",
        "机构代码的类别不认识。",
        f"请填写完整的机构代码，例如 school:3101170001；不填则为{otherwise}。",
    )
    for where, otherwise in (("organisation", "本单位"), ("producer", "本系统"))
}
"""What is wrong with an organisation of no seat, by where it stands."""
Supposed = Annotated[tuple[Category, ...], Query(max_length=len(Category))]


@router.get("/explain", summary="规则说明：为什么能看到或不能看到")
def explain(
    who: Signed,
    category: Annotated[Category, Query(description="哪一类内容。")],
    organisation: Annotated[str, _CODE] = "",
    post: Annotated[str, _CODE] = Post.HANDLER.value,
    purpose: Annotated[str, _CODE] = Purpose.CASEWORK.value,
    basis: Annotated[str, _CODE] = LegalBasis.STATUTORY_DUTY.value,
    producer: Annotated[str, _CODE] = "",
    wrote: bool = False,
    flag: bool = False,
    responsible: bool = False,
    conflicted: bool = False,
    guardian_suspect: bool = False,
    tasks: Supposed = (),
    recorded: Supposed = (),
    emergencies: Supposed = (),
) -> ExplainedRuleOut:
    """假设一个单位、岗位处于所填的情形，逐步说明依据哪个文件哪一行。不涉及任何一名儿童。"""
    asked = Question(
        organisation=organisation or who.user.organisation,
        post=post,
        purpose=purpose,
        basis=basis,
        category=category,
        producer=producer,
        wrote=wrote,
        flag=flag,
        responsible=responsible,
        tasks=frozenset(tasks),
        recorded=frozenset(recorded),
        emergencies=frozenset(emergencies),
        conflicted=conflicted,
        guardian_suspect=guardian_suspect,
    )
    program = who.program
    try:
        found = explained(program.store, program.policies.access, asked, program.clock.now())
    except NoSeat as wrong:
        raise faulty(INVALID, [_NO_SEAT[wrong.where]]) from None
    return ExplainedRuleOut(
        shown=found.by is not None,
        by=found.by,
        by_name="" if found.by is None else BY_WORDS[found.by],
        version=found.version,
        steps=[
            RuleStepOut(file=each.file, row=each.row, text=each.text, yes=each.yes)
            for each in found.steps
        ],
    )
