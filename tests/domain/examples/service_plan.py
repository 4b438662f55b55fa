"""A service plan: needed, set with its four parts, reviewed, over."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st

from domain.organisations import HUB
from domain.service_plan_events import (
    EndServicePlan,
    OpenServicePlan,
    PlanVerdict,
    ReviewServicePlan,
    SetServicePlan,
)
from tests.domain.invented import CIVIL_AFFAIRS, OTHER_CHILD, TOWN_CODE
from tests.domain.pools import DAY, Told, children, days, maybe_town, organisations, texts

COMMANDS = {
    OpenServicePlan: st.builds(
        OpenServicePlan, child_ref=children, owner=organisations, town=maybe_town
    ),
    SetServicePlan: st.builds(
        SetServicePlan,
        child_ref=children,
        set_on=days,
        care=st.text(max_size=8),
        education=texts,
        medical=texts,
        psychology=texts,
    ),
    ReviewServicePlan: st.builds(
        ReviewServicePlan,
        child_ref=children,
        reviewed_on=days,
        verdict=st.sampled_from(PlanVerdict),
        account=texts,
    ),
    EndServicePlan: st.builds(EndServicePlan, child_ref=children),
}

TOLD: list[Told] = [
    (OpenServicePlan(child_ref=OTHER_CHILD, owner=CIVIL_AFFAIRS, town=TOWN_CODE), HUB, DAY),
    (
        SetServicePlan(
            child_ref=OTHER_CHILD,
            set_on=DAY,
            care="固定照料人",
            education="就近入学",
            medical="每月复诊",
            psychology="每周辅导",
        ),
        CIVIL_AFFAIRS,
        DAY,
    ),
    (
        ReviewServicePlan(
            child_ref=OTHER_CHILD,
            reviewed_on=DAY + timedelta(days=60),
            verdict=PlanVerdict.KEEP,
            account="适应良好",
        ),
        CIVIL_AFFAIRS,
        DAY + timedelta(days=60),
    ),
    (EndServicePlan(child_ref=OTHER_CHILD), HUB, DAY + timedelta(days=61)),
]
