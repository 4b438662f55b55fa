"""The servers that tests share, and what makes every test's process quick."""

from __future__ import annotations

import gc

import pytest

from tests.servers.fixtures import (
    database,
    kafka,
    kafka_bootstrap,
    made_token,
    own_broker,
    postgres,
    softhsm_folder,
    token_root,
)

_SERVERS = frozenset(
    {"postgres", "database", "kafka", "kafka_bootstrap", "own_broker", "softhsm_folder"}
)


def pytest_collection() -> None:
    """What is collected stays until the end: looking through it for rubbish finds none."""
    gc.disable()


def pytest_collection_finish() -> None:
    """From here on rubbish is looked for again, less often than a small program needs it."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 10)
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a real server, so that the quick checks can leave it out. What kills
    programs, a test of which takes a minute, begins first: at the end one worker would wait."""
    items.sort(key=lambda item: item.get_closest_marker("kill") is None)
    for item in items:
        # A parameter may ask for a server while the test is being set up.
        name = item.nodeid.lower()
        asked = _SERVERS & set(getattr(item, "fixturenames", ()))
        if asked or "postgres" in name or "kafka" in name or "pkcs11" in name:
            item.add_marker("server")


__all__ = [
    "database",
    "kafka",
    "kafka_bootstrap",
    "made_token",
    "own_broker",
    "postgres",
    "softhsm_folder",
    "token_root",
]
