"""Yearly returns of indicators (年度报表): opened with the new year, filled in, sent back here and
there, checked, confirmed and locked; a late correction, and exact figures for two named persons."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from uuid import NAMESPACE_URL, uuid5

from domain.annual_return import checker_of
from domain.annual_return_events import (
    CheckReturn,
    ConfirmReturn,
    LockReturn,
    OpenReturn,
    SendBackReturn,
    SubmitReturn,
)
from domain.organisations import Seat, district_organisation
from domain.statutory_return import ApproveExact, RequestExact
from hub.demo.offices.kernel import On, Work, sends
from hub.keyservice import Purpose
from hub.returns import Stated

_OPENED_ON = 3
"""Which working day of January."""
_SENT_BACK = 0.3
_LATE = 0.1
"""Share of departments that fill in after the day."""
_CORRECTED_AFTER = 45
_EXACT = district_organisation(Seat.CIVIL_AFFAIRS)


@sends(On.WORKING_DAYS)
def returns(work: Work, day: date) -> None:
    """布置: by whoever checks them, of the year that is over."""
    if day.month != 1 or work.days.nth_of_month(day) != _OPENED_ON:
        return
    rules = work.desk.program.policies.rules.indicators
    year = day.year - 1
    for seat in Seat:
        department = district_organisation(seat)
        checker = checker_of(department, rules)
        if checker is None:
            continue
        work.desk.command(
            checker,
            OpenReturn(
                department=department,
                year=year,
                as_of=date(year, 12, 31),
                fill_by=day + timedelta(days=14),
            ),
        )
        rng = work.rng("return", department, year)
        after = 15 if rng.random() < _LATE else rng.randint(2, 7)
        again = rng.random() < _SENT_BACK
        work.later(day, after, _fill(work, department, year))
        if again:
            work.later(day, after + 2, _send_back(work, department, checker, year))
            work.later(day, after + 4, _fill(work, department, year))
            after += 4
        work.later(day, after + 3, _check(work, department, checker, year))
        work.later(day, after + 5, _confirm(work, department, year))
        work.later(day, after + 6, _lock(work, department, checker, year))
        if seat is Seat.YOUTH_LEAGUE:
            work.later(day, after + _CORRECTED_AFTER, _correct(work, department, year))
        if department == _EXACT:
            work.later(day, after + 8, _read_exactly(work, year))


def _fill(work: Work, department: str, year: int) -> Callable[[date], None]:
    def fill(day: date) -> None:
        work.desk.clock.step()
        work.desk.program.returns.fill(work.desk.staff.actor(department), year)
        work.desk.command(department, SubmitReturn(department=department, year=year))

    return fill


def _send_back(work: Work, department: str, checker: str, year: int) -> Callable[[date], None]:
    command = SendBackReturn(department=department, year=year, reason="（演示）请核对口径后再报。")
    return lambda day: work.desk.command(checker, command)


def _check(work: Work, department: str, checker: str, year: int) -> Callable[[date], None]:
    command = CheckReturn(department=department, year=year)
    return lambda day: work.desk.command(checker, command)


def _confirm(work: Work, department: str, year: int) -> Callable[[date], None]:
    command = ConfirmReturn(department=department, year=year)
    return lambda day: work.desk.decide(department, command)


def _lock(work: Work, department: str, checker: str, year: int) -> Callable[[date], None]:
    command = LockReturn(department=department, year=year)
    return lambda day: work.desk.command(checker, command)


def _correct(work: Work, department: str, year: int) -> Callable[[date], None]:
    """迟报更正: activities that were recorded late."""

    def correct(day: date) -> None:
        row = {
            "activity": "VOLUNTEERING",
            "held_on": f"{year}-12-20",
            "topic": "（演示）补登的志愿服务",
            "audience": "CHILDREN",
            "children": "20",
        }
        work.desk.record(department, "programmes.activity", row)
        work.desk.clock.step()
        work.desk.program.returns.correct(
            work.desk.staff.leader(department),
            year,
            "league_activities",
            Stated(account="（演示）补登一场志愿服务。"),
        )

    return correct


def _read_exactly(work: Work, year: int) -> Callable[[date], None]:
    """法定报表: two named persons, and one of them reads."""

    def read(day: date) -> None:
        staff = work.desk.staff
        reader = staff.reader(_EXACT, Purpose.CASEWORK)
        request_id = uuid5(NAMESPACE_URL, f"demo exact {year}")
        other = staff.colleague(_EXACT).user
        request = RequestExact(
            request_id=request_id,
            department=_EXACT,
            year=year,
            readers=(reader.user, other),
            purpose="（演示）儿童福利统计年报",
        )
        work.desk.command(_EXACT, request)
        work.desk.decide(_EXACT, ApproveExact(request_id=request_id))
        work.desk.program.queries.exact_return(reader, str(request_id))

    return read
