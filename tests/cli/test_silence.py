"""``hub silence``: asked as the door of the API asks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hub.keyservice import Purpose
from tests.cli.office import Hub
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    PROCURATORATE,
    SCHOOL,
    START,
    TOWN,
    absent,
    at,
    enrolled,
    pupil,
    resident,
    running,
    send,
)


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


def test_each_line_says_what_is_to_be_done_whose_it_is_and_since_when_here(
    hub: Hub, data: Path
) -> None:
    """Given a pupil whom the town was to persuade back / when nobody answers / then its line names
    the kind of task and the clock, and the instant as the clocks here show it."""
    with running(data) as program:
        send(program, EDUCATION, "education.roll", enrolled(pupil(1)))
        send(program, TOWN, "town.residence", resident(pupil(1)))
        send(program, SCHOOL, "education.absence", absent(pupil(1)))
        assert program.settle()
        at(program, START + timedelta(days=3))
        assert program.settle()
        program.folder.keep_clock_offset(program.clock.now() - datetime.now(UTC))
    said = hub("silence", "--organisation", TOWN, "--data", data).out
    (line,) = [each for each in said.splitlines() if "劝返（签收）" in each]
    assert "逾期未签收" in line
    assert "2025-03-05 00:00" in line
    assert "T16:00" not in said


def test_where_nothing_is_silent_it_says_so_and_promises_nothing(hub: Hub, data: Path) -> None:
    with running(data):
        pass
    said = hub("silence", "--organisation", TOWN, "--data", data).out
    assert "不表示孩子安全" in said
    assert "┃" not in said
