"""保障申请, from the application to its end. Plan 二3: P22 (基本生活保障、特困、低保、低收入、
临时救助), P24 (医疗救助和教育资助), P25 (残疾、孤独症儿童); 上海市社会救助条例 13, 19, 31, 37;
街镇核验、区民政审批 [S12]. "Possible eligibility → task", never an automatic decision."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from domain.aid import AID, APPEAL
from domain.aid_codes import AID_SCHEME, Applicant, Finding, matter_of
from domain.aid_events import (
    AidApplied,
    AidEnded,
    AidGiven,
    AidGranted,
    AidRefused,
    AidReviewed,
    AidVerified,
)
from domain.aid_state import AidState, state_after
from domain.child_file import ChildFile
from domain.kernel import Actor, Category, Command, Event
from domain.organisations import INBOUND, Post, seat_of
from domain.reactions.aid import (
    DECIDE,
    VERIFY,
)
from domain.standing import Stands
from domain.suspicion import Suspicion
from hub.policies import load_policies
from tests.domain.aid import (
    APPLICATION,
    COURSES,
    FEDERATION,
    IMPLANT,
    LEADER,
    LIVES_HERE,
    RULES,
    STATES,
    SUSPECTED,
    TODAY,
    apply,
    end,
    give,
    grant,
    refuse,
    review,
    told,
    verify,
    who,
)
from tests.domain.invented import (
    CIVIL_AFFAIRS,
    EDUCATION,
    EVERY_SEAT,
    OTHER_TOWN,
    SCHOOL,
    TOWN,
    TOWN_CODE,
    VILLAGE,
)
from tests.specification import folded, given, happened

ACTS: dict[str, tuple[Callable[[str], Command], type[Event]]] = {
    "apply": (apply, AidApplied),
    "verify": (verify, AidVerified),
    "grant": (grant, AidGranted),
    "refuse": (refuse, AidRefused),
    "give": (give, AidGiven),
    "review": (review, AidReviewed),
    "end": (end, AidEnded),
}
# What an act comes to in a state, for the office that may: nothing here means that it happens.
_DECIDED = dict.fromkeys(
    ("granted", "reviewed", "given", "refused", "withdrawn", "ended"), "AID_DECIDED"
)
_NONE = {"none": "AID_NOT_YOURS"}
_UNVERIFIED = dict.fromkeys(("applied", "incomplete"), "AID_NOT_VERIFIED")
_NOT_RUNNING = dict.fromkeys(
    ("applied", "incomplete", "verified", "refused", "withdrawn", "ended"), "AID_NOT_RUNNING"
)
_OVER = dict.fromkeys(("refused", "withdrawn", "ended"), "AID_NOT_RUNNING")
REFUSALS = {
    "apply": _DECIDED,
    "verify": _NONE | _DECIDED,
    "grant": _NONE | _UNVERIFIED | _DECIDED,
    "refuse": _NONE | _UNVERIFIED | _DECIDED,
    "give": _NONE | _NOT_RUNNING,
    "review": _NONE | _NOT_RUNNING,
    "end": _NONE | _OVER,
}
CASES = [(scheme, history) for scheme, histories in COURSES.items() for history in histories]


def may(act: str, scheme: str, organisation: str) -> bool:
    rule = RULES.benefits[scheme]
    if act == "apply":
        return seat_of(organisation) in rule.applies
    verifier = FEDERATION if scheme == IMPLANT else TOWN
    decider = FEDERATION if scheme == IMPLANT else CIVIL_AFFAIRS
    offices = {"verify": {verifier}, "grant": {decider}, "refuse": {decider}}
    return organisation in offices.get(act, {verifier, decider})


@pytest.mark.parametrize(("scheme", "history"), CASES)
@pytest.mark.parametrize("act", ACTS)
def test_every_state_and_act_and_seat(scheme: str, history: str, act: str) -> None:
    """Each step by the office that the scheme names, in its turn; whoever it is not is refused in
    the same words, whether or not there is one."""
    make, event = ACTS[act]
    command: Command = make(scheme)
    before = COURSES[scheme][history]
    for organisation in (*EVERY_SEAT, OTHER_TOWN):
        leads = act in ("grant", "refuse")
        actor = Actor(organisation, Post.DUTY_LEADER.value, "leader") if leads else organisation
        outcome = given(*before).when(command, by=actor, on=TODAY, child=LIVES_HERE)
        code = REFUSALS[act].get(history)
        if not may(act, scheme, organisation):
            code = "AID_NOT_TAKEN_HERE" if act == "apply" else "AID_NOT_YOURS"
        elif act == "give" and scheme != IMPLANT and code is None:
            code = "AID_NOT_IN_KIND"
        if code is None:
            assert [type(each) for each in outcome.events] == [event]
        else:
            assert outcome.then_refused(code).text.endswith("。")


@pytest.mark.parametrize(("scheme", "history"), CASES)
def test_views_and_fold_agree_on_the_state(scheme: str, history: str) -> None:
    state = ""
    for event in COURSES[scheme][history]:
        state = state_after(state, event.TOPIC, vars(event))
    of = folded(AID, *COURSES[scheme][history])
    assert (state or AidState.NONE) == STATES[history] == of.state
    assert AID.stands is not None
    assert [each.code for each in AID.stands(of, RULES)] == {
        "applied": [Stands.OPEN_CASE],
        "incomplete": [Stands.OPEN_CASE],
        "verified": [Stands.OPEN_CASE],
        "granted": [Stands.BENEFIT_RUNNING],
        "reviewed": [Stands.BENEFIT_RUNNING],
        "given": [Stands.BENEFIT_RUNNING],
    }.get(history, [])


@pytest.mark.parametrize("scheme", AID_SCHEME.labels)
def test_whoever_answers_may_state_and_is_asked(scheme: str) -> None:
    """For each scheme the offices that the policies name are those that the referrals may go to,
    and the matrix lets them state the matter."""
    rule, matter = RULES.benefits[scheme], matter_of(scheme)
    access = load_policies().access
    assert rule.verifies in RULES.referral_kind(VERIFY[matter]).seats
    assert rule.decides in RULES.referral_kind(DECIDE[matter]).seats
    for seat in (*rule.applies, rule.verifies, rule.decides):
        assert {"publish", "own"} & {word.value for word in access.words(seat, matter)}, (
            seat,
            matter,
        )


def test_what_it_is_and_why_stays_sealed_under_its_matter() -> None:
    """A disability service is health; aid for schooling the school's; all others means."""
    expected = {
        IMPLANT: Category.HEALTH,
        "EDUCATION": Category.SCHOOLING,
        "MEDICAL": Category.MEANS,
    }
    for scheme, matter in expected.items():
        by = {"EDUCATION": SCHOOL, IMPLANT: FEDERATION}.get(scheme, VILLAGE)
        (event,) = given().when(apply(scheme), by=by, on=TODAY, child=LIVES_HERE).events
        assert isinstance(event, AidApplied)
        assert event.category is matter
        assert apply(scheme).states is matter
        assert {event.category_of(name) for name in event.SENSITIVE} == {matter}
        assert {"scheme", "need", "applicant_name"} <= set(event.SENSITIVE)
        assert event.told_to == (FEDERATION if scheme == IMPLANT else None)


