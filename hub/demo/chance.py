"""How often something happens to children, and on which days: drawn before the first day, so that
what an inbox answers never changes what an office reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from hub.demo.world import Child

YEAR = 365

ByDay = Mapping[date, Sequence[tuple[str, Sequence[Child]]]]
"""What happens on a day: each organisation that reports it, by identifier, and the children."""

Who = Callable[[Random, Child], str]
"""Which organisation reports what happens to a child."""


@dataclass(frozen=True, slots=True)
class Rate:
    """To how many of the children something happens in a year (0.015: to 15 of 1,000), and to how
    many at ``least`` in any demo: a small one would show nothing of it."""

    yearly: float
    least: int = 1

    def count(self, children: int, days: int) -> int:
        """How often it happens to so many children within so many days."""
        return max(self.least, round(self.yearly * children * days / YEAR))


def draw(
    rng: Random, count: int, children: Sequence[Child], days: Sequence[date], who: Who
) -> ByDay:
    """Spread so many cases over children and days; none where there are no days."""
    found: dict[date, dict[str, list[Child]]] = {}
    for _ in range(count if days else 0):
        child, day = rng.choice(children), rng.choice(days)
        found.setdefault(day, {}).setdefault(who(rng, child), []).append(child)
    return {day: sorted(by.items()) for day, by in found.items()}
