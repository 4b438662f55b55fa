"""活动登记."""

from __future__ import annotations

from datetime import date

from domain.activity import RecordActivity
from domain.activity_codes import ActivityKind, Audience, Brand
from tests.adapters.kinds import NOTE, RECORD, SCHOOL, TOWN, VILLAGE, Row

ROW = Row(
    extra={
        "account": NOTE,
        "town": "岳阳街道",
        "school": "示例小学",
        "brand": "守护星",
        "for_period": "2024年第四季度",
    },
    states=[
        (
            RecordActivity(
                activity_id=RECORD,
                activity=ActivityKind.DROWNING_PREVENTION,
                audience=Audience.FAMILIES,
                brand=Brand.GUARDIAN_STAR,
                held_on=date(2025, 3, 14),
                villages=(VILLAGE,),
                town=TOWN,
                school=SCHOOL,
                sessions=1,
                children_attended=30,
                guardians_attended=12,
                others_attended=3,
                for_period="2024-Q4",
                topic="示例防溺水课",
                account=NOTE,
            ),
            date(2025, 3, 14),
        )
    ],
    wrong=[
        ("activity", "机密甲", "CODE_ACTIVITY_KIND"),
        ("topic", "机" * 101, "TOO_LONG"),
        ("audience", "机密甲", "CODE_AUDIENCE"),
        ("villages", "机" * 1001, "TOO_LONG"),
        ("town", "机" * 101, "TOO_LONG"),
        ("school", "机" * 101, "TOO_LONG"),
        ("brand", "机密甲", "CODE_BRAND"),
        ("sessions", "机密甲", "NOT_A_NUMBER"),
        ("sessions", "0", "OUT_OF_RANGE"),
        ("children", "机密甲", "NOT_A_NUMBER"),
        ("guardians", "机密甲", "NOT_A_NUMBER"),
        ("others", "机密甲", "NOT_A_NUMBER"),
        ("for_period", "机密甲", "NOT_A_PERIOD"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("topic", "另一主题"),
    also={"activity": "防欺凌", "held_on": "2025-03-15"},
    other={
        "audience": "儿童",
        "villages": "别处",
        "town": "别处",
        "school": "别处",
        "brand": "守护星",
        "sessions": "2",
        "children": "31",
        "guardians": "13",
        "others": "4",
        "for_period": "2024",
    },
)
