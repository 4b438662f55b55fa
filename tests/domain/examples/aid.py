"""An application for aid from its first word to its end; of some schemes one is chosen."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from domain.aid_choice import LeaveChoice, TakeChoice
from domain.aid_codes import AID_END, AID_SCHEME, Applicant, Finding
from domain.aid_events import (
    ApplyForAid,
    EndAid,
    GiveAid,
    GrantAid,
    RefuseAid,
    ReviewAid,
    VerifyAid,
)
from domain.kernel import Actor
from domain.organisations import Post, Seat, district_organisation
from tests.domain.invented import CIVIL_AFFAIRS, VILLAGE
from tests.domain.pools import DAY, LONG_AFTER, Told, children, days, texts

FEDERATION = district_organisation(Seat.DISABLED_FEDERATION)
_CHILD = UUID("c0000000-0000-4000-8000-000000000071")
"""Of no town: civil affairs verify and decide, by two people."""
_ALLOWANCE, _IMPLANT, _REFUSED = UUID(int=71), UUID(int=72), UUID(int=73)
_STATED: dict[str, Any] = {
    "application_id": st.sampled_from([_ALLOWANCE, _IMPLANT, _REFUSED]),
    "child_ref": children,
    "scheme": st.sampled_from([*AID_SCHEME.labels, "NO_SUCH_SCHEME"]),
}
_DECIDED: dict[str, Any] = {
    **_STATED,
    "decided_on": days,
    "document_number": st.text(max_size=8),
    "reason": texts,
    "need_remains": st.booleans(),
}
_yuan = st.none() | st.sampled_from([1, 3200])
_CHOICE: dict[str, Any] = {
    "child_ref": children,
    "choose_one": st.just("BASIC_LIVING"),
    "application": st.sampled_from([_ALLOWANCE, _REFUSED]),
}

COMMANDS: dict[type, Any] = {
    ApplyForAid: st.builds(
        ApplyForAid,
        **_STATED,
        applied_on=days,
        applicant=st.sampled_from(Applicant),
        applicant_name=texts,
        need=texts,
    ),
    VerifyAid: st.builds(
        VerifyAid, **_STATED, verified_on=days, finding=st.sampled_from(Finding), account=texts
    ),
    GrantAid: st.builds(
        GrantAid, **_DECIDED, since=days.map(lambda day: day.replace(day=1)), yuan=_yuan
    ),
    RefuseAid: st.builds(RefuseAid, **_DECIDED),
    GiveAid: st.builds(GiveAid, **_STATED, given_on=days, account=texts),
    ReviewAid: st.builds(ReviewAid, **_STATED, reviewed_on=days, yuan=_yuan, account=texts),
    EndAid: st.builds(
        EndAid,
        **_STATED,
        ended_on=days,
        end_reason=st.sampled_from(list(AID_END.labels)),
        account=texts,
    ),
    TakeChoice: st.builds(TakeChoice, **_CHOICE),
    LeaveChoice: st.builds(LeaveChoice, **_CHOICE),
}


def _another(organisation: str) -> Actor:
    """Another person than who verifies."""
    return Actor(organisation, Post.DUTY_LEADER.value, "leader")


def _of(application: UUID, child: UUID, scheme: str) -> dict[str, Any]:
    return {"application_id": application, "child_ref": child, "scheme": scheme}


_LIVING = _of(_ALLOWANCE, _CHILD, "SPECIAL_CHILD")
_HEARING = _of(_IMPLANT, _CHILD, "COCHLEAR_IMPLANT")
_ONCE = _of(_REFUSED, _CHILD, "TEMPORARY")
_SINCE = date(2026, 2, 1)


def _applied(of: dict[str, Any], by: str) -> Told:
    command = ApplyForAid(
        **of,
        applied_on=DAY,
        applicant=Applicant.RELATIVE,
        applicant_name="示例姑姑",
        need="（示例）父母失联",
    )
    return command, by, DAY


def _verified(of: dict[str, Any], by: str) -> Told:
    command = VerifyAid(**of, verified_on=DAY, finding=Finding.MEETS, account="（示例）已入户")
    return command, by, DAY


def _decided(of: dict[str, Any]) -> dict[str, Any]:
    return {
        **of,
        "decided_on": DAY,
        "document_number": "示〔2026〕1号",
        "reason": "（示例）情况属实",
        "need_remains": True,
    }


TOLD: list[Told] = [
    _applied(_LIVING, VILLAGE),
    _verified(_LIVING, CIVIL_AFFAIRS),
    (GrantAid(**_decided(_LIVING), since=_SINCE, yuan=3200), _another(CIVIL_AFFAIRS), DAY),
    (ReviewAid(**_LIVING, reviewed_on=DAY, yuan=3200, account="无变化"), CIVIL_AFFAIRS, LONG_AFTER),
    (
        EndAid(**_LIVING, ended_on=LONG_AFTER, end_reason="MOVED", account="（示例）已迁出"),
        CIVIL_AFFAIRS,
        LONG_AFTER,
    ),
    _applied(_HEARING, FEDERATION),
    _verified(_HEARING, FEDERATION),
    (GrantAid(**_decided(_HEARING), since=_SINCE, yuan=50000), _another(FEDERATION), DAY),
    (GiveAid(**_HEARING, given_on=DAY, account="（示例）已手术"), FEDERATION, DAY),
    _applied(_ONCE, VILLAGE),
    _verified(_ONCE, CIVIL_AFFAIRS),
    (RefuseAid(**_decided(_ONCE)), _another(CIVIL_AFFAIRS), DAY),
]
