"""What statements of one's own may rely on, in files and on a server alike."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import psycopg
import pytest

from hub.encryption.match_index import AREA
from hub.encryption.root import RootKeystore
from hub.storage.areas import StorageBehind
from hub.storage.postgres import PostgresStorage, Server
from hub.storage.sql import Connection, Database, Guard, Storage
from hub.storage.sqlite import FolderStorage
from tests.program import CHEAP
from tests.servers.postgres import PostgresServer, own_postgres
from tests.storage.conftest import OpenDatabase, Unavailable
from tests.storage.opening import key_store

T = TypeVar("T")
CHILD = b"child"
PATIENCE = 20


def enter(connection: Connection, tag: bytes) -> None:
    connection.execute("INSERT INTO id_tag VALUES (?, ?)", (tag, CHILD))


def tags(connection: Connection) -> list[bytes]:
    rows = connection.execute("SELECT tag FROM id_tag ORDER BY tag").fetchall()
    return [bytes(row[0]) for row in rows]


def kept(database: Database) -> list[bytes]:
    with database.reading() as connection:
        return tags(connection)


def keep(database: Database, tag: bytes) -> None:
    with database.writing() as connection:
        enter(connection, tag)


def in_block(block: AbstractContextManager[T], *steps: Callable[[T], object]) -> None:
    """Take steps in a block; one of them may break it off."""
    with block as within:
        for step in steps:
            step(within)


def raising(error: BaseException | type[BaseException]) -> Callable[[object], object]:
    """A step that fails."""

    def step(within: object) -> object:
        raise error

    return step


# Reading


def test_reading_is_one_snapshot(found: Database, open_database: OpenDatabase) -> None:
    keep(found, b"1")
    other = open_database()
    with found.reading() as connection:
        assert tags(connection) == [b"1"]
        keep(other, b"2")
        assert tags(connection) == [b"1"], "as it was when the snapshot was taken"
    assert kept(found) == [b"1", b"2"]


def test_reading_waits_for_no_writer_and_sees_nothing_that_is_not_committed(
    found: Database, open_database: OpenDatabase
) -> None:
    other = open_database(busy_timeout=0.05)
    with found.writing() as connection:
        enter(connection, b"1")
        assert kept(other) == []
    assert kept(other) == [b"1"]


def test_reading_within_writing_is_that_transaction_on_its_own_thread_only(
    found: Database,
) -> None:
    with found.writing() as connection, ThreadPoolExecutor(1) as pool:
        enter(connection, b"1")
        assert kept(found) == [b"1"]
        with found.reading() as within:
            enter(within, b"2")
        assert pool.submit(kept, found).result(PATIENCE) == []
        enter(connection, b"3")
    assert kept(found) == [b"1", b"2", b"3"]


def test_in_reading_nothing_can_be_written_on_a_server(
    database: Server,
) -> None:
    opened = PostgresStorage(database).database(AREA, Unavailable)
    with pytest.raises(Unavailable), opened.reading() as connection:
        enter(connection, b"1")
    assert kept(opened) == []
    opened.close()


# Writing


def test_rows_of_several_tables_are_counted_apart_and_go_in_together(found: Database) -> None:
    one, two = ("id_tag", [(b"1", CHILD), (b"2", CHILD)], ""), ("id_tag", [(b"3", CHILD)], "")
    again = ("id_tag", [(b"3", CHILD), (b"4", CHILD)], "ON CONFLICT DO NOTHING")
    with found.writing() as connection:
        assert connection.insert_each([one, two, ("id_tag", [], "")]) == [2, 1, 0]
        assert connection.insert_each([again]) == [1]
    with pytest.raises(Unavailable), found.writing() as connection:
        connection.insert_each([("id_tag", [(b"5", CHILD)], ""), two])
    assert kept(found) == [b"1", b"2", b"3", b"4"]


def test_writing_is_committed_at_its_end(found: Database, open_database: OpenDatabase) -> None:
    keep(found, b"1")
    assert kept(open_database()) == [b"1"]


@pytest.mark.parametrize("how", [LookupError, KeyboardInterrupt])
def test_any_exception_undoes_a_writing_and_comes_through(
    found: Database, how: type[BaseException]
) -> None:
    with pytest.raises(how, match="示例"):
        in_block(found.writing(), lambda at: enter(at, b"1"), raising(how("示例")))
    assert kept(found) == []
    keep(found, b"2")
    assert kept(found) == [b"2"]


def test_nobody_elses_writing_runs_beside_one(found: Database, open_database: OpenDatabase) -> None:
    impatient = open_database(busy_timeout=0.05)
    with found.writing() as connection:
        enter(connection, b"1")
        begun = time.monotonic()
        with pytest.raises(Unavailable):
            keep(impatient, b"2")
        assert 0.04 < time.monotonic() - begun < 5
    keep(impatient, b"2")
    assert kept(found) == [b"1", b"2"]


def test_what_a_writing_read_is_still_so_when_it_writes(
    found: Database, open_database: OpenDatabase
) -> None:
    """Each takes the next number: with anybody in between two would take the same one."""
    threads, each_takes = 6, 20
    begin = threading.Barrier(threads)

    def count(own: Database) -> None:
        begin.wait(PATIENCE)
        for _ in range(each_takes):
            with own.writing() as connection:
                number = len(tags(connection))
                time.sleep(0.0002)
                enter(connection, number.to_bytes(2, "big"))

    with ThreadPoolExecutor(threads) as pool:
        owns = [found if n % 2 else open_database() for n in range(threads)]
        list(pool.map(count, owns))
    assert kept(found) == [n.to_bytes(2, "big") for n in range(threads * each_takes)]


def test_a_thread_has_one_writing_at_a_time(found: Database) -> None:
    with found.writing() as connection:
        with pytest.raises(RuntimeError, match="already"), found.writing():
            pass
        enter(connection, b"1")
    assert kept(found) == [b"1"]


def test_many_rows_and_every_sign_in_a_value(found: Database) -> None:
    """Marks of a statement are nothing special in a value."""
    rows = [(b"%s ? %% ?", b"?"), (b"\x00\xff\x00", b"%s"), (b"", "名字".encode())]
    with found.writing() as connection:
        connection.executemany("INSERT INTO id_tag VALUES (?, ?)", rows)
        connection.executemany("INSERT INTO id_tag VALUES (?, ?)", [])
    with found.reading() as connection:
        asked = connection.execute("SELECT tag, child_ref FROM id_tag ORDER BY tag")
        assert [tuple(map(bytes, row)) for row in asked.fetchall()] == sorted(rows)
        one = connection.execute("SELECT child_ref FROM id_tag WHERE tag = ?", (b"%s ? %% ?",))
        assert one.fetchone() == (b"?",)
        assert one.fetchone() is None
    with found.writing() as connection:
        assert connection.execute("DELETE FROM id_tag WHERE tag <> ?", (b"",)).rowcount == 2


# One row, and what is missing


def test_a_single_row(found: Database) -> None:
    assert found.single("SELECT count(*) FROM id_tag") == (0,)
    keep(found, b"1")
    assert found.single("SELECT count(*) FROM id_tag WHERE tag = ?", (b"1",)) == (1,)
    with pytest.raises(Unavailable):
        found.single("SELECT tag FROM id_tag WHERE tag = ?", (b"2",))


def _asks(database: Database) -> list[Callable[[], object]]:
    def read() -> None:
        with database.reading() as connection:
            connection.execute("SELECT nothing FROM nowhere")

    def write() -> None:
        with database.writing() as connection:
            connection.execute("INSERT INTO nowhere VALUES (1)")

    def twice() -> None:
        with database.writing() as connection:
            enter(connection, b"1")
            enter(connection, b"1")

    return [read, write, twice, lambda: database.single("SELECT nothing FROM nowhere")]


def test_errors_are_of_the_given_kind_and_leave_the_database_usable(found: Database) -> None:
    for ask in _asks(found):
        with pytest.raises(Unavailable) as raised:
            ask()
        assert "nowhere" not in str(raised.value)
        assert kept(found) == []
    keep(found, b"1")


# What stays undisturbed for longer than a transaction


@contextmanager
def _in(database: Database, alone: bool, names: tuple[str, ...] = ("a",)) -> Iterator[Guard]:
    with database.guarded(alone=alone) as guard:
        if not alone:
            guard.hold(names)
        yield guard


@pytest.mark.parametrize("alone", [True, False])
def test_who_is_guarded_sees_what_the_one_before_has_written(
    found: Database, open_database: OpenDatabase, alone: bool
) -> None:
    """Over threads and processes, and beyond the commit: until the block ends."""
    each_takes = 10
    owns = [found, found, open_database(), open_database()]
    at_once: list[int] = []
    most = 0

    def take(own: Database) -> None:
        nonlocal most
        for _ in range(each_takes):
            with _in(own, alone) as guard:
                at_once.append(1)
                most = max(most, len(at_once))
                enter(guard.connection, len(tags(guard.connection)).to_bytes(2, "big"))
                guard.commit()
                time.sleep(0.0005)
                at_once.pop()

    with ThreadPoolExecutor(len(owns)) as pool:
        list(pool.map(take, owns))
    assert most == 1
    assert kept(found) == [n.to_bytes(2, "big") for n in range(len(owns) * each_takes)]


@pytest.mark.parametrize("holder", [True, False])
@pytest.mark.parametrize("comer", [True, False])
def test_a_guard_waits_no_longer_than_the_busy_timeout(
    found: Database, open_database: OpenDatabase, holder: bool, comer: bool
) -> None:
    impatient = open_database(busy_timeout=0.05)

    def take() -> None:
        with _in(impatient, comer):
            pass

    with _in(found, holder) as guard:
        guard.commit()
        for attempt in (take, lambda: pool_of_one(take)):
            begun = time.monotonic()
            with pytest.raises(Unavailable):
                attempt()
            assert 0.04 < time.monotonic() - begun < 5
    take()


def pool_of_one(work: Callable[[], object]) -> None:
    """Do it in another thread."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(work).result(PATIENCE)


