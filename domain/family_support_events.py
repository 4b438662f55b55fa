"""The support plan of a family in special difficulty (特殊困难儿童家庭监护支持计划): what is asked
and said of it.

Plan 二2 (P12); 沪未保 80: 监护指导、医疗救治、心理辅导、行为矫治. Each measure is a fact of the
category of whoever carries it out, told to that one alone: it reads its own measure and nothing of
the others, nor of the plan.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from domain.code_sets import CodeSet
from domain.guardianship_events import Guardianship
from domain.kernel import Category, Command, Event, Sensitive, Text


class SupportBasis(StrEnum):
    """Why a family is to be supported (依据); sealed wherever it is kept."""

    ASSESSMENT = "ASSESSMENT"
    CONCERN = "CONCERN"
    RETURN_HOME = "RETURN_HOME"
    REPEATED_PROBLEMS = "REPEATED_PROBLEMS"
    OWN_REQUEST = "OWN_REQUEST"


SUPPORT_BASIS = CodeSet(
    "SUPPORT_BASIS",
    "支持依据",
    {
        SupportBasis.ASSESSMENT: "监护能力评估",
        SupportBasis.CONCERN: "学生关注属实",
        SupportBasis.RETURN_HOME: "回归家庭",
        SupportBasis.REPEATED_PROBLEMS: "问题反复出现",
        SupportBasis.OWN_REQUEST: "家庭自愿申请",
    },
    {"评估": "ASSESSMENT", "学生关注": "CONCERN", "自愿申请": "OWN_REQUEST"},
)


class Measure(StrEnum):
    """The four kinds of 沪未保 80."""

    GUIDANCE = "GUIDANCE"
    MEDICAL = "MEDICAL"
    PSYCHOLOGY = "PSYCHOLOGY"
    BEHAVIOUR = "BEHAVIOUR"


MEASURE = CodeSet(
    "SUPPORT_MEASURE",
    "支持措施",
    {
        Measure.GUIDANCE: "监护指导",
        Measure.MEDICAL: "医疗救治",
        Measure.PSYCHOLOGY: "心理辅导",
        Measure.BEHAVIOUR: "行为矫治",
    },
    {"指导": "GUIDANCE", "医疗": "MEDICAL", "心理": "PSYCHOLOGY", "矫治": "BEHAVIOUR"},
)

MATTER = {
    Measure.GUIDANCE: Category.GUARDIANSHIP,
    Measure.MEDICAL: Category.HEALTH,
    Measure.PSYCHOLOGY: Category.HEALTH,
    Measure.BEHAVIOUR: Category.SCHOOLING,
}
"""Under which category whoever carries a measure out reads it."""

TASK = {
    Measure.GUIDANCE: "guide_guardians",
    Measure.MEDICAL: "support_medical_care",
    Measure.PSYCHOLOGY: "support_psychology",
    Measure.BEHAVIOUR: "correct_behaviour",
}
"""The kind of referral by which a measure is asked for."""


class SupportVerdict(StrEnum):
    """What a review comes to."""

    KEEP = "KEEP"
    CHANGE = "CHANGE"


SUPPORT_VERDICT = CodeSet(
    "SUPPORT_VERDICT",
    "评估意见",
    {SupportVerdict.KEEP: "继续支持", SupportVerdict.CHANGE: "需要调整"},
    {"继续": "KEEP", "调整": "CHANGE"},
)


class SupportResult(StrEnum):
    """What the support came to."""

    IMPROVED = "IMPROVED"
    PLACED = "PLACED"
    MOVED_AWAY = "MOVED_AWAY"
    NO_LONGER_WISHED = "NO_LONGER_WISHED"


SUPPORT_RESULT = CodeSet(
    "SUPPORT_RESULT",
    "支持结果",
    {
        SupportResult.IMPROVED: "监护改善",
        SupportResult.PLACED: "转为临时监护",
        SupportResult.MOVED_AWAY: "家庭迁出",
        SupportResult.NO_LONGER_WISHED: "家庭不愿继续",
    },
    {"改善": "IMPROVED", "迁出": "MOVED_AWAY"},
)


class SetSupportPlan(Command):
    """制定支持计划, the first one or a changed one. ``agreed``: by the family; where it does not,
    that is recorded as well."""

    STATES: ClassVar[Category | None] = Category.GUARDIANSHIP
    READS_CHILD: ClassVar[bool] = True
    child_ref: UUID
    set_on: date
    agreed: bool
    basis: SupportBasis
    account: str | None


class SetSupportMeasure(Command):
    """One measure of the plan that runs: what ``provider`` does for the family until ``due_on``."""

    STATES: ClassVar[Category | None] = Category.GUARDIANSHIP
    READS_CHILD: ClassVar[bool] = True
    NAMES: ClassVar[str] = "provider"
    child_ref: UUID
    set_on: date
    measure: Measure
    provider: str
    due_on: date
    content: str


class ReviewSupportPlan(Command):
    """定期评估, by somebody else than who set the plan: it goes on, or has to be changed."""

    STATES: ClassVar[Category | None] = Category.GUARDIANSHIP
    READS_CHILD: ClassVar[bool] = True
    child_ref: UUID
    reviewed_on: date
    verdict: SupportVerdict
    account: str | None


class EndSupportPlan(Command):
    """结束支持, with its result; by somebody else than who set the plan."""

    STATES: ClassVar[Category | None] = Category.GUARDIANSHIP
    READS_CHILD: ClassVar[bool] = True
    child_ref: UUID
    ended_on: date
    result: SupportResult
    account: str | None


class FollowFamily(Command):
    """Asked by the hub: the child was taken in by another town, which leads from here on."""

    READS_CHILD: ClassVar[bool] = True
    child_ref: UUID


class SupportPlanEvent(Event):
    """``owner`` leads the plan. ``asked``: how many measures there were by then. ``current``: it
    is of the plan that runs, and does not reword one that is over."""

    CATEGORY: ClassVar[Category] = Category.GUARDIANSHIP
    TITLE: ClassVar[str] = "家庭监护支持"
    child_ref: UUID
    owner: str
    town: str | None
    asked: int
    current: bool


class SupportPlanSet(SupportPlanEvent):
    TOPIC: ClassVar[str] = "family_support.set.v1"
    TITLE: ClassVar[str] = "制定家庭支持计划"
    set_on: date
    review_by: datetime
    prepared_by: str
    basis: Guardianship
    account: Guardianship


class SupportDeclined(SupportPlanEvent):
    """``set_by``: until when it is offered again."""

    TOPIC: ClassVar[str] = "family_support.declined.v1"
    TITLE: ClassVar[str] = "家庭不接受支持"
    set_on: date
    set_by: datetime
    prepared_by: str
    basis: Guardianship
    account: Guardianship


class SupportMeasureSet(SupportPlanEvent):
    """``told_to`` carries it out; the ``asked``-th of the plan."""

    TOPIC: ClassVar[str] = "family_support.measure_set.v1"
    TITLE: ClassVar[str] = "家庭支持措施"
    matter: Category
    measure: Measure
    told_to: str
    set_on: date
    due_at: datetime
    content: Annotated[Text, Sensitive(None)]

    @property
    def category(self) -> Category:
        return self.matter


class SupportPlanReviewed(SupportPlanEvent):
    """``review_by``: of the next review; ``set_by``: by when a changed plan is set, where it is to
    be."""

    TOPIC: ClassVar[str] = "family_support.reviewed.v1"
    TITLE: ClassVar[str] = "评估家庭支持计划"
    reviewed_on: date
    verdict: SupportVerdict
    review_by: datetime | None
    set_by: datetime | None
    account: Guardianship


class SupportLeadChanged(SupportPlanEvent):
    """The child moved: ``owner`` leads it from here on, and ``former`` no more."""

    TOPIC: ClassVar[str] = "family_support.lead_changed.v1"
    TITLE: ClassVar[str] = "家庭支持转接办理"
    former: str


class SupportPlanEnded(SupportPlanEvent):
    TOPIC: ClassVar[str] = "family_support.ended.v1"
    TITLE: ClassVar[str] = "家庭支持结束"
    ended_on: date
    approved_by: str
    result: Guardianship
    account: Guardianship
