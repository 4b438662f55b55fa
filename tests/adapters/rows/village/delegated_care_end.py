"""委托照护结束登记."""

from __future__ import annotations

from datetime import date

from domain.delegated_care import EndDelegatedCare
from tests.adapters.kinds import (
    CHILD,
    NOTE,
    Row,
)

ROW = Row(
    extra={"account": NOTE},
    states=[
        (
            EndDelegatedCare(child_ref=CHILD, ended_on=date(2025, 3, 30), account=NOTE),
            date(2025, 3, 30),
        )
    ],
    wrong=[("account", "机" * 2001, "TOO_LONG")],
    occasion=("ended_on", "2025-03-29"),
)
