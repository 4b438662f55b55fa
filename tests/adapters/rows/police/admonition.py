"""训诫登记."""

from __future__ import annotations

from datetime import date

from domain.guardianship_commands import (
    RecordAdmonition,
)
from tests.adapters.kinds import (
    CHILD,
    NOTE,
    TOWN,
    Row,
)

ROW = Row(
    extra={"account": NOTE},
    states=[
        (
            RecordAdmonition(
                child_ref=CHILD,
                town=TOWN,
                document_number="示公训〔2025〕0001号",
                served_on=date(2025, 3, 12),
                guardian_relation="父亲",
                conduct="LEFT_ALONE",
                account=NOTE,
                guidance_ordered=True,
            ),
            date(2025, 3, 12),
        )
    ],
    wrong=[
        ("document_number", "机" * 101, "TOO_LONG"),
        ("guardian_relation", "机" * 31, "TOO_LONG"),
        ("guardian_relation", "7654321", "CODE_FAMILY_RELATION"),
        ("conduct", "机密甲", "CODE_GUARDIAN_CONDUCT"),
        ("guidance_ordered", "机密甲", "CODE_YES_NO"),
        ("guardian_suspected", "机密甲", "CODE_YES_NO"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("document_number", "示公训〔2025〕0002号"),
    numbered=True,
)