@pytest.mark.parametrize("how", [LookupError, KeyboardInterrupt])
@pytest.mark.parametrize("alone", [True, False])
def test_any_exception_undoes_what_is_guarded_lets_go_and_comes_through(
    found: Database, open_database: OpenDatabase, alone: bool, how: type[BaseException]
) -> None:
    first = _in(found, alone)
    with pytest.raises(how, match="示例"):
        in_block(first, lambda at: enter(at.connection, b"1"), raising(how("示例")))
    assert kept(found) == []
    second = _in(found, alone)
    with pytest.raises(how):
        in_block(
            second, lambda at: enter(at.connection, b"2"), lambda at: at.commit(), raising(how)
        )
    with _in(open_database(busy_timeout=0.05), True):
        assert kept(found) == [b"2"], "what was committed is committed"


def test_what_is_guarded_and_not_committed_is_undone(found: Database) -> None:
    with _in(found, True) as guard:
        enter(guard.connection, b"1")
    assert kept(found) == []


def test_others_may_write_when_what_is_guarded_is_committed(
    found: Database, open_database: OpenDatabase
) -> None:
    with _in(found, True) as guard:
        enter(guard.connection, b"1")
        guard.commit()
        keep(found, b"2")
        keep(open_database(), b"3")
        assert kept(found) == [b"1", b"2", b"3"]


