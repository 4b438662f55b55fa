"""Charity projects, and what charities gave."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from domain.charity import RecordCharityGift, RecordCharityProject
from domain.kernel import Category
from domain.organisations import Seat
from tests.domain.invented import CHILD, CIVIL_AFFAIRS, organisation_of
from tests.domain.pools import DAY, LONG_AFTER, Told, children, days, organisations, texts

_CHARITY = organisation_of(Seat.SOCIAL_ORGANISATION)
_ids = st.sampled_from([UUID(int=81), UUID(int=82)])

COMMANDS: dict[type, Any] = {
    RecordCharityProject: st.builds(
        RecordCharityProject,
        project_id=_ids,
        organisation=organisations,
        since=days,
        until=days,
        budget=st.integers(0, 10**6),
        project=st.text(max_size=8),
        account=texts,
    ),
    RecordCharityGift: st.builds(
        RecordCharityGift,
        gift_id=_ids,
        child_ref=children,
        given_on=days,
        ends=st.booleans(),
        project=texts,
        given=st.text(max_size=8),
        yuan=st.none() | st.just(200),
    ),
}

TOLD: list[Told] = [
    (
        RecordCharityProject(
            project_id=UUID(int=81),
            organisation=_CHARITY,
            since=DAY,
            until=LONG_AFTER,
            budget=50000,
            project="示例助学项目",
            account="（示例）学习用品",
        ),
        CIVIL_AFFAIRS,
        DAY,
    ),
]

_GIFT = RecordCharityGift(
    gift_id=UUID(int=82),
    child_ref=CHILD,
    given_on=DAY,
    ends=True,
    project="示例助学项目",
    given="书包和文具",
    yuan=200,
)
IN_HAND: tuple[frozenset[Category], list[Told]] = (
    frozenset({Category.WHO}),
    [(_GIFT, _CHARITY, DAY)],
)
"""What is stated by whoever has a task on the child."""
