"""The education bureau (教育局): the school roll, and cases struck off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypeVar

from domain.organisations import Seat, district_organisation
from hub.demo.cases import Absence
from hub.demo.offices.kernel import On, Work, sends
from hub.demo.rows import SEX, identity
from hub.demo.world import LAST_GRADE, Child, School

EDUCATION = district_organisation(Seat.EDUCATION)
SCHOOLS_PER_ROLL = 3
PROOF_AFTER = timedelta(days=5)
"""How long a pupil has been back before the bureau strikes the case off."""
_FRIDAY = 4

T = TypeVar("T")


@sends(On.WORKING_DAYS)
def rolls(work: Work, day: date) -> None:
    """学籍名册: on the first day, one sheet for some schools together."""
    if work.days.nth_working(day) > 0:
        return
    for part, schools in enumerate(_parts(work.world.schools, SCHOOLS_PER_ROLL), start=1):
        pupils = [each for school in schools for each in work.world.by_school.get(school.id, ())]
        lines = [roll(each) for each in pupils]
        work.desk.send(EDUCATION, "education.roll", lines, "since", day, f"{part:02d}")


@sends(On.WORKING_DAYS)
def strike_offs(work: Work, day: date) -> None:
    """销号登记: on Fridays, for pupils who have stayed."""
    if day.weekday() != _FRIDAY:
        return
    waiting: list[Absence] = []
    proven: list[Absence] = []
    for each in work.absences.unproven:
        stayed = each.return_reported is not None and each.return_reported + PROOF_AFTER <= day
        (proven if stayed else waiting).append(each)
    work.absences.unproven = waiting
    lines = [struck_off(each.child, day) for each in proven]
    work.desk.send(EDUCATION, "education.strike_off", lines, "struck_off_on", day)


@sends(On.WORKING_DAYS)
def quarterly_reviews(work: Work, day: date) -> None:
    """控辍保学季度复核: on the eighth working day after a quarter, by what the schools reported."""
    if day.month % 3 != 1 or work.days.nth_of_month(day) != _REVIEWED_ON:
        return
    last = day.replace(day=1) - timedelta(days=1)
    if last < work.days.all[0]:
        return
    told = work.absences.told.get(f"{last:%Y-%m}", Counter[str]())
    reviewed = {
        "period": f"{last.year}-Q{(last.month + 2) // 3}",
        **{name: str(told[name]) for name in ("schools", "suspected", "dropped_out")},
        "note": "（演示）已逐校核对月报与台账。",
    }
    work.desk.record(EDUCATION, "education.quarterly_review", reviewed)


_REVIEWED_ON = 8


@sends(On.WORKING_DAYS)
def leavers(work: Work, day: date) -> None:
    """学籍变动登记: whoever was in the last grade graduates in the first week of July."""
    if (day.month, day.day) < (7, 1) or (day.month, day.day) > (7, 7):
        return
    for part, school in enumerate(work.world.schools):
        if part % 5 == day.weekday():
            pupils = [
                each for each in work.world.by_school.get(school.id, ()) if each.grade == LAST_GRADE
            ]
            lines = [leaving(each, school, day) for each in pupils]
            work.desk.send(EDUCATION, "education.leaving", lines, "until", day, f"{part:03d}")


def leaving(child: Child, school: School, day: date) -> dict[str, str]:
    """A pupil graduates (学籍变动登记)."""
    return {
        **identity(child),
        "school": school.code,
        "change": "毕业",
        "until": day.isoformat(),
    }


def roll(child: Child) -> dict[str, str]:
    """A line of the school roll (学籍名册)."""
    return {
        **identity(child, birth_date=True),
        "sex": SEX[child.sex],
        "student_number": child.student_number,
        "school": child.school.code,
        "grade": child.grade,
        "since": child.enrolled_on.isoformat(),
    }


def struck_off(child: Child, day: date) -> dict[str, str]:
    """A case is struck off on proof (销号登记)."""
    return {**identity(child), "proof": "到校证明", "struck_off_on": day.isoformat()}


def _parts(items: Sequence[T], size: int) -> list[Sequence[T]]:
    return [items[at : at + size] for at in range(0, len(items), size)]
