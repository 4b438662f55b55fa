"""A Merkle tree in the audit area's table ``tree``: it grows, and gives roots and proofs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

from hub.audit.merkle import (
    HASH_BYTES,
    Growing,
    TreeDamaged,
    consistency_proof,
    inclusion_proof,
    read_peaks,
    root_of,
)
from hub.storage.sql import Connection, Write, in_parts, marks, padded


class Tree(StrEnum):
    """Which tree: who looked, or what was recorded."""

    ACCESS = "access"
    EVENTS = "events"


class StoredTree:
    """One tree, inside whatever transaction it is asked in."""

    def __init__(self, connection: Connection, tree: Tree) -> None:
        self._connection = connection
        self._tree = tree.value

    def size(self) -> int:
        """How many leaves it has."""
        row = self._connection.execute(
            "SELECT max(leaf) FROM tree WHERE tree = ?", (self._tree,)
        ).fetchone()
        return 0 if row[0] is None else int(row[0]) + 1

    def grow(
        self,
        leaves: Sequence[bytes],
        edge: Growing | None = None,
        beside: Callable[[int], Write] | None = None,
    ) -> Growing:
        """Add leaves by their hashes, in a transaction that nobody else's writing runs beside.

        ``edge`` is the tree's right edge as it was after somebody's last commit; where the tree
        has another size by now, the edge is read. Gives the new one, which holds once this is
        committed. Raises TreeDamaged.
        """
        size = self.size()
        if edge is None or edge.size != size:
            edge = Growing(size, read_peaks(size, self._read))
        else:
            edge = Growing(size, edge.peaks)
        rows = [(self._tree, leaf, edge.add(each)) for leaf, each in enumerate(leaves, start=size)]
        writes: list[Write] = [("tree", rows, "")]
        if beside is not None:
            writes.append(beside(size))
        if any(count != len(rows) for count in self._connection.insert_each(writes)):
            # Whoever owns the database can have rows silently left out, by a trigger.
            raise TreeDamaged(str(size))
        return edge

    def root(self, size: int) -> bytes:
        """The root of the first ``size`` leaves. Raises TreeDamaged."""
        return root_of(size, self._read)

    def leaf(self, leaf: int) -> bytes:
        """The hash of a leaf. Raises TreeDamaged."""
        nodes = self._read([leaf]).get(leaf)
        if nodes is None:
            raise TreeDamaged(str(leaf))
        return nodes[:HASH_BYTES]

    def inclusion(self, leaf: int, size: int) -> list[bytes]:
        """As :func:`hub.audit.merkle.inclusion_proof`."""
        return inclusion_proof(leaf, size, self._read)

    def consistency(self, old: int, new: int) -> list[bytes]:
        """As :func:`hub.audit.merkle.consistency_proof`."""
        return consistency_proof(old, new, self._read)

    def _read(self, leaves: Sequence[int]) -> Mapping[int, bytes]:
        found: dict[int, bytes] = {}
        for part in in_parts(leaves):
            wanted = padded(part)
            found.update(
                (int(leaf), bytes(nodes))
                for leaf, nodes in self._connection.execute(
                    f"SELECT leaf, nodes FROM tree WHERE tree = ? AND leaf IN {marks(len(wanted))}",  # noqa: S608
                    [self._tree, *wanted],
                ).fetchall()
            )
        return found
