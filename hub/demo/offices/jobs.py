"""Help with work (就业帮扶): villages, schools and stations take wishes down, stations send
them on among other residents who look for work, and human resources help."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

from domain.job_help import HELPER
from domain.organisations import town_organisation, village_organisation
from hub.demo.chance import Rate
from hub.demo.names import guardian_name
from hub.demo.offices.kernel import On, Work, sends
from hub.demo.options import weighted
from hub.demo.rows import ACCOUNT, identity
from hub.demo.world import Child

WISHES = Rate(0.03, least=4)
RESIDENTS = Rate(0.015, least=2)
"""Who looks for work and is nobody's guardian here; drawn by where some child lives."""
_CONSENTS = timedelta(days=300)
_SENT = ((1, 40), (2, 40), (3, 15), (6, 5))
_ACCEPTED = ((1, 50), (2, 40), (5, 10))
_CONTACTED = ((1, 40), (3, 50), (8, 10))
_OFFERED = ((2, 40), (5, 50), (13, 10))
_SETTLED = ((8, 50), (15, 40), (40, 10))
_FOLLOWED = ((50, 70), (60, 30))
"""Working days after which each step follows, some of them late."""
_DECLINES = 0.15
_OFFERS = ("就业服务站点", "零工市场", "职业技能培训")
_RESULTS = (("已就业", 55), ("已参加培训", 20), ("未就业", 25))
_HOURS = ("白天部分时段", "灵活时间", "周末", "全日")
_JOBS = ("（演示）保洁", "（演示）帮厨", "（演示）家政", "（演示）仓库理货")


def _asker(child: Child) -> dict[str, str]:
    """Which organisation each kind of asker is, of a child."""
    return {
        "village": village_organisation(child.village.code),
        "school": child.school.id,
        "town": town_organisation(child.village.town_code),
    }


@sends(On.WORKING_DAYS)
def wishes(work: Work, day: date) -> None:
    """就业需求登记, and what becomes of it."""
    for by, children in work.happening(
        "job wish",
        WISHES,
        lambda rng, child: _asker(child)[rng.choice(("village", "village", "school", "town"))],
        day,
    ):
        for child in children:
            rng = work.rng("job wish", child.key, day)
            adult = {"adult_name": child.guardian, "adult_phone": child.phone, **_wanted(work, day)}
            station = town_organisation(child.village.town_code)
            row = {
                **identity(child),
                **adult,
                "stated_on": day.isoformat(),
                "station": work.desk.program.directory.name(station),
            }
            wish = _number(work, work.desk.record(by, "jobs.wish", row))
            if wish:
                send = partial(_send, work, station, adult, by, wish, (child.key, day))
                work.later(day, weighted(rng, _SENT), send)


@sends(On.WORKING_DAYS)
def residents(work: Work, day: date) -> None:
    """Adults without a child here, sent by the same record."""
    for station, found in work.happening(
        "job resident",
        RESIDENTS,
        lambda rng, child: town_organisation(child.village.town_code),
        day,
    ):
        for number in range(len(found)):
            rng = work.rng("job resident", station, day, number)
            adult = {
                "adult_name": guardian_name(rng, rng.choice("王李张刘陈")),
                "adult_phone": f"1390000{rng.randrange(10**4):04d}",
                **_wanted(work, day),
            }
            _send(work, station, adult, station, "", (station, day, number), day)


def _wanted(work: Work, day: date) -> dict[str, str]:
    rng = work.rng("job wanted", day)
    return {
        "given_on": day.isoformat(),
        "until": (day + _CONSENTS).isoformat(),
        "job": rng.choice(_JOBS),
        "job_hours": rng.choice(_HOURS),
    }


def _number(work: Work, receipt: str | None) -> str:
    """Under which number the record stands; empty for one that was refused."""
    return "" if receipt is None else str(work.desk.program.intake.record_of(receipt) or "")


def _send(
    work: Work,
    station: str,
    adult: dict[str, str],
    by: str,
    wish: str,
    who: tuple[object, ...],
    day: date,
) -> None:
    """就业帮扶转送; the adult declines soon afterwards, at the desk of who asked, or is helped."""
    row = {**adult, "sent_on": day.isoformat(), **({"wish": wish} if wish else {})}
    number = _number(work, work.desk.record(station, "jobs.sending", row))
    if not number:
        return
    rng = work.rng("job help", *who)
    at = weighted(rng, _ACCEPTED) or 1
    work.later(day, at, _step(work, number, "已受理"))
    at += weighted(rng, _CONTACTED) or 1
    work.later(day, at, _step(work, number, "已联系本人"))
    if rng.random() < _DECLINES:
        work.later(day, at + 1, partial(_end, work, by, number, wish))
        return
    at += weighted(rng, _OFFERED) or 1
    work.later(day, at, _step(work, number, "已推荐", job_offer=rng.choice(_OFFERS)))
    at += weighted(rng, _SETTLED) or 1
    work.later(day, at, _step(work, number, weighted(rng, _RESULTS), account=ACCOUNT))
    at += weighted(rng, _FOLLOWED) or 1
    work.later(day, at, _step(work, number, "已回访"))


def _step(work: Work, number: str, step: str, **also: str) -> Callable[[date], None]:
    """就业帮扶办理 by human resources."""

    def act(day: date) -> None:
        row = {"help": number, "job_step": step, "answered_on": day.isoformat(), **also}
        work.desk.record(HELPER, "jobs.step", row)

    return act


def _end(work: Work, by: str, number: str, wish: str, day: date) -> None:
    """就业帮扶退出."""
    row = {"help": number, "ended_on": day.isoformat(), **({"wish": wish} if wish else {})}
    work.desk.record(by, "jobs.ending", row)