# Author and approver


@pytest.mark.parametrize("scheme", COURSES)
def test_whoever_took_it_down_or_verified_it_does_not_decide(scheme: str) -> None:
    """审批与核验不是同一人, also within one office; and nobody decides as a whole office."""
    decider = FEDERATION if scheme == IMPLANT else CIVIL_AFFAIRS
    for author, code in (("one person", "APPROVAL_OWN"), (INBOUND, "APPROVAL_PERSON")):
        same = Actor(decider, Post.HANDLER.value, author)
        child = ChildFile(opened=True)  # of no town: the same office verifies and decides
        (applied,) = (
            given().when(apply(scheme), by=who(apply(), scheme), on=TODAY, child=child).events
        )
        (verified,) = given(applied).when(verify(scheme), by=same, on=TODAY, child=child).events
        for command in (grant(scheme), refuse(scheme)):
            given(applied, verified).when(command, by=same, on=TODAY, child=child).then_refused(
                code
            )
            given(applied, verified).when(
                command, by=Actor(decider, Post.HANDLER.value, "another"), on=TODAY, child=child
            ).then(happened(AidGranted if command == grant(scheme) else AidRefused))


# The decision


def test_p22_the_amount_is_the_standard_of_the_month_from_which_it_is_paid() -> None:
    before = COURSES["SPECIAL_CHILD"]["verified"]
    for since, yuan, code in (
        (date(2024, 12, 1), 2500, None),
        (date(2024, 12, 1), 3200, "AID_AMOUNT"),
        (date(2025, 1, 1), 3200, None),
        (date(2025, 1, 1), None, "AID_AMOUNT"),
        (date(2025, 1, 2), 3200, "AID_MONTH"),
    ):
        outcome = given(*before).when(
            grant(since=since, yuan=yuan), by=LEADER, on=TODAY, child=LIVES_HERE
        )
        if code is None:
            outcome.then(happened(AidGranted, since=since, standard=f"{yuan}元/人/月"))
        else:
            assert outcome.then_refused(code).text.endswith("。")


