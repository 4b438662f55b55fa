"""The scope (知悉范围): what a task opens, and that closing it closes (P27 信息共享)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from domain.kernel import Category, Event
from domain.organisations import HUB
from domain.scope import (
    SCOPE,
    CloseScope,
    OpenScope,
    ScopeBasis,
    ScopeClosed,
    ScopeOpened,
    scope_id,
)
from tests.domain.invented import CHILD, OTHER_CHILD, OTHER_TOWN, TOWN
from tests.specification import folded, given

NOW = datetime(2026, 3, 4, 4, tzinfo=UTC)
FIRST = UUID("e0000000-0000-4000-8000-000000000001")
SECOND = UUID("e0000000-0000-4000-8000-000000000002")
SCHOOLING = (Category.WHO, Category.CONTACT, Category.SCHOOLING)
ORDERS = (Category.WHO, Category.ORDERS)


def opening(item: UUID, until: datetime | None = None) -> OpenScope:
    return OpenScope(
        organisation=TOWN,
        child_ref=CHILD,
        item=item,
        basis=ScopeBasis.TASK,
        categories=SCHOOLING if item == FIRST else ORDERS,
        until=until,
    )


def closing(item: UUID) -> CloseScope:
    return CloseScope(organisation=TOWN, child_ref=CHILD, item=item)


def opened(item: UUID, until: datetime | None = None) -> ScopeOpened:
    return ScopeOpened(**opening(item, until).model_dump())


def closed(item: UUID) -> ScopeClosed:
    return ScopeClosed(**closing(item).model_dump())


def shown(*events: Event, at: datetime = NOW) -> frozenset[Category]:
    return folded(SCOPE, *events).open_categories(at)


def test_without_an_item_nothing_is_shown() -> None:
    assert shown() == frozenset()


def test_p27_a_task_opens_its_release_set() -> None:
    """信息共享: the categories of the kind, and no more."""
    events = given().when(opening(FIRST), by=HUB, on=NOW).then(opened(FIRST))
    assert shown(*events) == set(SCHOOLING)


def test_an_item_opens_once() -> None:
    given(opened(FIRST)).when(opening(FIRST), by=HUB, on=NOW).then_nothing()


def test_closing_ends_what_the_item_showed() -> None:
    events = given(opened(FIRST)).when(closing(FIRST), by=HUB, on=NOW).then(closed(FIRST))
    assert shown(opened(FIRST), *events) == frozenset()


def test_closing_one_task_never_closes_another() -> None:
    """Two tasks may show the same category; each lives as long as its own task."""
    both = (opened(FIRST), opened(SECOND))
    assert shown(*both) == {*SCHOOLING, *ORDERS}
    assert shown(*both, closed(FIRST)) == set(ORDERS)
    assert shown(*both, closed(SECOND)) == set(SCHOOLING)
    assert shown(*both, closed(FIRST), closed(SECOND)) == frozenset()


@pytest.mark.parametrize(
    "history",
    [(), (opened(SECOND),), (opened(FIRST), closed(FIRST))],
    ids=["none", "another", "closed"],
)
def test_what_is_not_open_cannot_close(history: tuple[Event, ...]) -> None:
    given(*history).when(closing(FIRST), by=HUB, on=NOW).then_nothing()


def test_an_expired_item_shows_nothing_though_nobody_closed_it() -> None:
    """Expiry is checked at each release: a clock that stands still must not keep a scope open."""
    until = NOW + timedelta(hours=1)
    item = opened(FIRST, until)
    assert shown(item, at=NOW) == set(SCHOOLING)
    assert shown(item, at=until - timedelta(microseconds=1)) == set(SCHOOLING)
    assert shown(item, at=until) == frozenset()
    assert shown(item, opened(SECOND), at=until) == set(ORDERS)


def test_each_organisation_has_its_own_scope_for_each_child() -> None:
    ids = {scope_id(who, child) for who in (TOWN, OTHER_TOWN) for child in (CHILD, OTHER_CHILD)}
    assert len(ids) == 4
    assert SCOPE.locate(opening(FIRST), lambda _: None) == scope_id(TOWN, CHILD)
    assert SCOPE.locate(closing(FIRST), lambda _: None) == scope_id(TOWN, CHILD)


def test_a_closed_item_never_opens_again() -> None:
    """An item is its cause, and the cause is over."""
    given(opened(FIRST), closed(FIRST)).when(opening(FIRST), by=HUB, on=NOW).then_nothing()
    given(opened(FIRST), closed(FIRST)).when(opening(SECOND), by=HUB, on=NOW).then(opened(SECOND))
    both = (opened(FIRST), closed(FIRST), opened(SECOND), closed(SECOND))
    for item in (FIRST, SECOND):
        given(*both).when(opening(item), by=HUB, on=NOW).then_nothing()
