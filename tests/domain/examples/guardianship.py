"""The guardianship case's later rungs: a case of its own, from the police to the return home."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from domain.approval import ApproveProposal, RejectProposal
from domain.child_file import ConfirmResidence
from domain.guardianship_care import (
    BeginEmergencyCare,
    DecideRevocation,
    EndEmergencyCare,
    NewGuardian,
    RestoreGuardianship,
    SeekRevocation,
)
from domain.guardianship_case import guardianship_case_id
from domain.guardianship_codes import (
    PLACEMENT_SITUATION,
    Care,
    Conclusion,
    GuidanceOrderKind,
)
from domain.guardianship_commands import (
    AskForAssessment,
    CloseGuardianshipCase,
    ExtendFollowUp,
    OrderGuidance,
    PlaceChild,
    RecordAdmonition,
    RecordAssessment,
    RecordSearchResult,
    ReportToPolice,
    ReturnChildHome,
)
from domain.kernel import Actor, Command
from domain.organisations import Post, Seat, district_organisation
from tests.domain.invented import (
    CIVIL_AFFAIRS,
    OTHER_CHILD,
    POLICE,
    STATION,
    TOWN,
    TOWN_CODE,
    VILLAGE,
    VILLAGE_CODE,
)
from tests.domain.pools import DAY, Told, children, days, maybe_town, texts

COURT = district_organisation(Seat.COURT)
INSTITUTION = "welfare_institution:3101170001"

COMMANDS: Mapping[type[Command], SearchStrategy[Command]] = {
    ReportToPolice: st.builds(
        ReportToPolice, child_ref=children, town=maybe_town, dissuaded_on=days
    ),
    OrderGuidance: st.builds(
        OrderGuidance,
        child_ref=children,
        town=maybe_town,
        order=st.sampled_from(GuidanceOrderKind),
        document_number=st.text(max_size=8),
        served_on=days,
        guardian_relation=texts,
        requirements=texts,
    ),
    AskForAssessment: st.builds(AskForAssessment, child_ref=children),
    RecordAssessment: st.builds(
        RecordAssessment,
        child_ref=children,
        assessed_on=days,
        conclusion=st.sampled_from(Conclusion),
        grade=st.sampled_from(["较低", "一般"]),
        account=texts,
        follow_up_months=st.none() | st.integers(3, 12),
    ),
    ApproveProposal: st.builds(
        ApproveProposal,
        case_id=st.builds(guardianship_case_id, children, st.just(1)),
        proposal=st.integers(1, 4),
    ),
    RejectProposal: st.builds(
        RejectProposal,
        case_id=st.builds(guardianship_case_id, children, st.just(1)),
        proposal=st.integers(1, 4),
        reason=st.text(min_size=1, max_size=8),
    ),
    BeginEmergencyCare: st.builds(
        BeginEmergencyCare,
        child_ref=children,
        town=maybe_town,
        begun_on=days,
        place=texts,
        account=texts,
    ),
    EndEmergencyCare: st.builds(EndEmergencyCare, child_ref=children, ended_on=days, account=texts),
    SeekRevocation: st.builds(SeekRevocation, child_ref=children, sought_on=days, account=texts),
    DecideRevocation: st.builds(
        DecideRevocation,
        child_ref=children,
        decided_on=days,
        granted=st.booleans(),
        guardian=st.none() | st.sampled_from(NewGuardian),
        restorable=st.booleans(),
        document_number=st.text(max_size=8),
        account=texts,
    ),
    RestoreGuardianship: st.builds(
        RestoreGuardianship,
        child_ref=children,
        restored_on=days,
        document_number=st.text(max_size=8),
        account=texts,
    ),
    ExtendFollowUp: st.builds(ExtendFollowUp, child_ref=children, until=days, account=texts),
    PlaceChild: st.builds(
        PlaceChild,
        child_ref=children,
        placed_on=days,
        situation=st.sampled_from(list(PLACEMENT_SITUATION.labels)),
        care=st.sampled_from(Care),
        institution=st.none() | st.just(INSTITUTION),
        place=texts,
        account=texts,
    ),
    RecordSearchResult: st.builds(
        RecordSearchResult,
        child_ref=children,
        concluded_on=days,
        found=st.booleans(),
        whom=texts,
        whereabouts=texts,
    ),
    ReturnChildHome: st.builds(
        ReturnChildHome, child_ref=children, returned_on=days, account=texts
    ),
}


def _admonition(number: int) -> Told:
    command = RecordAdmonition(
        child_ref=OTHER_CHILD,
        town=TOWN_CODE,
        document_number=f"{number}号",
        served_on=DAY,
        guardian_relation="父亲",
        conduct="VIOLENCE",
        account=None,
        guidance_ordered=False,
    )
    return command, STATION, DAY


def _assessment(conclusion: Conclusion) -> Told:
    command = RecordAssessment(
        child_ref=OTHER_CHILD,
        assessed_on=DAY,
        conclusion=conclusion,
        grade="较低",
        account="入户评估",
        basics="父母离异",
        quality="照料一般",
        capacity="收入不稳",
        follow_up_months=6 if conclusion is Conclusion.CAN_RETURN else None,
    )
    return command, CIVIL_AFFAIRS, DAY


def _approved(proposal: int) -> Told:
    """By another person than its author."""
    case = guardianship_case_id(OTHER_CHILD, 1)
    head = Actor(CIVIL_AFFAIRS, Post.HEAD.value, "u-head")
    return ApproveProposal(case_id=case, proposal=proposal), head, DAY


def _sent_back(proposal: int) -> Told:
    case = guardianship_case_id(OTHER_CHILD, 1)
    head = Actor(CIVIL_AFFAIRS, Post.HEAD.value, "u-head")
    return RejectProposal(case_id=case, proposal=proposal, reason="请补充"), head, DAY


_PLACE: Told = (
    PlaceChild(
        child_ref=OTHER_CHILD,
        placed_on=DAY,
        situation="GUARDIAN_MISSING",
        care=Care.INSTITUTION,
        institution=INSTITUTION,
        place="示例儿童福利院",
        account="已安置",
    ),
    CIVIL_AFFAIRS,
    DAY,
)

TOLD: list[Told] = [
    (
        ConfirmResidence(
            child_ref=OTHER_CHILD,
            town=TOWN_CODE,
            village=VILLAGE_CODE,
            police_station=STATION,
            address=None,
            since=DAY,
        ),
        TOWN,
        DAY,
    ),
    (
        ReportToPolice(child_ref=OTHER_CHILD, town=TOWN_CODE, dissuaded_on=DAY),
        VILLAGE,
        DAY,
    ),
    (
        BeginEmergencyCare(
            child_ref=OTHER_CHILD, town=TOWN_CODE, begun_on=DAY, place="村委会", account="住院"
        ),
        VILLAGE,
        DAY,
    ),
    (EndEmergencyCare(child_ref=OTHER_CHILD, ended_on=DAY, account="已出院"), VILLAGE, DAY),
    _admonition(1),
    (
        OrderGuidance(
            child_ref=OTHER_CHILD,
            town=TOWN_CODE,
            order=GuidanceOrderKind.WRITTEN_WARNING,
            document_number="1号",
            served_on=DAY,
            guardian_relation="父亲",
            requirements="不得再次动手",
        ),
        STATION,
        DAY,
    ),
    _admonition(2),
    _assessment(Conclusion.PLACE),
    _approved(1),
    _PLACE,
    (
        RecordSearchResult(
            child_ref=OTHER_CHILD,
            concluded_on=DAY,
            found=True,
            whom="母亲",
            whereabouts="外地",
        ),
        POLICE,
        DAY,
    ),
    _assessment(Conclusion.CAN_RETURN),
    _approved(2),
    (
        ReturnChildHome(child_ref=OTHER_CHILD, returned_on=DAY, account="已送回"),
        CIVIL_AFFAIRS,
        DAY,
    ),
    (
        ExtendFollowUp(child_ref=OTHER_CHILD, until=DAY + timedelta(days=300), account="仍需观察"),
        CIVIL_AFFAIRS,
        DAY,
    ),
    _PLACE,
    (SeekRevocation(child_ref=OTHER_CHILD, sought_on=DAY, account="长期失管"), CIVIL_AFFAIRS, DAY),
    (
        DecideRevocation(
            child_ref=OTHER_CHILD,
            decided_on=DAY,
            granted=True,
            guardian=NewGuardian.STATE_LONG_TERM,
            restorable=True,
            document_number="1号",
            account="失管",
        ),
        COURT,
        DAY,
    ),
    (
        RestoreGuardianship(
            child_ref=OTHER_CHILD, restored_on=DAY, document_number="2号", account="已悔改"
        ),
        COURT,
        DAY,
    ),
    (CloseGuardianshipCase(child_ref=OTHER_CHILD, reason="待补充"), CIVIL_AFFAIRS, DAY),
    _sent_back(3),
    (CloseGuardianshipCase(child_ref=OTHER_CHILD, reason="已收养"), CIVIL_AFFAIRS, DAY),
    _approved(4),
]
