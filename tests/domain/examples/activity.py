"""How commands of the stream ``activity`` are drawn, and what makes its event happen."""

from __future__ import annotations

from uuid import UUID

from hypothesis import strategies as st

from domain.activity import RecordActivity
from domain.activity_codes import ActivityKind, Audience, Brand
from tests.domain.invented import EDUCATION, TOWN_CODE, VILLAGE_CODE
from tests.domain.pools import DAY, Told, days, maybe_town, referral_ids, schools, texts, villages

COMMANDS = {
    RecordActivity: st.builds(
        RecordActivity,
        activity_id=referral_ids,
        activity=st.sampled_from(ActivityKind),
        audience=st.sampled_from(Audience),
        brand=st.none() | st.sampled_from(Brand),
        held_on=days,
        villages=st.lists(villages, max_size=2, unique=True).map(tuple),
        town=maybe_town,
        school=st.none() | schools,
        sessions=st.integers(1, 3),
        children_attended=st.integers(0, 300),
        guardians_attended=st.integers(0, 300),
        others_attended=st.integers(0, 300),
        for_period=st.sampled_from([None, "2026-Q1", "2026", "2026-WINTER"]),
        topic=texts,
        account=texts,
    )
}

TOLD: list[Told] = [
    (
        RecordActivity(
            activity_id=UUID(int=42),
            activity=ActivityKind.DROWNING_PREVENTION,
            audience=Audience.FAMILIES,
            brand=Brand.GUARDIAN_STAR,
            held_on=DAY,
            villages=(VILLAGE_CODE,),
            town=TOWN_CODE,
            school=None,
            sessions=1,
            children_attended=30,
            guardians_attended=12,
            others_attended=3,
            for_period=None,
            topic="防溺水课",
            account="讲授防溺水知识",
        ),
        EDUCATION,
        DAY,
    )
]
