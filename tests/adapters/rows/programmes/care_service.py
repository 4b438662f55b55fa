"""关爱服务登记."""

from __future__ import annotations

from datetime import date

from domain.care_service import RecordCareService, Service
from tests.adapters.kinds import CHILD, RECORD, Row

ROW = Row(
    extra={"account": "（示例）一起做作业"},
    states=[
        (
            RecordCareService(
                service_id=RECORD,
                child_ref=CHILD,
                given_on=date(2025, 3, 28),
                hours=2,
                service=Service.LEARNING,
                account="（示例）一起做作业",
            ),
            date(2025, 3, 28),
        )
    ],
    wrong=[
        ("service", "机密甲", "CODE_CARE_SERVICE"),
        ("hours", "机密甲", "NOT_A_NUMBER"),
        ("hours", "25", "OUT_OF_RANGE"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("given_on", "2025-03-29"),
    also={"service": "心理疏导"},
    other={"hours": "3", "account": "（示例）读书"},
)
