"""Extensions of protection orders (延长人身安全保护令登记); source: 反家暴法 30."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.intake.columns import Column
from adapters.intake.fields import ShortText, child_columns, document_key
from adapters.intake.records import ChildRecord, Day, PastDay, RecordKind, Statement
from domain.organisations import Seat
from domain.protection_order import ExtendProtection


class ProtectionExtension(ChildRecord):
    """One decision by which the order that is in force goes on until a later day."""

    document_number: ShortText
    decided_on: PastDay
    until: Day


def _key(record: ProtectionExtension) -> Sequence[str]:
    return (document_key(record.document_number), *record.child_key())


def _state(record: ProtectionExtension, statement: Statement) -> None:
    claim = record.claim(statement.places)
    statement.execute(
        ExtendProtection(
            child_ref=statement.child(claim),
            town=claim.town,
            document_number=record.document_number,
            decided_on=record.decided_on,
            until=record.until,
        ),
        occurred_on=record.decided_on,
    )


KIND = RecordKind(
    name="court.protection_extension",
    title="延长人身安全保护令登记",
    seats=(Seat.COURT,),
    model=ProtectionExtension,
    columns=(
        *child_columns("未成年人姓名"),
        Column(
            "document_number",
            "裁定书文号",
            aliases=("文书编号", "文号"),
            required=True,
            example="示民保令延〔2025〕0001号",
        ),
        Column("decided_on", "裁定日期", required=True, example="2025-03-31"),
        Column(
            "until",
            "延长至",
            aliases=("有效期至",),
            required=True,
            example="2026-03-13",
            note="自原期限起不超过六个月",
        ),
    ),
    natural_key=_key,
    state=_state,
)
