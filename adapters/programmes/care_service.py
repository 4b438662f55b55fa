"""Services given to a child (关爱服务登记); source: plan 二1 (P08)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import BeforeValidator, Field

from adapters.intake.columns import Column
from adapters.intake.fields import Note, child_columns, code_column
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement, coded
from adapters.intake.workforce import parse_whole
from domain.care_service import SERVICE, RecordCareService, Service
from domain.organisations import Seat


class CareService(ChildRecord):
    """One service to one child on one day."""

    given_on: PastDay
    service: Annotated[Service, coded(SERVICE)]
    hours: Annotated[int, BeforeValidator(parse_whole), Field(ge=1, le=24)]
    account: Note = None


def _key(record: CareService) -> Sequence[str]:
    return (*record.child_key(), record.given_on.isoformat(), record.service)


def _state(record: CareService, statement: Statement) -> None:
    statement.execute(
        RecordCareService(
            service_id=statement.record_id,
            child_ref=statement.child(record.claim(statement.places)),
            given_on=record.given_on,
            hours=record.hours,
            service=record.service,
            account=record.account,
        ),
        occurred_on=record.given_on,
    )


KIND = RecordKind(
    name="programmes.care_service",
    title="关爱服务登记",
    seats=(Seat.TOWN, Seat.VILLAGE, Seat.SOCIAL_ORGANISATION),
    model=CareService,
    columns=(
        *child_columns("儿童姓名"),
        Column("given_on", "服务日期", required=True, example="2025-03-28"),
        code_column(SERVICE, "service", "服务类别", required=True, example="学业陪伴"),
        Column(
            "hours",
            "服务时长",
            aliases=("小时数",),
            required=True,
            example="2",
            note="整数小时，不足一小时的按一小时",
        ),
        Column(
            "account",
            "服务内容",
            note="不超过2000字；发现疑似伤害的另填强制报告，不写在这里",
        ),
    ),
    natural_key=_key,
    state=_state,
)
