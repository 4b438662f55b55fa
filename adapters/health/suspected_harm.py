"""The mandatory report in a hospital's own words (疑似侵害报告): what a physician fills in who
finds or suspects that a patient was harmed (强报意见 Arts 3, 4, 7; 医师法 33(5))."""

from __future__ import annotations

from adapters.intake.columns import Column
from adapters.intake.fields import code_column
from adapters.intake.mandatory import (
    CHANNEL_COLUMNS,
    SUPPLEMENTS,
    SUSPECT_COLUMNS,
    MandatoryReport,
    report_key,
    state_report,
)
from adapters.intake.records import RecordKind, Statement
from domain.mandatory_report import REPORT_SITUATION
from domain.organisations import Seat


class SuspectedHarm(MandatoryReport):
    """One patient's injuries as found. It is a mandatory report, and like any other never
    refused; nothing here names the child to the hub, and no file is opened for it."""

    department: str | None = None
    record_number: str | None = None
    diagnosis: str | None = None
    admitted: str | None = None
    cause: str | None = None
    companion: str | None = None


# What a report has no field of its own for.
BESIDE = (
    Column("department", "科室", aliases=("就诊科室",), example="急诊科"),
    Column("record_number", "病历号", aliases=("门诊号", "住院号"), example="示例0001"),
    Column("diagnosis", "诊断意见", aliases=("诊断",), example="示例：软组织挫伤"),
    Column("admitted", "是否住院", example="否"),
    Column("cause", "疑似致伤原因", aliases=("致伤原因",), note="陪同人怎么说、伤情像什么，分开写"),
    Column("companion", "陪同人及关系", aliases=("陪同人",)),
)

COLUMNS = (
    Column("reference", "报告卡编号", example="示例-2025-001"),
    Column("discovered_at", "就诊时间", aliases=("接诊时间",), example="2025-03-03 09:30"),
    code_column(
        REPORT_SITUATION,
        "situations",
        "报告情形",
        aliases=("情形",),
        example="MR4",
        note="可填多项，用顿号分开；拿不准也请报告",
    ),
    # As in the desk entry, the one heading that tells this sheet; a blank cell is taken.
    Column("seen", "伤情描述", aliases=("伤情",), required=True, example="示例：手臂多处瘀青"),
    Column("hurt", "是否受伤", example="是"),
    *BESIDE,
    Column("child", "患儿情况", aliases=("患儿",), note="姓名、年龄、特征，知道多少写多少"),
    Column("place", "患儿住处或现在在哪", aliases=("住址",), example="龙潭社区居委会"),
    *SUSPECT_COLUMNS,
    Column("immediate_danger", "是否正在危险中", example="否", note="正在危险中请先拨打110"),
    *CHANNEL_COLUMNS,
    SUPPLEMENTS,
    Column("police_receipt", "110回执号", aliases=("110回执", "110报警回执号")),
    Column("reporter_name", "报告医务人员", aliases=("报告人",)),
    Column("call_back", "回电号码", aliases=("联系电话",), example="13800000000"),
)


def _state(record: SuspectedHarm, statement: Statement) -> None:
    state_report(record, statement, beside=BESIDE)


KIND = RecordKind(
    name="health.suspected_harm",
    title="疑似侵害报告",
    seats=(Seat.HEALTH, Seat.HOSPITAL),
    model=SuspectedHarm,
    columns=COLUMNS,
    natural_key=report_key,
    state=_state,
    never_refused=True,
)
