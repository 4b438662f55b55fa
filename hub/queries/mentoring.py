"""How many pupils in key care have a mentor and a companion (成长导师、互助伙伴配备情况)."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select

from domain.kernel import Category
from domain.mentoring import MENTORING, KeyCareEnded, KeyCareNoted, Paired, PairEnded
from domain.organisations import Seat, seat_of
from hub.answers import PairingCoverage
from hub.keyservice import Reader
from hub.queries.door import Door
from projections.tables import CHILDREN


class Pairings(Door):
    """Counts by school, from what the reader's organisation is told of each pupil."""

    def pairing_coverage(self, reader: Reader) -> tuple[PairingCoverage, ...]:
        """By school, of the pupils in its key care: to the education bureau of every school, to a
        school of itself, to nobody else."""
        asked = self._admit(reader, "pairing_coverage")
        seat = seat_of(reader.organisation)
        shows = seat in (Seat.EDUCATION, Seat.SCHOOL) and Category.SCHOOLING in asked.matters
        if not shows:
            self._keyservice.note(reader, {"": ()}, "pairing_coverage.nothing")
            return ()
        with self._view(seat).engine.begin() as connection:
            rows = self._facts_held(connection, reader, asked, f"{MENTORING.name}.")
            at_school = select(CHILDREN.c.id, CHILDREN.c.school).where(
                CHILDREN.c.organisation == reader.organisation, CHILDREN.c.school.is_not(None)
            )
            schools: dict[str, str] = {row.id: row.school for row in connection.execute(at_school)}
        self._keyservice.note(reader, {"": ()}, "pairing_coverage")
        # A flag says of whom it is so, and no more: not at which school.
        cared_for: dict[str, str] = {}
        pairs: dict[str, set[str]] = {}
        for row in rows:
            child, clear = row["child_ref"], row["clear"]
            if row["topic"] == KeyCareNoted.TOPIC and child in schools:
                cared_for[child] = schools[child]
            elif row["topic"] == KeyCareEnded.TOPIC:
                cared_for.pop(child, None)
            elif row["topic"] == Paired.TOPIC:
                pairs.setdefault(child, set()).add(clear["role"])
            elif row["topic"] == PairEnded.TOPIC:
                pairs.get(child, set()).discard(clear["role"])
        pupils = Counter(cared_for.values())
        return tuple(
            PairingCoverage(
                school=school,
                school_name=self._directory.name(school),
                pupils=pupils[school],
                paired=dict(
                    Counter(
                        role
                        for child, at in cared_for.items()
                        if at == school
                        for role in pairs.get(child, ())
                    )
                ),
            )
            for school in sorted(pupils)
            if seat is Seat.EDUCATION or school == reader.organisation
        )
