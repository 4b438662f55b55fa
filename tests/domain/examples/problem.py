"""How commands of the stream ``problem`` are drawn, and what makes its events happen."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from hypothesis import strategies as st

from domain.kernel import Actor
from domain.organisations import HUB, Post
from domain.problem import (
    AnswerProblem,
    OpenProblem,
    RecheckProblem,
    StrikeOffProblem,
    problem_id,
)
from tests.domain.invented import TOWN, TOWN_CODE, VILLAGE
from tests.domain.pools import DAY, Told, children, days, maybe_town, organisations, texts

_CHILD = UUID("c0000000-0000-4000-8000-000000000094")
VISITOR = Actor(VILLAGE, Post.HANDLER.value, "u-visits")
SECOND = Actor(TOWN, Post.HEAD.value, "u-second")

COMMANDS = {
    OpenProblem: st.builds(
        OpenProblem,
        child_ref=children,
        found_on=st.just(DAY),
        visit=st.just(UUID(int=31)),
        stated_by=organisations,
        town=maybe_town,
    ),
    AnswerProblem: st.builds(
        AnswerProblem,
        problem=st.builds(problem_id, children, st.just(DAY)),
        answered_by=st.just("u-answers"),
    ),
    RecheckProblem: st.builds(
        RecheckProblem,
        child_ref=children,
        found_on=st.just(DAY),
        rechecked_on=days,
        solved=st.booleans(),
        account=texts,
    ),
    StrikeOffProblem: st.builds(
        StrikeOffProblem,
        child_ref=children,
        found_on=st.just(DAY),
        struck_off_on=days,
        note=texts,
    ),
}

TOLD: list[Told] = [
    (
        OpenProblem(
            child_ref=_CHILD,
            found_on=DAY,
            visit=UUID(int=31),
            stated_by=VILLAGE,
            town=TOWN_CODE,
        ),
        HUB,
        DAY,
    ),
    (AnswerProblem(problem=problem_id(_CHILD, DAY), answered_by="u-answers"), HUB, DAY),
    (
        RecheckProblem(
            child_ref=_CHILD,
            found_on=DAY,
            rechecked_on=DAY + timedelta(days=9),
            solved=True,
            account="已修好",
        ),
        VISITOR,
        DAY + timedelta(days=9),
    ),
    (
        StrikeOffProblem(
            child_ref=_CHILD,
            found_on=DAY,
            struck_off_on=DAY + timedelta(days=10),
            note="核对无误",
        ),
        SECOND,
        DAY + timedelta(days=10),
    ),
]
