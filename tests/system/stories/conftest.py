"""Every story happens on the embedded default, and on PostgreSQL with views that follow Kafka."""

from __future__ import annotations

import pytest

from tests.system.backends import use


@pytest.fixture(params=("folder", "kafka"), autouse=True)
def backend(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where the hub of this test keeps its tables; settings read it from the environment."""
    name: str = request.param
    use(name, request, monkeypatch)
    return name
