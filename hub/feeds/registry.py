"""Which organisations run a worker of their own, and the key of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from sqlalchemy import Connection, Engine, Row, delete, insert, select, update

from domain.organisations import seat_of
from hub.feeds.outbox import append, closing
from hub.feeds.tables import AGENCIES, AREA, FEEDS, HELD
from hub.storage.sql import Storage


@dataclass(frozen=True, slots=True)
class Agency:
    """A registration. ``ended`` is None while it lasts."""

    organisation: str
    key: X25519PublicKey
    since: datetime
    ended: datetime | None


class NotRegistered(Exception):
    """The organisation has no registration that lasts."""


class AlreadyRegistered(Exception):
    """The organisation is registered with another key. What was sealed to the first key opens with
    no other; so the first is ended before."""


class Agencies:
    """The registrations."""

    def __init__(self, storage: Storage, *, create: bool = False) -> None:
        self.engine: Engine = storage.engine(AREA, create=create)

    def add(self, organisation: str, key: X25519PublicKey, now: datetime) -> Agency:
        """Register an organisation from now on: its feed begins with its whole present history.

        The same again changes nothing. Raises :class:`AlreadyRegistered`, and ValueError for an
        organisation of no seat.
        """
        seat_of(organisation)
        with self.engine.execution_options(writing=True).begin() as connection:
            known = registered(connection, organisation)
            if known is not None:
                if known.key.public_bytes_raw() != key.public_bytes_raw():
                    raise AlreadyRegistered
                return known
            connection.execute(
                insert(AGENCIES).values(
                    organisation=organisation,
                    since=now.isoformat(),
                    public_key=key.public_bytes_raw(),
                )
            )
            restart(connection, organisation)
            return Agency(organisation, key, now, None)

    def end(self, organisation: str, now: datetime) -> int:
        """End a registration: nothing follows in its feed but a closing of everything. Gives the
        closing's number. Raises :class:`NotRegistered`."""
        with self.engine.execution_options(writing=True).begin() as connection:
            if registered(connection, organisation) is None:
                raise NotRegistered
            connection.execute(
                update(AGENCIES)
                .where(AGENCIES.c.organisation == organisation, AGENCIES.c.ended.is_(None))
                .values(ended=now.isoformat())
            )
            connection.execute(delete(HELD).where(HELD.c.organisation == organisation))
            return append(connection, organisation, [closing(organisation, None, now.isoformat())])

    def present(self) -> list[Agency]:
        """Registrations that last, by organisation."""
        return [each for each in self.all() if each.ended is None]

    def all(self) -> list[Agency]:
        """Every registration there ever was, by organisation and begin."""
        with self.engine.begin() as connection:
            rows = connection.execute(
                select(AGENCIES).order_by(AGENCIES.c.organisation, AGENCIES.c.since)
            )
            return [_agency(row) for row in rows]

    def key(self, organisation: str) -> X25519PublicKey:
        """The present key of an organisation. Raises :class:`NotRegistered`."""
        with self.engine.begin() as connection:
            found = registered(connection, organisation)
        if found is None:
            raise NotRegistered
        return found.key

    def close(self) -> None:
        """Close the connections."""
        self.engine.dispose()


def registered(connection: Connection, organisation: str) -> Agency | None:
    """The registration of an organisation that lasts."""
    row = connection.execute(
        select(AGENCIES).where(AGENCIES.c.organisation == organisation, AGENCIES.c.ended.is_(None))
    ).first()
    return None if row is None else _agency(row)


def restart(connection: Connection, organisation: str) -> None:
    """Let a feed begin with the organisation's present history, from nothing held. Its numbers go
    on where they were."""
    known = connection.execute(
        select(FEEDS.c.sequence).where(FEEDS.c.organisation == organisation)
    ).first()
    if known is None:
        connection.execute(
            insert(FEEDS).values(organisation=organisation, sequence=0, scanned=0, upto=None)
        )
        return
    connection.execute(
        update(FEEDS).where(FEEDS.c.organisation == organisation).values(scanned=0, upto=None)
    )
    connection.execute(delete(HELD).where(HELD.c.organisation == organisation))


def _agency(row: Row[Any]) -> Agency:
    return Agency(
        row.organisation,
        X25519PublicKey.from_public_bytes(bytes(row.public_key)),
        datetime.fromisoformat(row.since),
        datetime.fromisoformat(row.ended) if row.ended else None,
    )
