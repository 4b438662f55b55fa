"""Ends of voluntary guidance (指导服务结束登记); source: plan 二2 (P11)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from adapters.guidance.course_session import GIVING
from adapters.intake.columns import Column
from adapters.intake.fields import Note, child_columns, code_column
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement, coded
from domain.voluntary_guidance import COURSE_RESULT, CourseResult, EndCourse


class GuidanceEnd(ChildRecord):
    """That the guidance of one child's guardians is over, and what it came to."""

    ended_on: PastDay
    result: Annotated[str, coded(COURSE_RESULT)]
    account: Note = None


def _key(record: GuidanceEnd) -> Sequence[str]:
    return (*record.child_key(), record.ended_on.isoformat())


def _state(record: GuidanceEnd, statement: Statement) -> None:
    statement.execute(
        EndCourse(
            child_ref=statement.child(record.claim(statement.places)),
            giver=statement.actor.organisation,
            ended_on=record.ended_on,
            result=CourseResult(record.result),
            account=record.account,
        ),
        occurred_on=record.ended_on,
    )


KIND = RecordKind(
    name="guidance.course_end",
    title="家庭教育指导服务结束登记",
    seats=GIVING,
    model=GuidanceEnd,
    columns=(
        *child_columns("儿童姓名"),
        Column("ended_on", "结束日期", required=True, example="2025-03-28"),
        code_column(COURSE_RESULT, "result", "服务结果", required=True, example="已完成"),
        Column("account", "结束情况", aliases=("说明", "备注"), note="不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
