"""A release opens for the organisation that asked, as the answer to that asking, for half a minute,
and only if the hub signed it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub.encryption.derive import frame, unframe
from hub.releases.keys import NotTheKeys, OrganisationKeys
from hub.releases.wire import (
    LASTS,
    SKEW,
    Asking,
    AskingRefused,
    ReleaseForged,
    ask,
    make_release,
    open_release,
    read_asking,
)

HUB = Ed25519PrivateKey.generate()
KEYS = OrganisationKeys.generate(HUB.public_key())
OTHER = OrganisationKeys.generate(HUB.public_key())
ME, SOMEBODY = "school:3101170001", "school:3101170002"
NOW = datetime(2025, 3, 3, 1, tzinfo=UTC)
CONTENT = {"keys": ["示例"]}


def read(asking: bytes, now: datetime = NOW) -> Asking:
    return read_asking(asking, {ME: KEYS.public, SOMEBODY: OTHER.public}.get, now)[0]


def asked(now: datetime = NOW) -> tuple[bytes, bytes]:
    return ask(KEYS, ME, CONTENT, now)


def release(
    signing: Ed25519PrivateKey = HUB, now: datetime = NOW, to: OrganisationKeys = KEYS
) -> tuple[bytes, bytes]:
    """A nonce, and what answers it."""
    nonce, asking = asked(now)
    return nonce, make_release(signing, read(asking, now), to.public, CONTENT, now)


# -- asking --------------------------------------------------------------------------------------


def test_an_asking_tells_who_asks_and_what() -> None:
    nonce, asking = asked()
    found = read(asking)
    assert (found.organisation, found.nonce, found.content, found.at) == (ME, nonce, CONTENT, NOW)
    assert asked()[0] != nonce


def refused(asking: bytes, now: datetime = NOW) -> str:
    with pytest.raises(AskingRefused) as error:
        read(asking, now)
    return error.value.code


def test_nobody_asks_in_anothers_name() -> None:
    _, asking = ask(OTHER, ME, CONTENT, NOW)
    assert refused(asking) == "SIGNATURE"
    _, asking = ask(KEYS, "school:3101179999", CONTENT, NOW)
    assert refused(asking) == "NO_KEYS"


@pytest.mark.parametrize("part", range(4))
def test_no_part_of_an_asking_can_be_changed(part: int) -> None:
    other = [SOMEBODY.encode(), bytes(16), b"2025-03-03T01:00:01.000+00:00", b"{}"][part]
    parts = unframe(asked()[1], 5)
    parts[part] = other
    assert refused(frame(*parts)) == "SIGNATURE"


@pytest.mark.parametrize("bad", [b"", b"\x00", b"x" * 100, frame(b"a", b"b")])
def test_what_is_no_asking_is_refused(bad: bytes) -> None:
    assert refused(bad) == "MALFORMED"


@pytest.mark.parametrize("by", [SKEW + timedelta(seconds=1), -SKEW - timedelta(seconds=1)])
def test_an_asking_of_another_moment_is_refused(by: timedelta) -> None:
    _, asking = asked(NOW)
    assert read(asking, NOW + SKEW).content == CONTENT
    assert refused(asking, NOW + by) == "CLOCK"


# -- release -------------------------------------------------------------------------------------


def test_a_release_opens_for_whom_it_answers() -> None:
    nonce, made = release()
    found = open_release(KEYS, ME, nonce, made, NOW)
    assert found.content == CONTENT
    assert found.until == NOW + LASTS
    assert "示例".encode() not in made


def forged(made: bytes, nonce: bytes, **how: object) -> str:
    keys = how.get("keys", KEYS)
    assert isinstance(keys, OrganisationKeys)
    now = how.get("now", NOW)
    assert isinstance(now, datetime)
    with pytest.raises(ReleaseForged) as error:
        open_release(keys, str(how.get("me", ME)), nonce, made, now)
    return error.value.reason


def test_a_release_that_the_hub_did_not_sign_is_refused() -> None:
    nonce, made = release(signing=Ed25519PrivateKey.generate())
    assert forged(made, nonce) == "not signed by the hub"


def test_a_release_for_another_organisation_is_refused() -> None:
    nonce, made = release()
    assert forged(made, nonce, me=SOMEBODY, keys=OTHER) == "another organisation's"


def test_a_release_sealed_to_another_is_refused() -> None:
    nonce, made = release(to=OTHER)
    assert forged(made, nonce) == "sealed to somebody else"


def test_a_release_for_another_asking_is_refused() -> None:
    _, made = release()
    assert forged(made, asked()[0]) == "the answer to another asking"


def test_a_release_is_refused_once_it_has_expired() -> None:
    nonce, made = release()
    last = NOW + LASTS + SKEW - timedelta(milliseconds=1)
    assert open_release(KEYS, ME, nonce, made, last).content == CONTENT
    assert forged(made, nonce, now=NOW + LASTS + SKEW) == "expired"
    assert forged(made, nonce, now=NOW - SKEW - timedelta(seconds=1)) == "expired"


@pytest.mark.parametrize("part", range(5))
def test_no_part_of_a_release_can_be_changed(part: int) -> None:
    nonce, made = release()
    parts = unframe(made, 5)
    parts[part] = bytes([parts[part][0] ^ 1]) + parts[part][1:]
    assert forged(frame(*parts), nonce) in {"not signed by the hub", "no release"}


@pytest.mark.parametrize("cut", [0, 1, 40, -1])
def test_a_release_that_was_cut_off_is_refused(cut: int) -> None:
    nonce, made = release()
    assert forged(made[:cut], nonce) == "no release"


def test_two_organisations_texts_never_frame_alike() -> None:
    assert frame(b"ab", b"c") != frame(b"a", b"bc")
    assert unframe(frame(b"ab", b"", b"c"), 3) == [b"ab", b"", b"c"]
    for bad in (frame(b"a", b"b"), frame(b"a", b"b", b"c") + b"d", b"\x00\x00\x00"):
        with pytest.raises(ValueError, match="not framed"):
            unframe(bad, 3)


# -- the file ------------------------------------------------------------------------------------


def test_the_keys_lie_in_one_private_file_that_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "organisation.pem"
    KEYS.write(path)
    assert path.stat().st_mode & 0o777 == 0o600
    found = OrganisationKeys.read(path)
    assert found.public == KEYS.public
    assert found.hub == KEYS.hub
    with pytest.raises(FileExistsError):
        OTHER.write(path)
    assert OrganisationKeys.read(path).public == KEYS.public


def _swapped(text: bytes) -> bytes:
    blocks = text.split(b"-----BEGIN PRIVATE KEY-----")
    head, first, second = blocks
    begin = b"-----BEGIN PRIVATE KEY-----"
    end = second.index(b"-----BEGIN PUBLIC KEY-----")
    return head + begin + second[:end] + begin + first + second[end:]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: b"",
        lambda text: text[: len(text) // 2],
        _swapped,
        lambda text: text.replace(b"PUBLIC", b"PRIVATE"),
    ],
    ids=["empty", "cut off", "the two private keys swapped", "no public key"],
)
def test_a_file_that_does_not_hold_the_keys_is_told(
    tmp_path: Path, change: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "organisation.pem"
    KEYS.write(path)
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(NotTheKeys) as error:
        OrganisationKeys.read(path)
    assert error.value.args == ()


def test_what_is_shown_of_the_keys_is_no_key() -> None:
    assert repr(KEYS).count("=") == 1
