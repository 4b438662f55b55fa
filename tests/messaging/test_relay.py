"""The relay without a broker: its positions, its waiting, and what it says when it fails."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from eventsourcing.persistence import Notification
from structlog.testing import capture_logs

from hub.messaging.positions import DatabasePositions, MemoryPositions, Positions
from hub.messaging.relay import Relay, StoreBehind
from hub.messaging.topics import KafkaSettings
from hub.storage.sqlite import FolderStorage
from tests.system.relaying import working

NOWHERE = KafkaSettings("127.0.0.1:1")
NAME = "示例甲乙丙"


def kept(folder: Path) -> DatabasePositions:
    return DatabasePositions(FolderStorage(folder), "hub.events", create=True)


@pytest.fixture(params=["memory", "file"])
def positions(request: pytest.FixtureRequest, tmp_path: Path) -> Positions:
    return MemoryPositions() if request.param == "memory" else kept(tmp_path)


def test_a_position_never_goes_back(positions: Positions) -> None:
    assert positions.get() == 0
    for position in (7, 5, 7):
        positions.set(position)
        assert positions.get() == 7
    positions.set(8)
    assert positions.get() == 8


def test_a_position_in_a_database_outlives_the_object(tmp_path: Path) -> None:
    kept(tmp_path).set(7)
    other = kept(tmp_path)
    other.set(6)
    assert other.get() == 7


class Broken:
    """A store that cannot be read, and says more than it should."""

    def __init__(self) -> None:
        self.asked = 0

    def select_notifications(self, *args: Any, **options: Any) -> Sequence[Notification]:
        raise AssertionError("nothing can be sent")

    def max_notification_id(self) -> int:
        self.asked += 1
        raise OSError(f"cannot read {NAME}")


class Empty:
    """A store without anything new."""

    def __init__(self) -> None:
        self.asked = 0

    def select_notifications(self, *args: Any, **options: Any) -> Sequence[Notification]:
        self.asked += 1
        return []

    def max_notification_id(self) -> int:
        return 5


def worked(relay: Relay, until: Callable[[], bool]) -> None:
    """Let a relay run until something has come about."""
    work = working(relay)
    work.start()
    deadline = time.monotonic() + 10
    while not until() and time.monotonic() < deadline:
        time.sleep(0.01)
    work.stop()
    assert work.failure is None
    assert until()


def test_a_store_that_cannot_be_read_is_tried_again_and_its_words_are_not_repeated() -> None:
    broken, positions = Broken(), MemoryPositions(3)
    with capture_logs() as logged:
        worked(Relay(broken, positions, NOWHERE), lambda: broken.asked >= 3)
    assert positions.get() == 3
    assert [entry["attempt"] for entry in logged][:2] == [1, 2]
    assert {entry["event"] for entry in logged} == {"trying again"}
    assert {entry["error"] for entry in logged} == {"OSError"}
    assert NAME not in repr(logged)


def test_with_nothing_to_send_it_looks_again_when_it_is_woken() -> None:
    store = Empty()
    work = working(Relay(store, MemoryPositions(), NOWHERE))
    work.start()
    deadline = time.monotonic() + 10
    # Many times what it would look by itself.
    while store.asked < 50 and time.monotonic() < deadline:
        work.wake()
        time.sleep(0.001)
    work.stop()
    assert store.asked >= 50
    assert time.monotonic() < deadline - 5, "it looked only as often as it would by itself"


def test_a_store_that_was_put_back_is_refused() -> None:
    positions = MemoryPositions(6)
    with pytest.raises(StoreBehind):
        Relay(Empty(), positions, NOWHERE).step()
    assert positions.get() == 6
    assert Relay(Empty(), MemoryPositions(5), NOWHERE).step() == 0
