"""What follows from what: P27 (信息共享), P10 and P11 (训诫后), P52–P53 (督促, 协调)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.deadline import DeadlineState, deadline_id
from domain.deadline_state import Deadline
from domain.deadline_stream import DEADLINE
from domain.dropout_case import dropout_case_id
from domain.dropout_events import DropoutSuspected, PersuasionFailedRepeatedly, ReportAbsence
from domain.guardianship_case import (
    guardianship_case_id,
)
from domain.guardianship_events import (
    AdmonitionRecorded,
)
from domain.kernel import Category, Command, Event, Recorded, Refused
from domain.mandatory_report import HANDLE_REPORT
from domain.organisations import HUB, seat_of
from domain.reactions.dropout import (
    when_dropout_suspected_then_trace_and_persuade,
    when_persuasion_fails_repeatedly_then_procuratorate_supervises,
)
from domain.reactions.loops import (
    when_guardian_admonished_then_town_and_civil_affairs_follow_up,
    when_referral_returned_then_civil_affairs_reroutes,
)
from domain.reactions.referrals import ACCEPT, COMPLETE
from domain.referral import (
    AcceptReferral,
    CompleteReferral,
    FailReferral,
    OfferReferral,
    ReassignReferral,
    ReferralReturned,
    RequestReferral,
    ReturnReason,
    ReturnReferral,
    StartReferral,
    WithdrawReferral,
)
from domain.registry import AFTERWARDS, TOGETHER
from domain.scope import SCOPE, scope_id
from hub.policies import load_policies
from tests.domain.invented import (
    CHILD,
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_STATION,
    OTHER_TOWN,
    OTHER_TOWN_CODE,
    POLICE,
    PROCURATORATE,
    SCHOOL,
    STATION,
    TOWN,
    TOWN_CODE,
    organisation_of,
)
from tests.specification import Journal, as_recorded, circumstances

TODAY = date(2026, 3, 4)
LATE = date(2026, 4, 30)
RULES = load_policies().rules
DROPOUT = dropout_case_id(CHILD, 1)
GUARDIANSHIP = guardianship_case_id(CHILD, 1)
REFERRAL = UUID("e0000000-0000-4000-8000-000000000001")


class Map:
    """School and stations of two towns; the sub-bureau answers where no town is known."""

    def police_station(self, town: str | None) -> str:
        return {TOWN_CODE: STATION, OTHER_TOWN_CODE: OTHER_STATION}.get(town or "", POLICE)

    def town_of(self, organisation: str) -> str | None:
        return {SCHOOL: TOWN_CODE, STATION: TOWN_CODE}.get(organisation)


PLACES = Map()


def recorded(event: Event, stream_id: UUID, by: str, version: int = 1) -> Recorded:
    return as_recorded(event, stream_id, version, circumstances(by, TODAY))


def referrals(commands: Sequence[Command]) -> list[tuple[str, str]]:
    """Kind and addressee of each referral asked for; nothing else may be asked for."""
    found = []
    for command in commands:
        assert isinstance(command, RequestReferral)
        found.append((command.kind, command.addressee))
    return found


def only(commands: Sequence[Command]) -> RequestReferral:
    (command,) = commands
    assert isinstance(command, RequestReferral)
    return command


# P26–P27: 教育、公安、民政信息共享


def suspicion(town: str | None, school: str = SCHOOL) -> list[Command]:
    event = DropoutSuspected(child_ref=CHILD, school=school, town=town, absent_since=TODAY)
    then = when_dropout_suspected_then_trace_and_persuade.then
    return list(then(event, recorded(event, DROPOUT, school), PLACES))


def test_p27_when_a_dropout_is_suspected_police_trace_town_persuades_civil_affairs_follow() -> None:
    """教育、公安、民政等部门信息共享: each is asked, under the case, by the school."""
    commands = suspicion(town=OTHER_TOWN_CODE)
    assert referrals(commands) == [
        ("trace_dropout", OTHER_STATION),
        ("persuade_dropout", OTHER_TOWN),
        ("coordinate_dropout", CIVIL_AFFAIRS),
    ]
    for command in commands:
        assert isinstance(command, RequestReferral)
        assert (command.child_ref, command.case_id) == (CHILD, DROPOUT)
        assert (command.sender, command.town) == (SCHOOL, OTHER_TOWN_CODE)


def test_where_the_childs_town_is_unknown_the_schools_town_acts() -> None:
    assert referrals(suspicion(town=None)) == [
        ("trace_dropout", STATION),
        ("persuade_dropout", TOWN),
        ("coordinate_dropout", CIVIL_AFFAIRS),
    ]


def test_where_no_town_is_known_the_sub_bureau_traces_and_civil_affairs_coordinate() -> None:
    assert referrals(suspicion(town=None, school="school:0000000000")) == [
        ("trace_dropout", POLICE),
        ("coordinate_dropout", CIVIL_AFFAIRS),
    ]


def supervision() -> list[Command]:
    event = PersuasionFailedRepeatedly(child_ref=CHILD, failures=2)
    then = when_persuasion_fails_repeatedly_then_procuratorate_supervises.then
    return list(then(event, recorded(event, DROPOUT, TOWN), PLACES))


def test_p26_when_persuasion_fails_repeatedly_the_procuratorate_supervises() -> None:
    """督促监护令 (家教法 49): asked by whoever recorded the last failure."""
    command = only(supervision())
    assert (command.kind, command.addressee) == ("supervise_dropout", PROCURATORATE)
    assert (command.case_id, command.sender, command.town) == (DROPOUT, TOWN, None)


# P10–P11: after an admonition


def admonition(town: str | None, by: str = STATION) -> list[Command]:
    event = AdmonitionRecorded(
        child_ref=CHILD,
        town=town,
        served_on=TODAY,
        ordinal=1,
        guidance_ordered=True,
        document_number=None,
        guardian_relation=None,
        conduct=None,
        account=None,
    )
    then = when_guardian_admonished_then_town_and_civil_affairs_follow_up.then
    return list(then(event, recorded(event, GUARDIANSHIP, by), PLACES))


def test_p11_when_a_guardian_is_admonished_town_and_civil_affairs_follow_up() -> None:
    """责令接受家庭教育指导 is followed by guidance: the town visits, civil affairs coordinate."""
    commands = admonition(town=OTHER_TOWN_CODE)
    assert referrals(commands) == [
        ("follow_up_admonition", OTHER_TOWN),
        ("coordinate_admonition", CIVIL_AFFAIRS),
    ]
    for command in commands:
        assert isinstance(command, RequestReferral)
        assert (command.child_ref, command.case_id, command.sender) == (
            CHILD,
            GUARDIANSHIP,
            STATION,
        )


def test_where_the_childs_town_is_unknown_the_stations_town_follows_up() -> None:
    assert referrals(admonition(town=None))[0] == ("follow_up_admonition", TOWN)
    assert referrals(admonition(town=None, by=POLICE)) == [("coordinate_admonition", CIVIL_AFFAIRS)]


# P52–P53: nothing falls silent


def returned(kind: str, addressee: str) -> list[Command]:
    event = ReferralReturned(
        child_ref=CHILD,
        case_id=DROPOUT,
        kind=kind,
        matter=Category.SCHOOLING,
        sender=SCHOOL,
        addressee=addressee,
        reason=ReturnReason.NOT_OUR_DUTY,
        note=None,
    )
    then = when_referral_returned_then_civil_affairs_reroutes.then
    return list(then(event, recorded(event, REFERRAL, addressee), PLACES))


def test_p53_when_a_referral_comes_back_civil_affairs_find_who_answers() -> None:
    """强化协调: a returned referral must not fall silent; the sender stays the same."""
    command = only(returned("persuade_dropout", TOWN))
    assert (command.kind, command.addressee) == ("reroute_returned", CIVIL_AFFAIRS)
    assert (command.sender, command.child_ref, command.case_id) == (SCHOOL, CHILD, DROPOUT)


def test_what_civil_affairs_return_does_not_come_back_to_civil_affairs() -> None:
    """Else two returns would chase each other for ever."""
    assert returned("coordinate_dropout", CIVIL_AFFAIRS) == []
    assert returned("reroute_returned", CIVIL_AFFAIRS) == []


# All of them


LOOPS: dict[str, list[Command]] = {
    "suspicion": suspicion(TOWN_CODE),
    "suspicion, no town": suspicion(None, school="school:0000000000"),
    "supervision": supervision(),
    "admonition": admonition(TOWN_CODE),
    "return": returned("persuade_dropout", TOWN),
}


@pytest.mark.parametrize("loop", LOOPS)
def test_every_referral_is_of_a_kind_of_policies_and_goes_to_its_seat(loop: str) -> None:
    for kind, addressee in referrals(LOOPS[loop]):
        assert seat_of(addressee) in RULES.referral_kind(kind).seats


def test_a_replay_asks_for_the_same_referrals_and_another_cause_for_others() -> None:
    """The id derives from the case and which suspicion of it: the second asking finds the first."""

    def ids(stream_id: UUID, suspicion: int) -> list[UUID]:
        event = DropoutSuspected(
            child_ref=CHILD,
            school=SCHOOL,
            town=TOWN_CODE,
            absent_since=TODAY,
            suspicion=suspicion,
        )
        then = when_dropout_suspected_then_trace_and_persuade.then
        commands = then(event, recorded(event, stream_id, SCHOOL), PLACES)
        return [command.referral_id for command in commands if isinstance(command, RequestReferral)]

    first = ids(DROPOUT, 2)
    assert first == ids(DROPOUT, 2)
    assert len({*first, *ids(DROPOUT, 3), *ids(dropout_case_id(CHILD, 2), 2)}) == 9


def test_what_follows_needs_nothing_of_the_sealed_fields() -> None:
    """Reactions follow the log, where every sensitive field is sealed."""
    event = DropoutSuspected(child_ref=CHILD, school=SCHOOL, town=TOWN_CODE, absent_since=TODAY)
    cause = recorded(event, DROPOUT, SCHOOL)
    blank = event.model_copy(update={"notice": None})
    then = when_dropout_suspected_then_trace_and_persuade.then
    assert then(blank, replace(cause, event=blank), PLACES) == then(event, cause, PLACES)


# In the same append: a task's scope lives exactly as long as the task, and so do its clocks


class Task:
    """One referral with its scope and its two clocks."""

    def __init__(self, addressee: str = TOWN) -> None:
        self.journal = Journal(places=PLACES, together=TOGETHER)
        self.addressee = addressee

    def ask(self, referral_id: UUID = REFERRAL, kind: str = "persuade_dropout") -> list[Recorded]:
        return self.journal.carry_out(
            RequestReferral(
                referral_id=referral_id,
                child_ref=CHILD,
                case_id=DROPOUT,
                kind=kind,
                sender=SCHOOL,
                addressee=self.addressee,
                town=TOWN_CODE,
            ),
            by=SCHOOL,
            on=TODAY,
        )

    def do(self, command: Command, on: date = TODAY, by: str = TOWN) -> None:
        self.journal.carry_out(command, by=by, on=on)

    def shows(self) -> frozenset[Category]:
        scope = self.journal.states(SCOPE)(scope_id(self.addressee, CHILD))
        return scope.open_categories(circumstances(HUB, TODAY).now)

    def in_hand(self, organisation: str = "") -> frozenset[Category]:
        scope = self.journal.states(SCOPE)(scope_id(organisation or self.addressee, CHILD))
        return scope.in_hand(circumstances(HUB, TODAY).now)

    def clock(self, kind: str) -> Deadline:
        return self.journal.states(DEADLINE)(deadline_id(REFERRAL, kind))

    def clocks(self) -> tuple[DeadlineState, DeadlineState]:
        return self.clock(ACCEPT).state, self.clock(COMPLETE).state


accept = AcceptReferral(referral_id=REFERRAL)
complete = CompleteReferral(referral_id=REFERRAL, outcome="AGREED")
fail = FailReferral(referral_id=REFERRAL)
send_back = ReturnReferral(referral_id=REFERRAL, reason=ReturnReason.NOT_OUR_DUTY)
withdraw = WithdrawReferral(referral_id=REFERRAL)


def test_p27_a_referral_opens_its_release_set_and_starts_two_clocks() -> None:
    task = Task()
    facts = task.ask()
    row = RULES.referral_kind("persuade_dropout")
    assert task.shows() == frozenset(), "before acceptance: reason and town"
    assert task.in_hand() == set(row.release), "what was found need not wait for a click"
    assert task.clocks() == (DeadlineState.RUNNING, DeadlineState.RUNNING)
    now = circumstances(HUB, TODAY).now
    assert task.clock(ACCEPT).due_at == RULES.due(row.accept_within, now)
    assert task.clock(COMPLETE).due_at == RULES.due(row.complete_within, now)
    assert {fact.event.subject for fact in facts} == {CHILD}
    clock = task.clock(ACCEPT).about
    assert clock is not None
    assert (clock["owner"], clock["matter"]) == (TOWN, Category.SCHOOLING)


def test_acceptance_meets_its_clock_and_leaves_the_other_running() -> None:
    task = Task()
    task.ask()
    task.do(accept)
    assert task.clocks() == (DeadlineState.MET, DeadlineState.RUNNING)


@pytest.mark.parametrize("kind", RULES.referrals)
def test_each_kind_shows_its_release_set_from_acceptance_on_and_at_once_what_it_says(
    kind: str,
) -> None:
    """信息共享制度: the sender has nothing to choose, and before acceptance the addressee sees no
    more than the kind says."""
    row = RULES.referral_kind(kind)
    task = Task(organisation_of(row.seats[0]))
    task.ask(kind=kind)
    assert task.shows() == set(row.at_once)
    task.do(accept, by=task.addressee)
    assert task.shows() == set(row.release)
    outcome = next(iter(row.outcomes))
    task.do(
        CompleteReferral(referral_id=REFERRAL, outcome=outcome),
        by=HUB if kind == HANDLE_REPORT or outcome in row.by_record else task.addressee,
    )
    assert task.shows() == task.in_hand() == frozenset()


def test_only_what_cannot_wait_is_shown_before_acceptance() -> None:
    """Nothing may stand before a mandatory report (强报意见 Art 8), nor before who answers for it
    in another's place; a placed child may stand at the door already; and a child in danger is
    protected by the court's order, and cared for, at once (反家暴法 28, 民法典 34)."""
    shown = {kind for kind, row in RULES.referrals.items() if row.at_once}
    assert shown == {
        *("handle_report", "take_over_harm", "care_for_placed_child", "decide_emergency_care"),
        "check_household",
        *("decide_protection_order_urgent", "serve_protection_order"),
    }
    report = RULES.referral_kind("handle_report")
    assert report.at_once == report.release


