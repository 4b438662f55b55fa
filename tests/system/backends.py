"""The ways to run the hub, for tests that are the same on all of them."""

from __future__ import annotations

import pytest

BACKENDS = ("folder", "postgresql", "kafka")
"""``kafka``: PostgreSQL, and the views follow Kafka."""


def use(name: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every program that this test starts, and its child processes, run on a backend."""
    if name == "kafka":
        kafka = request.getfixturevalue("kafka")
        monkeypatch.setenv("HUB_KAFKA", kafka.bootstrap)
        monkeypatch.setenv("HUB_KAFKA_PREFIX", kafka.prefix)
    if name in ("postgresql", "kafka"):
        server = request.getfixturevalue("database")
        monkeypatch.setenv("HUB_DATABASE", server.url)
        monkeypatch.setenv("HUB_DATABASE_PASSFILE", str(server.passfile))
