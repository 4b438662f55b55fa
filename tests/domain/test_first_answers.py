"""首接负责: who has a matter of harm in hand answers until another organisation has accepted it.

Nobody is sent away with a report, and no report is between two desks: it is not returned, given up,
handed over or withdrawn by a person; it is offered, and moves with the other one's acceptance.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from domain.child_file import ChildFile
from domain.deadline import DeadlineState, MeetDeadline, deadline_id
from domain.deadline_state import Deadline
from domain.deadline_stream import DEADLINE
from domain.kernel import Category, Command, Event
from domain.mandatory_report import (
    AcceptMandatoryReport,
    DecideMandatoryReport,
    FileMandatoryReport,
    MandatoryReportDecided,
    PoliceDecision,
)
from domain.organisations import HUB
from domain.reactions.referrals import ACCEPT, ACCEPT_OFFER, COMPLETE
from domain.referral import (
    REFERRAL,
    AcceptReferral,
    CompleteReferral,
    DeclineOffer,
    FailReferral,
    HoldReferral,
    OfferReferral,
    ReassignReferral,
    ReferralMoved,
    ReferralOfferDeclined,
    ReferralOffered,
    ReferralReassigned,
    RequestReferral,
    ReturnReason,
    ReturnReferral,
    StartReferral,
    VoidReferral,
    WithdrawReferral,
    hand_on,
)
from domain.registry import TOGETHER
from domain.rules import ReferralKind
from domain.scope import SCOPE, Scope, scope_id
from domain.suspicion import Suspicion
from hub.policies import load_policies
from tests.domain.invented import (
    CHILD,
    OTHER_STATION,
    POLICE,
    PROCURATORATE,
    SCHOOL,
    STATION,
    TOWN,
    TOWN_CODE,
)
from tests.domain.pools import OneStation
from tests.specification import Journal, at_noon, folded, given, happened

TODAY = date(2026, 3, 4)
ID = UUID(int=31)
REPORT = UUID(int=32)
RULES = load_policies().rules
LETTER = {"receiver": "（示例）外区公安分局", "letter": "（外区）签收〔2026〕7号"}

ask = RequestReferral(
    referral_id=ID,
    child_ref=REPORT,
    case_id=REPORT,
    kind="handle_report",
    sender=SCHOOL,
    addressee=STATION,
    town=TOWN_CODE,
)
traced = ask.model_copy(update={"kind": "trace_dropout", "child_ref": CHILD})
"""Another kind, that releases nothing of harm."""
accept = AcceptReferral(referral_id=ID)
offer = OfferReferral(referral_id=ID, to=OTHER_STATION)
decline = DeclineOffer(referral_id=ID, note="不在本辖区")

REQUESTED = given().when(ask, by=SCHOOL, on=TODAY).events


def after(*commands: Command, by: str = STATION) -> tuple[Event, ...]:
    """The report in the station's hand, and what it did with it."""
    history = REQUESTED
    for command in commands:
        history += given(*history).when(command, by=by, on=TODAY).events
    return history


HISTORIES = {
    "requested": REQUESTED,
    "accepted": after(accept),
    "in-progress": after(accept, StartReferral(referral_id=ID)),
    "offered": after(accept, offer),
}
WAYS_OUT: dict[str, tuple[Command, str, set[str]]] = {
    "退回": (
        ReturnReferral(referral_id=ID, reason=ReturnReason.NOT_IN_JURISDICTION),
        STATION,
        {"requested", "accepted", "offered"},
    ),
    "未办成": (
        FailReferral(referral_id=ID, account="找不到"),
        STATION,
        {"accepted", "in-progress", "offered"},
    ),
    "改派": (ReassignReferral(referral_id=ID, addressee=POLICE), STATION, set(HISTORIES)),
    "改派 by the sender": (
        ReassignReferral(referral_id=ID, addressee=POLICE),
        SCHOOL,
        set(HISTORIES),
    ),
    "暂缓": (
        HoldReferral(referral_id=ID, reason="CHILD_AWAY", until=TODAY),
        STATION,
        {"accepted", "in-progress", "offered"},
    ),
    "录入错误": (VoidReferral(referral_id=ID, reason="WRONG_CHILD"), SCHOOL, set(HISTORIES)),
    "撤回": (WithdrawReferral(referral_id=ID), SCHOOL, set(HISTORIES)),
}
"""What would leave it in nobody's hand, who could do it with any other kind, and from where."""


