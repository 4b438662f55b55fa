"""Both trees as the hub keeps them: the tree of events follows the log, checkpoints are signed,
proofs are given.

The tree over access entries grows with the entries themselves (hub/audit/log.py). The log of
events lies in another database, so its tree follows it: by positions, which have no hole and are
never given in another order than that of the commits. An event's leaf is its position less one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hub.audit import proofs
from hub.audit.checkpoints import (
    NO_PREVIOUS,
    Checkpoint,
    check_follows,
    open_checkpoint,
    origin,
)
from hub.audit.events import Log, StoredEvent, last_version, leaf_of
from hub.audit.log import AccessEntry, AccessLogUnavailable
from hub.audit.merkle import ProofRefused, TreeDamaged
from hub.audit.notes import NoteRefused, PublicKey, Signer
from hub.audit.tables import AREA, FIELDS
from hub.audit.tree import StoredTree, Tree
from hub.audit.verify import Verified, Verifier
from hub.storage.sql import Storage

PORTION = 500
"""Events that the tree takes in at a time."""


class TrailBroken(Exception):
    """What is stored contradicts what was signed before: nothing more is signed. The message
    names the tree and the place, and ``hub audit verify`` says all of it."""


@dataclass(frozen=True, slots=True)
class StreamEnd:
    """A stream's last version as it was signed: ``leaf`` is where its last event stands."""

    stream: UUID
    version: int
    leaf: int
    signature: bytes


