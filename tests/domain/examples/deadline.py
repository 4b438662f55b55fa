"""How commands of the stream ``deadline`` are drawn, and what makes each of its events happen."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from hypothesis import strategies as st

from domain.deadline import (
    AdvanceDeadline,
    CancelDeadline,
    HandOnDeadline,
    MeetDeadline,
    PauseDeadline,
    ResumeDeadline,
    SetDeadline,
)
from domain.kernel import Category
from domain.organisations import HUB
from tests.domain.invented import CHILD, PROCURATORATE, TOWN, TOWN_CODE
from tests.domain.pools import (
    DAY,
    RULES,
    Told,
    children,
    clocks,
    instants,
    matters,
    maybe_town,
    organisations,
    referral_ids,
)
from tests.specification import at_noon

_SUBJECT, _LATE = UUID(int=61), UUID(int=62)
_RULES = st.none() | st.sampled_from([*RULES.referrals, *RULES.clocks, "no_such_row"])

COMMANDS = {
    SetDeadline: st.builds(
        SetDeadline,
        subject_id=referral_ids,
        kind=clocks,
        child_ref=children,
        matter=matters,
        owner=organisations,
        town=maybe_town,
        due_at=instants,
        rule=_RULES,
        anew=st.booleans(),
    ),
    HandOnDeadline: st.builds(
        HandOnDeadline, subject_id=referral_ids, kind=clocks, child_ref=children
    ),
    MeetDeadline: st.builds(MeetDeadline, subject_id=referral_ids, kind=clocks),
    CancelDeadline: st.builds(CancelDeadline, subject_id=referral_ids, kind=clocks),
    AdvanceDeadline: st.builds(
        AdvanceDeadline, subject_id=referral_ids, kind=clocks, child_ref=children
    ),
    PauseDeadline: st.builds(
        PauseDeadline,
        subject_id=referral_ids,
        kind=clocks,
        reason=st.sampled_from(["WAITING", "AWAY"]),
    ),
    ResumeDeadline: st.builds(ResumeDeadline, subject_id=referral_ids, kind=clocks),
}

TOLD: list[Told] = [
    (
        SetDeadline(
            subject_id=_SUBJECT,
            kind="complete",
            child_ref=CHILD,
            matter=Category.SCHOOLING,
            owner=TOWN,
            town=TOWN_CODE,
            due_at=RULES.due(RULES.referrals["persuade_dropout"].complete_within, at_noon(DAY)),
            rule="persuade_dropout",
        ),
        HUB,
        DAY,
    ),
    (PauseDeadline(subject_id=_SUBJECT, kind="complete", reason="WAITING"), HUB, DAY),
    (ResumeDeadline(subject_id=_SUBJECT, kind="complete"), HUB, DAY),
    (
        SetDeadline(
            subject_id=_LATE,
            kind="complete",
            child_ref=CHILD,
            matter=Category.GUARDIANSHIP,
            owner=PROCURATORATE,
            town=None,
            due_at=RULES.due(RULES.referrals["supervise_dropout"].complete_within, at_noon(DAY)),
            rule="supervise_dropout",
        ),
        HUB,
        DAY,
    ),
    *(
        (AdvanceDeadline(subject_id=_LATE, kind="complete", child_ref=CHILD), HUB, on)
        for on in (DAY + timedelta(days=28), DAY + timedelta(days=31), DAY + timedelta(days=35))
    ),
]
