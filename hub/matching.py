"""Finding which child a record concerns: ID number first, then name, birth date, guardian and
village. Runs only at the hub, with purpose MATCHING and an access entry for whatever is opened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from domain.child_file import (
    CHILD_FILE,
    ChildFile,
    ContactStated,
    IdentityStated,
    ResidenceConfirmed,
)
from domain.family_marks import family_marks
from domain.identifiers import fold_name
from domain.identity import IdentityClaim
from domain.matching import Part, Stated, agreements, may_be_the_same, stated_of
from hub.encryption.family_tags import Related
from hub.encryption.match_index import MatchIndex, MatchTransaction, Named
from hub.eventstore.codec import Fact, SealedField, sealed_field
from hub.eventstore.store import EventStore
from hub.keyservice import MATCHER, KeyService, Marker, opened


@dataclass(frozen=True, slots=True)
class Match:
    """The child a claim concerns; ``known`` is False when nobody stated the child before."""

    child_ref: UUID
    known: bool
    possible_duplicates: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Guardians:
    """What anybody called a child's guardians, and by which telephones they are reached."""

    names: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        """Without them: what is written somewhere tells nobody who and how."""
        return f"Guardians({len(self.names)} names, {len(self.phones)} phones)"


class Matching:
    """Finds or reserves the child of a claim."""

    def __init__(self, index: MatchIndex, store: EventStore, keyservice: KeyService) -> None:
        self._index = index
        self._store = store
        self._keyservice = keyservice

    @contextmanager
    def session(self, new_ref: Callable[[], UUID], *, many: bool) -> Iterator[MatchSession]:
        """Searches and reservations with nobody in between, for one record or one batch.

        Nobody else's session about a child that this one might name goes on before this one is
        over, its append included: a child without a number can be told only from what is already
        in the log. ``many``: a batch, beside which there is no other session at all.
        """
        with self._index.guarded(alone=many) as transaction:
            yield MatchSession(transaction, self, new_ref)

    def find(self, claim: IdentityClaim) -> UUID | None:
        """The child of a claim, or None; opens no file and reserves nothing."""
        with self._index.looking() as transaction:
            session = MatchSession(transaction, self, lambda: UUID(int=0))
            found = session.find(claim)
            return None if found is None else self.surviving(found)

    def surviving(self, child_ref: UUID) -> UUID:
        """The file that goes on for a child whose files were joined; mostly its own."""
        state: ChildFile = self._store.load(CHILD_FILE, child_ref).state
        return state.merged_into or child_ref

    def known(self, candidates: list[UUID], upto: int) -> dict[UUID, Stated]:
        """Open what is stated about candidates, in one audited look."""
        wanted: list[tuple[UUID, str, SealedField]] = []
        villages: dict[UUID, set[str]] = {candidate: set() for candidate in candidates}
        for fact in self._store.history(candidates, upto):
            if fact.topic == ResidenceConfirmed.TOPIC:
                villages[fact.subject].add(fact.clear["village"])
            if village := fact.clear.get("stated_village"):
                villages[fact.subject].add(village)
            if fact.topic in _IDENTITY_TOPICS:
                wanted.extend(_fields(fact))
        values = self._keyservice.open(MATCHER, [each for _, _, each in wanted], "match")
        stated: dict[UUID, dict[str, set[str]]] = {candidate: {} for candidate in candidates}
        for (candidate, name, _), value in zip(wanted, values, strict=True):
            if isinstance(value, str):
                stated[candidate].setdefault(name, set()).add(value)
        return {
            candidate: Stated(
                names=frozenset(stated[candidate].get("name", ())),
                birth_dates=frozenset(stated[candidate].get("birth_date", ())),
                id_numbers=frozenset(stated[candidate].get("id_number", ())),
                guardians=frozenset(stated[candidate].get("guardian_name", ())),
                villages=frozenset(villages[candidate]),
            )
            for candidate in candidates
        }

    def guardians(self, files: Iterable[UUID], under: UUID) -> Guardians:
        """What anybody called a child's guardians in any of its files, and by which telephones
        they are reached, in one audited look that is entered as one ``under`` something else."""
        return guardians_of(self._store, self._keyservice, files, under)

    def withdraw(
        self, child_ref: UUID, gone: Iterable[Fact], left: Iterable[Fact], under: UUID
    ) -> None:
        """Let nobody find a child any more by what only some statements said of it, in one audited
        look, entered as one ``under`` a record; by nothing at all where no other is ``left``."""
        going, others = self._named(gone, under), self._named(left, under)
        if others:
            self._index.withdraw(child_ref, going, others)
        else:
            self._index.forget(child_ref)

    def _named(self, facts: Iterable[Fact], under: UUID) -> list[Named]:
        """What statements of who a child is are found by."""
        wanted = [
            (fact.event_id, name, field)
            for fact in facts
            if fact.topic == IdentityStated.TOPIC
            for _, name, field in _fields(fact)
        ]
        fields = [field for *_, field in wanted]
        keys = self._keyservice.subkeys(MATCHER, fields, "withdraw", under=under)
        stated: dict[str, dict[str, str]] = {}
        for (event, name, field), key in zip(wanted, keys, strict=True):
            value = None if isinstance(key, Marker) else opened(key, field)
            stated.setdefault(event, {})[name] = value if isinstance(value, str) else ""
        return [
            (
                each.get("id_number") or None,
                fold_name(each.get("name", "")),
                int(each["birth_date"][:4]) if each.get("birth_date") else 0,
            )
            for each in stated.values()
        ]

    def stated(self, child_ref: UUID) -> Stated:
        """What is stated of who a child is, in one audited look."""
        return self.known([child_ref], self.position)[child_ref]

    def related(
        self, after: tuple[UUID, UUID], shared_by_at_most: int, limit: int
    ) -> list[Related]:
        """Pairs of children whose families have something in common, behind a pair."""
        return self._index.related(after, shared_by_at_most, limit)

    @property
    def position(self) -> int:
        return self._store.position


