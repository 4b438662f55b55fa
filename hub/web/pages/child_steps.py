"""办理: what may be done about a child besides recording, and referrals that a person opens."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from domain.kernel import Refused
from hub.answers import Child
from hub.api.paging import pseudonym
from hub.api.problems import NOTHING_TO_SHOW, Problem
from hub.web import opening_acts
from hub.web.acts import Attempt, NotFilled, attempted, offered
from hub.web.child_acts import ACTS, refer, referral_kinds
from hub.web.desk import At, Desk, Sent
from hub.web.masking import shown_in_part

router = APIRouter()

Ref = Annotated[str, Path(max_length=100)]
Name = Annotated[str, Path(max_length=60)]
_ACTS = {**ACTS, **opening_acts.ACTS}


@router.get("/children/{child_ref}/steps")
def steps(desk: At, child_ref: Ref) -> Response:
    """Everything that may be done about this child now."""
    return _steps(desk, child_ref)


@router.post("/children/{child_ref}/steps/{act_name}")
def step(desk: At, sent: Sent, child_ref: Ref, act_name: Name) -> Response:
    """Take one step."""
    wanted = _ACTS.get(act_name)
    if wanted is None:
        raise Problem(NOTHING_TO_SHOW)
    child = _child(desk, child_ref)
    try:
        answer = wanted.take(desk, child.child_ref, sent)
    except (NotFilled, Refused) as error:
        return _steps(desk, child_ref, attempted(wanted, error, sent))
    return desk.go(f"/children/{child.child_ref}", "recorded", answer)


@router.get("/children/{child_ref}/refer/{kind}")
def referral(desk: At, child_ref: Ref, kind: Name) -> Response:
    """The form by which one kind of referral is sent."""
    return _refer(desk, child_ref, kind)


@router.post("/children/{child_ref}/refer/{kind}")
def send(desk: At, sent: Sent, child_ref: Ref, kind: Name) -> Response:
    """Send it, or keep it as a draft."""
    if kind not in dict(referral_kinds(desk)):
        raise Problem(NOTHING_TO_SHOW)
    child = _child(desk, child_ref)
    wanted = refer(kind)
    try:
        answer = wanted.take(desk, child.child_ref, sent)
    except (NotFilled, Refused) as error:
        return _refer(desk, child_ref, kind, attempted(wanted, error, sent))
    return desk.go("/sent", "sent", answer)


def _child(desk: Desk, child_ref: str) -> Child:
    found = desk.program.queries.child_file(desk.reader(), pseudonym(child_ref))
    if found is None:
        raise Problem(NOTHING_TO_SHOW)
    return found


def _steps(desk: Desk, child_ref: str, attempt: Attempt | None = None) -> Response:
    child = _child(desk, child_ref)
    path = f"/children/{child.child_ref}/steps"
    return desk.page(
        "child_steps.html",
        status=attempt.status if attempt else 200,
        title="办理",
        child=shown_in_part(desk, [child])[0],
        kinds=_kinds(desk, child),
        offered=offered(desk, _ACTS.values(), child, path, attempt),
    )


def _kinds(desk: Desk, child: Child) -> list[tuple[str, str]]:
    """The kinds of referral that the rules would let this person send now."""
    kinds = referral_kinds(desk)
    probes = [refer(name).probe(desk, child) for name, _ in kinds]
    would = desk.program.hub.possible(probes, desk.who.actor)
    return [kind for kind, may in zip(kinds, would, strict=True) if may]


def _refer(desk: Desk, child_ref: str, kind: str, attempt: Attempt | None = None) -> Response:
    title = dict(referral_kinds(desk)).get(kind)
    if title is None:
        raise Problem(NOTHING_TO_SHOW)
    child = _child(desk, child_ref)
    path = f"/children/{child.child_ref}/refer"
    return desk.page(
        "refer.html",
        status=attempt.status if attempt else 200,
        title=f"转介：{title}",
        child=shown_in_part(desk, [child])[0],
        offered=offered(desk, [refer(kind)], child, path, attempt),
    )
