"""Questions about mandatory reports (强制报告)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select

from domain.kernel import Category
from domain.organisations import seat_of
from domain.rules import MEDICAL_FIRST
from hub.answers import Page, Report
from hub.keyservice import Reader
from hub.queries.door import MAX_PAGE, PAGE, Door, as_pseudonym, in_part, of_matters
from hub.queries.referrals import still_owed
from projections.tables import DEADLINES, REPORTS

_HEARD = ("FED_BACK", "CLOSED")
"""States of a report whose reporter has heard back."""


class Reports(Door):
    """Mandatory reports, as far as the reader may see and follow them."""

    def reports(
        self,
        reader: Reader,
        *,
        decision: str | None = None,
        feedback_owed: bool = False,
        after: str | None = None,
        limit: int = PAGE,
    ) -> Page[Report]:
        """Mandatory reports (强制报告) by the instant they were filed: all that the organisation
        may see by its seat or task, and for every other one those that the reader filed (all of
        its own for the designated reporter). ``decision`` keeps one kind: NOT_FILED is what the
        procuratorate supervises; ``feedback_owed`` those whose reporter has not heard back."""
        where = REPORTS.c.organisation == reader.organisation
        if decision is not None:
            where = and_(where, REPORTS.c.decision == decision)
        if feedback_owed:
            where = and_(where, REPORTS.c.state.not_in(_HEARD))
        return self._report_page(reader, where, after, limit, "reports")

    def report(self, reader: Reader, report_id: str) -> Report | None:
        """One mandatory report, if the reader may see it."""
        where = and_(
            REPORTS.c.organisation == reader.organisation, REPORTS.c.id == as_pseudonym(report_id)
        )
        page = self._report_page(reader, where, None, 1, "report")
        return page.items[0] if page.items else None

    def report_of(self, reader: Reader, receipt: str) -> str | None:
        """The report that a receipt number (回执号) of the reader's own unit was given for, to
        follow it, if the reader may see it."""
        self._admit(reader, "report")
        report_id = self._receipted(reader, receipt)
        return report_id if self.report(reader, report_id) is not None else None

    def _report_page(
        self, reader: Reader, where: Any, after: str | None, limit: int, action: str
    ) -> Page[Report]:
        asked = self._admit(reader, action)
        limit = min(limit, MAX_PAGE)
        if not self._reads_others_reports(reader):
            where = and_(where, REPORTS.c.filed_by.in_(("", reader.user)))
        # Of a conflicted organisation nobody but the filer, the designated reporter included.
        where = and_(where, REPORTS.c.only_for.in_(("", reader.user)))
        where = and_(where, *of_matters(asked, Category.HARM))
        query = select(REPORTS).where(where).order_by(REPORTS.c.filed_at, REPORTS.c.id)
        if after is not None:
            at, _, last = after.partition("|")
            query = query.where(
                or_(REPORTS.c.filed_at > at, and_(REPORTS.c.filed_at == at, REPORTS.c.id > last))
            )
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            rows = list(connection.execute(query.limit(limit + 1)))
            more, rows = len(rows) > limit, rows[:limit]
            cursor = f"{rows[-1].filed_at}|{rows[-1].id}" if more else None
            # The view may not have followed yet; who filed it is told all the same.
            theirs = [row.id for row in rows if row.filed_by != reader.user]
            opened = self._opened(connection, reader, theirs)
            care = connection.execute(
                select(DEADLINES).where(
                    DEADLINES.c.organisation == reader.organisation,
                    DEADLINES.c.child_ref.in_({row.id for row in rows}),
                    DEADLINES.c.kind == MEDICAL_FIRST,
                )
            ).mappings()
            medical_by = {each["subject_id"]: still_owed(dict(each)) for each in care}
        hidden = {
            report
            for report, towards in opened.items()
            if in_part(towards) and not asked.shows(towards, Category.HARM)
        }
        rows = [row for row in rows if row.id not in hidden]
        looks: dict[str, Iterable[str]] = {row.id: (Category.HARM.value,) for row in rows}
        self._keyservice.note(reader, looks or {"": ()}, action)
        now = self._clock.now()
        items = tuple(
            Report(
                id=row.id,
                state=row.state,
                decision=row.decision,
                town=row.town,
                immediate_danger=(
                    None if row.immediate_danger is None else bool(row.immediate_danger)
                ),
                filed_at=row.filed_at,
                changed_at=row.changed_at,
                feedback_by=row.feedback_by,
                feedback_overdue=row.state not in _HEARD
                and row.feedback_by is not None
                and datetime.fromisoformat(row.feedback_by) <= now,
                child_ref=row.named,
                medical_by=medical_by.get(row.id),
            )
            for row in rows
        )
        return Page(items, cursor)

    def _receipted(self, reader: Reader, receipt: str) -> str:
        found = self._store.receipt(receipt)
        if found is None or found.organisation != reader.organisation or not found.position:
            return ""
        # The receipt's own event is the last of its append: the report's, its clock's, or that of
        # the child's file which holds it.
        facts = self._store.feed(found.position - 1, 1)
        if not facts:
            return ""
        clear = facts[0].clear
        linked = clear.get("report_id") or clear.get("source")
        return str(linked or facts[0].child_ref or facts[0].stream)
