"""委托照护. 未保法 22: parents who cannot be there appoint somebody who is able, heed the child,
and appoint nobody who is barred; 23: they are in touch with the child at least once a week."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from domain.calendar import end_of_day_utc
from domain.child_file import ChildFile
from domain.deadline import CancelDeadline, MeetDeadline, SetDeadline, deadline_id
from domain.deadline_stream import DEADLINE
from domain.delegated_care import (
    CONTACT_EACH_WEEK,
    DELEGATED_CARE,
    END,
    AttestContact,
    ContactAttested,
    DelegatedCareEnded,
    DelegatedCareRecorded,
    DelegatedCareState,
    EndDelegatedCare,
    RecordDelegatedCare,
    delegated_care_id,
    state_after,
)
from domain.kernel import Category, Command, Event, Recorded
from domain.organisations import HUB, Seat, seat_of
from domain.reactions.delegated_care import (
    checking_task,
    once_more,
    when_care_is_delegated_then_its_clocks_run,
    when_contact_is_attested_then_the_next_week_runs,
    when_delegated_care_ends_then_its_clocks_are_over,
    when_nobody_checked_who_cares_then_the_town_does,
    when_parents_keep_a_barred_carer_then_the_police_consider_an_admonition,
    when_the_carer_is_barred_then_another_one_is_to_be_found,
    when_who_cares_was_not_met_then_the_town_looks_once_more,
)
from domain.referral import (
    CompleteReferral,
    ReferralCompleted,
    RequestReferral,
    WithdrawReferral,
)
from domain.registry import TOGETHER
from domain.standing import Stands
from domain.suspicion import Suspicion
from hub.policies import load_policies
from tests.domain.invented import (
    CHILD,
    CIVIL_AFFAIRS,
    EVERY_SEAT,
    OTHER_TOWN,
    OTHER_VILLAGE,
    STATION,
    TOWN,
    TOWN_CODE,
    VILLAGE,
    VILLAGE_CODE,
)
from tests.specification import Journal, as_recorded, circumstances, folded, given, happened

RULES = load_policies().rules
SINCE = date(2026, 3, 1)
TODAY = date(2026, 3, 4)
CARE = delegated_care_id(CHILD, 1)
WEEK = timedelta(days=7)
LIVES_HERE = ChildFile(opened=True, town=TOWN_CODE, village=VILLAGE_CODE, police_station=STATION)

record = RecordDelegatedCare(
    child_ref=CHILD,
    town=TOWN_CODE,
    since=SINCE,
    until=date(2026, 8, 31),
    child_heard=True,
    barred_checked=True,
    carer="（示例）外婆",
    account="（示例）",
)
attest = AttestContact(child_ref=CHILD, contacted_on=TODAY, account="（示例）")
end = EndDelegatedCare(child_ref=CHILD, ended_on=TODAY, account="（示例）")


def told(*steps: Command) -> tuple[Event, ...]:
    history: tuple[Event, ...] = ()
    for command in steps:
        outcome = given(*history).when(command, by=VILLAGE, on=TODAY, child=LIVES_HERE)
        assert outcome.refusal is None, outcome.refusal
        history += outcome.events
    return history


HISTORIES: dict[str, tuple[Event, ...]] = {
    "none": (),
    "in care": told(record),
    "attested": told(record, attest),
    "ended": told(record, end),
}
STATES = {
    "none": DelegatedCareState.NONE,
    "in care": DelegatedCareState.IN_CARE,
    "attested": DelegatedCareState.IN_CARE,
    "ended": DelegatedCareState.ENDED,
}
COMMANDS: dict[str, tuple[Command, type[Event], set[str]]] = {
    "record": (record, DelegatedCareRecorded, {"none", "in care", "attested"}),
    "attest": (attest, ContactAttested, {"in care", "attested"}),
    "end": (end, DelegatedCareEnded, {"in care", "attested"}),
}


@pytest.mark.parametrize("history", HISTORIES)
@pytest.mark.parametrize("what", COMMANDS)
def test_every_state_and_act_and_seat(history: str, what: str) -> None:
    """The child's village and its town record it, attest each week and end it; all others are
    refused in the same words, whether or not there is one. What is over is found by nobody: a new
    record is of the next one (test_what_is_over_is_followed_by_the_next_one)."""
    command, event, allowed = COMMANDS[what]
    if history == "ended" and what == "record":
        return
    for actor in (*EVERY_SEAT, OTHER_VILLAGE, OTHER_TOWN):
        outcome = given(*HISTORIES[history]).when(command, by=actor, on=TODAY, child=LIVES_HERE)
        records = what == "record" and seat_of(actor) in (Seat.VILLAGE, Seat.TOWN)
        if (records or actor in (VILLAGE, TOWN)) and history in allowed:
            outcome.then(happened(event))
        else:
            refused = outcome.then_refused("DELEGATED_NOT_YOURS")
            nothing = given().when(attest, by=OTHER_VILLAGE, on=TODAY)
            assert refused.text == nothing.then_refused("DELEGATED_NOT_YOURS").text
    assert command.STATES is Category.GUARDIANSHIP


@pytest.mark.parametrize("history", HISTORIES)
def test_views_and_fold_agree_on_the_state(history: str) -> None:
    state = ""
    for event in HISTORIES[history]:
        state = state_after(state, event.TOPIC, vars(event))
    assert (state or DelegatedCareState.NONE) == STATES[history]
    folded_state = folded(DELEGATED_CARE, *HISTORIES[history])
    assert folded_state.state is STATES[history]
    stands = DELEGATED_CARE.stands
    assert stands is not None
    running = [Stands.OPEN_CASE] if STATES[history] is DelegatedCareState.IN_CARE else []
    assert [each.code for each in stands(folded_state, RULES)] == running


def test_what_is_over_is_followed_by_the_next_one() -> None:
    states = {CARE: folded(DELEGATED_CARE, *HISTORIES["ended"])}
    found = DELEGATED_CARE.locate(record, lambda each: states.get(each, DELEGATED_CARE.initial))
    assert found == delegated_care_id(CHILD, 2)


def test_a_conflicted_village_attests_nothing_and_its_town_does() -> None:
    conflicted = ChildFile(
        opened=True,
        town=TOWN_CODE,
        village=VILLAGE_CODE,
        suspicions={CARE: Suspicion(conflicted=frozenset({VILLAGE}))},
    )
    outcome = given(*HISTORIES["in care"]).when(attest, by=VILLAGE, on=TODAY, child=conflicted)
    outcome.then_refused("DELEGATED_NOT_YOURS")
    given(*HISTORIES["in care"]).when(attest, by=TOWN, on=TODAY, child=conflicted).then(
        happened(ContactAttested)
    )


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (record.model_copy(update={"since": TODAY + WEEK, "until": None}), "DELEGATED_IN_FUTURE"),
        (record.model_copy(update={"until": SINCE - WEEK}), "DELEGATED_TERM"),
        (attest.model_copy(update={"contacted_on": TODAY + WEEK}), "CONTACT_IN_FUTURE"),
        (attest.model_copy(update={"contacted_on": SINCE - WEEK}), "CONTACT_BEFORE_CARE"),
        (end.model_copy(update={"ended_on": TODAY + WEEK}), "DELEGATED_IN_FUTURE"),
        (end.model_copy(update={"ended_on": SINCE - WEEK}), "DELEGATED_TERM"),
    ],
)
def test_days_that_cannot_be_are_refused(command: Command, code: str) -> None:
    outcome = given(*HISTORIES["in care"]).when(command, by=VILLAGE, on=TODAY, child=LIVES_HERE)
    assert outcome.then_refused(code).text.endswith("。")


def test_who_cares_is_sealed_and_the_school_reads_one_line() -> None:
    """书面告知未成年人所在学校: that there is somebody, and not who or why."""
    (event,) = HISTORIES["in care"]
    marks = DelegatedCareRecorded.SENSITIVE
    assert marks["carer"].category is Category.CONTACT
    assert {name for name, mark in marks.items() if mark.flag} == {"notice"}
    assert isinstance(event, DelegatedCareRecorded)
    assert "外婆" not in str(event.notice)
    assert {name for name, mark in DelegatedCareEnded.SENSITIVE.items() if mark.flag} == {"notice"}


# The clock of each week


def test_a_week_without_contact_is_missed_and_the_next_contact_begins_another() -> None:
    """未保法 23: 至少每周联系和交流一次. Given care from today / when nobody attests for seven days
    / then it is missed, of whoever recorded it; a contact meets it late and a new week runs."""
    journal = Journal(places=Map(), together=TOGETHER)
    journal.carry_out(record, by=VILLAGE, on=TODAY)
    clock = deadline_id(CARE, CONTACT_EACH_WEEK)

    def of() -> Any:
        return journal.states(DEADLINE)(clock)

    assert of().due_at == end_of_day_utc(TODAY + WEEK)
    assert of().about["owner"] == VILLAGE
    late = TODAY + timedelta(days=9)
    journal.carry_out(attest.model_copy(update={"contacted_on": late}), by=VILLAGE, on=late)
    assert of().state.value == "RUNNING"
    assert of().due_at == end_of_day_utc(late + WEEK)
    # An older contact, told later, takes nothing of the week back.
    older = attest.model_copy(update={"contacted_on": TODAY})
    journal.carry_out(older, by=VILLAGE, on=late)
    assert of().due_at == end_of_day_utc(late + WEEK)
    journal.carry_out(end.model_copy(update={"ended_on": late}), by=VILLAGE, on=late)
    assert not of().unfinished
    assert not journal.states(DEADLINE)(deadline_id(CARE, END)).unfinished


def test_a_record_that_is_put_right_lets_the_week_run_and_sets_the_last_day_anew() -> None:
    journal = Journal(places=Map(), together=TOGETHER)
    (first, *_) = journal.carry_out(record, by=VILLAGE, on=TODAY)
    later = TODAY + timedelta(days=2)
    longer = record.model_copy(update={"until": date(2026, 9, 30)})
    journal.carry_out(longer, by=VILLAGE, on=later, corrects=first)
    week = journal.states(DEADLINE)(deadline_id(CARE, CONTACT_EACH_WEEK))
    assert week.due_at == end_of_day_utc(TODAY + WEEK)
    last = journal.states(DEADLINE)(deadline_id(CARE, END))
    assert last.due_at == end_of_day_utc(date(2026, 10, 1)), "期满次日核实"
    # In other words, and by the same day: its clock is the same, and no other one.
    again = journal.carry_out(longer, by=VILLAGE, on=later, corrects=first)
    assert END not in [getattr(each.event, "kind", "") for each in again]


def test_a_record_of_an_earlier_carer_says_nothing_of_who_cares_now() -> None:
    """Put right or entered late: neither the week nor the last day nor the check moves."""
    second = record.model_copy(update={"since": TODAY, "until": date(2026, 12, 31)})
    history = told(record, second)
    for correction in (False, True):
        outcome = given(*history).when(
            record, by=VILLAGE, on=TODAY, child=LIVES_HERE, correction=correction
        )
        (event,) = outcome.then(happened(DelegatedCareRecorded, current=False, carers=2))
        assert folded(DELEGATED_CARE, *history, event).since == TODAY
        assert asked(when_nobody_checked_who_cares_then_the_town_does, event, VILLAGE) == []


def test_each_who_cares_is_looked_at() -> None:
    """未保法 22: given a second carer / then the first is looked at no more, and the second is, by
    a task of its own; in other words that task is the same."""
    unseen = record.model_copy(update={"since": TODAY, "barred_checked": False})
    reaction = when_nobody_checked_who_cares_then_the_town_does
    for correction in (False, True):
        before = told(record, unseen) if correction else told(record)
        (event,) = (
            given(*before)
            .when(unseen, by=VILLAGE, on=TODAY, child=LIVES_HERE, correction=correction)
            .events
        )
        *over, task = asked(reaction, event, VILLAGE)
        assert [each.referral_id for each in over] == [
            checking_task(CARE),
            once_more(checking_task(CARE)),
        ]
        assert isinstance(task, RequestReferral)
        assert task.referral_id == checking_task(CARE, 2)


@pytest.mark.parametrize("sender", [VILLAGE, HUB])
def test_who_was_not_met_is_looked_at_once_more_and_then_another_one_is_found(sender: str) -> None:
    """A child is with somebody whom nobody has seen: the town has a task again, and the second time
    the parents are to appoint another."""
    look, change = (
        when_who_cares_was_not_met_then_the_town_looks_once_more,
        when_the_carer_is_barred_then_another_one_is_to_be_found,
    )
    event = answered("check_carer", "NOT_MET", by=TOWN, sender=sender)
    (again,) = asked(look, event, TOWN)
    assert (again.kind, again.addressee) == ("check_carer_again", TOWN)
    assert asked(change, event, TOWN) == []
    second = answered("check_carer_again", "NOT_MET", by=TOWN, sender=sender)
    assert asked(look, second, TOWN) == []
    (task,) = asked(change, second, TOWN)
    assert task.kind == "change_carer"
    for outcome in ("CLEARED", "BARRED"):
        assert asked(look, answered("check_carer", outcome, by=TOWN, sender=sender), TOWN) == []


@pytest.mark.parametrize("correction", [False, True])
def test_an_older_contact_meets_no_week_that_runs(correction: bool) -> None:
    """Entered late, or put right: the newest says how long there has been none."""
    older = attest.model_copy(update={"contacted_on": TODAY if correction else SINCE})
    outcome = given(*HISTORIES["attested"]).when(
        older, by=VILLAGE, on=TODAY, child=LIVES_HERE, correction=correction
    )
    (event,) = outcome.then(happened(ContactAttested, current=False))
    assert folded(DELEGATED_CARE, *HISTORIES["attested"], event).contacted_on == TODAY


def test_the_clocks_are_those_of_the_policies() -> None:
    for kind in (CONTACT_EACH_WEEK, END):
        assert RULES.clocks[kind].source
    (event,) = HISTORIES["in care"]
    week, cancelled, last = asked(when_care_is_delegated_then_its_clocks_run, event, VILLAGE)
    assert isinstance(week, SetDeadline)
    assert isinstance(cancelled, CancelDeadline)
    assert isinstance(last, SetDeadline)
    assert (week.kind, last.kind) == (CONTACT_EACH_WEEK, END)
    (attested,) = HISTORIES["attested"][1:]
    met, anew = asked(when_contact_is_attested_then_the_next_week_runs, attested, VILLAGE)
    assert isinstance(met, MeetDeadline)
    assert isinstance(anew, SetDeadline)
    (ended,) = HISTORIES["ended"][1:]
    over = asked(when_delegated_care_ends_then_its_clocks_are_over, ended, VILLAGE)
    assert {each.kind for each in over} == {CONTACT_EACH_WEEK, END}


# What it opens at others


class Map:
    def police_station(self, town: str | None) -> str:
        return STATION

    def town_of(self, organisation: str) -> str | None:
        return TOWN_CODE if organisation in (VILLAGE, TOWN) else None


def asked(reaction: Any, event: Event, by: str) -> list[Any]:
    cause: Recorded = as_recorded(event, CARE, 1, circumstances(by, TODAY))
    return list(reaction.then(event, cause, Map()))


@pytest.mark.parametrize("heard", [True, False])
@pytest.mark.parametrize("checked", [True, False])
def test_who_cares_and_was_not_looked_at_is_looked_at_by_the_town(
    heard: bool, checked: bool
) -> None:
    """未保法 22: 听取 … 意见; 不得作为被委托人. Over by itself once the record says both."""
    command = record.model_copy(update={"child_heard": heard, "barred_checked": checked})
    (event,) = given().when(command, by=VILLAGE, on=TODAY).events
    task, *_ = asked(when_nobody_checked_who_cares_then_the_town_does, event, VILLAGE)
    assert task.referral_id == checking_task(CARE)
    if heard and checked:
        assert isinstance(task, WithdrawReferral)
    else:
        assert isinstance(task, RequestReferral)
        assert (task.kind, task.addressee, task.sender) == ("check_carer", TOWN, VILLAGE)
        (by_town,) = given().when(command, by=TOWN, on=TODAY).events
        (task,) = asked(when_nobody_checked_who_cares_then_the_town_does, by_town, TOWN)
        assert (task.addressee, task.sender) == (TOWN, HUB)


def test_care_that_is_over_needs_no_check() -> None:
    (ended,) = HISTORIES["ended"][1:]
    tasks = asked(when_nobody_checked_who_cares_then_the_town_does, ended, VILLAGE)
    first = checking_task(CARE)
    assert tasks == [WithdrawReferral(referral_id=each) for each in (first, once_more(first))]


def answered(kind: str, outcome: str, *, by: str, sender: str) -> Event:
    history: tuple[Event, ...] = ()
    request = RequestReferral(
        referral_id=checking_task(CARE),
        child_ref=CHILD,
        case_id=CARE,
        kind=kind,
        sender=sender,
        addressee=by,
        town=None,
    )
    done = CompleteReferral(referral_id=checking_task(CARE), outcome=outcome)
    for command in (request, done):
        found = given(*history).when(command, by=HUB, on=TODAY, child=LIVES_HERE)
        assert found.refusal is None, found.refusal
        history += found.events
    assert isinstance(history[-1], ReferralCompleted)
    return history[-1]


@pytest.mark.parametrize("outcome", ["CLEARED", "BARRED", "NOT_MET"])
@pytest.mark.parametrize(("sender", "told_to"), [(VILLAGE, VILLAGE), (HUB, TOWN)])
def test_a_barred_carer_is_to_be_changed(outcome: str, sender: str, told_to: str) -> None:
    event = answered("check_carer", outcome, by=TOWN, sender=sender)
    tasks = asked(when_the_carer_is_barred_then_another_one_is_to_be_found, event, TOWN)
    expected = [("change_carer", told_to)] if outcome == "BARRED" else []
    assert [(each.kind, each.addressee) for each in tasks] == expected
    for each in tasks:
        assert seat_of(each.addressee) in RULES.referral_kind(each.kind).seats


@pytest.mark.parametrize("outcome", ["CHANGED", "TAKEN_BACK", "REFUSED"])
def test_parents_who_keep_a_barred_carer_are_put_to_the_police(outcome: str) -> None:
    """未保法 118: 劝诫、制止; 情节严重的，及时报告公安机关."""
    event = answered("change_carer", outcome, by=VILLAGE, sender=HUB)
    reaction = when_parents_keep_a_barred_carer_then_the_police_consider_an_admonition
    tasks = asked(reaction, event, VILLAGE)
    expected = [("consider_admonition", STATION, VILLAGE)] if outcome == "REFUSED" else []
    assert [(each.kind, each.addressee, each.sender) for each in tasks] == expected


def test_where_no_town_is_known_civil_affairs_look() -> None:
    command = record.model_copy(update={"town": None, "barred_checked": False})
    (event,) = given().when(command, by=OTHER_VILLAGE, on=TODAY).events
    (task,) = asked(when_nobody_checked_who_cares_then_the_town_does, event, OTHER_VILLAGE)
    assert task.addressee == CIVIL_AFFAIRS
