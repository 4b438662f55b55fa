"""The workspace over HTTP: in the process, and through a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium

from tests.program import running
from tests.web.browser import Site, chromium_running, site_on
from tests.web.people import Workspace, workspace_on


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """The pages in the process, each person with cookies of their own."""
    with running(tmp_path / "data") as program:
        yield workspace_on(program)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    """One browser for the tests of a file, and gone before any other: while it is there, no other
    test could run an event loop in its process."""
    with chromium_running() as browser:
        yield browser


@pytest.fixture(scope="module")
def site(chromium: Chromium, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The workspace of the invented district, shared by the tests of a file."""
    with (
        running(tmp_path_factory.mktemp("web") / "data") as program,
        site_on(program, chromium) as served,
    ):
        yield served
