"""The relay against a real broker: every event once for every reader, in order, whatever dies.

"Nothing lost, nothing doubled" is said of readers: the relay sends at least once, and a reader
drops what it has seen. Each test also looks that repetitions did happen where they must.
"""

from __future__ import annotations

import random
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import Notification
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import KafkaError

from hub.eventstore.codec import Fact
from hub.eventstore.partitions import Place, partition_of
from hub.eventstore.store import EventStore
from hub.messaging.cloudevents import to_record
from hub.messaging.log import BadRecord, EventsConsumer, PlaceLost
from hub.messaging.positions import MemoryPositions, Positions
from hub.messaging.relay import NotSent, Relay
from hub.messaging.topics import (
    LARGEST_RECORD,
    KafkaSettings,
    Topic,
    TopicRefused,
    ensure_topics,
)
from tests.domain.histories import one_of_each_recorded
from tests.eventstore.invented import persuasion
from tests.messaging.logs import log_of, noted, sample_store
from tests.servers.kafka import KafkaBroker
from tests.system.relaying import RelayProcess, stop, working

pytestmark = [
    pytest.mark.slow,
    # kafka-python leaves the sockets of refused connections to the collector.
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]

CHILDREN = 40


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EventStore]:
    store = sample_store(tmp_path / "events")
    yield store
    store.close()


def fill(store: EventStore, count: int, rng: random.Random) -> None:
    """Events of many children, mixed, in appends of many."""
    streams = [
        (UUID(int=rng.getrandbits(128)), UUID(int=rng.getrandbits(128))) for _ in range(CHILDREN)
    ]
    versions: dict[UUID, int] = defaultdict(int)
    told = []
    for _ in range(count):
        child, stream = rng.choice(streams)
        versions[stream] += 1
        told.append(persuasion(child, stream, versions[stream]))
    for start in range(0, count, 500):
        store.append(told[start : start + 500])


def everything(kafka: KafkaSettings, places: dict[int, Place] | None = None) -> list[Fact]:
    """What a reader is given of the whole log, partition by partition."""
    begin = places or {partition: Place() for partition in range(kafka.partitions)}
    found: dict[int, list[Fact]] = defaultdict(list)
    with closing(EventsConsumer.of(kafka, begin)) as reader:
        ends = reader.ends()
        while any(reader.places[partition].offset < end for partition, end in ends.items()):
            for batch in reader.poll(5):
                found[batch.partition] += [fact for _, fact in batch.facts]
    return [fact for partition in sorted(found) for fact in found[partition]]


def written(kafka: KafkaSettings) -> dict[int, list[int]]:
    """The store positions of every record there is, by partition, as the broker has them."""
    partitions = [TopicPartition(kafka.events.name, n) for n in range(kafka.partitions)]
    consumer = KafkaConsumer(
        bootstrap_servers=kafka.bootstrap, auto_offset_reset="earliest", enable_auto_commit=False
    )
    with closing(consumer):
        consumer.assign(partitions)
        ends = consumer.end_offsets(partitions)
        found: dict[int, list[int]] = {each.partition: [] for each in partitions}
        while any(consumer.position(each) < end for each, end in ends.items()):
            for each, records in consumer.poll(timeout_ms=5000).items():
                found[each.partition] += [int(dict(r.headers)["ce_id"]) for r in records]
    return found


def nothing_lost_nothing_doubled(kafka: KafkaSettings, store: EventStore) -> int:
    """Gives how many records the log has beyond the events of the store."""
    facts = everything(kafka)
    assert sorted(facts, key=lambda fact: fact.position) == store.feed(0, 1_000_000)
    by_key: dict[str, list[int]] = defaultdict(list)
    for fact in facts:
        by_key[fact.ordering_key].append(fact.position)
    for positions in by_key.values():
        assert positions == sorted(positions)
    in_log = written(kafka)
    for partition, positions in in_log.items():
        expected = [
            fact.position
            for fact in store.feed(0, 1_000_000)
            if partition_of(fact.ordering_key, kafka.partitions) == partition
        ]
        assert list(dict.fromkeys(positions)) == expected, "a record stands before an earlier one"
    return sum(map(len, in_log.values())) - len(facts)


@contextmanager
def running(relay: Relay) -> Iterator[None]:
    """The relay at work in a thread."""
    work = working(relay)
    work.start()
    try:
        yield
    finally:
        stop(work, relay)
        work.stop()
        relay.close()
    assert work.failure is None


