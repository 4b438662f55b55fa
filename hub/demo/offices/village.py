"""Villages (村居): dissuasions, and mandatory reports."""

from __future__ import annotations

from datetime import date

from domain.organisations import village_organisation
from hub.demo.chance import Rate
from hub.demo.offices.kernel import On, Work, sends
from hub.demo.offices.town import dissuasion
from hub.demo.rows import report

DISSUASIONS = Rate(0.009, least=2)
REPORTS = Rate(0.001)


@sends(On.WORKING_DAYS)
def dissuasions(work: Work, day: date) -> None:
    """劝诫记录."""
    for by, children in work.happening(
        "village dissuasion",
        DISSUASIONS,
        lambda rng, child: village_organisation(child.village.code),
        day,
    ):
        rng = work.rng("dissuasion", by, day)
        lines = [dissuasion(rng, child, day) for child in children]
        work.desk.send(by, "town.dissuasion", lines, "dissuaded_on", day)


@sends(On.WORKING_DAYS)
def reports(work: Work, day: date) -> None:
    """强制报告 of what the child director (儿童主任) has seen."""
    for by, children in work.happening(
        "village report",
        REPORTS,
        lambda rng, child: village_organisation(child.village.code),
        day,
    ):
        for child in children:
            rng = work.rng("village report", child.key, day)
            work.desk.report(by, report(rng, child, work.desk.now, child.village.name))
