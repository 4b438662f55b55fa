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
from enum import StrEnum
from typing import Annotated, Any, ClassVar
from uuid import UUID

from domain.code_sets import CodeSet
from domain.kernel import (
    Category,
    Command,
    Event,
    Given,
    Refused,
    Sensitive,
    Stream,
    Text,
    derived_id,
)
from domain.organisations import Seat, seat_of
from domain.standing import Standing, Stands

Schooling = Annotated[Text, Sensitive(Category.SCHOOLING)]
SchoolingFlag = Annotated[Text, Sensitive(Category.SCHOOLING, flag=True)]


class DropoutState(StrEnum):
    """States of a dropout case (domain reference §3)."""

    NONE = "NONE"
    ABSENT_UNVERIFIED = "ABSENT_UNVERIFIED"
    LAWFUL_ABSENCE = "LAWFUL_ABSENCE"
    SUSPECTED = "SUSPECTED_DROPOUT"
    PERSUADING = "PERSUADING"
    RETURNED = "RETURNED"
    STRUCK_OFF = "CLOSED"


LAWFUL_REASONS = frozenset({"SICK_LEAVE", "SUSPENSION", "DEFERRED", "TRANSFERRING"})
"""病假, 休学, 延缓入学, 转学中: absence that is lawful and raises no suspicion."""


class StrikeOffProof(StrEnum):
    """What closes a case: attendance proof, lawful transfer, age or graduation."""

    ATTENDANCE = "ATTENDANCE"
    TRANSFER = "TRANSFER"
    AGE = "AGE"
    GRADUATION = "GRADUATION"


ABSENCE_REASON = CodeSet(
    "ABSENCE_REASON",
    "缺课原因",
    {
        "SICK_LEAVE": "病假",
        "SUSPENSION": "休学",
        "DEFERRED": "延缓入学",
        "TRANSFERRING": "转学中",
        "UNEXPLAINED": "原因不明",
        "WORK": "外出务工",
        "FAMILY": "家庭原因",
        "AVERSION": "厌学",
        "OTHER": "其他",
    },
    {
        "生病": "SICK_LEAVE",
        "缓学": "DEFERRED",
        "转学": "TRANSFERRING",
        "不明": "UNEXPLAINED",
        "不详": "UNEXPLAINED",
        "打工": "WORK",
        "务工": "WORK",
    },
)
"""缺课原因. The first four are lawful absence (domain reference §3) and raise no suspicion."""

FAMILY_CONTACT = CodeSet(
    "FAMILY_CONTACT",
    "家长联系情况",
    {"NOT_CONTACTED": "未联系", "REACHED": "联系上", "UNREACHABLE": "联系不上"},
    {"已联系": "REACHED", "已联系上": "REACHED", "未联系上": "UNREACHABLE", "失联": "UNREACHABLE"},
)
"""家长联系情况: whether the school reached the family (沪未保 23)."""

PERSUASION_OUTCOME = CodeSet(
    "PERSUASION_OUTCOME",
    "劝返结果",
    {
        "RETURNED": "已复学",
        "AGREED": "同意复学",
        "REFUSED": "拒绝复学",
        "NOT_FOUND": "未找到",
    },
    {
        "复学": "RETURNED",
        "已返校": "RETURNED",
        "同意返校": "AGREED",
        "同意": "AGREED",
        "拒绝返校": "REFUSED",
        "拒绝": "REFUSED",
        "未找到人": "NOT_FOUND",
        "未见到人": "NOT_FOUND",
    },
)
"""劝返结果: the outcomes of the referral ``persuade_dropout`` (policies/referrals.toml)."""

STRIKE_OFF_PROOF = CodeSet(
    "STRIKE_OFF_PROOF",
    "销号依据",
    {
        StrikeOffProof.ATTENDANCE.value: "到校证明",
        StrikeOffProof.TRANSFER.value: "转学证明",
        StrikeOffProof.AGE.value: "超龄",
        StrikeOffProof.GRADUATION.value: "毕业",
    },
    {
        "复学证明": StrikeOffProof.ATTENDANCE.value,
        "转学": StrikeOffProof.TRANSFER.value,
        "毕业证明": StrikeOffProof.GRADUATION.value,
    },
)
"""销号依据: what alone closes a case (domain reference §3)."""


def dropout_case_id(child_ref: UUID, occurrence: int) -> UUID:
    """The id of a child's n-th dropout case (from 1)."""
    return derived_id("dropout", child_ref, occurrence)


class ReportAbsence(Command):
    """A school's ledger row: a pupil absent since a day, for so many school days (上课日)."""

    STATES: ClassVar[Category | None] = Category.SCHOOLING
    READS_CHILD: ClassVar[bool] = True
    child_ref: UUID
    school: str
    town: str | None
    absent_since: date
    school_days: int
    reason_code: str
    family_contact: str | None
    reason: str | None


class RecordPersuasion(Command):
    """One persuasion (劝返) by school, town or education."""

    STATES: ClassVar[Category | None] = Category.SCHOOLING
    READS_CHILD: ClassVar[bool] = True
    child_ref: UUID
    persuaded_on: date
    outcome: str
    account: str | None


