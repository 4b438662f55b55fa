"""What is due in a month by what was granted (应发): compared with what was paid. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from domain.aid_rules import Per, Scheme


@dataclass(frozen=True, slots=True)
class Due:
    """How many people, and how many yuan."""

    persons: int = 0
    yuan: int = 0


@dataclass(frozen=True, slots=True)
class Granted:
    """One grant: ``since`` and ``until`` are days as they stand in clear facts (ISO 8601), ``yuan``
    its amount; ``later`` another amount from a day on."""

    scheme: str
    town: str
    since: str
    yuan: str | None
    later: tuple[tuple[str, str], ...] = ()
    until: str | None = None

    def changed(self, day: str, yuan: str) -> Granted:
        """With another amount from the month of a day on."""
        return replace(self, later=(*self.later, (day[:7], yuan)))

    def ended(self, day: str) -> Granted:
        """Over: its last month is that of a day."""
        return replace(self, until=day)

    def yuan_in(self, month: str) -> int:
        """The amount of a month, by the grant and its reviews."""
        found = self.yuan
        for since, yuan in self.later:
            if since <= month:
                found = yuan
        return int(found or 0)


def due_in(
    month: str, granted: Iterable[Granted], schemes: Mapping[str, Scheme]
) -> dict[tuple[str, str], Due]:
    """By scheme and town. Where the policies name a monthly amount it is that of the month, however
    long ago it was granted; what is paid ``once`` is due in its first month alone."""
    first = date.fromisoformat(f"{month}-01")
    found: dict[tuple[str, str], Due] = {}
    for each in granted:
        scheme = schemes[each.scheme]
        begun, over = each.since[:7], (each.until or "9999-12")[:7]
        runs = month == begun if scheme.once else begun <= month <= over
        if not runs:
            continue
        standard = scheme.standard_on(first)
        monthly = standard is not None and standard.per is Per.MONTH
        yuan = standard.yuan if standard is not None and monthly else each.yuan_in(month)
        before = found.get((each.scheme, each.town), Due())
        found[each.scheme, each.town] = Due(before.persons + 1, before.yuan + yuan)
    return found
