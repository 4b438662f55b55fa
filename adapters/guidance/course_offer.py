"""Voluntary guidance that was offered or asked for (家庭教育指导服务登记); source: plan 二2 (P11);
家教法 28, 30, 39."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from adapters.intake.columns import Column
from adapters.intake.fields import YES_NO, Note, YesNo, child_columns, code_column
from adapters.intake.records import (
    ChildRecord,
    PastDay,
    RecordKind,
    Statement,
    coded,
    organisation_of,
)
from domain.organisations import Seat
from domain.voluntary_guidance import ORIGIN, OfferGuidance, Origin, matter_of

OptionalName = Annotated[str | None, Field(max_length=100)]


class GuidanceOffer(ChildRecord):
    """Guidance for one child's guardians: offered or asked for, accepted or not, by whom given."""

    offered_on: PastDay
    origin: Annotated[str, coded(ORIGIN)]
    accepted: YesNo
    giver: OptionalName = None
    topic_note: Note = None


def _key(record: GuidanceOffer) -> Sequence[str]:
    return (*record.child_key(), record.offered_on.isoformat(), record.giver or "")


def _state(record: GuidanceOffer, statement: Statement) -> None:
    ours = statement.actor.organisation
    giver = organisation_of(record.giver, "指导单位", statement.places) if record.giver else ours
    statement.execute(
        OfferGuidance(
            child_ref=statement.child(record.claim(statement.places)),
            matter=matter_of(ours),
            giver=giver,
            offered_on=record.offered_on,
            origin=Origin(record.origin),
            accepted=record.accepted,
            topic=record.topic_note,
        ),
        occurred_on=record.offered_on,
    )


KIND = RecordKind(
    name="guidance.course_offer",
    title="家庭教育指导服务登记",
    seats=(Seat.VILLAGE, Seat.TOWN, Seat.SCHOOL),
    model=GuidanceOffer,
    columns=(
        *child_columns("儿童姓名"),
        Column("offered_on", "提供日期", required=True, example="2025-03-14"),
        code_column(ORIGIN, "origin", "服务来源", required=True, example="家长申请"),
        code_column(
            YES_NO,
            "accepted",
            "家长是否接受",
            required=True,
            example="是",
            note="自愿参加；责令接受的另行登记",
        ),
        Column(
            "giver",
            "指导单位",
            example="示例公益服务中心",
            note="妇联、村居或社会组织在本平台的全称；本单位指导的不填",
            sensitive=False,
        ),
        Column("topic_note", "指导内容", aliases=("说明", "备注"), note="不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