def test_every_kind_that_releases_harm_is_unreturnable() -> None:
    """And a row that forgets it does not load."""
    kinds = {name for name, row in RULES.referrals.items() if Category.HARM in row.release}
    assert kinds
    assert kinds <= {name for name, row in RULES.referrals.items() if row.unreturnable}
    row = RULES.referral_kind("handle_report").model_dump()
    with pytest.raises(ValueError, match="unreturnable"):
        ReferralKind.model_validate({**row, "unreturnable": False})


def test_a_transfer_is_one_of_the_outcomes() -> None:
    row = RULES.referral_kind("handle_report").model_dump()
    with pytest.raises(ValueError, match="no outcome"):
        ReferralKind.model_validate({**row, "transfers": ("ELSEWHERE",)})


@pytest.mark.parametrize("way", WAYS_OUT)
@pytest.mark.parametrize("state", HISTORIES)
def test_who_has_a_report_does_not_get_rid_of_it(state: str, way: str) -> None:
    """And is told in the refusal what to do instead: accept, and ask whoever is competent."""
    command, by, states = WAYS_OUT[way]
    outcome = given(*HISTORIES[state]).when(command, by=by, on=TODAY)
    if state not in states:
        outcome.then_refused("REFERRAL_STATE")
        return
    text = outcome.then_refused("REFERRAL_FIRST_ANSWERS").text
    assert "请求移交" in text
    assert "仍由本单位办理" in text


@pytest.mark.parametrize("state", HISTORIES)
def test_the_hub_takes_it_out_of_a_conflicted_hand_at_once(state: str) -> None:
    """首接负责 binds no organisation that must not know of it; nothing waits for anybody."""
    task = folded(REFERRAL, *HISTORIES[state])
    (command,) = hand_on(task, ID, {STATION}, RULES)
    assert command == ReassignReferral(referral_id=ID, addressee=POLICE)
    *before, moved = given(*HISTORIES[state]).when(command, by=HUB, on=TODAY).events
    assert isinstance(moved, ReferralReassigned)
    assert (moved.former, moved.addressee) == (STATION, POLICE)
    assert [type(each) for each in before] == ([ReferralOfferDeclined] * (state == "offered"))


def test_a_conflicted_organisation_that_was_asked_is_asked_no_more() -> None:
    task = folded(REFERRAL, *HISTORIES["offered"])
    (command,) = hand_on(task, ID, {OTHER_STATION}, RULES)
    given(*HISTORIES["offered"]).when(command, by=HUB, on=TODAY).then(
        happened(ReferralOfferDeclined, offered_to=OTHER_STATION, taken_back=True)
    )
    assert hand_on(folded(REFERRAL, *HISTORIES["accepted"]), ID, {OTHER_STATION}, RULES) == []


@pytest.mark.parametrize(
    ("to", "code"),
    [
        (TOWN, "REFERRAL_ADDRESSEE"),
        ("nobody", "REFERRAL_ADDRESSEE"),
        (STATION, "REFERRAL_HAD"),
    ],
)
def test_it_is_offered_to_whom_the_kind_may_be_sent_to(to: str, code: str) -> None:
    command = OfferReferral(referral_id=ID, to=to)
    given(*HISTORIES["accepted"]).when(command, by=STATION, on=TODAY).then_refused(code)


