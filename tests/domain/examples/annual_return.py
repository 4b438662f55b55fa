"""How commands of the streams ``annual_return`` and ``statutory_return`` are drawn, and what makes
each event happen."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from hypothesis import strategies as st

from domain.annual_return_events import (
    CheckReturn,
    ConfirmReturn,
    CorrectReturn,
    DrawnLine,
    FillReturn,
    LockReturn,
    OpenReturn,
    SendBackReturn,
    SubmitReturn,
)
from domain.kernel import Actor
from domain.organisations import Post, Seat, district_organisation
from domain.statutory_return import ApproveExact, EndExact, RefuseExact, RequestExact
from tests.domain.invented import CIVIL_AFFAIRS
from tests.domain.pools import DAY, RULES, Told, days, organisations

LEAGUE = district_organisation(Seat.YOUTH_LEAGUE)
HEAD = Actor(LEAGUE, Post.HEAD.value, "u-head")
ASKS = Actor(CIVIL_AFFAIRS, Post.HANDLER.value, "u-asks")
APPROVES = Actor(CIVIL_AFFAIRS, Post.HEAD.value, "u-approves")

_codes = st.sampled_from([*RULES.indicators.indicators, "no_such"])
_figures = st.none() | st.integers(0, 1000)
_words = st.text(max_size=8)
_lines = st.builds(
    DrawnLine,
    indicator=_codes,
    figure=_figures,
    counted_figure=_figures,
    own_count=st.booleans(),
    unchanged=st.booleans(),
    counted_to=st.integers(0, 9),
    towns=st.just(("310117001",)),
    town_figures=st.tuples(_figures),
    account=st.none() | _words,
)
_of = {"department": organisations, "year": st.sampled_from([2025, 2026])}
_requests = st.sampled_from([UUID(int=71), UUID(int=72)])
_users = st.sampled_from(["u-1", "u-2", "console"])

COMMANDS = {
    OpenReturn: st.builds(OpenReturn, **_of, as_of=days, fill_by=days),
    FillReturn: st.builds(FillReturn, **_of, lines=st.tuples(_lines)),
    SubmitReturn: st.builds(SubmitReturn, **_of),
    SendBackReturn: st.builds(SendBackReturn, **_of, reason=_words),
    CheckReturn: st.builds(CheckReturn, **_of),
    ConfirmReturn: st.builds(ConfirmReturn, **_of),
    LockReturn: st.builds(LockReturn, **_of),
    CorrectReturn: st.builds(CorrectReturn, **_of, line=_lines),
    RequestExact: st.builds(
        RequestExact,
        request_id=_requests,
        department=organisations,
        year=st.sampled_from([2025, 2026]),
        readers=st.tuples(_users, _users),
        purpose=_words,
    ),
    ApproveExact: st.builds(ApproveExact, request_id=_requests),
    RefuseExact: st.builds(RefuseExact, request_id=_requests, reason=_words),
    EndExact: st.builds(EndExact, request_id=_requests),
}

LINE = DrawnLine(indicator="league_activities", figure=6, counted_to=3)
AGAIN = LINE.model_copy(update={"figure": 8, "counted_to": 9, "account": "补登两场"})


def _request(number: int) -> RequestExact:
    return RequestExact(
        request_id=UUID(int=number),
        department=CIVIL_AFFAIRS,
        year=2025,
        readers=("u-1", "u-2"),
        purpose="儿童福利统计年报",
    )


TOLD: list[Told] = [
    (
        OpenReturn(
            department=LEAGUE,
            year=2025,
            as_of=date(2025, 12, 31),
            fill_by=DAY + timedelta(days=10),
        ),
        CIVIL_AFFAIRS,
        DAY,
    ),
    (FillReturn(department=LEAGUE, year=2025, lines=(LINE,)), LEAGUE, DAY),
    (SubmitReturn(department=LEAGUE, year=2025), LEAGUE, DAY),
    (SendBackReturn(department=LEAGUE, year=2025, reason="请核对场次"), CIVIL_AFFAIRS, DAY),
    (SubmitReturn(department=LEAGUE, year=2025), LEAGUE, DAY),
    (CheckReturn(department=LEAGUE, year=2025), CIVIL_AFFAIRS, DAY),
    (ConfirmReturn(department=LEAGUE, year=2025), HEAD, DAY),
    (LockReturn(department=LEAGUE, year=2025), CIVIL_AFFAIRS, DAY),
    (CorrectReturn(department=LEAGUE, year=2025, line=AGAIN), HEAD, DAY),
    (_request(71), ASKS, DAY),
    (ApproveExact(request_id=UUID(int=71)), APPROVES, DAY),
    (EndExact(request_id=UUID(int=71)), ASKS, DAY),
    (_request(72), ASKS, DAY),
    (RefuseExact(request_id=UUID(int=72), reason="不是法定报表"), APPROVES, DAY),
]
