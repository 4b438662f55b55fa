"""How commands about enrolment are drawn, and what makes their events happen."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from hypothesis import strategies as st

from domain.child_file import StateIdentity
from domain.dropout_events import SuspectDropout
from domain.enrolment import NOT_ON_ROLL, ConfirmEnrolment, EndEnrolment, StateNotOnRoll
from tests.domain.invented import EDUCATION, OTHER_SCHOOL, SCHOOL
from tests.domain.pools import DAY, Told, children, days, schools

_LEAVES = UUID("c0000000-0000-4000-8000-000000000095")

COMMANDS = {
    ConfirmEnrolment: st.builds(
        ConfirmEnrolment,
        child_ref=children,
        school=schools,
        student_number=st.none() | st.text(max_size=8),
        grade=st.text(max_size=4),
        since=days,
    ),
    EndEnrolment: st.builds(
        EndEnrolment,
        child_ref=children,
        school=schools,
        until=days,
        reason=st.text(max_size=8),
        graduated=st.booleans(),
        receiver=st.none() | schools,
        outside=st.none() | st.just("示例外区学校"),
        letter=st.sampled_from([None, " ", "（外区）回执1号"]),
    ),
    StateNotOnRoll: st.builds(
        StateNotOnRoll,
        child_ref=children,
        reason_code=st.sampled_from(sorted(NOT_ON_ROLL.labels)),
        until=st.none() | days,
        outside=st.none(),
        proof=st.sampled_from([" ", "示教学〔2025〕0001号"]),
    ),
    SuspectDropout: st.builds(SuspectDropout, child_ref=children),
}

TOLD: list[Told] = [
    (
        StateIdentity(
            child_ref=_LEAVES,
            name="测试庚",
            birth_date=date(2014, 5, 1),
            id_number=None,
            sex=None,
        ),
        EDUCATION,
        DAY,
    ),
    (
        StateNotOnRoll(
            child_ref=_LEAVES,
            reason_code="ELSEWHERE",
            until=None,
            outside="示例外区学校",
            proof="示教学〔2025〕0001号",
        ),
        EDUCATION,
        DAY,
    ),
    (
        ConfirmEnrolment(
            child_ref=_LEAVES, school=SCHOOL, student_number=None, grade="六", since=DAY
        ),
        EDUCATION,
        DAY,
    ),
    (
        EndEnrolment(child_ref=_LEAVES, school=SCHOOL, until=DAY, reason="毕业", graduated=True),
        EDUCATION,
        DAY,
    ),
    (
        EndEnrolment(
            child_ref=_LEAVES, school=SCHOOL, until=DAY, reason="转出", receiver=OTHER_SCHOOL
        ),
        EDUCATION,
        DAY,
    ),
]
