"""Questions about looks out of the ordinary: break-glass (紧急调阅) and requests for records
(调阅申请), one's own, and those that the organisation was told of, reviews or answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from domain.break_glass import (
    BREAK_GLASS,
    REVIEW,
    BreakGlassNotified,
    BreakGlassReviewed,
)
from domain.deadline import deadline_id
from domain.kernel import Stream
from domain.organisations import seat_of
from domain.records_request import ANSWER, RECORDS_REQUEST, RecordsRequested
from hub.answers import Entry, Page
from hub.keyservice import Reader
from hub.queries.door import MAX_PAGE, PAGE, Door, as_pseudonym, as_uuid
from projections.tables import DEADLINES, FACTS

_OWED = ("RUNNING", "MISSED")
"""States of a clock of something that is still owed."""


@dataclass(frozen=True, slots=True)
class Uses:
    """How often an organisation broke the glass, as far as the reader was told."""

    organisation: str
    name: str
    times: int
    open_reviews: int
    not_justified: int


class Accesses(Door):
    """Looks out of the ordinary."""

    def break_glass(
        self, reader: Reader, *, before: int | None = None, limit: int = PAGE
    ) -> Page[Entry]:
        """紧急调阅 that the organisation opened, was told of or reviewed, newest first."""
        return self._told(reader, BREAK_GLASS, None, before, limit, "break_glass")

    def break_glass_access(self, reader: Reader, access_id: str) -> Page[Entry]:
        """One access; empty for one that is not the organisation's to see."""
        return self._told(reader, BREAK_GLASS, access_id, None, MAX_PAGE, "break_glass_access")

    def records_requests(
        self,
        reader: Reader,
        *,
        to_answer: bool = False,
        before: int | None = None,
        limit: int = PAGE,
    ) -> Page[Entry]:
        """调阅申请 that the organisation made or was made, with their answers, newest first; with
        ``to_answer`` those that wait for its answer, alone."""
        only: list[ColumnElement[bool]] = []
        if to_answer:
            owed = select(DEADLINES.c.subject_id).where(
                DEADLINES.c.organisation == reader.organisation,
                DEADLINES.c.owner == reader.organisation,
                DEADLINES.c.kind == ANSWER,
                DEADLINES.c.state.in_(_OWED),
            )
            only = [FACTS.c.topic == RecordsRequested.TOPIC, FACTS.c.stream.in_(owed)]
        return self._told(reader, RECORDS_REQUEST, None, before, limit, "records_requests", only)

    def records_request(self, reader: Reader, request_id: str) -> Page[Entry]:
        """One request; empty for one that is not the organisation's to see."""
        return self._told(reader, RECORDS_REQUEST, request_id, None, MAX_PAGE, "records_request")

    def _told(
        self,
        reader: Reader,
        stream: Stream[Any],
        one: str | None,
        before: int | None,
        limit: int,
        action: str,
        only: Sequence[ColumnElement[bool]] = (),
    ) -> Page[Entry]:
        """What happened in a kind of stream, or in one of them, newest first."""
        limit = min(limit, MAX_PAGE)
        query = (
            select(FACTS)
            .where(
                FACTS.c.organisation == reader.organisation,
                FACTS.c.topic.startswith(f"{stream.name}.", autoescape=True),
                *only,
            )
            .order_by(FACTS.c.position.desc())
            .limit(limit + 1)
        )
        if one is not None:
            query = query.where(FACTS.c.stream == as_pseudonym(one))
        if before is not None:
            query = query.where(FACTS.c.position < before)
        return self._entries(reader, query, limit, action, None)

    def break_glass_uses(self, reader: Reader, *, since: datetime) -> tuple[Uses, ...]:
        """How often each organisation looked by break-glass since an instant, how many reviews are
        owed and how many looks were not justified: of those that the reader's organisation
        reviews. Most often first."""
        self._admit(reader, "break_glass_uses")
        topics = (BreakGlassNotified.TOPIC, BreakGlassReviewed.TOPIC)
        query = select(FACTS.c.topic, FACTS.c.stream, FACTS.c.clear).where(
            FACTS.c.organisation == reader.organisation,
            FACTS.c.topic.in_(topics),
            FACTS.c.recorded_at >= since.isoformat(),
        )
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            rows = list(connection.execute(query))
            owed = set(
                connection.execute(
                    select(DEADLINES.c.id).where(
                        DEADLINES.c.organisation == reader.organisation,
                        DEADLINES.c.kind == REVIEW,
                        DEADLINES.c.state.in_(_OWED),
                    )
                ).scalars()
            )
        self._keyservice.note(reader, {"": ()}, "break_glass_uses")
        found: dict[str, list[int]] = {}
        for topic, stream, clear in rows:
            counts = found.setdefault(clear["organisation"], [0, 0, 0])
            if topic == BreakGlassReviewed.TOPIC:
                counts[2] += not clear["justified"]
            elif _reviews(reader, clear):
                counts[0] += 1
                review = as_uuid(stream)
                counts[1] += review is not None and str(deadline_id(review, REVIEW)) in owed
        return tuple(
            Uses(organisation, self._directory.name(organisation), *counts)
            for organisation, counts in sorted(
                found.items(), key=lambda item: (-item[1][0], item[0])
            )
            if counts[0]
        )


def _reviews(reader: Reader, clear: Mapping[str, Any]) -> bool:
    """Whether a notice made the reader's organisation the reviewer. One's own notices to others
    stand in one's view as well."""
    return clear["told_to"] == reader.organisation and clear["review_by"] is not None
