"""Help with work. Plan 二4 (P32): 为父母或监护人提供就业帮扶."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

import pytest

from domain.deadline import CancelDeadline, MeetDeadline, SetDeadline
from domain.job_codes import (
    COMES_AFTER,
    JOB_HELP_STATE,
    JOB_WISH_STATE,
    LEADS_TO,
    RESULTS,
    JobHelpState,
    JobHours,
    JobOffer,
    JobStep,
    JobWishState,
)
from domain.job_help import (
    ENDS_IT,
    HELPER,
    JOB_HELP,
    AnswerJobHelp,
    EndJobHelp,
    JobHelpAnswered,
    JobHelpEnded,
    JobHelpSent,
    LapseJobHelp,
    SendJobHelp,
)
from domain.job_wish import (
    JOB_WISH,
    ForwardJobWish,
    JobWishForwarded,
    JobWishStated,
    JobWishWithdrawn,
    StateJobWish,
    WithdrawJobWish,
)
from domain.kernel import Category, Command, Event, Recorded
from domain.organisations import HUB, Seat, seat_of
from domain.reactions.job_help import (
    when_a_wish_for_work_is_sent_on_then_its_clock_is_met,
    when_a_wish_for_work_is_stated_then_the_station_sends_it_on,
    when_a_wish_for_work_is_withdrawn_then_nobody_sends_it_on,
    when_human_resources_answer_then_the_next_step_is_awaited,
    when_job_help_ends_then_the_adult_is_withdrawn_from_human_resources_view,
    when_job_help_is_sent_then_human_resources_see_the_adults_own_record,
)
from domain.scope import CloseScope, OpenScope, ScopeBasis
from hub.policies import load_policies
from tests.domain.invented import CIVIL_AFFAIRS, EVERY_SEAT, OTHER_TOWN, SCHOOL, TOWN, VILLAGE
from tests.domain.pools import OneStation
from tests.specification import as_recorded, circumstances, folded, given, happened

TODAY = date(2026, 3, 4)
HELP, WISH, CHILD = UUID(int=6161), UUID(int=6162), UUID(int=6163)
UNTIL = date(2027, 3, 3)
WHY = "（示例）本人另有安排"

wish = StateJobWish(
    wish_id=WISH,
    child_ref=CHILD,
    station=TOWN,
    stated_on=TODAY,
    given_on=TODAY,
    until=UNTIL,
    adult_name="示例求职人",
    adult_phone="13800000000",
    job="（示例）保洁",
    job_hours=JobHours.PART_DAY,
    skills=None,
    training="（示例）育婴培训",
)
send = SendJobHelp(
    help_id=HELP,
    sent_on=TODAY,
    **wish.model_dump(exclude={"wish_id", "child_ref", "station", "stated_on"}),
)
end = EndJobHelp(help_id=HELP, ended_on=TODAY)


def step(of: JobStep, offer: JobOffer | None = None, why: str | None = WHY) -> AnswerJobHelp:
    if of is JobStep.OFFERED:
        offer = offer or JobOffer.STATION
    return AnswerJobHelp(help_id=HELP, job_step=of, answered_on=TODAY, job_offer=offer, account=why)


def told(*steps: Command) -> tuple[Event, ...]:
    history: tuple[Event, ...] = ()
    for command in steps:
        by = {AnswerJobHelp: HELPER, StateJobWish: VILLAGE}.get(type(command), TOWN)
        outcome = given(*history).when(command, by=by, on=TODAY)
        assert outcome.refusal is None, outcome.refusal
        history += outcome.events
    return history


UP_TO: dict[JobHelpState, tuple[Event, ...]] = {
    JobHelpState.NONE: (),
    JobHelpState.SENT: told(send),
    JobHelpState.ACCEPTED: told(send, step(JobStep.ACCEPTED)),
    JobHelpState.CONTACTED: told(send, step(JobStep.ACCEPTED), step(JobStep.CONTACTED)),
    JobHelpState.OFFERED: told(
        send, step(JobStep.ACCEPTED), step(JobStep.CONTACTED), step(JobStep.OFFERED)
    ),
    JobHelpState.SETTLED: told(
        send, step(JobStep.ACCEPTED), step(JobStep.CONTACTED), step(JobStep.TRAINED)
    ),
    JobHelpState.DONE: told(
        send,
        step(JobStep.ACCEPTED),
        step(JobStep.CONTACTED),
        step(JobStep.PLACED),
        step(JobStep.FOLLOWED_UP),
    ),
    JobHelpState.ENDED: told(send, end),
}
OPEN = [state for state, history in UP_TO.items() if folded(JOB_HELP, *history).open]


def test_every_state_is_tried_and_has_words() -> None:
    assert set(UP_TO) == set(JobHelpState) == set(JOB_HELP_STATE)
    for state, history in UP_TO.items():
        assert folded(JOB_HELP, *history).state is state
    assert set(JOB_WISH_STATE) == set(JobWishState)
    assert set(LEADS_TO) == set(COMES_AFTER) == set(JobStep)


@pytest.mark.parametrize("by", EVERY_SEAT)
def test_p32_a_towns_station_sends_and_nobody_else_does(by: str) -> None:
    """Given an adult who looks for work / when somebody sends it / then it is a town's station."""
    outcome = given().when(send, by=by, on=TODAY)
    if seat_of(by) is Seat.TOWN:
        outcome.then(happened(JobHelpSent, town=TOWN.split(":")[1]))
    else:
        outcome.then_refused("JOB_HELP_BY_TOWN")


