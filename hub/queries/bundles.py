"""A case as one signed file (案件材料包), for whoever supervises or judges it.

Decided like every look: by the one decision function, for the purpose CASE_EXPORT, event by event
and field by field; the access entry is written before any key is handed out. A case that is not
the reader's to see is answered like one that does not exist.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID

from eventsourcing.persistence import Notification

from domain.kernel import Category
from domain.organisations import seat_of
from domain.purpose import Purpose
from hub.audit.events import event_digest
from hub.audit.log import AccessEntry, leaf_hash
from hub.audit.proofs import text, texts
from hub.audit.trail import TrailBroken
from hub.audit.tree import Tree
from hub.authorization.decide import By
from hub.bundle.form import FORMAT, OTHER, Rule, seal, tally
from hub.eventstore.absence import sealed_away
from hub.eventstore.codec import Fact, SealedField, sealed_field
from hub.keyservice import KeyService, Marker, Reader
from hub.queries.asked import STRANGER, Asked, Towards
from hub.queries.cases import child_of
from hub.queries.door import Door, as_pseudonym, as_uuid
from hub.queries.unseen import Unseen
from projections.visible import AT_THE_DOOR_STREAMS, HIDDEN_STREAMS, PAIR_STREAMS, visible

ACTION = "bundle"
_SHARED = frozenset({"child_file"})
"""Streams of the child rather than of one case: they are in every bundle about the child."""


@dataclass(frozen=True, slots=True)
class _Event:
    """An event of the case, as stored and as facts; ``by`` is the right by which it is shown."""

    stored: Notification
    fact: Fact
    by: By | None
    fields: Mapping[str, SealedField]
    """Those of its sealed fields whose keys are handed out."""

    @property
    def leaf(self) -> int:
        return self.stored.id - 1


class Bundles(Door):
    """Cases as signed files."""

    def bundle(self, reader: Reader, case: str) -> str | None:
        """The file of a case; None, after the same entry, for one that is not the reader's to
        see. Raises NotAdmitted, UNAVAILABLE, and TrailBroken where proofs cannot be given."""
        # Whatever else the reader may look for: this is exporting, and nothing else.
        reader = replace(reader, purpose=Purpose.CASE_EXPORT)
        asked = self._admit(reader, ACTION)
        case = as_pseudonym(case)
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            child = child_of(connection, reader.organisation, case)
            opened = self._opened(connection, reader, [child] if child else [])
        towards = opened.get(child or "", STRANGER)
        if towards.opened.conflicted:
            # A case is nothing that one person of a conflicted organisation wrote alone.
            child = None
        self._trail.follow()
        # Where the tree ends now every stream's last version is signed.
        upto = self._trail.size(Tree.EVENTS)
        events = [] if child is None else self._events(reader, asked, towards, case, child, upto)
        shown = any(each.by is not None and str(each.fact.stream) == case for each in events)
        if child is None or not shown:
            self._keyservice.note(reader, {"": ()}, f"{ACTION}.nothing")
            return None
        keys = self._released(reader, child, events)
        # The export's own look is among those that it lists.
        self._trail.follow()
        notes = {tree: self._trail.checkpoint(tree, self._clock.now()) for tree in Tree}
        sizes = {tree: self._trail.signed_size(note) for tree, note in notes.items()}
        left: list[tuple[str, str, str]] = []
        content = {
            "format": FORMAT,
            "case": case,
            "child_ref": child,
            "made_at": self._clock.now().isoformat(),
            "recipient": {
                "organisation": reader.organisation,
                "post": reader.post,
                "user": reader.user,
                "purpose": reader.purpose.value,
                "legal_basis": reader.legal_basis.value,
            },
            "policy_version": self._policies.version,
            "checkpoints": {tree.value: note for tree, note in notes.items()},
            "streams": self._streams(reader, events, keys, sizes[Tree.EVENTS], left),
            "looks": self._looks(reader, towards, child, events, sizes[Tree.ACCESS], left),
            "left_out": tally(left),
        }
        return seal(content, self._trail.signer)

    # What belongs to it

    def _events(
        self, reader: Reader, asked: Asked, towards: Towards, case: str, child: str, upto: int
    ) -> list[_Event]:
        """Every event of the case's streams, in the order of streams and versions."""
        recorder = self._store.recorder
        subjects = sorted({UUID(child), UUID(case)}, key=str)
        facts = self._store.whole_history(subjects, upto)
        # What is sealed away (封存) belongs to no case. In the child's own file, whose versions
        # are counted, it stands like anything else that is not for the reader.
        sealed = sealed_away(facts)
        streams = _streams_of(case, [fact for fact in facts if fact.event_id not in sealed])
        found: dict[tuple[str, int], _Event] = {}
        stored = {each.id: each for each in recorder.history(subjects, upto)}
        for fact in facts:
            if fact.stream in streams:
                away = fact.event_id in sealed
                by = None if away else self._shown(reader, asked, towards, fact)
                fields = {} if by is None else self._fields(reader, asked, towards, fact)
                key = (str(fact.stream), fact.version)
                found[key] = _Event(stored[fact.position], fact, by, fields)
        return [found[key] for key in sorted(found)]

    def _shown(self, reader: Reader, asked: Asked, towards: Towards, fact: Fact) -> By | None:
        """By which right the event itself, with its clear facts, is shown. A flag or a state
        shows less than that, and the stored bytes cannot be parted."""
        by = visible(
            self._policies.access,
            seat_of(reader.organisation),
            reader.organisation,
            towards.opened,
            fact,
        )
        if by in (None, By.FLAG, By.STATUS):
            return None
        return by if asked.serves(towards, Category(fact.category), by) else None

    def _fields(
        self, reader: Reader, asked: Asked, towards: Towards, fact: Fact
    ) -> dict[str, SealedField]:
        place = fact.place
        return {
            entry[2]: sealed_field(place, name, entry)
            for name, entry in fact.sealed.items()
            if self._by(reader, asked, towards, entry, fact.producer) is not None
        }

    def _released(
        self, reader: Reader, child: str, events: Sequence[_Event]
    ) -> dict[tuple[int, str], bytes | Marker]:
        """The keys of the disclosed fields, by leaf and stored name, after the access entry."""
        places = [(each.leaf, name) for each in events for name in each.fields]
        fields = [field for each in events for field in each.fields.values()]
        looks = {child: {each.fact.category for each in events if each.by is not None}}
        if not isinstance(self._keyservice, KeyService):
            raise RuntimeError("a bundle is made at the hub")
        found = self._keyservice.subkeys(reader, fields, ACTION, looks)
        return dict(zip(places, found, strict=True))

    # What of it stands in the file

    def _streams(
        self,
        reader: Reader,
        events: Sequence[_Event],
        keys: Mapping[tuple[int, str], bytes | Marker],
        size: int,
        left: list[tuple[str, str, str]],
    ) -> list[dict[str, Any]]:
        streams: dict[UUID, list[dict[str, Any]]] = {}
        for each in events:
            told: dict[str, Any] = {
                "version": each.fact.version,
                "leaf": each.leaf,
                "proof": texts(self._trail.inclusion(Tree.EVENTS, each.leaf, size)),
            }
            if each.by is None:
                category = self._named(reader, each.fact.category)
                told["digest"] = text(event_digest(each.stored.topic, each.stored.state))
                told |= {"category": category, "rule": Rule.MATRIX.value}
                left.append(("event", category, Rule.MATRIX.value))
            else:
                told |= {
                    "topic": each.stored.topic,
                    "state": b64encode(each.stored.state).decode(),
                    **_opening(each, keys, left),
                }
            streams.setdefault(each.fact.stream, []).append(told)
        return [
            {"stream": str(stream), "last": self._last(stream, told), "events": told}
            for stream, told in streams.items()
        ]

    def _last(self, stream: UUID, told: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        end = self._trail.stream_end(stream, told[-1]["version"])
        if end is None:
            raise TrailBroken(f"{Tree.EVENTS.value} {stream}")
        return {"version": end.version, "leaf": end.leaf, "signature": text(end.signature)}

    def _looks(
        self,
        reader: Reader,
        towards: Towards,
        child: str,
        events: Sequence[_Event],
        size: int,
        left: list[tuple[str, str, str]],
    ) -> list[dict[str, Any]]:
        """Every look at the child since the case began."""
        unseen = Unseen(self._store, self._policies.access, as_uuid(child))
        began = min(str(each.fact.header[6]) for each in events)
        found = []
        for leaf, entry in self._trail.looks_at(child, began, size):
            told: dict[str, Any] = {
                "leaf": leaf,
                "proof": texts(self._trail.inclusion(Tree.ACCESS, leaf, size)),
            }
            as_told = unseen.told(entry) == entry
            if as_told and self._tells_nothing_new(reader, towards, entry):
                told["entry"] = asdict(entry)
            else:
                told |= {
                    "hash": text(leaf_hash(entry)),
                    "category": OTHER,
                    "rule": Rule.MATRIX.value,
                }
                left.append(("look", OTHER, Rule.MATRIX.value))
            found.append(told)
        return found

    @staticmethod
    def _tells_nothing_new(reader: Reader, towards: Towards, entry: AccessEntry) -> bool:
        """An entry is given whole or not at all: one that names a category which is not open to
        the reader would tell that something of it exists."""
        categories = {Category(each) for each in entry.categories.split(",") if each}
        return entry.organisation == reader.organisation or categories <= set(towards.opened)

    def _named(self, reader: Reader, category: str) -> str:
        """A category as the reader may hear of it: of what the matrix closes to its seat
        altogether not even that it exists."""
        words = self._policies.access.words(seat_of(reader.organisation), Category(category))
        return category if words else OTHER


def _opening(
    each: _Event,
    keys: Mapping[tuple[int, str], bytes | Marker],
    left: list[tuple[str, str, str]],
) -> dict[str, Any]:
    """The keys of an event's disclosed fields, and why the others stay closed."""
    subkeys: dict[str, str] = {}
    closed: dict[str, str] = {}
    for entry in each.fact.sealed.values():
        category, _, name, _ = entry
        key = keys.get((each.leaf, name), Marker.WITHHELD)
        if isinstance(key, bytes):
            subkeys[name] = text(key)
            continue
        rules = {Marker.WITHHELD: Rule.MATRIX, Marker.ERASED: Rule.ERASED}
        closed[name] = rules.get(key, Rule.UNREADABLE).value
        left.append(("field", category, closed[name]))
    return {"subkeys": subkeys, "closed": closed}


def _streams_of(case: str, facts: Sequence[Fact]) -> set[UUID]:
    """The case's own stream, every stream that came of it (begun by the same statement as one of
    its events, or named by the case), and the child's file. Who was given which rights is no part
    of a case."""
    causes = {fact.correlation for fact in facts if str(fact.stream) == case}
    begun: dict[UUID, Fact] = {}
    for fact in facts:
        begun.setdefault(fact.stream, fact)
    found = set()
    for stream, fact in begun.items():
        kind = fact.topic.split(".", 1)[0]
        belongs = (
            str(stream) == case
            or kind in _SHARED
            or fact.correlation in causes
            or fact.clear.get("case_id") == case
        )
        if belongs and kind not in HIDDEN_STREAMS | PAIR_STREAMS | AT_THE_DOOR_STREAMS:
            found.add(stream)
    return found
