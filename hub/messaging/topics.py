"""Topics of the shared log: names, fixed partition counts, which partition a key goes to.

A partition count is fixed for a topic's life: with another count the same ordering key would go
to another partition, and its order and the readers' stored offsets would be lost. Nothing is ever
deleted from a topic either; a reader that starts anew reads from the beginning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import KafkaError, TopicAlreadyExistsError, UnknownTopicOrPartitionError

EVENTS_PARTITIONS = 12
"""Partitions of ``hub.events``: as many workers can share the projecting of one kind of view."""
AGENCY_PARTITIONS = 1
"""Partitions of an agency's own topics: its feed has one dense sequence, its records one order."""

LARGEST_RECORD = 16 * 2**20
"""The largest record of a topic, in bytes; an append is refused long before it comes near."""

_KEEPS_EVERYTHING = {
    "cleanup.policy": "delete",
    "retention.ms": "-1",
    "retention.bytes": "-1",
}
_PLAIN_NAME = re.compile(r"[A-Za-z0-9._-]*")
_AGENCY = re.compile(r"[a-z_]+:[A-Za-z0-9_]+", re.ASCII)


class TopicRefused(Exception):
    """A topic is missing or not what it must be; the message names topic and setting."""


@dataclass(frozen=True, slots=True)
class KafkaSettings:
    """Where the shared log is and how it is laid out.

    Args: ``bootstrap`` comma-separated ``host:port``; ``prefix`` before every topic name and
    consumer group (for tests, or several districts on one cluster); ``source`` the CloudEvents
    source; ``partitions`` of ``hub.events``; ``replication`` copies of each partition (3 in
    production; a write then needs 2 of them); ``connect_seconds`` how long opening a connection
    may take; ``security`` further settings of the client (TLS,
    SASL) by kafka-python's names. Raises ``ValueError`` for a prefix no topic may have.
    """

    bootstrap: str
    prefix: str = ""
    source: str = "urn:childhub:310117"
    partitions: int = EVENTS_PARTITIONS
    replication: int = 1
    connect_seconds: float = 10.0
    security: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if not _PLAIN_NAME.fullmatch(self.prefix):
            raise ValueError("a topic prefix holds letters, digits, dots, dashes, underscores")

    @property
    def events(self) -> Topic:
        """The shared log: every event, internal to the hub."""
        return Topic(f"{self.prefix}hub.events", self.partitions)

    def feed(self, agency: str) -> Topic:
        """What an agency's scopes cover (``school:3101170001``)."""
        return Topic(f"{self.prefix}hub.feed.{_topic_part(agency)}", AGENCY_PARTITIONS)

    def inbound(self, agency: str) -> Topic:
        """An agency's own records for its adapter, sealed to the hub."""
        return Topic(f"{self.prefix}hub.inbound.{_topic_part(agency)}", AGENCY_PARTITIONS)

    def client(self) -> dict[str, Any]:
        """What every client of this cluster is opened with."""
        return {
            "bootstrap_servers": self.bootstrap.split(","),
            "bootstrap_timeout_ms": int(self.connect_seconds * 1000),
            **self.security,
        }


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic's name and its partition count."""

    name: str
    partitions: int


def ensure_topics(settings: KafkaSettings, topics: Iterable[Topic]) -> None:
    """Make the topics that are missing and check those that are there.

    A topic with another partition count, or one that forgets, is refused and left as it is.
    Raises :class:`TopicRefused`, and the client's ``KafkaError`` when the cluster is away.
    """
    wanted = list(topics)
    with closing(_admin(settings)) as admin:
        missing = [each for each in wanted if _partitions(admin, each) is None]
        for topic in missing:
            try:
                admin.create_topics({topic.name: _creation(settings, topic)})
            except TopicAlreadyExistsError:
                continue  # another process was faster; it is checked below
        if missing:
            admin.wait_for_topics([topic.name for topic in missing])
        for topic in wanted:
            _check(admin, topic)


def check_topic(settings: KafkaSettings, topic: Topic) -> None:
    """Check that a topic is there with its partition count and keeps everything.

    Raises :class:`TopicRefused`, and ``KafkaError`` when the cluster is away.
    """
    with closing(_admin(settings)) as admin:
        _check(admin, topic)


def _topic_part(agency: str) -> str:
    """An organisation's code in a topic name, which knows no colon."""
    if not _AGENCY.fullmatch(agency):
        raise ValueError("not an organisation's code")
    return agency.replace(":", "-")


def _admin(settings: KafkaSettings) -> Any:
    return KafkaAdminClient(**settings.client())


def _creation(settings: KafkaSettings, topic: Topic) -> dict[str, Any]:
    copies = settings.replication
    return {
        "num_partitions": topic.partitions,
        "replication_factor": copies,
        "configs": {
            **_KEEPS_EVERYTHING,
            "max.message.bytes": str(LARGEST_RECORD),
            # With acks=all: what was acknowledged outlives the loss of any one broker.
            "min.insync.replicas": str(max(1, copies - 1)),
        },
    }


def _partitions(admin: Any, topic: Topic) -> int | None:
    """How many partitions a topic has, None when there is none of that name."""
    try:
        (found,) = admin.describe_topics([topic.name])
    except UnknownTopicOrPartitionError:
        return None
    if found["error_code"] == UnknownTopicOrPartitionError.errno:
        return None
    if found["error_code"]:
        raise KafkaError(f"{topic.name}: error {found['error_code']}")
    return len(found["partitions"])


def _check(admin: Any, topic: Topic) -> None:
    count = _partitions(admin, topic)
    if count is None:
        raise TopicRefused(f"{topic.name} is missing")
    if count != topic.partitions:
        raise TopicRefused(
            f"{topic.name} has {count} partitions where {topic.partitions} are fixed"
        )
    resource = ConfigResource(ConfigResourceType.TOPIC, topic.name)
    found = admin.describe_configs([resource], config_filter="all")["topic"][topic.name]
    for name, value in _KEEPS_EVERYTHING.items():
        if found[name]["value"] != value:
            raise TopicRefused(f"{topic.name} forgets: {name} is not {value}")
    # A smaller limit would let one record fail and a later one through: see the relay.
    if int(found["max.message.bytes"]["value"]) < LARGEST_RECORD:
        raise TopicRefused(f"{topic.name}: max.message.bytes is below {LARGEST_RECORD}")
