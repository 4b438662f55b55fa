"""Figures of the workforce by town, and what each village's people have in hand (plan 二6)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from domain.calendar import shanghai_date
from domain.kernel import Category
from domain.organisations import Seat, seat_of, town_of_village, village_organisation
from domain.silence import SilenceKind
from domain.worker import WorkerRegistered
from domain.worker_index import WorkerListed, staff_id
from domain.workforce_codes import WorkerRole
from domain.workforce_figures import Kept, continuing, count, hidden_where_small
from hub.answers import ContinuingHours, TownStaff, Workload
from hub.keyservice import Reader
from hub.queries.kept_staff import kept
from hub.queries.silence import SilenceBoard
from projections.tables import CHILDREN, FACTS


class WorkforceFigures(SilenceBoard):
    """How many child directors there are, of whom what is on record; and who has how much to do."""

    def workforce_figures(self, reader: Reader, year: int | None = None) -> tuple[TownStaff, ...]:
        """The figures of each town for a calendar year (the running one): a town its own, civil
        affairs all; those who see counts alone without small ones; none to others
        (policies/workforce.toml)."""
        asked = self._admit(reader, "workforce_figures")
        rules, seat = self._policies.rules.workforce, seat_of(reader.organisation)
        named = seat in rules.figures.named
        allowed = named or seat in rules.figures.as_counts
        if not allowed or Category.WORKFORCE not in asked.matters:
            self._keyservice.note(reader, {"": ()}, "workforce_figures.nothing")
            return ()
        now = self._clock.now()
        of = year or shanghai_date(now).year
        by_town: dict[str, list[Kept]] = {}
        for village, staff in self._staff_of_villages(reader).items():
            by_town.setdefault(town_of_village(village), []).extend(staff)
        counted = {town: count(staff, rules, of, now) for town, staff in by_town.items()}
        counted = {town: counts for town, counts in counted.items() if counts["directors"]}
        shown: Mapping[str, Mapping[str, int | None]] = counted
        if not named:
            shown = hidden_where_small(counted, rules.figures.suppress_below)
        self._keyservice.note(reader, {"": (Category.WORKFORCE.value,)}, "workforce_figures")
        return tuple(
            TownStaff(town, self._directory.name(town), of, dict(shown[town]))
            for town in sorted(shown)
        )

    def continuing_education(
        self, reader: Reader, year: int | None = None
    ) -> tuple[ContinuingHours, ...]:
        """Who of the social workers lacks hours in a calendar year (the running one), by employer
        and professional level, in numbers: to civil affairs of every employer, to an employer of
        its own, to nobody else."""
        asked = self._admit(reader, "continuing_education")
        staff = self._told_of(reader) if Category.WORKFORCE in asked.matters else {}
        if not staff:
            self._keyservice.note(reader, {"": ()}, "continuing_education.nothing")
            return ()
        now, rules = self._clock.now(), self._policies.rules.workforce
        of = year or shanghai_date(now).year
        self._keyservice.note(reader, {"": (Category.WORKFORCE.value,)}, "continuing_education")
        return tuple(
            ContinuingHours(
                organisation=employer,
                organisation_name=self._directory.name(employer),
                year=of,
                qualification=level,
                tier=rules.continuing_education.tier[level],
                workers=counted.workers,
                fulfilled=counted.fulfilled,
                owed=rules.continuing_education.hours[level],
                hours=counted.hours,
            )
            for employer, people in sorted(staff.items())
            for level, counted in sorted(continuing(people, rules, of, now).items())
        )

    def workload(self, reader: Reader) -> tuple[Workload, ...]:
        """What each village has in hand, and how many child directors for it: a town's villages,
        to civil affairs all; none to others. Counts alone: of a child in whose case the reader's
        organisation is conflicted (利害关系单位) nothing is in them."""
        asked = self._admit(reader, "workload")
        seat = seat_of(reader.organisation)
        if seat not in (Seat.TOWN, Seat.CIVIL_AFFAIRS) or Category.WORKFORCE not in asked.matters:
            self._keyservice.note(reader, {"": ()}, "workload.nothing")
            return ()
        now = self._clock.now()
        staff = self._staff_of_villages(reader)
        loops = [each for each in self._silences.open_work() if each.matter in asked.matters]
        with self._view(seat).engine.begin() as connection:
            loops = self._not_conflicted(connection, reader, loops)
            found = [
                dict(row)
                for row in connection.execute(
                    select(CHILDREN.c.id, CHILDREN.c.village).where(
                        CHILDREN.c.organisation == reader.organisation,
                        CHILDREN.c.village.is_not(None),
                    )
                ).mappings()
            ]
            rows = [{**row, "child_ref": row["id"]} for row in found]
            here = self._still(connection, reader, asked, rows, Category.CONTACT)
        children = Counter(village_organisation(row["village"]) for row in here)
        work: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for each in loops:
            what = "visits" if each.kind is SilenceKind.VISIT_OVERDUE else "tasks"
            work[each.owner][what] += 1
            late = each.silent_from is not None and each.silent_from <= now
            work[each.owner][f"{what}_late"] += late
        self._keyservice.note(reader, {"": (Category.WORKFORCE.value,)}, "workload")
        lines = []
        for village in sorted(self._villages(reader)):
            directors = [
                each
                for each in staff.get(village, ())
                if each.worker.role is WorkerRole.CHILD_DIRECTOR and each.worker.employed
            ]
            if directors or children[village] or work[village]:
                lines.append(
                    Workload(
                        organisation=village,
                        organisation_name=self._directory.name(village),
                        directors=len(directors),
                        checked=sum(each.check.stands(now) for each in directors),
                        children=children[village],
                        **{
                            name: work[village][name]
                            for name in ("visits", "visits_late", "tasks", "tasks_late")
                        },
                    )
                )
        return tuple(lines)

    def _villages(self, reader: Reader) -> Iterable[str]:
        """The villages that the reader's organisation answers for: a town's own, else all."""
        ours, own = reader.organisation, seat_of(reader.organisation) is Seat.TOWN
        for each in self._policies.divisions:
            village = village_organisation(each.code)
            if not own or town_of_village(village) == ours:
                yield village

    def _staff_of_villages(self, reader: Reader) -> dict[str, list[Kept]]:
        """Everybody who is or was on a village's register, by village; two looks at the log,
        however many there are."""
        villages = {staff_id(each): each for each in self._villages(reader)}
        listed: dict[str, list[UUID]] = {}
        for fact in self._store.history(list(villages), self._store.position):
            if fact.topic == WorkerListed.TOPIC:
                listed.setdefault(villages[fact.stream], []).append(UUID(fact.clear["worker"]))
        return self._kept(listed)

    def _told_of(self, reader: Reader) -> dict[str, list[Kept]]:
        """Everybody of whose appointment the reader's organisation is told, by employer: civil
        affairs of every employer's, an employer of its own."""
        mine, seat = reader.organisation, seat_of(reader.organisation)
        query = select(FACTS.c.stream, FACTS.c.clear).where(
            FACTS.c.organisation == mine, FACTS.c.topic == WorkerRegistered.TOPIC
        )
        with self._view(seat).engine.begin() as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
        listed: dict[str, set[UUID]] = {}
        for row in rows:
            employer = row["clear"]["organisation"]
            if seat is Seat.CIVIL_AFFAIRS or employer == mine:
                listed.setdefault(employer, set()).add(UUID(row["stream"]))
        return self._kept({employer: sorted(of) for employer, of in listed.items()})

    def _kept(self, listed: Mapping[str, Sequence[UUID]]) -> dict[str, list[Kept]]:
        """What is on record of workers now, by employer."""
        found = kept(self._store, [each for of in listed.values() for each in of])
        return {employer: [found[each] for each in of] for employer, of in listed.items()}
