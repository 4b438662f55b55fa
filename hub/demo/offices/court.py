"""The court (法院): protection orders that are applied for, and rulings on guardians."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from domain.organisations import Seat, district_organisation
from domain.protection_order import DECIDE, DECIDE_URGENT
from hub.demo.offices.kernel import Manner, Plan, Task, handles, take_up
from hub.demo.rows import ACCOUNT, identity
from hub.demo.world import Child

COURT = district_organisation(Seat.COURT)

_DECIDE = Manner(((1, 80), (2, 15), (4, 5)), ((0, 95), (1, 5)), returned=0, failed=0)
"""Days: three are allowed (反家暴法 28), one where it is urgent."""
_REFUSED = 0.2
_IN_FORCE = timedelta(days=180)


@handles(DECIDE, DECIDE_URGENT, every_day=True)
def decide_protection(task: Task) -> Iterator[int]:
    """裁定: the record answers the task."""
    plan = Plan.of(task, _DECIDE)
    refused = task.rng.random() < _REFUSED
    if not (yield from take_up(task, plan)):
        return
    yield plan.rest
    if task.child is None or not task.open:
        return
    if refused:
        row = {
            **identity(task.child),
            "decided_on": task.today.isoformat(),
            "how": "驳回申请",
            "reason": ACCOUNT,
        }
        task.work.desk.record(task.owner, "court.protection_end", row)
    else:
        row = protection_order(task.child, task.today, task.rng.randrange(10**6))
        task.work.desk.record(task.owner, "court.protection_order", row)


def protection_order(child: Child, day: date, number: int) -> dict[str, str]:
    """人身安全保护令登记."""
    return {
        **identity(child),
        "document_number": f"演示民保令〔{day.year}〕{number:06d}号",
        "issued_on": day.isoformat(),
        "until": (day + _IN_FORCE).isoformat(),
        "respondent": child.relation,
        "measures": "（演示）禁止实施家庭暴力。",
    }


def revocation(child: Child, day: date, number: int, *, granted: bool) -> dict[str, str]:
    """撤销监护人资格裁判登记."""
    row = {
        **identity(child),
        "document_number": f"演示民特〔{day.year}〕{number:06d}号",
        "decided_on": day.isoformat(),
        "granted": "是" if granted else "否",
        "restorable": "是",
        "account": ACCOUNT,
    }
    return row | ({"guardian": "民政长期监护"} if granted else {})
