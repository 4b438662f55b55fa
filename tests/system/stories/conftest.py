"""Every story happens on the embedded default, on PostgreSQL with views that follow Kafka, and once
more by clicking through the pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.system.backends import use
from tests.system.stories import district
from tests.web.browser import chromium_running


@pytest.fixture(params=("folder", "kafka", "clicked"), autouse=True)
def backend(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Where the hub of this test keeps its tables, which settings read from the environment; and
    whether people click."""
    name: str = request.param
    if name != "clicked":
        use(name, request, monkeypatch)
        yield name
        return
    use("folder", request, monkeypatch)
    with chromium_running() as browser:
        monkeypatch.setattr(district, "CLICKING", [browser])
        yield name
