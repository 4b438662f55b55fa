"""Boards: visits that are owed, what is overdue, and where a child's cases stand."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import Any

from sqlalchemy import CompoundSelect, case, func, literal, select, union_all

from domain.calendar import end_of_day_utc
from domain.identity import IdentityClaim
from domain.joint_case import JOINT_CASE
from domain.kernel import Category
from domain.organisations import seat_of, village_organisation
from domain.registry import EVENTS
from hub.answers import CaseStatus, Overdue, Page, VisitDue
from hub.keyservice import Reader
from hub.queries.door import MAX_PAGE, PAGE, Door, beyond, days_late, of_child, of_matters
from projections.tables import CASES, DEADLINES, OBLIGATIONS

_OWED = ("OWED", "OVERDUE")
"""States of a visit that is still to be made."""


class Boards(Door):
    """What is owed, what is overdue, and where cases stand."""

    def visits_due(
        self,
        reader: Reader,
        *,
        village: str | None = None,
        until: date | None = None,
        after: str | None = None,
        limit: int = PAGE,
    ) -> Page[VisitDue]:
        """Visits that are owed (应走访), those due first before others: of one village, and due
        until the end of a Shanghai day, where that is asked for."""
        asked = self._admit(reader, "visits_due")
        limit = min(limit, MAX_PAGE)
        query = (
            select(OBLIGATIONS)
            .where(
                OBLIGATIONS.c.organisation == reader.organisation,
                OBLIGATIONS.c.state.in_(_OWED),
                *of_matters(asked, Category.VISITS),
            )
            .order_by(OBLIGATIONS.c.due_at, OBLIGATIONS.c.id)
            .limit(limit + 1)
        )
        if village is not None:
            query = query.where(OBLIGATIONS.c.owner == village_organisation(village))
        if until is not None:
            query = query.where(OBLIGATIONS.c.due_at <= as_stored(end_of_day_utc(until)))
        if after is not None:
            query = query.where(beyond(OBLIGATIONS.c.due_at, OBLIGATIONS.c.id, after))
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
            more, rows = len(rows) > limit, rows[:limit]
            cursor = f"{rows[-1]['due_at']}|{rows[-1]['id']}" if more else None
            rows = self._still(connection, reader, asked, rows, Category.VISITS)
            looks = {row["child_ref"]: {Category.VISITS.value} for row in rows}
            lines = self._safety(connection, reader, looks)
            children = self._children(connection, reader, list(looks), "visits_due", looks, lines)
        if not rows:
            self._keyservice.note(reader, {"": ()}, "visits_due.nothing")
            return Page((), cursor)
        now = self._clock.now()
        items = tuple(
            VisitDue(
                id=row["id"],
                kind=row["kind"],
                title=self._policies.rules.visits.cadence[row["kind"]].title,
                owner=row["owner"],
                owner_name=self._directory.name(row["owner"]),
                town=row["town"],
                tier=row["tier"],
                counted_from=row["counted_from"],
                due_at=row["due_at"],
                days_late=days_late(row["due_at"], now),
                overdue=datetime.fromisoformat(row["due_at"]) <= now,
                child_ref=row["child_ref"],
                child=children.get(row["child_ref"]),
                safety=lines.get(row["child_ref"], ()),
            )
            for row in rows
        )
        return Page(items, cursor)

    def visits_by_village(self, reader: Reader) -> dict[str, tuple[int, int]]:
        """How many visits are owed, and how many of them overdue, by the village that owes them
        (its organisation's identifier)."""
        asked = self._admit(reader, "visits_by_village")
        late = func.sum(case((OBLIGATIONS.c.state == "OVERDUE", 1), else_=0))
        owed = select(OBLIGATIONS).where(
            OBLIGATIONS.c.organisation == reader.organisation,
            OBLIGATIONS.c.state.in_(_OWED),
            *of_matters(asked, Category.VISITS),
        )
        counted = owed.with_only_columns(OBLIGATIONS.c.owner, func.count(), late)
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            if self._behind(connection):
                every = [dict(row) for row in connection.execute(owed).mappings()]
                rows = self._still(connection, reader, asked, every, Category.VISITS)
                owners = Counter(row["owner"] for row in rows)
                overdue = Counter(row["owner"] for row in rows if row["state"] == "OVERDUE")
                found = {owner: (count, overdue[owner]) for owner, count in owners.items()}
            else:
                counts = connection.execute(counted.group_by(OBLIGATIONS.c.owner))
                found = {row[0]: (row[1], row[2]) for row in counts}
        self._keyservice.note(reader, {"": ()}, "visits_by_village")
        return found

    def overdue(
        self,
        reader: Reader,
        *,
        town: str | None = None,
        after: str | None = None,
        limit: int = MAX_PAGE,
    ) -> Page[Overdue]:
        """Where nothing was heard in time (逾期未办、未走访): deadlines missed and visits overdue,
        not yet over, oldest first."""
        asked = self._admit(reader, "overdue")
        limit = min(limit, MAX_PAGE)
        silent = _silent(reader.organisation).subquery()
        query = (
            select(silent)
            .where(*of_matters(asked, silent.c.matter))
            .order_by(silent.c.due_at, silent.c.id)
            .limit(limit + 1)
        )
        if town is not None:
            query = query.where(silent.c.town == town)
        if after is not None:
            query = query.where(beyond(silent.c.due_at, silent.c.id, after))
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
            more, rows = len(rows) > limit, rows[:limit]
            cursor = f"{rows[-1]['due_at']}|{rows[-1]['id']}" if more else None
            rows = self._still(connection, reader, asked, rows, "matter")
        looks: dict[str, set[str]] = {}
        for row in rows:
            looks.setdefault(row["child_ref"], set()).add(row["matter"])
        self._keyservice.note(reader, looks or {"": ()}, "overdue")
        now = self._clock.now()
        items = tuple(
            Overdue(
                id=row["id"],
                subject_id=row["subject_id"],
                kind=row["kind"],
                matter=row["matter"],
                owner=row["owner"],
                owner_name=self._directory.name(row["owner"]),
                town=row["town"],
                due_at=row["due_at"],
                child_ref=row["child_ref"],
                days=days_late(row["due_at"], now),
            )
            for row in rows
        )
        return Page(items, cursor)

    def overdue_by_town(self, reader: Reader) -> dict[str, int]:
        """How many of them there are per town code ("" where no town is known)."""
        asked = self._admit(reader, "overdue_by_town")
        silent = _silent(reader.organisation).subquery()
        town = func.coalesce(silent.c.town, "")
        matters = of_matters(asked, silent.c.matter)
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            if self._behind(connection):
                silence = connection.execute(select(silent).where(*matters)).mappings()
                every = [dict(row) for row in silence]
                rows = self._still(connection, reader, asked, every, "matter")
                found = dict(Counter(row["town"] or "" for row in rows))
            else:
                counts = select(town, func.count()).where(*matters).group_by(town)
                found = {row[0]: row[1] for row in connection.execute(counts)}
        self._keyservice.note(reader, {"": ()}, "overdue_by_town")
        return found

    def case_status(self, reader: Reader, claim: IdentityClaim) -> tuple[CaseStatus, ...]:
        """Status lines of a child's cases that the reader's organisation may see; empty for no
        child, no case, or none that is its to see: the three cannot be told apart. Raises
        TooManySearches."""
        asked = self._admit(reader, "case_status")
        self.count(reader)
        found = self._matching.find(claim)
        ref, ours = str(found) if found else "", reader.organisation
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            group = self._group(connection, reader, ref)
            cases = [row for each in group for row in of_child(connection, CASES, ours, each)]
            owed = [row for each in group for row in of_child(connection, DEADLINES, ours, each)]
            cases = self._still(connection, reader, asked, cases, "category")
            owed = self._still(connection, reader, asked, owed, "matter")
        # Who leads a case is told to those that take part in it (hub/queries/joint_cases.py).
        rows = [
            row
            for row in cases
            if row["category"] in asked.matters and row["kind"] != JOINT_CASE.name
        ]
        clocks = [row for row in owed if row["matter"] in asked.matters]
        categories = {row["category"] for row in rows} | {row["matter"] for row in clocks}
        self._keyservice.note(reader, {ref: sorted(map(str, categories))}, "case_status")
        due = min(
            (row["due_at"] for row in clocks if row["state"] in ("RUNNING", "MISSED")),
            default=None,
        )
        return tuple(
            CaseStatus(
                id=row["id"],
                kind=row["kind"],
                state=row["state"],
                opened_at=row["opened_at"],
                changed_at=row["changed_at"],
                acts=tuple(
                    (self._directory.name(organisation), EVENTS[topic].TITLE, at)
                    for organisation, (topic, at) in sorted(row["acts"].items())
                ),
                due_at=due,
            )
            for row in rows
        )


def _silent(organisation: str) -> CompoundSelect[Any]:
    """What an organisation's view holds of deadlines missed and visits overdue, in one form."""
    missed = select(
        DEADLINES.c.id,
        DEADLINES.c.subject_id,
        DEADLINES.c.kind,
        DEADLINES.c.matter,
        DEADLINES.c.owner,
        DEADLINES.c.town,
        DEADLINES.c.due_at,
        DEADLINES.c.child_ref,
    ).where(DEADLINES.c.organisation == organisation, DEADLINES.c.state == "MISSED")
    overdue = select(
        OBLIGATIONS.c.id,
        OBLIGATIONS.c.id,
        OBLIGATIONS.c.kind,
        literal(Category.VISITS.value),
        OBLIGATIONS.c.owner,
        OBLIGATIONS.c.town,
        OBLIGATIONS.c.due_at,
        OBLIGATIONS.c.child_ref,
    ).where(OBLIGATIONS.c.organisation == organisation, OBLIGATIONS.c.state == "OVERDUE")
    return union_all(missed, overdue)


def as_stored(instant: datetime) -> str:
    """An instant as views hold it, for comparing."""
    return instant.isoformat().replace("+00:00", "Z")
