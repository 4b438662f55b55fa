"""Applications to revoke a guardianship (撤销监护人资格申请登记); source: 民法典 36, 未保法 108."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.intake.columns import Column
from adapters.intake.fields import Note, child_columns
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement
from domain.guardianship_care import SeekRevocation
from domain.organisations import Seat


class RevocationApplication(ChildRecord):
    """One application to the court, by an office. Civil affairs apply where the others do not in
    time (民法典 36(3))."""

    sought_on: PastDay
    account: Note = None


def _key(record: RevocationApplication) -> Sequence[str]:
    return (*record.child_key(), record.sought_on.isoformat())


def _state(record: RevocationApplication, statement: Statement) -> None:
    statement.execute(
        SeekRevocation(
            child_ref=statement.child(record.claim(statement.places)),
            sought_on=record.sought_on,
            account=record.account,
        ),
        occurred_on=record.sought_on,
    )


KIND = RecordKind(
    name="civil_affairs.revocation_application",
    title="撤销监护人资格申请登记",
    seats=(
        Seat.CIVIL_AFFAIRS,
        Seat.VILLAGE,
        Seat.TOWN,
        Seat.WOMENS_FEDERATION,
        Seat.WELFARE_INSTITUTION,
    ),
    model=RevocationApplication,
    columns=(
        *child_columns("儿童姓名"),
        Column("sought_on", "申请日期", required=True, example="2025-03-24"),
        Column("account", "申请事由", aliases=("事由", "说明", "备注"), note="不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
