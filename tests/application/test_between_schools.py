"""A pupil between two schools, and a child on no roll: the clock, and what follows when nobody has
it (plan 二4 P26; domain reference §3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from domain.identity import IdentityClaim
from domain.referral import AcceptReferral, CompleteReferral
from domain.suspicion import NoteSuspicion
from hub.application import SYSTEM
from hub.bootstrap import Program
from tests.program import (
    EDUCATION,
    OTHER_SCHOOL,
    OTHER_SCHOOL_NAME,
    OTHER_TOWN,
    OTHER_VILLAGE_CODE,
    SCHOOL,
    SCHOOL_NAME,
    START,
    STATION,
    TOWN,
    actor,
    at,
    child_of,
    enrolled,
    pupil,
    reader,
    resident,
    send,
    take,
    topics,
)

CHILD = pupil(1)
CLAIM = IdentityClaim("", id_number=CHILD["id_number"])


def left(**changes: Any) -> dict[str, Any]:
    """A line of 学籍变动登记."""
    return {**CHILD, "school": SCHOOL_NAME, "change": "转出", "until": "2025-03-03", **changes}


def on_roll(hub: Program) -> None:
    send(hub, EDUCATION, "education.roll", enrolled(CHILD))
    send(hub, TOWN, "town.residence", resident(CHILD))
    hub.settle()


def days_later(hub: Program, days: int) -> None:
    at(hub, START + timedelta(days=days))
    hub.settle()


def tasks(hub: Program, organisation: str) -> list[str]:
    return [each.kind for each in hub.queries.inbox(reader(organisation)).items]


def test_nobody_has_the_pupil_and_police_and_town_look_for_it(hub: Program) -> None:
    on_roll(hub)
    send(hub, EDUCATION, "education.leaving", left(outside="示例外区学校"))
    hub.settle()
    assert hub.queries.find_child(reader(SCHOOL), CLAIM) is not None, "its school answers for it"
    days_later(hub, 13)
    assert tasks(hub, STATION) == []
    days_later(hub, 15)
    assert tasks(hub, STATION) == ["trace_dropout"]
    assert tasks(hub, TOWN) == ["persuade_dropout"]


def test_the_next_school_sees_what_is_handed_over_and_the_first_answers_until_its_roll(
    hub: Program,
) -> None:
    on_roll(hub)
    send(hub, EDUCATION, "education.leaving", left(receiver=OTHER_SCHOOL_NAME))
    hub.settle()
    for school in (SCHOOL, OTHER_SCHOOL):
        assert hub.queries.find_child(reader(school), CLAIM) is not None, school
    send(hub, EDUCATION, "education.roll", enrolled(CHILD, OTHER_SCHOOL_NAME, since="2025-03-03"))
    hub.settle()
    assert hub.queries.find_child(reader(SCHOOL), CLAIM) is None
    days_later(hub, 40)
    assert "dropout.suspected.v1" not in topics(hub)
    assert tasks(hub, STATION) == []


def test_a_letter_from_outside_ends_it(hub: Program) -> None:
    on_roll(hub)
    send(
        hub,
        EDUCATION,
        "education.leaving",
        left(outside="示例外区学校", letter="（外区）回执1号"),
    )
    hub.settle()
    assert hub.queries.find_child(reader(SCHOOL), CLAIM) is None
    days_later(hub, 40)
    assert "dropout.suspected.v1" not in topics(hub)


def test_whether_a_child_who_lives_here_has_entered_is_found_out_before_anybody_is_told(
    hub: Program,
) -> None:
    """Its receipt tells the town nothing: the clock starts afterwards."""
    send(hub, TOWN, "town.residence", resident(CHILD))
    hub.settle()
    days_later(hub, 15)
    assert {each.kind for each in hub.queries.overdue(reader(TOWN)).items} == {"enrol_at_entry"}
    assert tasks(hub, STATION) == []
    (task,) = hub.queries.inbox(reader(EDUCATION)).items
    assert task.kind == "check_enrolment"
    hub.hub.command(AcceptReferral(referral_id=UUID(task.id)), actor(EDUCATION))
    hub.settle()
    (shown,) = hub.queries.inbox(reader(EDUCATION)).items
    file = hub.queries.child_file(reader(EDUCATION), shown.child_ref)
    assert file is not None
    assert file.fields["name"] == CHILD["name"]
    done = {"outcome": "NOT_ENROLLED", "happened_on": None, "account": None}
    complete = CompleteReferral.model_validate({"referral_id": task.id, **done})
    hub.hub.command(complete, actor(EDUCATION))
    hub.settle()
    assert tasks(hub, STATION) == ["trace_dropout"]


def test_a_child_at_a_school_outside_is_not(hub: Program) -> None:
    send(hub, TOWN, "town.residence", resident(CHILD))
    outside = {**CHILD, "no_roll": "区外就读", "outside": "示例外区学校", "proof": "示1号"}
    send(hub, EDUCATION, "education.not_on_roll", outside)
    hub.settle()
    days_later(hub, 40)
    assert "dropout.suspected.v1" not in topics(hub)


def test_two_receivers_are_refused_in_the_senders_words(hub: Program) -> None:
    on_roll(hub)
    both = left(receiver=OTHER_SCHOOL_NAME, outside="示例外区学校")
    answer = take(hub, EDUCATION, "education.leaving", both)
    assert [fault.code for fault in answer.faults] == ["LEAVING_RECEIVERS"]


def test_the_clock_goes_with_the_child_to_another_town(hub: Program) -> None:
    send(hub, TOWN, "town.residence", resident(CHILD))
    hub.settle()
    moved = {**CHILD, "village": OTHER_VILLAGE_CODE, "since": "2025-03-03"}
    send(hub, OTHER_TOWN, "town.residence", {**resident(CHILD), **moved})
    hub.settle()
    days_later(hub, 15)
    (clock,) = (
        each
        for each in hub.queries.overdue(reader(OTHER_TOWN)).items
        if each.kind == "enrol_at_entry"
    )
    assert clock.owner == OTHER_TOWN


def test_what_was_deferred_after_nobody_came_is_asked_about_again(hub: Program) -> None:
    """延缓入学, said once the clock was missed: it is over, and runs anew from the last day."""
    send(hub, TOWN, "town.residence", resident(CHILD))
    hub.settle()
    days_later(hub, 15)
    deferred = {**CHILD, "no_roll": "延缓入学", "until": "2025-05-30", "proof": "示1号"}
    send(hub, EDUCATION, "education.not_on_roll", deferred)
    hub.settle()
    assert hub.queries.overdue(reader(TOWN)).items == ()
    days_later(hub, 120)
    owed = hub.queries.overdue(reader(TOWN)).items
    assert "enrol_at_entry" in {each.kind for each in owed}


def test_where_education_is_told_nothing_the_line_is_taken_all_the_same(hub: Program) -> None:
    """A refusal would tell it that it is 利害关系单位, and lose that the pupil left."""
    on_roll(hub)
    child = UUID(child_of(hub, CHILD))
    suspicion = NoteSuspicion(
        child_ref=child,
        source=UUID(int=7),
        guardian_is_suspect=False,
        conflicted_organisations=(EDUCATION,),
    )
    hub.hub.command(suspicion, SYSTEM)
    hub.settle()
    send(hub, EDUCATION, "education.leaving", left(receiver=OTHER_SCHOOL_NAME))
    hub.settle()
    assert "child_file.leaving_noted.v1" in topics(hub)
    assert "move.announced.v1" not in topics(hub)
