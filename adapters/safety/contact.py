"""Safe contacts (安全联系人登记), by police, civil affairs and the town's station."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from adapters.intake.columns import Column
from adapters.intake.fields import ShortText, child_columns, code_column
from adapters.intake.records import (
    ChildRecord,
    Day,
    OptionalPastDay,
    PastDay,
    RecordKind,
    Statement,
    coded,
)
from domain.organisations import Seat
from domain.safe_contact import SAFE_RELATION, EndSafeContact, StateSafeContact


class SafeContact(ChildRecord):
    """One person to be called about one child, until a day."""

    stated_on: PastDay
    contact_name: ShortText
    contact_phone: ShortText
    contact_relation: Annotated[str, coded(SAFE_RELATION)]
    until: Day
    ended_on: OptionalPastDay = None


def _key(record: SafeContact) -> Sequence[str]:
    return (*record.child_key(), record.stated_on.isoformat())


def _state(record: SafeContact, statement: Statement) -> None:
    child = statement.child(record.claim(statement.places))
    if record.ended_on is not None:
        end = EndSafeContact(child_ref=child, stated_on=record.stated_on)
        statement.execute(end, occurred_on=record.ended_on)
        return
    statement.execute(
        StateSafeContact(
            child_ref=child,
            contact_name=record.contact_name,
            contact_phone=record.contact_phone,
            contact_relation=record.contact_relation,
            until=record.until,
            stated_on=record.stated_on,
        ),
        occurred_on=record.stated_on,
    )


KIND = RecordKind(
    name="safety.contact",
    title="安全联系人登记",
    seats=(Seat.POLICE, Seat.POLICE_STATION, Seat.CIVIL_AFFAIRS, Seat.TOWN),
    model=SafeContact,
    columns=(
        *child_columns("儿童姓名"),
        Column("stated_on", "登记日期", required=True, example="2025-03-14"),
        Column(
            "contact_name",
            "安全联系人",
            aliases=("安全联系人姓名",),
            required=True,
            example="示例外婆",
            note="不能是父母或其他监护人",
        ),
        Column(
            "contact_phone",
            "安全联系人电话",
            required=True,
            example="13800000000",
        ),
        code_column(
            SAFE_RELATION,
            "contact_relation",
            "安全联系人关系",
            required=True,
            example="祖父母、外祖父母",
        ),
        Column("until", "有效期至", required=True, example="2025-09-13", note="最长六个月"),
        Column("ended_on", "撤销日期", aliases=("撤销",), note="撤销时填写，与原登记一起重报"),
    ),
    natural_key=_key,
    state=_state,
)
