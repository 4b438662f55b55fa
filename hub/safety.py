"""Safety instructions (安全提示) and safe contacts (安全联系人), as whoever is told reads them.

Asked of the log at every look, and held by no view: who is told follows from where an organisation
stands towards the child at this moment. The look is entered in the audit trail under the
instructions' own stream and in no child's list of looks (查阅记录): that somebody opened one would
tell that there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.calendar import shanghai_date
from domain.child_file import CHILD_FILE, ChildFile, files_of
from domain.safe_contact import (
    SAFE_RELATION,
    SafeContactEnded,
    SafeContactStated,
    is_guardian,
    safe_contact_id,
)
from domain.safety_instruction import (
    InstructionsShared,
    SafetyInstructionEnded,
    SafetyInstructionIssued,
    instructions_id,
    is_told,
)
from domain.safety_rules import is_older
from hub.answers import SafeContact, SafetyLine
from hub.authorization.rights import Openings
from hub.clock import Clock
from hub.eventstore.codec import Fact, SealedField, recorded_of, sealed_field
from hub.eventstore.store import EventStore
from hub.keyservice import KeyService, Marker, Reader, opened
from hub.matching import guardians_of

ACTION = "safety_instruction"
"""What an access entry calls such a look."""
CONTACT_ACTION = "safe_contact"
_TEXT, _CALL = "text", "call"
_CONTACT = ("contact_name", "contact_phone", "contact_relation")


@dataclass(frozen=True, slots=True)
class _Told:
    """What is told of a child; ``of_conflicted``: by an organisation that is conflicted by now."""

    child: str
    fact: Fact
    event: SafetyInstructionIssued
    of_conflicted: bool


class SafetyLines:
    """What stands for children, for one organisation at a time. ``first``: the number that is to be
    called in the place of that of an issuer who is conflicted by now (利害关系单位): its line is
    heeded on, for whoever meets the child would be less careful without it."""

    def __init__(self, store: EventStore, keyservice: KeyService, clock: Clock, first: str) -> None:
        self._first = first
        self._store = store
        self._keyservice = keyservice
        self._clock = clock

    def among(self, children: Iterable[str]) -> list[str]:
        """Those of some children of whom anything was ever issued, whoever is told: mostly none."""
        streams = {instructions_id(UUID(each)): each for each in children if each}
        first = self._store.facts_at([(stream, 1) for stream in streams]) if streams else []
        return [streams[fact.stream] for fact in first]

    def of(
        self, reader: Reader, standing: Mapping[str, Openings]
    ) -> dict[str, tuple[SafetyLine, ...]]:
        """What the reader's organisation is told, by child. ``standing``: what of each child is
        open to it now; nothing is told to one that is conflicted (利害关系单位). Raises what the
        key service raises."""
        asked = [
            each
            for child, opened_now in standing.items()
            if not opened_now.conflicted
            for each in self._told(reader.organisation, child, opened_now)
        ]
        fields = [
            sealed_field(each.fact.place, name, each.fact.sealed[name])
            for each in asked
            for name in (_TEXT, _CALL)
        ]
        under = [each.fact.stream for each in asked for _ in (_TEXT, _CALL)]
        values = iter(
            _values(self._keyservice.subkeys(reader, fields, ACTION, under=under), fields)
        )
        found: dict[str, tuple[SafetyLine, ...]] = {}
        for each in asked:
            text, call = next(values), next(values)
            if Marker.ERASED in (text, call):
                continue
            # Heeded all the same: too much care costs a call. But not a call to them.
            number = self._first if each.of_conflicted else _shown(call)
            ours = each.event.issuer == reader.organisation
            line = SafetyLine(_shown(text), number, each.event.until.isoformat(), ours)
            found[each.child] = (*found.get(each.child, ()), line)
        return found

    def _told(self, organisation: str, child: str, opened_now: Openings) -> Iterator[_Told]:
        today = shanghai_date(self._clock.now())
        conflicted = conflicted_towards(self._store, UUID(child))
        for fact, event in self._standing(child):
            told = is_told(event, organisation, has_in_hand=bool(opened_now.rights))
            if event.until >= today and (told or event.issuer == organisation):
                yield _Told(child, fact, event, event.issuer in conflicted)

    def _standing(self, child: str) -> Sequence[tuple[Fact, SafetyInstructionIssued]]:
        """What stands for a child, whichever of its files it was said of: the newest of each
        issuer, in the order of the issuers."""
        newest: dict[str, date] = {}
        last: dict[str, tuple[Fact, SafetyInstructionIssued]] = {}
        for fact in _said(self._store, UUID(child), instructions_id):
            if fact.topic == InstructionsShared.TOPIC:
                continue
            recorded = recorded_of(fact)
            event = recorded.event
            if not isinstance(event, SafetyInstructionIssued | SafetyInstructionEnded):
                continue
            if is_older(event.issued_on, newest.get(event.issuer)):
                continue
            if isinstance(event, SafetyInstructionIssued):
                happened = shanghai_date(recorded.header.occurred_at)
                newest[event.issuer] = event.issued_on or happened
                last[event.issuer] = (fact, event)
            else:
                last.pop(event.issuer, None)
        return [last[issuer] for issuer in sorted(last)]


class SafeContacts:
    """Whom to call about children instead of their guardians. Whoever asks has decided that how
    the family is reached is told to the reader; that a guardian is suspected takes this away from
    nobody."""

    def __init__(self, store: EventStore, keyservice: KeyService, clock: Clock) -> None:
        self._store = store
        self._keyservice = keyservice
        self._clock = clock

    def of(self, reader: Reader, children: Iterable[str]) -> dict[str, SafeContact]:
        """The one that stands, by child, in whichever of its files; opened in one look. Raises
        what the key service raises."""
        found = {child: said for child in self._begun(children) if (said := self._standing(child))}
        if not found:
            return {}
        fields = [
            sealed_field(fact.place, each, fact.sealed[each])
            for fact, _ in found.values()
            for each in _CONTACT
        ]
        values = iter(_values(self._keyservice.subkeys(reader, fields, CONTACT_ACTION), fields))
        contacts = {}
        for child, (_, event) in found.items():
            shown = [next(values) for _ in _CONTACT]
            if Marker.ERASED in shown:
                continue
            name, telephone, relation = map(_shown, shown)
            if self._is_a_guardian(UUID(child), name, telephone):
                continue
            relation = SAFE_RELATION.labels.get(relation, relation)
            contacts[child] = SafeContact(name, telephone, relation, event.until.isoformat())
        return contacts

    def _is_a_guardian(self, child: UUID, name: str, telephone: str) -> bool:
        """Whether who was named turns out to be a guardian, by name or by number, since somebody
        said so: then nobody is called in the guardian's place, suspected or not."""
        said = guardians_of(
            self._store, self._keyservice, _files(self._store, child), safe_contact_id(child)
        )
        return is_guardian(name, telephone, said.names, said.phones)

    def _begun(self, children: Iterable[str]) -> list[str]:
        """Those of whom one was ever stated, or that have another file, where it may have been."""
        asked = {
            stream_id(UUID(child)): child
            for child in children
            for stream_id in (safe_contact_id, instructions_id)
        }
        first = self._store.facts_at([(stream, 1) for stream in asked]) if asked else []
        return list(dict.fromkeys(asked[fact.stream] for fact in first))

    def _standing(self, child: str) -> tuple[Fact, SafeContactStated] | None:
        """The newest of what stands in each of a child's files. What an organisation stated or
        ended that is conflicted by now (利害关系单位) counts for nothing: its own people would be
        called instead of a guardian."""
        conflicted = conflicted_towards(self._store, UUID(child))
        today = shanghai_date(self._clock.now())
        newest: dict[UUID, date] = {}
        last: dict[UUID, tuple[Fact, SafeContactStated]] = {}
        for fact in _said(self._store, UUID(child), safe_contact_id):
            recorded = recorded_of(fact)
            event = recorded.event
            if not isinstance(event, SafeContactStated | SafeContactEnded):
                continue
            if event.issuer in conflicted or is_older(event.stated_on, newest.get(fact.stream)):
                continue
            if isinstance(event, SafeContactStated):
                happened = shanghai_date(recorded.header.occurred_at)
                newest[fact.stream] = event.stated_on or happened
                last[fact.stream] = (fact, event)
            else:
                last.pop(fact.stream, None)
        stand = [(newest[stream], each) for stream, each in last.items() if each[1].until >= today]
        return max(stand, key=lambda each: (each[0], each[1][0].recorded_at))[1] if stand else None


def _values(
    keys: Iterable[bytes | Marker], fields: Iterable[SealedField]
) -> Iterator[str | Marker]:
    for key, field in zip(keys, fields, strict=True):
        yield key if isinstance(key, Marker) else str(opened(key, field))


def _shown(value: str | Marker) -> str:
    return value.value if isinstance(value, Marker) else value


def conflicted_towards(store: EventStore, child: UUID) -> frozenset[str]:
    """Who is conflicted towards a child by now, by whichever of its files."""
    files = (_file(store, each) for each in _files(store, child))
    return frozenset(each for file in files for each in file.conflicted)


def _files(store: EventStore, child: UUID) -> tuple[UUID, ...]:
    return files_of(child, lambda each: _file(store, each))


def _file(store: EventStore, child: UUID) -> ChildFile:
    state: ChildFile = store.load(CHILD_FILE, child).state
    return state


def _said(store: EventStore, child: UUID, stream_id: Callable[[UUID], UUID]) -> list[Fact]:
    """What was said of a child in any of its files, in the order in which it was recorded."""
    found = [fact for each in _files(store, child) for fact in store.stream_facts(stream_id(each))]
    return sorted(found, key=lambda fact: fact.recorded_at)
