"""Whoever works is told by the server that something was appended, also after it was restarted;
and looks by itself where nobody tells."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from uuid import uuid4

import psycopg
import pytest

from hub.eventstore.opening import open_recorder
from hub.eventstore.store import EventStore
from hub.storage.postgres import CHANNEL, Listener, PostgresStorage, Server
from tests.eventstore.invented import persuasion
from tests.servers.postgres import own_postgres


def eventually(true: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.01)


def test_an_append_of_any_process_wakes_the_worker(database: Server) -> None:
    woken = threading.Semaphore(0)
    listener = Listener(database, "hub_reactions", woken.release)
    listener.start()
    store = EventStore(open_recorder(PostgresStorage(database)), None)
    try:
        # That somebody listens now is itself a reason to look.
        assert woken.acquire(timeout=20)
        child = uuid4()
        store.append([persuasion(child, uuid4(), 1)])
        assert woken.acquire(timeout=5)
    finally:
        listener.stop()
        store.close()


def test_one_notice_for_a_commit_however_many_appends_it_took(database: Server) -> None:
    store = EventStore(open_recorder(PostgresStorage(database)), None)
    child = uuid4()
    with psycopg.connect(**database.parameters("hub_reactions"), autocommit=True) as connection:
        connection.execute(f"LISTEN {CHANNEL}")
        store.append([persuasion(child, uuid4(), 1) for _ in range(50)])
        notices = list(connection.notifies(timeout=2, stop_after=2))
    store.close()
    assert len(notices) == 1
    assert notices[0].payload == "", "what happened is nobody's who listens"


@pytest.mark.slow
def test_it_listens_again_after_the_server_was_restarted() -> None:
    with own_postgres() as server:
        database = server.create()
        woken: list[float] = []
        listener = Listener(database, "hub_reactions", lambda: woken.append(time.monotonic()))
        listener.start()
        try:
            eventually(lambda: len(woken) == 1)
            server.kill()
            server.start()
            eventually(lambda: len(woken) >= 2)
            store = EventStore(open_recorder(PostgresStorage(database)), None)
            before = len(woken)
            store.append([persuasion(uuid4(), uuid4(), 1)])
            eventually(lambda: len(woken) > before)
            store.close()
        finally:
            listener.stop()
