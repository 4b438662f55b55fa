"""Requests that wait for the same work have it done together."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from threading import Event
from typing import Any

import pytest

from hub.api.gather import Gathered

PATIENCE = 10.0


class Slow:
    """Work that waits to be let go on, and keeps what it was brought."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.go_on = Event()

    def __call__(self, brought: Sequence[int]) -> list[int]:
        self.groups.append(list(brought))
        assert self.go_on.wait(PATIENCE)
        if -1 in brought:
            raise LookupError("a bad one")
        return [each * 10 for each in brought]


async def started(door: Gathered[int, int], slow: Slow, *numbers: int) -> list[asyncio.Task[int]]:
    """The first is at work; the others wait."""
    first = asyncio.ensure_future(door(numbers[0]))
    while not slow.groups:
        await asyncio.sleep(0.001)
    rest = [asyncio.ensure_future(door(each)) for each in numbers[1:]]
    await asyncio.sleep(0)
    slow.go_on.set()
    return [first, *rest]


def outcome(slow: Slow, *numbers: int, bound: int = 64) -> list[Any]:
    """What became of each."""

    async def run() -> list[Any]:
        door: Gathered[int, int] = Gathered(slow, bound=bound)
        return await asyncio.gather(*await started(door, slow, *numbers), return_exceptions=True)

    return asyncio.run(run())


def test_who_comes_while_a_group_is_at_work_is_in_the_next() -> None:
    slow = Slow()
    assert outcome(slow, 1, 2, 3, 4) == [10, 20, 30, 40]
    assert slow.groups == [[1], [2, 3, 4]]


def test_a_group_is_bounded() -> None:
    slow = Slow()
    assert outcome(slow, 1, 2, 3, 4, bound=2) == [10, 20, 30, 40]
    assert slow.groups == [[1], [2, 3], [4]]


def test_a_failure_is_its_groups_and_no_other() -> None:
    slow = Slow()
    one, two, three = outcome(slow, 1, -1, 3, bound=1)
    assert (one, three) == (10, 30)
    assert isinstance(two, LookupError)


def test_whoever_goes_away_keeps_nobody_waiting() -> None:
    slow = Slow()

    async def run() -> list[Any]:
        door: Gathered[int, int] = Gathered(slow)
        first, gone, last = await started(door, slow, 1, 2, 3)
        gone.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gone
        return [await first, await last, await door(4)]

    assert asyncio.run(run()) == [10, 30, 40]


def test_each_event_loop_has_its_own_line() -> None:
    slow = Slow()
    slow.go_on.set()
    door: Gathered[int, int] = Gathered(slow)

    async def ask(number: int) -> int:
        return await door(number)

    assert [asyncio.run(ask(number)) for number in (1, 2)] == [10, 20]