@pytest.mark.parametrize("accepted", [False, True])
@pytest.mark.parametrize("by", [CIVIL_AFFAIRS, SCHOOL, TOWN], ids=["leads", "sent", "has it"])
def test_a_task_that_is_reassigned_moves_with_scope_and_clocks(accepted: bool, by: str) -> None:
    """改派: the former addressee sees nothing more, the new one what it would have seen."""
    task = Task()
    task.ask()
    due = task.clock(COMPLETE).due_at
    if accepted:
        task.do(accept)
        assert task.shows()
    task.do(ReassignReferral(referral_id=REFERRAL, addressee=OTHER_TOWN), by=by)
    assert task.shows() == task.in_hand() == frozenset()
    row = RULES.referral_kind("persuade_dropout")
    assert task.in_hand(OTHER_TOWN) == set(row.release)
    clocks = [task.clock(kind) for kind in (ACCEPT, COMPLETE)]
    assert [clock.state for clock in clocks] == [DeadlineState.RUNNING] * 2
    assert {clock.about["owner"] for clock in clocks if clock.about} == {OTHER_TOWN}
    assert clocks[1].due_at == due, "handing on must not make a child wait"
    task.addressee = OTHER_TOWN
    task.do(accept, by=OTHER_TOWN)
    assert task.shows() == set(row.release)


