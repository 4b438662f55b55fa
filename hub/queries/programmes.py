"""What offices do that concerns no child: what they owe period by period, activities, work lists
and budgets, each by one's own view. Whoever reads programmes across the district sees all of
it, everybody else what is its own or was told to it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from domain.activity import ActivityRecorded
from domain.budget import BudgetStated
from domain.duty_rules import Each
from domain.organisations import seat_of
from domain.periodic_duty import PERIODIC_DUTY, DutyCounted, DutyFulfilled, DutyOpened, DutyReopened
from domain.site import SiteInspected
from domain.small_cells import suppressed
from domain.work_item import WORK_ITEM, WorkItemListed, WorkState
from hub.keyservice import Reader
from hub.queries.boards import as_stored
from hub.queries.programme_answers import (
    ActivityCount,
    BrandCount,
    BudgetRow,
    DutyCoverage,
    InspectionCount,
    OwedDuty,
    ProgrammeCoverage,
    WorkItemRow,
)
from hub.queries.programme_facts import Fact, ProgrammeFacts, latest


class Programmes(ProgrammeFacts):
    """What is owed, held, listed and spent."""

    def duties(
        self, reader: Reader, year: str, *, owner: str | None = None
    ) -> tuple[OwedDuty, ...]:
        """What is owed in the periods of a year (按期应办事项), the first due first; of one
        organisation, where it is named."""
        found = [
            each
            for each in self._owed(self._said(reader, "duties", f"{PERIODIC_DUTY.name}."))
            if each.period.startswith(year) and owner in (None, each.owner)
        ]
        return tuple(sorted(found, key=lambda each: (each.due_at, each.duty, each.owner)))

    def programme_coverage(self, reader: Reader, year: str) -> ProgrammeCoverage | None:
        """What was owed and held in a year, by kind of seat. To the office that sees no child,
        small numbers of children are not shown. None where the view holds nothing of it."""
        facts = self._said(
            reader,
            "programme_coverage",
            f"{PERIODIC_DUTY.name}.",
            ActivityRecorded.TOPIC,
            SiteInspected.TOPIC,
        )
        if not facts:
            return None
        owed = [each for each in self._owed(facts) if each.period.startswith(year)]
        held = [
            each
            for each in latest(facts, ActivityRecorded.TOPIC)
            if each["clear"]["held_on"].startswith(year)
        ]
        inspected = [
            each
            for each in latest(facts, SiteInspected.TOPIC)
            if each["clear"]["held_on"].startswith(year)
        ]
        rules = self._policies.rules.silence
        below = rules.suppress_below if seat_of(reader.organisation) in rules.as_counts else 0
        return ProgrammeCoverage(
            tuple(_by_seat(owed)),
            tuple(_activities(held, below)),
            tuple(_brands(held)),
            tuple(_inspections(inspected)),
        )

    def work_items(self, reader: Reader, year: str) -> tuple[WorkItemRow, ...]:
        """The items of a year's work lists (工作清单), by whose they are."""
        now = as_stored(self._clock.now())
        rows: dict[str, WorkItemRow] = {}
        for fact in self._said(reader, "work_items", f"{WORK_ITEM.name}."):
            clear, stream = fact["clear"], fact["stream"]
            if clear["for_period"] != year:
                continue
            if fact["topic"] == WorkItemListed.TOPIC:
                rows[stream] = WorkItemRow(
                    clear["register_number"],
                    WorkState.LISTED,
                    year,
                    clear["owner"],
                    self._directory.name(clear["owner"]),
                    clear["listed_by"],
                    self._directory.name(clear["listed_by"]),
                    clear["due_at"],
                    clear["due_at"] <= now,
                )
            elif stream in rows:
                state = WorkState.DONE if clear["done"] else WorkState.WITHDRAWN
                rows[stream] = replace(rows[stream], state=state, overdue=False)
        return tuple(sorted(rows.values(), key=lambda each: (each.owner, each.number)))

    def budgets(self, reader: Reader, year: str) -> tuple[BudgetRow, ...]:
        """Each scheme's money of a year as last stated (预算、拨付、执行), and the rate."""
        facts = self._said(reader, "budgets", BudgetStated.TOPIC)
        newest: dict[str, Fact] = {}
        for fact in facts:
            clear = fact["clear"]
            before = newest.get(clear["fund"])
            if str(clear["year"]) == year and (before is None or before["as_of"] <= clear["as_of"]):
                newest[clear["fund"]] = clear
        return tuple(
            BudgetRow(
                fund,
                clear["year"],
                clear["as_of"],
                clear["budgeted"],
                clear["allocated"],
                clear["spent"],
                round(100 * clear["spent"] / clear["budgeted"], 1) if clear["budgeted"] else None,
            )
            for fund, clear in sorted(newest.items())
        )

    def _owed(self, facts: Iterable[Fact]) -> list[OwedDuty]:
        """What is owed by the facts of it."""
        now = as_stored(self._clock.now())
        opened: dict[str, Fact] = {}
        covered: dict[str, dict[str, list[str]]] = defaultdict(dict)
        fulfilled: set[str] = set()
        for fact in facts:
            clear, topic, stream = fact["clear"], fact["topic"], fact["stream"]
            if topic == DutyOpened.TOPIC:
                opened[stream] = clear
            elif topic == DutyCounted.TOPIC:
                covered[stream].pop(clear["counted"], None)
                if clear["counts"]:
                    covered[stream][clear["counted"]] = clear["covered"]
            elif topic == DutyFulfilled.TOPIC:
                fulfilled.add(stream)
            elif topic == DutyReopened.TOPIC:
                fulfilled.discard(stream)
        rules = self._policies.rules.duties
        names = {each.code: each.town_name + each.name for each in self._policies.divisions}
        names.update(self._policies.towns)
        found = []
        for stream, clear in opened.items():
            duty, owner, records = clear["duty"], clear["owner"], covered[stream]
            places = {place for each in records.values() for place in each}
            rule = rules.duties.get(duty)
            each = rule.each if rule is not None else None
            owed = rules.places(duty, owner) if each in (Each.VILLAGE, Each.TOWN) else frozenset()
            found.append(
                OwedDuty(
                    duty,
                    rule.title if rule is not None else duty,
                    owner,
                    self._directory.name(owner),
                    clear["period"],
                    clear["needed"],
                    len(places) or len(records),
                    stream in fulfilled,
                    stream not in fulfilled and clear["due_at"] <= now,
                    clear["due_at"],
                    tuple(names[place] for place in sorted(owed - places)),
                )
            )
        return found


