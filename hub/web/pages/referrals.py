"""待办 and the page of one referral (转介单), with every step that is this person's to take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from domain.kernel import Refused
from domain.referral import AcceptReferral, ReferralState
from hub.answers import Page, Referral
from hub.api.paging import decode, encode, pseudonym
from hub.api.problems import NOTHING_TO_SHOW, Problem, problem_of
from hub.api.referrals import first_of, show
from hub.keyservice import Purpose
from hub.paper.child_file import facts_of
from hub.printing import paper_of
from hub.queries import NOTHING, InHand
from hub.web import words
from hub.web.acts import Attempt, NotFilled, as_id, attempted, offered
from hub.web.desk import At, Desk, Sent
from hub.web.masking import shown_in_part
from hub.web.referral_acts import ACTS

router = APIRouter()

ReferralId = Annotated[str, Path(max_length=100)]
Cursor = Annotated[str | None, Query(max_length=400)]
_AT_ONCE = 100
_SHOWN = {InHand.LATE: "逾期", InHand.TODAY: "今天到期", InHand.NEW: "待签收"}


@dataclass(frozen=True, slots=True)
class Line:
    """A referral as a list shows it. ``name`` is the child's, where it may be seen."""

    id: str
    title: str
    state: str
    name: str
    child_ref: str
    town: str
    other: str
    """From whom it came, or to whom it went."""
    due: words.Due | None
    handler: str
    acceptable: bool
    safety: tuple[Any, ...]
    first: str


def lines_of(desk: Desk, page: Page[Referral], *, sent: bool = False) -> list[Line]:
    """The lines of a page, a hurt child first, then what is due first."""
    lines = [_line(desk, each, sent) for each in page.items]
    return sorted(lines, key=lambda line: (not line.first, line.due.at if line.due else "9"))


def _line(desk: Desk, each: Referral, sent: bool) -> Line:
    shown = show(desk.who, each)
    requested = each.state == ReferralState.REQUESTED
    by = each.accept_by if requested else each.complete_by
    if each.offered_to == desk.ours:
        by = each.offer_by
    over = each.state not in ("requested", "accepted", "in-progress")
    towns = desk.program.policies.towns
    fields = each.child.fields if each.child else {}
    return Line(
        id=each.id,
        title=each.title,
        state=shown.state_name,
        name=str(fields.get("name", "")),
        child_ref=each.child_ref,
        town=towns.get(each.town or "", ""),
        other=each.addressee_name if sent else each.sender_name,
        due=None if over else words.due(by, desk.now),
        handler=each.handler or "",
        acceptable=not sent and (requested or each.offered_to == desk.ours),
        safety=each.safety,
        first=first_of(each.medical_by) or "",
    )


@router.get("/inbox")
def inbox(desk: At, cursor: Cursor = None, all: bool = False, show: str = "") -> Response:
    """What was sent here, what is due first in front; ``show``: of the open ones those that the
    first page counts so."""
    desk.caught_up()
    return _inbox(desk, cursor, all=all, show=show)


@router.post("/inbox/accept")
def accept_several(desk: At, sent: Sent) -> Response:
    """Accept all that were marked, or every one that waits for it, however many pages they are;
    what could not be is said one by one, and the others are."""
    failed: list[str] = []
    last = None
    for each in _waiting(desk) if sent.get("every") else sent.all("referral"):
        try:
            key = f"{sent.get('key')}/{each}"
            last = desk.carry_out(AcceptReferral(referral_id=as_id(each)), key)
        except Refused as refusal:
            problem = problem_of(refusal)
            failed.append(f"{each[:8]}：{problem.body['detail']}")
    if last is not None:
        desk.caught_up_to(last.position)
    if not failed:
        return desk.go("/inbox", "accepted_all" if last else "", last)
    return _inbox(desk, None, failed=failed)


def _waiting(desk: Desk) -> list[str]:
    """Every referral that waits to be accepted."""
    found: list[str] = []
    after = None
    while True:
        page = desk.program.queries.inbox(
            desk.reader(Purpose.TASK), only=InHand.NEW, after=after, limit=_AT_ONCE
        )
        found += [each.id for each in page.items]
        if page.next_cursor is None:
            return found
        after = page.next_cursor


def _inbox(
    desk: Desk,
    cursor: str | None,
    *,
    all: bool = False,
    show: str = "",
    failed: Sequence[str] = (),
) -> Response:
    queries = desk.program.queries
    only = InHand(show) if show in set(InHand) else None
    page = queries.inbox(
        desk.reader(Purpose.TASK), open_only=not all, only=only, after=decode(cursor)
    )
    return desk.page(
        "inbox.html",
        status=409 if failed else 200,
        title="待办",
        lines=lines_of(desk, page),
        counts=queries.inbox_counts(desk.reader()),
        next_cursor=encode(page.next_cursor),
        all=all,
        show=only.value if only else "",
        shown=_SHOWN[only] if only else "",
        nothing=NOTHING,
        key=str(uuid4()),
        failed=failed,
    )


@router.get("/sent")
def sent_list(desk: At, cursor: Cursor = None) -> Response:
    """What went out from here, and where each stands."""
    desk.caught_up()
    page = desk.program.queries.sent(desk.reader(), after=decode(cursor))
    return desk.page(
        "sent.html",
        title="转出的转介单",
        lines=lines_of(desk, page, sent=True),
        next_cursor=encode(page.next_cursor),
        nothing=NOTHING,
    )


@router.get("/referrals/{referral_id}")
def referral(desk: At, referral_id: ReferralId) -> Response:
    """One referral: who it is about, what is asked, by when, and what may be done now."""
    desk.caught_up()
    return _shown(desk, referral_id)


@router.post("/referrals/{referral_id}/{act_name}")
def act(desk: At, sent: Sent, referral_id: ReferralId, act_name: ReferralId) -> Response:
    """Take one step."""
    wanted = ACTS.get(act_name)
    if wanted is None:
        raise Problem(NOTHING_TO_SHOW)
    try:
        answer = wanted.take(desk, referral_id, sent)
    except (NotFilled, Refused) as error:
        return _shown(desk, referral_id, attempted(wanted, error, sent))
    where = f"/referrals/{pseudonym(referral_id)}" if wanted.stays else "/inbox"
    return desk.go(where, wanted.name, answer)


def _facts(desk: Desk, found: Referral) -> list[tuple[str, str]]:
    """Who the child is and whom to call, as far as the task shows it, without another look."""
    return list(facts_of(found.child, paper_of(desk.program, desk.reader()))) if found.child else []


def _shown(desk: Desk, referral_id: str, attempt: Attempt | None = None) -> Response:
    wanted = pseudonym(referral_id)
    task = desk.program.queries.task_of(desk.ours, wanted)
    reader = desk.reader(Purpose.TASK, task) if task else desk.reader()
    found = desk.program.queries.referral(reader, wanted)
    if found is None:
        raise Problem(NOTHING_TO_SHOW)
    if found.child is not None:
        found = replace(found, child=shown_in_part(desk, [found.child])[0])
    now = desk.now
    shown = show(desk.who, found)
    return desk.page(
        "referral.html",
        status=attempt.status if attempt else 200,
        title=found.title,
        referral=shown,
        line=_line(desk, found, found.sender == desk.ours),
        child=shown.child,
        facts=[each for each in _facts(desk, found) if each[0] not in ("儿童姓名", "出生年月")],
        accept_due=words.due(found.accept_by, now),
        complete_due=words.due(found.complete_by, now),
        offer_due=words.due(found.offer_by, now),
        offered=offered(desk, ACTS.values(), found, f"/referrals/{wanted}", attempt),
    )
