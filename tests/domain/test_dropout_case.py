"""The dropout case: 控辍保学长效机制 (P26), sharing (P27), 未保法 28(2) and 83."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from domain.calendar import end_of_day_utc
from domain.child_file import ChildFile
from domain.dropout_case import DROPOUT_CASE, dropout_case_id
from domain.dropout_codes import (
    ABSENCE_REASON,
    BECOMES,
    LAWFUL_REASONS,
    PERSUASION_OUTCOME,
    REFUSED_OUTCOMES,
    VERIFY,
    VISIT,
    DropoutState,
    JointMeasure,
    StrikeOffProof,
)
from domain.dropout_events import (
    AbsenceReported,
    ApproveLawfulAbsence,
    CallMeasure,
    ConfirmDropout,
    DropoutConfirmed,
    DropoutStruckOff,
    DropoutSuspected,
    EndLawfulAbsence,
    LawfulAbsenceApproved,
    LawfulAbsenceEnded,
    MeasureCalled,
    PersuasionFailedRepeatedly,
    PersuasionRecorded,
    RecordPersuasion,
    RecordReturn,
    ReportAbsence,
    ReturnedToSchool,
    SeriousAbsenceNoted,
    StrikeOff,
    SuspicionLifted,
)
from domain.kernel import Category, Command, Event, Refused
from domain.organisations import HUB, Seat, seat_of
from domain.terms import months_after
from hub.authorization.decide import may_state, publishes_district_wide
from hub.authorization.policy import Word
from hub.policies import load_policies
from tests.domain.invented import (
    CHILD,
    EDUCATION,
    EVERY_SEAT,
    OTHER_CHILD,
    OTHER_SCHOOL,
    SCHOOL,
    TOWN,
    TOWN_CODE,
    VILLAGE_CODE,
)
from tests.specification import Journal, at_noon, folded, given, happened
from tests.together import all_of

AWAY = date(2026, 3, 2)
TODAY = date(2026, 3, 6)
LATER = date(2026, 3, 20)
RULES = load_policies().rules
ENOUGH = RULES.thresholds.suspected_after_school_days
LONGEST = RULES.thresholds.lawful_absence_months_at_most
LIMIT = RULES.thresholds.persuasion_failures_before_supervision


PUPIL = ChildFile(opened=True, school=SCHOOL)
"""A child on the school's roll."""


def absence(
    days: int = ENOUGH, reason: str = "UNEXPLAINED", since: date = AWAY, school: str = SCHOOL
) -> ReportAbsence:
    return ReportAbsence(
        child_ref=CHILD,
        school=school,
        town=TOWN_CODE,
        absent_since=since,
        school_days=days,
        reason_code=reason,
        family_contact="UNREACHABLE",
        reason="家长称外出",
    )


def persuasion(outcome: str = "REFUSED", on: date = TODAY) -> RecordPersuasion:
    return RecordPersuasion(child_ref=CHILD, persuaded_on=on, outcome=outcome, account="家访")


def in_vain(attempt: int) -> RecordPersuasion:
    """The n-th persuasion in vain, each on a day of its own."""
    return persuasion("REFUSED", on=TODAY + timedelta(days=attempt))


def back(on: date = TODAY, school: str = SCHOOL) -> RecordReturn:
    return RecordReturn(child_ref=CHILD, school=school, returned_on=on)


def strike_off(proof: StrikeOffProof = StrikeOffProof.ATTENDANCE) -> StrikeOff:
    return StrikeOff(child_ref=CHILD, proof=proof, struck_off_on=TODAY, proof_note="到校记录")


def after(*steps: tuple[Command, str]) -> tuple[Event, ...]:
    """The events of one case in which these commands were carried out, each by somebody."""
    history: list[Event] = []
    for command, by in steps:
        outcome = given(*history).when(command, by=by, on=LATER, child=PUPIL)
        assert outcome.refusal is None, outcome.refusal
        history += outcome.events
    return tuple(history)


def due(clock: str, day: date) -> datetime:
    """When a clock of policies/clocks.toml that begins on a day is over."""
    return RULES.due(RULES.clocks[clock].within, at_noon(day))


CONFIRM = ConfirmDropout(case=dropout_case_id(CHILD, 1))
UNVERIFIED = after((absence(days=ENOUGH - 1), SCHOOL))
LAWFUL = after((absence(reason="SICK_LEAVE"), SCHOOL))
SUSPECTED = after((absence(), SCHOOL))
PERSUADING = after((absence(), SCHOOL), (persuasion("AGREED"), SCHOOL))
DROPOUT = after((absence(), SCHOOL), (CONFIRM, HUB))
RETURNED = after((absence(), SCHOOL), (back(), SCHOOL))
STRUCK_OFF = after((absence(), SCHOOL), (back(), SCHOOL), (strike_off(), EDUCATION))

OPEN = {
    DropoutState.ABSENT_UNVERIFIED: UNVERIFIED,
    DropoutState.LAWFUL_ABSENCE: LAWFUL,
    DropoutState.SUSPECTED: SUSPECTED,
    DropoutState.PERSUADING: PERSUADING,
    DropoutState.DROPOUT: DROPOUT,
    DropoutState.RETURNED: RETURNED,
}
EVERY_STATE = {DropoutState.NONE: (), **OPEN, DropoutState.STRUCK_OFF: STRUCK_OFF}


@pytest.mark.parametrize("state", DropoutState)
def test_a_case_goes_through_the_states_of_the_ledger(state: DropoutState) -> None:
    """疑似辍学 → 劝返中 → 复学 → 销号, and before them the absence that nobody explained."""
    assert folded(DROPOUT_CASE, *EVERY_STATE[state]).state is state
    assert folded(DROPOUT_CASE, *EVERY_STATE[state]).open is (state in OPEN)


# 未保法 28(2): the school registers …


def test_p26_the_school_registers_an_absence() -> None:
    """学校登记 (未保法 28(2)): what the family said is sealed, that it is lawful is clear."""
    (event,) = (
        given()
        .when(absence(days=ENOUGH - 1), by=SCHOOL, on=TODAY, child=PUPIL)
        .then(
            AbsenceReported(
                child_ref=CHILD,
                school=SCHOOL,
                town=TOWN_CODE,
                absent_since=AWAY,
                school_days=ENOUGH - 1,
                lawful=False,
                of_own_pupil=True,
                verify_by=due("verify_absence", TODAY),
                visit_home=True,
                reason_code="UNEXPLAINED",
                family_contact="UNREACHABLE",
                reason="家长称外出",
            )
        )
    )
    assert set(event.SENSITIVE) == {"reason_code", "family_contact", "reason"}


