"""Voluntary guidance: offered by a school and by the federation given, session by session."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from hypothesis import strategies as st

from domain.enrolment import ConfirmEnrolment
from domain.kernel import Category
from domain.voluntary_guidance import (
    CourseResult,
    EndCourse,
    OfferGuidance,
    Origin,
    RecordCourseSession,
)
from tests.domain.invented import EDUCATION, SCHOOL
from tests.domain.pools import DAY, Told, children, days, matters, organisations, texts

PUPIL = UUID(int=4781)
FEDERATION = "womens_federation:310117"

COMMANDS = {
    OfferGuidance: st.builds(
        OfferGuidance,
        child_ref=children,
        matter=matters,
        giver=organisations,
        offered_on=days,
        origin=st.sampled_from(Origin),
        accepted=st.booleans(),
        topic=texts,
        offered_by=st.none() | organisations,
    ),
    RecordCourseSession: st.builds(
        RecordCourseSession,
        child_ref=children,
        giver=organisations,
        held_on=days,
        attended=st.booleans(),
        account=texts,
    ),
    EndCourse: st.builds(
        EndCourse,
        child_ref=children,
        giver=organisations,
        ended_on=days,
        result=st.sampled_from(CourseResult),
        account=texts,
    ),
}

TOLD: list[Told] = [
    (
        ConfirmEnrolment(
            child_ref=PUPIL, school=SCHOOL, student_number=None, grade="四年级", since=DAY
        ),
        EDUCATION,
        DAY,
    ),
    (
        OfferGuidance(
            child_ref=PUPIL,
            matter=Category.SCHOOLING,
            giver=FEDERATION,
            offered_on=DAY,
            origin=Origin.ASKED_FOR,
            accepted=True,
            topic="亲子沟通",
        ),
        SCHOOL,
        DAY,
    ),
    (
        RecordCourseSession(
            child_ref=PUPIL,
            giver=FEDERATION,
            held_on=DAY + timedelta(days=7),
            attended=True,
            account="讲解沟通方法",
        ),
        FEDERATION,
        DAY + timedelta(days=7),
    ),
    (
        EndCourse(
            child_ref=PUPIL,
            giver=FEDERATION,
            ended_on=DAY + timedelta(days=30),
            result=CourseResult.COMPLETED,
            account="家长已掌握",
        ),
        FEDERATION,
        DAY + timedelta(days=30),
    ),
]
