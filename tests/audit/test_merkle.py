"""The tree against its oracles: the published certificate-transparency vectors, and pymerkle."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pymerkle import InmemoryTree, verify_consistency, verify_inclusion

from hub.audit import merkle
from hub.audit.merkle import (
    EMPTY_ROOT,
    HASH_BYTES,
    Growing,
    ProofRefused,
    TreeDamaged,
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_of,
)

# Leaves, roots and paths of certificate-transparency (merkletree's reference tests, also in
# transparency-dev/merkle, testonly/constants.go).
LEAVES = [
    bytes.fromhex(each)
    for each in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
A = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
B = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
C = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
D = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
E = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
F = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
INCLUSIONS = [
    (0, 1, []),
    (0, 8, [A, B, C]),
    (5, 8, [D, E, ROOTS[3]]),
    (2, 3, [ROOTS[1]]),
    (1, 5, [ROOTS[0], B, D]),
]
CONSISTENCIES = [
    (1, 1, []),
    (1, 8, [A, B, C]),
    (6, 8, [F, E, ROOTS[3]]),
    (2, 5, [B, D]),
]


class Kept:
    """A tree whose rows lie in a dictionary."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.growing = Growing()
        self.rows = {place: self.growing.add(leaf_hash(each)) for place, each in enumerate(leaves)}

    def read(self, leaves: Sequence[int]) -> Mapping[int, bytes]:
        return {leaf: self.rows[leaf] for leaf in leaves if leaf in self.rows}


def hexed(proof: Sequence[bytes]) -> list[str]:
    return [each.hex() for each in proof]


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_the_published_ones(size: int) -> None:
    kept = Kept(LEAVES[:size])
    assert kept.growing.root.hex() == ROOTS[size - 1]
    assert root_of(size, Kept(LEAVES).read).hex() == ROOTS[size - 1]


def test_the_root_of_nothing_is_the_published_one() -> None:
    assert root_of(0, Kept([]).read) == Growing().root == EMPTY_ROOT
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(("leaf", "size", "path"), INCLUSIONS)
def test_inclusion_proofs_are_the_published_ones(leaf: int, size: int, path: list[str]) -> None:
    proof = inclusion_proof(leaf, size, Kept(LEAVES).read)
    assert hexed(proof) == path
    check_inclusion(leaf, size, leaf_hash(LEAVES[leaf]), proof, bytes.fromhex(ROOTS[size - 1]))


@pytest.mark.parametrize(("old", "new", "path"), CONSISTENCIES)
def test_consistency_proofs_are_the_published_ones(old: int, new: int, path: list[str]) -> None:
    proof = consistency_proof(old, new, Kept(LEAVES).read)
    assert hexed(proof) == path
    check_consistency(old, new, bytes.fromhex(ROOTS[old - 1]), bytes.fromhex(ROOTS[new - 1]), proof)


@st.composite
def grown(draw: st.DrawFn) -> tuple[list[bytes], int, int]:
    leaves = draw(st.lists(st.binary(max_size=8), min_size=1, max_size=70))
    new = draw(st.integers(1, len(leaves)))
    return leaves, draw(st.integers(1, new)), new


@given(grown())
@example(([b"a"] * 64, 32, 64))
@example(([b"a"] * 65, 64, 65))
def test_another_implementation_agrees(case: tuple[list[bytes], int, int]) -> None:
    leaves, old, new = case
    kept = Kept(leaves)
    oracle = InmemoryTree(algorithm="sha256")
    for each in leaves:
        oracle.append_entry(each)
    for size in (old, new):
        assert root_of(size, kept.read) == oracle.get_root(size)
    # It counts leaves from 1, and puts the node itself first in a path.
    path = oracle.prove_inclusion(old, new)
    verify_inclusion(leaf_hash(leaves[old - 1]), oracle.get_root(new), path)
    proof = inclusion_proof(old - 1, new, kept.read)
    assert set(proof) <= set(path.path)
    check_inclusion(old - 1, new, leaf_hash(leaves[old - 1]), proof, oracle.get_root(new))
    both = oracle.prove_consistency(old, new)
    verify_consistency(oracle.get_root(old), oracle.get_root(new), both)
    check_consistency(
        old,
        new,
        oracle.get_root(old),
        oracle.get_root(new),
        consistency_proof(old, new, kept.read),
    )


