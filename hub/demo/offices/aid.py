"""Aid (保障) from the village's look to what is paid: each office of an application in its turn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from domain.organisations import (
    TOWN_DIGITS,
    Seat,
    district_organisation,
    village_organisation,
)
from domain.reactions.aid import ANOTHER_APPLICANT, CHECK, CHECK_DISABILITY, LINK_CHARITY
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
from hub.demo.options import weighted
from hub.demo.rows import identity
from hub.demo.world import Child

CIVIL_AFFAIRS = district_organisation(Seat.CIVIL_AFFAIRS)
FEDERATION = district_organisation(Seat.DISABLED_FEDERATION)

_LIVING = "特殊儿童基本生活费"
_OF_FAMILIES = ((_LIVING, 3), ("最低生活保障", 2), ("临时救助", 2), ("医疗救助", 1))
_OF_DISABLED = (("人工耳蜗植入", 1), ("康复辅具", 2), ("学习辅具", 1), ("康复训练补贴", 4))
_IN_KIND = frozenset({"人工耳蜗植入", "康复辅具", "学习辅具"})
_AMOUNT = {_LIVING: "3200元", "最低生活保障": "1600元", "临时救助": "1600元", "医疗救助": "2000元"}
_STANDARD_SINCE = date(2025, 1, 1)

SCHOOL_AID = Rate(0.01, least=2)
FAMILY_AID = Rate(0.03, least=5)
FEDERATION_AID = Rate(0.01, least=4)
"""Families that come by themselves: to the school, the village, the federation."""
_WANTED = 0.7
"""Share of families that want to apply once somebody has looked."""
_MEETS = 0.85
_NEED_REMAINS = 0.2

_LOOK = Manner(((3, 50), (6, 35), (12, 10), (None, 5)), returned=0, failed=0)
_STEP = Manner(((5, 50), (10, 35), (18, 10), (None, 5)), returned=0, failed=0)
_OTHERS = Manner(returned=0, failed=0)

CHARITY = Handling((LINK_CHARITY, ANOTHER_APPLICANT), usual(_OTHERS))


@dataclass(frozen=True, slots=True)
class Application:
    """What an office wrote into its sheet, which the next one copies."""

    scheme: str
    applied_on: date

    def line(self, child: Child, **values: str) -> dict[str, str]:
        """A line of any sheet on it."""
        about = {"scheme": self.scheme, "applied_on": self.applied_on.isoformat()}
        return {**identity(child), **about, **values}


def _apply(work: Work, owner: str, child: Child, scheme: str, day: date) -> None:
    """Take an application down; of a child one at a time."""
    made = Application(scheme, day)
    work.applications[child.key] = made
    more = {"applicant": "监护人", "need": "（演示）家庭困难。"}
    work.desk.record(owner, "aid.application", made.line(child, **more))


@handles(CHECK, CHECK_DISABILITY)
def look(task: Task) -> Iterator[int]:
    """可能符合，请核实: the family is visited, and helped to apply where it wants to."""
    plan = Plan.of(task, _LOOK)
    if not (yield from take_up(task, plan)):
        return
    yield plan.rest
    if task.child is None:
        task.complete("NOT_MET")
    elif task.child.key in task.work.applications:
        task.complete("HAS_IT")
    elif task.rng.random() > _WANTED:
        task.complete("NOT_NEEDED")
    else:
        village = task.referral.kind == CHECK
        scheme = weighted(task.rng, _OF_FAMILIES if village else _OF_DISABLED)
        _apply(task.work, task.owner, task.child, scheme, task.today)
        task.complete("APPLIED")


@sends(On.WORKING_DAYS)
def families(work: Work, day: date) -> None:
    """Families that come to the village, or of disabled children to the federation."""
    for what, rate, who, schemes in (
        ("family aid", FAMILY_AID, _village, _OF_FAMILIES),
        ("disability aid", FEDERATION_AID, _federation, _OF_DISABLED),
    ):
        for owner, children in work.happening(what, rate, who, day):
            for child in children:
                if child.key not in work.applications:
                    scheme = weighted(work.rng(what, day, child.key), schemes)
                    _apply(work, owner, child, scheme, day)


def _village(rng: Random, child: Child) -> str:
    return village_organisation(child.village.code)


def _federation(rng: Random, child: Child) -> str:
    return FEDERATION


def _school(rng: Random, child: Child) -> str:
    return child.school.organisation.id


@sends(On.SCHOOL_DAYS)
def school_aid(work: Work, day: date) -> None:
    """教育救助: taken down by the school."""
    schools = work.happening(
        "school aid",
        SCHOOL_AID,
        lambda rng, child: child.school.organisation.id,
        day,
        On.SCHOOL_DAYS,
    )
    for school, children in schools:
        for child in children:
            if child.key not in work.applications:
                _apply(work, school, child, "教育救助", day)


@handles("verify_aid", "verify_school_aid", "assess_disability_aid")
def verify(task: Task) -> Iterator[int]:
    """核验: the record answers the task."""
    plan = Plan.of(task, _STEP)
    if not (yield from take_up(task, plan)):
        return
    yield plan.rest
    finding = "符合条件" if task.rng.random() < _MEETS else "不符合条件"
    more = {"verified_on": task.today.isoformat(), "finding": finding}
    _record(task, "verification", {**more, "account": "（演示）已入户核验。"})


@handles("decide_aid", "decide_school_aid", "decide_disability_aid")
def decide(task: Task) -> Iterator[int]:
    """审批, by a leader: granted mostly; what is in kind is given, and a few end it soon."""
    plan = Plan.of(task, _STEP)
    if not (yield from take_up(task, plan)):
        return
    yield plan.rest
    made = _made(task)
    if made is None or task.child is None or not task.open:
        return
    granted = task.rng.random() < _MEETS
    since = (task.today.replace(day=28) + timedelta(days=4)).replace(day=1)
    amount = "2500元" if made.scheme == _LIVING and since < _STANDARD_SINCE else None
    more = {
        "document_number": f"演示保〔{task.today.year}〕{task.rng.randrange(10**6):06d}号",
        "decision": "批准" if granted else "不予批准",
        "decided_on": task.today.isoformat(),
        "since": since.isoformat() if granted else "",
        "yuan": (amount or _AMOUNT.get(made.scheme, "1000元")) if granted else "",
        "reason": "（演示）经审核决定。",
        "need_remains": "是" if task.rng.random() < _NEED_REMAINS else "否",
    }
    _record(task, "decision", more, leader=True)
    if not granted:
        task.work.applications.pop(task.child.key, None)
        return
    if task.owner == CIVIL_AFFAIRS:
        task.work.granted[made.scheme, task.child.village.code[:TOWN_DIGITS]] += 1
    if made.scheme in _IN_KIND:
        yield 25
        given = {"given_on": task.today.isoformat(), "account": "（演示）已适配或手术。"}
        _record(task, "delivery", given, always=True)
    yield 60
    reviewed = {"reviewed_on": task.today.isoformat(), "account": "（演示）无变化。"}
    _record(task, "review", reviewed, always=True)
    if task.rng.random() < 0.1:
        yield 20
        ended = {"ended_on": task.today.isoformat(), "end_reason": "迁出本区"}
        _record(task, "end", ended, always=True)


@sends(On.WORKING_DAYS)
def payments(work: Work, day: date) -> None:
    """发放: what was paid in the month before, and that it is all."""
    if work.days.nth_working(day) % 20 != 19 or not work.granted:
        return
    month = day.strftime("%Y-%m")
    for (scheme, town), persons in sorted(work.granted.items()):
        paid = {
            "month": month,
            "scheme": scheme,
            "station": work.desk.program.directory.name(f"town:{town}"),
            "persons": f"{persons}人",
            "yuan": f"{persons * int(_AMOUNT[scheme].rstrip('元'))}元",
        }
        work.desk.record(CIVIL_AFFAIRS, "aid.payment", paid)
    done = {"month": month, "confirmed_on": day.isoformat()}
    work.desk.record(CIVIL_AFFAIRS, "aid.payment_month", done)


def _made(task: Task) -> Application | None:
    return None if task.child is None else task.work.applications.get(task.child.key)


def _record(
    task: Task, kind: str, values: dict[str, str], *, leader: bool = False, always: bool = False
) -> None:
    made = _made(task)
    if made is None or task.child is None or not (task.open or always):
        return
    line = made.line(task.child, **values)
    task.work.desk.record(task.owner, f"aid.{kind}", line, leader=leader)
