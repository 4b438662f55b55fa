"""A person opens a referral (转介单; plan 三2 P53 强化协调): who may, of which child, and what is
owed when it is answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from domain.child_file import ChildFile, StateIdentity
from domain.deadline import DeadlineState, deadline_id
from domain.deadline_stream import DEADLINE
from domain.kernel import Category, Command, Event, Given
from domain.organisations import seat_of
from domain.referral import (
    REFERRAL,
    AcceptReferral,
    CloseReferral,
    CompleteReferral,
    FailReferral,
    OpenReferral,
    ReassignReferral,
    ReferralClosed,
    ReferralCompleted,
    ReferralDrafted,
    ReferralExplained,
    ReferralReassigned,
    ReferralRequested,
    ReferralState,
    ReferralVoided,
    SendReferral,
    VoidReferral,
)
from domain.referral_by_hand import open_by_hand
from domain.registry import TOGETHER
from domain.rules import CONFIRM, ReferralKind
from domain.scope import SCOPE, scope_id
from domain.suspicion import Suspicion
from hub.policies import load_policies
from tests.domain.invented import (
    CHILD,
    CIVIL_AFFAIRS,
    EVERY_SEAT,
    OTHER_TOWN,
    SCHOOL,
    TOWN,
    TOWN_CODE,
    organisation_of,
)
from tests.domain.pools import OneStation
from tests.specification import Journal, at_noon, circumstances, folded, given, happened

TODAY = date(2026, 3, 4)
ID = UUID(int=51)
RULES = load_policies().rules
PUPIL = ChildFile(opened=True, school=SCHOOL, town=TOWN_CODE)

ask = OpenReferral(
    referral_id=ID,
    child_ref=CHILD,
    kind="persuade_dropout",
    addressee=TOWN,
    account="（示例）三天没来",
)
draft = ask.model_copy(update={"draft": True})
SENT = given().when(ask, by=SCHOOL, on=TODAY, child=PUPIL).events
DRAFTED = given().when(draft, by=SCHOOL, on=TODAY, child=PUPIL).events


def test_it_is_sent_as_its_kind_says() -> None:
    """The sender has nothing to choose but kind and addressee; the town is the child's."""
    row = RULES.referral_kind("persuade_dropout")
    given().when(ask, by=SCHOOL, on=TODAY, child=PUPIL).then(
        happened(
            ReferralRequested,
            sender=SCHOOL,
            addressee=TOWN,
            town=TOWN_CODE,
            matter=row.matter,
            release=row.release,
            by_hand=True,
            complete_by=RULES.due(row.complete_within, at_noon(TODAY)),
        ),
        happened(ReferralExplained, account="（示例）三天没来", addressee=TOWN),
    )
    given(*SENT).when(ask, by=SCHOOL, on=TODAY, child=PUPIL).then_nothing()


@pytest.mark.parametrize("kind", RULES.referrals)
def test_which_seats_open_which_kind(kind: str) -> None:
    """To every other seat the refusal is one and the same, and depends on nothing but the seat."""
    row = RULES.referral_kind(kind)
    addressee = organisation_of(row.seats[0])
    command = ask.model_copy(update={"kind": kind, "addressee": addressee, "account": None})
    for by in EVERY_SEAT:
        named = replace(PUPIL, identity_stated_by=frozenset({by}))
        outcome = given().when(command, by=by, on=TODAY, child=named)
        if by == command.addressee and seat_of(by) in row.by:
            outcome.then_refused("REFERRAL_ADDRESSEE")
        elif seat_of(by) in row.by:
            outcome.then(happened(ReferralRequested, kind=kind, sender=by))
        else:
            outcome.then_refused("REFERRAL_BY")


def test_the_account_is_told_with_what_the_sender_publishes_of_the_release_set() -> None:
    """A school's words about a concern (matter: visits) are told as schooling, which the kind
    releases; where it releases nothing that the sender publishes, they stay with the matter."""
    concern = ask.model_copy(update={"kind": "look_into_concern"})
    asked, told = given().when(concern, by=SCHOOL, on=TODAY, child=PUPIL).events
    assert (asked.category, told.category) == (Category.VISITS, Category.SCHOOLING)
    assert told.category_of("account") is Category.SCHOOLING
    federation = organisation_of(RULES.referral_kind("assess_disability").seats[0])
    other = ask.model_copy(update={"kind": "assess_disability", "addressee": federation})
    _, told = given().when(other, by=SCHOOL, on=TODAY, child=PUPIL).events
    assert told.category is Category.HEALTH


