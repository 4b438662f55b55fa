"""Which child a mandatory report concerns (强制报告查明儿童), found by whoever has it in hand."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from adapters.intake.columns import Column
from adapters.intake.fields import child_columns
from adapters.intake.records import ChildRecord, RecordKind, Statement
from domain.mandatory_report import NameReportedChild
from domain.organisations import Seat


class ReportedChild(ChildRecord):
    """The report by its number in the hub, and the child by whatever says who it is."""

    report_id: UUID


def _natural_key(record: ReportedChild) -> Sequence[str]:
    return (str(record.report_id), *record.child_key())


def _state(record: ReportedChild, statement: Statement) -> None:
    child_ref = statement.child(record.claim(statement.places))
    statement.execute(NameReportedChild(report_id=record.report_id, child_ref=child_ref))


KIND = RecordKind(
    name="police.report_child",
    title="强制报告查明儿童",
    seats=(Seat.POLICE, Seat.POLICE_STATION, Seat.PROCURATORATE),
    model=ReportedChild,
    columns=(
        Column(
            "report_id",
            "报告编号",
            required=True,
            sensitive=False,
            example="f0000000-0000-4000-8000-000000000001",
            note="强制报告在本平台的编号",
        ),
        *child_columns("未成年人姓名"),
    ),
    natural_key=_natural_key,
    state=_state,
)
