"""The RFC 6962 Merkle tree, without a place of its own: hashes, proofs, and their checking.

A tree of ``n`` leaves is kept as one row per leaf: the hashes of every perfect subtree which that
leaf completes, lowest first. Leaf 3 completes itself, the pair (2, 3) and the four (0 … 3); leaf 4
itself alone. Such a row is never changed later, on average it holds two hashes, and every hash
that a root or a proof of any size needs stands in one of at most ``2 log n`` rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
"""The root of a tree without leaves (RFC 6962 §2.1)."""

Span = tuple[int, int]
"""Leaves from the first up to before the second."""
Rows = Callable[[Sequence[int]], Mapping[int, bytes]]
"""Gives the rows of leaves, by leaf. A row that is not there is left out."""


class ProofRefused(Exception):
    """The proof does not show what it is said to show."""


class TreeDamaged(Exception):
    """A row of the tree is missing or is none; the message says of which leaf (from 0)."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf (RFC 6962 §2.1)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side (RFC 6962 §2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Growing:
    """A tree's right edge: all that is needed to add leaves to it."""

    __slots__ = ("peaks", "size")

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        """``peaks`` are the perfect subtrees that the leaves fall into, the largest first."""
        self.size = size
        self.peaks = list(peaks)

    def add(self, leaf: bytes) -> bytes:
        """Add a leaf by its hash; gives its row."""
        node, row = leaf, [leaf]
        left = self.size
        while left & 1:
            node = node_hash(self.peaks.pop(), node)
            row.append(node)
            left >>= 1
        self.peaks.append(node)
        self.size += 1
        return b"".join(row)

    @property
    def root(self) -> bytes:
        """The root of the leaves so far."""
        return _joined(self.peaks)


def peaks_of(size: int) -> list[Span]:
    """The perfect subtrees of a tree of this size, the largest first."""
    return _perfect((0, size))


def read_peaks(size: int, rows: Rows) -> list[bytes]:
    """The hashes of :func:`peaks_of`. Raises TreeDamaged."""
    return _hashes([(peak,) for peak in peaks_of(size)], rows)


def root_of(size: int, rows: Rows) -> bytes:
    """The root of the first ``size`` leaves. Raises TreeDamaged."""
    return _joined(read_peaks(size, rows))


def inclusion_proof(leaf: int, size: int, rows: Rows) -> list[bytes]:
    """The audit path of a leaf in the tree of ``size`` (RFC 6962 §2.1.1). Raises ValueError for a
    leaf that is not in it, TreeDamaged."""
    if not 0 <= leaf < size:
        raise ValueError("the tree of this size does not hold the leaf")
    low, high = 0, size
    path: list[Span] = []
    while high - low > 1:
        middle = low + _split(high - low)
        if leaf < middle:
            path.append((middle, high))
            high = middle
        else:
            path.append((low, middle))
            low = middle
    return _hashes([_perfect(span) for span in reversed(path)], rows)


def consistency_proof(old: int, new: int, rows: Rows) -> list[bytes]:
    """Shows that the tree of ``new`` leaves begins with that of ``old`` (RFC 6962 §2.1.2). Raises
    ValueError for sizes that cannot be, TreeDamaged."""
    if not 0 < old <= new:
        raise ValueError("a tree grows from at least one leaf")
    low, high = 0, new
    path: list[Span] = []
    while old < high:
        middle = low + _split(high - low)
        if old <= middle:
            path.append((middle, high))
            high = middle
        else:
            path.append((low, middle))
            low = middle
    if low:
        path.append((low, high))
    return _hashes([_perfect(span) for span in reversed(path)], rows)


def check_inclusion(
    leaf: int, size: int, hash_: bytes, proof: Sequence[bytes], root: bytes
) -> None:
    """Whether a leaf of this hash stands at this place in the tree of this root (RFC 9162
    §2.1.3.2). Raises ProofRefused."""
    if not 0 <= leaf < size:
        raise ProofRefused
    place, last, found = leaf, size - 1, hash_
    for sibling in proof:
        if last == 0:
            raise ProofRefused
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            while not place & 1 and place:
                place >>= 1
                last >>= 1
        else:
            found = node_hash(found, sibling)
        place >>= 1
        last >>= 1
    if last or found != root:
        raise ProofRefused


def check_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Whether the tree of the new root begins with that of the old one (RFC 9162 §2.1.4.2).
    Everything begins with nothing. Raises ProofRefused."""
    if not 0 <= old <= new:
        raise ProofRefused
    if old in (0, new):
        if proof or old_root != (new_root if old else EMPTY_ROOT):
            raise ProofRefused
        return
    path = list(proof)
    if not old & (old - 1):
        path.insert(0, old_root)
    if not path:
        raise ProofRefused
    place, last = old - 1, new - 1
    while place & 1:
        place >>= 1
        last >>= 1
    before = after = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise ProofRefused
        if place & 1 or place == last:
            before = node_hash(sibling, before)
            after = node_hash(sibling, after)
            while not place & 1 and place:
                place >>= 1
                last >>= 1
        else:
            after = node_hash(after, sibling)
        place >>= 1
        last >>= 1
    if last or before != old_root or after != new_root:
        raise ProofRefused


def _split(size: int) -> int:
    """The largest power of two below ``size``: where a tree divides."""
    return 1 << (size - 1).bit_length() - 1


def _perfect(span: Span) -> list[Span]:
    """The perfect subtrees of a subtree, the largest first."""
    low, high = span
    found = []
    while low < high:
        step = 1 << (high - low).bit_length() - 1
        found.append((low, low + step))
        low += step
    return found


def _joined(peaks: Sequence[bytes]) -> bytes:
    if not peaks:
        return EMPTY_ROOT
    found = peaks[-1]
    for peak in reversed(peaks[:-1]):
        found = node_hash(peak, found)
    return found


def _hashes(subtrees: Sequence[Sequence[Span]], rows: Rows) -> list[bytes]:
    """The hashes of subtrees, each given as its perfect ones; all rows are read at once."""
    wanted = sorted({high - 1 for spans in subtrees for _, high in spans})
    if not wanted:
        return []
    there = rows(wanted)

    def peaks(spans: Sequence[Span]) -> Iterator[bytes]:
        for low, high in spans:
            at = (high - low).bit_length() * HASH_BYTES
            row = there.get(high - 1, b"")
            if len(row) < at:
                raise TreeDamaged(str(high - 1))
            yield row[at - HASH_BYTES : at]

    return [_joined(list(peaks(spans))) for spans in subtrees]
