"""The register of procuratorial advice (检察建议登记), kept by the procuratorate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from adapters.intake.columns import Column
from adapters.intake.fields import ShortText, document_key
from adapters.intake.records import PastDay, Record, RecordKind, Statement, organisation_of
from domain.advice import IssueAdvice
from domain.organisations import Seat


class AdviceRecord(Record):
    """One advice as it was sent out. Source: 未保法 114; domain reference §4."""

    document_number: ShortText
    addressee: ShortText
    matter: Annotated[str, Field(max_length=2000)]
    issued_on: PastDay


ADDRESSEE_HEADING = "被建议单位"


def _key(record: AdviceRecord) -> Sequence[str]:
    return (document_key(record.document_number),)


def _state(record: AdviceRecord, statement: Statement) -> None:
    statement.execute(
        IssueAdvice(
            advice_id=statement.record_id,
            addressee=organisation_of(record.addressee, ADDRESSEE_HEADING, statement.places),
            document_number=record.document_number,
            matter=record.matter,
            issued_on=record.issued_on,
        ),
        occurred_on=record.issued_on,
    )


KIND = RecordKind(
    name="procuratorate.advice",
    title="检察建议登记",
    seats=(Seat.PROCURATORATE,),
    model=AdviceRecord,
    columns=(
        Column(
            "document_number",
            "文书号",
            aliases=("建议书文号", "检察建议书文号"),
            required=True,
            example="示检建〔2025〕0001号",
        ),
        Column(
            "addressee",
            ADDRESSEE_HEADING,
            aliases=("接收单位",),
            required=True,
            example="岳阳街道未保站",
            note="单位在本平台的全称",
            sensitive=False,
        ),
        Column(
            "matter",
            "建议事项",
            aliases=("事项",),
            required=True,
            example="（示例）完善校外托管场所排查",
            note="不写儿童姓名，不超过2000字",
        ),
        Column("issued_on", "发出日期", required=True, example="2025-03-14"),
    ),
    natural_key=_key,
    state=_state,
)
