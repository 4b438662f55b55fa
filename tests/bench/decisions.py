"""One decision about one field: the hub's own function, and Cedar's for comparison."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from domain.kernel import Category
from domain.organisations import Seat
from domain.purpose import Purpose
from hub.authorization.decide import Standing, asker, decide, look_at, open_categories
from hub.policies import load_policies
from tests.authorization.oracle import oracle
from tests.authorization.states import State, request, some_states
from tests.bench.measure import Measure

ROUNDS = 5


def _states() -> list[State]:
    random = Random(1)
    places = itertools.product(Seat, Category, (Purpose.CASEWORK, Purpose.TASK))
    return [some_states(*place, random) for place in places for _ in range(5)]


def measures(folder: Path) -> Iterator[Measure]:
    """µs of processor time a decision; what is open of a child is asked once a child."""
    policy, states = load_policies().access, _states()
    asked = []
    for state in states:
        standing = Standing(
            state.seat, state.responsible, state.tasks, state.recorded, state.emergencies
        )
        producer = state.organisation if state.author else state.producer
        asked.append(
            (
                asker(
                    state.organisation,
                    state.post,
                    state.purpose,
                    state.basis,
                    cleared=state.cleared,
                ),
                standing,
                open_categories(policy, standing),
                look_at(policy, state.organisation, state.category, producer, flag=state.flag),
                state.in_task,
            )
        )
    ours, opening = [], []
    for _ in range(ROUNDS):
        begun = time.process_time()
        for who, _, opened, look, in_task in asked:
            decide(policy, who, opened, look, in_task=in_task)
        ours.append((time.process_time() - begun) / len(asked) * 1e6)
        begun = time.process_time()
        for _, standing, _, _, _ in asked:
            open_categories(policy, standing)
        opening.append((time.process_time() - begun) / len(asked) * 1e6)
    requests = list(map(request, states))
    oracle().allows(requests[:10])
    begun = time.process_time()
    oracle().allows(requests)
    cedar = (time.process_time() - begun) / len(requests) * 1e6
    mine = min(ours)
    yield Measure("one decision, against Cedar's", mine, cedar, None, "µs", "–")
    yield Measure("what is open of a child, once a child", min(opening), None, None, "µs", "–")
