"""The register of joint measures that were called for (联控联保措施提请登记)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from adapters.intake.columns import Column
from adapters.intake.fields import Note, child_columns, code_column
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement, coded
from domain.dropout_codes import JOINT_MEASURE, JointMeasure
from domain.dropout_events import CallMeasure
from domain.organisations import Seat


class JointMeasureCalled(ChildRecord):
    """Another department's measure for a child that is away from school. Source: 教基〔2020〕5号
    [K]; domain reference §3, duties."""

    measure: Annotated[str, coded(JOINT_MEASURE)]
    called_on: PastDay
    note: Note = None


def _key(record: JointMeasureCalled) -> Sequence[str]:
    return (*record.child_key(), record.measure, record.called_on.isoformat())


def _state(record: JointMeasureCalled, statement: Statement) -> None:
    statement.execute(
        CallMeasure(
            child_ref=statement.child(record.claim(statement.places)),
            measure=JointMeasure(record.measure),
            called_on=record.called_on,
            note=record.note,
        ),
        occurred_on=record.called_on,
    )


KIND = RecordKind(
    name="education.joint_measure",
    title="联控联保措施提请登记",
    seats=(Seat.EDUCATION, Seat.TOWN),
    model=JointMeasureCalled,
    columns=(
        *child_columns("学生姓名"),
        code_column(
            JOINT_MEASURE,
            "measure",
            "联控联保措施",
            aliases=("措施",),
            required=True,
            example="送教上门",
        ),
        Column("called_on", "提请日期", required=True, example="2025-03-20"),
        Column("note", "提请事由", aliases=("说明",), note="不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
