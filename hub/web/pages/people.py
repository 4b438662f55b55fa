"""本单位: who works here and signs in, the duty roster (值班表), workers, keys, who is away."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from domain.away import STAND_IN, DeclareAway, EndAway, StandIn
from domain.kernel import Command, Refused
from domain.organisations import Seat
from domain.roster import ROSTERED, RosterRefused
from domain.workforce_codes import CHECK_STANDING
from hub.api.problems import FORBIDDEN, Problem, problem_of
from hub.directory import POST_WORDS
from hub.keyring import key_pairs_of, keys_of
from hub.queries import NotCleared
from hub.web.acts import day_of
from hub.web.desk import At, Desk, Sent

router = APIRouter()

_SHIFT = ("post", "begins", "ends", "user", "deputy")
_AWAY = ("organisation", "since", "until", "stand_in", "account")


@router.get("/organisation")
def organisation(desk: At) -> Response:
    """Everything of one's own organisation."""
    return _page(desk)


@router.post("/organisation/roster")
def roster(desk: At, sent: Sent) -> Response:
    """One more shift."""
    row = {name: sent.maybe(name) for name in _SHIFT}
    row["begins"], row["ends"] = _minute(row["begins"]), _minute(row["ends"])
    try:
        desk.program.duty.enter(desk.who.actor, [row])
    except RosterRefused as refused:
        return _page(desk, [str(fault) for fault in refused.faults], sent)
    except Refused as refusal:
        return _page(desk, [str(problem_of(refusal).body["detail"])], sent)
    return desk.go("/organisation?done=recorded")


@router.post("/organisation/number")
def number(desk: At, sent: Sent) -> Response:
    """The duty telephone."""
    try:
        desk.program.duty.state_number(desk.who.actor, sent.get("number"))
    except Refused as refusal:
        return _page(desk, [str(problem_of(refusal).body["detail"])], sent)
    return desk.go("/organisation?done=recorded")


@router.get("/organisation/staff")
def staff(desk: At) -> Response:
    """The register of workers (工作人员台账) of one's own organisation and of those below it."""
    try:
        found = [
            (each.organisation_name, str(each.name or ""), each.role, CHECK_STANDING[each.check])
            for each in desk.program.queries.staff(desk.reader()).items
        ]
    except NotCleared:
        found = []
    return desk.page("staff.html", title="工作人员台账", staff=found)


@router.get("/organisation/keys")
def keys(desk: At) -> Response:
    """How old keys are and what is to be renewed; never a key. Those of the hub itself are told to
    oversight."""
    program = desk.program
    oversees = desk.seat.value in program.policies.unusual_looks.told.oversight
    return desk.page(
        "keys.html",
        title="密钥",
        pairs=key_pairs_of(program, desk.ours),
        hub=keys_of(program) if oversees else None,
        today=desk.now.date(),
        within=program.policies.rules.erasure.rotate_within_days,
    )


@router.get("/organisation/away")
def away(desk: At) -> Response:
    """Which child directors are away, and who stands in."""
    return _away(desk)


@router.post("/organisation/away")
def declare_away(desk: At, sent: Sent) -> Response:
    """One is away from a day on, or is back before the last one that was said."""
    _has_villages(desk)
    command: Command
    if sent.get("back"):
        command = EndAway(organisation=sent.get("organisation"))
    else:
        since, until = day_of(sent.get("since")), day_of(sent.get("until"))
        if since is None or until is None or sent.get("stand_in") not in set(StandIn):
            return _away(desk, "请填写从哪一天到哪一天、由谁代岗。", sent)
        command = DeclareAway(
            organisation=sent.get("organisation"),
            since=since,
            until=until,
            stand_in=StandIn(sent.get("stand_in")),
            account=sent.maybe("account"),
        )
    try:
        answer = desk.carry_out(command, sent.maybe("key"))
    except Refused as refusal:
        return _away(desk, str(problem_of(refusal).body["detail"]), sent)
    return desk.go("/organisation/away", "recorded", answer)


def _has_villages(desk: Desk) -> None:
    if desk.seat not in (Seat.TOWN, Seat.VILLAGE):
        raise Problem(FORBIDDEN)


def _away(desk: Desk, fault: str = "", sent: Sent | None = None) -> Response:
    _has_villages(desk)
    desk.caught_up()
    directory = desk.program.directory
    town = directory.town_of(desk.ours)
    villages = [
        (each.id, each.name)
        for each in directory.organisations(Seat.VILLAGE)
        if each.id == desk.ours or (desk.seat is Seat.TOWN and each.town == town)
    ]
    page = desk.program.queries.register(desk.reader(), stream="away", everybodys=True)
    return desk.page(
        "away.html",
        status=422 if fault else 200,
        title="离岗和代岗",
        villages=villages,
        stand_ins=list(STAND_IN.labels.items()),
        rows=[
            {
                "at": each.recorded_at,
                "title": each.title,
                "who": directory.name(str(each.clear["organisation"])),
                "since": each.clear["since"],
                "until": each.clear["until"],
                "stand_in": STAND_IN.label(str(each.clear["stand_in"])),
            }
            for each in page.items
        ],
        typed={name: sent.get(name) for name in _AWAY} if sent else {},
        fault=fault,
    )


def _minute(text: str | None) -> str | None:
    """As the browser writes it, as the roster reads it."""
    return text.replace("T", " ") if text else None


def _page(desk: Desk, faults: list[str] | None = None, sent: Sent | None = None) -> Response:
    program = desk.program
    people = [user for user in program.directory.users() if user.organisation == desk.ours]
    return desk.page(
        "organisation.html",
        status=422 if faults else 200,
        title="本单位",
        people=[(u.login, u.unit, POST_WORDS.get(u.post, "")) for u in people],
        roster=program.duty.show(desk.who.actor),
        posts=[word for word in ROSTERED if not word.isascii()],
        villages=desk.seat in (Seat.TOWN, Seat.VILLAGE),
        faults=faults or [],
        typed={name: sent.get(name) for name in (*_SHIFT, "number")} if sent else {},
    )
