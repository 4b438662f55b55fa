"""What a protection order (人身安全保护令) opens at the court, the police and the village."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from domain.kernel import Command, Recorded
from domain.organisations import (
    TOWN_DIGITS,
    Seat,
    district_organisation,
    nearest_of,
)
from domain.protection_order import (
    DECIDE,
    DECIDE_URGENT,
    SERVE,
    ProtectionApplied,
    ProtectionExtended,
    ProtectionIssued,
    ProtectionRefused,
    decision_task,
)
from domain.reactions.kernel import Places, refer, when
from domain.referral import CompleteReferral

COURT = district_organisation(Seat.COURT)
CIVIL_AFFAIRS = district_organisation(Seat.CIVIL_AFFAIRS)
ISSUED = "ISSUED"
REFUSED = "REFUSED"


@when(ProtectionApplied)
def when_protection_is_applied_for_then_the_court_decides(
    event: ProtectionApplied, cause: Recorded, places: Places
) -> Sequence[Command]:
    """反家暴法 28: within 72 hours, where it is urgent within 24. What is put right asks again for
    nothing: it is the same task."""
    if not event.filing:
        return []
    order, sender = cause.originator_id, cause.header.actor.organisation
    return [
        refer(
            cause,
            DECIDE_URGENT if event.urgent else DECIDE,
            COURT,
            case=order,
            sender=sender,
            town=places.town_of(sender),
            referral_id=decision_task(order, event.filing, urgent=event.urgent),
        )
    ]


@when(ProtectionIssued, ProtectionExtended, ProtectionRefused)
def when_the_court_has_decided_then_what_asked_for_it_is_answered(
    event: ProtectionIssued | ProtectionExtended | ProtectionRefused,
    cause: Recorded,
    places: Places,
) -> Sequence[Command]:
    """Whoever applied hears it as the answer to its referral."""
    refused = isinstance(event, ProtectionRefused)
    return [
        CompleteReferral(referral_id=each, outcome=REFUSED if refused else ISSUED)
        for each in _tasks(cause.originator_id, event.filings)
    ]


def _tasks(order: UUID, filings: int) -> list[UUID]:
    return [
        decision_task(order, each, urgent=urgent)
        for each in range(1, filings + 1)
        for urgent in (True, False)
    ]


@when(ProtectionIssued, ProtectionExtended)
def when_protection_is_ordered_then_police_and_village_are_served(
    event: ProtectionIssued | ProtectionExtended, cause: Recorded, places: Places
) -> Sequence[Command]:
    """反家暴法 32: 送达公安机关和居村委, which help to carry it out. Where no village is known its
    town is served, and else civil affairs. A corrected record serves nobody twice."""
    if cause.header.supersedes is not None:
        return []
    town = event.home_village[:TOWN_DIGITS] if event.home_village else event.town
    helper = nearest_of(village=event.home_village, town=town)
    sender, order = cause.header.actor.organisation, cause.originator_id
    return [
        refer(cause, SERVE, each, case=order, sender=sender, town=town)
        for each in (places.police_station(town), helper)
    ]
