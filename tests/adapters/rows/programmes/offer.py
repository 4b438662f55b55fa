"""报名项目发布."""

from __future__ import annotations

from datetime import date

from domain.activity_codes import Brand
from domain.offer_codes import OfferKind
from domain.offer_events import PublishOffer
from tests.adapters.kinds import NOTE, TOWN, Row

ROW = Row(
    extra={"brand": "科普夏令营", "town": "岳阳街道", "account": NOTE},
    states=[
        (
            PublishOffer(
                register_number="BM-2025-01",
                offer=OfferKind.DAY_CARE,
                brand=Brand.SCIENCE_CAMP,
                town=TOWN,
                begins_on=date(2025, 7, 7),
                until=date(2025, 8, 15),
                spots=30,
                age_from=6,
                age_until=12,
                sign_up_by=date(2025, 6, 20),
                account=NOTE,
            ),
            None,
        )
    ],
    wrong=[
        ("number", "机密甲", "NOT_A_REGISTER_NUMBER"),
        ("offer", "机密甲", "CODE_OFFER_KIND"),
        ("brand", "机密甲", "CODE_BRAND"),
        ("town", "机" * 101, "TOO_LONG"),
        ("spots", "0", "OUT_OF_RANGE"),
        ("age_from", "19", "OUT_OF_RANGE"),
        ("age_until", "机密甲", "NOT_A_NUMBER"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("number", "BM-2025-02"),
    other={
        "offer": "宝宝屋",
        "brand": "守护星",
        "town": "别处",
        "begins_on": "2025-07-08",
        "until": "2025-08-16",
        "spots": "31",
        "age_from": "7",
        "age_until": "13",
        "sign_up_by": "2025-06-21",
    },
    to_come=("begins_on", "until", "sign_up_by"),
)
