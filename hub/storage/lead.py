"""The lead: of several processes that could do the same work, one does it at a time.

Losing it is never dangerous: what the work writes is guarded where it is written (a view's own
position, a reaction's receipt). The lead only keeps the others from doing it in vain.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any, Protocol

import psycopg

from hub.storage.postgres import Server, lock_number
from hub.storage.sqlite import locked


class NotLeader(Exception):
    """Another process has the lead."""


class StillAtWork(NotLeader):
    """Another process was at the same work for longer than one waits."""


PATIENCE = 10.0
"""Seconds that :func:`alone` waits."""
_PAUSE = 0.05


class Lead(Protocol):
    """A lead that was taken."""

    def check(self) -> None:
        """Raise NotLeader if it was lost meanwhile."""


class Leads(Protocol):
    """Gives the lead in a piece of work, by name."""

    def take(self, names: Sequence[str]) -> AbstractContextManager[Lead]:
        """Have the lead in these pieces of work until the block ends; all or none of them.
        Raises NotLeader when somebody else has one."""


@contextmanager
def alone(leads: Leads, name: str) -> Iterator[None]:
    """Be the only one at a piece of work that is soon done, in any process, until the block ends;
    waits for whoever is at it. Raises StillAtWork."""
    until = time.monotonic() + PATIENCE
    with ExitStack() as stack:
        while True:
            try:
                stack.enter_context(leads.take((name,)))
                break
            except NotLeader:
                if time.monotonic() >= until:
                    raise StillAtWork from None
                time.sleep(_PAUSE)
        yield


class FolderLeads:
    """Leads of the processes on one data folder: locks on files in it, one for each kind of work
    (what a name says before its dot). A process that dies lets go."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def take(self, names: Sequence[str]) -> Iterator[Lead]:
        """As :meth:`Leads.take`."""
        with ExitStack() as stack:
            for kind in sorted({name.split(".", 1)[0] for name in names}):
                path = self._folder / f"{kind}.lock"
                handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
                stack.callback(os.close, handle)
                if not locked(handle):
                    raise NotLeader
            yield _Kept()


class _Kept:
    def check(self) -> None:
        """A lock on a file is kept as long as the process lives."""


class PostgresLeads:
    """Leads of all processes on one database: advisory locks, held by a connection of their own.
    A process that dies, or is cut off from the server, loses it."""

    def __init__(self, server: Server, role: str) -> None:
        self._server = server
        self._role = role

    @contextmanager
    def take(self, names: Sequence[str]) -> Iterator[Lead]:
        """As :meth:`Leads.take`."""
        with psycopg.connect(**self._server.parameters(self._role), autocommit=True) as connection:
            for name in sorted(names):
                number = lock_number(f"lead {name}")
                row = connection.execute("SELECT pg_try_advisory_lock(%s)", (number,)).fetchone()
                if row is None or not row[0]:
                    raise NotLeader
            yield _Connected(connection)


class _Connected:
    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def check(self) -> None:
        try:
            self._connection.execute("SELECT 1")
        except psycopg.Error as error:
            raise NotLeader from error