def test_harm_is_reported_and_never_waits_for_a_referral() -> None:
    row = RULES.referral_kind("handle_report").model_dump()
    assert not row["by"]
    with pytest.raises(ValueError, match="reported"):
        ReferralKind.model_validate({**row, "by": ("school",)})


NOBODYS = {
    "no such child": ChildFile(),
    "somebody else's": ChildFile(opened=True, school="school:3101170009", town=TOWN_CODE),
    "of a conflicted school": replace(
        PUPIL, suspicions={ID: Suspicion(conflicted=frozenset({SCHOOL}))}
    ),
}


def test_a_child_that_is_not_theirs_reads_like_none() -> None:
    texts = {
        (refusal.code, refusal.text)
        for file in NOBODYS.values()
        for refusal in [
            given().when(ask, by=SCHOOL, on=TODAY, child=file).then_refused("REFERRAL_CHILD")
        ]
    }
    assert len(texts) == 1


@pytest.mark.parametrize("why", ["responsible", "named the child", "has it in hand"])
def test_who_refers_a_child(why: str) -> None:
    file = ChildFile(opened=True)
    if why == "responsible":
        file = PUPIL
    elif why == "named the child":
        file = replace(file, identity_stated_by=frozenset({SCHOOL}))
    tasks = frozenset({Category.SCHOOLING}) if why == "has it in hand" else frozenset()
    where: Given = replace(circumstances(SCHOOL, TODAY, child=file), tasks=tasks)
    event, _ = open_by_hand(REFERRAL.initial, ask, where)
    assert isinstance(event, ReferralRequested)


CONFLICTED = replace(PUPIL, suspicions={ID: Suspicion(conflicted=frozenset({TOWN}))})


@pytest.mark.parametrize("drafted", [True, False])
def test_a_conflicted_addressee_is_not_refused_and_the_next_one_is_asked(drafted: bool) -> None:
    """A refusal would tell a school that its town is suspected; a draft would tell it and leave no
    trace. What the sender wrote stays under the category of the kind that it meant."""
    if drafted:
        assert given().when(draft, by=SCHOOL, on=TODAY, child=CONFLICTED).events == DRAFTED
    sends = SendReferral(referral_id=ID, account="（示例）三天没来") if drafted else ask
    history = DRAFTED if drafted else ()
    events = given(*history).when(sends, by=SCHOOL, on=TODAY, child=CONFLICTED).events
    plain = given(*history).when(sends, by=SCHOOL, on=TODAY, child=PUPIL).events
    assert [type(each) for each in events] == [type(each) for each in plain]
    asked, told = events
    assert isinstance(asked, ReferralRequested)
    assert (asked.addressee, asked.kind) == (CIVIL_AFFAIRS, RULES.suspects.take_over)
    assert asked.release == RULES.referral_kind(RULES.suspects.take_over).release
    assert told.category is plain[1].category is Category.SCHOOLING


# A draft


def test_a_draft_asks_nobody_and_is_sent_when_it_is_ready() -> None:
    (event,) = DRAFTED
    assert isinstance(event, ReferralDrafted)
    assert (event.sender, event.addressee, event.to) == (SCHOOL, SCHOOL, TOWN)
    given(*DRAFTED).when(
        SendReferral(referral_id=ID, account="（示例）四天没来"), by=SCHOOL, on=TODAY, child=PUPIL
    ).then(
        happened(ReferralRequested, addressee=TOWN, by_hand=True),
        happened(ReferralExplained, account="（示例）四天没来"),
    )


def test_a_draft_about_a_child_who_is_theirs_no_more_is_not_sent() -> None:
    left = replace(PUPIL, school=None)
    given(*DRAFTED).when(
        SendReferral(referral_id=ID), by=SCHOOL, on=TODAY, child=left
    ).then_refused("REFERRAL_CHILD")


@pytest.mark.parametrize("history", [DRAFTED, SENT], ids=["draft", "sent"])
def test_what_was_never_meant_to_be_says_why(history: tuple[Event, ...]) -> None:
    wrong = VoidReferral(referral_id=ID, reason="BECAUSE")
    refusal = given(*history).when(wrong, by=SCHOOL, on=TODAY)
    for word in RULES.casework.errors.values():
        assert word in refusal.then_refused("REFERRAL_ERROR_REASON").text
    right = VoidReferral(referral_id=ID, reason="WRONG_CHILD")
    events = (
        given(*history)
        .when(right, by=SCHOOL, on=TODAY)
        .then(happened(ReferralVoided, voided_for="WRONG_CHILD", draft=history is DRAFTED))
    )
    assert folded(REFERRAL, *history, *events).state is ReferralState.ENTERED_IN_ERROR


# In the same append


