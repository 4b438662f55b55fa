"""The women's federation (妇联): family-education guidance that was ordered."""

from __future__ import annotations

from collections.abc import Iterator

from domain.guardianship_codes import GUIDANCE_GROUND, GuidanceGround
from domain.guidance import GIVE, GUIDANCE_RESULT, guidance_id
from domain.referral import REFERRAL
from hub.demo.offices.kernel import Manner, Plan, Task, handles, take_up
from hub.demo.rows import identity

_GIVE = Manner(((2, 60), (4, 40)), accept_after=((0, 60), (2, 40)), returned=0, failed=0)
_SESSIONS, _APART = 4, 5
"""How many sessions, and how many working days between two."""
_CAME = 0.8


@handles(GIVE)
def give_guidance(task: Task) -> Iterator[int]:
    """课次和报告: some guardians stay away; the report answers the task."""
    plan = Plan.of(task, _GIVE)
    if not (yield from take_up(task, plan)):
        return
    order = _order(task)
    missed = 0
    for _ in range(_SESSIONS):
        yield _APART
        task.learn()
        if task.child is None or order is None or not task.open:
            return
        came = task.rng.random() < _CAME
        missed += not came
        line = {
            **identity(task.child),
            "order": GUIDANCE_GROUND.label(order),
            "held_on": task.today.isoformat(),
            "attended": "是" if came else "否",
            "account": "（演示）讲解监护职责。",
        }
        task.work.desk.record(task.owner, "womens_federation.guidance_session", line)
    yield 2
    if task.child is None or order is None or not task.open:
        return
    result = "REFUSED" if missed == _SESSIONS else "COMPLETED"
    line = {
        **identity(task.child),
        "order": GUIDANCE_GROUND.label(order),
        "reported_on": task.today.isoformat(),
        "result": GUIDANCE_RESULT.label(result),
        "account": "（演示）指导结束报告。",
    }
    task.work.desk.record(task.owner, "womens_federation.guidance_report", line)


def _order(task: Task) -> GuidanceGround | None:
    """By which kind of order it is given."""
    case = task.work.desk.program.store.load(REFERRAL, task.id).state.case_id
    found = (each for each in GuidanceGround if guidance_id(task.about, each) == case)
    return next(found, None)
