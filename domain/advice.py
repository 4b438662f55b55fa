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
from domain.organisations import Seat, seat_of

Orders = Annotated[Text, Sensitive(Category.ORDERS)]

REPLY = "advice_reply"
"""The clock of policies/clocks.toml, and the kind of its deadline."""


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


def _issue(state: Advice, command: IssueAdvice, given: Given) -> list[Event]:
    sender = given.actor.organisation
    if seat_of(sender) is not Seat.PROCURATORATE:
        raise Refused("ADVICE_NOT_PROCURATORATE", "检察建议只由检察院制发。")
    if command.addressee == sender:
        raise Refused("ADVICE_TO_ONESELF", "被建议单位不能是本单位，请核对后重报。")
    given.not_in_future(command.issued_on, "ADVICE_IN_FUTURE", "发出日期")
    if state.state is not AdviceState.NONE and (
        (state.addressee, state.issued_on) != (command.addressee, command.issued_on)
    ):
        # It was shown to that office, and its clock runs from that day.
        raise Refused(
            "ADVICE_SERVED",
            "该检察建议已送达，被建议单位和发出日期不能更改；确需更改的，请另行制发。",
        )
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
    if state.issued_on is None or given.actor.organisation != state.addressee:
        # The same for a stranger, who cannot learn that there is one.
        raise Refused("ADVICE_NOT_YOURS", "没有可由本单位回复的检察建议，请核对编号。")
    replied_on = command.replied_on or given.today
    given.not_in_future(replied_on, "REPLY_IN_FUTURE", "回复日期")
    if replied_on < state.issued_on:
        raise Refused("REPLY_BEFORE_ADVICE", "回复日期早于检察建议发出日期，请核对后重报。")
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
