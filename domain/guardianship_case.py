"""The guardianship case (监护个案): its first two rungs, dissuasion and admonition.

村居 dissuades and stops (劝诫、制止, 未保法 118(1), plan 二2); where it is serious the police
admonish (训诫, 未保法 118(2)) and order family-education guidance. What the village or town
states is guardianship; what the police order is shared under orders.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, ClassVar
from uuid import UUID

from domain.code_sets import CodeSet
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
from domain.organisations import Seat, seat_of

Guardianship = Annotated[Text, Sensitive(Category.GUARDIANSHIP)]
Orders = Annotated[Text, Sensitive(Category.ORDERS)]
OrdersFlag = Annotated[Text, Sensitive(Category.ORDERS, flag=True)]


class GuardianshipState(StrEnum):
    """The rungs carried so far (domain reference §4)."""

    NONE = "NONE"
    DISSUADED = "DISSUADED"
    ADMONISHED = "ADMONISHED"
    CLOSED = "CLOSED"


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


def guardianship_case_id(child_ref: UUID, occurrence: int) -> UUID:
    """The id of a child's n-th guardianship case (from 1)."""
    return derived_id("guardianship", child_ref, occurrence)


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


class CloseGuardianshipCase(Command):
    """结案 with a reason."""

    STATES: ClassVar[Category | None] = Category.GUARDIANSHIP
    child_ref: UUID
    reason: str


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


class GuardianshipCaseClosed(Event):
    TOPIC: ClassVar[str] = "guardianship.closed.v1"
    CATEGORY: ClassVar[Category] = Category.GUARDIANSHIP
    TITLE: ClassVar[str] = "监护个案结案"
    child_ref: UUID
    reason: Guardianship


@dataclass(frozen=True, slots=True)
class GuardianshipCase:
    state: GuardianshipState = GuardianshipState.NONE
    admonitions: int = 0

    @property
    def open(self) -> bool:
        return self.state in (GuardianshipState.DISSUADED, GuardianshipState.ADMONISHED)


def _dissuade(state: GuardianshipCase, command: RecordDissuasion, given: Given) -> list[Event]:
    given.not_in_future(command.dissuaded_on, "DISSUASION_IN_FUTURE", "劝诫日期")
    return [DissuasionRecorded(**command.model_dump())]


ADMONISHING = frozenset({Seat.POLICE, Seat.POLICE_STATION, Seat.PROCURATORATE, Seat.COURT})
"""Who may admonish (未保法 118(2): 公安机关、人民检察院、人民法院)."""


def _admonish(state: GuardianshipCase, command: RecordAdmonition, given: Given) -> list[Event]:
    if seat_of(given.actor.organisation) not in ADMONISHING:
        raise Refused("ADMONITION_NOT_YOURS", "训诫只由公安、检察院或法院作出，请移交公安机关。")
    given.not_in_future(command.served_on, "ADMONITION_IN_FUTURE", "送达日期")
    # The document number is sealed, so a corrected record cannot be told from the document it
    # corrects by looking: it keeps the count where it is.
    another = not given.correction or state.admonitions == 0
    return [AdmonitionRecorded(**command.model_dump(), ordinal=state.admonitions + another)]


def _close(state: GuardianshipCase, command: CloseGuardianshipCase, given: Given) -> list[Event]:
    if not state.open:
        raise Refused("GUARDIANSHIP_NOT_OPEN", "没有可由本单位结案的监护个案，请核对儿童信息。")
    return [GuardianshipCaseClosed(**command.model_dump())]


def state_after(state: GuardianshipState, topic: str) -> GuardianshipState:
    """The rung that an event leads to: for the fold here and for every view. A dissuasion after
    an admonition is no step down."""
    if topic == DissuasionRecorded.TOPIC and state is GuardianshipState.ADMONISHED:
        return state
    return _STATE_OF_TOPIC[topic]


_STATE_OF_TOPIC = {
    DissuasionRecorded.TOPIC: GuardianshipState.DISSUADED,
    AdmonitionRecorded.TOPIC: GuardianshipState.ADMONISHED,
    GuardianshipCaseClosed.TOPIC: GuardianshipState.CLOSED,
}


def _moved(state: GuardianshipCase, event: Event) -> GuardianshipCase:
    return replace(state, state=state_after(state.state, event.TOPIC))


def _admonished(state: GuardianshipCase, event: AdmonitionRecorded) -> GuardianshipCase:
    return replace(_moved(state, event), admonitions=event.ordinal)


def _locate(command: Any, load: Callable[[UUID], GuardianshipCase]) -> UUID:
    """The child's open case, else the next one."""
    occurrence = 1
    while load(guardianship_case_id(command.child_ref, occurrence)).state is (
        GuardianshipState.CLOSED
    ):
        occurrence += 1
    return guardianship_case_id(command.child_ref, occurrence)


GUARDIANSHIP_CASE: Stream[GuardianshipCase] = Stream(
    name="guardianship",
    initial=GuardianshipCase(),
    decide={
        RecordDissuasion: _dissuade,
        RecordAdmonition: _admonish,
        CloseGuardianshipCase: _close,
    },
    evolve={
        DissuasionRecorded: _moved,
        AdmonitionRecorded: _admonished,
        GuardianshipCaseClosed: _moved,
    },
    locate=_locate,
    title="监护个案",
    states={
        GuardianshipState.NONE: "未立个案",
        GuardianshipState.DISSUADED: "已劝诫",
        GuardianshipState.ADMONISHED: "已训诫",
        GuardianshipState.CLOSED: "结案",
    },
    codes={"conduct": GUARDIAN_CONDUCT},
    case=lambda state, topic, facts: state_after(
        GuardianshipState(state or GuardianshipState.NONE), topic
    ),
)
