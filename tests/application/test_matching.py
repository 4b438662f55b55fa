"""Which child a record concerns."""

from __future__ import annotations

from typing import Any

import pytest

from domain.identity import IdentityClaim
from domain.organisations import HUB
from hub.bootstrap import Program
from hub.encryption import match_index
from tests.program import (
    EDUCATION,
    OTHER_VILLAGE_CODE,
    SCHOOL,
    TOWN,
    absent,
    actor,
    an_id_number,
    birth_date,
    enrolled,
    files,
    pupil,
    resident,
    rows,
    send,
    take,
    topics,
    unnumbered,
)


def test_the_number_decides_alone(hub: Program) -> None:
    send(hub, EDUCATION, "education.roll", enrolled(pupil(1)))
    other_words = pupil(1, name="示例别名", guardian_name="示例外婆", village=OTHER_VILLAGE_CODE)
    send(hub, SCHOOL, "education.absence", absent(other_words))
    assert len(files(hub)) == 1


@pytest.mark.parametrize(
    "written",
    [
        lambda n: " " + n + " ",
        lambda n: "'" + n,
        lambda n: n.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789"}),
        lambda n: f"{n[:6]} {n[6:14]} {n[14:]}",
        lambda n: n.lower(),
    ],
)
def test_the_number_as_offices_write_it(hub: Program, written: Any) -> None:
    ending_in_x = next(n for n in range(100) if an_id_number(n).endswith("X"))
    send(hub, EDUCATION, "education.roll", enrolled(pupil(ending_in_x)))
    again = pupil(ending_in_x, id_number=written(an_id_number(ending_in_x)))
    send(hub, SCHOOL, "education.absence", absent(again))
    assert len(files(hub)) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"guardian_name": "示例外婆"},
        {"village": OTHER_VILLAGE_CODE},
        {"guardian_phone": None, "address": None},
    ],
    ids=["all the same", "same village", "same guardian", "no way to reach"],
)
def test_without_a_number_name_and_birth_date_and_guardian_or_village(
    hub: Program, changes: dict[str, Any]
) -> None:
    send(hub, TOWN, "town.residence", resident(unnumbered(1)))
    send(hub, SCHOOL, "education.absence", absent(unnumbered(1, **changes)))
    assert len(files(hub)) == 1


def test_the_guardian_alone_does_not_make_it_the_same_child(hub: Program) -> None:
    send(hub, TOWN, "town.residence", resident(unnumbered(1)))
    send(hub, SCHOOL, "education.absence", absent(unnumbered(1, name="示例别名")))
    day_after = {"birth_date": birth_date(2).isoformat()}
    send(hub, SCHOOL, "education.absence", absent({**unnumbered(1), **day_after}))
    begun = files(hub)
    assert len(begun) == 3
    assert all(each["possible_duplicates"] == [] for each in begun)


@pytest.mark.parametrize(
    ("one", "other"),
    [("張三丰", "张三丰"), ("阿依古丽·买买提", "阿依古丽．买买提"), ("劉示", "刘示")],
)
def test_variants_of_one_name(hub: Program, one: str, other: str) -> None:
    send(hub, TOWN, "town.residence", resident(unnumbered(1, name=one)))
    send(hub, SCHOOL, "education.absence", absent(unnumbered(1, name=other)))
    assert len(files(hub)) == 1


def test_twins_are_two_children(hub: Program) -> None:
    """The same birth date, guardian and village; only the name tells them apart."""
    lines = [absent(unnumbered(1, name=name)) for name in ("示甲", "示乙")]
    outcome = hub.intake.records(actor(SCHOOL), "education.absence", list(enumerate(lines, 1)))
    assert outcome.accepted == 2
    for name in ("示乙", "示甲"):
        send(hub, TOWN, "town.residence", resident(unnumbered(1, name=name)))
    begun = files(hub)
    assert len(begun) == 2
    assert all(each["possible_duplicates"] == [] for each in begun)


