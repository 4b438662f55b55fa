"""A guardian's wish for work: stated, sent on, withdrawn."""

from __future__ import annotations

from uuid import UUID

from hypothesis import strategies as st

from domain.job_codes import JobHours
from domain.job_wish import ForwardJobWish, StateJobWish, WithdrawJobWish
from tests.domain.examples.job_help import UNTIL
from tests.domain.invented import TOWN, VILLAGE
from tests.domain.pools import DAY, Told, children, days, texts

CHILD = UUID(int=6150)
WISHES = [UUID(int=6151), UUID(int=6152)]
NUMBER = "f0000000-0000-4000-8000-000000000007"

COMMANDS = {
    StateJobWish: st.builds(
        StateJobWish,
        wish_id=st.sampled_from(WISHES),
        child_ref=children,
        station=st.just(TOWN),
        stated_on=days,
        given_on=days,
        until=days | st.just(UNTIL),
        adult_name=st.just("示例求职人"),
        adult_phone=st.just("13800000000"),
        job=st.just("保洁"),
        job_hours=st.sampled_from(JobHours),
        skills=texts,
        training=texts,
    ),
    ForwardJobWish: st.builds(
        ForwardJobWish, wish_id=st.sampled_from(WISHES), help_number=st.just(NUMBER)
    ),
    WithdrawJobWish: st.builds(WithdrawJobWish, wish_id=st.sampled_from(WISHES), withdrawn_on=days),
}

TOLD: list[Told] = [
    (
        StateJobWish(
            wish_id=WISHES[0],
            child_ref=CHILD,
            station=TOWN,
            stated_on=DAY,
            given_on=DAY,
            until=UNTIL,
            adult_name="示例求职人",
            adult_phone="13800000000",
            job="保洁",
            job_hours=JobHours.PART_DAY,
            skills="会做饭",
            training="育婴培训",
        ),
        VILLAGE,
        DAY,
    ),
    (ForwardJobWish(wish_id=WISHES[0], help_number=NUMBER), TOWN, DAY),
    (WithdrawJobWish(wish_id=WISHES[0], withdrawn_on=DAY), VILLAGE, DAY),
]
