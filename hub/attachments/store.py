"""Where sealed attachments lie: chunks by the digest of the whole, and what was refused.

A blob's name is the digest of its ciphertext, which the event repeats: a blob put in another's
place has another name. A blob whose event was never recorded (a crash between the two) is found
by nobody, and goes with the next sweep.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    delete,
    func,
    select,
)

from hub.encryption.blobs import SealedBlob
from hub.storage.areas import Area
from hub.storage.sql import Storage, upsert

STATED = "attachment"
REFUSED = "refused attachment"
"""What a blob lies there for; part of what it is sealed for."""

_META = MetaData()
_BLOBS = Table(
    "blobs",
    _META,
    Column("digest", String, primary_key=True),
    # Whose keys it is under: what an erasure takes out by.
    Column("subject", String, nullable=False, index=True),
    Column("attachment", String, nullable=False),
    Column("chunks", Integer, nullable=False),
    Column("received_at", String, nullable=False),
)
_CHUNKS = Table(
    "chunks",
    _META,
    Column("digest", String, primary_key=True),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),
)
_REFUSED = Table(
    "refused",
    _META,
    Column("id", String, primary_key=True),
    Column("organisation", String, nullable=False, index=True),
    Column("subject", String, nullable=False, index=True),
    Column("code", String, nullable=False),
    Column("received_at", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("sealed_key", LargeBinary, nullable=False),
)
AREA = Area(
    name="attachments",
    file="attachments.sqlite",
    revision="0001",
    tables=_META,
    # Written once and never changed; taken out when its child is erased.
    grants={
        "blobs": "SELECT, INSERT, DELETE",
        "chunks": "SELECT, INSERT, DELETE",
        "refused": "SELECT, INSERT, DELETE",
    },
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that was not taken: ``code`` says why."""

    id: str
    organisation: str
    child_ref: str
    code: str
    received_at: str


class BlobStore:
    """Chunks and refusals; safe for threads and for several processes."""

    def __init__(self, storage: Storage, *, create: bool = False) -> None:
        self._engine = storage.engine(AREA, create=create)

    def put(self, subject: UUID, attachment: UUID, blob: SealedBlob, now: datetime) -> str:
        """Keep a sealed blob; gives its name."""
        name = blob.digest.hex()
        row = {
            "digest": name,
            "subject": str(subject),
            "attachment": str(attachment),
            "chunks": len(blob.chunks),
            "received_at": now.isoformat(),
        }
        chunks = [
            {"digest": name, "ordinal": ordinal, "sealed": sealed}
            for ordinal, sealed in enumerate(blob.chunks)
        ]
        with self._engine.execution_options(writing=True).begin() as connection:
            connection.execute(_BLOBS.insert(), row)
            connection.execute(_CHUNKS.insert(), chunks)
        return name

    def chunks(self, digest: str) -> Sequence[bytes]:
        """The chunks of a blob in their order; none where there is no such blob."""
        query = (
            select(_CHUNKS.c.sealed).where(_CHUNKS.c.digest == digest).order_by(_CHUNKS.c.ordinal)
        )
        with self._engine.begin() as connection:
            return [bytes(sealed) for sealed in connection.execute(query).scalars()]

    def refuse(self, refusal: Refusal, digest: str, sealed_key: bytes) -> None:
        """Keep what a refused file was refused for, and its sealed key; sent again, it lies there
        once."""
        row = {
            "id": refusal.id,
            "organisation": refusal.organisation,
            "subject": refusal.child_ref,
            "code": refusal.code,
            "received_at": refusal.received_at,
            "digest": digest,
            "sealed_key": sealed_key,
        }
        with self._engine.execution_options(writing=True).begin() as connection:
            connection.execute(upsert(self._engine, _REFUSED).on_conflict_do_nothing(), row)

    def refused(self, organisation: str) -> list[Refusal]:
        """What an organisation sent and was not taken, oldest first."""
        query = (
            select(
                _REFUSED.c.id,
                _REFUSED.c.organisation,
                _REFUSED.c.subject,
                _REFUSED.c.code,
                _REFUSED.c.received_at,
            )
            .where(_REFUSED.c.organisation == organisation)
            .order_by(_REFUSED.c.received_at, _REFUSED.c.id)
        )
        with self._engine.begin() as connection:
            return [Refusal(*row) for row in connection.execute(query)]

    def is_refused(self, refusal_id: str) -> bool:
        """Whether a file lies here under this identifier."""
        query = select(func.count()).where(_REFUSED.c.id == refusal_id)
        with self._engine.begin() as connection:
            return bool(connection.execute(query).scalar_one())

    def forget(self, subject: UUID) -> int:
        """Take out everything of one subject, refused files too; gives how many blobs went."""
        with self._engine.execution_options(writing=True).begin() as connection:
            names = list(
                connection.execute(
                    select(_BLOBS.c.digest).where(_BLOBS.c.subject == str(subject))
                ).scalars()
            )
            self._delete(connection, names)
        return len(names)

    def old(self, before: datetime) -> list[tuple[str, UUID]]:
        """Blobs that were received before an instant and lie there for no refusal: name, and the
        attachment that they are of."""
        refused = select(_REFUSED.c.digest)
        query = (
            select(_BLOBS.c.digest, _BLOBS.c.attachment)
            .where(_BLOBS.c.received_at < before.isoformat(), _BLOBS.c.digest.not_in(refused))
            .order_by(_BLOBS.c.digest)
        )
        with self._engine.begin() as connection:
            return [(name, UUID(of)) for name, of in connection.execute(query)]

    def drop(self, digest: str) -> None:
        """Take out one blob, which no event names."""
        with self._engine.execution_options(writing=True).begin() as connection:
            self._delete(connection, [digest])

    @staticmethod
    def _delete(connection: Connection, names: Sequence[str]) -> None:
        for table in (_CHUNKS, _REFUSED, _BLOBS):
            connection.execute(delete(table).where(table.c.digest.in_(names)))

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()
