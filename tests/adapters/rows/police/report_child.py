"""强制报告查明儿童."""

from __future__ import annotations

from domain.mandatory_report import NameReportedChild
from tests.adapters.kinds import (
    CHECK,
    CHILD,
    REPORT,
    Row,
)

ROW = Row(
    states=[(NameReportedChild(report_id=REPORT, child_ref=CHILD), None)],
    wrong=[("report_id", "机密甲", "INVALID")],
    occasion=("report_id", str(CHECK)),
)