class Trail:
    """Grows, signs and proves; safe for threads and for several processes."""

    def __init__(self, storage: Storage, log: Log, signer: Signer, *, create: bool = False) -> None:
        self._database = storage.database(
            AREA, AccessLogUnavailable, create=create, busy_timeout=30
        )
        self._log = log
        self._signer = signer

    @property
    def signer(self) -> Signer:
        """What it signs with."""
        return self._signer

    def signed_size(self, note: str) -> int:
        """The size of the tree that a checkpoint of the hub's is of. Raises NoteRefused."""
        return open_checkpoint(note, self.public).size

    @property
    def public(self) -> PublicKey:
        """What its notes are checked with."""
        return self._signer.public

    def origin(self, tree: Tree) -> str:
        """What a tree is called in its checkpoints."""
        return origin(self.public.name, tree)

    def close(self) -> None:
        """Close the connections."""
        self._database.close()

    # Growing

    def follow(self, progress: Callable[[int], None] = lambda _: None) -> int:
        """Take the events that are new into their tree; gives how many. ``progress`` is told
        after each portion. Raises TrailBroken if the log has a hole, AccessLogUnavailable, and
        what the log raises."""
        taken = 0
        while portion := self._follow():
            taken += portion
            progress(taken)
        return taken

    def _follow(self) -> int:
        with self._database.reading() as connection:
            size = StoredTree(connection, Tree.EVENTS).size()
        events = self._log.select_notifications(size, PORTION, inclusive_of_start=False)
        leaves = []
        ends: dict[UUID, tuple[int, int, bytes]] = {}
        for leaf, event in enumerate(events, start=size):
            if event.id != leaf + 1:
                raise TrailBroken(f"{Tree.EVENTS.value} {leaf}")
            hash_ = leaf_of(event)
            leaves.append(hash_)
            ends[_stream(event)] = (event.originator_version, leaf, hash_)
        name = self.origin(Tree.EVENTS)
        # Signed before the transaction begins: whoever looks at a child waits for nobody's pen.
        rows = [
            (str(stream), *end[:2], self._signer.sign(last_version(name, stream, *end)))
            for stream, end in ends.items()
        ]
        if not leaves:
            return 0
        with self._database.writing() as connection, _damage(Tree.EVENTS):
            tree = StoredTree(connection, Tree.EVENTS)
            if tree.size() != size:
                # Somebody else has taken them in meanwhile.
                return len(leaves)
            tree.grow(leaves)
            # They are there already where the tree is grown anew from the log.
            connection.insert("streams", rows, "ON CONFLICT DO NOTHING")
        return len(leaves)

    # Signing

    def checkpoint(self, tree: Tree, now: datetime) -> str:
        """Sign what a tree is now, and keep it; gives the note. Raises TrailBroken if it is not
        the tree of the checkpoint before, grown."""
        with self._database.writing() as connection, _damage(tree):
            stored = StoredTree(connection, tree)
            row = connection.execute(
                "SELECT number, note FROM checkpoints WHERE tree = ? ORDER BY number DESC LIMIT 1",
                (tree.value,),
            ).fetchone()
            number, previous = 1, NO_PREVIOUS
            size = stored.size()
            if row is not None:
                number = int(row[0]) + 1
                before = self._opened(tree, row[1])
                if before.size > size or stored.root(before.size) != before.root:
                    raise TrailBroken(f"{tree.value} {before.size}")
                previous = before.hash
            made = Checkpoint(self.origin(tree), size, stored.root(size), number, now, previous)
            note = self._signer.note(made.text)
            connection.insert("checkpoints", [(tree.value, number, size, note)])
        return note

    def latest(self, tree: Tree) -> str | None:
        """The newest checkpoint of a tree, None while there is none."""
        rows = self._database.rows(
            "SELECT note FROM checkpoints WHERE tree = ? ORDER BY number DESC LIMIT 1",
            (tree.value,),
        )
        return str(rows[0][0]) if rows else None

    def _opened(self, tree: Tree, note: str) -> Checkpoint:
        try:
            found = open_checkpoint(note, self.public)
        except NoteRefused:
            raise TrailBroken(f"{tree.value} checkpoint") from None
        if found.tree is not tree:
            raise TrailBroken(f"{tree.value} checkpoint")
        return found

    # Proving

    def size(self, tree: Tree) -> int:
        """How many leaves a tree has."""
        with self._database.reading() as connection:
            return StoredTree(connection, tree).size()

    def inclusion(self, tree: Tree, leaf: int, size: int) -> list[bytes]:
        """Shows that a leaf stands in the tree of this size. Raises ValueError, TrailBroken."""
        with self._database.reading() as connection, _damage(tree):
            return StoredTree(connection, tree).inclusion(leaf, size)

    def consistency(self, tree: Tree, old: int, new: int) -> list[bytes]:
        """Shows that the tree of the new size begins with that of the old one; nothing has to be
        shown of a tree without leaves. Raises ValueError for a size it never had, TrailBroken."""
        with self._database.reading() as connection, _damage(tree):
            stored = StoredTree(connection, tree)
            if not 0 <= old <= new <= stored.size():
                raise ValueError("the tree has never been of this size")
            return stored.consistency(old, new) if old else []

    def growth(self, kept: str) -> dict[str, Any]:
        """A proof file: that the newest checkpoint follows from one that somebody kept. Raises
        NoteRefused for what is none of the hub's, TrailBroken where it does not follow: then
        what was kept is the evidence."""
        old = open_checkpoint(kept, self.public)
        newest = self.latest(old.tree)
        new = None if newest is None else self._opened(old.tree, newest)
        if newest is None or new is None or new.size < old.size:
            raise TrailBroken(f"{old.tree.value} {old.size}")
        proof = self.consistency(old.tree, old.size, new.size)
        try:
            check_follows(old, new, proof)
        except ProofRefused:
            raise TrailBroken(f"{old.tree.value} {old.size}") from None
        return proofs.growth(kept, newest, proof)

    def included(self, tree: Tree, leaf: int) -> dict[str, Any]:
        """A proof file: that a leaf stands in the tree of the newest checkpoint. Raises
        ValueError where it does not."""
        note = self.latest(tree)
        size = 0 if note is None else self._opened(tree, note).size
        if note is None or not 0 <= leaf < size:
            raise ValueError("the newest checkpoint does not hold the leaf")
        with self._database.reading() as connection, _damage(tree):
            stored = StoredTree(connection, tree)
            return proofs.inclusion(note, leaf, stored.leaf(leaf), stored.inclusion(leaf, size))

    def verify(self, kept: Sequence[str] = ()) -> Verified:
        """Recompute everything from the rows; ``kept`` are notes from outside of the hub. Raises
        NoteRefused for one of those that is not the hub's."""
        with self._database.reading() as connection:
            return Verifier(connection, self._log, self.public, kept).run()

    def looks_at(self, child: str, since: str, size: int) -> list[tuple[int, AccessEntry]]:
        """The entries about a child from a time on, by their leaves below ``size``."""
        names = ", ".join(f'"{name}"' for name in FIELDS)
        rows = self._database.rows(
            f"SELECT seq, {names} FROM access WHERE child_ref = ? AND at >= ? AND seq <= ?"  # noqa: S608
            " ORDER BY seq",
            (child, since, size),
        )
        return [(int(seq) - 1, AccessEntry(*fields)) for seq, *fields in rows]

    def stream_end(self, stream: UUID, version: int | None = None) -> StreamEnd | None:
        """What was signed last of a stream, or when it ended with ``version``; None where that
        was never signed."""
        rows = self._database.rows(
            "SELECT version, leaf, signature FROM streams WHERE stream = ? AND version <= ?"
            " AND version >= ? ORDER BY version DESC LIMIT 1",
            (str(stream), 1 << 62 if version is None else version, version or 0),
        )
        if not rows:
            return None
        version, leaf, signature = rows[0]
        return StreamEnd(stream, int(version), int(leaf), bytes(signature))


def _stream(event: StoredEvent) -> UUID:
    stream = event.originator_id
    return stream if isinstance(stream, UUID) else UUID(stream)


@contextmanager
def _damage(tree: Tree) -> Iterator[None]:
    """What is wrong with a tree's rows, as what it means for the trail."""
    try:
        yield
    except TreeDamaged as damaged:
        raise TrailBroken(f"{tree.value} {damaged}") from damaged
