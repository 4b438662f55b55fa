"""What is on record of workers, read from the log at once however many there are."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from domain.entry_check import ENTRY_CHECK, check_id
from domain.worker_stream import WORKER
from domain.workforce_figures import Kept
from hub.eventstore.codec import Fact, recorded_of
from hub.eventstore.store import EventStore


def kept(store: EventStore, workers: Sequence[UUID]) -> dict[UUID, Kept]:
    """The appointment and the entry check of each, as they are by now."""
    streams = [*workers, *map(check_id, workers)]
    told: dict[UUID, list[Fact]] = {}
    for fact in store.history(streams, store.position) if streams else ():
        told.setdefault(fact.stream, []).append(fact)
    return {
        each: Kept(
            WORKER.fold([recorded_of(fact).event for fact in told.get(each, ())]),
            ENTRY_CHECK.fold([recorded_of(fact).event for fact in told.get(check_id(each), ())]),
        )
        for each in workers
    }
