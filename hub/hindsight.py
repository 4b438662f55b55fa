"""Where an organisation stood towards a child at a time, from the log; and what past looks would
show under other rules.

A standing is folded from what was recorded until then, and never taken from a view, which knows
only now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.kernel import Category, LegalBasis
from domain.organisations import CONSOLE, HUB, Post, seat_of
from domain.purpose import Purpose
from domain.scope import SCOPE, Scope, scope_id
from hub.audit.log import AccessEntry, AccessLog, AccessLogUnavailable
from hub.authorization.decide import (
    Asker,
    By,
    Look,
    Standing,
    asker,
    decide,
    look_at,
    open_categories,
    serves,
)
from hub.authorization.explain import BY_WORDS as BY_WORDS
from hub.authorization.explain import Explanation as Explanation
from hub.authorization.explain import explain
from hub.authorization.policy import Policy
from hub.eventstore.codec import HEADER, event_of
from hub.eventstore.store import EventStore
from projections.reach import Reach, readable, standing_of
from projections.visible import concerned

RECORDED_AT, RULE_VERSION = HEADER.index("recorded_at"), HEADER.index("rule_version")


@dataclass(frozen=True, slots=True)
class Stood:
    """Where an organisation stood, and whether it had an open task (the named one, if named)."""

    standing: Standing
    in_task: bool


def stood(
    store: EventStore, policy: Policy, organisation: str, child_ref: UUID, task: str, at: datetime
) -> Stood:
    """Where an organisation stood towards a child at an instant. Raises ValueError for an
    organisation of no seat."""
    seat, reads = seat_of(organisation), readable(policy, seat_of(organisation))
    reach, scopes, events = Reach(), scope_id(organisation, child_ref), []
    for fact in store.history([child_ref], store.position):
        if datetime.fromisoformat(fact.header[RECORDED_AT]) > at or concerned(fact) is None:
            continue
        reach.apply(seat, fact, readable=reads)
        if fact.stream == scopes:
            events.append(event_of(fact))
    if reach.erased:
        nothing: frozenset[Category] = frozenset()
        return Stood(Standing(seat, False, nothing, nothing), in_task=False)
    scope: Scope = SCOPE.fold(events)
    released = {
        basis.value: frozenset(each.value for each in of)
        for basis, of in scope.released(at).items()
    }
    return Stood(
        standing_of(seat, reach, organisation, released),
        scope.in_task(at, task),
    )


@dataclass(frozen=True, slots=True)
class Question:
    """Why somebody may or may not see something: of a child (``child``), or standing as said."""

    organisation: str
    post: str
    purpose: str
    basis: str
    category: Category
    producer: str = ""
    """Who stated it; empty: the hub itself."""
    wrote: bool = False
    flag: bool = False
    child: UUID | None = None
    task: str = ""
    responsible: bool = False
    tasks: frozenset[Category] = frozenset()
    recorded: frozenset[Category] = frozenset()
    emergencies: frozenset[Category] = frozenset()
    conflicted: bool = False
    guardian_suspect: bool = False


class NoSeat(Exception):
    """An organisation that a question names is of no seat; ``where``: which field names it."""

    def __init__(self, where: str) -> None:
        super().__init__()
        self.where = where


def _of_a_seat(where: str, organisation: str) -> None:
    try:
        seat_of(organisation)
    except ValueError:
        raise NoSeat(where) from None


def explained(store: EventStore, policy: Policy, asked: Question, now: datetime) -> Explanation:
    """The answer, step by step. Raises NoSeat."""
    _of_a_seat("organisation", asked.organisation)
    producer = asked.producer or HUB
    if producer != HUB:
        _of_a_seat("producer", producer)
    if asked.child is None:
        there = Stood(
            Standing(
                seat_of(asked.organisation),
                asked.responsible,
                asked.tasks,
                asked.recorded,
                asked.emergencies,
                asked.conflicted,
                asked.guardian_suspect,
            ),
            in_task=bool(asked.tasks),
        )
    else:
        there = stood(store, policy, asked.organisation, asked.child, asked.task, now)
    look = look_at(
        policy,
        asked.organisation,
        asked.category,
        producer,
        flag=asked.flag,
        author_person=asked.wrote,
    )
    # Of what an organisation could see, through somebody whose entry check stands.
    who = asker(asked.organisation, asked.post, asked.purpose, asked.basis, cleared=True)
    return explain(policy, who, there.standing, look, in_task=there.in_task)


KINDS: dict[str, Look] = {
    "其他单位登记的内容": Look(Category.WHO, flag=False, author=False),
    "提示项": Look(Category.WHO, flag=True, author=False),
    "本单位他人登记的": Look(Category.WHO, flag=False, author=True),
    "本人登记的": Look(Category.WHO, flag=False, author=True, author_person=True),
}
"""What there may be to see of a category: an entry names the category and not the fields."""

STATUS = "事项、状态和时限"


@dataclass(frozen=True, slots=True)
class Difference:
    """A past look at one category of a child that other rules would answer otherwise."""

    entry: AccessEntry
    category: str
    before: tuple[str, ...]
    after: tuple[str, ...]


def shows(policy: Policy, who: Asker | None, stood: Stood, category: Category) -> tuple[str, ...]:
    """What of a category some rules show to somebody who stands so."""
    opened = open_categories(policy, stood.standing)
    found = [
        kind
        for kind, look in KINDS.items()
        if decide(policy, who, opened, _of(look, category), in_task=stood.in_task) is not None
    ]
    if serves(policy, who, category, By.STATUS, in_task=stood.in_task):
        found.append(STATUS)
    return tuple(found)


def _of(look: Look, category: Category) -> Look:
    return Look(category, look.flag, look.author, look.author_person, sealed=True)


def differences(
    store: EventStore, before: Policy, after: Policy, entries: Iterable[AccessEntry]
) -> Iterator[Difference]:
    """Past looks that ``after`` would answer otherwise than ``before``, in their order. Looks at
    no child, and looks that showed nothing, are passed over."""
    for entry in entries:
        child = _uuid(entry.child_ref)
        if child is None or not entry.categories:
            continue
        # Whoever is shown something was cleared then.
        who = asker(entry.organisation, entry.post, entry.purpose, entry.legal_basis, cleared=True)
        if who is None or who.seat is None:
            continue
        at = datetime.fromisoformat(entry.at)
        then = stood(store, before, entry.organisation, child, entry.task, at)
        # Other rules may read other categories: what was recorded is folded anew for them.
        under = stood(store, after, entry.organisation, child, entry.task, at)
        for category in map(Category, entry.categories.split(",")):
            old, new = shows(before, who, then, category), shows(after, who, under, category)
            if old != new:
                yield Difference(entry, category.value, old, new)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def changed_in_place(store: EventStore, log: AccessLog, version: str) -> str | None:
    """The version by which something was decided last, where it has the name of ``version`` and
    another content: then somebody changed a rule and did not say so."""
    try:
        before = [entry.policy_version for entry in log.newest(1)]
    except AccessLogUnavailable:
        # No look can be answered then, which each look says; records are taken all the same.
        before = []
    before += [fact.header[RULE_VERSION] for fact in store.feed(max(0, store.position - 1), 1)]
    name = version.partition("+")[0]
    for other in before:
        if other != version and other.partition("+")[0] == name:
            return str(other)
    return None


def all_entries(log: AccessLog) -> Iterator[AccessEntry]:
    """Every access entry, the oldest first."""
    after = 0
    while found := log.oldest(after):
        yield from (entry for _, entry in found)
        after = found[-1][0]


def note(log: AccessLog, asked: Question, now: datetime, version: str) -> None:
    """Write that somebody at the hub's own machine asked how a child's matters are seen: the
    answer tells who answers for the child. Raises AccessLogUnavailable."""
    log.append(
        [
            AccessEntry(
                at=now.isoformat(timespec="microseconds"),
                user=CONSOLE,
                post=Post.SYSTEM.value,
                organisation=HUB,
                child_ref="" if asked.child is None else str(asked.child),
                categories=asked.category.value,
                action="policy_explain",
                purpose=Purpose.CASEWORK.value,
                legal_basis=LegalBasis.STATUTORY_DUTY.value,
                task="",
                policy_version=version,
            )
        ]
    )
