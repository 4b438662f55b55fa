"""The child file (一人一档, P18): who states what, and that stating creates no rights."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.child_file import (
    CHILD_FILE,
    TIER_GROUND,
    ChildClassified,
    ChildFile,
    ClassifyChild,
    ConfirmResidence,
    ContactStated,
    EndFollowUp,
    FollowUpEnded,
    FollowUpListed,
    IdentityStated,
    ListForFollowUp,
    ResidenceConfirmed,
    SetTierTrigger,
    StateContact,
    StateIdentity,
    Tier,
    TierComputed,
)
from domain.enrolment import ConfirmEnrolment, EndEnrolment, EnrolmentConfirmed, EnrolmentEnded
from domain.kernel import Category, Event
from domain.organisations import HUB, Seat, seat_of
from tests.domain.invented import (
    CHILD,
    EDUCATION,
    EVERY_SEAT,
    OTHER_CHILD,
    OTHER_SCHOOL,
    OTHER_STATION,
    OTHER_TOWN,
    OTHER_TOWN_CODE,
    OTHER_VILLAGE_CODE,
    POLICE,
    SCHOOL,
    STATION,
    TOWN,
    TOWN_CODE,
    VILLAGE,
    VILLAGE_CODE,
)
from tests.specification import folded, given, happened

TODAY = date(2026, 3, 4)
IDENTITY: dict[str, Any] = {
    "child_ref": CHILD,
    "name": "测试甲",
    "birth_date": date(2015, 9, 1),
    "id_number": "310117201509010000",
    "sex": "2",
}

state_identity = StateIdentity(**IDENTITY)
state_contact = StateContact(child_ref=CHILD, guardian_phone="13000000000", address="某路1号")
classify = ClassifyChild(child_ref=CHILD, categories=("LEFT_BEHIND_RURAL",))
confirm_enrolment = ConfirmEnrolment(
    child_ref=CHILD, school=SCHOOL, student_number=None, grade="三年级", since=TODAY
)
end_enrolment = EndEnrolment(
    child_ref=CHILD,
    school=SCHOOL,
    until=TODAY,
    reason="转出",
    outside="示例外区学校",
    letter="（外区）回执1号",
)
confirm_residence = ConfirmResidence(
    child_ref=CHILD,
    town=TOWN_CODE,
    village=VILLAGE_CODE,
    police_station=STATION,
    address="某路1号",
    since=TODAY,
)


def opened(by: str = SCHOOL) -> Event:
    return given().when(state_identity, by=by, on=TODAY).events[0]


def enrolled(school: str = SCHOOL) -> Event:
    return EnrolmentConfirmed(
        child_ref=CHILD, school=school, since=TODAY, student_number=None, grade="三年级"
    )


def resident() -> Event:
    return ResidenceConfirmed(
        child_ref=CHILD,
        town=TOWN_CODE,
        village=VILLAGE_CODE,
        police_station=STATION,
        since=TODAY,
        address=None,
    )


every_seat = pytest.mark.parametrize("actor", EVERY_SEAT)


# P18: 记录基本信息，一人一档


def test_p18_a_child_nobody_stated_before_gets_a_file() -> None:
    """一人一档: the first who states who the child is opens the file, by a statement like any."""
    events = (
        given()
        .when(state_identity, by=SCHOOL, on=TODAY)
        .then(
            happened(
                IdentityStated,
                child_ref=CHILD,
                stated_by=SCHOOL,
                name="测试甲",
                birth_date="2015-09-01",
                id_number="310117201509010000",
                sex="2",
            )
        )
    )
    assert folded(CHILD_FILE, *events).opened


def test_of_the_birth_date_only_the_month_is_clear() -> None:
    assert {"name", "birth_date", "id_number", "sex"} <= set(IdentityStated.SENSITIVE)
    event = opened()
    assert isinstance(event, IdentityStated)
    assert (event.birth_month, event.has_id_number) == ("2015-09", True)
    unknown = state_identity.model_copy(update={"birth_date": None, "id_number": None})
    given().when(unknown, by=SCHOOL, on=TODAY).then(
        happened(IdentityStated, birth_month=None, birth_date=None, has_id_number=False)
    )


def test_a_suspected_duplicate_is_named_by_pseudonym_only() -> None:
    suspected = state_identity.model_copy(update={"possible_duplicates": (OTHER_CHILD,)})
    given().when(suspected, by=SCHOOL, on=TODAY).then(
        happened(IdentityStated, possible_duplicates=(OTHER_CHILD,))
    )


def test_each_organisation_states_who_the_child_is_once_in_its_own_words() -> None:
    """An organisation sees its own words again and nobody else's, so each states its own."""
    first = happened(IdentityStated, stated_by=TOWN, name="测试甲", birth_date="2015-09-01")
    (stated,) = given(opened(by=SCHOOL)).when(state_identity, by=TOWN, on=TODAY).then(first)
    given(opened(by=SCHOOL), stated).when(state_identity, by=TOWN, on=TODAY).then_nothing()
    given(opened(by=SCHOOL), stated).when(state_identity, by=OTHER_SCHOOL, on=TODAY).then(
        happened(IdentityStated, stated_by=OTHER_SCHOOL)
    )


