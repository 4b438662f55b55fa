"""The PostgreSQL recorder when the server, or another writer, gets in between."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from uuid import UUID, uuid4

import psycopg
import pytest
from eventsourcing.persistence import IntegrityError, StoredEvent

from hub.encryption.keystore import KeyStore
from hub.eventstore.postgres import _LOCK, PostgresRecorder
from hub.eventstore.receipts import StoreUnavailable
from hub.eventstore.recorder import Append
from hub.eventstore.store import EventStore
from hub.eventstore.tables import AREA
from hub.migrate import OWNER
from hub.storage.postgres import PostgresStorage, Server
from tests.eventstore.invented import persuasion, receipt
from tests.servers.postgres import PostgresServer

PATIENCE = 20


@pytest.fixture
def recorder(database: Server) -> Iterator[PostgresRecorder]:
    made = PostgresRecorder(PostgresStorage(database))
    yield made
    made.close()


def one(stream: UUID, version: int = 1) -> StoredEvent:
    return StoredEvent(stream, version, "test", b"state")


def versions(recorder: PostgresRecorder) -> list[tuple[int, UUID | str]]:
    return [(each.id, each.originator_id) for each in recorder.select_notifications(None, 1000)]


@contextmanager
def appends_held(database: Server) -> Iterator[None]:
    """Whoever appends waits until the block ends."""
    with psycopg.connect(**database.parameters(AREA.role, AREA.name)) as holder:
        holder.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        yield


def waiting(postgres: PostgresServer, database: Server) -> list[int]:
    """The sessions that wait to append, when there are any."""
    deadline = time.monotonic() + PATIENCE
    with postgres.superuser() as connection:
        while True:
            rows = connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = %s"
                " AND wait_event_type = 'Lock' AND wait_event = 'advisory'",
                (database.url.rsplit("/", 1)[1],),
            ).fetchall()
            if rows:
                return [int(str(row[0])) for row in rows]
            assert time.monotonic() < deadline
            time.sleep(0.005)


def test_a_session_that_is_lost_within_a_commit_is_everybodys_and_the_next_goes_on(
    postgres: PostgresServer, database: Server, keys: KeyStore
) -> None:
    """All whose appends were together are told that it is unknown; it was not recorded here, so
    that the same appends go in when they are made again, each once."""
    store = EventStore(PostgresRecorder(PostgresStorage(database)), keys)
    children = [uuid4() for _ in range(5)]
    works = []
    for number, child in enumerate(children):
        events = [persuasion(child, child, 1)]
        works.append((events, [receipt(child.bytes, f"N{number}", events)]))
    # Their keys are there: nothing else is asked of anybody.
    store._mapper.keys_for([each for events, _ in works for each in events])
    with ThreadPoolExecutor(len(works)) as pool:
        with appends_held(database):
            running: list[Future[list[int]]] = [pool.submit(store.append, *works[0])]
            (session,) = waiting(postgres, database)
            running += [pool.submit(store.append, *work) for work in works[1:]]
            deadline = time.monotonic() + PATIENCE
            while len(store._group._waiting) < len(works) - 1:
                assert time.monotonic() < deadline
                time.sleep(0.005)
            ended = [session]
            with postgres.superuser() as connection:
                # The first, which commits alone, and then the others, which commit together.
                connection.execute("SELECT pg_terminate_backend(%s, 10000)", (session,))
                with pytest.raises(StoreUnavailable):
                    running[0].result(PATIENCE)
                (session,) = waiting(postgres, database)
                assert session not in ended
                connection.execute("SELECT pg_terminate_backend(%s, 10000)", (session,))
            for each in running[1:]:
                with pytest.raises(StoreUnavailable):
                    each.result(PATIENCE)
        assert store.position == 0
        found = [position for work in works for position in store.append(*work)]
        assert found == [1, 2, 3, 4, 5]
    assert [store.receipt(f"N{number}") is not None for number in range(5)] == [True] * 5
    store.close()


def test_the_appends_of_many_are_one_commit(
    postgres: PostgresServer, database: Server, keys: KeyStore
) -> None:
    """Whatever waited while another was committed: a group shares one transaction."""
    store = EventStore(PostgresRecorder(PostgresStorage(database)), keys)
    children = [uuid4() for _ in range(6)]
    works = [[persuasion(child, child, 1)] for child in children]
    store._mapper.keys_for([each for events in works for each in events])
    with ThreadPoolExecutor(len(works)) as pool:
        with appends_held(database):
            running = [pool.submit(store.append, works[0])]
            waiting(postgres, database)
            running += [pool.submit(store.append, each) for each in works[1:]]
            while len(store._group._waiting) < len(works) - 1:
                time.sleep(0.005)
        for each in running:
            each.result(PATIENCE)
    with psycopg.connect(**database.parameters(OWNER, AREA.name)) as owner:
        commits = owner.execute(
            "SELECT count(*) FROM stored_events GROUP BY xmin::text ORDER BY 1"
        ).fetchall()
    assert [row[0] for row in commits] == [1, len(works) - 1]
    store.close()


def test_of_appends_together_only_what_is_taken_is_kept_out(recorder: PostgresRecorder) -> None:
    """Taken by what is recorded already, or by one that came before it in the same commit."""
    taken, free, twice = uuid4(), uuid4(), uuid4()
    recorder.insert_events([one(taken)])
    found = recorder.insert_together(
        [
            Append([one(free), one(free, 2)]),
            Append([one(taken), one(uuid4())]),
            Append([one(twice)]),
            Append([one(twice), one(uuid4())]),
            Append([one(free, 3)]),
        ]
    )
    assert [type(each) for each in found] == [list, IntegrityError, list, IntegrityError, list]
    assert [stream for _, stream in versions(recorder)] == [taken, free, free, twice, free]
    assert [position for position, _ in versions(recorder)] == [1, 2, 3, 4, 5]


def test_an_append_of_the_same_thing_twice_is_kept_out(recorder: PostgresRecorder) -> None:
    stream, other = uuid4(), uuid4()
    found = recorder.insert_together([Append([one(stream), one(stream)]), Append([one(other)])])
    assert [type(each) for each in found] == [IntegrityError, list]
    assert versions(recorder) == [(1, other)]


def test_what_cannot_go_in_keeps_out_itself_alone_and_nobody_waits_for_ever(
    database: Server, recorder: PostgresRecorder
) -> None:
    """A row beyond the log's end, as half a restore leaves one, is in the way of one append, and
    nothing that the appends say tells of which."""
    subject, stream, other = str(uuid4()), uuid4(), uuid4()
    with psycopg.connect(**database.parameters(OWNER, AREA.name)) as owner:
        owner.execute("INSERT INTO event_index VALUES (%s, 1, ''), (%s, 2, '')", (subject, subject))
    appends = [
        Append([one(stream)], [(subject, "")]),
        Append([one(other)], [("another", "")]),
    ]
    found: list[list[list[int] | BaseException]] = []
    thread = threading.Thread(
        target=lambda: found.append(recorder.insert_together(appends)), daemon=True
    )
    thread.start()
    thread.join(PATIENCE)
    assert found, "it tries for ever"
    assert [type(each) for each in found[0]] == [IntegrityError, list]
    assert versions(recorder) == [(1, other)]


def test_the_log_has_no_hole_after_what_was_refused(recorder: PostgresRecorder) -> None:
    stream = uuid4()
    for number in range(1, 20):
        recorder.insert_events([one(stream, number)])
        with pytest.raises(IntegrityError):
            recorder.insert_events([one(uuid4()), one(stream, number)])
    assert [position for position, _ in versions(recorder)] == list(range(1, 20))
