"""That a record stands in another system too (外部系统录入登记): its number there, since when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, Field

from adapters.intake.columns import Column
from adapters.intake.faults import SheetValueError
from adapters.intake.fields import YES_NO, YesNo, child_columns, code_column
from adapters.intake.records import (
    ChildRecord,
    FaultyRecord,
    OptionalPastDay,
    RecordFault,
    RecordKind,
    Statement,
    coded,
)
from domain.faults import Fault
from domain.organisations import Seat
from domain.outside_entry import RecordEntry, WithdrawEntry
from domain.outside_systems import MATTERS, OUTSIDE_SYSTEM

RECORD_HEADING = "平台编号"


def _record_number(value: object) -> object:
    if value is None or isinstance(value, UUID):
        return value
    try:
        return UUID(str(value).strip())
    except ValueError:
        raise SheetValueError(
            "RECORD_NUMBER",
            "平台编号不是本平台给出的编号。",
            "请从本平台导出的表格中原样复制；没有的，留空。",
        ) from None


RecordNumber = Annotated[UUID | None, BeforeValidator(_record_number)]


class Entry(ChildRecord):
    """One record in one system; stated again with another number or day, it is corrected."""

    system: Annotated[str, coded(OUTSIDE_SYSTEM)]
    record: RecordNumber = None
    number: Annotated[str | None, Field(max_length=60)] = None
    entered_on: OptionalPastDay = None
    withdrawn: YesNo = False

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        for field in ("number", "entered_on"):
            if not self.withdrawn and getattr(self, field) is None:
                raise RecordFault(
                    field,
                    "ENTRY_INCOMPLETE",
                    "已录入的，对方系统编号和录入日期都要填。",
                    "请补填后重报；还没有录入的，先不报这一行。",
                )


SYSTEM_HEADING = "外部系统"
NUMBER_HEADING = "对方系统编号"
ENTERED_HEADING = "录入日期"


def _state(record: Entry, statement: Statement) -> None:
    child_ref = statement.child(record.claim(statement.places))
    stated: dict[str, Any] = {
        "child_ref": child_ref,
        "system": record.system,
        "matter": MATTERS[record.system],
        "of_record": record.record or child_ref,
    }
    if record.withdrawn:
        statement.execute(WithdrawEntry(**stated))
        return
    if record.number is None or record.entered_on is None:
        raise FaultyRecord(Fault(NUMBER_HEADING, "REQUIRED", "此项必填。", "请补填后重报。"))
    statement.execute(
        RecordEntry(**stated, number=record.number, entered_on=record.entered_on),
        occurred_on=record.entered_on,
    )


def _key(record: Entry) -> Sequence[str]:
    return (*record.child_key(), record.system, str(record.record or ""))


KIND = RecordKind(
    name="outside.entry",
    title="外部系统录入登记",
    seats=(
        Seat.CIVIL_AFFAIRS,
        Seat.TOWN,
        Seat.EDUCATION,
        Seat.SCHOOL,
        Seat.HEALTH,
        Seat.DISABLED_FEDERATION,
    ),
    model=Entry,
    columns=(
        *child_columns("儿童姓名"),
        code_column(
            OUTSIDE_SYSTEM,
            "system",
            SYSTEM_HEADING,
            aliases=("系统名称", "对方系统"),
            required=True,
            example="全国儿童福利信息系统",
        ),
        Column("record", RECORD_HEADING, note="本平台导出的表格中有的，原样保留；没有的，留空"),
        Column(
            "number",
            NUMBER_HEADING,
            aliases=("对方编号", "外部系统编号"),
            example="示编0001",
            note="撤销的，留空",
            identifier=True,
        ),
        Column("entered_on", ENTERED_HEADING, aliases=("已录入日期",), example="2025-03-20"),
        code_column(YES_NO, "withdrawn", "是否撤销", note="登记有误、对方系统中没有的，填“是”"),
    ),
    natural_key=_key,
    state=_state,
)
