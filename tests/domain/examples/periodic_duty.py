"""How commands of the streams ``duty_plan`` and ``periodic_duty`` are drawn, and what makes each
event happen."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from domain.duty_plan import ReviewDuties, StartDuties
from domain.organisations import HUB
from domain.periodic_duty import CountTowards, OpenDuty
from tests.domain.invented import CIVIL_AFFAIRS, TOWN
from tests.domain.pools import DAY, RULES, Told, days, organisations, referral_ids

_duties = st.sampled_from([*RULES.duties.duties, "no_such_duty"])
_periods = st.sampled_from(["2026", "2026-Q1", "2026-WINTER", "2026-01", "某期"])

COMMANDS = {
    StartDuties: st.builds(StartDuties, first_day=days),
    ReviewDuties: st.builds(ReviewDuties),
    OpenDuty: st.builds(OpenDuty, duty=_duties, owner=organisations, period=_periods),
    CountTowards: st.builds(
        CountTowards,
        duty=_duties,
        owner=organisations,
        period=_periods,
        record=referral_ids,
        counts=st.booleans(),
        places=st.sampled_from([(), ("310117001",), ("310117001001",)]),
    ),
}

_LECTURE: dict[str, Any] = {"duty": "town_lecture", "owner": TOWN, "period": "2026-Q1"}

TOLD: list[Told] = [
    (StartDuties(first_day=date(2026, 1, 1)), CIVIL_AFFAIRS, DAY),
    (ReviewDuties(), HUB, DAY + timedelta(days=1)),
    (OpenDuty(**_LECTURE), HUB, DAY),
    (CountTowards(**_LECTURE, record=UUID(int=41), counts=True), HUB, DAY),
    (CountTowards(**_LECTURE, record=UUID(int=41), counts=False), HUB, DAY),
]
