"""支持项目登记."""

from __future__ import annotations

from datetime import date

from domain.social_organisation import StartProject
from domain.support_codes import SupportForm
from tests.adapters.kinds import (
    RECORD,
    TOWN,
    TOWN_STATION,
    Row,
)

ROW = Row(
    states=[
        (
            StartProject(
                organisation=TOWN_STATION,
                project=RECORD,
                support_form=SupportForm.COMMISSION,
                care_service=True,
                towns=(TOWN,),
                since=date(2025, 3, 1),
                until=date(2025, 12, 31),
                yuan=50000,
                project_name="示例陪伴项目",
            ),
            date(2025, 3, 1),
        )
    ],
    wrong=[
        ("organisation", "机" * 101, "TOO_LONG"),
        ("project_name", "机" * 101, "TOO_LONG"),
        ("support_form", "机密甲", "CODE_SUPPORT_FORM"),
        ("care_service", "机密甲", "CODE_YES_NO"),
        ("stations", "机" * 401, "TOO_LONG"),
        ("yuan", "机密甲", "NOT_A_NUMBER"),
        ("yuan", "200000000", "OUT_OF_RANGE"),
    ],
    occasion=("project_name", "另一项目"),
    also={"organisation": "另一未保站", "since": "2025-03-02"},
    other={
        "care_service": "否",
        "stations": "另一未保站",
        "support_form": "项目合作",
        "yuan": "60000",
    },
    to_come=("until",),
)
