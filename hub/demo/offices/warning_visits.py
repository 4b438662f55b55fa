"""Station and village after a written warning (告诫书查访): both sides are visited."""

from __future__ import annotations

from collections.abc import Iterator

from domain.organisations import POLICE_SEATS, seat_of
from domain.warning_visits import VISIT_BY_POLICE, VISIT_BY_VILLAGE
from hub.demo.offices.kernel import Manner, Plan, Task, handles, take_up
from hub.demo.rows import identity

_VISIT = Manner(((2, 40), (4, 35), (6, 15), (9, 6), (None, 4)), returned=0, failed=0)
_IN_VAIN = 0.2
"""Share of first visits at which whoever was warned is not met."""
_AGAIN = 0.06
"""Share of visits at which there was violence again."""


@handles(VISIT_BY_POLICE, VISIT_BY_VILLAGE)
def visit_both_sides(task: Task) -> Iterator[int]:
    """Visited once, or twice where one of them was not met; the record answers the task."""
    plan = Plan.of(task, _VISIT)
    if not (yield from take_up(task, plan)):
        return
    yield plan.rest
    if task.rng.random() < _IN_VAIN:
        _visit(task, warned=False)
        yield 2
    _visit(task, warned=True)


def _visit(task: Task, *, warned: bool) -> None:
    if task.child is None or not task.open:
        return
    police = seat_of(task.owner) in POLICE_SEATS
    again = warned and task.rng.random() < _AGAIN
    line = {
        **identity(task.child),
        "visited_on": task.today.isoformat(),
        "warned_seen": "是" if warned else "否",
        "protected_seen": "是",
        "repeated": "是" if again else "否",
        "account": "（演示）已分别查访。",
    }
    kind = "police.warning_visit" if police else "village.warning_visit"
    task.work.desk.record(task.owner, kind, line if police else {**line, "harm_suspected": "否"})
