"""What is published to be signed up for (报名项目公告), by the year in which it begins.

The hub's own stream: it names offers and no child, and is read at the door by whoever signs
children up and by whoever offers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.kernel import Category, Command, Event, Given, Refused, Stream, derived_id
from domain.organisations import HUB


def board_id(year: str) -> UUID:
    """The id of a year's board."""
    return derived_id("offer_board", year)


class ListOffer(Command):
    """Asked by the hub: an offer of this year is published."""

    for_period: str
    listed: UUID


class OfferListed(Event):
    TOPIC: ClassVar[str] = "offer_board.listed.v1"
    CATEGORY: ClassVar[Category] = Category.PROGRAMMES
    TITLE: ClassVar[str] = "列入公告"
    for_period: str
    listed: UUID


@dataclass(frozen=True, slots=True)
class OfferBoard:
    """The offers of a year, in the order in which they were published."""

    offers: tuple[UUID, ...] = ()


def _list(state: OfferBoard, command: ListOffer, given: Given) -> list[Event]:
    if given.actor.organisation != HUB:
        raise Refused("BOARD_BY_HUB", "公告由系统按发布的项目更新，不能另行登记。")
    if command.listed in state.offers:
        return []
    return [OfferListed(**command.model_dump())]


OFFER_BOARD: Stream[OfferBoard] = Stream(
    name="offer_board",
    initial=OfferBoard(),
    decide={ListOffer: _list},
    evolve={OfferListed: lambda state, event: OfferBoard((*state.offers, event.listed))},
    locate=lambda command, load: board_id(command.for_period),
)