def test_whether_the_one_asked_is_conflicted_shows_in_nothing() -> None:
    """A refusal, or anything else that differs, would tell who is suspected (利害关系单位); what
    is asked is recorded as of any other, and is accepted by nobody."""
    command = OfferReferral(referral_id=ID, to=POLICE)
    said = ChildFile(suspicions={REPORT: Suspicion(conflicted=frozenset({POLICE}))})
    history = HISTORIES["accepted"]
    asked, usual = (
        given(*history).when(command, by=STATION, on=TODAY, child=child).events
        for child in (said, ChildFile())
    )
    assert asked == usual != ()
    given(*history, *asked).when(accept, by=POLICE, on=TODAY, child=said).then_refused(
        "REFERRAL_NOT_YOURS"
    )


def test_one_is_asked_at_a_time() -> None:
    other = OfferReferral(referral_id=ID, to=POLICE)
    refusal = given(*HISTORIES["offered"]).when(other, by=STATION, on=TODAY)
    assert "收回" in refusal.then_refused("REFERRAL_OFFERED").text


def test_it_does_not_come_back_to_whom_it_left() -> None:
    history = HISTORIES["offered"]
    history += given(*history).when(accept, by=OTHER_STATION, on=TODAY).events
    back = OfferReferral(referral_id=ID, to=STATION)
    given(*history).when(back, by=OTHER_STATION, on=TODAY).then_refused("REFERRAL_HAD")


# In the same append: who sees what, and whose the clocks are


class Report:
    """A report's task with its scopes and clocks."""

    def __init__(self, *, immediate: bool = False) -> None:
        self.journal = Journal(places=OneStation(), together=TOGETHER)
        self.do(ask.model_copy(update={"immediate_danger": immediate}), by=SCHOOL)

    def do(self, command: Command, by: str = STATION) -> None:
        self.journal.carry_out(command, by=by, on=TODAY)

    def scope(self, organisation: str) -> Scope:
        return self.journal.states(SCOPE)(scope_id(organisation, REPORT))

    def shows(self, organisation: str) -> frozenset[Category]:
        return self.scope(organisation).open_categories(at_noon(TODAY))

    def clock(self, kind: str) -> Deadline:
        return self.journal.states(DEADLINE)(deadline_id(ID, kind))

    def owner(self, kind: str) -> tuple[DeadlineState, str]:
        about = self.clock(kind).about
        assert about is not None
        return self.clock(kind).state, about["owner"]


ALL = frozenset({Category.HARM, Category.REPORTER})


@pytest.mark.parametrize("accepted", [False, True])
def test_the_first_answers_until_another_one_has_accepted(accepted: bool) -> None:
    """Given a report in the station's hand / when it asks another station / then that one sees what
    it is about and not who reported, can state nothing by it, and has an hour to answer; the first
    one has it as before, its clocks as well."""
    task = Report()
    if accepted:
        task.do(accept)
    due = task.clock(COMPLETE).due_at
    task.do(offer)
    assert (task.shows(STATION), task.shows(OTHER_STATION)) == (ALL, frozenset({Category.HARM}))
    assert task.scope(OTHER_STATION).in_hand(at_noon(TODAY)) == frozenset()
    assert task.owner(ACCEPT_OFFER) == (DeadlineState.RUNNING, OTHER_STATION)
    assert task.owner(COMPLETE) == (DeadlineState.RUNNING, STATION)
    task.do(accept, by=OTHER_STATION)
    assert (task.shows(STATION), task.shows(OTHER_STATION)) == (frozenset(), ALL)
    assert task.scope(OTHER_STATION).in_hand(at_noon(TODAY)) == ALL
    assert task.owner(ACCEPT_OFFER) == (DeadlineState.MET, OTHER_STATION)
    assert task.owner(COMPLETE) == (DeadlineState.RUNNING, OTHER_STATION)
    assert task.clock(ACCEPT).state is DeadlineState.MET, "somebody has accepted it"
    assert task.clock(COMPLETE).due_at == due, "handing on must not make a child wait"


