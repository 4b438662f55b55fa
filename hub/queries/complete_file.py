"""A child's file as a whole (完整档案), as far as the reader's organisation may see it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from domain.kernel import Category
from domain.organisations import seat_of
from hub.answers import CompleteFile, Entry, OpenLoop
from hub.keyservice import Reader
from hub.queries.asked import Asked
from hub.queries.children import Children
from hub.queries.door import MAX_PAGE, as_pseudonym, days_late, of_matters
from hub.queries.families import Families
from hub.queries.referrals import OPEN_REFERRALS
from projections.tables import DEADLINES, OBLIGATIONS, REFERRALS

ACTION = "complete_file"
_RUNNING = ("RUNNING", "PAUSED", "MISSED")
_OWED = ("OWED", "OVERDUE")


class CompleteFiles(Children, Families):
    """Files as a whole."""

    def complete_file(self, reader: Reader, child_ref: str) -> CompleteFile | None:
        """Everything of a child that the reader's organisation may see for this purpose, each part
        asked for at its own door, with an entry of its own besides that the whole was taken; None
        for a child that it may not see."""
        asked = self._admit(reader, ACTION)
        child_ref = as_pseudonym(child_ref)
        child = self._child(reader, child_ref or None, ACTION)
        if child is None:
            return None
        entries: list[Entry] = []
        before: int | None = None
        while True:
            page = self.timeline(reader, child_ref, before=before, limit=MAX_PAGE)
            entries += page.items
            if page.next_cursor is None:
                break
            before = int(page.next_cursor)
        return CompleteFile(
            child=child,
            entries=tuple(sorted(entries, key=lambda each: each.position)),
            family=self.family(reader, child_ref) or (),
            open_loops=tuple(self._open_loops(reader, asked, child_ref, f"{ACTION}.open")),
            made_at=self._clock.now().isoformat(timespec="seconds"),
            policy_version=self._policies.version,
        )

    def open_loops(self, reader: Reader, child_ref: str) -> list[OpenLoop]:
        """What of a child is not over, as far as the organisation may see it: referrals, clocks and
        visits, those due first before others."""
        asked = self._admit(reader, "open_loops")
        return self._open_loops(reader, asked, as_pseudonym(child_ref), "open_loops")

    def _open_loops(
        self, reader: Reader, asked: Asked, child_ref: str, action: str
    ) -> list[OpenLoop]:
        ours = reader.organisation
        rows: list[dict[str, Any]] = []
        with self._view(seat_of(ours)).engine.begin() as connection:
            group = self._group(connection, reader, child_ref)
            for table, states, due in (
                (REFERRALS, OPEN_REFERRALS, "complete_by"),
                (DEADLINES, _RUNNING, "due_at"),
                (OBLIGATIONS, _OWED, "due_at"),
            ):
                query = select(table).where(
                    table.c.organisation == ours,
                    table.c.child_ref.in_(group),
                    table.c.state.in_(states),
                )
                matter = table.c.matter if "matter" in table.c else Category.VISITS
                query = query.where(*of_matters(asked, matter))
                found = [
                    {"matter": Category.VISITS.value, **row, "what": table.name, "due": row[due]}
                    for row in connection.execute(query).mappings()
                ]
                rows += self._still(connection, reader, asked, found, "matter")
        looks = {child_ref: {str(row["matter"]) for row in rows}}
        self._keyservice.note(reader, looks, action)
        now = self._clock.now()
        return sorted(
            (
                OpenLoop(
                    what=row["what"],
                    title=self._title(row),
                    owner_name=self._directory.name(
                        row["addressee"] if row["what"] == REFERRALS.name else row["owner"]
                    ),
                    due_at=row["due"],
                    days_late=days_late(row["due"], now) if row["due"] else 0,
                )
                for row in rows
            ),
            key=lambda each: (each.due_at or "9", each.title),
        )

    def _title(self, row: dict[str, Any]) -> str:
        if row["what"] == REFERRALS.name:
            kind = self._policies.rules.referrals.get(row["kind"])
            return kind.title if kind is not None else str(row["kind"])
        return self._policies.rules.clock_title(row["kind"])
