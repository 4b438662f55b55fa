"""The allow-list of cipher suites. Which one sealed a field stands in the field's token and is
bound to it; all of them stay readable.

======  ====================================  =======================================
suite   cipher                                subkeys
======  ====================================  =======================================
``A1``  AES-256-GCM (NIST SP 800-38D)         HKDF-Expand with SHA-256 (RFC 5869)
``G1``  SM4-GCM (GB/T 32907; RFC 8998 §2.1)   HKDF-Expand with SM3 (GB/T 32905)
======  ====================================  =======================================

``G1`` is software SM4. That is no claim of compliance with GB/T 39786, which asks for certified
modules and for much beyond the cipher of a field; what wraps data keys, commits to them and
addresses indexes stays AES and SHA-256 under either suite.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SM3
from cryptography.hazmat.primitives.hmac import HMAC

from hub.encryption.derive import expand

NONCE_BYTES = 12
TAG_BYTES = 16
_SM4_KEY_BYTES = 16


@dataclass(frozen=True, slots=True)
class Suite:
    """An authenticated cipher: ``(subkey, nonce, data, associated data) -> bytes``, twice, and
    the derivation of its subkeys: ``(key, info) -> 32 bytes``.

    ``decrypt`` raises ``InvalidTag`` and gives nothing before the tag is checked.
    """

    encrypt: Callable[[bytes, bytes, bytes, bytes], bytes]
    decrypt: Callable[[bytes, bytes, bytes, bytes], bytes]
    derive: Callable[[bytes, bytes], bytes]


def _a1_encrypt(subkey: bytes, nonce: bytes, data: bytes, aad: bytes) -> bytes:
    return AESGCM(subkey).encrypt(nonce, data, aad)


def _a1_decrypt(subkey: bytes, nonce: bytes, data: bytes, aad: bytes) -> bytes:
    return AESGCM(subkey).decrypt(nonce, data, aad)


def _g1_encrypt(subkey: bytes, nonce: bytes, data: bytes, aad: bytes) -> bytes:
    encryptor = Cipher(_sm4(subkey), modes.GCM(_sound(nonce))).encryptor()
    encryptor.authenticate_additional_data(aad)
    return encryptor.update(data) + encryptor.finalize() + encryptor.tag


def _g1_decrypt(subkey: bytes, nonce: bytes, data: bytes, aad: bytes) -> bytes:
    if len(data) < TAG_BYTES:
        raise InvalidTag  # a shorter tag is easier to forge, and the library would take one
    tag = data[-TAG_BYTES:]
    mode = modes.GCM(_sound(nonce), tag, min_tag_length=TAG_BYTES)
    decryptor = Cipher(_sm4(subkey), mode).decryptor()
    decryptor.authenticate_additional_data(aad)
    plain = decryptor.update(data[:-TAG_BYTES])
    # What update gave is not authentic yet: it leaves only if this does not raise.
    return plain + decryptor.finalize()


def _g1_derive(key: bytes, info: bytes) -> bytes:
    """HKDF's expand step (RFC 5869 §2.3) with SM3, one block."""
    mac = HMAC(key, SM3())
    mac.update(info + b"\x01")
    return mac.finalize()


def _sm4(subkey: bytes) -> algorithms.SM4:
    """SM4 has 128-bit keys: expanding to 16 bytes gives the first 16 of expanding to 32."""
    return algorithms.SM4(subkey[:_SM4_KEY_BYTES])


def _sound(nonce: bytes) -> bytes:
    if len(nonce) != NONCE_BYTES:
        raise ValueError("the nonce has 12 bytes")
    return nonce


SUITES: dict[bytes, Suite] = {
    b"A1": Suite(_a1_encrypt, _a1_decrypt, expand),
    b"G1": Suite(_g1_encrypt, _g1_decrypt, _g1_derive),
}
"""A suite that is not here is refused."""
DEFAULT_SUITE = b"A1"
