"""Safety instructions (安全提示) and safe contacts (安全联系人), as whoever is told reads them.

Asked of the log at every look, and held by no view: who is told follows from where an organisation
stands towards the child at this moment. The look is entered in the audit trail under the
instructions' own stream and in no child's list of looks (查阅记录): that somebody opened one would
tell that there is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from domain.calendar import shanghai_date
from domain.safe_contact import SAFE_RELATION, SafeContactStated, safe_contact_id
from domain.safety_instruction import (
    SAFETY_INSTRUCTION,
    Instructions,
    InstructionsShared,
    SafetyInstructionEnded,
    SafetyInstructionIssued,
    instructions_id,
    is_told,
)
from hub.answers import SafeContact, SafetyLine
from hub.authorization.rights import Openings
from hub.clock import Clock
from hub.eventstore.codec import Fact, recorded_of, sealed_field
from hub.eventstore.store import EventStore
from hub.keyservice import KeyService, Marker, Reader, opened

ACTION = "safety_instruction"
"""What an access entry calls such a look."""
CONTACT_ACTION = "safe_contact"
_TEXT, _CALL = "text", "call"
_CONTACT = ("contact_name", "contact_phone", "contact_relation")


class SafetyLines:
    """What stands for children, for one organisation at a time."""

    def __init__(self, store: EventStore, keyservice: KeyService, clock: Clock) -> None:
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
        found = {
            child: tuple(self._lines(reader, child, opened_now))
            for child, opened_now in standing.items()
            if not opened_now.conflicted
        }
        return {child: lines for child, lines in found.items() if lines}

    def _lines(self, reader: Reader, child: str, opened_now: Openings) -> Iterator[SafetyLine]:
        organisation, today = reader.organisation, shanghai_date(self._clock.now())
        for fact, event in self._standing(child):
            ours = event.issuer == organisation
            told = is_told(event, organisation, has_in_hand=bool(opened_now.rights))
            if event.until < today or not (ours or told):
                continue
            fields = [sealed_field(fact.place, each, fact.sealed[each]) for each in (_TEXT, _CALL)]
            keys = self._keyservice.subkeys(reader, fields, ACTION, under=fact.stream)
            if Marker.ERASED in keys:
                continue
            text, call = (
                each.value if isinstance(each, Marker) else str(opened(each, field))
                for each, field in zip(keys, fields, strict=True)
            )
            yield SafetyLine(text, call, event.until.isoformat(), ours)

    def _standing(self, child: str) -> Iterator[tuple[Fact, SafetyInstructionIssued]]:
        """What stands for a child, in each file of it: the last of each issuer, in the order of
        the issuers."""
        own = UUID(child)
        known: Instructions = self._store.load(SAFETY_INSTRUCTION, instructions_id(own)).state
        for each in (own, *sorted(known.read_with)):
            last: dict[str, tuple[Fact, SafetyInstructionIssued]] = {}
            for fact in self._store.stream_facts(instructions_id(each)):
                if fact.topic == InstructionsShared.TOPIC:
                    continue
                event = recorded_of(fact).event
                if isinstance(event, SafetyInstructionIssued):
                    last[event.issuer] = (fact, event)
                elif isinstance(event, SafetyInstructionEnded):
                    last.pop(event.issuer, None)
            yield from (last[issuer] for issuer in sorted(last))


class SafeContacts:
    """Whom to call about children instead of their guardians. Whoever asks has decided that how
    the family is reached is told to the reader; that a guardian is suspected takes this away from
    nobody."""

    def __init__(self, store: EventStore, keyservice: KeyService, clock: Clock) -> None:
        self._store = store
        self._keyservice = keyservice
        self._clock = clock

    def of(self, reader: Reader, children: Iterable[str]) -> dict[str, SafeContact]:
        """The one that stands, by child, in whichever of its files. Raises what the key service
        raises."""
        streams = {child: safe_contact_id(UUID(child)) for child in children}
        asked = [(stream, 1) for stream in streams.values()]
        begun = {fact.stream for fact in self._store.facts_at(asked)} if asked else set()
        found = {}
        for child, stream in streams.items():
            if stream in begun and (contact := self._contact(reader, stream)) is not None:
                found[child] = contact
        return found

    def _contact(self, reader: Reader, stream: UUID) -> SafeContact | None:
        *_, fact = self._store.stream_facts(stream)
        event = recorded_of(fact).event
        today = shanghai_date(self._clock.now())
        if not isinstance(event, SafeContactStated) or event.until < today:
            return None
        fields = [sealed_field(fact.place, each, fact.sealed[each]) for each in _CONTACT]
        keys = self._keyservice.subkeys(reader, fields, CONTACT_ACTION)
        if Marker.ERASED in keys:
            return None
        name, telephone, relation = (
            each.value if isinstance(each, Marker) else str(opened(each, field))
            for each, field in zip(keys, fields, strict=True)
        )
        relation = SAFE_RELATION.labels.get(relation, relation)
        return SafeContact(name, telephone, relation, event.until.isoformat())
