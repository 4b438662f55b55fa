"""Charities (救助+慈善+儿童): projects on civil affairs' register; what relief leaves open a town
hands to one, whose people read whom to help, give, and record what they gave."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from domain.kernel import derived_id
from domain.organisations import Seat, district_organisation
from domain.referral_by_hand import OpenReferral
from domain.terms import months_after
from hub.demo.offices.kernel import (
    Manner,
    On,
    Plan,
    Task,
    Work,
    answer,
    handles,
    sends,
    take_up,
)
from hub.demo.rows import ACCOUNT, identity
from hub.demo.world import SOCIAL

CIVIL_AFFAIRS = district_organisation(Seat.CIVIL_AFFAIRS)
_BEGUN_ON = 4
"""On which working day of the demo the projects begin."""
_ACCREDITED = SOCIAL[:2]
"""Whose accreditation runs all year."""
_STEP = Manner(
    finish_after=((4, 60), (8, 40)), accept_after=((0, 70), (1, 30)), returned=0, failed=0
)
_HELP = "demo_charity_support"


@sends(On.WORKING_DAYS)
def projects(work: Work, day: date) -> None:
    """慈善项目登记."""
    if work.days.nth_working(day) != _BEGUN_ON:
        return
    for number, each in enumerate(SOCIAL, 1):
        row = {
            "project": f"（演示）救助+慈善+儿童项目{number}",
            "charity": each.name,
            "begins_on": day.isoformat(),
            "ends_on": months_after(day, 12).isoformat(),
            "budget": f"{50_000 * number}元",
            "account": ACCOUNT,
        }
        work.desk.record(CIVIL_AFFAIRS, "charity.project", row)


@handles("link_charity")
def link(task: Task) -> Iterator[int]:
    """对接慈善帮扶: the town asks a charity, and says what is needed and not why."""
    plan = Plan.of(task, _STEP)
    if not (yield from take_up(task, plan)):
        return
    yield plan.rest
    if not task.open:
        return
    task.command(
        OpenReferral(
            referral_id=derived_id(_HELP, task.id),
            child_ref=task.about,
            kind="charity_support",
            addressee=task.rng.choice(_ACCREDITED).id,
            account="（演示）需要学习用品和每周一次陪伴。",
        )
    )
    answer(task, plan, "LINKED")


@handles("charity_support")
def support(task: Task) -> Iterator[int]:
    """慈善帮扶登记 and 关爱服务登记: what was given, and how long somebody kept it company."""
    plan = Plan.of(task, _STEP)
    if not (yield from take_up(task, plan)):
        return
    yield plan.rest
    task.learn()
    if task.child is None or not task.open:
        return
    who, today = identity(task.child), task.today.isoformat()
    gift = {"given_on": today, "given": "（演示）书包和文具", "yuan": "500元", "ends": "是"}
    service = {"given_on": today, "service": "学业陪伴", "hours": "2", "account": ACCOUNT}
    task.work.desk.record(task.owner, "programmes.care_service", {**who, **service})
    task.work.desk.record(task.owner, "charity.gift", {**who, **gift})
    answer(task, plan, "GIVEN")
