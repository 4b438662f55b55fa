"""Measures of a family's support plan (家庭支持措施登记); source: plan 二2 (P12); 沪未保 80."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from adapters.intake.columns import Column
from adapters.intake.fields import ShortText, child_columns, code_column
from adapters.intake.records import (
    ChildRecord,
    Day,
    PastDay,
    RecordKind,
    Statement,
    coded,
    organisation_of,
)
from adapters.town.family_support import LEADING
from domain.family_support_events import MEASURE, Measure, SetSupportMeasure


class FamilyMeasure(ChildRecord):
    """One measure of the plan of one child's family: what, by whom, until when."""

    set_on: PastDay
    measure: Annotated[str, coded(MEASURE)]
    provider: ShortText
    due_on: Day
    content: Annotated[str, Field(max_length=2000)]


def _key(record: FamilyMeasure) -> Sequence[str]:
    return (*record.child_key(), record.set_on.isoformat(), record.measure, record.provider)


def _state(record: FamilyMeasure, statement: Statement) -> None:
    provider = organisation_of(record.provider, "承担单位", statement.places)
    statement.execute(
        SetSupportMeasure(
            child_ref=statement.child(record.claim(statement.places)),
            set_on=record.set_on,
            measure=Measure(record.measure),
            provider=provider,
            due_on=record.due_on,
            content=record.content,
        ),
        occurred_on=record.set_on,
    )


KIND = RecordKind(
    name="town.family_measure",
    title="家庭支持措施登记",
    seats=LEADING,
    model=FamilyMeasure,
    columns=(
        *child_columns("儿童姓名"),
        Column("set_on", "安排日期", required=True, example="2025-03-26"),
        code_column(MEASURE, "measure", "支持措施", required=True, example="监护指导"),
        Column(
            "provider",
            "承担单位",
            required=True,
            example="岳阳街道未保站",
            note="单位在本平台的全称；系统交其办理，只告知本项措施",
            sensitive=False,
        ),
        Column("due_on", "完成期限", required=True, example="2025-05-26"),
        Column(
            "content",
            "措施内容",
            required=True,
            example="每月一次入户指导",
            note="承担单位可见，不超过2000字",
        ),
    ),
    natural_key=_key,
    state=_state,
)
