"""What ordered family-education guidance (家庭教育指导) asks of the women's federation, and what is
put to whoever ordered it."""

from __future__ import annotations

from collections.abc import Sequence

from domain.guardianship_codes import GuidanceGround
from domain.guardianship_events import AdmonitionRecorded, GuidanceOrdered
from domain.guidance import (
    GIVE,
    BeginGuidance,
    GuidanceBegun,
    GuidanceReported,
    GuidanceResult,
    SessionHeld,
    giving_task,
)
from domain.kernel import Command, Recorded, derived_id
from domain.organisations import Seat, district_organisation
from domain.reactions.kernel import Places, refer, when
from domain.referral import CompleteReferral

WOMENS_FEDERATION = district_organisation(Seat.WOMENS_FEDERATION)
NOTE_REFUSED = "note_guidance_refused"


@when(GuidanceOrdered, AdmonitionRecorded)
def when_guidance_is_ordered_then_it_is_to_be_given(
    event: GuidanceOrdered | AdmonitionRecorded, cause: Recorded, places: Places
) -> Sequence[Command]:
    """沪未保 85(2): 三类责令文书; 家教法 49: 训诫时责令. A corrected record asks for nothing again;
    only that it was ordered may be added to an admonition afterwards."""
    corrected = cause.header.supersedes is not None
    if isinstance(event, AdmonitionRecorded):
        asks, order = event.guidance_ordered, GuidanceGround.ADMONITION
    else:
        asks, order = not corrected, GuidanceGround(event.order)
    if not asks:
        return []
    ordered_by = cause.header.actor.organisation
    return [
        BeginGuidance(
            child_ref=event.child_ref,
            order=order,
            ordered_by=ordered_by,
            town=event.town or places.town_of(ordered_by),
            since=event.served_on,
            once=corrected,
        )
    ]


@when(GuidanceBegun)
def when_guidance_is_to_be_given_then_the_federation_gives_it(
    event: GuidanceBegun, cause: Recorded, places: Places
) -> Sequence[Command]:
    """家教法 6, 42; plan 二2 (P11). Whoever ordered it hears what came of it as the answer."""
    guidance = cause.originator_id
    return [
        refer(
            cause,
            GIVE,
            WOMENS_FEDERATION,
            case=guidance,
            sender=event.ordered_by,
            town=event.town,
            referral_id=giving_task(guidance, event.asked),
        )
    ]


@when(GuidanceReported)
def when_guidance_is_reported_then_its_task_is_answered(
    event: GuidanceReported, cause: Recorded, places: Places
) -> Sequence[Command]:
    """The report answers it, and no click; what was answered before stays as it is."""
    if not event.current:
        return []
    return [
        CompleteReferral(
            referral_id=giving_task(cause.originator_id, each),
            outcome=event.result,
            happened_on=event.reported_on,
        )
        for each in range(1, event.asked + 1)
    ]


@when(SessionHeld, GuidanceReported)
def when_guidance_is_not_accepted_then_who_ordered_it_decides(
    event: SessionHeld | GuidanceReported, cause: Recorded, places: Places
) -> Sequence[Command]:
    """家教法 48, 49: whoever stays away, or refuses in the end, is answered by more than words; of
    one order once for each."""
    if isinstance(event, SessionHeld):
        refused, ordered_by, of = event.stays_away, event.ordered_by, "session"
    else:
        in_the_end = event.current and event.result is GuidanceResult.REFUSED
        refused, ordered_by, of = in_the_end, event.told_to, "report"
    if not refused:
        return []
    guidance = cause.originator_id
    return [
        refer(
            cause,
            NOTE_REFUSED,
            ordered_by,
            case=guidance,
            sender=cause.header.actor.organisation,
            town=event.town,
            referral_id=derived_id("referral", NOTE_REFUSED, guidance, event.asked, of),
        )
    ]
