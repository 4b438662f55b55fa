"""The written reply to an advice (检察建议回复), for every seat: each may be advised."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from pydantic import Field

from adapters.intake.columns import Column
from adapters.intake.records import PastDay, Record, RecordKind, Statement
from domain.advice import ReplyToAdvice
from domain.organisations import Seat


class Reply(Record):
    """The advice by its number in the hub (its document number is sealed), and the reply."""

    advice_id: UUID
    replied_on: PastDay
    content: Annotated[str, Field(max_length=2000)]


def _key(record: Reply) -> Sequence[str]:
    return (str(record.advice_id), record.replied_on.isoformat())


def _state(record: Reply, statement: Statement) -> None:
    statement.execute(
        ReplyToAdvice(
            advice_id=record.advice_id, content=record.content, replied_on=record.replied_on
        ),
        occurred_on=record.replied_on,
    )


KIND = RecordKind(
    name="advice.reply",
    title="检察建议回复",
    seats=tuple(Seat),
    model=Reply,
    columns=(
        Column(
            "advice_id",
            "建议编号",
            aliases=("检察建议编号",),
            required=True,
            sensitive=False,
            example="f0000000-0000-4000-8000-000000000002",
            note="检察建议在本平台的编号",
        ),
        Column("replied_on", "回复日期", required=True, example="2025-03-28"),
        Column(
            "content",
            "回复内容",
            required=True,
            example="（示例）已排查并整改",
            note="不写儿童姓名，不超过2000字",
        ),
    ),
    natural_key=_key,
    state=_state,
)
