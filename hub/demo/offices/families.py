"""Support of families, voluntary guidance, and children who are lost in the net
(家庭监护支持、家庭教育指导服务、网络沉迷): towns lead plans, villages and schools offer courses,
the women's federation gives some, schools stop what they or villages found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

from domain.organisations import (
    Seat,
    district_organisation,
    town_organisation,
    village_organisation,
)
from domain.voluntary_guidance import GIVE
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
from hub.demo.rows import ACCOUNT, identity
from hub.demo.world import Child

SUPPORTS = Rate(0.02, least=2)
COURSES = Rate(0.04, least=3)
_DECLINED = 0.25
"""Share of families that want no support at first, and of guardians that want no guidance."""
_REVIEWED, _ENDED = 40, 60
"""Working days after which a plan is reviewed, and over."""
_SESSIONS = (5, 15, 25)
_COURSE_OVER = 30
"""Working days after which sessions are held, and a course is over."""
_BY_FEDERATION = 0.3
_CAME = 0.85

ONLINE = Rate(0.02, least=2)
_STOPPED, _RECHECKED = 4, 16
_FINDINGS = (("已矫正", 60), ("正在好转", 30), ("再次沉迷", 10))

FEDERATION = district_organisation(Seat.WOMENS_FEDERATION)
HEALTH = district_organisation(Seat.HEALTH)

MEASURES = Handling(
    ("guide_guardians", "support_medical_care", "support_psychology", "correct_behaviour"),
    usual(Manner(((10, 40), (20, 40), (30, 15), (None, 5)), returned=0)),
)
DECLINED = Handling(
    ("note_support_declined",), usual(Manner(((4, 50), (8, 40), (None, 10)), returned=0))
)


def _town(child: Child) -> str:
    return town_organisation(child.village.town_code)


@sends(On.WORKING_DAYS)
def supports(work: Work, day: date) -> None:
    """家庭支持计划登记: declined by some, who are offered it again; else with its measures."""
    for by, children in work.happening("support", SUPPORTS, lambda rng, child: _town(child), day):
        for child in children:
            if work.rng("support", child.key, day).random() < _DECLINED:
                _plan(work, by, child, day, agreed="否")
                work.later(day, 10, partial(_agreed, work, by, child))
            else:
                _agreed(work, by, child, day)


def _plan(work: Work, by: str, child: Child, day: date, *, agreed: str) -> None:
    basis = work.rng("support basis", child.key).choice(("家庭自愿申请", "问题反复出现"))
    values = {"set_on": day.isoformat(), "support_basis": basis, "agreed": agreed}
    record = {**identity(child), **values, "account": ACCOUNT}
    work.desk.record(by, "town.family_support", record)


def _agreed(work: Work, by: str, child: Child, day: date) -> None:
    _plan(work, by, child, day, agreed="是")
    name = work.desk.program.directory.name
    due = (day + timedelta(days=60)).isoformat()
    for measure, provider in (("监护指导", FEDERATION), ("心理辅导", HEALTH)):
        what = {"measure": measure, "provider": name(provider), "content": ACCOUNT}
        line = {**identity(child), **what, "set_on": day.isoformat(), "due_on": due}
        work.desk.record(by, "town.family_measure", line)
    work.later(day, _REVIEWED, partial(_review, work, by, child))
    work.later(day, _ENDED, partial(_end, work, by, child))


def _review(work: Work, by: str, child: Child, day: date) -> None:
    """By the leader, who did not set the plan."""
    values = {"reviewed_on": day.isoformat(), "verdict": "继续支持", "account": ACCOUNT}
    work.desk.record(by, "town.family_review", {**identity(child), **values}, leader=True)


def _end(work: Work, by: str, child: Child, day: date) -> None:
    values = {"ended_on": day.isoformat(), "result": "监护改善", "account": ACCOUNT}
    work.desk.record(by, "town.family_support_end", {**identity(child), **values}, leader=True)


@sends(On.WORKING_DAYS)
def courses(work: Work, day: date) -> None:
    """家庭教育指导服务登记: by villages and schools, some of it asked of the federation."""
    name = work.desk.program.directory.name
    for by, children in work.happening(
        "course",
        COURSES,
        lambda rng, child: rng.choice((village_organisation(child.village.code), child.school.id)),
        day,
    ):
        for child in children:
            rng = work.rng("course", child.key, day)
            accepted = rng.random() >= _DECLINED
            federation = rng.random() < _BY_FEDERATION
            line = {
                **identity(child),
                "offered_on": day.isoformat(),
                "origin": rng.choice(("主动提供", "家长申请")),
                "accepted": "是" if accepted else "否",
                "topic_note": ACCOUNT,
            }
            if federation:
                line["giver"] = name(FEDERATION)
            work.desk.record(by, "guidance.course_offer", line)
            if accepted and not federation:
                for after in _SESSIONS:
                    work.later(day, after, partial(_session, work, by, child))
                work.later(day, _COURSE_OVER, partial(_over, work, by, child))


def _session(work: Work, by: str, child: Child, day: date) -> None:
    came = work.rng("course session", child.key, day).random() < _CAME
    values = {"held_on": day.isoformat(), "attended": "是" if came else "否", "account": ACCOUNT}
    work.desk.record(by, "guidance.course_session", {**identity(child), **values})


def _over(work: Work, by: str, child: Child, day: date) -> None:
    values = {"ended_on": day.isoformat(), "result": "已完成", "account": ACCOUNT}
    work.desk.record(by, "guidance.course_end", {**identity(child), **values})


@sends(On.WORKING_DAYS)
def lost_in_the_net(work: Work, day: date) -> None:
    """网络沉迷重点人群登记: by schools and villages; the school stops it and looks again."""
    for by, children in work.happening(
        "online risk",
        ONLINE,
        lambda rng, child: rng.choice((village_organisation(child.village.code), child.school.id)),
        day,
    ):
        for child in children:
            values = {
                "found_on": day.isoformat(),
                "noticed_by": work.rng("noticed", child.key).choice(("教师发现", "家长反映")),
                "online_signs": "（演示）连续通宵上网，上课打瞌睡。",
            }
            work.desk.record(by, "online.risk", {**identity(child), **values})
            work.later(day, _STOPPED, partial(_stop, work, child))


def _stop(work: Work, child: Child, day: date) -> None:
    accepts = work.rng("online guidance", child.key, day).random() >= _DECLINED
    values = {
        "taken_on": day.isoformat(),
        "school_measures": "（演示）手机入校统一保管。",
        "home_measures": "（演示）约定上网时间。",
        "guidance_accepted": "是" if accepts else "否",
    }
    school = child.school.id
    work.desk.record(school, "online.measures", {**identity(child), **values})
    work.later(day, _RECHECKED, partial(_recheck, work, child))
    if accepts:
        work.later(day, 5, partial(_session, work, school, child))
        work.later(day, 10, partial(_over, work, school, child))


def _recheck(work: Work, child: Child, day: date) -> None:
    finding = weighted(work.rng("online recheck", child.key, day), _FINDINGS)
    values = {"rechecked_on": day.isoformat(), "finding": finding, "account": ACCOUNT}
    line = {**identity(child), **values}
    work.desk.record(child.school.id, "online.use_recheck", line)
    if finding == "正在好转":
        work.later(day, _RECHECKED, partial(_recheck, work, child))
    elif finding == "再次沉迷":
        work.later(day, _STOPPED, partial(_stop, work, child))


_GIVE = Manner(((30, 100),), accept_after=((0, 60), (2, 40)), returned=0, failed=0)


@handles(GIVE)
def give(task: Task) -> Iterator[int]:
    """The federation's courses: the record of the end answers the task."""
    plan = Plan.of(task, _GIVE)
    if not (yield from take_up(task, plan)):
        return
    for step in (_session, _session, _over):
        yield 8
        task.learn()
        if task.child is None or not task.open:
            return
        step(task.work, task.owner, task.child, task.today)
