"""A stream is folded from where it was left, and never past what the log says."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import StoredEvent

from domain.dropout_events import PersuasionRecorded
from domain.kernel import Stream
from hub.encryption.keystore import KeyStore
from hub.eventstore.folded import Folded, Kept
from hub.eventstore.store import EventStore
from tests.eventstore.conftest import StoreFactory
from tests.eventstore.invented import persuasion
from tests.eventstore.test_contract import COUNTED
from tests.storage.opening import recorder

LAST: Stream[int] = Stream(
    name=COUNTED.name,
    initial=0,
    decide={},
    evolve={PersuasionRecorded: lambda last, event: event.ordinal},
    locate=lambda command, load: uuid4(),
)
"""Another description of the same stream."""

NAMED: Stream[tuple[UUID, ...]] = Stream(
    name=COUNTED.name,
    initial=(),
    decide={},
    evolve={PersuasionRecorded: lambda named, event: (*named, event.child_ref)},
    locate=lambda command, load: uuid4(),
)
"""And one more, which tells whose events they were."""


def test_what_another_process_appended_is_seen(store_factory: StoreFactory) -> None:
    ours, theirs, child, stream = store_factory(), store_factory(), uuid4(), uuid4()
    assert ours.load(COUNTED, stream).version == 0
    theirs.append([persuasion(child, stream, 1)])
    assert ours.load(COUNTED, stream).state == 1
    theirs.append([persuasion(child, stream, 2), persuasion(child, stream, 3)])
    found = ours.load(COUNTED, stream)
    assert (found.version, found.state, found.ordering_key) == (3, 3, child)
    assert ours.load(COUNTED, stream) == found == store_factory().load(COUNTED, stream)


def test_each_description_of_a_stream_has_its_own_state(store: EventStore) -> None:
    child, stream = uuid4(), uuid4()
    store.append([persuasion(child, stream, 1), persuasion(child, stream, 2)])
    assert [store.load(each, stream).state for each in (COUNTED, LAST, COUNTED)] == [2, 2, 2]


def test_only_what_is_new_is_read(store: EventStore, monkeypatch: pytest.MonkeyPatch) -> None:
    child, stream = uuid4(), uuid4()
    store.append([persuasion(child, stream, n) for n in range(1, 41)])
    store.load(COUNTED, stream)
    store.append([persuasion(child, stream, 41)])
    read: list[int] = []
    select = store.recorder.select_events

    def counted(*args: Any, **kwargs: Any) -> Any:
        found = select(*args, **kwargs)
        read.append(len(found))
        return found

    monkeypatch.setattr(store.recorder, "select_events", counted)
    assert store.load(COUNTED, stream).state == 41
    assert read == [2], "the event where it was left, and the new one"


def test_a_log_that_was_put_in_its_place_is_read_anew(tmp_path: Path, keys: KeyStore) -> None:
    """After a restore the log may be shorter, or have gone on otherwise, than what was kept."""
    child, another, stream = uuid4(), uuid4(), uuid4()
    before, other = recorder(tmp_path / "before"), recorder(tmp_path / "other")
    store, restored = EventStore(before, keys), EventStore(other, keys)
    store.append([persuasion(child, stream, 1), persuasion(child, stream, 2)])
    assert store.load(NAMED, stream).state == (child, child)
    for count in (1, 2, 3):
        restored.append([persuasion(another, stream, count)])
        store.recorder = restored.recorder
        assert store.load(NAMED, stream).state == (another,) * count
        store.recorder = before
        assert store.load(NAMED, stream).state == (child, child)
    store.close()
    restored.close()


def test_as_many_are_kept_as_was_said_and_those_asked_for_last() -> None:
    folded: Folded[int] = Folded(2)
    one, two, three = uuid4(), uuid4(), uuid4()
    state = StoredEvent(one, 1, "t", b"s").state
    for number, each in enumerate((one, two)):
        folded.keep("n", each, Kept("s", 1, state, number))
    assert folded.of("s", "n", one) is not None
    folded.keep("n", three, Kept("s", 1, state, 3))
    assert [folded.of("s", "n", each) is None for each in (one, two, three)] == [False, True, False]