def test_how_the_family_is_reached_is_sealed_as_contact() -> None:
    given(opened()).when(state_contact, by=TOWN, on=TODAY).then(
        happened(ContactStated, guardian_phone="13000000000", address="某路1号")
    )
    fields = set(ContactStated.model_fields) - {"child_ref"}
    assert set(ContactStated.SENSITIVE) == fields
    assert {mark.category for mark in ContactStated.SENSITIVE.values()} == {Category.CONTACT}
    assert StateContact.STATES is Category.CONTACT


@pytest.mark.parametrize("ground", TIER_GROUND.labels)
def test_p20_a_ground_raises_the_tier_and_is_sealed_with_the_categories(ground: str) -> None:
    """父母双方或一方严重残疾、儿童残疾、心理或行为异常：每两周联系、每月走访。"""
    grounded = classify.model_copy(update={"grounds": (ground,)})
    (event,) = (
        given(opened())
        .when(grounded, by=TOWN, on=TODAY)
        .then(happened(ChildClassified, tier="ENHANCED", in_scope=True, raises_tier=True))
    )
    state = folded(CHILD_FILE, opened(), event)
    assert (state.tier, state.in_scope) == (Tier.ENHANCED, True)
    sealed = {each for each in event.SENSITIVE if event.category_of(each) is event.category}
    assert sealed == {"categories", "grounds", "basis", "certifier"}


def classified(**changes: Any) -> ChildClassified:
    found = given().when(classify.model_copy(update=changes), by=TOWN, on=TODAY)
    (event,) = found.then(happened(ChildClassified))
    assert isinstance(event, ChildClassified)
    return event


def test_without_a_ground_the_tier_is_the_base() -> None:
    state = folded(CHILD_FILE, opened(), classified())
    assert (state.tier, state.in_scope) == (Tier.BASE, True)


def test_a_migrant_child_alone_is_not_in_scope() -> None:
    """两类儿童: the plan is for left-behind children and children in difficulty."""
    assert not folded(CHILD_FILE, opened(), classified(categories=("MIGRANT",))).in_scope
    assert folded(CHILD_FILE, opened(), classified(categories=("MIGRANT", "ORPHAN"))).in_scope


def test_a_classification_that_is_over_leaves_the_others() -> None:
    one, other = UUID(int=1), UUID(int=2)
    raised = classified(entry=one, grounds=("CHILD_CONCERN",), since=TODAY)
    plain = classified(entry=other, categories=("ORPHAN",))
    over = classified(entry=one, grounds=("CHILD_CONCERN",), since=TODAY, until=TODAY)
    assert folded(CHILD_FILE, opened(), raised, plain).tier is Tier.ENHANCED
    after = folded(CHILD_FILE, opened(), raised, plain, over)
    assert (after.tier, after.in_scope) == (Tier.BASE, True)
    assert not folded(CHILD_FILE, opened(), raised, over).in_scope


