"""成长导师、互助伙伴、一对一结对 (plan 二1 P04, 二4 P28).

P04: 学校要把农村留守儿童和困境儿童作为重点关爱对象，为他们优选配备一名成长导师和一名互助伙伴.
P28: 推动建立学校教师、志愿者等与农村留守儿童和困境儿童“一对一”结对关爱帮扶机制.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from domain.child_file import ChildFile, Classes
from domain.kernel import Category, Command, Event, Recorded
from domain.mentoring import (
    BY_SCHOOL,
    ENDED_FOR,
    MENTORING,
    ROLE,
    WANTED,
    EndedFor,
    EndPair,
    KeyCareEnded,
    KeyCareNoted,
    Pair,
    Paired,
    PairEnded,
    PairMet,
    RecordPairContact,
    ReviewKeyCare,
    Role,
    mentoring_id,
)
from domain.organisations import HUB
from domain.registry import AT_ONCE
from tests.domain.invented import CHILD, EVERY_SEAT, OTHER_SCHOOL, SCHOOL
from tests.domain.pools import RULES, OneStation
from tests.specification import as_recorded, at_noon, circumstances, given, happened
from tests.together import all_of

TODAY = date(2026, 3, 31)
PUPIL = ChildFile(
    opened=True, school=SCHOOL, classes={None: Classes(in_scope=True, raises_tier=False)}
)
NOT_IN_SCOPE = replace(PUPIL, classes={})
AT_NO_SCHOOL = replace(PUPIL, school=None)
MOVED = replace(PUPIL, school=OTHER_SCHOOL)

review = ReviewKeyCare(child_ref=CHILD)
pair = Pair(child_ref=CHILD, role=Role.MENTOR, since=TODAY, who="示例老师", note="熟悉学生")
end = EndPair(child_ref=CHILD, role=Role.MENTOR, until=TODAY, reason=EndedFor.LEFT)
meet = RecordPairContact(child_ref=CHILD, role=Role.MENTOR, met_on=TODAY, account="谈心")


def by(role: Role = Role.MENTOR, on: date = TODAY) -> datetime:
    return RULES.due(RULES.clocks[WANTED[role]].within, at_noon(on))


def noted(school: str = SCHOOL, *wanted: Role) -> KeyCareNoted:
    return KeyCareNoted(
        child_ref=CHILD, school=school, wanted=wanted or tuple(WANTED), appoint_by=by()
    )


NOTED = noted()
PAIRED = Paired(**pair.model_dump(), school=SCHOOL)
NOT_YOURS, NOT_PAIRED, BY_HUB = "PUPIL_NOT_YOURS", "NOT_PAIRED", "KEY_CARE_BY_HUB"


def ended(why: EndedFor = EndedFor.LEFT, appoint_by: datetime | None = None) -> PairEnded:
    return PairEnded(
        child_ref=CHILD,
        school=SCHOOL,
        role=Role.MENTOR,
        until=TODAY,
        ended_for=why,
        appoint_by=appoint_by,
    )


MET = PairMet(**meet.model_dump(), school=SCHOOL)

HISTORIES: dict[str, tuple[Event, ...]] = {
    "none": (),
    "noted": (NOTED,),
    "paired": (NOTED, PAIRED),
    "paired, not in key care": (PAIRED,),
    "ended": (NOTED, PAIRED, ended(appoint_by=by())),
}
ACTIONS: dict[str, Command] = {"review": review, "pair": pair, "end": end, "meet": meet}
DONE: dict[tuple[str, str], tuple[Event, ...]] = {
    ("none", "review"): (NOTED,),
    ("noted", "review"): (),
    ("paired", "review"): (),
    ("ended", "review"): (),
    ("paired, not in key care", "review"): (noted(SCHOOL, Role.PEER),),
    **{(state, "pair"): (PAIRED,) for state in ("none", "noted", "ended")},
    **{
        (state, "pair"): (ended(EndedFor.REPLACED), PAIRED)
        for state in ("paired", "paired, not in key care")
    },
    ("paired", "end"): (ended(appoint_by=by()),),
    ("paired, not in key care", "end"): (ended(),),
    **{(state, "meet"): (MET,) for state in ("paired", "paired, not in key care")},
}


@pytest.mark.parametrize("state", HISTORIES)
@pytest.mark.parametrize("action", ACTIONS)
@all_of("role", sorted({*EVERY_SEAT, OTHER_SCHOOL, HUB}))
def test_who_may_do_what_with_a_pairing_in_which_state(state: str, action: str, role: str) -> None:
    outcome = given(*HISTORIES[state]).when(ACTIONS[action], by=role, on=TODAY, child=PUPIL)
    may = HUB if action == "review" else SCHOOL
    if role != may:
        refused = outcome.then_refused(BY_HUB if action == "review" else NOT_YOURS)
        assert refused.text.endswith("。")
    elif (events := DONE.get((state, action))) == ():
        outcome.then_nothing()
    elif events is not None:
        outcome.then(*events)
    else:
        outcome.then_refused(NOT_PAIRED)


# Whose key care


def test_p04_the_school_is_told_whom_to_care_for_and_nothing_of_why() -> None:
    (event,) = given().when(review, by=HUB, on=TODAY, child=PUPIL).then(NOTED)
    assert event.category is Category.CLASSIFICATION
    assert {name: mark.flag for name, mark in event.SENSITIVE.items()} == {"notice": True}


@pytest.mark.parametrize("child", [NOT_IN_SCOPE, AT_NO_SCHOOL, ChildFile()])
def test_of_others_nobody_is_told(child: ChildFile) -> None:
    given().when(review, by=HUB, on=TODAY, child=child).then_nothing()


@pytest.mark.parametrize("child", [NOT_IN_SCOPE, AT_NO_SCHOOL])
def test_it_ends_with_the_scope_or_the_school(child: ChildFile) -> None:
    outcome = given(NOTED).when(review, by=HUB, on=TODAY, child=child)
    outcome.then(KeyCareEnded(child_ref=CHILD, school=SCHOOL))


def test_p04_who_changes_school_is_asked_for_at_the_new_one() -> None:
    outcome = given(NOTED, PAIRED).when(review, by=HUB, on=TODAY, child=MOVED)
    outcome.then(
        KeyCareEnded(child_ref=CHILD, school=SCHOOL),
        ended(EndedFor.OTHER_SCHOOL),
        noted(OTHER_SCHOOL),
    )


def test_who_has_a_mentor_already_needs_a_companion_only() -> None:
    outcome = given(PAIRED).when(review, by=HUB, on=TODAY, child=PUPIL)
    outcome.then(happened(KeyCareNoted, wanted=(Role.PEER,)))


# Who is paired


def test_p04_when_a_mentor_leaves_another_one_is_to_be_found_in_time() -> None:
    outcome = given(NOTED, PAIRED).when(end, by=SCHOOL, on=TODAY, child=PUPIL)
    outcome.then(ended(appoint_by=by()))


def test_a_new_one_takes_the_place_of_the_one_before() -> None:
    later = pair.model_copy(update={"since": TODAY + timedelta(days=9), "who": "另一老师"})
    on = TODAY + timedelta(days=9)
    (over, _) = (
        given(NOTED, PAIRED)
        .when(later, by=SCHOOL, on=on, child=PUPIL)
        .then(happened(PairEnded, ended_for=EndedFor.REPLACED), happened(Paired))
    )
    assert isinstance(over, PairEnded)
    assert over.appoint_by is None
    corrected = given(NOTED, PAIRED).when(
        pair.model_copy(update={"note": "更正"}),
        by=SCHOOL,
        on=TODAY,
        child=PUPIL,
        correction=True,
    )
    corrected.then(happened(Paired))


def test_p28_teachers_and_volunteers_are_paired_one_to_one() -> None:
    for role in (Role.TEACHER, Role.VOLUNTEER):
        asked = pair.model_copy(update={"role": role, "checked": True})
        given().when(asked, by=SCHOOL, on=TODAY, child=NOT_IN_SCOPE).then(
            happened(Paired, role=role)
        )


def test_p28_no_volunteer_is_paired_who_was_not_asked_about() -> None:
    """从业查询 (未保法 62): whoever comes close to minors is asked about first."""
    asked = pair.model_copy(update={"role": Role.VOLUNTEER})
    refused = given().when(asked, by=SCHOOL, on=TODAY, child=PUPIL)
    assert "从业查询" in refused.then_refused("VOLUNTEER_NOT_CHECKED").text


@pytest.mark.parametrize(
    ("asked", "changes", "code"),
    [
        (pair, {"since": TODAY + timedelta(days=1)}, "PAIRED_IN_FUTURE"),
        (pair, {"since": TODAY - timedelta(days=1)}, "PAIRED_BEFORE"),
        (end, {"until": TODAY + timedelta(days=1)}, "PAIR_ENDED_IN_FUTURE"),
        (end, {"until": TODAY - timedelta(days=1)}, "PAIR_ENDED_BEFORE"),
        (meet, {"met_on": TODAY + timedelta(days=1)}, "PAIR_MET_IN_FUTURE"),
        (meet, {"met_on": TODAY - timedelta(days=1)}, NOT_PAIRED),
    ],
)
def test_days_that_cannot_be_are_refused(
    asked: Command, changes: dict[str, Any], code: str
) -> None:
    outcome = given(NOTED, PAIRED).when(
        asked.model_copy(update=changes), by=SCHOOL, on=TODAY, child=PUPIL
    )
    assert outcome.then_refused(code).text.endswith("。")


def test_who_it_is_and_what_they_did_stay_sealed() -> None:
    for event in (PAIRED, MET):
        assert {event.category_of(name) for name in event.SENSITIVE} == {Category.SCHOOLING}
    assert set(PAIRED.SENSITIVE) == {"who", "note"}


# The clocks


def clocks(event: Event) -> list[tuple[str, str]]:
    found = []
    for reaction in AT_ONCE[event.TOPIC]:
        for each in reaction.then(event, recorded(event), OneStation()):
            found.append((type(each).__name__, each.model_dump()["kind"]))
    return found


def recorded(event: Event) -> Recorded:
    return as_recorded(event, mentoring_id(CHILD), 1, circumstances(SCHOOL, TODAY))


def test_p04_each_is_to_be_found_by_its_clock() -> None:
    assert clocks(NOTED) == [("SetDeadline", kind) for kind in WANTED.values()]
    assert clocks(noted(SCHOOL, Role.PEER)) == [("SetDeadline", "appoint_peer")]
    assert clocks(PAIRED) == [("MeetDeadline", "appoint_mentor")]
    assert clocks(ended(appoint_by=by())) == [("SetDeadline", "appoint_mentor")]
    assert clocks(ended()) == []
    assert clocks(PAIRED.model_copy(update={"role": Role.TEACHER})) == []
    over = KeyCareEnded(child_ref=CHILD, school=SCHOOL)
    assert clocks(over) == [("CancelDeadline", kind) for kind in WANTED.values()]


def test_every_role_and_reason_has_its_word() -> None:
    assert set(ROLE.labels) == set(Role)
    assert set(ENDED_FOR.labels) == set(EndedFor)
    assert set(BY_SCHOOL.labels) < set(EndedFor)
    assert MENTORING.codes["ended_for"] is ENDED_FOR
