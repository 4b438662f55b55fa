"""What may be asked of a guardianship case (监护个案): its commands."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from domain.guardianship_codes import Care, Conclusion, Facility, GuidanceOrderKind
from domain.kernel import Category, Command


class RecordDissuasion(Command):
    """劝诫: village or town spoke to the guardian."""

    STATES: ClassVar[Category | None] = Category.GUARDIANSHIP
    child_ref: UUID
    dissuaded_on: date
    guardian_relation: str | None
    conduct: str
    account: str | None


class RecordAdmonition(Command):
    """训诫: the police admonished a guardian, under a document number, served on a day."""

    STATES: ClassVar[Category | None] = Category.ORDERS
    child_ref: UUID
    town: str | None
    document_number: str
    served_on: date
    guardian_relation: str | None
    conduct: str
    account: str | None
    guidance_ordered: bool


class ReportToPolice(Command):
    """情节严重的，及时报告公安 (未保法 118(1)): village or town, which dissuaded the guardian on a
    day, told the police. ``town`` is the child's as the record states it."""

    STATES: ClassVar[Category | None] = Category.GUARDIANSHIP
    child_ref: UUID
    town: str | None
    dissuaded_on: date


class OrderGuidance(Command):
    """责令接受家庭教育指导: a document of police, procuratorate or court, served on a day."""

    STATES: ClassVar[Category | None] = Category.ORDERS
    child_ref: UUID
    town: str | None
    order: GuidanceOrderKind
    document_number: str
    served_on: date
    guardian_relation: str | None
    requirements: str | None


class AskForAssessment(Command):
    """Admonitions add up: asked by the hub with each of them, so that the answer, which follows
    from what others stated, is nobody's own record."""

    child_ref: UUID


class RecordAssessment(Command):
    """家庭监护能力评估 by the form of DB31/T 1305-2021: family basics, quality and capacity of the
    guardianship, the grade (a code or word of policies/assessment.toml), the conclusion; of who can
    return, for how many months it is followed up."""

    STATES: ClassVar[Category | None] = Category.GUARDIANSHIP
    child_ref: UUID
    assessed_on: date
    conclusion: Conclusion
    grade: str | None
    account: str | None
    basics: str | None = None
    quality: str | None = None
    capacity: str | None = None
    follow_up_months: int | None = None


class PlaceChild(Command):
    """临时监护: civil affairs takes the child into care, or changes who cares for it.

    ``institution`` is the identifier of an institution of the directory; ``place`` says where or
    with whom in words; ``facility``, what kind of institution it is: in the temporary care of a
    town, it is the child's own town unless another is named.
    """

    STATES: ClassVar[Category | None] = Category.GUARDIANSHIP
    READS_CHILD: ClassVar[bool] = True
    child_ref: UUID
    placed_on: date
    situation: str
    care: Care
    institution: str | None
    place: str | None
    account: str | None
    facility: Facility | None = None


class RecordSearchResult(Command):
    """查找结果: whether the police found parents or another guardian of a placed child.

    Only who has the search in hand is answered about it: anybody else's refusal must not tell
    that the child is placed."""

    STATES: ClassVar[Category | None] = Category.GUARDIANSHIP
    IN_TASK: ClassVar[bool] = True
    child_ref: UUID
    concluded_on: date
    found: bool
    whom: str | None
    whereabouts: str | None


class ReturnChildHome(Command):
    """送回: civil affairs brings a placed child back to its family."""

    STATES: ClassVar[Category | None] = Category.GUARDIANSHIP
    READS_CHILD: ClassVar[bool] = True
    child_ref: UUID
    returned_on: date
    account: str | None


class CloseGuardianshipCase(Command):
    """提请结案 with a reason: another person decides it."""

    STATES: ClassVar[Category | None] = Category.GUARDIANSHIP
    child_ref: UUID
    reason: str


class ExtendFollowUp(Command):
    """延长跟踪回访 of a child that came home, until a later day."""

    STATES: ClassVar[Category | None] = Category.GUARDIANSHIP
    child_ref: UUID
    until: date
    account: str | None
