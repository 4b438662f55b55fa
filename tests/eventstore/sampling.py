"""Stored samples: how every topic was written when its version was new.

``python -m tests.eventstore.sampling`` writes a sample for each topic that has none. One that is
there is never written again: it stands for what lies in logs already.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from eventsourcing.persistence import StoredEvent
from pydantic_core import to_jsonable_python

from domain.kernel import Recorded
from hub.encryption.keystore import DataKey, Slot
from hub.encryption.suites import DEFAULT_SUITE
from hub.eventstore.codec import HEADER, SealingMapper, clear_state
from tests.domain.histories import one_of_each_recorded

FOLDER = Path(__file__).parent / "samples"


class SampleKeys:
    """Data keys that everybody can work out: they guard invented values only."""

    suite = DEFAULT_SUITE

    def ensure(self, wanted: Iterable[Slot]) -> dict[Slot, DataKey]:
        return {slot: sample_key(*slot) for slot in wanted}

    def refuse_fenced(self, subjects: Iterable[UUID]) -> None:
        """Nobody is."""


def sample_key(subject: UUID, category: str) -> DataKey:
    """The key of a subject and category in the samples."""
    return DataKey(subject, category, 1, sha256(f"sample|{subject}|{category}".encode()).digest())


@dataclass(frozen=True, slots=True)
class Sample:
    """A stored event, and what it said when it was stored."""

    stored: StoredEvent
    header: dict[str, Any]
    clear: dict[str, Any]
    sensitive: dict[str, Any]


def path_of(topic: str) -> Path:
    return FOLDER / f"{topic}.json"


def samples() -> list[Sample]:
    """Every stored sample."""
    return [_read(path) for path in sorted(FOLDER.glob("*.json"))]


def _read(path: Path) -> Sample:
    data = json.loads(path.read_text("utf-8"))
    stored = StoredEvent(
        originator_id=UUID(data["stream"]),
        originator_version=data["version"],
        topic=data["topic"],
        state=data["state"].encode(),
    )
    return Sample(stored, data["header"], data["clear"], data["sensitive"])


def write(recorded: Recorded) -> None:
    """Store one event as the sample of its topic. Raises FileExistsError."""
    stored = SealingMapper(SampleKeys()).to_stored_event(recorded)  # type: ignore[arg-type]
    event = recorded.event
    data = {
        "topic": stored.topic,
        "stream": str(stored.originator_id),
        "version": stored.originator_version,
        "state": stored.state.decode(),
        "header": dict(zip(HEADER, json.loads(stored.state)["h"], strict=True)),
        "clear": clear_state(event),
        "sensitive": to_jsonable_python({name: getattr(event, name) for name in event.SENSITIVE}),
    }
    with path_of(stored.topic).open("x", encoding="utf-8") as file:
        json.dump(data, file, ensure_ascii=False, indent=1)
        file.write("\n")


def _says_most(recorded: Recorded) -> int:
    return sum(value is not None for value in vars(recorded.event).values())


def write_missing() -> None:
    """A sample of every topic that has none, from the event that leaves least out."""
    best: dict[str, Recorded] = {}
    for each in one_of_each_recorded():
        topic = each.event.TOPIC
        if topic not in best or _says_most(each) > _says_most(best[topic]):
            best[topic] = each
    FOLDER.mkdir(exist_ok=True)
    for topic, recorded in best.items():
        if not path_of(topic).exists():
            write(recorded)


if __name__ == "__main__":
    write_missing()
