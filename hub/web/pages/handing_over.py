"""交接: what one colleague has in hand goes to another one, all of it at once; at a school also
whom a mentor or teacher is paired with, as classes change hands when a school year begins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from fastapi import APIRouter
from starlette.responses import Response

from domain.kernel import Refused
from domain.mentoring import MENTORING, ROLE, Pair, Paired, PairEnded, Role
from domain.organisations import Seat
from domain.referral import AssignReferral
from hub.answers import Referral
from hub.api.problems import FORBIDDEN, Problem, problem_of
from hub.directory import POST_WORDS
from hub.keyservice import Purpose
from hub.web.acts import as_id, day_of
from hub.web.desk import At, Desk, Sent

router = APIRouter()

_AT_ONCE = 100
_OF_CLASSES = (Role.MENTOR, Role.TEACHER)
"""Who is a teacher, and goes with the class."""


@dataclass(slots=True)
class Pupils:
    """One teacher's pupils, by what the teacher is to them."""

    who: str
    role: Role
    pupils: list[str] = field(default_factory=list)


@router.get("/organisation/hand-over")
def hand_over(desk: At) -> Response:
    """Who has how much in hand."""
    return _page(desk)


@router.post("/organisation/hand-over")
def hand_over_referrals(desk: At, sent: Sent) -> Response:
    """Every open referral that one person handles is handled by another from now on."""
    directory = desk.program.directory
    former, next_one = sent.get("former"), sent.get("next")
    if not former or not next_one or former == next_one:
        return _page(desk, ["请选择原经办人和接手的人，两人不能相同。"])
    try:
        taker = directory.colleague(desk.ours, next_one)
    except Refused as refusal:
        return _page(desk, [str(problem_of(refusal).body["detail"])])
    failed, last = [], None
    for each in [one for one in _in_hand(desk) if one.handler == former]:
        deputy = directory.colleague(desk.ours, each.deputy) if each.deputy else None
        command = AssignReferral(
            referral_id=as_id(each.id),
            handler=taker,
            deputy=None if deputy == taker else deputy,
        )
        try:
            last = desk.carry_out(command, f"{sent.get('key')}/{each.id}")
        except Refused as refusal:
            failed.append(f"{each.title}：{problem_of(refusal).body['detail']}")
    return (
        _page(desk, failed) if failed else desk.go("/organisation/hand-over", "handed_over", last)
    )


@router.post("/organisation/hand-over/pupils")
def hand_over_pupils(desk: At, sent: Sent) -> Response:
    """Every pupil whom a teacher is paired with is paired with another one from a day on."""
    if desk.seat is not Seat.SCHOOL:
        raise Problem(FORBIDDEN)
    since, who = day_of(sent.get("since")), sent.get("who")
    groups = {f"{each.role}/{each.who}": each for each in _pairs(desk)}
    found = groups.get(sent.get("former"))
    if found is None or since is None or not who or who == found.who:
        return _page(desk, ["请选择原结对人，填写接手的人和从哪一天起。"])
    failed, last = set(), None
    for child in found.pupils:
        command = Pair(child_ref=UUID(child), role=found.role, since=since, who=who)
        try:
            last = desk.carry_out(command, f"{sent.get('key')}/{child}")
        except Refused as refusal:
            failed.add(str(problem_of(refusal).body["detail"]))
    if failed:
        return _page(desk, sorted(failed))
    return desk.go("/organisation/hand-over", "handed_over", last)


def _in_hand(desk: Desk) -> Iterator[Referral]:
    """Every open referral of one's own organisation, however many pages they are."""
    after = None
    while True:
        page = desk.program.queries.inbox(
            desk.reader(Purpose.TASK), open_only=True, after=after, limit=_AT_ONCE
        )
        yield from page.items
        if page.next_cursor is None:
            return
        after = page.next_cursor


def _pairs(desk: Desk) -> list[Pupils]:
    """Which teacher is paired with whom by now, of what one's own school recorded."""
    ended: set[tuple[str, str]] = set()
    found: dict[tuple[str, Role], Pupils] = {}
    before = None
    while True:
        page = desk.program.queries.register(
            desk.reader(), stream=MENTORING.name, everybodys=True, before=before, limit=_AT_ONCE
        )
        for each in page.items:
            if each.topic not in (Paired.TOPIC, PairEnded.TOPIC):
                continue
            of = (str(each.clear["child_ref"]), str(each.clear["role"]))
            # The newest first: what is older than that of the same pupil is over.
            if of in ended:
                continue
            ended.add(of)
            role, who = Role(of[1]), str(each.fields.get("who") or "")
            if each.topic == Paired.TOPIC and role in _OF_CLASSES and who:
                found.setdefault((who, role), Pupils(who, role)).pupils.append(of[0])
        if page.next_cursor is None:
            return sorted(found.values(), key=lambda each: (each.who, each.role))
        before = int(page.next_cursor)


def _page(desk: Desk, faults: list[str] | None = None) -> Response:
    desk.caught_up()
    directory = desk.program.directory
    counts: dict[str, int] = {}
    for each in _in_hand(desk):
        if each.handler:
            counts[each.handler] = counts.get(each.handler, 0) + 1
    people = [user for user in directory.users() if user.organisation == desk.ours]
    return desk.page(
        "hand_over.html",
        status=422 if faults else 200,
        title="交接",
        former=sorted(counts.items()),
        people=[(u.login, f"{u.login}（{POST_WORDS.get(u.post, '')}）") for u in people],
        school=desk.seat is Seat.SCHOOL,
        pairs=[
            (f"{each.role}/{each.who}", each.who, ROLE.label(each.role), len(each.pupils))
            for each in (_pairs(desk) if desk.seat is Seat.SCHOOL else [])
        ],
        faults=faults or [],
        key=str(uuid4()),
    )
