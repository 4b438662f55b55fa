"""Appends: this store against the library's stock SQLite application, sealed against unsealed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

from eventsourcing.application import Application
from eventsourcing.domain import DomainEvent

from domain.child_file import ContactStated
from domain.kernel import Actor, Header, LegalBasis, Recorded
from hub.encryption.root import Argon2Cost, RootKeystore
from hub.eventstore.store import EventStore
from tests.bench.measure import Measure, in_turn
from tests.storage.opening import key_store, recorder

APPENDS = 300
_NOW = datetime(2025, 3, 3, 1, tzinfo=UTC)
_TEXTS = ("示例监护人", "13800000000", "父亲", "示例路1号101室")


def contact(child_ref: UUID, stream: UUID, version: int) -> Recorded:
    """An event with four sensitive fields."""
    event_id = uuid4()
    name, phone, relation, address = _TEXTS
    return Recorded(
        originator_id=stream,
        originator_version=version,
        ordering_key=child_ref,
        header=Header(
            event_id=event_id,
            actor=Actor("school:1", "handler", "u-1"),
            legal_basis=LegalBasis.STATUTORY_DUTY,
            occurred_at=_NOW,
            recorded_at=_NOW,
            correlation=event_id,
            causation=None,
            rule_version="bench",
        ),
        event=ContactStated(
            child_ref=child_ref,
            guardian_name=name,
            guardian_phone=phone,
            guardian_relation=relation,
            address=address,
        ),
    )


@dataclass(frozen=True)
class StockContact(DomainEvent):
    """The same payload as the stock application would keep it."""

    child_ref: UUID
    guardian_name: str
    guardian_phone: str
    guardian_relation: str
    address: str
    organisation: str
    post: str
    user: str
    legal_basis: str
    occurred_at: datetime
    recorded_at: datetime


def _single(store: EventStore) -> Callable[[], int]:
    def work() -> int:
        stream = uuid4()
        for version in range(1, APPENDS + 1):
            store.append([contact(stream, stream, version)])
        return APPENDS

    return work


def stock_contact(stream: UUID, version: int) -> StockContact:
    """The event for the stock application."""
    name, phone, relation, address = _TEXTS
    return StockContact(
        originator_id=stream,
        originator_version=version,
        timestamp=_NOW,
        child_ref=stream,
        guardian_name=name,
        guardian_phone=phone,
        guardian_relation=relation,
        address=address,
        organisation="school:1",
        post="handler",
        user="u-1",
        legal_basis="STATUTORY_DUTY",
        occurred_at=_NOW,
        recorded_at=_NOW,
    )


def _stock(application: Application[UUID]) -> Callable[[], int]:
    def work() -> int:
        stream = uuid4()
        for version in range(1, APPENDS + 1):
            application.save(stock_contact(stream, version))
        return APPENDS

    return work


def measures(folder: Path) -> list[Measure]:
    """Single durable appends, in turn."""
    root = RootKeystore.create(folder / "root", "bench", Argon2Cost(8 * 1024, 1, 1))
    keys = key_store(folder / "keys.sqlite", root)
    sealed = EventStore(recorder(folder / "sealed.sqlite"), keys)
    unsealed = EventStore(recorder(folder / "unsealed.sqlite"), None)
    stock = Application[UUID](
        {
            "PERSISTENCE_MODULE": "eventsourcing.sqlite",
            "SQLITE_DBNAME": str(folder / "stock.sqlite"),
        }
    )
    try:
        return [
            in_turn(
                "durable appends, sealed, against the stock application",
                _single(sealed),
                _stock(stock),
                unit="appends/s",
                aim="",
            ),
            in_turn(
                "durable appends, sealed against unsealed",
                _single(sealed),
                _single(unsealed),
                unit="appends/s",
                aim="ratio > 0.70",
            ),
        ]
    finally:
        for each in (sealed, unsealed, stock):
            each.close()
        keys.close()
