"""Sealed blobs: chunks that open only together, in order and in their place.

Source: privacy design, "Sealed fields" and "Attacks that must fail" 1 and 2.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.encryption.blobs import (
    CHUNK_BYTES,
    BlobContext,
    SealedBlob,
    blob_digest,
    content_id,
    open_blob,
    padded_size,
    seal_blob,
)
from hub.encryption.fields import Tampered
from hub.encryption.keystore import DataKey

KEY = DataKey(UUID(int=1), "visits", 1, bytes(range(32)))
PLACE = BlobContext(UUID(int=1), "visits", UUID(int=2), "village:1", "attachment")
CONTENT = bytes(range(256)) * (CHUNK_BYTES // 128)
"""More than two chunks with its length and padding."""


def opened(
    sealed: SealedBlob,
    chunks: Sequence[bytes] | None = None,
    *,
    key: bytes | None = None,
    place: BlobContext = PLACE,
    mark: bytes | None = None,
) -> bytes:
    """What opens of some chunks, whose digest is told as it is: whoever can put chunks into the
    store may have put a digest into a view as well."""
    chunks = sealed.chunks if chunks is None else chunks
    return open_blob(
        key or sealed.key, place, chunks, digest=blob_digest(chunks), mark=mark or sealed.mark
    )


@pytest.fixture(scope="module")
def sealed() -> SealedBlob:
    found = seal_blob(PLACE, CONTENT)
    assert len(found.chunks) == 3
    return found


@pytest.mark.parametrize("length", [0, 1, 31, CHUNK_BYTES - 8, CHUNK_BYTES, CHUNK_BYTES + 1])
def test_what_was_sealed_is_opened(length: int) -> None:
    content = b"x" * length
    assert opened(seal_blob(PLACE, content)) == content


@given(st.integers(0, 2**40))
def test_padding_adds_at_most_an_eighth_and_leaves_few_sizes(length: int) -> None:
    padded = padded_size(length)
    assert length <= padded <= max(length * 1.13, 1)
    assert padded_size(padded) == padded


@pytest.mark.parametrize(
    "changed",
    [
        {"subject": UUID(int=9)},
        {"category": "harm"},
        {"blob": UUID(int=9)},
        {"producer": "village:2"},
        {"purpose": "refused attachment"},
    ],
)
def test_it_opens_in_its_own_place_only(sealed: SealedBlob, changed: dict[str, Any]) -> None:
    with pytest.raises(Tampered):
        opened(sealed, place=replace(PLACE, **changed))


def test_chunks_open_in_their_order_and_number_only(sealed: SealedBlob) -> None:
    chunks = sealed.chunks
    others = seal_blob(PLACE, CONTENT).chunks
    wrong = [
        *(order for order in itertools.permutations(chunks) if order != chunks),
        chunks[:1],
        chunks[:2],
        (*chunks, chunks[-1]),
        (chunks[0], chunks[0], chunks[2]),
        # Of the same content for the same place, sealed another time.
        (chunks[0], others[1], chunks[2]),
        (),
    ]
    for each in wrong:
        with pytest.raises(Tampered):
            opened(sealed, each)


@pytest.mark.parametrize("chunk", [0, 1, 2])
def test_no_bit_of_any_chunk_can_be_changed(sealed: SealedBlob, chunk: int) -> None:
    for at in [*range(40), -1]:
        damaged = bytearray(sealed.chunks[chunk])
        damaged[at] ^= 1
        chunks = [*sealed.chunks]
        chunks[chunk] = bytes(damaged)
        with pytest.raises(Tampered):
            opened(sealed, chunks)


def test_another_key_another_mark_and_another_digest_open_nothing(sealed: SealedBlob) -> None:
    with pytest.raises(Tampered):
        opened(sealed, key=bytes(32))
    with pytest.raises(Tampered):
        opened(sealed, key=b"short")
    with pytest.raises(Tampered):
        opened(sealed, mark=bytes(32))
    with pytest.raises(Tampered):
        open_blob(sealed.key, PLACE, sealed.chunks, digest=bytes(32), mark=sealed.mark)


def test_the_same_content_is_never_sealed_alike() -> None:
    first, second = seal_blob(PLACE, b"same"), seal_blob(PLACE, b"same")
    assert len({first.digest, second.digest, first.mark, second.mark, first.key, second.key}) == 6


def test_a_sealed_blob_shows_no_key() -> None:
    found = seal_blob(PLACE, b"same")
    assert found.key.hex() not in repr(found)
    assert repr(found.key) not in repr(found)


def test_an_identifier_is_of_the_data_key_the_sender_and_the_content() -> None:
    assert content_id(KEY, "village:1", b"same") == content_id(KEY, "village:1", b"same")
    ids = {
        content_id(KEY, "village:1", b"same"),
        content_id(replace(KEY, key=bytes(32)), "village:1", b"same"),
        content_id(KEY, "village:2", b"same"),
        content_id(KEY, "village:1", b"other"),
    }
    assert len(ids) == 4


def test_the_digest_is_of_each_chunk_by_itself() -> None:
    assert blob_digest([b"ab", b"c"]) != blob_digest([b"a", b"bc"])