@pytest.mark.parametrize("days", range(1, ENOUGH))
def test_p26_below_the_threshold_there_is_no_suspicion(days: int) -> None:
    given().when(absence(days), by=SCHOOL, on=TODAY, child=PUPIL).then(happened(AbsenceReported))


@pytest.mark.parametrize("days", [ENOUGH, ENOUGH + 1])
def test_p26_from_the_threshold_on_a_dropout_is_suspected(days: int) -> None:
    """疑似辍学: said of the child, its school and town, without what the family said."""
    given().when(absence(days), by=SCHOOL, on=TODAY).then(
        happened(AbsenceReported, school_days=days),
        happened(
            DropoutSuspected, child_ref=CHILD, school=SCHOOL, town=TOWN_CODE, absent_since=AWAY
        ),
    )


def test_the_threshold_is_the_one_in_force() -> None:
    """Local practice: another threshold in policies/, another suspicion."""
    thresholds = RULES.thresholds.model_copy(update={"suspected_after_school_days": ENOUGH + 2})
    patient = RULES.model_copy(update={"thresholds": thresholds})
    case = given().under(patient)
    case.when(absence(ENOUGH + 1), by=SCHOOL, on=TODAY).then(happened(AbsenceReported))
    case.when(absence(ENOUGH + 2), by=SCHOOL, on=TODAY).then(
        happened(AbsenceReported), happened(DropoutSuspected)
    )


def test_p27_of_a_suspicion_a_seat_with_flag_reads_a_fixed_sentence_only() -> None:
    """信息共享: the word ``flag`` shows the notice, and the notice tells nothing of the family."""
    suspected = SUSPECTED[1]
    assert isinstance(suspected, DropoutSuspected)
    assert suspected.notice == "学校报告缺课，正在核实"
    assert suspected.SENSITIVE["notice"].flag
    assert set(suspected.SENSITIVE) == {"notice"}


@pytest.mark.parametrize("reason", sorted(LAWFUL_REASONS))
@pytest.mark.parametrize("days", [1, ENOUGH, 200])
def test_p26_a_lawful_absence_raises_no_suspicion(reason: str, days: int) -> None:
    """病假, 休学, 延缓入学, 转学中 are lawful however long they last (domain reference §3)."""
    given().when(absence(days, reason), by=SCHOOL, on=TODAY).then(
        happened(AbsenceReported, lawful=True)
    )


def test_an_absence_that_is_lawful_no_longer_raises_suspicion() -> None:
    given(*LAWFUL).when(absence(), by=SCHOOL, on=LATER).then(
        happened(AbsenceReported, lawful=False), happened(DropoutSuspected)
    )


def test_an_absence_that_turns_out_lawful_raises_none() -> None:
    given(*UNVERIFIED).when(absence(reason="SUSPENSION"), by=SCHOOL, on=LATER).then(
        happened(AbsenceReported, lawful=True)
    )


def test_days_that_add_up_to_the_threshold_raise_suspicion() -> None:
    given(*UNVERIFIED).when(absence(), by=SCHOOL, on=LATER).then(
        happened(AbsenceReported), happened(DropoutSuspected)
    )


@pytest.mark.parametrize("history", [SUSPECTED, PERSUADING], ids=["suspected", "persuading"])
def test_a_suspicion_is_said_once(history: tuple[Event, ...]) -> None:
    """Next month's ledger row adds days, not a second suspicion with its referrals."""
    month_later = absence(20, since=date(2026, 3, 4))
    events = (
        given(*history)
        .when(month_later, by=SCHOOL, on=LATER)
        .then(happened(AbsenceReported), happened(SeriousAbsenceNoted))
    )
    state = folded(DROPOUT_CASE, *history, *events)
    assert state.state is folded(DROPOUT_CASE, *history).state
    assert (state.school_days, state.absent_since) == (20, AWAY)


def test_an_absence_that_begins_tomorrow_is_refused() -> None:
    tomorrow = absence(since=date(2026, 3, 7))
    given().when(tomorrow, by=SCHOOL, on=TODAY).then_refused("ABSENCE_IN_FUTURE")
    given().when(absence(days=1, since=TODAY), by=SCHOOL, on=TODAY).then(happened(AbsenceReported))


# 正当缺课: approved by others than the school (义务教育法 11), until a day


def approval(until: date = date(2026, 7, 1), on: date = TODAY) -> ApproveLawfulAbsence:
    return ApproveLawfulAbsence(
        child_ref=CHILD,
        approved_on=on,
        until=until,
        reason_code="SUSPENSION",
        document_number="示教核〔2026〕0001号",
        note=None,
    )


@all_of("actor", EVERY_SEAT)
@pytest.mark.parametrize("state", DropoutState)
def test_an_absence_is_approved_as_lawful_by_bureau_or_town(
    state: DropoutState, actor: str
) -> None:
    """休学、延缓入学须经批准: by education or town, of a child away; it lifts a suspicion."""
    outcome = given(*EVERY_STATE[state]).when(approval(), by=actor, on=TODAY)
    if seat_of(actor) not in (Seat.EDUCATION, Seat.TOWN):
        outcome.then_refused("APPROVAL_SECOND_PARTY")
        return
    if state in (DropoutState.NONE, DropoutState.RETURNED, DropoutState.STRUCK_OFF):
        outcome.then_refused("DROPOUT_NOT_OPEN")
        return
    suspected = state in (DropoutState.SUSPECTED, DropoutState.PERSUADING, DropoutState.DROPOUT)
    running = folded(DROPOUT_CASE, *EVERY_STATE[state]).running
    outcome.then(
        LawfulAbsenceApproved(
            **approval().model_dump(),
            school=SCHOOL,
            verify_by=due("lawful_absence_end", date(2026, 7, 1)),
            over=tuple(each for each in (VERIFY, VISIT) if each in running),
        ),
        *([SuspicionLifted(child_ref=CHILD, suspicion=1, over=(BECOMES,))] if suspected else []),
    )
    after_it = folded(DROPOUT_CASE, *EVERY_STATE[state], *outcome.events)
    assert after_it.state is DropoutState.LAWFUL_ABSENCE
    assert after_it.running == {VERIFY}
    sealed_in_it = set(LawfulAbsenceApproved.SENSITIVE)
    assert sealed_in_it == {"reason_code", "document_number", "note"}


