"""What is asked and said of a sign-up for what is offered (报名). Plan 二1 (P06), 二4 (P29)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, ClassVar
from uuid import UUID

from domain.kernel import (
    Category,
    Command,
    Event,
    Sensitive,
    Text,
    derived_id,
)
from domain.offer_codes import (
    Attendance,
    OfferKind,
    SignUpEnd,
    SpotAnswer,
    Wish,
)
from domain.site import Number

ANSWER_SPOT = "answer_spot"
"""The clock of policies/clocks.toml by which a spot is answered."""


ANSWER_CHILD = "answer_child"
"""The clock by which the child itself is told what became of what it wishes."""

Programmes = Annotated[Text, Sensitive(Category.PROGRAMMES)]


def sign_up_id(child_ref: UUID, number: str) -> UUID:
    """The id of a child's sign-up for an offer."""
    return derived_id("sign_up", child_ref, number)


class OfChildSignUp(Command):
    """What is stated of a child's sign-up for the offer of a number."""

    child_ref: UUID
    register_number: Number


class SignUp(OfChildSignUp):
    """报名. ``wish``: what the child itself says; ``childs_words``: in its own words."""

    signed_on: date
    wish: Wish
    childs_words: str | None


class AnswerSpot(OfChildSignUp):
    """答复 for the family, by whoever signed the child up; also takes back what waits."""

    answer: SpotAnswer
    answered_on: date
    note: str | None


class AnswerChild(OfChildSignUp):
    """答复孩子: whoever signed the child up told it what became of its wish; ``childs_words``: what
    it says to that."""

    told_on: date
    childs_words: str | None


class RecordAttendance(OfChildSignUp):
    """What the organiser saw: the child came, completed, left, or did not come."""

    attendance: Attendance
    seen_on: date
    note: str | None


class OfferSpot(Command):
    """Asked by the hub: the sign-up has a spot."""

    sign_up: UUID
    organiser: str
    offer: OfferKind
    begins_on: date
    until: date


class LapseSpot(Command):
    """Asked by the clock: nobody answered."""

    sign_up: UUID


class CloseSignUp(Command):
    """Asked by the hub: the offer is over for it."""

    sign_up: UUID
    end: SignUpEnd


class SignUpEvent(Event):
    CATEGORY: ClassVar[Category] = Category.PROGRAMMES
    TITLE: ClassVar[str] = "报名"
    child_ref: UUID
    register_number: str


class SignedUp(SignUpEvent):
    TOPIC: ClassVar[str] = "sign_up.signed_up.v1"
    TITLE: ClassVar[str] = "登记报名"
    signed_by: str
    signed_on: date
    wish: Wish
    childs_words: Programmes


class SpotEvent(SignUpEvent):
    """``told_to``: whoever signed it up, or the organiser, where the other one states it."""

    organiser: str
    told_to: str | None
    offer: OfferKind


class SpotOffered(SpotEvent):
    """``answer_by``: when it is to be answered; ``lapses_at``: when the next one has it."""

    TOPIC: ClassVar[str] = "sign_up.spot_offered.v1"
    TITLE: ClassVar[str] = "有名额"
    signed_by: str
    begins_on: date
    until: date
    answer_by: datetime
    lapses_at: datetime


class SpotTaken(SpotEvent):
    TOPIC: ClassVar[str] = "sign_up.spot_taken.v1"
    TITLE: ClassVar[str] = "确认参加"
    answered_on: date
    note: Programmes
    tell_child_by: datetime | None = None
    """By when the child is told; None where it was too young to be asked."""


class SpotLapsed(SpotEvent):
    """It waits on."""

    TOPIC: ClassVar[str] = "sign_up.spot_lapsed.v1"
    TITLE: ClassVar[str] = "逾期未答复"


class SpotAttended(SpotEvent):
    TOPIC: ClassVar[str] = "sign_up.attended.v1"
    TITLE: ClassVar[str] = "已到场"
    seen_on: date
    note: Programmes


class SignUpEnded(SignUpEvent):
    """``came``: the child had come."""

    TOPIC: ClassVar[str] = "sign_up.ended.v1"
    TITLE: ClassVar[str] = "报名结束"
    organiser: str | None
    told_to: str | None
    offer: OfferKind | None
    ended_on: date
    end: SignUpEnd
    came: bool
    note: Programmes
    tell_child_by: datetime | None = None
    """As of a spot that is taken; None also where the child has come."""


class ChildAnswered(SignUpEvent):
    """The child itself was told what became of its wish."""

    TOPIC: ClassVar[str] = "sign_up.child_answered.v1"
    TITLE: ClassVar[str] = "已答复孩子"
    told_on: date
    childs_words: Programmes
