"""One case, many referrals, one lead organisation (牵头单位).

Source: plan 三2 (P53: several departments under one that leads); issue on casework, Referral:
transfer of responsibility distinct from referral, many referrals under one case with one lead.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from domain.child_file import ChildFile
from domain.deadline import DeadlineState, deadline_id
from domain.deadline_stream import DEADLINE
from domain.joint_case import (
    AcceptLead,
    AskWhetherAnswered,
    CloseJointCase,
    DeclineLead,
    HandOnLead,
    OfferLead,
    OpenJointCase,
)
from domain.joint_case_facts import (
    JointCaseAnswered,
    JointCaseClosed,
    JointCaseOpened,
    JointCaseResumed,
    LeadAccepted,
    LeadDeclined,
    LeadHandedOn,
    LeadOffered,
)
from domain.kernel import CaseReferrals, Category, Command, Event
from domain.organisations import HUB
from domain.reactions.joint_cases import when_referral_requested_then_its_case_has_a_lead
from domain.referral import RequestReferral
from domain.referral_facts import ReferralRequested
from domain.registry import TOGETHER
from domain.rules import CLOSE_CASE, LEAD_OFFER
from domain.suspicion import Suspicion
from tests.domain.invented import (
    CHILD,
    CIVIL_AFFAIRS,
    EDUCATION,
    POLICE,
    SCHOOL,
    STATION,
    TOWN,
)
from tests.domain.pools import CASE, DAY, RULES, OneStation
from tests.specification import Journal, as_recorded, at_noon, circumstances, given, happened
from tests.together import all_of

open_ = OpenJointCase(
    case_id=CASE, child_ref=CHILD, matter=Category.SCHOOLING, kind="trace_dropout"
)
offer = OfferLead(case_id=CASE, to=TOWN)
accept = AcceptLead(case_id=CASE)
decline = DeclineLead(case_id=CASE, reason="NOT_OUR_DUTY")
take_back = DeclineLead(case_id=CASE)
close = CloseJointCase(case_id=CASE)
ask = AskWhetherAnswered(case_id=CASE)
hand_on = HandOnLead(case_id=CASE)

ABOUT: dict[str, Any] = {
    "child_ref": CHILD,
    "case_id": CASE,
    "matter": Category.SCHOOLING,
    "lead": EDUCATION,
}
OPENED = JointCaseOpened(**ABOUT, told_to=EDUCATION)
OFFERED = LeadOffered(
    **ABOUT,
    told_to=TOWN,
    offered_to=TOWN,
    answer_by=RULES.due(RULES.clocks[LEAD_OFFER].within, at_noon(DAY)),
)
ACCEPTED = LeadAccepted(**{**ABOUT, "lead": TOWN}, told_to=EDUCATION, former=EDUCATION)
DECLINED = LeadDeclined(
    **ABOUT, told_to=EDUCATION, offered_to=TOWN, taken_back=False, declined_for="NOT_OUR_DUTY"
)
TAKEN_BACK = LeadDeclined(
    **ABOUT, told_to=TOWN, offered_to=TOWN, taken_back=True, declined_for=None
)
ANSWERED = JointCaseAnswered(
    **ABOUT,
    told_to=EDUCATION,
    close_by=RULES.due(RULES.clocks[CLOSE_CASE].within, at_noon(DAY)),
)
RESUMED = JointCaseResumed(**ABOUT, told_to=EDUCATION)
CLOSED = JointCaseClosed(**ABOUT, told_to=EDUCATION)
TWO_ANSWERED = CaseReferrals(addressees=2)

NOT_YOURS, OVER = "CASE_NOT_YOURS", "CASE_CLOSED"
HISTORIES: dict[str, tuple[Event, ...]] = {
    "none": (),
    "open": (OPENED,),
    "offered": (OPENED, OFFERED),
    "accepted": (OPENED, OFFERED, ACCEPTED),
    "answered": (OPENED, ANSWERED),
    "answered, offered": (OPENED, ANSWERED, OFFERED),
    "closed": (OPENED, CLOSED),
}
ROLES = {"hub": HUB, "first lead": EDUCATION, "asked": TOWN, "stranger": SCHOOL}
ACTIONS: dict[str, Command] = {
    "open": open_,
    "offer": offer,
    "accept": accept,
    "decline": decline,
    "close": close,
    "ask": ask,
    "hand on": hand_on,
}
BY_TOWN: dict[str, Any] = {**ABOUT, "lead": TOWN}
# What happens; everything else is refused with the code of the role, below.
DONE: dict[tuple[str, str, str], tuple[Event, ...]] = {
    ("none", "open", "hub"): (OPENED,),
    **{(state, "open", "hub"): () for state in ("open", "offered", "accepted")},
    # Something more is asked of somebody: it is not to be closed yet.
    **{(state, "open", "hub"): (RESUMED,) for state in ("answered", "answered, offered")},
    # Several were asked, and have answered.
    **{(state, "ask", "hub"): (ANSWERED,) for state in ("open", "offered")},
    ("accepted", "ask", "hub"): (
        JointCaseAnswered(**BY_TOWN, told_to=TOWN, close_by=ANSWERED.close_by),
    ),
    **{(state, "ask", "hub"): () for state in ("none", "answered", "answered, offered", "closed")},
    # Another referral after the end: it is in hand again.
    ("closed", "open", "hub"): (OPENED,),
    # Nobody is conflicted.
    **{(state, "hand on", "hub"): () for state in HISTORIES},
    **{(state, "offer", "first lead"): (OFFERED,) for state in ("open", "answered")},
    **{(state, "close", "first lead"): (CLOSED,) for state in ("open", "answered")},
    **{
        each: happens
        for state in ("offered", "answered, offered")
        for each, happens in {
            (state, "offer", "first lead"): (),
            (state, "accept", "asked"): (ACCEPTED,),
            (state, "decline", "asked"): (DECLINED,),
            (state, "decline", "first lead"): (TAKEN_BACK,),
            (state, "close", "first lead"): (TAKEN_BACK, CLOSED),
        }.items()
    },
    ("accepted", "close", "asked"): (JointCaseClosed(**BY_TOWN, told_to=TOWN),),
}
REFUSED: dict[tuple[str, str, str], str] = {
    ("open", "decline", "first lead"): "LEAD_NOT_OFFERED",
    ("answered", "decline", "first lead"): "LEAD_NOT_OFFERED",
    ("accepted", "decline", "asked"): "LEAD_NOT_OFFERED",
    ("accepted", "offer", "asked"): "LEAD_ADDRESSEE",
    **{("closed", action, "first lead"): OVER for action in ("offer", "decline", "close")},
}


@pytest.mark.parametrize("state", HISTORIES)
@pytest.mark.parametrize("action", ACTIONS)
@all_of("role", ROLES)
def test_p53_who_may_do_what_with_the_lead_in_which_state(
    state: str, action: str, role: str
) -> None:
    outcome = given(*HISTORIES[state]).when(
        ACTIONS[action], by=ROLES[role], on=DAY, referrals=TWO_ANSWERED
    )
    if (state, action, role) in DONE:
        happens = DONE[state, action, role]
        if happens:
            outcome.then(*happens)
        else:
            outcome.then_nothing()
        return
    code = REFUSED.get((state, action, role), NOT_YOURS)
    assert outcome.then_refused(code).text.endswith("。")


def test_a_stranger_is_answered_alike_whether_or_not_there_is_such_a_case() -> None:
    texts = {
        given(*events).when(action, by=SCHOOL, on=DAY).then_refused(NOT_YOURS).text
        for events in HISTORIES.values()
        for action in ACTIONS.values()
    }
    assert len(texts) == 1


@pytest.mark.parametrize(
    ("matter", "lead"),
    [
        (Category.HARM, POLICE),
        (Category.SCHOOLING, EDUCATION),
        (Category.GUARDIANSHIP, CIVIL_AFFAIRS),
        (Category.VISITS, CIVIL_AFFAIRS),
        (Category.CONTACT, EDUCATION),
    ],
)
def test_p53_who_leads_follows_from_the_matter(matter: Category, lead: str) -> None:
    first = open_.model_copy(update={"matter": matter})
    given().when(first, by=HUB, on=DAY).then(happened(JointCaseOpened, lead=lead, told_to=lead))


def test_the_matter_of_a_case_stays_that_of_its_first_referral() -> None:
    later = open_.model_copy(update={"matter": Category.HARM})
    given(OPENED, CLOSED).when(later, by=HUB, on=DAY).then(OPENED)


@pytest.mark.parametrize("kind", sorted(RULES.leads.apart))
def test_what_is_only_noted_or_supervised_begins_no_case(kind: str) -> None:
    """Whoever is supervised (检察监督) would learn of it by way of a lead."""
    given().when(open_.model_copy(update={"kind": kind}), by=HUB, on=DAY).then_nothing()


def test_every_kind_of_a_procurator_s_supervision_of_the_police_is_apart() -> None:
    supervised = {"supervise_not_filed", "look_into_report_duty"}
    assert supervised <= RULES.leads.apart


@pytest.mark.parametrize("to", [EDUCATION, SCHOOL, STATION, "nothing:1", "四一〇"])
def test_only_who_may_lead_such_a_matter_is_asked(to: str) -> None:
    wrong = offer.model_copy(update={"to": to})
    refused = given(OPENED).when(wrong, by=EDUCATION, on=DAY).then_refused("LEAD_ADDRESSEE")
    assert to not in refused.text


def test_one_is_asked_at_a_time() -> None:
    other = offer.model_copy(update={"to": CIVIL_AFFAIRS})
    given(OPENED, OFFERED).when(other, by=EDUCATION, on=DAY).then_refused("LEAD_OFFERED")


def test_declining_says_why_from_the_list() -> None:
    for reason in (None, "BECAUSE"):
        unsaid = decline.model_copy(update={"reason": reason})
        refused = given(OPENED, OFFERED).when(unsaid, by=TOWN, on=DAY)
        assert "非本单位职责" in refused.then_refused("LEAD_REASON").text


def test_a_case_is_not_closed_while_a_referral_of_it_is_open() -> None:
    """No loop is lost behind a closed case."""
    outcome = given(OPENED).when(close, by=EDUCATION, on=DAY, referrals=CaseReferrals(open=1))
    assert "未办完的转介单" in outcome.then_refused("CASE_OPEN").text


@pytest.mark.parametrize(
    "referrals",
    [CaseReferrals(), CaseReferrals(open=1, addressees=2), CaseReferrals(open=1, addressees=1)],
    ids=["nobody was asked", "one of two has not answered", "one has not answered"],
)
def test_p53_its_lead_is_to_close_a_case_once_all_of_several_have_answered(
    referrals: CaseReferrals,
) -> None:
    given(OPENED).when(ask, by=HUB, on=DAY, referrals=referrals).then_nothing()
    given(OPENED).when(ask, by=HUB, on=DAY, referrals=TWO_ANSWERED).then(ANSWERED)


def test_p53_what_one_alone_was_asked_for_is_over_with_its_answer() -> None:
    """Nobody has to say that a whole of one part is done; an offer is answered first."""
    alone = CaseReferrals(addressees=1)
    given(OPENED).when(ask, by=HUB, on=DAY, referrals=alone).then(CLOSED)
    given(OPENED, OFFERED).when(ask, by=HUB, on=DAY, referrals=alone).then_nothing()


def test_p53_by_when_it_is_to_be_closed_is_counted_anew_for_another_lead() -> None:
    after = given(OPENED, ANSWERED, OFFERED, ACCEPTED)
    own = JointCaseAnswered(**BY_TOWN, told_to=TOWN, close_by=ANSWERED.close_by)
    after.when(ask, by=HUB, on=DAY, referrals=TWO_ANSWERED).then(own)


CONFLICTED = ChildFile(
    opened=True, suspicions={UUID(int=9): Suspicion(False, frozenset({EDUCATION, TOWN}))}
)


def test_a_conflicted_organisation_never_leads() -> None:
    """利害关系单位: education is, so civil affairs leads in its place."""
    outcome = given().when(open_, by=HUB, on=DAY, child=CONFLICTED)
    outcome.then(happened(JointCaseOpened, lead=CIVIL_AFFAIRS, told_to=CIVIL_AFFAIRS))


def test_a_lead_that_is_conflicted_by_now_is_answered_like_a_stranger_and_leads_no_more() -> None:
    for action in (offer, take_back, close):
        outcome = given(OPENED, OFFERED).when(action, by=EDUCATION, on=DAY, child=CONFLICTED)
        outcome.then_refused(NOT_YOURS)
    over = TAKEN_BACK.model_copy(update={"told_to": TOWN})
    handed_on = LeadHandedOn(**{**ABOUT, "lead": CIVIL_AFFAIRS}, told_to=CIVIL_AFFAIRS)
    given(OPENED, OFFERED).when(hand_on, by=HUB, on=DAY, child=CONFLICTED).then(over, handed_on)
    assert handed_on.told_to != EDUCATION


def test_one_that_is_conflicted_is_asked_like_any_other_and_cannot_accept() -> None:
    """To refuse exactly that one would tell of a suspicion: nobody answers, and the first leads."""
    town = ChildFile(opened=True, suspicions={UUID(int=9): Suspicion(False, frozenset({TOWN}))})
    given(OPENED).when(offer, by=EDUCATION, on=DAY, child=town).then(OFFERED)
    for answer in (accept, decline):
        outcome = given(OPENED, OFFERED).when(answer, by=TOWN, on=DAY, child=town)
        outcome.then_refused(NOT_YOURS)
    given(OPENED, OFFERED).when(hand_on, by=HUB, on=DAY, child=town).then_nothing()


def test_until_the_other_one_accepts_the_first_leads_and_awaits_the_answer() -> None:
    """首接负责: given an offer / when nobody answers / then the clock is the first one's; it is met
    by the answer and stands where the offer is taken back."""
    for answer, by, state in (
        (accept, TOWN, DeadlineState.MET),
        (decline, TOWN, DeadlineState.MET),
        (take_back, EDUCATION, DeadlineState.CANCELLED),
    ):
        journal = Journal(places=OneStation(), together=TOGETHER)
        journal.carry_out(open_, by=HUB, on=DAY)
        journal.carry_out(offer, by=EDUCATION, on=DAY)
        clock = deadline_id(CASE, LEAD_OFFER)
        running = journal.states(DEADLINE)(clock)
        assert (running.owner, running.state) == (EDUCATION, DeadlineState.RUNNING)
        assert running.runs_on
        journal.carry_out(answer, by=by, on=DAY)
        assert journal.states(DEADLINE)(clock).state is state


def test_a_case_has_a_lead_from_its_first_referral_on() -> None:
    """Given a referral that is asked / then its case is to have a lead, by the referral's own
    matter and kind; afterwards, so that whoever asked learns of no other."""
    journal = Journal(places=OneStation())
    asked = RequestReferral(
        referral_id=UUID(int=1),
        child_ref=CHILD,
        case_id=CASE,
        kind="trace_dropout",
        sender=SCHOOL,
        addressee=STATION,
        town=None,
    )
    (recorded,) = journal.carry_out(asked, by=HUB, on=DAY)
    assert isinstance(recorded.event, ReferralRequested)
    reaction = when_referral_requested_then_its_case_has_a_lead
    assert list(reaction.then(recorded.event, recorded, OneStation())) == [open_]
    assert not reaction.at_once
    again = as_recorded(recorded.event, UUID(int=2), 1, circumstances(HUB, DAY))
    assert list(reaction.then(recorded.event, again, OneStation())) == [open_]
