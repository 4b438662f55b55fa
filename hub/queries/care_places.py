"""Where children can be cared for (临时监护场所), and how many beds are free: by one's own view."""

from __future__ import annotations

from collections import Counter

from domain.care_place import CARE_PLACE, BedsStated, usual_facility
from domain.guardianship_events import ChildPlaced, ChildReturnedHome, PlacementEnded
from domain.kernel import Category
from domain.organisations import Seat, seat_of
from hub.keyservice import Reader
from hub.queries.asked import Asked
from hub.queries.programme_answers import CarePlaceRow
from hub.queries.programme_facts import ProgrammeFacts

_PLACED = (ChildPlaced.TOPIC, ChildReturnedHome.TOPIC, PlacementEnded.TOPIC)


class CarePlaces(ProgrammeFacts):
    """Places and free beds, never who is in them."""

    def care_places(self, reader: Reader) -> tuple[CarePlaceRow, ...]:
        """To civil affairs, who place, every place; to whoever runs one, its own; to nobody else.
        How many beds are taken follows from the placements that the reader is told of."""
        asked = self._admit(reader, "care_places")
        mine = reader.organisation
        places = seat_of(mine) is Seat.CIVIL_AFFAIRS
        stated = {
            fact["stream"]: fact["clear"]
            for fact in self._programmes(reader, asked, f"{CARE_PLACE.name}.")
            if fact["topic"] == BedsStated.TOPIC and (places or fact["clear"]["run_by"] == mine)
        }
        if not stated or Category.GUARDIANSHIP not in asked.matters:
            self._keyservice.note(reader, {"": ()}, "care_places.nothing")
            return ()
        taken = self._taken(reader, asked)
        self._keyservice.note(reader, {"": ()}, "care_places")
        rows = [
            CarePlaceRow(
                run_by=clear["run_by"],
                run_by_name=self._directory.name(clear["run_by"]),
                facility=clear["facility"],
                since=clear["since"],
                beds=clear["beds"],
                taken=taken[clear["run_by"], clear["facility"]],
                free=clear["beds"] - taken[clear["run_by"], clear["facility"]],
                services=tuple(clear["services"]),
            )
            for clear in stated.values()
        ]
        return tuple(sorted(rows, key=lambda row: (row.facility, -row.free, row.run_by)))

    def _taken(self, reader: Reader, asked: Asked) -> Counter[tuple[str, str]]:
        """How many children are in each place now."""
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            rows = self._facts_held(connection, reader, asked, *_PLACED)
        now: dict[str, tuple[str, str] | None] = {}
        for row in rows:
            clear = row["clear"]
            if row["topic"] != ChildPlaced.TOPIC:
                now[row["stream"]] = None
            elif clear.get("current", True):
                now[row["stream"]] = _where(clear)
        return Counter(place for place in now.values() if place is not None)


def _where(clear: dict[str, str | None]) -> tuple[str, str] | None:
    """Who cares, in which kind of place; of a placement that names none the one that is usual."""
    institution = clear.get("institution")
    if institution is None:
        return None
    return institution, clear.get("facility") or usual_facility(institution)
