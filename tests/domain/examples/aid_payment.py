"""What was paid in a month, and its totals."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from domain.aid_codes import AID_SCHEME
from domain.aid_payment import ConfirmPayments, StatePayment
from tests.domain.invented import CIVIL_AFFAIRS, OTHER_TOWN_CODE, TOWN_CODE
from tests.domain.pools import DAY, Told, organisations, towns

_months = st.sampled_from(["2025-12", "2026-01", "2026-02"])

COMMANDS: dict[type, Any] = {
    StatePayment: st.builds(
        StatePayment,
        payer=organisations,
        month=_months,
        paid_for=st.sampled_from([*AID_SCHEME.labels, "NO_SUCH_SCHEME"]),
        town=towns,
        persons=st.integers(0, 20),
        yuan_paid=st.integers(0, 10**6),
    ),
    ConfirmPayments: st.builds(ConfirmPayments, payer=organisations, month=_months),
}


def _paid(town: str, persons: int) -> Told:
    command = StatePayment(
        payer=CIVIL_AFFAIRS,
        month="2026-01",
        paid_for="SPECIAL_CHILD",
        town=town,
        persons=persons,
        yuan_paid=3200 * persons,
    )
    return command, CIVIL_AFFAIRS, DAY


TOLD: list[Told] = [
    _paid(TOWN_CODE, 12),
    _paid(OTHER_TOWN_CODE, 9),
    (ConfirmPayments(payer=CIVIL_AFFAIRS, month="2026-01"), CIVIL_AFFAIRS, DAY),
]
