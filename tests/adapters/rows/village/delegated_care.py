"""委托照护登记."""

from __future__ import annotations

from datetime import date

from domain.delegated_care import RecordDelegatedCare
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
            RecordDelegatedCare(
                child_ref=CHILD,
                town=TOWN,
                since=date(2025, 3, 1),
                until=date(2025, 8, 31),
                child_heard=True,
                barred_checked=True,
                carer="外婆",
                account=NOTE,
            ),
            date(2025, 3, 1),
        )
    ],
    wrong=[
        ("carer", "机" * 101, "TOO_LONG"),
        ("child_heard", "机密甲", "CODE_YES_NO"),
        ("barred_checked", "机密甲", "CODE_YES_NO"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("since", "2025-03-02"),
    to_come=("until",),
)
