"""A client as an office's own system would be one, and what must be true after it has worked while
processes died: it sends record after record, keeps every receipt it is given, and sends again
what was not answered."""

from __future__ import annotations

import http.client
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from domain.dropout_events import AbsenceReported, DropoutSuspected
from domain.organisations import Post
from domain.referral import ReferralRequested
from hub.bootstrap import Program, program
from hub.settings import Settings
from projections.engine import SeatView
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    SCHOOL,
    absent,
    enrolled,
    prepare,
    pupil,
    reader,
    send,
)
from tests.projections.logs import contents
from tests.system.server import Server

PUPILS = 40


def office_on(data: Path) -> Office:
    """A data folder with a school whose pupils are enrolled, and the school's own system."""
    prepare(data)
    with program(data, Settings()) as hub:
        user = hub.directory.add_user("school", SCHOOL, "教务处", Post.HANDLER)
        token = hub.directory.issue_token(user, datetime.now(UTC), timedelta(hours=1))
        for number in range(PUPILS):
            send(hub, EDUCATION, "education.roll", enrolled(pupil(number)))
    return Office(token)


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
            if status == 503:
                # A part of the hub cannot answer just now, and says so: once more.
                time.sleep(0.05)
                continue
            assert status in (200, 201), (status, answer)
            known = self.receipts.setdefault((number, days), answer["receipt"])
            assert known == answer["receipt"], "a record was given two receipts"
            self._next += 1

    @property
    def sent(self) -> int:
        """How many records were acknowledged."""
        return self._next


def nothing_lost_nothing_doubled(hub: Program, office: Office) -> None:
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
    suspected = sum(fact.topic == DropoutSuspected.TOPIC for fact in facts)
    # A case asks police, town and civil affairs, however often the reactor was killed.
    asked = Counter(f.clear["kind"] for f in facts if f.topic == ReferralRequested.TOPIC)
    assert suspected > 0
    for kind in ("trace_dropout", "persuade_dropout", "coordinate_dropout"):
        assert asked[kind] == suspected, kind
    versions = Counter((fact.stream, fact.version) for fact in facts)
    assert set(versions.values()) == {1}


def _rows(view: SeatView) -> dict[str, list[str]]:
    """All that a view holds; how it came so far is another matter."""
    found = contents(view)
    del found["progress"]
    return found


def views_equal_a_rebuild(hub: Program) -> None:
    before = {seat: _rows(view) for seat, view in hub.projector.views.items()}
    board = hub.queries.board(reader(CIVIL_AFFAIRS))
    hub.projector.rebuild(list(hub.projector.views), lambda seat: None)
    after = {seat: _rows(view) for seat, view in hub.projector.views.items()}
    for seat, found in before.items():
        assert after[seat] == found, seat
    assert hub.queries.board(reader(CIVIL_AFFAIRS)) == board
