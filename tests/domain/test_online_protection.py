"""网络沉迷重点人群. Plan 二5 (P41): 引导监护人监管；发现、制止、矫正网络沉迷."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from domain.child_file import ChildFile, ResidenceConfirmed
from domain.deadline import CancelDeadline, MeetDeadline, SetDeadline
from domain.enrolment import EnrolmentConfirmed, EnrolmentEnded
from domain.kernel import Category, Command, Event
from domain.online_protection import (
    ONLINE_PROTECTION,
    RECHECK,
    STOP,
    OnlineState,
    online_protection_id,
    state_after,
)
from domain.online_protection_events import (
    FollowPupil,
    FoundBy,
    NoteOnlineRisk,
    OfOneChild,
    OnlineFinding,
    OnlineLeadChanged,
    OnlineRiskFound,
    OnlineUseRechecked,
    OnlineUseStopped,
    RecheckOnlineUse,
    RecordOnlineMeasures,
)
from domain.organisations import HUB, Seat
from domain.reactions.online_protection import (
    JOIN_SCHOOL,
    JOIN_TOWN,
    when_online_risk_is_found_then_it_is_to_be_stopped,
    when_online_risk_is_found_then_school_and_town_are_joined_in,
    when_online_use_is_corrected_then_nobody_is_joined_in_any_more,
    when_online_use_is_stopped_or_looked_at_then_the_next_look_is_awaited,
    when_online_use_is_stopped_then_the_guardians_are_guided,
    when_online_use_is_stopped_then_the_schools_task_is_done,
    when_school_or_home_changes_then_whoever_leads_now_keeps_the_clock,
    when_somebody_else_leads_then_its_clock_runs,
)
from domain.referral import CompleteReferral, RequestReferral, WithdrawReferral
from domain.standing import Stands
from domain.suspicion import Suspicion
from domain.voluntary_guidance import GuidanceOffered, OfferGuidance, matter_of
from hub.policies import load_policies
from tests.domain.invented import (
    CHILD,
    EDUCATION,
    EVERY_SEAT,
    OTHER_SCHOOL,
    SCHOOL,
    TOWN,
    TOWN_CODE,
    VILLAGE,
    VILLAGE_CODE,
)
from tests.domain.pools import OneStation
from tests.specification import as_recorded, circumstances, folded, given, happened

RULES = load_policies().rules
TODAY = date(2026, 3, 4)
CASE = online_protection_id(CHILD, 1)
PUPIL = ChildFile(opened=True, town=TOWN_CODE, village=VILLAGE_CODE, school=SCHOOL)
AT_NO_SCHOOL = ChildFile(opened=True, town=TOWN_CODE, village=VILLAGE_CODE)

find = NoteOnlineRisk(
    child_ref=CHILD,
    matter=Category.SCHOOLING,
    found_on=TODAY,
    found_by=FoundBy.TEACHER,
    signs="（示例）通宵上网",
)
stop = RecordOnlineMeasures(
    child_ref=CHILD,
    matter=Category.SCHOOLING,
    taken_on=TODAY,
    guidance_accepted=True,
    school_measures="（示例）手机统一保管",
    home_measures="（示例）约定上网时间",
)
better = RecheckOnlineUse(
    child_ref=CHILD,
    matter=Category.SCHOOLING,
    rechecked_on=TODAY,
    finding=OnlineFinding.IMPROVING,
    account="（示例）",
)
again = better.model_copy(update={"finding": OnlineFinding.RECURRED})
corrected = better.model_copy(update={"finding": OnlineFinding.CORRECTED})


def told(*steps: Command) -> tuple[Event, ...]:
    history: tuple[Event, ...] = ()
    for command in steps:
        outcome = given(*history).when(command, by=SCHOOL, on=TODAY, child=PUPIL)
        assert outcome.refusal is None, outcome.refusal
        history += outcome.events
    return history


HISTORIES: dict[str, tuple[Event, ...]] = {
    "none": (),
    "found": told(find),
    "stopped": told(find, stop),
    "found twice": told(find, stop, find),
    "better": told(find, stop, better),
    "recurred": told(find, stop, again),
    "corrected": told(find, stop, corrected),
}
STATES = {
    "none": OnlineState.NONE,
    "found": OnlineState.FOUND,
    "stopped": OnlineState.STOPPED,
    "found twice": OnlineState.STOPPED,
    "better": OnlineState.STOPPED,
    "recurred": OnlineState.FOUND,
    "corrected": OnlineState.CORRECTED,
}
RUNS = set(HISTORIES) - {"none", "corrected"}
COMMANDS: dict[str, tuple[OfOneChild, type[Event], dict[str, str]]] = {
    "find": (find, OnlineRiskFound, {}),
    "stop": (stop, OnlineUseStopped, {}),
    **{
        name: (
            command,
            OnlineUseRechecked,
            dict.fromkeys(("found", "recurred"), "ONLINE_NOT_STOPPED"),
        )
        for name, command in (("better", better), ("again", again), ("corrected", corrected))
    },
}


@pytest.mark.parametrize("history", HISTORIES)
@pytest.mark.parametrize("what", COMMANDS)
def test_p41_every_state_and_act_and_seat(history: str, what: str) -> None:
    """发现: by school, village or town; 制止、矫正: the pupil's school. All others are refused in
    the same words, whether or not there is any."""
    command, event, not_yet = COMMANDS[what]
    before = HISTORIES[history]
    nothing = given().when(command, by=OTHER_SCHOOL, on=TODAY, child=PUPIL)
    for organisation in (*EVERY_SEAT, OTHER_SCHOOL):
        own = command.model_copy(update={"matter": matter_of(organisation)})
        outcome = given(*before).when(own, by=organisation, on=TODAY, child=PUPIL)
        finds = what == "find" and organisation in (SCHOOL, VILLAGE, TOWN)
        if finds or (organisation == SCHOOL and history in RUNS and history not in not_yet):
            outcome.then(happened(event))
        elif organisation == SCHOOL and history in RUNS:
            assert outcome.then_refused(not_yet[history]).text.endswith("。")
        else:
            refused = outcome.then_refused("ONLINE_NOT_YOURS")
            assert refused.text == nothing.then_refused("ONLINE_NOT_YOURS").text


@pytest.mark.parametrize("history", HISTORIES)
def test_views_and_fold_agree_on_the_state(history: str) -> None:
    state = ""
    for event in HISTORIES[history]:
        state = state_after(state, event.TOPIC, vars(event))
    assert (state or OnlineState.NONE) == STATES[history]
    of = folded(ONLINE_PROTECTION, *HISTORIES[history])
    assert of.state is STATES[history]
    stands = ONLINE_PROTECTION.stands
    assert stands is not None
    assert [each.code for each in stands(of, RULES)] == (
        [Stands.OPEN_CASE] if history in RUNS else []
    )


@pytest.mark.parametrize("by", [SCHOOL, VILLAGE, TOWN])
def test_p41_who_finds_it_joins_school_and_town_in_and_health_never(by: str) -> None:
    """It is stated under the finder's own matter and is no diagnosis; the school's clock runs,
    whoever finds it; the hub refers, so that neither hears where the child lives or learns."""
    own = find.model_copy(update={"matter": matter_of(by)})
    (event,) = given().when(own, by=by, on=TODAY, child=PUPIL).events
    assert isinstance(event, OnlineRiskFound)
    assert event.category is matter_of(by) is not Category.HEALTH
    assert {event.category_of(name) for name in event.SENSITIVE} == {event.category}
    tasks = asked(when_online_risk_is_found_then_school_and_town_are_joined_in, event, by=by)
    assert {(each.kind, each.addressee, each.sender) for each in tasks} == {
        (kind, other, HUB)
        for kind, other in ((JOIN_SCHOOL, SCHOOL), (JOIN_TOWN, TOWN))
        if other != by
    }
    (clock,) = asked(when_online_risk_is_found_then_it_is_to_be_stopped, event, by=by)
    assert isinstance(clock, SetDeadline)
    assert (clock.kind, clock.owner, clock.due_at, clock.anew) == (
        STOP,
        SCHOOL,
        event.stop_by,
        False,
    )
    for kind in (JOIN_SCHOOL, JOIN_TOWN):
        row = RULES.referral_kind(kind)
        assert not {Seat.HEALTH, Seat.HOSPITAL} & set(row.seats)
        assert Category.HEALTH not in row.release


def test_each_is_joined_in_once_whoever_finds_it_next() -> None:
    reaction = when_online_risk_is_found_then_school_and_town_are_joined_in
    (first,) = HISTORIES["found"]
    (second,) = (
        given(first)
        .when(
            find.model_copy(update={"matter": Category.GUARDIANSHIP}),
            by=VILLAGE,
            on=TODAY,
            child=PUPIL,
        )
        .events
    )
    (town,) = asked(reaction, first)
    both = asked(reaction, second, by=VILLAGE)
    assert town.referral_id in {each.referral_id for each in both}
    assert isinstance(town, RequestReferral)


def test_of_who_is_at_no_school_the_town_leads() -> None:
    own = {"matter": Category.GUARDIANSHIP}
    (found,) = (
        given()
        .when(find.model_copy(update=own), by=VILLAGE, on=TODAY, child=AT_NO_SCHOOL)
        .then(happened(OnlineRiskFound, leads=TOWN))
    )
    tasks = asked(when_online_risk_is_found_then_school_and_town_are_joined_in, found, by=VILLAGE)
    assert [each.addressee for each in tasks] == [TOWN]
    given(found).when(stop.model_copy(update=own), by=TOWN, on=TODAY, child=AT_NO_SCHOOL).then(
        happened(OnlineUseStopped, matter=Category.GUARDIANSHIP)
    )


def test_p41_guardians_are_guided_whether_or_not_they_accept() -> None:
    """引导监护人监管: accepted, it is a course of the school's; declined, that is recorded."""
    reaction = when_online_use_is_stopped_then_the_guardians_are_guided
    for accepts in (True, False):
        command = stop.model_copy(update={"guidance_accepted": accepts})
        (event,) = given(*HISTORIES["found"]).when(command, by=SCHOOL, on=TODAY, child=PUPIL).events
        (offer,) = asked(reaction, event)
        assert isinstance(offer, OfferGuidance)
        assert (offer.giver, offer.offered_by, offer.accepted) == (SCHOOL, SCHOOL, accepts)
        given().when(offer, by=HUB, on=TODAY, child=PUPIL).then(
            happened(GuidanceOffered, offered_by=SCHOOL, accepted=accepts)
        )


