"""撤销监护人资格申请登记."""

from __future__ import annotations

from datetime import date

from domain.guardianship_care import (
    SeekRevocation,
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
            SeekRevocation(child_ref=CHILD, sought_on=date(2025, 3, 24), account=NOTE),
            date(2025, 3, 24),
        )
    ],
    wrong=[("account", "机" * 2001, "TOO_LONG")],
    occasion=("sought_on", "2025-03-25"),
)
