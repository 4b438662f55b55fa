"""What a view holds of what offices do that concerns no child: shared by the doors that show it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from domain.kernel import Category
from domain.organisations import seat_of
from hub.keyservice import Reader
from hub.queries.asked import Asked
from hub.queries.door import Door, of_topics
from projections.tables import FACTS

Fact = Mapping[str, Any]


class ProgrammeFacts(Door):
    """Facts of programmes by one's own view."""

    def _said(self, reader: Reader, action: str, *topics: str) -> list[Fact]:
        """The facts of these topics, in one look of its own."""
        found = self._programmes(reader, self._admit(reader, action), *topics)
        self._keyservice.note(reader, {"": ()}, action if found else f"{action}.nothing")
        return found

    def _programmes(self, reader: Reader, asked: Asked, *topics: str) -> list[Fact]:
        """The facts of these topics (a whole stream's end in a dot) that the reader's view holds,
        in the log's order; none where the purpose shows no programmes."""
        if Category.PROGRAMMES not in asked.matters:
            return []
        query = (
            select(FACTS.c.topic, FACTS.c.stream, FACTS.c.clear, FACTS.c.producer)
            .where(
                FACTS.c.organisation == reader.organisation,
                FACTS.c.category == Category.PROGRAMMES.value,
                of_topics(*topics),
            )
            .order_by(FACTS.c.position)
        )
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]


def latest(facts: Iterable[Fact], topic: str) -> list[Fact]:
    """The newest statement of each record: a register's stream holds many."""
    return list(
        {
            each["clear"].get("record_id") or each["stream"]: each
            for each in facts
            if each["topic"] == topic
        }.values()
    )
