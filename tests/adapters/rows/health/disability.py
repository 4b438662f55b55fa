"""残疾情况登记."""

from __future__ import annotations

from datetime import date

from domain.health import (
    RecordDisability,
)
from tests.adapters.kinds import (
    CHILD,
    ID_NUMBER,
    NOTE,
    RECORD,
    Row,
)

ROW = Row(
    extra={"certificate_number": ID_NUMBER + "52", "account": NOTE},
    states=[
        (
            RecordDisability(
                child_ref=CHILD,
                entry=RECORD,
                disability_class="5",
                disability_grade="2",
                certificate_number=ID_NUMBER + "52",
                account=NOTE,
            ),
            date(2025, 3, 10),
        )
    ],
    wrong=[
        ("status", "机密甲", "CODE_DISABILITY_STATUS"),
        ("disability_class", "机密甲", "CODE_DISABILITY_CLASS"),
        ("disability_grade", "机密甲", "CODE_DISABILITY_GRADE"),
        ("certificate_number", ID_NUMBER + "5", "DISABILITY_LENGTH"),
        ("signs", "机" * 2001, "TOO_LONG"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("found_on", "2025-03-11"),
)
