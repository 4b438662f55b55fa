"""Restored guardianships (恢复监护人资格登记); source: 民法典 38."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.intake.columns import Column
from adapters.intake.fields import Note, ShortText, child_columns, document_key
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement
from domain.guardianship_care import RestoreGuardianship
from domain.organisations import Seat


class Restoration(ChildRecord):
    """One ruling by which a guardian that was revoked is guardian again."""

    document_number: ShortText
    restored_on: PastDay
    account: Note = None


def _key(record: Restoration) -> Sequence[str]:
    return (document_key(record.document_number), *record.child_key())


def _state(record: Restoration, statement: Statement) -> None:
    statement.execute(
        RestoreGuardianship(
            child_ref=statement.child(record.claim(statement.places)),
            restored_on=record.restored_on,
            document_number=record.document_number,
            account=record.account,
        ),
        occurred_on=record.restored_on,
    )


KIND = RecordKind(
    name="court.restoration",
    title="恢复监护人资格登记",
    seats=(Seat.COURT,),
    model=Restoration,
    columns=(
        *child_columns("未成年人姓名"),
        Column(
            "document_number",
            "裁判文书号",
            aliases=("文书编号", "文号"),
            required=True,
            example="示民特恢〔2025〕0001号",
        ),
        Column("restored_on", "恢复日期", required=True, example="2025-03-31"),
        Column("account", "裁判要点", aliases=("说明", "备注"), note="不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
