"""Consent (同意): what a guardian, or a child of 14 and more, lets somebody be told.

Most of what agencies tell one another rests on a statutory duty (法定职责, PIPL 13(1)(3), 34) and
asks nobody. What rests on consent is a short list (policies/consent.toml); each such consent opens
one scope, for one organisation, and its withdrawal (PIPL 15) closes that scope and nothing else:
no task, no report and no jurisdiction rests on it.

While the child's file holds a mandatory report, or a guardian is the suspect, a guardian's consent
opens nothing: the guardian may be whom it concerns (未保法 11; PIPL 18, 35). It is recorded all the
same and nobody is told the difference, which would tell that there is a report. One that was given
before opens nothing either while a guardian is the suspect (projections/reach.py); the child's own
goes on, and so does every duty.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from domain.calendar import end_of_day_utc
from domain.code_sets import CodeSet
from domain.kernel import (
    Category,
    Command,
    Event,
    Given,
    LegalBasis,
    Refused,
    Sensitive,
    Stream,
    Text,
)
from domain.organisations import seat_of
from domain.terms import months_after

Account = Annotated[Text, Sensitive(Category.GUARDIANSHIP)]


class ConsentForm(StrEnum):
    """How it was given (同意方式)."""

    WRITTEN = "WRITTEN"
    ELECTRONIC = "ELECTRONIC"
    ORAL_RECORDED = "ORAL_RECORDED"


CONSENT_FORM = CodeSet(
    "CONSENT_FORM",
    "同意方式",
    {
        ConsentForm.WRITTEN: "书面",
        ConsentForm.ELECTRONIC: "电子",
        ConsentForm.ORAL_RECORDED: "口头并有记录",
    },
)


class ConsentState(StrEnum):
    NONE = "NONE"
    GIVEN = "GIVEN"
    WITHDRAWN = "WITHDRAWN"


class GiveConsent(Command):
    """Record a consent. ``help_kind`` is a row of policies/consent.toml, ``recipient`` who is to
    be told, ``until`` the last day. Whose it is: the guardian's, the child's own, or both."""

    STATES: ClassVar[Category | None] = Category.GUARDIANSHIP
    READS_CHILD: ClassVar[bool] = True
    NAMES: ClassVar[str] = "recipient"
    consent_id: UUID
    child_ref: UUID
    help_kind: str
    recipient: str
    by_guardian: bool
    by_child: bool
    form: ConsentForm
    given_on: date
    until: date
    guardian_name: str | None = None
    account: str | None = None


class WithdrawConsent(Command):
    """Record that a consent was withdrawn, by whoever of the two. Never refused for its reason."""

    STATES: ClassVar[Category | None] = Category.GUARDIANSHIP
    consent_id: UUID
    child_ref: UUID
    withdrawn_on: date
    account: str | None = None


class ConsentGiven(Event):
    """``rests_on`` is the legal basis that it gives; ``effective`` whether it opens anything."""

    TOPIC: ClassVar[str] = "consent.given.v1"
    CATEGORY: ClassVar[Category] = Category.GUARDIANSHIP
    TITLE: ClassVar[str] = "同意提供信息"
    child_ref: UUID
    help_kind: str
    recipient: str
    rests_on: LegalBasis
    categories: tuple[Category, ...]
    form: ConsentForm
    given_on: date
    expires_at: datetime
    effective: bool
    guardian_name: Account
    account: Account


class ConsentWithdrawn(Event):
    TOPIC: ClassVar[str] = "consent.withdrawn.v1"
    CATEGORY: ClassVar[Category] = Category.GUARDIANSHIP
    TITLE: ClassVar[str] = "撤回同意"
    child_ref: UUID
    recipient: str
    withdrawn_on: date
    account: Account


@dataclass(frozen=True, slots=True)
class Consent:
    state: ConsentState = ConsentState.NONE
    child_ref: UUID | None = None
    recipient: str = ""
    rests_on: LegalBasis | None = None


def _give(state: Consent, command: GiveConsent, given: Given) -> list[Event]:
    if state.state is not ConsentState.NONE:
        return []
    rules = given.rules.consent
    kind = rules.kinds.get(command.help_kind)
    if kind is None:
        raise Refused("CONSENT_KIND", "没有这种凭同意提供的帮助；法定职责内的协作请办理转介。")
    if seat_of(command.recipient) not in kind.seats:
        raise Refused("CONSENT_RECIPIENT", "这种帮助不由该单位提供，请核对接收单位。")
    given.not_in_future(command.given_on, "CONSENT_IN_FUTURE", "同意日期")
    latest = months_after(command.given_on, rules.longest_months)
    if not command.given_on <= command.until <= latest:
        raise Refused(
            "CONSENT_UNTIL",
            f"期限应在同意日期之后，最长{rules.longest_months}个月。",
        )
    basis = _basis(command, given)
    silent = bool(given.child.reports) or given.child.guardian_is_suspect
    suppressed = basis is LegalBasis.GUARDIAN_CONSENT and silent
    stated = command.model_dump(exclude={"consent_id", "by_guardian", "by_child", "until"})
    return [
        ConsentGiven(
            **stated,
            rests_on=basis,
            categories=kind.categories,
            expires_at=end_of_day_utc(command.until),
            effective=not suppressed,
        )
    ]


def _basis(command: GiveConsent, given: Given) -> LegalBasis:
    """On what the consent rests, by the child's age on its day (PIPL 31; domain reference §8,
    S14): under 14 the guardian's; from 14 on the child's own. Where the birth month is unknown,
    or the birthday is in that very month, it takes both."""
    birth_month = given.child.birth_month
    own_from = given.rules.consent.own_from_age
    if birth_month is None:
        age = None
    else:
        year, month = map(int, birth_month.split("-"))
        months = command.given_on.year * 12 + command.given_on.month - (year * 12 + month)
        age = None if months == own_from * 12 else months // 12
    needs_guardian = age is None or age < own_from
    needs_child = age is None or age >= own_from
    if needs_guardian and not command.by_guardian:
        raise Refused("CONSENT_GUARDIAN", "不满14周岁的，应当取得监护人同意。")
    if needs_child and not command.by_child:
        raise Refused("CONSENT_CHILD", "已满14周岁或年龄不明的，应当取得本人同意。")
    if needs_guardian:
        return LegalBasis.GUARDIAN_CONSENT
    return LegalBasis.CHILD_CONSENT_14PLUS


def _withdraw(state: Consent, command: WithdrawConsent, given: Given) -> list[Event]:
    if state.state is ConsentState.NONE or state.child_ref != command.child_ref:
        raise Refused("CONSENT_UNKNOWN", "没有可撤回的同意，请核对编号。")
    if state.state is ConsentState.WITHDRAWN:
        return []
    given.not_in_future(command.withdrawn_on, "CONSENT_IN_FUTURE", "撤回日期")
    stated = command.model_dump(exclude={"consent_id"})
    return [ConsentWithdrawn(**stated, recipient=state.recipient)]


def _given(state: Consent, event: ConsentGiven) -> Consent:
    return Consent(ConsentState.GIVEN, event.child_ref, event.recipient, event.rests_on)


CONSENT: Stream[Consent] = Stream(
    name="consent",
    initial=Consent(),
    decide={GiveConsent: _give, WithdrawConsent: _withdraw},
    evolve={
        ConsentGiven: _given,
        ConsentWithdrawn: lambda state, event: replace(state, state=ConsentState.WITHDRAWN),
    },
    locate=lambda command, load: command.consent_id,
    title="同意",
    codes={"form": CONSENT_FORM},
)
