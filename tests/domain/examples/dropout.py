"""How commands of the stream ``dropout`` are drawn, and what makes its events happen."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from hypothesis import strategies as st

from domain.dropout_case import dropout_case_id
from domain.dropout_codes import JointMeasure
from domain.dropout_events import (
    ApproveLawfulAbsence,
    CallMeasure,
    ConfirmDropout,
    EndLawfulAbsence,
    ReportAbsence,
    SuspectDropout,
)
from domain.organisations import HUB
from tests.domain.invented import EDUCATION, SCHOOL, TOWN_CODE
from tests.domain.pools import DAY, RULES, Told, children, days, texts

_AWAY = UUID("c0000000-0000-4000-8000-000000000093")

COMMANDS = {
    ApproveLawfulAbsence: st.builds(
        ApproveLawfulAbsence,
        child_ref=children,
        approved_on=days,
        until=days,
        reason_code=st.just("SUSPENSION"),
        document_number=texts,
        note=texts,
    ),
    CallMeasure: st.builds(
        CallMeasure,
        child_ref=children,
        measure=st.sampled_from(JointMeasure),
        called_on=days,
        note=texts,
    ),
    ConfirmDropout: st.builds(
        ConfirmDropout, case=st.builds(dropout_case_id, children, st.integers(1, 2))
    ),
    EndLawfulAbsence: st.builds(
        EndLawfulAbsence, case=st.builds(dropout_case_id, children, st.integers(1, 2))
    ),
}

TOLD: list[Told] = [
    (
        ReportAbsence(
            child_ref=_AWAY,
            school=SCHOOL,
            town=TOWN_CODE,
            absent_since=DAY,
            school_days=RULES.thresholds.suspected_after_school_days,
            reason_code="UNEXPLAINED",
            family_contact=None,
            reason=None,
        ),
        SCHOOL,
        DAY,
    ),
    (
        ApproveLawfulAbsence(
            child_ref=_AWAY,
            approved_on=DAY,
            until=DAY + timedelta(days=90),
            reason_code="SUSPENSION",
            document_number="示教核〔2026〕0001号",
            note="家长申请",
        ),
        EDUCATION,
        DAY,
    ),
    (EndLawfulAbsence(case=dropout_case_id(_AWAY, 1)), HUB, DAY + timedelta(days=92)),
    (
        ReportAbsence(
            child_ref=_AWAY,
            school=SCHOOL,
            town=TOWN_CODE,
            absent_since=DAY,
            school_days=RULES.thresholds.serious_after_school_days + 1,
            reason_code="UNEXPLAINED",
            family_contact=None,
            reason=None,
        ),
        SCHOOL,
        DAY + timedelta(days=93),
    ),
    (
        CallMeasure(
            child_ref=_AWAY,
            measure=JointMeasure.RELIEF,
            called_on=DAY + timedelta(days=94),
            note="家庭困难",
        ),
        EDUCATION,
        DAY + timedelta(days=94),
    ),
    (ConfirmDropout(case=dropout_case_id(_AWAY, 1)), HUB, DAY + timedelta(days=130)),
]

ASKED: list[Told] = [(SuspectDropout(child_ref=_AWAY), HUB, DAY)]
"""Asked as well: what happens by it happens by something else in what is told."""
