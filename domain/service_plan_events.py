"""The service plan of a placed child (服务计划): what is asked and said of it.

Plan 二2 (P16): 提供养育、教育、医疗、心理服务. Its four parts are sealed each under its own
category, and those that another department carries out are facts of that category, so that the
department reads its own part and nothing of the others.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from domain.code_sets import CodeSet
from domain.guardianship_events import Guardianship
from domain.kernel import Category, Command, Event, Sensitive, Text

Schooling = Annotated[Text, Sensitive(Category.SCHOOLING)]
Health = Annotated[Text, Sensitive(Category.HEALTH)]


class PlanVerdict(StrEnum):
    """What a review comes to."""

    KEEP = "KEEP"
    CHANGE = "CHANGE"


PLAN_VERDICT = CodeSet(
    "PLAN_VERDICT",
    "评估意见",
    {PlanVerdict.KEEP: "继续执行", PlanVerdict.CHANGE: "需要调整"},
    {"继续": "KEEP", "调整": "CHANGE"},
)


class OpenServicePlan(Command):
    """A placed child needs one; asked by the hub. ``owner`` sets it: the institution, and of who is
    with relatives or a foster family civil affairs."""

    child_ref: UUID
    owner: str
    town: str | None


class SetServicePlan(Command):
    """制定服务计划, the first one or a changed one."""

    STATES: ClassVar[Category | None] = Category.GUARDIANSHIP
    READS_CHILD: ClassVar[bool] = True
    child_ref: UUID
    set_on: date
    care: str
    education: str | None
    medical: str | None
    psychology: str | None


class ReviewServicePlan(Command):
    """定期评估: it goes on, or has to be changed."""

    STATES: ClassVar[Category | None] = Category.GUARDIANSHIP
    READS_CHILD: ClassVar[bool] = True
    child_ref: UUID
    reviewed_on: date
    verdict: PlanVerdict
    account: str | None


class EndServicePlan(Command):
    """The placement is over; asked by the hub."""

    child_ref: UUID


class ServicePlanEvent(Event):
    """``asked`` counts how often one was set for this placement. ``current``: it is of the plan
    that runs, and does not reword one that is over or to be changed."""

    CATEGORY: ClassVar[Category] = Category.GUARDIANSHIP
    TITLE: ClassVar[str] = "服务计划"
    child_ref: UUID
    owner: str
    town: str | None
    asked: int
    current: bool = True


class ServicePlanNeeded(ServicePlanEvent):
    TOPIC: ClassVar[str] = "service_plan.needed.v1"
    TITLE: ClassVar[str] = "需要制定服务计划"
    set_by: datetime


class ServicePlanSet(ServicePlanEvent):
    TOPIC: ClassVar[str] = "service_plan.set.v1"
    TITLE: ClassVar[str] = "制定服务计划"
    set_on: date
    review_by: datetime
    care_part: Guardianship


class SchoolingPlanned(ServicePlanEvent):
    TOPIC: ClassVar[str] = "service_plan.schooling_planned.v1"
    CATEGORY: ClassVar[Category] = Category.SCHOOLING
    TITLE: ClassVar[str] = "教育安排"
    part: Schooling


class MedicalCarePlanned(ServicePlanEvent):
    TOPIC: ClassVar[str] = "service_plan.medical_care_planned.v1"
    CATEGORY: ClassVar[Category] = Category.HEALTH
    TITLE: ClassVar[str] = "医疗安排"
    part: Health


class PsychologyPlanned(ServicePlanEvent):
    TOPIC: ClassVar[str] = "service_plan.psychology_planned.v1"
    CATEGORY: ClassVar[Category] = Category.HEALTH
    TITLE: ClassVar[str] = "心理服务安排"
    part: Health


class ServicePlanReviewed(ServicePlanEvent):
    """``review_by``: of the next review; ``set_by``: by when a changed one is set, where it is to
    be."""

    TOPIC: ClassVar[str] = "service_plan.reviewed.v1"
    TITLE: ClassVar[str] = "评估服务计划"
    reviewed_on: date
    verdict: PlanVerdict
    review_by: datetime | None
    set_by: datetime | None
    account: Guardianship


class ServicePlanEnded(ServicePlanEvent):
    TOPIC: ClassVar[str] = "service_plan.ended.v1"
    TITLE: ClassVar[str] = "服务计划终止"
