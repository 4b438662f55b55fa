"""The police (公安): admonitions, tracing, and the mandatory reports that they take in hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from random import Random
from uuid import UUID

from domain.mandatory_report import (
    MANDATORY_REPORT,
    AcceptMandatoryReport,
    CloseMandatoryReport,
    DecideMandatoryReport,
    FeedBackToReporter,
    PoliceDecision,
    ReportState,
    StateMedicalCare,
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
from hub.demo.rows import ACCOUNT, identity
from hub.demo.world import Child

ADMONITIONS = Rate(0.005, least=3)
BY_THE_BUREAU = 0.15
"""Share of admonitions that the sub-bureau itself makes."""

WARNINGS = Rate(0.003, least=2)
_PROTECTED = 0.6
"""Share of those warned against whom a protection order is applied for as well."""
_HEEDED_FOR = timedelta(days=90)
_AGAIN = 0.4
"""Share of guardians who have to be admonished a second time."""

_DECISIONS = (
    (PoliceDecision.NOT_FILED, 50),
    (PoliceDecision.ADMIN_CASE, 25),
    (PoliceDecision.CRIMINAL_FILED, 15),
    (PoliceDecision.TRANSFERRED, 10),
)
_ACCEPTED = {"receiver": "（演示）外区公安分局", "letter": "（演示）签收回执"}
_REPORT = Manner(
    finish_after=((1, 25), (2, 35), (3, 18), (5, 16), (None, 6)),
    accept_after=((0, 86), (1, 12), (2, 2)),
    returned=0,
    failed=0,
)
"""Days, not working days, until the reporter hears: three are allowed (强报意见 Art 10)."""


_SEARCH = Manner(((20, 60), (40, 40)), returned=0, failed=0)
_CONSIDER = Manner(((2, 60), (4, 30), (7, 10)), failed=0)


@sends(On.WORKING_DAYS)
def admonitions(work: Work, day: date) -> None:
    """训诫登记."""
    for by, children in work.happening("admonition", ADMONITIONS, _who_admonishes, day):
        _admonish(work, by, children, day)
        for child in children:
            rng = work.rng("admonished again", child.key, day)
            if rng.random() < _AGAIN:
                work.later(day, rng.randint(15, 40), _again(work, by, child))


def _admonish(work: Work, by: str, children: Sequence[Child], day: date) -> None:
    lines = []
    for child in children:
        rng = work.rng("admonition", child.key, day)
        document = f"演示公训〔{day.year}〕{rng.randrange(10**6):06d}号"
        lines.append(admonition(rng, child, day, document))
    work.desk.send(by, "police.admonition", lines, "served_on", day)


def _again(work: Work, by: str, child: Child) -> Callable[[date], None]:
    return lambda day: _admonish(work, by, [child], day)


@sends(On.WORKING_DAYS)
def written_warnings(work: Work, day: date) -> None:
    """告诫书登记 (domestic violence)."""
    for by, children in work.happening("written warning", WARNINGS, _who_admonishes, day):
        rng = work.rng("written warning", by, day)
        lines = [written_warning(rng, child, day) for child in children]
        work.desk.send(by, "police.written_warning", lines, "served_on", day)
        told = [safety_instruction(child, day) for child in children]
        work.desk.send(by, "safety.instruction", told, "issued_on", day)
        for child in children:
            if work.rng("protection", child.key, day).random() < _PROTECTED:
                work.later(day, 1, _apply_for_protection(work, by, child))


def _apply_for_protection(work: Work, by: str, child: Child) -> Callable[[date], None]:
    def apply(day: date) -> None:
        row = {
            **identity(child),
            "applied_on": day.isoformat(),
            "urgent": work.rng("urgent", child.key).choice(("是", "否", "否")),
            "account": ACCOUNT,
        }
        work.desk.record(by, "civil_affairs.protection_application", row)

    return apply


def _who_admonishes(rng: Random, child: Child) -> str:
    if rng.random() < BY_THE_BUREAU:
        return district_organisation(Seat.POLICE)
    return f"{Seat.POLICE_STATION.value}:{child.village.town_code}"


@handles("search_parents")
def search_parents(task: Task) -> Iterator[int]:
    """查找父母: found after some weeks, or not."""
    plan = Plan.of(task, _SEARCH)
    if not (yield from take_up(task, plan)):
        return
    yield plan.rest
    found = plan.outcome == "FOUND"
    if task.child is not None and task.open:
        result = {
            **identity(task.child),
            "concluded_on": task.today.isoformat(),
            "found": "是" if found else "否",
            "whom": "（演示）父亲" if found else "",
        }
        task.work.desk.record(task.owner, "police.search_result", result)
    task.complete(plan.outcome)


@handles("consider_admonition")
def consider_admonition(task: Task) -> Iterator[int]:
    """训诫办理: the guardian is admonished, or need not be."""
    plan = Plan.of(task, _CONSIDER)
    if not (yield from take_up(task, plan)):
        return
    yield plan.rest
    if task.child is not None and plan.outcome == "ADMONISHED":
        _admonish(task.work, task.owner, [task.child], task.today)
    task.complete(plan.outcome)


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
    yield plan.accept_after or 0
    # What is reported once more, in other words, is one more task about one report: what answers
    # the report answers both.
    if not task.open:
        return
    task.command(AcceptMandatoryReport(report_id=report, police_receipt="（演示）接报回执"))
    _cared_for(task, report)
    if plan.finish_after is None:
        return
    yield max(0, plan.rest - 1)
    if not task.open:
        return
    if task.work.desk.program.store.load(MANDATORY_REPORT, report).state.filing_ordered:
        decision = PoliceDecision.CRIMINAL_FILED
    # A transfer (移送) goes to somebody outside of the hub, who has accepted it by a letter.
    told = _ACCEPTED if decision is PoliceDecision.TRANSFERRED else {}
    task.command(
        DecideMandatoryReport(
            report_id=report, decision=decision, reason="（演示）经核查后作出决定。", **told
        )
    )
    if task.child is not None:
        task.work.desk.record(
            task.owner,
            "police.report_child",
            {"report_id": str(report), **identity(task.child, birth_date=True, contact=True)},
        )
    yield 1
    now = task.work.desk.program.store.load(MANDATORY_REPORT, report).state
    if now.state is ReportState.CLOSED:
        return
    if now.decided_of < now.filings:
        # Reported once more since: its own task decides on that, and closes both.
        return
    _cared_for(task, report)
    told_end = FeedBackToReporter(report_id=report, told="（演示）已办结，谢谢报告。", final=True)
    task.command(told_end)
    task.command(CloseMandatoryReport(report_id=report, reason="（演示）已反馈。"))


def _cared_for(task: Task, report: UUID) -> None:
    """就医情况: of a child that is hurt, before anything else."""
    if task.work.desk.program.store.load(MANDATORY_REPORT, report).state.hurt:
        task.command(StateMedicalCare(report_id=report, care="SENT", account="（演示）已送医。"))


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


def safety_instruction(child: Child, day: date) -> dict[str, str]:
    """What whoever meets the child is to heed (安全提示), for a quarter of a year."""
    return {
        **identity(child, contact=True),
        "issued_on": day.isoformat(),
        "text": "（演示）接送孩子的人有变化时先电话核实",
        "call": "110",
        "until": (day + _HEEDED_FOR).isoformat(),
        "told_units": "学校、村居、街镇未保站",
    }


def written_warning(rng: Random, child: Child, day: date) -> dict[str, str]:
    """A written warning (告诫书) to a guardian."""
    return {
        **identity(child, contact=True),
        "document_number": f"演示公告诫〔{day.year}〕{rng.randrange(10**6):06d}号",
        "served_on": day.isoformat(),
        "guardian_relation": child.relation,
        "requirements": "（演示）不得再打骂孩子，接受家庭教育指导。",
    }
