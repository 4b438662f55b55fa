"""The code sets of a guardianship case (监护个案): what is ordered, found, and where a child is
placed."""

from __future__ import annotations

from enum import StrEnum

from domain.code_sets import CodeSet


class GuidanceOrderKind(StrEnum):
    """责令接受家庭教育指导 by police, procuratorate or court (沪未保 85(2))."""

    WRITTEN_WARNING = "WRITTEN_WARNING"
    SUPERVISION_ORDER = "SUPERVISION_ORDER"
    GUIDANCE_ORDER = "GUIDANCE_ORDER"


class GuidanceGround(StrEnum):
    """What asks for family-education guidance: one of these orders, or an admonition (训诫) with
    which it is ordered (家教法 49)."""

    ADMONITION = "ADMONITION"
    WRITTEN_WARNING = "WRITTEN_WARNING"
    SUPERVISION_ORDER = "SUPERVISION_ORDER"
    GUIDANCE_ORDER = "GUIDANCE_ORDER"


class Conclusion(StrEnum):
    """What an assessment (家庭监护能力评估) comes to."""

    HOME_SUPPORT = "HOME_SUPPORT"
    PLACE = "PLACE"
    CAN_RETURN = "CAN_RETURN"
    CANNOT_RETURN = "CANNOT_RETURN"


class Proposed(StrEnum):
    """What is put forward for another person to decide (审批)."""

    ASSESSMENT = "ASSESSMENT"
    CLOSING = "CLOSING"


class Care(StrEnum):
    """How a placed child is cared for (未保法 93)."""

    KINSHIP = "KINSHIP"
    FOSTER = "FOSTER"
    INSTITUTION = "INSTITUTION"


class Facility(StrEnum):
    """What kind of place an institution is (未保法 93): 儿童福利机构, 未成年人救助保护机构, or the
    temporary care of a town (街镇临时照料)."""

    CHILD_WELFARE = "CHILD_WELFARE"
    PROTECTION = "PROTECTION"
    TOWN_CARE = "TOWN_CARE"


GUIDANCE_ORDER = CodeSet(
    "GUIDANCE_ORDER",
    "文书类别",
    {
        GuidanceOrderKind.WRITTEN_WARNING: "告诫书",
        GuidanceOrderKind.SUPERVISION_ORDER: "督促监护令",
        GuidanceOrderKind.GUIDANCE_ORDER: "家庭教育指导令",
    },
)

GUIDANCE_GROUND = CodeSet(
    "GUIDANCE_GROUND", "文书类别", {GuidanceGround.ADMONITION: "训诫", **GUIDANCE_ORDER.labels}
)

PROPOSED = CodeSet(
    "PROPOSED",
    "审批事项",
    {Proposed.ASSESSMENT: "家庭监护能力评估", Proposed.CLOSING: "结案"},
)

ASSESSMENT_CONCLUSION = CodeSet(
    "ASSESSMENT_CONCLUSION",
    "评估结论",
    {
        Conclusion.HOME_SUPPORT: "在家监护支持",
        Conclusion.PLACE: "需要临时监护",
        Conclusion.CAN_RETURN: "可以回归家庭",
        Conclusion.CANNOT_RETURN: "暂不能回归家庭",
    },
    {
        "临时监护": "PLACE",
        "可回归家庭": "CAN_RETURN",
        "可回归": "CAN_RETURN",
        "不能回归家庭": "CANNOT_RETURN",
        "暂不回归": "CANNOT_RETURN",
    },
)

PLACEMENT_CARE = CodeSet(
    "PLACEMENT_CARE",
    "安置方式",
    {Care.KINSHIP: "亲属照料", Care.FOSTER: "家庭寄养", Care.INSTITUTION: "机构照料"},
    {"亲属抚养": "KINSHIP", "寄养": "FOSTER", "机构": "INSTITUTION", "机构养育": "INSTITUTION"},
)

PLACEMENT_FACILITY = CodeSet(
    "PLACEMENT_FACILITY",
    "场所类别",
    {
        Facility.CHILD_WELFARE: "儿童福利机构",
        Facility.PROTECTION: "未成年人救助保护机构",
        Facility.TOWN_CARE: "街镇临时照料",
    },
    {"福利院": "CHILD_WELFARE", "救助保护机构": "PROTECTION", "救助站": "PROTECTION"},
)

PLACEMENT_SITUATION = CodeSet(
    "PLACEMENT_SITUATION",
    "临时监护情形",
    {
        "PARENTS_NOT_FOUND": "流浪乞讨或身份不明，暂时查找不到父母或其他监护人",
        "GUARDIAN_MISSING": "监护人下落不明且无其他人可以担任监护人",
        "GUARDIAN_UNABLE": "监护人因客观原因或突发事件不能履行监护职责，导致监护缺失",
        "LEFT_ALONE": "监护人拒绝或怠于履行监护职责，导致无人照料",
        "MADE_TO_OFFEND": "监护人教唆、利用未成年人违法犯罪，需要带离安置",
        "HARMED": "遭受监护人严重伤害或面临人身安全威胁，需要紧急安置",
        "OTHER": "法律规定的其他情形",
    },
    {
        "流浪乞讨": "PARENTS_NOT_FOUND",
        "身份不明": "PARENTS_NOT_FOUND",
        "监护人下落不明": "GUARDIAN_MISSING",
        "监护缺失": "GUARDIAN_UNABLE",
        "突发事件": "GUARDIAN_UNABLE",
        "无人照料": "LEFT_ALONE",
        "带离安置": "MADE_TO_OFFEND",
        "紧急安置": "HARMED",
        "其他": "OTHER",
    },
)
"""The seven situations of 未保法 92, abridged for a form."""

SEARCHED = frozenset({"PARENTS_NOT_FOUND", "GUARDIAN_MISSING"})
"""Situations in which the police search for parents or other guardians (沪未保 77(3))."""

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
