"""A village without a child director whose entry check stands is stood in for by its town.

From the day on which the last one's result runs out, bars, or the appointment ends, what the
village owes in visits is the town's (代岗), until one is cleared again: nobody has to say so, and
nobody can say otherwise. A village of which nobody is on the register is let be.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from domain.away import AwayEnded, BeginStandIn, EndStandIn
from domain.entry_check import (
    ENTRY_CHECK,
    Check,
    EntryCheckAsked,
    EntryCheckBarred,
    EntryCheckExpired,
    EntryCheckPassed,
    check_id,
)
from domain.kernel import Command
from domain.organisations import Seat, seat_of
from domain.rules import Rules
from domain.worker import AppointmentEnded, Worker, WorkerRegistered
from domain.worker_index import STAFF, Staff, staff_id
from domain.worker_stream import WORKER
from domain.workforce_codes import WorkerRole
from hub.eventstore.codec import Fact
from hub.eventstore.store import EventStore

NAME = "stand_in_for_a_village_without_a_cleared_child_director"

SAID_BY = frozenset(
    {
        WorkerRegistered.TOPIC,
        AppointmentEnded.TOPIC,
        EntryCheckAsked.TOPIC,
        EntryCheckPassed.TOPIC,
        EntryCheckBarred.TOPIC,
        EntryCheckExpired.TOPIC,
        AwayEnded.TOPIC,
    }
)
"""Facts after which another one may have to visit."""


def commands(store: EventStore, rules: Rules, fact: Fact) -> Iterator[tuple[str, Command]]:
    """Who visits from here on; nothing happens where it is so already."""
    organisation = str(fact.clear["organisation"])
    if seat_of(organisation) is not Seat.VILLAGE:
        return
    staff: Staff = store.load(STAFF, staff_id(organisation)).state
    found = [store.load(WORKER, each).state for each in staff.workers]
    directors = [
        (worker, each)
        for worker, each in zip(found, staff.workers, strict=True)
        if worker.role is WorkerRole.CHILD_DIRECTOR
    ]
    if not directors:
        return
    at = datetime.fromisoformat(fact.recorded_at)

    def works(worker: Worker, check: Check) -> bool:
        return worker.employed and check.stands(at)

    if any(works(each, store.load(ENTRY_CHECK, check_id(of)).state) for each, of in directors):
        yield organisation, EndStandIn(organisation=organisation)
    else:
        yield organisation, BeginStandIn(organisation=organisation)


def led_to(effect: Fact) -> bool:
    """Whether a fact is of a kind that such a command leads to."""
    return effect.topic.startswith("away.")
