"""What an organisation does with a referral of its own: 经办人A角、B角; 暂缓 (plan 三2; terms.csv:
a hold needs a reason and an until-date)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.calendar import end_of_day_utc
from domain.deadline import DeadlineState, deadline_id
from domain.deadline_state import Deadline
from domain.deadline_stream import DEADLINE
from domain.kernel import Actor, Command, Refused
from domain.organisations import HUB, Post
from domain.reactions.referrals import COMPLETE
from domain.referral import (
    REFERRAL,
    AcceptReferral,
    AssignReferral,
    HoldReferral,
    ReassignReferral,
    ReferralAccepted,
    ReferralAssigned,
    ReferralHeld,
    ReferralResumed,
    ReferralState,
    RequestReferral,
    ResumeReferral,
    StartReferral,
    Taken,
    WithdrawReferral,
)
from domain.registry import TOGETHER
from hub.policies import load_policies
from tests.domain.invented import CHILD, CIVIL_AFFAIRS, OTHER_TOWN, SCHOOL, TOWN, TOWN_CODE
from tests.domain.pools import OneStation
from tests.specification import Journal, When, at_noon, folded, given, happened

TODAY = date(2026, 3, 4)
"""A Wednesday."""
ID = UUID(int=41)
RULES = load_policies().rules
A, B = (Actor(TOWN, Post.HANDLER.value, name) for name in ("u-a", "u-b"))

ask = RequestReferral(
    referral_id=ID,
    child_ref=CHILD,
    case_id=UUID(int=42),
    kind="persuade_dropout",
    sender=SCHOOL,
    addressee=TOWN,
    town=TOWN_CODE,
)
accept = AcceptReferral(referral_id=ID)
REQUESTED = given().when(ask, by=SCHOOL, on=TODAY).events
ACCEPTED = (*REQUESTED, *given(*REQUESTED).when(accept, by=A, on=TODAY).events)


def assigned(handler: str, deputy: str | None = None) -> AssignReferral:
    return AssignReferral(referral_id=ID, handler=handler, deputy=deputy)


# Who handles it


def test_the_first_who_accepts_handles_it() -> None:
    given(*REQUESTED).when(accept, by=A, on=TODAY).then(happened(ReferralAccepted, handler="u-a"))
    assert folded(REFERRAL, *ACCEPTED).handler == "u-a"


def test_who_was_named_handles_it_whoever_accepts() -> None:
    named = given(*REQUESTED).when(assigned("u-b", "u-c"), by=A, on=TODAY).events
    done = given(*REQUESTED, *named).when(accept, by=A, on=TODAY).events
    state = folded(REFERRAL, *REQUESTED, *named, *done)
    assert (state.handler, state.deputy, state.accepted_by) == ("u-b", "u-c", "u-a")


def test_the_second_is_told_that_a_colleague_was_first() -> None:
    refusal = given(*ACCEPTED).when(accept, by=B, on=TODAY).then_refused("REFERRAL_TAKEN")
    assert isinstance(refusal, Taken)
    assert refusal.by == "u-a"
    assert "u-a" not in refusal.text
    assert "“zhang”" in refusal.named({"u-a": "zhang"}).text
    assert refusal.named({}).text == refusal.text
    # To the first it is the state that it is in, as ever.
    given(*ACCEPTED).when(accept, by=A, on=TODAY).then_refused("REFERRAL_STATE")
    # And nobody else learns that there is one.
    given(*ACCEPTED).when(accept, by=OTHER_TOWN, on=TODAY).then_refused("REFERRAL_NOT_YOURS")


@pytest.mark.parametrize("post", [each for each in Post if each is not Post.SYSTEM])
def test_who_names_the_handler(post: Post) -> None:
    by = Actor(TOWN, post.value, "u-x")
    outcome = given(*ACCEPTED).when(assigned("u-b"), by=by, on=TODAY)
    if post in RULES.casework.assigning_posts:
        outcome.then(happened(ReferralAssigned, handler="u-b", deputy=None))
    else:
        outcome.then_refused("REFERRAL_ASSIGN_POST")


def test_the_deputy_is_somebody_else_and_naming_the_same_again_changes_nothing() -> None:
    given(*ACCEPTED).when(assigned("u-b", "u-b"), by=A, on=TODAY).then_refused("REFERRAL_DEPUTY")
    given(*ACCEPTED).when(assigned("u-a"), by=A, on=TODAY).then_nothing()


def test_who_handled_it_at_the_former_desk_is_nobody_at_the_next() -> None:
    onward = ReassignReferral(referral_id=ID, addressee=OTHER_TOWN)
    moved = given(*ACCEPTED).when(onward, by=CIVIL_AFFAIRS, on=TODAY).events
    state = folded(REFERRAL, *ACCEPTED, *moved)
    assert (state.handler, state.deputy, state.accepted_by) == ("", None, "")


# It rests


def held(until: date = date(2026, 3, 10), reason: str = "CHILD_AWAY") -> HoldReferral:
    return HoldReferral(referral_id=ID, reason=reason, until=until)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (held(reason="BECAUSE"), "REFERRAL_HOLD_REASON"),
        (held(TODAY - timedelta(days=1)), "REFERRAL_HOLD_UNTIL"),
        (held(TODAY + timedelta(days=31)), "REFERRAL_HOLD_UNTIL"),
    ],
)
def test_a_hold_needs_a_reason_and_a_day(command: HoldReferral, code: str) -> None:
    refusal = given(*ACCEPTED).when(command, by=TOWN, on=TODAY).then_refused(code)
    words = [*RULES.casework.holds.values()] if code.endswith("REASON") else ["2026-04-03"]
    assert all(word in refusal.text for word in words)
    for day in (TODAY, TODAY + timedelta(days=30)):
        assert given(*ACCEPTED).when(held(day), by=TOWN, on=TODAY).events


@pytest.mark.parametrize("kind", [k for k, row in RULES.referrals.items() if row.runs_on])
def test_what_runs_through_nights_and_holidays_never_rests(kind: str) -> None:
    """It would stand while its clock ran on."""
    row = RULES.referral_kind(kind)
    station = {"addressee": f"{row.seats[0].value}:310117001"}
    asked = given().when(ask.model_copy(update={"kind": kind, **station}), by=SCHOOL, on=TODAY)
    history = (*asked.events,)
    history += given(*history).when(accept, by=station["addressee"], on=TODAY).events
    outcome = given(*history).when(held(), by=station["addressee"], on=TODAY)
    code = "REFERRAL_FIRST_ANSWERS" if row.unreturnable else "REFERRAL_RUNS_ON"
    outcome.then_refused(code)


class Desk:
    """One referral with its clock."""

    def __init__(self, *, started: bool = False) -> None:
        self.journal = Journal(places=OneStation(), together=TOGETHER)
        self.do(ask, by=SCHOOL)
        self.do(accept)
        if started:
            self.do(StartReferral(referral_id=ID))

    def do(self, command: Command, by: str = TOWN, on: When = TODAY) -> None:
        self.journal.carry_out(command, by=by, on=on)

    @property
    def clock(self) -> Deadline:
        return self.journal.states(DEADLINE)(deadline_id(ID, COMPLETE))

    @property
    def state(self) -> ReferralState:
        return self.journal.states(REFERRAL)(ID).state


@pytest.mark.parametrize("started", [False, True])
def test_its_clock_stands_and_has_as_much_left_when_it_goes_on(started: bool) -> None:
    """Given a task of five working days / when it rests from Wednesday to Tuesday / then it is due
    four working days later, and goes on where it was."""
    desk = Desk(started=started)
    before = desk.state
    assert desk.clock.due_at == end_of_day_utc(date(2026, 3, 11))
    desk.do(held())
    assert (desk.state, desk.clock.state) == (ReferralState.ON_HOLD, DeadlineState.PAUSED)
    over = end_of_day_utc(date(2026, 3, 10))
    desk.do(ResumeReferral(referral_id=ID), by=HUB, on=over)
    assert (desk.state, desk.clock.state) == (before, DeadlineState.RUNNING)
    assert desk.clock.due_at == end_of_day_utc(date(2026, 3, 18)), "five of its days were away"


def test_the_hub_lets_it_go_on_once_its_day_is_over_and_not_before() -> None:
    desk = Desk()
    desk.do(held())
    over = end_of_day_utc(date(2026, 3, 10))
    found = []
    for now in (over - timedelta(seconds=1), over, over):
        desk.do(ResumeReferral(referral_id=ID), by=HUB, on=now)
        found.append(desk.state)
    assert found == [ReferralState.ON_HOLD, ReferralState.ACCEPTED, ReferralState.ACCEPTED]
    assert desk.clock.state is DeadlineState.RUNNING


def test_whoever_has_it_lets_it_go_on_at_any_time() -> None:
    desk = Desk()
    desk.do(held())
    resumed = given(*ACCEPTED, *given(*ACCEPTED).when(held(), by=TOWN, on=TODAY).events)
    resumed.when(ResumeReferral(referral_id=ID), by=TOWN, on=TODAY).then(
        happened(ReferralResumed, early=True, started=False)
    )
    desk.do(ResumeReferral(referral_id=ID))
    assert (desk.state, desk.clock.state) == (ReferralState.ACCEPTED, DeadlineState.RUNNING)


def test_a_task_that_is_late_already_stays_late() -> None:
    desk = Desk()
    late = datetime(2026, 3, 12, 4, tzinfo=UTC)
    desk.do(held(until=date(2026, 3, 20)), on=late)
    assert (desk.state, desk.clock.state) == (ReferralState.ON_HOLD, DeadlineState.RUNNING)


def test_what_rests_is_handed_over_with_what_its_clock_has_left() -> None:
    desk = Desk()
    desk.do(held())
    desk.do(ReassignReferral(referral_id=ID, addressee=OTHER_TOWN), by=CIVIL_AFFAIRS)
    assert (desk.state, desk.clock.state) == (ReferralState.REQUESTED, DeadlineState.RUNNING)
    assert desk.clock.about is not None
    assert desk.clock.about["owner"] == OTHER_TOWN
    # Nothing is left of the hold: the hub finds nothing to let go on.
    desk.do(ResumeReferral(referral_id=ID), by=HUB, on=at_noon(date(2026, 3, 30)))
    assert desk.state is ReferralState.REQUESTED


def test_what_rests_may_be_withdrawn() -> None:
    desk = Desk()
    desk.do(held())
    desk.do(WithdrawReferral(referral_id=ID), by=HUB)
    assert (desk.state, desk.clock.state) == (ReferralState.CANCELLED, DeadlineState.CANCELLED)
    with pytest.raises(Refused):
        desk.do(ResumeReferral(referral_id=ID))


def rested(*events: Any, by: Actor, begins: date, days: int) -> tuple[Any, ...]:
    """The same referral after one more hold of so many days, which ended by itself."""
    until = begins + timedelta(days=days - 1)
    history = (*events, *given(*events).when(held(until), by=by, on=begins).events)
    over = given(*history).when(ResumeReferral(referral_id=ID), by=HUB, on=until + DAY)
    assert over.refusal is None
    return (*history, *over.events)


DAY = timedelta(days=1)
HEAD = Actor(TOWN, Post.HEAD.value, "u-head")


def test_the_second_time_it_rests_its_head_decides() -> None:
    once = rested(*ACCEPTED, by=A, begins=TODAY, days=5)
    again = TODAY + 20 * DAY
    given(*once).when(held(again + DAY), by=A, on=again).then_refused("REFERRAL_HOLD_POST")
    for post in RULES.casework.further_hold_posts:
        leads = Actor(TOWN, post.value, "u-leads")
        given(*once).when(held(again + DAY), by=leads, on=again).then(happened(ReferralHeld))


def test_all_holds_together_are_bounded() -> None:
    """What rests again and again would be missed by nobody."""
    assert RULES.casework.hold_in_all == 60
    twice = rested(*ACCEPTED, by=A, begins=TODAY, days=30)
    begins = TODAY + 40 * DAY
    twice = rested(*twice, by=HEAD, begins=begins, days=20)
    third = begins + 30 * DAY
    assert folded(REFERRAL, *twice).rested_days == 50
    given(*twice).when(held(third + 10 * DAY), by=HEAD, on=third).then_refused(
        "REFERRAL_HOLD_UNTIL"
    )
    given(*twice).when(held(third + 9 * DAY), by=HEAD, on=third).then(happened(ReferralHeld))
    all_of_it = rested(*twice, by=HEAD, begins=third, days=10)
    last = third + 30 * DAY
    given(*all_of_it).when(held(last), by=HEAD, on=last).then_refused("REFERRAL_HOLD_IN_ALL")


def test_a_hold_that_ends_early_counts_as_long_as_it_lasted() -> None:
    history = (*ACCEPTED, *given(*ACCEPTED).when(held(TODAY + 20 * DAY), by=A, on=TODAY).events)
    back = given(*history).when(ResumeReferral(referral_id=ID), by=A, on=TODAY + 3 * DAY)
    back.then(happened(ReferralResumed, early=True, rested_days=3))
