"""The command line run in this process, on a data folder of its own."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog

from tests.cli.office import Hub, run
from tests.program import START, prepare


@pytest.fixture(autouse=True)
def _logs_as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A command configures the process's logs; the next test must not write into its streams."""
    for name in ("HUB_DATA", "HUB_PASSPHRASE_FILE", "HUB_HOST", "HUB_PORT", "HUB_LOG_LEVEL"):
        monkeypatch.delenv(name, raising=False)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def hub() -> Hub:
    """Run ``hub`` with arguments; ``input`` is its stdin."""
    return run


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """An initialised data folder with a small district, whose clock stands at START."""
    folder = prepare(tmp_path / "data")
    folder.keep_clock_offset(START - datetime.now(UTC))
    return folder.root
