"""The event sourcing library's own suite of what a recorder must do, on both of ours.

Left out: ``optional_test_insert_subscribe`` (neither of ours offers a subscription: readers poll),
and the cases of tracking and process recorders (positions are kept with what they are positions
of, never in the log). The aggregate recorder's case expects that no position is given; ours give
them, so there they are put aside first.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from eventsourcing.persistence import AggregateRecorder, StoredEvent

from hub.eventstore.opening import open_recorder
from hub.eventstore.postgres import PostgresRecorder
from hub.eventstore.recorder import Recorder
from hub.eventstore.sqlite import HubSQLiteRecorder
from hub.storage.postgres import PostgresStorage
from tests.storage.opening import recorder


def _suite() -> ModuleType:
    """The library's module of cases. It imports the library's cipher, which we do not use and
    whose package we do not install."""
    with pytest.MonkeyPatch.context() as patch:
        cipher = ModuleType("eventsourcing.cipher")
        cipher.AESCipher = None  # type: ignore[attr-defined]
        patch.setitem(sys.modules, cipher.__name__, cipher)
        return import_module("eventsourcing.tests.persistence")


if TYPE_CHECKING:
    from eventsourcing.tests import persistence as suite
else:
    suite = _suite()


class _Opened:
    """Opens the recorder under test, and closes it when the case is over."""

    kind: type[Recorder]
    _open: Callable[[], Recorder]

    @pytest.fixture(autouse=True)
    def _storage(self, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
        opened: list[Recorder] = []

        def on(found: Recorder) -> Recorder:
            assert type(found) is self.kind
            opened.append(found)
            return found

        if self.kind is PostgresRecorder:
            storage = PostgresStorage(request.getfixturevalue("database"))
            self._open = lambda: on(open_recorder(storage))
        else:
            self._open = lambda: on(recorder(tmp_path / "events"))
        before = set(threading.enumerate())
        yield
        assert opened, "the case has opened nothing"
        # Some cases leave a thread behind that is just reading, and SQLite does not survive that a
        # connection is closed under another thread's hands.
        left = set(threading.enumerate()) - before if self.kind is HubSQLiteRecorder else set()
        for thread in left:
            thread.join(30)
            assert not thread.is_alive(), "a case's thread goes on for ever"
        for each in opened:
            each.close()

    def create_recorder(self) -> Any:
        return self._open()


class _WithoutPositions(AggregateRecorder):
    """A recorder as one that knows streams only."""

    def __init__(self, whole: Recorder) -> None:
        self._whole = whole

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:
        self._whole.insert_events(stored_events, **kwargs)

    def select_events(self, originator_id: UUID | str, **kwargs: Any) -> Sequence[StoredEvent]:
        return self._whole.select_events(originator_id, **kwargs)


class _Streams(_Opened):
    def create_recorder(self) -> AggregateRecorder:
        return _WithoutPositions(self._open())


class _Unmeasured(_Opened):
    def test_concurrent_throughput(self) -> None:
        """Not the library's measure against the clock: measuring is for ``make bench``."""
        self.create_recorder()


class TestSqliteNumbersAppendsOneByOne(_Opened, suite.NonInterleavingNotificationIDsBaseCase):
    kind = HubSQLiteRecorder


class TestPostgresNumbersAppendsOneByOne(_Opened, suite.NonInterleavingNotificationIDsBaseCase):
    kind = PostgresRecorder


class TestSqliteLog(_Unmeasured, suite.ApplicationRecorderTestCase[Recorder]):
    kind = HubSQLiteRecorder


class TestPostgresLog(_Unmeasured, suite.ApplicationRecorderTestCase[Recorder]):
    kind = PostgresRecorder


class TestSqliteStreams(_Streams, suite.AggregateRecorderTestCase):
    kind = HubSQLiteRecorder


class TestPostgresStreams(_Streams, suite.AggregateRecorderTestCase):
    kind = PostgresRecorder
