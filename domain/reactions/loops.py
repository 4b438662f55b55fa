"""Afterwards, from the log: the loops that a record of one agency opens at the others."""

from __future__ import annotations

from collections.abc import Sequence

from domain.guardianship_events import (
    AdmonitionRecorded,
)
from domain.kernel import Command, Recorded
from domain.mandatory_report import HANDLE_REPORT, MandatoryReportFiled, report_task
from domain.organisations import HUB, Seat, district_organisation, town_organisation
from domain.reactions.concerns import LOOK_INTO
from domain.reactions.kernel import Places, refer, when
from domain.reactions.problems import SOLVE
from domain.referral import ReferralReturned


@when(AdmonitionRecorded)
def when_guardian_admonished_then_town_and_civil_affairs_follow_up(
    event: AdmonitionRecorded, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Plan 二2: an admonition (训诫) is followed up at home. Where the child's town is unknown,
    the admonishing station's town acts. A corrected record asks for nothing again."""
    if cause.header.supersedes is not None:
        return []
    sender = cause.header.actor.organisation
    town = event.town or places.town_of(sender)
    addressees = [("coordinate_admonition", district_organisation(Seat.CIVIL_AFFAIRS))]
    if town is not None:
        addressees.insert(0, ("follow_up_admonition", town_organisation(town)))
    return [
        refer(cause, kind, addressee, case=cause.originator_id, sender=sender, town=town)
        for kind, addressee in addressees
    ]


@when(MandatoryReportFiled)
def when_report_filed_then_the_police_of_the_beat_take_it(
    event: MandatoryReportFiled, cause: Recorded, places: Places
) -> Sequence[Command]:
    """强报意见 Art 8: the police receive it at once. What names no town goes to the beat of the
    reporting unit, and what has none to the sub-bureau's command desk. The referral is ordered by
    the report, so that nothing about any child ever holds it back; the hub itself refers, so that
    the list of what a unit sent tells no colleague that somebody reported."""
    town = event.town or places.town_of(event.reporter_unit)
    report = cause.originator_id
    return [
        refer(
            cause,
            HANDLE_REPORT,
            places.police_station(town),
            case=report,
            sender=HUB,
            town=town,
            referral_id=report_task(report, event.filing) if event.filing else None,
            immediate_danger=event.immediate_danger,
        )
    ]


@when(ReferralReturned)
def when_referral_returned_then_civil_affairs_reroutes(
    event: ReferralReturned, cause: Recorded, places: Places
) -> Sequence[Command]:
    """A returned referral must not fall silent: civil affairs finds who answers for it. What
    civil affairs itself returns goes back to the sender, who is shown it; a concern goes on as
    one (domain/reactions/concerns.py), a problem as one (domain/reactions/problems.py)."""
    civil_affairs = district_organisation(Seat.CIVIL_AFFAIRS)
    if event.kind in ("reroute_returned", LOOK_INTO, SOLVE) or event.addressee == civil_affairs:
        return []
    return [
        refer(
            cause,
            "reroute_returned",
            civil_affairs,
            case=event.case_id,
            sender=event.sender,
            town=None,
        )
    ]
