"""The welfare institution (儿童福利院): cares for placed children until they go home, by a plan."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from domain.organisations import town_organisation
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
from hub.demo.rows import ACCOUNT, identity, receipt
from hub.demo.world import INSTITUTION

_CARE = Manner(((60, 100),), accept_after=((0, 90), (1, 10)), returned=0, failed=0)
_PLANNED, _REVIEWED = 6, 30
"""After how many days the service plan is set, and after how many more it is reviewed."""
_CHANGED = 0.2
"""Share of reviews after which the plan is set anew."""

_NO_RECEIPT = 0.1
"""Share of arrivals of which nobody enters a receipt."""
_BEDS_ON = (4, 130)
"""On which working days beds are stated."""


@sends(On.WORKING_DAYS)
def beds(work: Work, day: date) -> None:
    """床位登记: of the institution's two places, and of each town's."""
    if work.days.nth_working(day) not in _BEDS_ON:
        return
    line = {"since": day.isoformat(), "services": "养育、教育、医疗、心理", "account": ACCOUNT}
    own = [
        {**line, "facility": "儿童福利机构", "beds": "40"},
        {**line, "facility": "未成年人救助保护机构", "beds": "10"},
    ]
    work.desk.send(INSTITUTION.id, "welfare_institution.beds", own, "since", day)
    for town in work.world.towns:
        theirs = [{**line, "facility": "街镇临时照料", "beds": "2", "services": "养育"}]
        work.desk.send(town_organisation(town), "welfare_institution.beds", theirs, "since", day)


@handles("care_for_placed_child")
def care(task: Task) -> Iterator[int]:
    """照护被安置儿童: the service plan (服务计划) is set, reviewed, and now and then changed."""
    plan = Plan.of(task, _CARE)
    if not (yield from take_up(task, plan)):
        return
    if task.rng.random() >= _NO_RECEIPT:
        _handed_over(task)
    yield _PLANNED
    _set(task)
    yield _REVIEWED
    changes = task.rng.random() < _CHANGED
    _record(
        task,
        "service_plan_review",
        reviewed_on=task.today.isoformat(),
        verdict="需要调整" if changes else "继续执行",
        account="（演示）适应良好。",
    )
    yield 3
    if changes:
        _set(task)
    yield max(1, plan.rest - _PLANNED - _REVIEWED - 3)
    answer(task, plan)


def _set(task: Task) -> None:
    _record(
        task,
        "service_plan",
        set_on=task.today.isoformat(),
        care_plan="（演示）固定照料人，每周与亲属视频。",
        education_plan="（演示）在原校继续就读。",
        medical_plan="（演示）入院体检。",
        psychology_plan="（演示）每周一次心理辅导。",
    )


def _handed_over(task: Task) -> None:
    """儿童交接登记, of the arrival."""
    if task.child is not None and task.open:
        line = receipt(task.child, "接收入住", task.today)
        task.work.desk.record(task.owner, "welfare_institution.hand_over", line)


def _record(task: Task, kind: str, **values: str) -> None:
    if task.child is not None and task.open:
        line = {**identity(task.child), **values}
        task.work.desk.record(task.owner, f"welfare_institution.{kind}", line)
