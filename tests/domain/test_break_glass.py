"""紧急调阅: with a reason, at most 24 hours, the lead told at once, reviewed the next working day
(domain reference §10, invariant 6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from domain.break_glass import (
    BREAK_GLASS,
    NOTICE,
    REVIEW,
    BreakGlass,
    BreakGlassEnded,
    BreakGlassNotified,
    BreakGlassOpened,
    BreakGlassReviewed,
    EndBreakGlass,
    ReviewBreakGlass,
)
from domain.child_file import ChildFile, StateIdentity
from domain.deadline import DeadlineState, deadline_id
from domain.deadline_stream import DEADLINE
from domain.kernel import Actor, Category, Event
from domain.organisations import HUB, Post, Seat, district_organisation
from domain.referral import REFERRAL, ReferralState
from domain.registry import TOGETHER
from domain.scope import SCOPE, ScopeBasis, scope_id
from domain.suspicion import Suspicion
from hub.policies import load_policies
from tests.domain.invented import (
    CHILD,
    CIVIL_AFFAIRS,
    OTHER_STATION,
    POLICE,
    PROCURATORATE,
    SCHOOL,
)
from tests.domain.pools import OneStation
from tests.specification import Journal, given, happened

FRIDAY = datetime(2026, 3, 6, 14, tzinfo=UTC)
"""Ten in the evening in Shanghai."""
MONDAY_MIDNIGHT = datetime(2026, 3, 9, 16, tzinfo=UTC)
ACCESS = UUID("e0000000-0000-4000-8000-000000000001")
KNOWN = ChildFile(opened=True)
RULES = load_policies().rules

ask = BreakGlass(
    access_id=ACCESS,
    child_ref=CHILD,
    categories=(Category.CONTACT, Category.HEALTH),
    ground="MISSING",
    account="夜间走失，需联系家长",
)
DUTY = Actor(OTHER_STATION, Post.DUTY.value, "u-test")


def opened(**changes: object) -> BreakGlassOpened:
    return BreakGlassOpened.model_validate(
        {
            "organisation": OTHER_STATION,
            "named": CHILD,
            "ground": "MISSING",
            "categories": (Category.WHO, Category.CONTACT, Category.HEALTH),
            "due_at": FRIDAY + timedelta(hours=24),
            "reviewer": CIVIL_AFFAIRS,
            "account": ask.account,
            **changes,
        }
    )


def test_it_opens_at_once_and_tells_the_lead_in_the_same_breath() -> None:
    """未经转介: with a reason, for 24 hours, reviewed by the end of the next working day."""
    _, told = (
        given()
        .when(ask, by=DUTY, on=FRIDAY, child=KNOWN)
        .then(opened(), happened(BreakGlassNotified, told_to=CIVIL_AFFAIRS, named=CHILD))
    )
    assert isinstance(told, BreakGlassNotified)
    assert told.review_by == MONDAY_MIDNIGHT, "a weekend is no working day"
    assert {BreakGlassOpened.SENSITIVE["account"].category} == {Category.HARM}


@pytest.mark.parametrize(
    ("category", "told"),
    [
        (Category.HARM, [POLICE, CIVIL_AFFAIRS]),
        (Category.SCHOOLING, [district_organisation(Seat.EDUCATION), CIVIL_AFFAIRS]),
        (Category.VISITS, [CIVIL_AFFAIRS]),
    ],
)
def test_the_lead_of_what_was_looked_at_is_told_and_only_the_reviewer_reviews(
    category: Category, told: list[str]
) -> None:
    wanted = ask.model_copy(update={"categories": (category,)})
    outcome = given().when(wanted, by=DUTY, on=FRIDAY, child=KNOWN)
    notices = [e for e in outcome.events if isinstance(e, BreakGlassNotified)]
    assert [e.told_to for e in notices] == told
    assert [e.told_to for e in notices if e.review_by] == [CIVIL_AFFAIRS]


def test_nobody_reviews_or_is_told_of_its_own_look() -> None:
    outcome = given().when(
        ask.model_copy(update={"categories": (Category.HARM,)}),
        by=POLICE,
        on=FRIDAY,
        child=KNOWN,
    )
    assert [e.told_to for e in outcome.events if isinstance(e, BreakGlassNotified)] == [
        CIVIL_AFFAIRS
    ]
    own = given().when(ask, by=CIVIL_AFFAIRS, on=FRIDAY, child=KNOWN)
    assert [e.told_to for e in own.events if isinstance(e, BreakGlassNotified)] == [PROCURATORATE]


@pytest.mark.parametrize("hours", [1, 24])
def test_it_ends_after_the_hours_that_were_asked_for(hours: int) -> None:
    wanted = ask.model_copy(update={"hours": hours})
    given().when(wanted, by=DUTY, on=FRIDAY, child=KNOWN).then(
        opened(due_at=FRIDAY + timedelta(hours=hours)), happened(BreakGlassNotified)
    )


@pytest.mark.parametrize("child_ref", [None, CHILD], ids=["nobody found", "no such child"])
def test_who_named_nobody_known_is_answered_alike(child_ref: UUID | None) -> None:
    """That a child exists is nobody's to learn by asking."""
    unknown = ask.model_copy(update={"child_ref": child_ref})
    events = (
        given()
        .when(unknown, by=DUTY, on=FRIDAY, child=ChildFile())
        .then(opened(named=None), happened(BreakGlassNotified, named=None))
    )
    known = given().when(ask, by=DUTY, on=FRIDAY, child=KNOWN).events
    plain = [e.model_copy(update={"named": None}) for e in known]
    assert list(events) == plain, "but for whom it concerns"


