"""The command line run in this process, on a data folder of its own."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner

from hub.cli.main import app
from tests.cli.office import Hub, Ran
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

    def run(*arguments: object, input: str | None = None) -> Ran:
        result = CliRunner().invoke(app, list(map(str, arguments)), input=input, prog_name="hub")
        assert isinstance(result.exception, SystemExit | None), repr(result.exception)
        assert "Traceback" not in result.output
        return Ran(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """An initialised data folder with a small district, whose clock stands at START."""
    folder = prepare(tmp_path / "data")
    folder.keep_clock_offset(START - datetime.now(UTC))
    return folder.root
