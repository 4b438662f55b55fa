"""States in which somebody looks: what the hub decides of each, and how Cedar is asked."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from domain.kernel import Category, LegalBasis
from domain.organisations import HUB, Post, Seat
from domain.purpose import Purpose
from hub.authorization.decide import (
    By,
    Openings,
    Standing,
    asker,
    decide,
    look_at,
    open_categories,
    serves,
)
from hub.authorization.policy import Policy

EVERYTHING = frozenset(Category)
NOTHING: frozenset[Category] = frozenset()

# Who stated what is looked at: oneself, the hub, and seats that may or may not state the category
# otherwise than within a task (which of them may is for the rules to say).
SELF = "self"
PRODUCERS = (SELF, HUB, "education:310117", "finance:310117")
UNKNOWN = "CURIOSITY"


@dataclass(frozen=True, slots=True)
class State:
    """One look at one field, with everything that it may depend on."""

    seat: Seat
    category: Category
    purpose: str = Purpose.CASEWORK.value
    basis: str = LegalBasis.STATUTORY_DUTY.value
    post: str = Post.HANDLER.value
    responsible: bool = False
    tasks: frozenset[Category] = NOTHING
    recorded: frozenset[Category] = NOTHING
    emergencies: frozenset[Category] = NOTHING
    in_task: bool = False
    producer: str = "education:310117"
    wrote: bool = False
    flag: bool = False
    conflicted: bool = False
    guardian_suspect: bool = False
    cleared: bool = True
    status: bool = False
    """Of a matter in the view, its kind, state and clock; not a field."""

    @property
    def organisation(self) -> str:
        return f"{self.seat.value}:1"

    @property
    def author(self) -> bool:
        return self.producer == SELF


Opened = dict[tuple[Any, ...], Openings]


def ours(policy: Policy, state: State, opened: Opened | None = None) -> bool:
    """What the hub decides. ``opened`` remembers what is open, for asking many of one policy."""
    known = {} if opened is None else opened
    at = (
        state.seat,
        state.responsible,
        state.tasks,
        state.recorded,
        state.emergencies,
        state.conflicted,
        state.guardian_suspect,
    )
    if at not in known:
        known[at] = open_categories(policy, Standing(*at))
    look = look_at(
        policy,
        state.organisation,
        state.category,
        state.organisation if state.author else state.producer,
        flag=state.flag,
        author_person=state.wrote,
    )
    who = asker(state.organisation, state.post, state.purpose, state.basis, cleared=state.cleared)
    if state.status:
        return not known[at].conflicted and serves(
            policy, who, state.category, By.STATUS, in_task=state.in_task
        )
    return decide(policy, who, known[at], look, in_task=state.in_task) is not None


def request(state: State) -> dict[str, Any]:
    """The same question for Cedar."""
    context: dict[str, Any] = {
        "post": state.post,
        "purpose": state.purpose,
        "basis": state.basis,
        "responsible": state.responsible,
        "tasks": sorted(state.tasks),
        "recorded": sorted(state.recorded),
        "emergencies": sorted(state.emergencies),
        "inTask": state.in_task,
        "author": state.author,
        "wrote": state.author and state.wrote,
        "flag": state.flag,
        "conflicted": state.conflicted,
        "guardianSuspect": state.guardian_suspect,
        "cleared": state.cleared,
    }
    if state.producer != HUB:
        seat = state.seat.value if state.author else state.producer.split(":")[0]
        context["producer"] = {"__entity": {"type": "Seat", "id": seat}}
    return {
        "principal": {"type": "Seat", "id": state.seat.value},
        "action": f'Action::"{"status" if state.status else "look"}"',
        "resource": {"type": "Field", "id": state.category.value},
        "context": context,
    }


def _task_states(category: Category) -> Iterator[tuple[frozenset[Category], bool]]:
    """No task, or one that is closed; open ones with and without the category; and a task that was
    named and is another's."""
    yield NOTHING, False
    for released in (
        frozenset({category}),
        frozenset({Category.WHO}),
        frozenset({Category.WHO, category}),
        EVERYTHING,
    ):
        yield released, True
    yield EVERYTHING, False


