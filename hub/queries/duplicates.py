"""Files that may be one child's (疑似重复建档), for whoever decides (policies/matching.toml)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from domain.duplicate import DuplicateState
from domain.kernel import Category
from domain.matching import PART_WORDS, agreements, told
from domain.organisations import seat_of
from hub.answers import Duplicate, Page
from hub.keyservice import Reader
from hub.queries.door import MAX_PAGE, PAGE, Door, as_pseudonym, of_matters
from hub.queries.searching import stated_of_child
from projections.tables import DUPLICATES


class Duplicates(Door):
    """Pairs of files that a person has to look at, or has decided."""

    def duplicates(
        self,
        reader: Reader,
        *,
        open_only: bool = True,
        after: str | None = None,
        limit: int = PAGE,
    ) -> Page[Duplicate]:
        """Pairs that wait for a decision, or all of them, with what agrees of each as far as the
        organisation sees the two; none for an organisation that does not decide."""
        where = [DUPLICATES.c.id > (after or "")]
        if open_only:
            where.append(DUPLICATES.c.state == DuplicateState.SUSPECTED.value)
        return self._pairs(reader, where, min(limit, MAX_PAGE), "duplicates")

    def duplicate(self, reader: Reader, pair: str) -> Duplicate | None:
        """One pair, if the reader's organisation sees it."""
        where = [DUPLICATES.c.id == as_pseudonym(pair)]
        page = self._pairs(reader, where, 1, "duplicate")
        return page.items[0] if page.items else None

    def _pairs(self, reader: Reader, where: list[Any], limit: int, action: str) -> Page[Duplicate]:
        asked = self._admit(reader, action)
        query = (
            select(DUPLICATES)
            .where(
                DUPLICATES.c.organisation == reader.organisation,
                *where,
                *of_matters(asked, Category.WHO),
            )
            .order_by(DUPLICATES.c.id)
            .limit(limit + 1)
        )
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            rows = list(connection.execute(query))
            more, rows = len(rows) > limit, rows[:limit]
            refs = sorted({ref for row in rows for ref in (row.child_ref, row.other)})
            looks = {ref: {Category.WHO.value} for ref in refs}
            children = self._children(connection, reader, refs, action, looks)
        if not rows:
            self._keyservice.note(reader, {"": ()}, f"{action}.nothing")
        items = []
        for row in rows:
            # Erased or sealed since, or no longer this organisation's: then there is no pair.
            child, other = children.get(row.child_ref), children.get(row.other)
            if child is None or other is None:
                continue
            parts = agreements(stated_of_child(child), stated_of_child(other))
            items.append(
                Duplicate(
                    id=row.id,
                    state=row.state,
                    ground=row.ground,
                    suspected_at=row.suspected_at,
                    changed_at=row.changed_at,
                    child=child,
                    other=other,
                    reasons=tuple((part.value, PART_WORDS[part]) for part in told(parts)),
                )
            )
        return Page(tuple(items), rows[-1].id if more else None)
