"""Services given to a child."""

from __future__ import annotations

from uuid import UUID

from hypothesis import strategies as st

from domain.care_service import RecordCareService, Service
from domain.kernel import Category
from domain.organisations import Seat
from tests.domain.invented import CHILD, organisation_of
from tests.domain.pools import DAY, Told, children, days, texts

COMMANDS = {
    RecordCareService: st.builds(
        RecordCareService,
        service_id=st.sampled_from([UUID(int=5901), UUID(int=5902)]),
        child_ref=children,
        given_on=days,
        hours=st.integers(1, 24),
        service=st.sampled_from(Service),
        account=texts,
    )
}

TOLD: list[Told] = []

_GIVEN = RecordCareService(
    service_id=UUID(int=5901),
    child_ref=CHILD,
    given_on=DAY,
    hours=2,
    service=Service.COUNSELLING,
    account="（示例）谈心",
)
IN_HAND: tuple[frozenset[Category], list[Told]] = (
    frozenset({Category.WHO}),
    [(_GIVEN, organisation_of(Seat.SOCIAL_ORGANISATION), DAY)],
)
"""What is stated by whoever has a task on the child."""
