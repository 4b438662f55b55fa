"""Beds of a place where children are cared for."""

from __future__ import annotations

from hypothesis import strategies as st

from domain.care_place import CareService, StateBeds
from domain.guardianship_codes import Facility
from tests.domain.invented import TOWN
from tests.domain.pools import DAY, Told, days, organisations, texts

COMMANDS = {
    StateBeds: st.builds(
        StateBeds,
        run_by=organisations,
        facility=st.sampled_from(Facility),
        since=days,
        beds=st.integers(0, 40),
        services=st.just((CareService.UPBRINGING,)),
        account=texts,
    )
}

TOLD: list[Told] = [
    (
        StateBeds(
            run_by=TOWN,
            facility=Facility.TOWN_CARE,
            since=DAY,
            beds=4,
            services=(CareService.UPBRINGING, CareService.PSYCHOLOGY),
            account="设在社区服务中心",
        ),
        TOWN,
        DAY,
    )
]
