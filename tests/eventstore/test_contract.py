"""What any recorder of this store must do. Nothing here knows SQLite."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from domain.dropout_events import PersuasionRecorded
from domain.kernel import Recorded, Stream
from hub.eventstore.codec import recorded_of
from hub.eventstore.recorder import Recorder
from hub.eventstore.sqlite import HubSQLiteRecorder
from hub.eventstore.store import Conflict, EventStore
from tests.domain.histories import one_of_each_event
from tests.eventstore.conftest import StoreFactory
from tests.eventstore.invented import ACTOR, persuasion, receipt, recorded, superseding

COUNTED: Stream[int] = Stream(
    name="dropout",
    initial=0,
    decide={},
    evolve={PersuasionRecorded: lambda count, event: count + 1},
    locate=lambda command, load: UUID(int=0),
)
"""Folds a stream into the number of its persuasions."""


def positions(store: EventStore) -> list[int]:
    return [fact.position for fact in store.feed(0, 1_000_000)]


def streams(store: EventStore) -> list[tuple[UUID, int]]:
    return [(fact.stream, fact.version) for fact in store.feed(0, 1_000_000)]


def test_an_empty_log(store: EventStore) -> None:
    assert store.position == 0
    assert store.feed(0, 10) == []
    assert store.history([uuid4()], 10) == []
    assert store.receipts([b"none"]) == {}
    assert store.load(COUNTED, uuid4()).version == 0


def test_an_append_over_several_streams_is_one(store: EventStore) -> None:
    one, other, child = uuid4(), uuid4(), uuid4()
    found = store.append(
        [persuasion(child, one, 1), persuasion(child, other, 1), persuasion(child, one, 2)]
    )
    assert found == [1, 2, 3]
    assert streams(store) == [(one, 1), (other, 1), (one, 2)]
    assert store.position == 3


def test_a_version_that_is_taken_is_a_conflict_and_leaves_nothing(store: EventStore) -> None:
    one, other, child = uuid4(), uuid4(), uuid4()
    store.append([persuasion(child, one, 1)])
    events = [persuasion(child, other, 1), persuasion(child, one, 1)]
    with pytest.raises(Conflict):
        store.append(events, [receipt(b"key", "number", events)])
    assert streams(store) == [(one, 1)]
    assert store.load(COUNTED, other).version == 0
    assert [fact.position for fact in store.history([child], 100)] == [1]
    assert store.receipts([b"key"]) == {}
    assert store.append([persuasion(child, other, 1)]) == [2], "no position was used up"


def test_a_receipt_that_is_there_is_a_conflict_and_leaves_nothing(store: EventStore) -> None:
    stream, child = uuid4(), uuid4()
    store.append([], [receipt(b"key", "number", [])])
    events = [persuasion(child, stream, 1)]
    for again in (receipt(b"key", "another", events), receipt(b"another", "number", events)):
        with pytest.raises(Conflict):
            store.append(events, [again])
    assert store.position == 0
    assert store.history([child], 100) == []


def test_receipts_tell_where_their_events_are(store: EventStore) -> None:
    stream, child = uuid4(), uuid4()
    events = [persuasion(child, stream, version) for version in (1, 2, 3)]
    store.append(
        events, [receipt(b"a", "A", events[:2]), receipt(b"b", "B", events), receipt(b"c", "C", [])]
    )
    found = store.receipts([b"a", b"b", b"c", b"d"])
    assert {key: (each.number, each.position) for key, each in found.items()} == {
        b"a": ("A", 2),
        b"b": ("B", 3),
        b"c": ("C", 0),
    }
    assert found[b"a"].event_id == events[1].header.event_id
    assert found[b"c"].event_id is None
    assert (found[b"a"].organisation, found[b"a"].kind) == (ACTOR.organisation, "test")


def test_the_newest_revision_answers(store: EventStore) -> None:
    for revision in (1, 2, 3):
        content = str(revision).encode()
        store.append([], [receipt(b"k", f"N{revision}", [], content=content, revision=revision)])
    found = store.receipts([b"k"])[b"k"]
    assert (found.revision, found.number, found.content) == (3, "N3", b"3")
    assert store.recorder.receipt_by_number("N1") is not None
    assert store.recorder.receipt_by_number("N9") is None


def test_many_receipts_are_found_at_once(store: EventStore) -> None:
    keys = [number.to_bytes(4, "big") for number in range(1201)]
    store.append([], [receipt(key, key.hex(), []) for key in keys])
    assert set(store.receipts(keys)) == set(keys)
    assert store.recorder.receipt_counts() == {(ACTOR.organisation, "test"): 1201}


@pytest.mark.parametrize("moment", ["before the events", "after the events", "after the receipts"])
def test_a_crash_within_an_append_leaves_neither_event_nor_receipt(
    store: EventStore, store_factory: StoreFactory, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """The receipt is in the append's own transaction: there is no moment in between."""
    stream, child = uuid4(), uuid4()
    events = [persuasion(child, stream, 1)]
    with monkeypatch.context() as patch:
        crash_within(patch, store.recorder, moment)
        with pytest.raises(KeyboardInterrupt):
            store.append(events, [receipt(b"key", "number", events)])
    for each in (store, store_factory()):
        assert each.position == 0
        assert each.history([child], 100) == []
        assert each.receipts([b"key"]) == {}
    assert store.append(events, [receipt(b"key", "number", events)]) == [1]


