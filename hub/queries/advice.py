"""Questions about procuratorial advice (检察建议)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import and_, func, or_, select

from domain.calendar import shanghai_date
from domain.kernel import Category
from domain.organisations import seat_of
from hub.answers import Advice, Page
from hub.keyservice import Reader
from hub.queries.door import MAX_PAGE, PAGE, Door, as_pseudonym, of_matters
from projections.tables import ADVICE


class AdviceLetters(Door):
    """Advice between the procuratorate and an office."""

    def advices(
        self, reader: Reader, *, after: str | None = None, limit: int = PAGE
    ) -> Page[Advice]:
        """Procuratorial advice (检察建议) that the organisation gave or was given, by the day on
        which its reply is due."""
        return self._advice_page(reader, ADVICE.c.id.is_not(None), after, limit, "advices")

    def advice(self, reader: Reader, advice_id: str) -> Advice | None:
        """One advice, if the reader's organisation gave it or was given it."""
        where = ADVICE.c.id == as_pseudonym(advice_id)
        page = self._advice_page(reader, where, None, 1, "advice")
        return page.items[0] if page.items else None

    def _advice_page(
        self, reader: Reader, where: Any, after: str | None, limit: int, action: str
    ) -> Page[Advice]:
        asked = self._admit(reader, action)
        limit = min(limit, MAX_PAGE)
        ours = reader.organisation
        due = func.coalesce(ADVICE.c.reply_by, "")
        query = (
            select(ADVICE)
            .where(ADVICE.c.organisation == ours, where, *of_matters(asked, Category.ORDERS))
            # Whoever else reads orders across the district is party to none of them.
            .where(or_(ADVICE.c.sender == ours, ADVICE.c.addressee == ours))
            .order_by(due, ADVICE.c.id)
        )
        if after is not None:
            day, _, last = after.partition("|")
            query = query.where(or_(due > day, and_(due == day, ADVICE.c.id > last)))
        with self._view(seat_of(ours)).engine.begin() as connection:
            rows = list(connection.execute(query.limit(limit + 1)))
        more, rows = len(rows) > limit, rows[:limit]
        looks: dict[str, Iterable[str]] = {row.id: (Category.ORDERS.value,) for row in rows}
        self._keyservice.note(reader, looks or {"": ()}, action)
        today = shanghai_date(self._clock.now()).isoformat()
        items = tuple(
            Advice(
                id=row.id,
                state=row.state,
                sender=row.sender,
                sender_name=self._directory.name(row.sender),
                addressee=row.addressee,
                addressee_name=self._directory.name(row.addressee),
                issued_on=row.issued_on,
                reply_by=row.reply_by,
                replied_on=row.replied_on,
                overdue=row.replied_on is None
                and row.reply_by is not None
                and row.reply_by < today,
            )
            for row in rows
        )
        return Page(items, f"{items[-1].reply_by or ''}|{items[-1].id}" if more else None)
