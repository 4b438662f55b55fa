"""Padding to power-of-two buckets, so that a ciphertext's length tells little of its content.

A marker byte and zeros (ISO/IEC 7816-4): one byte of overhead, removable without a length field.
"""

from __future__ import annotations

SMALLEST = 32
"""The smallest bucket, in bytes: names, numbers, dates and flags all fall into it."""

_MARK = b"\x80"


def bucket(length: int) -> int:
    """The bucket, in bytes, for ``length`` bytes of content and the marker."""
    return SMALLEST if length < SMALLEST else 1 << length.bit_length()


def pad(content: bytes) -> bytes:
    """``content``, the marker, and zeros up to the bucket."""
    return (content + _MARK).ljust(bucket(len(content)), b"\0")


def unpad(padded: bytes) -> bytes:
    """The content again.

    Raises ``ValueError`` for anything :func:`pad` cannot have made. Only ever called on
    authenticated bytes, so the refusal tells an attacker nothing.
    """
    content = padded.rstrip(b"\0")
    if content[-1:] != _MARK or len(padded) != bucket(len(content) - 1):
        raise ValueError("not padded to a bucket")
    return content[:-1]
