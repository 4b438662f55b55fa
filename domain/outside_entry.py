"""That a record stands in another system too (外部系统录入): under which number there, and since
which day (已录入).

One stream for each system and record, or each system and child where the number is the child's. A
record that has to be entered there is awaited, with a clock, until whoever keeps it says the number
and the day; changed afterwards, it is awaited again. The number is somebody's there and sealed
under the system's matter.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated, ClassVar
from uuid import UUID

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
from domain.organisations import HUB, Seat, seat_of
from domain.outside_systems import OUTSIDE_SYSTEM, OutsideSystem

CLOCK = "enter_outside"
"""The clock of policies/clocks.toml, and the kind of its deadlines."""


def outside_entry_id(child_ref: UUID, system: str, of_record: UUID) -> UUID:
    """The id of the entry of one record (the child's own pseudonym, where the number is the
    child's) in one system."""
    return derived_id("outside_entry", child_ref, system, of_record)


class OnEntry(Command):
    """What is said of the entry of ``of_record`` in a system; ``matter`` is the system's."""

    child_ref: UUID
    system: str
    matter: Category
    of_record: UUID


class AwaitEntry(OnEntry):
    """Asked by the hub: ``owner`` stated the record, or changed it, at ``stated_at``."""

    READS_CHILD: ClassVar[bool] = True
    owner: str
    town: str | None
    stated_at: datetime


class StatesEntry(OnEntry):
    """What whoever keeps the system states."""

    @property
    def states(self) -> Category:
        return self.matter


class RecordEntry(StatesEntry):
    """已录入: the number there, and the day on which it was entered."""

    number: str
    entered_on: date


class WithdrawEntry(StatesEntry):
    """录入登记有误: it does not stand there after all."""


class EntryEvent(Event):
    CATEGORY: ClassVar[Category] = Category.CLASSIFICATION
    TITLE: ClassVar[str] = "外部系统录入"
    child_ref: UUID
    matter: Category
    system: str
    of_record: UUID

    @property
    def category(self) -> Category:
        return self.matter


class EntryAwaited(EntryEvent):
    """``enter_by``: by when ``owner`` is to enter it."""

    TOPIC: ClassVar[str] = "outside_entry.awaited.v1"
    TITLE: ClassVar[str] = "待录入外部系统"
    owner: str
    town: str | None
    enter_by: datetime


class EntryRecorded(EntryEvent):
    """``settles``: nobody waits for it any more; of use to the hub alone, as who stated it."""

    TOPIC: ClassVar[str] = "outside_entry.recorded.v1"
    TITLE: ClassVar[str] = "已录入外部系统"
    entered_on: date
    stated_by: str
    stated_at: datetime
    settles: bool
    number: Annotated[Text, Sensitive(None)]


class EntryWithdrawn(EntryEvent):
    TOPIC: ClassVar[str] = "outside_entry.withdrawn.v1"
    TITLE: ClassVar[str] = "撤销录入登记"


@dataclass(frozen=True, slots=True)
class OutsideEntry:
    """``owner``: of whom it was awaited last; who last said that it is there, and when."""

    owner: str | None = None
    awaited: bool = False
    stated_by: str | None = None
    stated_at: datetime | None = None


def settles(owner: str | None, by: str) -> bool:
    """Whether what ``by`` says of it is what ``owner`` owes: its own word, or the department's
    that answers for the system in the district. Another town's row ends nobody's loop."""
    return owner is None or by == owner or seat_of(by) is Seat.CIVIL_AFFAIRS


def _await(state: OutsideEntry, command: AwaitEntry, given: Given) -> list[Event]:
    if given.actor.organisation != HUB:
        raise Refused("ENTRY_AWAITED_BY_HUB", "哪些记录待录入由系统按规则核定，不能由单位登记。")
    system: OutsideSystem | None = given.rules.outside.get(command.system)
    if system is None or command.owner == HUB or state.awaited:
        return []
    if seat_of(command.owner) not in system.awaited:
        return []
    if state.stated_at is not None and state.stated_at >= command.stated_at:
        # It came from there, or was entered and stated before the hub looked.
        return []
    return [
        EntryAwaited(
            **command.model_dump(exclude={"owner", "stated_at"}),
            owner=given.rules.suspects.nearest(command.owner, given.conflicted),
            enter_by=_by(given),
        )
    ]


def _by(given: Given) -> datetime:
    by: datetime = given.rules.due(given.rules.clocks[CLOCK].within, given.now)
    return by


def _keeps(command: StatesEntry, given: Given) -> None:
    system: OutsideSystem | None = given.rules.outside.get(command.system)
    if (
        system is None
        or seat_of(given.actor.organisation) not in system.seats
        or system.matter is not command.matter
    ):
        raise Refused(
            "ENTRY_NOT_YOURS",
            "这一外部系统不由本单位录入，请核对系统名称；应由其他单位录入的，请联系该单位。",
        )


def _record(state: OutsideEntry, command: RecordEntry, given: Given) -> list[Event]:
    _keeps(command, given)
    given.not_in_future(command.entered_on, "ENTERED_IN_FUTURE", "录入日期")
    return [
        EntryRecorded(
            **command.model_dump(),
            stated_by=given.actor.organisation,
            stated_at=given.now,
            settles=settles(state.owner, given.actor.organisation),
        )
    ]


def _withdraw(state: OutsideEntry, command: WithdrawEntry, given: Given) -> list[Event]:
    _keeps(command, given)
    if state.stated_by != given.actor.organisation:
        raise Refused(
            "ENTRY_NOT_STATED",
            "本单位没有登记过这条录入，请核对儿童、系统和平台编号。",
        )
    return [EntryWithdrawn(**command.model_dump())]


def _recorded(state: OutsideEntry, event: EntryRecorded) -> OutsideEntry:
    return replace(
        state,
        awaited=state.awaited and not event.settles,
        stated_by=event.stated_by,
        stated_at=event.stated_at,
    )


OUTSIDE_ENTRY: Stream[OutsideEntry] = Stream(
    name="outside_entry",
    initial=OutsideEntry(),
    decide={AwaitEntry: _await, RecordEntry: _record, WithdrawEntry: _withdraw},
    evolve={
        EntryAwaited: lambda state, event: replace(state, owner=event.owner, awaited=True),
        EntryRecorded: _recorded,
        EntryWithdrawn: lambda state, event: replace(state, stated_by=None, stated_at=None),
    },
    locate=lambda command, load: outside_entry_id(
        command.child_ref, command.system, command.of_record
    ),
    title="外部系统录入",
    codes={"system": OUTSIDE_SYSTEM},
)
