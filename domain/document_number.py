"""Numbers of documents (文书号): an organisation's short code, the year, the kind, a running
number; and the number of a receipt as it is typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.organisations import DISTRICT, Seat, seat_of


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """``running`` begins with 1 for each organisation, kind and year, and is never used again."""

    organisation: str
    mark: str
    year: int
    running: int

    def written(self, words: Mapping[Seat, str]) -> str:
        """As it stands on paper: 松镇001〔2025〕转0001号. ``words``: a seat's part of the code."""
        code = self.organisation.partition(":")[2].removeprefix(DISTRICT)
        word = words[seat_of(self.organisation)]
        return f"松{word}{code}〔{self.year}〕{self.mark}{self.running:04}号"


def plain_receipt(typed: str) -> str:
    """A receipt number as it is kept, of one that was typed or read from its code: no spaces, no
    lines between, capital letters."""
    return "".join(each for each in typed.upper() if each.isascii() and each.isalnum())


def written_receipt(receipt: str) -> str:
    """As it is printed, in fours."""
    return "-".join(receipt[at : at + 4] for at in range(0, len(receipt), 4))
