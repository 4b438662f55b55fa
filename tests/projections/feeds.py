"""Feeds in memory: what a seat's followers put out, and an agency's worker that reads it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import Engine, select

from domain.organisations import seat_of
from hub.eventstore.codec import Fact
from hub.feeds.outbox import Kind, Numbered, after
from hub.feeds.registry import Agencies
from hub.storage.sql import Storage
from hub.storage.sqlite import FolderStorage, sqlite_engine
from projections.feed import FeedFollower
from projections.feeding import FeedFollowing
from projections.tables import DERIVED, FACTS
from tests.projections.logs import POLICY, MemoryLog

KEY = X25519PrivateKey.generate().public_key()
SINCE = datetime(2025, 3, 3, tzinfo=UTC)


class Told:
    """An entry of the outbox as a reader of the topic has it."""

    def __init__(self, numbered: Numbered) -> None:
        self.organisation = numbered.organisation
        self.sequence = numbered.sequence
        self.kind = numbered.entry.kind
        self.subject = numbered.entry.subject
        self.payload = numbered.entry.payload

    def __repr__(self) -> str:
        return f"{self.sequence} {self.kind.value} {self.subject}"


class Feeds:
    """The hub's side, on a folder of its own or where it is told."""

    def __init__(self, where: Path | Storage) -> None:
        storage = FolderStorage(where) if isinstance(where, Path) else where
        self.agencies = Agencies(storage, create=True)
        self._hours = 0

    def now(self) -> datetime:
        """Later each time."""
        self._hours += 1
        return SINCE + timedelta(hours=self._hours)

    def register(self, organisation: str) -> None:
        self.agencies.add(organisation, KEY, self.now())

    def end(self, organisation: str) -> None:
        self.agencies.end(organisation, self.now())

    def following(
        self, organisation: str, take: Callable[[Fact], None] | None = None
    ) -> FeedFollowing:
        """The follower of the organisation's seat."""
        return FeedFollowing(seat_of(organisation), self.agencies.engine, POLICY, take=take)

    def step(self, organisation: str, log: MemoryLog) -> None:
        """What the organisation's seat has to be told, by a follower that knows nothing yet."""
        self.following(organisation).step(log)

    def sent(self, organisation: str, behind: int = 0) -> list[Told]:
        """What an organisation was told."""
        with self.agencies.engine.begin() as connection:
            return [Told(each) for each in after(connection, organisation, behind, 1_000_000)]

    def close(self) -> None:
        self.agencies.close()


def rows_of(engine: Engine, organisation: str) -> dict[str, list[str]]:
    """Everything that a view holds for an organisation."""
    with engine.begin() as connection:
        return {
            table.name: sorted(
                repr([sorted(v.items()) if isinstance(v, dict) else v for v in row])
                for row in connection.execute(
                    select(table).where(table.c.organisation == organisation)
                )
            )
            for table in (FACTS, *DERIVED.values())
        }


def reader(organisation: str, path: Path = Path(":memory:")) -> FeedFollower:
    """An agency's worker."""
    return FeedFollower(organisation, sqlite_engine(path))


def read_all(follower: FeedFollower, feeds: Feeds, random: Random | None = None) -> None:
    """Take in all there is; at random in portions with repetitions, as a relay may send it."""
    told = feeds.sent(follower.organisation)
    if random is None:
        follower.take_in(told, len(told))
        return
    at = 0
    while at < len(told):
        begin = max(0, at - random.randrange(5))
        end = at + random.randint(1, 20)
        follower.take_in(told[begin:end], end)
        at = end


def dense(told: list[Told]) -> bool:
    """Whether numbers begin at 1 and go on by 1."""
    return [each.sequence for each in told] == list(range(1, len(told) + 1))


def closings(told: list[Told]) -> list[Told]:
    """What a reader is told to delete."""
    return [each for each in told if each.kind is Kind.CLOSED]
