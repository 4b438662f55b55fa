"""The recorder of each kind of storage."""

from __future__ import annotations

from eventsourcing.sqlite import SQLiteDatastore

from hub.eventstore.postgres import PostgresRecorder
from hub.eventstore.recorder import Recorder
from hub.eventstore.sqlite import HubSQLiteRecorder
from hub.eventstore.tables import AREA
from hub.storage.postgres import PostgresStorage
from hub.storage.sql import Storage
from hub.storage.sqlite import FolderStorage


def open_recorder(storage: Storage, *, create: bool = False) -> Recorder:
    """The recorder of a storage. Raises StorageBehind."""
    if isinstance(storage, PostgresStorage):
        return PostgresRecorder(storage)
    if isinstance(storage, FolderStorage):
        storage.engine(AREA, create=create).dispose()
        recorder = HubSQLiteRecorder(SQLiteDatastore(str(storage.path(AREA)), lock_timeout=30))
        recorder.create_table()
        return recorder
    raise TypeError("no recorder for this kind of storage")