def until(true: Callable[[], bool], *doing: Callable[[], object], seconds: float = 30) -> None:
    """Wait for something to become true, and go on with what is to be done meanwhile."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        for each in doing or (lambda: time.sleep(0.005),):
            each()


# In the ordinary run of things


def test_every_event_of_every_kind_arrives_as_the_store_feeds_it(
    kafka: KafkaSettings, store: EventStore
) -> None:
    store.append(list(one_of_each_recorded()))
    ensure_topics(kafka, [kafka.events])
    positions = MemoryPositions()
    with closing(Relay(store.recorder, positions, kafka)) as relay:
        assert relay.step() == store.position
        assert positions.get() == store.position
        assert relay.step() == 0
    assert nothing_lost_nothing_doubled(kafka, store) == 0


def test_a_running_relay_follows_the_store(kafka: KafkaSettings, store: EventStore) -> None:
    ensure_topics(kafka, [kafka.events])
    positions = MemoryPositions()
    with running(Relay(store.recorder, positions, kafka, records=100)):
        for seed in range(3):
            fill(store, 250, random.Random(seed))
            until(lambda: positions.get() == store.position)
    assert nothing_lost_nothing_doubled(kafka, store) == 0


def test_a_crash_between_sending_and_recording_sends_again(
    kafka: KafkaSettings, store: EventStore
) -> None:
    fill(store, 300, random.Random(1))
    ensure_topics(kafka, [kafka.events])
    positions = Failing(MemoryPositions(), at=2)
    with closing(Relay(store.recorder, positions, kafka, records=100)) as relay:
        assert relay.step() == 100
        with pytest.raises(OSError, match="no space"):
            relay.step()
        assert positions.get() == 100
        assert [relay.step() for _ in range(3)] == [100, 100, 0]
    assert nothing_lost_nothing_doubled(kafka, store) == 100


class Failing:
    """Positions that cannot be recorded once."""

    def __init__(self, positions: Positions, at: int) -> None:
        self._positions = positions
        self._left = at

    def get(self) -> int:
        return self._positions.get()

    def set(self, position: int) -> None:
        self._left -= 1
        if not self._left:
            raise OSError("no space")
        self._positions.set(position)


def test_a_second_relay_only_repeats(
    kafka: KafkaSettings, store: EventStore, tmp_path: Path
) -> None:
    """Given two at once, of which neither knows how far the other has come; then everything is
    sent twice and nothing taken in twice."""
    fill(store, 800, random.Random(2))
    ensure_topics(kafka, [kafka.events])
    relays = [
        RelayProcess(tmp_path / "events", tmp_path / name, kafka, 20) for name in ("one", "other")
    ]
    until(lambda: all(relay.position == store.position for relay in relays))
    assert [relay.stop() for relay in relays] == [0, 0]
    assert nothing_lost_nothing_doubled(kafka, store) == store.position


@pytest.mark.parametrize("length", [2**15, 2**19])
def test_a_large_record_goes_alone(kafka: KafkaSettings, store: EventStore, length: int) -> None:
    child, stream = uuid4(), uuid4()
    store.append(
        [
            persuasion(child, stream, n, account="x" * (length if n == 2 else 10))
            for n in range(1, 4)
        ]
    )
    ensure_topics(kafka, [kafka.events])
    with closing(Relay(store.recorder, MemoryPositions(), kafka)) as relay:
        assert [relay.step() for _ in range(4)] == [1, 1, 1, 0]
    assert nothing_lost_nothing_doubled(kafka, store) == 0


# When something dies


@pytest.mark.kill
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_killing_the_relay_loses_nothing_and_doubles_nothing(
    kafka: KafkaSettings, store: EventStore, tmp_path: Path, seed: int
) -> None:
    rng = random.Random(seed)
    fill(store, 900, rng)
    ensure_topics(kafka, [kafka.events])
    path = tmp_path / "position"
    for _ in range(3):
        relay = RelayProcess(tmp_path / "events", path, kafka, 10)
        begun = relay.position
        goal = begun + rng.randint(10, 200)
        until(lambda relay=relay, goal=goal: relay.position >= goal)  # type: ignore[misc]
        time.sleep(rng.uniform(0, 0.02))
        assert relay.running
        relay.kill()
    assert relay.position < store.position, "killed too late: the test says nothing"
    last = RelayProcess(tmp_path / "events", path, kafka, 500)
    until(lambda: last.position == store.position)
    assert last.stop() == 0
    nothing_lost_nothing_doubled(kafka, store)


@pytest.mark.kill
@pytest.mark.parametrize("ending", ["stop", "kill"])
def test_an_outage_of_the_broker_is_waited_out(
    own_broker: KafkaBroker, store: EventStore, ending: str
) -> None:
    kafka = KafkaSettings(own_broker.bootstrap)
    fill(store, 600, random.Random(5))
    ensure_topics(kafka, [kafka.events])
    positions = MemoryPositions()
    with running(Relay(Slow(store), positions, kafka, records=20)):
        until(lambda: positions.get() > 100)
        own_broker.stop() if ending == "stop" else own_broker.kill()
        before = positions.get()
        assert before < store.position
        time.sleep(1)
        assert positions.get() <= before + 20, "positions were recorded without a broker"
        own_broker.start()
        until(lambda: positions.get() == store.position)
    nothing_lost_nothing_doubled(kafka, store)


class Slow:
    """A store that takes its time, so that there is something to interrupt."""

    def __init__(self, store: EventStore) -> None:
        self._recorder = store.recorder

    def select_notifications(self, *args: Any, **options: Any) -> Sequence[Notification]:
        time.sleep(0.02)
        return self._recorder.select_notifications(*args, **options)

    def max_notification_id(self) -> int | None:
        return self._recorder.max_notification_id()


def test_without_a_broker_nothing_is_recorded_or_piled_up_and_stopping_is_prompt(
    own_broker: KafkaBroker, store: EventStore
) -> None:
    kafka = KafkaSettings(own_broker.bootstrap, connect_seconds=1)
    ensure_topics(kafka, [kafka.events])
    fill(store, 800, random.Random(6))
    positions = MemoryPositions()
    relay = Relay(store.recorder, positions, kafka, records=400, delivery_seconds=1)
    assert [relay.step(), relay.step()] == [400, 400]
    assert record_batches(own_broker, kafka) == {2}, "a loop's records came in parts"
    own_broker.stop()
    fill(store, 10, random.Random(7))
    for _ in range(3):
        with pytest.raises((NotSent, KafkaError)):
            relay.step()
        assert positions.get() == 800
    stopped = Relay(store.recorder, positions, kafka)
    with running(stopped):
        time.sleep(0.5)
        begun = time.monotonic()
        stopped.stop()
    assert time.monotonic() - begun < 3
    assert positions.get() == 800
    own_broker.start()
    with closing(relay):
        assert relay.step() == 10
    assert nothing_lost_nothing_doubled(kafka, store) == 0


def record_batches(broker: KafkaBroker, kafka: KafkaSettings) -> set[int]:
    """How many record batches the partitions hold, as they lie on the broker's disk (Kafka
    protocol guide, record batch: base offset, 8 bytes; length of what follows, 4 bytes)."""
    counts = set()
    for folder in broker.log_folder.glob(f"{kafka.events.name}-*"):
        (segment,) = folder.glob("*.log")
        content = segment.read_bytes()
        at = batches = 0
        while at + 12 <= len(content) and (length := int.from_bytes(content[at + 8 : at + 12])):
            at += 12 + length
            batches += 1
        counts.add(batches)
    return counts


def test_a_record_that_the_broker_refuses_holds_up_what_comes_after_it(
    kafka: KafkaSettings, store: EventStore
) -> None:
    """Were a later record of its partition let through, readers would drop it when it comes."""
    ensure_topics(kafka, [kafka.events])
    child, stream = uuid4(), uuid4()
    positions = MemoryPositions()
    with closing(Relay(store.recorder, positions, kafka)) as relay:
        store.append(log_of(child, stream, 1))
        relay.step()
        limit(kafka, 100_000)
        store.append(log_of(child, stream, 3, after=1))
        store.append([persuasion(child, stream, 5, account="x" * 100_000)])
        store.append(log_of(child, stream, 3, after=5))
        assert relay.step() == 3
        with pytest.raises(NotSent):
            relay.step()
        with pytest.raises(TopicRefused, match=r"max\.message\.bytes"):
            relay.step()
        assert positions.get() == 4
        limit(kafka, LARGEST_RECORD)
        assert [relay.step() for _ in range(3)] == [1, 3, 0]
    assert nothing_lost_nothing_doubled(kafka, store) == 0


def limit(kafka: KafkaSettings, size: int) -> None:
    """Set the largest record batch that the topic takes, in bytes."""
    change(kafka, "max.message.bytes", str(size))


def change(kafka: KafkaSettings, setting: str, value: str) -> None:
    """Change a setting of the topic, as an administrator may."""
    topic = ConfigResource(ConfigResourceType.TOPIC, kafka.events.name, configs={setting: value})
    with closing(KafkaAdminClient(bootstrap_servers=kafka.bootstrap)) as admin:
        admin.alter_configs([topic])
        looked_up = ConfigResource(ConfigResourceType.TOPIC, kafka.events.name)
        until(
            lambda: (
                admin.describe_configs([looked_up], config_filter="all")["topic"][
                    kafka.events.name
                ][setting]["value"]
                == value
            )
        )


# Topics


def test_a_topic_is_made_once_and_its_partition_count_is_never_changed(
    kafka: KafkaSettings,
) -> None:
    ensure_topics(kafka, [kafka.events, kafka.feed("school:3101170001")])
    ensure_topics(kafka, [kafka.events])
    with pytest.raises(TopicRefused, match="12 partitions where 24"):
        ensure_topics(kafka, [Topic(kafka.events.name, 24)])
    ensure_topics(kafka, [kafka.events])


@pytest.mark.parametrize(
    ("setting", "value"),
    [("retention.ms", "604800000"), ("retention.bytes", "1000000"), ("cleanup.policy", "compact")],
)
def test_a_topic_that_forgets_is_refused(kafka: KafkaSettings, setting: str, value: str) -> None:
    ensure_topics(kafka, [kafka.events])
    change(kafka, setting, value)
    with pytest.raises(TopicRefused, match=f"forgets: {re.escape(setting)}"):
        ensure_topics(kafka, [kafka.events])


def test_the_relay_refuses_a_topic_that_is_missing_or_laid_out_otherwise(
    kafka: KafkaSettings, store: EventStore
) -> None:
    fill(store, 10, random.Random(8))
    positions = MemoryPositions()
    with pytest.raises(TopicRefused, match="missing"):
        Relay(store.recorder, positions, kafka).step()
    ensure_topics(kafka, [Topic(kafka.events.name, 3)])
    with pytest.raises(TopicRefused, match="3 partitions"):
        Relay(store.recorder, positions, kafka).step()
    assert positions.get() == 0


# Readers


def test_a_reader_goes_on_where_its_view_stands(kafka: KafkaSettings, store: EventStore) -> None:
    """Also where the relay's repetitions straddle the place."""
    fill(store, 60, random.Random(9))
    ensure_topics(kafka, [kafka.events])
    for _ in range(2):  # everything twice
        with closing(Relay(store.recorder, MemoryPositions(), kafka)) as relay:
            relay.step()
    places = {partition: Place() for partition in range(kafka.partitions)}
    found: list[Fact] = []
    sittings = 0
    while len(found) < 60:
        with closing(EventsConsumer.of(kafka, places, records=15)) as reader:
            for batch in reader.poll(5):
                found += [fact for _, fact in batch.facts]
                places[batch.partition] = batch.place
        sittings += 1
    assert sittings > 5
    assert sorted(found, key=lambda fact: fact.position) == store.feed(0, 1000)
    assert everything(kafka, places) == []