def guardians_of(
    store: EventStore, keyservice: KeyService, files: Iterable[UUID], under: UUID
) -> Guardians:
    """What anybody called a child's guardians in any of its files, and by which telephones they
    are reached, in one audited look that is entered as one ``under`` something else."""
    wanted = [
        (name, sealed_field(fact.place, name, entry))
        for fact in store.history(list(files), store.position)
        if fact.topic in _IDENTITY_TOPICS
        for name, entry in fact.sealed.items()
        if name in (_GUARDIAN_NAME, _GUARDIAN_PHONE)
    ]
    fields = [each for _, each in wanted]
    keys = keyservice.subkeys(MATCHER, fields, "match", under=under)
    found: dict[str, set[str]] = {_GUARDIAN_NAME: set(), _GUARDIAN_PHONE: set()}
    for (name, each), key in zip(wanted, keys, strict=True):
        value = None if isinstance(key, Marker) else opened(key, each)
        if isinstance(value, str) and value:
            found[name].add(value)
    return Guardians(frozenset(found[_GUARDIAN_NAME]), frozenset(found[_GUARDIAN_PHONE]))


class NoMatching(Matching):
    """In the place of matching for a process that never finds a child by who it is: one that
    carries out reactions and deadlines needs no access to the index."""

    def __init__(self) -> None:
        """Takes nothing: there is nothing to ask."""

    @contextmanager
    def session(self, new_ref: Callable[[], UUID], *, many: bool) -> Iterator[MatchSession]:
        """Never."""
        raise RuntimeError("this process names no child")
        yield

    def find(self, claim: IdentityClaim) -> UUID | None:
        """Never."""
        raise RuntimeError("this process names no child")


_IDENTITY_TOPICS = frozenset({IdentityStated.TOPIC, ContactStated.TOPIC})
_GUARDIAN_NAME, _GUARDIAN_PHONE = "guardian_name", "guardian_phone"
_COMPARED = ("name", "birth_date", "id_number", _GUARDIAN_NAME)


def _fields(fact: Fact) -> list[tuple[UUID, str, SealedField]]:
    place = fact.place
    return [
        (fact.subject, name, sealed_field(place, name, entry))
        for name, entry in fact.sealed.items()
        if name in _COMPARED
    ]


