"""The ways to run the hub, for tests that are the same on all of them."""

from __future__ import annotations

import pytest

BACKENDS = ("folder", "postgresql")


def use(name: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every program that this test starts, and its child processes, run on a backend."""
    if name == "postgresql":
        server = request.getfixturevalue("database")
        monkeypatch.setenv("HUB_DATABASE", server.url)
        monkeypatch.setenv("HUB_DATABASE_PASSFILE", str(server.passfile))
