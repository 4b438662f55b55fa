"""What of two statements of who a child is agrees, in words that a person can check."""

from __future__ import annotations

from datetime import date

import pytest

from domain.identity import IdentityClaim
from domain.matching import (
    PART_WORDS,
    Part,
    Stated,
    agreements,
    born_on,
    may_be_the_same,
    stated_of,
    told,
)
from tests.program import an_id_number, birth_date

BORN = date(2015, 3, 1)


def named(name: str, **more: str) -> Stated:
    return stated_of(IdentityClaim(name, BORN, **more))


def parts(one: Stated, other: Stated) -> set[str]:
    return {part.value for part in agreements(one, other)}


@pytest.mark.parametrize(
    ("one", "other", "part"),
    [
        ("示例", "示 例", Part.NAME),
        ("張示", "张示", Part.NAME_FORM),
        ("阿依·示", "阿依示", Part.NAME_FORM),
        ("单示", "山示", Part.NAME_SOUND),
        ("曾示", "增示", Part.NAME_SOUND),
        ("仇示", "球示", Part.NAME_SOUND),
        ("解示", "谢示", Part.NAME_SOUND),
        ("查示", "扎示", Part.NAME_SOUND),
        ("盖示", "葛示", Part.NAME_SOUND),
        ("区示", "欧示", Part.NAME_SOUND),
        ("朴示", "票示", Part.NAME_SOUND),
        ("示明", "示名", Part.NAME_SOUND),
    ],
)
def test_names_agree_by_characters_then_forms_then_sound(one: str, other: str, part: Part) -> None:
    """One degree is told, the closest; a surname is read as a surname."""
    assert parts(named(one), named(other)) == {part, Part.BIRTH_DATE}


@pytest.mark.parametrize(("one", "other"), [("单示", "丹示"), ("曾示", "层示"), ("示甲", "示乙")])
def test_names_that_neither_look_nor_sound_alike_do_not_agree(one: str, other: str) -> None:
    assert parts(named(one), named(other)) == {Part.BIRTH_DATE}


def test_what_is_not_stated_agrees_with_nothing() -> None:
    assert parts(Stated(), Stated()) == set()
    assert parts(stated_of(IdentityClaim("")), stated_of(IdentityClaim(""))) == set()


def test_every_part_that_agrees_is_told_in_words() -> None:
    everything = named(
        "示例", id_number=an_id_number(1), guardian_name="示例家长", village="999999001001"
    )
    found = agreements(everything, everything)
    assert told(found) == (
        Part.ID_NUMBER,
        Part.NAME,
        Part.BIRTH_DATE,
        Part.GUARDIAN,
        Part.VILLAGE,
    )
    assert set(PART_WORDS) == set(Part)


def test_another_number_speaks_against_it_and_is_told() -> None:
    one, other = (named("示例", id_number=an_id_number(number)) for number in (1, 701))
    found = agreements(one, other)
    assert Part.OTHER_ID_NUMBER in found
    assert may_be_the_same(found), "a person looks: one of the numbers may be the mistake"


@pytest.mark.parametrize(
    ("found", "looked_at"),
    [
        ({Part.ID_NUMBER}, True),
        ({Part.NAME, Part.BIRTH_DATE}, True),
        ({Part.NAME_SOUND, Part.BIRTH_DATE}, True),
        ({Part.NAME, Part.VILLAGE, Part.GUARDIAN}, False),
        ({Part.BIRTH_DATE, Part.VILLAGE, Part.GUARDIAN}, False),
        (set(), False),
    ],
)
def test_a_number_or_a_name_with_its_birth_date_is_worth_a_look(
    found: set[Part], looked_at: bool
) -> None:
    assert may_be_the_same(frozenset(found)) is looked_at


def test_a_number_holds_the_birth_date() -> None:
    assert born_on(IdentityClaim("", id_number=an_id_number(3))) == birth_date(3)
    assert born_on(IdentityClaim("")) is None
