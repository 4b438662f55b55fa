"""Assessing a family (家庭监护能力评估), and closing a guardianship case (结案)."""

from __future__ import annotations

from domain.guardianship_approval import decide_by, next_number
from domain.guardianship_codes import Conclusion, Proposed
from domain.guardianship_commands import (
    AskForAssessment,
    CloseGuardianshipCase,
    RecordAssessment,
)
from domain.guardianship_events import (
    AssessmentNeeded,
    AssessmentRecorded,
    ClosingProposed,
)
from domain.guardianship_measures import ADMONISHING
from domain.guardianship_placement import civil_affairs_only
from domain.guardianship_state import GuardianshipCase, GuardianshipState
from domain.kernel import Event, Given, Refused
from domain.organisations import Seat, seat_of


def ask_for_assessment(
    state: GuardianshipCase, command: AskForAssessment, given: Given
) -> list[Event]:
    """Once a case; a placed child is assessed before it goes home anyway."""
    enough = state.admonitions >= given.rules.thresholds.admonitions_before_assessment
    if not enough or state.assessment_asked or state.placed:
        return []
    return [AssessmentNeeded(child_ref=command.child_ref)]


ASSESSING = ADMONISHING | {Seat.CIVIL_AFFAIRS}
"""Who may assess (沪未保 78: 民政、公安、法院、检察院)."""

_ON_RETURN = (Conclusion.CAN_RETURN, Conclusion.CANNOT_RETURN)


def assess(state: GuardianshipCase, command: RecordAssessment, given: Given) -> list[Event]:
    if seat_of(given.actor.organisation) not in ASSESSING:
        raise Refused(
            "ASSESSMENT_NOT_YOURS", "监护能力评估由民政、公安、法院或检察院开展，请移交民政局。"
        )
    given.not_in_future(command.assessed_on, "ASSESSMENT_IN_FUTURE", "评估日期")
    if command.conclusion in _ON_RETURN:
        # Said of the seat before anything is said of the child.
        civil_affairs_only(given, "RETURN_ASSESSMENT_NOT_YOURS", "回归家庭的评估结论")
        if not state.placed and not (given.correction and state.placements):
            raise Refused(
                "ASSESSMENT_NOT_PLACED", "该儿童不在临时监护中，不能评估能否回归家庭，请核对。"
            )
    _check_form(command, given)
    ours = given.actor.organisation
    return [
        AssessmentRecorded(
            **command.model_dump(exclude={"grade"}),
            grade=_grade(command.grade, given),
            decides_return=False,
            follow_up_until=None,
            awaits=True,
            put_up_by=ours,
            proposal=next_number(state, given),
            replaces=_replaced(state, command, given) if given.correction else 0,
            corrected=given.correction,
            prepared_by=given.actor.user,
            decide_by=decide_by(Proposed.ASSESSMENT, given),
        )
    ]


def _replaced(state: GuardianshipCase, command: RecordAssessment, given: Given) -> int:
    """The number of what a corrected record put forward before, if it is undecided still."""
    for (organisation, number), each in state.pending.items():
        if organisation == given.actor.organisation and each.assessed_on == command.assessed_on:
            return number
    return 0


def _grade(grade: str | None, given: Given) -> str:
    """The grade in the policies' own word. Raises Refused with the list of them."""
    grades: dict[str, str] = given.rules.assessment.grades
    word = grades.get((grade or "").strip(), (grade or "").strip())
    if word not in grades.values():
        raise Refused("ASSESSMENT_GRADE", f"评估等级应为：{'、'.join(grades.values())}。")
    return word


def _check_form(command: RecordAssessment, given: Given) -> None:
    months, bounds = command.follow_up_months, given.rules.assessment.follow_up_months
    if months is None:
        return
    if command.conclusion is not Conclusion.CAN_RETURN:
        raise Refused("FOLLOW_UP_NOT_RETURN", "只有“可以回归家庭”的评估才填跟踪回访月数。")
    if not bounds.least <= months <= bounds.most:
        raise Refused(
            "FOLLOW_UP_TERM", f"跟踪回访期应为{bounds.least}至{bounds.most}个月，请核对。"
        )


def close(state: GuardianshipCase, command: CloseGuardianshipCase, given: Given) -> list[Event]:
    civil_affairs = seat_of(given.actor.organisation) is Seat.CIVIL_AFFAIRS
    # Who placed the child answers for it until the end. A corrected reason is that of the case
    # that it closed, and closes no other.
    closing = state.open or (given.correction and state.state is GuardianshipState.CLOSED)
    if not closing or (state.placements and not civil_affairs):
        raise _not_open()
    if state.unsettled:
        # To the others in the words for there being none: they need not know of either.
        raise _unsettled() if civil_affairs else _not_open()
    ours = given.actor.organisation
    undecided = [
        number
        for (organisation, number), each in state.pending.items()
        if organisation == ours and each.what is Proposed.CLOSING
    ]
    if undecided and not given.correction:
        raise Refused("CLOSING_AWAITS", "已提请结案，正待审批，请勿重复提请。")
    return [
        ClosingProposed(
            **command.model_dump(),
            put_up_by=ours,
            proposal=next_number(state, given),
            replaces=undecided[0] if undecided else 0,
            prepared_by=given.actor.user,
            decide_by=decide_by(Proposed.CLOSING, given),
            corrected=state.state is GuardianshipState.CLOSED,
        )
    ]


def _not_open() -> Refused:
    return Refused("GUARDIANSHIP_NOT_OPEN", "没有可由本单位结案的监护个案，请核对儿童信息。")


def _unsettled() -> Refused:
    return Refused(
        "GUARDIANSHIP_UNSETTLED",
        "孩子正在紧急临时照料中，或撤销监护人资格的申请尚未裁判，不能结案；请先登记照料结束或裁判。",
    )