@pytest.mark.parametrize(
    ("command", "clock"), [(stop, RECHECK), (better, RECHECK), (again, STOP), (corrected, None)]
)
def test_p41_each_step_sets_the_next_ones_clock(command: Command, clock: str | None) -> None:
    """Stopped or better: it is looked at again; once more: it is stopped anew; corrected: over."""
    before = HISTORIES["found" if command is stop else "stopped"]
    (event,) = given(*before).when(command, by=SCHOOL, on=TODAY, child=PUPIL).events
    reaction = when_online_use_is_stopped_or_looked_at_then_the_next_look_is_awaited
    met = [MeetDeadline(subject_id=CASE, kind=each) for each in (STOP, RECHECK)]
    then = asked(reaction, event)
    assert then[:2] == met
    assert [(each.kind, each.owner, each.anew) for each in then[2:]] == (
        [(clock, SCHOOL, True)] if clock else []
    )
    if clock:
        due = RULES.due(RULES.clocks[clock].within, circumstances(SCHOOL, TODAY).now)
        assert then[2].due_at == due
        assert RULES.clocks[clock].source


def test_what_the_school_records_answers_its_task() -> None:
    reaction = when_online_use_is_stopped_then_the_schools_task_is_done
    (done,) = asked(reaction, HISTORIES["stopped"][-1])
    assert isinstance(done, CompleteReferral)
    own = find.model_copy(update={"matter": Category.GUARDIANSHIP})
    (found,) = given().when(own, by=VILLAGE, on=TODAY, child=PUPIL).events
    joined = asked(when_online_risk_is_found_then_school_and_town_are_joined_in, found, by=VILLAGE)
    assert done.referral_id in {each.referral_id for each in joined if each.kind == JOIN_SCHOOL}
    assert done.outcome in RULES.referral_kind(JOIN_SCHOOL).outcomes