def other(hash_: bytes) -> bytes:
    return bytes([hash_[0] ^ 1]) + hash_[1:]


@given(grown(), st.data())
def test_nothing_else_is_shown_by_a_proof(
    case: tuple[list[bytes], int, int], data: st.DataObject
) -> None:
    leaves, old, new = case
    kept = Kept(leaves)
    before, after = root_of(old, kept.read), root_of(new, kept.read)
    hash_ = leaf_hash(leaves[old - 1])
    included = inclusion_proof(old - 1, new, kept.read)
    consistent = consistency_proof(old, new, kept.read)
    refused: list[Callable[[], object]] = [
        lambda: check_inclusion(old - 1, new, other(hash_), included, after),
        lambda: check_inclusion(old - 1, new, hash_, included, other(after)),
        lambda: check_inclusion(old - 1, new, hash_, [*included, hash_], after),
        lambda: check_inclusion(new, new, hash_, included, after),
        lambda: check_inclusion(-1, new, hash_, included, after),
        lambda: check_consistency(old, new, other(before), after, consistent),
        lambda: check_consistency(old, new, before, other(after), consistent),
        lambda: check_consistency(old, new, before, after, [*consistent, hash_]),
        lambda: check_consistency(new + 1, new, before, after, consistent),
    ]
    if included:
        wrong = data.draw(st.integers(0, len(included) - 1))
        edited = [other(each) if n == wrong else each for n, each in enumerate(included)]
        refused.append(lambda: check_inclusion(old - 1, new, hash_, edited, after))
        refused.append(lambda: check_inclusion(old - 1, new, hash_, included[1:], after))
    if consistent:
        changed = data.draw(st.integers(0, len(consistent) - 1))
        bent = [other(each) if n == changed else each for n, each in enumerate(consistent)]
        refused.append(lambda: check_consistency(old, new, before, after, bent))
        refused.append(lambda: check_consistency(old, new, before, after, consistent[1:]))
    for attempt in refused:
        with pytest.raises(ProofRefused):
            attempt()


def test_everything_begins_with_nothing() -> None:
    root = bytes.fromhex(ROOTS[7])
    check_consistency(0, 8, EMPTY_ROOT, root, [])
    check_consistency(0, 0, EMPTY_ROOT, EMPTY_ROOT, [])
    for old, proof in ((root, []), (EMPTY_ROOT, [root])):
        with pytest.raises(ProofRefused):
            check_consistency(0, 8, old, root, proof)


def test_a_leaf_is_never_taken_for_a_node() -> None:
    """Two leaves' joined hashes as one leaf would otherwise give the same root."""
    one, two = leaf_hash(b"one"), leaf_hash(b"two")
    assert Kept([one + two]).growing.root != Kept([b"one", b"two"]).growing.root


@given(st.integers(1, 300))
def test_a_row_holds_two_hashes_on_average_and_a_proof_reads_few(size: int) -> None:
    kept = Kept([b""] * size)
    assert sum(map(len, kept.rows.values())) < 2 * HASH_BYTES * size
    read: list[int] = []

    def counted(leaves: Sequence[int]) -> Mapping[int, bytes]:
        read.extend(leaves)
        return kept.read(leaves)

    inclusion_proof(size // 2, size, counted)
    assert len(read) <= 2 * size.bit_length()


def test_a_row_that_is_missing_or_cut_is_told_by_its_leaf() -> None:
    kept = Kept(LEAVES)
    kept.rows[3] = kept.rows[3][:HASH_BYTES]
    with pytest.raises(TreeDamaged, match=r"^3$"):
        root_of(4, kept.read)
    del kept.rows[7]
    with pytest.raises(TreeDamaged, match=r"^7$"):
        root_of(8, kept.read)


def test_what_cannot_be_proved_is_no_proof() -> None:
    read = Kept(LEAVES).read
    for leaf in (8, -1):
        with pytest.raises(ValueError, match="tree"):
            inclusion_proof(leaf, 8, read)
    for old in (0, 9):
        with pytest.raises(ValueError, match="tree"):
            consistency_proof(old, 8, read)


def test_growing_goes_on_from_the_peaks_alone() -> None:
    for size in range(9):
        kept = Kept(LEAVES[:size])
        again = Growing(size, merkle.read_peaks(size, kept.read))
        for each in LEAVES[size:]:
            again.add(leaf_hash(each))
        assert again.root.hex() == ROOTS[7]
