"""Child directors (儿童主任): registered by their towns, checked by the police, and checked again
each year; some employers ask too late, and the town stands in until the answer comes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from random import Random
from uuid import UUID

from domain.identifiers import id_check_character
from domain.organisations import (
    Seat,
    district_organisation,
    town_organisation,
    village_organisation,
)
from domain.terms import months_after
from domain.worker import LinkAccount
from domain.worker_index import STAFF, Staff, staff_id
from hub.demo.names import guardian_name
from hub.demo.offices.kernel import Work
from hub.demo.options import weighted

POLICE = district_organisation(Seat.POLICE)
_BASES = (("书记", 30), ("主任", 30), ("专业社工", 25), ("其他", 15))
_QUALIFICATIONS = (("无", 70), ("助理社会工作师", 20), ("社会工作师", 10))
_LATE = 0.06
"""Share of employers that ask anew only once the result has run out."""
_MONTHS = 12


def begin(work: Work) -> None:
    """Before the first day: who is in post is on the register, with the result of some day of the
    year before."""
    first = work.days.all[0]
    for code in sorted(_villages(work)):
        village, town = village_organisation(code), town_organisation(code[:9])
        rng = work.rng("child director", code)
        row = worker(rng, village, first)
        desk = work.desk
        desk.record(town, "workforce.worker", row)
        staff: Staff = desk.program.store.load(STAFF, staff_id(village)).state
        number = staff.workers[-1]
        user = desk.staff.user(village)
        desk.command(town, LinkAccount(worker=number, hub_user=user.user, member_of=village))
        queried = first - timedelta(days=rng.randint(0, 340))
        _answer(work, rng, number, queried)
        _ask_again_in_time(work, rng, village, number, row, queried)


def _villages(work: Work) -> set[str]:
    return {each.village.code for each in (*work.world.children, *work.world.strangers)}


def _ask_again_in_time(
    work: Work, rng: Random, village: str, number: UUID, row: dict[str, str], queried: date
) -> None:
    until = months_after(queried, _MONTHS) - timedelta(days=1)
    early = -rng.randint(1, 6) if rng.random() < _LATE else rng.randint(12, 45)
    on = _working(work, until - timedelta(days=early))
    if on is not None:
        work.later(on, 0, _asks(work, rng, village, number, row))


def _working(work: Work, day: date) -> date | None:
    """The first working day from a day on; None beyond the demo."""
    return next((each for each in work.days.working if each >= day), None)


def _asks(
    work: Work, rng: Random, village: str, number: UUID, row: dict[str, str]
) -> Callable[[date], None]:
    def ask(day: date) -> None:
        asked = {
            "worker": str(number),
            "organisation": village,
            "worker_name": row["worker_name"],
            "worker_id_number": row["worker_id_number"],
            "asked_on": day.isoformat(),
        }
        work.desk.record(village, "workforce.recheck", asked)
        work.later(day, rng.randint(1, 4), partial(_answer, work, rng, number))

    return ask


def _answer(work: Work, rng: Random, number: UUID, day: date) -> None:
    result = {
        "worker": str(number),
        "result": "可以录用",
        "queried_on": day.isoformat(),
        "document_number": f"演示入查〔{day.year}〕{rng.randrange(10**6):06d}号",
    }
    work.desk.record(POLICE, "police.entry_check", result)


def worker(rng: Random, village: str, first: date) -> dict[str, str]:
    """A line of the register (工作人员台账) of an invented child director."""
    surname = guardian_name(rng, "王")[0]
    born = date(rng.randint(1970, 1998), rng.randint(1, 12), rng.randint(1, 28))
    return {
        "organisation": village,
        "worker_name": guardian_name(rng, surname),
        "worker_id_number": _id_number(rng, born),
        "role": "儿童主任",
        "basis": weighted(rng, _BASES),
        "qualification": weighted(rng, _QUALIFICATIONS),
        "since": (first - timedelta(days=rng.randint(0, 1500))).isoformat(),
    }


def _id_number(rng: Random, born: date) -> str:
    body = f"999999{born:%Y%m%d}{rng.randint(100, 999)}"
    return body + id_check_character(body)
