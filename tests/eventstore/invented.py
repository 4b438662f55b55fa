"""Events to append: persuasions of invented children, whose account is sealed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

from domain.dropout_events import PersuasionRecorded
from domain.kernel import Actor, Event, Header, LegalBasis, Recorded
from hub.eventstore.receipts import NewReceipt
from hub.eventstore.store import ReceiptToWrite
from tests.domain.histories import one_of_each_event

NOW = datetime(2025, 3, 3, 1, tzinfo=UTC)
ACTOR = Actor("school:3101170001", "handler", "u-test")


def persuasion(child: UUID, stream: UUID, version: int, account: str = "示例经过") -> Recorded:
    """The n-th event of a stream."""
    told = next(one for one in one_of_each_event() if isinstance(one, PersuasionRecorded))
    event = told.model_copy(update={"child_ref": child, "ordinal": version, "account": account})
    return recorded(event, stream, version)


def recorded(event: Event, stream: UUID, version: int) -> Recorded:
    """An event with a header of its own."""
    event_id = uuid4()
    return Recorded(
        originator_id=stream,
        originator_version=version,
        ordering_key=event.subject or stream,
        header=Header(
            event_id=event_id,
            actor=ACTOR,
            legal_basis=LegalBasis.STATUTORY_DUTY,
            occurred_at=NOW,
            recorded_at=NOW,
            correlation=event_id,
            causation=None,
            rule_version="test",
        ),
        event=event,
    )


def superseding(one: Recorded, before: UUID) -> Recorded:
    """The same event, as a correction."""
    return replace(one, header=replace(one.header, supersedes=before))


def receipt(
    key: bytes, number: str, events: list[Recorded], *, content: bytes = b"c", revision: int = 1
) -> ReceiptToWrite:
    """A receipt for all of these events."""
    return ReceiptToWrite(
        NewReceipt(key, content, number, ACTOR.organisation, "test", revision),
        events_before=len(events),
        event_id=events[-1].header.event_id if events else None,
        recorded_at=NOW,
    )