@pytest.mark.parametrize(
    ("change", "by", "code"),
    [
        ({}, Actor("finance:310117", Post.DUTY.value, "u"), "BREAK_GLASS_SEAT"),
        ({}, Actor(OTHER_STATION, Post.DESIGNATED_REPORTER.value, "u"), "BREAK_GLASS_POST"),
        ({"ground": "CURIOUS"}, DUTY, "BREAK_GLASS_GROUND"),
        ({"account": "  "}, DUTY, "BREAK_GLASS_ACCOUNT"),
        ({"categories": ()}, DUTY, "BREAK_GLASS_CATEGORY"),
        ({"categories": (Category.REPORTER,)}, DUTY, "BREAK_GLASS_CATEGORY"),
        ({"categories": (Category.MEANS,)}, DUTY, "BREAK_GLASS_CATEGORY"),
        ({"hours": 25}, DUTY, "BREAK_GLASS_HOURS"),
        ({"hours": 0}, DUTY, "BREAK_GLASS_HOURS"),
    ],
)
def test_what_is_refused_is_refused_for_who_asks_and_never_for_the_child(
    change: dict[str, object], by: Actor, code: str
) -> None:
    wanted = ask.model_copy(update=change)
    texts = {
        given().when(wanted, by=by, on=FRIDAY, child=child).then_refused(code).text
        for child in (KNOWN, ChildFile())
    }
    assert len(texts) == 1


def test_the_policies_let_nobody_open_who_reported() -> None:
    rules = RULES.break_glass
    assert rules.openable
    assert not any(Category.REPORTER in found for found in rules.openable.values())
    assert rules.hours_at_most <= 24


def test_the_clock_ends_it_and_not_before() -> None:
    end = EndBreakGlass(access_id=ACCESS)
    until = FRIDAY + timedelta(hours=24)
    given(opened()).when(end, by=HUB, on=until - timedelta(seconds=1)).then_nothing()
    ended = BreakGlassEnded(
        organisation=OTHER_STATION, named=CHILD, told_to=OTHER_STATION, early=False
    )
    given(opened()).when(end, by=HUB, on=until).then(ended)
    given(opened(), ended).when(end, by=HUB, on=until).then_nothing()


def test_whoever_looked_may_end_it_before_and_a_stranger_cannot_tell_that_it_is_there() -> None:
    end = EndBreakGlass(access_id=ACCESS)
    given(opened()).when(end, by=OTHER_STATION, on=FRIDAY).then(
        happened(BreakGlassEnded, early=True)
    )
    strange = given(opened()).when(end, by=SCHOOL, on=FRIDAY).then_refused("BREAK_GLASS_NOT_YOURS")
    unknown = given().when(end, by=SCHOOL, on=FRIDAY).then_refused("BREAK_GLASS_NOT_YOURS")
    assert strange.text == unknown.text


def test_only_the_reviewer_reviews_and_once() -> None:
    review = ReviewBreakGlass(access_id=ACCESS, justified=True, note="属实")
    for stranger in (OTHER_STATION, POLICE, PROCURATORATE):
        given(opened()).when(review, by=stranger, on=FRIDAY).then_refused("BREAK_GLASS_NOT_YOURS")
    reviewed = BreakGlassReviewed(
        organisation=OTHER_STATION,
        named=CHILD,
        told_to=OTHER_STATION,
        justified=True,
        note="属实",
    )
    given(opened()).when(review, by=CIVIL_AFFAIRS, on=FRIDAY).then(reviewed)
    given(opened(), reviewed).when(review, by=CIVIL_AFFAIRS, on=FRIDAY).then_refused(
        "BREAK_GLASS_REVIEWED"
    )


