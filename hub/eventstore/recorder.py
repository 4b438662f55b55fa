"""What the store asks of its recorder beyond the library's application recorder."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from eventsourcing.persistence import ApplicationRecorder, Notification, StoredEvent

from hub.eventstore.receipts import IndexRow, Receipt, ReceiptRow

Place = tuple[UUID, int]
"""Where an event stands: its stream, and its version there."""


@dataclass(frozen=True, slots=True)
class Append:
    """What is recorded together or not at all: events, one index row for each, receipts."""

    events: Sequence[StoredEvent]
    index: Sequence[IndexRow] = ()
    receipts: Sequence[ReceiptRow] = ()

    def receipt_rows(self, position: Callable[[int], int]) -> list[tuple[Any, ...]]:
        """The receipts as rows of their table. ``position`` gives that of the append's event of an
        ordinal (from 1); a receipt under which nothing was recorded has 0."""
        return [
            (
                receipt.key,
                receipt.revision,
                receipt.content,
                receipt.number,
                receipt.organisation,
                receipt.kind,
                position(count) if count and event_id is not None else 0,
                str(event_id) if event_id else None,
                recorded_at,
            )
            for receipt, count, event_id, recorded_at in self.receipts
        ]


class Recorder(ApplicationRecorder):
    """Records events with their index rows and receipts in one transaction, and finds them."""

    @abstractmethod
    def insert_together(self, appends: Sequence[Append]) -> list[list[int] | BaseException]:
        """Record several appends in one commit; gives for each its positions, or what kept it
        out: IntegrityError for something that is taken already. The others are recorded all the
        same."""

    @abstractmethod
    def latest_receipts(self, keys: Iterable[bytes]) -> dict[bytes, Receipt]:
        """The newest revision of each key that has a receipt."""

    @abstractmethod
    def receipts_of(self, event_ids: Sequence[UUID]) -> list[Receipt]:
        """The receipts that were written with one of these events as their last."""

    @abstractmethod
    def receipt_by_number(self, number: str) -> Receipt | None:
        """The receipt with this number (回执号), or None."""

    @abstractmethod
    def receipt_counts(self) -> dict[tuple[str, str], int]:
        """How many records each organisation had accepted, by (organisation, kind)."""

    @abstractmethod
    def history(self, subjects: Sequence[UUID], before: int, after: int = 0) -> list[Notification]:
        """Every event of these subjects behind position ``after``, up to and including position
        ``before``, in order."""

    @abstractmethod
    def events_at(self, places: Sequence[Place]) -> list[Notification]:
        """The events of these places (stream and version), in order; a place where nothing stands
        has none."""

    @abstractmethod
    def close(self) -> None:
        """Close the connections."""
