"""Visits, and what is owed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from domain.child_file import ClassifyChild, ConfirmResidence, NotePlacement
from domain.guardianship_codes import Care
from domain.organisations import HUB
from domain.verification import (
    Attends,
    CompareEnrolment,
    Finding,
    RaiseDisability,
    StateAttendance,
    VerifyChild,
)
from domain.verification_round import OpenRound, PutOffRound, ReportRound
from domain.visit import RecordVisit, VisitForm
from domain.visit_obligation import obligation_id
from domain.visit_obligation_events import (
    EndFollower,
    MeetObligation,
    MissObligation,
    OwedKind,
    PlanVisits,
    UnmeetObligation,
)
from tests.domain.invented import (
    CIVIL_AFFAIRS,
    OTHER_CHILD,
    OTHER_STATION,
    OTHER_TOWN,
    OTHER_TOWN_CODE,
    OTHER_VILLAGE_CODE,
    SCHOOL,
    STATION,
    TOWN,
    TOWN_CODE,
    VILLAGE,
    VILLAGE_CODE,
)
from tests.domain.pools import (
    DAY,
    LONG_AFTER,
    Told,
    children,
    days,
    maybe_town,
    organisations,
    texts,
    towns,
)

_kinds = st.sampled_from(OwedKind)

COMMANDS: dict[type, Any] = {
    RecordVisit: st.builds(
        RecordVisit,
        visit_id=st.sampled_from([UUID(int=31), UUID(int=32)]),
        child_ref=children,
        form=st.sampled_from(VisitForm),
        visited_on=days,
        met=st.booleans(),
        from_list=st.booleans(),
        seen=texts,
        health=texts,
    ),
    PlanVisits: st.builds(
        PlanVisits,
        child_ref=children,
        kind=_kinds,
        counted_from=st.none() | days,
        until=st.none() | days,
        within=maybe_town,
    ),
    MeetObligation: st.builds(
        MeetObligation, child_ref=children, kind=_kinds, happened_on=days, by=organisations
    ),
    UnmeetObligation: st.builds(
        UnmeetObligation,
        child_ref=children,
        kind=_kinds,
        visit=st.sampled_from([UUID(int=31), UUID(int=32)]),
        meets=st.none() | days,
    ),
    EndFollower: st.builds(
        EndFollower,
        child_ref=children,
        kind=_kinds,
        reopened=st.builds(obligation_id, children, _kinds, st.integers(1, 3)),
    ),
    VerifyChild: st.builds(
        VerifyChild,
        verification_id=st.sampled_from([UUID(int=41), UUID(int=42)]),
        child_ref=children,
        town=maybe_town,
        finding=st.sampled_from(Finding),
        verified_on=days,
        household=texts,
    ),
    StateAttendance: st.builds(
        StateAttendance,
        verification_id=st.sampled_from([UUID(int=41), UUID(int=42)]),
        child_ref=children,
        town=maybe_town,
        attends=st.sampled_from(Attends),
        school=st.none() | st.just(SCHOOL),
    ),
    RaiseDisability: st.builds(
        RaiseDisability,
        verification_id=st.sampled_from([UUID(int=41), UUID(int=42)]),
        child_ref=children,
        town=maybe_town,
        signs=texts,
    ),
    CompareEnrolment: st.builds(
        CompareEnrolment,
        verification_id=st.sampled_from([UUID(int=41), UUID(int=42)]),
        child_ref=children,
        town=maybe_town,
        attends=st.sampled_from(Attends),
        school=st.none() | st.just(SCHOOL),
    ),
    OpenRound: st.builds(OpenRound, town=towns, until=days, note=texts),
    PutOffRound: st.builds(
        PutOffRound, town=towns, until=days, put_off_until=days, reason=st.just("台风")
    ),
    ReportRound: st.builds(ReportRound, town=towns, until=days, finished_on=days, account=texts),
    NotePlacement: st.builds(
        NotePlacement, child_ref=children, care=st.none() | st.sampled_from(Care)
    ),
    MissObligation: st.builds(
        MissObligation,
        child_ref=children,
        obligation=st.builds(obligation_id, children, _kinds, st.integers(1, 3)),
    ),
}


def _moved(town: str, code: str, village: str, station: str) -> Told:
    command = ConfirmResidence(
        child_ref=OTHER_CHILD,
        town=code,
        village=village,
        police_station=station,
        address=None,
        since=DAY,
    )
    return command, town, DAY


_CLASSIFY = ClassifyChild(child_ref=OTHER_CHILD, categories=("ORPHAN",))

TOLD: list[Told] = [
    (NotePlacement(child_ref=OTHER_CHILD, care=Care.INSTITUTION), HUB, DAY),
    (NotePlacement(child_ref=OTHER_CHILD, care=None), HUB, DAY),
    _moved(OTHER_TOWN, OTHER_TOWN_CODE, OTHER_VILLAGE_CODE, OTHER_STATION),
    (_CLASSIFY, TOWN, DAY),
    _moved(TOWN, TOWN_CODE, VILLAGE_CODE, STATION),
    (_CLASSIFY.model_copy(update={"grounds": ("CHILD_CONCERN",)}), TOWN, DAY),
    (
        RecordVisit(
            visit_id=UUID(int=31),
            child_ref=OTHER_CHILD,
            form=VisitForm.CALL,
            visited_on=DAY + timedelta(days=3),
            met=True,
            from_list=True,
            not_met_reason=None,
            seen="奶奶",
            seen_alone="是",
            living="整洁",
            mood="平稳",
            hazards="无",
            childs_view="想妈妈",
            problems="无",
            action="继续关注",
            health="良好",
            schooling="正常",
            guardian_contact="每周视频",
        ),
        VILLAGE,
        DAY + timedelta(days=4),
    ),
    (
        UnmeetObligation(
            child_ref=OTHER_CHILD, kind=OwedKind.CONTACT, visit=UUID(int=31), meets=None
        ),
        HUB,
        DAY + timedelta(days=5),
    ),
    (
        VerifyChild(
            verification_id=UUID(int=41),
            child_ref=OTHER_CHILD,
            town=TOWN_CODE,
            finding=Finding.CHANGED,
            verified_on=DAY,
            household="与祖母同住",
            guardians="父母在外地",
            carer="祖母",
            schooling="在读",
            health="良好",
            means="一般",
            differs="换了照护人",
        ),
        VILLAGE,
        DAY,
    ),
    (
        StateAttendance(
            verification_id=UUID(int=41),
            child_ref=OTHER_CHILD,
            town=TOWN_CODE,
            attends=Attends.NOT_AT_SCHOOL,
            school=None,
        ),
        VILLAGE,
        DAY,
    ),
    (
        CompareEnrolment(
            verification_id=UUID(int=41),
            child_ref=OTHER_CHILD,
            town=TOWN_CODE,
            attends=Attends.NOT_AT_SCHOOL,
            school=None,
        ),
        HUB,
        DAY,
    ),
    (
        RaiseDisability(
            verification_id=UUID(int=41), child_ref=OTHER_CHILD, town=TOWN_CODE, signs="走路不稳"
        ),
        VILLAGE,
        DAY,
    ),
    (OpenRound(town=TOWN_CODE, until=LONG_AFTER, note="逐户核查"), CIVIL_AFFAIRS, DAY),
    (
        PutOffRound(
            town=TOWN_CODE,
            until=LONG_AFTER,
            put_off_until=LONG_AFTER + timedelta(days=30),
            reason="台风",
        ),
        CIVIL_AFFAIRS,
        DAY,
    ),
    (
        ReportRound(
            town=TOWN_CODE,
            until=LONG_AFTER,
            finished_on=DAY + timedelta(days=1),
            account="已核查",
        ),
        TOWN,
        DAY + timedelta(days=1),
    ),
    (
        MissObligation(
            obligation=obligation_id(OTHER_CHILD, OwedKind.HOME_VISIT, 1), child_ref=OTHER_CHILD
        ),
        HUB,
        LONG_AFTER,
    ),
    (_CLASSIFY.model_copy(update={"categories": ("MIGRANT",)}), TOWN, LONG_AFTER),
    *(
        (
            PlanVisits(
                child_ref=OTHER_CHILD,
                kind=OwedKind.VERIFICATION,
                until=LONG_AFTER + timedelta(days=days_later),
                put_off_from=put_off_from,
            ),
            HUB,
            LONG_AFTER,
        )
        for days_later, put_off_from in (
            (10, None),
            (40, LONG_AFTER + timedelta(days=10)),
        )
    ),
]
