"""Specifications of deciders: given events, when a command, then events or a refusal.

``given(*events).when(command, by=…, on=…).then(*events)`` reads as a sentence of the plan. The
stream follows from the command. Given events are sealed as the store hands them back, so that
every specification also shows that the decision needs the clear facts only. A :class:`Journal`
carries commands out over many streams, where it matters which stream a command means.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar
from uuid import UUID

from domain.calendar import SHANGHAI
from domain.child_file import CHILD_FILE, ChildFile
from domain.kernel import (
    Actor,
    CaseReferrals,
    Category,
    Command,
    Event,
    Given,
    Header,
    LegalBasis,
    Recorded,
    Refused,
    Sealed,
    Stream,
    derived_id,
)
from domain.organisations import HUB, Post
from domain.reactions.kernel import Places, Reaction
from domain.registry import STREAM_OF_COMMAND, STREAM_OF_TOPIC
from domain.rules import Rules
from hub.policies import load_policies

S = TypeVar("S")
When = date | datetime
By = str | Actor


def at_noon(day: date) -> datetime:
    """Noon in Shanghai of a day, as the UTC instant."""
    return datetime.combine(day, time(12), tzinfo=SHANGHAI).astimezone(UTC)


def sealed(event: Event) -> Event:
    """The event as the store hands it back: every sensitive field that holds a value is opaque."""
    opaque = {
        name: Sealed(f"{event.TOPIC}/{name}".encode())
        for name in event.SENSITIVE
        if getattr(event, name) is not None
    }
    return event.model_copy(update=opaque)


def circumstances(
    by: By,
    on: When,
    rules: Rules | None = None,
    *,
    correction: bool = False,
    child: ChildFile | None = None,
    absent: frozenset[str] = frozenset(),
    referrals: CaseReferrals | None = None,
    tasks: frozenset[Category] = frozenset(),
) -> Given:
    """What a decision is given. A day means its noon; an organisation means its handler."""
    return Given(
        now=on if isinstance(on, datetime) else at_noon(on),
        actor=by if isinstance(by, Actor) else Actor(by, Post.HANDLER.value, f"user of {by}"),
        rules=rules or load_policies().rules,
        correction=correction,
        child=child,
        absent=absent,
        referrals=referrals or CaseReferrals(),
        tasks=tasks,
    )


def folded(stream: Stream[S], *events: Event) -> S:
    """The state of a stream after events, sealed as they are loaded."""
    return stream.fold([sealed(event) for event in events])


@dataclass(frozen=True, slots=True)
class Happened:
    """A pattern: an event of this very type whose named fields have these values."""

    type: type[Event]
    fields: dict[str, object]

    def matches(self, event: Event) -> bool:
        return type(event) is self.type and all(
            getattr(event, name) == value for name, value in self.fields.items()
        )


def happened(type_: type[Event], **fields: object) -> Happened:
    """Expect an event by type and some of its fields. Raises TypeError on a field it has not."""
    unknown = fields.keys() - type_.model_fields.keys()
    if unknown:
        raise TypeError(f"{type_.__name__} has no {sorted(unknown)}")
    return Happened(type_, fields)


Expected = Event | Happened


def same(found: Sequence[Event], expected: Sequence[Expected]) -> bool:
    """Whether these events, in this order and no others, are what was expected."""
    return len(found) == len(expected) and all(
        type(one) is type(other) and one == other
        if isinstance(other, Event)
        else other.matches(one)
        for one, other in zip(found, expected, strict=True)
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a decision came to: events, or a refusal. The ``then…`` methods assert."""

    events: tuple[Event, ...]
    refusal: Refused | None

    def then(self, *expected: Expected) -> tuple[Event, ...]:
        """Exactly these events happened. Gives them, for a closer look."""
        if not expected:
            raise TypeError("say then_nothing() or then_refused(code)")
        assert self.refusal is None, f"refused: {self.refusal}"
        assert same(self.events, expected), f"\nexpected {expected}\nfound    {self.events}"
        return self.events

    def then_nothing(self) -> None:
        """Nothing happened, and nothing was refused."""
        assert self.refusal is None, f"refused: {self.refusal}"
        assert self.events == ()

    def then_refused(self, code: str) -> Refused:
        """The rules refuse it with this code. Gives the refusal, for its text."""
        assert self.refusal is not None, f"not refused: {self.events}"
        assert self.refusal.code == code
        return self.refusal


