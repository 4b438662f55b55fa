"""The benefit (保障待遇): one stream per decision that an office took and states here.

Basic living, destitution, minimum living, temporary, medical and education aid (plan 二3 P22,
P24), rehabilitation aid (P25; domain reference §6). Never an automatic decision: the hub records
what was granted, refused or stopped, and by whom. What a family is given, and why not, stays
under means; only where aid is for schooling are school and education bureau asked to carry it
out, in fixed words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from domain.code_sets import CodeSet
from domain.kernel import Category, Command, Event, Given, Refused, Sensitive, Stream, Text
from domain.organisations import Seat, seat_of
from domain.standing import Standing, Stands

Means = Annotated[Text, Sensitive(Category.MEANS)]
MeansFlag = Annotated[Text, Sensitive(Category.MEANS, flag=True)]

BENEFIT_SCHEME = CodeSet(
    "BENEFIT_SCHEME",
    "保障项目",
    {
        "SPECIAL_CHILD": "特殊儿童基本生活费",
        "DESTITUTE": "特困供养",
        "MINIMUM_LIVING": "最低生活保障",
        "MINIMUM_LIVING_MARGIN": "最低生活保障边缘家庭",
        "RIGID_EXPENDITURE": "刚性支出困难家庭",
        "TEMPORARY": "临时救助",
        "MEDICAL": "医疗救助",
        "EDUCATION": "教育救助",
        "REHABILITATION": "残疾儿童康复救助",
        "DISABLED_LIVING": "困难残疾人生活补贴",
        "SEVERE_DISABILITY_CARE": "重度残疾人护理补贴",
    },
    {
        "孤儿基本生活费": "SPECIAL_CHILD",
        "困境儿童基本生活费": "SPECIAL_CHILD",
        "基本生活保障": "SPECIAL_CHILD",
        "基本生活费": "SPECIAL_CHILD",
        "特困": "DESTITUTE",
        "特困人员救助供养": "DESTITUTE",
        "低保": "MINIMUM_LIVING",
        "低收入": "MINIMUM_LIVING_MARGIN",
        "低收入家庭": "MINIMUM_LIVING_MARGIN",
        "低保边缘": "MINIMUM_LIVING_MARGIN",
        "低保边缘家庭": "MINIMUM_LIVING_MARGIN",
        "刚性支出困难": "RIGID_EXPENDITURE",
        "支出型贫困": "RIGID_EXPENDITURE",
        "教育资助": "EDUCATION",
        "人工耳蜗": "REHABILITATION",
        "骨关节置换": "REHABILITATION",
        "辅具": "REHABILITATION",
        "康复训练补贴": "REHABILITATION",
        "重残护理补贴": "SEVERE_DISABILITY_CARE",
    },
)
"""保障项目, domain reference §6; policies/benefits.toml says of each what it pays and why."""


class BenefitState(StrEnum):
    """Where a decision stands."""

    NONE = "NONE"
    GRANTED = "GRANTED"
    REFUSED = "REFUSED"
    ENDED = "ENDED"


class OnBenefit(Command):
    """What is stated of one decision, as a whole each time; ``benefit_id`` tells one from
    another. ``monthly_amount`` is in the office's own words."""

    STATES: ClassVar[Category | None] = Category.MEANS
    benefit_id: UUID
    child_ref: UUID
    scheme: str
    document_number: str
    reason: str | None


class OnGranted(OnBenefit):
    """What was granted, from a day on."""

    since: date
    monthly_amount: str | None


class GrantBenefit(OnGranted):
    """批准."""


class EndBenefit(OnGranted):
    """停发 of what was granted, on a day that has come."""

    until: date


class RefuseBenefit(OnBenefit):
    """不予批准, with the reason."""


class BenefitEvent(Event):
    """What every statement of a decision carries."""

    CATEGORY: ClassVar[Category] = Category.MEANS
    TITLE: ClassVar[str] = "保障待遇"
    child_ref: UUID
    scheme: Means
    document_number: Means
    reason: Means


