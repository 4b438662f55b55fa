"""What towns and civil affairs enter in the systems that they keep elsewhere (外部系统录入)."""

from __future__ import annotations

from datetime import date, timedelta

from domain.organisations import town_organisation
from hub.answers import OutsideEntry
from hub.demo.offices.civil_affairs import CIVIL_AFFAIRS
from hub.demo.offices.kernel import On, Work, sends
from hub.keyservice import Purpose
from hub.queries import MAX_PAGE

_A_WEEK = 5
_ENTERED = 0.94
"""Share of what waits that is entered in a week; the rest comes another week, or late."""


@sends(On.WORKING_DAYS)
def entries(work: Work, day: date) -> None:
    """外部系统录入登记: each office once a week, of what waits the most urgent first."""
    offices = (*(town_organisation(town) for town in work.world.towns), CIVIL_AFFAIRS)
    nth = work.days.nth_working(day)
    for number, office in enumerate(offices):
        if number % _A_WEEK == nth % _A_WEEK:
            _enter(work, office, day)


def _enter(work: Work, office: str, day: date) -> None:
    desk = work.desk
    reader = desk.staff.reader(office, Purpose.CASEWORK)
    found = desk.program.queries.outside_entries(reader, limit=MAX_PAGE).items
    # The identifiers that a page is sorted by beside the day are random.
    waiting = sorted(found, key=_by_child)
    rows = [
        _row(each, f"{day:%y%m%d}{at:03d}", day)
        for at, each in enumerate(waiting[: round(len(waiting) * _ENTERED)])
        if each.child is not None and each.child.fields.get("name")
    ]
    desk.send(office, "outside.entry", rows, "entered_on", day)


def _by_child(entry: OutsideEntry) -> tuple[str, ...]:
    fields = {} if entry.child is None else entry.child.fields
    who = (str(fields.get(name, "")) for name in ("name", "birth_date", "id_number"))
    return (entry.enter_by or "", *who, entry.system_name)


def _row(entry: OutsideEntry, number: str, day: date) -> dict[str, str]:
    """What an official copies from the list, with the number that the system gave."""
    fields = {} if entry.child is None else entry.child.fields
    who = {
        name: str(fields[name])
        for name in ("name", "id_number", "birth_date", "guardian_name")
        if fields.get(name)
    }
    if "id_number" in who:
        who = {"name": who["name"], "id_number": who["id_number"]}
    elif entry.child is not None and entry.child.village:
        who["village"] = entry.child.village
    return {
        **who,
        "system": entry.system_name,
        "record": entry.of_record,
        "number": f"演示编{number}",
        "entered_on": (day - timedelta(days=1)).isoformat(),
    }
