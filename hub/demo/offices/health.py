"""Hospitals (医院): mandatory reports of what a doctor has seen, on every day of the week."""

from __future__ import annotations

from datetime import date

from hub.demo.chance import Rate
from hub.demo.offices.kernel import On, Work, sends
from hub.demo.rows import report

REPORTS = Rate(0.0025, least=3)


@sends(On.EVERY_DAY)
def reports(work: Work, day: date) -> None:
    """强制报告."""
    world = work.world
    for by, children in work.happening(
        "hospital report",
        REPORTS,
        lambda rng, child: world.hospital(child.village.town_code).id,
        day,
        On.EVERY_DAY,
    ):
        for child in children:
            rng = work.rng("hospital report", child.key, day)
            place = world.hospital(child.village.town_code).name
            work.desk.report(by, report(rng, child, work.desk.now, place))
