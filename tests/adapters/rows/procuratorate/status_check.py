"""案件状态核查."""

from __future__ import annotations

from domain.status_check import CheckCaseStatus
from tests.adapters.kinds import (
    CHECK,
    CHILD,
    Row,
)

ROW = Row(
    states=[
        (
            CheckCaseStatus(
                check_id=CHECK,
                child_ref=CHILD,
                document_number="示检核〔2025〕0001号",
                matter="核查控辍保学个案进展",
            ),
            None,
        )
    ],
    wrong=[
        ("document_number", "机" * 101, "TOO_LONG"),
        ("matter", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("document_number", "示检核〔2025〕0002号"),
    numbered=True,
)
