"""Receipts: what a command was answered with, written in the append's own transaction.

A receipt's key is an HMAC of a record's natural key, or a reaction's command id; its content is
an HMAC of the normalised record. Same key and content: the same answer again. Same key and
other content: a correction, the next revision, which names what it supersedes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

IndexRow = tuple[str, str]
"""(subject, comma-separated categories) of one event, in the order of the append."""


class StoreUnavailable(Exception):
    """The event store cannot answer now. An append that was under way may have been recorded or
    not: the same record or command again finds its receipt if it was."""


@dataclass(frozen=True, slots=True)
class NewReceipt:
    """A receipt to write with an append. ``number`` is what the sender is told (回执号)."""

    key: bytes
    content: bytes
    number: str
    organisation: str
    kind: str
    revision: int = 1


ReceiptRow = tuple[NewReceipt, int, UUID | None, str]
"""A receipt with the number of events of its append that belong up to and including it (its
position is the last one's), its last event's id, and the instant."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt as stored; ``position`` is the store's position of the last event appended
    under it (0 when the command changed nothing)."""

    key: bytes
    revision: int
    content: bytes
    number: str
    organisation: str
    kind: str
    position: int
    event_id: UUID | None
    recorded_at: str

    @classmethod
    def stored(cls, row: Sequence[Any]) -> Receipt:
        """The receipt of a row of the table, its columns in their order."""
        key, revision, content, number, organisation, kind, position, event_id, recorded_at = row
        return cls(
            key=key,
            revision=revision,
            content=content,
            number=number,
            organisation=organisation,
            kind=kind,
            position=position,
            event_id=UUID(event_id) if event_id else None,
            recorded_at=recorded_at,
        )
