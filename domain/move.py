"""A child that is to move (迁移): from the announcement until the new organisation confirms, it
sees what is handed over; with the confirmation the old one's standing ends.

Confirming is an ordinary record: the roll for a school, the residence for town, village and beat.
What the old organisation recorded itself it keeps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from domain.child_file import ChildFile
from domain.kernel import Category, Command, Due, Event, Given, Refused, Stream, derived_id
from domain.organisations import HUB, Seat, district_organisation, seat_of
from domain.rules import MoveRules


def move_id(child_ref: UUID) -> UUID:
    """The id of a child's stream of moves."""
    return derived_id("move", child_ref)


class AnnounceMove(Command):
    """预告迁移, by an organisation responsible for the child, or by education for a school; to
    every organisation that is going to be responsible."""

    READS_CHILD: ClassVar[bool] = True
    NAMES: ClassVar[str] = "receivers"
    child_ref: UUID
    receivers: tuple[str, ...]


class AnnounceTransfer(Command):
    """Asked by the hub: the education bureau's register says that a pupil goes to ``receiver``, a
    school of the district's. Nothing happens where the bureau is told nothing of the child."""

    READS_CHILD: ClassVar[bool] = True
    child_ref: UUID
    receiver: str


class WithdrawMove(Command):
    """撤回预告, by whoever announced it."""

    READS_CHILD: ClassVar[bool] = True
    child_ref: UUID


class ExpireMove(Command):
    """Asked by the clock: nobody confirmed in time. What was handed over is shown no longer; the
    child is between two organisations all the same, and stays on the board (沉默清单)."""

    child_ref: UUID


class EndMoves(Command):
    """The child left the district by a signed letter: no residence here takes it over any more.
    Asked by the hub; a school's move goes on, for its roll says where the pupil is."""

    child_ref: UUID


class ConfirmMove(Command):
    """The receiver is responsible now; asked by the hub with roll or residence."""

    child_ref: UUID
    receiver: str


class MoveEvent(Event):
    TITLE: ClassVar[str] = "迁移"
    CATEGORY: ClassVar[Category] = Category.CONTACT
    child_ref: UUID
    item: UUID
    organisation: str
    told_to: str


class MoveAnnounced(MoveEvent):
    """One for each receiver (``told_to``)."""

    TOPIC: ClassVar[str] = "move.announced.v1"
    TITLE: ClassVar[str] = "预告迁移"
    categories: tuple[Category, ...]
    due_at: datetime


class MoveConfirmed(MoveEvent):
    TOPIC: ClassVar[str] = "move.confirmed.v1"
    TITLE: ClassVar[str] = "确认迁入"


class MoveWithdrawn(MoveEvent):
    TOPIC: ClassVar[str] = "move.withdrawn.v1"
    TITLE: ClassVar[str] = "撤回预告"


class MoveExpired(MoveEvent):
    """Nobody confirmed in time: it is shown no longer what is handed over, and not over."""

    TOPIC: ClassVar[str] = "move.expired.v1"
    TITLE: ClassVar[str] = "迁移逾期未确认"


_ROLL = frozenset({Seat.SCHOOL, Seat.EDUCATION})


def told_what_became_of_it(announcer: str, receiver: str) -> bool:
    """Whether whoever announced a move is told who took the child over: between schools, or between
    those who answer for where it lives. A school that announces a pupil to a town is not: it would
    learn where the pupil lives."""
    return (seat_of(announcer) in _ROLL) is (seat_of(receiver) in _ROLL)


@dataclass(frozen=True, slots=True)
class Announced:
    """A move that is announced and neither confirmed nor withdrawn."""

    item: UUID
    organisation: str
    due_at: datetime
    expired: bool = False


@dataclass(frozen=True, slots=True)
class Moves:
    open: Mapping[str, Announced] = field(default_factory=dict)
    """By receiver."""
    count: int = 0


def _announce(state: Moves, command: AnnounceMove, given: Given) -> list[Event]:
    rules: MoveRules = given.rules.moves
    child: ChildFile = given.child or ChildFile()
    actor = given.actor.organisation
    responsible = actor in child.responsible or (
        seat_of(actor) is Seat.EDUCATION and child.school is not None
    )
    if not child.opened or not responsible or actor in child.conflicted:
        # The same for a child of somebody else, for one that is not there, and for one of whom the
        # announcer is told nothing (利害关系单位).
        raise Refused("MOVE_NOT_YOURS", "没有可由本单位预告迁移的儿童，请核对编号。")
    receivers = [
        each
        for each in dict.fromkeys(command.receivers)
        if each not in state.open or state.open[each].expired
    ]
    for receiver in command.receivers:
        # Who else is responsible already is announced to like anybody: a refusal would tell a
        # school where its pupil lives. Nothing is opened to it (domain/scope.py).
        if rules.handed_over(receiver) is None or receiver == actor:
            raise Refused(
                "MOVE_RECEIVER", "迁入单位应是街镇、村居、派出所或学校，且不是本单位，请核对。"
            )
    return _announced_to(state, command.child_ref, actor, receivers, given)


