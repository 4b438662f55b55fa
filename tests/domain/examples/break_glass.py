"""How commands of the stream ``break_glass`` are drawn, and what makes its events happen."""

from __future__ import annotations

from uuid import UUID

from hypothesis import strategies as st

from domain.break_glass import BreakGlass, EndBreakGlass, ReviewBreakGlass
from domain.kernel import Category
from tests.domain.invented import CHILD, CIVIL_AFFAIRS, OTHER_STATION
from tests.domain.pools import DAY, Told, children, matters, referral_ids, texts

_ACCESS = UUID(int=61)

COMMANDS = {
    BreakGlass: st.builds(
        BreakGlass,
        access_id=referral_ids,
        child_ref=st.none() | children,
        categories=st.lists(matters, max_size=4, unique=True).map(tuple),
        ground=st.sampled_from(["LIFE", "MISSING", "NONE"]),
        account=st.text(max_size=8),
        hours=st.none() | st.integers(0, 30),
    ),
    EndBreakGlass: st.builds(EndBreakGlass, access_id=referral_ids),
    ReviewBreakGlass: st.builds(
        ReviewBreakGlass, access_id=referral_ids, justified=st.booleans(), note=texts
    ),
}

TOLD: list[Told] = [
    (
        BreakGlass(
            access_id=_ACCESS,
            child_ref=CHILD,
            categories=(Category.CONTACT, Category.HARM),
            ground="MISSING",
            account="夜间走失",
        ),
        OTHER_STATION,
        DAY,
    ),
    (ReviewBreakGlass(access_id=_ACCESS, justified=False, note="可先转介"), CIVIL_AFFAIRS, DAY),
]

ASKED: list[Told] = [(EndBreakGlass(access_id=_ACCESS), CIVIL_AFFAIRS, DAY)]
"""Asked as well: what happens by it happens by something else in what is told."""
