"""What human resources did for an adult who looks for work (就业帮扶办理)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from adapters.intake.columns import Column
from adapters.intake.fields import Note, code_column
from adapters.intake.records import PastDay, Record, RecordKind, Statement, coded
from adapters.jobs.columns import help_number
from domain.job_codes import JOB_OFFER, JOB_STEP, JobOffer, JobStep
from domain.job_help import AnswerJobHelp
from domain.organisations import Seat


class JobStepRow(Record):
    """One step. Source: plan 二4 (P32; 就业服务圈站点, 零工市场)."""

    help: UUID
    job_step: Annotated[JobStep, coded(JOB_STEP)]
    answered_on: PastDay
    job_offer: Annotated[JobOffer | None, coded(JOB_OFFER)] = None
    account: Note = None


def _key(record: JobStepRow) -> Sequence[str]:
    offer = record.job_offer or ""
    return (str(record.help), record.job_step, record.answered_on.isoformat(), offer)


def _state(record: JobStepRow, statement: Statement) -> None:
    statement.execute(
        AnswerJobHelp(
            help_id=record.help,
            job_step=record.job_step,
            answered_on=record.answered_on,
            job_offer=record.job_offer,
            account=record.account,
        ),
        occurred_on=record.answered_on,
    )


KIND = RecordKind(
    name="jobs.step",
    title="就业帮扶办理",
    seats=(Seat.HUMAN_RESOURCES,),
    model=JobStepRow,
    columns=(
        help_number(required=True),
        code_column(JOB_STEP, "job_step", "办理情况", required=True, example="已推荐"),
        Column("answered_on", "办理日期", required=True, example="2025-03-14"),
        code_column(
            JOB_OFFER, "job_offer", "推荐渠道", example="零工市场", note="办理情况为已推荐的填写"
        ),
        Column("account", "办理说明", note="未就业的写明原因，不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