@pytest.mark.parametrize("history", [SUSPECTED, PERSUADING], ids=["suspected", "persuading"])
def test_a_school_alone_lifts_no_suspicion(history: tuple[Event, ...]) -> None:
    """A ledger row that calls the absence lawful is kept; the suspicion stands until others than
    the school approve."""
    row = absence(reason="SICK_LEAVE")
    events = given(*history).when(row, by=SCHOOL, on=LATER).then(happened(AbsenceReported))
    assert folded(DROPOUT_CASE, *history, *events).open
    assert folded(DROPOUT_CASE, *history, *events).state is folded(DROPOUT_CASE, *history).state


def test_while_an_absence_is_approved_the_schools_rows_raise_no_suspicion() -> None:
    until = date(2026, 4, 10)
    history = after((absence(), SCHOOL), (approval(until, on=LATER), EDUCATION))
    row = absence(days=20)
    given(*history).when(row, by=SCHOOL, on=until).then(happened(AbsenceReported, lawful=True))
    again = given(*history).when(row, by=SCHOOL, on=until + timedelta(days=1)).events
    assert happened(AbsenceReported, lawful=False).matches(again[0])
    assert happened(DropoutSuspected, suspicion=2).matches(again[1]), "with tasks of its own"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (approval(on=LATER), "APPROVAL_IN_FUTURE"),
        (approval(until=TODAY - timedelta(days=1)), "APPROVAL_OVER"),
        (approval(until=months_after(TODAY, LONGEST) + timedelta(days=1)), "ABSENCE_TOO_LONG"),
    ],
)
def test_an_approval_holds_for_a_time_to_come_and_not_for_ever(
    command: ApproveLawfulAbsence, code: str
) -> None:
    given(*SUSPECTED).when(command, by=EDUCATION, on=TODAY).then_refused(code)
    within = approval(until=months_after(TODAY, LONGEST))
    given(*SUSPECTED).when(within, by=EDUCATION, on=TODAY).then(
        happened(LawfulAbsenceApproved), happened(SuspicionLifted)
    )
    given(*SUSPECTED).when(approval(until=TODAY), by=EDUCATION, on=TODAY).then(
        happened(LawfulAbsenceApproved), happened(SuspicionLifted)
    )


# Nobody's absence falls silent: the school says what became of it


@pytest.mark.parametrize("days", range(1, ENOUGH))
def test_p26_below_the_threshold_the_school_is_to_say_what_became_of_it(days: int) -> None:
    """沪未保 23: an unexplained absence has its cause found, within the days of policies/; from the
    threshold on others have it in hand."""
    given().when(absence(days), by=SCHOOL, on=TODAY, child=PUPIL).then(
        happened(AbsenceReported, verify_by=due("verify_absence", TODAY))
    )
    given().when(absence(ENOUGH), by=SCHOOL, on=TODAY, child=PUPIL).then(
        happened(AbsenceReported, verify_by=None), happened(DropoutSuspected)
    )


@pytest.mark.parametrize("child", [None, ChildFile(opened=True), replace(PUPIL, school="school:2")])
def test_of_a_child_that_is_not_on_its_roll_a_school_is_asked_nothing(
    child: ChildFile | None,
) -> None:
    """A clock that starts, or does not, would tell whether the child is another school's."""
    given().when(absence(1), by=SCHOOL, on=TODAY, child=child).then(
        happened(AbsenceReported, verify_by=None)
    )


@pytest.mark.parametrize("history", [SUSPECTED, PERSUADING, RETURNED])
def test_a_row_of_what_is_suspected_or_over_is_to_be_answered_by_nobody(
    history: tuple[Event, ...],
) -> None:
    given(*history).when(absence(), by=SCHOOL, on=LATER).then(
        happened(AbsenceReported, verify_by=None)
    )


def test_a_lawful_absence_is_asked_about_when_it_is_over() -> None:
    """The day that the school states, or approval names; else after the days of policies/."""
    until = date(2026, 3, 13)
    stated = absence(reason="SICK_LEAVE").model_copy(update={"until": until})
    given().when(stated, child=PUPIL, by=SCHOOL, on=TODAY).then(
        happened(AbsenceReported, until=until, verify_by=due("lawful_absence_end", until))
    )
    given().when(absence(reason="SICK_LEAVE"), child=PUPIL, by=SCHOOL, on=TODAY).then(
        happened(AbsenceReported, until=None, verify_by=due("lawful_absence", TODAY))
    )
    row = given().when(absence(days=1), child=PUPIL, by=SCHOOL, on=TODAY).events
    approved = given(*row).when(approval(until), by=EDUCATION, on=TODAY).events
    given(*row, *approved).when(absence(days=4), child=PUPIL, by=SCHOOL, on=until).then(
        happened(AbsenceReported, until=until, verify_by=due("lawful_absence_end", until))
    )


def test_an_end_that_has_passed_already_is_asked_about_from_now_on() -> None:
    stated = absence(reason="SICK_LEAVE").model_copy(update={"until": AWAY})
    given().when(stated, child=PUPIL, by=SCHOOL, on=LATER).then(
        happened(AbsenceReported, until=AWAY, verify_by=due("lawful_absence_end", LATER))
    )


@pytest.mark.parametrize(
    ("until", "code"),
    [
        (AWAY - timedelta(days=1), "ABSENCE_UNTIL"),
        (months_after(TODAY, LONGEST) + timedelta(days=1), "ABSENCE_TOO_LONG"),
    ],
)
def test_the_end_of_an_absence_is_neither_before_it_nor_far_away(until: date, code: str) -> None:
    stated = absence(reason="SICK_LEAVE").model_copy(update={"until": until})
    given().when(stated, by=SCHOOL, on=TODAY).then_refused(code)


@pytest.mark.parametrize("days", [1, ENOUGH, 20])
def test_a_row_that_says_the_pupil_is_back_opens_and_asks_nothing(days: int) -> None:
    """返校日期 in the ledger's own row: nobody need be looked for."""
    row = absence(days).model_copy(update={"returned_on": TODAY})
    given().when(row, by=SCHOOL, on=TODAY).then(
        happened(AbsenceReported, verify_by=None), happened(ReturnedToSchool, returned_on=TODAY)
    )
    given(*SUSPECTED).when(row, by=SCHOOL, on=TODAY).then(
        happened(AbsenceReported), happened(ReturnedToSchool, suspicion=1)
    )
    given(*RETURNED).when(row, by=SCHOOL, on=TODAY).then(happened(AbsenceReported))


