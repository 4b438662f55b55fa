"""The register of absences that are approved as lawful (正当缺课核准登记)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from adapters.intake.columns import Column
from adapters.intake.fields import Note, ShortText, child_columns, code_column
from adapters.intake.records import (
    ChildRecord,
    Day,
    PastDay,
    RecordKind,
    Statement,
    coded,
)
from domain.dropout_codes import LAWFUL_ABSENCE
from domain.dropout_events import ApproveLawfulAbsence
from domain.organisations import Seat


class LawfulAbsence(ChildRecord):
    """An absence is approved as lawful until a day, by other hands than the school's: the bureau's,
    or those of the town that has the child in hand. Source: 义务教育法 11 (休学, 延缓入学 need the
    approval of town or bureau)."""

    reason_code: Annotated[str, coded(LAWFUL_ABSENCE)]
    approved_on: PastDay
    until: Day
    document_number: ShortText | None = None
    note: Note = None


COLUMNS = (
    *child_columns("学生姓名"),
    code_column(LAWFUL_ABSENCE, "reason_code", "缺课类别", required=True, example="休学"),
    Column("approved_on", "核准日期", required=True, example="2025-03-10"),
    Column(
        "until",
        "期满日期",
        aliases=("核准到期日",),
        required=True,
        example="2025-07-10",
        note="最后一天也算在内；期满未登记复学的，重新按缺课核实",
    ),
    Column("document_number", "核准文号", aliases=("文号",), example="示教核〔2025〕0001号"),
    Column("note", "说明", aliases=("备注",), note="不超过2000字；不写病情"),
)


def _key(record: LawfulAbsence) -> Sequence[str]:
    return (*record.child_key(), record.approved_on.isoformat())


def _state(record: LawfulAbsence, statement: Statement) -> None:
    statement.execute(
        ApproveLawfulAbsence(
            child_ref=statement.child(record.claim(statement.places)),
            approved_on=record.approved_on,
            until=record.until,
            reason_code=record.reason_code,
            document_number=record.document_number,
            note=record.note,
        ),
        occurred_on=record.approved_on,
    )


KIND = RecordKind(
    name="education.lawful_absence",
    title="正当缺课核准登记",
    seats=(Seat.EDUCATION, Seat.TOWN),
    model=LawfulAbsence,
    columns=COLUMNS,
    natural_key=_key,
    state=_state,
)
