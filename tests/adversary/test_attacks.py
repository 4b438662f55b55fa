"""The list of the threat model is whole: each attack has a test that it fails, and a test that it
would succeed without one of the defences.

Source: privacy design, "Attacks that must fail"; hub/docs/threat-model.md.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tests.adversary import test_attacks as here

TESTS = Path(__file__).resolve().parent.parent
DOCUMENT = TESTS.parent / "hub" / "docs" / "threat-model.md"
ATTACKS = range(1, 16)


def _marks(node: ast.AST) -> list[tuple[int, bool]]:
    """The attacks that a decorator names, and whether its test takes a defence away."""
    found = []
    for each in ast.walk(node):
        if (
            isinstance(each, ast.Call)
            and isinstance(each.func, ast.Attribute)
            and each.func.attr == "attack"
        ):
            (number,) = (a.value for a in each.args if isinstance(a, ast.Constant))
            assert isinstance(number, int)
            found.append((number, any(word.arg == "broken" for word in each.keywords)))
    return found


@cache
def named() -> tuple[Counter[int], Counter[int]]:
    """How many tests stand for each attack, and how many for its companion."""
    fails: Counter[int] = Counter()
    succeeds: Counter[int] = Counter()
    for path in sorted(TESTS.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                marks = [mark for each in node.decorator_list for mark in _marks(each)]
                for number, broken in marks:
                    (succeeds if broken else fails)[number] += 1
    return fails, succeeds


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_has_a_test_that_it_fails(attack: int) -> None:
    assert named()[0][attack] > 0


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_would_succeed_without_one_of_its_defences(attack: int) -> None:
    assert named()[1][attack] > 0


def test_no_test_stands_for_an_attack_that_is_none() -> None:
    fails, succeeds = named()
    assert set(fails) | set(succeeds) <= set(ATTACKS)


def test_the_threat_model_lists_the_same_attacks() -> None:
    rows = re.findall(r"^\| (\d+) ", DOCUMENT.read_text(encoding="utf-8"), flags=re.M)
    assert list(map(int, rows)) == list(ATTACKS)


def test_a_missing_attack_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(here, "named", lambda: (Counter({1: 1}), Counter()))
    with pytest.raises(AssertionError):
        here.test_an_attack_would_succeed_without_one_of_its_defences(1)
