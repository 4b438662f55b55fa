"""延长跟踪回访登记."""

from __future__ import annotations

from datetime import date

from domain.guardianship_commands import (
    ExtendFollowUp,
)
from tests.adapters.kinds import (
    CHILD,
    NOTE,
    Row,
)

ROW = Row(
    extra={"account": NOTE},
    states=[(ExtendFollowUp(child_ref=CHILD, until=date(2026, 3, 27), account=NOTE), None)],
    wrong=[("account", "机" * 2001, "TOO_LONG")],
    occasion=("until", "2026-03-28"),
    to_come=("until",),
)
