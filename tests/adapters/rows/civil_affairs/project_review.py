"""项目年度评估."""

from __future__ import annotations

from uuid import UUID

from domain.social_organisation import ReviewProject
from domain.support_codes import ReviewGrade
from tests.adapters.kinds import (
    CHECK,
    NOTE,
    TOWN_STATION,
    Row,
)

ROW = Row(
    extra={"account": NOTE},
    states=[
        (
            ReviewProject(
                organisation=TOWN_STATION,
                project=UUID("f0000000-0000-4000-8000-000000000004"),
                reviewed_year=2025,
                review_grade=ReviewGrade.GOOD,
                children_served=40,
                account=NOTE,
            ),
            None,
        )
    ],
    wrong=[
        ("organisation", "机" * 101, "TOO_LONG"),
        ("project", "机密甲", "INVALID"),
        ("reviewed_year", "机密甲", "NOT_A_NUMBER"),
        ("reviewed_year", "1999", "OUT_OF_RANGE"),
        ("review_grade", "机密甲", "CODE_REVIEW_GRADE"),
        ("children_served", "机密甲人", "NOT_A_NUMBER"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("reviewed_year", "2024"),
    also={"project": str(CHECK)},
    other={"children_served": "41", "organisation": "另一未保站", "review_grade": "合格"},
)
