"""Beds of places where children are cared for (床位登记); source: plan 二2 (P16)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import BeforeValidator, Field

from adapters.intake.columns import Column
from adapters.intake.fields import Note, code_column, parse_people, several
from adapters.intake.records import PastDay, Record, RecordKind, Statement, coded
from domain.care_place import CARE_SERVICE, CareService, StateBeds
from domain.guardianship_codes import PLACEMENT_FACILITY, Facility
from domain.organisations import Seat

Beds = Annotated[int, BeforeValidator(parse_people), Field(ge=0, le=1000)]


class BedsRow(Record):
    """How many beds a place of the sender's has from a day on, and what it gives."""

    facility: Annotated[str, coded(PLACEMENT_FACILITY)]
    since: PastDay
    beds: Beds
    services: Annotated[tuple[str, ...], several(CARE_SERVICE)]
    account: Note = None


def _key(record: BedsRow) -> Sequence[str]:
    return (record.facility, record.since.isoformat())


def _state(record: BedsRow, statement: Statement) -> None:
    statement.execute(
        StateBeds(
            run_by=statement.actor.organisation,
            facility=Facility(record.facility),
            since=record.since,
            beds=record.beds,
            services=tuple(CareService(each) for each in record.services),
            account=record.account,
        ),
        occurred_on=record.since,
    )


KIND = RecordKind(
    name="welfare_institution.beds",
    title="床位登记",
    seats=(Seat.WELFARE_INSTITUTION, Seat.TOWN),
    model=BedsRow,
    columns=(
        code_column(
            PLACEMENT_FACILITY, "facility", "场所类别", required=True, example="儿童福利机构"
        ),
        Column("since", "起始日期", required=True, example="2025-03-01"),
        Column(
            "beds",
            "床位数",
            required=True,
            example="20",
            note="全部床位；已住多少由系统按安置登记计算，不填",
        ),
        code_column(CARE_SERVICE, "services", "服务内容", required=True, example="养育、教育"),
        Column("account", "场所说明", note="不写儿童和个人姓名，不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
