"""Questions about what awaits another person's decision (待审批)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from domain.guardianship_approval import CLOCKS
from domain.guardianship_events import AssessmentRecorded, ClosingProposed
from domain.kernel import Category
from domain.organisations import seat_of
from domain.reactions.approvals import proposal_id
from hub.answers import Approval, Entry, Page
from hub.keyservice import Reader
from hub.queries.door import MAX_PAGE, PAGE, Door, beyond, of_matters
from projections.tables import DEADLINES, FACTS

_PUT_UP = (AssessmentRecorded.TOPIC, ClosingProposed.TOPIC)
_UNDECIDED = ("RUNNING", "PAUSED", "MISSED")


class Approvals(Door):
    """What people of the reader's own organisation put forward, until it is decided."""

    def approvals(
        self, reader: Reader, *, after: str | None = None, limit: int = PAGE
    ) -> Page[Approval]:
        """What awaits a decision within the organisation, what is due first before the rest. Who
        decides is said by the rules when it is decided (policies/approvals.toml)."""
        asked = self._admit(reader, "approvals")
        limit = min(limit, MAX_PAGE)
        ours = reader.organisation
        query = (
            select(DEADLINES)
            .where(
                DEADLINES.c.organisation == ours,
                DEADLINES.c.owner == ours,
                DEADLINES.c.kind.in_(CLOCKS.values()),
                DEADLINES.c.state.in_(_UNDECIDED),
                *of_matters(asked, DEADLINES.c.matter),
            )
            .order_by(DEADLINES.c.due_at, DEADLINES.c.id)
            .limit(limit + 1)
        )
        if after is not None:
            query = query.where(beyond(DEADLINES.c.due_at, DEADLINES.c.id, after))
        with self._view(seat_of(ours)).engine.begin() as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
            more, rows = len(rows) > limit, rows[:limit]
            cursor = f"{rows[-1]['due_at']}|{rows[-1]['id']}" if more else None
            rows = self._still(connection, reader, asked, rows, Category.GUARDIANSHIP)
            put_up = (
                select(FACTS.c.position, FACTS.c.stream, FACTS.c.clear)
                .where(
                    FACTS.c.organisation == ours,
                    FACTS.c.producer == ours,
                    FACTS.c.topic.in_(_PUT_UP),
                    FACTS.c.child_ref.in_({row["child_ref"] for row in rows}),
                )
                .order_by(FACTS.c.position)
            )
            named = {
                str(_subject(row)): row.position
                for row in connection.execute(put_up)
                if row.clear.get("proposal")
            }
        positions = {named[row["subject_id"]] for row in rows if row["subject_id"] in named}
        query = select(FACTS).where(
            FACTS.c.organisation == ours, FACTS.c.position.in_(sorted(positions))
        )
        entries = {
            each.position: each
            for each in self._entries(reader, query, limit, "approvals", None).items
        }
        now = self._clock.now()
        items = tuple(
            _shown(row, entries[at], now)
            for row in rows
            if (at := named.get(row["subject_id"])) in entries and at is not None
        )
        return Page(items, cursor)


def _subject(row: Any) -> UUID:
    clear: Mapping[str, Any] = row.clear
    return proposal_id(UUID(row.stream), clear["put_up_by"], clear["proposal"])


def _shown(row: Mapping[str, Any], entry: Entry, now: datetime) -> Approval:
    return Approval(
        case_id=entry.stream,
        proposal=entry.clear["proposal"],
        child_ref=row["child_ref"],
        due_at=row["due_at"],
        overdue=datetime.fromisoformat(row["due_at"]) <= now,
        entry=entry,
    )
