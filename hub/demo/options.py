"""What a demo is asked for, and the one source of its randomness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import TypeVar

T = TypeVar("T")

MOST_CHILDREN = 20_000
MOST_DAYS = 400
START = date(2025, 9, 1)
"""The first day of a school year: from there a demo of 365 days lives through all of it."""


class DemoRefused(Exception):
    """The demo cannot be run as asked; the text says why and what to do (Chinese)."""


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """How many invented children, over how many days from ``start``, drawn from which seed.

    Raises DemoRefused for numbers that make no demo.
    """

    data: Path
    children: int = 2000
    days: int = 365
    seed: int = 1
    start: date = START

    def __post_init__(self) -> None:
        if not 1 <= self.children <= MOST_CHILDREN:
            raise DemoRefused(f"儿童人数应在1至{MOST_CHILDREN}之间。")
        if not 1 <= self.days <= MOST_DAYS:
            raise DemoRefused(f"天数应在1至{MOST_DAYS}之间。")


def seeded(*parts: object) -> Random:
    """A generator of its own for each purpose, the same for the same parts.

    One per purpose, so that what one part of the demo draws never moves what another one does;
    seeded with text, which Python hashes alike in every process (unlike ``hash``).
    """
    # Invents a demo; nothing secret is drawn from it (tokens come from ``secrets``).
    return Random("|".join(map(str, parts)))  # noqa: S311


def weighted(rng: Random, choices: Sequence[tuple[T, int]]) -> T:
    """One of (value, weight) pairs."""
    values = [value for value, _ in choices]
    return rng.choices(values, [weight for _, weight in choices])[0]
