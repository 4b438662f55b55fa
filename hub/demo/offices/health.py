"""Hospitals (医疗机构): suspected harm on every day of the week, disability, follow-up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from random import Random

from hub.demo.chance import Rate, Who
from hub.demo.offices.kernel import On, Work, sends
from hub.demo.rows import ACCOUNT, identity, report
from hub.demo.world import Child

REPORTS = Rate(0.0025, least=3)
DISABILITIES = Rate(0.006, least=2)
FOLLOW_UPS = Rate(0.008, least=2)
_FOLLOWED_UP_FOR = 60
"""Working days."""


def _near(work: Work) -> Who:
    return lambda rng, child: work.world.hospital(child.village.town_code).id


@sends(On.EVERY_DAY)
def reports(work: Work, day: date) -> None:
    """疑似侵害报告: the mandatory report in a hospital's own words."""
    for by, children in work.happening("hospital report", REPORTS, _near(work), day, On.EVERY_DAY):
        for child in children:
            rng = work.rng("hospital report", child.key, day)
            place = work.world.hospital(child.village.town_code).name
            written = report(rng, child, work.desk.now, place)
            values = {**written, "department": "急诊科", "diagnosis": "（演示）软组织挫伤"}
            work.desk.record(by, "health.suspected_harm", values)


@sends(On.WORKING_DAYS)
def disabilities(work: Work, day: date) -> None:
    """残疾情况登记: some on a certificate, some only suspected."""
    for by, children in work.happening("disability", DISABILITIES, _near(work), day):
        lines = [
            disability(work.rng("disability", child.key, day), child, day) for child in children
        ]
        work.desk.send(by, "health.disability", lines, "found_on", day)


@sends(On.WORKING_DAYS)
def follow_ups(work: Work, day: date) -> None:
    """心理随访登记, and its end some months later."""
    for by, children in work.happening("follow-up", FOLLOW_UPS, _near(work), day):
        lines = [follow_up(child, day) for child in children]
        work.desk.send(by, "health.follow_up", lines, "started_on", day)
        for line in lines:
            work.later(day, _FOLLOWED_UP_FOR, _ending(work, by, line))


def _ending(work: Work, by: str, line: dict[str, str]) -> Callable[[date], None]:
    def end(day: date) -> None:
        work.desk.record(by, "health.follow_up", {**line, "ended_on": day.isoformat()})

    return end


_CLASSES = ("智力残疾", "肢体残疾", "听力残疾")


def disability(rng: Random, child: Child, day: date) -> dict[str, str]:
    """A disability, certified or suspected (残疾情况登记)."""
    row = {**identity(child), "found_on": day.isoformat(), "account": ACCOUNT}
    if rng.random() < 0.5:
        return row | {"status": "疑似", "signs": "（演示）发育迟缓"}
    return row | {
        "status": "已持证",
        "disability_class": rng.choice(_CLASSES),
        "disability_grade": rng.choice(("二级", "三级", "四级")),
    }


def follow_up(child: Child, day: date) -> dict[str, str]:
    """心理随访登记."""
    return {
        **identity(child),
        "started_on": day.isoformat(),
        "reason": "（演示）情绪低落",
        "plan": "（演示）每两周一次",
    }
