"""保障待遇登记."""

from __future__ import annotations

from datetime import date

from domain.benefit import GrantBenefit
from tests.adapters.kinds import (
    CHILD,
    NOTE,
    RECORD,
    Row,
)

ROW = Row(
    extra={"reason": NOTE},
    states=[
        (
            GrantBenefit(
                benefit_id=RECORD,
                child_ref=CHILD,
                scheme="SPECIAL_CHILD",
                document_number="示民保〔2025〕0001号",
                reason=NOTE,
                since=date(2025, 3, 1),
                monthly_amount="3200元",
            ),
            date(2025, 3, 14),
        )
    ],
    wrong=[
        ("scheme", "机密甲", "CODE_BENEFIT_SCHEME"),
        ("document_number", "机" * 101, "TOO_LONG"),
        ("decision", "机密甲", "CODE_BENEFIT_DECISION"),
        ("monthly_amount", "机" * 101, "TOO_LONG"),
        ("reason", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("document_number", "示民保〔2025〕0002号"),
    also={"scheme": "临时救助"},
    to_come=("since",),
    numbered=True,
)
