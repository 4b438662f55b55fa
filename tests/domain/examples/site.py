"""How commands of the streams ``site`` and ``hazard`` are drawn, and what makes each event
happen."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from hypothesis import strategies as st

from domain.hazard import FindHazard, HazardKind, RecheckHazard, RectifyHazard
from domain.kernel import Actor
from domain.site import Inspection, RecordInspection, RegisterSite, SiteKind
from tests.domain.invented import TOWN, TOWN_CODE, VILLAGE_CODE
from tests.domain.pools import (
    DAY,
    Told,
    days,
    maybe_town,
    organisations,
    referral_ids,
    texts,
    villages,
)

_numbers = st.sampled_from(["SY-0001", "SY-0002"])
_hazards = st.sampled_from(["YH-0001", "YH-0002"])

COMMANDS = {
    RegisterSite: st.builds(
        RegisterSite,
        register_number=_numbers,
        site_kind=st.sampled_from(SiteKind),
        village=st.none() | villages,
        town=maybe_town,
        run_by=st.none() | organisations,
        closed_on=st.none() | days,
        name=texts,
    ),
    RecordInspection: st.builds(
        RecordInspection,
        record_id=referral_ids,
        register_number=st.none() | _numbers,
        unit=organisations,
        inspection=st.sampled_from(Inspection),
        held_on=days,
        hazards=st.integers(0, 3),
        account=texts,
    ).map(
        lambda each: each.model_copy(
            update={"unit": None} if each.register_number is not None else {}
        )
    ),
    FindHazard: st.builds(
        FindHazard,
        register_number=_hazards,
        site=st.none() | _numbers,
        hazard=st.sampled_from(HazardKind),
        owner=organisations,
        found_on=days,
        rectify_by=days,
        town=maybe_town,
        account=texts,
    ),
    RectifyHazard: st.builds(
        RectifyHazard, register_number=_hazards, rectified_on=days, account=texts
    ),
    RecheckHazard: st.builds(
        RecheckHazard,
        register_number=_hazards,
        rechecked_on=days,
        solved=st.booleans(),
        rectify_by=st.none() | days,
        account=texts,
    ),
}

_WATER = "water:310117"

TOLD: list[Told] = [
    (
        RegisterSite(
            register_number="SY-0001",
            site_kind=SiteKind.WATERS,
            village=VILLAGE_CODE,
            town=TOWN_CODE,
            run_by=None,
            closed_on=None,
            name="示例河段",
        ),
        _WATER,
        DAY,
    ),
    (
        RecordInspection(
            record_id=UUID(int=43),
            register_number="SY-0001",
            unit=None,
            inspection=Inspection.RIVER_PATROL,
            held_on=DAY,
            hazards=1,
            account="护栏缺损",
        ),
        _WATER,
        DAY,
    ),
    (
        FindHazard(
            register_number="YH-0001",
            site="SY-0001",
            hazard=HazardKind.WATER_HAZARD,
            owner=TOWN,
            found_on=DAY,
            rectify_by=DAY + timedelta(days=30),
            town=TOWN_CODE,
            account="护栏缺损",
        ),
        _WATER,
        DAY,
    ),
    (
        RectifyHazard(register_number="YH-0001", rectified_on=DAY, account="已修复"),
        Actor(TOWN, "handler", "u-mends"),
        DAY,
    ),
    (
        RecheckHazard(
            register_number="YH-0001",
            rechecked_on=DAY,
            solved=True,
            rectify_by=None,
            account="合格",
        ),
        _WATER,
        DAY,
    ),
]
