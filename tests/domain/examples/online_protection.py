"""A pupil who is lost in the net: found, stopped, better, once more, corrected."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from hypothesis import strategies as st

from domain.enrolment import ConfirmEnrolment
from domain.kernel import Category
from domain.online_protection_events import (
    FollowPupil,
    FoundBy,
    NoteOnlineRisk,
    OnlineFinding,
    RecheckOnlineUse,
    RecordOnlineMeasures,
)
from domain.organisations import HUB
from tests.domain.invented import EDUCATION, OTHER_SCHOOL, SCHOOL
from tests.domain.pools import DAY, Told, children, days, matters, texts

PUPIL = UUID(int=4782)

COMMANDS = {
    FollowPupil: st.builds(FollowPupil, child_ref=children),
    NoteOnlineRisk: st.builds(
        NoteOnlineRisk,
        child_ref=children,
        matter=matters,
        found_on=days,
        found_by=st.sampled_from(FoundBy),
        signs=st.just("通宵上网"),
    ),
    RecordOnlineMeasures: st.builds(
        RecordOnlineMeasures,
        child_ref=children,
        matter=matters,
        taken_on=days,
        guidance_accepted=st.booleans(),
        school_measures=st.just("手机统一保管"),
        home_measures=texts,
    ),
    RecheckOnlineUse: st.builds(
        RecheckOnlineUse,
        child_ref=children,
        matter=matters,
        rechecked_on=days,
        finding=st.sampled_from(OnlineFinding),
        account=texts,
    ),
}

_AFTER = DAY + timedelta(days=30)

TOLD: list[Told] = [
    (
        ConfirmEnrolment(
            child_ref=PUPIL, school=SCHOOL, student_number=None, grade="四年级", since=DAY
        ),
        EDUCATION,
        DAY,
    ),
    (
        NoteOnlineRisk(
            child_ref=PUPIL,
            matter=Category.SCHOOLING,
            found_on=DAY,
            found_by=FoundBy.TEACHER,
            signs="通宵上网",
        ),
        SCHOOL,
        DAY,
    ),
    (
        RecordOnlineMeasures(
            child_ref=PUPIL,
            matter=Category.SCHOOLING,
            taken_on=DAY,
            guidance_accepted=True,
            school_measures="手机统一保管",
            home_measures="约定上网时间",
        ),
        SCHOOL,
        DAY,
    ),
    (
        RecheckOnlineUse(
            child_ref=PUPIL,
            matter=Category.SCHOOLING,
            rechecked_on=_AFTER,
            finding=OnlineFinding.IMPROVING,
            account="有好转",
        ),
        SCHOOL,
        _AFTER,
    ),
    (
        ConfirmEnrolment(
            child_ref=PUPIL, school=OTHER_SCHOOL, student_number=None, grade="五年级", since=_AFTER
        ),
        EDUCATION,
        _AFTER,
    ),
    (FollowPupil(child_ref=PUPIL), HUB, _AFTER),
]