@pytest.mark.parametrize(
    ("returned_on", "code"),
    [(AWAY - timedelta(days=1), "RETURN_BEFORE_ABSENCE"), (LATER, "RETURN_IN_FUTURE")],
)
def test_the_day_of_return_in_a_ledgers_row_is_checked(returned_on: date, code: str) -> None:
    row = absence().model_copy(update={"returned_on": returned_on})
    given().when(row, by=SCHOOL, on=TODAY).then_refused(code)


END = EndLawfulAbsence(case=dropout_case_id(CHILD, 1))
UNTIL = date(2026, 3, 13)
ON_LEAVE = after(
    (absence(reason="SICK_LEAVE").model_copy(update={"until": UNTIL}), SCHOOL),
)


def test_a_lawful_absence_comes_back_by_itself() -> None:
    """期满: absent without leave from the day after, where nobody said what became of it; a longer
    absence is suspected from then on as any other."""
    (ended,) = (
        given(*ON_LEAVE)
        .when(END, by=HUB, on=LATER)
        .then(
            LawfulAbsenceEnded(child_ref=CHILD, school=SCHOOL, since=UNTIL + timedelta(days=1)),
        )
    )
    state = folded(DROPOUT_CASE, *ON_LEAVE, ended)
    assert state.state is DropoutState.ABSENT_UNVERIFIED
    given(*ON_LEAVE, ended).when(absence(), by=SCHOOL, on=LATER).then(
        happened(AbsenceReported), happened(DropoutSuspected)
    )
    given(*ON_LEAVE, ended).when(END, by=HUB, on=LATER).then_nothing()


def test_what_is_approved_for_longer_by_then_does_not_come_back() -> None:
    history = after(
        (absence(reason="SICK_LEAVE").model_copy(update={"until": UNTIL}), SCHOOL),
        (approval(on=LATER), EDUCATION),
    )
    given(*history).when(END, by=HUB, on=LATER).then_nothing()


@all_of("actor", EVERY_SEAT)
@pytest.mark.parametrize("state", DropoutState)
def test_no_office_ends_a_lawful_absence_by_hand(state: DropoutState, actor: str) -> None:
    by_hand = given(*EVERY_STATE[state]).when(END, by=actor, on=LATER)
    by_hand.then_refused("LAWFUL_ABSENCE_BY_CLOCK")
    by_the_clock = given(*EVERY_STATE[state]).when(END, by=HUB, on=LATER)
    assert bool(by_the_clock.events) is (state is DropoutState.LAWFUL_ABSENCE)


# … and persuades; in vain: written report, supervision


def test_p26_persuasions_are_recorded_one_by_one() -> None:
    """并劝返复学 (未保法 28(2)): each persuasion is recorded (教基厅函〔2024〕15号)."""
    first = (
        given(*SUSPECTED)
        .when(persuasion("AGREED"), by=SCHOOL, on=TODAY)
        .then(
            happened(
                PersuasionRecorded,
                ordinal=1,
                persuaded_on=TODAY,
                in_vain=False,
                outcome="AGREED",
                account="家访",
            )
        )
    )
    given(*SUSPECTED, *first).when(persuasion("AGREED"), by=EDUCATION, on=LATER).then(
        happened(PersuasionRecorded, ordinal=2)
    )


@pytest.mark.parametrize(
    ("outcome", "in_vain"),
    [("RETURNED", False), ("AGREED", False), ("REFUSED", True), ("NOT_FOUND", True)],
)
def test_a_persuasion_is_in_vain_when_refused_or_nobody_was_found(
    outcome: str, in_vain: bool
) -> None:
    """The same outcomes as of a referral for persuasion; the outcome itself stays sealed."""
    assert outcome in RULES.referral_kind("persuade_dropout").outcomes
    given(*SUSPECTED).when(persuasion(outcome), by=SCHOOL, on=TODAY).then(
        happened(PersuasionRecorded, in_vain=in_vain)
    )
    assert "outcome" in PersuasionRecorded.SENSITIVE


def test_p26_repeated_failures_call_for_supervision_once() -> None:
    """劝返无效 (未保法 28(2), 家教法 49): at the limit, and not again at every failure after."""
    history = SUSPECTED
    called: list[int] = []
    for attempt in range(1, LIMIT + 4):
        events = given(*history).when(in_vain(attempt), by=SCHOOL, on=LATER).events
        assert happened(PersuasionRecorded, ordinal=attempt, in_vain=True).matches(events[0])
        called += [attempt for event in events if isinstance(event, PersuasionFailedRepeatedly)]
        history = (*history, *events)
    assert called == [LIMIT]
    given(*history).when(persuasion("AGREED", on=LATER), by=SCHOOL, on=LATER).then(
        happened(PersuasionRecorded, in_vain=False)
    )


def test_persuasions_that_were_not_in_vain_do_not_count_as_failures() -> None:
    history = SUSPECTED
    for day in range(LIMIT + 1):
        agreed = persuasion("AGREED", on=AWAY + timedelta(days=day))
        history += (
            given(*history)
            .when(agreed, by=SCHOOL, on=LATER)
            .then(happened(PersuasionRecorded, in_vain=False))
        )
    for failure in range(1, LIMIT):
        history += (
            given(*history)
            .when(in_vain(failure), by=SCHOOL, on=LATER)
            .then(happened(PersuasionRecorded, in_vain=True, ordinal=LIMIT + 1 + failure))
        )
    given(*history).when(in_vain(LIMIT), by=SCHOOL, on=LATER).then(
        happened(PersuasionRecorded),
        happened(PersuasionFailedRepeatedly, child_ref=CHILD, failures=LIMIT),
    )


def test_failures_of_school_and_town_on_one_day_are_two() -> None:
    history = SUSPECTED
    actors = (SCHOOL, TOWN, EDUCATION)[:LIMIT]
    for ordinal, actor in enumerate(actors, start=1):
        found = given(*history).when(persuasion("REFUSED"), by=actor, on=TODAY).events
        assert happened(PersuasionRecorded, ordinal=ordinal, stated_by=actor).matches(found[0])
        history += found
    assert isinstance(history[-1], PersuasionFailedRepeatedly)


def test_a_persuasion_that_is_corrected_is_not_counted_twice() -> None:
    """The correction takes the place of what it corrects: same organisation, same day."""
    history = SUSPECTED
    for _ in range(LIMIT + 1):
        history += (
            given(*history)
            .when(persuasion("REFUSED"), by=SCHOOL, on=LATER, correction=True)
            .then(happened(PersuasionRecorded, ordinal=1))
        )
    corrected = given(*history).when(persuasion("AGREED"), by=SCHOOL, on=LATER, correction=True)
    history += corrected.then(happened(PersuasionRecorded, ordinal=1, in_vain=False))
    for failure in range(1, LIMIT):
        history += (
            given(*history)
            .when(in_vain(failure), by=SCHOOL, on=LATER)
            .then(happened(PersuasionRecorded, ordinal=1 + failure))
        )


