"""Sessions of voluntary guidance (指导服务课次登记); source: plan 二2 (P11)."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.intake.columns import Column
from adapters.intake.fields import YES_NO, Note, YesNo, child_columns, code_column
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement
from domain.organisations import Seat
from domain.voluntary_guidance import RecordCourseSession

GIVING = (
    Seat.WOMENS_FEDERATION,
    Seat.SCHOOL,
    Seat.VILLAGE,
    Seat.TOWN,
    Seat.SOCIAL_ORGANISATION,
)
"""Who gives it: 妇联、学校、社区家长学校 (plan 二2, P11), and whom they are helped by."""


class CourseSession(ChildRecord):
    """One session for the guardians of one child, and whether they came."""

    held_on: PastDay
    attended: YesNo
    account: Note = None


def _key(record: CourseSession) -> Sequence[str]:
    return (*record.child_key(), record.held_on.isoformat())


def _state(record: CourseSession, statement: Statement) -> None:
    statement.execute(
        RecordCourseSession(
            child_ref=statement.child(record.claim(statement.places)),
            giver=statement.actor.organisation,
            held_on=record.held_on,
            attended=record.attended,
            account=record.account,
        ),
        occurred_on=record.held_on,
    )


KIND = RecordKind(
    name="guidance.course_session",
    title="家庭教育指导服务课次登记",
    seats=GIVING,
    model=CourseSession,
    columns=(
        *child_columns("儿童姓名"),
        Column("held_on", "指导日期", aliases=("上课日期",), required=True, example="2025-03-20"),
        code_column(
            YES_NO,
            "attended",
            "家长是否到场",
            aliases=("是否参加",),
            required=True,
            example="是",
        ),
        Column("account", "指导情况", aliases=("说明", "备注"), note="不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
