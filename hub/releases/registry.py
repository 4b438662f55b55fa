"""Which key pairs organisations have: the public halves, as the hub knows them."""

from __future__ import annotations

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from hub.directory import AREA, DirectoryUnavailable
from hub.releases.keys import PublicKeys
from hub.storage.sql import Storage

_PRESENT = "SELECT sealing, signing FROM organisation_keys WHERE organisation = ? AND ended IS NULL"
_ALL = "SELECT since, ended FROM organisation_keys WHERE organisation = ? ORDER BY since DESC"
_END = "UPDATE organisation_keys SET ended = ? WHERE organisation = ? AND ended IS NULL"


class HasKeys(Exception):
    """The organisation has key pairs already."""


class PublicKeyring:
    """The public keys of organisations that run a server of their own."""

    def __init__(self, storage: Storage) -> None:
        self._database = storage.database(AREA, DirectoryUnavailable)

    def add(self, organisation: str, keys: PublicKeys, now: datetime, *, renew: bool) -> None:
        """Take an organisation's key pairs from now on. ``renew`` ends those that it has: what
        they sign is answered no more. Raises :class:`HasKeys` where it has some, without it."""
        with self._database.writing() as connection:
            if connection.execute(_PRESENT, [organisation]).fetchone() is not None:
                if not renew:
                    raise HasKeys
                connection.execute(_END, [now.isoformat(), organisation])
            connection.insert(
                "organisation_keys (organisation, since, sealing, signing)",
                [
                    (
                        organisation,
                        now.isoformat(),
                        keys.sealing.public_bytes_raw(),
                        keys.signing.public_bytes_raw(),
                    )
                ],
            )

    def end(self, organisation: str, now: datetime) -> bool:
        """End an organisation's key pairs: what they sign is answered no more. False where it had
        none."""
        with self._database.writing() as connection:
            ended = connection.execute(_END, [now.isoformat(), organisation]).rowcount
        return bool(ended)

    def of(self, organisation: str) -> PublicKeys | None:
        """An organisation's present keys. Read anew each time: one that was ended is ended."""
        rows = self._database.rows(_PRESENT, [organisation])
        if not rows:
            return None
        sealing, signing = rows[0]
        return PublicKeys(
            X25519PublicKey.from_public_bytes(bytes(sealing)),
            Ed25519PublicKey.from_public_bytes(bytes(signing)),
        )

    def since(self, organisation: str) -> list[tuple[datetime, datetime | None]]:
        """From when on, and until when, each key pair of an organisation; the newest first."""
        rows = self._database.rows(_ALL, [organisation])
        read = datetime.fromisoformat
        return [(read(since), read(ended) if ended else None) for since, ended in rows]

    def close(self) -> None:
        """Close the connections."""
        self._database.close()
