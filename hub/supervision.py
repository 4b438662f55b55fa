"""Work that goes on until it is told to stop: whoever leads does it, and is watched over.

What passes (a locked database, a server that is being restarted, a key store that cannot answer)
is tried again; what nobody foresaw ends the process: views that no longer move would show old
duties as if they were today's.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from hub import logs
from hub.failures import Cause, foreseen
from hub.storage.lead import NotLeader

PAUSE = 0.3
"""Seconds between looks for what other processes wrote and what has become due, where nobody
says that there is something."""
PATIENCE = 60
"""How often in a row a foreseen failure is tried again before it ends the process. Waiting for
another process to give up the lead, for a lock, or for a server has no end."""
RETRY = 1.0
"""Seconds until the next attempt."""

Progress = Callable[[int], None]
"""Told a position at each point where the work may be broken off."""
Step = Callable[[Progress], object]
"""Does what there is to do and returns."""

_LOG = logs.get("hub.work")


class _Stopping(Exception):
    """Ends long work at one of its safe points; whatever was done stays done."""


class Supervised:
    """One piece of work. ``leading`` gives its step for as long as this process has the lead."""

    def __init__(
        self,
        name: str,
        leading: Callable[[], AbstractContextManager[Step]],
        *,
        pause: float = PAUSE,
        ended: Callable[[], None] = lambda: None,
        alive: Callable[[], None] = lambda: None,
        again: float | None = None,
    ) -> None:
        """``ended`` is called when a failure has ended the work, which stands in ``failure``;
        ``alive`` after each step, within long ones, and while another process leads. With
        ``again`` a failure is an alarm as ever, and ends nothing: the work begins anew after so
        many seconds."""
        self.name = name
        self._leading = leading
        self._pause = pause
        self._ended = ended
        self._alive = alive
        self._again = again
        self._wrote = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self.run, name=name, daemon=True)
        self._attempt = 0
        self._standing_by = False
        self.failure: BaseException | None = None

    def start(self) -> None:
        """Begin, in a thread beside."""
        self._thread.start()

    def wake(self) -> None:
        """There may be something to do."""
        self._wrote.set()

    def stop(self) -> None:
        """End, at the next safe point; waits for it."""
        self.ask_to_stop()
        if self._thread.is_alive():
            self._thread.join()

    def ask_to_stop(self) -> None:
        """End, at the next safe point."""
        self._stop.set()
        self._wrote.set()

    def run(self) -> None:
        """Work until asked to stop, or until a failure that nobody foresaw."""
        while not self._stop.is_set():
            try:
                # The lead is kept between the steps: nobody else is woken for nothing.
                with self._leading() as step:
                    self._lead(step)
            except _Stopping:
                return
            except NotLeader:
                if not self._standing_by:
                    _LOG.info("standing by", work=self.name)
                self._standing_by = True
                self._alive()
                self._stop.wait(RETRY)
            except BaseException as error:
                self._attempt += 1
                failure = foreseen(error)
                lasting = failure is None or failure.cause is not Cause.BUSY
                if failure is None or (lasting and self._attempt > PATIENCE):
                    self._alarm(error)
                    if self._again is None or not isinstance(error, Exception):
                        self.failure = error
                        self._ended()
                        return
                    self._stop.wait(self._again)
                    continue
                _LOG.warning(
                    "trying again",
                    work=self.name,
                    error=type(error).__name__,
                    attempt=self._attempt,
                )
                self._stop.wait(RETRY)

    def _lead(self, step: Step) -> None:
        if self._standing_by:
            _LOG.info("leading", work=self.name)
        self._standing_by = False
        while not self._stop.is_set():
            self._wrote.clear()
            step(self._progress)
            self._alive()
            self._attempt = 0
            self._wrote.wait(self._pause)

    def _progress(self, position: int) -> None:
        if self._stop.is_set():
            raise _Stopping
        self._alive()

    def _alarm(self, error: BaseException) -> None:
        _LOG.critical(
            "work failed", work=self.name, error=type(error).__name__, where=logs.where(error)
        )


@contextmanager
def stopped_by_signals(ask: Callable[[], None]) -> Iterator[None]:
    """Call ``ask`` instead of dying of SIGINT or SIGTERM, while the block runs in the main
    thread."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {
        each: signal.signal(each, lambda *_: ask()) for each in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
