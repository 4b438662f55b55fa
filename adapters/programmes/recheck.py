"""That a hazard was looked at again (复查登记), by whoever found it."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.intake.columns import Column
from adapters.intake.fields import YES_NO, Note, YesNo, code_column
from adapters.intake.records import OptionalDay, PastDay, Record, RecordKind, Statement
from adapters.programmes.activity import PUBLISHING
from adapters.programmes.fields import RegisterNumber
from domain.hazard import RecheckHazard


class HazardRecheckRow(Record):
    """One look at what was put right. Source: plan 三2 (确保各项工作落到实处)."""

    number: RegisterNumber
    rechecked_on: PastDay
    solved: YesNo
    rectify_by: OptionalDay = None
    account: Note = None


def _key(record: HazardRecheckRow) -> Sequence[str]:
    return (record.number, record.rechecked_on.isoformat())


def _state(record: HazardRecheckRow, statement: Statement) -> None:
    statement.execute(
        RecheckHazard(
            register_number=record.number,
            rechecked_on=record.rechecked_on,
            solved=record.solved,
            rectify_by=record.rectify_by,
            account=record.account,
        ),
        occurred_on=record.rechecked_on,
    )


KIND = RecordKind(
    name="programmes.recheck",
    title="隐患复查登记",
    seats=PUBLISHING,
    model=HazardRecheckRow,
    columns=(
        Column("number", "隐患编号", required=True, example="YH-0001"),
        Column("rechecked_on", "复查日期", required=True, example="2025-03-31"),
        code_column(YES_NO, "solved", "复查合格", required=True, example="是"),
        Column("rectify_by", "新的整改期限", note="不合格的填写"),
        Column("account", "复查情况", note="不写儿童和个人姓名，不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
