"""That an adult declines help with work, or takes the consent back (就业帮扶退出)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from adapters.intake.columns import Column
from adapters.intake.records import PastDay, Record, RecordFault, RecordKind, Statement
from adapters.jobs.columns import WISH_NUMBER, help_number
from domain.job_help import EndJobHelp
from domain.job_wish import WithdrawJobWish
from domain.organisations import Seat


class JobEnding(Record):
    """By the number of the help, of the wish, or both; no reason is asked. Source: PIPL 15."""

    help: UUID | None = None
    wish: UUID | None = None
    ended_on: PastDay

    def model_post_init(self, context: Any) -> None:
        """One of the two numbers has to be there."""
        if self.help is None and self.wish is None:
            raise RecordFault(
                "help", "JOB_NUMBER_MISSING", "帮扶编号和需求编号至少填一项。", "请补填后重报。"
            )


def _key(record: JobEnding) -> Sequence[str]:
    return (str(record.help or ""), str(record.wish or ""))


def _state(record: JobEnding, statement: Statement) -> None:
    # What takes sight away goes first, and neither waits for the other.
    if record.help is not None:
        statement.execute(
            EndJobHelp(help_id=record.help, ended_on=record.ended_on),
            occurred_on=record.ended_on,
        )
    if record.wish is not None:
        statement.execute(
            WithdrawJobWish(wish_id=record.wish, withdrawn_on=record.ended_on),
            occurred_on=record.ended_on,
        )


KIND = RecordKind(
    name="jobs.ending",
    title="就业帮扶退出",
    seats=(
        Seat.VILLAGE,
        Seat.TOWN,
        Seat.SCHOOL,
        Seat.CIVIL_AFFAIRS,
        Seat.HUMAN_RESOURCES,
    ),
    model=JobEnding,
    columns=(
        help_number(required=False),
        WISH_NUMBER,
        Column("ended_on", "退出日期", required=True, example="2025-03-20"),
    ),
    natural_key=_key,
    state=_state,
)