def _some(category: Category) -> tuple[frozenset[Category], ...]:
    return NOTHING, frozenset({category}), EVERYTHING


def main_states(seat: Seat, category: Category, purpose: str) -> Iterator[State]:
    """Every combination of responsibility, task, record, break-glass, author and flag."""
    yield from (
        State(
            seat,
            category,
            purpose,
            post=Post.SYSTEM.value if purpose == Purpose.MATCHING else Post.HANDLER.value,
            responsible=responsible,
            tasks=tasks,
            in_task=in_task,
            recorded=recorded,
            emergencies=emergencies,
            producer=producer,
            wrote=wrote,
            flag=flag,
        )
        for responsible, (tasks, in_task), recorded, emergencies, (producer, wrote), flag in (
            itertools.product(
                (False, True),
                _task_states(category),
                _some(category) if category is Category.WHO else (EVERYTHING,),
                _some(category) if category is Category.WHO else (NOTHING, EVERYTHING),
                ((SELF, False), (SELF, True), *((each, False) for each in PRODUCERS[1:])),
                (False, True),
            )
        )
    )


def suspect_states(seat: Seat, category: Category, purpose: str) -> Iterator[State]:
    """Everything that opens something, where the organisation is conflicted, a guardian is the
    suspect, or both: in jurisdiction and not, by task, by break-glass, as author and as writer."""
    everything = (NOTHING, frozenset({category}), EVERYTHING)
    for state in main_states(seat, category, purpose):
        if state.recorded != EVERYTHING or state.tasks not in everything:
            continue
        for conflicted, suspect in ((True, False), (False, True), (True, True)):
            yield replace(state, conflicted=conflicted, guardian_suspect=suspect)
    for status in (True, False):
        yield State(seat, category, purpose, status=status, conflicted=True)


def people_states(seat: Seat, category: Category, purpose: str) -> Iterator[State]:
    """Every post with every legal basis, known and unknown, of what one wrote and what a task
    releases; and every post of what somebody else of one's organisation wrote."""
    posts, bases = [*map(str, Post), "emperor"], [*map(str, LegalBasis), "HABIT"]
    everything = State(
        seat,
        category,
        purpose,
        responsible=True,
        tasks=EVERYTHING,
        recorded=EVERYTHING,
        in_task=True,
        producer=SELF,
        wrote=True,
    )
    for post, basis in itertools.product(posts, bases):
        yield replace(everything, post=post, basis=basis)
    for post in posts:
        yield replace(everything, post=post, cleared=False)
        yield replace(everything, post=post, cleared=False, tasks=NOTHING, emergencies=EVERYTHING)
    for post, tasks, producer in itertools.product(
        posts, (NOTHING, EVERYTHING), (SELF, "education:310117")
    ):
        yield replace(everything, post=post, tasks=tasks, producer=producer, wrote=False)
    for status in (replace(everything, status=True, in_task=False),):
        yield from (replace(status, post=post) for post in posts)
        yield from (replace(status, post=post, cleared=False) for post in posts)
        yield from (replace(status, basis=basis) for basis in bases)


def some_states(seat: Seat, category: Category, purpose: str, random: Random) -> State:
    """One state of all, each of whose parts may be anything."""
    tasks, in_task = random.choice([*_task_states(category)])
    pool = sorted(Category)
    return replace(
        State(seat, category, purpose),
        basis=str(random.choice([*LegalBasis, *[LegalBasis.STATUTORY_DUTY] * 12, "HABIT"])),
        post=str(random.choice([*Post, *[Post.SYSTEM] * 4, "emperor"])),
        responsible=random.random() < 0.5,
        tasks=random.choice([tasks, frozenset(random.sample(pool, 3))]),
        in_task=in_task,
        recorded=random.choice([*_some(category), frozenset(random.sample(pool, 2))]),
        emergencies=random.choice([*_some(category), frozenset(random.sample(pool, 2))]),
        producer=random.choice(PRODUCERS),
        wrote=random.random() < 0.5,
        flag=random.random() < 0.5,
        conflicted=random.random() < 0.2,
        guardian_suspect=random.random() < 0.3,
        cleared=random.random() < 0.7,
    )
