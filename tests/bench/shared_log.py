"""The shared log: the relay against the bare client, and a reader, on a real broker."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from uuid import uuid4

from kafka import KafkaProducer

from hub.eventstore.partitions import Place, partition_of
from hub.messaging.cloudevents import to_record
from hub.messaging.log import EventsConsumer
from hub.messaging.positions import MemoryPositions
from hub.messaging.relay import Relay
from hub.messaging.topics import KafkaSettings, ensure_topics
from tests.bench.measure import Measure, alone, in_turn, rate
from tests.eventstore.invented import persuasion
from tests.messaging.logs import noted, sample_store
from tests.servers.kafka import KafkaBroker

EVENTS = 5000
CHILDREN = 500


def measures(folder: Path) -> list[Measure]:
    """Events of about 690 stored bytes, one sealed field each."""
    store = sample_store(folder / "events.sqlite")
    rng = random.Random(1)
    children = [(uuid4(), uuid4()) for _ in range(CHILDREN)]
    versions = dict.fromkeys(range(CHILDREN), 0)
    told = []
    for _ in range(EVENTS):
        which = rng.randrange(CHILDREN)
        versions[which] += 1
        told.append(persuasion(*children[which], versions[which]))
    store.append(told)

    with KafkaBroker(folder / "kafka") as broker:

        def fresh() -> KafkaSettings:
            settings = KafkaSettings(broker.bootstrap, prefix=f"{uuid4().hex}.")
            ensure_topics(settings, [settings.events])
            return settings

        def relayed(settings: KafkaSettings) -> int:
            with closing(Relay(store.recorder, MemoryPositions(), settings)) as relay:
                while relay.step():
                    pass
            return EVENTS

        records = [to_record(each, "urn:childhub:310117") for each in noted(store)]

        def bare() -> int:
            """The same records, ready made, as fast as the client sends them."""
            settings = fresh()
            with closing(
                KafkaProducer(bootstrap_servers=broker.bootstrap, linger_ms=20)
            ) as producer:
                for each in records:
                    producer.send(
                        settings.events.name,
                        key=each.key,
                        value=each.value,
                        headers=each.headers,
                        partition=partition_of(each.key.decode(), settings.partitions),
                    )
                producer.flush()
            return EVENTS

        whole = fresh()
        relayed(whole)
        try:
            return [
                in_turn(
                    "relay, against the bare client with records ready made",
                    lambda: relayed(fresh()),
                    bare,
                    unit="events/s",
                    aim="",
                ),
                alone(
                    "reading the shared log into facts",
                    lambda: rate(_reader(whole)),
                    unit="events/s",
                    aim="",
                ),
            ]
        finally:
            store.close()


def _reader(settings: KafkaSettings) -> Callable[[], int]:
    def work() -> int:
        begin = {partition: Place() for partition in range(settings.partitions)}
        found = 0
        with closing(EventsConsumer.of(settings, begin)) as reader:
            while found < EVENTS:
                found += sum(len(batch.facts) for batch in reader.poll(5))
        return found

    return work
