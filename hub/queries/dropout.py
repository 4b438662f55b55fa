"""The three ledgers of dropout control (三本台账: 适龄、疑似辍学、辍学), each by its own view:
the district's to the education bureau, a school's own pupils to the school, those who live there to
a town; to nobody else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from pydantic_core import from_json
from sqlalchemy import Connection, and_, or_, select

from domain.calendar import shanghai_date
from domain.dropout_case import DROPOUT_CASE
from domain.dropout_codes import DropoutState
from domain.dropout_report import DROPOUT_REPORT, MonthlyReportFiled, ReportAwaited
from domain.dropout_rules import LEDGER_STATES, Ledger, months_of_age
from domain.dropout_state import state_after
from domain.kernel import Category
from domain.organisations import Seat, seat_of
from domain.periods import PERIOD, Every, period_of
from hub.answers import DropoutReport, LedgerRow, Page
from hub.eventstore.codec import Fact
from hub.keyservice import Reader
from hub.queries.asked import Asked
from hub.queries.door import MAX_PAGE, PAGE, Door, of_matters
from projections.reach import SUSPICION_TOPICS, Reach
from projections.tables import CASES, CHILDREN, FACTS, REACH

_OPEN = tuple(
    state.value
    for state in DropoutState
    if state not in (DropoutState.NONE, DropoutState.RETURNED, DropoutState.STRUCK_OFF)
)


class DropoutLedgers(Door):
    """Children of the age of compulsory education, and where their cases stand."""

    def ledger(
        self, reader: Reader, ledger: Ledger, *, after: str | None = None, limit: int = PAGE
    ) -> Page[LedgerRow]:
        """One page of a ledger, by child."""
        asked = self._admit(reader, "ledger")
        rules, limit = self._policies.rules, min(limit, MAX_PAGE)
        seat = seat_of(reader.organisation)
        if seat not in rules.dropout.ledgers.seats or Category.SCHOOLING not in asked.matters:
            self._keyservice.note(reader, {"": ()}, "ledger.nothing")
            return Page(())
        of_age = ledger is Ledger.OF_AGE
        listed = self._of_age(reader) if of_age else self._of_cases(reader, asked, ledger)
        query = listed.order_by(listed.selected_columns[0]).limit(limit + 1)
        if after is not None:
            query = query.where(listed.selected_columns[0] > after)
        with self._view(seat).engine.begin() as connection:
            refs = list(connection.execute(query).scalars())
            more, refs = len(refs) > limit, refs[:limit]
            cases = [
                dict(row)
                for row in connection.execute(
                    select(CASES).where(
                        CASES.c.organisation == reader.organisation,
                        CASES.c.kind == DROPOUT_CASE.name,
                        CASES.c.state.in_(_OPEN),
                        CASES.c.child_ref.in_(refs),
                    )
                ).mappings()
            ]
            cases = self._still(connection, reader, asked, cases, "category")
            by_child = {row["child_ref"]: row for row in cases}
            shown = refs if of_age else [ref for ref in refs if ref in by_child]
            looks = {ref: {Category.SCHOOLING.value} for ref in shown}
            children = self._children(connection, reader, shown, "ledger", looks)
        if not shown:
            self._keyservice.note(reader, {"": ()}, "ledger.nothing")
        focus = rules.dropout.ledgers.focus_of
        items = tuple(
            LedgerRow(
                child_ref=ref,
                state=by_child[ref]["state"] if ref in by_child else _enrolled(children.get(ref)),
                since=by_child[ref]["opened_at"] if ref in by_child else None,
                focus=focus(_categories(children.get(ref))),
                child=children.get(ref),
            )
            for ref in shown
            if ref in children or not of_age
        )
        return Page(items, refs[-1] if more else None)

    def dropout_reports(self, reader: Reader, period: str) -> tuple[DropoutReport, ...]:
        """The reports of a month, or the review of a quarter: to the education bureau of every
        school, to a school its own; each beside what the hub's own records counted when it was
        filed, and whether the two differ. One that did not come stands there without counts."""
        asked = self._admit(reader, "dropout_reports")
        ours, seat = reader.organisation, seat_of(reader.organisation)
        shows = seat in (Seat.EDUCATION, Seat.SCHOOL) and Category.SCHOOLING in asked.matters
        if not shows or PERIOD.fullmatch(period) is None:
            self._keyservice.note(reader, {"": ()}, "dropout_reports.nothing")
            return ()
        of = select(FACTS.c.topic, FACTS.c.position, FACTS.c.stream, FACTS.c.child_ref)
        of = of.add_columns(FACTS.c.category, FACTS.c.clear, FACTS.c.recorded_at)
        of = of.where(FACTS.c.organisation == ours).order_by(FACTS.c.position)
        with self._view(seat).engine.begin() as connection:
            said = [
                dict(row)
                for row in connection.execute(
                    of.where(FACTS.c.topic.startswith(f"{DROPOUT_REPORT.name}."))
                ).mappings()
                if row["clear"]["period"] == period
            ]
            filed = [row for row in said if row["topic"] == MonthlyReportFiled.TOPIC]
            cases: list[dict[str, Any]] = []
            if filed:
                found = of.where(
                    FACTS.c.topic.startswith(f"{DROPOUT_CASE.name}."),
                    FACTS.c.position <= _until(filed),
                )
                cases = [dict(row) for row in connection.execute(found).mappings()]
                cases = self._still(connection, reader, asked, cases, "category")
                cases = self._with_what_counted_then(connection, reader, cases, _until(filed))
        self._keyservice.note(reader, {"": ()}, "dropout_reports")
        own = _own_counts(cases, [row["position"] for row in filed])
        by_reporter: dict[str, DropoutReport] = {}
        for row in said:
            name = row["clear"]["reporter"]
            before = by_reporter.get(name) or DropoutReport(
                name, self._directory.name(name), period, None, None, None, None, None
            )
            by_reporter[name] = _told(before, row, own)
        return tuple(by_reporter[name] for name in sorted(by_reporter))

    def differing_reports(self, reader: Reader) -> dict[str, str]:
        """Schools whose report of the month before counts otherwise than the hub's own records did
        (月报与系统记录不符), and of which month: for the silence board, where the bureau looks by
        itself. To a school its own."""
        self._admit(reader, "differing_reports")
        today = shanghai_date(self._clock.now())
        month = period_of(today.replace(day=1) - timedelta(days=1), Every.MONTH)
        return {
            each.reporter: month for each in self.dropout_reports(reader, month) if each.differs
        }

    def _with_what_counted_then(
        self,
        connection: Connection,
        reader: Reader,
        cases: list[dict[str, Any]],
        until: int,
    ) -> list[dict[str, Any]]:
        """With the cases of children of whom the reader's organisation is told nothing by now
        (利害关系单位), as far as it was before: a figure that stood once stands, or its change
        would tell of a suspicion; what is found not to be so counts again. From the log, for the
        view holds them no more."""
        ours, seat = reader.organisation, seat_of(reader.organisation)
        suspected = select(REACH.c.child_ref, REACH.c.suspicions)
        told_nothing = [
            UUID(row.child_ref)
            for row in connection.execute(suspected.where(REACH.c.suspicions != "{}"))
            if any(ours in each for _, each in from_json(row.suspicions).values())
        ]
        known = {row["child_ref"] for row in cases}
        told_nothing = [each for each in told_nothing if str(each) not in known]
        reaches: dict[UUID, Reach] = {}
        for fact in self._store.history(told_nothing, until) if told_nothing else ():
            reach = reaches.setdefault(fact.subject, Reach())
            if fact.topic in SUSPICION_TOPICS and reach.suspect(seat, fact):
                cases.append(_row(fact, WITHHELD if ours in reach.conflicted else TOLD_AGAIN))
            elif fact.topic.startswith(f"{DROPOUT_CASE.name}."):
                cases.append(_row(fact, fact.topic))
        return sorted(cases, key=lambda row: row["position"])

    def _of_cases(self, reader: Reader, asked: Asked, ledger: Ledger) -> Any:
        return (
            select(CASES.c.child_ref)
            .where(
                CASES.c.organisation == reader.organisation,
                CASES.c.kind == DROPOUT_CASE.name,
                CASES.c.state.in_([state.value for state in LEDGER_STATES[ledger]]),
                *of_matters(asked, CASES.c.category),
            )
            .distinct()
        )

    def _of_age(self, reader: Reader) -> Any:
        """Of a school its pupils; of a town who lives there; of everybody else the children of the
        view who live here. Whose age nobody stated is left out: nothing says that it is to be at
        school."""
        thresholds = self._policies.rules.thresholds
        day = shanghai_date(self._clock.now())
        first, last = months_of_age(
            thresholds.entry_age,
            thresholds.entry_months_until,
            thresholds.compulsory_until_age,
            day,
        )
        ours = [
            CHILDREN.c.organisation == reader.organisation,
            CHILDREN.c.birth_month.between(first, last),
        ]
        if seat_of(reader.organisation) is Seat.SCHOOL:
            ours.append(CHILDREN.c.school == reader.organisation)
        else:
            here = or_(CHILDREN.c.school.is_not(None), CHILDREN.c.left_on.is_(None))
            ours.append(here)
        if seat_of(reader.organisation) is Seat.TOWN:
            # Its view holds others as well, of whom it has a task or had the child before.
            ours.append(CHILDREN.c.town == reader.organisation.partition(":")[2])
        return select(CHILDREN.c.id).where(and_(*ours))


def _enrolled(child: Any) -> str | None:
    """ENROLLED, where a school's roll has the child; None where nothing is known."""
    return "ENROLLED" if child is not None and child.school else None


