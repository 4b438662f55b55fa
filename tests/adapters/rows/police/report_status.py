"""强制报告办理情况登记."""

from __future__ import annotations

from datetime import date

from domain.mandatory_report import AcceptMandatoryReport
from tests.adapters.kinds import (
    CHECK,
    REPORT,
    Row,
)

ROW = Row(
    states=[
        (
            AcceptMandatoryReport(report_id=REPORT, police_receipt="示例接〔2025〕1号"),
            date(2025, 3, 4),
        )
    ],
    wrong=[
        ("report_id", "机密甲", "INVALID"),
        ("step", "机密甲", "CODE_REPORT_STEP"),
        ("police_receipt", "机" * 101, "TOO_LONG"),
        ("note", "机" * 2001, "TOO_LONG"),
        ("receiver", "机" * 101, "TOO_LONG"),
        ("unreachable", "停" * 2001, "TOO_LONG"),
        ("hospital", "机" * 101, "TOO_LONG"),
        ("hand_over", "机密甲", "NOT_A_NUMBER"),
        ("number", "机" * 101, "TOO_LONG"),
        ("letter", "机" * 101, "TOO_LONG"),
    ],
    occasion=("report_id", str(CHECK)),
    also={"step": "反馈", "on": "2025-03-05"},
)
