"""An adult who looks for work, as a station sends it to human resources (就业帮扶转送)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from adapters.intake.columns import Column
from adapters.intake.records import PastDay, RecordKind, Statement
from adapters.jobs.columns import WISH_NUMBER, WISHED, Wished
from domain.identifiers import fold_name
from domain.job_help import SendJobHelp
from domain.job_wish import ForwardJobWish
from domain.organisations import Seat


class JobSending(Wished):
    """Any resident who looks for work: no column is for a child. ``wish``: which wish of a child's
    file it sends on, known to the station and whoever asked. Source: plan 二4 (P32)."""

    sent_on: PastDay
    wish: UUID | None = None


def _key(record: JobSending) -> Sequence[str]:
    return (fold_name(record.adult_name), str(record.adult_phone), record.given_on.isoformat())


def _state(record: JobSending, statement: Statement) -> None:
    help_id = statement.record_id
    statement.execute(
        SendJobHelp(
            help_id=help_id,
            sent_on=record.sent_on,
            given_on=record.given_on,
            until=record.until,
            adult_name=record.adult_name,
            adult_phone=str(record.adult_phone),
            job=record.job,
            job_hours=record.job_hours,
            skills=record.skills,
            training=record.training,
        ),
        occurred_on=record.sent_on,
    )
    if record.wish is not None:
        # After it, so that what human resources are sent is the same with a wish and without.
        statement.execute(
            ForwardJobWish(wish_id=record.wish, help_number=str(help_id)),
            occurred_on=record.sent_on,
        )


KIND = RecordKind(
    name="jobs.sending",
    title="就业帮扶转送",
    seats=(Seat.TOWN,),
    model=JobSending,
    columns=(
        *WISHED,
        Column("sent_on", "转送日期", required=True, example="2025-03-11"),
        WISH_NUMBER,
    ),
    natural_key=_key,
    state=_state,
)
