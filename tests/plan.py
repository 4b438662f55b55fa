"""What hub/docs/plan.md says proves each sentence of the plan, and whether it ran."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path

PLAN = Path(__file__).parent.parent / "hub" / "docs" / "plan.md"

_ROW = re.compile(r"\| (P\d\d) \|(.*)\|(.*)\|(.*)\|")
_SPECIFICATION = re.compile(r"`(tests/[\w/]+\.py::test_\w+)`")


def specifications() -> Mapping[str, tuple[str, ...]]:
    """The specifications of each sentence, by its number; none where nothing is built yet. Raises
    ValueError for a number with two rows."""
    found: dict[str, tuple[str, ...]] = {}
    for line in PLAN.read_text(encoding="utf-8").splitlines():
        row = _ROW.fullmatch(line)
        if row is None:
            continue
        if row[1] in found:
            raise ValueError(f"{row[1]} has two rows")
        found[row[1]] = tuple(_SPECIFICATION.findall(row[4]))
    return found


def unproved(passed: Collection[str]) -> list[str]:
    """Specifications of which no test is among those that passed; these by their node ids."""
    # Behind its parameters, or its name, stands the group that a test was kept together with.
    ran = {re.split(r"[\[@]", each, maxsplit=1)[0] for each in passed}
    named = {each for specs in specifications().values() for each in specs}
    return sorted(named - ran)
