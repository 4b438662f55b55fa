"""Requests that wait for the same kind of work have it done together, in one thread: a request
costs the event loop a wake-up, and a thread of its own several."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from anyio import to_thread

W = TypeVar("W")
R = TypeVar("R")


class Gathered(Generic[W, R]):
    """``work`` takes what several requests brought and gives each one's result, in order; what it
    raises is everybody's. It runs in a thread, one group of at most ``bound`` at a time: whoever
    comes meanwhile is in the next, and who comes alone waits for nobody."""

    def __init__(self, work: Callable[[Sequence[W]], Sequence[R]], bound: int = 64) -> None:
        self._work = work
        self._bound = bound
        # A future belongs to its event loop; a server has one, tests have many.
        self._loops: WeakKeyDictionary[asyncio.AbstractEventLoop, _Line[W, R]] = WeakKeyDictionary()

    async def __call__(self, brought: W) -> R:
        """The result for what this request brought; raises what ``work`` raised."""
        loop = asyncio.get_running_loop()
        line = self._loops.setdefault(loop, _Line())
        answer: asyncio.Future[R] = loop.create_future()
        line.waiting.append((brought, answer))
        if line.runs is None:
            line.runs = loop.create_task(self._run(line))
        return await answer

    async def _run(self, line: _Line[W, R]) -> None:
        group: list[tuple[W, asyncio.Future[R]]] = []
        try:
            while line.waiting:
                group = [line.waiting.popleft() for _ in range(min(len(line.waiting), self._bound))]
                try:
                    results = await to_thread.run_sync(self._work, [each for each, _ in group])
                except Exception as error:
                    for _, answer in group:
                        if not answer.done():
                            answer.set_exception(error)
                    continue
                for (_, answer), result in zip(group, results, strict=True):
                    # Whoever asked may be gone by now.
                    if not answer.done():
                        answer.set_result(result)
        finally:
            line.runs = None
            for _, answer in [*group, *line.waiting]:
                answer.cancel()
            line.waiting.clear()


class _Line(Generic[W, R]):
    """Who waits in one event loop, and the task that takes them."""

    def __init__(self) -> None:
        self.waiting: deque[tuple[W, asyncio.Future[R]]] = deque()
        self.runs: asyncio.Task[None] | None = None