def test_corrected_it_is_nobodys_task_any_more() -> None:
    reaction = when_online_use_is_corrected_then_nobody_is_joined_in_any_more
    over = asked(reaction, HISTORIES["corrected"][-1])
    assert isinstance(over[0], CancelDeadline)
    assert [isinstance(each, WithdrawReferral) for each in over] == [False, True, True]
    assert asked(reaction, HISTORIES["better"][-1]) == []


def test_a_conflicted_school_is_told_nothing_and_another_leads() -> None:
    conflicted = ChildFile(
        opened=True,
        town=TOWN_CODE,
        village=VILLAGE_CODE,
        school=SCHOOL,
        suspicions={CASE: Suspicion(conflicted=frozenset({SCHOOL}))},
    )
    given().when(find, by=SCHOOL, on=TODAY, child=conflicted).then_refused("ONLINE_NOT_YOURS")
    own = find.model_copy(update={"matter": Category.GUARDIANSHIP})
    (event,) = given().when(own, by=VILLAGE, on=TODAY, child=conflicted).events
    assert isinstance(event, OnlineRiskFound)
    assert event.leads == EDUCATION
    stopped = given(event).when(stop, by=EDUCATION, on=TODAY, child=conflicted)
    (done,) = stopped.then(happened(OnlineUseStopped, matter=Category.SCHOOLING))
    reaction = when_online_use_is_stopped_then_the_guardians_are_guided
    assert asked(reaction, done, by=EDUCATION) == []


