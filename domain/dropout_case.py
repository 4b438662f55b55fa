"""The dropout case (控辍保学): suspected → persuading → returned → struck off (销号).

School registers absence and persuades (未保法 28(2)); police trace and town persuades when
asked by referral; the case closes only on proof, by a second organisation. One case per
occurrence: open over the summer it stays one case, a second absence is a new occurrence.
Thresholds are local practice and stand in policies/thresholds.toml (domain reference §3).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from domain.dropout_absence import (
    approve_absence,
    confirm_dropout,
    end_lawful_absence,
    record_return,
    report_absence,
    suspect_dropout,
)
from domain.dropout_codes import (
    ABSENCE_REASON,
    FAMILY_CONTACT,
    JOINT_MEASURE,
    PERSUASION_OUTCOME,
    REFUSED_OUTCOMES,
    STRIKE_OFF_PROOF,
    DropoutState,
    StrikeOffProof,
)
from domain.dropout_events import (
    ApproveLawfulAbsence,
    CallMeasure,
    ConfirmDropout,
    DropoutStruckOff,
    EndLawfulAbsence,
    PersuasionFailedRepeatedly,
    PersuasionRecorded,
    RecordPersuasion,
    RecordReturn,
    ReportAbsence,
    StrikeOff,
    SuspectDropout,
)
from domain.dropout_measures import call_measure
from domain.dropout_proof import check_proof
from domain.dropout_state import AWAY, EVOLVE, OPEN_SUSPICION, DropoutCase, concerns, state_after
from domain.kernel import Event, Given, Refused, Stream, derived_id
from domain.organisations import Seat, seat_of
from domain.standing import Standing, Stands


def dropout_case_id(child_ref: UUID, occurrence: int) -> UUID:
    """The id of a child's n-th dropout case (from 1)."""
    return derived_id("dropout", child_ref, occurrence)


def _record_persuasion(state: DropoutCase, command: RecordPersuasion, given: Given) -> list[Event]:
    if not state.open or not concerns(state, given):
        raise Refused(
            "DROPOUT_NOT_OPEN", "没有可由本单位登记劝返的缺课个案，请核对儿童信息和日期。"
        )
    given.not_in_future(command.persuaded_on, "PERSUASION_IN_FUTURE", "劝返日期")
    if state.absent_since and command.persuaded_on < state.absent_since:
        raise Refused("PERSUASION_BEFORE_ABSENCE", "劝返日期早于缺课起日，请核对日期。")
    key = (given.actor.organisation, command.persuaded_on)
    in_vain = command.outcome in REFUSED_OUTCOMES
    persuasions = {**state.persuasions, key: in_vain}
    events: list[Event] = [
        PersuasionRecorded(
            child_ref=command.child_ref,
            persuaded_on=command.persuaded_on,
            stated_by=given.actor.organisation,
            ordinal=list(persuasions).index(key) + 1,
            in_vain=in_vain,
            outcome=command.outcome,
            account=command.account,
        )
    ]
    failures = sum(persuasions.values())
    limit = given.rules.thresholds.persuasion_failures_before_supervision
    if state.state in AWAY and failures >= limit and not state.supervision_asked:
        events.append(PersuasionFailedRepeatedly(child_ref=command.child_ref, failures=failures))
    return events


def _strike_off(state: DropoutCase, command: StrikeOff, given: Given) -> list[Event]:
    if seat_of(given.actor.organisation) is not Seat.EDUCATION:
        raise Refused("STRIKE_OFF_SECOND_PARTY", "销号须由教育局凭证明办理，学校不能自行销号。")
    given.not_in_future(command.struck_off_on, "STRIKE_OFF_IN_FUTURE", "销号日期")
    if not state.open:
        raise Refused("DROPOUT_NOT_OPEN", "没有可销号的缺课个案，请核对儿童信息。")
    check_proof(state, command, given)
    return [
        DropoutStruckOff(
            **command.model_dump(),
            suspicion=state.suspicions,
            over=tuple(sorted(state.running)),
        )
    ]


def _locate(command: Any, load: Callable[[UUID], DropoutCase]) -> UUID:
    """The occurrence a command means: an absence opens the next one once the last is settled; a
    strike-off closes the oldest one that its proof fits, so that a new absence never leaves an
    old case behind; everything else concerns the last one that exists."""
    found: list[tuple[UUID, DropoutCase]] = []
    while not found or found[-1][1].state is not DropoutState.NONE:
        case_id = dropout_case_id(command.child_ref, len(found) + 1)
        found.append((case_id, load(case_id)))
    following = found.pop()[0]
    if isinstance(command, ReportAbsence):
        for case_id, case in found:
            # The same ledger row sent again, changed, is the same absence however it ended.
            if not case.settled or case.absent_since == command.absent_since:
                return case_id
        return following
    if isinstance(command, SuspectDropout):
        return next((case_id for case_id, case in found if not case.settled), following)
    if isinstance(command, StrikeOff):
        returned = command.proof is StrikeOffProof.ATTENDANCE
        for case_id, case in found:
            if case.open and (case.state is DropoutState.RETURNED or not returned):
                return case_id
    return found[-1][0] if found else following


DROPOUT_CASE: Stream[DropoutCase] = Stream(
    name="dropout",
    initial=DropoutCase(),
    decide={
        ReportAbsence: report_absence,
        SuspectDropout: suspect_dropout,
        ApproveLawfulAbsence: approve_absence,
        EndLawfulAbsence: end_lawful_absence,
        ConfirmDropout: confirm_dropout,
        CallMeasure: call_measure,
        RecordPersuasion: _record_persuasion,
        RecordReturn: record_return,
        StrikeOff: _strike_off,
    },
    evolve=EVOLVE,
    locate=lambda command, load: (
        command.case
        if isinstance(command, EndLawfulAbsence | ConfirmDropout)
        else _locate(command, load)
    ),
    title="控辍保学个案",
    states={
        DropoutState.NONE: "未立个案",
        DropoutState.ABSENT_UNVERIFIED: "缺课待核实",
        DropoutState.LAWFUL_ABSENCE: "正当缺课",
        DropoutState.SUSPECTED: "疑似辍学",
        DropoutState.DROPOUT: "辍学",
        DropoutState.PERSUADING: "劝返中",
        DropoutState.RETURNED: "已复学",
        DropoutState.STRUCK_OFF: "已销号",
    },
    codes={
        "reason_code": ABSENCE_REASON,
        "family_contact": FAMILY_CONTACT,
        "outcome": PERSUASION_OUTCOME,
        "proof": STRIKE_OFF_PROOF,
        "measure": JOINT_MEASURE,
    },
    case=lambda state, topic, facts: state_after(
        DropoutState(state or DropoutState.NONE), topic, facts
    ),
    # Back in class or lawfully away, nobody has it in hand any more.
    stands=lambda state, rules: (
        [Standing(Stands.OPEN_CASE)] if state.state in OPEN_SUSPICION else []
    ),
)
