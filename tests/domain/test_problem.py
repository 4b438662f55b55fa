"""The list of problems (P21): 发现问题及时报告并协调解决, 复核, 销号."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.child_file import ChildFile
from domain.deadline import DeadlineSet, DeadlineState, deadline_id
from domain.deadline_stream import DEADLINE
from domain.kernel import Actor, Category, Command, Event, Recorded, Refused
from domain.organisations import HUB, SHARED_USERS, Post, Seat, seat_of
from domain.problem import (
    PROBLEM,
    AnswerProblem,
    OpenProblem,
    Problem,
    ProblemAnswered,
    ProblemFound,
    ProblemRechecked,
    ProblemState,
    ProblemStruckOff,
    RecheckProblem,
    StrikeOffProblem,
    problem_id,
    state_after,
)
from domain.reactions.loops import when_referral_returned_then_civil_affairs_reroutes
from domain.reactions.problems import (
    OPEN,
    RECHECK,
    SOLVE,
    solving_task,
    when_problem_is_there_then_the_town_solves_it,
    when_the_task_of_a_problem_is_answered_then_it_is_looked_at_again_or_goes_up,
    when_visit_finds_a_problem_then_it_is_put_on_the_list,
)
from domain.referral import (
    OPEN_STATES,
    REFERRAL,
    AcceptReferral,
    CompleteReferral,
    FailReferral,
    ReferralReturned,
    ReferralState,
    RequestReferral,
    ReturnReason,
    ReturnReferral,
    WithdrawReferral,
)
from domain.registry import AFTERWARDS, TOGETHER
from domain.suspicion import Suspicion
from domain.visit import RecordVisit, VisitForm, VisitRecorded
from hub.policies import load_policies
from tests.domain.invented import (
    CHILD,
    CIVIL_AFFAIRS,
    EVERY_SEAT,
    OTHER_TOWN,
    OTHER_VILLAGE,
    OTHER_VILLAGE_CODE,
    TOWN,
    TOWN_CODE,
    VILLAGE,
    VILLAGE_CODE,
)
from tests.specification import (
    Journal,
    as_recorded,
    at_noon,
    circumstances,
    folded,
    given,
    happened,
)
from tests.together import all_of

FOUND_ON = date(2026, 3, 3)
TODAY = date(2026, 3, 10)
RULES = load_policies().rules
ENTRY = problem_id(CHILD, FOUND_ON)
VISIT = UUID(int=7)


def due(clock: str) -> datetime:
    return RULES.due(RULES.clocks[clock].within, at_noon(TODAY))


def person(organisation: str, user: str = "u-somebody") -> Actor:
    return Actor(organisation, Post.HANDLER.value, user)


def opens() -> OpenProblem:
    return OpenProblem(
        child_ref=CHILD, found_on=FOUND_ON, visit=VISIT, stated_by=VILLAGE, town=TOWN_CODE
    )


answer = AnswerProblem(problem=ENTRY, answered_by="u-answers")


def recheck(solved: bool = True, on: date = TODAY) -> RecheckProblem:
    return RecheckProblem(
        child_ref=CHILD, found_on=FOUND_ON, rechecked_on=on, solved=solved, account="门已修好"
    )


def strike_off(on: date = TODAY) -> StrikeOffProblem:
    return StrikeOffProblem(child_ref=CHILD, found_on=FOUND_ON, struck_off_on=on, note=None)


def after(*steps: tuple[Command, Actor]) -> tuple[Event, ...]:
    history: list[Event] = []
    for command, by in steps:
        outcome = given(*history).when(command, by=by, on=TODAY)
        assert outcome.refusal is None, outcome.refusal
        history += outcome.events
    return tuple(history)


_HUB = person(HUB)
_VISITS = person(VILLAGE, "u-visits")
HISTORIES: dict[ProblemState, tuple[Event, ...]] = {
    ProblemState.NONE: (),
    ProblemState.FOUND: after((opens(), _HUB)),
    ProblemState.ANSWERED: after((opens(), _HUB), (answer, _HUB)),
    ProblemState.RECHECKED: after((opens(), _HUB), (answer, _HUB), (recheck(), _VISITS)),
    ProblemState.STRUCK_OFF: after(
        (opens(), _HUB),
        (answer, _HUB),
        (recheck(), _VISITS),
        (strike_off(), person(TOWN, "u-second")),
    ),
}
COMMANDS: dict[str, Command] = {
    "found": opens(),
    "answered": answer,
    "looked at: solved": recheck(),
    "looked at: there still": recheck(solved=False),
    "struck off": strike_off(),
}
S = ProblemState
ALLOWED: dict[str, tuple[dict[ProblemState, ProblemState], set[str]]] = {
    "found": ({S.NONE: S.FOUND}, {HUB}),
    "answered": ({S.FOUND: S.ANSWERED}, {HUB}),
    "looked at: solved": (
        dict.fromkeys((S.FOUND, S.ANSWERED, S.RECHECKED), S.RECHECKED),
        {VILLAGE},
    ),
    "looked at: there still": ({S.ANSWERED: S.FOUND, S.RECHECKED: S.FOUND}, {VILLAGE}),
    "struck off": ({S.RECHECKED: S.STRUCK_OFF}, {TOWN, CIVIL_AFFAIRS}),
}
"""What moves the entry from which state to which, and who may."""


@pytest.mark.parametrize("state", ProblemState)
@pytest.mark.parametrize("name", COMMANDS)
@all_of("actor", [HUB, OTHER_VILLAGE, OTHER_TOWN, *EVERY_SEAT])
def test_p21_every_state_every_act_and_every_seat(
    actor: str, name: str, state: ProblemState
) -> None:
    """Allowed ones do what they should; all others are refused with a reason, the same to whoever
    it does not concern whether it is there or not. What the hub asks again does nothing."""
    moves, by = ALLOWED[name]
    outcome = given(*HISTORIES[state]).when(COMMANDS[name], by=person(actor), on=TODAY)
    if actor in by and state in moves:
        assert outcome.refusal is None, outcome.refusal
        assert folded(PROBLEM, *HISTORIES[state], *outcome.events).state is moves[state]
        shown = ""
        for event in (*HISTORIES[state], *outcome.events):
            shown = state_after(shown, event.TOPIC, vars(event))
        assert shown == moves[state], "a view says the same"
    elif actor in by and actor == HUB:
        outcome.then_nothing()
    else:
        assert outcome.refusal is not None
        assert outcome.refusal.text.endswith("。")
        nothing_there = given().when(COMMANDS[name], by=person(actor), on=TODAY).refusal
        if actor not in by:
            assert nothing_there is not None
            assert outcome.refusal.code == nothing_there.code


def test_what_is_found_is_struck_off_in_time_and_looked_at_again_in_time() -> None:
    given().when(opens(), by=_HUB, on=TODAY).then(
        happened(ProblemFound, stated_by=VILLAGE, strike_off_by=due("problem_open"))
    )
    given(*HISTORIES[S.FOUND]).when(answer, by=_HUB, on=TODAY).then(
        happened(ProblemAnswered, stated_by=VILLAGE, recheck_by=due("recheck_problem"))
    )


@pytest.mark.parametrize("user", sorted(SHARED_USERS))
def test_p21_nobody_strikes_off_under_a_name_that_several_share(user: str) -> None:
    """By a sheet at the console, or through Kafka, nobody knows who it was: that is no second
    person, also where the first one came the same way."""
    history = given(*HISTORIES[S.RECHECKED])
    history.when(strike_off(), by=person(TOWN, user), on=TODAY).then_refused("PROBLEM_IN_PERSON")


@pytest.mark.parametrize("user", ["u-answers", "u-visits"])
@pytest.mark.parametrize("organisation", [TOWN, CIVIL_AFFAIRS])
def test_p21_it_is_struck_off_by_a_second_person(organisation: str, user: str) -> None:
    """销号: neither by who answered nor by who looked again, in whichever office they sit."""
    history = given(*HISTORIES[S.RECHECKED])
    history.when(strike_off(), by=person(organisation, user), on=TODAY).then_refused(
        "PROBLEM_SECOND_PERSON"
    )
    history.when(strike_off(), by=person(organisation, "u-second"), on=TODAY).then(
        happened(ProblemStruckOff)
    )


def test_what_is_there_still_is_asked_for_once_more_and_the_people_are_new() -> None:
    history = after((opens(), _HUB), (answer, _HUB), (recheck(solved=False), _VISITS))
    assert happened(ProblemRechecked, round=2, solved=False).matches(history[-1])
    state = folded(PROBLEM, *history)
    assert (state.state, state.round, state.people) == (S.FOUND, 2, frozenset())


def test_where_the_child_lives_by_now_it_may_be_looked_at_as_well() -> None:
    moved = ChildFile(opened=True, village=OTHER_VILLAGE_CODE)
    history = given(*HISTORIES[S.ANSWERED])
    history.when(recheck(), by=OTHER_VILLAGE, on=TODAY, child=moved).then(
        happened(ProblemRechecked)
    )
    history.when(recheck(), by=VILLAGE, on=TODAY, child=moved).then(happened(ProblemRechecked))


def test_in_the_place_of_a_conflicted_village_and_town_the_next_ones_look_and_strike_off() -> None:
    """利害关系单位: a village in which the suspect works does not say that all is well, and to it
    the entry reads like none, however far it is."""
    child = ChildFile(
        opened=True,
        village=VILLAGE_CODE,
        suspicions={VISIT: Suspicion(conflicted=frozenset({VILLAGE, TOWN}))},
    )
    only_village = replace(child, suspicions={VISIT: Suspicion(conflicted=frozenset({VILLAGE}))})
    answered = given(*HISTORIES[S.ANSWERED])
    for state in (S.FOUND, S.ANSWERED, S.RECHECKED):
        for command, by in (
            (recheck(), VILLAGE),
            (recheck(solved=False), VILLAGE),
            (strike_off(), TOWN),
        ):
            refused = given(*HISTORIES[state]).when(command, by=by, on=TODAY, child=child)
            assert (
                refused.then_refused("PROBLEM_NOT_YOURS").text
                == (given().when(command, by=by, on=TODAY, child=child))
                .then_refused("PROBLEM_NOT_YOURS")
                .text
            )
    answered.when(recheck(), by=CIVIL_AFFAIRS, on=TODAY, child=child).then(
        happened(ProblemRechecked)
    )
    answered.when(recheck(), by=TOWN, on=TODAY, child=only_village).then(happened(ProblemRechecked))
    given(*HISTORIES[S.RECHECKED]).when(
        strike_off(), by=person(CIVIL_AFFAIRS, "u-second"), on=TODAY, child=child
    ).then(happened(ProblemStruckOff))


@pytest.mark.parametrize(
    ("command", "by", "code"),
    [
        (recheck(on=TODAY + timedelta(days=1)), VILLAGE, "RECHECK_IN_FUTURE"),
        (recheck(on=FOUND_ON - timedelta(days=1)), VILLAGE, "RECHECK_BEFORE_FOUND"),
        (strike_off(on=TODAY + timedelta(days=1)), TOWN, "STRIKE_OFF_IN_FUTURE"),
    ],
)
def test_days_are_checked(command: Command, by: str, code: str) -> None:
    given(*HISTORIES[S.RECHECKED]).when(command, by=by, on=TODAY).then_refused(code)


# From the visit to the end of it


class Map:
    def police_station(self, town: str | None) -> str:
        raise AssertionError("nobody asks the police")

    def town_of(self, organisation: str) -> str | None:
        return TOWN_CODE if organisation == VILLAGE else None


PLACES = Map()


class Entry:
    """The list of one child's problems, and the reactions that follow the log."""

    def __init__(self) -> None:
        self.journal = Journal(places=PLACES, together=TOGETHER)
        self.log: list[Recorded] = []
        self.followed = 0
        self.done: set[tuple[UUID, str, int]] = set()

    def do(self, command: Command, by: Actor | str, **how: Any) -> Recorded:
        facts = self.journal.carry_out(command, by=by, on=TODAY, **how)
        self.log += facts
        self.settle()
        return facts[0]

    def settle(self) -> None:
        while self.followed < len(self.log):
            cause = self.log[self.followed]
            self.followed += 1
            for reaction in AFTERWARDS:
                if not isinstance(cause.event, reaction.on):
                    continue
                for ordinal, command in enumerate(reaction.then(cause.event, cause, PLACES)):
                    key = (cause.header.event_id, reaction.name, ordinal)
                    if key not in self.done:
                        self.done.add(key)
                        self.log += self.journal.carry_out(command, by=_HUB, on=TODAY)

    def state(self) -> Problem:
        return self.journal.states(PROBLEM)(ENTRY)

    def task(self, round_: int = 1) -> ReferralState:
        return self.journal.states(REFERRAL)(solving_task(ENTRY, round_)).state

    def clock(self, kind: str) -> tuple[DeadlineState, str]:
        found = self.journal.states(DEADLINE)(deadline_id(ENTRY, kind))
        return found.state, (found.about or {}).get("owner", "")

    def solved_by(self, by: Actor, outcome: str, round_: int = 1) -> None:
        task = solving_task(ENTRY, round_)
        self.do(AcceptReferral(referral_id=task), by)
        self.do(CompleteReferral(referral_id=task, outcome=outcome), by)

    def asked_of_civil_affairs(self) -> list[UUID]:
        states = self.journal.states(REFERRAL)
        return [
            stream
            for stream, log in self.journal.streams.items()
            if log
            and log[0].TOPIC == "referral.requested.v1"
            and states(stream).addressee == CIVIL_AFFAIRS
            and states(stream).state in OPEN_STATES
        ]


