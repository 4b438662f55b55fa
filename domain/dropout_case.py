"""The dropout case (控辍保学): suspected → persuading → returned → struck off (销号).

School registers absence and persuades (未保法 28(2)); police trace and town persuades when
asked by referral; the case closes only on proof, by a second organisation. One case per
occurrence: open over the summer it stays one case, a second absence is a new occurrence.
Thresholds are local practice and stand in policies/thresholds.toml (domain reference §3).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from domain.dropout_codes import (
    ABSENCE_REASON,
    FAMILY_CONTACT,
    LAWFUL_REASONS,
    PERSUASION_OUTCOME,
    REFUSED_OUTCOMES,
    STRIKE_OFF_PROOF,
    DropoutState,
    StrikeOffProof,
)
from domain.dropout_events import (
    AbsenceReported,
    ApproveLawfulAbsence,
    DropoutStruckOff,
    DropoutSuspected,
    LawfulAbsenceApproved,
    PersuasionFailedRepeatedly,
    PersuasionRecorded,
    RecordPersuasion,
    RecordReturn,
    ReportAbsence,
    ReturnedToSchool,
    StrikeOff,
    SuspicionLifted,
)
from domain.kernel import (
    Event,
    Given,
    Refused,
    Stream,
    derived_id,
)
from domain.organisations import Seat, seat_of
from domain.standing import Standing, Stands
from domain.terms import months_after


def dropout_case_id(child_ref: UUID, occurrence: int) -> UUID:
    """The id of a child's n-th dropout case (from 1)."""
    return derived_id("dropout", child_ref, occurrence)


@dataclass(frozen=True, slots=True)
class DropoutCase:
    state: DropoutState = DropoutState.NONE
    school: str = ""
    absent_since: date | None = None
    school_days: int = 0
    persuasions: Mapping[tuple[str, date], bool] = field(default_factory=dict)
    """Whether each persuasion was in vain, by who persuaded and when: a corrected record takes
    the place of the one it corrects and is not counted twice."""
    supervision_asked: bool = False
    suspicions: int = 0
    """How often the case was suspected: each suspicion has tasks of its own."""
    approved_until: date | None = None
    """Until which day the absence is approved as lawful."""

    @property
    def open(self) -> bool:
        return self.state not in (DropoutState.NONE, DropoutState.STRUCK_OFF)

    @property
    def settled(self) -> bool:
        """Back in class or struck off: another absence is another occurrence."""
        return self.state in (DropoutState.RETURNED, DropoutState.STRUCK_OFF)


_DECIDED = (DropoutState.SUSPECTED, DropoutState.PERSUADING, DropoutState.RETURNED)
"""States that a further ledger row of the same absence leaves as they are."""


_AWAY = (DropoutState.ABSENT_UNVERIFIED, DropoutState.SUSPECTED, DropoutState.PERSUADING)
"""States in which the child is away without leave."""


def _report_absence(state: DropoutCase, command: ReportAbsence, given: Given) -> list[Event]:
    given.not_in_future(command.absent_since, "ABSENCE_IN_FUTURE", "缺课起日")
    if state.state is DropoutState.STRUCK_OFF and _concerns(state, given):
        # To another school the case is none of its business: its row is taken as any other.
        raise Refused("DROPOUT_CLOSED", "该次缺课已经销号；再次缺课请填写新的缺课起日。")
    lawful = command.reason_code in LAWFUL_REASONS or _approved(state, given)
    events: list[Event] = [
        AbsenceReported(
            child_ref=command.child_ref,
            school=command.school,
            town=command.town,
            absent_since=command.absent_since,
            school_days=command.school_days,
            lawful=lawful,
            of_own_pupil=_concerns(state, given),
            reason_code=command.reason_code,
            family_contact=command.family_contact,
            reason=command.reason,
        )
    ]
    threshold = given.rules.thresholds.suspected_after_school_days
    already = state.state in (*_DECIDED, DropoutState.STRUCK_OFF)
    if not lawful and not already and command.school_days >= threshold:
        events.append(
            DropoutSuspected(
                child_ref=command.child_ref,
                school=command.school,
                town=command.town,
                absent_since=command.absent_since,
                suspicion=state.suspicions + 1,
            )
        )
    return events


