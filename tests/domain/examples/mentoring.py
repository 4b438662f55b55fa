"""How commands of the stream ``mentoring`` are drawn, and what makes each of its events happen."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from hypothesis import strategies as st

from domain.child_file import ClassifyChild
from domain.enrolment import ConfirmEnrolment
from domain.mentoring import EndedFor, EndPair, Pair, RecordPairContact, ReviewKeyCare, Role
from domain.organisations import HUB
from tests.domain.invented import EDUCATION, SCHOOL, TOWN
from tests.domain.pools import DAY, LONG_AFTER, Told, children, days, texts

PUPIL = UUID(int=4711)
"""No other example changes whose pupil it is."""

_roles = st.sampled_from(Role)

COMMANDS = {
    ReviewKeyCare: st.builds(ReviewKeyCare, child_ref=children),
    Pair: st.builds(
        Pair,
        child_ref=children,
        role=_roles,
        since=days,
        who=st.just("示例老师"),
        checked=st.booleans(),
        note=texts,
    ),
    EndPair: st.builds(
        EndPair, child_ref=children, role=_roles, until=days, reason=st.sampled_from(EndedFor)
    ),
    RecordPairContact: st.builds(
        RecordPairContact, child_ref=children, role=_roles, met_on=days, account=texts
    ),
}


def _at(school: str) -> ConfirmEnrolment:
    return ConfirmEnrolment(
        child_ref=PUPIL, school=school, student_number=None, grade="四年级", since=DAY
    )


_REVIEW = ReviewKeyCare(child_ref=PUPIL)

TOLD: list[Told] = [
    (_at(SCHOOL), EDUCATION, DAY),
    (ClassifyChild(child_ref=PUPIL, categories=("ORPHAN",)), TOWN, DAY),
    (_REVIEW, HUB, DAY),
    (
        Pair(
            child_ref=PUPIL,
            role=Role.MENTOR,
            since=DAY,
            who="示例老师",
            checked=False,
            note="熟悉学生",
        ),
        SCHOOL,
        DAY,
    ),
    (
        RecordPairContact(child_ref=PUPIL, role=Role.MENTOR, met_on=DAY, account="谈心"),
        SCHOOL,
        DAY,
    ),
    (
        EndPair(
            child_ref=PUPIL,
            role=Role.MENTOR,
            until=DAY + timedelta(days=3),
            reason=EndedFor.LEFT,
        ),
        SCHOOL,
        DAY + timedelta(days=3),
    ),
    (ClassifyChild(child_ref=PUPIL, categories=("MIGRANT",)), TOWN, LONG_AFTER),
    (_REVIEW, HUB, LONG_AFTER),
]