def test_what_was_decided_in_time_is_not_owed_anew_by_who_takes_it_over() -> None:
    """Given a report that was decided in time / when it moves for its feedback and its end / then
    no clock of the decision runs for the new one, which would be missed though all was done."""
    task = Report()
    task.do(accept)
    task.do(MeetDeadline(subject_id=ID, kind=COMPLETE), by=HUB)
    task.do(offer)
    task.do(accept, by=OTHER_STATION)
    assert task.owner(COMPLETE) == (DeadlineState.MET, STATION)


@pytest.mark.parametrize("by", [OTHER_STATION, STATION], ids=["declined", "taken back"])
def test_an_offer_that_came_to_nothing_leaves_it_where_it_is(by: str) -> None:
    task = Report()
    task.do(accept)
    task.do(offer)
    task.do(decline, by=by)
    assert (task.shows(STATION), task.shows(OTHER_STATION)) == (ALL, frozenset())
    assert task.owner(ACCEPT_OFFER) == (DeadlineState.CANCELLED, OTHER_STATION)
    # And the same one may be asked once more, with more to say.
    task.do(offer)
    assert task.shows(OTHER_STATION) == {Category.HARM}
    assert task.owner(ACCEPT_OFFER) == (DeadlineState.RUNNING, OTHER_STATION)
    task.do(accept, by=OTHER_STATION)
    assert (task.shows(STATION), task.shows(OTHER_STATION)) == (frozenset(), ALL)


@pytest.mark.parametrize("outcome", PoliceDecision)
@pytest.mark.parametrize("state", HISTORIES)
def test_a_report_is_not_answered_by_its_task(state: str, outcome: PoliceDecision) -> None:
    """Given a report in the station's hand / when the task is ended by hand / then it is refused:
    there would be no decision, no reason, no feedback, and nothing for the procuratorate to see."""
    done = CompleteReferral(referral_id=ID, outcome=outcome.value).model_copy(update=LETTER)
    asked = given(*HISTORIES[state]).when(done, by=STATION, on=TODAY)
    if state == "requested":
        asked.then_refused("REFERRAL_STATE")
    else:
        assert "结案后转介单自动办结" in asked.then_refused("REFERRAL_BY_REPORT").text


def test_a_decision_ends_an_offer_that_was_not_answered() -> None:
    task = Report()
    task.do(accept)
    task.do(offer)
    task.do(CompleteReferral(referral_id=ID, outcome="NOT_FILED"), by=HUB)
    assert task.shows(STATION) == task.shows(OTHER_STATION) == frozenset()
    clocks = [task.clock(kind).state for kind in (ACCEPT_OFFER, COMPLETE)]
    assert clocks == [DeadlineState.CANCELLED, DeadlineState.MET]


def test_what_is_offered_shows_nothing_before_acceptance_that_the_kind_does_not() -> None:
    """Another kind shows reason and town, as to any addressee."""
    history = given().when(traced, by=SCHOOL, on=TODAY).events
    given(*history).when(offer, by=STATION, on=TODAY).then(
        happened(ReferralOffered, shown=(), town=TOWN_CODE, offered_to=OTHER_STATION)
    )


# A transfer (移送) to somebody outside of the hub

transferred = CompleteReferral(referral_id=ID, outcome="FOUND")
TRACED = given().when(traced, by=SCHOOL, on=TODAY).events
TRACED += given(*TRACED).when(accept, by=STATION, on=TODAY).events
ELSEWHERE = RULES.model_copy(
    update={
        "referrals": {
            **RULES.referrals,
            "trace_dropout": RULES.referral_kind("trace_dropout").model_copy(
                update={"transfers": ("FOUND",)}
            ),
        }
    }
)
"""Rules by which a task that is answered by hand can go to somebody outside of the hub."""