class RecordReturn(Command):
    """The school states that the pupil is back in class (复学)."""

    STATES: ClassVar[Category | None] = Category.SCHOOLING
    READS_CHILD: ClassVar[bool] = True
    child_ref: UUID
    school: str
    returned_on: date


class StrikeOff(Command):
    """Education strikes the case off the list (销号) on proof."""

    STATES: ClassVar[Category | None] = Category.SCHOOLING
    child_ref: UUID
    proof: StrikeOffProof
    struck_off_on: date
    proof_note: str | None


class AbsenceReported(Event):
    TOPIC: ClassVar[str] = "dropout.absence_reported.v1"
    CATEGORY: ClassVar[Category] = Category.SCHOOLING
    TITLE: ClassVar[str] = "缺课登记"
    child_ref: UUID
    school: str
    town: str | None
    absent_since: date
    school_days: int
    lawful: bool
    of_own_pupil: bool
    reason_code: Schooling
    family_contact: Schooling
    reason: Schooling


class DropoutSuspected(Event):
    TOPIC: ClassVar[str] = "dropout.suspected.v1"
    CATEGORY: ClassVar[Category] = Category.SCHOOLING
    TITLE: ClassVar[str] = "疑似辍学"
    child_ref: UUID
    school: str
    town: str | None
    absent_since: date
    notice: SchoolingFlag = "学校报告缺课，正在核实"


class PersuasionRecorded(Event):
    TOPIC: ClassVar[str] = "dropout.persuasion_recorded.v1"
    CATEGORY: ClassVar[Category] = Category.SCHOOLING
    TITLE: ClassVar[str] = "劝返记录"
    child_ref: UUID
    persuaded_on: date
    stated_by: str
    ordinal: int
    in_vain: bool
    outcome: Schooling
    account: Schooling


class PersuasionFailedRepeatedly(Event):
    TOPIC: ClassVar[str] = "dropout.persuasion_failed_repeatedly.v1"
    CATEGORY: ClassVar[Category] = Category.SCHOOLING
    TITLE: ClassVar[str] = "多次劝返无效"
    child_ref: UUID
    failures: int


class ReturnedToSchool(Event):
    TOPIC: ClassVar[str] = "dropout.returned.v1"
    CATEGORY: ClassVar[Category] = Category.SCHOOLING
    TITLE: ClassVar[str] = "复学"
    child_ref: UUID
    school: str
    returned_on: date


class DropoutStruckOff(Event):
    TOPIC: ClassVar[str] = "dropout.struck_off.v1"
    CATEGORY: ClassVar[Category] = Category.SCHOOLING
    TITLE: ClassVar[str] = "销号"
    child_ref: UUID
    proof: StrikeOffProof
    struck_off_on: date
    proof_note: Schooling


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

    @property
    def open(self) -> bool:
        return self.state not in (DropoutState.NONE, DropoutState.STRUCK_OFF)

    @property
    def settled(self) -> bool:
        """Back in class or struck off: another absence is another occurrence."""
        return self.state in (DropoutState.RETURNED, DropoutState.STRUCK_OFF)


REFUSED_OUTCOMES = frozenset({"REFUSED", "NOT_FOUND"})


_DECIDED = (DropoutState.SUSPECTED, DropoutState.PERSUADING, DropoutState.RETURNED)
"""States that a further ledger row of the same absence leaves as they are."""


_AWAY = (DropoutState.ABSENT_UNVERIFIED, DropoutState.SUSPECTED, DropoutState.PERSUADING)
"""States in which the child is away without leave."""


def _report_absence(state: DropoutCase, command: ReportAbsence, given: Given) -> list[Event]:
    given.not_in_future(command.absent_since, "ABSENCE_IN_FUTURE", "缺课起日")
    if state.state is DropoutState.STRUCK_OFF and _concerns(state, given):
        # To another school the case is none of its business: its row is taken as any other.
        raise Refused("DROPOUT_CLOSED", "该次缺课已经销号；再次缺课请填写新的缺课起日。")
    lawful = command.reason_code in LAWFUL_REASONS
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
            )
        )
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
    return [ReturnedToSchool(**command.model_dump())]


def _strike_off(state: DropoutCase, command: StrikeOff, given: Given) -> list[Event]:
    if seat_of(given.actor.organisation) is not Seat.EDUCATION:
        raise Refused("STRIKE_OFF_SECOND_PARTY", "销号须由教育局凭证明办理，学校不能自行销号。")
    given.not_in_future(command.struck_off_on, "STRIKE_OFF_IN_FUTURE", "销号日期")
    if not state.open:
        raise Refused("DROPOUT_NOT_OPEN", "没有可销号的缺课个案，请核对儿童信息。")
    if command.proof is StrikeOffProof.ATTENDANCE and state.state is not DropoutState.RETURNED:
        raise Refused("STRIKE_OFF_WITHOUT_RETURN", "学校尚未登记复学，不能凭到校证明销号。")
    return [DropoutStruckOff(**command.model_dump())]


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
        RecordPersuasion: _record_persuasion,
        RecordReturn: _record_return,
        StrikeOff: _strike_off,
    },
    evolve={
        AbsenceReported: _absent,
        DropoutSuspected: _moved,
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