def test_the_codes_that_decide_are_codes_that_can_be_recorded() -> None:
    """A word that nobody can write would be a rule that never applies."""
    assert set(ABSENCE_REASON.labels) > LAWFUL_REASONS
    assert set(PERSUASION_OUTCOME.labels) > REFUSED_OUTCOMES


def test_a_persuasion_before_the_absence_is_refused() -> None:
    given(*SUSPECTED).when(persuasion(on=date(2026, 3, 1)), by=SCHOOL, on=TODAY).then_refused(
        "PERSUASION_BEFORE_ABSENCE"
    )
    given(*SUSPECTED).when(persuasion("AGREED", on=AWAY), by=SCHOOL, on=TODAY).then(
        happened(PersuasionRecorded)
    )


# 复学


@pytest.mark.parametrize(
    ("history", "suspicion", "over"),
    [
        (UNVERIFIED, 0, (VERIFY,)),
        (LAWFUL, 0, (VERIFY,)),
        (SUSPECTED, 1, (BECOMES,)),
        (PERSUADING, 1, (BECOMES,)),
    ],
)
def test_p26_the_school_states_that_the_pupil_is_back(
    history: tuple[Event, ...], suspicion: int, over: tuple[str, ...]
) -> None:
    """复学, and what is over with it: which suspicion, and the clock that runs."""
    given(*history).when(back(), by=SCHOOL, on=TODAY).then(
        ReturnedToSchool(
            child_ref=CHILD, school=SCHOOL, returned_on=TODAY, suspicion=suspicion, over=over
        )
    )


def test_a_return_is_stated_once() -> None:
    given(*RETURNED).when(back(), by=SCHOOL, on=LATER).then_nothing()


def test_a_return_before_the_absence_is_refused() -> None:
    given(*SUSPECTED).when(back(on=date(2026, 3, 1)), by=SCHOOL, on=TODAY).then_refused(
        "RETURN_BEFORE_ABSENCE"
    )
    given(*SUSPECTED).when(back(on=AWAY), by=SCHOOL, on=TODAY).then(happened(ReturnedToSchool))


@pytest.mark.parametrize(
    ("command", "by", "code"),
    [
        (persuasion("AGREED", on=LATER), SCHOOL, "PERSUASION_IN_FUTURE"),
        (back(on=LATER), SCHOOL, "RETURN_IN_FUTURE"),
        (
            strike_off().model_copy(update={"struck_off_on": LATER}),
            EDUCATION,
            "STRIKE_OFF_IN_FUTURE",
        ),
    ],
    ids=["persuasion", "return", "strike_off"],
)
def test_nothing_that_is_still_to_come_is_recorded(command: Command, by: str, code: str) -> None:
    given(*RETURNED).when(command, by=by, on=TODAY).then_refused(code)


@pytest.mark.parametrize("command", [persuasion(), back()], ids=["persuasion", "return"])
@pytest.mark.parametrize("history", OPEN.values(), ids=OPEN.keys())
def test_a_school_cannot_act_on_another_schools_case(
    command: Command, history: tuple[Event, ...]
) -> None:
    """Nor can it learn that there is one: it reads the same as if there were none."""
    refused = given(*history).when(command, by=OTHER_SCHOOL, on=LATER)
    nothing_there = given().when(command, by=OTHER_SCHOOL, on=LATER)
    assert (
        refused.then_refused("DROPOUT_NOT_OPEN").text
        == nothing_there.then_refused("DROPOUT_NOT_OPEN").text
    )


@pytest.mark.parametrize(
    "command", [persuasion(), back(), strike_off()], ids=["persuasion", "return", "strike_off"]
)
@pytest.mark.parametrize("history", [(), STRUCK_OFF], ids=["no case", "struck off"])
def test_without_an_open_case_there_is_nothing_to_do(
    command: Command, history: tuple[Event, ...]
) -> None:
    given(*history).when(command, by=EDUCATION, on=LATER).then_refused("DROPOUT_NOT_OPEN")


def test_a_case_that_is_struck_off_takes_no_more_days() -> None:
    given(*STRUCK_OFF).when(absence(), by=SCHOOL, on=LATER).then_refused("DROPOUT_CLOSED")


# 动态销号


AT_SCHOOL = ChildFile(opened=True, birth_month="2012-03", school=SCHOOL)
PROVEN = {
    StrikeOffProof.ATTENDANCE: AT_SCHOOL,
    StrikeOffProof.TRANSFER: replace(AT_SCHOOL, school=OTHER_SCHOOL),
    StrikeOffProof.AGE: replace(AT_SCHOOL, birth_month="2010-02"),
    StrikeOffProof.GRADUATION: replace(
        AT_SCHOOL, birth_month="2012-02", school=None, school_left=SCHOOL
    ),
}
"""What the child's file says where a proof holds, in March 2026."""


@pytest.mark.parametrize("proof", StrikeOffProof)
@all_of("actor", EVERY_SEAT)
@pytest.mark.parametrize("history", EVERY_STATE.values(), ids=EVERY_STATE.keys())
def test_p26_a_case_is_struck_off_by_education_on_proof(
    history: tuple[Event, ...], actor: str, proof: StrikeOffProof
) -> None:
    """动态销号: by a second organisation than the school, on attendance, lawful transfer, age or
    graduation; attendance is proven only of a pupil whose return the school has stated."""
    state = folded(DROPOUT_CASE, *history)
    command = strike_off(proof)
    outcome = given(*history).when(command, by=actor, on=TODAY, child=PROVEN[proof])
    if seat_of(actor) is not Seat.EDUCATION:
        outcome.then_refused("STRIKE_OFF_SECOND_PARTY")
    elif not state.open:
        outcome.then_refused("DROPOUT_NOT_OPEN")
    elif proof is StrikeOffProof.ATTENDANCE and state.state is not DropoutState.RETURNED:
        outcome.then_refused("STRIKE_OFF_WITHOUT_RETURN")
    else:
        outcome.then(
            DropoutStruckOff(
                child_ref=CHILD,
                proof=proof,
                struck_off_on=TODAY,
                proof_note="到校记录",
                suspicion=state.suspicions,
                over=tuple(sorted(state.running)),
            )
        )


