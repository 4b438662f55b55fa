"""How commands of the stream ``away`` are drawn, and what makes each of its events happen."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st

from domain.away import AdvanceAway, BeginStandIn, DeclareAway, EndAway, EndStandIn, StandIn
from domain.organisations import HUB
from tests.domain.invented import OTHER_VILLAGE, SCHOOL, TOWN, VILLAGE
from tests.domain.pools import DAY, Told, days, texts

_villages = st.sampled_from([VILLAGE, OTHER_VILLAGE, SCHOOL])
COMMANDS = {
    DeclareAway: st.builds(
        DeclareAway,
        organisation=_villages,
        since=days,
        until=days,
        stand_in=st.sampled_from(StandIn),
        account=texts,
    ),
    EndAway: st.builds(EndAway, organisation=_villages),
    AdvanceAway: st.builds(AdvanceAway, organisation=_villages),
    BeginStandIn: st.builds(BeginStandIn, organisation=_villages),
    EndStandIn: st.builds(EndStandIn, organisation=_villages),
}

TOLD: list[Told] = [
    (
        DeclareAway(
            organisation=VILLAGE,
            since=DAY + timedelta(days=2),
            until=DAY + timedelta(days=9),
            stand_in=StandIn.TOWN,
            account="（示例）产假",
        ),
        TOWN,
        DAY,
    ),
    (AdvanceAway(organisation=VILLAGE), HUB, DAY + timedelta(days=2)),
    (EndAway(organisation=VILLAGE), VILLAGE, DAY + timedelta(days=3)),
]

ASKED: list[Told] = [
    (BeginStandIn(organisation=VILLAGE), HUB, DAY),
    (EndStandIn(organisation=VILLAGE), HUB, DAY),
]
"""Asked as well: what happens by it happens by something else in what is told."""
