"""Homes of children in difficulty that are renovated (追光小屋 居室微改造): proposed by villages,
led by towns, done by a charity or whom the town sends, accepted, looked at again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from domain.home_renovation import WORKS
from domain.home_renovation_events import HOME_NEED
from domain.organisations import (
    Seat,
    district_organisation,
    town_organisation,
    village_organisation,
)
from hub.demo.chance import Rate
from hub.demo.offices.kernel import Manner, On, Plan, Task, Work, handles, sends, take_up
from hub.demo.options import weighted
from hub.demo.rows import ACCOUNT, identity
from hub.demo.world import SOCIAL, Child

HOMES = Rate(0.03, least=4)
_DECLINED, _NOT_APPROVED, _RENTED, _DANGER, _NOT_PASSED = 0.15, 0.08, 0.4, 0.2, 0.12
_PRIVATE = 0.25
"""Share of families that do not want their address told to whoever does the works."""
_FUNDS = (("民政资金", 35), ("慈善资金", 35), ("街镇资金", 30))
_LOOKED, _ANSWERED, _DECIDED, _ORDERED, _BUILT, _CHECKED = 2, 2, 2, 1, 8, 2
_FOLLOWED = 62
"""Working days from each step to the next."""
_TERM = 30
"""Days that the works may take."""
CIVIL_AFFAIRS = district_organisation(Seat.CIVIL_AFFAIRS)
CHARITY = SOCIAL[1]


@dataclass(frozen=True, slots=True)
class _Home:
    """One renovation: whose, and what was drawn of it when it was proposed."""

    child: Child
    fund: str
    private: bool

    @property
    def town(self) -> str:
        return town_organisation(self.child.village.town_code)

    @property
    def village(self) -> str:
        return village_organisation(self.child.village.code)

    @property
    def charity(self) -> bool:
        """Whether a charity does the works."""
        return self.fund == "慈善资金" and not self.private


def _record(work: Work, by: str, kind: str, home: _Home, values: Mapping[str, str]) -> None:
    work.desk.record(by, f"home.{kind}", {**identity(home.child), **values})


def _by_leader(work: Work, by: str, kind: str, home: _Home, values: Mapping[str, str]) -> None:
    work.desk.record(by, f"home.{kind}", {**identity(home.child), **values}, leader=True)


@sends(On.WORKING_DAYS)
def homes(work: Work, day: date) -> None:
    """居室微改造提议, by the village that saw the room."""
    for by, children in work.happening(
        "home", HOMES, lambda rng, child: village_organisation(child.village.code), day
    ):
        for child in (each for each in children if each.registered):
            rng = work.rng("home", child.key, day)
            home = _Home(child, weighted(rng, _FUNDS), rng.random() < _PRIVATE)
            values = {"proposed_on": day.isoformat(), "account": ACCOUNT}
            _record(work, by, "renovation_proposal", home, values)
            work.later(day, _LOOKED, partial(_assess, work, home))


def _assess(work: Work, home: _Home, day: date) -> None:
    rng = work.rng("home needs", home.child.key, day)
    values = {
        "assessed_on": day.isoformat(),
        "room": rng.choice(("卧室", "客厅", "书房")),
        "needs": "、".join(rng.sample(sorted(HOME_NEED.labels.values()), 3)),
        "paid_by": home.fund,
        "estimate": str(rng.randrange(2000, 12000, 500)),
        "problem": "是" if rng.random() < _DANGER else "否",
        "childs_view": "（演示）想有一张自己的书桌。",
        "familys_view": "（演示）希望换掉旧电线。",
    }
    _record(work, home.town, "renovation_assessment", home, values)
    work.later(day, _ANSWERED, partial(_answer, work, home))


def _answer(work: Work, home: _Home, day: date) -> None:
    rng = work.rng("home answer", home.child.key, day)
    declined, rented = rng.random() < _DECLINED, rng.random() < _RENTED
    values = {
        "answered_on": day.isoformat(),
        "agreed": "否" if declined else "是",
        "shares_address": "否" if home.private else "是",
        "tenure": "租住" if rented else "自有",
        "landlord_agreed_on": day.isoformat() if rented and not declined else "",
        "account": ACCOUNT,
    }
    _record(work, home.town, "renovation_answer", home, values)
    if not declined:
        work.later(day, _DECIDED, partial(_decide, work, home))


def _decide(work: Work, home: _Home, day: date) -> None:
    """By the leader of whose money it is, who proposed and assessed nothing."""
    rng = work.rng("home approval", home.child.key, day)
    by = home.town if home.fund == "街镇资金" else CIVIL_AFFAIRS
    if rng.random() < _NOT_APPROVED:
        values = {"stopped_on": day.isoformat(), "stop_reason": "未予批准", "account": ACCOUNT}
        _by_leader(work, by, "renovation_stop", home, values)
        return
    values = {
        "approved_on": day.isoformat(),
        "yuan": str(rng.randrange(2000, 12000, 500)),
        "project": "（演示）追光小屋" if home.fund == "慈善资金" else "",
        "account": ACCOUNT,
    }
    _by_leader(work, by, "renovation_approval", home, values)
    work.later(day, _ORDERED, partial(_order, work, home, charity=home.charity))


def _order(work: Work, home: _Home, day: date, *, charity: bool) -> None:
    values = {
        "ordered_on": day.isoformat(),
        "recipient": CHARITY.name if charity else "",
        "contractor": "" if charity else "（演示）装修队",
        "finish_by": (day + timedelta(days=_TERM)).isoformat(),
        "content": "（演示）书桌、台灯各一，更换电线。",
    }
    _record(work, home.town, "works_order", home, values)
    if charity:
        # It says itself that the works are done; by then somebody looks.
        work.later(day, _BUILT + 2 * _CHECKED, partial(_check, work, home))
    else:
        work.later(day, _BUILT, partial(_finish, work, home))


def _finish(work: Work, home: _Home, day: date) -> None:
    values = {"finished_on": day.isoformat(), "problem": "否", "account": ACCOUNT}
    _record(work, home.town, "works_finish", home, values)
    work.later(day, _CHECKED, partial(_check, work, home))


_WORKS = Manner(((8, 100),), accept_after=((0, 60), (1, 40)), returned=0, failed=0)


@handles(WORKS)
def works(task: Task) -> Iterator[int]:
    """居室施工完工, by the charity that was asked: the record answers its task."""
    plan = Plan.of(task, _WORKS)
    if not (yield from take_up(task, plan)):
        return
    yield plan.rest
    task.learn()
    if task.child is None or not task.open:
        return
    values = {"finished_on": task.today.isoformat(), "problem": "否", "account": ACCOUNT}
    task.work.desk.record(task.owner, "home.works_finish", {**identity(task.child), **values})


def _check(work: Work, home: _Home, day: date) -> None:
    """验收, by the town's leader, who had nothing done; what does not pass the town has done."""
    passed = work.rng("home check", home.child.key, day).random() >= _NOT_PASSED
    values = {
        "checked_on": day.isoformat(),
        "passed": "是" if passed else "否",
        "problem": "否",
        "childs_view": "（演示）灯很亮，我喜欢。",
        "familys_view": "（演示）方便多了。",
        "account": ACCOUNT,
    }
    _by_leader(work, home.town, "works_acceptance", home, values)
    if passed:
        work.later(day, _FOLLOWED, partial(_follow_up, work, home))
    else:
        work.later(day, _ORDERED, partial(_order, work, home, charity=False))


def _follow_up(work: Work, home: _Home, day: date) -> None:
    values = {
        "followed_up_on": day.isoformat(),
        "lasting": "是",
        "problem": "否",
        "childs_view": "（演示）书桌天天用。",
        "account": ACCOUNT,
    }
    _record(work, home.village, "renovation_follow_up", home, values)
