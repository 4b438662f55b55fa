"""Two files that may be one child's (疑似重复建档): what a machine suspects and a person decides.

A pair is suspected when a record opens a file that might be another child's (name and birth date
agree, guardian or village do not, or the number differs). Whoever keeps 一人一档 for the district
decides, with a ground; what is told apart does not come again, and every decision can be taken
back by another one. Nothing waits for the decision.
"""

from __future__ import annotations

from dataclasses import dataclass
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
from domain.organisations import HUB, seat_of


class DuplicateState(StrEnum):
    NONE = "NONE"
    SUSPECTED = "SUSPECTED"
    DIFFERENT = "DIFFERENT"
    SAME = "SAME"


DIFFERENT_GROUND = CodeSet(
    "DIFFERENT_GROUND",
    "认定不是同一儿童的依据",
    {
        "OTHER_DOCUMENT": "核对证件为两人",
        "SIBLINGS": "双胞胎或兄弟姐妹",
        "FAMILY_TOLD_APART": "向监护人核实为两人",
        "SEEN_APART": "上门核实为两人",
    },
)
SAME_GROUND = CodeSet(
    "SAME_GROUND",
    "认定是同一儿童的依据",
    {
        "SAME_DOCUMENT": "核对证件为同一人",
        "FAMILY_CONFIRMED": "向监护人核实为同一人",
        "SEEN_SAME": "上门核实为同一人",
    },
)
REOPEN_GROUND = CodeSet(
    "REOPEN_GROUND",
    "撤销认定的依据",
    {
        "MISTAKE": "原认定有误",
        "NEW_DOCUMENT": "有新的证件或材料",
    },
)
_GROUND = CodeSet(
    "DUPLICATE_GROUND",
    "认定依据",
    {**DIFFERENT_GROUND.labels, **SAME_GROUND.labels, **REOPEN_GROUND.labels},
)


def duplicate_id(one: UUID, other: UUID) -> UUID:
    """The id of a pair, whichever of the two is named first."""
    return derived_id("duplicate", *sorted((one, other)))


class _Pair(Command):
    child_ref: UUID
    other: UUID


class SuspectDuplicate(_Pair):
    """Asked by the hub together with the statement that opened the file ``child_ref``."""


class TellApart(_Pair):
    """They are two children (不是同一儿童); ``ground`` is a code of :data:`DIFFERENT_GROUND`."""

    ground: str
    note: str | None = None


class ConfirmDuplicate(_Pair):
    """They are one child (是同一儿童): the file of ``survivor``, one of the two, goes on, and the
    other one is joined to it. ``ground`` is a code of :data:`SAME_GROUND`."""

    survivor: UUID
    ground: str
    note: str | None = None


class ReopenDuplicate(_Pair):
    """Take a decision back (撤销认定); ``ground`` is a code of :data:`REOPEN_GROUND`."""

    ground: str
    note: str | None = None


class DuplicateEvent(Event):
    """``child_ref`` is the one of the two whose file is the newer."""

    TITLE: ClassVar[str] = "疑似重复建档"
    CATEGORY: ClassVar[Category] = Category.WHO
    child_ref: UUID
    other: UUID


class DuplicateSuspected(DuplicateEvent):
    TOPIC: ClassVar[str] = "duplicate.suspected.v1"


class DuplicateDismissed(DuplicateEvent):
    TOPIC: ClassVar[str] = "duplicate.dismissed.v1"
    TITLE: ClassVar[str] = "认定不是同一儿童"
    ground: str
    note: Annotated[Text, Sensitive(Category.WHO)]


class DuplicateConfirmed(DuplicateEvent):
    TOPIC: ClassVar[str] = "duplicate.confirmed.v1"
    TITLE: ClassVar[str] = "认定是同一儿童"
    survivor: UUID
    ground: str
    note: Annotated[Text, Sensitive(Category.WHO)]


class DuplicateReopened(DuplicateEvent):
    """``survivor``: whose file had gone on, where the two had been joined."""

    TOPIC: ClassVar[str] = "duplicate.reopened.v1"
    TITLE: ClassVar[str] = "撤销重复建档认定"
    survivor: UUID | None = None
    ground: str
    note: Annotated[Text, Sensitive(Category.WHO)]


@dataclass(frozen=True, slots=True)
class Duplicate:
    state: DuplicateState = DuplicateState.NONE
    child_ref: UUID | None = None
    other: UUID | None = None
    survivor: UUID | None = None


