"""What was paid in a month (保障资金发放登记); source: plan 三1 (P54); domain reference §10."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import BeforeValidator, Field

from adapters.intake.columns import Column
from adapters.intake.fields import ShortText, code_column, parse_month, parse_people, parse_yuan
from adapters.intake.records import Record, RecordKind, Statement, coded, town_station_of
from domain.aid_codes import AID_SCHEME
from domain.aid_payment import StatePayment
from domain.identifiers import squeeze_text
from domain.organisations import Seat

PAYERS = (Seat.CIVIL_AFFAIRS, Seat.EDUCATION, Seat.DISABLED_FEDERATION)
MONTH = Column("month", "发放月份", aliases=("月份",), required=True, example="2025-03")
Month = Annotated[str, BeforeValidator(parse_month)]
STATION_HEADING = "街镇未保站"


class Payment(Record):
    """Of one scheme in one town: how many people and how much; no name and no account."""

    month: Month
    scheme: Annotated[str, coded(AID_SCHEME)]
    station: ShortText
    persons: Annotated[int, BeforeValidator(parse_people), Field(ge=0, le=100_000)]
    yuan: Annotated[int, BeforeValidator(parse_yuan), Field(ge=0, le=1_000_000_000)]


def _key(record: Payment) -> Sequence[str]:
    return (record.month, record.scheme, squeeze_text(record.station))


def _state(record: Payment, statement: Statement) -> None:
    statement.execute(
        StatePayment(
            payer=statement.actor.organisation,
            month=record.month,
            paid_for=record.scheme,
            town=town_station_of(record.station, STATION_HEADING, statement.places),
            persons=record.persons,
            yuan_paid=record.yuan,
        )
    )


KIND = RecordKind(
    name="aid.payment",
    title="保障资金发放登记",
    seats=PAYERS,
    model=Payment,
    columns=(
        MONTH,
        code_column(AID_SCHEME, "scheme", "保障项目", required=True, example="特殊儿童基本生活费"),
        Column(
            "station",
            STATION_HEADING,
            aliases=("街镇", "未保站"),
            required=True,
            example="岳阳街道未保站",
            note="街镇未保站全称",
            sensitive=False,
        ),
        Column("persons", "发放人数", aliases=("人数",), required=True, example="12人"),
        Column("yuan", "发放金额", aliases=("金额",), required=True, example="38400元"),
    ),
    natural_key=_key,
    state=_state,
)
