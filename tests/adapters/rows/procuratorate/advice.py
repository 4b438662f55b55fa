"""检察建议登记."""

from __future__ import annotations

from datetime import date

from domain.advice import IssueAdvice
from tests.adapters.kinds import (
    RECORD,
    TOWN_STATION,
    Row,
)

ROW = Row(
    states=[
        (
            IssueAdvice(
                advice_id=RECORD,
                addressee=TOWN_STATION,
                document_number="示检建〔2025〕0001号",
                matter="（示例）完善校外托管场所排查",
                issued_on=date(2025, 3, 14),
            ),
            date(2025, 3, 14),
        )
    ],
    wrong=[
        ("document_number", "机" * 101, "TOO_LONG"),
        ("addressee", "机" * 101, "TOO_LONG"),
        ("matter", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("document_number", "示检建〔2025〕0002号"),
    numbered=True,
)
