"""Whether a child came to what it was signed up for (参加情况登记), by whoever offers it."""

from __future__ import annotations

from typing import Annotated

from adapters.intake.columns import Column
from adapters.intake.fields import Note, child_columns, code_column
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement, coded
from adapters.programmes.fields import RegisterNumber
from adapters.programmes.offer import NUMBER, OFFERING
from domain.offer_codes import ATTENDANCE, Attendance
from domain.sign_up_events import RecordAttendance


class AttendanceRow(ChildRecord):
    """One child at one offer. Source: plan 二1 (P06), 二4 (P29)."""

    number: RegisterNumber
    attendance: Annotated[str, coded(ATTENDANCE)]
    seen_on: PastDay
    note: Note = None


def _state(record: AttendanceRow, statement: Statement) -> None:
    statement.execute(
        RecordAttendance(
            child_ref=statement.child(record.claim(statement.places)),
            register_number=record.number,
            attendance=Attendance(record.attendance),
            seen_on=record.seen_on,
            note=record.note,
        ),
        occurred_on=record.seen_on,
    )


KIND = RecordKind(
    name="programmes.attendance",
    title="参加情况登记",
    seats=OFFERING,
    model=AttendanceRow,
    columns=(
        *child_columns("儿童姓名"),
        NUMBER,
        code_column(ATTENDANCE, "attendance", "参加情况", required=True, example="已到场"),
        Column("seen_on", "登记日期", required=True, example="2025-03-24"),
        Column("note", "备注", note="不超过2000字"),
    ),
    natural_key=lambda record: (
        *record.child_key(),
        record.number,
        record.attendance,
        record.seen_on.isoformat(),
    ),
    state=_state,
)