def test_the_towns_register_is_replaced_as_a_whole() -> None:
    first = classified(grounds=("CHILD_DISABLED",))
    assert folded(CHILD_FILE, opened(), first, classified()).tier is Tier.BASE


def test_an_end_before_the_start_is_refused() -> None:
    backwards = classify.model_copy(update={"since": TODAY, "until": TODAY - timedelta(days=1)})
    given(opened()).when(backwards, by=TOWN, on=TODAY).then_refused("CLASSIFIED_BACKWARDS")


def test_a_health_finding_raises_the_tier_until_it_is_over() -> None:
    on = SetTierTrigger(child_ref=CHILD, trigger=UUID(int=1), active=True)
    (raised,) = (
        given(opened()).when(on, by=HUB, on=TODAY).then(happened(TierComputed, tier="ENHANCED"))
    )
    given(opened(), raised).when(on, by=HUB, on=TODAY).then_nothing()
    off = on.model_copy(update={"active": False})
    given(opened(), raised).when(off, by=HUB, on=TODAY).then(happened(TierComputed, tier="BASE"))
    still = classified(grounds=("PARENT_DISABLED",))
    given(opened(), raised, still).when(off, by=HUB, on=TODAY).then(
        happened(TierComputed, tier="ENHANCED")
    )


def test_p15_a_child_that_can_return_is_listed_for_follow_up_until_it_is_taken_off() -> None:
    """可回归家庭的纳入重点关注对象，定期跟踪回访。"""
    listing = ListForFollowUp(child_ref=CHILD, until=TODAY)
    (listed,) = given(opened()).when(listing, by=HUB, on=TODAY).then(happened(FollowUpListed))
    assert folded(CHILD_FILE, opened(), listed).followed_up
    given(opened(), listed).when(listing, by=HUB, on=TODAY).then_nothing()
    end = EndFollowUp(child_ref=CHILD)
    (ended,) = given(opened(), listed).when(end, by=HUB, on=TODAY).then(happened(FollowUpEnded))
    given(opened(), listed, ended).when(end, by=HUB, on=TODAY).then_nothing()


# Stating a record never creates rights


@every_seat
def test_stating_a_record_never_creates_rights(actor: str) -> None:
    """Whoever states identity, contact or categories is no more responsible than before."""
    history: list[Event] = []
    for command in (state_identity, state_contact, classify):
        history += given(*history).when(command, by=actor, on=TODAY).events
    assert len(history) == 3
    assert folded(CHILD_FILE, *history).responsible == frozenset()


@every_seat
def test_p27_only_education_confirms_enrolment(actor: str) -> None:
    """教育、公安、民政信息共享: enrolment comes from education's roll, and from nowhere else."""
    outcome = given(opened()).when(confirm_enrolment, by=actor, on=TODAY)
    if seat_of(actor) is Seat.EDUCATION:
        events = outcome.then(happened(EnrolmentConfirmed, school=SCHOOL, since=TODAY))
        assert folded(CHILD_FILE, *events).responsible == {SCHOOL}
    else:
        outcome.then_refused("ENROLMENT_NOT_EDUCATION")


@every_seat
def test_p27_only_education_ends_enrolment(actor: str) -> None:
    outcome = given(opened(), enrolled()).when(end_enrolment, by=actor, on=TODAY)
    if seat_of(actor) is Seat.EDUCATION:
        events = outcome.then(happened(EnrolmentEnded, school=SCHOOL, until=TODAY))
        assert folded(CHILD_FILE, enrolled(), *events).responsible == frozenset()
    else:
        outcome.then_refused("ENROLMENT_NOT_EDUCATION")


