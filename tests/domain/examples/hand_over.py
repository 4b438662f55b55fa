"""Hand-overs of a child: awaited and recorded."""

from __future__ import annotations

from uuid import UUID

from hypothesis import strategies as st

from domain.hand_over import AwaitHandOver, Direction, RecordHandOver
from domain.organisations import HUB
from tests.domain.invented import CIVIL_AFFAIRS, TOWN_CODE
from tests.domain.pools import DAY, Told, children, days, maybe_town, organisations, texts

PLACED = UUID(int=4783)

COMMANDS = {
    AwaitHandOver: st.builds(
        AwaitHandOver,
        child_ref=children,
        direction=st.sampled_from(Direction),
        owner=st.none() | organisations,
        town=maybe_town,
    ),
    RecordHandOver: st.builds(
        RecordHandOver,
        child_ref=children,
        direction=st.sampled_from(Direction),
        handed_on=days,
        handed_at=texts,
        gave=st.just("示例民警"),
        received=st.just("示例照料员"),
        things=texts,
        condition=texts,
        medicines=texts,
    ),
}

TOLD: list[Told] = [
    (
        AwaitHandOver(
            child_ref=PLACED, direction=Direction.ARRIVAL, owner=CIVIL_AFFAIRS, town=TOWN_CODE
        ),
        HUB,
        DAY,
    ),
    (
        RecordHandOver(
            child_ref=PLACED,
            direction=Direction.ARRIVAL,
            handed_on=DAY,
            handed_at="15时30分",
            gave="示例民警",
            received="示例照料员",
            things="书包",
            condition="良好",
            medicines="感冒药",
        ),
        CIVIL_AFFAIRS,
        DAY,
    ),
]
