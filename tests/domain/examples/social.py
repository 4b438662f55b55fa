"""How commands of ``social_organisation`` are drawn, and what makes its events happen."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from hypothesis import strategies as st

from domain.organisations import HUB
from domain.social_organisation import (
    Accredit,
    AdvanceAccreditation,
    ReviewProject,
    StartProject,
    WithdrawAccreditation,
)
from domain.support_codes import ReviewGrade, SocialKind, SupportForm
from tests.domain.invented import CIVIL_AFFAIRS, SCHOOL, TOWN_CODE
from tests.domain.pools import DAY, Told, days, texts, towns

HELPER = "social_organisation:310117"
OTHER_HELPER = "social_organisation:310118"
_PROJECT, _OTHER = UUID(int=91), UUID(int=92)
helpers = st.sampled_from([HELPER, OTHER_HELPER, SCHOOL])

COMMANDS = {
    Accredit: st.builds(
        Accredit,
        organisation=helpers,
        social_kind=st.sampled_from(SocialKind),
        since=days,
        until=days,
    ),
    WithdrawAccreditation: st.builds(WithdrawAccreditation, organisation=helpers),
    AdvanceAccreditation: st.builds(AdvanceAccreditation, organisation=helpers),
    StartProject: st.builds(
        StartProject,
        organisation=helpers,
        project=st.sampled_from([_PROJECT, _OTHER]),
        support_form=st.sampled_from(SupportForm),
        care_service=st.booleans(),
        towns=st.tuples(towns),
        since=days,
        until=days,
        yuan=st.integers(0, 100_000),
        project_name=texts,
    ),
    ReviewProject: st.builds(
        ReviewProject,
        organisation=helpers,
        project=st.sampled_from([_PROJECT, _OTHER]),
        reviewed_year=st.integers(2025, 2027),
        review_grade=st.sampled_from(ReviewGrade),
        children_served=st.integers(0, 200),
        account=texts,
    ),
}

TOLD: list[Told] = [
    (
        Accredit(
            organisation=HELPER,
            social_kind=SocialKind.AGENCY,
            since=DAY,
            until=DAY + timedelta(days=300),
        ),
        CIVIL_AFFAIRS,
        DAY,
    ),
    (
        StartProject(
            organisation=HELPER,
            project=_PROJECT,
            support_form=SupportForm.COMMISSION,
            care_service=True,
            towns=(TOWN_CODE,),
            since=DAY,
            until=DAY + timedelta(days=200),
            yuan=50_000,
            project_name="示例项目",
        ),
        CIVIL_AFFAIRS,
        DAY,
    ),
    (
        ReviewProject(
            organisation=HELPER,
            project=_PROJECT,
            reviewed_year=DAY.year,
            review_grade=ReviewGrade.GOOD,
            children_served=40,
            account="（示例）",
        ),
        CIVIL_AFFAIRS,
        DAY + timedelta(days=100),
    ),
    (AdvanceAccreditation(organisation=HELPER), HUB, DAY + timedelta(days=301)),
]

ASKED: list[Told] = [(WithdrawAccreditation(organisation=HELPER), CIVIL_AFFAIRS, DAY)]
"""Asked as well: what happens by it happens by something else in what is told."""
