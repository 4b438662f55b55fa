"""What a dropout case opens and ends at others by itself: 控辍保学 (P26, P27), 动态销号."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from domain.calendar import end_of_day_utc
from domain.child_file import ConfirmResidence, StateIdentity
from domain.deadline import AdvanceDeadline, DeadlineMissed, DeadlineState, deadline_id
from domain.deadline_state import Deadline
from domain.deadline_stream import DEADLINE
from domain.dropout_case import DROPOUT_CASE, dropout_case_id
from domain.dropout_codes import BECOMES, VERIFY, VISIT, DropoutState, JointMeasure, StrikeOffProof
from domain.dropout_events import (
    ApproveLawfulAbsence,
    CallMeasure,
    RecordReturn,
    ReportAbsence,
    StrikeOff,
)
from domain.dropout_state import DropoutCase
from domain.enrolment import EnrolmentConfirmed
from domain.kernel import Actor, Category, Command, Recorded
from domain.organisations import HUB, Post, district_organisation
from domain.reactions.dropout import (
    COORDINATE,
    MEASURES,
    ORDER,
    PERSUADE,
    TRACE,
    dropout_task,
    when_nobody_says_what_became_of_a_lawful_absence_then_it_is_unverified,
)
from domain.reactions.referrals import ACCEPT, COMPLETE
from domain.referral import (
    OPEN_STATES,
    REFERRAL,
    AcceptReferral,
    CompleteReferral,
    ReferralEvent,
    ReferralState,
)
from domain.registry import AFTERWARDS, TOGETHER
from domain.scope import SCOPE, scope_id
from hub.policies import load_policies
from tests.domain.invented import (
    CHILD,
    CIVIL_AFFAIRS,
    EDUCATION,
    SCHOOL,
    STATION,
    TOWN,
    TOWN_CODE,
    VILLAGE_CODE,
)
from tests.specification import Journal, as_recorded, circumstances

OF_AGE = date(2009, 9, 1)
AWAY = date(2026, 3, 2)
SAID = date(2026, 3, 4)
BACK = date(2026, 3, 9)
PROVEN = date(2026, 3, 16)
RULES = load_policies().rules
ENOUGH = RULES.thresholds.suspected_after_school_days
CASE = dropout_case_id(CHILD, 1)
HUB_ACTS = Actor(HUB, Post.SYSTEM, HUB)
ASKED = {TRACE: STATION, PERSUADE: TOWN, COORDINATE: CIVIL_AFFAIRS}


class Map:
    """One station, one town."""

    def police_station(self, town: str | None) -> str:
        return STATION

    def town_of(self, organisation: str) -> str | None:
        return TOWN_CODE


PLACES = Map()


@dataclass(slots=True)
class District:
    """All streams, and the reactions that follow the log, each carried out once for its cause."""

    journal: Journal = field(default_factory=lambda: Journal(places=PLACES, together=TOGETHER))
    log: list[tuple[Recorded, date]] = field(default_factory=list)
    followed: int = 0
    done: set[tuple[UUID, str, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        enrolled = EnrolmentConfirmed(
            child_ref=CHILD, school=SCHOOL, since=AWAY, student_number=None, grade=None
        )
        self.journal.streams[CHILD] = [enrolled]

    def known(self) -> District:
        """A pupil of an age at which school is over."""
        who = StateIdentity(
            child_ref=CHILD, name="测试甲", birth_date=OF_AGE, id_number=None, sex=None
        )
        self.do(who, SCHOOL, AWAY)
        return self

    def do(self, command: Command, by: str | Actor, on: date) -> None:
        self.log += [(fact, on) for fact in self.journal.carry_out(command, by=by, on=on)]

    def settle(self) -> None:
        """Follow the log to its end."""
        while self.followed < len(self.log):
            cause, on = self.log[self.followed]
            self.followed += 1
            for reaction in AFTERWARDS:
                if not isinstance(cause.event, reaction.on):
                    continue
                for ordinal, command in enumerate(reaction.then(cause.event, cause, PLACES)):
                    key = (cause.header.event_id, reaction.name, ordinal)
                    if key not in self.done:
                        self.done.add(key)
                        self.do(command, HUB_ACTS, on)

    def task(self, kind: str, suspicion: int = 1) -> ReferralState:
        return self.journal.states(REFERRAL)(dropout_task(kind, CASE, suspicion)).state

    def case(self) -> DropoutCase:
        return self.journal.states(DROPOUT_CASE)(CASE)

    def open_tasks(self, suspicion: int = 1) -> list[str]:
        return [kind for kind in ASKED if self.task(kind, suspicion) in OPEN_STATES]

    def in_hand(self, organisation: str, on: date) -> frozenset[Category]:
        scope = self.journal.states(SCOPE)(scope_id(organisation, CHILD))
        return scope.in_hand(circumstances(HUB, on).now)

    def clock(self, subject: UUID, kind: str) -> Deadline:
        self.settle()
        return self.journal.states(DEADLINE)(deadline_id(subject, kind))

    def clocks_running(self, kind: str) -> bool:
        subject = dropout_task(kind, CASE, 1)
        return any(self.clock(subject, each).unfinished for each in (ACCEPT, COMPLETE))


def absence(days: int = ENOUGH, reason: str = "UNEXPLAINED", since: date = AWAY) -> ReportAbsence:
    return ReportAbsence(
        child_ref=CHILD,
        school=SCHOOL,
        town=TOWN_CODE,
        absent_since=since,
        school_days=days,
        reason_code=reason,
        family_contact="UNREACHABLE",
        reason=None,
    )


back = RecordReturn(child_ref=CHILD, school=SCHOOL, returned_on=BACK)


def proof(of: StrikeOffProof = StrikeOffProof.ATTENDANCE) -> StrikeOff:
    return StrikeOff(child_ref=CHILD, proof=of, struck_off_on=PROVEN, proof_note=None)


def suspected() -> District:
    district = District().known()
    district.do(absence(), SCHOOL, SAID)
    district.settle()
    assert district.open_tasks() == [TRACE, PERSUADE, COORDINATE]
    return district


# 复学, 动态销号: what nobody needs to do any more ends by itself


@pytest.mark.parametrize("accepted", [False, True])
def test_p26_when_the_pupil_is_back_tracing_and_persuading_are_over(accepted: bool) -> None:
    """复学: neither police nor town has anything left to do, to see, or to be late with; civil
    affairs goes on until the strike-off."""
    district = suspected()
    if accepted:
        for kind, organisation in ASKED.items():
            accept = AcceptReferral(referral_id=dropout_task(kind, CASE, 1))
            district.do(accept, organisation, SAID)
    district.do(back, SCHOOL, BACK)
    district.settle()
    assert district.open_tasks() == [COORDINATE]
    for kind, organisation in ASKED.items():
        over = kind != COORDINATE
        assert (district.in_hand(organisation, BACK) == frozenset()) is over
        assert district.clocks_running(kind) is not over


@pytest.mark.parametrize("of", [StrikeOffProof.AGE, StrikeOffProof.ATTENDANCE])
def test_p26_when_the_case_is_struck_off_nothing_of_it_stays_open(of: StrikeOffProof) -> None:
    """动态销号, with the pupil back in class before or not."""
    district = suspected()
    if of is StrikeOffProof.ATTENDANCE:
        district.do(back, SCHOOL, BACK)
    district.do(proof(of), EDUCATION, PROVEN)
    district.settle()
    assert district.open_tasks() == []
    for kind, organisation in ASKED.items():
        assert district.in_hand(organisation, PROVEN) == frozenset()
        assert not district.clocks_running(kind)


def approval(until: date = date(2026, 7, 1)) -> ApproveLawfulAbsence:
    return ApproveLawfulAbsence(
        child_ref=CHILD,
        approved_on=SAID,
        until=until,
        reason_code="SUSPENSION",
        document_number=None,
        note=None,
    )


def test_p26_when_the_absence_is_approved_as_lawful_nobody_is_asked_any_more() -> None:
    """正当缺课 (义务教育法 11) is no dropout; suspected once more, everybody is asked anew."""
    district = suspected()
    district.do(approval(until=BACK), EDUCATION, SAID)
    district.settle()
    assert district.open_tasks() == []
    district.do(absence(days=ENOUGH + 9), SCHOOL, PROVEN)
    district.settle()
    assert district.open_tasks() == []
    assert district.open_tasks(suspicion=2) == [TRACE, PERSUADE, COORDINATE]
    district.do(proof(StrikeOffProof.AGE), EDUCATION, PROVEN)
    district.settle()
    assert district.open_tasks(suspicion=2) == []


def test_what_was_answered_before_stays_as_it_was_answered() -> None:
    district = suspected()
    found = dropout_task(TRACE, CASE, 1)
    district.do(AcceptReferral(referral_id=found), STATION, SAID)
    district.do(CompleteReferral(referral_id=found, outcome="FOUND"), STATION, SAID)
    district.do(back, SCHOOL, BACK)
    district.settle()
    assert district.task(TRACE) is ReferralState.COMPLETED
    assert district.task(PERSUADE) is ReferralState.CANCELLED


def test_a_pupil_back_before_anybody_was_asked_is_looked_for_by_nobody() -> None:
    """What a suspicion asks for is asked from the log, where the return stands behind it."""
    district = District()
    district.do(absence(), SCHOOL, SAID)
    district.do(back, SCHOOL, BACK)
    assert district.followed == 0
    district.settle()
    assert district.open_tasks() == [COORDINATE]


def test_where_nothing_was_suspected_there_is_nothing_to_end() -> None:
    district = District()
    district.do(absence(days=1), SCHOOL, SAID)
    district.do(back, SCHOOL, BACK)
    district.settle()
    assert district.journal.states(REFERRAL)(dropout_task(TRACE, CASE, 0)).state in (
        ReferralState.NONE,
    )
    assert not any(isinstance(fact.event, ReferralEvent) for fact, _ in district.log)


# 联控联保


@pytest.mark.parametrize("measure", JointMeasure)
def test_p26_a_joint_measure_goes_to_its_department_and_outlives_the_absence(
    measure: JointMeasure,
) -> None:
    """人社 checks child labour, 残联 teaches at home, 民政 gives relief, 司法 and 法院 see to a
    suit: each goes on when the pupil is back."""
    kind, seat = MEASURES[measure]
    assert RULES.referral_kind(kind).seats == (seat,)
    district = suspected()
    call = CallMeasure(child_ref=CHILD, measure=measure, called_on=SAID, note=None)
    district.do(call, EDUCATION, SAID)
    district.settle()
    task = district.journal.states(REFERRAL)(dropout_task(kind, CASE, 0))
    assert (task.state, task.addressee) == (ReferralState.REQUESTED, district_organisation(seat))
    assert (task.sender, task.case_id) == (EDUCATION, CASE)
    district.do(back, SCHOOL, BACK)
    district.do(proof(), EDUCATION, PROVEN)
    district.settle()
    assert district.task(kind, 0) is ReferralState.REQUESTED


def test_p26_a_pupil_away_to_work_is_looked_for_by_human_resources() -> None:
    district = District()
    district.do(absence(days=1, reason="WORK"), SCHOOL, AWAY)
    district.settle()
    assert district.task("check_child_labour", 0) is ReferralState.REQUESTED


# Nobody's absence falls silent


def left(clock: Deadline) -> tuple[DeadlineState, str, datetime | None]:
    assert clock.about is not None
    return clock.state, clock.about["owner"], clock.due_at


def due(clock: str, day: date) -> datetime:
    return RULES.due(RULES.clocks[clock].within, circumstances(HUB, day).now)


def ticked(district: District, on: date) -> None:
    """The clock finds on a day what is due, and the log is followed."""
    district.settle()
    advance = AdvanceDeadline(subject_id=CASE, kind=VERIFY, child_ref=CHILD)
    district.do(advance, HUB_ACTS, on)
    district.settle()


def test_p26_an_absence_below_the_threshold_waits_for_the_schools_word() -> None:
    """缺课1至2天: the school's own clock, on the list of what is overdue once it is missed; each
    row starts it anew, and the return ends it."""
    district = District()
    district.do(absence(days=1), SCHOOL, AWAY)
    first = due("verify_absence", AWAY)
    assert left(district.clock(CASE, VERIFY)) == (DeadlineState.RUNNING, SCHOOL, first)
    district.do(absence(days=2), SCHOOL, date(2026, 3, 3))
    second = due("verify_absence", date(2026, 3, 3))
    assert second > first
    assert left(district.clock(CASE, VERIFY)) == (DeadlineState.RUNNING, SCHOOL, second)
    ticked(district, PROVEN)
    assert district.clock(CASE, VERIFY).state is DeadlineState.MISSED
    assert district.case().state is DropoutState.ABSENT_UNVERIFIED
    district.do(back, SCHOOL, PROVEN)
    assert district.clock(CASE, VERIFY).state is DeadlineState.MET


def test_once_it_is_suspected_the_school_has_answered() -> None:
    district = District()
    district.do(absence(days=1), SCHOOL, AWAY)
    district.do(absence(), SCHOOL, SAID)
    assert district.clock(CASE, VERIFY).state is DeadlineState.MET


def test_once_it_is_struck_off_nothing_is_asked_any_more() -> None:
    district = District().known()
    district.do(absence(days=1), SCHOOL, AWAY)
    district.do(proof(StrikeOffProof.AGE), EDUCATION, PROVEN)
    assert district.clock(CASE, VERIFY).state is DeadlineState.CANCELLED


def test_a_lawful_absence_comes_back_by_itself_and_stays_on_the_list() -> None:
    """休学期满未复学: unverified again, and overdue until the school says what became of it."""
    district = District()
    district.do(absence(days=1), SCHOOL, AWAY)
    district.do(approval(until=BACK), EDUCATION, SAID)
    asked = due("lawful_absence_end", BACK)
    assert left(district.clock(CASE, VERIFY)) == (DeadlineState.RUNNING, SCHOOL, asked)
    ticked(district, BACK)
    assert district.case().state is DropoutState.LAWFUL_ABSENCE, "its last day is one of leave"
    ticked(district, PROVEN)
    assert district.case().state is DropoutState.ABSENT_UNVERIFIED
    assert district.clock(CASE, VERIFY).state is DeadlineState.MISSED
    district.do(absence(), SCHOOL, PROVEN)
    district.settle()
    assert district.open_tasks() == [TRACE, PERSUADE, COORDINATE]
    assert district.clock(CASE, VERIFY).state is DeadlineState.MET


def test_a_pupil_on_leave_who_is_back_in_time_is_asked_about_by_nobody() -> None:
    district = District()
    district.do(absence(reason="SICK_LEAVE", days=1), SCHOOL, AWAY)
    district.do(back, SCHOOL, BACK)
    ticked(district, PROVEN)
    assert district.clock(CASE, VERIFY).state is DeadlineState.MET
    assert district.case().state is DropoutState.RETURNED


# The days of §3: the village visits, the bureau orders, a suspicion becomes a dropout


def far_away(days: int, village: str | None = VILLAGE_CODE) -> District:
    district = District().known()
    if village is not None:
        lives = ConfirmResidence(
            child_ref=CHILD,
            town=TOWN_CODE,
            village=village,
            police_station=None,
            address=None,
            since=AWAY,
        )
        district.do(lives, TOWN, AWAY)
    district.do(absence(days=days), SCHOOL, SAID)
    district.settle()
    return district


def test_p26_on_the_second_day_the_village_visits_with_the_school() -> None:
    """The home was not reached: once for an absence, and over with the return."""
    district = far_away(2)
    assert district.task(VISIT, 0) is ReferralState.REQUESTED
    again = absence(days=2).model_copy(update={"family_contact": None})
    district.do(again, SCHOOL, SAID)
    district.do(back, SCHOOL, BACK)
    district.settle()
    assert district.task(VISIT, 0) is ReferralState.CANCELLED
    asked = [f for f, _ in district.log if f.event.TOPIC == "referral.requested.v1"]
    assert len(asked) == 1


@pytest.mark.parametrize("days", [1, ENOUGH])
def test_on_the_first_day_and_once_it_is_suspected_the_village_is_not_asked(days: int) -> None:
    assert far_away(days).task(VISIT, 0) is ReferralState.NONE


def test_where_no_village_is_known_none_is_asked() -> None:
    assert far_away(2, village=None).task(VISIT, 0) is ReferralState.NONE


def test_p26_when_the_absence_is_serious_the_bureau_orders_the_return() -> None:
    """责令送入学 (未保法 83): over with the return."""
    district = suspected()
    assert district.task(ORDER) is ReferralState.NONE
    district.do(absence(days=RULES.thresholds.serious_after_school_days + 1), SCHOOL, BACK)
    district.settle()
    assert district.task(ORDER) is ReferralState.REQUESTED
    district.do(back, SCHOOL, BACK)
    district.settle()
    assert district.task(ORDER) is ReferralState.CANCELLED


def test_p26_a_suspected_absence_that_lasts_is_a_dropout_by_itself() -> None:
    """疑似辍学 → 辍学: the bureau's own clock, on the list of what is overdue from then on."""
    district = suspected()
    state, owner, by = left(district.clock(CASE, BECOMES))
    assert (state, owner) == (DeadlineState.RUNNING, EDUCATION)
    advance = AdvanceDeadline(subject_id=CASE, kind=BECOMES, child_ref=CHILD)
    before, after = PROVEN, AWAY + timedelta(days=RULES.thresholds.dropout_after_days + 1)
    assert by == end_of_day_utc(after - timedelta(days=1))
    for day, expected in ((before, DropoutState.SUSPECTED), (after, DropoutState.DROPOUT)):
        district.do(advance, HUB_ACTS, day)
        district.settle()
        assert district.case().state is expected
    assert district.open_tasks() == [TRACE, PERSUADE, COORDINATE], "everybody goes on"
    district.do(back.model_copy(update={"returned_on": after}), SCHOOL, after)
    district.settle()
    assert district.case().state is DropoutState.RETURNED
    assert district.clock(CASE, BECOMES).state is DeadlineState.MET


