"""Key derivation and unambiguous framing, shared by everything that is sealed."""

from __future__ import annotations

import hmac
import struct

KEY_BYTES = 32
_length = struct.Struct(">I").pack


def frame(*parts: bytes) -> bytes:
    """Each part behind its length (u32, big-endian): no two different lists give the same bytes.

    Joined strings would let a boundary move unnoticed: ("ab", "c") and ("a", "bc") join alike.
    """
    framed = []
    for part in parts:
        framed.append(_length(len(part)))
        framed.append(part)
    return b"".join(framed)


def expand(key: bytes, info: bytes) -> bytes:
    """32 bytes by HKDF-SHA256's expand step (RFC 5869 §2.3), one block.

    Takes a uniformly random ``key``, so the extract step is rightly skipped (RFC 5869 §3.3).
    ``hmac.digest`` is one call into OpenSSL, which keeps sealing a field at a few microseconds.
    """
    return hmac.digest(key, info + b"\x01", "sha256")
