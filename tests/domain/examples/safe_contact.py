"""How commands of the stream ``safe_contact`` are drawn, and what makes each of its events."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st

from domain.safe_contact import SAFE_RELATION, EndSafeContact, StateSafeContact
from tests.domain.invented import CHILD, TOWN
from tests.domain.pools import DAY, Told, children, days

COMMANDS = {
    StateSafeContact: st.builds(
        StateSafeContact,
        child_ref=children,
        contact_name=st.sampled_from(["示例外婆", "示例家长", ""]),
        contact_phone=st.sampled_from(["13800000000", "没有"]),
        contact_relation=st.sampled_from([*SAFE_RELATION.labels, "GUARDIAN"]),
        until=days,
    ),
    EndSafeContact: st.builds(EndSafeContact, child_ref=children),
}

TOLD: list[Told] = [
    (
        StateSafeContact(
            child_ref=CHILD,
            contact_name="示例外婆",
            contact_phone="13800000000",
            contact_relation="GRANDPARENT",
            until=DAY + timedelta(days=30),
        ),
        TOWN,
        DAY,
    ),
    (EndSafeContact(child_ref=CHILD), TOWN, DAY),
]
