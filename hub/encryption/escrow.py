"""Escrow of the root keystore (托管): a sealed copy that several custodians open together.

A new random key seals the keystore's content; the key is split by SLIP-39 (Shamir's scheme over
mnemonic words), so that fewer than ``threshold`` shares tell nothing of it. The copy alone is
worthless, and so are the shares alone; whoever has both has the root key of that generation, with
every epoch key that it held. After an erasure the custodians therefore destroy the escrows that
are older than it.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

import shamir_mnemonic as slip39
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hub.encryption.derive import KEY_BYTES, expand
from hub.encryption.root import Argon2Cost, Escrow, RootKeystore

MOST = 16
"""Shares that SLIP-39 makes at most."""
_FORMAT = 1
_NONCE_BYTES = 12

Why = Literal["copy", "share", "too_few", "mixed", "not_its_shares"]
"""Why an escrow does not open: the copy is none or damaged; a share is mistyped or none; too few
shares; shares of several splits; a whole set, of another copy."""


class EscrowRefused(Exception):
    """An escrow that does not open; never repeats any of a share."""

    def __init__(self, why: Why, position: int = 0) -> None:
        """``position`` counts the shares as given, from 1."""
        super().__init__(why)
        self.why = why
        self.position = position


@dataclass(frozen=True, slots=True)
class Split:
    """A new escrow: its record, the sealed copy, and a share for each custodian."""

    escrow: Escrow
    copy: bytes
    shares: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Opened:
    """What a copy and enough shares open."""

    generation: int
    made: date
    content: bytes = field(repr=False)


def split(keystore: RootKeystore, threshold: int, custodians: int, on: date) -> Split:
    """Make an escrow of which any ``threshold`` of ``custodians`` shares open the copy.

    Raises ``ValueError`` unless 2 ≤ threshold ≤ custodians ≤ 16: one person alone must not hold
    the root key.
    """
    if not 2 <= threshold <= custodians <= MOST:
        raise ValueError("at least two custodians, and no more needed than there are")
    escrow, content = keystore.escrow(on, threshold, custodians)
    key = os.urandom(KEY_BYTES)
    header = {
        "format": _FORMAT,
        "cipher": "AES-256-GCM",
        "generation": escrow.generation,
        "made": on.isoformat(),
        "threshold": threshold,
        "custodians": custodians,
    }
    nonce = os.urandom(_NONCE_BYTES)
    sealed = nonce + AESGCM(_content_key(key)).encrypt(nonce, content, _canonical(header))
    copy = {"header": header, "content": base64.b64encode(sealed).decode()}
    (shares,) = slip39.generate_mnemonics(1, [(threshold, custodians)], key)
    return Split(escrow, json.dumps(copy, indent=1).encode(), tuple(shares))


def open_(copy: bytes, shares: Sequence[str]) -> Opened:
    """Open an escrow, without restoring anything: its content is checked to the last bit. Raises
    :class:`EscrowRefused`."""
    header, sealed = _parse(copy)
    try:
        key = slip39.combine_mnemonics(_checked(shares))
    except slip39.MnemonicError:
        raise EscrowRefused("not_its_shares") from None  # the set's own checksum
    try:
        content = AESGCM(_content_key(key)).decrypt(
            sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _canonical(header)
        )
    except (InvalidTag, ValueError):
        raise EscrowRefused("not_its_shares") from None
    return Opened(header["generation"], date.fromisoformat(header["made"]), content)


def restore(
    opened: Opened, path: Path, passphrase: str, cost: Argon2Cost | None = None
) -> RootKeystore:
    """Make the keystore again, under a new passphrase. Epochs that were begun after the escrow are
    not in it. Raises ``FileExistsError`` rather than overwrite one."""
    return RootKeystore.restore(path, opened.content, opened.generation, passphrase, cost)


def _checked(shares: Sequence[str]) -> list[str]:
    """Exactly as many shares of one split as are needed. Raises EscrowRefused."""
    known: dict[int, str] = {}
    splits = set()
    needed = MOST + 1
    for position, words in enumerate(shares, 1):
        try:
            share = slip39.Share.from_mnemonic(" ".join(words.split()))
        except (slip39.MnemonicError, ValueError):
            raise EscrowRefused("share", position) from None
        splits.add(share.common_parameters())
        needed = share.member_threshold
        known[share.index] = " ".join(words.split())
    if len(splits) > 1:
        raise EscrowRefused("mixed")
    if len(known) < needed:
        raise EscrowRefused("too_few")
    return list(known.values())[:needed]


def _parse(copy: bytes) -> tuple[dict[str, Any], bytes]:
    try:
        document = json.loads(copy)
        header = document["header"]
        sealed = base64.b64decode(document["content"], validate=True)
        sound = (
            (header["format"], header["cipher"]) == (_FORMAT, "AES-256-GCM")
            and isinstance(header["generation"], int)
            and date.fromisoformat(header["made"]) is not None
        )
    except (KeyError, TypeError, ValueError, RecursionError):
        raise EscrowRefused("copy") from None
    if not sound:
        raise EscrowRefused("copy")
    return header, sealed


def _content_key(key: bytes) -> bytes:
    return expand(key, b"hub escrow content 1")


def _canonical(header: dict[str, Any]) -> bytes:
    return json.dumps(header, sort_keys=True, separators=(",", ":")).encode()
