"""The data-sharing catalogue says what the program does: every field, with whom it is shared.

Source: 政务数据共享条例 (catalogue; 有条件共享, 不予共享); privacy design, deliverable documents.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from domain.kernel import Category
from domain.organisations import Seat
from domain.registry import EVENTS
from hub.authorization.policy import PolicyError, Word
from hub.catalogue import Item, Protection, Sharing, catalogue, field_names
from hub.cli.catalogue import headings
from hub.policies import FOLDER, load_policies

MATRIX = {
    row["agency"]: row
    for row in csv.DictReader(
        (FOLDER / "sharing-matrix.csv").read_text(encoding="utf-8-sig").splitlines()
    )
}


@pytest.fixture(scope="module")
def items() -> list[Item]:
    return catalogue(load_policies(), headings())


def test_every_field_of_every_event_is_an_item(items: list[Item]) -> None:
    assert {(item.topic, item.field) for item in items} == {
        (topic, field) for topic, event in EVENTS.items() for field in event.model_fields
    }
    assert len(items) == len({(item.topic, item.field) for item in items})


def test_every_sealed_field_has_a_name_that_officials_read(items: list[Item]) -> None:
    nameless = {item.field for item in items if item.protection is not Protection.CLEAR} & {
        item.field for item in items if item.name == item.field
    }
    assert nameless == set()


def test_no_name_is_of_a_field_that_is_gone() -> None:
    known = {field for event in EVENTS.values() for field in event.model_fields}
    assert set(field_names()) <= known
    assert not set(field_names()) & set(headings()), "the sheets name it already"


def test_what_is_not_sealed_says_why(items: list[Item]) -> None:
    clear = [item for item in items if item.protection is Protection.CLEAR]
    assert clear
    assert all(item.reason for item in clear)
    assert not any(item.reason for item in items if item.protection is not Protection.CLEAR)


@pytest.mark.parametrize("seat", Seat)
def test_a_seat_receives_by_the_words_of_its_cells_alone(items: list[Item], seat: Seat) -> None:
    row = MATRIX[seat.value]
    for item in items:
        who = item.category in (Category.WHO, Category.CONTACT)
        words = set(row["identity" if who else item.category.value].split("+"))
        given = {word.value for word, seats in item.receivers.items() if seat in seats}
        assert given <= words
        if item.category is not Category.REPORTER:
            assert words & {"read", "task", "aggregate"} <= given
        if item.protection is Protection.SEALED:
            assert "flag" not in given


def test_a_sealed_flag_is_what_flag_shows(items: list[Item]) -> None:
    flags = [item for item in items if item.protection is Protection.SEALED_FLAG]
    assert flags
    assert any(Word.FLAG in item.receivers for item in flags)


def test_nothing_is_shared_without_conditions(items: list[Item]) -> None:
    for item in items:
        assert item.sharing is (Sharing.CONDITIONAL if item.receivers else Sharing.NONE)


def test_who_reported_is_read_by_no_seat_as_such(items: list[Item]) -> None:
    reporter = [item for item in items if item.category is Category.REPORTER]
    assert reporter
    assert not any(Word.READ in item.receivers for item in reporter)


@pytest.mark.parametrize("text", ["", "[names]\nx = 1", "[names]\nx = ''", "names"])
def test_a_broken_file_of_names_stops_it(tmp_path: Path, text: str) -> None:
    (tmp_path / "catalogue.toml").write_text(text)
    with pytest.raises(PolicyError, match="catalogue"):
        field_names(tmp_path)
