"""委托照护每周联系登记."""

from __future__ import annotations

from datetime import date

from domain.delegated_care import AttestContact
from tests.adapters.kinds import (
    CHILD,
    NOTE,
    Row,
)

ROW = Row(
    extra={"account": NOTE},
    states=[
        (
            AttestContact(child_ref=CHILD, contacted_on=date(2025, 3, 8), account=NOTE),
            date(2025, 3, 8),
        )
    ],
    wrong=[("account", "机" * 2001, "TOO_LONG")],
    occasion=("contacted_on", "2025-03-09"),
)
