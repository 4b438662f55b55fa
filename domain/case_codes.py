"""Code lists of what is recorded about cases: each code with the word officials read.

Unlike the national code sets these are this hub's own; a code, once stored, keeps its meaning.
"""

from __future__ import annotations

from collections.abc import Mapping

from domain.code_sets import SEX, CodeSet
from domain.dropout_case import StrikeOffProof

ABSENCE_REASON = CodeSet(
    "ABSENCE_REASON",
    "缺课原因",
    {
        "SICK_LEAVE": "病假",
        "SUSPENSION": "休学",
        "DEFERRED": "延缓入学",
        "TRANSFERRING": "转学中",
        "UNEXPLAINED": "原因不明",
        "WORK": "外出务工",
        "FAMILY": "家庭原因",
        "AVERSION": "厌学",
        "OTHER": "其他",
    },
    {
        "生病": "SICK_LEAVE",
        "缓学": "DEFERRED",
        "转学": "TRANSFERRING",
        "不明": "UNEXPLAINED",
        "不详": "UNEXPLAINED",
        "打工": "WORK",
        "务工": "WORK",
    },
)
"""缺课原因. The first four are lawful absence (domain reference §3) and raise no suspicion."""

FAMILY_CONTACT = CodeSet(
    "FAMILY_CONTACT",
    "家长联系情况",
    {"NOT_CONTACTED": "未联系", "REACHED": "联系上", "UNREACHABLE": "联系不上"},
    {"已联系": "REACHED", "已联系上": "REACHED", "未联系上": "UNREACHABLE", "失联": "UNREACHABLE"},
)
"""家长联系情况: whether the school reached the family (沪未保 23)."""

PERSUASION_OUTCOME = CodeSet(
    "PERSUASION_OUTCOME",
    "劝返结果",
    {
        "RETURNED": "已复学",
        "AGREED": "同意复学",
        "REFUSED": "拒绝复学",
        "NOT_FOUND": "未找到",
    },
    {
        "复学": "RETURNED",
        "已返校": "RETURNED",
        "同意返校": "AGREED",
        "同意": "AGREED",
        "拒绝返校": "REFUSED",
        "拒绝": "REFUSED",
        "未找到人": "NOT_FOUND",
        "未见到人": "NOT_FOUND",
    },
)
"""劝返结果: the outcomes of the referral ``persuade_dropout`` (policies/referrals.toml)."""

STRIKE_OFF_PROOF = CodeSet(
    "STRIKE_OFF_PROOF",
    "销号依据",
    {
        StrikeOffProof.ATTENDANCE.value: "到校证明",
        StrikeOffProof.TRANSFER.value: "转学证明",
        StrikeOffProof.AGE.value: "超龄",
        StrikeOffProof.GRADUATION.value: "毕业",
    },
    {
        "复学证明": StrikeOffProof.ATTENDANCE.value,
        "转学": StrikeOffProof.TRANSFER.value,
        "毕业证明": StrikeOffProof.GRADUATION.value,
    },
)
"""销号依据: what alone closes a case (domain reference §3)."""

GUARDIAN_CONDUCT = CodeSet(
    "GUARDIAN_CONDUCT",
    "事由",
    {
        "NEGLECT": "拒绝或怠于履行监护职责",
        "LEFT_ALONE": "致无人照料",
        "VIOLENCE": "暴力伤害",
        "ABUSE": "虐待",
        "OTHER": "其他",
    },
    {
        "怠于履行监护职责": "NEGLECT",
        "拒绝履行监护职责": "NEGLECT",
        "不依法履行监护职责": "NEGLECT",
        "不履行监护职责": "NEGLECT",
        "无人照料": "LEFT_ALONE",
        "脱离监护": "LEFT_ALONE",
        "单独居住": "LEFT_ALONE",
        "打骂": "VIOLENCE",
        "殴打": "VIOLENCE",
        "家庭暴力": "VIOLENCE",
    },
)
"""事由: why a guardian is dissuaded or admonished, after 沪未保 75 (监护不当)."""

VISIT_TIER = CodeSet(
    "VISIT_TIER",
    "走访类别",
    {"BASE": "普通", "ENHANCED": "加强"},
    {"否": "BASE", "一般": "BASE", "是": "ENHANCED", "重点": "ENHANCED"},
)
"""走访类别: cadence of contact and visits (plan 二3; domain reference §5)."""


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

CODED_FIELDS: Mapping[str, CodeSet] = {
    "sex": SEX,
    "reason_code": ABSENCE_REASON,
    "family_contact": FAMILY_CONTACT,
    "outcome": PERSUASION_OUTCOME,
    "proof": STRIKE_OFF_PROOF,
    "conduct": GUARDIAN_CONDUCT,
    "tier": VISIT_TIER,
}
"""Fields of events that hold a code, and the list it comes from."""


def word_for(field: str, value: object) -> str | None:
    """The Chinese word of a coded field's value, or None for what is no code."""
    code_set = CODED_FIELDS.get(field)
    return code_set.labels.get(str(value)) if code_set else None
