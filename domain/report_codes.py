"""What officials choose and read of a mandatory report (强制报告): situations, channels, states."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from domain.code_sets import CodeSet
from domain.kernel import derived_id

HANDLE_REPORT = "handle_report"
"""The kind of referral by which a report is taken in hand (policies/referrals.toml)."""


def report_task(report_id: UUID, filing: int) -> UUID:
    """The referral by which the n-th filing of a report is taken in hand."""
    return derived_id("report task", report_id, filing)


SUPERVISE_NOT_FILED = "supervise_not_filed"
"""The kind by which the procuratorate supervises a decision not to file (立案监督)."""


def supervision_task(report_id: UUID, ordinal: int) -> UUID:
    """The referral by which the n-th decision not to file a report is supervised."""
    return derived_id("supervise not filed", report_id, ordinal)


HAND_OVER = "hand_over_evidence"
"""The kind by which who treated the child is asked for what it keeps."""


def evidence_task(report_id: UUID, ask: int) -> UUID:
    """The referral of the n-th asking for material of a report."""
    return derived_id("evidence task", report_id, ask)


class ReportState(StrEnum):
    """States of domain reference §2, as far as they are carried."""

    NONE = "NONE"
    REPORTED = "REPORTED"
    ACCEPTED = "ACCEPTED"
    CRIMINAL_FILED = "CRIMINAL_FILED"
    ADMIN_CASE = "ADMIN_CASE"
    TRANSFERRED = "TRANSFERRED"
    NOT_FILED = "NOT_FILED"
    FED_BACK = "FED_BACK"
    CLOSED = "CLOSED"


STATE_WORDS = {
    ReportState.REPORTED: "已报告",
    ReportState.ACCEPTED: "已接报",
    ReportState.CRIMINAL_FILED: "刑事立案",
    ReportState.ADMIN_CASE: "行政受案",
    ReportState.TRANSFERRED: "已移送",
    ReportState.NOT_FILED: "不立案",
    ReportState.FED_BACK: "已反馈",
    ReportState.CLOSED: "结案",
}
"""States as officials read them; 接报, 受案 and 立案 are acts of the police."""


REPORT_SITUATION = CodeSet(
    "REPORT_SITUATION",
    "报告情形",
    {
        "MR1": "生殖器官或隐私部位非正常损伤",
        "MR2": "不满十四周岁女性遭受或疑似遭受性侵害、怀孕、流产",
        "MR3": "十四周岁以上女性遭受或疑似遭受性侵害所致怀孕、流产",
        "MR4": "多处损伤、严重营养不良、意识不清，疑似家暴、欺凌、虐待、殴打或被人麻醉",
        "MR5": "自杀、自残、工伤、中毒、被人麻醉、殴打等非正常原因致伤残、死亡",
        "MR6": "被遗弃或长期无人照料",
        "MR7": "来源不明、失踪或被拐卖、收买",
        "MR8": "被组织乞讨",
        "MR9": "其他严重侵害身心健康或正面临不法侵害危险",
    },
)
"""The nine situations (强报意见 Art 4; domain reference §2), abridged for a form."""


class ReportChannel(StrEnum):
    """How a report came (报告渠道; domain reference §2, record fields)."""

    HUB = "HUB"
    CALL_110 = "CALL_110"
    HOTLINE_12345 = "HOTLINE_12345"
    IN_PERSON = "IN_PERSON"
    LINK = "LINK"


REPORT_CHANNEL = CodeSet(
    "REPORT_CHANNEL",
    "报告渠道",
    {
        ReportChannel.HUB: "本平台",
        ReportChannel.CALL_110: "110",
        ReportChannel.HOTLINE_12345: "12345热线",
        ReportChannel.IN_PERSON: "当面报告",
        ReportChannel.LINK: "报告链接",
    },
    {
        "平台": "HUB",
        "110报警": "CALL_110",
        "12345": "HOTLINE_12345",
        "热线": "HOTLINE_12345",
        "当面": "IN_PERSON",
        "上门": "IN_PERSON",
        "链接": "LINK",
    },
)
"""The hub's record of a report is the same whatever the channel: a call to 110 or to the hotline
is written down by whoever took it."""


MEDICAL_CARE = CodeSet(
    "MEDICAL_CARE",
    "就医情况",
    {
        "SENT": "已送医",
        "THERE": "已在医疗机构",
        "NOT_NEEDED": "经查看无需就医",
    },
    {"送医": "SENT", "已住院": "THERE", "在医院": "THERE", "无需就医": "NOT_NEEDED"},
)
"""What whoever has a report on a hurt child in hand states first (沪未保 76(2): 先行送医)."""

CHECK_HOUSEHOLD = "check_household"
"""The kind of referral by which a child is looked at because of another one."""

TREATED = frozenset({"SENT", "THERE"})
"""After which a hospital keeps records of the child."""


class PoliceDecision(StrEnum):
    """What the police decided (受案/立案): 刑事立案, 行政受案, 移送, 不立案."""

    CRIMINAL_FILED = "CRIMINAL_FILED"
    ADMIN_CASE = "ADMIN_CASE"
    TRANSFERRED = "TRANSFERRED"
    NOT_FILED = "NOT_FILED"
