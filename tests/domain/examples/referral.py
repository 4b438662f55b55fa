"""How a reassignment is drawn, and what makes it happen."""

from __future__ import annotations

from uuid import UUID

from hypothesis import strategies as st

from domain.referral import ReassignReferral, RequestReferral
from tests.domain.invented import CHILD, CIVIL_AFFAIRS, OTHER_TOWN, SCHOOL, TOWN, TOWN_CODE
from tests.domain.pools import CASE, DAY, Told, organisations, referral_ids

_REFERRAL = UUID(int=72)

COMMANDS = {
    ReassignReferral: st.builds(
        ReassignReferral, referral_id=referral_ids, addressee=organisations | st.just("nobody")
    ),
}

TOLD: list[Told] = [
    (
        RequestReferral(
            referral_id=_REFERRAL,
            child_ref=CHILD,
            case_id=CASE,
            kind="persuade_dropout",
            sender=SCHOOL,
            addressee=TOWN,
            town=TOWN_CODE,
        ),
        SCHOOL,
        DAY,
    ),
    (ReassignReferral(referral_id=_REFERRAL, addressee=OTHER_TOWN), CIVIL_AFFAIRS, DAY),
]
