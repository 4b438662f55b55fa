"""Search before create (先查后建): from the organisation's own view, with what agrees."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain.identifiers import id_check_character
from domain.identity import IdentityClaim
from hub.bootstrap import Program
from hub.queries import TooManySearches
from hub.searching.tables import SearchingUnavailable
from tests.erasure.office import child_with_a_file, erase
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_SCHOOL,
    OTHER_VILLAGE_CODE,
    SCHOOL,
    TOWN,
    VILLAGE_CODE,
    a_name,
    absent,
    an_id_number,
    birth_date,
    enrolled,
    files,
    pupil,
    reader,
    resident,
    send,
    unnumbered,
)


def claim(number: int = 1, **changes: Any) -> IdentityClaim:
    return replace(IdentityClaim(a_name(number), birth_date(number)), **changes)


def reasons(hub: Program, organisation: str, asked: IdentityClaim) -> list[set[str]]:
    """What agrees, candidate by candidate."""
    found = hub.queries.search(reader(organisation), asked)
    return [{code for code, _ in each.reasons} for each in found]


def test_number_first_then_what_the_name_says(hub: Program) -> None:
    send(hub, TOWN, "town.residence", resident(pupil(1)))
    other = unnumbered(1, guardian_name="示例外婆", village=OTHER_VILLAGE_CODE)
    send(hub, SCHOOL, "education.absence", absent(other))
    hub.settle()
    asked = claim(id_number=an_id_number(1), guardian_name="示例外婆", village=VILLAGE_CODE)
    assert reasons(hub, CIVIL_AFFAIRS, asked) == [
        {"ID_NUMBER", "NAME", "BIRTH_DATE", "VILLAGE"},
        {"NAME", "BIRTH_DATE", "GUARDIAN"},
    ]


@pytest.mark.parametrize(
    ("known", "asked", "why"),
    [("单示", "山示", "NAME_SOUND"), ("張示", "张示", "NAME_FORM"), ("曾示", "增示", "NAME_SOUND")],
)
def test_homophones_and_variants_are_found(hub: Program, known: str, asked: str, why: str) -> None:
    send(hub, TOWN, "town.residence", resident(unnumbered(1, name=known)))
    hub.settle()
    assert reasons(hub, TOWN, claim(name=asked)) == [{why, "BIRTH_DATE"}]
    assert reasons(hub, TOWN, claim(name=asked, birth_date=birth_date(2))) == []


def test_only_the_own_view_is_searched(hub: Program) -> None:
    """The pupil of one school is nobody at another, whatever they ask by."""
    send(hub, EDUCATION, "education.roll", enrolled(pupil(1)))
    hub.settle()
    asked = claim(id_number=an_id_number(1))
    assert reasons(hub, SCHOOL, asked) == [{"ID_NUMBER", "NAME", "BIRTH_DATE"}]
    assert reasons(hub, OTHER_SCHOOL, asked) == []
    assert len(reasons(hub, CIVIL_AFFAIRS, asked)) == 1


def test_what_others_stated_is_no_reason(hub: Program) -> None:
    """A school that named a child without its number learns no number by asking for one: the
    roll's word is for the school of enrolment."""
    send(hub, EDUCATION, "education.roll", enrolled(pupil(1)))
    send(hub, OTHER_SCHOOL, "education.absence", absent(unnumbered(1)))
    hub.settle()
    assert len(files(hub)) == 1
    named = claim(village=VILLAGE_CODE)
    assert len(reasons(hub, OTHER_SCHOOL, named)) == 1, "its own words are its own"
    by_number = IdentityClaim("", id_number=an_id_number(1))
    assert reasons(hub, OTHER_SCHOOL, by_number) == []
    assert reasons(hub, OTHER_SCHOOL, replace(by_number, name=a_name(1))) == [
        {"NAME", "BIRTH_DATE"}
    ]


def test_a_village_or_guardian_that_one_may_not_read_is_not_told(hub: Program) -> None:
    send(hub, TOWN, "town.residence", resident(unnumbered(1)))
    send(hub, OTHER_SCHOOL, "education.absence", absent(unnumbered(1)))
    hub.settle()
    asked = claim(guardian_name="示例家长1", village=VILLAGE_CODE)
    assert {"GUARDIAN", "VILLAGE"} <= reasons(hub, TOWN, asked)[0]
    assert "VILLAGE" not in reasons(hub, OTHER_SCHOOL, asked)[0]