def test_a_transfer_ends_the_old_enrolment_before_the_new_one_begins() -> None:
    """转学: the old school loses its standing scope on the day the new one gains its own."""
    began = date(2026, 3, 2)
    transfer = confirm_enrolment.model_copy(update={"school": OTHER_SCHOOL, "since": began})
    events = (
        given(enrolled(SCHOOL))
        .when(transfer, by=EDUCATION, on=TODAY)
        .then(
            happened(EnrolmentEnded, school=SCHOOL, until=began),
            happened(EnrolmentConfirmed, school=OTHER_SCHOOL, since=began),
        )
    )
    assert folded(CHILD_FILE, enrolled(SCHOOL), *events).responsible == {OTHER_SCHOOL}


def test_the_same_school_confirmed_again_ends_nothing() -> None:
    given(enrolled()).when(confirm_enrolment, by=EDUCATION, on=TODAY).then(
        happened(EnrolmentConfirmed, school=SCHOOL)
    )


@pytest.mark.parametrize("history", [(), (enrolled(OTHER_SCHOOL),)], ids=["none", "another"])
def test_an_enrolment_that_is_not_the_current_one_cannot_end(history: tuple[Event, ...]) -> None:
    given(*history).when(end_enrolment, by=EDUCATION, on=TODAY).then_refused(
        "ENROLMENT_OTHER_SCHOOL"
    )


def test_a_late_ending_of_the_old_school_leaves_the_new_one() -> None:
    ended = EnrolmentEnded(child_ref=CHILD, school=SCHOOL, until=TODAY, reason=None)
    assert folded(CHILD_FILE, enrolled(OTHER_SCHOOL), ended).school == OTHER_SCHOOL


@every_seat
def test_p17_only_town_or_police_confirm_residence(actor: str) -> None:
    """全面核查: 居住地 from the town or the police; then town, village and beat answer."""
    outcome = given(opened()).when(confirm_residence, by=actor, on=TODAY)
    if seat_of(actor) in (Seat.TOWN, Seat.POLICE, Seat.POLICE_STATION):
        events = outcome.then(
            happened(
                ResidenceConfirmed,
                town=TOWN_CODE,
                village=VILLAGE_CODE,
                police_station=STATION,
                since=TODAY,
            )
        )
        assert folded(CHILD_FILE, *events).responsible == {TOWN, VILLAGE, STATION}
    else:
        outcome.then_refused("RESIDENCE_NOT_TOWN_OR_POLICE")


def test_a_town_confirms_residence_in_itself_only() -> None:
    """No town makes another responsible, nor takes a child from it by a record of its own."""
    given(opened()).when(confirm_residence, by=OTHER_TOWN, on=TODAY).then_refused(
        "RESIDENCE_OTHER_TOWN"
    )


def test_who_moves_leaves_the_old_town_village_and_beat() -> None:
    moved = confirm_residence.model_copy(
        update={
            "town": OTHER_TOWN_CODE,
            "village": OTHER_VILLAGE_CODE,
            "police_station": OTHER_STATION,
        }
    )
    events = given(resident()).when(moved, by=POLICE, on=TODAY).then(happened(ResidenceConfirmed))
    assert folded(CHILD_FILE, resident(), *events).responsible == {
        OTHER_TOWN,
        f"village:{OTHER_VILLAGE_CODE}",
        OTHER_STATION,
    }


def test_where_the_child_lives_does_not_change_where_it_learns() -> None:
    both = folded(CHILD_FILE, enrolled(), resident())
    assert both.responsible == {SCHOOL, TOWN, VILLAGE, STATION}
    assert folded(CHILD_FILE, resident(), enrolled()) == both


def test_until_something_is_confirmed_nobody_is_responsible() -> None:
    """Then the child stands on civil affairs' unassigned list."""
    assert ChildFile().responsible == frozenset()
    assert folded(CHILD_FILE, opened()).responsible == frozenset()


@pytest.mark.parametrize("actor", [TOWN, POLICE, STATION])
def test_a_village_of_another_town_is_refused(actor: str) -> None:
    """Else a slip of the pen would give another town's village a standing scope."""
    foreign = confirm_residence.model_copy(update={"village": OTHER_VILLAGE_CODE})
    given(opened()).when(foreign, by=actor, on=TODAY).then_refused("VILLAGE_NOT_IN_TOWN")
