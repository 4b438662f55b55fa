"""A town's report on its round of full verification (全面核查完成情况)."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.intake.columns import Column
from adapters.intake.fields import Note
from adapters.intake.records import Day, PastDay, Record, RecordKind, Statement
from adapters.intake.verification import UNTIL_COLUMN
from domain.organisations import Seat
from domain.verification_round import ReportRound


class VerificationReport(Record):
    """That the round until a day is done, and what came of it. Source: plan 二3 (P17)."""

    until: Day
    finished_on: PastDay
    account: Note = None


def _key(record: VerificationReport) -> Sequence[str]:
    return (record.until.isoformat(),)


def _state(record: VerificationReport, statement: Statement) -> None:
    statement.execute(
        ReportRound(town=statement.actor.organisation.partition(":")[2], **record.model_dump()),
        occurred_on=record.finished_on,
    )


KIND = RecordKind(
    name="town.verification_report",
    title="全面核查完成情况",
    seats=(Seat.TOWN,),
    model=VerificationReport,
    columns=(
        UNTIL_COLUMN,
        Column("finished_on", "完成日期", required=True, example="2025-03-31"),
        Column("account", "完成情况", aliases=("情况说明",), note="不写儿童姓名，不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
