"""What a written warning (告诫书) asks of station and village: 反家暴法 17."""

from __future__ import annotations

from collections.abc import Sequence

from domain.guardianship_codes import GuidanceOrderKind
from domain.guardianship_events import GuidanceOrdered
from domain.kernel import Command, Recorded, derived_id
from domain.organisations import (
    HUB,
    TOWN_DIGITS,
    Seat,
    district_organisation,
    nearest_of,
)
from domain.reactions.kernel import Places, refer, when
from domain.referral import CompleteReferral
from domain.warning_visits import (
    VISIT_BY_POLICE,
    VISIT_BY_VILLAGE,
    OweWarningVisits,
    WarningVisited,
    WarningVisitsOwed,
    visiting_task,
)

CIVIL_AFFAIRS = district_organisation(Seat.CIVIL_AFFAIRS)
CONSIDER = "consider_admonition"
VISITED = "VISITED"


@when(GuidanceOrdered)
def when_written_warning_is_served_then_both_sides_are_to_be_visited(
    event: GuidanceOrdered, cause: Recorded, places: Places
) -> Sequence[Command]:
    """反家暴法 17. A corrected record asks for nothing again."""
    if event.order is not GuidanceOrderKind.WRITTEN_WARNING:
        return []
    if cause.header.supersedes is not None:
        return []
    town = event.town or places.town_of(cause.header.actor.organisation)
    return [OweWarningVisits(child_ref=event.child_ref, town=town, since=event.served_on)]


@when(WarningVisitsOwed)
def when_visits_after_a_warning_are_owed_then_station_and_village_visit(
    event: WarningVisitsOwed, cause: Recorded, places: Places
) -> Sequence[Command]:
    """居民委员会、村民委员会、公安派出所应当 … 进行查访. Where no village is known its town visits,
    and else civil affairs see to it."""
    visits = cause.originator_id
    town = event.home_village[:TOWN_DIGITS] if event.home_village else event.town
    asked = []
    if event.of_police:
        asked.append((VISIT_BY_POLICE, places.police_station(town)))
    if event.of_village:
        asked.append((VISIT_BY_VILLAGE, nearest_of(village=event.home_village, town=town)))
    return [
        refer(
            cause,
            kind,
            addressee,
            case=visits,
            sender=HUB,
            town=town,
            referral_id=visiting_task(visits, kind, event.asked),
        )
        for kind, addressee in asked
    ]


@when(WarningVisited)
def when_both_sides_are_visited_then_the_task_is_done(
    event: WarningVisited, cause: Recorded, places: Places
) -> Sequence[Command]:
    """The record answers it, and no click; what was answered before stays as it is."""
    kind = VISIT_BY_POLICE if event.by_police else VISIT_BY_VILLAGE
    return [
        CompleteReferral(
            referral_id=visiting_task(cause.originator_id, kind, each),
            outcome=VISITED,
            happened_on=event.visited_on,
        )
        for each in range(1, event.asked + 1)
    ]


@when(WarningVisited)
def when_violence_is_repeated_then_an_admonition_is_considered(
    event: WarningVisited, cause: Recorded, places: Places
) -> Sequence[Command]:
    """未保法 118(2); 反家暴法 33: whoever was warned and goes on is answered by more than words. Of
    one visit it is asked once, however often its record is put right."""
    if not event.repeated:
        return []
    visits, day = cause.originator_id, event.visited_on.isoformat()
    return [
        refer(
            cause,
            CONSIDER,
            places.police_station(event.town),
            case=visits,
            sender=HUB if event.by_police else event.stated_by,
            town=event.town,
            referral_id=derived_id("referral", CONSIDER, visits, event.stated_by, day),
        )
    ]
