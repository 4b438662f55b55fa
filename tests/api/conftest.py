from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from hub.api.app import create_app
from tests.api.desks import District
from tests.program import running


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    # Failures are answered by the application itself: the client raises any that is not.
    with running(tmp_path / "data") as program, TestClient(create_app(program)) as client:
        yield District(program, client)
