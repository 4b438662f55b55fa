"""The guardianship case (监护个案): the ladder from dissuasion to the return home.

村居 dissuades and stops (劝诫、制止, 未保法 118(1), plan 二2) and tells the police where it is
serious; the police admonish (训诫, 未保法 118(2)); police, procuratorate and court order
family-education guidance (沪未保 85(2)). Where that does not help, what the family is able to do
is assessed (家庭监护能力评估, 沪未保 78), the child is supported at home or placed (临时监护,
未保法 92, 93), and goes home once that is assessed to be safe (送回, 沪未保 79). What is ordered is
shared under orders, everything else is guardianship.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from domain.approval import ApproveProposal, RejectProposal
from domain.guardianship_approval import approve, reject
from domain.guardianship_assessment import ask_for_assessment, assess, close
from domain.guardianship_care import (
    NEW_GUARDIAN,
    BeginEmergencyCare,
    DecideRevocation,
    EndEmergencyCare,
    RestoreGuardianship,
    SeekRevocation,
)
from domain.guardianship_codes import (
    ASSESSMENT_CONCLUSION,
    GUARDIAN_CONDUCT,
    GUIDANCE_ORDER,
    PLACEMENT_CARE,
    PLACEMENT_SITUATION,
    PROPOSED,
)
from domain.guardianship_commands import (
    AskForAssessment,
    CloseGuardianshipCase,
    ExtendFollowUp,
    OrderGuidance,
    PlaceChild,
    RecordAdmonition,
    RecordAssessment,
    RecordDissuasion,
    RecordSearchResult,
    ReportToPolice,
    ReturnChildHome,
)
from domain.guardianship_fold import EVOLVE, stands
from domain.guardianship_measures import admonish, dissuade, order_guidance, report_to_police
from domain.guardianship_placement import conclude_search, extend_follow_up, place, return_home
from domain.guardianship_revocation import (
    begin_emergency_care,
    decide_revocation,
    end_emergency_care,
    restore_guardianship,
    seek_revocation,
)
from domain.guardianship_state import GuardianshipCase, GuardianshipState, state_after
from domain.kernel import Stream, derived_id


def guardianship_case_id(child_ref: UUID, occurrence: int) -> UUID:
    """The id of a child's n-th guardianship case (from 1)."""
    return derived_id("guardianship", child_ref, occurrence)


def _locate(command: Any, load: Callable[[UUID], GuardianshipCase]) -> UUID:
    """The child's open case, else the next one. A correction is of the case that it corrects, and
    what is decided is of the case that it names."""
    if isinstance(command, ApproveProposal | RejectProposal):
        return command.case_id
    occurrence = 1
    if isinstance(command, RestoreGuardianship):
        return _revoked(command.child_ref, load)
    while load(guardianship_case_id(command.child_ref, occurrence)).state is (
        GuardianshipState.CLOSED
    ):
        occurrence += 1
    return guardianship_case_id(command.child_ref, occurrence)


def _revoked(child_ref: UUID, load: Callable[[UUID], GuardianshipCase]) -> UUID:
    """The newest case in which a guardianship was revoked, also where it is closed by now; else the
    first, in which none was."""
    occurrence, found = 1, 1
    while (state := load(guardianship_case_id(child_ref, occurrence))).state is not (
        GuardianshipState.NONE
    ):
        found = occurrence if state.revoked is not None else found
        occurrence += 1
    return guardianship_case_id(child_ref, found)


GUARDIANSHIP_CASE: Stream[GuardianshipCase] = Stream(
    name="guardianship",
    initial=GuardianshipCase(),
    decide={
        RecordDissuasion: dissuade,
        ReportToPolice: report_to_police,
        RecordAdmonition: admonish,
        OrderGuidance: order_guidance,
        AskForAssessment: ask_for_assessment,
        RecordAssessment: assess,
        PlaceChild: place,
        RecordSearchResult: conclude_search,
        BeginEmergencyCare: begin_emergency_care,
        EndEmergencyCare: end_emergency_care,
        SeekRevocation: seek_revocation,
        DecideRevocation: decide_revocation,
        RestoreGuardianship: restore_guardianship,
        ReturnChildHome: return_home,
        CloseGuardianshipCase: close,
        ApproveProposal: approve,
        RejectProposal: reject,
        ExtendFollowUp: extend_follow_up,
    },
    evolve=EVOLVE,
    locate=_locate,
    title="监护个案",
    states={
        GuardianshipState.NONE: "未立个案",
        GuardianshipState.DISSUADED: "已劝诫",
        GuardianshipState.POLICE_REPORTED: "已报告公安",
        GuardianshipState.ADMONISHED: "已训诫",
        GuardianshipState.GUIDANCE_ORDERED: "已责令家庭教育指导",
        GuardianshipState.ASSESSING: "监护能力评估中",
        GuardianshipState.HOME_SUPPORT: "在家监护支持",
        GuardianshipState.TEMP_GUARDIANSHIP: "临时监护",
        GuardianshipState.RETURNED_FOLLOWUP: "送回随访",
        GuardianshipState.REVOCATION_SOUGHT: "已申请撤销监护人资格",
        GuardianshipState.RESTORED: "已恢复监护人资格",
        GuardianshipState.OTHER_GUARDIAN: "已另行确定监护人",
        GuardianshipState.STATE_LONG_TERM: "民政长期监护",
        GuardianshipState.CLOSED: "结案",
    },
    codes={
        "conduct": GUARDIAN_CONDUCT,
        "order": GUIDANCE_ORDER,
        "conclusion": ASSESSMENT_CONCLUSION,
        "care": PLACEMENT_CARE,
        "what": PROPOSED,
        "guardian": NEW_GUARDIAN,
        "situation": PLACEMENT_SITUATION,
    },
    case=lambda state, topic, facts: state_after(
        GuardianshipState(state or GuardianshipState.NONE), topic, facts
    ),
    stands=stands,
)
