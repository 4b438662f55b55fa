"""The police (公安): admonitions, tracing, and the mandatory reports that they take in hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random

from domain.mandatory_report import (
    AcceptMandatoryReport,
    CloseMandatoryReport,
    DecideMandatoryReport,
    FeedBackToReporter,
    PoliceDecision,
)
from domain.organisations import Seat, district_organisation
from hub.demo.chance import Rate
from hub.demo.offices.kernel import (
    Handling,
    Manner,
    On,
    Plan,
    Task,
    Work,
    handles,
    sends,
    take_up,
    usual,
)
from hub.demo.offices.town import CONDUCTS
from hub.demo.options import weighted
from hub.demo.rows import identity
from hub.demo.world import Child

ADMONITIONS = Rate(0.005, least=3)
BY_THE_BUREAU = 0.15
"""Share of admonitions that the sub-bureau itself makes."""

_DECISIONS = (
    (PoliceDecision.NOT_FILED, 50),
    (PoliceDecision.ADMIN_CASE, 25),
    (PoliceDecision.CRIMINAL_FILED, 15),
    (PoliceDecision.TRANSFERRED, 10),
)
_REPORT = Manner(
    finish_after=((1, 25), (2, 35), (3, 18), (5, 16), (None, 6)),
    accept_after=((0, 86), (1, 12), (2, 2)),
    returned=0,
    failed=0,
)
"""Days, not working days, until the reporter hears: three are allowed (强报意见 Art 10)."""


@sends(On.WORKING_DAYS)
def admonitions(work: Work, day: date) -> None:
    """训诫登记."""
    for by, children in work.happening("admonition", ADMONITIONS, _who_admonishes, day):
        lines = []
        for child in children:
            rng = work.rng("admonition", child.key, day)
            document = f"演示公训〔{day.year}〕{rng.randrange(10**6):06d}号"
            lines.append(admonition(rng, child, day, document))
        work.desk.send(by, "police.admonition", lines, "served_on", day)


def _who_admonishes(rng: Random, child: Child) -> str:
    if rng.random() < BY_THE_BUREAU:
        return district_organisation(Seat.POLICE)
    return f"{Seat.POLICE_STATION.value}:{child.village.town_code}"


TRACE = Handling(
    ("trace_dropout",),
    usual(Manner(((1, 40), (2, 30), (3, 15), (5, 9), (8, 4), (None, 4)))),
)


@handles("handle_report", every_day=True)
def handle_report(task: Task) -> Iterator[int]:
    """接报, 处理决定, the child found, 反馈, 结案: mostly within the three days, sometimes late."""
    plan = Plan.of(task, _REPORT)
    report = task.about
    decision = weighted(task.rng, _DECISIONS)
    if not (yield from take_up(task, plan)):
        return
    task.command(AcceptMandatoryReport(report_id=report, police_receipt="（演示）接报回执"))
    yield max(0, plan.rest - 1)
    task.command(
        DecideMandatoryReport(
            report_id=report, decision=decision, reason="（演示）经核查后作出决定。"
        )
    )
    if task.child is not None:
        task.work.desk.record(
            task.owner,
            "police.report_child",
            {"report_id": str(report), **identity(task.child, birth_date=True, contact=True)},
        )
    yield 1
    task.command(FeedBackToReporter(report_id=report, told="（演示）已处理，谢谢报告。"))
    task.command(CloseMandatoryReport(report_id=report, reason="（演示）已反馈。"))
    task.complete(decision.value)


def admonition(rng: Random, child: Child, day: date, document: str) -> dict[str, str]:
    """A guardian was admonished (训诫登记)."""
    return {
        **identity(child, contact=True),
        "document_number": document,
        "served_on": day.isoformat(),
        "guardian_relation": child.relation,
        "conduct": rng.choice(CONDUCTS),
        "guidance_ordered": rng.choice(("是", "是", "否")),
        "account": "（演示）训诫书已送达。",
    }
