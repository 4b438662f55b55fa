"""The supervisory order (督办单): an office is told to do what it missed, and answers in writing.

The women-and-children office (妇儿工委办), or civil affairs, issues it to a department; where a
missed deadline has gone up to the office (domain/deadline_ladder.py), one is proposed, and a person
decides. It names the matter by its number, which only whoever has it in hand can open, and no
child: the office sees none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar
from uuid import UUID

from domain.kernel import Category, Command, Event, Given, Refused, Sensitive, Stream, Text
from domain.letters import NO_LETTER, Kind, Letter, check_reply, check_sent
from domain.organisations import HUB, Seat, district_organisation, seat_of
from domain.rules import OrderRules

Words = Annotated[Text, Sensitive(Category.PROGRAMMES)]

REPLY = "supervisory_reply"
"""The clock of policies/clocks.toml, and the kind of its deadline."""

KIND = Kind("督办单", "被督办单位", "ORDER")


class OrderState(StrEnum):
    NONE = "NONE"
    PROPOSED = "PROPOSED"
    ISSUED = "ISSUED"
    REPLIED = "REPLIED"
    CLOSED = "CLOSED"


STATE_WORDS = {
    OrderState.NONE: "未制发",
    OrderState.PROPOSED: "待制发",
    OrderState.ISSUED: "待回复",
    OrderState.REPLIED: "已回复",
    OrderState.CLOSED: "已办结",
}


class ProposeOrder(Command):
    """Asked by the hub: ``addressee`` missed the deadline of ``kind`` on ``matter_id``, and nobody
    below ``sender`` was heard."""

    order_id: UUID
    sender: str
    addressee: str
    matter_id: UUID
    kind: str
    missed_at: datetime


class IssueOrder(Command):
    """制发督办单, of one that was proposed or without."""

    NAMES: ClassVar[str] = "addressee"
    order_id: UUID
    addressee: str
    demand: str
    matter_id: UUID | None = None


class ReplyToOrder(Command):
    """书面回复, by the office that is told to act."""

    order_id: UUID
    content: str
    replied_on: date | None = None


class CloseOrder(Command):
    """办结: by who issued it, once a reply is there; or 不予督办, of one that was only proposed."""

    order_id: UUID


class OrderEvent(Event):
    """Between whom. ``told_to`` is the one of the two for whom the fact was written."""

    CATEGORY: ClassVar[Category] = Category.PROGRAMMES
    TITLE: ClassVar[str] = "督办单"
    sender: str
    addressee: str
    told_to: str


class OrderProposed(OrderEvent):
    TOPIC: ClassVar[str] = "supervisory_order.proposed.v1"
    TITLE: ClassVar[str] = "建议督办"
    matter_id: UUID
    kind: str
    missed_at: datetime


class OrderIssued(OrderEvent):
    """``reply_by`` is the last day for the reply."""

    TOPIC: ClassVar[str] = "supervisory_order.issued.v1"
    TITLE: ClassVar[str] = "制发督办单"
    matter_id: UUID | None
    issued_on: date
    reply_by: date
    demand: Words


class OrderReplied(OrderEvent):
    TOPIC: ClassVar[str] = "supervisory_order.replied.v1"
    TITLE: ClassVar[str] = "回复督办单"
    replied_on: date
    content: Words


class OrderClosed(OrderEvent):
    TOPIC: ClassVar[str] = "supervisory_order.closed.v1"
    TITLE: ClassVar[str] = "督办办结"


@dataclass(frozen=True, slots=True)
class Order:
    state: OrderState = OrderState.NONE
    letter: Letter = NO_LETTER
    matter_id: UUID | None = None

    @property
    def about(self) -> dict[str, Any]:
        return {"sender": self.letter.sender, "addressee": self.letter.addressee}


def _propose(state: Order, command: ProposeOrder, given: Given) -> list[Event]:
    if given.actor.organisation != HUB:
        raise Refused("ORDER_BY_HUB", "督办建议由系统提出，请直接制发督办单。")
    if state.state is not OrderState.NONE:
        return []
    return [OrderProposed(**command.model_dump(exclude={"order_id"}), told_to=command.sender)]


def _issue(state: Order, command: IssueOrder, given: Given) -> list[Event]:
    sender, rules = given.actor.organisation, given.rules
    orders: OrderRules = rules.escalation.orders
    if sender == HUB or seat_of(sender) not in orders.issued_by:
        raise Refused("ORDER_NOT_ISSUER", "督办单由妇儿工委办或民政局制发。")
    if not may_be_sent(command.addressee, orders):
        raise Refused("ORDER_ADDRESSEE", "督办单不能发给该单位，请核对被督办单位。")
    check_sent(state.letter, KIND, sender, command.addressee, given.today, given)
    if state.state is OrderState.PROPOSED and (
        (state.letter.sender, state.letter.addressee) != (sender, command.addressee)
    ):
        raise Refused("ORDER_OF_ANOTHER", "这一督办建议不是给本单位的，或被督办单位不符，请核对。")
    if state.state not in (OrderState.NONE, OrderState.PROPOSED):
        raise Refused("ORDER_STATE", f"该督办单目前是“{STATE_WORDS[state.state]}”，不能再制发。")
    return [
        OrderIssued(
            sender=sender,
            addressee=command.addressee,
            told_to=command.addressee,
            matter_id=state.matter_id or command.matter_id,
            issued_on=given.today,
            reply_by=rules.last_day(rules.clocks[REPLY].within, given.today),
            demand=command.demand,
        )
    ]


def may_be_sent(addressee: str, orders: OrderRules) -> bool:
    """Whether an organisation is one of those that are sent any: a department of the district's
    own, or a town."""
    try:
        seat = seat_of(addressee)
    except ValueError:
        return False
    departments = seat is Seat.TOWN or addressee == district_organisation(seat)
    return departments and seat in orders.sent_to


def _reply(state: Order, command: ReplyToOrder, given: Given) -> list[Event]:
    """More may be replied until it is closed; the first reply ends the clock."""
    replied_on = check_reply(state.letter, KIND, command.replied_on, given)
    if state.state is OrderState.CLOSED:
        raise Refused("ORDER_STATE", "该督办单已办结，不能再回复。")
    return [
        OrderReplied(
            **state.about,
            told_to=state.letter.sender,
            replied_on=replied_on,
            content=command.content,
        )
    ]


def _close(state: Order, command: CloseOrder, given: Given) -> list[Event]:
    if state.state is OrderState.NONE or given.actor.organisation != state.letter.sender:
        raise Refused("ORDER_NOT_YOURS", "没有可由本单位办结的督办单，请核对编号。")
    if state.state not in (OrderState.PROPOSED, OrderState.REPLIED):
        raise Refused(
            "ORDER_STATE", f"该督办单目前是“{STATE_WORDS[state.state]}”，回复后才能办结。"
        )
    # Of one that was only proposed the office in question was never told.
    told = "sender" if state.state is OrderState.PROPOSED else "addressee"
    return [OrderClosed(**state.about, told_to=state.about[told])]


def _proposed(state: Order, event: OrderProposed) -> Order:
    return Order(OrderState.PROPOSED, Letter(event.sender, event.addressee), event.matter_id)


def _issued(state: Order, event: OrderIssued) -> Order:
    letter = Letter(event.sender, event.addressee, event.issued_on)
    return Order(OrderState.ISSUED, letter, event.matter_id)


SUPERVISORY_ORDER: Stream[Order] = Stream(
    name="supervisory_order",
    initial=Order(),
    decide={
        ProposeOrder: _propose,
        IssueOrder: _issue,
        ReplyToOrder: _reply,
        CloseOrder: _close,
    },
    evolve={
        OrderProposed: _proposed,
        OrderIssued: _issued,
        OrderReplied: lambda state, event: replace(state, state=OrderState.REPLIED),
        OrderClosed: lambda state, event: replace(state, state=OrderState.CLOSED),
    },
    locate=lambda command, load: command.order_id,
    by_itself=True,
)