def is_clock(event: Event) -> bool:
    return isinstance(event, DeadlineSet)


def visit(**said: Any) -> RecordVisit:
    return RecordVisit(
        visit_id=VISIT,
        child_ref=CHILD,
        form=VisitForm.HOME_VISIT,
        visited_on=FOUND_ON,
        met=True,
        **said,
    )


@pytest.mark.parametrize(
    "said",
    [{"problem_kinds": ("SAFETY",)}, {"problems": "窗户没有护栏"}, {"problems": "无人做饭。"}],
    ids=["by its code", "in words", "in words that begin with none"],
)
def test_p21_a_problem_goes_to_the_town_and_ends_struck_off(said: dict[str, Any]) -> None:
    """发现问题 → 转介 → 复核 → 销号; with every clock met and every scope closed."""
    entry = Entry()
    entry.do(visit(**said), VILLAGE)
    assert entry.state().state is S.FOUND
    assert entry.task() is ReferralState.REQUESTED
    assert entry.clock(OPEN) == (DeadlineState.RUNNING, TOWN)
    entry.solved_by(person(TOWN, "u-answers"), "SOLVED")
    assert entry.state().state is S.ANSWERED
    assert entry.clock(RECHECK) == (DeadlineState.RUNNING, VILLAGE)
    entry.do(recheck(), _VISITS)
    assert entry.clock(RECHECK)[0] is DeadlineState.MET
    entry.do(strike_off(), person(TOWN, "u-second"))
    assert entry.state().state is S.STRUCK_OFF
    assert entry.clock(OPEN)[0] is DeadlineState.MET
    clocks = [s for s, log in entry.journal.streams.items() if log[:1] and is_clock(log[0])]
    assert len(clocks) == 4
    assert not any(entry.journal.states(DEADLINE)(each).unfinished for each in clocks)


