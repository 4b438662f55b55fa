"""儿童居住登记."""

from __future__ import annotations

from datetime import date

from domain.child_file import ClassifyChild, ConfirmResidence
from tests.adapters.kinds import (
    CHILD,
    STATION,
    TOWN,
    VILLAGE,
    Row,
)

ROW = Row(
    extra={"grounds": "儿童残疾", "address": "示例路1号"},
    states=[
        (
            ConfirmResidence(
                child_ref=CHILD,
                town=TOWN,
                village=VILLAGE,
                police_station=STATION,
                address="示例路1号",
                since=date(2024, 7, 1),
            ),
            date(2024, 7, 1),
        ),
        (
            ClassifyChild(
                child_ref=CHILD,
                categories=("LEFT_BEHIND_RURAL", "DIFFICULTY_ECONOMIC"),
                grounds=("CHILD_DISABLED",),
            ),
            None,
        ),
    ],
    wrong=[
        ("categories", "孤儿、机密甲", "CODE_CHILD_CATEGORY"),
        ("grounds", "机密甲", "CODE_TIER_GROUND"),
        ("grounds", "重点", "TIER_GROUND_MISSING"),
    ],
    occasion=("since", "2024-07-02"),
)