def crash_within(patch: pytest.MonkeyPatch, recorder: Recorder, moment: str) -> None:
    """Let the next append be cut off at a moment of its transaction."""
    if isinstance(recorder, HubSQLiteRecorder):
        working = recorder._insert_events

        def crash(cursor: Any, stored: Any, **rest: Any) -> Any:
            if moment == "after the receipts":
                working(cursor, stored, **rest)
            elif moment == "after the events":
                working(cursor, stored, **{**rest, "receipts": ()})
            raise KeyboardInterrupt

        patch.setattr(recorder, "_insert_events", crash)
        return
    execute = psycopg.Connection.execute

    def cut_off(self: Any, query: Any, *rest: Any, **more: Any) -> Any:
        marks = {"before the events": "WITH base", "after the events": "SELECT pg_notify"}
        if str(query).startswith(marks.get(moment, "COMMIT")):
            raise KeyboardInterrupt
        return execute(self, query, *rest, **more)

    patch.setattr(psycopg.Connection, "execute", cut_off)


def test_the_feed_goes_on_where_it_was_left(store: EventStore) -> None:
    stream, child = uuid4(), uuid4()
    store.append([persuasion(child, stream, version) for version in range(1, 8)])
    pages = [[fact.position for fact in store.feed(after, 3)] for after in (0, 3, 6, 7)]
    assert pages == [[1, 2, 3], [4, 5, 6], [7], []]


def test_the_feed_has_no_gap_under_many_writers(
    store: EventStore, store_factory: StoreFactory
) -> None:
    """A reader that follows never sees a position appear behind it, and none is missing."""
    writers, appends = 4, 15
    begin, done = Barrier(writers + 1, timeout=10), Event()
    seen: list[int] = []

    def write(writer: int) -> None:
        own = store_factory() if writer % 2 else store
        begin.wait()
        for _ in range(appends):
            child = uuid4()
            own.append([persuasion(child, uuid4(), 1), persuasion(child, uuid4(), 1)])

    def follow() -> None:
        begin.wait()
        while True:
            over = done.is_set()
            found = [fact.position for fact in store.feed(seen[-1] if seen else 0, 5)]
            seen.extend(found)
            if over and not found:
                return

    with ThreadPoolExecutor(writers + 1) as pool:
        reader = pool.submit(follow)
        try:
            for each in [pool.submit(write, number) for number in range(writers)]:
                each.result()
        finally:
            done.set()
        reader.result()
    assert seen == list(range(1, writers * appends * 2 + 1))