def test_what_is_sent_says_nothing_of_a_child() -> None:
    """No field of any event of it could: names, telephone and wish are sealed as the adult's."""
    for event in (JobHelpSent, JobHelpAnswered, JobHelpEnded):
        fields = set(event.model_fields)
        assert not fields & {"child_ref", "case_id", "wish", "wish_id", "asked_by", "sender"}
    sealed = set(JobHelpSent.SENSITIVE)
    assert sealed == {"adult_name", "adult_phone", "job", "job_hours", "skills", "training"}
    assert {JobHelpSent.SENSITIVE[each].category for each in sealed} == {Category.CONTACT}


@pytest.mark.parametrize("state", JobHelpState)
@pytest.mark.parametrize("of", JobStep)
def test_p32_human_resources_take_one_step_after_the_other(
    state: JobHelpState, of: JobStep
) -> None:
    """受理、联系、推荐、结果、回访."""
    outcome = given(*UP_TO[state]).when(step(of), by=HELPER, on=TODAY)
    if state not in OPEN:
        outcome.then_refused("JOB_HELP_NOT_YOURS")
    elif state in COMES_AFTER[of]:
        outcome.then(happened(JobHelpAnswered, job_step=of, told_to=TOWN, corrected=False))
    else:
        outcome.then_refused("JOB_STEP_ORDER")


@pytest.mark.parametrize("by", EVERY_SEAT)
def test_nobody_else_answers_for_human_resources(by: str) -> None:
    outcome = given(*UP_TO[JobHelpState.SENT]).when(step(JobStep.ACCEPTED), by=by, on=TODAY)
    if by == HELPER:
        outcome.then(happened(JobHelpAnswered))
    else:
        outcome.then_refused("JOB_HELP_NOT_YOURS")


def test_whoever_is_not_placed_is_told_why() -> None:
    history = UP_TO[JobHelpState.OFFERED]
    refused = given(*history).when(step(JobStep.NOT_PLACED, why=" "), by=HELPER, on=TODAY)
    refused.then_refused("JOB_NOT_PLACED_WHY")
    given(*history).when(step(JobStep.NOT_PLACED), by=HELPER, on=TODAY).then(
        happened(JobHelpAnswered, job_step=JobStep.NOT_PLACED)
    )


@pytest.mark.parametrize(
    "command",
    [
        step(JobStep.OFFERED).model_copy(update={"job_offer": None}),
        step(JobStep.PLACED, JobOffer.LABOUR_MARKET),
    ],
)
def test_through_what_is_said_of_an_offer_and_of_nothing_else(command: AnswerJobHelp) -> None:
    outcome = given(*UP_TO[JobHelpState.CONTACTED]).when(command, by=HELPER, on=TODAY)
    outcome.then_refused("JOB_OFFER_OF_STEP")


@pytest.mark.parametrize("state", OPEN)
@pytest.mark.parametrize("by", EVERY_SEAT)
def test_p32_the_adult_declines_at_any_desk_and_no_reason_is_asked(
    state: JobHelpState, by: str
) -> None:
    """Given help under way / when the adult takes the consent back, wherever / then it is over."""
    outcome = given(*UP_TO[state]).when(end, by=by, on=TODAY)
    if seat_of(by) in ENDS_IT:
        outcome.then(JobHelpEnded(told_to=TOWN, ended_on=TODAY, early=True))
    else:
        outcome.then_refused("JOB_HELP_NOT_YOURS")
    assert set(EndJobHelp.model_fields) == {"help_id", "ended_on"}


