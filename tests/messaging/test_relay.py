"""The relay without a broker: its positions, its waiting, and what it says when it fails."""

from __future__ import annotations

import threading
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

    def select_notifications(self, *args: Any, **options: Any) -> Sequence[Notification]:
        return []

    def max_notification_id(self) -> int:
        return 5


def worked(relay: Relay, until: Callable[[], bool]) -> None:
    """Let a relay run until something has come about."""
    thread = threading.Thread(target=relay.run)
    thread.start()
    deadline = time.monotonic() + 10
    while not until() and time.monotonic() < deadline:
        time.sleep(0.01)
    relay.stop()
    thread.join(10)
    assert not thread.is_alive()
    assert until()


def test_a_store_that_cannot_be_read_is_tried_again_and_its_words_are_not_repeated() -> None:
    broken, positions = Broken(), MemoryPositions(3)
    with capture_logs() as logged:
        worked(Relay(broken, positions, NOWHERE), lambda: broken.asked >= 3)
    assert positions.get() == 3
    assert [entry["attempt"] for entry in logged][:2] == [1, 2]
    assert {entry["event"] for entry in logged} == {"relay_failed"}
    assert {entry["error"] for entry in logged} == {"OSError"}
    assert NAME not in repr(logged)


def test_with_nothing_to_send_it_waits_as_it_is_told_to() -> None:
    waited: list[float] = []
    relay = Relay(Empty(), MemoryPositions(), NOWHERE)

    def wait(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 3:
            relay.stop()

    relay.run(wait)
    assert len(waited) == 3
    assert all(0 < seconds < 1 for seconds in waited)


def test_a_store_that_was_put_back_is_refused() -> None:
    positions = MemoryPositions(6)
    with pytest.raises(StoreBehind):
        Relay(Empty(), positions, NOWHERE).run()
    assert positions.get() == 6
    assert Relay(Empty(), MemoryPositions(5), NOWHERE).step() == 0
