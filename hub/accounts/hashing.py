"""What is kept of what proves somebody: hashes under the server's key, and what is sealed by it."""

from __future__ import annotations

import hmac
import secrets
import threading

from cryptography.exceptions import InvalidKey, InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from domain.sign_in import PasswordCost
from hub.accounts.tables import AccountsUnavailable

_NONCE = 12
_SALT = 16
_AT_ONCE = 2
"""Passwords that are hashed at the same time: each takes its memory."""


class Hashing:
    """Hashes and seals under one key."""

    def __init__(self, key: bytes, cost: PasswordCost) -> None:
        self._key = key
        self._turns = threading.Semaphore(_AT_ONCE)
        self.cost = cost

    def keyed(self, kind: str, text: str) -> str:
        """A hash that nobody computes without the key, another for each kind."""
        return hmac.new(self._key, f"{kind}\0{text}".encode(errors="replace"), "sha256").hexdigest()

    def derived(self, kind: str, text: str) -> bytes:
        """Bytes that follow from the key and a text."""
        return hmac.digest(self._key, f"{kind}\0{text}".encode(errors="replace"), "sha256")

    def slow(self, word: str, *, short: bool = False) -> str:
        """What is kept of a password (Argon2id). ``short``: of one so short that whoever has its
        hash would find it, were the server's key not in it (RFC 9106 section 3.1, K)."""
        cost = self.cost
        with self._turns:
            return Argon2id(
                salt=secrets.token_bytes(_SALT),
                length=32,
                iterations=cost.iterations,
                lanes=cost.lanes,
                memory_cost=cost.memory_kib,
                secret=self._pepper(short),
            ).derive_phc_encoded(word.encode())

    def is_(self, word: str, hashed: str, *, short: bool = False) -> bool:
        """Whether a hash is of this password."""
        try:
            with self._turns:
                Argon2id.verify_phc_encoded(
                    word.encode(errors="replace"), hashed, secret=self._pepper(short)
                )
        except InvalidKey:
            return False
        return True

    def sealed(self, owner: str, secret: bytes) -> bytes:
        """A secret of somebody's, to be opened for that one alone."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + AESGCM(self._sealing_key).encrypt(nonce, secret, owner.encode())

    def opened(self, owner: str, sealed: bytes) -> bytes:
        """What was sealed. Raises AccountsUnavailable."""
        try:
            return AESGCM(self._sealing_key).decrypt(
                sealed[:_NONCE], sealed[_NONCE:], owner.encode()
            )
        except InvalidTag:
            raise AccountsUnavailable from None

    @property
    def _sealing_key(self) -> bytes:
        return hmac.digest(self._key, b"seal", "sha256")

    def _pepper(self, short: bool) -> bytes | None:
        return hmac.digest(self._key, b"pepper", "sha256") if short else None
