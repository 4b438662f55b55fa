"""Health findings."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from domain.health import (
    RecordDisability,
    RecordHealthFollowUp,
    ReviewCareNotice,
    RuleOutDisability,
    SuspectDisability,
)
from domain.organisations import Seat, district_organisation
from tests.domain.invented import CHILD, TOWN_CODE, organisation_of
from tests.domain.pools import DAY, LONG_AFTER, Told, children, maybe_town, referral_ids, texts

_HOSPITAL = organisation_of(Seat.HOSPITAL)
_FEDERATION = district_organisation(Seat.DISABLED_FEDERATION)
_SUSPECTED, _CERTIFIED, _FOLLOWED = (UUID(int=n) for n in (41, 42, 43))

COMMANDS: dict[type, Any] = {
    SuspectDisability: st.builds(
        SuspectDisability,
        child_ref=children,
        entry=referral_ids,
        town=maybe_town,
        signs=texts,
        account=texts,
    ),
    RecordDisability: st.builds(
        RecordDisability,
        child_ref=children,
        entry=referral_ids,
        disability_class=st.sampled_from(["1", "5", "7"]),
        disability_grade=st.none() | st.just("2"),
        certificate_number=texts,
        account=texts,
    ),
    RuleOutDisability: st.builds(
        RuleOutDisability, child_ref=children, entry=referral_ids, account=texts
    ),
    RecordHealthFollowUp: st.builds(
        RecordHealthFollowUp,
        child_ref=children,
        entry=referral_ids,
        ended=st.booleans(),
        reason=texts,
        plan=texts,
        account=texts,
    ),
    ReviewCareNotice: st.builds(ReviewCareNotice, child_ref=children),
}

_FOLLOW_UP = RecordHealthFollowUp(
    child_ref=CHILD,
    entry=_FOLLOWED,
    ended=False,
    reason="情绪低落",
    plan="每月门诊",
    account="家属配合",
)

TOLD: list[Told] = [
    (
        SuspectDisability(
            child_ref=CHILD,
            entry=_SUSPECTED,
            town=TOWN_CODE,
            signs="言语发育迟缓",
            account="建议评定",
        ),
        _HOSPITAL,
        DAY,
    ),
    (
        RecordDisability(
            child_ref=CHILD,
            entry=_CERTIFIED,
            disability_class="3",
            disability_grade="2",
            certificate_number="99999920150301001632",
            account="已发证",
        ),
        _FEDERATION,
        DAY,
    ),
    (_FOLLOW_UP, _HOSPITAL, DAY),
    (_FOLLOW_UP.model_copy(update={"ended": True}), _HOSPITAL, LONG_AFTER),
    *(
        (RuleOutDisability(child_ref=CHILD, entry=entry, account="复核"), _HOSPITAL, LONG_AFTER)
        for entry in (_SUSPECTED, _CERTIFIED)
    ),
]