def test_who_is_refused_reads_why_and_how_to_appeal() -> None:
    before = COURSES["SPECIAL_CHILD"]["verified"]
    given(*before).when(refuse(), by=LEADER, on=TODAY, child=LIVES_HERE).then(
        happened(AidRefused, reason="（示例）不符合", appeal=APPEAL)
    )
    given(*before).when(refuse(reason=None), by=LEADER, on=TODAY, child=LIVES_HERE).then_refused(
        "AID_REASON"
    )


def test_against_the_verification_only_with_a_reason() -> None:
    before = told(apply(), verify(finding=Finding.DOES_NOT))
    given(*before).when(grant(), by=LEADER, on=TODAY, child=LIVES_HERE).then_refused("AID_REASON")
    given(*before).when(
        grant(reason="（示例）集体研究"), by=LEADER, on=TODAY, child=LIVES_HERE
    ).then(happened(AidGranted))


def test_days_that_cannot_be_are_refused() -> None:
    tomorrow, before = TODAY + timedelta(days=1), TODAY - timedelta(days=1)
    for history, command, code in (
        ("none", apply().model_copy(update={"applied_on": tomorrow}), "AID_IN_FUTURE"),
        ("applied", verify().model_copy(update={"verified_on": tomorrow}), "AID_IN_FUTURE"),
        ("applied", verify().model_copy(update={"verified_on": before}), "AID_BACKWARDS"),
        ("verified", grant(decided_on=tomorrow), "AID_IN_FUTURE"),
        ("granted", review().model_copy(update={"reviewed_on": tomorrow}), "AID_IN_FUTURE"),
        ("granted", end().model_copy(update={"ended_on": tomorrow}), "AID_IN_FUTURE"),
    ):
        by = who(command, "SPECIAL_CHILD")
        outcome = given(*COURSES["SPECIAL_CHILD"][history]).when(
            command, by=by, on=TODAY, child=LIVES_HERE
        )
        assert outcome.then_refused(code).text.endswith("。")


def test_no_such_scheme_and_no_old_name_can_be_applied_for() -> None:
    for scheme in ("NO_SUCH_SCHEME", "REHABILITATION"):
        given().when(apply(scheme), by=VILLAGE, on=TODAY, child=LIVES_HERE).then_refused(
            "AID_SCHEME_UNKNOWN"
        )


# A guardian under suspicion is no applicant


