"""P05: 老师、儿童督导员、儿童主任加强对心理、行为异常儿童父母或监护人的指导、干预 (plan 二1);
P20: 心理或行为异常的，每两周联系、每月走访 (plan 二3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.child_file import CHILD_FILE, ChildFile, Tier
from domain.concern import (
    CONCERN,
    CONCERN_ASPECT,
    CloseConcern,
    Concern,
    ConcernClosed,
    ConcernConfirmed,
    ConcernRaised,
    ConcernState,
    ConfirmConcern,
    RaiseConcern,
    concern_id,
)
from domain.kernel import Category
from domain.organisations import HUB
from domain.reactions.concerns import (
    CONFIRMED,
    LOOK_INTO,
    when_concern_raised_then_the_town_looks_into_it,
)
from domain.referral import AcceptReferral, CompleteReferral, RequestReferral
from domain.registry import TOGETHER
from hub.policies import load_policies
from tests.domain.invented import (
    CHILD,
    CIVIL_AFFAIRS,
    EVERY_SEAT,
    OTHER_SCHOOL,
    OTHER_TOWN,
    OTHER_TOWN_CODE,
    SCHOOL,
    TOWN,
    TOWN_CODE,
)
from tests.domain.pools import OneStation
from tests.specification import Journal, as_recorded, circumstances, folded, given, happened

RAISED_ON = date(2026, 3, 4)
ENDED_ON = date(2026, 5, 6)
THIS = concern_id(CHILD, SCHOOL, RAISED_ON)

raising = RaiseConcern(
    child_ref=CHILD,
    school=SCHOOL,
    town=TOWN_CODE,
    school_town=OTHER_TOWN_CODE,
    raised_on=RAISED_ON,
    aspects=("PSYCHOLOGICAL", "BEHAVIOURAL"),
    account="近来不与同学说话",
)
confirming = ConfirmConcern(child_ref=CHILD, concern=THIS)
closing = CloseConcern(
    child_ref=CHILD, school=SCHOOL, raised_on=RAISED_ON, ended_on=ENDED_ON, note="已好转"
)
RAISED = ConcernRaised(
    child_ref=CHILD,
    school=SCHOOL,
    looked_into_by_town=TOWN_CODE,
    raised_on=RAISED_ON,
    aspects="PSYCHOLOGICAL,BEHAVIOURAL",
    account="近来不与同学说话",
)
CONFIRMED_ = ConcernConfirmed(child_ref=CHILD)
CLOSED = ConcernClosed(child_ref=CHILD, ended_on=ENDED_ON, note="已好转")


def raised(**changes: Any) -> ConcernRaised:
    event = RAISED.model_copy(update=changes)
    assert isinstance(event, ConcernRaised)
    return event


# A school raises it


def test_p05_a_school_raises_a_concern_and_what_the_teacher_saw_stays_sealed() -> None:
    """心理、行为异常: which of the two, and the account, are facts of schooling."""
    (event,) = given().when(raising, by=SCHOOL, on=RAISED_ON).then(RAISED)
    assert set(event.SENSITIVE) == {"aspects", "account"}
    assert {event.category_of(name) for name in event.SENSITIVE} == {Category.SCHOOLING}
    assert RaiseConcern.STATES is Category.SCHOOLING


@pytest.mark.parametrize("organisation", sorted({*EVERY_SEAT, OTHER_SCHOOL} - {SCHOOL}))
def test_only_a_school_raises_one_and_in_its_own_name(organisation: str) -> None:
    given().when(raising, by=organisation, on=RAISED_ON).then_refused("CONCERN_NOT_SCHOOL")


def test_a_concern_is_raised_once_it_is_there() -> None:
    early = given().when(raising, by=SCHOOL, on=RAISED_ON - timedelta(days=1))
    assert "提出日期" in early.then_refused("CONCERN_IN_FUTURE").text


OWN = ChildFile(school=SCHOOL, town=TOWN_CODE)
STRANGE = ChildFile(school=OTHER_SCHOOL, town=TOWN_CODE)


@pytest.mark.parametrize(
    ("town", "child", "asked"),
    [
        (TOWN_CODE, ChildFile(school=SCHOOL, town=OTHER_TOWN_CODE), TOWN_CODE),
        (None, OWN, TOWN_CODE),
        (None, STRANGE, OTHER_TOWN_CODE),
        (None, None, OTHER_TOWN_CODE),
    ],
)
def test_the_childs_town_is_asked_else_the_schools(
    town: str | None, child: ChildFile | None, asked: str
) -> None:
    """As the record has it, else as the file of the school's own pupil has it. Where another
    school's pupil lives is not to be learnt by raising a concern."""
    where = raising.model_copy(update={"town": town})
    given().when(where, by=SCHOOL, on=RAISED_ON, child=child).then(
        happened(ConcernRaised, looked_into_by_town=asked)
    )


