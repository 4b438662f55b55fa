"""Sealed blobs: attachments, in chunks that open only together, in order and in their place.

A chunk is ``format (1) | suite (2) | nonce (12) | ciphertext and tag``. Each blob has a random key
of its own, which is kept as a sealed field of the event that names the blob: whoever may be
released that field opens the blob, and what ends the field's data key ends the blob. Each chunk's
associated data holds its index and whether it is the last, so that none can be left out, moved,
doubled or cut off (the STREAM construction: Hoang, Reyhanitabar, Rogaway, Vizár 2015).
"""

from __future__ import annotations

import hashlib
import hmac
import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from cryptography.exceptions import InvalidTag

from hub.encryption.derive import KEY_BYTES, expand, frame
from hub.encryption.fields import FORMAT, Tampered
from hub.encryption.keystore import DataKey
from hub.encryption.suites import DEFAULT_SUITE, NONCE_BYTES, SUITES, Suite

CHUNK_BYTES = 256 * 1024
"""Bytes of content in a chunk."""

_HEAD = struct.Struct(">B2s")
_BODY = _HEAD.size + NONCE_BYTES
_LENGTH = struct.Struct(">Q")


@dataclass(frozen=True, slots=True)
class BlobContext:
    """Where a blob belongs: to whom, in which category, which attachment it is, who stated it,
    and what it lies there for."""

    subject: UUID
    category: str
    blob: UUID
    producer: str
    purpose: str


@dataclass(frozen=True, slots=True)
class SealedBlob:
    """``key`` opens it; ``digest`` is :func:`blob_digest` of the chunks, ``mark``
    :func:`content_mark`, both told openly; ``size`` the padded size in bytes."""

    key: bytes = field(repr=False)
    chunks: tuple[bytes, ...] = field(repr=False)
    digest: bytes
    mark: bytes
    size: int


def seal_blob(context: BlobContext, content: bytes, suite: bytes = DEFAULT_SUITE) -> SealedBlob:
    """Seal ``content`` for its place by a suite of the allow-list, under a new key."""
    key = os.urandom(KEY_BYTES)
    head = _HEAD.pack(FORMAT, suite)
    cipher = SUITES[suite]
    chunk_key = _chunk_key(cipher, key)
    whole = _LENGTH.pack(len(content)) + content
    whole = whole.ljust(padded_size(len(whole)), b"\0")
    parts = [whole[at : at + CHUNK_BYTES] for at in range(0, len(whole), CHUNK_BYTES)]
    chunks = []
    for index, part in enumerate(parts):
        # From the operating system each time: a generator kept in memory repeats after a fork.
        nonce = os.urandom(NONCE_BYTES)
        place = _place(context, head, index, last=index == len(parts) - 1)
        chunks.append(head + nonce + cipher.encrypt(chunk_key, nonce, part, place))
    return SealedBlob(
        key, tuple(chunks), blob_digest(chunks), content_mark(key, content), len(whole)
    )


def open_blob(
    key: bytes, context: BlobContext, chunks: Sequence[bytes], *, digest: bytes, mark: bytes
) -> bytes:
    """The content again, whole or not at all. Raises :class:`Tampered` if anything differs: a
    chunk, their number or order, the key, any element of the context, or what was told openly."""
    head = _head(chunks)
    if len(key) != KEY_BYTES or not hmac.compare_digest(blob_digest(chunks), digest):
        raise Tampered
    cipher = SUITES[head[1:3]]
    chunk_key = _chunk_key(cipher, key)
    parts = []
    for index, chunk in enumerate(chunks):
        if chunk[: _HEAD.size] != head or len(chunk) <= _BODY:
            raise Tampered
        place = _place(context, head, index, last=index == len(chunks) - 1)
        try:
            parts.append(cipher.decrypt(chunk_key, chunk[_HEAD.size : _BODY], chunk[_BODY:], place))
        except (InvalidTag, ValueError):
            raise Tampered from None
    whole = b"".join(parts)
    if len(whole) < _LENGTH.size:
        raise Tampered
    (length,) = _LENGTH.unpack_from(whole)
    content = whole[_LENGTH.size : _LENGTH.size + length]
    if len(content) != length or not hmac.compare_digest(content_mark(key, content), mark):
        raise Tampered
    return content


def blob_digest(chunks: Sequence[bytes]) -> bytes:
    """SHA-256 over the chunks, each behind its length: what an event and the proofs hold, so that
    they stay valid when the content can no longer be opened."""
    return hashlib.sha256(frame(*chunks)).digest()


def content_mark(key: bytes, content: bytes) -> bytes:
    """A mark of the content under the blob's key. It commits to both, which GCM by itself does
    not; and without the key it is a random number, against which nobody can try a guess."""
    return hmac.digest(expand(key, b"hub blob mark 1"), content, "sha256")


def content_id(key: DataKey, producer: str, content: bytes) -> UUID:
    """The identifier of a content among those of one sender under one data key: the same again
    for the same content. Once the key is deleted, not even the hub can try a guess against it."""
    place = frame(b"hub blob id 1", producer.encode(), content)
    found = hmac.digest(expand(key.key, b"hub blob id key 1"), place, "sha256")
    return UUID(bytes=found[:16], version=4)


def padded_size(length: int) -> int:
    """The size that a blob of ``length`` bytes is padded to: PADMÉ (Nikitin et al., PETS 2019),
    which adds at most 12 percent and leaves few sizes to tell contents apart by."""
    exponent = length.bit_length() - 1
    if exponent < 1:
        return max(length, 1)
    low = exponent - exponent.bit_length()
    mask = (1 << low) - 1 if low > 0 else 0
    return (length + mask) & ~mask


def _chunk_key(suite: Suite, key: bytes) -> bytes:
    return suite.derive(key, b"hub blob 1")


def _head(chunks: Sequence[bytes]) -> bytes:
    if not chunks or len(chunks[0]) <= _BODY:
        raise Tampered
    head = chunks[0][: _HEAD.size]
    form, suite = _HEAD.unpack(head)
    if form != FORMAT or suite not in SUITES:
        raise Tampered
    return head


def _place(context: BlobContext, head: bytes, index: int, *, last: bool) -> bytes:
    return frame(
        b"hub blob 1",
        head,
        context.subject.bytes,
        context.category.encode(),
        context.blob.bytes,
        context.producer.encode(),
        context.purpose.encode(),
        index.to_bytes(4, "big"),
        b"\1" if last else b"\0",
    )
