"""``hub audit verify``: everything recomputed from the rows, and what does not fit, by its place.

Entries and events are hashed anew and compared with the trees' leaves; the trees are grown anew
from their leaves and compared row by row; every signed checkpoint is compared with the tree at its
size, and with the one before it; of each stream the signed last version with the events there are.
Where a leaf and what it was made of differ, the leaf is taken on: if a signed checkpoint then
agrees with the tree, it is the row that was changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from hub.audit.checkpoints import NO_PREVIOUS, Checkpoint, open_checkpoint
from hub.audit.events import Log, StoredEvent, last_version, leaf_of
from hub.audit.log import AccessEntry, leaf_hash
from hub.audit.merkle import HASH_BYTES, Growing
from hub.audit.notes import NoteRefused, PublicKey
from hub.audit.tables import FIELDS
from hub.audit.tree import Tree
from hub.storage.sql import Connection

PORTION = 1000


class Wrong(StrEnum):
    """What does not fit."""

    MISSING = "missing"
    """A leaf whose entry or event is not there any more."""
    CHANGED = "changed"
    """An entry or event that is not what its leaf was made of."""
    NO_LEAF = "no_leaf"
    """An entry without a leaf."""
    LEAF_LOST = "leaf_lost"
    """A leaf that is missing in the middle of the tree."""
    NODE = "node"
    """A row of the tree that does not follow from its leaves."""
    CHECKPOINT_FORGED = "checkpoint_forged"
    """A checkpoint that the hub did not sign."""
    CHECKPOINT_LOST = "checkpoint_lost"
    """A checkpoint that is missing before this one."""
    CHECKPOINT_CONTRADICTED = "checkpoint_contradicted"
    """The tree is not what was signed: the log was replaced, cut off, or shown in two ways."""
    STREAM_GAP = "stream_gap"
    """A stream whose versions do not follow each other."""
    STREAM_END = "stream_end"
    """A stream whose last event is not the one that was signed as its last."""


@dataclass(frozen=True, slots=True)
class Finding:
    """``place`` is the number of an entry, event or checkpoint (from 1), or a stream."""

    tree: Tree
    wrong: Wrong
    place: str


@dataclass(slots=True)
class Verified:
    """What was looked at, and what was found."""

    entries: int = 0
    events: int = 0
    uncovered: int = 0
    """Events that are not in their tree yet; no fault."""
    streams: int = 0
    checkpoints: int = 0
    findings: list[Finding] = field(default_factory=list)


class Verifier:
    """Recomputes both trees on one snapshot of the audit area."""

    def __init__(
        self, connection: Connection, log: Log, key: PublicKey, kept: Sequence[str] = ()
    ) -> None:
        """``kept`` are notes that somebody kept outside of the hub."""
        self._connection = connection
        self._log = log
        self._key = key
        self._kept = kept
        self._done = Verified()
        self._ends: dict[UUID, tuple[int, int, bytes]] = {}

    def run(self) -> Verified:
        """Look at everything."""
        self._walk(Tree.ACCESS, self._entries())
        self._walk(Tree.EVENTS, self._events())
        self._streams()
        return self._done

    def _found(self, tree: Tree, wrong: Wrong, place: object) -> None:
        self._done.findings.append(Finding(tree, wrong, str(place)))

    # The trees

    def _walk(self, tree: Tree, hashes: Iterator[tuple[int, bytes]]) -> None:
        """Compare leaves, rows and checkpoints, in one pass. ``hashes`` are (leaf, hash) of what
        is there, in order."""
        edge = Growing()
        signed = self._checkpoints(tree)
        self._compare(tree, signed, edge)
        made = next(hashes, None)
        while made is not None and made[0] < 0:
            # Numbered before the first, where nobody reads it.
            self._found(tree, Wrong.NO_LEAF, made[0] + 1)
            made = next(hashes, None)
        for leaf, nodes in self._rows(tree):
            if leaf < edge.size:
                self._found(tree, Wrong.NODE, leaf + 1)
                continue
            while edge.size < leaf:
                # The rest of the tree can still be compared if what the leaf was of is there.
                self._found(tree, Wrong.LEAF_LOST, edge.size + 1)
                lost = bytes(HASH_BYTES)
                if made is not None and made[0] == edge.size:
                    lost, made = made[1], next(hashes, None)
                edge.add(lost)
                self._compare(tree, signed, edge)
            hash_ = nodes[:HASH_BYTES]
            if made is None or made[0] > leaf:
                self._found(tree, Wrong.MISSING, leaf + 1)
            else:
                if made[1] != hash_:
                    self._found(tree, Wrong.CHANGED, leaf + 1)
                made = next(hashes, None)
            if edge.add(hash_) != nodes:
                self._found(tree, Wrong.NODE, leaf + 1)
            self._compare(tree, signed, edge)
        while made is not None:
            if tree is Tree.ACCESS:
                self._found(tree, Wrong.NO_LEAF, made[0] + 1)
            else:
                self._done.uncovered += 1
            made = next(hashes, None)
        for each in signed:
            # Of a size that the tree never reached: it was cut off since.
            self._found(tree, Wrong.CHECKPOINT_CONTRADICTED, each.number)

    def _compare(self, tree: Tree, signed: list[Checkpoint], edge: Growing) -> None:
        while signed and signed[0].size <= edge.size:
            each = signed.pop(0)
            if each.root != edge.root:
                self._found(tree, Wrong.CHECKPOINT_CONTRADICTED, each.number)

    def _rows(self, tree: Tree) -> Iterator[tuple[int, bytes]]:
        after = -(1 << 62)
        while rows := self._connection.execute(
            "SELECT leaf, nodes FROM tree WHERE tree = ? AND leaf > ? ORDER BY leaf LIMIT ?",
            (tree.value, after, PORTION),
        ).fetchall():
            for leaf, nodes in rows:
                yield int(leaf), bytes(nodes)
            after = int(rows[-1][0])

    def _entries(self) -> Iterator[tuple[int, bytes]]:
        names = ", ".join(f'"{name}"' for name in FIELDS)
        after = -(1 << 62)
        while rows := self._connection.execute(
            f"SELECT seq, leaf, {names} FROM access WHERE seq > ? ORDER BY seq LIMIT ?",  # noqa: S608
            (after, PORTION),
        ).fetchall():
            for seq, leaf, *values in rows:
                self._done.entries += 1
                hash_ = leaf_hash(AccessEntry(*values))
                if hash_ != bytes(leaf):
                    self._found(Tree.ACCESS, Wrong.CHANGED, seq)
                    # Told once: it is compared with the tree as it says of itself.
                    hash_ = bytes(leaf)
                yield int(seq) - 1, hash_
            after = int(rows[-1][0])

    def _events(self) -> Iterator[tuple[int, bytes]]:
        covered = self._connection.execute(
            "SELECT max(leaf) FROM tree WHERE tree = ?", (Tree.EVENTS.value,)
        ).fetchone()[0]
        size = 0 if covered is None else int(covered) + 1
        after = 0
        while events := self._log.select_notifications(after, PORTION, inclusive_of_start=False):
            for each in events:
                self._done.events += 1
                hash_ = leaf_of(each)
                if each.id <= size:
                    self._version(each, hash_)
                yield each.id - 1, hash_
            after = events[-1].id

    def _version(self, event: StoredEvent, hash_: bytes) -> None:
        stream = event.originator_id
        stream = stream if isinstance(stream, UUID) else UUID(stream)
        before = self._ends.get(stream)
        if event.originator_version != (1 if before is None else before[0] + 1):
            self._found(Tree.EVENTS, Wrong.STREAM_GAP, stream)
        self._ends[stream] = (event.originator_version, event.id - 1, hash_)

    # What was signed

    def _checkpoints(self, tree: Tree) -> list[Checkpoint]:
        """Those whose root is to be compared, by size; everything else about them is looked at
        here."""
        found: list[Checkpoint] = []
        expected, previous = 1, NO_PREVIOUS
        for number, size, note in self._connection.execute(
            "SELECT number, size, note FROM checkpoints WHERE tree = ? ORDER BY number",
            (tree.value,),
        ).fetchall():
            self._done.checkpoints += 1
            try:
                each = open_checkpoint(str(note), self._key)
            except NoteRefused:
                each = None
            if each is None or (each.tree, each.number, each.size) != (tree, number, size):
                self._found(tree, Wrong.CHECKPOINT_FORGED, number)
                expected, previous = int(number) + 1, b""
                continue
            if number != expected or (previous and each.previous != previous):
                self._found(tree, Wrong.CHECKPOINT_LOST, number)
            expected, previous = each.number + 1, each.hash
            found.append(each)
        found += self._outside(tree, {each.number: each for each in found})
        return sorted(found, key=lambda each: each.size)

    def _outside(self, tree: Tree, there: dict[int, Checkpoint]) -> Iterable[Checkpoint]:
        for note in self._kept:
            each = open_checkpoint(note, self._key)
            if each.tree is not tree:
                continue
            self._done.checkpoints += 1
            if each.number not in there:
                self._found(tree, Wrong.CHECKPOINT_LOST, each.number)
            elif there[each.number].hash != each.hash:
                # Two that were both signed as this one: two histories.
                self._found(tree, Wrong.CHECKPOINT_CONTRADICTED, each.number)
            yield each

    def _streams(self) -> None:
        signed = {
            UUID(stream): (int(version), int(leaf), bytes(signature))
            for stream, version, leaf, signature in self._connection.execute(
                "SELECT s.stream, s.version, s.leaf, s.signature FROM streams s JOIN ("
                "SELECT stream, max(version) AS version FROM streams GROUP BY stream) AS newest"
                " ON s.stream = newest.stream AND s.version = newest.version"
            ).fetchall()
        }
        origin = f"{self._key.name}/{Tree.EVENTS.value}"
        self._done.streams = len(signed)
        for stream in sorted(signed.keys() | self._ends.keys(), key=str):
            end, said = self._ends.get(stream), signed.get(stream)
            if end is None or said is None or end[:2] != said[:2]:
                self._found(Tree.EVENTS, Wrong.STREAM_END, stream)
                continue
            try:
                self._key.check(last_version(origin, stream, *end), said[2])
            except NoteRefused:
                self._found(Tree.EVENTS, Wrong.STREAM_END, stream)
