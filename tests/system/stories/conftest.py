"""Every story happens on each way to run the hub."""

from __future__ import annotations

import pytest

from tests.system.backends import BACKENDS, use


@pytest.fixture(params=BACKENDS, autouse=True)
def backend(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where the hub of this test keeps its tables; settings read it from the environment."""
    name: str = request.param
    use(name, request, monkeypatch)
    return name
