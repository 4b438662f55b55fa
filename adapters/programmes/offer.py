"""What is offered to sign up for (报名项目发布), as stations, the youth league, the women's
federation, education and health publish it."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from adapters.intake.columns import Column
from adapters.intake.fields import Note, code_column, parse_people
from adapters.intake.records import Day, Record, RecordKind, Statement, coded
from adapters.programmes.fields import RegisterNumber, town_of
from domain.activity_codes import BRAND, Brand
from domain.offer_codes import OFFER_KIND, OfferKind
from domain.offer_events import PublishOffer
from domain.organisations import Seat

OFFERING = (
    Seat.TOWN,
    Seat.CIVIL_AFFAIRS,
    Seat.YOUTH_LEAGUE,
    Seat.WOMENS_FEDERATION,
    Seat.EDUCATION,
    Seat.HEALTH,
    Seat.DISABLED_FEDERATION,
    Seat.PROCURATORATE,
)
"""Seats of policies/offers.toml that offer something."""

Age = Annotated[int, BeforeValidator(parse_people), Field(ge=0, le=18)]


class OfferRow(Record):
    """One offer. Source: plan 二1 (P06, P07), 二4 (P29)."""

    number: RegisterNumber
    offer: Annotated[str, coded(OFFER_KIND)]
    brand: Annotated[str | None, coded(BRAND)] = None
    town: Annotated[str | None, Field(max_length=100)] = None
    begins_on: Day
    until: Day
    spots: Annotated[int, BeforeValidator(parse_people), Field(ge=1, le=10_000)]
    age_from: Age = 0
    age_until: Age = 18
    sign_up_by: Day
    account: Note = None


def _state(record: OfferRow, statement: Statement) -> None:
    statement.execute(
        PublishOffer(
            register_number=record.number,
            offer=OfferKind(record.offer),
            brand=Brand(record.brand) if record.brand else None,
            town=town_of(record.town, (), statement.places),
            begins_on=record.begins_on,
            until=record.until,
            spots=record.spots,
            age_from=record.age_from,
            age_until=record.age_until,
            sign_up_by=record.sign_up_by,
            account=record.account,
        )
    )


NUMBER = Column(
    "number", "项目编号", required=True, example="BM-2025-01", note="两个字母加数字，自编"
)

KIND = RecordKind(
    name="programmes.offer",
    title="报名项目发布",
    seats=OFFERING,
    model=OfferRow,
    columns=(
        NUMBER,
        code_column(OFFER_KIND, "offer", "项目类别", required=True, example="爱心暑托班"),
        code_column(BRAND, "brand", "品牌项目", note="属于品牌项目的填写"),
        Column("town", "街镇", note="限于一个街镇的填写", sensitive=False),
        Column("begins_on", "开始日期", required=True, example="2025-07-07"),
        Column("until", "结束日期", required=True, example="2025-08-15"),
        Column("spots", "名额", required=True, example="30"),
        Column("age_from", "年龄下限", example="6", note="周岁，不填为0"),
        Column("age_until", "年龄上限", example="12", note="周岁，不填为18"),
        Column("sign_up_by", "报名截止", required=True, example="2025-06-20"),
        Column("account", "说明", note="不写儿童和个人姓名，不超过2000字"),
    ),
    natural_key=lambda record: (record.number,),
    state=_state,
)
