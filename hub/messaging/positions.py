"""How far a relay has come: the newest position of the store that is in the shared log for sure."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Protocol


class Positions(Protocol):
    """Where a relay's position is kept, for longer than the relay lives.

    ``set`` never moves it back, also between two relays that run by mistake: everything up to a
    position that was ever set is in the shared log.
    """

    def get(self) -> int:
        """The position, 0 at the beginning."""
        ...

    def set(self, position: int) -> None:
        """Record a position; one that is not newer changes nothing. Durable when it returns."""
        ...


class MemoryPositions:
    """A position that lives as long as the object."""

    def __init__(self, position: int = 0) -> None:
        self._position = position

    def get(self) -> int:
        return self._position

    def set(self, position: int) -> None:
        self._position = max(self._position, position)


class FilePositions:
    """A position in a file of its own, replaced whole; a lock keeps two processes apart."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self) -> int:
        try:
            return int(self._path.read_text("ascii"))
        except FileNotFoundError:
            return 0

    def set(self, position: int) -> None:
        with self._path.with_suffix(".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if position <= self.get():
                return
            fresh = self._path.with_suffix(".new")
            with fresh.open("w", encoding="ascii") as file:
                file.write(str(position))
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._path)
            # A crash of the machine may undo the renaming; the relay then only sends again.