def test_a_suspected_guardian_is_told_no_difference_and_nothing_is_granted_to_it() -> None:
    """Given a guardian under suspicion / when it applies / then it is taken and verified as ever;
    civil affairs grant once somebody else has applied."""
    plain = given().when(apply(), by=VILLAGE, on=TODAY, child=LIVES_HERE).events
    taken = given().when(apply(), by=VILLAGE, on=TODAY, child=SUSPECTED).events
    shown = [each.model_dump(exclude={"effective"}) for each in (*plain, *taken)]
    assert shown[0] == shown[1]
    history = (*taken, *given(*taken).when(verify(), by=TOWN, on=TODAY, child=SUSPECTED).events)
    given(*history).when(grant(), by=LEADER, on=TODAY, child=SUSPECTED).then_refused(
        "AID_APPLICANT"
    )
    again = (
        given(*history)
        .when(apply(by=Applicant.RELATIVE), by=VILLAGE, on=TODAY, child=SUSPECTED)
        .then(happened(AidApplied, effective=True))
    )
    given(*history, *again).when(grant(), by=LEADER, on=TODAY, child=SUSPECTED).then(
        happened(AidGranted)
    )


def test_who_came_under_suspicion_since_is_no_applicant_either() -> None:
    history = COURSES["SPECIAL_CHILD"]["verified"]
    given(*history).when(grant(), by=LEADER, on=TODAY, child=SUSPECTED).then_refused(
        "AID_APPLICANT"
    )


@pytest.mark.parametrize("scheme", ["EDUCATION", IMPLANT])
def test_nobody_who_may_not_know_learns_of_the_suspicion_by_an_answer(scheme: str) -> None:
    decider = Actor(EDUCATION if scheme == "EDUCATION" else FEDERATION, "duty_leader", "leader")
    answers = []
    for child in (LIVES_HERE, SUSPECTED):
        history: tuple[Event, ...] = ()
        school = SCHOOL if child is LIVES_HERE else EDUCATION
        verifier = school if scheme == "EDUCATION" else FEDERATION
        by = SCHOOL if scheme == "EDUCATION" else FEDERATION
        for command, actor in (
            (apply(scheme), by),
            (verify(scheme), verifier),
            (grant(scheme), decider),
        ):
            outcome = given(*history).when(command, by=actor, on=TODAY, child=child)
            history += outcome.events
        answers.append([type(each) for each in history])
    assert answers[0] == answers[1] == [AidApplied, AidVerified, AidGranted]


def test_a_conflicted_town_verifies_nothing_and_civil_affairs_do() -> None:
    conflicted = ChildFile(
        opened=True,
        town=TOWN_CODE,
        suspicions={APPLICATION: Suspicion(conflicted=frozenset({TOWN}))},
    )
    history = COURSES["SPECIAL_CHILD"]["applied"]
    given(*history).when(verify(), by=TOWN, on=TODAY, child=conflicted).then_refused(
        "AID_NOT_YOURS"
    )
    given(*history).when(verify(), by=CIVIL_AFFAIRS, on=TODAY, child=conflicted).then(
        happened(AidVerified)
    )


# What is put right


def test_what_is_put_right_moves_nothing_back() -> None:
    for history in ("granted", "refused", "ended"):
        before = COURSES["SPECIAL_CHILD"][history]
        for command in (apply(), verify()):
            outcome = given(*before).when(
                command,
                by=who(command, "SPECIAL_CHILD"),
                on=TODAY,
                child=LIVES_HERE,
                correction=True,
            )
            assert folded(AID, *before, *outcome.events).state is STATES[history]


def test_a_decision_that_was_entered_wrongly_is_put_right() -> None:
    before = COURSES["SPECIAL_CHILD"]["granted"]
    outcome = given(*before).when(refuse(), by=LEADER, on=TODAY, child=LIVES_HERE, correction=True)
    assert folded(AID, *before, *outcome.events).state is AidState.REFUSED
