"""Which identity provider the hub is told by. Apart from the provider: whoever signs nobody in
starts without its libraries."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class ProviderRefused(Exception):
    """The settings cannot be used; the text (Chinese) says what to do."""


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """Which provider, and what the hub is to it. ``back``: the address of ours that it leads back
    to; ``claim``: which one of what it says is the login name here."""

    issuer: str
    client: str
    secret: str
    back: str
    claim: str = "preferred_username"
    ca: Path | None = None
