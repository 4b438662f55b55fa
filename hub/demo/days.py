"""What the offices send in, day by day: each its own sheets, at its own pace."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeVar

from domain.calendar import SchoolCalendar, WorkingCalendar
from domain.identity import IdentityClaim
from domain.organisations import Seat, district_organisation, town_organisation
from hub.demo import rows
from hub.demo.cases import Absence, Cases, Talk
from hub.demo.desk import Desk
from hub.demo.inbox import Inboxes
from hub.demo.options import seeded
from hub.demo.world import Child, School, World
from hub.keyservice import Purpose

SCHOOLS_PER_ROLL = 3
REGISTER_DAYS = 3
"""The towns' registers come in over the first working days."""
PROOF_AFTER = timedelta(days=5)
"""How long a pupil has been back before the bureau strikes the case off."""
_WEDNESDAY, _FRIDAY = 2, 4

EDUCATION = district_organisation(Seat.EDUCATION)
PROCURATORATE = district_organisation(Seat.PROCURATORATE)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Days:
    """The demo's days, and which of them are worked and taught."""

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


@dataclass
class Offices:
    """Everybody who sends sheets."""

    desk: Desk
    world: World
    cases: Cases
    days: Days
    calendar: SchoolCalendar
    inboxes: Inboxes
    seed: int
    _documents: int = field(default=0)

    def send(self, day: date) -> None:
        """All that comes in on one day; nothing on a day that is neither worked nor taught."""
        if day in self.days.working:
            nth = self.days.working.index(day)
            if nth == 0:
                self._rolls(day)
            if nth < REGISTER_DAYS:
                self._registers(day, nth)
            self._persuasions(day)
            self._dissuasions(day)
            self._admonitions(day)
        if day in self.days.school:
            self._ledgers(day)
        if day in self.days.working and day.weekday() == _WEDNESDAY:
            self._status_checks(day)
        if day in self.days.working and day.weekday() == _FRIDAY:
            self._strike_offs(day)

    def _rolls(self, day: date) -> None:
        """学籍名册: the bureau sends one sheet for some schools together."""
        for part, schools in enumerate(_parts(self.world.schools, SCHOOLS_PER_ROLL), start=1):
            ids = {school.id for school in schools}
            lines = [rows.roll(each) for each in self.world.children if each.school.id in ids]
            self.desk.send(EDUCATION, "education.roll", lines, "since", day, f"{part:02d}")

    def _registers(self, day: date, nth: int) -> None:
        """儿童居住登记: one sheet a town."""
        for number, town in enumerate(self.world.towns):
            if number % REGISTER_DAYS != nth:
                continue
            rng = seeded(self.seed, "register", town)
            lines = [
                rows.residence(rng, each)
                for each in self.world.children
                if each.registered and each.village.town_code == town
            ]
            self.desk.send(town_organisation(town), "town.residence", lines, "since", day)

    def _ledgers(self, day: date) -> None:
        """Each school has its weekday for the ledger, the persuasions and the returns."""
        for number, school in enumerate(self.world.schools):
            if number % 5 == day.weekday():
                self._ledger(school, day)

    def _ledger(self, school: School, day: date) -> None:
        absent: list[dict[str, str]] = []
        persuaded: list[dict[str, str]] = []
        back: list[dict[str, str]] = []
        for each in self.cases.absences:
            if each.child.school.id != school.id or each.since > day or each.return_reported:
                continue
            returned = each.returned_on if each.returned_on and each.returned_on <= day else None
            if each.reported and each.in_doubt and not each.school_persuaded:
                each.school_persuaded = True
                if each.school_outcome:
                    persuaded.append(rows.persuasion(each.child, day, each.school_outcome))
            if returned is None or not each.reported:
                absent.append(self._absence(each, day, returned))
                each.reported = True
            if returned is not None:
                each.return_reported = day
                if each.in_doubt:
                    back.append(rows.back_at_school(each.child, returned))
        self.desk.send(school.id, "education.absence", absent, "absent_since", day)
        self.desk.send(school.id, "education.persuasion", persuaded, "persuaded_on", day)
        self.desk.send(school.id, "education.return", back, "returned_on", day)

    def _absence(self, absence: Absence, day: date, returned: date | None) -> dict[str, str]:
        last = day if returned is None else returned - timedelta(days=1)
        count = max(1, self.calendar.school_days_between(absence.since, last))
        return rows.absence(
            absence.child, absence.since, count, absence.reason, absence.family_contact
        )

    def _persuasions(self, day: date) -> None:
        """劝返记录 of the towns, while the task to persuade is theirs."""
        for town, made in self.inboxes.persuasions(day).items():
            lines = [rows.persuasion(absence.child, day, outcome) for absence, outcome in made]
            self.desk.send(town, "town.persuasion", lines, "persuaded_on", day)
            for absence, _ in made:
                absence.persuade(day, self.days.school)

    def _dissuasions(self, day: date) -> None:
        for by, talks in _by_sender(self.cases.dissuasions, day):
            rng = seeded(self.seed, "dissuasion", by, day)
            lines = [rows.dissuasion(rng, talk.child, day) for talk in talks]
            self.desk.send(by, "town.dissuasion", lines, "dissuaded_on", day)

    def _admonitions(self, day: date) -> None:
        for by, talks in _by_sender(self.cases.admonitions, day):
            rng = seeded(self.seed, "admonition", by, day)
            lines = []
            for talk in talks:
                self._documents += 1
                document = f"演示公训〔{day.year}〕{self._documents:04d}号"
                lines.append(rows.admonition(rng, talk.child, day, document))
            self.desk.send(by, "police.admonition", lines, "served_on", day)

    def _strike_offs(self, day: date) -> None:
        """销号登记 of the bureau, for pupils who have stayed."""
        struck = [
            each
            for each in self.cases.absences
            if each.in_doubt
            and not each.struck_off
            and each.return_reported is not None
            and each.return_reported + PROOF_AFTER <= day
        ]
        for each in struck:
            each.struck_off = True
        lines = [rows.struck_off(each.child, day) for each in struck]
        self.desk.send(EDUCATION, "education.strike_off", lines, "struck_off_on", day)

    def _status_checks(self, day: date) -> None:
        """案件状态核查: some children with a case, and now and then one whom nobody knows."""
        rng = seeded(self.seed, "check", day)
        known = [each.child for each in self.cases.absences if each.reported and each.in_doubt]
        asked: list[Child] = rng.sample(known, min(len(known), rng.randint(1, 4)))
        if rng.random() < 0.4:
            asked.append(rng.choice(self.world.strangers))
        lines = [
            rows.status_check(child, f"演示检核〔{day.year}〕{day:%m%d}{number:02d}号")
            for number, child in enumerate(asked, start=1)
        ]
        self.desk.send(PROCURATORATE, "procuratorate.status_check", lines, "", day)
        reader = self.desk.staff.reader(PROCURATORATE, Purpose.CASE_STATUS_CHECK)
        for child in asked:
            claim = IdentityClaim(
                name=child.name,
                birth_date=child.birth_date,
                id_number=child.id_number,
                guardian_name=child.guardian,
            )
            self.desk.program.queries.case_status(reader, claim)


def _by_sender(talks: Iterable[Talk], day: date) -> list[tuple[str, list[Talk]]]:
    found: dict[str, list[Talk]] = {}
    for talk in talks:
        if talk.on == day:
            found.setdefault(talk.by, []).append(talk)
    return sorted(found.items())


def _parts(items: Sequence[T], size: int) -> list[Sequence[T]]:
    return [items[at : at + size] for at in range(0, len(items), size)]