def test_more_threads_than_connections_get_their_turn(found: Database) -> None:
    threads = 40
    begin = threading.Barrier(threads)

    def work(number: int) -> None:
        begin.wait(PATIENCE)
        with _in(found, number % 3 == 0, (str(number % 5),)) as guard:
            enter(guard.connection, number.to_bytes(2, "big"))
            guard.commit()

    begun = time.monotonic()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(threads)))
    assert time.monotonic() - begun < 5
    assert len(kept(found)) == threads


_HOLDER = """
import sys
from pathlib import Path
from hub.encryption.match_index import AREA
from hub.storage.postgres import PostgresStorage, Server
from hub.storage.sqlite import FolderStorage
kind, where, passfile = sys.argv[1:]
storage = FolderStorage(Path(where)) if kind == "sqlite" else PostgresStorage(
    Server(where, Path(passfile)))
database = storage.database(AREA, RuntimeError)
with database.guarded(alone=True) as guard:
    guard.connection.execute("INSERT INTO id_tag VALUES (?, ?)", (b"killed", b""))
    print("in", flush=True)
    sys.stdin.read()
"""


def _arguments(storage: Storage, tmp_path: Path) -> tuple[str, str, str]:
    if isinstance(storage, PostgresStorage):
        return "postgresql", storage.server.url, str(storage.server.passfile)
    assert isinstance(storage, FolderStorage)
    return "sqlite", str(tmp_path), ""