def _approved(state: DropoutCase, given: Given) -> bool:
    """Whether somebody else than the school has approved the absence for now: then the school's row
    adds days, and suspects nothing."""
    return state.approved_until is not None and given.today <= state.approved_until


def _approve(state: DropoutCase, command: ApproveLawfulAbsence, given: Given) -> list[Event]:
    if seat_of(given.actor.organisation) not in (Seat.EDUCATION, Seat.TOWN):
        raise Refused("APPROVAL_SECOND_PARTY", "正当缺课由教育局或街镇核准，学校不能自行核准。")
    if not state.open or state.settled:
        raise Refused("DROPOUT_NOT_OPEN", "没有可核准的缺课个案，请核对儿童信息。")
    given.not_in_future(command.approved_on, "APPROVAL_IN_FUTURE", "核准日期")
    if command.until < given.today:
        raise Refused("APPROVAL_OVER", "期满日期已过，请登记复学，或按实际情况重新核准。")
    months = given.rules.thresholds.lawful_absence_months_at_most
    if command.until > months_after(command.approved_on, months):
        raise Refused(
            "APPROVAL_TOO_LONG", f"一次核准最长{months}个月，请改短期满日期，期满再核准。"
        )
    events: list[Event] = [LawfulAbsenceApproved(**command.model_dump())]
    if state.state in (DropoutState.SUSPECTED, DropoutState.PERSUADING):
        events.append(SuspicionLifted(child_ref=command.child_ref, suspicion=state.suspicions))
    return events


def _concerns(state: DropoutCase, given: Given) -> bool:
    """A school acts on its own pupils' cases only; other seats are judged by their rights. Whose
    pupil it is the roll says, and only for a child on no roll whoever reported first."""
    actor = given.actor.organisation
    if seat_of(actor) is not Seat.SCHOOL:
        return True
    enrolled = given.child.school if given.child is not None else None
    return actor == (enrolled or state.school or actor)


def _record_persuasion(state: DropoutCase, command: RecordPersuasion, given: Given) -> list[Event]:
    if not state.open or not _concerns(state, given):
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
    if state.state in _AWAY and failures >= limit and not state.supervision_asked:
        events.append(PersuasionFailedRepeatedly(child_ref=command.child_ref, failures=failures))
    return events


def _record_return(state: DropoutCase, command: RecordReturn, given: Given) -> list[Event]:
    if not state.open or not _concerns(state, given):
        raise Refused("DROPOUT_NOT_OPEN", "没有可由本单位登记复学的缺课个案，请核对儿童信息。")
    given.not_in_future(command.returned_on, "RETURN_IN_FUTURE", "复学日期")
    if state.absent_since and command.returned_on < state.absent_since:
        raise Refused("RETURN_BEFORE_ABSENCE", "复学日期早于缺课起日，请核对日期。")
    if state.state is DropoutState.RETURNED:
        return []
    return [ReturnedToSchool(**command.model_dump(), suspicion=state.suspicions)]


def _strike_off(state: DropoutCase, command: StrikeOff, given: Given) -> list[Event]:
    if seat_of(given.actor.organisation) is not Seat.EDUCATION:
        raise Refused("STRIKE_OFF_SECOND_PARTY", "销号须由教育局凭证明办理，学校不能自行销号。")
    given.not_in_future(command.struck_off_on, "STRIKE_OFF_IN_FUTURE", "销号日期")
    if not state.open:
        raise Refused("DROPOUT_NOT_OPEN", "没有可销号的缺课个案，请核对儿童信息。")
    if command.proof is StrikeOffProof.ATTENDANCE and state.state is not DropoutState.RETURNED:
        raise Refused("STRIKE_OFF_WITHOUT_RETURN", "学校尚未登记复学，不能凭到校证明销号。")
    return [DropoutStruckOff(**command.model_dump(), suspicion=state.suspicions)]