def _by_seat(owed: Iterable[OwedDuty]) -> Iterable[DutyCoverage]:
    rows: dict[tuple[str, str], list[OwedDuty]] = defaultdict(list)
    for each in owed:
        rows[each.duty, seat_of(each.owner).value].append(each)
    for (duty, seat), of in sorted(rows.items()):
        yield DutyCoverage(
            duty,
            of[0].title,
            seat,
            len({each.owner for each in of}),
            sum(each.needed for each in of),
            sum(min(each.held, each.needed) for each in of),
            sum(each.overdue for each in of),
        )


def _activities(held: Iterable[Fact], below: int) -> Iterable[ActivityCount]:
    rows: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for each in held:
        clear = each["clear"]
        row = rows[clear["activity"], seat_of(each["producer"]).value]
        row["records"] += 1
        for name in ("sessions", "children_attended", "guardians_attended", "others_attended"):
            row[name] += clear[name]
    for activity in sorted({kind for kind, _ in rows}):
        of = {seat: row for (kind, seat), row in sorted(rows.items()) if kind == activity}
        came = {seat: row["children_attended"] for seat, row in of.items()}
        children: Mapping[str, int | None] = came
        if below:
            some = {seat: count for seat, count in came.items() if count}
            children = {**came, **suppressed(some, below)}
        for seat, row in of.items():
            yield ActivityCount(
                activity,
                seat,
                row["records"],
                row["sessions"],
                children.get(seat),
                row["guardians_attended"],
                row["others_attended"],
            )


def _brands(held: Iterable[Fact]) -> Iterable[BrandCount]:
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    for each in held:
        if each["clear"]["brand"] is not None:
            row = rows[each["clear"]["brand"]]
            row["records"] += 1
            row["sessions"] += each["clear"]["sessions"]
    for brand, row in sorted(rows.items()):
        yield BrandCount(brand, row["records"], row["sessions"])


def _inspections(inspected: Iterable[Fact]) -> Iterable[InspectionCount]:
    rows: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for each in inspected:
        row = rows[each["clear"]["inspection"], seat_of(each["producer"]).value]
        row["records"] += 1
        row["hazards"] += each["clear"]["hazards"]
    for (inspection, seat), row in sorted(rows.items()):
        yield InspectionCount(inspection, seat, row["records"], row["hazards"])
