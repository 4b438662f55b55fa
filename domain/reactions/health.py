"""Together with a health finding: the visiting tier, and the notice of care. Afterwards: who
assesses a suspected disability."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from domain.child_file import SetTierTrigger
from domain.health import (
    DisabilityCertified,
    DisabilityRuledOut,
    DisabilitySuspected,
    HealthFollowUpEnded,
    HealthFollowUpStarted,
    ReviewCareNotice,
    RuleOutDisability,
)
from domain.kernel import Command, Recorded, derived_id
from domain.organisations import Seat, district_organisation
from domain.reactions.kernel import Places, refer, when
from domain.referral import ReferralCompleted

ASSESS = "assess_disability"
NOT_DISABLED = "NOT_DISABLED"

Disability = DisabilitySuspected | DisabilityCertified | DisabilityRuledOut
FollowUp = HealthFollowUpStarted | HealthFollowUpEnded


def trigger(stream: UUID, what: str, entry: UUID) -> UUID:
    """What stands in the child's file for a finding: nobody reads from it what was found."""
    return derived_id("tier", stream, what, entry)


@when(DisabilitySuspected, DisabilityCertified, DisabilityRuledOut, at_once=True)
def when_disability_stated_then_tier_is_computed(
    event: Disability, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Plan 二3 P20: 残疾儿童 are visited more often; suspected ones are not yet."""
    return [
        SetTierTrigger(
            child_ref=event.child_ref,
            trigger=trigger(cause.originator_id, "disability", event.entry),
            active=isinstance(event, DisabilityCertified) and event.raises_tier,
        )
    ]


@when(HealthFollowUpStarted, HealthFollowUpEnded, at_once=True)
def when_follow_up_starts_or_ends_then_tier_is_computed(
    event: FollowUp, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Plan 二3 P20: 心理或行为异常 raises the tier for as long as it is followed up."""
    return [
        SetTierTrigger(
            child_ref=event.child_ref,
            trigger=trigger(cause.originator_id, "follow_up", event.entry),
            active=isinstance(event, HealthFollowUpStarted),
        )
    ]


@when(
    DisabilitySuspected,
    DisabilityCertified,
    DisabilityRuledOut,
    HealthFollowUpStarted,
    HealthFollowUpEnded,
    at_once=True,
)
def when_health_finding_stated_then_care_notice_is_reviewed(
    event: Disability | FollowUp, cause: Recorded, places: Places
) -> Sequence[Command]:
    """School and village are asked for care while any finding stands, and told when none does."""
    return [ReviewCareNotice(child_ref=event.child_ref)]


@when(ReferralCompleted, at_once=True)
def when_federation_finds_no_disability_then_the_suspicion_ends(
    event: ReferralCompleted, cause: Recorded, places: Places
) -> Sequence[Command]:
    """未达残疾标准: nothing calls for care on its account any more (不得标签化)."""
    if event.kind != ASSESS or event.outcome != NOT_DISABLED:
        return []
    return [RuleOutDisability(child_ref=event.child_ref, entry=event.case_id, account=None)]


@when(DisabilitySuspected)
def when_disability_suspected_then_the_federation_assesses(
    event: DisabilitySuspected, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Plan 二3 P25: assessment (残疾评定) and rehabilitation are the federation's, which refers
    nothing to itself. A corrected record asks for nothing again. The entry is the case, so that
    the answer leads back to the suspicion."""
    federation = district_organisation(Seat.DISABLED_FEDERATION)
    sender = cause.header.actor.organisation
    if cause.header.supersedes is not None or sender == federation:
        return []
    return [
        refer(
            cause,
            ASSESS,
            federation,
            case=event.entry,
            sender=sender,
            town=event.town,
        )
    ]
