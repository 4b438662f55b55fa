"""恢复监护人资格登记."""

from __future__ import annotations

from datetime import date

from domain.guardianship_care import (
    RestoreGuardianship,
)
from tests.adapters.kinds import (
    CHILD,
    NOTE,
    Row,
)

ROW = Row(
    extra={"account": NOTE},
    states=[
        (
            RestoreGuardianship(
                child_ref=CHILD,
                restored_on=date(2025, 3, 31),
                document_number="示民特恢〔2025〕0001号",
                account=NOTE,
            ),
            date(2025, 3, 31),
        )
    ],
    wrong=[
        ("document_number", "机" * 101, "TOO_LONG"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("document_number", "示民特恢〔2025〕0002号"),
)
