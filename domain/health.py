"""Health findings (健康发现) of one child: disability, and psychological or behavioural follow-up.

Health authorities and hospitals, the disabled persons' federation and welfare institutions state
them; details stay under health. Two things follow outside of it. A certified disability and a
running follow-up raise the visiting tier (plan 二3 P20), by yes or no. And those around the child
are asked for more care (关爱提示), in words that name no finding: an event of its own, stated by
the hub, so that neither its title nor its author says more (不得标签化, domain reference §8).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, ClassVar
from uuid import UUID

from domain.code_sets import DISABILITY_CLASS, DISABILITY_GRADE
from domain.kernel import (
    Category,
    Command,
    Event,
    Given,
    Refused,
    Sensitive,
    Stream,
    Text,
    derived_id,
)
from domain.organisations import HUB, Seat, seat_of

Health = Annotated[Text, Sensitive(Category.HEALTH)]
HealthFlag = Annotated[Text, Sensitive(Category.HEALTH, flag=True)]


def health_id(child_ref: UUID) -> UUID:
    """The id of a child's health findings: one stream a child."""
    return derived_id("health", child_ref)


class OnHealth(Command):
    """What is stated of a child's health. ``entry`` tells one finding from another: stated again
    it is replaced."""

    STATES: ClassVar[Category | None] = Category.HEALTH
    child_ref: UUID
    entry: UUID


class SuspectDisability(OnHealth):
    """疑似残疾: found by whoever examined the child; nobody certified it."""

    town: str | None
    signs: str | None
    account: str | None


class RecordDisability(OnHealth):
    """残疾情况: class and grade (GB/T 26341-2010) as on the certificate (残疾人证)."""

    disability_class: str
    disability_grade: str | None
    certificate_number: str | None
    account: str | None


class RuleOutDisability(OnHealth):
    """排除残疾: the suspicion came to nothing, or the certificate is no longer valid; asked by the
    hub as well, when the federation's assessment ends a suspicion."""

    account: str | None


class RecordHealthFollowUp(OnHealth):
    """心理随访: psychological or behavioural follow-up by a hospital, running or ``ended``."""

    ended: bool
    reason: str | None
    plan: str | None
    account: str | None


class ReviewCareNotice(Command):
    """Ask those around the child for care while anything calls for it; asked by the hub together
    with every finding."""

    child_ref: UUID


class DisabilitySuspected(Event):
    TOPIC: ClassVar[str] = "health.disability_suspected.v1"
    CATEGORY: ClassVar[Category] = Category.HEALTH
    TITLE: ClassVar[str] = "疑似残疾"
    child_ref: UUID
    entry: UUID
    town: str | None
    signs: Health
    account: Health


class DisabilityCertified(Event):
    TOPIC: ClassVar[str] = "health.disability_certified.v1"
    CATEGORY: ClassVar[Category] = Category.HEALTH
    TITLE: ClassVar[str] = "残疾情况登记"
    child_ref: UUID
    entry: UUID
    raises_tier: bool
    disability_class: Health
    disability_grade: Health
    certificate_number: Health
    account: Health


class DisabilityRuledOut(Event):
    TOPIC: ClassVar[str] = "health.disability_ruled_out.v1"
    CATEGORY: ClassVar[Category] = Category.HEALTH
    TITLE: ClassVar[str] = "排除残疾"
    child_ref: UUID
    entry: UUID
    account: Health


class HealthFollowUp(Event):
    """What start and end of a follow-up carry alike: each states the whole of it."""

    CATEGORY: ClassVar[Category] = Category.HEALTH
    TITLE: ClassVar[str] = "心理随访"
    child_ref: UUID
    entry: UUID
    reason: Health
    plan: Health
    account: Health


class HealthFollowUpStarted(HealthFollowUp):
    TOPIC: ClassVar[str] = "health.follow_up_started.v1"
    TITLE: ClassVar[str] = "心理随访开始"


class HealthFollowUpEnded(HealthFollowUp):
    TOPIC: ClassVar[str] = "health.follow_up_ended.v1"
    TITLE: ClassVar[str] = "心理随访结束"


class CareNoted(Event):
    """For the matrix word ``flag``: that the child needs care, and nothing of why."""

    TOPIC: ClassVar[str] = "health.care_noted.v1"
    CATEGORY: ClassVar[Category] = Category.HEALTH
    TITLE: ClassVar[str] = "关爱提示"
    child_ref: UUID
    notice: HealthFlag = "请日常多加关心，如有情况联系卫生健康部门"


class CareNoticeEnded(Event):
    TOPIC: ClassVar[str] = "health.care_ended.v1"
    CATEGORY: ClassVar[Category] = Category.HEALTH
    TITLE: ClassVar[str] = "关爱提示结束"
    child_ref: UUID
    notice: HealthFlag = "此前的关爱提示已结束，照常关心即可"


