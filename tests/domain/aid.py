"""Applications for aid as the specifications tell them, and their histories."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from domain.aid_codes import Applicant, Finding, matter_of
from domain.aid_events import (
    ApplyForAid,
    EndAid,
    GiveAid,
    GrantAid,
    RefuseAid,
    ReviewAid,
    VerifyAid,
)
from domain.aid_state import AidState
from domain.child_file import ChildFile
from domain.kernel import Actor, Category, Command, Event
from domain.organisations import Post, Seat, district_organisation
from domain.suspicion import Suspicion
from hub.policies import load_policies
from tests.domain.invented import (
    CHILD,
    CIVIL_AFFAIRS,
    SCHOOL,
    TOWN,
    TOWN_CODE,
    VILLAGE,
    VILLAGE_CODE,
)
from tests.specification import given

RULES = load_policies().rules
TODAY = date(2026, 3, 4)
FEDERATION = district_organisation(Seat.DISABLED_FEDERATION)
APPLICATION = UUID(int=71)
LEADER = Actor(CIVIL_AFFAIRS, Post.DUTY_LEADER.value, "leader")
OTHER_LEADER = Actor(FEDERATION, Post.DUTY_LEADER.value, "another leader")
LIVES_HERE = ChildFile(
    opened=True, town=TOWN_CODE, village=VILLAGE_CODE, school=SCHOOL, birth_month="2015-03"
)
SUSPECTED = ChildFile(
    opened=True,
    town=TOWN_CODE,
    village=VILLAGE_CODE,
    suspicions={UUID(int=1): Suspicion(guardian=True)},
)


def about(scheme: str = "SPECIAL_CHILD") -> dict[str, Any]:
    return {"application_id": APPLICATION, "child_ref": CHILD, "scheme": scheme}


def apply(scheme: str = "SPECIAL_CHILD", by: Applicant = Applicant.GUARDIAN) -> ApplyForAid:
    return ApplyForAid(
        **about(scheme),
        applied_on=TODAY,
        applicant=by,
        applicant_name="示例父",
        need="（示例）父亲失联",
    )


def verify(scheme: str = "SPECIAL_CHILD", finding: Finding = Finding.MEETS) -> VerifyAid:
    return VerifyAid(**about(scheme), verified_on=TODAY, finding=finding, account="（示例）已入户")


def grant(scheme: str = "SPECIAL_CHILD", **changes: Any) -> GrantAid:
    stated = {
        **about(scheme),
        "decided_on": TODAY,
        "document_number": "示民保〔2026〕1号",
        "reason": None,
        "need_remains": False,
        "since": date(2026, 4, 1),
        "yuan": 3200 if scheme == "SPECIAL_CHILD" else None,
    }
    return GrantAid(**{**stated, **changes})


def refuse(scheme: str = "SPECIAL_CHILD", **changes: Any) -> RefuseAid:
    stated = grant(scheme).model_dump(exclude={"since", "yuan"}) | {"reason": "（示例）不符合"}
    return RefuseAid(**{**stated, **changes})


def give(scheme: str = "COCHLEAR_IMPLANT") -> GiveAid:
    return GiveAid(**about(scheme), given_on=TODAY, account="（示例）已手术")


def review(scheme: str = "SPECIAL_CHILD") -> ReviewAid:
    return ReviewAid(**about(scheme), reviewed_on=TODAY, yuan=None, account="（示例）无变化")


def end(scheme: str = "SPECIAL_CHILD", reason: str = "MOVED") -> EndAid:
    return EndAid(**about(scheme), ended_on=TODAY, end_reason=reason, account=None)


def who(command: Command, scheme: str) -> str | Actor:
    """An office that may, by the scheme: what is decided is decided by its leader."""
    federation = matter_of(scheme) is Category.HEALTH
    if isinstance(command, GrantAid | RefuseAid):
        return OTHER_LEADER if federation else LEADER
    if federation:
        return FEDERATION
    return VILLAGE if isinstance(command, ApplyForAid) else TOWN


def told(
    *steps: Any, scheme: str = "SPECIAL_CHILD", child: ChildFile = LIVES_HERE
) -> tuple[Event, ...]:
    history: tuple[Event, ...] = ()
    for command in steps:
        outcome = given(*history).when(command, by=who(command, scheme), on=TODAY, child=child)
        assert outcome.refusal is None, outcome.refusal
        history += outcome.events
    return history


IMPLANT = "COCHLEAR_IMPLANT"


def course(scheme: str) -> dict[str, tuple[Event, ...]]:
    first = (apply(scheme), verify(scheme))
    more = (
        {} if scheme != IMPLANT else {"given": told(*first, grant(scheme), give(), scheme=scheme)}
    )
    return {
        "none": (),
        "applied": told(apply(scheme), scheme=scheme),
        "incomplete": told(apply(scheme), verify(scheme, Finding.INCOMPLETE), scheme=scheme),
        "verified": told(*first, scheme=scheme),
        "granted": told(*first, grant(scheme), scheme=scheme),
        "reviewed": told(*first, grant(scheme), review(scheme), scheme=scheme),
        "refused": told(*first, refuse(scheme), scheme=scheme),
        "withdrawn": told(apply(scheme), end(scheme, "DECLINED"), scheme=scheme),
        "ended": told(*first, grant(scheme), end(scheme), scheme=scheme),
        **more,
    }


COURSES = {scheme: course(scheme) for scheme in ("SPECIAL_CHILD", IMPLANT)}
STATES = {
    "none": AidState.NONE,
    "applied": AidState.APPLIED,
    "incomplete": AidState.APPLIED,
    "verified": AidState.VERIFIED,
    "granted": AidState.GRANTED,
    "reviewed": AidState.GRANTED,
    "given": AidState.GIVEN,
    "refused": AidState.REFUSED,
    "withdrawn": AidState.ENDED,
    "ended": AidState.ENDED,
}
