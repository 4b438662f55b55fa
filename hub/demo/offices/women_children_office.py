"""The women-and-children office (妇儿工委办): supervisory orders (督办单) on what went up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from domain.organisations import Seat, district_organisation
from domain.supervisory_order import (
    CloseOrder,
    IssueOrder,
    OrderIssued,
    OrderProposed,
    ReplyToOrder,
)
from hub.demo.offices.kernel import On, Work, sends
from hub.keyservice import Purpose

OFFICE = district_organisation(Seat.WOMEN_CHILDREN_OFFICE)
_TUESDAY = 1
_A_WEEK = 3
"""How many orders it issues at a sitting."""
_REPLY_AFTER = (2, 3, 4, 8)
"""Working days after which a department replies; the order gives it five."""


@sends(On.WORKING_DAYS)
def orders(work: Work, day: date) -> None:
    """督办单: on Tuesdays, of what was proposed and is not issued yet, the newest first."""
    if day.weekday() != _TUESDAY:
        return
    reader = work.desk.staff.reader(OFFICE, Purpose.CASEWORK)
    entries = work.desk.program.queries.register(
        reader, stream="supervisory_order", everybodys=True
    ).items
    issued = {each.stream for each in entries if each.topic == OrderIssued.TOPIC}
    proposed = [
        each for each in entries if each.topic == OrderProposed.TOPIC and each.stream not in issued
    ]
    rng = work.rng("order", day)
    for each in proposed[:_A_WEEK]:
        order, addressee = UUID(each.stream), str(each.clear["addressee"])
        work.desk.command(
            OFFICE,
            IssueOrder(
                order_id=order, addressee=addressee, demand="（演示）请于期限内办结并书面回复。"
            ),
        )
        after = rng.choice(_REPLY_AFTER)
        work.later(day, after, _reply(work, order, addressee))
        work.later(day, after + 1, _close(work, order))


def _reply(work: Work, order: UUID, by: str) -> Callable[[date], None]:
    return lambda day: work.desk.command(
        by, ReplyToOrder(order_id=order, content="（演示）已办结，并改进签收。")
    )


def _close(work: Work, order: UUID) -> Callable[[date], None]:
    return lambda day: work.desk.command(OFFICE, CloseOrder(order_id=order))
