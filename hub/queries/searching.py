"""Search before create (先查后建): what of an organisation's own view may be the child one means.

Answered from the view alone, by the organisation's own index, and never from the hub's: that a
child stands elsewhere is not to be learnt here. Whoever finds nothing records the child, and the
hub matches. No record waits for a search, and least of all a mandatory report.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, select

from domain.identity import IdentityClaim
from domain.matching import (
    PART_WORDS,
    Part,
    Stated,
    agreements,
    born_on,
    may_be_the_same,
    stated_of,
    told,
)
from domain.organisations import Post, seat_of
from hub.answers import Candidate, Child
from hub.eventstore.codec import SealedField, sealed_field
from hub.keyservice import Marker, Purpose, Reader
from hub.queries.asked import STRANGER
from hub.queries.door import Door, joined_child
from hub.searching.index import Named, due
from projections.tables import CHILDREN

RECORD_IT = (
    "这里只列本单位可见的儿童，没有列出不表示没有人登记过，也不表示孩子安全。"
    "不是同一个孩子的，请照常登记，系统会比对；强制报告不要等查找，有危险请拨打110。"
)
"""What stands under every answer, whether or not anything was found."""

_WHO = ("name", "birth_date", "id_number")
"""What a child is looked for by."""

_PART = 500
"""Children whose names are opened at once."""

_MARKERS = frozenset(marker.value for marker in Marker)


class Searching(Door):
    """Looking for a child before recording it."""

    def search(self, reader: Reader, claim: IdentityClaim) -> tuple[Candidate, ...]:
        """Children of the organisation's view who may be the one meant, each with what agrees; the
        likeliest first. Names no child that the organisation may not see the name of.

        Raises TooManySearches.
        """
        self._admit(reader, "search")
        self.count(reader)
        born = born_on(claim)
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            self._index(connection, reader)
            refs = self._own_index.find(
                reader.organisation,
                id_number=claim.id_number,
                name=claim.name,
                birth_year=born.year if born else 0,
            )
            # Many children share a tag: that it was opened to be compared is the hub's look, and
            # the person's begins with what is shown.
            named = self._names(connection, _comparing(reader), refs, "match")
            asked = stated_of(claim)
            likely = [ref for ref in refs if may_be_the_same(agreements(asked, named[ref]))]
            likely = likely[: self._policies.rules.matching.search.candidates]
            groups = {tuple(self._group(connection, reader, ref)) for ref in likely}
            shown = sorted({ref for group in groups for ref in group})
            children = self._children(connection, reader, shown, "search")
        if not children:
            self._keyservice.note(reader, {"": ()}, "search.nothing")
        found = []
        for group in groups:
            files = [children[ref] for ref in group if ref in children]
            # Decided for this person now, and only then told; of each file by itself.
            agreed = [agreements(asked, stated_of_child(file)) for file in files]
            parts = frozenset[Part]().union(*filter(may_be_the_same, agreed))
            if parts:
                reasons = tuple((part.value, PART_WORDS[part]) for part in told(parts))
                found.append(Candidate(joined_child(files), reasons))
        return tuple(sorted(found, key=_likeliest))

    def _index(self, connection: Connection, reader: Reader) -> None:
        """Bring the organisation's index up to what its view shows now."""
        query = select(CHILDREN.c.id, CHILDREN.c.who).where(
            CHILDREN.c.organisation == reader.organisation, CHILDREN.c.who != ""
        )
        shown = {row.id: row.who for row in connection.execute(query)}
        fresh, gone = due(shown, self._own_index.marks(reader.organisation))
        if not fresh and gone:
            self._own_index.keep(reader.organisation, [], gone)
        for start in range(0, len(fresh), _PART):
            part = fresh[start : start + _PART]
            stated = self._names(connection, _comparing(reader), part, "index")
            named = [
                Named(ref, shown[ref], each.names, each.id_numbers, _year(each))
                for ref, each in stated.items()
            ]
            self._own_index.keep(reader.organisation, named, gone if start == 0 else ())

    def _names(
        self, connection: Connection, reader: Reader, refs: Sequence[str], action: str
    ) -> dict[str, Stated]:
        """Who children of the view are, as far as the organisation may see; nothing else is
        opened."""
        asked = self._admit(reader, action)
        rows: list[Any] = []
        for start in range(0, len(refs), _PART):
            query = select(CHILDREN.c.id, CHILDREN.c.fields).where(
                CHILDREN.c.organisation == reader.organisation,
                CHILDREN.c.id.in_(refs[start : start + _PART]),
            )
            rows += connection.execute(query).all()
        opened = self._opened(connection, reader, {row.id for row in rows})
        wanted: list[tuple[str, str]] = []
        fields: list[SealedField] = []
        for row in rows:
            for name in _WHO:
                if name not in row.fields:
                    continue
                place, entry = row.fields[name]
                towards = opened.get(row.id, STRANGER)
                if self._by(reader, asked, towards, entry, place["producer"]) is not None:
                    wanted.append((row.id, name))
                    fields.append(sealed_field(place, name, entry))
        values: dict[str, dict[str, Any]] = {ref: {} for ref in refs}
        for (ref, name), value in zip(
            wanted, self._keyservice.open(reader, fields, action), strict=True
        ):
            values[ref][name] = value
        return {ref: _stated_in(each, None) for ref, each in values.items()}


def _comparing(reader: Reader) -> Reader:
    """The hub, at work for the person's organisation: what is compared only is shown to nobody."""
    return replace(reader, post=Post.SYSTEM.value, user="hub", purpose=Purpose.MATCHING, task="")


def _year(stated: Stated) -> int:
    return max((int(day[:4]) for day in stated.birth_dates), default=0)


def stated_of_child(child: Child) -> Stated:
    return _stated_in(child.fields, child.village)


def _stated_in(fields: Any, village: str | None) -> Stated:
    def some(name: str) -> frozenset[str]:
        value = fields.get(name)
        known = isinstance(value, str) and value and value not in _MARKERS
        return frozenset({value} if known else ())

    return Stated(
        names=some("name"),
        birth_dates=some("birth_date"),
        id_numbers=some("id_number"),
        guardians=some("guardian_name"),
        villages=frozenset({village} if village else ()),
    )


def _likeliest(candidate: Candidate) -> tuple[Any, ...]:
    """A number before a name; then by how much agrees, and never by anything unsaid."""
    codes = {code for code, _ in candidate.reasons}
    return (
        Part.ID_NUMBER.value not in codes,
        Part.OTHER_ID_NUMBER.value in codes,
        -len(codes),
        candidate.child.child_ref,
    )