def test_a_task_does_not_come_back_to_whom_it_left() -> None:
    task = Task()
    task.ask()
    task.do(ReassignReferral(referral_id=REFERRAL, addressee=OTHER_TOWN), by=CIVIL_AFFAIRS)
    with pytest.raises(Refused) as refused:
        task.do(ReassignReferral(referral_id=REFERRAL, addressee=TOWN), by=OTHER_TOWN)
    assert refused.value.code == "REFERRAL_HAD"
    for stranger in (TOWN, EDUCATION):
        with pytest.raises(Refused) as refused:
            task.do(ReassignReferral(referral_id=REFERRAL, addressee=TOWN), by=stranger)
        assert refused.value.code == "REFERRAL_NOT_YOURS"


def test_civil_affairs_hands_no_report_to_anybody() -> None:
    """Of harm it is told that a report is in hand, and no more."""
    task = Task(STATION)
    task.ask(kind="handle_report")
    to_the_bureau = ReassignReferral(referral_id=REFERRAL, addressee=POLICE)
    with pytest.raises(Refused) as refused:
        task.do(to_the_bureau, by=CIVIL_AFFAIRS)
    assert refused.value.code == "REFERRAL_NOT_YOURS"
    task.do(OfferReferral(referral_id=REFERRAL, to=POLICE), by=STATION)
    task.do(accept, by=POLICE)
    assert task.shows() == frozenset()


