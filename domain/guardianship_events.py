"""What happened in a guardianship case (监护个案): its events."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, ClassVar
from uuid import UUID

from domain.guardianship_codes import (
    Care,
    Conclusion,
    Facility,
    GuidanceOrderKind,
    Proposed,
)
from domain.kernel import Category, Event, Sensitive, Text

Guardianship = Annotated[Text, Sensitive(Category.GUARDIANSHIP)]
GuardianshipFlag = Annotated[Text, Sensitive(Category.GUARDIANSHIP, flag=True)]
Orders = Annotated[Text, Sensitive(Category.ORDERS)]
OrdersFlag = Annotated[Text, Sensitive(Category.ORDERS, flag=True)]


class DissuasionRecorded(Event):
    TOPIC: ClassVar[str] = "guardianship.dissuasion_recorded.v1"
    CATEGORY: ClassVar[Category] = Category.GUARDIANSHIP
    TITLE: ClassVar[str] = "劝诫"
    child_ref: UUID
    dissuaded_on: date
    guardian_relation: Guardianship
    conduct: Guardianship
    account: Guardianship


class AdmonitionRecorded(Event):
    TOPIC: ClassVar[str] = "guardianship.admonition_recorded.v1"
    CATEGORY: ClassVar[Category] = Category.ORDERS
    TITLE: ClassVar[str] = "训诫"
    child_ref: UUID
    town: str | None
    served_on: date
    ordinal: int
    guidance_ordered: bool
    document_number: Orders
    guardian_relation: Orders
    conduct: Orders
    account: Orders
    notice: OrdersFlag = "公安机关已对监护人训诫，请配合跟进"


class PoliceInformed(Event):
    TOPIC: ClassVar[str] = "guardianship.police_informed.v1"
    CATEGORY: ClassVar[Category] = Category.GUARDIANSHIP
    TITLE: ClassVar[str] = "报告公安"
    child_ref: UUID
    town: str | None
    dissuaded_on: date


class GuidanceOrdered(Event):
    TOPIC: ClassVar[str] = "guardianship.guidance_ordered.v1"
    CATEGORY: ClassVar[Category] = Category.ORDERS
    TITLE: ClassVar[str] = "责令接受家庭教育指导"
    child_ref: UUID
    town: str | None
    served_on: date
    order: GuidanceOrderKind
    document_number: Orders
    guardian_relation: Orders
    requirements: Orders
    notice: OrdersFlag


class AssessmentNeeded(Event):
    TOPIC: ClassVar[str] = "guardianship.assessment_needed.v1"
    CATEGORY: ClassVar[Category] = Category.GUARDIANSHIP
    TITLE: ClassVar[str] = "启动家庭监护能力评估"
    child_ref: UUID


class AssessmentRecorded(Event):
    """``decides_return``: the child is in care, so that any conclusion says whether it can go home;
    ``follow_up_until``: how long a child who can is followed up, else None.

    One that ``awaits`` approval has no effect of its own: both are said by its approval. It is the
    ``proposal``-th that ``put_up_by`` put forward in the case, by its user ``prepared_by``, and
    takes the place of the one numbered ``replaces`` (0: of none). Those recorded before there were
    approvals await none.
    """

    TOPIC: ClassVar[str] = "guardianship.assessment_recorded.v1"
    CATEGORY: ClassVar[Category] = Category.GUARDIANSHIP
    TITLE: ClassVar[str] = "家庭监护能力评估"
    child_ref: UUID
    assessed_on: date
    conclusion: Conclusion
    decides_return: bool
    follow_up_until: date | None
    grade: Guardianship
    account: Guardianship
    awaits: bool = False
    put_up_by: str = ""
    proposal: int = 0
    replaces: int = 0
    corrected: bool = False
    prepared_by: str = ""
    decide_by: datetime | None = None
    follow_up_months: int | None = None
    basics: Guardianship = None
    quality: Guardianship = None
    capacity: Guardianship = None


class AssessmentApproved(Event):
    """From here on the assessment has its effect, as this event says it."""

    TOPIC: ClassVar[str] = "guardianship.assessment_approved.v1"
    CATEGORY: ClassVar[Category] = Category.GUARDIANSHIP
    TITLE: ClassVar[str] = "同意评估结论"
    child_ref: UUID
    put_up_by: str
    proposal: int
    approved_by: str
    assessed_on: date
    conclusion: Conclusion
    decides_return: bool
    follow_up_until: date | None
    follow_up_months: int | None


class ClosingProposed(Event):
    """As an assessment that awaits its approval; ``corrected``: of a case that is closed, the
    reason in other words."""

    TOPIC: ClassVar[str] = "guardianship.closing_proposed.v1"
    CATEGORY: ClassVar[Category] = Category.GUARDIANSHIP
    TITLE: ClassVar[str] = "提请结案"
    child_ref: UUID
    put_up_by: str
    proposal: int
    replaces: int
    prepared_by: str
    decide_by: datetime
    corrected: bool
    reason: Guardianship


class ProposalRejected(Event):
    """``what``: of what kind it was (PROPOSAL); it has no effect."""

    TOPIC: ClassVar[str] = "guardianship.proposal_rejected.v1"
    CATEGORY: ClassVar[Category] = Category.GUARDIANSHIP
    TITLE: ClassVar[str] = "退回"
    child_ref: UUID
    put_up_by: str
    proposal: int
    what: Proposed
    rejected_by: str
    reason: Guardianship


class ChildPlaced(Event):
    """``placement`` counts the child's placements in the case; ``begins`` says that this begins
    one (else it changes or corrects one), ``arrives`` that the institution had not been told.
    ``current``: it says how the child is cared for now; else it rewords what is over.
    ``stays`` counts the child's stays in institutions in the case, this one included.
    ``search_by`` is None where the parents need not be searched for."""

    TOPIC: ClassVar[str] = "guardianship.child_placed.v1"
    CATEGORY: ClassVar[Category] = Category.GUARDIANSHIP
    TITLE: ClassVar[str] = "临时监护安置"
    child_ref: UUID
    town: str | None
    placed_on: date
    placement: int
    begins: bool
    care: Care
    institution: str | None
    arrives: bool
    current: bool
    stays: int
    review_by: datetime
    search_by: datetime | None
    situation: Guardianship
    place: Guardianship
    account: Guardianship
    facility: Facility | None = None


class ParentSearchConcluded(Event):
    TOPIC: ClassVar[str] = "guardianship.parent_search_concluded.v1"
    CATEGORY: ClassVar[Category] = Category.GUARDIANSHIP
    TITLE: ClassVar[str] = "查找父母或监护人结果"
    child_ref: UUID
    concluded_on: date
    placement: int
    found: bool
    whom: Guardianship
    whereabouts: Guardianship


class ChildReturnedHome(Event):
    TOPIC: ClassVar[str] = "guardianship.child_returned_home.v1"
    CATEGORY: ClassVar[Category] = Category.GUARDIANSHIP
    TITLE: ClassVar[str] = "回归家庭"
    child_ref: UUID
    returned_on: date
    placement: int
    stays: int
    town: str | None
    village: str | None
    police_station: str | None
    account: Guardianship
    notice: GuardianshipFlag = "孩子已回归家庭，请保密并多关心"
    follow_up_until: date | None = None


class PlacementEnded(Event):
    """The case was closed on a placed child (成年、收养): no clock of the placement runs on."""

    TOPIC: ClassVar[str] = "guardianship.placement_ended.v1"
    CATEGORY: ClassVar[Category] = Category.GUARDIANSHIP
    TITLE: ClassVar[str] = "临时监护终止"
    child_ref: UUID
    placement: int
    stays: int


class FollowUpExtended(Event):
    TOPIC: ClassVar[str] = "guardianship.follow_up_extended.v1"
    CATEGORY: ClassVar[Category] = Category.GUARDIANSHIP
    TITLE: ClassVar[str] = "延长跟踪回访"
    child_ref: UUID
    until: date
    account: Guardianship


class GuardianshipCaseClosed(Event):
    """``put_up_by`` and ``proposal`` say which proposal was approved, by whom ``approved_by``; none
    of those before there were approvals. Its reason then stands in the proposal."""

    TOPIC: ClassVar[str] = "guardianship.closed.v1"
    CATEGORY: ClassVar[Category] = Category.GUARDIANSHIP
    TITLE: ClassVar[str] = "监护个案结案"
    child_ref: UUID
    reason: Guardianship
    put_up_by: str = ""
    proposal: int = 0
    approved_by: str = ""
    corrected: bool = False
