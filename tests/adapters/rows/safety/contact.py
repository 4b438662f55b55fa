"""安全联系人登记."""

from __future__ import annotations

from datetime import date

from domain.safe_contact import StateSafeContact
from tests.adapters.kinds import (
    CHILD,
    Row,
)

ROW = Row(
    states=[
        (
            StateSafeContact(
                child_ref=CHILD,
                contact_name="示例外婆",
                contact_phone="13800000000",
                contact_relation="GRANDPARENT",
                until=date(2025, 9, 13),
                stated_on=date(2025, 3, 14),
            ),
            date(2025, 3, 14),
        )
    ],
    wrong=[
        ("contact_name", "机" * 101, "TOO_LONG"),
        ("contact_phone", "机" * 101, "TOO_LONG"),
        ("contact_relation", "机密甲", "CODE_SAFE_RELATION"),
    ],
    occasion=("stated_on", "2025-03-13"),
    to_come=("until",),
)
