"""Places, inspections and hazards (场所、检查、隐患), and the yearly full inspection."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from domain.hazard import HazardKind
from domain.organisations import Seat, district_organisation, town_organisation
from domain.site import Inspection, SiteKind
from hub.demo.offices.kernel import On, Work, sends

CIVIL_AFFAIRS = district_organisation(Seat.CIVIL_AFFAIRS)
_INSPECTS = (
    (Seat.EMERGENCY, Inspection.FIRE, HazardKind.FIRE_HAZARD),
    (Seat.WATER, Inspection.RIVER_PATROL, HazardKind.WATER_HAZARD),
    (Seat.EDUCATION, Inspection.SCHOOL_BUS, HazardKind.BUS_HAZARD),
    (Seat.HEALTH, Inspection.FOOD, HazardKind.FOOD_HAZARD),
    (Seat.WATER, Inspection.FACILITY_MAINTENANCE, HazardKind.FACILITY_DAMAGED),
    (Seat.EMERGENCY, Inspection.NATURAL_HAZARDS, HazardKind.NATURAL_HAZARD),
)
_PLACES = (
    (Seat.WATER, SiteKind.WATERS, "SY", 8),
    (Seat.HUMAN_RESOURCES, SiteKind.EMPLOYMENT_STATION, "JY", 3),
    (Seat.HUMAN_RESOURCES, SiteKind.LABOUR_MARKET, "LG", 1),
    (Seat.EDUCATION, SiteKind.SCHOOL, "XX", 12),
)
"""Who enters how many places of which kind, under which letters."""
_WATERS, _SCHOOLS = 8, 12
_FOUND = 0.4
"""Share of inspections that find a hazard."""
_MENDED = 0.85
"""Share of hazards that are put right in time."""
_TERM = 20
"""Working days until a hazard is mended; it is due some days later."""


@sends(On.WORKING_DAYS)
def places(work: Work, day: date) -> None:
    """场所台账登记, on the first day."""
    if work.days.nth_working(day):
        return
    towns = sorted(work.world.towns)
    for seat, kind, letters, count in _PLACES:
        for nth in range(count):
            row = {
                "number": f"{letters}-{nth + 1:04d}",
                "site_kind": kind.value,
                "name": f"（演示）第{nth + 1}处",
            }
            if kind is not SiteKind.SCHOOL:
                row["town"] = _name(work, town_organisation(towns[nth % len(towns)]))
            elif nth < len(work.world.schools):
                row["run_by"] = work.world.schools[nth].organisation.name
            else:
                continue
            work.desk.record(district_organisation(seat), "programmes.site", row)


@sends(On.WORKING_DAYS)
def inspections(work: Work, day: date) -> None:
    """检查、河湖巡查、防护设施维护: every second working day a place, sometimes with a hazard."""
    nth = work.days.nth_working(day)
    if nth % 2 or not nth:
        return
    seat, inspection, hazard = _INSPECTS[nth // 2 % len(_INSPECTS)]
    rng = work.rng("inspection", day)
    at_waters = seat is Seat.WATER
    which = rng.randrange(_WATERS if at_waters else min(_SCHOOLS, len(work.world.schools)))
    number = f"{'SY' if at_waters else 'XX'}-{which + 1:04d}"
    found = rng.random() < _FOUND
    office = district_organisation(seat)
    row = {
        "inspection": inspection.value,
        "held_on": day.isoformat(),
        "number": number,
        "hazards": "1" if found else "0",
        "account": "（演示）已现场查看。",
    }
    work.desk.record(office, "programmes.inspection", row)
    if found:
        towns = sorted(work.world.towns)
        town = town_organisation(towns[which % len(towns)])
        owner = town if at_waters else work.world.schools[which].id
        _find(work, office, owner, hazard, f"YH-{day:%y%m}-{day:%d}", number)(day)


@sends(On.WORKING_DAYS)
def full_inspection(work: Work, day: date) -> None:
    """全面检查 of every town in April; what is not done is a finding."""
    if day.month != 4 or work.days.nth_of_month(day) != 8:
        return
    for nth, town in enumerate(sorted(work.world.towns), start=1):
        owner = town_organisation(town)
        found = work.rng("full inspection", town, day).random() < _FOUND
        row = {
            "inspection": Inspection.FULL_INSPECTION.value,
            "held_on": day.isoformat(),
            "unit": _name(work, owner),
            "hazards": "1" if found else "0",
        }
        work.desk.record(CIVIL_AFFAIRS, "programmes.inspection", row)
        if found:
            number = f"DC-{day.year}-{nth:02d}"
            finding = _find(work, CIVIL_AFFAIRS, owner, HazardKind.WORK_NOT_DONE, number, None)
            work.later(day, 1, finding)


def _find(
    work: Work, office: str, owner: str, hazard: HazardKind, number: str, site: str | None
) -> Callable[[date], None]:
    """A hazard is entered, mostly put right in time, and looked at again; now and then it is there
    still, and is put right once more."""
    rng = work.rng("hazard", number)

    def found(day: date) -> None:
        row = {
            "number": number,
            "hazard": hazard.value,
            "rectified_by": _name(work, owner),
            "found_on": day.isoformat(),
            "rectify_by": (day + timedelta(days=30)).isoformat(),
            "account": "（演示）需要整改。",
        }
        if site is not None:
            row["site"] = site
        work.desk.record(office, "programmes.hazard", row)
        late = rng.random() >= _MENDED
        work.later(day, rng.randint(3, _TERM) + (_TERM if late else 0), mended)

    def mended(day: date) -> None:
        row = {"number": number, "rectified_on": day.isoformat(), "account": "（演示）已整改。"}
        work.desk.record(owner, "programmes.rectification", row)
        work.later(day, rng.randint(1, 8), looked)

    def looked(day: date) -> None:
        solved = rng.random() < _MENDED
        row = {"number": number, "rechecked_on": day.isoformat(), "solved": "是"}
        if not solved:
            row["solved"] = "否"
            row["rectify_by"] = (day + timedelta(days=15)).isoformat()
            work.later(day, rng.randint(2, 8), mended)
        work.desk.record(office, "programmes.recheck", row)

    return found


def _name(work: Work, organisation: str) -> str:
    return work.desk.program.directory.name(organisation)
