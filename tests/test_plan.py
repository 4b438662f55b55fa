"""hub/docs/plan.md: every sentence of the plan has its row, and every row its specification.

That each specification of it ran is looked at when everything did (``--plan``, tests/conftest.py).
"""

from __future__ import annotations

import ast
import csv
from functools import cache
from pathlib import Path

import pytest

from tests import plan

ROOT = Path(__file__).parent.parent
SENTENCES = ROOT.parent / "shared" / "reference" / "plan-sentences.csv"
NUMBERED = [f"P{number:02d}" for number in range(1, 60)]

OPEN: frozenset[str] = frozenset()
"""What is not built, or only in part, and says so there. Nothing may join it."""

ROWS = plan.specifications()


@cache
def functions(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(each.name for each in tree.body if isinstance(each, ast.FunctionDef))


def test_every_sentence_has_its_row() -> None:
    assert list(ROWS) == NUMBERED
    if SENTENCES.exists():
        with SENTENCES.open(encoding="utf-8") as lines:
            assert [row["id"] for row in csv.DictReader(lines)] == NUMBERED


def test_what_is_not_built_says_so() -> None:
    assert {number for number, named in ROWS.items() if not named} == OPEN


@pytest.mark.parametrize("named", sorted({each for of in ROWS.values() for each in of}))
def test_every_specification_exists(named: str) -> None:
    path, _, name = named.partition("::")
    assert name in functions(path)


def test_one_that_did_not_run_is_told() -> None:
    every = {each for of in ROWS.values() for each in of}
    assert plan.unproved({f"{each}[any-case]" for each in every}) == []
    assert plan.unproved({f"{each}@kept together" for each in every}) == []
    (left_out,) = plan.unproved(every - {min(every)})
    assert left_out == min(every)
