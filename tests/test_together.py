"""A test of many cases tries all of them and tells of each that fails."""

from __future__ import annotations

import pytest

from tests.together import all_of


@pytest.mark.parametrize("state", ["a", "b"])
@all_of("by", [1, 2, 3])
@all_of(("act", "ends"), [("x", True), ("y", False)])
def test_all_values_are_tried(state: str, by: int, act: str, ends: bool) -> None:
    assert state in "ab"
    assert (act == "x") is ends
    TRIED.add((state, by, act))


TRIED: set[tuple[str, int, str]] = set()


def test_nothing_is_left_out() -> None:
    test_all_values_are_tried(state="a")
    assert {each[1:] for each in TRIED if each[0] == "a"} == {
        (by, act) for by in (1, 2, 3) for act in "xy"
    }


def test_every_failure_is_told() -> None:
    @all_of("number", range(5))
    def odd(number: int) -> None:
        if number == 4:
            raise KeyError("four")
        if number == 3:
            pytest.fail("three")
        assert number % 2, f"{number} is even"

    with pytest.raises(AssertionError, match="4 of 5 fail") as failed:
        odd()
    assert all(each in str(failed.value) for each in ("0 is even", "2 is even", "three", "four"))
    assert "\n1:" not in str(failed.value)
    assert isinstance(failed.value.__cause__, AssertionError)


def test_a_table_without_cells_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="no value for seat"):
        all_of("seat", [])
