"""How commands of the stream ``outside_entry`` are drawn, and what makes each of its events
happen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from domain.kernel import Category
from domain.organisations import HUB
from domain.outside_entry import AwaitEntry, RecordEntry, WithdrawEntry
from domain.outside_systems import MATTERS
from tests.domain.invented import CHILD, TOWN, TOWN_CODE
from tests.domain.pools import DAY, Told, children, days, instants, organisations
from tests.specification import at_noon

_systems = st.sampled_from(sorted(MATTERS))
_records = st.sampled_from([CHILD, UUID(int=51)])
_about: dict[str, Any] = {
    "child_ref": children,
    "system": _systems,
    "matter": st.sampled_from(sorted(set(MATTERS.values()))),
    "of_record": _records,
}

COMMANDS = {
    AwaitEntry: st.builds(
        AwaitEntry, **_about, owner=organisations, town=st.just(TOWN_CODE), stated_at=instants
    ),
    RecordEntry: st.builds(RecordEntry, **_about, number=st.just("示编0001"), entered_on=days),
    WithdrawEntry: st.builds(WithdrawEntry, **_about),
}

_ABOUT: dict[str, Any] = {
    "child_ref": CHILD,
    "system": "CHILD_WELFARE",
    "matter": Category.CLASSIFICATION,
    "of_record": CHILD,
}

TOLD: list[Told] = [
    (
        AwaitEntry(**_ABOUT, owner=TOWN, town=TOWN_CODE, stated_at=at_noon(DAY)),
        HUB,
        DAY,
    ),
    (
        RecordEntry(**_ABOUT, number="示编0001", entered_on=DAY + timedelta(days=1)),
        TOWN,
        DAY + timedelta(days=1),
    ),
    (WithdrawEntry(**_ABOUT), TOWN, DAY + timedelta(days=2)),
]
