"""职业水平考试结果登记."""

from __future__ import annotations

from uuid import UUID

from domain.workforce_codes import Qualification
from domain.workforce_training import RecordExamResult
from tests.adapters.kinds import (
    CHECK,
    Row,
)

ROW = Row(
    states=[
        (
            RecordExamResult(
                worker=UUID("f0000000-0000-4000-8000-000000000003"),
                exam=Qualification.ASSISTANT,
                exam_year=2025,
                passed=True,
            ),
            None,
        )
    ],
    wrong=[
        ("worker", "机密甲", "INVALID"),
        ("exam", "机密甲", "CODE_QUALIFICATION"),
        ("exam_year", "机密甲", "NOT_A_NUMBER"),
        ("exam_year", "1999", "OUT_OF_RANGE"),
        ("passed", "机密甲", "CODE_YES_NO"),
    ],
    occasion=("exam_year", "2026"),
    also={"worker": str(CHECK), "exam": "社会工作师"},
    other={"passed": "否"},
)
