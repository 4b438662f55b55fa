"""保障申请: what it asks of others, its clocks, and of some schemes one. Plan P22, P23, P25."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.aid_choice import AID_CHOICE, LeaveChoice, TakeChoice, aid_choice_id
from domain.aid_codes import Applicant
from domain.aid_events import (
    AidApplied,
    AidEnded,
    AidEvent,
    AidGranted,
    AidRefused,
    AidVerified,
    EndAid,
    GrantAid,
    VerifyAid,
)
from domain.aid_rules import possible_schemes
from domain.calendar import end_of_day_utc
from domain.child_file import ChildClassified, ChildFile, ClassifyChild
from domain.deadline import deadline_id
from domain.deadline_state import Deadline
from domain.deadline_stream import DEADLINE
from domain.health import DisabilityCertified, RecordDisability
from domain.kernel import Actor, Category, Command, Event, Refused
from domain.organisations import HUB, Post
from domain.reactions.aid import (
    AGE,
    CHECK,
    CHECK_DISABILITY,
    GIVE,
    LINK_CHARITY,
    REVIEW,
    aid_task,
    when_a_certified_category_may_entitle_then_the_village_looks,
    when_a_disability_is_certified_then_the_federation_looks_what_is_needed,
    when_a_need_remains_then_the_town_looks_for_a_charity,
    when_a_suspected_guardian_applies_then_civil_affairs_find_another_applicant,
    when_aid_goes_on_then_the_next_of_its_clocks_runs,
    when_aid_is_applied_for_then_it_is_verified,
    when_aid_is_decided_then_the_task_is_done,
    when_aid_is_granted_then_the_choice_is_taken,
    when_aid_is_over_then_its_clocks_are,
    when_aid_is_over_then_the_choice_is_free,
    when_aid_is_verified_then_it_is_decided,
    when_an_application_ends_then_nobody_is_asked_any_more,
)
from domain.referral import CompleteReferral, RequestReferral, WithdrawReferral
from domain.registry import TOGETHER
from tests.domain.aid import (
    APPLICATION,
    COURSES,
    FEDERATION,
    IMPLANT,
    LEADER,
    LIVES_HERE,
    RULES,
    SUSPECTED,
    TODAY,
    apply,
    end,
    give,
    grant,
    refuse,
    review,
    verify,
)
from tests.domain.invented import (
    CHILD,
    CIVIL_AFFAIRS,
    EVERY_SEAT,
    TOWN,
    TOWN_CODE,
    VILLAGE,
    VILLAGE_CODE,
)
from tests.domain.pools import OneStation
from tests.specification import Journal, as_recorded, circumstances, given

# Of some schemes one


def test_p22_a_second_one_is_refused_until_the_first_ended() -> None:
    """沪府规〔2025〕11号: choosing 散居孤儿 or 监护缺失或不当 cover ends 特困; the refusal offers
    the choice, and nothing of the grant is recorded."""
    journal = Journal(places=OneStation(), together=TOGETHER)
    other = UUID(int=72)
    destitute = {"application_id": other, "scheme": "DESTITUTE"}

    def carry(command: Any, by: Any = None) -> list[Any]:
        by = by or (CIVIL_AFFAIRS if isinstance(command, VerifyAid | EndAid) else VILLAGE)
        return journal.carry_out(command, by=by, on=TODAY)

    for changes in ({}, destitute):
        carry(apply(by=Applicant.RELATIVE).model_copy(update=changes))
        carry(verify().model_copy(update=changes))
    carry(grant(), LEADER)
    second = grant(yuan=2000).model_copy(update=destitute)
    with pytest.raises(Refused) as refused:
        carry(second, LEADER)
    assert refused.value.code == "AID_CHOICE"
    assert "另行选择" in refused.value.text
    assert journal.states(AID_CHOICE)(aid_choice_id(CHILD)).held == {"BASIC_LIVING": APPLICATION}
    carry(end(reason="CHOICE"))
    carry(second, LEADER)
    assert journal.states(AID_CHOICE)(aid_choice_id(CHILD)).held == {"BASIC_LIVING": other}


def test_only_the_hub_takes_and_leaves_a_choice() -> None:
    about_choice: dict[str, Any] = {
        "child_ref": CHILD,
        "choose_one": "BASIC_LIVING",
        "application": APPLICATION,
    }
    for command in (TakeChoice(**about_choice), LeaveChoice(**about_choice)):
        for actor in EVERY_SEAT:
            given().when(command, by=actor, on=TODAY).then_refused("AID_CHOICE_BY_HUB")
    given().when(LeaveChoice(**about_choice), by=HUB, on=TODAY).then_nothing()


def test_schemes_that_do_not_exclude_each_other_are_granted_side_by_side() -> None:
    groups = {code: row.choose_one for code, row in RULES.benefits.items() if row.choose_one}
    assert groups == dict.fromkeys(("SPECIAL_CHILD", "DESTITUTE"), "BASIC_LIVING")
    event = next(each for each in COURSES[IMPLANT]["granted"] if isinstance(each, AidGranted))
    assert asked(when_aid_is_granted_then_the_choice_is_taken, event) == []
    assert asked(when_aid_is_over_then_the_choice_is_free, COURSES[IMPLANT]["ended"][-1]) == []


# Clocks


def clock(journal: Journal, kind: str) -> Deadline:
    return journal.states(DEADLINE)(deadline_id(APPLICATION, kind))


def course_of(scheme: str, *more: Command) -> Journal:
    journal = Journal(places=OneStation(), together=TOGETHER)
    decider = FEDERATION if scheme == IMPLANT else CIVIL_AFFAIRS
    for command in (apply(scheme, Applicant.RELATIVE), verify(scheme), grant(scheme), *more):
        by: Any = decider
        if isinstance(command, GrantAid):
            by = Actor(decider, Post.DUTY_LEADER.value, "leader")
        journal.carry_out(command, by=by, on=TODAY)
    return journal


def test_what_is_granted_is_reviewed_by_its_interval_until_it_ends() -> None:
    due = end_of_day_utc(RULES.last_day(RULES.benefits["SPECIAL_CHILD"].review, TODAY))  # type: ignore[arg-type]
    journal = course_of("SPECIAL_CHILD")
    assert clock(journal, REVIEW).due_at == due
    later = TODAY + timedelta(days=90)
    journal.carry_out(
        review().model_copy(update={"reviewed_on": later}), by=CIVIL_AFFAIRS, on=later
    )
    assert clock(journal, REVIEW).unfinished
    assert (clock(journal, REVIEW).due_at or due) > due
    journal.carry_out(end(), by=CIVIL_AFFAIRS, on=later)
    assert not clock(journal, REVIEW).unfinished


def test_p25_what_is_granted_in_kind_is_to_be_given_and_then_followed_up() -> None:
    journal = course_of(IMPLANT)
    assert clock(journal, GIVE).unfinished
    assert not clock(journal, REVIEW).unfinished
    journal.carry_out(give(), by=FEDERATION, on=TODAY)
    assert not clock(journal, GIVE).unfinished
    assert clock(journal, REVIEW).unfinished


def test_past_an_age_somebody_looks_and_nothing_ends_by_itself() -> None:
    """18 continues in study (沪府规〔2025〕11号): a clock, and never an end."""
    born = ChildFile(opened=True, town=TOWN_CODE, birth_month="2009-05")
    (event,) = (
        given(*COURSES["SPECIAL_CHILD"]["verified"])
        .when(grant(), by=LEADER, on=TODAY, child=born)
        .events
    )
    assert isinstance(event, AidGranted)
    assert event.ends_by == end_of_day_utc(date(2027, 5, 28))
    clocks = asked(when_aid_goes_on_then_the_next_of_its_clocks_runs, event)
    assert [each.kind for each in clocks] == [REVIEW, REVIEW, AGE]
    assert clocks[-1].owner == TOWN
    over = asked(when_aid_is_over_then_its_clocks_are, COURSES["SPECIAL_CHILD"]["ended"][-1])
    assert {each.kind for each in over} == {GIVE, REVIEW, AGE}


def test_a_corrected_record_moves_no_clock() -> None:
    (event, *_) = [
        each for each in COURSES["SPECIAL_CHILD"]["granted"] if isinstance(each, AidGranted)
    ]
    first = as_recorded(event, APPLICATION, 1, circumstances(LEADER, TODAY))
    again = as_recorded(event, APPLICATION, 2, circumstances(LEADER, TODAY), first)
    reaction = when_aid_goes_on_then_the_next_of_its_clocks_runs
    assert reaction.then(event, first, OneStation())
    assert not reaction.then(event, again, OneStation())


# What it asks of others


def asked(reaction: Any, event: Event, by: str = VILLAGE) -> list[Any]:
    cause = as_recorded(event, APPLICATION, 1, circumstances(by, TODAY))
    return list(reaction.then(event, cause, OneStation()))


def one(history: str, kind: type[Event], scheme: str = "SPECIAL_CHILD") -> Any:
    return next(each for each in COURSES[scheme][history] if isinstance(each, kind))


def test_what_is_applied_for_goes_to_whoever_verifies_and_then_to_whoever_decides() -> None:
    """街镇核验 → 区民政审批; whoever took it down hears what became of it."""
    (task,) = asked(when_aid_is_applied_for_then_it_is_verified, one("applied", AidApplied))
    assert isinstance(task, RequestReferral)
    assert (task.kind, task.addressee, task.sender) == ("verify_aid", TOWN, VILLAGE)
    done, task = asked(when_aid_is_verified_then_it_is_decided, one("verified", AidVerified), TOWN)
    assert isinstance(done, CompleteReferral)
    assert (done.referral_id, done.outcome) == (aid_task("verify_aid", APPLICATION), "MEETS")
    assert (task.kind, task.addressee, task.sender) == ("decide_aid", CIVIL_AFFAIRS, VILLAGE)
    for history, kind, outcome in (
        ("granted", AidGranted, "GRANTED"),
        ("refused", AidRefused, "REFUSED"),
    ):
        (done,) = asked(when_aid_is_decided_then_the_task_is_done, one(history, kind))
        assert (done.referral_id, done.outcome) == (aid_task("decide_aid", APPLICATION), outcome)


def test_what_is_incomplete_stays_with_whoever_verifies() -> None:
    event = one("incomplete", AidVerified)
    assert asked(when_aid_is_verified_then_it_is_decided, event, TOWN) == []


def test_p25_the_federation_assesses_and_decides_and_refers_nothing_to_itself() -> None:
    (task,) = asked(
        when_aid_is_applied_for_then_it_is_verified, one("applied", AidApplied, IMPLANT), FEDERATION
    )
    assert (task.kind, task.addressee, task.sender) == ("assess_disability_aid", FEDERATION, HUB)


def test_only_civil_affairs_are_told_that_another_applicant_is_wanted() -> None:
    reaction = when_a_suspected_guardian_applies_then_civil_affairs_find_another_applicant
    assert asked(reaction, one("applied", AidApplied)) == []
    (event,) = given().when(apply(), by=VILLAGE, on=TODAY, child=SUSPECTED).events
    (task,) = asked(reaction, event)
    assert (task.addressee, task.sender) == (CIVIL_AFFAIRS, HUB)
    assert RULES.referral_kind(task.kind).matter is Category.HARM
    assert RULES.referral_kind(task.kind).release == ()


def test_p23_where_a_need_remains_the_town_looks_for_a_charity() -> None:
    reaction = when_a_need_remains_then_the_town_looks_for_a_charity
    assert asked(reaction, one("refused", AidRefused)) == []
    for command in (refuse(need_remains=True), grant(need_remains=True)):
        (event,) = (
            given(*COURSES["SPECIAL_CHILD"]["verified"])
            .when(command, by=LEADER, on=TODAY, child=LIVES_HERE)
            .events
        )
        (task,) = asked(reaction, event)
        assert (task.kind, task.addressee) == (LINK_CHARITY, TOWN)


def test_a_withdrawn_application_is_asked_of_nobody_any_more() -> None:
    commands = asked(
        when_an_application_ends_then_nobody_is_asked_any_more, one("withdrawn", AidEnded)
    )
    assert all(isinstance(each, WithdrawReferral) for each in commands)
    kinds = ("verify_aid", "decide_aid", "another_applicant")
    assert [each.referral_id for each in commands] == [aid_task(k, APPLICATION) for k in kinds]


# Possible eligibility


def classify(*categories: str, until: date | None = None) -> ClassifyChild:
    return ClassifyChild(
        child_ref=CHILD, entry=UUID(int=9), categories=categories, since=TODAY, until=until
    )


def test_possible_eligibility_is_a_task_and_never_a_decision() -> None:
    """可能符合，请核实: the village is asked to look, and is told no scheme; which it may be is
    sealed under means, and nothing is applied for or granted."""
    reaction = when_a_certified_category_may_entitle_then_the_village_looks
    journal = Journal(places=OneStation(), together=TOGETHER)
    recorded = journal.carry_out(classify("ORPHAN"), by=CIVIL_AFFAIRS, on=TODAY)
    assert not any(isinstance(each.event, AidEvent) for each in recorded)
    (event,) = given().when(classify("ORPHAN"), by=CIVIL_AFFAIRS, on=TODAY).events
    assert isinstance(event, ChildClassified)
    assert event.may_qualify
    assert event.category_of("possible_aid") is Category.MEANS
    assert str(event.possible_aid).split(",") == [
        "SPECIAL_CHILD",
        "DESTITUTE",
        "MEDICAL",
        "EDUCATION",
    ]
    told_village = event.model_copy(update={"home_village": VILLAGE_CODE})
    (task,) = asked(reaction, told_village, CIVIL_AFFAIRS)
    assert (task.kind, task.addressee) == (CHECK, VILLAGE)
    assert RULES.referral_kind(CHECK).matter is Category.CLASSIFICATION
    (task,) = asked(reaction, event, CIVIL_AFFAIRS)
    assert task.addressee == CIVIL_AFFAIRS, "where no village is known"
    for silent in (classify("LEFT_BEHIND_RURAL"), classify("ORPHAN", until=TODAY), classify()):
        (event,) = given().when(silent, by=CIVIL_AFFAIRS, on=TODAY).events
        assert asked(reaction, event, CIVIL_AFFAIRS) == []


def test_which_schemes_may_apply_follows_from_the_policies_alone() -> None:
    assert possible_schemes(RULES.benefits, ["DIFFICULTY_ECONOMIC"]) == (
        "MINIMUM_LIVING",
        "MINIMUM_LIVING_MARGIN",
        "RIGID_EXPENDITURE",
        "TEMPORARY",
        "MEDICAL",
        "EDUCATION",
    )
    assert possible_schemes({}, ["ORPHAN"]) == possible_schemes(RULES.benefits, []) == ()


def test_p25_a_certified_disability_asks_the_federation_what_is_needed() -> None:
    command = RecordDisability(
        child_ref=CHILD,
        entry=UUID(int=9),
        disability_class="2",
        disability_grade="1",
        certificate_number=None,
        account=None,
    )
    (event, *_) = given().when(command, by=FEDERATION, on=TODAY).events
    assert isinstance(event, DisabilityCertified)
    reaction = when_a_disability_is_certified_then_the_federation_looks_what_is_needed
    (task,) = asked(reaction, event, FEDERATION)
    assert (task.kind, task.addressee, task.sender) == (CHECK_DISABILITY, FEDERATION, HUB)