def test_what_is_not_there_reads_as_what_is_none_of_ones_business() -> None:
    none = (
        given().when(step(JobStep.ACCEPTED), by=HELPER, on=TODAY).then_refused("JOB_HELP_NOT_YOURS")
    )
    theirs = given(*UP_TO[JobHelpState.SENT]).when(step(JobStep.ACCEPTED), by=TOWN, on=TODAY)
    assert theirs.then_refused("JOB_HELP_NOT_YOURS").text == none.text
    over = given(*UP_TO[JobHelpState.ENDED]).when(step(JobStep.ACCEPTED), by=HELPER, on=TODAY)
    assert over.then_refused("JOB_HELP_NOT_YOURS").text == none.text


def test_said_twice_that_it_is_over_changes_nothing() -> None:
    given(*UP_TO[JobHelpState.ENDED]).when(end, by=VILLAGE, on=TODAY).then_nothing()
    given(*UP_TO[JobHelpState.DONE]).when(end, by=VILLAGE, on=TODAY).then_nothing()


def test_it_ends_with_the_consent() -> None:
    history = UP_TO[JobHelpState.OFFERED]
    lapse = LapseJobHelp(help_id=HELP)
    given(*history).when(lapse, by=HUB, on=UNTIL).then_nothing()
    after = UNTIL + timedelta(days=1)
    given(*history).when(lapse, by=HUB, on=after).then(
        happened(JobHelpEnded, ended_on=after, early=False)
    )
    given(*history).when(lapse, by=HELPER, on=after).then_refused("JOB_HELP_NOT_YOURS")


@pytest.mark.parametrize(
    ("days", "code"),
    [
        ({"until": date(2027, 3, 5)}, "JOB_CONSENT_UNTIL"),
        ({"until": date(2026, 3, 3)}, "JOB_CONSENT_UNTIL"),
        ({"given_on": date(2026, 3, 5)}, "JOB_CONSENT_IN_FUTURE"),
        ({"sent_on": date(2026, 3, 5)}, "JOB_HELP_IN_FUTURE"),
    ],
)
def test_nothing_is_sent_without_a_consent_that_holds(days: dict[str, date], code: str) -> None:
    given().when(send.model_copy(update=days), by=TOWN, on=TODAY).then_refused(code)
    if code.startswith("JOB_CONSENT"):
        given().when(wish.model_copy(update=days), by=VILLAGE, on=TODAY).then_refused(code)


def test_a_correction_moves_no_clock_and_no_consent() -> None:
    history = UP_TO[JobHelpState.CONTACTED]
    other = send.model_copy(update={"job": "（示例）帮厨"})
    again = given(*history).when(other, by=TOWN, on=TODAY, correction=True)
    again.then(happened(JobHelpSent, accept_by=None))
    longer = send.model_copy(update={"until": UNTIL - timedelta(days=1)})
    refused = given(*history).when(longer, by=TOWN, on=TODAY, correction=True)
    refused.then_refused("JOB_CONSENT_CHANGED")
    given(*history).when(other, by=OTHER_TOWN, on=TODAY, correction=True).then_refused(
        "JOB_HELP_NOT_YOURS"
    )
    given(*history).when(send, by=TOWN, on=TODAY).then_nothing()
    worded = given(*history).when(step(JobStep.ACCEPTED), by=HELPER, on=TODAY, correction=True)
    (event,) = worded.then(happened(JobHelpAnswered, corrected=True, due_at=None))
    assert folded(JOB_HELP, *history, event) == folded(JOB_HELP, *history)


@pytest.mark.parametrize("by", EVERY_SEAT)
def test_p32_village_school_town_and_civil_affairs_take_a_wish_down(by: str) -> None:
    outcome = given().when(wish, by=by, on=TODAY)
    if by in (VILLAGE, SCHOOL, TOWN, CIVIL_AFFAIRS):
        outcome.then(happened(JobWishStated, told_to=TOWN, asked_by=by, child_ref=CHILD))
    else:
        outcome.then_refused("JOB_WISH_NOT_HERE")


