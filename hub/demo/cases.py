"""What happens to the invented children: who stays away, who comes back, who is spoken to.

All of it is drawn before the first day, so that what an inbox answers never changes what a
school reports; what depends on the agencies' own work (when a town persuades) is left open.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from random import Random

from domain.organisations import (
    Seat,
    district_organisation,
    town_organisation,
    village_organisation,
)
from hub.demo.options import seeded, weighted
from hub.demo.rows import CONTACTS, REASONS_IN_DOUBT, REASONS_IN_ORDER
from hub.demo.world import Child, World

DROPOUTS = 0.006
SICK = 0.008
"""Absences per child and school day: in doubt, and in order."""
ADMONITIONS = 0.0015
DISSUASIONS = 0.003
"""Admonitions and dissuasions per child and day."""

_COURSES: tuple[tuple[tuple[str, ...], int], ...] = (
    ((), 22),
    (("同意复学",), 34),
    (("已复学",), 10),
    (("拒绝复学", "同意复学"), 14),
    (("拒绝复学", "拒绝复学"), 12),
    (("未找到", "未找到"), 8),
)
"""Outcomes of a town's persuasions, in order, and their weights; none: back without them."""

_AGREES = ("同意复学", "已复学")


@dataclass
class Absence:
    """A pupil away from school since a school day.

    ``course`` is what the town's persuasions come to; empty where the pupil is back without
    them on ``returned_on``. Fields with a default say how far things have got.
    """

    child: Child
    since: date
    in_doubt: bool
    reason: str
    family_contact: str
    returned_on: date | None
    course: tuple[str, ...]
    school_outcome: str | None
    back_after: int
    persuaded: int = 0
    reported: bool = False
    return_reported: date | None = None
    school_persuaded: bool = False
    struck_off: bool = False

    def next_outcome(self) -> str | None:
        """What the town's next persuasion comes to; None when there is none left to make."""
        return self.course[self.persuaded] if self.persuaded < len(self.course) else None

    def persuade(self, on: date, school_days: Sequence[date]) -> None:
        """The town has persuaded once more; who agrees is back some school days later."""
        outcome = self.course[self.persuaded]
        self.persuaded += 1
        if outcome in _AGREES and self.returned_on is None:
            wait = 0 if outcome == "已复学" else self.back_after
            self.returned_on = _later(school_days, on, wait)


@dataclass(frozen=True, slots=True)
class Talk:
    """A dissuasion by a village or town, or an admonition by a station, on a day."""

    child: Child
    on: date
    by: str


@dataclass
class Cases:
    """Everything that happens."""

    absences: list[Absence]
    dissuasions: list[Talk]
    admonitions: list[Talk]

    def of(self, child: Child) -> Absence | None:
        """The child's absence, if it has one (nobody has two in a demo)."""
        return self._by_child.get(child.key)

    @cached_property
    def _by_child(self) -> dict[tuple[str, str], Absence]:
        return {absence.child.key: absence for absence in self.absences}


def draw_cases(
    seed: int, world: World, school_days: Sequence[date], working_days: Sequence[date]
) -> Cases:
    """Draw what happens within these days; school and working days may be empty."""
    rng = seeded(seed, "cases")
    return Cases(
        absences=_absences(rng, world, school_days),
        dissuasions=_talks(rng, DISSUASIONS, world, working_days, _who_dissuades),
        admonitions=_talks(rng, ADMONITIONS, world, working_days, _who_admonishes),
    )


def _absences(rng: Random, world: World, days: Sequence[date]) -> list[Absence]:
    if not days:
        return []
    count = len(world.children)
    in_doubt = min(count, _many(DROPOUTS, count, len(days), 2))
    in_order = min(count - in_doubt, _many(SICK, count, len(days), 1))
    away = rng.sample(world.children, in_doubt + in_order)
    # Late ones would have no time to become a case.
    early = days[: max(1, len(days) * 4 // 5)]
    return [
        *(_in_doubt(rng, child, rng.choice(early), days) for child in away[:in_doubt]),
        *(_in_order(rng, child, rng.choice(days), days) for child in away[in_doubt:]),
    ]


def _talks(
    rng: Random,
    rate: float,
    world: World,
    days: Sequence[date],
    who: Callable[[Random, Child], str],
) -> list[Talk]:
    if not days:
        return []
    drawn = []
    for _ in range(_many(rate, len(world.children), len(days), 1)):
        child = rng.choice(world.children)
        drawn.append(Talk(child, rng.choice(days), who(rng, child)))
    return drawn


def _who_dissuades(rng: Random, child: Child) -> str:
    if rng.random() < 0.4:
        return town_organisation(child.village.town_code)
    return village_organisation(child.village.code)


def _who_admonishes(rng: Random, child: Child) -> str:
    if rng.random() < 0.15:
        return district_organisation(Seat.POLICE)
    return f"{Seat.POLICE_STATION.value}:{child.village.town_code}"


def _later(days: Sequence[date], since: date, n: int) -> date | None:
    """The n-th school day after a day (0: itself, or the next one); None beyond the demo."""
    after = [day for day in days if day >= since]
    return after[n] if n < len(after) else None


def _many(rate: float, children: int, days: int, least: int) -> int:
    return max(least, round(rate * children * days))


def _in_doubt(rng: Random, child: Child, since: date, days: Sequence[date]) -> Absence:
    course = weighted(rng, _COURSES)
    return Absence(
        child=child,
        since=since,
        in_doubt=True,
        reason=rng.choice(REASONS_IN_DOUBT),
        family_contact=rng.choice(CONTACTS),
        returned_on=None if course else _later(days, since, rng.randint(2, 9)),
        course=course,
        school_outcome=rng.choice(("同意复学", "拒绝复学", "未找到", None, None)),
        back_after=rng.randint(1, 3),
    )


def _in_order(rng: Random, child: Child, since: date, days: Sequence[date]) -> Absence:
    return Absence(
        child=child,
        since=since,
        in_doubt=False,
        reason=weighted(rng, tuple(zip(REASONS_IN_ORDER, (8, 1, 1), strict=True))),
        family_contact="联系上",
        returned_on=_later(days, since, rng.randint(1, 8)),
        course=(),
        school_outcome=None,
        back_after=1,
    )
