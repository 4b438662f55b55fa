"""What goes between an organisation's own server and the hub's key service.

An asking is signed by the organisation, for itself, now, under a nonce that is used once. A release
answers that one asking: its content is sealed to the organisation (HPKE, bound to organisation and
nonce), it expires after half a minute, and the hub signs all of it. Whatever is signed is framed
part by part behind its length, never joined (see :func:`hub.encryption.derive.frame`).
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub.encryption.derive import frame, unframe
from hub.encryption.envelope import CannotOpen, open_, seal
from hub.releases.keys import OrganisationKeys, PublicKeys

LASTS = timedelta(seconds=30)
"""How long a release may be used."""
SKEW = timedelta(seconds=60)
"""By how much two machines' clocks may differ."""
NONCE_BYTES = 16
MAX_ASKING = 512 * 1024
"""Bytes of one asking at most."""

_ASKING = b"hub asking 1"
_RELEASE = b"hub release 1"

Content = dict[str, Any]
"""What is asked or released, as JSON."""


class AskingRefused(Exception):
    """An asking that the hub does not answer. ``code`` says why and repeats nothing of it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class ReleaseForged(Exception):
    """A release that is not the hub's answer to just this asking, by now. Nothing of it is used;
    ``reason`` repeats nothing of it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Asking:
    """An asking whose signature was checked."""

    organisation: str
    nonce: bytes
    at: datetime
    content: Content


@dataclass(frozen=True, slots=True)
class Released:
    """A release that was opened, and until when it may be used."""

    content: Content
    until: datetime


def ask(
    keys: OrganisationKeys, organisation: str, content: Content, now: datetime
) -> tuple[bytes, bytes]:
    """Sign an asking; gives its nonce and its bytes."""
    nonce = os.urandom(NONCE_BYTES)
    parts = (organisation.encode(), nonce, _instant(now), _json(content))
    signature = keys.signing.sign(frame(_ASKING, *parts))
    return nonce, frame(*parts, signature)


def read_asking(
    asking: bytes, public: Callable[[str], PublicKeys | None], now: datetime
) -> tuple[Asking, PublicKeys]:
    """The asking in some bytes, with the asker's keys; ``public`` gives an organisation's. Raises
    :class:`AskingRefused`."""
    try:
        *parts, signature = unframe(asking, 5)
        organisation, at = parts[0].decode(), _read_instant(parts[2])
    except ValueError:
        raise AskingRefused("MALFORMED") from None
    keys = public(organisation)
    if keys is None:
        raise AskingRefused("NO_KEYS")
    try:
        keys.signing.verify(signature, frame(_ASKING, *parts))
    except InvalidSignature:
        raise AskingRefused("SIGNATURE") from None
    if abs(now - at) > SKEW:
        raise AskingRefused("CLOCK")
    try:
        content = json.loads(parts[3])
    except ValueError:
        raise AskingRefused("MALFORMED") from None
    if not isinstance(content, dict) or len(parts[1]) != NONCE_BYTES:
        raise AskingRefused("MALFORMED")
    return Asking(organisation, parts[1], at, content), keys


def make_release(
    signing: Ed25519PrivateKey, asking: Asking, keys: PublicKeys, content: Content, now: datetime
) -> bytes:
    """The release that answers an asking."""
    organisation, expires = asking.organisation.encode(), _instant(now + LASTS)
    place = (asking.organisation, asking.nonce.hex())
    token = seal(keys.sealing, _RELEASE, place, _json(content))
    signature = signing.sign(frame(_RELEASE, organisation, asking.nonce, expires, token))
    return frame(organisation, asking.nonce, expires, token, signature)


def open_release(
    keys: OrganisationKeys, organisation: str, nonce: bytes, release: bytes, now: datetime
) -> Released:
    """What the hub released in answer to the asking of this nonce. Raises
    :class:`ReleaseForged`."""
    try:
        to, answers, expires, token, signature = unframe(release, 5)
        until = _read_instant(expires)
    except ValueError:
        raise ReleaseForged("no release") from None
    try:
        keys.hub.verify(signature, frame(_RELEASE, to, answers, expires, token))
    except InvalidSignature:
        raise ReleaseForged("not signed by the hub") from None
    if to != organisation.encode():
        raise ReleaseForged("another organisation's")
    if answers != nonce:
        raise ReleaseForged("the answer to another asking")
    if not now - SKEW < until <= now + LASTS + SKEW:
        raise ReleaseForged("expired")
    try:
        body = open_([keys.sealing], _RELEASE, (organisation, nonce.hex()), token)
        content = json.loads(body)
    except (CannotOpen, ValueError):
        raise ReleaseForged("sealed to somebody else") from None
    if not isinstance(content, dict):
        raise ReleaseForged("no release")
    return Released(content, until)


def _json(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _instant(at: datetime) -> bytes:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").encode()


def _read_instant(text: bytes) -> datetime:
    """Raises ValueError."""
    found = datetime.fromisoformat(text.decode())
    if found.tzinfo is None:
        raise ValueError("an instant without a zone")
    return found
