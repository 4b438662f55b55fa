"""Key derivation and unambiguous framing, shared by everything that is sealed."""

from __future__ import annotations

import hmac
import struct

KEY_BYTES = 32
_LENGTH = struct.Struct(">I")
_length = _LENGTH.pack


def frame(*parts: bytes) -> bytes:
    """Each part behind its length (u32, big-endian): no two different lists give the same bytes.

    Joined strings would let a boundary move unnoticed: ("ab", "c") and ("a", "bc") join alike.
    """
    framed = []
    for part in parts:
        framed.append(_length(len(part)))
        framed.append(part)
    return b"".join(framed)


def unframe(framed: bytes, count: int) -> list[bytes]:
    """The ``count`` parts of :func:`frame`. Raises ValueError for anything else."""
    parts, at = [], 0
    for _ in range(count):
        (length,) = _LENGTH.unpack(framed[at : at + _LENGTH.size].ljust(_LENGTH.size, b"\xff"))
        at += _LENGTH.size
        if at + length > len(framed):
            raise ValueError("not framed")
        parts.append(framed[at : at + length])
        at += length
    if at != len(framed):
        raise ValueError("not framed")
    return parts


def expand(key: bytes, info: bytes) -> bytes:
    """32 bytes by HKDF-SHA256's expand step (RFC 5869 §2.3), one block.

    Takes a uniformly random ``key``, so the extract step is rightly skipped (RFC 5869 §3.3).
    ``hmac.digest`` is one call into OpenSSL, which keeps sealing a field at a few microseconds.
    """
    return hmac.digest(key, info + b"\x01", "sha256")
