"""Civil affairs (民政局): classifies and grants, assesses, places and brings home, coordinates."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import date, timedelta
from random import Random

from domain.code_sets import CHILD_CATEGORY, ChildCategory
from domain.organisations import Seat, district_organisation, town_organisation
from hub.demo.chance import Rate
from hub.demo.offices.court import COURT, revocation
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
from hub.demo.rows import ACCOUNT, identity, receipt
from hub.demo.world import INSTITUTION, Child

CIVIL_AFFAIRS = district_organisation(Seat.CIVIL_AFFAIRS)

ROUNDS = (12, 137)
"""On which working days of a year civil affairs opens a round of verification (全面核查)."""
ROUND_LASTS = timedelta(days=20)

CLASSIFICATIONS = Rate(0.05, least=2)
BENEFITS = Rate(0.06, least=2)

COORDINATE_DROPOUT = Handling(
    ("coordinate_dropout",), usual(Manner(((4, 30), (7, 40), (9, 20), (12, 7), (None, 3))))
)
COORDINATE_ADMONITION = Handling(
    ("coordinate_admonition", "coordinate_guidance"),
    usual(Manner(((6, 50), (11, 40), (17, 8), (None, 4)))),
)
REROUTE = Handling(("reroute_returned",), usual(Manner(((1, 70), (2, 20), (4, 10)), returned=0)))

_ASSESS = Manner(((8, 50), (14, 40), (25, 10)), returned=0, failed=0)
_PLACED = 0.6
"""Share of assessed families whose child is placed."""
_SOUGHT, _REVOKED = 0.25, 0.7
"""Shares of placements after which the court is asked to revoke the guardianship, and of those in
which it does."""
_RULED_AFTER = 25
_BACK_AFTER = 50
_CLOSED_AFTER = 85
"""Working days from a placement to the return, and from there to the end of the follow-up."""


@sends(On.WORKING_DAYS)
def classifications(work: Work, day: date) -> None:
    """儿童类别认定登记."""
    _sheet(work, "classification", CLASSIFICATIONS, "civil_affairs.classification", "since", day)


@sends(On.WORKING_DAYS)
def benefits(work: Work, day: date) -> None:
    """保障待遇登记."""
    _sheet(work, "benefit", BENEFITS, "civil_affairs.benefit", "decided_on", day)


@sends(On.WORKING_DAYS)
def rounds(work: Work, day: date) -> None:
    """全面核查安排: for every town, some days before villages go round."""
    if work.days.nth_working(day) not in ROUNDS:
        return
    until = (day + ROUND_LASTS).isoformat()
    name = work.desk.program.directory.name
    lines = [
        {"station": name(town_organisation(town)), "until": until, "note": ACCOUNT}
        for town in work.world.towns
    ]
    work.desk.send(CIVIL_AFFAIRS, "civil_affairs.verification_round", lines, "until", day)


def _sheet(work: Work, what: str, rate: Rate, kind: str, day_field: str, day: date) -> None:
    line = {"classification": classification, "benefit": benefit}[what]
    for by, children in work.happening(what, rate, lambda rng, child: CIVIL_AFFAIRS, day):
        rng = work.rng(what, day)
        work.desk.send(by, kind, [line(rng, each, day) for each in children], day_field, day)


@sends(On.WORKING_DAYS)
def decide(work: Work, day: date) -> None:
    """The leader approves what the bureau's people assessed or propose to close (审批)."""
    work.desk.approve(CIVIL_AFFAIRS)


