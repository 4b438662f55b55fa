"""``hub silence``: asked as the door of the API asks."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.keyservice import Purpose
from tests.cli.office import Hub
from tests.program import CIVIL_AFFAIRS, PROCURATORATE, TOWN, running


@pytest.mark.parametrize(
    ("organisation", "purpose"),
    [
        (CIVIL_AFFAIRS, Purpose.COORDINATION),
        (TOWN, Purpose.CASEWORK),
        (PROCURATORATE, Purpose.CASEWORK),
    ],
)
@pytest.mark.parametrize("more", [(), ("--district",)])
def test_civil_affairs_look_to_coordinate(
    hub: Hub, data: Path, organisation: str, purpose: Purpose, more: tuple[str, ...]
) -> None:
    """统筹协调: what civil affairs list across the district they list for that, as at the desk."""
    ran = hub("silence", *more, "--organisation", organisation, "--data", data, "--json")
    assert ran.code == 0
    with running(data) as program:
        newest = program.audit.newest(1)[0]
    assert newest.action.startswith("silence") or newest.action == "away_with_open_work"
    assert newest.purpose == purpose