def _categories(child: Any) -> str | None:
    found = None if child is None else child.fields.get("categories")
    return found if isinstance(found, str) else None


def _told(before: DropoutReport, row: Mapping[str, Any], own: _Counted) -> DropoutReport:
    clear, topic = row["clear"], row["topic"]
    if topic == ReportAwaited.TOPIC:
        return replace(before, due_at=clear["due_at"])
    names = {*_COMPARED, "enrolled", "absent", "returned", "schools"}
    counts = {name: value for name, value in clear.items() if name in names}
    found = replace(before, filed_at=row["recorded_at"], counts=counts)
    if topic != MonthlyReportFiled.TOPIC:
        return found
    recorded = own[row["position"]].get(before.reporter, dict.fromkeys(_COMPARED, 0))
    differs = any(counts[name] != recorded[name] for name in _COMPARED)
    return replace(found, own=recorded, differs=differs)


_Counted = dict[int, dict[str, dict[str, int]]]
"""By the position of a report, and school: how many cases stood in which ledger."""

_COMPARED: Mapping[str, tuple[DropoutState, ...]] = {
    "suspected": LEDGER_STATES[Ledger.SUSPECTED],
    "dropped_out": LEDGER_STATES[Ledger.DROPOUT],
}


WITHHELD, TOLD_AGAIN = "withheld", "told again"
"""In the place of a topic: from here on its child's cases count for nothing, and again."""