NOT_PROVEN = [
    (StrikeOffProof.TRANSFER, AT_SCHOOL, "STRIKE_OFF_NOT_TRANSFERRED"),
    (StrikeOffProof.TRANSFER, replace(AT_SCHOOL, school=None), "STRIKE_OFF_NOT_TRANSFERRED"),
    (StrikeOffProof.AGE, replace(AT_SCHOOL, birth_month="2010-03"), "STRIKE_OFF_NOT_OF_AGE"),
    (StrikeOffProof.AGE, replace(AT_SCHOOL, birth_month=None), "STRIKE_OFF_NOT_OF_AGE"),
    (StrikeOffProof.GRADUATION, AT_SCHOOL, "STRIKE_OFF_NOT_GRADUATED"),
    (
        StrikeOffProof.GRADUATION,
        replace(PROVEN[StrikeOffProof.GRADUATION], birth_month="2013-09"),
        "STRIKE_OFF_NOT_GRADUATED",
    ),
    (
        StrikeOffProof.GRADUATION,
        replace(PROVEN[StrikeOffProof.GRADUATION], school_left=OTHER_SCHOOL),
        "STRIKE_OFF_NOT_GRADUATED",
    ),
]


@pytest.mark.parametrize(("proof", "child", "code"), NOT_PROVEN)
def test_a_proof_that_the_childs_file_does_not_bear_out_closes_nothing(
    proof: StrikeOffProof, child: ChildFile, code: str
) -> None:
    """Nor one of which nothing is known: still on the same roll, on none, born in the very month,
    a primary school's graduate."""
    history = given(*SUSPECTED)
    history.when(strike_off(proof), by=EDUCATION, on=TODAY, child=child).then_refused(code)
    history.when(strike_off(proof), by=EDUCATION, on=TODAY).then_refused(code)


def test_a_transfer_out_of_the_district_is_proven_by_the_other_schools_letter() -> None:
    history = given(*SUSPECTED)
    letter = strike_off(StrikeOffProof.TRANSFER).model_copy(update={"letter": "（外区）接收7号"})
    history.when(letter, by=EDUCATION, on=TODAY, child=AT_SCHOOL).then(
        happened(DropoutStruckOff, letter="（外区）接收7号")
    )
    blank = letter.model_copy(update={"letter": " "})
    history.when(blank, by=EDUCATION, on=TODAY, child=AT_SCHOOL).then_refused(
        "STRIKE_OFF_NOT_TRANSFERRED"
    )
    assert "letter" in DropoutStruckOff.SENSITIVE


# The days of §3


VISITED = RULES.thresholds.visit_after_school_days
SERIOUS = RULES.thresholds.serious_after_school_days


def reached(days: int, contact: str | None) -> ReportAbsence:
    return absence(days).model_copy(update={"family_contact": contact})


@pytest.mark.parametrize(
    ("command", "visits"),
    [
        (reached(VISITED, "UNREACHABLE"), True),
        (reached(VISITED, None), True),
        (reached(VISITED, "REACHED"), False),
        (reached(VISITED - 1, "UNREACHABLE"), False),
        (absence(VISITED, "SICK_LEAVE"), False),
        (reached(ENOUGH, "UNREACHABLE"), False),
    ],
)
def test_p26_on_the_second_day_somebody_visits_a_home_that_was_not_reached(
    command: ReportAbsence, visits: bool
) -> None:
    """Domain reference §3; once it is suspected police and town have it in hand."""
    at_home = replace(AT_SCHOOL, village=VILLAGE_CODE)
    reported, *_ = given().when(command, by=SCHOOL, on=TODAY, child=at_home).events
    assert happened(AbsenceReported, visit_home=visits).matches(reported)


def test_p26_what_is_serious_is_said_once_of_a_suspicion() -> None:
    """More than five school days: with the suspicion or after it, and not again."""
    given().when(absence(SERIOUS), by=SCHOOL, on=LATER).then(
        happened(AbsenceReported), happened(DropoutSuspected)
    )
    at_once = (
        given()
        .when(absence(SERIOUS + 1), by=SCHOOL, on=LATER)
        .then(
            happened(AbsenceReported),
            happened(DropoutSuspected),
            happened(SeriousAbsenceNoted, suspicion=1, school=SCHOOL),
        )
    )
    given(*at_once).when(absence(SERIOUS + 5), by=SCHOOL, on=LATER).then(happened(AbsenceReported))
    for history in (SUSPECTED, PERSUADING, DROPOUT):
        given(*history).when(absence(SERIOUS + 1), by=SCHOOL, on=LATER).then(
            happened(AbsenceReported), happened(SeriousAbsenceNoted, suspicion=1)
        )
    given(*RETURNED).when(absence(SERIOUS + 1), by=SCHOOL, on=LATER).then(happened(AbsenceReported))


def test_p26_a_suspected_absence_becomes_a_dropout_after_its_days() -> None:
    """疑似辍学 over thirty calendar days from the first one is 辍学."""
    days = RULES.thresholds.dropout_after_days
    given().when(absence(), by=SCHOOL, on=TODAY).then(
        happened(AbsenceReported),
        happened(DropoutSuspected, dropout_at=end_of_day_utc(AWAY + timedelta(days=days))),
    )
    for history in (SUSPECTED, PERSUADING):
        (event,) = (
            given(*history)
            .when(CONFIRM, by=HUB, on=LATER)
            .then(DropoutConfirmed(child_ref=CHILD, school=SCHOOL, suspicion=1))
        )
        state = folded(DROPOUT_CASE, *history, event)
        assert state.state is DropoutState.DROPOUT
        assert DROPOUT_CASE.stands is not None
        assert DROPOUT_CASE.stands(state, RULES), "its file is neither erased nor sealed"


def test_after_leave_the_days_of_a_dropout_count_from_its_end() -> None:
    ended = given(*ON_LEAVE).when(END, by=HUB, on=LATER).events
    days = timedelta(days=RULES.thresholds.dropout_after_days)
    given(*ON_LEAVE, *ended).when(absence(), by=SCHOOL, on=LATER).then(
        happened(AbsenceReported),
        happened(DropoutSuspected, dropout_at=end_of_day_utc(UNTIL + timedelta(days=1) + days)),
    )


# 联控联保: what other departments do


def calls(measure: JointMeasure = JointMeasure.RELIEF, on: date = TODAY) -> CallMeasure:
    return CallMeasure(child_ref=CHILD, measure=measure, called_on=on, note="家庭困难")


