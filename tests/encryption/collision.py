"""One ciphertext that AES-GCM opens under two keys: what a key commitment is for."""

from __future__ import annotations

import os

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


def block(key: bytes, content: bytes) -> int:
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    return int.from_bytes(encryptor.update(content), "big")


def times(left: int, right: int) -> int:
    """The product in GCM's field (SP 800-38D §6.3)."""
    product = 0
    for bit in range(127, -1, -1):
        if left >> bit & 1:
            product ^= right
        right = right >> 1 ^ (0xE1 << 120 if right & 1 else 0)
    return product


def inverse(value: int) -> int:
    """``value`` to the power 2^128 - 2."""
    result, square = 1 << 127, times(value, value)
    for _ in range(127):
        result, square = times(result, square), times(square, square)
    return result


def two_key_collision(keys: list[bytes], aads: list[bytes]) -> bytes:
    """One 32-byte wrapped blob that AES-GCM opens under both keys (Len, Grubbs, Ristenpart 2021).

    The first ciphertext block is free; the second is solved so that both tags agree.
    """
    nonce, first = os.urandom(12), int.from_bytes(os.urandom(16), "big")
    constant, factor = 0, 0
    hashes = [block(key, bytes(16)) for key in keys]
    for key, aad, h in zip(keys, aads, hashes, strict=True):
        total = 0
        padded = aad + bytes(-len(aad) % 16)
        for start in range(0, len(padded), 16):
            total = times(total ^ int.from_bytes(padded[start : start + 16], "big"), h)
        total = times(total ^ first, h)
        lengths = (len(aad) * 8) << 64 | 32 * 8
        square = times(h, h)
        mask = block(key, nonce + b"\0\0\0\1")
        constant ^= times(total, square) ^ times(lengths, h) ^ mask
        factor ^= square
    second = times(constant, inverse(factor))
    h, aad = hashes[0], aads[0]
    total = 0
    padded = aad + bytes(-len(aad) % 16)
    for start in range(0, len(padded), 16):
        total = times(total ^ int.from_bytes(padded[start : start + 16], "big"), h)
    for part in (first, second):
        total = times(total ^ part, h)
    tag = times(total ^ ((len(aad) * 8) << 64 | 32 * 8), h) ^ block(keys[0], nonce + b"\0\0\0\1")
    return nonce + b"".join(part.to_bytes(16, "big") for part in (first, second, tag))
