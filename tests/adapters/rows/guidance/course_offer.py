"""家庭教育指导服务登记."""

from __future__ import annotations

from datetime import date

from domain.kernel import Category
from domain.voluntary_guidance import OfferGuidance, Origin
from tests.adapters.kinds import CHARITY, CHILD, NOTE, Row

ROW = Row(
    extra={"topic_note": NOTE},
    states=[
        (
            OfferGuidance(
                child_ref=CHILD,
                matter=Category.GUARDIANSHIP,
                giver=CHARITY,
                offered_on=date(2025, 3, 14),
                origin=Origin.ASKED_FOR,
                accepted=True,
                topic=NOTE,
            ),
            date(2025, 3, 14),
        )
    ],
    wrong=[
        ("origin", "机密甲", "CODE_GUIDANCE_ORIGIN"),
        ("accepted", "机密甲", "CODE_YES_NO"),
        ("giver", "机" * 101, "TOO_LONG"),
        ("topic_note", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("offered_on", "2025-03-15"),
    also={"giver": "另一公益服务中心"},
    other={"origin": "主动提供", "accepted": "否", "topic_note": "另一内容"},
)