def test_p26_who_is_away_to_work_calls_for_a_check_of_child_labour_once() -> None:
    """外出务工: on the first row that says so, however few the days; what the reason says stays
    sealed beside it."""
    first = (
        given()
        .when(absence(1, "WORK"), by=SCHOOL, on=TODAY, child=PUPIL)
        .then(
            happened(AbsenceReported),
            happened(MeasureCalled, measure=JointMeasure.CHILD_LABOUR, town=TOWN_CODE),
        )
    )
    given(*first).when(absence(reason="WORK"), by=SCHOOL, on=LATER, child=PUPIL).then(
        happened(AbsenceReported), happened(DropoutSuspected)
    )
    theirs = absence(1, "WORK", school=OTHER_SCHOOL)
    for child in (AT_SCHOOL, None):
        # Of another school's pupil as of one on no roll: which it is nobody is told.
        given().when(theirs, by=OTHER_SCHOOL, on=TODAY, child=child).then(happened(AbsenceReported))
    over = absence(1, "WORK").model_copy(update={"returned_on": TODAY})
    given().when(over, by=SCHOOL, on=TODAY, child=PUPIL).then(
        happened(AbsenceReported), happened(ReturnedToSchool)
    )


@pytest.mark.parametrize("measure", JointMeasure)
def test_p26_a_joint_measure_is_called_for_once(measure: JointMeasure) -> None:
    called = given(*SUSPECTED).when(calls(measure), by=EDUCATION, on=TODAY)
    (event,) = called.then(happened(MeasureCalled, measure=measure, note="家庭困难"))
    again = given(*SUSPECTED, event)
    again.when(calls(measure), by=EDUCATION, on=TODAY).then_refused("MEASURE_CALLED")
    again.when(calls(measure), by=EDUCATION, on=TODAY, correction=True).then_nothing()
    given(*SUSPECTED).when(calls(measure, on=LATER), by=EDUCATION, on=TODAY).then_refused(
        "MEASURE_IN_FUTURE"
    )


# Every state, every act, every seat


@dataclass(frozen=True)
class Act:
    """What an act leads to, from the states from which it does something; from the others in
    ``idle`` it changes nothing; else it is refused. ``by``: who may, ``in_task`` with the child in
    hand only."""

    command: Command
    leads: dict[DropoutState, DropoutState]
    by: frozenset[str]
    idle: frozenset[DropoutState] = frozenset()
    in_task: frozenset[str] = frozenset()


D = DropoutState
_HELD = {each: each for each in (D.SUSPECTED, D.PERSUADING, D.DROPOUT, D.RETURNED)}
_AWAY_STATES = (D.ABSENT_UNVERIFIED, D.LAWFUL_ABSENCE, D.SUSPECTED, D.PERSUADING, D.DROPOUT)
_STATES_SCHOOLING = frozenset({SCHOOL, EDUCATION})
_HUB_ALONE = frozenset({HUB})
ACCESS = load_policies().access
_IN_TASK = frozenset(
    each for each in EVERY_SEAT if Word.TASK in ACCESS.words(seat_of(each), Category.SCHOOLING)
)
"""Whoever the matrix lets state facts of schooling while it has the child in hand; which records a
seat sends at all its kinds say (adapters/)."""
ACTS: dict[str, Act] = {
    "absent a day": Act(
        absence(1),
        dict.fromkeys((D.NONE, D.ABSENT_UNVERIFIED, D.LAWFUL_ABSENCE), D.ABSENT_UNVERIFIED) | _HELD,
        _STATES_SCHOOLING,
        in_task=_IN_TASK,
    ),
    "absent for the threshold": Act(
        absence(),
        dict.fromkeys((D.NONE, D.ABSENT_UNVERIFIED, D.LAWFUL_ABSENCE), D.SUSPECTED) | _HELD,
        _STATES_SCHOOLING,
        in_task=_IN_TASK,
    ),
    "ill": Act(
        absence(reason="SICK_LEAVE"),
        dict.fromkeys((D.NONE, D.ABSENT_UNVERIFIED, D.LAWFUL_ABSENCE), D.LAWFUL_ABSENCE) | _HELD,
        _STATES_SCHOOLING,
        in_task=_IN_TASK,
    ),
    "approved": Act(
        approval(),
        dict.fromkeys(_AWAY_STATES, D.LAWFUL_ABSENCE),
        frozenset({EDUCATION}),
        in_task=frozenset({TOWN}),
    ),
    "measure called for": Act(
        calls(),
        {each: each for each in _AWAY_STATES},
        frozenset({EDUCATION}),
        in_task=frozenset({TOWN}),
    ),
    "persuaded": Act(
        persuasion("AGREED"),
        {each: each for each in (*_AWAY_STATES, D.RETURNED)} | {D.SUSPECTED: D.PERSUADING},
        _STATES_SCHOOLING,
        in_task=_IN_TASK,
    ),
    "back": Act(
        back(),
        dict.fromkeys(_AWAY_STATES, D.RETURNED),
        _STATES_SCHOOLING,
        idle=frozenset({D.RETURNED}),
        in_task=_IN_TASK,
    ),
    "struck off": Act(strike_off(), {D.RETURNED: D.STRUCK_OFF}, frozenset({EDUCATION})),
    "leave is over": Act(
        END,
        {D.LAWFUL_ABSENCE: D.ABSENT_UNVERIFIED},
        _HUB_ALONE,
        idle=frozenset(D) - {D.LAWFUL_ABSENCE},
    ),
    "lasts": Act(
        CONFIRM,
        {D.SUSPECTED: D.DROPOUT, D.PERSUADING: D.DROPOUT},
        _HUB_ALONE,
        idle=frozenset(D) - {D.SUSPECTED, D.PERSUADING},
    ),
}


@pytest.mark.parametrize("in_task", [False, True], ids=["", "in task"])
@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize("state", DropoutState)
def test_p26_every_state_every_act_and_every_seat(
    state: DropoutState, name: str, in_task: bool
) -> None:
    """By the matrix and the decision together: allowed ones do what they should, all others are
    refused with a reason that an official can read."""
    act = ACTS[name]
    tasks = frozenset({Category.SCHOOLING}) if in_task else frozenset[Category]()
    for actor in (*(act.by & _HUB_ALONE), *EVERY_SEAT):
        may = actor == HUB or _may_state(act.command, actor, tasks)
        outcome = given(*EVERY_STATE[state]).when(act.command, by=actor, on=TODAY, child=AT_SCHOOL)
        allowed = actor in act.by or (in_task and actor in act.in_task)
        if not allowed:
            assert not may or outcome.refusal is not None, actor
        elif state in act.leads:
            assert may, actor
            assert outcome.refusal is None, (actor, outcome.refusal)
            after_it = folded(DROPOUT_CASE, *EVERY_STATE[state], *outcome.events)
            assert after_it.state is act.leads[state]
        elif state in act.idle:
            outcome.then_nothing()
        else:
            assert outcome.refusal is not None
            assert outcome.refusal.text.endswith("。")