class MatchSession:
    """One transaction on the match index. What this session reserved itself is remembered, so
    that two rows of one sheet about one child without a number find each other."""

    def __init__(
        self,
        transaction: MatchTransaction,
        matching: Matching,
        new_ref: Callable[[], UUID],
    ) -> None:
        self._transaction = transaction
        self._matching = matching
        self._new_ref = new_ref
        self._fresh: dict[UUID, IdentityClaim] = {}

    def expect(self, claims: Iterable[IdentityClaim]) -> None:
        """Look these up at once, each of which may be asked for next. One that is not expected
        is looked up by itself."""
        self._transaction.prepare([_named(claim) for claim in claims])

    def keep(self) -> None:
        """Keep what was reserved, before the append that goes with it.

        An append without its reservation would let the next record open a second file for the
        child. A reservation without its append is only a name that nobody answers to:
        :meth:`resolve` gives it up. Nothing can be reserved after this.
        """
        self._transaction.keep()

    @contextmanager
    def row(self) -> Iterator[None]:
        """One row of several: if it fails, nothing that it reserved stays."""
        with self._transaction.step():
            yield

    def resolve(self, claim: IdentityClaim, opened: Callable[[UUID], bool]) -> Match:
        """The child of a claim; a new one is reserved in the index when there is none.

        ``opened`` tells whether a child has a file, in the log or in the append being made.
        """
        found, doubtful = self.search(claim)
        if found is not None and not opened(found):
            # Reserved for an append that never came. Nobody else can be about to make it: whoever
            # reserved it under what we found it by would hold that still.
            self._transaction.forget(found)
            found, doubtful = self.search(claim)
        child_ref = found or self._new_ref()
        folded = fold_name(claim.name)
        holder = self._transaction.reserve(
            claim.id_number,
            folded,
            self._transaction.sounds_of(folded),
            claim.birth_date.year if claim.birth_date else 0,
            child_ref,
        )
        if found is None:
            self._fresh[holder] = claim
        return Match(holder, found is not None, tuple(doubtful) if found is None else ())

    def relate(self, child_ref: UUID, claim: IdentityClaim) -> None:
        """Enter how a child's family is reached, by which others of it are found."""
        self._transaction.relate(child_ref, family_marks(claim))

    def find(self, claim: IdentityClaim) -> UUID | None:
        """The child somebody asks for, or None. Unlike a record, a question may name a child by
        name and birth date alone, if only one child fits."""
        found, doubtful = self.search(claim)
        vague = not (claim.id_number or claim.guardian_name or claim.village)
        if found is None and vague and len(doubtful) == 1:
            return doubtful[0]
        return found

    def search(self, claim: IdentityClaim) -> tuple[UUID | None, list[UUID]]:
        """The one child that fits, and those that might.

        A number decides alone. Without one, name and birth date must agree and guardian or
        village as well; a child that is known by another number is never taken, nor one whose
        name only sounds alike.
        """
        self._transaction.hold(*_named(claim))
        if claim.id_number:
            found = self._transaction.find_by_id(claim.id_number)
            if found is not None:
                return found, []
        if claim.birth_date is None:
            return None, []
        folded, year = fold_name(claim.name), claim.birth_date.year
        candidates = self._transaction.candidates_by_name(folded, year)
        sounds = self._transaction.sounds_of(folded)
        alike = self._transaction.candidates_by_sound(sounds, year) if folded else []
        candidates += [each for each in alike if each not in candidates]
        if not candidates:
            return None, []
        stored = [each for each in candidates if each not in self._fresh]
        known = self._matching.known(stored, self._matching.position) if stored else {}
        known.update(
            {each: stated_of(self._fresh[each]) for each in candidates if each in self._fresh}
        )
        asked = stated_of(claim)
        fitting: list[UUID] = []
        doubtful: list[UUID] = []
        for candidate in candidates:
            fit = _compare(agreements(asked, known[candidate]))
            if fit:
                fitting.append(candidate)
            elif fit is None:
                doubtful.append(candidate)
        fitting = self._surviving(fitting)
        if len(fitting) == 1:
            return fitting[0], []
        return None, self._surviving(fitting + doubtful)

    def _surviving(self, found: list[UUID]) -> list[UUID]:
        """Each child once, whichever of its files was found."""
        matching = self._matching
        return list(
            dict.fromkeys(
                each if each in self._fresh else matching.surviving(each) for each in found
            )
        )


def _named(claim: IdentityClaim) -> Named:
    year = claim.birth_date.year if claim.birth_date else 0
    return claim.id_number or None, fold_name(claim.name), year


def _compare(parts: frozenset[Part]) -> bool | None:
    """True: the same child. None: a person should look. False: somebody else."""
    if not may_be_the_same(parts) or Part.BIRTH_DATE not in parts:
        return False
    near = bool(parts & {Part.GUARDIAN, Part.VILLAGE})
    if Part.NAME_SOUND in parts:
        # Names that sound alike are many; with a guardian or a village in common, few.
        return None if near else False
    return True if near and Part.OTHER_ID_NUMBER not in parts else None
