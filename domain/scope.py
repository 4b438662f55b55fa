"""The scope (知悉范围): organisation O may see categories C of child K, on this basis, from
here until there.

Standing scopes are derived, never stored. This stream holds the others: each an item keyed by
its cause (a referral), so that closing one never closes another. Expiry is checked at each
release as well.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from domain.kernel import Category, Command, Event, Given, Stream, derived_id


class ScopeBasis(StrEnum):
    """Why a stored scope exists."""

    TASK = "task"
    """A referral (转介): as long as the task is open."""
    BREAK_GLASS = "break_glass"
    """紧急调阅: for some hours, reviewed afterwards."""
    MOVE = "move"
    """A child that is to move (domain/move.py), or a task that another one is asked to take over
    (移交): what is handed over, until it is confirmed."""
    RECORDS_REQUEST = "records_request"
    """调阅申请: what was granted, until a day."""
    CONSENT = "consent"
    """同意 (domain/consent.py): what a child of 14 and more let somebody be told, until a day."""
    GUARDIAN_CONSENT = "guardian_consent"
    """What a guardian let somebody be told: nothing, while a guardian is the suspect."""


CONSENTED = frozenset({ScopeBasis.CONSENT, ScopeBasis.GUARDIAN_CONSENT})
"""Bases of scopes that rest on a consent."""


def scope_id(organisation: str, child_ref: UUID) -> UUID:
    """The id of the scope stream of one organisation for one child."""
    return derived_id("scope", organisation, child_ref)


class OpenScope(Command):
    """Open an item; a task's ``categories`` come from the release set of the referral's kind.

    ``on_acceptance`` are those that a task shows only once it is accepted (签收). Its addressee may
    state facts in them before: what was found must not wait for a click. A move (迁移) shows
    nothing to who is responsible already: it has what its standing shows it.
    """

    READS_CHILD: ClassVar[bool] = True
    organisation: str
    child_ref: UUID
    item: UUID
    basis: ScopeBasis
    categories: tuple[Category, ...]
    on_acceptance: tuple[Category, ...] = ()
    until: datetime | None = None


class WidenScope(Command):
    """Show what an item withheld until acceptance."""

    organisation: str
    child_ref: UUID
    item: UUID


class CloseScope(Command):
    organisation: str
    child_ref: UUID
    item: UUID


class ScopeOpened(Event):
    """Version 1 knew tasks only, which showed everything at once; version 2 knew no consent, and
    version 3 did not say whose it was."""

    TOPIC: ClassVar[str] = "scope.opened.v4"
    CATEGORY: ClassVar[Category] = Category.WHO
    TITLE: ClassVar[str] = "开放知悉范围"
    organisation: str
    child_ref: UUID
    item: UUID
    basis: ScopeBasis
    categories: tuple[Category, ...]
    on_acceptance: tuple[Category, ...] = ()
    until: datetime | None


class ScopeWidened(Event):
    """``categories`` is all that the item shows from here on."""

    TOPIC: ClassVar[str] = "scope.widened.v1"
    CATEGORY: ClassVar[Category] = Category.WHO
    TITLE: ClassVar[str] = "扩大知悉范围"
    organisation: str
    child_ref: UUID
    item: UUID
    categories: tuple[Category, ...]


class ScopeClosed(Event):
    TOPIC: ClassVar[str] = "scope.closed.v1"
    CATEGORY: ClassVar[Category] = Category.WHO
    TITLE: ClassVar[str] = "关闭知悉范围"
    organisation: str
    child_ref: UUID
    item: UUID


@dataclass(frozen=True, slots=True)
class ScopeItem:
    item: UUID
    basis: ScopeBasis
    categories: tuple[Category, ...]
    until: datetime | None
    on_acceptance: tuple[Category, ...] = ()

    def shows(self, now: datetime) -> bool:
        """Whether it is not over. Nobody need have closed it: a clock that stands still keeps
        nothing open."""
        return self.until is None or now < self.until


@dataclass(frozen=True, slots=True)
class Scope:
    items: dict[UUID, ScopeItem] = field(default_factory=dict)
    closed: frozenset[UUID] = frozenset()
    """Items that were closed: a task that is over never opens again."""

    def released(self, now: datetime) -> dict[ScopeBasis, frozenset[Category]]:
        """Categories that some item shows at ``now``, by why it does."""
        found: dict[ScopeBasis, frozenset[Category]] = {}
        for item in self.items.values():
            if item.shows(now):
                found[item.basis] = found.get(item.basis, frozenset()) | set(item.categories)
        return found

    def open_categories(self, now: datetime) -> frozenset[Category]:
        """Categories that some item shows at ``now``."""
        return frozenset().union(*self.released(now).values())

    def only_by(self, bases: Container[ScopeBasis], now: datetime) -> dict[Category, UUID]:
        """Categories that items of some bases show at ``now`` and no other item does, each with an
        item that shows it."""
        others = frozenset().union(
            *(found for each, found in self.released(now).items() if each not in bases)
        )
        return {
            category: item.item
            for item in self.items.values()
            if item.basis in bases and item.shows(now)
            for category in item.categories
            if category not in others
        }

    def in_hand(self, now: datetime) -> frozenset[Category]:
        """Categories in which a task lets its addressee state facts, accepted or not. No other
        scope does: whoever looks in an emergency has nothing to record in others' names."""
        return frozenset(
            category
            for item in self.items.values()
            if item.basis is ScopeBasis.TASK and item.shows(now)
            for category in (*item.categories, *item.on_acceptance)
        )

    def open_item(self, basis: ScopeBasis, now: datetime) -> UUID | None:
        """The newest item of a basis that shows something at ``now``."""
        found = [i.item for i in self.items.values() if i.basis is basis and i.shows(now)]
        return found[-1] if found else None

    def in_task(self, now: datetime, task: str = "") -> bool:
        """Whether an open task is among the items at ``now``: the named one, if one is named."""
        return any(
            item.basis in _TASKS and item.shows(now) and task in ("", str(item.item))
            for item in self.items.values()
        )


