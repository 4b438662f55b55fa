"""Columns that the records of help with work have in common (就业帮扶)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from adapters.intake.columns import Column
from adapters.intake.fields import Note, ShortText, code_column
from adapters.intake.records import Day, PastDay, Phone, Record, coded
from domain.job_codes import JOB_HOURS, JobHours


class Wished(Record):
    """What an adult wishes who looks for work, and until when the adult lets it be told."""

    adult_name: ShortText
    adult_phone: Annotated[Phone, Field(min_length=1)]
    given_on: PastDay
    until: Day
    job: Annotated[str, Field(max_length=2000)]
    job_hours: Annotated[JobHours, coded(JOB_HOURS)]
    skills: Note = None
    training: Note = None


WISHED = (
    Column("adult_name", "求职人姓名", required=True, example="示例求职人"),
    Column("adult_phone", "求职人电话", required=True, example="13800000000", identifier=True),
    Column("given_on", "同意日期", required=True, example="2025-03-10", note="本人书面同意的日期"),
    Column("until", "同意期限", required=True, example="2026-03-09", note="同意的最后一天"),
    Column("job", "求职意向", required=True, example="（示例）保洁或帮厨", note="不超过2000字"),
    code_column(JOB_HOURS, "job_hours", "可工作时间", required=True, example="白天部分时段"),
    Column("skills", "技能和经历", note="不超过2000字"),
    Column("training", "培训意愿", note="不超过2000字"),
)
WISH_NUMBER = Column(
    "wish",
    "需求编号",
    sensitive=False,
    example="f0000000-0000-4000-8000-000000000006",
    note="就业需求登记后由本平台给出",
)


def help_number(*, required: bool) -> Column:
    """The number of a help that was sent on."""
    return Column(
        "help",
        "帮扶编号",
        required=required,
        sensitive=False,
        example="f0000000-0000-4000-8000-000000000007",
        note="转送后由本平台给出",
    )
