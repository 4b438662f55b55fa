"""儿童交接登记."""

from __future__ import annotations

from datetime import date

from domain.hand_over import Direction, RecordHandOver
from tests.adapters.kinds import CHILD, NOTE, Row

ROW = Row(
    extra={"things": NOTE, "condition": NOTE, "medicines": NOTE},
    states=[
        (
            RecordHandOver(
                child_ref=CHILD,
                direction=Direction.ARRIVAL,
                handed_on=date(2025, 3, 26),
                handed_at="15时30分",
                gave="示例民警",
                received="示例照料员",
                things=NOTE,
                condition=NOTE,
                medicines=NOTE,
            ),
            date(2025, 3, 26),
        )
    ],
    wrong=[
        ("direction", "机密甲", "CODE_HAND_OVER"),
        ("handed_at", "机" * 21, "TOO_LONG"),
        ("gave", "机" * 101, "TOO_LONG"),
        ("received", "机" * 101, "TOO_LONG"),
        ("things", "机" * 2001, "TOO_LONG"),
        ("condition", "机" * 2001, "TOO_LONG"),
        ("medicines", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("handed_on", "2025-03-27"),
    also={"direction": "送回离开"},
    other={"handed_at": "16时", "gave": "另一人", "received": "另一人"},
)