def test_a_corrected_record_leaves_the_concern_where_it_stands() -> None:
    other = raising.model_copy(update={"town": OTHER_TOWN_CODE, "account": "改正"})
    after = raised(account="改正")
    for before in ((RAISED,), (RAISED, CONFIRMED_), (RAISED, CONFIRMED_, CLOSED)):
        given(*before).when(other, by=SCHOOL, on=ENDED_ON, correction=True).then(after)
        assert folded(CONCERN, *before, after) == folded(CONCERN, *before)


# It ends


@pytest.mark.parametrize("by", [SCHOOL, TOWN])
@pytest.mark.parametrize("before", [(RAISED,), (RAISED, CONFIRMED_)])
def test_the_school_or_the_town_that_was_asked_ends_it(by: str, before: tuple[Any, ...]) -> None:
    given(*before).when(closing, by=by, on=ENDED_ON).then(CLOSED)
    assert folded(CONCERN, *before, CLOSED) == Concern(ConcernState.CLOSED, SCHOOL, TOWN_CODE)


@pytest.mark.parametrize("by", [OTHER_SCHOOL, OTHER_TOWN, CIVIL_AFFAIRS])
def test_nobody_else_ends_it_or_learns_that_it_is_there(by: str) -> None:
    theirs = given(RAISED).when(closing, by=by, on=ENDED_ON).then_refused("CONCERN_NOT_YOURS")
    none = given().when(closing, by=SCHOOL, on=ENDED_ON).then_refused("CONCERN_NOT_YOURS")
    assert theirs.text == none.text


def test_without_a_town_only_the_school_ends_it() -> None:
    given(raised(looked_into_by_town=None)).when(closing, by=TOWN, on=ENDED_ON).then_refused(
        "CONCERN_NOT_YOURS"
    )
    given(raised(looked_into_by_town=None)).when(closing, by=SCHOOL, on=ENDED_ON).then(CLOSED)


def test_it_ends_between_its_beginning_and_today() -> None:
    given(RAISED).when(closing, by=SCHOOL, on=RAISED_ON).then_refused("CONCERN_END_IN_FUTURE")
    before = closing.model_copy(update={"ended_on": RAISED_ON - timedelta(days=1)})
    given(RAISED).when(before, by=SCHOOL, on=ENDED_ON).then_refused("CONCERN_BACKWARDS")


def test_it_ends_once_and_its_end_can_be_corrected() -> None:
    given(RAISED, CLOSED).when(closing, by=TOWN, on=ENDED_ON).then_nothing()
    given(RAISED, CLOSED).when(closing, by=SCHOOL, on=ENDED_ON, correction=True).then(CLOSED)


@pytest.mark.parametrize("before", [(), (RAISED, CONFIRMED_), (RAISED, CLOSED)])
def test_only_what_is_raised_and_not_over_is_confirmed(before: tuple[Any, ...]) -> None:
    given(*before).when(confirming, by=HUB, on=ENDED_ON).then_nothing()
    given(RAISED).when(confirming, by=HUB, on=ENDED_ON).then(CONFIRMED_)