def _may_state(command: Command, actor: str, tasks: frozenset[Category]) -> bool:
    seat = seat_of(actor)
    may = may_state(ACCESS, seat, Category.SCHOOLING, tasks)
    if command.IN_TASK and not publishes_district_wide(ACCESS, seat, Category.SCHOOLING):
        return may and Category.SCHOOLING in tasks
    return may


def test_whoever_states_dropout_facts_needs_the_column_schooling() -> None:
    assert {command.STATES for command in DROPOUT_CASE.decide} == {Category.SCHOOLING}


# One case per occurrence


class Year:
    """A school year of one child, in which each command finds the case it means."""

    def __init__(self) -> None:
        self.journal = Journal()

    def do(self, command: Command, by: str, on: date) -> tuple[UUID, Sequence[Event]]:
        recorded = self.journal.carry_out(command, by=by, on=on)
        (case,) = {fact.originator_id for fact in recorded}
        return case, [fact.event for fact in recorded]


FIRST, SECOND, THIRD = (dropout_case_id(CHILD, n) for n in (1, 2, 3))


def test_open_over_the_summer_it_stays_one_case() -> None:
    year = Year()
    june, events = year.do(absence(since=date(2026, 6, 15)), SCHOOL, date(2026, 6, 18))
    assert happened(DropoutSuspected).matches(events[-1])
    september, events = year.do(absence(days=15, since=date(2026, 6, 15)), SCHOOL, date(2026, 9, 4))
    assert (june, september) == (FIRST, FIRST)
    assert [type(event) for event in events] == [AbsenceReported, SeriousAbsenceNoted]


@pytest.mark.parametrize("struck_off", [False, True], ids=["back in class", "struck off"])
def test_a_second_absence_is_a_new_occurrence(struck_off: bool) -> None:
    """With a suspicion of its own, so that police, town and civil affairs hear of it again."""
    year = Year()
    year.do(absence(), SCHOOL, TODAY)
    year.do(back(), SCHOOL, TODAY)
    if struck_off:
        year.do(strike_off(), EDUCATION, TODAY)
    case, events = year.do(absence(since=date(2026, 5, 6)), SCHOOL, date(2026, 5, 8))
    assert case == SECOND
    assert [type(event) for event in events] == [AbsenceReported, DropoutSuspected]
    assert year.do(persuasion(on=date(2026, 5, 8)), TOWN, date(2026, 5, 8))[0] == SECOND
    assert year.do(back(on=date(2026, 5, 11)), SCHOOL, date(2026, 5, 11))[0] == SECOND
    if not struck_off:
        # The oldest case that the proof fits comes first: none is left behind.
        assert year.do(strike_off(), EDUCATION, date(2026, 5, 12))[0] == FIRST
    assert year.do(strike_off(), EDUCATION, date(2026, 5, 12))[0] == SECOND
    assert year.do(absence(since=date(2026, 6, 1)), SCHOOL, date(2026, 6, 3))[0] == THIRD


def test_the_row_of_a_settled_absence_sent_again_is_no_second_absence() -> None:
    """Same day of beginning, same absence, however it ended; changed, it is a correction."""
    year = Year()
    year.do(absence(), SCHOOL, TODAY)
    year.do(back(), SCHOOL, TODAY)
    case, events = year.do(absence(days=ENOUGH + 1), SCHOOL, LATER)
    assert case == FIRST
    assert [type(event) for event in events] == [AbsenceReported]
    year.do(strike_off(), EDUCATION, LATER)
    with pytest.raises(Refused, match="DROPOUT_CLOSED"):
        year.do(absence(days=ENOUGH + 2), SCHOOL, LATER)


def test_after_a_return_the_strike_off_concerns_the_same_occurrence() -> None:
    year = Year()
    cases = [
        year.do(command, by, TODAY)[0]
        for command, by in ((absence(), SCHOOL), (back(), SCHOOL), (strike_off(), EDUCATION))
    ]
    assert cases == [FIRST] * 3


def test_what_follows_a_strike_off_finds_no_open_case() -> None:
    year = Year()
    for command, by in ((absence(), SCHOOL), (back(), SCHOOL), (strike_off(), EDUCATION)):
        year.do(command, by, TODAY)
    with pytest.raises(Refused, match="DROPOUT_NOT_OPEN"):
        year.do(persuasion(), SCHOOL, LATER)


def test_every_occurrence_of_every_child_is_a_stream_of_its_own() -> None:
    ids = {dropout_case_id(child, n) for child in (CHILD, OTHER_CHILD) for n in range(1, 13)}
    assert len(ids) == 24


# One case, several hands


def test_an_early_persuasion_does_not_silence_the_suspicion() -> None:
    early = after((absence(days=1), SCHOOL), (persuasion("AGREED"), SCHOOL))
    given(*early).when(absence(), by=SCHOOL, on=LATER).then(
        happened(AbsenceReported), happened(DropoutSuspected)
    )


@pytest.mark.parametrize("history", [LAWFUL, RETURNED], ids=["lawful", "returned"])
def test_nobody_is_supervised_for_a_lawful_absence_or_after_the_return(
    history: tuple[Event, ...],
) -> None:
    events: list[Event] = []
    for attempt in range(LIMIT):
        events += given(*history, *events).when(in_vain(attempt), by=SCHOOL, on=LATER).events
    assert not any(isinstance(event, PersuasionFailedRepeatedly) for event in events)


def test_a_school_does_not_take_over_a_case_by_reporting_an_absence() -> None:
    """Its row is kept (a refusal would tell that a case exists), the case stays where it is."""
    taken = absence(school=OTHER_SCHOOL)
    events = (
        given(*SUSPECTED)
        .when(taken, by=OTHER_SCHOOL, on=LATER)
        .then(happened(AbsenceReported, school=OTHER_SCHOOL))
    )
    assert folded(DROPOUT_CASE, *SUSPECTED, *events).school == SCHOOL


def test_an_occurrence_settled_by_return_is_struck_off_although_another_began() -> None:
    year = Year()
    year.do(absence(), SCHOOL, TODAY)
    year.do(back(), SCHOOL, TODAY)
    year.do(absence(since=date(2026, 5, 6)), SCHOOL, date(2026, 5, 8))
    assert year.do(strike_off(), EDUCATION, date(2026, 5, 12))[0] == FIRST
