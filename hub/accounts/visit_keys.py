"""Keys by which what a person's phone keeps of visits is locked to that person."""

from __future__ import annotations

import hmac


class VisitKeys:
    """A key per person, derived and never kept: whoever signs in again gets the same, so that what
    was written and could not be sent is neither lost with a forgotten PIN nor another's to open."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, user: str) -> bytes:
        """The key of a person: 256 bits."""
        return hmac.digest(self._key, user.encode(), "sha256")