class Opened:
    """A referral of the school's, and the town that has it."""

    def __init__(self, *, drafted: bool = False) -> None:
        self.journal = Journal(places=OneStation(), together=TOGETHER)
        named = StateIdentity(
            child_ref=CHILD,
            name="测试丁",
            birth_date=date(2015, 9, 1),
            id_number=None,
            sex=None,
            stated_village=None,
        )
        self.do(named, by=SCHOOL)
        self.do(draft if drafted else ask, by=SCHOOL)

    def do(self, command: Command, by: str = TOWN) -> None:
        self.journal.carry_out(command, by=by, on=TODAY)

    def clock(self, kind: str) -> DeadlineState:
        return self.journal.states(DEADLINE)(deadline_id(ID, kind)).state

    def in_hand(self) -> frozenset[Category]:
        scope = self.journal.states(SCOPE)(scope_id(TOWN, CHILD))
        return scope.in_hand(at_noon(TODAY))


def test_a_draft_opens_no_scope_and_starts_no_clock() -> None:
    opened = Opened(drafted=True)
    assert opened.in_hand() == frozenset()
    assert opened.clock("accept") is DeadlineState.NONE
    opened.do(SendReferral(referral_id=ID), by=SCHOOL)
    assert opened.in_hand()
    assert opened.clock("accept") is DeadlineState.RUNNING


@pytest.mark.parametrize(
    "answer",
    [CompleteReferral(referral_id=ID, outcome="AGREED"), FailReferral(referral_id=ID)],
    ids=["completed", "failed"],
)
def test_whoever_opened_it_confirms_what_came_of_it(answer: Command) -> None:
    """Given a referral that a person opened / when it is answered / then its sender has five
    working days to confirm, and with that its loop is closed."""
    opened = Opened()
    opened.do(AcceptReferral(referral_id=ID))
    opened.do(answer)
    assert opened.clock(CONFIRM) is DeadlineState.RUNNING
    clock = opened.journal.states(DEADLINE)(deadline_id(ID, CONFIRM))
    assert clock.about is not None
    assert clock.about["owner"] == SCHOOL
    assert clock.due_at == RULES.due(RULES.clocks[CONFIRM].within, at_noon(TODAY))
    opened.do(CloseReferral(referral_id=ID, note="（示例）已看到"), by=SCHOOL)
    assert opened.clock(CONFIRM) is DeadlineState.MET


def test_what_follows_from_a_record_is_owed_no_confirmation() -> None:
    """Nobody opened it; whoever is named as its sender may confirm it all the same, once."""
    event = next(iter(SENT)).model_copy(update={"by_hand": False})
    history = (event, *given(event).when(AcceptReferral(referral_id=ID), by=TOWN, on=TODAY).events)
    done = (
        given(*history)
        .when(CompleteReferral(referral_id=ID, outcome="AGREED"), by=TOWN, on=TODAY)
        .then(happened(ReferralCompleted, confirm_by=None))
    )
    confirm = CloseReferral(referral_id=ID)
    closed = (
        given(*history, *done).when(confirm, by=SCHOOL, on=TODAY).then(happened(ReferralClosed))
    )
    given(*history, *done, *closed).when(confirm, by=SCHOOL, on=TODAY).then_nothing()
    given(*history, *done).when(confirm, by=TOWN, on=TODAY).then_refused("REFERRAL_NOT_YOURS")


def test_what_was_entered_in_error_leaves_no_scope_and_no_clock() -> None:
    opened = Opened()
    opened.do(AcceptReferral(referral_id=ID))
    assert opened.in_hand()
    opened.do(VoidReferral(referral_id=ID, reason="WRONG_CHILD"), by=SCHOOL)
    assert opened.in_hand() == frozenset()
    assert opened.clock("complete") is DeadlineState.CANCELLED


def test_no_reassignment_is_refused_because_the_new_one_is_conflicted() -> None:
    """Given a school's referral / when it is handed to a conflicted town / then it is taken over by
    the next one, with what that kind releases and no more."""
    file = replace(PUPIL, suspicions={ID: Suspicion(conflicted=frozenset({OTHER_TOWN}))})
    over = ReassignReferral(referral_id=ID, addressee=OTHER_TOWN)
    taken = RULES.referral_kind(RULES.suspects.take_over)
    (event,) = (
        given(*SENT)
        .when(over, by=SCHOOL, on=TODAY, child=file)
        .then(
            happened(
                ReferralReassigned,
                former=TOWN,
                addressee=CIVIL_AFFAIRS,
                kind=RULES.suspects.take_over,
                matter=taken.matter,
                release=taken.release,
            )
        )
    )
    now = folded(REFERRAL, *SENT, event)
    assert (now.kind, now.matter) == (RULES.suspects.take_over, taken.matter)
