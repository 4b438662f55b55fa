"""How commands of the stream ``deadline`` are drawn, and what makes each of its events happen."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from hypothesis import strategies as st

from domain.calendar import WorkingCalendar
from domain.deadline import (
    AdvanceDeadline,
    CancelDeadline,
    HandOnDeadline,
    MeetDeadline,
    MoveDeadline,
    PauseDeadline,
    RecomputeDeadline,
    ResumeDeadline,
    SetDeadline,
)
from domain.deadline_extension import ApproveExtension, AskForExtension, RefuseExtension
from domain.kernel import Actor, Category
from domain.organisations import HUB, Post
from domain.rules import Rules
from tests.domain.invented import CHILD, PROCURATORATE, TOWN, TOWN_CODE
from tests.domain.pools import (
    DAY,
    RULES,
    Told,
    children,
    clocks,
    days,
    instants,
    matters,
    maybe_town,
    organisations,
    referral_ids,
)
from tests.specification import at_noon

_SUBJECT, _LATE, _ASKED, _REFUSED, _PROVISIONAL = (UUID(int=n) for n in range(61, 66))
_YEARS_END = date(2026, 12, 30)
_HEAD = Actor(TOWN, Post.HEAD, "u-head")
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
    MoveDeadline: st.builds(
        MoveDeadline,
        subject_id=referral_ids,
        kind=clocks,
        child_ref=children,
        due_at=instants,
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
    RecomputeDeadline: st.builds(RecomputeDeadline, subject_id=referral_ids, kind=clocks),
    AskForExtension: st.builds(
        AskForExtension,
        subject_id=referral_ids,
        kind=clocks,
        until=days,
        account=st.text(max_size=8),
    ),
    ApproveExtension: st.builds(ApproveExtension, subject_id=referral_ids, kind=clocks, until=days),
    RefuseExtension: st.builds(RefuseExtension, subject_id=referral_ids, kind=clocks),
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
    (
        MoveDeadline(
            subject_id=_SUBJECT,
            kind="complete",
            child_ref=CHILD,
            due_at=RULES.due(RULES.referrals["check_verification"].complete_within, at_noon(DAY)),
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
    *(
        (
            SetDeadline(
                subject_id=subject,
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
        )
        for subject in (_ASKED, _REFUSED)
    ),
    *(
        (
            AskForExtension(
                subject_id=subject, kind="complete", until=DAY + timedelta(days=14), account="外出"
            ),
            Actor(TOWN, Post.HANDLER, "u-handler"),
            DAY,
        )
        for subject in (_ASKED, _REFUSED)
    ),
    (
        SetDeadline(
            subject_id=_PROVISIONAL,
            kind="complete",
            child_ref=CHILD,
            matter=Category.SCHOOLING,
            owner=TOWN,
            town=TOWN_CODE,
            due_at=RULES.due(
                RULES.referrals["persuade_dropout"].complete_within, at_noon(_YEARS_END)
            ),
            rule="persuade_dropout",
        ),
        HUB,
        _YEARS_END,
    ),
    (
        ApproveExtension(subject_id=_ASKED, kind="complete", until=DAY + timedelta(days=14)),
        _HEAD,
        DAY,
    ),
    (RefuseExtension(subject_id=_REFUSED, kind="complete"), _HEAD, DAY),
]

_NEW_YEAR = WorkingCalendar(
    {
        2026: {"provisional": False, "off": [], "on": []},
        2027: {"provisional": False, "off": [date(2027, 1, 1)], "on": []},
    }
)
UNDER_OTHER_RULES: tuple[Rules, list[Told]] = (
    RULES.model_copy(update={"calendar": _NEW_YEAR}),
    [(RecomputeDeadline(subject_id=_PROVISIONAL, kind="complete"), HUB, _YEARS_END)],
)
"""Once the calendar of 2027 is published."""
