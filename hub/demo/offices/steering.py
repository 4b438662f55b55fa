"""From when on something is owed, work lists and budgets (起算、工作清单、经费)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from domain.budget import Fund
from domain.organisations import Seat, district_organisation, town_organisation
from domain.periods import Every, begins, period_of
from hub.demo.offices.kernel import On, Work, sends

CIVIL_AFFAIRS = district_organisation(Seat.CIVIL_AFFAIRS)
_LIST = (
    Seat.CIVIL_AFFAIRS,
    Seat.CYBERSPACE,
    Seat.PROCURATORATE,
    Seat.EDUCATION,
    Seat.POLICE,
    Seat.JUSTICE,
    Seat.FINANCE,
    Seat.HUMAN_RESOURCES,
    Seat.HEALTH,
    Seat.EMERGENCY,
    Seat.WATER,
    Seat.WOMEN_CHILDREN_OFFICE,
    Seat.YOUTH_LEAGUE,
    Seat.WOMENS_FEDERATION,
    Seat.DISABLED_FEDERATION,
)
_FUNDS = (Fund.LIVING_ALLOWANCE, Fund.EDUCATION_AID, Fund.HOME_RENOVATION, Fund.STATIONS)
_DONE = 0.9
"""Share of items that are done by their day."""


@sends(On.WORKING_DAYS)
def duties_begin(work: Work, day: date) -> None:
    """按期应办事项起算登记, on the first day, from the quarter's beginning on."""
    if work.days.nth_working(day):
        return
    first = begins(period_of(day, Every.QUARTER))
    row = {"first_day": first.isoformat()}
    work.desk.record(CIVIL_AFFAIRS, "civil_affairs.duty_start", row)


@sends(On.WORKING_DAYS)
def work_lists(work: Work, day: date) -> None:
    """工作清单: each department's own and, by civil affairs, each town's, with the year."""
    if day.month != 1 or work.days.nth_of_month(day) != 4:
        return
    for nth, seat in enumerate(_LIST, start=1):
        office = district_organisation(seat)
        _list(work, office, {f"QD-{day.year}-{nth:02d}": office}, day)
    towns = {
        f"QD-{day.year}-{100 + nth}": town_organisation(town)
        for nth, town in enumerate(sorted(work.world.towns))
    }
    _list(work, CIVIL_AFFAIRS, towns, day)


def _list(work: Work, office: str, items: dict[str, str], day: date) -> None:
    finish_by = date(day.year, 6, 30)
    for number, owner in items.items():
        row = {
            "number": number,
            "year": str(day.year),
            "assigned_to": work.desk.program.directory.name(owner),
            "title": "（演示）年度重点工作",
            "held_on": day.isoformat(),
            "finish_by": finish_by.isoformat(),
        }
        work.desk.record(office, "programmes.work_item", row)
        rng = work.rng("item", number)
        after = rng.randint(20, 90) if rng.random() < _DONE else 130
        work.later(day, after, _done(work, number, owner))


def _done(work: Work, number: str, owner: str) -> Callable[[date], None]:
    def done(day: date) -> None:
        row = {"number": number, "finished_on": day.isoformat(), "done": "是"}
        work.desk.record(owner, "programmes.work_done", row)

    return done


@sends(On.WORKING_DAYS)
def budgets(work: Work, day: date) -> None:
    """经费预算执行登记, with each month."""
    if work.days.nth_of_month(day) != 5:
        return
    finance = district_organisation(Seat.FINANCE)
    for fund in _FUNDS:
        budgeted = 1_000_000 + 10_000 * work.rng("budget", fund.value, day.year).randrange(200)
        spent = budgeted * day.month // 13
        row = {
            "fund": fund.value,
            "year": str(day.year),
            "as_of": day.isoformat(),
            "budgeted": str(budgeted),
            "allocated": str(min(budgeted, spent + 50_000)),
            "spent": str(spent),
        }
        work.desk.record(finance, "finance.budget", row)
