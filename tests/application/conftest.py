"""One program, and as many more on its folder as a test wants."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from hub.bootstrap import Program
from tests.program import running

Another = Callable[[], Program]


@pytest.fixture
def another(tmp_path: Path) -> Iterator[Another]:
    """Each call starts the program once more on the same data folder, like another process."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(running(tmp_path / "data"))


@pytest.fixture
def hub(another: Another) -> Program:
    return another()