@pytest.mark.parametrize("words", ["", None, "无", "没有。", " 无问题 "])
def test_a_visit_that_found_nothing_opens_nothing(words: str | None) -> None:
    entry = Entry()
    entry.do(visit(problems=words), VILLAGE)
    assert entry.state().state is S.NONE


def test_a_problem_that_is_said_when_the_visit_is_corrected_is_put_on_the_list_once() -> None:
    entry = Entry()
    first = entry.do(visit(), VILLAGE)
    for words in ("窗户没有护栏", "窗户没有护栏，已告知"):
        entry.do(visit(problems=words), VILLAGE, corrects=first)
    found = [fact for fact in entry.log if isinstance(fact.event, ProblemFound)]
    assert len(found) == 1


def test_a_visit_that_is_corrected_to_another_day_has_found_one_problem() -> None:
    entry = Entry()
    first = entry.do(visit(problem_kinds=("CARE",)), VILLAGE)
    for day in (FOUND_ON + timedelta(days=1), FOUND_ON + timedelta(days=2), FOUND_ON):
        moved = visit(problem_kinds=("CARE",)).model_copy(update={"visited_on": day})
        entry.do(moved, VILLAGE, corrects=first)
    found = [fact.event for fact in entry.log if isinstance(fact.event, ProblemFound)]
    assert [each.found_on for each in found] == [FOUND_ON]


