"""The servers that tests share."""

from __future__ import annotations

from tests.servers.fixtures import database, kafka, kafka_bootstrap, own_broker, postgres

__all__ = ["database", "kafka", "kafka_bootstrap", "own_broker", "postgres"]
