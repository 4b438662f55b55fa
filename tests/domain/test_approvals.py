"""Assessments and closings are approved by someone else than their author (审批).

The client's requirement on casework, 5: "Assessments and closings are approved by someone else than
their author"; who may is data (policies/approvals.toml). 沪未保 78, 79; DB31/T 1305-2021.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from domain.approval import ApproveProposal, RejectProposal
from domain.calendar import end_of_day_utc
from domain.child_file import ChildFile, EndFollowUp, ListForFollowUp
from domain.deadline import CancelDeadline, MeetDeadline, SetDeadline
from domain.guardianship_care import (
    BeginEmergencyCare,
    DecideRevocation,
    EndEmergencyCare,
    SeekRevocation,
)
from domain.guardianship_case import GUARDIANSHIP_CASE, guardianship_case_id
from domain.guardianship_codes import Care, Conclusion, Proposed
from domain.guardianship_commands import (
    CloseGuardianshipCase,
    ExtendFollowUp,
    PlaceChild,
    RecordAssessment,
    ReturnChildHome,
)
from domain.guardianship_events import (
    AssessmentApproved,
    AssessmentRecorded,
    ChildPlaced,
    ChildReturnedHome,
    ClosingProposed,
    FollowUpExtended,
    GuardianshipCaseClosed,
    ProposalRejected,
)
from domain.guardianship_state import GuardianshipState
from domain.kernel import Actor, Command, Event, Recorded
from domain.organisations import (
    CONSOLE,
    HUB,
    INBOUND,
    POLICE_SEATS,
    Post,
    Seat,
    district_organisation,
    seat_of,
)
from domain.reactions.approvals import (
    proposal_id,
    when_it_is_decided_then_that_clock_is_met,
    when_something_is_put_forward_then_it_is_decided_in_time,
)
from domain.reactions.guardianship import (
    when_child_can_return_then_list_for_follow_up,
    when_guardianship_case_closed_then_end_follow_up,
    when_its_follow_up_is_set_anew_then_the_list_says_so,
)
from domain.suspicion import Suspicion
from hub.policies import load_policies
from tests.domain.invented import CHILD, CIVIL_AFFAIRS, EVERY_SEAT, POLICE, STATION, TOWN, VILLAGE
from tests.specification import (
    as_recorded,
    circumstances,
    folded,
    given,
    happened,
)

RULES = load_policies().rules


class Nowhere:
    """Nothing here is routed by a place."""

    def police_station(self, town: str | None) -> str:
        raise AssertionError(town)

    def town_of(self, organisation: str) -> str | None:
        raise AssertionError(organisation)


PLACES = Nowhere()
COURT = district_organisation(Seat.COURT)
CASE = guardianship_case_id(CHILD, 1)
TODAY = date(2026, 3, 4)
LATER = date(2026, 3, 20)
AUTHOR = Actor(CIVIL_AFFAIRS, Post.HEAD.value, "u-author")
"""Who wrote it, even where that is the head."""
LEADER = Actor(CIVIL_AFFAIRS, Post.DUTY_LEADER.value, "u-leader")

assess = RecordAssessment(
    child_ref=CHILD,
    assessed_on=TODAY,
    conclusion=Conclusion.HOME_SUPPORT,
    grade="较低",
    account=None,
    basics="（示例）父母离异",
    quality="（示例）照料尚可",
    capacity="（示例）收入不稳",
)
can_return = assess.model_copy(update={"conclusion": Conclusion.CAN_RETURN})
place = PlaceChild(
    child_ref=CHILD,
    placed_on=TODAY,
    situation="HARMED",
    care=Care.KINSHIP,
    institution=None,
    place=None,
    account=None,
)
close = CloseGuardianshipCase(child_ref=CHILD, reason="（示例）随访期满")
care_at_once = BeginEmergencyCare(
    child_ref=CHILD, town=None, begun_on=TODAY, place=None, account="（示例）"
)
care_over = EndEmergencyCare(child_ref=CHILD, ended_on=TODAY, account=None)
seek = SeekRevocation(child_ref=CHILD, sought_on=TODAY, account="（示例）")
ruling = DecideRevocation(
    child_ref=CHILD,
    decided_on=TODAY,
    document_number="示民特〔2026〕1号",
    granted=False,
    guardian=None,
    restorable=False,
    account=None,
)
approve = ApproveProposal(case_id=CASE, proposal=1)
reject = RejectProposal(case_id=CASE, proposal=1, reason="（示例）请补充监护能力部分")


def told(*steps: tuple[Command, Actor], on: date = TODAY) -> tuple[Event, ...]:
    history: tuple[Event, ...] = ()
    for command, by in steps:
        outcome = given(*history).when(command, by=by, on=on)
        assert outcome.refusal is None, outcome.refusal
        history += outcome.events
    return history


PLACED = told((place, AUTHOR))
ASSESSED = told((assess, AUTHOR))
CLOSING = told((assess, AUTHOR), (approve, LEADER), (close, AUTHOR))
decide_closing = approve.model_copy(update={"proposal": 2})


def recorded(event: Event, by: Actor = AUTHOR, on: date = TODAY) -> Recorded:
    return as_recorded(event, CASE, 1, circumstances(by, on))


def state_of(*events: Event) -> GuardianshipState:
    return folded(GUARDIANSHIP_CASE, *events).state


def test_what_is_assessed_has_no_effect_before_another_person_approved_it() -> None:
    (put_up,) = ASSESSED
    assert isinstance(put_up, AssessmentRecorded)
    assert (put_up.awaits, put_up.put_up_by, put_up.proposal) == (True, CIVIL_AFFAIRS, 1)
    assert put_up.decide_by == end_of_day_utc(date(2026, 3, 9)), "三个工作日"
    assert state_of(*ASSESSED) is GuardianshipState.ASSESSING
    (approved,) = (
        given(*ASSESSED)
        .when(approve, by=LEADER, on=LATER)
        .then(
            happened(
                AssessmentApproved,
                conclusion=Conclusion.HOME_SUPPORT,
                assessed_on=TODAY,
                approved_by="u-leader",
            )
        )
    )
    assert state_of(*ASSESSED, approved) is GuardianshipState.HOME_SUPPORT
    # Once is enough: whoever comes second finds nothing to decide.
    given(*ASSESSED, approved).when(approve, by=LEADER, on=LATER).then_refused("APPROVAL_NOT_YOURS")


def test_a_closing_closes_nothing_before_another_person_approved_it() -> None:
    assert state_of(*CLOSING) is GuardianshipState.HOME_SUPPORT
    (closed,) = (
        given(*CLOSING)
        .when(decide_closing, by=LEADER, on=LATER)
        .then(happened(GuardianshipCaseClosed, approved_by="u-leader", reason=None))
    )
    assert state_of(*CLOSING, closed) is GuardianshipState.CLOSED
    given(*CLOSING).when(close, by=AUTHOR, on=TODAY).then_refused("CLOSING_AWAITS")


def test_what_was_recorded_before_there_were_approvals_keeps_its_effect() -> None:
    """Events are for ever: an old assessment, an old closing carry no proposal."""
    old = AssessmentRecorded(
        child_ref=CHILD,
        assessed_on=TODAY,
        conclusion=Conclusion.HOME_SUPPORT,
        decides_return=False,
        follow_up_until=None,
        grade="一级",
        account=None,
    )
    assert state_of(old) is GuardianshipState.HOME_SUPPORT
    closed = GuardianshipCaseClosed(child_ref=CHILD, reason="以前结案")
    assert state_of(old, closed) is GuardianshipState.CLOSED
    given(old).when(approve, by=LEADER, on=TODAY).then_refused("APPROVAL_NOT_YOURS")
    put_forward = when_something_is_put_forward_then_it_is_decided_in_time.then
    assert put_forward(old, recorded(old), PLACES) == []
    assert when_it_is_decided_then_that_clock_is_met.then(closed, recorded(closed), PLACES) == []


@pytest.mark.parametrize("history", [ASSESSED, CLOSING], ids=["assessment", "closing"])
@pytest.mark.parametrize("act", [approve, reject], ids=["approve", "reject"])
@pytest.mark.parametrize(
    ("who", "code"),
    [
        (AUTHOR, "APPROVAL_OWN"),
        (Actor(CIVIL_AFFAIRS, Post.DUTY_LEADER.value, "u-author"), "APPROVAL_OWN"),
        (Actor(CIVIL_AFFAIRS, Post.HANDLER.value, "u-other"), "APPROVAL_POST"),
        (Actor(CIVIL_AFFAIRS, Post.DEPUTY.value, "u-other"), "APPROVAL_POST"),
        (Actor(CIVIL_AFFAIRS, Post.SYSTEM.value, INBOUND), "APPROVAL_POST"),
        (Actor(CIVIL_AFFAIRS, Post.HEAD.value, CONSOLE), "APPROVAL_PERSON"),
        (Actor(CIVIL_AFFAIRS, Post.HEAD.value, INBOUND), "APPROVAL_PERSON"),
        (Actor(POLICE, Post.HEAD.value, "u-police"), "APPROVAL_NOT_YOURS"),
        (Actor(HUB, Post.SYSTEM.value, "hub"), "APPROVAL_NOT_YOURS"),
    ],
)
def test_nobody_decides_alone(
    history: tuple[Event, ...], act: Command, who: Actor, code: str
) -> None:
    """Neither under another post, nor as the console or the channel, which several people share."""
    number = 2 if history is CLOSING else 1
    command = act.model_copy(update={"proposal": number})
    refused = given(*history).when(command, by=who, on=TODAY).then_refused(code)
    assert refused.text.endswith("。")


@pytest.mark.parametrize("what", ["assessment", "closing"])
def test_which_posts_decide_is_data(what: str) -> None:
    approvals = RULES.approvals.model_copy(
        update={
            what: RULES.approvals.closing.model_copy(update={"posts": frozenset({Post.DEPUTY})})
        }
    )
    rules = RULES.model_copy(update={"approvals": approvals})
    history, command = (ASSESSED, approve) if what == "assessment" else (CLOSING, decide_closing)
    deputy = Actor(CIVIL_AFFAIRS, Post.DEPUTY.value, "u-deputy")
    given(*history).under(rules).when(command, by=deputy, on=TODAY).then(
        happened(AssessmentApproved if what == "assessment" else GuardianshipCaseClosed)
    )
    given(*history).under(rules).when(command, by=LEADER, on=TODAY).then_refused("APPROVAL_POST")


@pytest.mark.parametrize("actor", [each for each in EVERY_SEAT if each != CIVIL_AFFAIRS])
def test_strangers_are_refused_alike_whether_there_is_something_or_not(actor: str) -> None:
    head = Actor(actor, Post.HEAD.value, "u-head")
    texts = {
        given(*history).when(act, by=head, on=TODAY).then_refused("APPROVAL_NOT_YOURS").text
        for history in ((), ASSESSED, CLOSING)
        for act in (approve, reject)
    }
    assert len(texts) == 1


def test_one_is_not_told_of_anothers_proposals_by_the_number_of_ones_own() -> None:
    police = Actor(POLICE, Post.HANDLER.value, "u-police")
    for history in ((), ASSESSED, CLOSING):
        (event,) = given(*history).when(assess, by=police, on=TODAY).events
        assert isinstance(event, AssessmentRecorded)
        assert (event.put_up_by, event.proposal) == (POLICE, 1)


def test_a_conflicted_organisation_decides_nothing() -> None:
    """利害关系单位: refused as if there were nothing."""
    station = Actor(STATION, Post.HANDLER.value, "u-1")
    put_up = given().when(assess, by=station, on=TODAY).events
    suspicion = Suspicion(conflicted=frozenset({STATION}))
    child = ChildFile(opened=True, suspicions={CASE: suspicion})
    head = Actor(STATION, Post.HEAD.value, "u-2")
    given(*put_up).when(approve, by=head, on=TODAY).then(happened(AssessmentApproved))
    refused = given(*put_up).when(approve, by=head, on=TODAY, child=child)
    nothing = given().when(approve, by=head, on=TODAY)
    assert refused.then_refused("APPROVAL_NOT_YOURS").text == (
        nothing.then_refused("APPROVAL_NOT_YOURS").text
    )


def test_what_is_sent_back_has_no_effect_and_says_why() -> None:
    given(*ASSESSED).when(
        reject.model_copy(update={"reason": " "}), by=LEADER, on=TODAY
    ).then_refused("APPROVAL_WITHOUT_REASON")
    (back,) = (
        given(*ASSESSED)
        .when(reject, by=LEADER, on=TODAY)
        .then(happened(ProposalRejected, what=Proposed.ASSESSMENT, rejected_by="u-leader"))
    )
    assert "reason" in ProposalRejected.SENSITIVE
    assert state_of(*ASSESSED, back) is GuardianshipState.ASSESSING
    given(*ASSESSED, back).when(approve, by=LEADER, on=TODAY).then_refused("APPROVAL_NOT_YOURS")


def test_a_corrected_record_is_decided_anew_in_the_place_of_the_first() -> None:
    (again,) = given(*ASSESSED).when(assess, by=AUTHOR, on=TODAY, correction=True).events
    assert isinstance(again, AssessmentRecorded)
    assert (again.proposal, again.replaces) == (2, 1)
    given(*ASSESSED, again).when(approve, by=LEADER, on=TODAY).then_refused("APPROVAL_NOT_YOURS")
    second = approve.model_copy(update={"proposal": 2})
    given(*ASSESSED, again).when(second, by=LEADER, on=TODAY).then(happened(AssessmentApproved))


def test_danger_waits_for_no_approval() -> None:
    """A child is placed at once, whatever awaits a decision; and a closing that was asked for
    before it ends no placement."""
    for history in ((), ASSESSED, CLOSING):
        (event,) = given(*history).when(place, by=AUTHOR, on=TODAY).then(happened(ChildPlaced))
        assert state_of(*history, event) is GuardianshipState.TEMP_GUARDIANSHIP
    placed = given(*CLOSING).when(place, by=AUTHOR, on=TODAY).events
    given(*CLOSING, *placed).when(decide_closing, by=LEADER, on=TODAY).then_refused(
        "APPROVAL_OUTDATED"
    )
    sent_back = reject.model_copy(update={"proposal": 2})
    given(*CLOSING, *placed).when(sent_back, by=LEADER, on=TODAY).then(happened(ProposalRejected))


@pytest.mark.parametrize("what", [care_at_once, seek], ids=["emergency care", "revocation"])
def test_no_case_is_closed_over_emergency_care_or_an_undecided_revocation(what: Command) -> None:
    """Given a closing that was put forward / when the child is cared for in an emergency, or the
    court is asked to revoke the guardianship / then nobody approves it, nor puts it forward anew,
    before that is over (民法典 34(4), 36)."""
    (event,) = given(*CLOSING).when(what, by=VILLAGE, on=TODAY).events
    history = (*CLOSING, event)
    given(*history).when(decide_closing, by=LEADER, on=TODAY).then_refused("APPROVAL_OUTDATED")
    back = (
        given(*history)
        .when(reject.model_copy(update={"proposal": 2}), by=LEADER, on=TODAY)
        .then(happened(ProposalRejected))
    )
    history += back
    refused = given(*history).when(close, by=AUTHOR, on=TODAY)
    assert refused.then_refused("GUARDIANSHIP_UNSETTLED").text.endswith("。")
    stranger = given(*history).when(close, by=TOWN, on=TODAY).then_refused("GUARDIANSHIP_NOT_OPEN")
    nothing = given().when(close, by=TOWN, on=TODAY).then_refused("GUARDIANSHIP_NOT_OPEN")
    assert stranger.text == nothing.text
    over, by = (care_over, VILLAGE) if what is care_at_once else (ruling, COURT)
    history += given(*history).when(over, by=by, on=TODAY).events
    given(*history).when(close, by=AUTHOR, on=TODAY).then(happened(ClosingProposed))


def test_an_assessment_of_an_earlier_placement_brings_nobody_home_from_this_one() -> None:
    home = told((place, AUTHOR), (can_return, AUTHOR), (approve, LEADER))
    again = assess.model_copy(update={"conclusion": Conclusion.CAN_RETURN})
    late = given(*home).when(again, by=AUTHOR, on=TODAY).events
    back = ReturnChildHome(child_ref=CHILD, returned_on=TODAY, account=None)
    # 先退回，才能送回: what awaits says the same, so that it holds nothing up.
    returned = given(*home, *late).when(back, by=AUTHOR, on=TODAY).events
    placed = given(*home, *late, *returned).when(place, by=AUTHOR, on=TODAY).events
    history = (*home, *late, *returned, *placed)
    (approved,) = given(*history).when(decide_closing, by=LEADER, on=TODAY).events
    assert isinstance(approved, AssessmentApproved)
    assert not approved.decides_return
    given(*history, approved).when(back, by=AUTHOR, on=TODAY).then_refused("RETURN_NOT_ASSESSED")


# The form, its grades, and for how long a child is followed up


@pytest.mark.parametrize("grade", [None, "", "（示例）低", "优秀"])
def test_a_grade_is_one_of_the_policies(grade: str | None) -> None:
    """分级结果: data, since sources differ in the names (DB31/T 1305-2021)."""
    command = assess.model_copy(update={"grade": grade})
    text = given().when(command, by=AUTHOR, on=TODAY).then_refused("ASSESSMENT_GRADE").text
    assert all(word in text for word in RULES.assessment.grades.values())
    assert not grade or grade not in text


def test_a_grade_may_be_said_by_its_code_and_stands_as_its_word() -> None:
    command = assess.model_copy(update={"grade": "RATHER_LOW"})
    given().when(command, by=AUTHOR, on=TODAY).then(happened(AssessmentRecorded, grade="较低"))
    grades = RULES.assessment.model_copy(update={"grades": {"A": "甲级"}})
    rules = RULES.model_copy(update={"assessment": grades})
    given().under(rules).when(command, by=AUTHOR, on=TODAY).then_refused("ASSESSMENT_GRADE")
    other = assess.model_copy(update={"grade": "甲级"})
    given().under(rules).when(other, by=AUTHOR, on=TODAY).then(happened(AssessmentRecorded))


def test_the_three_parts_of_the_form_are_sealed() -> None:
    (event,) = given().when(assess, by=AUTHOR, on=TODAY).events
    assert set(RULES.assessment.parts) < set(type(event).SENSITIVE)
    assert RULES.assessment.parts.keys() == {"basics", "quality", "capacity"}


@pytest.mark.parametrize(("months", "taken"), [(2, False), (3, True), (12, True), (13, False)])
def test_p15_follow_up_is_chosen_between_three_and_twelve_months(months: int, taken: bool) -> None:
    command = can_return.model_copy(update={"follow_up_months": months})
    outcome = given(*PLACED).when(command, by=AUTHOR, on=TODAY)
    if taken:
        outcome.then(happened(AssessmentRecorded, follow_up_months=months))
    else:
        assert "3至12个月" in outcome.then_refused("FOLLOW_UP_TERM").text
    at_home = assess.model_copy(update={"follow_up_months": months})
    given().when(at_home, by=AUTHOR, on=TODAY).then_refused("FOLLOW_UP_NOT_RETURN")


def returned(months: int | None) -> tuple[Event, ...]:
    command = can_return.model_copy(update={"follow_up_months": months})
    history = told((place, AUTHOR), (command, AUTHOR), (approve, LEADER))
    back = ReturnChildHome(child_ref=CHILD, returned_on=LATER, account=None)
    return (*history, *given(*history).when(back, by=AUTHOR, on=LATER).events)


def test_p15_what_was_chosen_is_counted_from_the_return() -> None:
    (*_, approved, home) = returned(3)
    assert isinstance(approved, AssessmentApproved)
    assert isinstance(home, ChildReturnedHome)
    assert approved.follow_up_until == date(2026, 6, 4)
    assert home.follow_up_until == date(2026, 6, 20)
    (listed,) = when_child_can_return_then_list_for_follow_up.then(
        approved, recorded(approved), PLACES
    )
    assert listed == ListForFollowUp(child_ref=CHILD, until=date(2026, 6, 4))
    (listed,) = when_its_follow_up_is_set_anew_then_the_list_says_so.then(
        home, recorded(home), PLACES
    )
    assert listed == ListForFollowUp(child_ref=CHILD, until=date(2026, 6, 20))
    # Nothing chosen: as before, by policies/clocks.toml from the approval on.
    (*_, approved, home) = returned(None)
    assert isinstance(home, ChildReturnedHome)
    assert home.follow_up_until is None
    assert (
        when_its_follow_up_is_set_anew_then_the_list_says_so.then(home, recorded(home), PLACES)
        == []
    )


@pytest.mark.parametrize(
    ("until", "code"),
    [
        (date(2026, 6, 19), "FOLLOW_UP_NOT_LATER"),
        (date(2026, 6, 21), None),
        (date(2027, 3, 20), None),
        (date(2027, 3, 21), "FOLLOW_UP_TOO_LONG"),
    ],
)
def test_p15_a_follow_up_is_extended_and_never_beyond_a_year(until: date, code: str | None) -> None:
    extend = ExtendFollowUp(child_ref=CHILD, until=until, account="（示例）仍需观察")
    outcome = given(*returned(3)).when(extend, by=AUTHOR, on=LATER)
    if code is not None:
        outcome.then_refused(code)
        return
    (event,) = outcome.then(happened(FollowUpExtended, until=until))
    assert folded(GUARDIANSHIP_CASE, *returned(3), event).follow_up_until == until
    (listed,) = when_its_follow_up_is_set_anew_then_the_list_says_so.then(
        event, recorded(event), PLACES
    )
    assert listed == ListForFollowUp(child_ref=CHILD, until=until)


def test_only_a_child_that_came_home_is_followed_up_for_longer() -> None:
    extend = ExtendFollowUp(child_ref=CHILD, until=date(2026, 9, 1), account=None)
    for history in ((), ASSESSED, PLACED, CLOSING):
        given(*history).when(extend, by=AUTHOR, on=LATER).then_refused("FOLLOW_UP_NOT_RETURNED")
    texts = {
        given(*history).when(extend, by=POLICE, on=LATER).then_refused("FOLLOW_UP_NOT_YOURS").text
        for history in ((), returned(3))
    }
    assert len(texts) == 1


# Clocks


def test_what_is_put_forward_is_decided_in_time() -> None:
    (put_up,) = ASSESSED
    assert isinstance(put_up, AssessmentRecorded)
    then = when_something_is_put_forward_then_it_is_decided_in_time.then
    (clock,) = then(put_up, recorded(put_up), PLACES)
    assert isinstance(clock, SetDeadline)
    assert (clock.kind, clock.owner) == ("approve_assessment", CIVIL_AFFAIRS)
    assert clock.due_at == put_up.decide_by
    assert clock.subject_id == proposal_id(CASE, CIVIL_AFFAIRS, 1)
    (again,) = given(*ASSESSED).when(assess, by=AUTHOR, on=TODAY, correction=True).events
    gone, anew = then(again, recorded(again), PLACES)
    assert isinstance(anew, SetDeadline)
    assert gone == CancelDeadline(subject_id=clock.subject_id, kind="approve_assessment")
    assert anew.subject_id == proposal_id(CASE, CIVIL_AFFAIRS, 2)
    (*_, closing) = CLOSING
    assert isinstance(closing, ClosingProposed)
    (clock,) = then(closing, recorded(closing), PLACES)
    assert isinstance(clock, SetDeadline)
    assert (clock.kind, clock.due_at) == ("approve_closing", closing.decide_by)


@pytest.mark.parametrize(
    ("history", "act", "kind"),
    [
        (ASSESSED, approve, "approve_assessment"),
        (ASSESSED, reject, "approve_assessment"),
        (CLOSING, decide_closing, "approve_closing"),
        (CLOSING, reject.model_copy(update={"proposal": 2}), "approve_closing"),
    ],
)
def test_a_decision_meets_that_clock(history: tuple[Event, ...], act: Command, kind: str) -> None:
    (*_, event) = given(*history).when(act, by=LEADER, on=TODAY).events
    (met,) = when_it_is_decided_then_that_clock_is_met.then(event, recorded(event), PLACES)
    number = 1 if history is ASSESSED else 2
    assert met == MeetDeadline(subject_id=proposal_id(CASE, CIVIL_AFFAIRS, number), kind=kind)


def test_a_reason_in_other_words_ends_no_follow_up_of_a_later_case() -> None:
    closed = (*CLOSING, *given(*CLOSING).when(decide_closing, by=LEADER, on=TODAY).events)
    ends: Callable[..., object] = when_guardianship_case_closed_then_end_follow_up.then
    assert ends(closed[-1], recorded(closed[-1]), PLACES) == [EndFollowUp(child_ref=CHILD)]
    again = given(*closed).when(close, by=AUTHOR, on=TODAY, correction=True).events
    third = approve.model_copy(update={"proposal": 3})
    (reworded,) = given(*closed, *again).when(third, by=LEADER, on=TODAY).events
    assert isinstance(reworded, GuardianshipCaseClosed)
    assert ends(reworded, recorded(reworded), PLACES) == []


@pytest.mark.parametrize("actor", EVERY_SEAT)
def test_whoever_assesses_has_it_approved_at_home(actor: str) -> None:
    """沪未保 78: 民政、公安、法院、检察院; each by somebody of its own."""
    if seat_of(actor) not in POLICE_SEATS | {
        Seat.CIVIL_AFFAIRS,
        Seat.COURT,
        Seat.PROCURATORATE,
    }:
        return
    put_up = given().when(assess, by=actor, on=TODAY).events
    head = Actor(actor, Post.HEAD.value, "u-head")
    given(*put_up).when(approve, by=head, on=TODAY).then(happened(AssessmentApproved))
    if actor != CIVIL_AFFAIRS:
        given(*put_up).when(approve, by=LEADER, on=TODAY).then_refused("APPROVAL_NOT_YOURS")
    stranger = Actor(TOWN, Post.HEAD.value, "u-town")
    given(*put_up).when(approve, by=stranger, on=TODAY).then_refused("APPROVAL_NOT_YOURS")