@handles("assess_guardianship")
def assess(task: Task) -> Iterator[int]:
    """Assessed; some children placed, and brought home again once that can be."""
    plan = Plan.of(task, _ASSESS)
    placed = task.rng.random() < _PLACED
    if not (yield from take_up(task, plan)):
        return
    yield plan.rest
    if task.child is None:
        task.complete("NOT_NEEDED")
        return
    conclusion = "需要临时监护" if placed else "在家监护支持"
    _record(task, "civil_affairs.assessment", assessment(task.child, task.today, conclusion))
    task.complete("ASSESSED")
    if not placed:
        return
    yield 1
    line = placement(task.rng, task.child, task.today)
    _record(task, "civil_affairs.placement", line)
    if "facility" not in line:
        yield 1
        # With relatives: an institution gives the receipt of its own.
        arrived = receipt(task.child, "接收入住", task.today)
        _record(task, "welfare_institution.hand_over", arrived)
    if task.rng.random() < _SOUGHT and (yield from _revoked(task, task.child)):
        return
    yield _BACK_AFTER
    _record(task, "civil_affairs.assessment", assessment(task.child, task.today, "可以回归家庭"))
    yield 5
    home = {**identity(task.child), "returned_on": task.today.isoformat(), "account": ACCOUNT}
    _record(task, "civil_affairs.return_home", home)
    yield 1
    back = receipt(task.child, "送回离开", task.today)
    _record(task, "welfare_institution.hand_over", back)
    yield _CLOSED_AFTER - 1
    closing = {
        **identity(task.child),
        "closed_on": task.today.isoformat(),
        "reason": "（演示）随访期满，监护情况良好。",
    }
    _record(task, "civil_affairs.case_closing", closing)


def _revoked(task: Task, child: Child) -> Generator[int, None, bool]:
    """申请撤销监护人资格: gives whether the court has revoked it, and the child stays."""
    yield 5
    sought = {**identity(child), "sought_on": task.today.isoformat(), "account": ACCOUNT}
    _record(task, "civil_affairs.revocation_application", sought)
    granted = task.rng.random() < _REVOKED
    yield _RULED_AFTER
    ruled = revocation(child, task.today, task.rng.randrange(10**6), granted=granted)
    task.work.desk.record(COURT, "court.revocation", ruled)
    return granted


def _record(task: Task, kind: str, values: dict[str, str]) -> None:
    task.work.desk.record(task.owner, kind, values)


_CERTIFIED = (
    ChildCategory.DIFFICULTY_ECONOMIC,
    ChildCategory.DIFFICULTY_SELF,
    ChildCategory.DE_FACTO_UNATTENDED,
)
_SCHEMES = ("特殊儿童基本生活费", "最低生活保障", "临时救助", "医疗救助", "教育救助")


def classification(rng: Random, child: Child, day: date) -> dict[str, str]:
    """A category certified (儿童类别认定登记)."""
    category = rng.choice(child.categories or _CERTIFIED)
    row = {
        **identity(child),
        "category": CHILD_CATEGORY.labels[category],
        "since": day.isoformat(),
        "basis": "（演示）入户核查",
        "certifier": "（演示）区民政局",
    }
    if category is ChildCategory.DIFFICULTY_SELF:
        row["grounds"] = "儿童残疾"
    return row


def benefit(rng: Random, child: Child, day: date) -> dict[str, str]:
    """A decision on a benefit (保障待遇登记)."""
    row = {
        **identity(child),
        "scheme": rng.choice(_SCHEMES),
        "document_number": f"演示民保〔{day.year}〕{rng.randrange(10**6):06d}号",
        "decision": weighted(rng, (("批准", 9), ("不予批准", 1))),
        "decided_on": day.isoformat(),
        "reason": ACCOUNT,
    }
    if row["decision"] == "批准":
        row |= {"since": day.isoformat(), "monthly_amount": "按标准"}
    return row


def assessment(child: Child, day: date, conclusion: str) -> dict[str, str]:
    """家庭监护能力评估登记."""
    return {
        **identity(child),
        "assessed_on": day.isoformat(),
        "conclusion": conclusion,
        "grade": "较低",
        "account": ACCOUNT,
    }


def placement(rng: Random, child: Child, day: date) -> dict[str, str]:
    """临时监护安置登记."""
    row = {
        **identity(child),
        "placed_on": day.isoformat(),
        "situation": rng.choice(("监护人下落不明", "紧急安置")),
        "care": rng.choice(("机构照料", "机构照料", "亲属照料")),
        "account": ACCOUNT,
    }
    row["place"] = INSTITUTION.name if row["care"] == "机构照料" else "（演示）外祖母家"
    if row["care"] == "机构照料":
        row["facility"] = "儿童福利机构"
    return row
