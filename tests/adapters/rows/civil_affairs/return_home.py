"""送回登记."""

from __future__ import annotations

from datetime import date

from domain.guardianship_commands import (
    ReturnChildHome,
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
            ReturnChildHome(child_ref=CHILD, returned_on=date(2025, 3, 27), account=NOTE),
            date(2025, 3, 27),
        )
    ],
    wrong=[("account", "机" * 2001, "TOO_LONG")],
    occasion=("returned_on", "2025-03-28"),
)
