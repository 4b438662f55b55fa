"""The key service: writes the access entry, then opens exactly the fields that were decided.

In the hub's own process it is a plain object that gives values. An organisation's own server has
:class:`hub.releases.remote.RemoteKeys` in its place: it asks the hub for the keys of the very
fields, sealed to the organisation (:mod:`hub.releases`). No data key leaves the hub either way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from pydantic import JsonValue

from domain.kernel import LegalBasis
from domain.purpose import Purpose as Purpose
from hub.audit.log import AccessEntry, AccessLog
from hub.clock import Clock
from hub.encryption.fields import Tampered, key_version, open_with_subkey, subkey_of
from hub.encryption.keystore import (
    KeyId,
    KeyMissing,
    KeyRefused,
    KeyStore,
    KeyTampered,
    SubjectErased,
)
from hub.eventstore.codec import SealedField


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks: a person at a post of an organisation, for a purpose, on a legal basis."""

    organisation: str
    post: str
    user: str
    purpose: Purpose
    legal_basis: LegalBasis = LegalBasis.STATUTORY_DUTY
    task: str = ""
    credential: str = field(default="", repr=False)
    """The person's own token, on an organisation's own server: the hub asks nobody else who it
    is. Empty at the hub, which has looked already."""


class Marker(StrEnum):
    """What stands in place of a field that cannot be shown; never a blank."""

    ERASED = "〔已删除〕"
    TAMPERED = "〔数据校验失败，已告警〕"
    NO_KEY = "〔无密钥〕"
    WITHHELD = "〔不予开启〕"
    """The hub, asked by an organisation's own server, decided otherwise than that server's view."""


MATCHER = Reader("hub:310117", "system", "hub", Purpose.MATCHING)
"""The hub's own reader, for confirming match candidates."""


class KeyOpener(Protocol):
    """What the door for reads opens fields by, here or at the hub."""

    def check(self) -> None:
        """Raise what says that looks cannot be answered now."""

    def note(self, reader: Reader, looks: Mapping[str, Iterable[str]], action: str) -> None:
        """As :meth:`KeyService.note`."""

    def open(
        self,
        reader: Reader,
        fields: Sequence[SealedField],
        action: str,
        looks: Mapping[str, Iterable[str]] | None = None,
    ) -> list[JsonValue]:
        """As :meth:`KeyService.open`."""


class KeyService:
    """Releases keys for named looks, each audited before any key leaves."""

    def __init__(self, keys: KeyStore, log: AccessLog, clock: Clock, policy_version: str) -> None:
        self._keys = keys
        self._log = log
        self._clock = clock
        self._policy_version = policy_version

    def check(self) -> None:
        """Raise KeyStoreUnavailable or AccessLogUnavailable if looks cannot be answered now."""
        self._keys.revocation_counter()
        self._log.check()

    def note(self, reader: Reader, looks: Mapping[str, Iterable[str]], action: str) -> None:
        """Write one access entry per child (pseudonym → categories; "" when none was found).

        Raises AccessLogUnavailable: then nothing may be shown.
        """
        at = self._clock.now().isoformat(timespec="microseconds")
        self._log.append(
            [
                AccessEntry(
                    at=at,
                    user=reader.user,
                    post=reader.post,
                    organisation=reader.organisation,
                    child_ref=child,
                    categories=",".join(sorted(set(categories))),
                    action=action,
                    purpose=str(reader.purpose),
                    legal_basis=str(reader.legal_basis),
                    task=reader.task,
                    policy_version=self._policy_version,
                )
                for child, categories in looks.items()
            ]
        )

    def open(
        self,
        reader: Reader,
        fields: Sequence[SealedField],
        action: str,
        looks: Mapping[str, Iterable[str]] | None = None,
    ) -> list[JsonValue]:
        """Open sealed fields that the caller has decided may be shown, after the entry.

        ``looks`` names children whose clear facts are shown without any sealed field. A field
        that cannot be opened gives a :class:`Marker`; a key store that cannot answer raises
        KeyStoreUnavailable, so that an outage never looks like an empty field.
        """
        return [
            found.value if isinstance(found, Marker) else opened(found, each)
            for each, found in zip(fields, self.subkeys(reader, fields, action, looks), strict=True)
        ]

    def subkeys(
        self,
        reader: Reader,
        fields: Sequence[SealedField],
        action: str,
        looks: Mapping[str, Iterable[str]] | None = None,
        under: UUID | Sequence[UUID] | None = None,
    ) -> list[bytes | Marker]:
        """As :meth:`open`, the key of each field instead of its value: it opens that one field of
        that one event. ``under``: what the look is entered as being at, at all fields or at each of
        them, where the child's own entries may not tell of it."""
        named: dict[str, set[str]] = {
            child: set(categories) for child, categories in (looks or {}).items()
        }
        places_of = under if isinstance(under, Sequence) else [under] * len(fields)
        at = dict.fromkeys(
            (place or each.context.concerns, each.context.category)
            for place, each in zip(places_of, fields, strict=True)
        )
        for child, category in at:
            named.setdefault(str(child), set()).add(category)
        if not named:
            return []
        self.note(reader, named, action)
        # What is no token at all is marked like any other that was tampered with.
        keys: list[bytes | Marker] = [Marker.TAMPERED] * len(fields)
        places: dict[KeyId, list[int]] = {}
        for place, each in enumerate(fields):
            slot = _slot(each)
            if slot is not None:
                places.setdefault(slot, []).append(place)
        for slot, key in self._keys.get_many(places).items():
            if isinstance(key, KeyRefused):
                marker = _marker(key)
                for place in places[slot]:
                    keys[place] = marker
                continue
            for place in places[slot]:
                try:
                    keys[place] = subkey_of(key, fields[place].context, fields[place].token)
                except Tampered:
                    keys[place] = Marker.TAMPERED
        return keys

    @property
    def revocation_counter(self) -> int:
        """Rises whenever keys that were given out may no longer be used. Raises
        KeyStoreUnavailable."""
        return self._keys.revocation_counter()


def _marker(refused: KeyRefused) -> Marker:
    """What stands in the place of fields whose key is refused. Raises what is no such answer."""
    if isinstance(refused, SubjectErased):
        return Marker.ERASED
    if isinstance(refused, KeyMissing):
        return Marker.NO_KEY
    if isinstance(refused, KeyTampered):
        return Marker.TAMPERED
    raise refused


def opened(field_key: bytes, each: SealedField) -> JsonValue:
    """The value of a field by its own key; the marker of one that was tampered with."""
    try:
        return open_with_subkey(field_key, each.context, each.token)
    except Tampered:
        return Marker.TAMPERED.value


def _slot(each: SealedField) -> KeyId | None:
    """The key a token needs; None for a token that is none, so that it is marked like any other
    that was tampered with instead of stopping the page."""
    try:
        return each.context.subject, each.context.category, key_version(each.token)
    except Tampered:
        return None


def child_key(child_ref: UUID | str | None) -> str:
    """How a child stands in an access entry; empty when none was found."""
    return "" if child_ref is None else str(child_ref)