_TASKS = frozenset({ScopeBasis.TASK})
"""Bases of items whose holder was given a task."""


def _open(state: Scope, command: OpenScope, given: Given) -> list[Event]:
    if command.item in state.items or command.item in state.closed:
        return []
    moves = command.basis is ScopeBasis.MOVE and given.child is not None
    if moves and command.organisation in given.child.responsible:
        command = command.model_copy(update={"categories": ()})
    return [ScopeOpened(**command.model_dump())]


def _widen(state: Scope, command: WidenScope, given: Given) -> list[Event]:
    item = state.items.get(command.item)
    if item is None or not item.on_acceptance:
        return []
    categories = tuple(dict.fromkeys((*item.categories, *item.on_acceptance)))
    return [ScopeWidened(**command.model_dump(), categories=categories)]


def _close(state: Scope, command: CloseScope, given: Given) -> list[Event]:
    if command.item not in state.items:
        return []
    return [ScopeClosed(**command.model_dump())]


def _opened(state: Scope, event: ScopeOpened) -> Scope:
    item = ScopeItem(event.item, event.basis, event.categories, event.until, event.on_acceptance)
    return replace(state, items={**state.items, event.item: item})


def _widened(state: Scope, event: ScopeWidened) -> Scope:
    item = state.items.get(event.item)
    if item is None:
        return state
    wider = replace(item, categories=event.categories, on_acceptance=())
    return replace(state, items={**state.items, event.item: wider})


def _closed(state: Scope, event: ScopeClosed) -> Scope:
    kept = {item: scope for item, scope in state.items.items() if item != event.item}
    return replace(state, items=kept, closed=state.closed | {event.item})


SCOPE: Stream[Scope] = Stream(
    name="scope",
    initial=Scope(),
    decide={OpenScope: _open, WidenScope: _widen, CloseScope: _close},
    evolve={ScopeOpened: _opened, ScopeWidened: _widened, ScopeClosed: _closed},
    locate=lambda command, load: scope_id(command.organisation, command.child_ref),
)
