"""Made-up histories: any events at all, in any order, about few children and organisations."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from random import Random
from typing import Any
from uuid import UUID

from domain.kernel import Actor, Category, Recorded, derived_id
from domain.organisations import HUB, Seat
from tests.domain.histories import one_of_each_recorded
from tests.domain.invented import (
    CHILD,
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_CHILD,
    OTHER_SCHOOL,
    OTHER_STATION,
    OTHER_TOWN,
    OTHER_TOWN_CODE,
    OTHER_VILLAGE_CODE,
    POLICE,
    PROCURATORATE,
    SCHOOL,
    STATION,
    TOWN,
    TOWN_CODE,
    VILLAGE,
    VILLAGE_CODE,
)
from tests.projections.logs import MemoryLog, contents, view_of

STANDING = (
    Seat.CIVIL_AFFAIRS,
    Seat.EDUCATION,
    Seat.POLICE,
    Seat.PROCURATORATE,
    Seat.TOWN,
    Seat.VILLAGE,
    Seat.SCHOOL,
    Seat.POLICE_STATION,
)
COURT, HOSPITAL = "court:310117", "hospital:1"
ORGANISATIONS = (
    *(CIVIL_AFFAIRS, EDUCATION, POLICE, PROCURATORATE, COURT, HOSPITAL, HUB),
    *(SCHOOL, OTHER_SCHOOL, TOWN, OTHER_TOWN, VILLAGE, STATION, OTHER_STATION),
)
PARTIES = tuple(each for each in ORGANISATIONS if each != HUB)


def _drawn(random: Random) -> dict[str, Any]:
    """What may stand in an event's clear facts, drawn from pools so small that facts meet."""
    return {
        "child_ref": random.choice([CHILD, OTHER_CHILD]),
        "school": random.choice([SCHOOL, OTHER_SCHOOL]),
        "town": random.choice([TOWN_CODE, OTHER_TOWN_CODE]),
        "village": random.choice([VILLAGE_CODE, OTHER_VILLAGE_CODE]),
        "police_station": random.choice([STATION, OTHER_STATION, None]),
        "organisation": random.choice(PARTIES),
        "sender": random.choice(PARTIES),
        "addressee": random.choice(PARTIES),
        "owner": random.choice(PARTIES),
        "matter": random.choice(list(Category)),
        "categories": tuple(random.sample(list(Category), 3)),
        "item": random.randrange(3),
    }


def made_up(seed: int, length: int) -> list[Recorded]:
    """Any events at all, in any order: harder on a view than what the rules let happen."""
    random = Random(seed)
    told = [each for each in one_of_each_recorded() if each.event.subject is not None]
    versions: dict[UUID, int] = {}
    found: list[Recorded] = []
    for _ in range(length):
        pattern = random.choice(told)
        fields = type(pattern.event).model_fields
        values = {name: value for name, value in _drawn(random).items() if name in fields}
        if isinstance(pattern.event.__dict__.get("categories"), str | None):
            values.pop("categories", None)
        child: UUID = values["child_ref"]
        stream = derived_id(pattern.event.TOPIC.split(".")[0], child, random.randrange(2))
        if "item" in values:
            # An item is of one stream, as it is in fact: two streams never fold into one row.
            values["item"] = derived_id("item", stream, values["item"])
        versions[stream] = versions.get(stream, 0) + 1
        by = Actor(random.choice(ORGANISATIONS), "handler", "u-test")
        found.append(
            replace(
                pattern,
                originator_id=stream,
                originator_version=versions[stream],
                ordering_key=child,
                header=replace(pattern.header, actor=by),
                event=pattern.event.model_copy(update=values),
            )
        )
    return found


@cache
def made_up_log(seed: int, length: int) -> MemoryLog:
    return MemoryLog(made_up(seed, length))


def everything(log: MemoryLog, seat: Seat, page: int) -> dict[str, list[str]]:
    view = view_of(seat, log.paged(page))
    try:
        return contents(view)
    finally:
        view.close()
