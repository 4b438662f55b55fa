"""Assessing a family (家庭监护能力评估), and closing a guardianship case (结案)."""

from __future__ import annotations

from datetime import date

from domain.guardianship_codes import Conclusion
from domain.guardianship_commands import (
    AskForAssessment,
    CloseGuardianshipCase,
    RecordAssessment,
)
from domain.guardianship_events import (
    AssessmentNeeded,
    AssessmentRecorded,
    GuardianshipCaseClosed,
    PlacementEnded,
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
    decides = _decides_return(state, command, given)
    return [
        AssessmentRecorded(
            **command.model_dump(),
            decides_return=decides,
            follow_up_until=_follow_up(state, command.conclusion, given) if decides else None,
        )
    ]


def _decides_return(state: GuardianshipCase, command: RecordAssessment, given: Given) -> bool:
    """The newest assessment of a child in care does, whoever made it: after one that says that it
    must be placed nobody goes home before it is assessed anew. An older one, sent late or with
    other words, does not."""
    corrected = given.correction and state.state is GuardianshipState.RETURNED_FOLLOWUP
    newest = state.assessed_on is None or command.assessed_on >= state.assessed_on
    return (state.placed or corrected) and newest


def _follow_up(state: GuardianshipCase, conclusion: Conclusion, given: Given) -> date | None:
    if conclusion is not Conclusion.CAN_RETURN:
        return None
    if given.correction and state.follow_up_until is not None:
        return state.follow_up_until
    until: date = given.rules.last_day(given.rules.clocks["follow_up"].within, given.today)
    return until


def close(state: GuardianshipCase, command: CloseGuardianshipCase, given: Given) -> list[Event]:
    civil_affairs = seat_of(given.actor.organisation) is Seat.CIVIL_AFFAIRS
    # Who placed the child answers for it until the end. A corrected reason is that of the case
    # that it closed, and closes no other.
    closing = state.state is GuardianshipState.CLOSED if given.correction else state.open
    if not closing or (state.placements and not civil_affairs):
        raise Refused("GUARDIANSHIP_NOT_OPEN", "没有可由本单位结案的监护个案，请核对儿童信息。")
    closed = GuardianshipCaseClosed(**command.model_dump())
    if state.placed:
        ended = PlacementEnded(
            child_ref=command.child_ref, placement=state.placements, stays=state.stays
        )
        return [ended, closed]
    return [closed]
