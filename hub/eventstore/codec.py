"""From a recorded event to its stored bytes and back: upcast → seal → serialise.

Stored state is JSON of four members: ``h`` the header (a list, in the order of
:data:`HEADER`), ``c`` the clear facts, ``s`` the sealed fields (name → [category, flag, stored
field name, base64 token]). Nothing sensitive is ever in ``h`` or ``c``.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from eventsourcing.persistence import Mapper, StoredEvent
from pydantic_core import from_json, to_json, to_jsonable_python

from domain.kernel import Actor, Event, Header, LegalBasis, Recorded, Sealed
from domain.registry import EVENTS
from hub.encryption.fields import FieldContext, seal, under_own_key
from hub.encryption.keystore import DataKey, KeyStore
from hub.eventstore.upcast import UPCASTERS, Upcaster, upcast

HEADER = (
    "event_id",
    "organisation",
    "post",
    "user",
    "legal_basis",
    "occurred_at",
    "recorded_at",
    "correlation",
    "causation",
    "rule_version",
    "supersedes",
    "subject",
    "ordering_key",
)


_CATEGORY_OF = {topic: event.CATEGORY.value for topic, event in EVENTS.items()}


@dataclass(slots=True)
class SealedField:
    """A sealed field together with all that its opening must authenticate."""

    context: FieldContext
    token: bytes


@dataclass(slots=True)
class Fact:
    """A stored event as readers of the log take it: header, clear facts, sealed fields as they
    lie in the store. Cheap to make; nothing is validated again and nothing is opened."""

    position: int
    stream: UUID
    version: int
    topic: str
    stored_topic: str
    header: list[Any]
    clear: dict[str, Any]
    sealed: dict[str, list[Any]]

    @property
    def event_id(self) -> str:
        return str(self.header[0])

    @property
    def correlation(self) -> str:
        return str(self.header[7])

    @property
    def producer(self) -> str:
        return str(self.header[1])

    @property
    def subject(self) -> UUID:
        return UUID(self.header[11])

    @property
    def ordering_key(self) -> str:
        return str(self.header[12])

    @property
    def recorded_at(self) -> str:
        return str(self.header[6])

    @property
    def place(self) -> dict[str, Any]:
        """Where its sealed fields stand, as :func:`sealed_field` takes it."""
        return {
            "subject": self.subject,
            "event_id": self.event_id,
            "stream": self.stream,
            "version": self.version,
            "topic": self.stored_topic,
            "producer": self.producer,
        }

    @property
    def child_ref(self) -> str | None:
        """The child concerned, as text; None while it is unknown."""
        child: str | None = self.clear.get("child_ref")
        return child

    @property
    def category(self) -> str:
        """The matrix column of the event itself (a matter's own where the event names one)."""
        matter: str | None = self.clear.get("matter")
        return matter or _CATEGORY_OF[self.topic]

    @property
    def has_own_key(self) -> bool:
        """Whether its sealed fields are under the data key of the record itself."""
        return any(under_own_key(b64decode(entry[3][:4])) for entry in self.sealed.values())


def sealed_field(fact_like: Mapping[str, Any], name: str, entry: Sequence[Any]) -> SealedField:
    """Rebuild the opening context of one sealed field from a stored row.

    ``fact_like`` has subject, event_id, stream, version, topic (as stored) and producer.
    """
    category, flag, stored_name, encoded = entry
    token = b64decode(encoded)
    subject, stream = _uuid(fact_like["subject"]), _uuid(fact_like["stream"])
    own = under_own_key(token)
    context = FieldContext(
        subject=stream if own else subject,
        category=category,
        field=stored_name,
        event_id=_uuid(fact_like["event_id"]),
        stream=stream,
        version=int(fact_like["version"]),
        topic=str(fact_like["topic"]),
        producer=str(fact_like["producer"]),
        flag=bool(flag),
        about=subject if own else None,
    )
    return SealedField(context, token)


def _uuid(value: UUID | str) -> UUID:
    return value if isinstance(value, UUID) else _parsed(value)


@lru_cache(4096)
def _parsed(text: str) -> UUID:
    """A page asks for the same few places over and over: each field of an event has three."""
    return UUID(text)


@cache
def _sensitive(event_type: type[Event]) -> tuple[tuple[str, str | None, bool], ...]:
    """An event type's sensitive fields: name, category (None: the event's own), flag."""
    return tuple(
        (name, mark.category.value if mark.category else None, mark.flag)
        for name, mark in event_type.SENSITIVE.items()
    )


class SealingMapper(Mapper[UUID]):
    """The seam of the library where fields are sealed and old versions are upcast.

    Keys are ensured for a whole append at once (:meth:`keys_for`), so that sealing the events
    of a batch costs one visit to the key store.
    """

    def __init__(
        self,
        keys: KeyStore | None,
        upcasters: Mapping[str, Upcaster] = UPCASTERS,
        own_keys: Set[str] = frozenset(),
    ) -> None:
        """``keys`` None leaves fields unsealed: for measuring the cost of sealing only.
        ``own_keys``: streams each of which is sealed under a data key of its own from now on
        (policies/sealable.toml); what was sealed otherwise opens all the same."""
        self._keys = keys
        self._upcasters = upcasters
        self._own_keys = own_keys

    def _key_subject(self, recorded: Recorded) -> UUID:
        """Whose data keys seal an event's fields."""
        event = recorded.event
        own = event.OWN_KEY or (
            bool(self._own_keys) and event.TOPIC.split(".", 1)[0] in self._own_keys
        )
        return recorded.originator_id if own else recorded.subject

    def keys_for(self, events: Sequence[Recorded]) -> dict[tuple[UUID, str], DataKey]:
        """The data keys these events' sensitive fields need, minted where missing. Raises
        SubjectErased for a subject of whom nothing is recorded any more, whether or not a key
        would be needed."""
        if self._keys is None:
            return {}
        wanted: set[tuple[UUID, str]] = set()
        subjects: set[UUID] = set()
        for recorded in events:
            event = recorded.event
            if not event.SURVIVES:
                subjects.add(recorded.subject)
            for name, category, _ in _sensitive(type(event)):
                if getattr(event, name) is not None:
                    wanted.add((self._key_subject(recorded), category or event.category.value))
        found = self._keys.ensure(wanted) if wanted else {}
        if keyless := subjects - {subject for subject, _ in wanted}:
            self._keys.refuse_fenced(keyless)
        return found

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        return self.store([domain_event])[0]

    def store(
        self,
        events: Sequence[Recorded],
        keys: Mapping[tuple[UUID, str], DataKey] | None = None,
    ) -> list[StoredEvent]:
        """Seal and serialise the events of one append; ``keys`` are those of :meth:`keys_for`,
        where they are at hand already."""
        if keys is None:
            keys = self.keys_for(events)
        return [self._store(recorded, keys) for recorded in events]

    def _store(self, recorded: Recorded, keys: Mapping[tuple[UUID, str], DataKey]) -> StoredEvent:
        event, header = recorded.event, recorded.header
        topic, subject, values = event.TOPIC, recorded.subject, vars(event)
        holder = self._key_subject(recorded)
        about = None if holder == subject else subject
        sealed: dict[str, list[Any]] = {}
        for name, fixed, flag in _sensitive(type(event)):
            value = values[name]
            if value is None:
                continue
            if isinstance(value, Sealed):
                raise TypeError("an event that was loaded is never stored again")
            category = fixed or event.category.value
            if self._keys is None:
                token = str(value).encode()
            else:
                context = FieldContext(
                    holder,
                    category,
                    name,
                    header.event_id,
                    recorded.originator_id,
                    recorded.originator_version,
                    topic,
                    header.actor.organisation,
                    flag,
                    about,
                )
                token = seal(keys[holder, category], context, value, self._keys.suite)
            sealed[name] = [category, int(flag), name, b64encode(token).decode()]
        sensitive = event.SENSITIVE
        state = {
            "h": [
                header.event_id,
                header.actor.organisation,
                header.actor.post,
                header.actor.user,
                header.legal_basis.value,
                header.occurred_at,
                header.recorded_at,
                header.correlation,
                header.causation,
                header.rule_version,
                header.supersedes,
                subject,
                recorded.ordering_key,
            ],
            "c": {name: value for name, value in values.items() if name not in sensitive},
            "s": sealed,
        }
        return StoredEvent(
            originator_id=recorded.originator_id,
            originator_version=recorded.originator_version,
            topic=topic,
            state=to_json(state),
        )

    def to_fact(self, stored: StoredEvent, position: int = 0) -> Fact:
        """A stored event for readers of the log, upcast to its newest version."""
        state = from_json(stored.state)
        topic, clear, sealed = upcast(stored.topic, state["c"], state["s"], self._upcasters)
        originator_id = stored.originator_id
        return Fact(
            position=position,
            stream=originator_id if isinstance(originator_id, UUID) else UUID(originator_id),
            version=stored.originator_version,
            topic=topic,
            stored_topic=stored.topic,
            header=state["h"],
            clear=clear,
            sealed=sealed,
        )

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        return recorded_of(self.to_fact(stored_event))


def event_of(fact: Fact) -> Event:
    """The typed event of a fact, its sensitive fields as :class:`Sealed`."""
    event_type = EVENTS[fact.topic]
    fields: dict[str, Any] = dict(fact.clear)
    for name in event_type.SENSITIVE:
        entry = fact.sealed.get(name)
        fields[name] = None if entry is None else Sealed(b64decode(entry[3]))
    return event_type.model_validate(fields)


def recorded_of(fact: Fact) -> Recorded:
    """A fact as it was recorded: its typed event (:func:`event_of`) and header."""
    h = fact.header
    return Recorded(
        originator_id=fact.stream,
        originator_version=fact.version,
        ordering_key=UUID(h[12]),
        header=Header(
            event_id=UUID(h[0]),
            actor=Actor(h[1], h[2], h[3]),
            legal_basis=LegalBasis(h[4]),
            occurred_at=datetime.fromisoformat(h[5]),
            recorded_at=datetime.fromisoformat(h[6]),
            correlation=UUID(h[7]),
            causation=UUID(h[8]) if h[8] else None,
            rule_version=h[9],
            supersedes=UUID(h[10]) if h[10] else None,
        ),
        event=event_of(fact),
        position=fact.position or None,
    )


def clear_state(event: Event) -> dict[str, Any]:
    """An event's clear facts as plain JSON values."""
    facts: dict[str, Any] = to_jsonable_python(
        {name: value for name, value in vars(event).items() if name not in event.SENSITIVE}
    )
    return facts
