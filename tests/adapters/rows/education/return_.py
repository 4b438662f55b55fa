"""复学登记."""

from __future__ import annotations

from datetime import date

from domain.dropout_events import (
    RecordReturn,
)
from tests.adapters.kinds import (
    CHILD,
    SCHOOL,
    Row,
)

ROW = Row(
    states=[
        (
            RecordReturn(child_ref=CHILD, school=SCHOOL, returned_on=date(2025, 3, 17)),
            date(2025, 3, 17),
        )
    ],
    wrong=[],
    occasion=("returned_on", "2025-03-18"),
)
