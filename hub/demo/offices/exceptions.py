"""What casework comes to now and then: a look in an emergency that is reviewed, records asked for
under a document number, a child taken in at once, a move that comes to nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from uuid import UUID

from domain.break_glass import BreakGlass, ReviewBreakGlass
from domain.identity import IdentityClaim
from domain.kernel import Category, LegalBasis, Refused
from domain.move import AnnounceMove, WithdrawMove
from domain.organisations import Seat, district_organisation, town_organisation
from domain.records_request import GrantRecords, RefusalReason, RefuseRecords, RequestRecords
from hub.demo.chance import Rate, Who
from hub.demo.offices.kernel import On, Work, sends
from hub.demo.rows import ACCOUNT, identity
from hub.demo.world import Child

EMERGENCIES, REQUESTS = Rate(0.008, least=4), Rate(0.008, least=4)
TAKEN_IN, MOVES = Rate(0.006, least=4), Rate(0.008, least=4)
_NOT_JUSTIFIED, _NOT_GRANTED = 0.1, 0.2
_GRANTED_FOR = timedelta(days=30)
_CIVIL_AFFAIRS = district_organisation(Seat.CIVIL_AFFAIRS)
_PROCURATORATE = district_organisation(Seat.PROCURATORATE)


@sends(On.EVERY_DAY)
def emergencies(work: Work, day: date) -> None:
    """紧急调阅, by a station at night: whom to call about a child that is missing."""
    for by, child, ref in _befallen(work, "emergency", EMERGENCIES, _station(work), day):
        rng = work.rng("emergency", child.key, day)
        access = UUID(int=rng.getrandbits(128), version=4)
        looks = BreakGlass(
            access_id=access,
            child_ref=ref,
            categories=(Category.CONTACT,),
            ground="MISSING",
            account=ACCOUNT,
            hours=12,
        )
        work.desk.command(by, looks, basis=LegalBasis.EMERGENCY)
        justified = rng.random() >= _NOT_JUSTIFIED
        seen = next((each for each in work.days.working if each >= day), None)
        if seen is not None:
            work.later(seen, 1, partial(_review, work, access, justified))


def _review(work: Work, access: UUID, justified: bool, day: date) -> None:
    """事后核查, on the next working day."""
    reviewed = ReviewBreakGlass(access_id=access, justified=justified, note=ACCOUNT)
    work.desk.command(_CIVIL_AFFAIRS, reviewed)


@sends(On.WORKING_DAYS)
def requests(work: Work, day: date) -> None:
    """调阅申请, by the procurators, answered by civil affairs in one working day."""
    for by, child, ref in _befallen(work, "records", REQUESTS, lambda rng, c: _PROCURATORATE, day):
        rng = work.rng("records", child.key, day)
        number = UUID(int=rng.getrandbits(128), version=4)
        asked = RequestRecords(
            request_id=number,
            child_ref=ref,
            addressee=_CIVIL_AFFAIRS,
            categories=(Category.GUARDIANSHIP,),
            document_number=f"演示检调〔{day.year}〕{rng.randrange(10**6):06d}号",
            account=ACCOUNT,
        )
        work.desk.command(by, asked)
        granted = rng.random() >= _NOT_GRANTED
        work.later(day, 1, partial(_answer, work, number, ref if granted else None))


def _answer(work: Work, number: UUID, granted: UUID | None, day: date) -> None:
    if granted is None:
        refused = RefuseRecords(
            request_id=number, reason=RefusalReason.DOCUMENT_INCOMPLETE, note=ACCOUNT
        )
        work.desk.command(_CIVIL_AFFAIRS, refused)
        return
    shown = GrantRecords(
        request_id=number,
        child_ref=granted,
        categories=(Category.GUARDIANSHIP,),
        until=day + _GRANTED_FOR,
    )
    work.desk.command(_CIVIL_AFFAIRS, shown)


@sends(On.WORKING_DAYS)
def taken_in(work: Work, day: date) -> None:
    """紧急临时照料登记, and its end some days later."""
    for by, child, _ in _befallen(work, "taken in", TAKEN_IN, _town, day):
        row = {**identity(child), "begun_on": day.isoformat(), "account": ACCOUNT}
        if work.desk.record(by, "village.emergency_care", row) is not None:
            after = work.rng("taken in", child.key, day).randint(2, 5)
            work.later(day, after, partial(_back, work, by, child))


def _back(work: Work, by: str, child: Child, day: date) -> None:
    row = {**identity(child), "ended_on": day.isoformat(), "account": ACCOUNT}
    work.desk.record(by, "village.emergency_care_end", row)


@sends(On.WORKING_DAYS)
def moves(work: Work, day: date) -> None:
    """预告迁移 that the family thinks better of: what was handed over is shown no longer."""
    towns = sorted(work.world.towns)
    for by, child, ref in _befallen(work, "move", MOVES, _town, day):
        rng = work.rng("move", child.key, day)
        other = rng.choice([town for town in towns if town != child.village.town_code])
        announced = AnnounceMove(child_ref=ref, receivers=(town_organisation(other),))
        try:
            work.desk.command(by, announced)
        except Refused:
            # Its residence is not confirmed yet, or it is on the move already.
            continue
        work.later(day, rng.randint(2, 6), partial(_stays, work, by, ref))


def _stays(work: Work, by: str, ref: UUID, day: date) -> None:
    work.desk.command(by, WithdrawMove(child_ref=ref))


def _befallen(
    work: Work, what: str, rate: Rate, who: Who, day: date
) -> list[tuple[str, Child, UUID]]:
    """To whom it happens on a day, of those whose file can be told by the number."""
    when = On.EVERY_DAY if what == "emergency" else On.WORKING_DAYS
    found = []
    for by, children in work.happening(what, rate, who, day, when):
        for child in children:
            claim = IdentityClaim(child.name, id_number=child.id_number)
            ref = work.desk.program.hub.matching.find(claim) if child.id_number else None
            if ref is not None and child.registered:
                found.append((by, child, ref))
    return found


def _town(_: object, child: Child) -> str:
    return town_organisation(child.village.town_code)


def _station(work: Work) -> Callable[[object, Child], str]:
    return lambda _, child: work.desk.program.directory.police_station(child.village.town_code)