def test_what_is_there_still_goes_to_the_town_again() -> None:
    entry = Entry()
    entry.do(visit(problem_kinds=("CARE",)), VILLAGE)
    entry.solved_by(person(TOWN, "u-answers"), "PARTLY")
    entry.do(recheck(solved=False), _VISITS)
    assert entry.task(2) is ReferralState.REQUESTED
    entry.solved_by(person(TOWN, "u-answers"), "SOLVED", 2)
    assert entry.clock(RECHECK) == (DeadlineState.RUNNING, VILLAGE)
    assert entry.clock(OPEN)[0] is DeadlineState.RUNNING, "from when it was found"


@pytest.mark.parametrize("how", ["NOT_SOLVED", "failed", "returned"])
def test_what_the_town_cannot_solve_goes_to_civil_affairs(how: str) -> None:
    """统筹协调 (plan 三2): once, and answered there it is looked at again."""
    entry = Entry()
    entry.do(visit(problem_kinds=("MEANS",)), VILLAGE)
    task, town = solving_task(ENTRY, 1), person(TOWN, "u-answers")
    if how == "returned":
        entry.do(ReturnReferral(referral_id=task, reason=ReturnReason.NOT_OUR_DUTY), town)
    else:
        entry.do(AcceptReferral(referral_id=task), town)
        ends = (
            FailReferral(referral_id=task)
            if how == "failed"
            else CompleteReferral(referral_id=task, outcome=how)
        )
        entry.do(ends, town)
    assert entry.state().state is S.FOUND
    (theirs,) = entry.asked_of_civil_affairs()
    bureau = person(CIVIL_AFFAIRS, "u-bureau")
    entry.do(AcceptReferral(referral_id=theirs), bureau)
    entry.do(CompleteReferral(referral_id=theirs, outcome="NOT_SOLVED"), bureau)
    assert entry.state().state is S.ANSWERED
    entry.do(recheck(solved=False), _VISITS)
    assert entry.task(2) is ReferralState.REQUESTED


