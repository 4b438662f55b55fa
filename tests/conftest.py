"""The servers that tests share."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from hub.storage.postgres import Server
from tests.servers import shared
from tests.servers.postgres import PostgresServer

WORKER = "PYTEST_XDIST_WORKER"


def pytest_configure(config: pytest.Config) -> None:
    if WORKER not in os.environ:
        shared.begin()


def pytest_unconfigure(config: pytest.Config) -> None:
    if WORKER not in os.environ and shared.FOLDER in os.environ:
        shared.end()


@pytest.fixture(scope="session")
def postgres() -> PostgresServer:
    """The run's PostgreSQL. Not to be stopped: tests that do that start one of their own."""

    def start(folder: Path) -> dict[str, Any]:
        server = PostgresServer(folder)
        server.start()
        return {"pid": server.leave(), "signal": signal.SIGINT, "port": server.port}

    found = shared.shared("postgres", start)
    return PostgresServer(Path(os.environ[shared.FOLDER]) / "postgres", found["port"])


@pytest.fixture
def database(postgres: PostgresServer) -> Server:
    """A PostgreSQL database of this test's own, with the hub's tables, roles and rights."""
    return postgres.create()