def _until(filed: Sequence[Mapping[str, Any]]) -> int:
    position: int = filed[-1]["position"]
    return position


def _row(fact: Fact, topic: str) -> dict[str, Any]:
    return {
        "topic": topic,
        "position": fact.position,
        "stream": str(fact.stream),
        "child_ref": str(fact.subject),
        "clear": fact.clear,
    }


def _own_counts(cases: Sequence[Mapping[str, Any]], positions: Sequence[int]) -> _Counted:
    """What the facts of dropout cases count up to each position; both in the log's order, and each
    looked at once."""
    found: _Counted = {}
    states: dict[str, DropoutState] = {}
    schools: dict[str, str] = {}
    children: dict[str, str] = {}
    withheld: set[str] = set()
    counted: dict[str, dict[str, int]] = {}

    def count(stream: str, by: int) -> None:
        if children[stream] in withheld:
            return
        state = states.get(stream, DropoutState.NONE)
        school = counted.setdefault(schools.get(stream, ""), dict.fromkeys(_COMPARED, 0))
        for name, of_ledger in _COMPARED.items():
            school[name] += by * (state in of_ledger)

    def tell(child: str, *, withhold: bool) -> None:
        theirs = [stream for stream, of in children.items() if of == child]
        for stream in theirs:
            count(stream, -1)
        (withheld.add if withhold else withheld.discard)(child)
        for stream in theirs:
            count(stream, 1)

    waiting = iter(cases)
    fact = next(waiting, None)
    for position in positions:
        while fact is not None and fact["position"] <= position:
            stream, child, clear = fact["stream"], fact["child_ref"], fact["clear"]
            if fact["topic"] in (WITHHELD, TOLD_AGAIN):
                tell(child, withhold=fact["topic"] == WITHHELD)
                fact = next(waiting, None)
                continue
            children[stream] = child
            count(stream, -1)
            states[stream] = state_after(
                states.get(stream, DropoutState.NONE), fact["topic"], clear
            )
            if clear.get("school") and clear.get("of_own_pupil", True):
                schools[stream] = clear["school"]
            count(stream, 1)
            fact = next(waiting, None)
        found[position] = {school: dict(counts) for school, counts in counted.items()}
    return found
