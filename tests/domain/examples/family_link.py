"""How commands of the stream ``family_link`` are drawn, and what makes each of its events."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from domain.family_link import (
    ConfirmFamilyLink,
    EndFamilyLink,
    RejectFamilyLink,
    StateFamilyLink,
)
from tests.domain.invented import CHILD, CIVIL_AFFAIRS, OTHER_CHILD, VILLAGE
from tests.domain.pools import DAY, Told, children, texts

_PAIR: dict[str, Any] = {
    "child_ref": children,
    "other": children,
    "link": st.sampled_from(["SIBLING", "SAME_HOUSEHOLD", "别的"]),
    "note": texts,
    "other_note": texts,
}

COMMANDS = {
    StateFamilyLink: st.builds(StateFamilyLink, **_PAIR),
    ConfirmFamilyLink: st.builds(
        ConfirmFamilyLink, **_PAIR, ground=st.sampled_from(["DOCUMENT", "别的"])
    ),
    RejectFamilyLink: st.builds(
        RejectFamilyLink, **_PAIR, ground=st.sampled_from(["SHARED_CONTACT", "别的"])
    ),
    EndFamilyLink: st.builds(
        EndFamilyLink, **_PAIR, ground=st.sampled_from(["MOVED_APART", "别的"])
    ),
}

_SAID: dict[str, Any] = {
    "child_ref": CHILD,
    "other": OTHER_CHILD,
    "link": "SIBLING",
    "note": "户口簿第2页",
    "other_note": "户口簿第3页",
}

TOLD: list[Told] = [
    (StateFamilyLink(**_SAID), VILLAGE, DAY),
    (RejectFamilyLink(**_SAID, ground="OTHER_DOCUMENT"), CIVIL_AFFAIRS, DAY),
    (ConfirmFamilyLink(**_SAID, ground="DOCUMENT"), CIVIL_AFFAIRS, DAY),
    (EndFamilyLink(**_SAID, ground="MISTAKE"), CIVIL_AFFAIRS, DAY),
]