class BenefitGranted(BenefitEvent):
    """``standard`` is what the rules name for the scheme on the day it begins, beside the
    amount that was granted."""

    TOPIC: ClassVar[str] = "benefit.granted.v1"
    TITLE: ClassVar[str] = "批准保障待遇"
    since: date
    monthly_amount: Means
    standard: Means
    aid_notice: MeansFlag


class BenefitEnded(BenefitEvent):
    TOPIC: ClassVar[str] = "benefit.ended.v1"
    TITLE: ClassVar[str] = "停发保障待遇"
    since: date
    until: date
    monthly_amount: Means
    aid_notice: MeansFlag


class BenefitRefused(BenefitEvent):
    TOPIC: ClassVar[str] = "benefit.refused.v1"
    TITLE: ClassVar[str] = "不予批准保障待遇"
    aid_notice: MeansFlag


AID_GRANTED = "请落实教育资助"
AID_ENDED = "教育资助已停止，请做好衔接"
"""All that school and education bureau are told: no scheme, no amount, no reason."""


@dataclass(frozen=True, slots=True)
class Benefit:
    state: BenefitState = BenefitState.NONE


DECIDING = frozenset({Seat.CIVIL_AFFAIRS, Seat.TOWN, Seat.DISABLED_FEDERATION})
"""Whose decisions these are: the seats that publish means (domain reference §6, §10)."""


def _deciding_only(command: OnBenefit, given: Given) -> None:
    if seat_of(given.actor.organisation) not in DECIDING:
        raise Refused("BENEFIT_NOT_YOURS", "保障待遇由民政局、街镇或残联登记，请联系民政局。")
    if command.scheme not in BENEFIT_SCHEME.labels or command.scheme not in given.rules.benefits:
        raise Refused("BENEFIT_SCHEME_UNKNOWN", "没有这一保障项目，请从列出的项目中选择。")


def _grant(state: Benefit, command: GrantBenefit, given: Given) -> list[Event]:
    _deciding_only(command, given)
    scheme = given.rules.benefits[command.scheme]
    standard = scheme.standard_on(command.since)
    return [
        BenefitGranted(
            **command.model_dump(exclude={"benefit_id"}),
            standard=standard.words if standard else None,
            aid_notice=AID_GRANTED if scheme.aid else None,
        )
    ]


def _end(state: Benefit, command: EndBenefit, given: Given) -> list[Event]:
    _deciding_only(command, given)
    given.not_in_future(command.until, "BENEFIT_END_IN_FUTURE", "停发日期")
    if command.until < command.since:
        raise Refused("BENEFIT_BACKWARDS", "停发日期早于起始日期，请核对日期后重报。")
    return [
        BenefitEnded(
            **command.model_dump(exclude={"benefit_id"}),
            aid_notice=AID_ENDED if given.rules.benefits[command.scheme].aid else None,
        )
    ]


def _refuse(state: Benefit, command: RefuseBenefit, given: Given) -> list[Event]:
    _deciding_only(command, given)
    # What was granted by mistake was asked of school and education bureau: they are told.
    granted = state.state is BenefitState.GRANTED
    told = granted and given.rules.benefits[command.scheme].aid
    return [
        BenefitRefused(
            **command.model_dump(exclude={"benefit_id"}), aid_notice=AID_ENDED if told else None
        )
    ]


BENEFIT: Stream[Benefit] = Stream(
    name="benefit",
    initial=Benefit(),
    decide={GrantBenefit: _grant, EndBenefit: _end, RefuseBenefit: _refuse},
    evolve={
        BenefitGranted: lambda state, event: Benefit(BenefitState.GRANTED),
        BenefitEnded: lambda state, event: Benefit(BenefitState.ENDED),
        BenefitRefused: lambda state, event: Benefit(BenefitState.REFUSED),
    },
    locate=lambda command, load: command.benefit_id,
    title="保障待遇",
    codes={"scheme": BENEFIT_SCHEME},
    stands=lambda state, rules: (
        [Standing(Stands.BENEFIT_RUNNING)] if state.state is BenefitState.GRANTED else []
    ),
)