def test_a_process_that_is_killed_lets_go_and_has_written_nothing(
    storage: Storage, open_database: OpenDatabase, tmp_path: Path
) -> None:
    impatient, patient = open_database(busy_timeout=0.05), open_database()
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDER, *_arguments(storage, tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        try:
            assert holder.stdout.readline() == b"in\n"
            with pytest.raises(Unavailable), _in(impatient, True):
                pass
            with pytest.raises(Unavailable), _in(impatient, False):
                pass
        finally:
            holder.kill()
    with _in(patient, True) as guard:
        enter(guard.connection, b"1")
        guard.commit()
    assert kept(patient) == [b"1"]


# What is deleted


def test_wiping_and_vacuuming_leave_what_is_there(found: Database) -> None:
    for tag in (b"1", b"2"):
        keep(found, tag)
    with found.writing() as connection:
        connection.execute("DELETE FROM id_tag WHERE tag = ?", (b"1",))
    assert found.wipe_deleted("id_tag") is True
    found.vacuum()
    assert kept(found) == [b"2"]


# A server that goes away


def _terminate(server: PostgresServer, database: Server) -> int:
    """End every session of the area's role, as an administrator or a restart would."""
    with server.superuser() as connection:
        ended = connection.execute(
            "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity"
            " WHERE usename = %s AND datname = %s",
            (AREA.role, database.url.rsplit("/", 1)[1]),
        ).fetchone()
    assert ended is not None
    return int(str(ended[0]))


@pytest.fixture
def served(database: Server) -> Iterator[Database]:
    opened = PostgresStorage(database).database(AREA, Unavailable, busy_timeout=5)
    yield opened
    opened.close()


def test_sessions_that_were_ended_between_are_not_noticed(
    postgres: PostgresServer, database: Server, served: Database
) -> None:
    """However many there were: each that is found dead costs nobody a turn of its own."""
    meet = threading.Barrier(12)

    def at_once(number: int) -> None:
        with served.reading():
            meet.wait(PATIENCE)

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(at_once, range(12)))
    assert _terminate(postgres, database) >= 12
    keep(served, b"1")
    with _in(served, False):
        pass
    assert served.single("SELECT count(*) FROM id_tag") == (1,)
    assert kept(served) == [b"1"]


def test_a_session_that_is_ended_within_is_unavailable_and_has_written_nothing(
    postgres: PostgresServer, database: Server, served: Database
) -> None:
    def ended(within: object) -> None:
        assert _terminate(postgres, database) >= 1

    def one(at: Connection) -> None:
        enter(at, b"1")

    for steps in ((one, ended, lambda at: enter(at, b"2")), (one, ended)):
        with pytest.raises(Unavailable):
            in_block(served.writing(), *steps)
    keep(served, b"3")
    assert kept(served) == [b"3"]


@pytest.mark.parametrize("how", [LookupError, KeyboardInterrupt])
def test_an_exception_comes_through_though_the_session_was_ended(
    postgres: PostgresServer, database: Server, served: Database, how: type[BaseException]
) -> None:
    def ended(within: object) -> None:
        assert _terminate(postgres, database) >= 1

    with pytest.raises(how):
        in_block(served.writing(), lambda at: enter(at, b"1"), ended, raising(how))
    with pytest.raises(how):
        in_block(_in(served, True), lambda at: enter(at.connection, b"1"), ended, raising(how))
    assert kept(served) == []


def test_side_by_side_on_a_server_are_those_that_hold_other_names(served: Database) -> None:
    meet = threading.Barrier(3)

    def work(names: tuple[str, ...]) -> None:
        with _in(served, False, names):
            meet.wait(PATIENCE)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, [("a", "b"), ("c",), ("d", "e")]))