def test_the_readers_of_a_group_share_and_take_over(
    kafka: KafkaSettings, store: EventStore
) -> None:
    ensure_topics(kafka, [kafka.events])
    stored = {partition: Place() for partition in range(kafka.partitions)}
    found: list[Fact] = []
    revoked: list[int] = []

    def take(reader: EventsConsumer) -> None:
        for batch in reader.poll(0.1):
            found.extend(fact for _, fact in batch.facts)
            stored[batch.partition] = batch.place

    def member() -> EventsConsumer:
        return EventsConsumer.in_group(
            kafka,
            "views",
            lambda partitions: {each: stored[each] for each in partitions},
            revoked.extend,
            session_seconds=6,
        )

    with closing(Relay(store.recorder, MemoryPositions(), kafka)) as relay:
        first = member()
        until(lambda: len(first.places) == 12, lambda: take(first))
        fill(store, 300, random.Random(10))
        relay.step()
        second = member()
        until(
            lambda: len(first.places) == len(second.places) == 6,
            lambda: take(first),
            lambda: take(second),
        )
        assert set(first.places) | set(second.places) == set(range(12))
        assert revoked
        fill(store, 300, random.Random(11))
        relay.step()
        first.close()
        until(lambda: len(found) == store.position, lambda: take(second))
        second.close()
    assert sorted(found, key=lambda fact: fact.position) == store.feed(0, 1000)