def _suspect(state: Duplicate, command: SuspectDuplicate, given: Given) -> list[Event]:
    if given.actor.organisation != HUB:
        raise Refused("DUPLICATE_NOT_YOURS", "疑似重复建档由系统比对提出。")
    if state.state is not DuplicateState.NONE or command.child_ref == command.other:
        return []
    return [DuplicateSuspected(**command.model_dump())]


def _decider(given: Given) -> None:
    decides = given.rules.matching.duplicates.decided_by
    if seat_of(given.actor.organisation) not in decides:
        raise Refused("DUPLICATE_NOT_YOURS", "是不是同一儿童由民政局认定，请联系民政局。")


def _named(ground: str, allowed: CodeSet) -> None:
    if ground not in allowed.labels:
        words = "、".join(f"{code}（{word}）" for code, word in allowed.labels.items())
        raise Refused("DUPLICATE_GROUND", f"认定依据不在可选范围内，请从下列代码中选择：{words}。")


def _pair(state: Duplicate, command: Any) -> dict[str, Any]:
    """What every event of the pair repeats, whichever was named first now."""
    said: dict[str, Any] = command.model_dump()
    if state.child_ref is not None:
        said.update(child_ref=state.child_ref, other=state.other)
    return said


def _tell_apart(state: Duplicate, command: TellApart, given: Given) -> list[Event]:
    _decider(given)
    _named(command.ground, DIFFERENT_GROUND)
    if state.state is DuplicateState.DIFFERENT:
        return []
    if state.state is not DuplicateState.SUSPECTED:
        raise Refused("DUPLICATE_STATE", "这两份档案没有待认定的疑似重复，请刷新后再办。")
    return [DuplicateDismissed(**_pair(state, command))]


def _confirm(state: Duplicate, command: ConfirmDuplicate, given: Given) -> list[Event]:
    _decider(given)
    _named(command.ground, SAME_GROUND)
    if command.survivor not in (command.child_ref, command.other):
        raise Refused("DUPLICATE_SURVIVOR", "保留的档案应是这两份中的一份，请核对编号。")
    if state.state is DuplicateState.SAME and state.survivor == command.survivor:
        return []
    if state.state is not DuplicateState.SUSPECTED:
        raise Refused("DUPLICATE_STATE", "这两份档案没有待认定的疑似重复，请刷新后再办。")
    return [DuplicateConfirmed(**_pair(state, command))]


def _reopen(state: Duplicate, command: ReopenDuplicate, given: Given) -> list[Event]:
    _decider(given)
    _named(command.ground, REOPEN_GROUND)
    if state.state in (DuplicateState.NONE, DuplicateState.SUSPECTED):
        raise Refused("DUPLICATE_STATE", "这两份档案没有可以撤销的认定，请刷新后再办。")
    return [DuplicateReopened(**_pair(state, command), survivor=state.survivor)]


def _of(state: DuplicateState) -> Any:
    def evolved(before: Duplicate, event: Any) -> Duplicate:
        survivor = event.survivor if state is DuplicateState.SAME else None
        return Duplicate(state, event.child_ref, event.other, survivor)

    return evolved


STATE_AFTER = {
    DuplicateSuspected.TOPIC: DuplicateState.SUSPECTED,
    DuplicateDismissed.TOPIC: DuplicateState.DIFFERENT,
    DuplicateConfirmed.TOPIC: DuplicateState.SAME,
    DuplicateReopened.TOPIC: DuplicateState.SUSPECTED,
}
"""Where a pair stands after each of its events."""

STATE_WORDS = {
    DuplicateState.NONE: "未提出",
    DuplicateState.SUSPECTED: "待认定",
    DuplicateState.DIFFERENT: "不是同一儿童",
    DuplicateState.SAME: "是同一儿童，档案已合并",
}

DUPLICATE: Stream[Duplicate] = Stream(
    name="duplicate",
    initial=Duplicate(),
    decide={
        SuspectDuplicate: _suspect,
        TellApart: _tell_apart,
        ConfirmDuplicate: _confirm,
        ReopenDuplicate: _reopen,
    },
    evolve={
        DuplicateSuspected: _of(DuplicateState.SUSPECTED),
        DuplicateDismissed: _of(DuplicateState.DIFFERENT),
        DuplicateConfirmed: _of(DuplicateState.SAME),
        DuplicateReopened: _of(DuplicateState.SUSPECTED),
    },
    locate=lambda command, load: duplicate_id(command.child_ref, command.other),
    title="疑似重复建档",
    codes={"ground": _GROUND},
)
