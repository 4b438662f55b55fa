"""Orders of the works in a child's home (居室施工安排); source: plan 二4 (P30)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from adapters.home.renovation_assessment import LEADING
from adapters.intake.columns import Column
from adapters.intake.fields import ShortText, child_columns
from adapters.intake.records import (
    ChildRecord,
    Day,
    PastDay,
    RecordKind,
    Statement,
    organisation_of,
)
from domain.home_renovation_events import OrderHomeWorks


class HomeWorksOrder(ChildRecord):
    """By whom, until when, and what is done in one child's home."""

    ordered_on: PastDay
    recipient: ShortText | None = None
    contractor: ShortText | None = None
    finish_by: Day
    content: Annotated[str, Field(max_length=2000)]


def _key(record: HomeWorksOrder) -> Sequence[str]:
    return (*record.child_key(), record.ordered_on.isoformat(), record.recipient or "")


def _state(record: HomeWorksOrder, statement: Statement) -> None:
    recipient = record.recipient and organisation_of(
        record.recipient, "承接的社会组织", statement.places
    )
    statement.execute(
        OrderHomeWorks(
            child_ref=statement.child(record.claim(statement.places)),
            happened_on=record.ordered_on,
            recipient=recipient,
            contractor=record.contractor,
            finish_by=record.finish_by,
            content=record.content,
        ),
        occurred_on=record.ordered_on,
    )


KIND = RecordKind(
    name="home.works_order",
    title="居室施工安排",
    seats=LEADING,
    model=HomeWorksOrder,
    columns=(
        *child_columns("儿童姓名"),
        Column("ordered_on", "安排日期", required=True, example="2025-03-12"),
        Column(
            "recipient",
            "承接的社会组织",
            example="示例公益服务中心",
            note="在本平台的全称；系统交其办理，只告知住址、联系方式和施工内容；街镇自行组织的不填",
            sensitive=False,
        ),
        Column("contractor", "施工单位", note="街镇自行组织的填写，系统不告知该单位"),
        Column("finish_by", "完工期限", required=True, example="2025-04-12"),
        Column(
            "content",
            "施工内容",
            required=True,
            example="书桌、台灯各一，更换电线",
            note="承接单位可见，不写家庭情况，不超过2000字",
        ),
    ),
    natural_key=_key,
    state=_state,
)
