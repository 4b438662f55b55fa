"""What another person than its author decides in a guardianship case: assessments and closings.

Nobody may send a child home, or end its case, by himself. What brings a child out of danger
(临时监护) is not among it and waits for nobody.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from domain.approval import ApproveProposal, RejectProposal, check_second_person
from domain.guardianship_codes import PROPOSED, Conclusion, Proposed
from domain.guardianship_events import (
    AssessmentApproved,
    GuardianshipCaseClosed,
    PlacementEnded,
    ProposalRejected,
)
from domain.guardianship_state import GuardianshipCase, GuardianshipState, Proposal
from domain.kernel import Event, Given, Refused
from domain.rules import ApprovalRules, Rules

CLOCKS = {Proposed.ASSESSMENT: "approve_assessment", Proposed.CLOSING: "approve_closing"}
"""The clocks of policies/clocks.toml by which each is to be decided, and the deadlines' kinds."""


def decide_by(what: Proposed, given: Given) -> datetime:
    """When it is to be decided that is put forward now."""
    due: datetime = given.rules.due(given.rules.clocks[CLOCKS[what]].within, given.now)
    return due


def next_number(state: GuardianshipCase, given: Given) -> int:
    """The number of what the actor's organisation puts forward next."""
    return state.proposals.get(given.actor.organisation, 0) + 1


def approve(state: GuardianshipCase, command: ApproveProposal, given: Given) -> list[Event]:
    proposal = _decidable(state, command, given)
    if proposal.what is Proposed.CLOSING:
        return _closed(state, command, proposal, given)
    if proposal.assessed_on is None or proposal.conclusion is None:
        raise LookupError(command.case_id)
    decides = _decides_return(state, proposal, proposal.assessed_on)
    return [
        AssessmentApproved(
            **_which(state, command, given),
            approved_by=given.actor.user,
            assessed_on=proposal.assessed_on,
            conclusion=proposal.conclusion,
            decides_return=decides,
            follow_up_until=_follow_up(state, proposal, given) if decides else None,
            follow_up_months=proposal.follow_up_months,
        )
    ]


def reject(state: GuardianshipCase, command: RejectProposal, given: Given) -> list[Event]:
    proposal = _decidable(state, command, given)
    if not command.reason.strip():
        raise Refused("APPROVAL_WITHOUT_REASON", "退回须说明理由。")
    return [
        ProposalRejected(
            **_which(state, command, given),
            what=proposal.what,
            rejected_by=given.actor.user,
            reason=command.reason,
        )
    ]


def _which(
    state: GuardianshipCase, command: ApproveProposal | RejectProposal, given: Given
) -> dict[str, Any]:
    return {
        "child_ref": state.child_ref,
        "put_up_by": given.actor.organisation,
        "proposal": command.proposal,
    }


def _decidable(
    state: GuardianshipCase, command: ApproveProposal | RejectProposal, given: Given
) -> Proposal:
    """The same refusal for a stranger, for a conflicted organisation and where there is none."""
    ours = given.actor.organisation
    proposal = state.pending.get((ours, command.proposal))
    if proposal is None or ours in given.conflicted:
        raise Refused("APPROVAL_NOT_YOURS", "没有待本单位审批的事项，请核对编号。")
    rules: ApprovalRules = given.rules.approvals
    rule = rules.assessment if proposal.what is Proposed.ASSESSMENT else rules.closing
    check_second_person(proposal.author, rule.posts, given, PROPOSED.labels[proposal.what])
    return proposal


def _decides_return(state: GuardianshipCase, proposal: Proposal, assessed_on: date) -> bool:
    """The newest assessment of a child in care does, whoever made it: after one that says that it
    must be placed nobody goes home before it is assessed anew. An older one, sent late or with
    other words, does not, nor one of an earlier placement."""
    corrected = proposal.corrected and state.state is GuardianshipState.RETURNED_FOLLOWUP
    newest = state.assessed_on is None or assessed_on >= state.assessed_on
    same = proposal.placement == state.placements
    return (state.placed or corrected) and newest and same


def _follow_up(state: GuardianshipCase, proposal: Proposal, given: Given) -> date | None:
    if proposal.conclusion is not Conclusion.CAN_RETURN:
        return None
    as_before = proposal.follow_up_months == state.follow_up_months
    if proposal.corrected and state.follow_up_until is not None and as_before:
        return state.follow_up_until
    rules: Rules = given.rules
    return rules.follow_up_until(proposal.follow_up_months, given.today)


def _closed(
    state: GuardianshipCase, command: ApproveProposal, proposal: Proposal, given: Given
) -> list[Event]:
    if (
        proposal.placement != state.placements
        or not (proposal.corrected or state.open)
        or (state.unsettled and not proposal.corrected)
    ):
        raise Refused(
            "APPROVAL_OUTDATED",
            "提请结案之后情况已有变化（又安置、紧急临时照料、申请撤销监护人资格或已结案），"
            "请退回，待处理完毕后重新提请。",
        )
    closed = GuardianshipCaseClosed(
        **_which(state, command, given),
        reason=None,
        approved_by=given.actor.user,
        corrected=proposal.corrected,
    )
    if state.placed and not proposal.corrected:
        ended = PlacementEnded(
            child_ref=closed.child_ref, placement=state.placements, stays=state.stays
        )
        return [ended, closed]
    return [closed]