def test_what_is_found_not_to_be_justified_ends_at_once() -> None:
    review = ReviewBreakGlass(access_id=ACCESS, justified=False)
    given(opened()).when(review, by=CIVIL_AFFAIRS, on=FRIDAY).then(
        happened(BreakGlassReviewed, justified=False), happened(BreakGlassEnded, early=True)
    )
    over = BreakGlassEnded(
        organisation=OTHER_STATION, named=CHILD, told_to=OTHER_STATION, early=False
    )
    given(opened(), over).when(review, by=CIVIL_AFFAIRS, on=FRIDAY).then(
        happened(BreakGlassReviewed)
    )


def broken(*, child_known: bool = True) -> Journal:
    journal = Journal(places=OneStation(), together=TOGETHER)
    if child_known:
        journal.carry_out(
            StateIdentity(
                child_ref=CHILD, name="测试甲", birth_date=None, id_number=None, sex=None
            ),
            by=SCHOOL,
            on=FRIDAY,
        )
    journal.carry_out(ask, by=DUTY, on=FRIDAY)
    return journal


def _referral_to(journal: Journal, organisation: str) -> ReferralState:
    found = [
        REFERRAL.fold(events)
        for events in journal.streams.values()
        if events and events[0].TOPIC == "referral.requested.v1"
    ]
    return next(r.state for r in found if (r.kind, r.addressee) == (NOTICE, organisation))


def test_in_the_same_append_stand_its_scope_the_notice_and_the_review() -> None:
    journal = broken()
    scope = journal.states(SCOPE)(scope_id(OTHER_STATION, CHILD))
    assert scope.released(FRIDAY) == {
        ScopeBasis.BREAK_GLASS: {Category.WHO, Category.CONTACT, Category.HEALTH}
    }
    assert scope.in_hand(FRIDAY) == frozenset(), "looking is not stating"
    assert scope.released(FRIDAY + timedelta(hours=24)) == {}
    assert _referral_to(journal, CIVIL_AFFAIRS) is ReferralState.REQUESTED
    review = journal.states(DEADLINE)(deadline_id(ACCESS, REVIEW))
    assert (review.state, review.due_at) == (DeadlineState.RUNNING, MONDAY_MIDNIGHT)
    assert review.about is not None
    assert review.about["owner"] == CIVIL_AFFAIRS


def test_of_a_child_that_nobody_knows_all_the_same_stands_but_the_scope() -> None:
    known, unknown = broken(), broken(child_known=False)

    def topics(journal: Journal) -> list[str]:
        events: list[Event] = [e for log in journal.streams.values() for e in log]
        return sorted(e.TOPIC for e in events if not e.TOPIC.startswith(("scope.", "child_file.")))

    assert topics(known) == topics(unknown)
    assert scope_id(OTHER_STATION, CHILD) not in unknown.streams


def test_a_review_meets_its_clock_and_the_end_closes_the_scope() -> None:
    journal = broken()
    review = ReviewBreakGlass(access_id=ACCESS, justified=False)
    journal.carry_out(review, by=CIVIL_AFFAIRS, on=FRIDAY)
    assert journal.states(DEADLINE)(deadline_id(ACCESS, REVIEW)).state is DeadlineState.MET
    assert journal.states(SCOPE)(scope_id(OTHER_STATION, CHILD)).items == {}


def test_it_is_watched_by_the_clock() -> None:
    assert BREAK_GLASS.due is not None
    assert BREAK_GLASS.due.ask(ACCESS, {}) == EndBreakGlass(access_id=ACCESS)


def test_a_lead_that_is_conflicted_is_not_told_and_reviews_nothing() -> None:
    """In its place the next one is (policies/suspects.toml): privacy design, Who may."""
    shut = Suspicion(conflicted=frozenset({POLICE, CIVIL_AFFAIRS}))
    known = replace(KNOWN, suspicions={UUID(int=9): shut})
    wanted = ask.model_copy(update={"categories": (Category.HARM, Category.CONTACT)})
    told = {
        event.told_to: event.review_by is not None
        for event in given().when(wanted, by=DUTY, on=FRIDAY, child=known).events
        if isinstance(event, BreakGlassNotified)
    }
    assert told == {PROCURATORATE: True}
    before = {
        event.told_to
        for event in given().when(wanted, by=DUTY, on=FRIDAY, child=KNOWN).events
        if isinstance(event, BreakGlassNotified)
    }
    assert {POLICE, CIVIL_AFFAIRS} <= before
