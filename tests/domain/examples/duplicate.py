"""How commands of the stream ``duplicate`` are drawn, and what makes each of its events happen."""

from __future__ import annotations

from uuid import UUID

from hypothesis import strategies as st

from domain.duplicate import ReopenDuplicate, SuspectDuplicate, TellApart
from domain.organisations import HUB
from tests.domain.invented import CHILD, CIVIL_AFFAIRS
from tests.domain.pools import DAY, Told, children, texts

OTHER = UUID(int=77)

COMMANDS = {
    SuspectDuplicate: st.builds(SuspectDuplicate, child_ref=children, other=children),
    TellApart: st.builds(
        TellApart,
        child_ref=children,
        other=children,
        ground=st.sampled_from(["SIBLINGS", "OTHER_DOCUMENT", "别的"]),
        note=texts,
    ),
    ReopenDuplicate: st.builds(
        ReopenDuplicate,
        child_ref=children,
        other=children,
        ground=st.sampled_from(["MISTAKE", "别的"]),
        note=texts,
    ),
}

TOLD: list[Told] = [
    (SuspectDuplicate(child_ref=CHILD, other=OTHER), HUB, DAY),
    (
        TellApart(child_ref=CHILD, other=OTHER, ground="SIBLINGS", note="双胞胎"),
        CIVIL_AFFAIRS,
        DAY,
    ),
    (
        ReopenDuplicate(child_ref=CHILD, other=OTHER, ground="MISTAKE", note="看错出生日期"),
        CIVIL_AFFAIRS,
        DAY,
    ),
]
