"""A safety instruction (安全提示): one line that whoever meets a child is to heed, with no reason,
a last day and a number to call.

Issued by police, civil affairs, court or the town's station to seats and organisations that they
choose, and ended by the issuer or by its day alone. Each issuer has one at a time for a child: what
it issues next stands in the place of the former.

No view holds one. Whoever is told is asked for at the door on every look, so that a new school is
told from its first day, and an organisation that becomes conflicted (利害关系单位) no more; nobody
else can find out that there is one, and that somebody looked at one stands in no child's list of
looks (ADR 42).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Annotated, Any, ClassVar
from uuid import UUID

from domain.child_file import ChildFile
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
from domain.organisations import HUB, SEAT_WORDS, Seat, seat_of
from domain.roster import duty_number
from domain.safety_rules import SafetyRules, is_older
from domain.standing import Standing, Stands

# The matrix's column of programmes and safety: a line says nothing of harm, and is no record of it.
Line = Annotated[Text, Sensitive(Category.PROGRAMMES)]

_NUMBERS = re.compile(r"\d{7,}")
"""An identity number or a telephone: neither belongs into a line that many read."""


def instructions_id(child_ref: UUID) -> UUID:
    """The id of the stream of all instructions for a child."""
    return derived_id("safety_instruction", child_ref)


class IssueSafetyInstruction(Command):
    """发布安全提示: ``text`` is the line, ``call`` whom to call (an official number), ``until`` its
    last day; ``seats`` and ``organisations`` are told. ``issued_on``: its day, today where none is
    named; one of before the issuer's newest is kept and stands in the place of nothing."""

    READS_CHILD: ClassVar[bool] = True
    READS_TASKS: ClassVar[bool] = True
    NAMES: ClassVar[str] = "organisations"
    child_ref: UUID
    text: str
    call: str
    until: date
    seats: tuple[Seat, ...] = ()
    organisations: tuple[str, ...] = ()
    issued_on: date | None = None


class EndSafetyInstruction(Command):
    """撤销安全提示, by its issuer, in whichever file of the child it was issued. ``issued_on``:
    the one of that day, and none that was issued since; the one that stands where none is named."""

    EACH_FILE: ClassVar[bool] = True
    child_ref: UUID
    issued_on: date | None = None


class SafetyInstructionIssued(Event):
    """``told_seats``: of each, whoever answers for the child or has it in hand at the moment of a
    look. ``told_organisations``: by name."""

    TOPIC: ClassVar[str] = "safety_instruction.issued.v1"
    CATEGORY: ClassVar[Category] = Category.PROGRAMMES
    TITLE: ClassVar[str] = "安全提示"
    child_ref: UUID
    issuer: str
    until: date
    told_seats: tuple[Seat, ...]
    told_organisations: tuple[str, ...]
    text: Line
    call: Line
    issued_on: date | None = None
    """None in what was recorded before days were: the day on which it happened."""


class SafetyInstructionEnded(Event):
    TOPIC: ClassVar[str] = "safety_instruction.ended.v1"
    CATEGORY: ClassVar[Category] = Category.PROGRAMMES
    TITLE: ClassVar[str] = "撤销安全提示"
    child_ref: UUID
    issuer: str
    issued_on: date | None = None
    """The one that was issued on this day; None: whichever stood."""


class ReadTogether(Command):
    """Two files are one child's (档案合并), or are not any more: what is told of the other is told
    of this one as well, while they are joined."""

    child_ref: UUID
    other: UUID
    joined: bool


class InstructionsShared(Event):
    """From here on ``other`` is read with this file, or not any more."""

    TOPIC: ClassVar[str] = "safety_instruction.shared.v1"
    CATEGORY: ClassVar[Category] = Category.PROGRAMMES
    TITLE: ClassVar[str] = "同一儿童档案的安全提示"
    child_ref: UUID
    other: UUID
    joined: bool


@dataclass(frozen=True, slots=True)
class Instructions:
    """The last day of what stands for a child, by issuer, and the files that are read with it.
    ``issued``: the day of the newest that each issuer ever issued, standing or not."""

    until: Mapping[str, date] = field(default_factory=dict)
    issued: Mapping[str, date] = field(default_factory=dict)
    read_with: frozenset[UUID] = frozenset()


def is_told(each: SafetyInstructionIssued, organisation: str, *, has_in_hand: bool) -> bool:
    """Whether an organisation that is not conflicted is told: by name, or because it is of a seat
    that is and answers for the child, or has it in hand, now."""
    named = organisation in each.told_organisations
    return named or (has_in_hand and seat_of(organisation) in each.told_seats)


