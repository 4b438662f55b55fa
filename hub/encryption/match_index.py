"""The hub's blind index for finding a child: tags under keys of its own, no plain text.

An ID number gives an exact 128-bit tag. A name gives a tag cut to 14 bits, so that many names
share it and a dump tells little; candidates are opened and confirmed by whoever asked (privacy
design, "Finding a child").
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, Table

from hub.encryption.binding import bind, binding_table
from hub.encryption.root import RootKey
from hub.storage.areas import Area
from hub.storage.sql import Connection, Guard, Storage

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
binding_table(_META)
AREA = Area(
    name="matching",
    file="match-index.sqlite",
    revision="0001",
    tables=_META,
    grants={
        **dict.fromkeys(("id_tag", "name_tag", "sound_tag"), "SELECT, INSERT, DELETE, MAINTAIN"),
        "binding": "SELECT, INSERT",
    },
)

_BY_NAME = "SELECT child_ref FROM name_tag WHERE tag = ? AND birth_year = ? ORDER BY child_ref"
_BY_SOUND = "SELECT child_ref FROM sound_tag WHERE tag = ? AND birth_year = ? ORDER BY child_ref"
_FORGET = (
    "DELETE FROM id_tag WHERE child_ref = ?",
    "DELETE FROM name_tag WHERE child_ref = ?",
    "DELETE FROM sound_tag WHERE child_ref = ?",
)


class MatchIndexUnavailable(Exception):
    """The match index cannot answer now; never to be taken for "no such child"."""


class _Tags:
    """The keyed tags. Three keys, so that a name and its sounds never share a tag by chance."""

    def __init__(self, root: RootKey) -> None:
        self._id_key = root.named_key("match-id")
        self._name_key = root.named_key("match-name")
        self._sound_key = root.named_key("match-sound")

    def of_id(self, id_number: str) -> bytes:
        if len(id_number) != 18:
            raise ValueError("not a canonical ID number of 18 characters")
        return hmac.digest(self._id_key, id_number.encode(), "sha256")[:ID_TAG_BYTES]

    def of_name(self, folded_name: str) -> int:
        return _cut(self._name_key, folded_name)

    def of_sounds(self, sounds: str) -> int:
        return _cut(self._sound_key, sounds)


class MatchTransaction:
    """Search, decide and reserve without anyone in between; from :meth:`MatchIndex.transaction`."""

    def __init__(self, connection: Connection, tags: _Tags, guard: Guard | None = None) -> None:
        self._connection = connection
        self._tags = tags
        self._guard = guard

    def hold(self, id_number: str | None, folded_name: str, birth_year: int) -> None:
        """Nobody else searches for or reserves a child by this number, or by a name that might be
        this one with this year, until the guarded block ends. No matter without a guard."""
        if self._guard is None:
            return
        names = [f"name {self._tags.of_name(folded_name)} {birth_year}"]
        if id_number is not None:
            names.append(f"id {self._tags.of_id(id_number).hex()}")
        self._guard.hold(names)

    def keep(self) -> None:
        """Commit what was reserved; nothing can be reserved after it. The hold goes on."""
        if self._guard is not None:
            self._guard.commit()

    def find_by_id(self, id_number: str) -> UUID | None:
        """The child with this canonical ID number."""
        row = self._connection.execute(
            "SELECT child_ref FROM id_tag WHERE tag = ?", (self._tags.of_id(id_number),)
        ).fetchone()
        return None if row is None else UUID(bytes=row[0])

    def candidates_by_name(self, folded_name: str, birth_year: int) -> list[UUID]:
        """Children who may have this folded name and birth year; each is to be confirmed."""
        return self._candidates(_BY_NAME, self._tags.of_name(folded_name), birth_year)

    def candidates_by_sound(self, sounds: str, birth_year: int) -> list[UUID]:
        """Children whose name may sound so, with this birth year; each is to be confirmed."""
        return self._candidates(_BY_SOUND, self._tags.of_sounds(sounds), birth_year)

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
            tag = self._tags.of_id(id_number)
            self._connection.execute(
                "INSERT INTO id_tag VALUES (?, ?) ON CONFLICT DO NOTHING", (tag, child_ref.bytes)
            )
            holder = self.find_by_id(id_number)
            if holder is not None and holder != child_ref:
                return holder
        if folded_name:
            name = (self._tags.of_name(folded_name), birth_year, child_ref.bytes)
            self._connection.execute(
                "INSERT INTO name_tag VALUES (?, ?, ?) ON CONFLICT DO NOTHING", name
            )
        if sounds:
            sound = (self._tags.of_sounds(sounds), birth_year, child_ref.bytes)
            self._connection.execute(
                "INSERT INTO sound_tag VALUES (?, ?, ?) ON CONFLICT DO NOTHING", sound
            )
        return child_ref

    def forget(self, child_ref: UUID) -> None:
        """Remove every row of the child; no error if there is none."""
        for statement in _FORGET:
            self._connection.execute(statement, (child_ref.bytes,))

    @contextmanager
    def step(self) -> Iterator[None]:
        """A part of the transaction: an exception undoes it, and it alone."""
        self._connection.execute("SAVEPOINT step")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK TO SAVEPOINT step")
            self._connection.execute("RELEASE SAVEPOINT step")
            raise
        self._connection.execute("RELEASE SAVEPOINT step")

    def _candidates(self, statement: str, tag: int, birth_year: int) -> list[UUID]:
        rows = self._connection.execute(statement, (tag, birth_year))
        return [UUID(bytes=child_ref) for (child_ref,) in rows.fetchall()]


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
            yield MatchTransaction(connection, self._tags)

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

    def forget(self, child_ref: UUID) -> None:
        """Remove every row of the child, from the file and its log."""
        with self.transaction() as step:
            step.forget(child_ref)
        self._database.wipe_deleted("id_tag", "name_tag", "sound_tag")

    def close(self) -> None:
        """Close the connections."""
        self._database.close()


def _cut(key: bytes, text: str) -> int:
    tag = hmac.digest(key, text.encode(), "sha256")
    return int.from_bytes(tag[:2], "big") >> (16 - NAME_TAG_BITS)
