"""How commands of the stream ``duplicate`` are drawn, and what makes each of its events happen."""

from __future__ import annotations

from uuid import UUID

from hypothesis import strategies as st

from domain.child_file import StateIdentity
from domain.duplicate import ConfirmDuplicate, ReopenDuplicate, SuspectDuplicate, TellApart
from domain.merged_file import FollowPlace, MergeFile, UnmergeFile
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
    ConfirmDuplicate: st.builds(
        ConfirmDuplicate,
        child_ref=children,
        other=children,
        survivor=children,
        ground=st.sampled_from(["SEEN_SAME", "别的"]),
        note=texts,
    ),
    MergeFile: st.builds(MergeFile, child_ref=children, other=children, survivor=children),
    UnmergeFile: st.builds(UnmergeFile, child_ref=children, other=children),
    FollowPlace: st.builds(FollowPlace, child_ref=children, survivor=children),
    ReopenDuplicate: st.builds(
        ReopenDuplicate,
        child_ref=children,
        other=children,
        ground=st.sampled_from(["MISTAKE", "别的"]),
        note=texts,
    ),
}

TOLD: list[Told] = [
    (
        StateIdentity(child_ref=OTHER, name="测试甲", birth_date=DAY, id_number=None, sex=None),
        CIVIL_AFFAIRS,
        DAY,
    ),
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
    (
        ConfirmDuplicate(
            child_ref=CHILD, other=OTHER, survivor=CHILD, ground="SEEN_SAME", note="上门核实"
        ),
        CIVIL_AFFAIRS,
        DAY,
    ),
    (
        ReopenDuplicate(child_ref=CHILD, other=OTHER, ground="NEW_DOCUMENT", note="出生证不同"),
        CIVIL_AFFAIRS,
        DAY,
    ),
]

ASKED: list[Told] = [(FollowPlace(child_ref=OTHER, survivor=CHILD), HUB, DAY)]
"""Asked as well: what happens by it happens by something else in what is told."""
