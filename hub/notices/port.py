"""The port by which notices (提醒) leave the hub."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Protocol


class NoticeFailed(Exception):
    """It did not go out; it is tried again. The text says why in a word, and nothing of it.
    ``perhaps_sent``: nobody knows whether it has reached the other side. ``refused``: the other
    side will not take it for this person, however often it is asked."""

    def __init__(self, why: str, *, perhaps_sent: bool, refused: bool = False) -> None:
        super().__init__(why)
        self.perhaps_sent = perhaps_sent
        self.refused = refused


@dataclass(frozen=True, slots=True)
class Notice:
    """One message. ``id`` is the same however often it is tried. To ``user`` (a pseudonym, which
    the gateway knows a telephone of; ``deputy`` where that one does not answer), else to the duty
    telephone ``number``, else to whoever holds the ``post``."""

    id: str
    organisation: str
    post: str
    user: str | None
    deputy: str | None
    number: str | None
    urgent: bool
    text: str

    def parts(self) -> dict[str, object]:
        """All of it, by name."""
        return asdict(self)


class NoticePort(Protocol):
    """A way out. ``local``: it answers at once, and needs no thread of its own."""

    local: bool

    def send(self, notice: Notice, *, again: bool) -> None:
        """Send it. ``again``: it was tried before, and may have gone out. Raises NoticeFailed."""

    def close(self) -> None:
        """Close what is open."""
