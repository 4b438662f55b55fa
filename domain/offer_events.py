"""What is asked and said of what is offered to children to sign up for (报名项目). Plan 二1 (P06,
P07), 二4 (P29)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from domain.activity_codes import Brand
from domain.kernel import (
    Category,
    Command,
    Event,
    Sensitive,
    Text,
    derived_id,
)
from domain.offer_codes import OfferKind
from domain.site import Number

WAITING_LIST = "answer_waiting_list"
"""The clock of policies/clocks.toml by which an organiser answers those who wait."""


Spots = Annotated[int, Field(ge=1, le=10_000)]


Age = Annotated[int, Field(ge=0, le=18)]


def offer_id(number: str) -> UUID:
    """The id of an offer by its number (项目编号)."""
    return derived_id("offer", number)


class PublishOffer(Command):
    """发布: ``spots`` for children of these ages, from a day until a day; published again by
    whoever did, with more spots or other days, until it is over."""

    STATES: ClassVar[Category | None] = Category.PROGRAMMES
    register_number: Number
    offer: OfferKind
    brand: Brand | None
    town: str | None
    begins_on: date
    until: date
    spots: Spots
    age_from: Age
    age_until: Age
    sign_up_by: date
    account: str | None


class EndOffer(Command):
    """Its organiser ends the sign-up: those who wait get no spot. ``cancelled``: nobody does."""

    STATES: ClassVar[Category | None] = Category.PROGRAMMES
    register_number: Number
    ended_on: date
    cancelled: bool


class QueueSignUp(Command):
    """A child is signed up: ``sign_up`` waits. ``born`` as the record has it; the child's file
    is read for who goes first, of a child of one's own alone."""

    READS_CHILD: ClassVar[bool] = True
    register_number: Number
    sign_up: UUID
    of_child: UUID
    born: date | None
    guardian_agrees: bool

    @property
    def reads(self) -> UUID | None:
        """The child that is signed up; the offer itself is no child's."""
        return self.of_child


class GiveOutSpots(Command):
    """Asked by the clock: the last day to sign up is over."""

    offer_id: UUID


class FreeSpot(Command):
    """Asked by the hub: a sign-up is over, or its spot was not answered (``waits`` on, behind the
    others): the spot goes to the next."""

    offer_id: UUID
    sign_up: UUID
    waits: bool


class OfferEvent(Event):
    """``organiser``: who offers it."""

    CATEGORY: ClassVar[Category] = Category.PROGRAMMES
    TITLE: ClassVar[str] = "报名项目"
    register_number: str
    organiser: str
    told_to: str | None
    offer: OfferKind


class OfferPublished(OfferEvent):
    """``sign_up_ends``: when the spots are given out; None where they are already."""

    TOPIC: ClassVar[str] = "offer.published.v1"
    TITLE: ClassVar[str] = "发布报名项目"
    brand: Brand | None
    town: str | None
    begins_on: date
    until: date
    spots: Spots
    age_from: Age
    age_until: Age
    sign_up_by: date
    sign_up_ends: datetime | None
    account: Annotated[Text, Sensitive(Category.PROGRAMMES)]


class SignUpQueued(OfferEvent):
    """``goes_first``: by policies/offers.toml."""

    TOPIC: ClassVar[str] = "offer.sign_up_queued.v1"
    TITLE: ClassVar[str] = "排队"
    sign_up: UUID
    goes_first: bool


class SpotsGivenOut(OfferEvent):
    """``waiting``: how many had no spot then; ``answer_by``: when the organiser
    has answered them."""

    TOPIC: ClassVar[str] = "offer.given_out.v1"
    TITLE: ClassVar[str] = "分配名额"
    waiting: int
    answer_by: datetime | None


class SpotGiven(OfferEvent):
    """``waiting``: how many wait still."""

    TOPIC: ClassVar[str] = "offer.spot_given.v1"
    TITLE: ClassVar[str] = "给出名额"
    sign_up: UUID
    goes_first: bool
    begins_on: date
    until: date
    waiting: int


class SpotFreed(OfferEvent):
    TOPIC: ClassVar[str] = "offer.spot_freed.v1"
    TITLE: ClassVar[str] = "空出名额"
    sign_up: UUID
    waits: bool


class OfferEnded(OfferEvent):
    """``left_out``: sign-ups that are over by it."""

    TOPIC: ClassVar[str] = "offer.ended.v1"
    TITLE: ClassVar[str] = "结束报名"
    ended_on: date
    cancelled: bool
    left_out: tuple[UUID, ...]