def state_after(state: DropoutState, topic: str, facts: Mapping[str, Any]) -> DropoutState:
    """The state that an event leads to, by its topic and clear facts.

    The one rule for the fold here and for every view, which may hold only some of a case's
    events; to whoever sees nothing but a persuasion the case is one of persuasion.
    """
    if topic == AbsenceReported.TOPIC:
        of_another_school = not facts.get("of_own_pupil", True)
        if state in (*_DECIDED, DropoutState.STRUCK_OFF):
            return state
        if of_another_school and state is not DropoutState.NONE:
            return state
        lawful = facts.get("lawful", False)
        return DropoutState.LAWFUL_ABSENCE if lawful else DropoutState.ABSENT_UNVERIFIED
    if topic == PersuasionRecorded.TOPIC:
        # Only a suspected case moves on: persuading early must not keep a longer absence from
        # being suspected, and with it police, town and civil affairs from being told.
        moves = state in (DropoutState.NONE, DropoutState.SUSPECTED)
        return DropoutState.PERSUADING if moves else state
    return _STATE_OF_TOPIC.get(topic, state)


_STATE_OF_TOPIC = {
    DropoutSuspected.TOPIC: DropoutState.SUSPECTED,
    LawfulAbsenceApproved.TOPIC: DropoutState.LAWFUL_ABSENCE,
    SuspicionLifted.TOPIC: DropoutState.LAWFUL_ABSENCE,
    ReturnedToSchool.TOPIC: DropoutState.RETURNED,
    DropoutStruckOff.TOPIC: DropoutState.STRUCK_OFF,
}


def _moved(state: DropoutCase, event: Event) -> DropoutCase:
    return replace(state, state=state_after(state.state, event.TOPIC, vars(event)))


def _absent(state: DropoutCase, event: AbsenceReported) -> DropoutCase:
    if not event.of_own_pupil and state.state is not DropoutState.NONE:
        # A row about another school's pupil is kept and changes nothing: a mistyped number must
        # not take the case over, nor turn an absence into a lawful one.
        return state
    return replace(
        _moved(state, event),
        school=event.school,
        absent_since=state.absent_since or event.absent_since,
        school_days=event.school_days,
    )


def _suspected(state: DropoutCase, event: DropoutSuspected) -> DropoutCase:
    return replace(_moved(state, event), suspicions=event.suspicion)


def _was_approved(state: DropoutCase, event: LawfulAbsenceApproved) -> DropoutCase:
    return replace(_moved(state, event), approved_until=event.until)


def _persuaded(state: DropoutCase, event: PersuasionRecorded) -> DropoutCase:
    return replace(
        _moved(state, event),
        persuasions={**state.persuasions, (event.stated_by, event.persuaded_on): event.in_vain},
    )


def _supervision_asked(state: DropoutCase, event: PersuasionFailedRepeatedly) -> DropoutCase:
    return replace(state, supervision_asked=True)


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
        ReportAbsence: _report_absence,
        ApproveLawfulAbsence: _approve,
        RecordPersuasion: _record_persuasion,
        RecordReturn: _record_return,
        StrikeOff: _strike_off,
    },
    evolve={
        AbsenceReported: _absent,
        DropoutSuspected: _suspected,
        LawfulAbsenceApproved: _was_approved,
        SuspicionLifted: _moved,
        PersuasionRecorded: _persuaded,
        PersuasionFailedRepeatedly: _supervision_asked,
        ReturnedToSchool: _moved,
        DropoutStruckOff: _moved,
    },
    locate=_locate,
    title="控辍保学个案",
    states={
        DropoutState.NONE: "未立个案",
        DropoutState.ABSENT_UNVERIFIED: "缺课待核实",
        DropoutState.LAWFUL_ABSENCE: "正当缺课",
        DropoutState.SUSPECTED: "疑似辍学",
        DropoutState.PERSUADING: "劝返中",
        DropoutState.RETURNED: "已复学",
        DropoutState.STRUCK_OFF: "已销号",
    },
    codes={
        "reason_code": ABSENCE_REASON,
        "family_contact": FAMILY_CONTACT,
        "outcome": PERSUASION_OUTCOME,
        "proof": STRIKE_OFF_PROOF,
    },
    case=lambda state, topic, facts: state_after(
        DropoutState(state or DropoutState.NONE), topic, facts
    ),
    # Back in class or lawfully away, nobody has it in hand any more.
    stands=lambda state, rules: (
        [Standing(Stands.OPEN_CASE)]
        if state.state in (DropoutState.SUSPECTED, DropoutState.PERSUADING)
        else []
    ),
)
