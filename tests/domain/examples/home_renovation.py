"""A renovation of a child's home: proposed, assessed, agreed to, approved, made twice, accepted,
looked at twice; one that the family declines; and one that is stopped."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from hypothesis import strategies as st

from domain.home_renovation_events import (
    AnswerHomeRenovation,
    ApproveHomeRenovation,
    AssessHome,
    CheckHomeWorks,
    FinishHomeWorks,
    FollowUpHome,
    HomeFund,
    HomeNeed,
    HomeStop,
    HomeTenure,
    OrderHomeWorks,
    ProposeHomeRenovation,
    StopHomeRenovation,
)
from domain.kernel import Actor
from domain.organisations import Post
from tests.domain.invented import CIVIL_AFFAIRS
from tests.domain.pools import DAY, Told, children, days, organisations, texts

FAMILY = UUID(int=4830)
ANOTHER = Actor(CIVIL_AFFAIRS, Post.HEAD.value, "u-another")
CHARITY = "social_organisation:310117"

_about = {"child_ref": children, "happened_on": days}
COMMANDS = {
    ProposeHomeRenovation: st.builds(ProposeHomeRenovation, **_about, account=texts),
    AssessHome: st.builds(
        AssessHome,
        **_about,
        room=st.just("卧室"),
        needs=st.lists(st.sampled_from(HomeNeed), min_size=1, max_size=3).map(tuple),
        paid_by=st.sampled_from(HomeFund),
        estimate=st.integers(1, 50000),
        problem=st.booleans(),
        childs_view=texts,
        familys_view=texts,
    ),
    AnswerHomeRenovation: st.builds(
        AnswerHomeRenovation,
        **_about,
        agreed=st.booleans(),
        shares_address=st.booleans(),
        tenure=st.sampled_from(HomeTenure),
        landlord_agreed_on=st.none() | days,
        account=texts,
    ),
    ApproveHomeRenovation: st.builds(
        ApproveHomeRenovation,
        **_about,
        yuan=st.integers(1, 50000),
        project=texts,
        account=texts,
    ),
    OrderHomeWorks: st.builds(
        OrderHomeWorks,
        **_about,
        recipient=st.none() | organisations,
        contractor=texts,
        finish_by=days,
        content=st.just("书桌一张"),
    ),
    FinishHomeWorks: st.builds(FinishHomeWorks, **_about, problem=st.booleans(), account=texts),
    CheckHomeWorks: st.builds(
        CheckHomeWorks,
        **_about,
        passed=st.booleans(),
        problem=st.booleans(),
        childs_view=texts,
        familys_view=texts,
        account=texts,
    ),
    FollowUpHome: st.builds(
        FollowUpHome,
        **_about,
        lasting=st.booleans(),
        problem=st.booleans(),
        childs_view=texts,
        account=texts,
    ),
    StopHomeRenovation: st.builds(
        StopHomeRenovation, **_about, stop_reason=st.sampled_from(HomeStop), account=texts
    ),
}


def _propose(after: int) -> Told:
    day = DAY + timedelta(days=after)
    command = ProposeHomeRenovation(child_ref=FAMILY, happened_on=day, account="没有书桌")
    return command, CIVIL_AFFAIRS, day


def _assess(after: int) -> Told:
    day = DAY + timedelta(days=after)
    command = AssessHome(
        child_ref=FAMILY,
        happened_on=day,
        room="卧室",
        needs=(HomeNeed.DESK, HomeNeed.WIRING),
        paid_by=HomeFund.CHARITY,
        estimate=6000,
        problem=True,
        childs_view="想要一盏灯",
        familys_view="想换电线",
    )
    return command, CIVIL_AFFAIRS, day


def _answer(after: int, *, agreed: bool) -> Told:
    day = DAY + timedelta(days=after)
    command = AnswerHomeRenovation(
        child_ref=FAMILY,
        happened_on=day,
        agreed=agreed,
        shares_address=True,
        tenure=HomeTenure.RENTED,
        landlord_agreed_on=day,
        account="房东在场",
    )
    return command, CIVIL_AFFAIRS, day


def _works(after: int, *, passed: bool) -> list[Told]:
    day = DAY + timedelta(days=after)
    order = OrderHomeWorks(
        child_ref=FAMILY,
        happened_on=day,
        recipient=CHARITY,
        contractor=None,
        finish_by=day + timedelta(days=30),
        content="书桌一张，更换电线",
    )
    finish = FinishHomeWorks(child_ref=FAMILY, happened_on=day, problem=False, account="已完工")
    check = CheckHomeWorks(
        child_ref=FAMILY,
        happened_on=day,
        passed=passed,
        problem=False,
        childs_view="很亮",
        familys_view="很好",
        account="逐项看过",
    )
    return [(order, CIVIL_AFFAIRS, day), (finish, CHARITY, day), (check, ANOTHER, day)]


def _follow_up(after: int, *, lasting: bool) -> Told:
    day = DAY + timedelta(days=after)
    command = FollowUpHome(
        child_ref=FAMILY,
        happened_on=day,
        lasting=lasting,
        problem=False,
        childs_view="还很亮",
        account="看过",
    )
    return command, CIVIL_AFFAIRS, day


def _approve(after: int) -> Told:
    day = DAY + timedelta(days=after)
    command = ApproveHomeRenovation(
        child_ref=FAMILY, happened_on=day, yuan=6000, project="冬日微光", account="同意"
    )
    return command, ANOTHER, day


def _stop(after: int) -> Told:
    day = DAY + timedelta(days=after)
    command = StopHomeRenovation(
        child_ref=FAMILY, happened_on=day, stop_reason=HomeStop.MOVED_AWAY, account="已搬走"
    )
    return command, CIVIL_AFFAIRS, day


TOLD: list[Told] = [
    _propose(0),
    _assess(1),
    _answer(2, agreed=True),
    _approve(3),
    *_works(4, passed=False),
    *_works(5, passed=True),
    _follow_up(95, lasting=False),
    _follow_up(185, lasting=True),
    _propose(186),
    _assess(187),
    _answer(188, agreed=False),
    _propose(189),
    _stop(190),
]