RUNS: dict[str, tuple[list[tuple[Command, str]], tuple[DeadlineState, DeadlineState]]] = {
    "completed": ([(accept, TOWN), (complete, TOWN)], (DeadlineState.MET, DeadlineState.MET)),
    "failed": (
        [(accept, TOWN), (StartReferral(referral_id=REFERRAL), TOWN), (fail, TOWN)],
        (DeadlineState.MET, DeadlineState.MET),
    ),
    "returned": ([(send_back, TOWN)], (DeadlineState.CANCELLED, DeadlineState.CANCELLED)),
    "accepted, then returned": (
        [(accept, TOWN), (send_back, TOWN)],
        (DeadlineState.MET, DeadlineState.CANCELLED),
    ),
    "withdrawn": ([(withdraw, HUB)], (DeadlineState.CANCELLED, DeadlineState.CANCELLED)),
    "accepted, then withdrawn": (
        [(accept, TOWN), (withdraw, HUB)],
        (DeadlineState.MET, DeadlineState.CANCELLED),
    ),
}


@pytest.mark.parametrize("run", RUNS)
def test_when_the_task_is_over_its_scope_is_closed_and_no_clock_runs(run: str) -> None:
    steps, clocks = RUNS[run]
    task = Task()
    task.ask()
    for command, by in steps:
        assert task.in_hand(), "as long as the task"
        task.do(command, by=by)
    assert task.shows() == task.in_hand() == frozenset()
    assert task.clocks() == clocks


