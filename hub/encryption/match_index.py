"""The hub's blind index for finding a child: tags under keys of its own, no plain text.

An ID number gives an exact 128-bit tag. A name gives a tag cut to 14 bits, so that many names
share it and a dump tells little; candidates are opened and confirmed by whoever asked (privacy
design, "Finding a child").
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, Table

from domain.family_marks import Mark
from domain.identifiers import name_sounds
from hub.encryption.binding import bind, binding_table
from hub.encryption.family_tags import (
    FORGET,
    TABLE,
    FamilyTags,
    Related,
    family_table,
    related,
)
from hub.encryption.root import RootKey
from hub.storage.areas import Area
from hub.storage.sql import Connection, Guard, Look, Row, Storage, Write, in_parts, marks, padded

K = TypeVar("K")
V = TypeVar("V")

Named = tuple[str | None, str, int]
"""What a child is looked for by: canonical ID number, folded name, birth year (0: unknown)."""
_Cut = tuple[int, int]
"""A cut tag and a birth year."""

ID_TAG_BYTES = 16
NAME_TAG_BITS = 14

_META = MetaData()
_ID_TAG = Table(
    "id_tag",
    _META,
    Column("tag", LargeBinary, primary_key=True),
    Column("child_ref", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
Index("id_tag_child", _ID_TAG.c.child_ref)


def _tags(name: str) -> None:
    """A table of cut tags, which children share."""
    table = Table(
        name,
        _META,
        Column("tag", Integer, primary_key=True, autoincrement=False),
        Column("birth_year", Integer, primary_key=True, autoincrement=False),
        Column("child_ref", LargeBinary, primary_key=True),
        sqlite_with_rowid=False,
    )
    Index(f"{name}_child", table.c.child_ref)


_tags("name_tag")
_tags("sound_tag")
family_table(_META)
binding_table(_META)
_TABLES = ("id_tag", "name_tag", "sound_tag", TABLE)
AREA = Area(
    name="matching",
    file="match-index.sqlite",
    revision="0002",
    tables=_META,
    grants={
        **dict.fromkeys(_TABLES, "SELECT, INSERT, DELETE, MAINTAIN"),
        "binding": "SELECT, INSERT",
    },
)

_UNLESS_THERE = "ON CONFLICT DO NOTHING"
_WITHDRAW_ID = "DELETE FROM id_tag WHERE child_ref = ? AND tag = ?"
_WITHDRAW_NAME = "DELETE FROM name_tag WHERE child_ref = ? AND tag = ? AND birth_year = ?"
_WITHDRAW_SOUND = "DELETE FROM sound_tag WHERE child_ref = ? AND tag = ? AND birth_year = ?"
_FORGET = (
    "DELETE FROM id_tag WHERE child_ref = ?",
    "DELETE FROM name_tag WHERE child_ref = ?",
    "DELETE FROM sound_tag WHERE child_ref = ?",
    FORGET,
)


@cache
def _by_ids(count: int) -> str:
    return f"SELECT tag, child_ref FROM id_tag WHERE tag IN {marks(count)}"  # noqa: S608


@cache
def _by_cuts(table: str, count: int) -> str:
    # Written so that SQLite, too, goes from what is wanted to the index and not the other way.
    return (
        f"WITH wanted (tag, birth_year) AS (VALUES {marks(2, count)})"  # noqa: S608
        f" SELECT n.tag, n.birth_year, n.child_ref FROM wanted w CROSS JOIN {table} n"
        " WHERE n.tag = w.tag AND n.birth_year = w.birth_year"
    )


class MatchIndexUnavailable(Exception):
    """The match index cannot answer now; never to be taken for "no such child"."""


class _Tags:
    """The keyed tags. Three keys, so that a name and its sounds never share a tag by chance."""

    def __init__(self, root: RootKey) -> None:
        self._id_key = root.named_key("match-id")
        self._name_key = root.named_key("match-name")
        self._sound_key = root.named_key("match-sound")
        self.family = FamilyTags(root)

    def of_id(self, id_number: str) -> bytes:
        if len(id_number) != 18:
            raise ValueError("not a canonical ID number of 18 characters")
        return hmac.digest(self._id_key, id_number.encode(), "sha256")[:ID_TAG_BYTES]

    def of_name(self, folded_name: str) -> int:
        return _cut(self._name_key, folded_name)

    def of_sounds(self, sounds: str) -> int:
        return _cut(self._sound_key, sounds)


class MatchTransaction:
    """Search, decide and reserve without anyone in between; from :meth:`MatchIndex.transaction`.

    What was read is remembered, and what is reserved is kept in memory, where every later search
    of the same transaction finds it, until all of it is written at once at the end.
    """

    def __init__(self, connection: Connection, tags: _Tags, guard: Guard | None = None) -> None:
        self._connection = connection
        self._tags = tags
        self._guard = guard
        # What the index said, as it was read.
        self._ids: dict[bytes, UUID | None] = {}
        self._names: dict[_Cut, tuple[UUID, ...]] = {}
        self._sounds: dict[_Cut, tuple[UUID, ...]] = {}
        # What is to be written; each change stands in the journal as well, to be taken back.
        self._new_ids: dict[bytes, UUID] = {}
        self._new_names: dict[_Cut, tuple[UUID, ...]] = {}
        self._new_sounds: dict[_Cut, tuple[UUID, ...]] = {}
        self._new_families: dict[tuple[bytes, bytes, str], UUID] = {}
        self._forgotten: dict[UUID, bool] = {}
        self._journal: list[Callable[[], object]] = []
        self._sounding: dict[str, str] = {}

    def sounds_of(self, folded_name: str) -> str:
        """How a name sounds; worked out once, for a name is held, looked for and entered."""
        found = self._sounding.get(folded_name)
        if found is None:
            found = self._sounding[folded_name] = name_sounds(folded_name)
        return found

    def prepare(self, children: Sequence[Named]) -> None:
        """Hold, and look up, all that will be asked about these children, at once: a search for
        one of them then asks the database nothing more."""
        ids = [self._tags.of_id(number) for number, _, _ in children if number is not None]
        cuts = [(self._tags.of_name(name), year) for _, name, year in children]
        sounds = [(self._tags.of_sounds(self.sounds_of(name)), year) for _, name, year in children]
        self._read(ids, cuts, sounds)

    def hold(self, id_number: str | None, folded_name: str, birth_year: int) -> None:
        """Nobody else searches for or reserves a child by this number, or by a name that might be
        this one with this year, until the guarded block ends. No matter without a guard."""
        if self._guard is not None:
            self.prepare([(id_number, folded_name, birth_year)])

    def keep(self) -> None:
        """Write and commit what was reserved; nothing can be reserved after it. The hold goes
        on."""
        writes = self._writes()
        if self._guard is not None:
            self._check(writes, self._guard.commit(writes))
        else:
            self.write()

    def write(self) -> None:
        """Write what was reserved and forgotten, one statement a table."""
        writes = self._writes()
        self._check(writes, [self._connection.insert(*write) for write in writes])

    @staticmethod
    def _check(writes: Sequence[Write], written: Sequence[int]) -> None:
        for (table, rows, _), count in zip(writes, written, strict=True):
            if table == "id_tag" and count != len(rows):
                # Whoever may reserve a number holds it, so this is somebody past the guard. What
                # else was written is a name that nobody answers to.
                raise MatchIndexUnavailable("a number was reserved by somebody else meanwhile")

    def _writes(self) -> list[Write]:
        """Forget what is to be forgotten; gives what is to be written."""
        for child_ref in self._forgotten:
            for statement in _FORGET:
                self._connection.execute(statement, (child_ref.bytes,))
        ids = [
            (tag, child_ref.bytes)
            for tag, child_ref in self._new_ids.items()
            if self._ids.get(tag) != child_ref or child_ref in self._forgotten
        ]
        writes: list[Write] = [("id_tag", ids, _UNLESS_THERE)]
        for table, new, read in (
            ("name_tag", self._new_names, self._names),
            ("sound_tag", self._new_sounds, self._sounds),
        ):
            rows = [
                (*cut, child_ref.bytes)
                for cut, children in new.items()
                for child_ref in children
                if child_ref not in read.get(cut, ()) or child_ref in self._forgotten
            ]
            writes.append((table, rows, _UNLESS_THERE))
        writes.append((TABLE, list(self._new_families), _UNLESS_THERE))
        return writes

    def find_by_id(self, id_number: str) -> UUID | None:
        """The child with this canonical ID number."""
        tag = self._tags.of_id(id_number)
        if tag in self._new_ids:
            return self._new_ids[tag]
        self._read([tag], [])
        found = self._ids[tag]
        return None if found in self._forgotten else found

    def candidates_by_name(self, folded_name: str, birth_year: int) -> list[UUID]:
        """Children who may have this folded name and birth year; each is to be confirmed."""
        cut = (self._tags.of_name(folded_name), birth_year)
        self._read([], [cut])
        return self._candidates(self._names[cut], self._new_names.get(cut, ()))

    def candidates_by_sound(self, sounds: str, birth_year: int) -> list[UUID]:
        """Children whose name may sound so, with this birth year; each is to be confirmed."""
        cut = (self._tags.of_sounds(sounds), birth_year)
        self._read([], [], [cut])
        return self._candidates(self._sounds[cut], self._new_sounds.get(cut, ()))

    def _candidates(self, stored: Iterable[UUID], new: Iterable[UUID]) -> list[UUID]:
        return sorted({each for each in stored if each not in self._forgotten}.union(new))

    def reserve(
        self,
        id_number: str | None,
        folded_name: str,
        sounds: str,
        birth_year: int,
        child_ref: UUID,
    ) -> UUID:
        """Enter a child, or find that the ID number is taken; gives the child it belongs to.

        Another child's number changes nothing: the name that came with it may be the mistake.
        Without a number, or with the same child's, names and sounds are added. Empty names and
        sounds are left out, for they would match everyone without one.
        """
        if id_number is not None:
            holder = self.find_by_id(id_number)
            if holder is not None and holder != child_ref:
                return holder
            self._put(self._new_ids, self._tags.of_id(id_number), child_ref)
        if folded_name:
            self._add(self._new_names, self._tags.of_name(folded_name), birth_year, child_ref)
        if sounds:
            self._add(self._new_sounds, self._tags.of_sounds(sounds), birth_year, child_ref)
        return child_ref

    def relate(self, child_ref: UUID, marks: Iterable[tuple[Mark, str]]) -> None:
        """Enter what a child has in common with others of its family."""
        for row in self._tags.family.rows(child_ref, marks):
            self._put(self._new_families, row, child_ref)

    def forget(self, child_ref: UUID) -> None:
        """Remove every row of the child; no error if there is none."""
        for row in [row for row, holder in self._new_families.items() if holder == child_ref]:
            self._put(self._new_families, row, None)
        for tag in [tag for tag, holder in self._new_ids.items() if holder == child_ref]:
            self._put(self._new_ids, tag, None)
        for new in (self._new_names, self._new_sounds):
            for cut, children in list(new.items()):
                if child_ref in children:
                    self._put(new, cut, tuple(each for each in children if each != child_ref))
        self._put(self._forgotten, child_ref, True)

    @contextmanager
    def step(self) -> Iterator[None]:
        """A part of the transaction: an exception undoes it, and it alone."""
        before = len(self._journal)
        try:
            yield
        except BaseException:
            while len(self._journal) > before:
                self._journal.pop()()
            raise

    def _add(self, new: dict[_Cut, tuple[UUID, ...]], tag: int, year: int, child_ref: UUID) -> None:
        there = new.get((tag, year), ())
        if child_ref not in there:
            self._put(new, (tag, year), (*there, child_ref))

    def _put(self, where: dict[K, V], key: K, value: V | None) -> None:
        """Set, or with None remove, what is to be written; :meth:`step` can take it back."""
        if key in where:
            self._journal.append(partial(where.__setitem__, key, where[key]))
        else:
            self._journal.append(partial(where.pop, key, None))
        if value is None:
            where.pop(key, None)
        else:
            where[key] = value

    def _read(
        self, ids: Iterable[bytes], cuts: Iterable[_Cut], sounds: Iterable[_Cut] = ()
    ) -> None:
        """Hold what is not read yet, then read it: nobody changes it any more. What only sounds
        alike is read and not held, for no file is chosen by it."""
        new_ids = [tag for tag in dict.fromkeys(ids) if tag not in self._ids]
        new_cuts = [cut for cut in dict.fromkeys(cuts) if cut not in self._names]
        new_sounds = [cut for cut in dict.fromkeys(sounds) if cut not in self._sounds]
        looks: list[Look] = []
        for tags in in_parts(new_ids):
            looks.append((_by_ids(len(values := padded(tags))), values))
        by_name = len(looks)
        looks += _looks("name_tag", new_cuts)
        by_sound = len(looks)
        looks += _looks("sound_tag", new_sounds)
        if not looks:
            return
        if self._guard is None:
            found = [self._connection.execute(*look).fetchall() for look in looks]
        else:
            names = [f"id {tag.hex()}" for tag in new_ids]
            names += [f"name {tag} {year}" for tag, year in new_cuts]
            found = self._guard.hold(names, looks)
        self._ids.update(dict.fromkeys(new_ids))
        for rows in found[:by_name]:
            self._ids.update((tag, UUID(bytes=child_ref)) for tag, child_ref in rows)
        self._names.update(_by_cut(new_cuts, found[by_name:by_sound]))
        self._sounds.update(_by_cut(new_sounds, found[by_sound:]))


def _looks(table: str, cuts: Sequence[_Cut]) -> list[Look]:
    found: list[Look] = []
    for some in in_parts(cuts):
        pairs = padded(some)
        found.append((_by_cuts(table, len(pairs)), [each for cut in pairs for each in cut]))
    return found


def _by_cut(cuts: Sequence[_Cut], rows: Iterable[Iterable[Row]]) -> dict[_Cut, tuple[UUID, ...]]:
    children: dict[_Cut, dict[UUID, None]] = {cut: {} for cut in cuts}
    for part in rows:
        for tag, year, child_ref in part:
            children[tag, year][UUID(bytes=child_ref)] = None
    return {cut: tuple(each) for cut, each in children.items()}


class MatchIndex:
    """The match index in a database of its own; safe for threads and several processes.

    Takes where its area is (``storage``) and the ``root`` key; with ``create=False`` a missing
    database is an error. Every method raises :class:`MatchIndexUnavailable` when the database
    fails, and ``ValueError`` (never repeating it) for an ID number that is not 18 characters.
    """

    def __init__(
        self, storage: Storage, root: RootKey, *, create: bool = False, busy_timeout: float = 10.0
    ) -> None:
        self._tags = _Tags(root)
        self._database = storage.database(
            AREA, MatchIndexUnavailable, create=create, busy_timeout=busy_timeout
        )
        bind(self._database, root.named_key("match-index"), MatchIndexUnavailable)

    @contextmanager
    def transaction(self) -> Iterator[MatchTransaction]:
        """All operations under one write lock, committed at the end, undone by an exception.

        Other processes' reservations wait meanwhile (up to the busy timeout): a batch of 200
        rows is fine, a person's decision is not.
        """
        with self._database.writing() as connection:
            transaction = MatchTransaction(connection, self._tags)
            yield transaction
            transaction.write()

    @contextmanager
    def guarded(self, *, alone: bool) -> Iterator[MatchTransaction]:
        """A transaction whose reservations stay undisturbed until the block ends, beyond
        :meth:`MatchTransaction.keep`: for a reservation and the append that goes with it.

        ``alone``: one at a time, over all threads and processes, for work that names many
        children. Otherwise side by side with others who name other children. Raises
        :class:`MatchIndexUnavailable` after the busy timeout.
        """
        with self._database.guarded(alone=alone) as guard:
            yield MatchTransaction(guard.connection, self._tags, guard)

    @contextmanager
    def looking(self) -> Iterator[MatchTransaction]:
        """A consistent look that waits for nobody; nothing can be reserved in it."""
        with self._database.reading() as connection:
            yield MatchTransaction(connection, self._tags)

    def find_by_id(self, id_number: str) -> UUID | None:
        """As :meth:`MatchTransaction.find_by_id`."""
        with self._database.reading() as connection:
            return MatchTransaction(connection, self._tags).find_by_id(id_number)

    def candidates_by_name(self, folded_name: str, birth_year: int) -> list[UUID]:
        """As :meth:`MatchTransaction.candidates_by_name`."""
        with self._database.reading() as connection:
            return MatchTransaction(connection, self._tags).candidates_by_name(
                folded_name, birth_year
            )

    def candidates_by_sound(self, sounds: str, birth_year: int) -> list[UUID]:
        """As :meth:`MatchTransaction.candidates_by_sound`."""
        with self._database.reading() as connection:
            return MatchTransaction(connection, self._tags).candidates_by_sound(sounds, birth_year)

    def reserve(
        self,
        id_number: str | None,
        folded_name: str,
        sounds: str,
        birth_year: int,
        child_ref: UUID,
    ) -> UUID:
        """As :meth:`MatchTransaction.reserve`, in a transaction of its own."""
        with self.transaction() as step:
            return step.reserve(id_number, folded_name, sounds, birth_year, child_ref)

    def related(
        self, after: tuple[UUID, UUID], shared_by_at_most: int, limit: int
    ) -> list[Related]:
        """As :func:`hub.encryption.family_tags.related`."""
        with self._database.reading() as connection:
            return related(connection, after, shared_by_at_most, limit)

    def withdraw(self, child_ref: UUID, gone: Iterable[Named], left: Iterable[Named]) -> None:
        """Remove the rows of a child that only some statements of who it is made; ``left`` are
        the others. From the file and its log."""
        kept = {row for named in left for row in self._rows(named)}
        going = {row for named in gone for row in self._rows(named)} - kept
        with self._database.writing() as connection:
            for statement, values in going:
                connection.execute(statement, (child_ref.bytes, *values))
        self._database.wipe_deleted("id_tag", "name_tag", "sound_tag")

    def _rows(self, named: Named) -> list[tuple[str, tuple[object, ...]]]:
        """What removes each row that a statement of who a child is makes."""
        number, name, year = named
        sounds = name_sounds(name)
        rows: list[tuple[str, tuple[object, ...]]] = []
        if number is not None:
            rows.append((_WITHDRAW_ID, (self._tags.of_id(number),)))
        if name:
            rows.append((_WITHDRAW_NAME, (self._tags.of_name(name), year)))
        if sounds:
            rows.append((_WITHDRAW_SOUND, (self._tags.of_sounds(sounds), year)))
        return rows

    def forget(self, child_ref: UUID) -> None:
        """Remove every row of the child, from the file and its log."""
        with self.transaction() as step:
            step.forget(child_ref)
        self._database.wipe_deleted(*_TABLES)

    def close(self) -> None:
        """Close the connections."""
        self._database.close()


def _cut(key: bytes, text: str) -> int:
    tag = hmac.digest(key, text.encode(), "sha256")
    return int.from_bytes(tag[:2], "big") >> (16 - NAME_TAG_BITS)
