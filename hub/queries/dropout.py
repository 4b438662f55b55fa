"""The three ledgers of dropout control (三本台账: 适龄、疑似辍学、辍学), each by its own view:
the district's to the education bureau, a school's own pupils to the school, those who live there to
a town; to nobody else."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, or_, select

from domain.calendar import shanghai_date
from domain.dropout_case import DROPOUT_CASE
from domain.dropout_codes import DropoutState
from domain.dropout_rules import LEDGER_STATES, Ledger, months_of_age
from domain.kernel import Category
from domain.organisations import Seat, seat_of
from hub.answers import LedgerRow, Page
from hub.keyservice import Reader
from hub.queries.asked import Asked
from hub.queries.door import MAX_PAGE, PAGE, Door, of_matters
from projections.tables import CASES, CHILDREN

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
        """Of a school its pupils; of everybody else the children of the view who live here. Whose
        age nobody stated is left out: nothing says that it is to be at school."""
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
        return select(CHILDREN.c.id).where(and_(*ours))


def _enrolled(child: Any) -> str | None:
    """ENROLLED, where a school's roll has the child; None where nothing is known."""
    return "ENROLLED" if child is not None and child.school else None


def _categories(child: Any) -> str | None:
    found = None if child is None else child.fields.get("categories")
    return found if isinstance(found, str) else None
