"""Names and partitions of the shared log."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from uuid import UUID

import pytest

from hub.eventstore.partitions import partition_of
from hub.messaging.topics import KafkaSettings, Topic


@pytest.mark.parametrize(
    ("key", "of_twelve", "of_three"),
    [
        ("00000000-0000-0000-0000-000000000033", 6, 0),
        ("a046b07a-302c-598b-9791-532f0e347e65", 1, 1),
        ("7f4c6d0e-8a53-4a6d-9d0a-9d9a1f2b3c4d", 10, 1),
    ],
)
def test_a_keys_partition_never_changes(key: str, of_twelve: int, of_three: int) -> None:
    """Records of these keys lie there already: `printf KEY | sha256sum`, first 16 digits."""
    assert partition_of(key, 12) == of_twelve
    assert partition_of(key, 3) == of_three
    assert partition_of(key, 1) == 0


def test_another_process_finds_the_same_partition() -> None:
    """As it would not by Python's own hash, which is salted per process."""
    program = (
        "from hub.eventstore.partitions import partition_of\n"
        "print([partition_of(str(n), 12) for n in range(99)])"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert found == {f"{[partition_of(str(n), 12) for n in range(99)]}\n"}


def test_keys_spread_over_all_partitions() -> None:
    found = Counter(partition_of(str(UUID(int=n)), 12) for n in range(12_000))
    assert set(found) == set(range(12))
    assert max(found.values()) < 1150
    assert min(found.values()) > 850


def test_a_topic_without_partitions_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        partition_of("key", 0)


def test_names_with_and_without_a_prefix() -> None:
    plain, district = KafkaSettings("127.0.0.1:9092"), KafkaSettings("a:1,b:2", prefix="qp.")
    assert plain.events == Topic("hub.events", 12)
    assert plain.feed("school:3101170001") == Topic("hub.feed.school-3101170001", 1)
    assert plain.inbound("police:310117003") == Topic("hub.inbound.police-310117003", 1)
    assert district.events == Topic("qp.hub.events", 12)
    assert district.client()["bootstrap_servers"] == ["a:1", "b:2"]


@pytest.mark.parametrize("agency", ["", "school", "school:", "school:1/2", "school:示例", "a:b:c"])
def test_no_other_name_becomes_part_of_a_topic(agency: str) -> None:
    with pytest.raises(ValueError, match="organisation's code"):
        KafkaSettings("127.0.0.1:9092").feed(agency)


def test_a_prefix_that_no_topic_may_have_is_refused() -> None:
    with pytest.raises(ValueError, match="prefix"):
        KafkaSettings("127.0.0.1:9092", prefix="青浦/")


def test_what_a_client_signs_in_with_is_not_shown() -> None:
    settings = KafkaSettings("a:1", security={"sasl_plain_password": "示例口令"})
    assert "示例口令" not in repr(settings)
    assert settings.client()["sasl_plain_password"] == "示例口令"