def test_what_leaves_the_view_is_found_no_more(hub: Program) -> None:
    send(hub, EDUCATION, "education.roll", enrolled(pupil(1)))
    hub.settle()
    assert len(reasons(hub, SCHOOL, claim())) == 1
    moved = enrolled(pupil(1), "示例第二小学", since="2025-03-01")
    send(hub, EDUCATION, "education.roll", moved)
    hub.settle()
    assert reasons(hub, SCHOOL, claim()) == []
    assert len(reasons(hub, OTHER_SCHOOL, claim())) == 1


def test_a_mistaken_name_corrected_later_is_found_by_the_new_one(hub: Program) -> None:
    send(hub, TOWN, "town.residence", resident(pupil(1, name="示错")))
    hub.settle()
    assert len(reasons(hub, TOWN, claim(name="示错"))) == 1
    send(hub, EDUCATION, "education.roll", enrolled(pupil(1, name="示对")))
    hub.settle()
    assert len(reasons(hub, TOWN, claim(name="示对"))) == 1
    assert reasons(hub, TOWN, claim(name="示错")) == []


def test_what_was_compared_and_what_was_shown_are_told_apart_in_the_log(hub: Program) -> None:
    send(hub, TOWN, "town.residence", resident(unnumbered(1)))
    hub.settle()
    child = files(hub)[0]["child_ref"]
    hub.queries.search(reader(TOWN), claim())
    looks = [(e.action, e.purpose, e.user) for e in reversed(hub.audit.of_child(child))]
    assert looks == [
        ("index", "MATCHING", "hub"),
        ("match", "MATCHING", "hub"),
        ("search", "CASEWORK", "u-test"),
    ]
    hub.queries.search(reader(TOWN), claim(2))
    assert hub.audit.newest(1)[0].action == "search.nothing"
    assert len(hub.audit.of_child(child)) == 3, "what is indexed is not opened again"


def test_at_most_so_many_candidates_as_the_rules_say(hub: Program) -> None:
    most = hub.policies.rules.matching.search.candidates
    for nth in range(most + 2):
        body = f"999999{birth_date(1):%Y%m%d}{500 + nth}"
        namesake = pupil(1, name="示同", id_number=body + id_check_character(body))
        send(hub, TOWN, "town.residence", resident(namesake))
    hub.settle()
    assert len(files(hub)) == most + 2
    assert len(reasons(hub, TOWN, claim(name="示同"))) == most


def test_no_record_waits_for_a_search(hub: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a person's rate nor a broken index keeps anything from being recorded."""
    rules = hub.policies.rules.matching.search
    for _ in range(rules.a_minute):
        hub.searches.take("u-test", hub.clock.now())
    with pytest.raises(TooManySearches):
        hub.queries.search(reader(SCHOOL), claim())

    def broken(*_: object, **__: object) -> None:
        raise SearchingUnavailable

    for name in ("rows", "reading", "writing"):
        monkeypatch.setattr(hub.searches._database, name, broken)
    with pytest.raises(SearchingUnavailable):
        hub.queries.search(reader(SCHOOL), claim())
    send(hub, SCHOOL, "education.absence", absent(pupil(1)))
    report = {**pupil(2, village=OTHER_VILLAGE_CODE), "situations": "MR9"}
    send(hub, SCHOOL, "report.mandatory", report)


def test_an_erased_child_is_in_no_organisations_index(hub: Program) -> None:
    child = child_with_a_file(hub)
    index = hub.queries._own_index
    asked = IdentityClaim("", id_number=an_id_number(1))
    for organisation in (CIVIL_AFFAIRS, TOWN):
        hub.queries.search(reader(organisation), asked)
    holding = [each for each in (CIVIL_AFFAIRS, TOWN) if str(child) in index.marks(each)]
    assert holding
    erase(hub, child)
    assert not any(str(child) in index.marks(each) for each in holding)
    hub.settle()
    for organisation in holding:
        assert hub.queries.search(reader(organisation), asked) == ()
