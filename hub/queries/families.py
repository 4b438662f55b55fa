"""Children of one family (家庭关联), told to whoever may see both of them at the moment.

No view holds a link: the log is asked, and of each child, by itself, whether the reader's
organisation sees who it is and how its family is reached. Where it does not see one of the two, the
answer is the one that it would be without the link.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from domain.family_link import (
    STATE_AFTER,
    LinkKind,
    LinkState,
    link_id,
)
from domain.family_marks import MARK_WORDS
from domain.kernel import Category
from domain.organisations import seat_of
from hub.answers import Child, FamilyCandidate, Page, Relative
from hub.authorization.decide import LASTING
from hub.encryption.family_tags import Related
from hub.eventstore.codec import Fact, sealed_field
from hub.keyservice import Reader
from hub.queries.asked import STRANGER, Asked, Towards
from hub.queries.door import MAX_PAGE, PAGE, Door, as_pseudonym, as_uuid, joined_child
from hub.queries.looks import Looks
from projections.tables import CHILDREN

OF_FAMILY = (Category.WHO, Category.CONTACT)
HOLDS = (LinkState.STATED, LinkState.CONFIRMED)
_NOTE = "note"
_LOOK_AT_MOST = 1_000
"""Pairs that one page looks at: a page may be short, and the next one goes on behind it."""


def sees_family(asked: Asked, towards: Towards) -> bool:
    """Whether who a child is, and its family, are open to the asker for this purpose by now: by
    standing, task or emergency. What it stated itself is not enough: it would go on for ever."""
    return all(
        (by := towards.opened.get(category)) is not None
        and by in LASTING
        and asked.serves(towards, category, by)
        for category in OF_FAMILY
    )


@dataclass(frozen=True, slots=True)
class _Link:
    """A link as one of the two children's events last said it."""

    file: str
    other: str
    fact: Fact


