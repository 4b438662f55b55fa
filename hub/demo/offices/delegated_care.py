"""Villages and delegated care (委托照护): recorded, each week attested or not, ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from random import Random

from domain.organisations import village_organisation
from hub.demo.chance import Rate
from hub.demo.offices.kernel import On, Work, sends
from hub.demo.rows import identity
from hub.demo.world import Child

DELEGATIONS = Rate(0.006, least=2)
_CHECKED, _HEARD = 0.8, 0.9
_IN_TOUCH = 0.92
"""Share of weeks in which parents are known to have been in touch."""
_WEEK, _WEEKS = 5, 10
"""Working days of a week, and how many weeks it lasts."""


@sends(On.WORKING_DAYS)
def delegated_care(work: Work, day: date) -> None:
    """委托照护登记."""
    for by, children in work.happening("delegated care", DELEGATIONS, _village, day):
        for child in children:
            rng = work.rng("delegated care", child.key, day)
            line = {
                **identity(child),
                "since": day.isoformat(),
                "carer": "（演示）外祖母",
                "child_heard": "是" if rng.random() < _HEARD else "否",
                "barred_checked": "是" if rng.random() < _CHECKED else "否",
                "account": "（演示）父母外出务工。",
            }
            work.desk.record(by, "village.delegated_care", line)
            for week in range(1, _WEEKS):
                if rng.random() < _IN_TOUCH:
                    work.later(day, week * _WEEK, _contact(work, by, child))
            work.later(day, _WEEKS * _WEEK, _end(work, by, child))


def _village(rng: Random, child: Child) -> str:
    return village_organisation(child.village.code)


def _contact(work: Work, by: str, child: Child) -> Callable[[date], None]:
    def attest(day: date) -> None:
        line = {**identity(child), "contacted_on": day.isoformat(), "account": "（演示）视频通话。"}
        work.desk.record(by, "village.delegated_contact", line)

    return attest


def _end(work: Work, by: str, child: Child) -> Callable[[date], None]:
    def end(day: date) -> None:
        line = {**identity(child), "ended_on": day.isoformat(), "account": "（演示）母亲已返乡。"}
        work.desk.record(by, "village.delegated_care_end", line)

    return end
