"""Support of a family: declined, agreed to, a measure of each kind, reviewed, over."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from hypothesis import strategies as st

from domain.child_file import ConfirmResidence
from domain.family_support_events import (
    EndSupportPlan,
    FollowFamily,
    Measure,
    ReviewSupportPlan,
    SetSupportMeasure,
    SetSupportPlan,
    SupportBasis,
    SupportResult,
    SupportVerdict,
)
from domain.kernel import Actor
from domain.organisations import HUB, Post
from tests.domain.invented import (
    CIVIL_AFFAIRS,
    OTHER_STATION,
    OTHER_TOWN,
    OTHER_TOWN_CODE,
    OTHER_VILLAGE_CODE,
    STATION,
    TOWN,
    TOWN_CODE,
    VILLAGE_CODE,
)
from tests.domain.pools import DAY, Told, children, days, organisations, texts

FAMILY, MOVED = UUID(int=4780), UUID(int=4784)
ANOTHER = Actor(CIVIL_AFFAIRS, Post.HEAD.value, "u-another")

COMMANDS = {
    SetSupportPlan: st.builds(
        SetSupportPlan,
        child_ref=children,
        set_on=days,
        agreed=st.booleans(),
        basis=st.sampled_from(SupportBasis),
        account=texts,
    ),
    SetSupportMeasure: st.builds(
        SetSupportMeasure,
        child_ref=children,
        set_on=days,
        measure=st.sampled_from(Measure),
        provider=organisations,
        due_on=days,
        content=st.just("每月一次"),
    ),
    ReviewSupportPlan: st.builds(
        ReviewSupportPlan,
        child_ref=children,
        reviewed_on=days,
        verdict=st.sampled_from(SupportVerdict),
        account=texts,
    ),
    FollowFamily: st.builds(FollowFamily, child_ref=children),
    EndSupportPlan: st.builds(
        EndSupportPlan,
        child_ref=children,
        ended_on=days,
        result=st.sampled_from(SupportResult),
        account=texts,
    ),
}


def _plan(*, agreed: bool, child: UUID = FAMILY) -> SetSupportPlan:
    return SetSupportPlan(
        child_ref=child,
        set_on=DAY,
        agreed=agreed,
        basis=SupportBasis.REPEATED_PROBLEMS,
        account="隔代照料",
    )


def _measure(measure: Measure, provider: str) -> SetSupportMeasure:
    return SetSupportMeasure(
        child_ref=FAMILY,
        set_on=DAY,
        measure=measure,
        provider=provider,
        due_on=DAY + timedelta(days=60),
        content="每月一次",
    )


def _lives(town: str, village: str, station: str) -> ConfirmResidence:
    return ConfirmResidence(
        child_ref=MOVED,
        town=town,
        village=village,
        police_station=station,
        address=None,
        since=DAY,
    )


_LATER = DAY + timedelta(days=61)

TOLD: list[Told] = [
    (_plan(agreed=False), CIVIL_AFFAIRS, DAY),
    (_plan(agreed=True), CIVIL_AFFAIRS, DAY),
    (_measure(Measure.GUIDANCE, "womens_federation:310117"), CIVIL_AFFAIRS, DAY),
    (_measure(Measure.BEHAVIOUR, "education:310117"), CIVIL_AFFAIRS, DAY),
    (
        ReviewSupportPlan(
            child_ref=FAMILY, reviewed_on=_LATER, verdict=SupportVerdict.KEEP, account="有改善"
        ),
        ANOTHER,
        _LATER,
    ),
    (
        EndSupportPlan(
            child_ref=FAMILY, ended_on=_LATER, result=SupportResult.IMPROVED, account="改善"
        ),
        ANOTHER,
        _LATER,
    ),
    (_lives(TOWN_CODE, VILLAGE_CODE, STATION), TOWN, DAY),
    (_plan(agreed=True, child=MOVED), TOWN, DAY),
    (_lives(OTHER_TOWN_CODE, OTHER_VILLAGE_CODE, OTHER_STATION), OTHER_TOWN, _LATER),
    (FollowFamily(child_ref=MOVED), HUB, _LATER),
]
