"""Killing the process at any moment loses nothing that was acknowledged and repeats nothing.

A client as an office's own system would be one: it sends record after record, keeps every
receipt it is given, and sends again what was not answered. The hub is killed twenty times in
the middle of that, once for each seed, at a moment of the seed's choosing.
"""

from __future__ import annotations

import http.client
import random
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.dropout_case import AbsenceReported, DropoutSuspected
from domain.organisations import Post
from domain.referral import ReferralRequested
from hub.bootstrap import Program, program
from hub.settings import Settings
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    SCHOOL,
    absent,
    enrolled,
    prepare,
    pupil,
    reader,
    rows,
    send,
    view_file,
)
from tests.system.server import Server

KILLS = 20
PUPILS = 40
LONGEST = 1.2
"""Seconds a process is allowed to live after it answers."""


class Office:
    """The client. ``receipts`` are the acknowledged records by the pupil's number."""

    def __init__(self, token: str) -> None:
        self._token = token
        self.receipts: dict[tuple[int, int], str] = {}
        self._next = 0

    def work(self, server: Server, until: threading.Event) -> None:
        """Send until the server is gone; an unanswered record is the next to be sent."""
        while not until.is_set():
            number, days = self._next % PUPILS, 1 + self._next // PUPILS
            body = absent(pupil(number), days=days)
            try:
                status, answer = server.post("/api/v1/intake/education/absence", self._token, body)
            except (OSError, http.client.HTTPException, ValueError):
                return
            assert status in (200, 201), (status, answer)
            known = self.receipts.setdefault((number, days), answer["receipt"])
            assert known == answer["receipt"], "a record was given two receipts"
            self._next += 1

    @property
    def sent(self) -> int:
        """How many records were acknowledged."""
        return self._next


@pytest.mark.kill
@pytest.mark.slow
def test_twenty_kills_lose_nothing_and_repeat_nothing(tmp_path: Path) -> None:
    data = tmp_path / "data"
    prepare(data)
    with program(data, Settings()) as hub:
        user = hub.directory.add_user("school", SCHOOL, "教务处", Post.HANDLER)
        token = hub.directory.issue_token(user, datetime.now(UTC), timedelta(hours=1))
        for number in range(PUPILS):
            send(hub, EDUCATION, "education.roll", enrolled(pupil(number)))
    office = Office(token)
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
        _nothing_lost_nothing_doubled(hub, office)
        _views_equal_a_rebuild(hub)


def _nothing_lost_nothing_doubled(hub: Program, office: Office) -> None:
    for receipt in office.receipts.values():
        found = hub.store.recorder.receipt_by_number(receipt)
        assert found is not None, "an acknowledged record is gone"
    assert hub.settle()
    facts = hub.store.feed(0, 1_000_000)
    told = Counter(
        (fact.child_ref, fact.clear["school_days"])
        for fact in facts
        if fact.topic == AbsenceReported.TOPIC
    )
    assert set(told.values()) == {1}, "a record was taken twice"
    assert len(told) == len(office.receipts)
    topics = Counter(fact.topic for fact in facts)
    # A case asks police, town and civil affairs, however often the reactor was killed.
    assert topics[ReferralRequested.TOPIC] == 3 * topics[DropoutSuspected.TOPIC] > 0
    versions = Counter((fact.stream, fact.version) for fact in facts)
    assert set(versions.values()) == {1}


def _views_equal_a_rebuild(hub: Program) -> None:
    before = {seat: rows(view_file(hub, seat)) for seat in hub.projector.views}
    board = hub.queries.board(reader(CIVIL_AFFAIRS))
    with hub.projector.leading():
        hub.projector.rebuild(list(hub.projector.views), lambda seat: None)
    after = {seat: rows(view_file(hub, seat)) for seat in hub.projector.views}
    for seat, found in before.items():
        assert after[seat] == found, seat
    assert hub.queries.board(reader(CIVIL_AFFAIRS)) == board
