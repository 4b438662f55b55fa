"""Ordered family-education guidance: begun, attended and missed, reported."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st

from domain.guardianship_codes import GuidanceGround
from domain.guidance import BeginGuidance, GuidanceResult, RecordSession, ReportGuidance
from domain.organisations import HUB, Seat, district_organisation
from tests.domain.invented import OTHER_CHILD, TOWN_CODE
from tests.domain.pools import DAY, Told, children, days, maybe_town, organisations, texts

WOMENS_FEDERATION = district_organisation(Seat.WOMENS_FEDERATION)
COURT = district_organisation(Seat.COURT)
BY_COURT = GuidanceGround.GUIDANCE_ORDER

COMMANDS = {
    BeginGuidance: st.builds(
        BeginGuidance,
        child_ref=children,
        order=st.sampled_from(GuidanceGround),
        ordered_by=organisations,
        town=maybe_town,
    ),
    RecordSession: st.builds(
        RecordSession,
        child_ref=children,
        order=st.sampled_from(GuidanceGround),
        held_on=days,
        attended=st.booleans(),
        account=texts,
    ),
    ReportGuidance: st.builds(
        ReportGuidance,
        child_ref=children,
        order=st.sampled_from(GuidanceGround),
        reported_on=days,
        result=st.sampled_from(GuidanceResult),
        account=texts,
    ),
}

TOLD: list[Told] = [
    (
        BeginGuidance(child_ref=OTHER_CHILD, order=BY_COURT, ordered_by=COURT, town=TOWN_CODE),
        HUB,
        DAY,
    ),
    (
        RecordSession(
            child_ref=OTHER_CHILD, order=BY_COURT, held_on=DAY, attended=False, account="未到"
        ),
        WOMENS_FEDERATION,
        DAY,
    ),
    (
        ReportGuidance(
            child_ref=OTHER_CHILD,
            order=BY_COURT,
            reported_on=DAY + timedelta(days=30),
            result=GuidanceResult.COMPLETED,
            account="有改进",
        ),
        WOMENS_FEDERATION,
        DAY + timedelta(days=30),
    ),
]