def _announce_transfer(state: Moves, command: AnnounceTransfer, given: Given) -> list[Event]:
    _by_hub(given)
    child: ChildFile = given.child or ChildFile()
    education, receiver = district_organisation(Seat.EDUCATION), command.receiver
    told = given.rules.moves.handed_over(receiver) is not None and receiver != child.school
    announced = receiver in state.open and not state.open[receiver].expired
    if child.school is None or education in child.conflicted or not told or announced:
        return []
    return _announced_to(state, command.child_ref, education, [receiver], given)


def _announced_to(
    state: Moves, child_ref: UUID, announcer: str, receivers: Sequence[str], given: Given
) -> list[Event]:
    rules: MoveRules = given.rules.moves
    due_at = given.rules.due(rules.within, given.now)
    return [
        MoveAnnounced(
            child_ref=child_ref,
            item=derived_id("move item", child_ref, receiver, state.count + number),
            organisation=announcer,
            told_to=receiver,
            categories=rules.handed_over(receiver) or (),
            due_at=due_at,
        )
        for number, receiver in enumerate(receivers, 1)
    ]


def _withdraw(state: Moves, command: WithdrawMove, given: Given) -> list[Event]:
    actor = given.actor.organisation
    over = {r: each for r, each in state.open.items() if each.organisation == actor}
    if not over or actor in given.conflicted:
        raise Refused("MOVE_NOT_YOURS", "没有可由本单位撤回的迁移预告，请核对编号。")
    return _each(MoveWithdrawn, command.child_ref, over)


def _expire(state: Moves, command: ExpireMove, given: Given) -> list[Event]:
    _by_hub(given)
    due = {r: a for r, a in state.open.items() if a.due_at <= given.now and not a.expired}
    return _each(MoveExpired, command.child_ref, due)


def _end(state: Moves, command: EndMoves, given: Given) -> list[Event]:
    _by_hub(given)
    over = {r: each for r, each in state.open.items() if seat_of(r) is not Seat.SCHOOL}
    return _each(MoveWithdrawn, command.child_ref, over)


def _by_hub(given: Given) -> None:
    if given.actor.organisation != HUB:
        raise Refused("MOVE_NOT_YOURS", "没有可由本单位办理的迁移，请核对编号。")


def _each(event: type[MoveEvent], child_ref: UUID, moves: Mapping[str, Announced]) -> list[Event]:
    return [
        event(
            child_ref=child_ref,
            item=each.item,
            organisation=each.organisation,
            told_to=receiver,
        )
        for receiver, each in moves.items()
    ]


def _confirm(state: Moves, command: ConfirmMove, given: Given) -> list[Event]:
    found = state.open.get(command.receiver)
    if found is None:
        return []
    return [
        MoveConfirmed(
            child_ref=command.child_ref,
            item=found.item,
            organisation=found.organisation,
            told_to=command.receiver,
        )
    ]


def _announced(state: Moves, event: MoveAnnounced) -> Moves:
    found = Announced(event.item, event.organisation, event.due_at)
    return Moves({**state.open, event.told_to: found}, state.count + 1)


def _expired(state: Moves, event: MoveExpired) -> Moves:
    found = state.open.get(event.told_to)
    if found is None:
        return state
    return replace(state, open={**state.open, event.told_to: replace(found, expired=True)})


def _over(state: Moves, event: MoveEvent) -> Moves:
    return replace(state, open={r: a for r, a in state.open.items() if r != event.told_to})


MOVE: Stream[Moves] = Stream(
    name="move",
    initial=Moves(),
    decide={
        AnnounceMove: _announce,
        AnnounceTransfer: _announce_transfer,
        WithdrawMove: _withdraw,
        ExpireMove: _expire,
        EndMoves: _end,
        ConfirmMove: _confirm,
    },
    evolve={
        MoveAnnounced: _announced,
        MoveConfirmed: _over,
        MoveWithdrawn: _over,
        MoveExpired: _expired,
    },
    locate=lambda command, load: move_id(command.child_ref),
    title="迁移",
    # What ends one move leaves the clock of the others running. It has the newest one's date, by
    # which the older ones are due as well; where none is open nothing is answered, and it is over.
    due=Due(
        starts={MoveAnnounced: ("due_at",)},
        over=(MoveExpired,),
        ask=lambda stream, facts: ExpireMove(child_ref=UUID(facts["child_ref"])),
    ),
)