def test_a_reader_whose_places_cannot_be_looked_up_reads_nothing(
    kafka: KafkaSettings, store: EventStore
) -> None:
    fill(store, 10, random.Random(12))
    ensure_topics(kafka, [kafka.events])
    with closing(Relay(store.recorder, MemoryPositions(), kafka)) as relay:
        relay.step()

    def broken(partitions: Sequence[int]) -> dict[int, Place]:
        raise OSError("the database is away")

    reader = EventsConsumer.in_group(kafka, "views", broken, session_seconds=6)
    with closing(reader), pytest.raises(KafkaError):
        first_of(reader)


def test_a_place_beyond_the_log_is_an_error(kafka: KafkaSettings) -> None:
    ensure_topics(kafka, [kafka.events])
    with (
        closing(EventsConsumer.of(kafka, {0: Place(5, 5)})) as reader,
        pytest.raises(PlaceLost),
    ):
        first_of(reader)


def first_of(reader: EventsConsumer) -> list[int]:
    """The positions of the first that a reader gives, or raises what it raises."""
    found: list[int] = []
    until(lambda: bool(found), lambda: found.extend(positions_of(reader)))
    return found


def positions_of(reader: EventsConsumer) -> list[int]:
    """The positions that one poll gives."""
    return [fact.position for batch in reader.poll(0.2) for _, fact in batch.facts]