@pytest.mark.parametrize("how", ["back", "lifted", "struck off"])
def test_what_is_over_before_does_not_become_a_dropout(how: str) -> None:
    district = suspected()
    command, by = {
        "back": (back, SCHOOL),
        "lifted": (approval(), EDUCATION),
        "struck off": (proof(StrikeOffProof.AGE), EDUCATION),
    }[how]
    district.do(command, by, PROVEN if how == "struck off" else BACK)
    assert not district.clock(CASE, BECOMES).unfinished


def test_other_clocks_that_are_missed_say_nothing_of_an_absence() -> None:
    missed = DeadlineMissed(
        subject_id=CASE,
        kind=ACCEPT,
        child_ref=CHILD,
        matter=Category.SCHOOLING,
        owner=SCHOOL,
        due_at=due("verify_absence", AWAY),
    )
    then = when_nobody_says_what_became_of_a_lawful_absence_then_it_is_unverified.then
    cause = as_recorded(missed, CASE, 1, circumstances(HUB, AWAY))
    assert list(then(missed, cause, PLACES)) == []


def test_read_again_from_its_beginning_the_log_asks_for_nothing_new() -> None:
    district = suspected()
    district.do(back, SCHOOL, BACK)
    district.do(proof(), EDUCATION, PROVEN)
    district.settle()
    before: Sequence[Recorded] = [fact for fact, _ in district.log]
    district.followed = 0
    district.settle()
    assert [fact for fact, _ in district.log] == before
