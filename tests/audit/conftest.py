"""The trees over a log of their own, in files and on a server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID, uuid5

import pytest
from eventsourcing.persistence import StoredEvent

from hub.audit.log import AccessEntry, AccessLog
from hub.audit.notes import Signer
from hub.audit.trail import Trail
from hub.eventstore.opening import open_recorder
from hub.eventstore.recorder import Recorder
from hub.storage.postgres import PostgresStorage
from hub.storage.sql import Storage
from hub.storage.sqlite import FolderStorage

BACKENDS = ("sqlite", "postgresql")
NAME = "hub.310117"
SIGNER = Signer(NAME, bytes(range(32)))
STREAMS = UUID("5c0f3a52-9c35-4d35-8c2f-1f6f4d7c9f10")


def entry(number: int, **other: str) -> AccessEntry:
    """An invented look."""
    made = {
        "at": f"2026-09-01T01:00:{number % 60:02d}.000000+00:00",
        "user": f"u-{number % 7}",
        "post": "handler",
        "organisation": "school:3101170001",
        "child_ref": str(uuid5(STREAMS, str(number % 11))),
        "categories": "contact,who",
        "action": "child_file",
        "purpose": "CASEWORK",
        "legal_basis": "STATUTORY_DUTY",
        "task": "",
        "policy_version": "test",
        **other,
    }
    return AccessEntry(**made)


def stream(number: int) -> UUID:
    """An invented stream."""
    return uuid5(STREAMS, f"stream {number}")


def event(number: int, version: int = 1) -> StoredEvent:
    """An invented stored event."""
    return StoredEvent(stream(number), version, "made.up.v1", f"state {number} {version}".encode())


@pytest.fixture(params=BACKENDS)
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """Where the tables lie: in files, then on a server."""
    if request.param == "sqlite":
        return FolderStorage(tmp_path)
    return PostgresStorage(request.getfixturevalue("database"))


@pytest.fixture
def open_log(storage: Storage) -> Iterator[Callable[[], AccessLog]]:
    """Each call opens the access log once more, as another process would."""
    opened: list[AccessLog] = []

    def another() -> AccessLog:
        opened.append(AccessLog(storage, create=True))
        return opened[-1]

    yield another
    for each in opened:
        each.close()


@pytest.fixture
def log(open_log: Callable[[], AccessLog]) -> AccessLog:
    return open_log()


@pytest.fixture
def recorder(storage: Storage) -> Iterator[Recorder]:
    found = open_recorder(storage, create=True)
    yield found
    found.close()


@pytest.fixture
def trail(storage: Storage, recorder: Recorder, log: AccessLog) -> Iterator[Trail]:
    found = Trail(storage, recorder, SIGNER)
    yield found
    found.close()
