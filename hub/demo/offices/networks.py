"""Police and prosecutors on networks of their own (离线交换): once a month some of their records
come as a signed file, by the same kinds as any other; and complete files that are printed."""

from __future__ import annotations

from datetime import date

from domain.identity import IdentityClaim
from domain.organisations import Seat, district_organisation, town_organisation
from hub.demo.offices.kernel import On, Work, sends
from hub.demo.offices.procuratorate import activity

POLICE = district_organisation(Seat.POLICE)
PROCURATORATE = district_organisation(Seat.PROCURATORATE)
_MONTH, _CARRIED = 20, 7
_PRINTED = 8
"""On which working days of a month files are carried, and printed."""


@sends(On.WORKING_DAYS)
def carried(work: Work, day: date) -> None:
    """A lecture of the police, and activities of the prosecutors as vice-heads."""
    if work.days.nth_working(day) % _MONTH != _CARRIED:
        return
    rng = work.rng("carried", day)
    lecture = {
        "activity": "防欺凌",
        "held_on": day.isoformat(),
        "topic": "（演示）警营开放日",
        "audience": "儿童",
        "children": str(rng.randint(20, 60)),
    }
    work.desk.carry(POLICE, [{"kind": "programmes.activity", "values": lecture}])
    towns = rng.sample(sorted(work.world.towns.values()), 2)
    kind = "procuratorate.vice_head_activity"
    held = [{"kind": kind, "values": activity(rng, name, day)} for name in towns]
    work.desk.carry(PROCURATORATE, held)


@sends(On.WORKING_DAYS)
def files(work: Work, day: date) -> None:
    """完整档案: a town prints one for a meeting on a child."""
    if work.days.nth_working(day) % _MONTH != _PRINTED:
        return
    child = work.rng("printed", day).choice([c for c in work.world.children if c.id_number])
    town = town_organisation(child.village.town_code)
    claim = IdentityClaim(child.name, id_number=child.id_number)
    work.desk.print_file(town, claim, child.village.town_code)