@pytest.mark.parametrize("solved", [True, False])
def test_what_civil_affairs_returns_is_looked_at_again(solved: bool) -> None:
    """Given a problem that the town and civil affairs both returned / when whoever found it looks
    again / then it can be struck off, or goes to the town once more: it is past nobody's help."""
    entry = Entry()
    entry.do(visit(problem_kinds=("MEANS",)), VILLAGE)
    town, bureau = person(TOWN, "u-answers"), person(CIVIL_AFFAIRS, "u-bureau")
    give_back = ReturnReferral(referral_id=solving_task(ENTRY, 1), reason=ReturnReason.NOT_OUR_DUTY)
    entry.do(give_back, town)
    (theirs,) = entry.asked_of_civil_affairs()
    entry.do(give_back.model_copy(update={"referral_id": theirs}), bureau)
    assert entry.state().state is S.ANSWERED
    assert entry.clock(RECHECK) == (DeadlineState.RUNNING, VILLAGE)
    entry.do(recheck(solved=solved), _VISITS)
    if solved:
        entry.do(strike_off(), person(TOWN, "u-second"))
        assert entry.state().state is S.STRUCK_OFF
    else:
        assert entry.task(2) is ReferralState.REQUESTED


def test_whoever_found_it_takes_no_task_of_it_back() -> None:
    entry = Entry()
    entry.do(visit(problem_kinds=("MEANS",)), VILLAGE)
    with pytest.raises(Refused, match="REFERRAL_BY_RECORD"):
        entry.do(WithdrawReferral(referral_id=solving_task(ENTRY, 1)), VILLAGE)
    assert entry.task() is ReferralState.REQUESTED


