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
from domain.guardianship_measures import admonish, dissuade, order_guidance, report_to_police
from domain.guardianship_placement import conclude_search, extend_follow_up, place, return_home
from domain.guardianship_state import (
    EVOLVE,
    GuardianshipCase,
    GuardianshipState,
    stands,
    state_after,
)
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
    while load(guardianship_case_id(command.child_ref, occurrence)).state is (
        GuardianshipState.CLOSED
    ):
        occurrence += 1
    return guardianship_case_id(command.child_ref, occurrence)


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
        GuardianshipState.CLOSED: "结案",
    },
    codes={
        "conduct": GUARDIAN_CONDUCT,
        "order": GUIDANCE_ORDER,
        "conclusion": ASSESSMENT_CONCLUSION,
        "care": PLACEMENT_CARE,
        "what": PROPOSED,
        "situation": PLACEMENT_SITUATION,
    },
    case=lambda state, topic, facts: state_after(
        GuardianshipState(state or GuardianshipState.NONE), topic, facts
    ),
    stands=stands,
)