@dataclass(frozen=True, slots=True)
class History:
    """The events of one stream that a specification starts from."""

    events: tuple[Event, ...]
    rules: Rules | None = None

    def under(self, rules: Rules) -> History:
        """The same history under other rules than those of policies/."""
        return History(self.events, rules)

    def when(
        self,
        command: Command,
        *,
        by: By,
        on: When,
        correction: bool = False,
        child: ChildFile | None = None,
        absent: frozenset[str] = frozenset(),
        referrals: CaseReferrals | None = None,
    ) -> Outcome:
        """Decide ``command``, asked by an organisation (or a post in it) on a day or instant;
        ``correction`` says that it restates a record that was sent before; ``child`` is what the
        child's file says, ``absent`` who of its village is away, and ``referrals`` what was asked
        of whom in its case, for a command that reads it.

        Raises ValueError when the given events are of another stream than the command: such a
        specification would hold whatever the rules are.
        """
        stream = STREAM_OF_COMMAND[type(command)]
        for event in self.events:
            if STREAM_OF_TOPIC[event.TOPIC] is not stream:
                raise ValueError(f"{event.TOPIC} is no event of the stream {stream.name}")
        state = folded(stream, *self.events)
        try:
            where = circumstances(
                by,
                on,
                self.rules,
                correction=correction,
                child=child,
                absent=absent,
                referrals=referrals,
            )
            events = stream.decide[type(command)](state, command, where)
        except Refused as refusal:
            return Outcome((), refusal)
        return Outcome(tuple(events), None)


def given(*events: Event) -> History:
    """What happened before, in one stream."""
    return History(events)


@dataclass(slots=True)
class Journal:
    """Many streams, as the store keeps them: what happened, sealed, by stream.

    ``together`` reactions are carried out in the append of their cause, as ``places`` route.
    """

    places: Places | None = None
    together: tuple[Reaction, ...] = ()
    rules: Rules | None = None
    tasks: frozenset[Category] = frozenset()
    referrals: CaseReferrals = field(default_factory=CaseReferrals)
    streams: dict[UUID, list[Event]] = field(default_factory=dict)

    def states(self, stream: Stream[S]) -> Callable[[UUID], S]:
        """Folds a stream of this kind by its id."""
        return lambda stream_id: stream.fold(self.streams.get(stream_id, []))

    def carry_out(
        self, command: Command, *, by: By, on: When, corrects: Recorded | None = None
    ) -> list[Recorded]:
        """Find the stream the command means, decide, append. Gives what was recorded, that of
        the reactions included; raises Refused and then leaves everything as it was. What
        ``corrects`` a recorded event goes to that event's stream."""
        stream: Stream[Any] = STREAM_OF_COMMAND[type(command)]
        load = self.states(stream)
        stream_id = corrects.originator_id if corrects else stream.locate(command, load)
        reads = command.reads or getattr(load(stream_id), "child_ref", None)
        child = self.states(CHILD_FILE)(reads) if command.READS_CHILD and reads else None
        where = circumstances(
            by,
            on,
            self.rules,
            child=child,
            correction=corrects is not None,
            tasks=self.tasks if command.READS_TASKS else frozenset(),
            referrals=self.referrals if command.READS_CASE else None,
        )
        decided = stream.decide[type(command)](load(stream_id), command, where)
        log = self.streams.setdefault(stream_id, [])
        recorded = []
        for event in decided:
            log.append(sealed(event))
            recorded.append(as_recorded(event, stream_id, len(log), where, corrects))
        try:
            for cause in list(recorded):
                for consequence in self.consequences(cause):
                    recorded += self.carry_out(consequence, by=Actor(HUB, Post.SYSTEM, HUB), on=on)
        except Refused:
            # As a unit of work: what a consequence refuses did not happen.
            for fact in recorded:
                self.streams[fact.originator_id].pop()
            raise
        return recorded

    def consequences(self, cause: Recorded) -> list[Command]:
        """The commands that the ``together`` reactions answer an event with."""
        if self.places is None:
            return []
        return [
            command
            for reaction in self.together
            if isinstance(cause.event, reaction.on)
            for command in reaction.then(cause.event, cause, self.places)
        ]


def as_recorded(
    event: Event, stream_id: UUID, version: int, where: Given, corrects: Recorded | None = None
) -> Recorded:
    """An event as the store records it; its id follows from its place, to be repeatable."""
    event_id = derived_id("specification", stream_id, version)
    return Recorded(
        originator_id=stream_id,
        originator_version=version,
        ordering_key=event.subject or stream_id,
        header=Header(
            event_id=event_id,
            actor=where.actor,
            legal_basis=LegalBasis.STATUTORY_DUTY,
            occurred_at=where.now,
            recorded_at=where.now,
            correlation=event_id,
            causation=None,
            rule_version=where.rules.version,
            supersedes=corrects.header.event_id if corrects else None,
        ),
        event=event,
    )
