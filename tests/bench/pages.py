"""What the server takes for a page of the workspace, with 2,000 children lived in for a month.

A page's time is the processor's, of this process alone: the clock's depends on who else is there.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fastapi.testclient import TestClient

from hub.accounts.sessions import Way
from hub.bootstrap import Program, program
from hub.demo import DemoOptions, run_demo
from hub.settings import Settings
from hub.web.app import create_served
from hub.web.desk import COOKIE
from tests.bench.measure import Measure

CHILDREN, DAYS, TIMES = 2_000, 30, 20
LISTS = (
    *("/", "/inbox", "/sent", "/children", "/silence", "/overdue", "/visits?all=true"),
    *("/indicators", "/organisation"),
    *("/matters/reports", "/matters/approvals", "/matters/orders", "/matters/cases"),
    *("/ledgers/register", "/ledgers/applications", "/ledgers/duties?year=2025"),
)
SEATS = ("civil_affairs:310117", "education:310117", "town:310117001")


def measures(folder: Path) -> list[Measure]:
    """The slowest of a seat's lists, and a child's file: p95 in milliseconds of the processor."""
    settings = Settings(data=folder / "data")
    run_demo(DemoOptions(settings.data, CHILDREN, DAYS), settings)
    with program(settings.data, settings) as hub:
        return [each for seat in SEATS for each in _of_seat(hub, seat)]


def _of_seat(hub: Program, seat: str) -> Iterator[Measure]:
    with _browser(hub, seat) as browser:
        name = hub.directory.name(seat)
        slowest = max(((_p95(browser, path), path) for path in LISTS), default=(0.0, ""))
        listed = f"slowest list of {name} ({slowest[1]}), p95"
        yield Measure(listed, slowest[0], None, None, "ms", "< 100")
        found = re.search(r"/children/[0-9a-f-]{36}", browser.get("/children").text)
        if found is not None:
            taken = _p95(browser, found[0])
            yield Measure(f"a child's file at {name}, p95", taken, None, None, "ms", "< 150")


@contextmanager
def _browser(hub: Program, seat: str) -> Iterator[TestClient]:
    user = next(user for user in hub.directory.users() if user.organisation == seat)
    token = hub.entrance.sessions.begin(
        user.user, user, hub.clock.now(), shared=False, way=Way.LINK, kind="电脑"
    )
    app = create_served(hub, after_write=lambda: None)
    with TestClient(app, base_url="https://hub.example", follow_redirects=False) as browser:
        browser.cookies.set(COOKIE, token)
        yield browser


def _p95(browser: TestClient, path: str) -> float:
    """The 95th of a hundred, of some requests, the first of which warms up."""
    taken = []
    for _ in range(TIMES + 1):
        begun = time.process_time()
        answer = browser.get(path)
        taken.append((time.process_time() - begun) * 1000)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code}")
    return sorted(taken[1:])[int(TIMES * 0.95) - 1]
