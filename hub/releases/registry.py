"""Which key pairs organisations have: the public halves, as the hub knows them."""

from __future__ import annotations

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from sqlalchemy import insert, select, update

from hub.directory import AREA, ORGANISATION_KEYS
from hub.releases.keys import PublicKeys
from hub.storage.sql import Storage


class HasKeys(Exception):
    """The organisation has key pairs already."""


class PublicKeyring:
    """The public keys of organisations that run a server of their own."""

    def __init__(self, storage: Storage) -> None:
        self._engine = storage.engine(AREA)

    def add(self, organisation: str, keys: PublicKeys, now: datetime, *, renew: bool) -> None:
        """Take an organisation's key pairs from now on. ``renew`` ends those that it has: what
        they sign is answered no more. Raises :class:`HasKeys` where it has some, without it."""
        with self._engine.execution_options(writing=True).begin() as connection:
            present = (
                ORGANISATION_KEYS.c.organisation == organisation,
                ORGANISATION_KEYS.c.ended.is_(None),
            )
            if connection.execute(select(ORGANISATION_KEYS).where(*present)).first():
                if not renew:
                    raise HasKeys
                connection.execute(
                    update(ORGANISATION_KEYS).where(*present).values(ended=now.isoformat())
                )
            connection.execute(
                insert(ORGANISATION_KEYS).values(
                    organisation=organisation,
                    since=now.isoformat(),
                    sealing=keys.sealing.public_bytes_raw(),
                    signing=keys.signing.public_bytes_raw(),
                )
            )

    def end(self, organisation: str, now: datetime) -> bool:
        """End an organisation's key pairs: what they sign is answered no more. False where it had
        none."""
        with self._engine.execution_options(writing=True).begin() as connection:
            ended = connection.execute(
                update(ORGANISATION_KEYS)
                .where(
                    ORGANISATION_KEYS.c.organisation == organisation,
                    ORGANISATION_KEYS.c.ended.is_(None),
                )
                .values(ended=now.isoformat())
            )
        return bool(ended.rowcount)

    def of(self, organisation: str) -> PublicKeys | None:
        """An organisation's present keys. Read anew each time: one that was ended is ended."""
        with self._engine.begin() as connection:
            row = connection.execute(
                select(ORGANISATION_KEYS).where(
                    ORGANISATION_KEYS.c.organisation == organisation,
                    ORGANISATION_KEYS.c.ended.is_(None),
                )
            ).first()
        if row is None:
            return None
        return PublicKeys(
            X25519PublicKey.from_public_bytes(bytes(row.sealing)),
            Ed25519PublicKey.from_public_bytes(bytes(row.signing)),
        )

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()
