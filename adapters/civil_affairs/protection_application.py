"""Applications for protection orders (人身安全保护令申请登记), by an office for a child."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.intake.columns import Column
from adapters.intake.fields import YES_NO, Note, YesNo, child_columns, code_column
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement
from domain.organisations import Seat
from domain.protection_order import ApplyForProtection


class ProtectionApplication(ChildRecord):
    """One application. Source: 反家暴法 23; 法释〔2022〕17号 2."""

    applied_on: PastDay
    urgent: YesNo
    account: Note = None


def _key(record: ProtectionApplication) -> Sequence[str]:
    return (*record.child_key(), record.applied_on.isoformat())


def _state(record: ProtectionApplication, statement: Statement) -> None:
    statement.execute(
        ApplyForProtection(
            child_ref=statement.child(record.claim(statement.places)),
            applied_on=record.applied_on,
            urgent=record.urgent,
            account=record.account,
        ),
        occurred_on=record.applied_on,
    )


KIND = RecordKind(
    name="civil_affairs.protection_application",
    title="人身安全保护令申请登记",
    seats=(
        Seat.CIVIL_AFFAIRS,
        Seat.POLICE,
        Seat.POLICE_STATION,
        Seat.TOWN,
        Seat.VILLAGE,
        Seat.WOMENS_FEDERATION,
        Seat.WELFARE_INSTITUTION,
    ),
    model=ProtectionApplication,
    columns=(
        *child_columns("儿童姓名"),
        Column("applied_on", "申请日期", required=True, example="2025-03-13"),
        code_column(
            YES_NO,
            "urgent",
            "是否紧急",
            required=True,
            example="是",
            note="紧急的法院24小时内裁定；孩子正处于危险的，立即拨打110",
        ),
        Column("account", "申请事由", aliases=("事由", "说明", "备注"), note="不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