@pytest.mark.parametrize("history", HISTORIES)
def test_p41_a_pupil_who_changed_school_is_the_new_schools(history: str) -> None:
    """Whoever leads now keeps the clock, and whoever led before is reminded no more; what is over
    is nobody's, and nothing happens where nobody else leads."""
    before = HISTORIES[history]
    moved = ChildFile(opened=True, town=TOWN_CODE, village=VILLAGE_CODE, school=OTHER_SCHOOL)
    follow = FollowPupil(child_ref=CHILD)
    given(*before).when(follow, by=HUB, on=TODAY, child=PUPIL).then_nothing()
    given(*before).when(follow, by=OTHER_SCHOOL, on=TODAY, child=moved).then_refused(
        "ONLINE_LEAD_BY_HUB"
    )
    outcome = given(*before).when(follow, by=HUB, on=TODAY, child=moved)
    if history not in RUNS:
        outcome.then_nothing()
        return
    (event,) = outcome.then(happened(OnlineLeadChanged, leads=OTHER_SCHOOL))
    assert state_after(STATES[history], event.TOPIC, vars(event)) == STATES[history]
    assert folded(ONLINE_PROTECTION, *before, event).leads == OTHER_SCHOOL
    reaction = when_somebody_else_leads_then_its_clock_runs
    *over, clock = asked(reaction, event, by=HUB)
    assert over == [CancelDeadline(subject_id=CASE, kind=each) for each in (STOP, RECHECK)]
    found = STATES[history] is OnlineState.FOUND
    assert (clock.kind, clock.owner) == (STOP if found else RECHECK, OTHER_SCHOOL)


def test_it_is_asked_who_leads_when_school_or_home_changes() -> None:
    reaction = when_school_or_home_changes_then_whoever_leads_now_keeps_the_clock
    assert set(reaction.on) == {EnrolmentConfirmed, EnrolmentEnded, ResidenceConfirmed}
    (found,) = HISTORIES["found"]
    assert asked(reaction, found) == [FollowPupil(child_ref=CHILD)]


def test_days_that_cannot_be_are_refused() -> None:
    tomorrow, before = TODAY + timedelta(days=1), TODAY - timedelta(days=1)
    for command, code in (
        (find.model_copy(update={"found_on": tomorrow}), "ONLINE_IN_FUTURE"),
        (stop.model_copy(update={"taken_on": tomorrow}), "ONLINE_IN_FUTURE"),
        (better.model_copy(update={"rechecked_on": before}), "ONLINE_OUT_OF_ORDER"),
    ):
        outcome = given(*HISTORIES["stopped"]).when(command, by=SCHOOL, on=TODAY, child=PUPIL)
        assert outcome.then_refused(code).text.endswith("。")


def asked(reaction: Any, event: Event, *, by: str = SCHOOL) -> Sequence[Any]:
    cause = as_recorded(event, CASE, 1, circumstances(by, TODAY))
    return list(reaction.then(event, cause, OneStation()))
