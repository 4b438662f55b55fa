"""Visits after a written warning: owed, an attempt in vain, both sides met by each."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st

from domain.organisations import HUB
from domain.warning_visits import OweWarningVisits, RecordWarningVisit
from tests.domain.invented import OTHER_CHILD, STATION, TOWN_CODE, VILLAGE
from tests.domain.pools import DAY, Told, children, days, maybe_town, texts

COMMANDS = {
    OweWarningVisits: st.builds(OweWarningVisits, child_ref=children, town=maybe_town, since=days),
    RecordWarningVisit: st.builds(
        RecordWarningVisit,
        child_ref=children,
        visited_on=days,
        warned_seen=st.booleans(),
        protected_seen=st.booleans(),
        repeated=st.booleans(),
        account=texts,
    ),
}


def _visit(day: int, warned: bool, protected: bool) -> RecordWarningVisit:
    return RecordWarningVisit(
        child_ref=OTHER_CHILD,
        visited_on=DAY + timedelta(days=day),
        warned_seen=warned,
        protected_seen=protected,
        repeated=False,
        account="情况稳定",
    )


TOLD: list[Told] = [
    (OweWarningVisits(child_ref=OTHER_CHILD, town=TOWN_CODE, since=DAY), HUB, DAY),
    (_visit(1, False, False), VILLAGE, DAY + timedelta(days=1)),
    (_visit(2, True, True), VILLAGE, DAY + timedelta(days=2)),
    (_visit(3, True, True), STATION, DAY + timedelta(days=3)),
]
