"""Killing the process at any moment loses nothing that was acknowledged and repeats nothing.

A client as an office's own system would be one: it sends record after record, keeps every
receipt it is given, and sends again what was not answered. The hub is killed twenty times in
the middle of that, once for each seed, at a moment of the seed's choosing.
"""

from __future__ import annotations

import random
import threading
import time
from pathlib import Path

import pytest

from hub.bootstrap import program
from hub.settings import Settings
from tests.system.office import nothing_lost_nothing_doubled, office_on, views_equal_a_rebuild
from tests.system.server import Server

KILLS = 20
LONGEST = 2.0
"""Seconds a process is allowed to live after it answers."""


@pytest.mark.kill
@pytest.mark.slow
def test_twenty_kills_lose_nothing_and_repeat_nothing(tmp_path: Path) -> None:
    data = tmp_path / "data"
    office = office_on(data)
    rng = random.Random(20250303)
    for _ in range(KILLS):
        server = Server(data)
        gone = threading.Event()
        client = threading.Thread(target=office.work, args=(server, gone))
        client.start()
        time.sleep(rng.uniform(0.02, LONGEST))
        server.kill()
        gone.set()
        client.join(timeout=30)
        assert not client.is_alive()
    # Whatever the last kill cut off is sent again by the client, once more.
    server = Server(data)
    try:
        gone = threading.Event()
        client = threading.Thread(target=office.work, args=(server, gone))
        client.start()
        time.sleep(1)
        gone.set()
        client.join(timeout=30)
    finally:
        assert server.stop() == 0
    assert office.sent >= KILLS, "the office could hardly send anything: the test says nothing"
    with program(data, Settings()) as hub:
        nothing_lost_nothing_doubled(hub, office)
        views_equal_a_rebuild(hub)