def test_a_wish_is_the_familys_means_which_human_resources_never_see() -> None:
    access = load_policies().access
    for event in (JobWishStated, JobWishForwarded, JobWishWithdrawn):
        assert access.words(Seat.HUMAN_RESOURCES, event.CATEGORY) == frozenset()
    assert access.words(Seat.HUMAN_RESOURCES, JobHelpEnded.CATEGORY) == frozenset()


STATED = told(wish)
forward = ForwardJobWish(wish_id=WISH, help_number=str(HELP))
withdraw = WithdrawJobWish(wish_id=WISH, withdrawn_on=TODAY)


def test_the_station_that_was_asked_sends_it_on_once() -> None:
    given(*STATED).when(forward, by=TOWN, on=TODAY).then(
        happened(JobWishForwarded, told_to=VILLAGE, child_ref=CHILD)
    )
    for by in (OTHER_TOWN, VILLAGE, HELPER):
        given(*STATED).when(forward, by=by, on=TODAY).then_refused("JOB_WISH_NOT_YOURS")
    sent = (*STATED, *given(*STATED).when(forward, by=TOWN, on=TODAY).events)
    given(*sent).when(forward, by=TOWN, on=TODAY).then_refused("JOB_WISH_NOT_YOURS")
    given(*sent).when(forward, by=TOWN, on=TODAY, correction=True).then_nothing()


def test_a_wish_is_withdrawn_by_who_asked_who_sends_and_civil_affairs() -> None:
    for by in (VILLAGE, TOWN, CIVIL_AFFAIRS):
        given(*STATED).when(withdraw, by=by, on=TODAY).then(happened(JobWishWithdrawn))
    for by in (SCHOOL, OTHER_TOWN, HELPER):
        given(*STATED).when(withdraw, by=by, on=TODAY).then_refused("JOB_WISH_NOT_YOURS")
    gone = (*STATED, *given(*STATED).when(withdraw, by=TOWN, on=TODAY).events)
    given(*gone).when(withdraw, by=VILLAGE, on=TODAY).then_nothing()
    given(*gone).when(forward, by=TOWN, on=TODAY).then_refused("JOB_WISH_NOT_YOURS")


def test_a_wish_goes_to_a_towns_station_and_stays_there() -> None:
    elsewhere = wish.model_copy(update={"station": OTHER_TOWN})
    again = given(*STATED).when(elsewhere, by=VILLAGE, on=TODAY, correction=True)
    again.then_refused("JOB_WISH_STATION_CHANGED")
    nobody = wish.model_copy(update={"station": HELPER})
    given().when(nobody, by=VILLAGE, on=TODAY).then_refused("JOB_WISH_STATION")
    other = wish.model_copy(update={"job": "（示例）帮厨"})
    (event,) = (
        given(*STATED)
        .when(other, by=VILLAGE, on=TODAY, correction=True)
        .then(happened(JobWishStated, send_by=None))
    )
    assert folded(JOB_WISH, *STATED, event) == folded(JOB_WISH, *STATED)
    given(*STATED).when(other, by=VILLAGE, on=TODAY).then_nothing()


# ---- what follows -----------------------------------------------------------------------------

Clock = tuple[type[Command], str]


def clocks(commands: Sequence[Command]) -> list[Clock]:
    of_clocks = (SetDeadline, MeetDeadline, CancelDeadline)
    return [(type(each), each.kind) for each in commands if isinstance(each, of_clocks)]


def recorded(event: Event, stream: UUID) -> Recorded:
    return as_recorded(event, stream, 1, circumstances(TOWN, TODAY))


def test_what_was_sent_opens_the_adults_own_record_to_human_resources_and_no_child() -> None:
    (event,) = UP_TO[JobHelpState.SENT]
    cause = recorded(event, HELP)
    then = when_job_help_is_sent_then_human_resources_see_the_adults_own_record.then
    scope, clock = then(event, cause, OneStation())
    assert isinstance(event, JobHelpSent)
    assert scope == OpenScope(
        organisation=HELPER,
        child_ref=HELP,
        item=HELP,
        basis=ScopeBasis.TASK,
        categories=(Category.CONTACT,),
        until=event.expires_at,
    )
    assert isinstance(clock, SetDeadline)
    assert (clock.owner, clock.kind, clock.child_ref) == (HELPER, "job_accept", HELP)
    corrected = event.model_copy(update={"accept_by": None})
    assert then(corrected, cause, OneStation()) == []
    assert when_job_help_is_sent_then_human_resources_see_the_adults_own_record.at_once