def test_names_that_share_a_tag_are_told_apart(
    hub: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many names share each tag of the index; here all do. What was stated is compared."""
    monkeypatch.setattr(match_index, "NAME_TAG_BITS", 0)
    for name in ("示甲", "示乙", "示甲"):
        send(hub, TOWN, "town.residence", resident(unnumbered(1, name=name)))
    send(hub, SCHOOL, "education.absence", absent(unnumbered(1, name="示乙")))
    begun = files(hub)
    assert len(begun) == 2
    assert all(each["possible_duplicates"] == [] for each in begun)


def test_a_number_that_comes_later_goes_to_the_child_that_was_known_without(hub: Program) -> None:
    send(hub, TOWN, "town.residence", resident(unnumbered(1)))
    send(hub, SCHOOL, "education.absence", absent(pupil(1)))
    only_number = pupil(1, guardian_name=None, village=None, name="示例别名")
    send(hub, EDUCATION, "education.roll", enrolled(only_number))
    assert len(files(hub)) == 1


def test_a_doubtful_one_is_another_child_that_points_at_the_first(hub: Program) -> None:
    """Neither guardian nor village agree: a person has to look."""
    send(hub, TOWN, "town.residence", resident(unnumbered(1)))
    doubtful = unnumbered(1, guardian_name="示例外婆", village=OTHER_VILLAGE_CODE)
    send(hub, SCHOOL, "education.absence", absent(doubtful))
    first, second = files(hub)
    assert first["possible_duplicates"] == []
    assert second["possible_duplicates"] == [first["child_ref"]]


def test_a_child_known_by_another_number_is_never_taken(hub: Program) -> None:
    send(hub, EDUCATION, "education.roll", enrolled(pupil(1)))
    namesake = pupil(1, id_number=an_id_number(701))
    assert an_id_number(701)[6:14] == an_id_number(1)[6:14], "the same birth date"
    send(hub, SCHOOL, "education.absence", absent(namesake))
    first, second = files(hub)
    assert second["possible_duplicates"] == [first["child_ref"]]


def test_two_that_fit_are_not_chosen_between(hub: Program) -> None:
    for number in (1, 701):
        send(hub, EDUCATION, "education.roll", enrolled(pupil(1, id_number=an_id_number(number))))
    send(hub, TOWN, "town.residence", resident(unnumbered(1)))
    first, second, third = files(hub)
    assert set(third["possible_duplicates"]) == {first["child_ref"], second["child_ref"]}


def test_two_rows_of_one_sheet_about_one_new_child(hub: Program) -> None:
    lines = [
        absent(unnumbered(1)),
        absent(unnumbered(1), absent_since="2025-02-25"),
        absent(pupil(1), absent_since="2025-02-26"),
    ]
    outcome = hub.intake.records(actor(SCHOOL), "education.absence", list(enumerate(lines, 1)))
    assert outcome.accepted == 3
    assert len(files(hub)) == 1


def test_a_question_opens_no_file(hub: Program) -> None:
    before = rows(hub.folder.root / "match-index.sqlite")
    assert hub.hub.matching.find(IdentityClaim("示甲", birth_date(1), an_id_number(1))) is None
    question = {"document_number": "示检核〔2025〕0001号", "id_number": an_id_number(1)}
    assert take(hub, "procuratorate:310117", "procuratorate.status_check", question).answer
    assert topics(hub) == ["status_check.made.v1"]
    assert rows(hub.folder.root / "match-index.sqlite") == before


def test_each_look_at_a_candidate_leaves_an_access_entry(hub: Program) -> None:
    send(hub, TOWN, "town.residence", resident(unnumbered(1)))
    known = files(hub)[0]["child_ref"]
    assert hub.audit.of_child(known) == [], "nobody has opened anything yet"
    send(hub, SCHOOL, "education.absence", absent(unnumbered(1)))
    entry = hub.audit.of_child(known)[0]
    assert (entry.purpose, entry.organisation, entry.action) == ("MATCHING", HUB, "match")