# What follows


def asked(event: ConcernRaised, *, corrects: bool = False) -> list[RequestReferral]:
    cause = as_recorded(event, THIS, 1, circumstances(SCHOOL, RAISED_ON))
    if corrects:
        cause = replace(cause, header=replace(cause.header, supersedes=cause.header.event_id))
    then = when_concern_raised_then_the_town_looks_into_it.then
    commands = then(event, cause, OneStation())
    return [each for each in commands if isinstance(each, RequestReferral)]


@pytest.mark.parametrize(("town", "by"), [(TOWN_CODE, TOWN), (None, CIVIL_AFFAIRS)])
def test_the_town_looks_into_it_or_civil_affairs_where_no_town_is_known(
    town: str | None, by: str
) -> None:
    (command,) = asked(raised(looked_into_by_town=town))
    assert (command.kind, command.addressee) == (LOOK_INTO, by)
    assert (command.child_ref, command.case_id, command.sender) == (CHILD, THIS, HUB)


def test_a_corrected_record_asks_for_nothing_again() -> None:
    assert asked(RAISED, corrects=True) == []


def looked_into(journal: Journal, outcome: str, day: date) -> None:
    (command,) = asked(RAISED)
    journal.carry_out(command, by=HUB, on=RAISED_ON)
    journal.carry_out(AcceptReferral(referral_id=command.referral_id), by=TOWN, on=day)
    done = CompleteReferral(referral_id=command.referral_id, outcome=outcome)
    journal.carry_out(done, by=TOWN, on=day)


def tier(journal: Journal) -> Tier:
    return journal.states(CHILD_FILE)(CHILD).tier


def begun() -> Journal:
    journal = Journal(places=OneStation(), together=TOGETHER)
    journal.carry_out(raising, by=SCHOOL, on=RAISED_ON)
    return journal


def test_p20_a_concern_that_the_town_confirms_raises_the_tier_until_it_ends() -> None:
    """心理或行为异常: 每两周联系、每月走访."""
    journal = begun()
    assert tier(journal) is Tier.BASE, "a teacher's word alone raises nothing"
    looked_into(journal, CONFIRMED, RAISED_ON)
    assert tier(journal) is Tier.ENHANCED
    journal.carry_out(closing, by=SCHOOL, on=ENDED_ON)
    assert tier(journal) is Tier.BASE


def test_what_ended_before_the_town_answered_raises_nothing() -> None:
    journal = begun()
    journal.carry_out(closing, by=SCHOOL, on=ENDED_ON)
    looked_into(journal, CONFIRMED, ENDED_ON)
    assert tier(journal) is Tier.BASE


OUTCOMES = load_policies().rules.referrals[LOOK_INTO].outcomes


@pytest.mark.parametrize("outcome", sorted(set(OUTCOMES) - {CONFIRMED}))
def test_no_other_answer_raises_the_tier(outcome: str) -> None:
    journal = begun()
    looked_into(journal, outcome, RAISED_ON)
    assert tier(journal) is Tier.BASE
    assert journal.states(CONCERN)(THIS).state is ConcernState.RAISED


def test_the_end_of_one_concern_leaves_another_as_it_is() -> None:
    journal = begun()
    looked_into(journal, CONFIRMED, RAISED_ON)
    later = RAISED_ON + timedelta(days=1)
    other = {"raised_on": later}
    journal.carry_out(raising.model_copy(update=other), by=SCHOOL, on=later)
    journal.carry_out(closing.model_copy(update=other), by=SCHOOL, on=ENDED_ON)
    assert tier(journal) is Tier.ENHANCED


def test_every_aspect_is_read_in_the_plans_words() -> None:
    assert set(CONCERN_ASPECT.labels.values()) == {"心理异常", "行为异常"}