def test_writers_of_one_stream_lose_nothing_and_double_nothing(
    store: EventStore, store_factory: StoreFactory
) -> None:
    """Each decides anew on a conflict, from what the stream holds then."""
    stream, child = uuid4(), uuid4()
    writers, each_writes = 4, 10

    def write(own: EventStore) -> int:
        conflicts = 0
        for _ in range(each_writes):
            while True:
                version = own.load(COUNTED, stream).version
                try:
                    own.append([persuasion(child, stream, version + 1)])
                    break
                except Conflict:
                    conflicts += 1
        return conflicts

    with ThreadPoolExecutor(writers) as pool:
        conflicts = sum(pool.map(write, [store_factory() for _ in range(writers)]))
    assert [fact.version for fact in store.stream_facts(stream)] == list(
        range(1, writers * each_writes + 1)
    )
    assert store.load(COUNTED, stream).state == writers * each_writes
    assert conflicts > 0, "the writers never met: this shows nothing"


def test_history_is_a_subjects_own_in_order_up_to_a_position(store: EventStore) -> None:
    mine, other = uuid4(), uuid4()
    events: list[Recorded] = []
    for version in range(1, 6):
        events += [persuasion(mine, mine, version), persuasion(other, other, version)]
    store.append(events)
    assert [fact.position for fact in store.history([mine], 10)] == [1, 3, 5, 7, 9]
    assert [fact.position for fact in store.history([mine], 5)] == [1, 3, 5]
    assert [fact.position for fact in store.history([mine, other], 4)] == [1, 2, 3, 4]
    assert store.history([], 10) == []


def test_history_goes_on_behind_a_position(store: EventStore) -> None:
    mine, other = uuid4(), uuid4()
    events: list[Recorded] = []
    for version in range(1, 6):
        events += [persuasion(mine, mine, version), persuasion(other, other, version)]
    store.append(events)
    assert [fact.position for fact in store.history([mine], 10, after=5)] == [7, 9]
    assert [fact.position for fact in store.history([mine, other], 4, after=1)] == [2, 3, 4]
    assert store.history([mine], 5, after=5) == []


def test_facts_are_found_where_they_stand(store: EventStore) -> None:
    one, other, child = uuid4(), uuid4(), uuid4()
    store.append(
        [persuasion(child, one, 1), persuasion(child, other, 1), persuasion(child, one, 2)]
    )
    places = [(one, 2), (other, 1), (one, 2), (one, 3), (uuid4(), 1)]
    found = store.facts_at(places)
    assert [(fact.stream, fact.version) for fact in found] == [(other, 1), (one, 2)]
    assert [fact.position for fact in found] == [2, 3]
    assert [fact.header for fact in found] == [fact.header for fact in store.feed(1, 2)]
    assert store.facts_at([]) == []


def test_many_facts_are_found_at_once(store: EventStore) -> None:
    child, streams = uuid4(), [uuid4() for _ in range(1100)]
    store.append([persuasion(child, stream, 1) for stream in streams])
    assert len(store.facts_at([(stream, 1) for stream in streams])) == 1100


def test_history_of_many_subjects(store: EventStore) -> None:
    children = [uuid4() for _ in range(1100)]
    store.append([persuasion(child, child, 1) for child in children])
    assert len(store.history(children, 10_000)) == 1100


def test_what_concerns_no_child_has_its_stream_as_subject(store: EventStore) -> None:
    stream = uuid4()
    check = next(e for e in one_of_each_event() if e.TOPIC == "status_check.made.v1")
    unknown = check.model_copy(update={"child_ref": None})
    store.append([recorded(unknown, stream, 1)])
    assert [fact.stream for fact in store.history([stream], 1)] == [stream]
    assert store.feed(0, 1)[0].child_ref is None


def test_loading_folds_the_stream(store: EventStore) -> None:
    stream, child = uuid4(), uuid4()
    store.append([persuasion(child, stream, 1), persuasion(child, stream, 2)])
    loaded = store.load(COUNTED, stream)
    assert (loaded.version, loaded.state, loaded.ordering_key) == (2, 2, child)
    assert store.load(COUNTED, uuid4()).state == 0


def test_a_correction_names_what_it_supersedes(store: EventStore) -> None:
    stream, child = uuid4(), uuid4()
    first = persuasion(child, stream, 1)
    second = superseding(persuasion(child, stream, 2), first.header.event_id)
    store.append([first, second])
    kept = [recorded_of(fact) for fact in store.stream_facts(stream)]
    assert [each.header.supersedes for each in kept] == [None, first.header.event_id]
