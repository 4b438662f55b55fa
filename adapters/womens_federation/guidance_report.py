"""Reports at the end of family-education guidance (家庭教育指导结束报告); source: 家教法 49."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from adapters.intake.columns import Column
from adapters.intake.fields import Note, child_columns, code_column
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement, coded
from domain.guardianship_codes import GUIDANCE_GROUND, GuidanceGround
from domain.guidance import GUIDANCE_RESULT, GuidanceResult, ReportGuidance
from domain.organisations import Seat


class GuidanceReport(ChildRecord):
    """What the guidance of one child's guardian by one kind of order came to."""

    order: Annotated[str, coded(GUIDANCE_GROUND)]
    reported_on: PastDay
    result: Annotated[str, coded(GUIDANCE_RESULT)]
    account: Note = None


def _key(record: GuidanceReport) -> Sequence[str]:
    return (*record.child_key(), record.order, record.reported_on.isoformat())


def _state(record: GuidanceReport, statement: Statement) -> None:
    statement.execute(
        ReportGuidance(
            child_ref=statement.child(record.claim(statement.places)),
            order=GuidanceGround(record.order),
            reported_on=record.reported_on,
            result=GuidanceResult(record.result),
            account=record.account,
        ),
        occurred_on=record.reported_on,
    )


KIND = RecordKind(
    name="womens_federation.guidance_report",
    title="家庭教育指导结束报告",
    seats=(Seat.WOMENS_FEDERATION, Seat.CIVIL_AFFAIRS),
    model=GuidanceReport,
    columns=(
        *child_columns("未成年人姓名"),
        code_column(GUIDANCE_GROUND, "order", "文书类别", required=True, example="家庭教育指导令"),
        Column("reported_on", "报告日期", required=True, example="2025-03-28"),
        code_column(GUIDANCE_RESULT, "result", "指导结果", required=True, example="已完成指导"),
        Column("account", "报告内容", aliases=("说明", "备注"), note="不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
