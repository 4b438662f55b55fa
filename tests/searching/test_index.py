"""An organisation's index of its own view: found again, kept apart, forgotten."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from hub.searching.index import Named, OwnIndex, due
from hub.searching.tables import AREA
from hub.storage.sql import Storage
from tests.program import SCHOOL, TOWN
from tests.searching.conftest import Open
from tests.storage.opening import select

NUMBER = "999999201503010016"
CHILD, OTHER = (f"00000000-0000-4000-8000-00000000000{n}" for n in (1, 2))


def key_of(organisation: str) -> bytes:
    return hashlib.sha256(organisation.encode()).digest()


def child(
    reference: str = CHILD, name: str = "单示", number: str | None = NUMBER, mark: str = "a"
) -> Named:
    numbers = frozenset({number} if number else ())
    return Named(reference, mark, frozenset({name}), numbers, 2015)


@pytest.fixture
def index(another: Open) -> OwnIndex:
    found = OwnIndex(another(), key_of)
    found.keep(SCHOOL, [child()])
    return found


def found_by(
    index: OwnIndex, name: str = "", number: str | None = None, year: int = 2015, at: str = SCHOOL
) -> list[str]:
    return index.find(at, id_number=number, name=name, birth_year=year)


@pytest.mark.parametrize("name", ["单示", "單示", "山示", "单 示"])
def test_a_child_is_found_by_characters_forms_and_sound(index: OwnIndex, name: str) -> None:
    assert found_by(index, name) == [CHILD]
    assert found_by(index, name, year=2014) == []


def test_a_child_is_found_by_number_whatever_else_is_asked(index: OwnIndex) -> None:
    assert found_by(index, "别名", NUMBER, 1999) == [CHILD]
    assert found_by(index, number="999999201503010024") == []


def test_the_nameless_do_not_match_each_other(index: OwnIndex) -> None:
    index.keep(SCHOOL, [child(OTHER, name="", number=None)])
    assert found_by(index, "") == []


def test_what_one_organisation_holds_another_does_not_find(index: OwnIndex) -> None:
    assert found_by(index, "单示", NUMBER, at=TOWN) == []


def test_kept_again_a_child_is_found_by_what_is_shown_now(index: OwnIndex) -> None:
    index.keep(SCHOOL, [child(name="曾示", number=None, mark="b")])
    assert found_by(index, "单示", NUMBER) == []
    assert found_by(index, "曾示") == [CHILD]
    assert index.marks(SCHOOL) == {CHILD: "b"}


def test_what_is_gone_from_the_view_goes_from_the_index(index: OwnIndex, storage: Storage) -> None:
    index.keep(SCHOOL, [], gone=[CHILD])
    for table in ("own_tag", "own_child"):
        assert select(storage, AREA, f"SELECT * FROM {table}") == []


def test_a_forgotten_child_is_in_no_organisations_index(index: OwnIndex, storage: Storage) -> None:
    index.keep(SCHOOL, [child(OTHER)])
    index.keep(TOWN, [child()])
    index.forget(CHILD)
    index.forget(CHILD)
    for table in ("own_tag", "own_child"):
        rows = select(storage, AREA, f"SELECT child_ref FROM {table}")
        assert {reference for (reference,) in rows} == {OTHER}
    assert found_by(index, "单示", NUMBER) == [OTHER]


@pytest.mark.parametrize("storage", ["sqlite"], indirect=True)
def test_what_was_forgotten_is_in_no_file(index: OwnIndex, tmp_path: Path) -> None:
    files = list(tmp_path.glob("searching.db*"))
    assert any(CHILD.encode() in path.read_bytes() for path in files)
    index.forget(CHILD)
    assert not any(CHILD.encode() in path.read_bytes() for path in files if path.exists())


def test_only_what_changed_is_taken_in() -> None:
    shown = {"new": "a", "same": "a", "other": "b"}
    held = {"same": "a", "other": "a", "gone": "a"}
    assert due(shown, held) == (["new", "other"], ["gone"])
