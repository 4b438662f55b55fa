"""How commands of ``safety_instruction`` are drawn, and what makes each of its events."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st

from domain.organisations import HUB, Seat
from domain.safety_instruction import EndSafetyInstruction, IssueSafetyInstruction, ReadTogether
from tests.domain.invented import CHILD, OTHER_CHILD, SCHOOL, TOWN
from tests.domain.pools import DAY, Told, children, days, organisations

COMMANDS = {
    IssueSafetyInstruction: st.builds(
        IssueSafetyInstruction,
        child_ref=children,
        text=st.sampled_from(["（示例）先电话联系", "两行\n文字", ""]),
        call=st.sampled_from(["110", "13800000000"]),
        until=days,
        seats=st.lists(st.sampled_from(Seat), max_size=2).map(tuple),
        organisations=st.lists(organisations, max_size=2).map(tuple),
    ),
    EndSafetyInstruction: st.builds(EndSafetyInstruction, child_ref=children),
    ReadTogether: st.builds(ReadTogether, child_ref=children, other=children, joined=st.booleans()),
}

TOLD: list[Told] = [
    (
        IssueSafetyInstruction(
            child_ref=CHILD,
            text="（示例）请勿单独放行，先电话联系",
            call="110",
            until=DAY + timedelta(days=30),
            seats=(Seat.SCHOOL, Seat.VILLAGE),
            organisations=(SCHOOL,),
        ),
        TOWN,
        DAY,
    ),
    (EndSafetyInstruction(child_ref=CHILD), TOWN, DAY),
    (ReadTogether(child_ref=CHILD, other=OTHER_CHILD, joined=True), HUB, DAY),
]
