"""What happens to an application for aid (保障申请): plan 二3 (P22, P24, P25).

Which scheme it is, who applies, what is given and why stay sealed under the matter's category; of
the course only codes, days and organisations are clear.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, ClassVar
from uuid import UUID

from domain.aid_codes import Applicant, Finding, matter_of
from domain.kernel import Category, Command, Event, Sensitive, Text

Own = Annotated[Text, Sensitive(None)]
"""Sealed under the matter of the application."""


class OnAid(Command):
    """What is stated of one application. ``application_id`` is derived (HMAC) from child, scheme
    and day of application, so that every office means the same one."""

    READS_CHILD: ClassVar[bool] = True
    application_id: UUID
    child_ref: UUID
    scheme: str

    @property
    def states(self) -> Category:
        return matter_of(self.scheme)


class ApplyForAid(OnAid):
    """申请, taken down by whoever helps the family; stated again, of another applicant too."""

    applied_on: date
    applicant: Applicant
    applicant_name: str | None
    need: str | None


class VerifyAid(OnAid):
    """核验: whether it is as the application says."""

    verified_on: date
    finding: Finding
    account: str | None


class OnDecision(OnAid):
    """审批, by another person than who took it down or verified it. ``need_remains``: something is
    still needed that no scheme gives."""

    decided_on: date
    document_number: str
    reason: str | None
    need_remains: bool


class GrantAid(OnDecision):
    """批准, from a month on: ``since`` is its first day."""

    since: date
    yuan: int | None


class RefuseAid(OnDecision):
    """不予批准."""


class GiveAid(OnAid):
    """What was granted in kind is given, fitted or done (手术、适配)."""

    given_on: date
    account: str | None


class ReviewAid(OnAid):
    """复核: it goes on, ``yuan`` with another amount."""

    reviewed_on: date
    yuan: int | None
    account: str | None


class EndAid(OnAid):
    """终止; of what was not decided yet, the application is withdrawn."""

    ended_on: date
    end_reason: str
    account: str | None


class AidEvent(Event):
    """What every event of an application carries; its category is that of its matter. ``taken_by``
    took it down, and sees how far it is; ``told_to``: whom it was written for, where the
    matrix lets whoever decides read nothing but that."""

    CATEGORY: ClassVar[Category] = Category.MEANS
    TITLE: ClassVar[str] = "保障申请"
    child_ref: UUID
    matter: Category
    taken_by: str
    verifier: str
    decider: str
    town: str | None
    told_to: str | None
    choose_one: str | None
    scheme: Own

    @property
    def category(self) -> Category:
        return self.matter


class AidApplied(AidEvent):
    """``effective``: whoever applies may (a guardian under suspicion may not)."""

    TOPIC: ClassVar[str] = "aid.applied.v1"
    TITLE: ClassVar[str] = "提出保障申请"
    applied_on: date
    applicant: Applicant
    effective: bool
    prepared_by: str
    applicant_name: Own
    need: Own


class AidVerified(AidEvent):
    TOPIC: ClassVar[str] = "aid.verified.v1"
    TITLE: ClassVar[str] = "核验保障申请"
    verified_on: date
    finding: Finding
    prepared_by: str
    account: Own


class AidDecided(AidEvent):
    """``need_remains``: a charity is to be looked for."""

    decided_on: date
    need_remains: bool
    document_number: Own
    reason: Own


class AidGranted(AidDecided):
    """``give_by``: of what is given in kind; ``ends_by``: when the age is reached at which somebody
    has to look whether it goes on."""

    TOPIC: ClassVar[str] = "aid.granted.v1"
    TITLE: ClassVar[str] = "批准保障申请"
    since: date
    in_kind: bool
    give_by: datetime | None
    review_by: datetime | None
    ends_by: datetime | None
    yuan: Own
    standard: Own


class AidRefused(AidDecided):
    TOPIC: ClassVar[str] = "aid.refused.v1"
    TITLE: ClassVar[str] = "不予批准保障申请"
    appeal: Own


class AidGiven(AidEvent):
    TOPIC: ClassVar[str] = "aid.given.v1"
    TITLE: ClassVar[str] = "已给付或适配"
    given_on: date
    review_by: datetime | None
    account: Own


class AidReviewed(AidEvent):
    TOPIC: ClassVar[str] = "aid.reviewed.v1"
    TITLE: ClassVar[str] = "复核保障"
    reviewed_on: date
    review_by: datetime | None
    yuan: Own
    account: Own


class AidEnded(AidEvent):
    TOPIC: ClassVar[str] = "aid.ended.v1"
    TITLE: ClassVar[str] = "终止保障"
    ended_on: date
    end_reason: Own
    account: Own
    child_gone: bool | None = None
    """It ended because of what ends other aid as well; why stays sealed."""
