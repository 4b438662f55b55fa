"""Files that may be one child's: suspected by the hub, decided by a person, with what agrees."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from domain.duplicate import DIFFERENT_GROUND, ReopenDuplicate, TellApart
from domain.kernel import Command, Refused
from hub.answers import Duplicate
from hub.bootstrap import Program
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_VILLAGE_CODE,
    POLICE,
    SCHOOL,
    TOWN,
    absent,
    actor,
    an_id_number,
    child_of,
    enrolled,
    files,
    pupil,
    reader,
    resident,
    send,
    unnumbered,
)


def doubtful(hub: Program, name: str = "示同", other_name: str = "示同") -> tuple[str, str]:
    """Two files of one name and birth date, with another guardian and village: the older and the
    newer."""
    send(hub, TOWN, "town.residence", resident(unnumbered(1, name=name)))
    again = unnumbered(1, name=other_name, guardian_name="示例外婆", village=OTHER_VILLAGE_CODE)
    send(hub, SCHOOL, "education.absence", absent(again))
    hub.settle()
    older, newer = (each["child_ref"] for each in files(hub))
    return older, newer


def queue(hub: Program, organisation: str = CIVIL_AFFAIRS, **how: Any) -> tuple[Duplicate, ...]:
    return hub.queries.duplicates(reader(organisation), **how).items


def decide(hub: Program, command: Command, organisation: str = CIVIL_AFFAIRS) -> None:
    hub.hub.command(command, actor(organisation))
    hub.settle()


def apart(one: str, other: str, ground: str = "SIBLINGS") -> TellApart:
    return TellApart(child_ref=UUID(one), other=UUID(other), ground=ground, note="双胞胎")


def reopened(one: str, other: str) -> ReopenDuplicate:
    return ReopenDuplicate(child_ref=UUID(one), other=UUID(other), ground="MISTAKE")


def test_a_doubt_waits_for_a_person_with_what_agrees(hub: Program) -> None:
    older, newer = doubtful(hub)
    (pair,) = queue(hub)
    assert (pair.child.child_ref, pair.other.child_ref) == (newer, older)
    assert pair.state == "SUSPECTED"
    assert [text for _, text in pair.reasons] == ["姓名相同", "出生日期相同"]


def test_names_of_one_sound_are_a_doubt_where_the_family_agrees(hub: Program) -> None:
    """示明 and 示名: two children, until a person says otherwise."""
    send(hub, TOWN, "town.residence", resident(unnumbered(1, name="示明")))
    send(hub, TOWN, "town.residence", resident(unnumbered(1, name="示名")))
    stranger = unnumbered(1, name="示鸣", guardian_name="示例外婆", village=OTHER_VILLAGE_CODE)
    send(hub, SCHOOL, "education.absence", absent(stranger))
    hub.settle()
    assert len(files(hub)) == 3
    (pair,) = queue(hub)
    assert {code for code, _ in pair.reasons} == {
        "NAME_SOUND",
        "BIRTH_DATE",
        "GUARDIAN",
        "VILLAGE",
    }


def test_another_number_is_told_as_what_speaks_against_it(hub: Program) -> None:
    send(hub, EDUCATION, "education.roll", enrolled(pupil(1)))
    send(hub, SCHOOL, "education.absence", absent(pupil(1, id_number=an_id_number(701))))
    hub.settle()
    (pair,) = queue(hub)
    assert "身份证号不同，请对照证件" in [text for _, text in pair.reasons]


def test_nobody_else_learns_that_there_is_a_doubt(hub: Program) -> None:
    older, newer = doubtful(hub)
    for organisation in (TOWN, SCHOOL, EDUCATION, POLICE):
        assert queue(hub, organisation, open_only=False) == ()
        for child in (older, newer):
            entries = hub.queries.timeline(reader(organisation), child).items
            assert not [entry for entry in entries if entry.topic.startswith("duplicate.")]
            assert older not in str(entries) or child == older


def test_what_is_told_apart_does_not_come_again(hub: Program) -> None:
    older, newer = doubtful(hub)
    decide(hub, apart(newer, older))
    assert queue(hub) == ()
    again = unnumbered(
        1, name="示同", guardian_name="示例外婆", village=OTHER_VILLAGE_CODE, address="示例路9号"
    )
    send(hub, SCHOOL, "education.absence", absent(again, absent_since="2025-02-27"))
    hub.settle()
    assert len(files(hub)) == 2
    assert queue(hub) == ()
    (pair,) = queue(hub, open_only=False)
    assert (pair.state, pair.ground) == ("DIFFERENT", "SIBLINGS")


@pytest.mark.parametrize("swapped", [False, True])
def test_a_decision_is_taken_back_whichever_is_named_first(hub: Program, swapped: bool) -> None:
    older, newer = doubtful(hub)
    one, other = (older, newer) if swapped else (newer, older)
    decide(hub, apart(one, other))
    decide(hub, reopened(other, one))
    (pair,) = queue(hub)
    assert (pair.state, pair.child.child_ref) == ("SUSPECTED", newer)


def test_only_who_keeps_the_files_decides_and_with_a_ground(hub: Program) -> None:
    older, newer = doubtful(hub)
    for organisation in (TOWN, SCHOOL, POLICE):
        with pytest.raises(Refused, match="DUPLICATE_NOT_YOURS"):
            decide(hub, apart(newer, older), organisation)
    with pytest.raises(Refused, match="DUPLICATE_GROUND") as refused:
        decide(hub, apart(newer, older, "OTHER"))
    assert all(code in refused.value.text for code in DIFFERENT_GROUND.labels)
    with pytest.raises(Refused, match="DUPLICATE_STATE"):
        decide(hub, reopened(newer, older))
    assert len(queue(hub)) == 1


def test_what_is_no_pair_cannot_be_decided(hub: Program) -> None:
    send(hub, EDUCATION, "education.roll", enrolled(pupil(1)))
    send(hub, EDUCATION, "education.roll", enrolled(pupil(2)))
    hub.settle()
    with pytest.raises(Refused, match="DUPLICATE_STATE"):
        decide(hub, apart(child_of(hub, pupil(1)), child_of(hub, pupil(2))))


def test_the_note_is_sealed_and_read_by_who_decides(hub: Program) -> None:
    older, newer = doubtful(hub)
    decide(hub, apart(newer, older))
    entries = hub.queries.timeline(reader(CIVIL_AFFAIRS), newer).items
    (decided,) = [entry for entry in entries if entry.topic == "duplicate.dismissed.v1"]
    assert decided.fields["note"] == "双胞胎"
    assert decided.words["ground"] == "双胞胎或兄弟姐妹"
    assert "双胞胎" not in str([fact.clear for fact in hub.store.feed(0, 10_000)])
