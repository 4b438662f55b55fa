"""走访表（名单）."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from domain.visit import visit_id as visit_of_phone
from tests.adapters.kinds import (
    CHECK,
    NOTE,
    OWN_VISIT_FAULTS,
    Row,
    visited,
)

ROW = Row(
    extra={"action": NOTE, "harm_suspected": "是", "harm_seen": "（示例）有伤"},
    states=[
        (
            visited(
                visit_of_phone("village:310117", UUID("f0000000-0000-4000-8000-000000000002")),
                from_list=True,
                child_ref=UUID("c0000000-0000-4000-8000-000000000001"),
            ),
            date(2025, 3, 12),
        )
    ],
    wrong=[
        *OWN_VISIT_FAULTS,
        ("visit_id", "机密甲", "INVALID"),
        ("child_ref", "机密甲", "INVALID"),
        ("corrects", "机密甲", "CODE_YES_NO"),
    ],
    occasion=("visit_id", str(CHECK)),
)
