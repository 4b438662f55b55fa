"""Rulings on a guardian's qualification (撤销监护人资格裁判登记); source: 民法典 36."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from adapters.intake.columns import Column
from adapters.intake.fields import (
    YES_NO,
    Note,
    ShortText,
    YesNo,
    child_columns,
    code_column,
    document_key,
)
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement, coded
from domain.guardianship_care import NEW_GUARDIAN, DecideRevocation, NewGuardian
from domain.organisations import Seat


class Revocation(ChildRecord):
    """One ruling for one child: revoked or not, who is guardian then, and whether it may ever be
    restored (民法典 38)."""

    document_number: ShortText
    decided_on: PastDay
    granted: YesNo
    guardian: Annotated[str | None, coded(NEW_GUARDIAN)] = None
    restorable: YesNo
    account: Note = None


def _key(record: Revocation) -> Sequence[str]:
    return (document_key(record.document_number), *record.child_key())


def _state(record: Revocation, statement: Statement) -> None:
    statement.execute(
        DecideRevocation(
            child_ref=statement.child(record.claim(statement.places)),
            decided_on=record.decided_on,
            granted=record.granted,
            guardian=NewGuardian(record.guardian) if record.guardian else None,
            restorable=record.restorable,
            document_number=record.document_number,
            account=record.account,
        ),
        occurred_on=record.decided_on,
    )


KIND = RecordKind(
    name="court.revocation",
    title="撤销监护人资格裁判登记",
    seats=(Seat.COURT,),
    model=Revocation,
    columns=(
        *child_columns("未成年人姓名"),
        Column(
            "document_number",
            "裁判文书号",
            aliases=("文书编号", "文号"),
            required=True,
            example="示民特〔2025〕0001号",
        ),
        Column("decided_on", "裁判日期", required=True, example="2025-03-28"),
        code_column(YES_NO, "granted", "是否撤销", required=True, example="是"),
        code_column(
            NEW_GUARDIAN,
            "guardian",
            "指定监护人",
            example="民政长期监护",
            note="撤销的必填",
        ),
        code_column(
            YES_NO,
            "restorable",
            "是否可以恢复",
            required=True,
            example="是",
            note="对被监护人实施故意犯罪的，填否（民法典第三十八条）",
        ),
        Column("account", "裁判要点", aliases=("说明", "备注"), note="不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