@pytest.mark.parametrize("left_out", [{"receiver"}, {"letter"}, {"receiver", "letter"}])
@pytest.mark.parametrize("blank", [None, " "])
def test_nothing_is_transferred_to_whom_has_not_accepted(
    left_out: set[str], blank: str | None
) -> None:
    told = {name: blank if name in left_out else value for name, value in LETTER.items()}
    outcome = (
        given(*TRACED)
        .under(ELSEWHERE)
        .when(transferred.model_copy(update=told), by=STATION, on=TODAY)
    )
    assert "请求移交" in outcome.then_refused("TRANSFER_RECEIVER").text
    report = given().when(FileMandatoryReport(report_id=REPORT), by=SCHOOL, on=TODAY).events
    report += (
        given(*report).when(AcceptMandatoryReport(report_id=REPORT), by=STATION, on=TODAY).events
    )
    decide = DecideMandatoryReport(report_id=REPORT, decision=PoliceDecision.TRANSFERRED, **told)
    given(*report).when(decide, by=STATION, on=TODAY).then_refused("TRANSFER_RECEIVER")
    for decision in set(PoliceDecision) - {PoliceDecision.TRANSFERRED}:
        other = decide.model_copy(update={"decision": decision, "reason": "（示例）"})
        given(*report).when(other, by=STATION, on=TODAY).then(
            happened(MandatoryReportDecided, decision=decision)
        )


def test_a_transfer_names_who_accepted_it_by_which_letter() -> None:
    whole = transferred.model_copy(update=LETTER)
    (event,) = given(*TRACED).under(ELSEWHERE).when(whole, by=STATION, on=TODAY).events
    assert (event.receiver, event.letter) == tuple(LETTER.values())  # type: ignore[attr-defined]
    assert event.category_of("receiver") is RULES.referral_kind("trace_dropout").matter


def test_who_moved_it_on_is_relieved_of_all_of_it() -> None:
    history = HISTORIES["offered"]
    moved = (
        given(*history)
        .when(accept, by=OTHER_STATION, on=TODAY)
        .then(happened(ReferralMoved, former=STATION, addressee=OTHER_STATION))
    )
    for command in (transferred.model_copy(update=LETTER), accept, decline):
        given(*history, *moved).when(command, by=STATION, on=TODAY).then_refused(
            "REFERRAL_NOT_YOURS"
        )
    given(*history, *moved).when(
        CompleteReferral(referral_id=ID, outcome="NOT_FILED"), by=PROCURATORATE, on=TODAY
    ).then_refused("REFERRAL_NOT_YOURS")


# Somebody is in danger now (正处于危险)


@pytest.mark.parametrize("immediate", [True, False])
@pytest.mark.parametrize("way", ["asked", "out of a conflicted hand", "offered"])
def test_immediate_danger_is_accepted_sooner_and_goes_up_the_ladder_of_danger(
    way: str, immediate: bool
) -> None:
    """Given a report on a child in danger now / when nobody accepts / then the duty leader is told
    after minutes, whoever has it or was asked to take it over; any other report waits longer."""
    task = Report(immediate=immediate)
    kind = ACCEPT
    if way == "out of a conflicted hand":
        task.do(ReassignReferral(referral_id=ID, addressee=POLICE), by=HUB)
    elif way == "offered":
        task.do(offer)
        kind = ACCEPT_OFFER
    row = RULES.referral_kind("handle_report")
    assert row.in_danger is not None
    within, ladder = row.acceptance(immediate=immediate)
    clock = task.clock(kind)
    assert clock.as_set is not None
    assert (clock.as_set.ladder, clock.due_at) == (ladder, RULES.due(within, at_noon(TODAY)))
    assert clock.as_set.term == str(within)
    assert ladder == ("danger" if immediate else "harm")
    done = task.clock(COMPLETE).as_set
    assert done is not None
    assert done.ladder == "harm", "the decision is owed as ever"


def test_danger_is_never_met_by_a_ladder_that_sleeps() -> None:
    row = RULES.referral_kind("handle_report").model_dump()
    slow = {"accept_within": "1 working_days", "ladder": "danger"}
    with pytest.raises(ValueError, match="working"):
        ReferralKind.model_validate({**row, "in_danger": slow})