def test_a_record_that_cannot_be_read_is_never_passed_over(
    kafka: KafkaSettings, store: EventStore
) -> None:
    fill(store, 60, random.Random(13))
    ensure_topics(kafka, [kafka.events])
    told = noted(store)
    key = store.feed(0, 1)[0].ordering_key
    partition = partition_of(key, kafka.partitions)
    with closing(KafkaProducer(bootstrap_servers=kafka.bootstrap)) as producer:
        for each in told[:30]:
            send(producer, kafka, to_record(each, kafka.source))
        producer.send(kafka.events.name, key=key.encode(), value=b"?", partition=partition)
        for each in told[30:]:
            send(producer, kafka, to_record(each, kafka.source))
        producer.flush()
    before = [fact for fact in store.feed(0, 30) if fact.ordering_key == key]
    others = [
        fact.position
        for fact in store.feed(0, 60)
        if partition_of(fact.ordering_key, kafka.partitions) != partition
    ]
    found: list[int] = []
    begin = {each: Place() for each in range(kafka.partitions)}
    with closing(EventsConsumer.of(kafka, begin, records=7)) as reader:
        offsets = set()
        for _ in range(3):
            with pytest.raises(BadRecord) as caught:
                read_on(reader, found)
            assert caught.value.partition == partition
            offsets.add(caught.value.offset)
        assert len(offsets) == 1, "it stands there for ever"
        assert {fact.position for fact in before} <= set(found)
        reader.pause([partition])
        until(lambda: set(others) <= set(found), lambda: found.extend(positions_of(reader)))
    assert len(found) == len(set(found))
    assert all(position <= 30 for position in set(found) - set(others))


def test_what_a_refused_poll_brought_from_elsewhere_is_given_again(
    kafka: KafkaSettings, store: EventStore
) -> None:
    fill(store, 60, random.Random(14))
    ensure_topics(kafka, [kafka.events])
    with closing(KafkaProducer(bootstrap_servers=kafka.bootstrap)) as producer:
        producer.send(kafka.events.name, key=b"?", value=b"?", partition=0)
        producer.flush()
    with closing(Relay(store.recorder, MemoryPositions(), kafka)) as relay:
        assert relay.step() == 60
    found: list[int] = []
    begin = {each: Place() for each in range(kafka.partitions)}
    with closing(EventsConsumer.of(kafka, begin)) as reader:
        for _ in range(3):
            with pytest.raises(BadRecord, match="partition 0, offset 0"):
                read_on(reader, found)
        reader.pause([0])
        expected = {
            fact.position
            for fact in store.feed(0, 60)
            if partition_of(fact.ordering_key, kafka.partitions) != 0
        }
        until(lambda: expected <= set(found), lambda: found.extend(positions_of(reader)))
    assert sorted(found) == sorted(expected)


def read_on(reader: EventsConsumer, found: list[int]) -> None:
    """Poll until the reader refuses."""
    until(lambda: False, lambda: found.extend(positions_of(reader)))


def send(producer: Any, kafka: KafkaSettings, record: Any) -> None:
    producer.send(
        kafka.events.name,
        key=record.key,
        value=record.value,
        headers=record.headers,
        partition=partition_of(record.key.decode(), kafka.partitions),
    )
