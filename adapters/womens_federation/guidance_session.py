"""Sessions of ordered family-education guidance (家庭教育指导课次登记); source: 家教法 49."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from adapters.intake.columns import Column
from adapters.intake.fields import YES_NO, Note, YesNo, child_columns, code_column
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement, coded
from domain.guardianship_codes import GUIDANCE_GROUND, GuidanceGround
from domain.guidance import RecordSession
from domain.organisations import Seat


class GuidanceSession(ChildRecord):
    """One session for the guardian of one child, by which order, and whether the guardian came."""

    order: Annotated[str, coded(GUIDANCE_GROUND)]
    held_on: PastDay
    attended: YesNo
    account: Note = None


def _key(record: GuidanceSession) -> Sequence[str]:
    return (*record.child_key(), record.order, record.held_on.isoformat())


def _state(record: GuidanceSession, statement: Statement) -> None:
    statement.execute(
        RecordSession(
            child_ref=statement.child(record.claim(statement.places)),
            order=GuidanceGround(record.order),
            held_on=record.held_on,
            attended=record.attended,
            account=record.account,
        ),
        occurred_on=record.held_on,
    )


KIND = RecordKind(
    name="womens_federation.guidance_session",
    title="家庭教育指导课次登记",
    seats=(Seat.WOMENS_FEDERATION, Seat.CIVIL_AFFAIRS),
    model=GuidanceSession,
    columns=(
        *child_columns("未成年人姓名"),
        code_column(GUIDANCE_GROUND, "order", "文书类别", required=True, example="家庭教育指导令"),
        Column("held_on", "指导日期", aliases=("上课日期",), required=True, example="2025-03-20"),
        code_column(
            YES_NO,
            "attended",
            "监护人是否到场",
            aliases=("是否参加",),
            required=True,
            example="是",
            note="多次不到的，系统告知出具文书的单位",
        ),
        Column("account", "指导情况", aliases=("说明", "备注"), note="不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