def test_read_again_from_its_beginning_the_log_puts_nothing_on_the_list() -> None:
    entry = Entry()
    entry.do(visit(problem_kinds=("CARE",)), VILLAGE)
    entry.solved_by(person(TOWN, "u-answers"), "SOLVED")
    entry.do(recheck(), _VISITS)
    before = list(entry.log)
    entry.followed, entry.done = 0, set()
    entry.settle()
    assert entry.log == before


def recorded(event: Event, by: str = VILLAGE) -> Recorded:
    return as_recorded(event, ENTRY, 1, circumstances(by, TODAY))


def test_where_no_town_is_known_civil_affairs_solve_it() -> None:
    found = ProblemFound(
        child_ref=CHILD,
        found_on=FOUND_ON,
        visit=VISIT,
        stated_by=VILLAGE,
        town=None,
        strike_off_by=due("problem_open"),
    )
    then = when_problem_is_there_then_the_town_solves_it.then
    (asked,) = then(found, recorded(found), PLACES)
    assert isinstance(asked, RequestReferral)
    assert (asked.addressee, asked.kind) == (CIVIL_AFFAIRS, SOLVE)


def test_a_visit_of_before_there_was_a_list_puts_nothing_on_it() -> None:
    (new,) = given().when(visit(problems="某事"), by=VILLAGE, on=TODAY).events
    old = new.model_copy(update={"problem": VisitRecorded.model_fields["problem"].default})
    then = when_visit_finds_a_problem_then_it_is_put_on_the_list.then
    assert list(then(old, recorded(old), PLACES)) == []


def test_a_returned_problem_is_asked_for_once() -> None:
    """Not as what is returned in general as well (统筹协调)."""
    returned = ReferralReturned(
        child_ref=CHILD,
        case_id=ENTRY,
        kind=SOLVE,
        matter=Category.VISITS,
        sender=VILLAGE,
        addressee=TOWN,
        reason=ReturnReason.NOT_OUR_DUTY,
        note=None,
    )
    cause = recorded(returned, TOWN)
    reroutes = when_referral_returned_then_civil_affairs_reroutes.then
    goes_up = when_the_task_of_a_problem_is_answered_then_it_is_looked_at_again_or_goes_up.then
    assert list(reroutes(returned, cause, PLACES)) == []
    (asked,) = goes_up(returned, cause, PLACES)
    assert isinstance(asked, RequestReferral)
    assert asked.addressee == CIVIL_AFFAIRS
    by_them = replace(cause, event=returned.model_copy(update={"addressee": CIVIL_AFFAIRS}))
    (looked_at,) = goes_up(by_them.event, by_them, PLACES)
    assert isinstance(looked_at, AnswerProblem)
    assert looked_at.problem == ENTRY


def test_only_seats_that_the_policies_name_are_asked() -> None:
    seats = RULES.referral_kind(SOLVE).seats
    assert {seat_of(TOWN), seat_of(CIVIL_AFFAIRS)} == set(seats) == {Seat.TOWN, Seat.CIVIL_AFFAIRS}
