"""What offices do that concerns no child: what they owe period by period, activities, hazards, work
lists and budgets, each by one's own view. Whoever reads programmes across the district sees all of
it, everybody else what is its own or was told to it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import or_, select

from domain.activity import ActivityRecorded
from domain.budget import BudgetStated
from domain.duty_rules import Each
from domain.hazard import HAZARD, HazardFound, HazardRectified, HazardState
from domain.hazard import state_after as hazard_state
from domain.kernel import Category
from domain.organisations import seat_of
from domain.periodic_duty import PERIODIC_DUTY, DutyCounted, DutyFulfilled, DutyOpened, DutyReopened
from domain.small_cells import suppressed
from domain.work_item import WORK_ITEM, WorkItemListed, WorkState
from hub.keyservice import Reader
from hub.queries.boards import as_stored
from hub.queries.door import Door
from hub.queries.programme_answers import (
    ActivityCount,
    BrandCount,
    BudgetRow,
    DutyCoverage,
    HazardRow,
    OwedDuty,
    ProgrammeCoverage,
    WorkItemRow,
)
from projections.tables import FACTS

_Fact = Mapping[str, Any]


class Programmes(Door):
    """What is held, owed, inspected, listed and spent."""

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

    def programme_coverage(self, reader: Reader, year: str) -> ProgrammeCoverage:
        """What was owed and held in a year, by kind of seat. To the office that sees no child,
        small numbers of children are not shown."""
        facts = self._said(
            reader, "programme_coverage", f"{PERIODIC_DUTY.name}.", ActivityRecorded.TOPIC
        )
        owed = [each for each in self._owed(facts) if each.period.startswith(year)]
        held = [
            each
            for each in _latest(facts, ActivityRecorded.TOPIC)
            if each["clear"]["held_on"].startswith(year)
        ]
        rules = self._policies.rules.silence
        below = rules.suppress_below if seat_of(reader.organisation) in rules.as_counts else 0
        return ProgrammeCoverage(
            tuple(_by_seat(owed)), tuple(_activities(held, below)), tuple(_brands(held))
        )

    def hazards(self, reader: Reader) -> tuple[HazardRow, ...]:
        """Hazards and findings that are not over, the first due first."""
        now = as_stored(self._clock.now())
        rows: dict[str, HazardRow] = {}
        for fact in self._said(reader, "hazards", f"{HAZARD.name}."):
            clear, topic, stream = fact["clear"], fact["topic"], fact["stream"]
            before = rows.get(stream)
            if topic == HazardFound.TOPIC:
                before = HazardRow(
                    clear["register_number"],
                    "",
                    clear["hazard"],
                    clear["site"],
                    clear["owner"],
                    self._directory.name(clear["owner"]),
                    clear["found_by"],
                    self._directory.name(clear["found_by"]),
                    clear["found_on"],
                    clear["due_at"],
                    False,
                )
            if before is None:
                continue
            due = clear["recheck_by"] if topic == HazardRectified.TOPIC else clear["due_at"]
            state = hazard_state(before.state, topic, clear)
            rows[stream] = replace(before, state=state, due_at=due or before.due_at)
        found = [
            replace(each, overdue=each.due_at <= now)
            for each in rows.values()
            if each.state != HazardState.CLOSED
        ]
        return tuple(sorted(found, key=lambda each: (each.due_at, each.number)))

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
        newest: dict[str, _Fact] = {}
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

    def _said(self, reader: Reader, action: str, *topics: str) -> list[_Fact]:
        """The facts of these topics (a whole stream's end in a dot) that the reader's view holds,
        in the log's order; none where the purpose shows no programmes."""
        asked = self._admit(reader, action)
        found: list[_Fact] = []
        if Category.PROGRAMMES in asked.matters:
            named = [
                FACTS.c.topic.startswith(each) if each.endswith(".") else FACTS.c.topic == each
                for each in topics
            ]
            query = (
                select(FACTS.c.topic, FACTS.c.stream, FACTS.c.clear, FACTS.c.producer)
                .where(
                    FACTS.c.organisation == reader.organisation,
                    FACTS.c.category == Category.PROGRAMMES.value,
                    or_(*named),
                )
                .order_by(FACTS.c.position)
            )
            with self._view(seat_of(reader.organisation)).engine.begin() as connection:
                found = [dict(row) for row in connection.execute(query).mappings()]
        self._keyservice.note(reader, {"": ()}, action if found else f"{action}.nothing")
        return found

    def _owed(self, facts: Iterable[_Fact]) -> list[OwedDuty]:
        """What is owed by the facts of it."""
        now = as_stored(self._clock.now())
        opened: dict[str, _Fact] = {}
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


def _latest(facts: Iterable[_Fact], topic: str) -> list[_Fact]:
    """The newest statement of each record."""
    return list({each["stream"]: each for each in facts if each["topic"] == topic}.values())


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


def _activities(held: Iterable[_Fact], below: int) -> Iterable[ActivityCount]:
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


def _brands(held: Iterable[_Fact]) -> Iterable[BrandCount]:
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    for each in held:
        if each["clear"]["brand"] is not None:
            row = rows[each["clear"]["brand"]]
            row["records"] += 1
            row["sessions"] += each["clear"]["sessions"]
    for brand, row in sorted(rows.items()):
        yield BrandCount(brand, row["records"], row["sessions"])