@dataclass(frozen=True, slots=True)
class HealthFindings:
    """Which findings stand, by entry, and whether care was asked for."""

    suspected: frozenset[UUID] = frozenset()
    certified: frozenset[UUID] = frozenset()
    follow_ups: frozenset[UUID] = frozenset()
    care_noted: bool = False

    @property
    def calls_for_care(self) -> bool:
        return bool(self.suspected or self.certified or self.follow_ups)


FINDING = frozenset(
    {Seat.HEALTH, Seat.HOSPITAL, Seat.DISABLED_FEDERATION, Seat.WELFARE_INSTITUTION}
)
"""Whose word a finding is: the seats that publish health (domain reference §10)."""

CERTIFYING = frozenset({Seat.DISABLED_FEDERATION, Seat.HEALTH, Seat.HOSPITAL})
"""Who records a certificate: the federation issues it, those who treat the child see it."""


def _finding_only(given: Given) -> None:
    if seat_of(given.actor.organisation) not in FINDING:
        raise Refused(
            "HEALTH_NOT_YOURS",
            "健康情况由卫生健康部门、医疗机构、残联或儿童福利机构登记，请联系卫生健康部门。",
        )


def _suspect(state: HealthFindings, command: SuspectDisability, given: Given) -> list[Event]:
    _finding_only(given)
    return [DisabilitySuspected(**command.model_dump())]


def _certify(state: HealthFindings, command: RecordDisability, given: Given) -> list[Event]:
    if seat_of(given.actor.organisation) not in CERTIFYING:
        raise Refused(
            "CERTIFICATE_NOT_YOURS", "残疾人证情况由残联、卫生健康部门或医疗机构登记，请联系残联。"
        )
    raises_tier = command.disability_class in given.rules.visits.disability_classes
    return [DisabilityCertified(**command.model_dump(), raises_tier=raises_tier)]


def _rule_out(state: HealthFindings, command: RuleOutDisability, given: Given) -> list[Event]:
    if given.actor.organisation == HUB:
        # What was certified or ruled out meanwhile stands.
        suspected = command.entry in state.suspected
        return [DisabilityRuledOut(**command.model_dump())] if suspected else []
    _finding_only(given)
    if command.entry not in state.suspected | state.certified and not given.correction:
        raise Refused(
            "DISABILITY_NOT_STATED", "本单位没有登记过这一条残疾情况，请按原登记的日期重报。"
        )
    return [DisabilityRuledOut(**command.model_dump())]


def _follow_up(state: HealthFindings, command: RecordHealthFollowUp, given: Given) -> list[Event]:
    _finding_only(given)
    kind = HealthFollowUpEnded if command.ended else HealthFollowUpStarted
    return [kind(**command.model_dump(exclude={"ended"}))]


def _review_care(state: HealthFindings, command: ReviewCareNotice, given: Given) -> list[Event]:
    if state.calls_for_care == state.care_noted:
        return []
    kind = CareNoted if state.calls_for_care else CareNoticeEnded
    return [kind(child_ref=command.child_ref)]


def _suspected(state: HealthFindings, event: DisabilitySuspected) -> HealthFindings:
    entry = {event.entry}
    return replace(state, suspected=state.suspected | entry, certified=state.certified - entry)


def _certified(state: HealthFindings, event: DisabilityCertified) -> HealthFindings:
    entry = {event.entry}
    return replace(state, suspected=state.suspected - entry, certified=state.certified | entry)


def _ruled_out(state: HealthFindings, event: DisabilityRuledOut) -> HealthFindings:
    entry = {event.entry}
    return replace(state, suspected=state.suspected - entry, certified=state.certified - entry)


HEALTH_FINDINGS: Stream[HealthFindings] = Stream(
    name="health",
    initial=HealthFindings(),
    decide={
        SuspectDisability: _suspect,
        RecordDisability: _certify,
        RuleOutDisability: _rule_out,
        RecordHealthFollowUp: _follow_up,
        ReviewCareNotice: _review_care,
    },
    evolve={
        DisabilitySuspected: _suspected,
        DisabilityCertified: _certified,
        DisabilityRuledOut: _ruled_out,
        HealthFollowUpStarted: lambda state, event: replace(
            state, follow_ups=state.follow_ups | {event.entry}
        ),
        HealthFollowUpEnded: lambda state, event: replace(
            state, follow_ups=state.follow_ups - {event.entry}
        ),
        CareNoted: lambda state, event: replace(state, care_noted=True),
        CareNoticeEnded: lambda state, event: replace(state, care_noted=False),
    },
    locate=lambda command, load: health_id(command.child_ref),
    title="健康发现",
    codes={"disability_class": DISABILITY_CLASS, "disability_grade": DISABILITY_GRADE},
)
