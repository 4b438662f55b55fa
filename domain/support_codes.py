"""Code sets of the social forces (社会力量, plan 二6 P50)."""

from __future__ import annotations

from enum import StrEnum

from domain.code_sets import CodeSet


class SocialKind(StrEnum):
    """What kind of social organisation it is (社会组织类别)."""

    CHARITY = "CHARITY"
    VOLUNTEERS = "VOLUNTEERS"
    AGENCY = "AGENCY"


SOCIAL_KIND = CodeSet(
    "SOCIAL_KIND",
    "社会组织类别",
    {
        SocialKind.CHARITY: "公益慈善组织",
        SocialKind.VOLUNTEERS: "志愿服务组织",
        SocialKind.AGENCY: "专业社会工作服务机构",
    },
    {"慈善组织": "CHARITY", "志愿组织": "VOLUNTEERS", "社工机构": "AGENCY"},
)


class SupportForm(StrEnum):
    """The four forms by which social forces are supported (plan 二6 P50: 通过多种形式)."""

    COMMISSION = "COMMISSION"
    COOPERATION = "COOPERATION"
    PROMOTION = "PROMOTION"
    INCUBATION = "INCUBATION"


SUPPORT_FORM = CodeSet(
    "SUPPORT_FORM",
    "支持形式",
    {
        SupportForm.COMMISSION: "政府委托",
        SupportForm.COOPERATION: "项目合作",
        SupportForm.PROMOTION: "重点推介",
        SupportForm.INCUBATION: "孵化扶持",
    },
    {"委托": "COMMISSION", "合作": "COOPERATION", "推介": "PROMOTION", "孵化": "INCUBATION"},
)


class ReviewGrade(StrEnum):
    """What a yearly review came to (年度评估)."""

    GOOD = "GOOD"
    FAIR = "FAIR"
    POOR = "POOR"


REVIEW_GRADE = CodeSet(
    "REVIEW_GRADE",
    "年度评估结果",
    {ReviewGrade.GOOD: "优良", ReviewGrade.FAIR: "合格", ReviewGrade.POOR: "不合格"},
    {"优秀": "GOOD", "良好": "GOOD"},
)