def test_the_end_of_one_task_leaves_another_tasks_scope_open() -> None:
    task = Task()
    task.ask()
    task.ask(UUID(int=2), kind="follow_up_admonition")
    task.do(accept)
    task.do(AcceptReferral(referral_id=UUID(int=2)))
    assert task.shows() == {Category.WHO, Category.CONTACT, Category.SCHOOLING, Category.ORDERS}
    task.do(send_back)
    assert task.shows() == {Category.WHO, Category.CONTACT, Category.ORDERS}


def test_asking_twice_opens_one_scope_and_starts_no_second_clock() -> None:
    task = Task()
    assert len(task.ask()) == 4
    assert task.ask() == []


def test_an_answer_after_the_due_date_is_late() -> None:
    task = Task()
    task.ask()
    task.do(accept, on=LATE)
    facts = task.journal.carry_out(complete, by=TOWN, on=LATE)
    assert any(getattr(fact.event, "late", False) for fact in facts)


def test_the_whole_loop_closes() -> None:
    """P26 from the ledger row to the answer: absence, suspicion, referral, acceptance, end."""
    journal = Journal(places=PLACES, together=TOGETHER)
    absence = ReportAbsence(
        child_ref=CHILD,
        school=SCHOOL,
        town=TOWN_CODE,
        absent_since=TODAY,
        school_days=RULES.thresholds.suspected_after_school_days,
        reason_code="UNEXPLAINED",
        family_contact=None,
        reason=None,
    )
    facts = journal.carry_out(absence, by=SCHOOL, on=TODAY)
    asked: list[Any] = [
        command
        for fact in facts
        for reaction in AFTERWARDS
        if isinstance(fact.event, reaction.on)
        for command in reaction.then(fact.event, fact, PLACES)
        if isinstance(command, RequestReferral)
    ]
    assert len(asked) == 3
    for command in asked:
        journal.carry_out(command, by=HUB, on=TODAY)
        outcome = next(iter(RULES.referral_kind(command.kind).outcomes))
        for step in (
            AcceptReferral(referral_id=command.referral_id),
            CompleteReferral(referral_id=command.referral_id, outcome=outcome),
        ):
            journal.carry_out(step, by=command.addressee, on=TODAY)
        scope = journal.states(SCOPE)(scope_id(command.addressee, CHILD))
        assert scope.items == {}
    assert not any(
        journal.states(DEADLINE)(deadline_id(command.referral_id, kind)).unfinished
        for command in asked
        for kind in (ACCEPT, COMPLETE)
    )
