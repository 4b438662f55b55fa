"""Pupils who stay away: what becomes of each, and how far it has got.

All of it is drawn before the first day; what depends on the agencies' own work (when a town
persuades) is left open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from hub.demo.chance import Rate
from hub.demo.days import Days, early
from hub.demo.options import seeded, weighted
from hub.demo.world import Child, World

DROPOUTS = Rate(0.015, least=6)
"""Absences in doubt. At least as many as show every course."""
SICK = Rate(0.04, least=2)
"""Absences in order that reach a ledger."""
_MOST = 0.25
"""Share of a small demo's children who are away at most."""

REASONS_IN_DOUBT = ("原因不明", "外出务工", "家庭原因", "厌学")
REASONS_IN_ORDER = ("病假", "休学", "转学中")
CONTACTS = ("联系不上", "联系上", "未联系")

_COURSES: tuple[tuple[tuple[str, ...], int], ...] = (
    (("拒绝复学", "拒绝复学"), 12),
    (("同意复学",), 34),
    ((), 22),
    (("拒绝复学", "同意复学"), 14),
    (("已复学",), 10),
    (("未找到", "未找到"), 8),
)
"""Outcomes of a town's persuasions, in order, and their weights; none: back without them. The
first absences take them in turn, so that a small demo shows each of them."""

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
    reported_on: date | None = None
    few_days: bool = False
    """Reported last with fewer days than raise a suspicion."""
    return_reported: date | None = None
    school_persuaded: bool = False

    def next_outcome(self) -> str | None:
        """What the town's next persuasion comes to; None when there is none left to make."""
        return self.course[self.persuaded] if self.persuaded < len(self.course) else None

    def persuade(self, on: date, days: Days) -> None:
        """The town has persuaded once more; who agrees is back some school days later."""
        outcome = self.course[self.persuaded]
        self.persuaded += 1
        if outcome in _AGREES:
            self.back(on, days, 0 if outcome == "已复学" else self.back_after)

    def back(self, on: date, days: Days, after: int) -> None:
        """The pupil is back so many school days after a day, unless back already."""
        if self.returned_on is None:
            self.returned_on = days.school_after(on, after)


class Absences:
    """Everybody who stays away, found by child and by school.

    ``suspected`` are those that a school has reported in doubt, ``unproven`` those of them who
    are back and whose case is not struck off yet, ``persuading`` those whom a town (by its
    identifier) has agreed to persuade; the offices keep these lists. ``told`` is what the schools
    told together of a month (its period), and how many of them did.
    """

    def __init__(self, absences: Sequence[Absence]) -> None:
        self._by_child = {each.child.key: each for each in absences}
        self._by_school: dict[str, list[Absence]] = {}
        for each in absences:
            self._by_school.setdefault(each.child.school.id, []).append(each)
        self.suspected: list[Absence] = []
        self.unproven: list[Absence] = []
        self.persuading: dict[str, list[Absence]] = {}
        self.told: dict[str, Counter[str]] = {}

    def of(self, child: Child | None) -> Absence | None:
        """The child's absence, if it has one (nobody has two in a demo)."""
        return self._by_child.get(child.key) if child else None

    def at(self, school: str, day: date) -> list[Absence]:
        """Who is away from a school on a day, or is back and not reported back yet."""
        return [
            each
            for each in self._by_school.get(school, ())
            if each.since <= day and each.return_reported is None
        ]

    def returned(self, school: str, first: date, last: date) -> list[Absence]:
        """Of whom a school has said that they were away, who came back between two days, both of
        them included."""
        return [
            each
            for each in self._by_school.get(school, ())
            if each.reported and each.returned_on is not None and first <= each.returned_on <= last
        ]


def draw_absences(seed: int, world: World, days: Days) -> Absences:
    """Draw who stays away within these days; there may be no school day among them."""
    rng = seeded(seed, "absences")
    school_days = days.school
    if not school_days:
        return Absences(())
    count = len(world.children)
    most = max(1, round(count * _MOST))
    in_doubt = min(most, DROPOUTS.count(count, len(days.all)))
    in_order = min(most, count - in_doubt, SICK.count(count, len(days.all)))
    away = rng.sample(world.children, in_doubt + in_order)
    first = early(school_days)
    return Absences(
        [
            *(
                _in_doubt(rng, number, child, rng.choice(first), days)
                for number, child in enumerate(away[:in_doubt])
            ),
            *(_in_order(rng, child, rng.choice(school_days), days) for child in away[in_doubt:]),
        ]
    )


def _in_doubt(rng: Random, number: int, child: Child, since: date, days: Days) -> Absence:
    course = weighted(rng, _COURSES) if number >= len(_COURSES) else _COURSES[number][0]
    return Absence(
        child=child,
        since=since,
        in_doubt=True,
        reason=rng.choice(REASONS_IN_DOUBT),
        family_contact=rng.choice(CONTACTS),
        returned_on=None if course else days.school_after(since, rng.randint(2, 9)),
        course=course,
        school_outcome=rng.choice(("同意复学", "拒绝复学", "未找到", None, None)),
        back_after=rng.randint(1, 3),
    )


def _in_order(rng: Random, child: Child, since: date, days: Days) -> Absence:
    return Absence(
        child=child,
        since=since,
        in_doubt=False,
        reason=weighted(rng, tuple(zip(REASONS_IN_ORDER, (8, 1, 1), strict=True))),
        family_contact="联系上",
        returned_on=days.school_after(since, rng.randint(1, 8)),
        course=(),
        school_outcome=None,
        back_after=1,
    )
