"""What the store asks of its recorder beyond the library's application recorder."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from uuid import UUID

from eventsourcing.persistence import ApplicationRecorder, Notification

from hub.eventstore.receipts import Receipt


class Recorder(ApplicationRecorder):
    """Records events with their index rows and receipts in one transaction, and finds them.

    ``insert_events`` takes, by name: ``index``, one :data:`IndexRow` per event; ``receipts``,
    each with the number of events of this append that belong up to and including it, its last
    event's id, and the instant.
    """

    @abstractmethod
    def latest_receipts(self, keys: Iterable[bytes]) -> dict[bytes, Receipt]:
        """The newest revision of each key that has a receipt."""

    @abstractmethod
    def receipt_by_number(self, number: str) -> Receipt | None:
        """The receipt with this number (回执号), or None."""

    @abstractmethod
    def receipt_counts(self) -> dict[tuple[str, str], int]:
        """How many records each organisation had accepted, by (organisation, kind)."""

    @abstractmethod
    def history(self, subjects: Sequence[UUID], before: int) -> list[Notification]:
        """Every event of these subjects up to and including position ``before``, in order."""

    @abstractmethod
    def close(self) -> None:
        """Close the connections."""
