"""A link between two children of one family (家庭关联): of a kind, stated by an organisation that
works with both, confirmed, rejected or ended by a person.

The link belongs to neither file. Each event of it is written once for each of the two, under that
child's own keys, so that erasing one child leaves the other's untouched; what is said in free text
is asked for of each child by itself. No view holds a link: who may see both children at the moment
is told of it, at one door, and nobody else is told that a child has a sister (ADR 27).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar
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
from domain.organisations import seat_of


class LinkKind(StrEnum):
    SIBLING = "SIBLING"
    SAME_GUARDIAN = "SAME_GUARDIAN"
    SAME_HOUSEHOLD = "SAME_HOUSEHOLD"


class LinkState(StrEnum):
    NONE = "NONE"
    STATED = "STATED"
    CONFIRMED = "CONFIRMED"
    REJECTED = "REJECTED"
    ENDED = "ENDED"


LINK_KIND = CodeSet(
    "FAMILY_LINK",
    "家庭关联",
    {
        LinkKind.SIBLING: "兄弟姐妹",
        LinkKind.SAME_GUARDIAN: "同一监护人",
        LinkKind.SAME_HOUSEHOLD: "同户",
    },
)
CONFIRM_GROUND = CodeSet(
    "FAMILY_LINK_CONFIRM_GROUND",
    "确认家庭关联的依据",
    {
        "DOCUMENT": "核对户口簿或出生医学证明",
        "FAMILY_CONFIRMED": "向监护人核实",
        "VISITED": "上门核实",
    },
)
REJECT_GROUND = CodeSet(
    "FAMILY_LINK_REJECT_GROUND",
    "认定没有家庭关联的依据",
    {
        "OTHER_DOCUMENT": "核对证件不是一家",
        "FAMILY_DENIED": "向监护人核实不是一家",
        "SHARED_CONTACT": "电话或住址为他人共用",
        "MISTAKE": "登记有误",
    },
)
END_GROUND = CodeSet(
    "FAMILY_LINK_END_GROUND",
    "终止家庭关联的依据",
    {
        "MOVED_APART": "不再同户",
        "GUARDIAN_CHANGED": "监护人已变更",
        "MISTAKE": "原认定有误",
    },
)
_GROUND = CodeSet(
    "FAMILY_LINK_GROUND",
    "家庭关联依据",
    {**CONFIRM_GROUND.labels, **REJECT_GROUND.labels, **END_GROUND.labels},
)


def link_id(one: UUID, other: UUID, kind: str) -> UUID:
    """The id of a link of a kind, whichever of the two children is named first."""
    return derived_id("family_link", kind, *sorted((one, other)))


class _Pair(Command):
    """``note`` says something of ``child_ref`` alone, ``other_note`` of ``other`` alone."""

    child_ref: UUID
    other: UUID
    link: str
    note: str | None = None
    other_note: str | None = None


class StateFamilyLink(_Pair):
    """Say that two children are of one family (登记家庭关联)."""

    STATES: ClassVar[Category | None] = Category.CONTACT


class _Decision(_Pair):
    ground: str


class ConfirmFamilyLink(_Decision):
    """Confirm it (确认), also what nobody stated; ``ground`` is one of :data:`CONFIRM_GROUND`."""


class RejectFamilyLink(_Decision):
    """They are not (认定没有关联): what is rejected is proposed no more. ``ground`` is one of
    :data:`REJECT_GROUND`."""


class EndFamilyLink(_Decision):
    """It was so and is no more (终止), or was confirmed by mistake; ``ground`` is one of
    :data:`END_GROUND`."""


class FamilyLinkEvent(Event):
    """For one of the two children, ``child_ref``; the other one has an event of its own."""

    TITLE: ClassVar[str] = "家庭关联"
    CATEGORY: ClassVar[Category] = Category.CONTACT
    child_ref: UUID
    other: UUID
    link: LinkKind
    note: Annotated[Text, Sensitive(Category.CONTACT)]


class FamilyLinkStated(FamilyLinkEvent):
    TOPIC: ClassVar[str] = "family_link.stated.v1"
    TITLE: ClassVar[str] = "登记家庭关联"


class FamilyLinkConfirmed(FamilyLinkEvent):
    TOPIC: ClassVar[str] = "family_link.confirmed.v1"
    TITLE: ClassVar[str] = "确认家庭关联"
    ground: str


class FamilyLinkRejected(FamilyLinkEvent):
    TOPIC: ClassVar[str] = "family_link.rejected.v1"
    TITLE: ClassVar[str] = "认定没有家庭关联"
    ground: str


class FamilyLinkEnded(FamilyLinkEvent):
    TOPIC: ClassVar[str] = "family_link.ended.v1"
    TITLE: ClassVar[str] = "终止家庭关联"
    ground: str


@dataclass(frozen=True, slots=True)
class FamilyLink:
    state: LinkState = LinkState.NONE


def _both(event: type[FamilyLinkEvent], command: _Pair, **more: str) -> list[Event]:
    """The same fact on each of the two, with what is said of that one alone."""
    of_each = (
        (command.child_ref, command.other, command.note),
        (command.other, command.child_ref, command.other_note),
    )
    return [
        event(child_ref=one, other=other, link=LinkKind(command.link), note=note, **more)
        for one, other, note in of_each
    ]


def _named(command: _Pair) -> None:
    _one_of(command.link, LINK_KIND, "FAMILY_LINK_KIND", "关联种类")
    if command.child_ref == command.other:
        raise Refused("FAMILY_LINK_SAME", "关联的应是两名不同的儿童，请核对编号。")


def _one_of(code: str, allowed: CodeSet, refusal: str, what: str) -> None:
    if code not in allowed.labels:
        words = "、".join(f"{each}（{word}）" for each, word in allowed.labels.items())
        raise Refused(refusal, f"{what}不在可选范围内，请从下列代码中选择：{words}。")


def _decider(command: _Decision, grounds: CodeSet, given: Given) -> None:
    if seat_of(given.actor.organisation) not in given.rules.matching.families.decided_by:
        raise Refused("FAMILY_LINK_NOT_YOURS", "家庭关联由民政局确认，请联系民政局。")
    _named(command)
    _one_of(command.ground, grounds, "FAMILY_LINK_GROUND", "依据")


def _state(state: FamilyLink, command: StateFamilyLink, given: Given) -> list[Event]:
    """What a person rejected or ended may be stated again: families change."""
    _named(command)
    if state.state in (LinkState.STATED, LinkState.CONFIRMED):
        return []
    return _both(FamilyLinkStated, command)


def _confirm(state: FamilyLink, command: ConfirmFamilyLink, given: Given) -> list[Event]:
    _decider(command, CONFIRM_GROUND, given)
    if state.state is LinkState.CONFIRMED:
        return []
    return _both(FamilyLinkConfirmed, command, ground=command.ground)


def _reject(state: FamilyLink, command: RejectFamilyLink, given: Given) -> list[Event]:
    _decider(command, REJECT_GROUND, given)
    if state.state is LinkState.REJECTED:
        return []
    if state.state is LinkState.CONFIRMED:
        raise Refused("FAMILY_LINK_STATE", "这项家庭关联已经确认，有误的请终止并选“原认定有误”。")
    return _both(FamilyLinkRejected, command, ground=command.ground)


def _end(state: FamilyLink, command: EndFamilyLink, given: Given) -> list[Event]:
    _decider(command, END_GROUND, given)
    if state.state is LinkState.ENDED:
        return []
    if state.state is not LinkState.CONFIRMED:
        raise Refused("FAMILY_LINK_STATE", "没有可以终止的家庭关联，请刷新后再办。")
    return _both(FamilyLinkEnded, command, ground=command.ground)


STATE_AFTER: Mapping[str, LinkState] = {
    FamilyLinkStated.TOPIC: LinkState.STATED,
    FamilyLinkConfirmed.TOPIC: LinkState.CONFIRMED,
    FamilyLinkRejected.TOPIC: LinkState.REJECTED,
    FamilyLinkEnded.TOPIC: LinkState.ENDED,
}
"""Where a link stands after each of its events."""

STATE_WORDS: Mapping[LinkState, str] = {
    LinkState.NONE: "未登记",
    LinkState.STATED: "单位登记，待确认",
    LinkState.CONFIRMED: "已确认",
    LinkState.REJECTED: "认定没有关联",
    LinkState.ENDED: "已终止",
}

FAMILY_LINK: Stream[FamilyLink] = Stream(
    name="family_link",
    initial=FamilyLink(),
    decide={
        StateFamilyLink: _state,
        ConfirmFamilyLink: _confirm,
        RejectFamilyLink: _reject,
        EndFamilyLink: _end,
    },
    evolve={
        event: lambda before, event: FamilyLink(STATE_AFTER[event.TOPIC])
        for event in (FamilyLinkStated, FamilyLinkConfirmed, FamilyLinkRejected, FamilyLinkEnded)
    },
    locate=lambda command, load: link_id(command.child_ref, command.other, command.link),
    # Its own: neither child's history may hold the other's back.
    ordering_key=lambda command, stream_id: stream_id,
    title="家庭关联",
    codes={"link": LINK_KIND, "ground": _GROUND},
)
