"""家庭教育指导的课次和报告. 沪未保 85(2), 家教法 48, 49: who is ordered to accept guidance accepts
it; 家教法 6, 42 and plan 二2 (P11): the women's federation gives it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.guardianship_codes import GuidanceGround, GuidanceOrderKind
from domain.guardianship_commands import OrderGuidance, RecordAdmonition
from domain.guidance import (
    GIVE,
    GIVING,
    GUIDANCE,
    BeginGuidance,
    GuidanceBegun,
    GuidanceReported,
    GuidanceResult,
    GuidanceState,
    RecordSession,
    ReportGuidance,
    SessionHeld,
    giving_task,
    guidance_id,
    state_after,
)
from domain.kernel import Category, Command, Event, Recorded
from domain.organisations import HUB, Seat, district_organisation, seat_of
from domain.reactions.guidance import (
    when_guidance_is_not_accepted_then_who_ordered_it_decides,
    when_guidance_is_ordered_then_it_is_to_be_given,
    when_guidance_is_reported_then_its_task_is_answered,
    when_guidance_is_to_be_given_then_the_federation_gives_it,
)
from domain.referral import CompleteReferral, RequestReferral
from domain.standing import Stands
from domain.terms import Term
from hub.policies import load_policies
from tests.domain.invented import CHILD, EVERY_SEAT, POLICE, PROCURATORATE, STATION, TOWN_CODE
from tests.specification import as_recorded, circumstances, folded, given, happened

RULES = load_policies().rules
LIMIT = RULES.thresholds.guidance_absences_before_issuer_is_told
TODAY = date(2026, 3, 31)
FIRST = date(2026, 3, 4)
COURT = district_organisation(Seat.COURT)
FEDERATION = district_organisation(Seat.WOMENS_FEDERATION)
ORDER = GuidanceGround.GUIDANCE_ORDER
COURSE = guidance_id(CHILD, ORDER)

begin = BeginGuidance(child_ref=CHILD, order=ORDER, ordered_by=COURT, town=TOWN_CODE)


def session(nth: int, *, came: bool) -> RecordSession:
    return RecordSession(
        child_ref=CHILD,
        order=ORDER,
        held_on=FIRST + timedelta(days=7 * nth),
        attended=came,
        account="（示例）",
    )


def report(result: GuidanceResult = GuidanceResult.COMPLETED) -> ReportGuidance:
    return ReportGuidance(
        child_ref=CHILD, order=ORDER, reported_on=TODAY, result=result, account="（示例）"
    )


def told(*steps: Command) -> tuple[Event, ...]:
    history: tuple[Event, ...] = ()
    for command in steps:
        by = HUB if isinstance(command, BeginGuidance) else FEDERATION
        outcome = given(*history).when(command, by=by, on=TODAY)
        assert outcome.refusal is None, outcome.refusal
        history += outcome.events
    return history


HISTORIES: dict[str, tuple[Event, ...]] = {
    "none": (),
    "begun": told(begin),
    "attended": told(begin, session(0, came=True)),
    "reported": told(begin, session(0, came=True), report()),
    "ordered again": told(begin, session(0, came=False), report(), begin),
}
STATES = {
    "none": GuidanceState.NONE,
    "begun": GuidanceState.BEGUN,
    "attended": GuidanceState.BEGUN,
    "reported": GuidanceState.REPORTED,
    "ordered again": GuidanceState.BEGUN,
}
COMMANDS: dict[str, tuple[Command, type[Event]]] = {
    "session": (session(1, came=True), SessionHeld),
    "report": (report(), GuidanceReported),
}
REFUSED = {"none": "GUIDANCE_NONE", "reported": "GUIDANCE_OVER"}


@pytest.mark.parametrize("history", HISTORIES)
@pytest.mark.parametrize("what", COMMANDS)
def test_every_state_and_act_and_seat(history: str, what: str) -> None:
    """Allowed ones do what they should; all others are refused with a clear reason, a stranger in
    the same words whatever there is."""
    command, event = COMMANDS[what]
    for actor in EVERY_SEAT:
        outcome = given(*HISTORIES[history]).when(command, by=actor, on=TODAY)
        if seat_of(actor) not in GIVING:
            assert outcome.then_refused("GUIDANCE_NOT_YOURS").text.endswith("。")
        elif history in REFUSED:
            assert outcome.then_refused(REFUSED[history]).text.endswith("。")
        else:
            outcome.then(happened(event))
    assert command.IN_TASK
    assert command.STATES is Category.ORDERS


@pytest.mark.parametrize("history", HISTORIES)
def test_only_the_hub_says_that_guidance_is_to_be_given(history: str) -> None:
    for actor in EVERY_SEAT:
        given(*HISTORIES[history]).when(begin, by=actor, on=TODAY).then_refused(
            "GUIDANCE_BY_RECORD"
        )
    given(*HISTORIES[history]).when(begin, by=HUB, on=TODAY).then(happened(GuidanceBegun))


@pytest.mark.parametrize("history", HISTORIES)
def test_views_and_fold_agree_on_the_state(history: str) -> None:
    state = ""
    for event in HISTORIES[history]:
        state = state_after(state, event.TOPIC, vars(event))
    assert (state or GuidanceState.NONE) == STATES[history]
    folded_state = folded(GUIDANCE, *HISTORIES[history])
    assert folded_state.state is STATES[history]
    stands = GUIDANCE.stands
    assert stands is not None
    under_way = [Stands.OPEN_CASE] if STATES[history] is GuidanceState.BEGUN else []
    assert [each.code for each in stands(folded_state, RULES)] == under_way


def test_nothing_is_recorded_before_its_day() -> None:
    for command, day in ((session(0, came=True), "held_on"), (report(), "reported_on")):
        late = command.model_copy(update={day: TODAY + timedelta(days=1)})
        given(*HISTORIES["begun"]).when(late, by=FEDERATION, on=TODAY).then_refused(
            "GUIDANCE_IN_FUTURE"
        )


def test_who_stays_away_as_often_as_the_threshold_says_is_put_to_the_issuer_once() -> None:
    """多次不到的，告知出具文书的单位: at the threshold, and not again at each later absence."""
    history = HISTORIES["begun"]
    tasks: list[Any] = []
    for nth in range(LIMIT + 2):
        (event,) = given(*history).when(session(nth, came=False), by=FEDERATION, on=TODAY).events
        assert isinstance(event, SessionHeld)
        assert event.absences == nth + 1
        assert event.stays_away is (nth + 1 == LIMIT)
        tasks += asked(when_guidance_is_not_accepted_then_who_ordered_it_decides, event)
        history += (event,)
    (task,) = tasks
    assert isinstance(task, RequestReferral)
    assert (task.kind, task.addressee, task.sender) == (
        "note_guidance_refused",
        COURT,
        FEDERATION,
    )
    assert seat_of(COURT) in RULES.referral_kind(task.kind).seats


def test_a_session_that_is_put_right_is_one_absence_and_not_two() -> None:
    history = told(begin, session(0, came=False))
    corrected = given(*history).when(
        session(0, came=True), by=FEDERATION, on=TODAY, correction=True
    )
    (event,) = corrected.then(happened(SessionHeld, absences=0, current=True))
    assert folded(GUIDANCE, *history, event).absences == 0


def test_what_is_put_right_of_an_order_of_before_counts_for_none_that_runs() -> None:
    before = HISTORIES["ordered again"]
    (session_,) = (
        given(*before)
        .when(session(0, came=False), by=FEDERATION, on=TODAY, correction=True)
        .then(happened(SessionHeld, absences=0, current=False))
    )
    (reported,) = (
        given(*before)
        .when(report(GuidanceResult.REFUSED), by=FEDERATION, on=TODAY, correction=True)
        .then(happened(GuidanceReported, current=False))
    )
    after = folded(GUIDANCE, *before, session_, reported)
    assert after.state is GuidanceState.BEGUN
    assert after.absences == 0
    for reaction in (
        when_guidance_is_reported_then_its_task_is_answered,
        when_guidance_is_not_accepted_then_who_ordered_it_decides,
    ):
        assert asked(reaction, reported) == []


# What it opens at others


class Map:
    def police_station(self, town: str | None) -> str:
        return STATION

    def town_of(self, organisation: str) -> str | None:
        return TOWN_CODE if organisation == STATION else None


def asked(
    reaction: Any, event: Event, by: str = FEDERATION, *, corrects: bool = False
) -> list[Any]:
    cause: Recorded = as_recorded(event, COURSE, 1, circumstances(by, TODAY))
    if corrects:
        cause = replace(cause, header=replace(cause.header, supersedes=uuid4()))
    return list(reaction.then(event, cause, Map()))


@pytest.mark.parametrize(
    ("order", "by"),
    [
        (GuidanceGround.WRITTEN_WARNING, STATION),
        (GuidanceGround.WRITTEN_WARNING, POLICE),
        (GuidanceGround.SUPERVISION_ORDER, PROCURATORATE),
        (GuidanceGround.GUIDANCE_ORDER, COURT),
    ],
)
def test_each_of_the_three_orders_is_given_by_the_federation(
    order: GuidanceGround, by: str
) -> None:
    document = OrderGuidance(
        child_ref=CHILD,
        town=TOWN_CODE,
        order=GuidanceOrderKind(order),
        document_number="示〔2026〕1号",
        served_on=FIRST,
        guardian_relation="父亲",
        requirements=None,
    )
    (ordered,) = given().when(document, by=by, on=TODAY).events
    (command,) = asked(when_guidance_is_ordered_then_it_is_to_be_given, ordered, by)
    assert command == BeginGuidance(
        child_ref=CHILD, order=order, ordered_by=by, town=TOWN_CODE, since=FIRST
    )
    assert asked(when_guidance_is_ordered_then_it_is_to_be_given, ordered, by, corrects=True) == []
    (begun,) = given().when(command, by=HUB, on=TODAY).events
    (task,) = asked(when_guidance_is_to_be_given_then_the_federation_gives_it, begun, HUB)
    assert (task.kind, task.addressee, task.sender) == (GIVE, FEDERATION, by)
    kind = RULES.referral_kind(GIVE)
    assert kind.by_record == tuple(kind.outcomes) == tuple(GuidanceResult)
    assert kind.complete_within == Term(amount=3, unit="months")


ADMONITION = GuidanceGround.ADMONITION


def admonition(*, ordered: bool) -> Event:
    record = RecordAdmonition(
        child_ref=CHILD,
        town=TOWN_CODE,
        served_on=FIRST,
        guidance_ordered=ordered,
        document_number="示〔2026〕1号",
        guardian_relation="父亲",
        conduct="NEGLECT",
        account=None,
    )
    (found,) = given().when(record, by=STATION, on=TODAY).events
    return found


def test_what_is_ordered_with_an_admonition_is_given_as_every_other_one() -> None:
    """家教法 49: 训诫时责令接受家庭教育指导. Without it nobody is asked; added afterwards, once."""
    reaction = when_guidance_is_ordered_then_it_is_to_be_given
    assert asked(reaction, admonition(ordered=False), STATION) == []
    (command,) = asked(reaction, admonition(ordered=True), STATION)
    (begun,) = given().when(command, by=HUB, on=TODAY).events
    (task,) = asked(when_guidance_is_to_be_given_then_the_federation_gives_it, begun, HUB)
    assert (task.kind, task.addressee, task.sender) == (GIVE, FEDERATION, STATION)
    (added,) = asked(reaction, admonition(ordered=True), STATION, corrects=True)
    given().when(added, by=HUB, on=TODAY).then(happened(GuidanceBegun, order=ADMONITION, asked=1))
    given(begun).when(added, by=HUB, on=TODAY).then_nothing()
    assert asked(reaction, admonition(ordered=False), STATION, corrects=True) == []


def test_a_late_first_word_of_before_the_newest_order_counts_for_none_that_runs() -> None:
    """Given a second order / when a session of before it, or its report, is entered only now / then
    it is no absence of the second, and ends nothing."""
    again = begin.model_copy(update={"since": FIRST + timedelta(days=14)})
    history = told(begin.model_copy(update={"since": FIRST}), again)
    missed = session(1, came=False)
    given(*history).when(missed, by=FEDERATION, on=TODAY).then(
        happened(SessionHeld, absences=0, current=False)
    )
    early = report().model_copy(update={"reported_on": FIRST + timedelta(days=7)})
    (ended,) = given(*history).when(early, by=FEDERATION, on=TODAY).events
    assert isinstance(ended, GuidanceReported)
    assert not ended.current
    assert folded(GUIDANCE, *history, ended).state is GuidanceState.BEGUN
    given(*history).when(session(2, came=False), by=FEDERATION, on=TODAY).then(
        happened(SessionHeld, absences=1, current=True)
    )


@pytest.mark.parametrize("result", GuidanceResult)
def test_the_report_at_the_end_answers_the_task(result: GuidanceResult) -> None:
    """The report has the clock of its task; whoever ordered it hears it as the answer, and decides
    on where guidance was refused in the end."""
    (event,) = given(*HISTORIES["attended"]).when(report(result), by=FEDERATION, on=TODAY).events
    (answer,) = asked(when_guidance_is_reported_then_its_task_is_answered, event)
    assert isinstance(answer, CompleteReferral)
    assert (answer.referral_id, answer.outcome) == (giving_task(COURSE, 1), result)
    put = asked(when_guidance_is_not_accepted_then_who_ordered_it_decides, event)
    refused = result is GuidanceResult.REFUSED
    assert [(each.kind, each.addressee) for each in put] == (
        [("note_guidance_refused", COURT)] if refused else []
    )


def test_one_report_answers_every_order_that_is_open() -> None:
    (event,) = given(*told(begin, begin)).when(report(), by=FEDERATION, on=TODAY).events
    answers = asked(when_guidance_is_reported_then_its_task_is_answered, event)
    assert [each.referral_id for each in answers] == [giving_task(COURSE, n) for n in (1, 2)]
