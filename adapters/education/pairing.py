"""Whom a school pairs with a pupil (结对登记): mentor, companion, teacher or volunteer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from adapters.intake.columns import Column
from adapters.intake.fields import YES_NO, Note, ShortText, YesNo, child_columns, code_column
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement, coded
from domain.mentoring import ROLE, Pair, Role
from domain.organisations import Seat


class Pairing(ChildRecord):
    """One pairing of a pupil of this school, from a day on. Source: plan 二1 (P04), 二4 (P28)."""

    role: Annotated[str, coded(ROLE)]
    since: PastDay
    who: ShortText
    checked: YesNo | None = None
    note: Note = None


def _key(record: Pairing) -> Sequence[str]:
    return (*record.child_key(), record.role, record.since.isoformat())


def _state(record: Pairing, statement: Statement) -> None:
    statement.execute(
        Pair(
            child_ref=statement.child(record.claim(statement.places)),
            role=Role(record.role),
            since=record.since,
            who=record.who,
            checked=bool(record.checked),
            note=record.note,
        ),
        occurred_on=record.since,
    )


ROLE_COLUMN = code_column(ROLE, "role", "结对类别", required=True, example="成长导师")

KIND = RecordKind(
    name="education.pairing",
    title="结对登记",
    seats=(Seat.SCHOOL,),
    model=Pairing,
    columns=(
        *child_columns("学生姓名"),
        ROLE_COLUMN,
        Column("since", "结对日期", required=True, example="2025-03-10"),
        Column(
            "who",
            "结对人",
            aliases=("导师姓名", "伙伴姓名"),
            required=True,
            example="示例老师",
            note="同类结对重新登记，即更换结对人",
        ),
        code_column(
            YES_NO,
            "checked",
            "从业查询通过",
            note="志愿者必填；填“是”表示查询已通过",
        ),
        Column("note", "优选理由", aliases=("说明",), note="不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
