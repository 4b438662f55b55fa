"""Assessments of a family's guardianship (家庭监护能力评估登记)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from adapters.intake.columns import Column
from adapters.intake.fields import Note, child_columns, code_column
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement, coded
from domain.guardianship_codes import (
    ASSESSMENT_CONCLUSION,
    Conclusion,
)
from domain.guardianship_commands import (
    RecordAssessment,
)
from domain.organisations import Seat


class Assessment(ChildRecord):
    """One assessment (家庭监护能力评估), with its conclusion.

    Source: 沪未保 78; plan 二2; form and grades: DB31/T 1305-2021 (policies/assessment.toml). It
    takes effect once another person approved it (policies/approvals.toml).
    """

    assessed_on: PastDay
    conclusion: Annotated[str, coded(ASSESSMENT_CONCLUSION)]
    grade: Annotated[str, Field(max_length=100)]
    follow_up_months: Annotated[int | None, Field(ge=1, le=120)] = None
    basics: Note = None
    quality: Note = None
    capacity: Note = None
    account: Note = None


COLUMNS = (
    *child_columns("儿童姓名"),
    Column("assessed_on", "评估日期", aliases=("评估时间",), required=True, example="2025-03-18"),
    code_column(
        ASSESSMENT_CONCLUSION,
        "conclusion",
        "评估结论",
        required=True,
        example="需要临时监护",
        note="能否回归家庭，只对临时监护中的儿童评估",
    ),
    Column(
        "grade",
        "评估等级",
        aliases=("监护能力等级",),
        required=True,
        example="较低",
        note="按DB31/T 1305-2021的等级名称填写",
    ),
    Column(
        "follow_up_months",
        "跟踪回访月数",
        aliases=("随访月数",),
        note="只在可以回归家庭时填写，自送回起3至12个月；不填按规定的时长",
    ),
    Column("basics", "家庭基本情况", note="不超过2000字"),
    Column("quality", "监护质量", note="不超过2000字"),
    Column("capacity", "监护能力", note="不超过2000字"),
    Column("account", "评估情况", aliases=("情况说明", "说明", "备注"), note="不超过2000字"),
)


def _key(record: Assessment) -> Sequence[str]:
    return (*record.child_key(), record.assessed_on.isoformat())


def _state(record: Assessment, statement: Statement) -> None:
    statement.execute(
        RecordAssessment(
            child_ref=statement.child(record.claim(statement.places)),
            assessed_on=record.assessed_on,
            conclusion=Conclusion(record.conclusion),
            grade=record.grade,
            account=record.account,
            basics=record.basics,
            quality=record.quality,
            capacity=record.capacity,
            follow_up_months=record.follow_up_months,
        ),
        occurred_on=record.assessed_on,
    )


KIND = RecordKind(
    name="civil_affairs.assessment",
    title="家庭监护能力评估登记",
    seats=(Seat.CIVIL_AFFAIRS, Seat.POLICE, Seat.COURT, Seat.PROCURATORATE),
    model=Assessment,
    columns=COLUMNS,
    natural_key=_key,
    state=_state,
)