def test_two_that_wait_for_each_others_names_do_not_wait_for_ever(served: Database) -> None:
    """The server lets one of them fail, and what it had written is undone."""
    meet = threading.Barrier(2)

    def work(first: str, second: str) -> bool:
        try:
            with served.guarded(alone=False) as guard:
                guard.hold([first])
                enter(guard.connection, first.encode())
                meet.wait(PATIENCE)
                guard.hold([second])
                guard.commit()
        except Unavailable:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        went = list(pool.map(work, "ab", "ba"))
    assert sorted(went) == [False, True]
    assert kept(served) == [b"a" if went[0] else b"b"]


def test_a_guard_whose_session_is_ended_lets_go(
    postgres: PostgresServer, database: Server, served: Database
) -> None:
    def ended(within: object) -> None:
        assert _terminate(postgres, database) >= 1

    with pytest.raises(Unavailable):
        in_block(
            _in(served, True),
            lambda at: enter(at.connection, b"1"),
            ended,
            lambda at: at.commit(),
        )
    with _in(served, True) as guard:
        enter(guard.connection, b"2")
        guard.commit()
    assert kept(served) == [b"2"]


@pytest.mark.slow
def test_a_server_that_stops_is_unavailable_and_one_that_comes_back_is_used() -> None:
    with own_postgres() as server:
        storage = PostgresStorage(server.create())
        opened, impatient = (
            storage.database(AREA, Unavailable, busy_timeout=timeout) for timeout in (5, 0.2)
        )
        for each in (opened, impatient):
            keep(each, (each is opened and b"1") or b"2")
        server.stop()

        def guarded() -> None:
            with _in(impatient, True):
                pass

        for ask in (lambda: kept(impatient), lambda: keep(impatient, b"x"), guarded):
            with pytest.raises(Unavailable):
                ask()
        with pytest.raises(Unavailable):
            impatient.single("SELECT 1")
        with pytest.raises(Unavailable):
            storage.database(AREA, Unavailable, busy_timeout=0.2)
        server.start()
        keep(opened, b"3")
        assert kept(impatient) == [b"1", b"2", b"3"]
        server.kill()
        server.start()
        assert kept(opened) == [b"1", b"2", b"3"], "what was committed outlives a power cut"
        for each in (opened, impatient):
            each.close()


# Versions


def test_a_database_of_another_version_is_not_opened(
    storage: Storage, open_database: OpenDatabase
) -> None:
    opened = open_database()
    if isinstance(storage, FolderStorage):
        with opened.writing() as connection:
            connection.execute("UPDATE alembic_version SET version_num = ?", ("9999",))
    else:
        assert isinstance(storage, PostgresStorage)
        parameters = storage.server.parameters("hub_owner", AREA.name)
        with psycopg.connect(**parameters, autocommit=True) as owner:
            owner.execute("UPDATE alembic_version SET version_num = '9999'")
    for attempt in (
        lambda: storage.database(AREA, Unavailable),
        lambda: storage.engine(AREA),
        lambda: storage.database(AREA, Unavailable, create=True),
    ):
        with pytest.raises(StorageBehind, match=AREA.name):
            attempt()


@pytest.mark.slow
def test_a_file_that_is_opened_again_keeps_its_locks(tmp_path: Path) -> None:
    """Two openings in one process, and another process that comes and goes in between: each sees
    what the others wrote."""
    root = RootKeystore.create(tmp_path / "root", "示例口令", CHEAP)
    first = key_store(tmp_path / "keys", root)
    second = key_store(tmp_path / "keys", root)
    # The first to close might put the log away; who comes next then writes another.
    for each in (first, second, first, second):
        child = uuid4()
        program = (
            "import sys; from pathlib import Path; from uuid import UUID;"
            "from hub.encryption.root import RootKeystore;"
            "from tests.storage.opening import key_store;"
            "root = RootKeystore.open(Path(sys.argv[1]), '示例口令');"
            "store = key_store(Path(sys.argv[2]), root);"
            "store.fence(UUID(sys.argv[3])); store.close()"
        )
        arguments = [str(tmp_path / "root"), str(tmp_path / "keys"), str(child)]
        subprocess.run([sys.executable, "-c", program, *arguments], check=True)
        assert each.fenced(child), "this process no longer reads what others write"
    first.close()
    second.close()
