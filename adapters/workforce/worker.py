"""The register of workers (工作人员台账、儿童主任信息台账, plan 二6), kept by employers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from adapters.intake.columns import Column
from adapters.intake.fields import ShortText, code_column
from adapters.intake.records import (
    IdNumber,
    PastDay,
    Phone,
    Record,
    RecordKind,
    Statement,
    coded,
    organisation_of,
)
from adapters.intake.workforce import (
    ORGANISATION,
    ORGANISATION_HEADING,
    WORKER_ID_NUMBER,
    WORKER_NAME,
)
from domain.entry_check import AskEntryCheck
from domain.identifiers import squeeze_text
from domain.organisations import Seat
from domain.worker import RegisterWorker
from domain.workforce_codes import (
    APPOINTMENT_BASIS,
    QUALIFICATION,
    WORKER_ROLE,
    AppointmentBasis,
    Qualification,
    WorkerRole,
)

SEATS = (
    Seat.CIVIL_AFFAIRS,
    Seat.TOWN,
    Seat.VILLAGE,
    Seat.SCHOOL,
    Seat.WELFARE_INSTITUTION,
    Seat.SOCIAL_ORGANISATION,
)
"""Who keeps a register: its own people's, and those above of the people below."""


class WorkerEntry(Record):
    """Who begins to work with children, as what. Source: plan 二6 (P43–P45); the entry check is
    asked of the police with it, before anything of a child is shown (未保法 62)."""

    organisation: ShortText
    worker_name: ShortText
    worker_id_number: Annotated[IdNumber, Field(min_length=1)]
    worker_phone: Phone = None
    role: Annotated[str, coded(WORKER_ROLE)]
    appointment: Annotated[str, coded(APPOINTMENT_BASIS)]
    qualification: Annotated[str, coded(QUALIFICATION)]
    since: PastDay


def _key(record: WorkerEntry) -> Sequence[str]:
    return (
        squeeze_text(record.organisation),
        record.worker_id_number or "",
        record.since.isoformat(),
    )


def _state(record: WorkerEntry, statement: Statement) -> None:
    organisation = organisation_of(record.organisation, ORGANISATION_HEADING, statement.places)
    worker = statement.record_id
    statement.execute(
        RegisterWorker(
            worker=worker,
            organisation=organisation,
            role=WorkerRole(record.role),
            basis=AppointmentBasis(record.appointment),
            qualification=Qualification(record.qualification),
            since=record.since,
            name=record.worker_name,
            id_number=record.worker_id_number,
            phone=record.worker_phone,
        ),
        occurred_on=record.since,
    )
    statement.execute(
        AskEntryCheck(
            worker=worker,
            organisation=organisation,
            name=record.worker_name,
            id_number=record.worker_id_number,
        )
    )


KIND = RecordKind(
    name="workforce.worker",
    title="工作人员台账",
    seats=SEATS,
    model=WorkerEntry,
    columns=(
        ORGANISATION,
        WORKER_NAME,
        WORKER_ID_NUMBER,
        Column(
            "worker_phone", "联系电话", aliases=("手机号",), example="13800000000", identifier=True
        ),
        code_column(WORKER_ROLE, "role", "岗位", required=True, example="儿童主任"),
        code_column(
            APPOINTMENT_BASIS,
            "appointment",
            "任职基础",
            required=True,
            example="书记",
            note="村（居）书记、主任、专业社工优先担任儿童主任",
        ),
        code_column(
            QUALIFICATION, "qualification", "社会工作者职业水平", required=True, example="无"
        ),
        Column("since", "任职日期", required=True, example="2025-03-01"),
    ),
    natural_key=_key,
    state=_state,
)
