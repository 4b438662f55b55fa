"""Who exchanges signed files with the hub, by which keys; how far each has come; refusals."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from sqlalchemy import Connection, Engine, RowMapping, func, insert, select, update

from domain.organisations import seat_of
from hub.audit.notes import PublicKey
from hub.exchange.form import FIRST, Head
from hub.feeds.tables import AREA, CARRIED_IN, CARRIED_OUT, CARRIED_REFUSED, PARTIES
from hub.storage.sql import Storage, put


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation on a separate network: what it signs with, and what is sealed to it."""

    organisation: str
    signs: PublicKey
    opens: X25519PublicKey
    since: datetime
    ended: datetime | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that was not taken; ``number`` as it says itself."""

    sender: str
    number: int
    code: str
    digest: str
    received_at: datetime


class AlreadyParty(Exception):
    """The organisation exchanges by other keys; that is ended before."""


class NoParty(Exception):
    """The organisation exchanges no files."""


class Parties:
    """The register, in the area of feeds."""

    def __init__(self, storage: Storage, *, create: bool = False) -> None:
        self.engine: Engine = storage.engine(AREA, create=create)

    def add(self, party: Party) -> None:
        """Register keys from now on; the same again changes nothing. Raises AlreadyParty, and
        ValueError for an organisation of no seat, or a key in another's name."""
        seat_of(party.organisation)
        if party.signs.name != party.organisation:
            raise ValueError(party.signs.name)
        with self.engine.execution_options(writing=True).begin() as connection:
            known = party_of(connection, party.organisation)
            if known is not None:
                if (known.signs, known.opens.public_bytes_raw()) != (
                    party.signs,
                    party.opens.public_bytes_raw(),
                ):
                    raise AlreadyParty
                return
            connection.execute(
                insert(PARTIES).values(
                    organisation=party.organisation,
                    since=party.since.isoformat(),
                    signs=party.signs.line,
                    opens=party.opens.public_bytes_raw(),
                )
            )

    def end(self, organisation: str, now: datetime) -> None:
        """Take no file of an organisation any more. Raises NoParty."""
        with self.engine.execution_options(writing=True).begin() as connection:
            if party_of(connection, organisation) is None:
                raise NoParty
            connection.execute(
                update(PARTIES)
                .where(PARTIES.c.organisation == organisation, PARTIES.c.ended.is_(None))
                .values(ended=now.isoformat())
            )

    def all(self) -> list[Party]:
        """Every registration there ever was."""
        with self.engine.begin() as connection:
            query = select(PARTIES).order_by(PARTIES.c.organisation, PARTIES.c.since)
            return [_party(row) for row in connection.execute(query).mappings()]

    def came(self, organisation: str) -> int:
        """The number of the newest file that was taken of an organisation; 0 before any."""
        with self.engine.begin() as connection:
            return last_in(connection, organisation)[0]

    def ends(self, organisation: str) -> str:
        """How far both directions have come, for a folder that goes on where a lost one was:
        number and digest of the newest file that was taken, and of the newest that was given."""
        with self.engine.begin() as connection:
            came, went = last_in(connection, organisation), last_out(connection, organisation)
        return ":".join(str(each) for each in (*came, *went))

    def refused(self) -> list[Refused]:
        """What was not taken, oldest first."""
        with self.engine.begin() as connection:
            query = select(CARRIED_REFUSED).order_by(CARRIED_REFUSED.c.received_at)
            return [
                Refused(
                    row.sender,
                    row.number,
                    row.code,
                    row.digest,
                    datetime.fromisoformat(row.received_at),
                )
                for row in connection.execute(query)
            ]

    def close(self) -> None:
        """Close the connections."""
        self.engine.dispose()


def party_of(connection: Connection, organisation: str) -> Party | None:
    """Its present registration."""
    found = connection.execute(
        select(PARTIES).where(PARTIES.c.organisation == organisation, PARTIES.c.ended.is_(None))
    )
    row = found.mappings().first()
    return None if row is None else _party(row)


def last_in(connection: Connection, organisation: str) -> tuple[int, str]:
    """Number and digest of the newest file that was taken of an organisation."""
    row = connection.execute(
        select(CARRIED_IN.c.number, CARRIED_IN.c.digest)
        .where(CARRIED_IN.c.organisation == organisation)
        .order_by(CARRIED_IN.c.number.desc())
        .limit(1)
    ).first()
    return (0, FIRST) if row is None else (row.number, row.digest)


def answer_to(connection: Connection, head: Head) -> tuple[str, bytes] | None:
    """Digest and answer of the file that was taken under this number."""
    row = connection.execute(
        select(CARRIED_IN.c.digest, CARRIED_IN.c.answer).where(
            CARRIED_IN.c.organisation == head.sender, CARRIED_IN.c.number == head.number
        )
    ).first()
    return None if row is None else (row.digest, bytes(row.answer))


def last_out(connection: Connection, organisation: str) -> tuple[int, str]:
    """Number and digest of the newest file to an organisation."""
    row = connection.execute(
        select(CARRIED_OUT.c.number, CARRIED_OUT.c.digest)
        .where(CARRIED_OUT.c.organisation == organisation)
        .order_by(CARRIED_OUT.c.number.desc())
        .limit(1)
    ).first()
    return (0, FIRST) if row is None else (row.number, row.digest)


def taken(connection: Connection, came: Head, went: Head, answer: bytes, now: datetime) -> None:
    """Keep that a file was taken, and what was answered."""
    connection.execute(
        insert(CARRIED_IN).values(
            organisation=came.sender,
            number=came.number,
            digest=came.digest,
            taken_at=now.isoformat(),
            answer=answer,
        )
    )
    gave(connection, went, now)


def gave(connection: Connection, went: Head, now: datetime) -> None:
    """Keep that a file went out, so that the next one names it."""
    connection.execute(
        insert(CARRIED_OUT).values(
            organisation=went.receiver,
            number=went.number,
            digest=went.digest,
            made_at=now.isoformat(),
        )
    )


def keep_refused(
    connection: Connection,
    head: Head,
    code: str,
    now: datetime,
    body: bytes,
    told: Mapping[int, str],
) -> None:
    """Keep what was not taken, sealed as it came; ``told``: the receipts of the mandatory reports
    in it, by their place, which wait for nothing."""
    put(
        connection,
        CARRIED_REFUSED,
        [
            {
                "sender": head.sender,
                "digest": head.digest,
                "number": head.number,
                "code": code,
                "received_at": now.isoformat(),
                "body": body,
                "told": json.dumps({str(at): number for at, number in told.items()}),
            }
        ],
    )


def told_before(connection: Connection, head: Head) -> dict[int, str]:
    """The receipts of mandatory reports that went in while their file was held back."""
    found = connection.execute(
        select(CARRIED_REFUSED.c.told).where(
            CARRIED_REFUSED.c.sender == head.sender, CARRIED_REFUSED.c.digest == head.digest
        )
    ).scalar()
    return {int(at): number for at, number in json.loads(found or "{}").items()}


def refused_count(connection: Connection) -> int:
    """How many files were not taken."""
    return int(connection.execute(select(func.count()).select_from(CARRIED_REFUSED)).scalar_one())


def _party(values: RowMapping) -> Party:
    return Party(
        values["organisation"],
        PublicKey.parse(values["signs"]),
        X25519PublicKey.from_public_bytes(bytes(values["opens"])),
        datetime.fromisoformat(values["since"]),
        datetime.fromisoformat(values["ended"]) if values["ended"] else None,
    )
