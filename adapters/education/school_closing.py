"""Schools that are closed (学校停办登记), by the education bureau: one owes no monthly report."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.intake.columns import Column
from adapters.intake.fields import ShortText
from adapters.intake.records import PastDay, Record, RecordKind, Statement, school_of
from domain.dropout_report import EndReports
from domain.identifiers import squeeze_text
from domain.organisations import Seat

_SCHOOL = "学校"


class SchoolClosing(Record):
    """One school, and its last day. Source: 教基厅函〔2024〕15号: who has pupils reports."""

    school: ShortText
    closed_on: PastDay


def _key(record: SchoolClosing) -> Sequence[str]:
    return (squeeze_text(record.school),)


def _state(record: SchoolClosing, statement: Statement) -> None:
    school = school_of(record.school, _SCHOOL, statement.places)
    statement.execute(
        EndReports(reporter=school, closed_on=record.closed_on), occurred_on=record.closed_on
    )


KIND = RecordKind(
    name="education.school_closing",
    title="学校停办登记",
    seats=(Seat.EDUCATION,),
    model=SchoolClosing,
    columns=(
        Column(
            "school",
            _SCHOOL,
            aliases=("学校名称", "学校代码"),
            required=True,
            example="示例小学",
            note="停办、撤并的学校；登记后不再等待其月报",
            sensitive=False,
        ),
        Column("closed_on", "停办日期", required=True, example="2025-03-14", sensitive=False),
    ),
    natural_key=_key,
    state=_state,
)
