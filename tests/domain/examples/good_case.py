"""A story: written, reviewed, withdrawn."""

from __future__ import annotations

from hypothesis import strategies as st

from domain.good_case import CaseKind, ReviewGoodCase, WithdrawGoodCase, WriteGoodCase
from domain.good_case_rules import Deidentified
from domain.kernel import Actor
from domain.organisations import Post
from tests.domain.invented import CIVIL_AFFAIRS, TOWN
from tests.domain.pools import DAY, Told, days, texts

NUMBERS = st.sampled_from(["AL-0001", "AL-0002"])
REVIEWER = Actor(CIVIL_AFFAIRS, Post.HEAD.value, "u-reviewer")

COMMANDS = {
    WriteGoodCase: st.builds(
        WriteGoodCase,
        register_number=NUMBERS,
        case_kind=st.sampled_from(CaseKind),
        title=st.just("家校沟通"),
        story=st.just("小A逐步改善"),
    ),
    ReviewGoodCase: st.builds(
        ReviewGoodCase,
        register_number=NUMBERS,
        reviewed_on=days,
        approved=st.booleans(),
        points=st.just(tuple(Deidentified)),
        account=texts,
    ),
    WithdrawGoodCase: st.builds(WithdrawGoodCase, register_number=NUMBERS, account=texts),
}

TOLD: list[Told] = [
    (
        WriteGoodCase(
            register_number="AL-0001",
            case_kind=CaseKind.PRACTICE,
            title="家校沟通",
            story="小A逐步改善",
        ),
        TOWN,
        DAY,
    ),
    (
        ReviewGoodCase(
            register_number="AL-0001",
            reviewed_on=DAY,
            approved=True,
            points=tuple(Deidentified),
            account="可以发布",
        ),
        REVIEWER,
        DAY,
    ),
    (WithdrawGoodCase(register_number="AL-0001", account="已过时"), TOWN, DAY),
]
