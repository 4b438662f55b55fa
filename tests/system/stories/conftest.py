"""Every story happens on the embedded default, on PostgreSQL with views that follow Kafka, and once
more by clicking through the pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium

from tests.system.backends import use
from tests.system.stories import district
from tests.web.browser import chromium_running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """One browser for all stories of a process."""
    with chromium_running() as browser:
        yield browser


@pytest.fixture(params=("folder", "kafka", "clicked"), autouse=True)
def backend(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where the hub of this test keeps its tables, which settings read from the environment; and
    whether people click."""
    name: str = request.param
    if name == "clicked":
        browser: Chromium = request.getfixturevalue("chromium")
        monkeypatch.setattr(district, "CLICKING", [browser])
        name = "folder"
    use(name, request, monkeypatch)
    return name
