"""Sheet rows per second through the whole door, and seconds from start to ready."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

from adapters.education.absence import KIND
from adapters.intake.templates import write_rows
from domain.identifiers import id_check_character
from domain.kernel import Actor
from domain.organisations import Organisation
from hub.bootstrap import initialise, program
from hub.clock import SetClock
from hub.settings import Settings
from tests.bench.measure import Measure, alone, rate
from tests.system.server import Server

ROWS = 1000


def _sheet(folder: Path, start: int) -> bytes:
    rows = []
    for number in range(start, start + ROWS):
        seventeen = f"310117{2010 + number % 8}{1 + number % 12:02d}{1 + number % 28:02d}"
        seventeen += f"{number % 900 + 1:03d}"
        rows.append(
            {
                "name": f"示例{number}",
                "id_number": seventeen + id_check_character(seventeen),
                "guardian_name": "示例监护人",
                "guardian_phone": "13800000000",
                "absent_since": "2025-02-24",
                "school_days": "2",
                "reason_code": "病假",
                "family_contact": "联系上",
            }
        )
    path = folder / f"{start}.xlsx"
    write_rows(KIND.layout, rows, path)
    return path.read_bytes()


def _rows_per_second(folder: Path) -> Measure:
    data = folder / "data"
    initialise(data, Settings())
    clock = SetClock(datetime(2025, 3, 3, 1, tzinfo=UTC))
    with program(data, Settings(), clock) as hub:
        hub.directory.add_organisations([Organisation("school:1", "示例小学", "310117001")])
        actor = Actor("school:1", "handler", "u-1")
        sheets = iter([_sheet(folder, start * ROWS) for start in range(3)])

        def work() -> int:
            answer = hub.intake.sheet(actor, next(sheets), "bench.xlsx")
            return len(answer.rows) - answer.refused

        return alone("sheet rows in", lambda: rate(work), unit="rows/s", aim="")


def _seconds_to_ready(folder: Path) -> float:
    data = folder / "served"
    initialise(data, Settings())
    start = time.perf_counter()
    server = Server(data)
    try:
        while True:
            try:
                with urllib.request.urlopen(f"{server.address}/api/v1/readyz", timeout=5):
                    return time.perf_counter() - start
            except (urllib.error.URLError, ConnectionError):
                if time.perf_counter() - start > 30:
                    raise
                time.sleep(0.01)
    finally:
        server.stop()


def measures(folder: Path) -> list[Measure]:
    """Rows in, and start-up."""
    return [
        _rows_per_second(folder),
        alone("start to ready", lambda: _seconds_to_ready(folder), unit="s", aim="2"),
    ]