def _issue(state: Instructions, command: IssueSafetyInstruction, given: Given) -> list[Event]:
    rules: SafetyRules = given.rules.safety
    issuer = given.actor.organisation
    _issuer_only(issuer, rules)
    _checked(command, rules, given)
    child: ChildFile = given.child or ChildFile()
    theirs = issuer in child.responsible | child.identity_stated_by or bool(given.tasks)
    if not child.opened or not theirs or issuer in child.conflicted:
        # To a conflicted one (利害关系单位) as to a stranger.
        raise Refused("SAFETY_CHILD", "没有可由本单位发布安全提示的儿童，请核对编号。")
    return [
        SafetyInstructionIssued(
            child_ref=command.child_ref,
            issuer=issuer,
            until=command.until,
            told_seats=tuple(sorted(set(command.seats))),
            told_organisations=tuple(sorted(set(command.organisations))),
            text=command.text.strip(),
            call=duty_number(command.call),
            issued_on=command.issued_on or given.today,
        )
    ]


def _issuer_only(organisation: str, rules: SafetyRules) -> None:
    if organisation == HUB or seat_of(organisation) not in rules.issuers:
        words = "、".join(SEAT_WORDS[each] for each in Seat if each in rules.issuers)
        raise Refused(
            "SAFETY_NOT_ISSUER", f"安全提示由{words}发布，请联系其中一家；有危险请拨打110。"
        )


def _checked(command: IssueSafetyInstruction, rules: SafetyRules, given: Given) -> None:
    """Raises Refused for what is no instruction; nothing of it depends on the child."""
    line = command.text.strip()
    if not line or len(line) > rules.max_chars or not line.isprintable():
        raise Refused("SAFETY_LINE", f"安全提示是一行文字，不超过{rules.max_chars}字，不换行。")
    if _NUMBERS.search(line):
        raise Refused("SAFETY_NUMBER", "安全提示里不写证件号和电话；联系电话请填在电话一栏。")
    if duty_number(command.call) is None:
        raise Refused(
            "SAFETY_CALL", "联系电话应是单位的固定电话或短号，例如 110；不要填个人手机号。"
        )
    longest = given.rules.last_day(rules.longest, given.today)
    if not given.today <= command.until <= longest:
        raise Refused(
            "SAFETY_UNTIL",
            f"有效期最早到今天，最长到{longest:%Y年%m月%d日}；需要更长的，到期前再次发布。",
        )
    seats = {*command.seats, *map(_seat, command.organisations)}
    if not seats:
        raise Refused("SAFETY_TOLD", "请选择告知哪些单位。")
    if not seats <= rules.may_be_told:
        words = "、".join(SEAT_WORDS[each] for each in Seat if each in rules.may_be_told)
        raise Refused("SAFETY_TOLD", f"安全提示只告知：{words}。")


def _seat(organisation: str) -> Seat | None:
    try:
        return seat_of(organisation)
    except ValueError:
        return None


def _end(state: Instructions, command: EndSafetyInstruction, given: Given) -> list[Event]:
    """Nothing of it tells whether another one has issued any."""
    issuer = given.actor.organisation
    _issuer_only(issuer, given.rules.safety)
    ever = issuer in state.issued if command.issued_on else issuer in state.until
    if not ever:
        raise Refused("SAFETY_NONE", "没有由本单位发布的安全提示，请核对编号。")
    return [
        SafetyInstructionEnded(
            child_ref=command.child_ref, issuer=issuer, issued_on=command.issued_on
        )
    ]


def _read_together(state: Instructions, command: ReadTogether, given: Given) -> list[Event]:
    if given.actor.organisation != HUB:
        raise Refused("SAFETY_BY_HUB", "档案合并后的安全提示由系统一并显示。")
    if (command.other in state.read_with) == command.joined:
        return []
    return [InstructionsShared(**command.model_dump())]


def _issued(state: Instructions, event: SafetyInstructionIssued) -> Instructions:
    if is_older(event.issued_on, state.issued.get(event.issuer)):
        return state
    issued = {**state.issued, event.issuer: event.issued_on or date.min}
    return replace(state, until={**state.until, event.issuer: event.until}, issued=issued)


def _ended(state: Instructions, event: SafetyInstructionEnded) -> Instructions:
    if is_older(event.issued_on, state.issued.get(event.issuer)):
        return state
    kept = {issuer: until for issuer, until in state.until.items() if issuer != event.issuer}
    return replace(state, until=kept)


def _shared(state: Instructions, event: InstructionsShared) -> Instructions:
    changed = {event.other}
    read_with = state.read_with | changed if event.joined else state.read_with - changed
    return replace(state, read_with=read_with)


def _stands(state: Instructions, rules: Any) -> list[Standing]:
    return [
        Standing(Stands.SAFETY_INSTRUCTION, until + timedelta(days=1))
        for until in state.until.values()
    ]


SAFETY_INSTRUCTION: Stream[Instructions] = Stream(
    name="safety_instruction",
    initial=Instructions(),
    decide={
        IssueSafetyInstruction: _issue,
        EndSafetyInstruction: _end,
        ReadTogether: _read_together,
    },
    evolve={
        SafetyInstructionIssued: _issued,
        SafetyInstructionEnded: _ended,
        InstructionsShared: _shared,
    },
    locate=lambda command, load: instructions_id(command.child_ref),
    title="安全提示",
    stands=_stands,
)