EXPECTED: dict[JobStep, list[Clock]] = {
    JobStep.ACCEPTED: [(MeetDeadline, "job_accept"), (SetDeadline, "job_contact")],
    JobStep.CONTACTED: [(MeetDeadline, "job_contact"), (SetDeadline, "job_offer")],
    JobStep.OFFERED: [(MeetDeadline, "job_offer"), (SetDeadline, "job_result")],
    **{
        each: [
            (MeetDeadline, "job_result"),
            (CancelDeadline, "job_offer"),
            (SetDeadline, "job_follow_up"),
        ]
        for each in RESULTS
    },
    JobStep.FOLLOWED_UP: [(MeetDeadline, "job_follow_up")],
}


@pytest.mark.parametrize("of", JobStep)
def test_p32_a_clock_runs_on_each_step_of_human_resources(of: JobStep) -> None:
    before = min(COMES_AFTER[of], key=list(JobHelpState).index)
    (event,) = given(*UP_TO[before]).when(step(of), by=HELPER, on=TODAY).events
    cause = recorded(event, HELP)
    reaction = when_human_resources_answer_then_the_next_step_is_awaited
    found = reaction.then(event, cause, OneStation())
    assert clocks(found) == EXPECTED[of]
    closes = CloseScope(organisation=HELPER, child_ref=HELP, item=HELP)
    assert (closes in found) is (of is JobStep.FOLLOWED_UP)
    assert isinstance(event, JobHelpAnswered)
    corrected = event.model_copy(update={"corrected": True, "due_at": None})
    assert reaction.then(corrected, cause, OneStation()) == []
    assert reaction.at_once


def test_a_second_offer_gives_no_more_time() -> None:
    history = UP_TO[JobHelpState.OFFERED]
    second = step(JobStep.OFFERED, JobOffer.TRAINING)
    (event,) = given(*history).when(second, by=HELPER, on=TODAY).events
    found = when_human_resources_answer_then_the_next_step_is_awaited.then(
        event, recorded(event, HELP), OneStation()
    )
    assert clocks(found) == [(MeetDeadline, "job_offer")]
    assert folded(JOB_HELP, *history, event) == folded(JOB_HELP, *history)


def test_p32_with_the_end_the_adult_is_withdrawn_from_human_resources_view() -> None:
    event = UP_TO[JobHelpState.ENDED][-1]
    reaction = when_job_help_ends_then_the_adult_is_withdrawn_from_human_resources_view
    found = reaction.then(event, recorded(event, HELP), OneStation())
    assert found[0] == CloseScope(organisation=HELPER, child_ref=HELP, item=HELP)
    kinds = ["job_accept", "job_contact", "job_offer", "job_result", "job_follow_up"]
    assert clocks(found) == [(CancelDeadline, each) for each in kinds]
    assert reaction.at_once


def test_a_station_owes_it_to_send_a_wish_on() -> None:
    (stated,) = STATED
    stated_then = when_a_wish_for_work_is_stated_then_the_station_sends_it_on
    (clock,) = stated_then.then(stated, recorded(stated, WISH), OneStation())
    assert isinstance(clock, SetDeadline)
    assert (clock.owner, clock.child_ref, clock.matter) == (TOWN, CHILD, Category.MEANS)
    corrected = stated.model_copy(update={"send_by": None})
    assert stated_then.then(corrected, recorded(corrected, WISH), OneStation()) == []
    (sent,) = given(*STATED).when(forward, by=TOWN, on=TODAY).events
    met = when_a_wish_for_work_is_sent_on_then_its_clock_is_met
    assert met.then(sent, recorded(sent, WISH), OneStation()) == [
        MeetDeadline(subject_id=WISH, kind="job_send")
    ]
    (gone,) = given(*STATED).when(withdraw, by=TOWN, on=TODAY).events
    over = when_a_wish_for_work_is_withdrawn_then_nobody_sends_it_on
    assert over.then(gone, recorded(gone, WISH), OneStation()) == [
        CancelDeadline(subject_id=WISH, kind="job_send")
    ]


def test_no_consent_of_a_child_opens_anything_to_human_resources() -> None:
    """It would tell them that there is a child: what they help with rests on the adult's own."""
    kinds = load_policies().rules.consent.kinds
    assert kinds
    assert not [name for name, kind in kinds.items() if Seat.HUMAN_RESOURCES in kind.seats]
