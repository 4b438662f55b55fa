"""Real servers for the tests of this folder."""

from __future__ import annotations

from tests.servers.fixtures import kafka, kafka_bootstrap, own_broker

__all__ = ["kafka", "kafka_bootstrap", "own_broker"]
