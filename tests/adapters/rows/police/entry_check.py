"""入职查询结果."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from domain.entry_check import AnswerEntryCheck
from domain.workforce_codes import CheckResult
from tests.adapters.kinds import (
    CHECK,
    Row,
)

ROW = Row(
    states=[
        (
            AnswerEntryCheck(
                worker=UUID("f0000000-0000-4000-8000-000000000003"),
                result=CheckResult.PASSED,
                queried_on=date(2025, 3, 3),
                document="示入查〔2025〕0001号",
            ),
            date(2025, 3, 3),
        )
    ],
    wrong=[
        ("worker", "机密甲", "INVALID"),
        ("result", "机密甲", "CODE_CHECK_RESULT"),
        ("document_number", "机" * 101, "TOO_LONG"),
    ],
    occasion=("document_number", "示入查〔2025〕0002号"),
    also={"worker": str(CHECK)},
    other={"result": "不得录用", "queried_on": "2025-03-04"},
)
