"""An agency's record is sealed to the hub: it opens there, as what it was, and nowhere else."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from hub.messaging.inbound import CannotOpen, key_id, open_record, seal_record

HUB = X25519PrivateKey.generate()
BODY = "示例甲，旷课 7 天".encode()
PLACE = ("school:3101170001", "education.absence", "2025-0001")


def sealed(body: bytes = BODY) -> bytes:
    return seal_record(HUB.public_key(), *PLACE, body)


@given(st.binary(max_size=5000))
def test_what_is_sealed_opens_at_the_hub(body: bytes) -> None:
    assert open_record([HUB], *PLACE, sealed(body)) == body


def test_the_token_holds_nothing_plain_and_is_another_each_time() -> None:
    token = sealed()
    assert BODY not in token
    assert PLACE[0].encode() not in token
    assert token != sealed()


def test_the_length_tells_little() -> None:
    assert {len(sealed(b"x" * length)) for length in range(32)} == {len(sealed(b""))}


@pytest.mark.parametrize(
    "place",
    [
        ("school:3101170002", "education.absence", "2025-0001"),
        ("school:3101170001", "education.return", "2025-0001"),
        ("school:3101170001", "education.absence", "2025-0002"),
        # The same letters with a boundary moved.
        ("school:3101170001e", "ducation.absence", "2025-0001"),
        ("school:3101170001", "education.absence2", "025-0001"),
        ("school:3101170001education.absence", "", "2025-0001"),
    ],
)
def test_a_record_opens_only_as_what_it_was_sealed_as(place: tuple[str, str, str]) -> None:
    token = sealed()
    with pytest.raises(CannotOpen, match="not what was sealed"):
        open_record([HUB], *place, token)


def test_no_edited_byte_goes_unnoticed() -> None:
    token = sealed()
    for at in range(len(token)):
        for bit in (1, 128):
            edited = bytearray(token)
            edited[at] ^= bit
            with pytest.raises(CannotOpen):
                open_record([HUB], *PLACE, bytes(edited))


@pytest.mark.parametrize("cut", [0, 1, 9, 40, 88, -1])
def test_a_cut_token_does_not_open(cut: int) -> None:
    with pytest.raises(CannotOpen):
        open_record([HUB], *PLACE, sealed()[:cut])
    with pytest.raises(CannotOpen):
        open_record([HUB], *PLACE, sealed() + b"\0")


def test_nobody_elses_key_opens_it() -> None:
    with pytest.raises(CannotOpen, match="another key"):
        open_record([X25519PrivateKey.generate()], *PLACE, sealed())


def test_a_former_key_still_opens_what_was_sealed_to_it() -> None:
    present = X25519PrivateKey.generate()
    assert open_record([present, HUB], *PLACE, sealed()) == BODY
    assert key_id(present.public_key()) != key_id(HUB.public_key())


def test_the_refusal_repeats_nothing() -> None:
    with pytest.raises(CannotOpen) as caught:
        open_record([HUB], PLACE[0], "示例种类", PLACE[2], sealed())
    assert "示例" not in str(caught.value)
    assert caught.value.__suppress_context__
