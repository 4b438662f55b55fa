"""The procuratorial advice (检察建议): what an office is advised to mend, and its written reply.

The office that is advised replies in writing within one month (未保法 114). An advice concerns an
office and names no child; its document number and matter are sealed as orders.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from domain.kernel import Category, Command, Event, Given, Refused, Sensitive, Stream, Text
from domain.letters import Kind, Letter, check_reply, check_sent
from domain.organisations import Seat, seat_of

Orders = Annotated[Text, Sensitive(Category.ORDERS)]

REPLY = "advice_reply"
"""The clock of policies/clocks.toml, and the kind of its deadline."""

KIND = Kind("检察建议", "被建议单位", "ADVICE")


class AdviceState(StrEnum):
    NONE = "NONE"
    ISSUED = "ISSUED"
    REPLIED = "REPLIED"


STATE_WORDS = {AdviceState.ISSUED: "待回复", AdviceState.REPLIED: "已回复"}


class IssueAdvice(Command):
    """制发检察建议, under a document number, to one office."""

    STATES: ClassVar[Category | None] = Category.ORDERS
    advice_id: UUID
    addressee: str
    document_number: str
    matter: str
    issued_on: date


class ReplyToAdvice(Command):
    """书面回复, by the office that was advised; ``replied_on`` is today where it is not said."""

    advice_id: UUID
    content: str
    replied_on: date | None = None


class AdviceEvent(Event):
    """Who advised whom. ``told_to`` is the one of the two for whom the fact was written."""

    CATEGORY: ClassVar[Category] = Category.ORDERS
    TITLE: ClassVar[str] = "检察建议"
    sender: str
    addressee: str
    told_to: str


class AdviceIssued(AdviceEvent):
    """``reply_by`` is the last day for the reply."""

    TOPIC: ClassVar[str] = "advice.issued.v1"
    TITLE: ClassVar[str] = "制发检察建议"
    issued_on: date
    reply_by: date
    document_number: Orders
    matter: Orders


class AdviceReplied(AdviceEvent):
    TOPIC: ClassVar[str] = "advice.replied.v1"
    TITLE: ClassVar[str] = "回复检察建议"
    replied_on: date
    content: Orders


@dataclass(frozen=True, slots=True)
class Advice:
    state: AdviceState = AdviceState.NONE
    sender: str = ""
    addressee: str = ""
    issued_on: date | None = None

    @property
    def letter(self) -> Letter:
        return Letter(self.sender, self.addressee, self.issued_on)


def _issue(state: Advice, command: IssueAdvice, given: Given) -> list[Event]:
    sender = given.actor.organisation
    if seat_of(sender) is not Seat.PROCURATORATE:
        raise Refused("ADVICE_NOT_PROCURATORATE", "检察建议只由检察院制发。")
    check_sent(state.letter, KIND, sender, command.addressee, command.issued_on, given)
    within = given.rules.clocks[REPLY].within
    return [
        AdviceIssued(
            sender=sender,
            addressee=command.addressee,
            told_to=command.addressee,
            issued_on=command.issued_on,
            reply_by=given.rules.last_day(within, command.issued_on),
            document_number=command.document_number,
            matter=command.matter,
        )
    ]


def _reply(state: Advice, command: ReplyToAdvice, given: Given) -> list[Event]:
    """More may be replied later; the first reply ends the clock."""
    replied_on = check_reply(state.letter, KIND, command.replied_on, given)
    return [
        AdviceReplied(
            sender=state.sender,
            addressee=state.addressee,
            told_to=state.sender,
            replied_on=replied_on,
            content=command.content,
        )
    ]


def _issued(state: Advice, event: AdviceIssued) -> Advice:
    first = state.state is AdviceState.NONE
    return Advice(
        AdviceState.ISSUED if first else state.state, event.sender, event.addressee, event.issued_on
    )


ADVICE: Stream[Advice] = Stream(
    name="advice",
    initial=Advice(),
    decide={IssueAdvice: _issue, ReplyToAdvice: _reply},
    evolve={
        AdviceIssued: _issued,
        AdviceReplied: lambda state, event: replace(state, state=AdviceState.REPLIED),
    },
    locate=lambda command, load: command.advice_id,
    by_itself=True,
)
