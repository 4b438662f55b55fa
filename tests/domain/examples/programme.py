"""How commands of the stream ``programme`` are drawn, and what makes each of its events happen."""

from __future__ import annotations

from uuid import UUID

from hypothesis import strategies as st

from domain.programme import Activity, RecordViceHeadActivity
from tests.domain.invented import PROCURATORATE, TOWN_CODE
from tests.domain.pools import DAY, Told, days, referral_ids, texts, towns

COMMANDS = {
    RecordViceHeadActivity: st.builds(
        RecordViceHeadActivity,
        activity_id=referral_ids,
        town=towns,
        activity=st.sampled_from(Activity),
        held_on=days,
        attendance=st.integers(1, 300),
        topic=texts,
        account=texts,
    )
}

TOLD: list[Told] = [
    (
        RecordViceHeadActivity(
            activity_id=UUID(int=41),
            town=TOWN_CODE,
            activity=Activity.LEGAL_EDUCATION,
            held_on=DAY,
            attendance=40,
            topic="普法课",
            account="讲授未成年人保护法",
        ),
        PROCURATORATE,
        DAY,
    )
]
