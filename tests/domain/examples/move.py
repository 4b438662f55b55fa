"""How commands of the stream ``move`` are drawn, and what makes its events happen."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from hypothesis import strategies as st

from domain.child_file import ConfirmResidence, StateIdentity
from domain.leaving import LeaveDistrict
from domain.move import (
    AnnounceMove,
    AnnounceTransfer,
    ConfirmMove,
    EndMoves,
    ExpireMove,
    WithdrawMove,
)
from domain.organisations import HUB
from tests.domain.invented import (
    OTHER_SCHOOL,
    OTHER_STATION,
    OTHER_TOWN,
    OTHER_TOWN_CODE,
    OTHER_VILLAGE_CODE,
    STATION,
    TOWN,
    TOWN_CODE,
    VILLAGE_CODE,
)
from tests.domain.pools import DAY, Told, children, organisations

_MOVES = UUID("c0000000-0000-4000-8000-000000000091")


def _lives(town: str, village: str, station: str) -> ConfirmResidence:
    return ConfirmResidence(
        child_ref=_MOVES,
        town=town,
        village=village,
        police_station=station,
        address=None,
        since=DAY,
    )


COMMANDS = {
    AnnounceTransfer: st.builds(AnnounceTransfer, child_ref=children, receiver=organisations),
    AnnounceMove: st.builds(
        AnnounceMove,
        child_ref=children,
        receivers=st.lists(organisations | st.just("nobody"), max_size=2).map(tuple),
    ),
    WithdrawMove: st.builds(WithdrawMove, child_ref=children),
    ExpireMove: st.builds(ExpireMove, child_ref=children),
    EndMoves: st.builds(EndMoves, child_ref=children),
    LeaveDistrict: st.builds(
        LeaveDistrict,
        child_ref=children,
        since=st.just(DAY),
        receiver=st.just("示例外区街道"),
        letter=st.sampled_from(["（外区）回执1号", " "]),
    ),
    ConfirmMove: st.builds(ConfirmMove, child_ref=children, receiver=organisations),
}

TOLD: list[Told] = [
    (
        StateIdentity(child_ref=_MOVES, name="测试辛", birth_date=None, id_number=None, sex=None),
        TOWN,
        DAY,
    ),
    (_lives(TOWN_CODE, VILLAGE_CODE, STATION), TOWN, DAY),
    (AnnounceMove(child_ref=_MOVES, receivers=(OTHER_TOWN, OTHER_SCHOOL)), TOWN, DAY),
    (_lives(OTHER_TOWN_CODE, OTHER_VILLAGE_CODE, OTHER_STATION), OTHER_TOWN, DAY),
    (WithdrawMove(child_ref=_MOVES), TOWN, DAY),
    (AnnounceMove(child_ref=_MOVES, receivers=(TOWN,)), OTHER_TOWN, DAY),
    (ExpireMove(child_ref=_MOVES), HUB, DAY + timedelta(days=60)),
    (
        LeaveDistrict(
            child_ref=_MOVES, since=DAY, receiver="示例外区街道", letter="（外区）回执1号"
        ),
        OTHER_TOWN,
        DAY,
    ),
]

ASKED: list[Told] = [
    (AnnounceTransfer(child_ref=_MOVES, receiver=OTHER_SCHOOL), HUB, DAY),
    (EndMoves(child_ref=_MOVES), HUB, DAY),
]
"""Asked as well: what happens by it happens by something else in what is told."""
