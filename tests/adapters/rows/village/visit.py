"""走访记录."""

from __future__ import annotations

from datetime import date

from tests.adapters.kinds import (
    NOTE,
    OWN_VISIT_FAULTS,
    RECORD,
    Row,
    visited,
)

ROW = Row(
    extra={"action": NOTE, "harm_suspected": "是", "harm_seen": "（示例）有伤"},
    states=[(visited(RECORD, from_list=False), date(2025, 3, 12))],
    wrong=OWN_VISIT_FAULTS,
    occasion=("visited_on", "2025-03-13"),
)
