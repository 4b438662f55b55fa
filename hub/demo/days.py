"""The demo's days, and which of them are worked and taught."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from domain.calendar import SchoolCalendar, WorkingCalendar


@dataclass(frozen=True)
class Days:
    """Every day of the demo; its working and school days among them, in order."""

    all: tuple[date, ...]
    working: tuple[date, ...]
    school: tuple[date, ...]

    @classmethod
    def of(cls, start: date, count: int, work: WorkingCalendar, school: SchoolCalendar) -> Days:
        """``count`` days from ``start`` on. Raises CalendarYearMissing."""
        every = tuple(start + timedelta(days=n) for n in range(count))
        return cls(
            all=every,
            working=tuple(day for day in every if work.is_working_day(day)),
            school=tuple(day for day in every if school.is_school_day(day)),
        )

    def is_working(self, day: date) -> bool:
        """Whether a day of the demo is worked."""
        return day in self._nth

    def is_school(self, day: date) -> bool:
        """Whether pupils are taught on a day of the demo."""
        return day in self._taught

    def nth_working(self, day: date) -> int:
        """Which working day of the demo this one is, from 0."""
        return self._nth[day]

    def nth_of_month(self, day: date) -> int:
        """Which working day of its month a working day is, from 1, of those of the demo."""
        n = self._nth[day]
        return sum(1 for each in self.working[max(0, n - 30) : n + 1] if each.month == day.month)

    def school_after(self, since: date, n: int) -> date | None:
        """The n-th school day after a day (0: itself, or the next one); None beyond the demo."""
        at = bisect_left(self.school, since) + n
        return self.school[at] if at < len(self.school) else None

    def school_between(self, first: date, last: date) -> int:
        """How many school days of the demo lie between two days, both included."""
        return max(0, bisect_right(self.school, last) - bisect_left(self.school, first))

    @cached_property
    def _nth(self) -> dict[date, int]:
        return {day: n for n, day in enumerate(self.working)}

    @cached_property
    def _taught(self) -> frozenset[date]:
        return frozenset(self.school)


def early(days: Sequence[date], beforehand: int = 20) -> Sequence[date]:
    """The days without the last ones (at most a fifth of them): what begins there would have no
    time to become anything."""
    return days[: max(1, len(days) - min(beforehand, len(days) // 5))]
