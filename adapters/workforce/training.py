"""The training file (培训档案, plan 二6 P44, P46, P49): who attended what, for how many hours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator, Field

from adapters.intake.columns import Column
from adapters.intake.fields import ShortText, code_column
from adapters.intake.records import PastDay, Record, RecordKind, Statement, coded
from adapters.intake.workforce import WORKER_NUMBER, parse_whole
from adapters.workforce.worker import SEATS
from domain.identifiers import squeeze_text
from domain.workforce_training import (
    COURSE,
    COURSE_LEVEL,
    COURSE_SUBJECT,
    Course,
    CourseLevel,
    CourseSubject,
    RecordTraining,
)


class Training(Record):
    """One training that somebody attended. Source: plan 二6: 每年组织开展儿童主任全员培训；研发分层
    分类继续教育课程."""

    worker: UUID
    course: Annotated[str, coded(COURSE)]
    level: Annotated[str, coded(COURSE_LEVEL)]
    subject_matter: Annotated[str, coded(COURSE_SUBJECT)]
    attended_on: PastDay
    hours: Annotated[int, BeforeValidator(parse_whole), Field(ge=1, le=1000)]
    course_title: ShortText


def _key(record: Training) -> Sequence[str]:
    return (
        str(record.worker),
        record.attended_on.isoformat(),
        squeeze_text(record.course_title),
    )


def _state(record: Training, statement: Statement) -> None:
    statement.execute(
        RecordTraining(
            worker=record.worker,
            training=statement.record_id,
            course=Course(record.course),
            level=CourseLevel(record.level),
            subject_matter=CourseSubject(record.subject_matter),
            attended_on=record.attended_on,
            hours=record.hours,
            course_title=record.course_title,
        ),
        occurred_on=record.attended_on,
    )


KIND = RecordKind(
    name="workforce.training",
    title="培训档案",
    seats=SEATS,
    model=Training,
    columns=(
        WORKER_NUMBER,
        code_column(COURSE, "course", "培训类别", required=True, example="全员培训"),
        code_column(COURSE_LEVEL, "level", "课程层级", required=True, example="初级"),
        code_column(COURSE_SUBJECT, "subject_matter", "课程类别", required=True, example="实务"),
        Column("attended_on", "培训日期", required=True, example="2025-03-14"),
        Column("hours", "学时", required=True, example="8"),
        Column("course_title", "课程名称", required=True, example="示例走访实务"),
    ),
    natural_key=_key,
    state=_state,
)
