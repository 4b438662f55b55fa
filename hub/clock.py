"""The hub's clock: the system's, plus an offset that the data folder keeps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Gives the current instant in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """System time plus ``offset``: a demo's data folder goes on from its own last day."""

    def __init__(self, offset: timedelta = timedelta()) -> None:
        self.offset = offset

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset


class SetClock:
    """A clock that stands where it was set: for the demo and for tests."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at
