"""职业水平考试报名登记."""

from __future__ import annotations

from uuid import UUID

from domain.workforce_codes import Qualification
from domain.workforce_training import ExamSupport, RegisterForExam
from tests.adapters.kinds import (
    CHECK,
    Row,
)

ROW = Row(
    states=[
        (
            RegisterForExam(
                worker=UUID("f0000000-0000-4000-8000-000000000003"),
                exam=Qualification.ASSISTANT,
                exam_year=2025,
                support=ExamSupport.FEES,
                support_yuan=300,
            ),
            None,
        )
    ],
    wrong=[
        ("worker", "机密甲", "INVALID"),
        ("exam", "机密甲", "CODE_QUALIFICATION"),
        ("exam_year", "机密甲", "NOT_A_NUMBER"),
        ("exam_year", "1999", "OUT_OF_RANGE"),
        ("support", "机密甲", "CODE_EXAM_SUPPORT"),
        ("support_yuan", "机密甲", "NOT_A_NUMBER"),
        ("support_yuan", "2000000", "OUT_OF_RANGE"),
    ],
    occasion=("exam_year", "2026"),
    also={"worker": str(CHECK), "exam": "社会工作师"},
    other={"support": "考前培训", "support_yuan": "400"},
)
