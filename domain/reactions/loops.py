"""Afterwards, from the log: the loops that a record of one agency opens at the others."""

from __future__ import annotations

from collections.abc import Sequence

from domain.dropout_events import DropoutSuspected, PersuasionFailedRepeatedly
from domain.guardianship_case import AdmonitionRecorded
from domain.kernel import Command, Recorded
from domain.mandatory_report import HANDLE_REPORT, MandatoryReportFiled
from domain.organisations import HUB, Seat, district_organisation, town_organisation
from domain.reactions.concerns import LOOK_INTO
from domain.reactions.kernel import Places, refer, when
from domain.referral import ReferralReturned


@when(DropoutSuspected)
def when_dropout_suspected_then_trace_and_persuade(
    event: DropoutSuspected, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Plan 二4: education, police and civil affairs share; police trace, the town persuades,
    civil affairs coordinates. Where the child's town is unknown, the school's town acts."""
    town = event.town or places.town_of(event.school)
    case = cause.originator_id
    addressees = [
        ("trace_dropout", places.police_station(town)),
        ("coordinate_dropout", district_organisation(Seat.CIVIL_AFFAIRS)),
    ]
    if town is not None:
        addressees.insert(1, ("persuade_dropout", town_organisation(town)))
    return [
        refer(cause, kind, addressee, case=case, sender=event.school, town=town)
        for kind, addressee in addressees
    ]


@when(PersuasionFailedRepeatedly)
def when_persuasion_fails_repeatedly_then_procuratorate_supervises(
    event: PersuasionFailedRepeatedly, cause: Recorded, places: Places
) -> Sequence[Command]:
    """家教法 49: the procuratorate may order a guardian to be supervised (督促监护令)."""
    return [
        refer(
            cause,
            "supervise_dropout",
            district_organisation(Seat.PROCURATORATE),
            case=cause.originator_id,
            sender=cause.header.actor.organisation,
            town=None,
        )
    ]


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
    return [
        refer(
            cause,
            HANDLE_REPORT,
            places.police_station(town),
            case=cause.originator_id,
            sender=HUB,
            town=town,
        )
    ]


@when(ReferralReturned)
def when_referral_returned_then_civil_affairs_reroutes(
    event: ReferralReturned, cause: Recorded, places: Places
) -> Sequence[Command]:
    """A returned referral must not fall silent: civil affairs finds who answers for it. What
    civil affairs itself returns goes back to the sender, who is shown it; a concern goes on as
    one (domain/reactions/concerns.py)."""
    civil_affairs = district_organisation(Seat.CIVIL_AFFAIRS)
    if event.kind in ("reroute_returned", LOOK_INTO) or event.addressee == civil_affairs:
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
