"""What is done about it (网络沉迷制止登记); source: plan 二5 (P41); 未保法 68, 70, 71."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from adapters.intake.columns import Column
from adapters.intake.fields import YES_NO, Note, YesNo, child_columns, code_column
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement
from domain.online_protection_events import RecordOnlineMeasures
from domain.organisations import Seat
from domain.voluntary_guidance import matter_of

LEADING = (Seat.SCHOOL, Seat.TOWN, Seat.EDUCATION, Seat.CIVIL_AFFAIRS)
"""Who leads: the school, and of who is at no school the town; the bureaus in the place of one that
is conflicted (利害关系单位)."""


class OnlineMeasures(ChildRecord):
    """What was agreed for one child, at school and at home, and whether guidance was accepted."""

    taken_on: PastDay
    school_measures: Annotated[str, Field(max_length=2000)]
    home_measures: Note = None
    guidance_accepted: YesNo


def _key(record: OnlineMeasures) -> Sequence[str]:
    return (*record.child_key(), record.taken_on.isoformat())


def _state(record: OnlineMeasures, statement: Statement) -> None:
    statement.execute(
        RecordOnlineMeasures(
            child_ref=statement.child(record.claim(statement.places)),
            matter=matter_of(statement.actor.organisation),
            taken_on=record.taken_on,
            guidance_accepted=record.guidance_accepted,
            school_measures=record.school_measures,
            home_measures=record.home_measures,
        ),
        occurred_on=record.taken_on,
    )


KIND = RecordKind(
    name="online.measures",
    title="网络沉迷制止登记",
    seats=LEADING,
    model=OnlineMeasures,
    columns=(
        *child_columns("儿童姓名"),
        Column("taken_on", "制止日期", required=True, example="2025-03-20"),
        Column(
            "school_measures",
            "学校措施",
            required=True,
            example="手机入校统一保管，班主任每周谈心",
            note="不超过2000字",
        ),
        Column("home_measures", "家庭措施", note="与监护人商定的上网时间等，不超过2000字"),
        code_column(
            YES_NO,
            "guidance_accepted",
            "监护人是否接受指导",
            required=True,
            example="是",
            note="填“是”的，自动列入家庭教育指导服务，由本单位登记课次",
        ),
    ),
    natural_key=_key,
    state=_state,
)
