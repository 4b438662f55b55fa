"""What has become of what agencies sent in: how far each topic is taken, answers, refusals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from hub.feeds.outbox import Entry, append
from hub.feeds.tables import ANSWERED, ARRIVALS, REFUSED
from hub.storage.sql import put


@dataclass(frozen=True, slots=True)
class Refusal:
    """A message that could not be opened or read; ``body`` is sealed as it came."""

    organisation: str
    offset: int
    message_id: str | None
    kind: str | None
    code: str
    received_at: datetime
    body: bytes


def offset_of(within: Connection, organisation: str) -> int:
    """The offset at which an agency's records are gone on with."""
    found = within.execute(
        select(ARRIVALS.c.offset).where(ARRIVALS.c.organisation == organisation)
    ).scalar()
    return int(found or 0)


def moved(within: Connection, organisation: str, offset: int) -> None:
    """Go on at this offset from now on; never back."""
    if offset > offset_of(within, organisation):
        put(within, ARRIVALS, [{"organisation": organisation, "offset": offset}])


def answered(within: Connection, organisation: str, message_id: str, content: bytes) -> bool:
    """Whether just this message has its receipt in the outbox."""
    found = select(ANSWERED.c.sequence).where(
        ANSWERED.c.organisation == organisation,
        ANSWERED.c.message_id == message_id,
        ANSWERED.c.content == content,
    )
    return within.execute(found).first() is not None


def answer(within: Connection, organisation: str, content: bytes, receipt: Entry) -> None:
    """Put a message's receipt into the outbox and note that it has it."""
    sequence = append(within, organisation, [receipt])
    within.execute(
        insert(ANSWERED).values(
            organisation=organisation,
            message_id=receipt.subject,
            content=content,
            sequence=sequence,
        )
    )


def keep_refused(within: Connection, refusal: Refusal) -> None:
    """Keep what was refused, once."""
    put(
        within,
        REFUSED,
        [
            {
                "organisation": refusal.organisation,
                "offset": refusal.offset,
                "message_id": refusal.message_id,
                "kind": refusal.kind,
                "code": refusal.code,
                "received_at": refusal.received_at.isoformat(),
                "body": refusal.body,
            }
        ],
    )


def refusals(within: Connection) -> list[Refusal]:
    """Everything that was refused, oldest first."""
    rows = within.execute(select(REFUSED).order_by(REFUSED.c.received_at, REFUSED.c.offset))
    return [
        Refusal(
            row.organisation,
            row.offset,
            row.message_id,
            row.kind,
            row.code,
            datetime.fromisoformat(row.received_at),
            bytes(row.body),
        )
        for row in rows
    ]
