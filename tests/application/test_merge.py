"""Two files of one child: joined by a person, seen as one by whoever may, and apart again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.child_file import CHILD_FILE, ChildFile, ClassifyChild, NotePlacement
from domain.duplicate import ConfirmDuplicate, ReopenDuplicate
from domain.guardianship_codes import Care
from domain.identity import IdentityClaim
from domain.kernel import Command, Refused
from domain.organisations import Seat, seat_of
from hub.answers import Child
from hub.application import SYSTEM
from hub.bootstrap import Program
from tests.erasure.office import ask
from tests.program import (
    CIVIL_AFFAIRS,
    DISTRICT,
    EDUCATION,
    OTHER_SCHOOL,
    OTHER_TOWN,
    OTHER_VILLAGE,
    OTHER_VILLAGE_CODE,
    SCHOOL,
    START,
    STATION,
    TOWN,
    VILLAGE,
    VILLAGE_CODE,
    absent,
    actor,
    an_id_number,
    at,
    birth_date,
    enrolled,
    files,
    pupil,
    reader,
    resident,
    rows,
    send,
    take,
    topics,
    unnumbered,
    view_file,
)

pytestmark = pytest.mark.slow

NAME = "示同"
DISTRICT_WIDE = (Seat.CIVIL_AFFAIRS, Seat.EDUCATION, Seat.POLICE, Seat.PROCURATORATE)
EVERYBODY = tuple(each.id for each in DISTRICT)


def of_town(**changes: Any) -> dict[str, Any]:
    return unnumbered(1, name=NAME, **changes)


def of_school(**changes: Any) -> dict[str, Any]:
    """The same child as the school knows it: with a number, another guardian, another village."""
    other = {"guardian_name": "示例外婆", "village": OTHER_VILLAGE_CODE, **changes}
    return pupil(1, name=NAME, **other)


def two_files(hub: Program) -> tuple[str, str]:
    """The town's file, with a residence, and the roll's, with a school."""
    send(hub, TOWN, "town.residence", resident(of_town()))
    send(hub, EDUCATION, "education.roll", enrolled(of_school()))
    send(hub, SCHOOL, "education.absence", absent(of_school()))
    hub.settle()
    older, newer = (each["child_ref"] for each in files(hub))
    return older, newer


def decide(hub: Program, command: Command) -> None:
    hub.hub.command(command, actor(CIVIL_AFFAIRS))
    hub.settle()


def join(hub: Program, kept: str, other: str) -> None:
    decide(
        hub,
        ConfirmDuplicate(
            child_ref=UUID(other), other=UUID(kept), survivor=UUID(kept), ground="SAME_DOCUMENT"
        ),
    )


def part(hub: Program, one: str, other: str) -> None:
    decide(hub, ReopenDuplicate(child_ref=UUID(one), other=UUID(other), ground="MISTAKE"))


def file_of(hub: Program, organisation: str, child: str) -> Child:
    found = hub.queries.child_file(reader(organisation), child)
    assert found is not None
    return found


def seen(hub: Program, organisation: str, child: str) -> set[str]:
    page = hub.queries.timeline(reader(organisation), child, limit=200)
    return {entry.topic for entry in page.items}


def test_one_event_is_written_to_each_file_and_undone_on_each(hub: Program) -> None:
    older, newer = two_files(hub)
    start = hub.store.position
    join(hub, older, newer)
    part(hub, older, newer)
    facts = [f for f in hub.store.feed(start, 1000) if f.topic.endswith("merged.v1")]
    assert [(f.topic, f.clear["child_ref"], f.clear["other"]) for f in facts] == [
        ("child_file.merged.v1", older, newer),
        ("child_file.merged.v1", newer, older),
        ("child_file.unmerged.v1", newer, older),
        ("child_file.unmerged.v1", older, newer),
    ]
    assert {str(f.header[11]) for f in facts} == {older, newer}, "each sealed as its own child's"


def test_both_histories_stand_under_the_one_that_goes_on(hub: Program) -> None:
    older, newer = two_files(hub)
    assert "education.absence_reported.v1" not in seen(hub, CIVIL_AFFAIRS, older)
    before = seen(hub, CIVIL_AFFAIRS, older) | seen(hub, CIVIL_AFFAIRS, newer)
    join(hub, older, newer)
    for asked in (older, newer):
        assert before <= seen(hub, CIVIL_AFFAIRS, asked)
        child = file_of(hub, CIVIL_AFFAIRS, asked)
        assert child.child_ref == older
        assert child.village == VILLAGE_CODE
        assert child.fields["id_number"], "said by the other file alone"
    listed = hub.queries.children(reader(CIVIL_AFFAIRS), limit=50).items
    assert [child.child_ref for child in listed] == [older], "one child, listed once"


def test_a_child_whose_other_file_is_on_a_roll_is_awaited_at_no_school(hub: Program) -> None:
    """Given two files of one child, that of the town on no roll; when they are joined, nobody waits
    for it to enter; when it is taken back, its town does again."""
    older, newer = two_files(hub)
    clocks = {"deadline.set.v1", "deadline.cancelled.v1"}

    def of_entry() -> list[str]:
        return [
            fact.topic
            for fact in hub.store.feed(0, 9999)
            if fact.topic in clocks and fact.clear["kind"] == "enrol_at_entry"
        ]

    assert of_entry() == ["deadline.set.v1"]
    join(hub, older, newer)
    assert of_entry() == ["deadline.set.v1", "deadline.cancelled.v1"]
    part(hub, older, newer)
    assert of_entry() == ["deadline.set.v1", "deadline.cancelled.v1", "deadline.set.v1"]
    at(hub, START + timedelta(days=40))
    hub.settle()
    late = [each for each in hub.queries.overdue(reader(TOWN)).items if each.owner == TOWN]
    assert "enrol_at_entry" in {each.kind for each in late}


def test_whose_the_child_is_both_files_say_alike(hub: Program) -> None:
    older, newer = two_files(hub)
    assert hub.queries.child_file(reader(SCHOOL), older) is None
    assert hub.queries.child_file(reader(VILLAGE), newer) is None
    join(hub, older, newer)
    assert file_of(hub, SCHOOL, older) == file_of(hub, SCHOOL, newer)
    assert file_of(hub, VILLAGE, newer).child_ref == older
    assert hub.queries.child_file(reader(OTHER_SCHOOL), older) is None
    assert hub.queries.child_file(reader(OTHER_VILLAGE), older) is None


def test_what_is_recorded_for_either_goes_to_the_one_that_goes_on(hub: Program) -> None:
    older, newer = two_files(hub)
    join(hub, older, newer)
    start = hub.store.position
    send(
        hub, EDUCATION, "education.roll", enrolled(of_school(), since="2025-03-01", grade="四年级")
    )
    moved = resident(of_school(village=OTHER_VILLAGE_CODE), village=OTHER_VILLAGE_CODE)
    send(hub, OTHER_TOWN, "town.residence", {**moved, "since": "2025-03-02"})
    hub.settle()
    assert len(files(hub)) == 2, "no third file"
    stated = {
        f.clear["child_ref"]
        for f in hub.store.feed(start, 1000)
        if f.topic == "child_file.identity_stated.v1"
    }
    assert stated == {older}
    assert file_of(hub, OTHER_VILLAGE, newer).village == OTHER_VILLAGE_CODE
    assert hub.queries.child_file(reader(VILLAGE), older) is None, "moved, in both files"
    assert hub.queries.child_file(reader(VILLAGE), newer) is None


def test_a_question_finds_the_one_that_goes_on(hub: Program) -> None:
    older, newer = two_files(hub)
    join(hub, older, newer)
    by_number = IdentityClaim("", id_number=of_school()["id_number"])
    by_name = IdentityClaim(NAME, birth_date(1))
    for claim in (by_number, by_name):
        found = hub.queries.find_child(reader(CIVIL_AFFAIRS), claim)
        assert found is not None
        assert found.child_ref == older
        (candidate,) = hub.queries.search(reader(CIVIL_AFFAIRS), claim)
        assert candidate.child.child_ref == older


def test_a_case_goes_on_where_it_runs(hub: Program) -> None:
    """The dropout case is in the file that was joined; its persuasion and return go there."""
    older, newer = two_files(hub)
    join(hub, older, newer)
    persuasion = {
        **of_school(),
        "persuaded_on": "2025-03-01",
        "outcome": "REFUSED",
        "account": "家访",
    }
    assert take(hub, SCHOOL, "education.persuasion", persuasion).answer is not None
    hub.settle()
    (case,) = {str(f.stream) for f in hub.store.feed(0, 10_000) if f.topic.startswith("dropout.")}
    assert case


def test_joining_shows_nobody_what_neither_file_nor_the_joined_place_gives(hub: Program) -> None:
    """Every organisation, before and after: whoever the joined child's school and residence do
    not make responsible sees no fact more."""
    older, newer = two_files(hub)
    before = {org: seen(hub, org, older) | seen(hub, org, newer) for org in EVERYBODY}
    join(hub, older, newer)
    responsible = {SCHOOL, VILLAGE, TOWN, STATION}
    district = {seat.value for seat in DISTRICT_WIDE}
    for org in EVERYBODY:
        after = seen(hub, org, older) | seen(hub, org, newer)
        if seat_of(org).value in district:
            assert after - before[org] <= MERGING, org
        elif org not in responsible:
            assert after == before[org], org


def test_apart_again_everybody_sees_what_they_saw(hub: Program) -> None:
    older, newer = two_files(hub)

    def state() -> dict[str, Any]:
        return {
            f"{org}/{child}": (
                hub.queries.child_file(reader(org), child),
                seen(hub, org, child) - MERGING,
            )
            for org in EVERYBODY
            for child in (older, newer)
        }

    before = state()
    join(hub, older, newer)
    assert state() != before
    part(hub, older, newer)
    assert state() == before
    (pair,) = hub.queries.duplicates(reader(CIVIL_AFFAIRS)).items
    assert pair.state == "SUSPECTED"


MERGING = {
    "child_file.merged.v1",
    "child_file.unmerged.v1",
    "duplicate.confirmed.v1",
    "duplicate.reopened.v1",
}
"""What joining and parting add to the histories of those who may see it."""


def test_a_view_made_anew_is_the_same(hub: Program) -> None:
    older, newer = two_files(hub)
    join(hub, older, newer)
    for parted in (False, True):
        if parted:
            part(hub, older, newer)
        held = {seat: rows(view_file(hub, seat)) for seat in hub.projector.views}
        hub.projector.rebuild(hub.projector.views, lambda seat: None)
        assert {seat: rows(view_file(hub, seat)) for seat in hub.projector.views} == held


def test_what_somebody_stated_since_stays_with_the_one_that_went_on(hub: Program) -> None:
    older, newer = two_files(hub)
    join(hub, older, newer)
    send(
        hub,
        EDUCATION,
        "education.roll",
        enrolled(of_school(), "示例第二小学", since="2025-03-01"),
    )
    hub.settle()
    part(hub, older, newer)
    assert file_of(hub, EDUCATION, older).school == OTHER_SCHOOL
    assert file_of(hub, EDUCATION, newer).school == SCHOOL, "as before it was joined"


@pytest.mark.parametrize("goes_on", ["older", "newer"])
def test_what_was_taken_of_a_placement_is_given_back(hub: Program, goes_on: str) -> None:
    """The child of the one file is in an institution; that of the other lives at home, and is
    visited there once the two are told apart."""
    older, newer = two_files(hub)
    kept, other = (older, newer) if goes_on == "older" else (newer, older)
    hub.hub.command(NotePlacement(child_ref=UUID(newer), care=Care.INSTITUTION), SYSTEM)
    join(hub, kept, other)
    cares = [file_state(hub, each).care for each in (older, newer)]
    assert cares == [Care.INSTITUTION, Care.INSTITUTION]
    part(hub, older, newer)
    cares = [file_state(hub, each).care for each in (older, newer)]
    assert cares == [None, Care.INSTITUTION]


def test_what_was_said_of_a_placement_since_stays(hub: Program) -> None:
    older, newer = two_files(hub)
    hub.hub.command(NotePlacement(child_ref=UUID(newer), care=Care.INSTITUTION), SYSTEM)
    join(hub, older, newer)
    hub.hub.command(NotePlacement(child_ref=UUID(older), care=Care.KINSHIP), SYSTEM)
    part(hub, older, newer)
    assert file_state(hub, older).care is Care.KINSHIP


def file_state(hub: Program, child: str) -> ChildFile:
    state: ChildFile = hub.store.load(CHILD_FILE, UUID(child)).state
    return state


def test_a_joined_file_is_joined_to_no_third(hub: Program) -> None:
    older, newer = two_files(hub)
    third = of_school(id_number=an_id_number(701), guardian_name="示例舅舅")
    send(hub, EDUCATION, "education.roll", enrolled(third, "示例第二小学"))
    hub.settle()
    last = files(hub)[-1]["child_ref"]
    join(hub, older, newer)
    with pytest.raises(Refused, match="MERGED_ALREADY"):
        join(hub, newer, last)
    with pytest.raises(Refused, match="MERGED_ALREADY"):
        join(hub, last, newer)
    assert "child_file.merged.v1" not in topics(hub, hub.store.position - 1)
    join(hub, older, last)
    assert file_of(hub, CIVIL_AFFAIRS, last).child_ref == older


def test_a_visit_to_the_child_meets_what_is_owed_on_either_file(hub: Program) -> None:
    """Nothing that was owed is lost by joining, and one visit is enough for all of it."""
    older, newer = two_files(hub)
    category = sorted(hub.policies.rules.visits.in_scope)[0]
    for child in (older, newer):
        decide(hub, ClassifyChild(child_ref=UUID(child), categories=(category,)))
    join(hub, older, newer)
    owed = hub.queries.visits_due(reader(VILLAGE)).items
    assert {visit.child_ref for visit in owed} == {older, newer}
    visit = {**of_town(), "visited_on": "2025-03-03", "form": "入户走访", "harm_suspected": "否"}
    send(hub, VILLAGE, "village.visit", visit)
    hub.settle()
    met = [f for f in hub.store.feed(0, 10_000) if f.topic == "visit_obligation.met.v2"]
    assert sorted(f.clear["child_ref"] for f in met) == sorted([older, newer] * 2)
    part(hub, older, newer)
    assert {visit.child_ref for visit in hub.queries.visits_due(reader(VILLAGE)).items} == {older}


def test_a_joined_file_is_parted_before_it_is_erased(hub: Program) -> None:
    older, newer = two_files(hub)
    join(hub, older, newer)
    for child in (older, newer):
        with pytest.raises(Refused, match="ERASURE_JOINED"):
            ask(hub, UUID(child))
