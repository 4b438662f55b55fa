"""A year in which at least one event of every type happened to one child."""

from __future__ import annotations

import pytest

from tests.domain.histories import one_of_each_recorded
from tests.projections.logs import MemoryLog


@pytest.fixture(scope="session")
def year() -> MemoryLog:
    return MemoryLog(one_of_each_recorded())
