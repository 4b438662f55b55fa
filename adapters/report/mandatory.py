"""The mandatory report's desk entry (强制报告登记表), for every seat.

Source: 强报意见 Arts 3–4, 未保法 11(2), domain reference §2.
"""

from __future__ import annotations

from adapters.intake.columns import Column
from adapters.intake.mandatory import (
    CHANNEL_COLUMNS,
    SUPPLEMENTS,
    SUSPECT_COLUMNS,
    MandatoryReport,
    report_key,
    state_report,
)
from adapters.intake.records import RecordKind
from domain.mandatory_report import REPORT_SITUATION
from domain.organisations import Seat

KIND = RecordKind(
    name="report.mandatory",
    title="强制报告登记表",
    seats=tuple(Seat),
    model=MandatoryReport,
    # What was seen is marked as required: a sheet with this heading is one of reports, however
    # few others it has. A blank cell is taken all the same.
    columns=(
        Column("reference", "本单位编号", example="示例-2025-001"),
        Column(
            "situations",
            "报告情形",
            aliases=("情形",),
            codes=tuple(REPORT_SITUATION.labels.items()),
            note="可填多项，用顿号分开；拿不准也请报告",
            example="MR4",
        ),
        Column(
            "seen", "发现的情况", aliases=("看到什么",), required=True, example="示例：手臂多处瘀青"
        ),
        Column("child", "孩子情况", aliases=("儿童",), note="姓名、年龄、特征，知道多少写多少"),
        Column("place", "孩子现在在哪", aliases=("地点",), example="龙潭社区居委会"),
        *SUSPECT_COLUMNS,
        Column("immediate_danger", "是否正在危险中", example="否", note="正在危险中请先拨打110"),
        Column("hurt", "是否受伤", example="是"),
        Column("discovered_at", "发现时间", example="2025-03-03 09:30"),
        *CHANNEL_COLUMNS,
        SUPPLEMENTS,
        Column("police_receipt", "110报警回执号"),
        Column("reporter_name", "报告人"),
        Column("call_back", "回电号码", example="13800000000"),
    ),
    natural_key=report_key,
    state=state_report,
    never_refused=True,
)
