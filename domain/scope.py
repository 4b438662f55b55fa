"""The scope (知悉范围): organisation O may see categories C of child K, on this basis, from
here until there.

Standing scopes are derived, never stored. This stream holds the others: each an item keyed by
its cause (a referral), so that closing one never closes another. Expiry is checked at each
release as well.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from domain.kernel import Category, Command, Event, Given, Stream, derived_id


class ScopeBasis(StrEnum):
    """Why a stored scope exists. Break-glass (紧急调阅) and move scopes use the same stream."""

    TASK = "task"


def scope_id(organisation: str, child_ref: UUID) -> UUID:
    """The id of the scope stream of one organisation for one child."""
    return derived_id("scope", organisation, child_ref)


class OpenScope(Command):
    """Open an item; ``categories`` come from the release set of the referral's kind."""

    organisation: str
    child_ref: UUID
    item: UUID
    basis: ScopeBasis
    categories: tuple[Category, ...]
    until: datetime | None = None


class CloseScope(Command):
    organisation: str
    child_ref: UUID
    item: UUID


class ScopeOpened(Event):
    TOPIC: ClassVar[str] = "scope.opened.v1"
    CATEGORY: ClassVar[Category] = Category.WHO
    TITLE: ClassVar[str] = "开放知悉范围"
    organisation: str
    child_ref: UUID
    item: UUID
    basis: ScopeBasis
    categories: tuple[Category, ...]
    until: datetime | None


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


@dataclass(frozen=True, slots=True)
class Scope:
    items: dict[UUID, ScopeItem] = field(default_factory=dict)
    closed: frozenset[UUID] = frozenset()
    """Items that were closed: a task that is over never opens again."""

    def open_categories(self, now: datetime) -> frozenset[Category]:
        """Categories that some item shows at ``now``."""
        return frozenset(
            category
            for item in self.items.values()
            if item.until is None or now < item.until
            for category in item.categories
        )

    def in_task(self, now: datetime, task: str = "") -> bool:
        """Whether an open task is among the items at ``now``: the named one, if one is named."""
        return any(
            item.basis in _TASKS
            and (item.until is None or now < item.until)
            and task in ("", str(item.item))
            for item in self.items.values()
        )


_TASKS = frozenset({ScopeBasis.TASK})
"""Bases of items whose holder was given a task."""


def _open(state: Scope, command: OpenScope, given: Given) -> list[Event]:
    if command.item in state.items or command.item in state.closed:
        return []
    return [ScopeOpened(**command.model_dump())]


def _close(state: Scope, command: CloseScope, given: Given) -> list[Event]:
    if command.item not in state.items:
        return []
    return [ScopeClosed(**command.model_dump())]


def _opened(state: Scope, event: ScopeOpened) -> Scope:
    item = ScopeItem(event.item, event.basis, event.categories, event.until)
    return replace(state, items={**state.items, event.item: item})


def _closed(state: Scope, event: ScopeClosed) -> Scope:
    kept = {item: scope for item, scope in state.items.items() if item != event.item}
    return replace(state, items=kept, closed=state.closed | {event.item})


SCOPE: Stream[Scope] = Stream(
    name="scope",
    initial=Scope(),
    decide={OpenScope: _open, CloseScope: _close},
    evolve={ScopeOpened: _opened, ScopeClosed: _closed},
    locate=lambda command, load: scope_id(command.organisation, command.child_ref),
)