class Families(Door):
    """Links between children."""

    def family(
        self, reader: Reader, child_ref: str, *, over: bool = False
    ) -> tuple[Relative, ...] | None:
        """The children of a child's family, as far as the reader's organisation may see both; of
        links that ended or were rejected only with ``over``. None for a child that it may not
        see."""
        asked = self._admit(reader, "family")
        child_ref = as_pseudonym(child_ref)
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            files = self._group(connection, reader, child_ref) if child_ref else []
            towards = self._opened(connection, reader, files)
            ours = [each for each in files if sees_family(asked, towards.get(each, STRANGER))]
            links = [each for each in self._links(ours) if over or _state(each.fact) in HOLDS]
            towards |= self._opened(connection, reader, {each.other for each in links})
            links = [
                each
                for each in links
                if each.other not in files and sees_family(asked, towards.get(each.other, STRANGER))
            ]
            groups = {each.other: self._group(connection, reader, each.other) for each in links}
            shown = [*files, *(each for group in groups.values() for each in group)]
            looks = {each: {Category.CONTACT.value} for each in (*ours, *groups)}
            children = self._children(connection, reader, shown, "family", looks)
        if not any(each in children for each in files):
            # The same entry whether the child is unknown or not this organisation's to see.
            self._keyservice.note(reader, {child_ref: ()}, "family.nothing")
            return None
        links = [each for each in links if any(file in children for file in groups[each.other])]
        notes = self._notes(reader, asked, towards, links)
        return tuple(
            Relative(
                link=each.fact.clear["link"],
                state=_state(each.fact).value,
                ground=each.fact.clear.get("ground"),
                changed_at=each.fact.recorded_at,
                child=joined_child(
                    [children[file] for file in groups[each.other] if file in children]
                ),
                note=note,
                other_note=other_note,
            )
            for each, (note, other_note) in zip(links, notes, strict=True)
        )

    def both(self, reader: Reader, one: str, other: str) -> bool:
        """Whether the reader's organisation sees two children's families: of whom it may say, or
        decide, that they are of one."""
        asked = self._admit(reader, "family.both")
        refs = [as_pseudonym(one), as_pseudonym(other)]
        # Not all that an organisation reaches is a child: a report and a request stand there too.
        children = select(CHILDREN.c.id).where(
            CHILDREN.c.organisation == reader.organisation, CHILDREN.c.id.in_(refs)
        )
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            towards = self._opened(connection, reader, connection.execute(children).scalars())
        seen = all(sees_family(asked, towards.get(each, STRANGER)) for each in refs)
        self._keyservice.note(
            reader, dict.fromkeys(refs, ()), "family.both" if seen else "family.both.nothing"
        )
        return seen

    def family_candidates(
        self, reader: Reader, *, after: str | None = None, limit: int = PAGE
    ) -> Page[FamilyCandidate]:
        """Pairs of children whose families have something in common and of whom nobody has said or
        decided anything yet; none for an organisation that does not decide. Works them out anew:
        nothing of a suspicion is kept."""
        asked = self._admit(reader, "family_candidates")
        seat, rules = seat_of(reader.organisation), self._policies.rules.matching.families
        pairs: list[_Suspected] = []
        limit, last = min(limit, MAX_PAGE), _pair_of(after)
        looked = 0 if seat in rules.decided_by else _LOOK_AT_MOST
        more = looked == 0
        children: dict[str, Child] = {}
        with self._view(seat).engine.begin() as connection:
            while more and len(pairs) < limit and looked < _LOOK_AT_MOST:
                some = self._matching.related(last, rules.shared_by_at_most, PAGE)
                looked, more = looked + len(some), len(some) == PAGE
                suspected = self._suspected(connection, reader, asked, some)
                for each, found in zip(some, suspected, strict=True):
                    last = (each.one, each.other)
                    if found is not None:
                        pairs.append(found)
                    if len(pairs) == limit:
                        more = True
                        break
            refs = list(dict.fromkeys(ref for each in pairs for ref in (each.one, each.other)))
            looks = {ref: {Category.CONTACT.value} for ref in refs}
            children = self._children(connection, reader, refs, "family_candidates", looks)
        if not pairs:
            self._keyservice.note(reader, {"": ()}, "family_candidates.nothing")
        return Page(
            tuple(
                FamilyCandidate(children[each.one], children[each.other], each.reasons)
                for each in pairs
                if each.one in children and each.other in children
            ),
            "/".join(map(str, last)) if more else None,
        )

    def _suspected(
        self, connection: Connection, reader: Reader, asked: Asked, pairs: Sequence[Related]
    ) -> list[_Suspected | None]:
        """Of each pair, it, if it is still to be looked at by a person, and this one may look at
        it. All of them at once: a page is no more questions than a pair."""
        refs = list(dict.fromkeys(str(ref) for pair in pairs for ref in (pair.one, pair.other)))
        groups = self._groups(connection, reader, refs)
        towards = self._opened(connection, reader, {files[0] for files in groups.values()})
        found: list[_Suspected | None] = []
        links: dict[int, list[UUID]] = {}
        for number, pair in enumerate(pairs):
            files, others = groups[str(pair.one)], groups[str(pair.other)]
            one, other = files[0], others[0]
            seen = one != other and all(
                sees_family(asked, towards.get(each, STRANGER)) for each in (one, other)
            )
            reasons = tuple(
                (mark.value, word) for mark, word in MARK_WORDS.items() if mark in pair.marks
            )
            found.append(_Suspected(one, other, reasons) if seen else None)
            if seen:
                links[number] = [
                    link_id(UUID(file), UUID(of), kind)
                    for file, of, kind in product(files, others, LinkKind)
                ]
        places = [(each, 1) for of_pair in links.values() for each in of_pair]
        said = {fact.stream for fact in self._store.facts_at(places)}
        return [
            None if said.intersection(links.get(number, ())) else each
            for number, each in enumerate(found)
        ]

    def _links(self, files: Sequence[str]) -> list[_Link]:
        """Each link of these files, as it stands, the oldest first."""
        found: dict[UUID, _Link] = {}
        if not files:
            return []
        for fact in self._store.history([UUID(each) for each in files], self._store.position):
            if fact.topic in STATE_AFTER:
                found[fact.stream] = _Link(
                    str(fact.clear["child_ref"]), str(fact.clear["other"]), fact
                )
        return list(found.values())

    def _notes(
        self, reader: Reader, asked: Asked, towards: dict[str, Towards], links: Sequence[_Link]
    ) -> list[tuple[Any, Any]]:
        """What was noted with each link's last event: of the child asked about, of the other."""
        looks = Looks(reader, towards)
        places: list[tuple[int, int]] = []
        for number, link in enumerate(links):
            last = {
                str(fact.clear["child_ref"]): fact
                for fact in self._store.stream_facts(link.fact.stream)
            }
            for side, child in enumerate((link.file, link.other)):
                fact = last[child]
                entry = fact.sealed.get(_NOTE)
                if entry is None:
                    continue
                by = self._by(reader, asked, towards[child], entry, fact.producer)
                if by is not None:
                    looks.field(child, sealed_field(fact.place, _NOTE, entry), by)
                    places.append((number, side))
        notes: list[list[Any]] = [[None, None] for _ in links]
        if places:
            for (number, side), value in zip(
                places, looks.open(self._keyservice, "family"), strict=True
            ):
                notes[number][side] = value
        return [(note, other_note) for note, other_note in notes]


@dataclass(frozen=True, slots=True)
class _Suspected:
    one: str
    other: str
    reasons: tuple[tuple[str, str], ...]


def _pair_of(cursor: str | None) -> tuple[UUID, UUID]:
    """The pair behind which a page begins; the first one for what is no cursor of ours."""
    parts = [as_uuid(each) for each in (cursor or "").split("/")]
    one, other = parts if len(parts) == 2 else (None, None)
    return one or UUID(int=0), other or UUID(int=0)


def _state(fact: Fact) -> LinkState:
    return STATE_AFTER[fact.topic]
