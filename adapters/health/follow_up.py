"""The register of psychological and behavioural follow-up (心理随访登记)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from adapters.intake.columns import Column
from adapters.intake.fields import Note, child_columns
from adapters.intake.records import (
    ChildRecord,
    OptionalPastDay,
    PastDay,
    RecordFault,
    RecordKind,
    Statement,
)
from domain.health import RecordHealthFollowUp
from domain.organisations import Seat


class FollowUp(ChildRecord):
    """One follow-up of one child; stated again with an end, it is over.

    Source: plan 二3 (P20: 心理或行为异常), 二1 (P08: 心理疏导).
    """

    started_on: PastDay
    ended_on: OptionalPastDay = None
    reason: Note = None
    plan: Note = None
    account: Note = None

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        if self.ended_on is not None and self.ended_on < self.started_on:
            raise RecordFault(
                "ended_on",
                "FOLLOW_UP_BACKWARDS",
                "随访结束日期早于开始日期。",
                "请核对日期后重报。",
            )


COLUMNS = (
    *child_columns("儿童姓名"),
    Column(
        "started_on",
        "随访开始日期",
        aliases=("随访起始日期",),
        required=True,
        example="2025-03-03",
    ),
    Column(
        "ended_on", "随访结束日期", aliases=("随访终止日期",), note="结束时按原开始日期重报并填此项"
    ),
    Column("reason", "随访原因", aliases=("心理或行为表现",), note="不超过2000字"),
    Column("plan", "随访安排", note="不超过2000字"),
    Column("account", "情况说明", aliases=("说明", "备注"), note="不超过2000字"),
)


def _key(record: FollowUp) -> Sequence[str]:
    return (*record.child_key(), record.started_on.isoformat())


def _state(record: FollowUp, statement: Statement) -> None:
    statement.execute(
        RecordHealthFollowUp(
            child_ref=statement.child(record.claim(statement.places)),
            entry=statement.record_id,
            ended=record.ended_on is not None,
            reason=record.reason,
            plan=record.plan,
            account=record.account,
        ),
        occurred_on=record.ended_on or record.started_on,
    )


KIND = RecordKind(
    name="health.follow_up",
    title="心理随访登记",
    seats=(Seat.HEALTH, Seat.HOSPITAL, Seat.WELFARE_INSTITUTION),
    model=FollowUp,
    columns=COLUMNS,
    natural_key=_key,
    state=_state,
)
