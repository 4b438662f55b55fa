"""The suites of the allow-list: each seals and opens, and none passes for another."""

from __future__ import annotations

import hashlib
import os
from base64 import b64decode
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from hub.encryption.blobs import BlobContext, blob_digest, open_blob, seal_blob
from hub.encryption.fields import Tampered, open_, open_with_subkey, seal, subkey, subkey_of
from hub.encryption.records import RecordSealer
from hub.encryption.root import RootKeystore
from hub.encryption.suites import SUITES
from hub.settings import Settings
from tests.encryption.conftest import Place
from tests.encryption.test_sealed_fields import ELSEWHERE, KEY, PLACE, VALUE, replace_key
from tests.program import SCHOOL, a_name, absent, child_of, pupil, reader, running, take

each_suite = pytest.mark.parametrize("suite", sorted(SUITES))


def test_there_are_two_suites_and_no_more() -> None:
    assert set(SUITES) == {b"A1", b"G1"}


@each_suite
@given(value=st.text() | st.integers() | st.lists(st.text(), max_size=3))
def test_what_was_sealed_is_opened(suite: bytes, value: Any) -> None:
    token = seal(KEY, PLACE, value, suite)
    assert token[1:3] == suite
    assert open_(KEY, PLACE, token) == value


@each_suite
@pytest.mark.parametrize("element", ELSEWHERE)
def test_the_associated_data_binds_every_element(suite: bytes, element: str) -> None:
    moved = replace(PLACE, **{element: ELSEWHERE[element]})
    token = seal(KEY, PLACE, VALUE, suite)
    field_key = subkey_of(KEY, PLACE, token)
    assert open_with_subkey(field_key, PLACE, token) == VALUE
    with pytest.raises(Tampered):
        open_with_subkey(field_key, moved, token)
    with pytest.raises(Tampered):
        open_(replace_key(KEY, moved), moved, token)


@each_suite
def test_no_changed_byte_and_no_cut_opens(suite: bytes) -> None:
    token = seal(KEY, PLACE, VALUE, suite)
    for position in range(len(token)):
        broken = bytearray(token)
        broken[position] ^= 1
        with pytest.raises(Tampered):
            open_(KEY, PLACE, bytes(broken))
    for length in (0, 5, 17, 32, len(token) - 1):
        with pytest.raises(Tampered):
            open_(KEY, PLACE, token[:length])


@pytest.mark.parametrize(("real", "claimed"), [(b"A1", b"G1"), (b"G1", b"A1")])
def test_a_token_relabelled_to_the_other_suite_does_not_open(real: bytes, claimed: bytes) -> None:
    token = seal(KEY, PLACE, VALUE, real)
    relabelled = token[:1] + claimed + token[3:]
    with pytest.raises(Tampered):
        open_(KEY, PLACE, relabelled)
    for suite in (real, claimed):
        with pytest.raises(Tampered):
            open_with_subkey(subkey(KEY.key, suite, PLACE.event_id, PLACE.field), PLACE, relabelled)


def test_each_suite_has_subkeys_of_its_own() -> None:
    assert len({subkey(KEY.key, suite, PLACE.event_id, PLACE.field) for suite in SUITES}) == 2


def test_g1_is_sm4_gcm() -> None:
    """The published vector of RFC 8998, appendix A.1."""
    key = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
    nonce = bytes.fromhex("00001234567800000000ABCD")
    aad = bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2")
    plain = bytes.fromhex("".join(each * 8 for each in ("AA", "BB", "CC", "DD", "EE", "FF")))
    plain += bytes.fromhex("EE" * 8 + "AA" * 8)
    sealed = bytes.fromhex(
        "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735"
        "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D"
        "83DE3541E4C2B58177E065A9BF7B62EC"
    )
    g1 = SUITES[b"G1"]
    assert g1.encrypt(key, nonce, plain, aad) == sealed
    assert g1.decrypt(key, nonce, sealed, aad) == plain


def test_g1_derives_by_sm3() -> None:
    """HKDF-Expand as RFC 5869 §2.3 and RFC 2104 spell it out, over the SM3 of another library."""
    key, info = os.urandom(32), b"info"

    def sm3(content: bytes) -> bytes:
        return hashlib.new("sm3", content).digest()

    padded = key.ljust(64, b"\0")
    inner = sm3(bytes(each ^ 0x36 for each in padded) + info + b"\x01")
    assert SUITES[b"G1"].derive(key, info) == sm3(bytes(each ^ 0x5C for each in padded) + inner)


@each_suite
@pytest.mark.parametrize("length", [4, 8, 12, 15])
def test_a_shortened_tag_is_refused(suite: bytes, length: int) -> None:
    key, nonce = os.urandom(32), os.urandom(12)
    sealed = SUITES[suite].encrypt(key, nonce, b"", b"")
    assert SUITES[suite].decrypt(key, nonce, sealed, b"") == b""
    with pytest.raises(InvalidTag):
        SUITES[suite].decrypt(key, nonce, sealed[:length], b"")


@pytest.mark.parametrize("length", [8, 11, 13, 16])
def test_a_nonce_of_another_length_is_refused(length: int) -> None:
    key, g1 = os.urandom(32), SUITES[b"G1"]
    with pytest.raises(ValueError, match="12 bytes"):
        g1.encrypt(key, os.urandom(length), b"x", b"")
    with pytest.raises(ValueError, match="12 bytes"):
        g1.decrypt(key, os.urandom(length), bytes(32), b"")


@each_suite
def test_records_are_sealed_by_the_key_stores_suite(
    place: Place, root: RootKeystore, suite: bytes
) -> None:
    record = uuid4()
    token = RecordSealer(place.key_store(root, suite=suite)).seal(record, "row", {"name": VALUE})
    assert token[1:3] == suite
    for reading in SUITES:
        store = place.key_store(root, suite=reading)
        assert RecordSealer(store).open_(record, "row", token) == {"name": VALUE}


@each_suite
def test_attachments_are_sealed_by_each_suite(suite: bytes) -> None:
    context = BlobContext(uuid4(), "harm", uuid4(), "police:310117", "stated")
    blob = seal_blob(context, b"content", suite)
    parts = blob.key, context, blob.chunks
    assert open_blob(*parts, digest=blob.digest, mark=blob.mark) == b"content"
    (other,) = set(SUITES) - {suite}
    chunks = [chunk[:1] + other + chunk[3:] for chunk in blob.chunks]
    with pytest.raises(Tampered):
        open_blob(blob.key, context, chunks, digest=blob_digest(chunks), mark=blob.mark)


def test_a_suite_that_is_not_on_the_list_is_no_setting(
    place: Place, root: RootKeystore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ValueError, match="suite"):
        place.key_store(root, suite=b"A0")
    monkeypatch.setenv("HUB_SUITE", "A0")
    with pytest.raises(ValidationError):
        Settings()


def test_a_store_written_half_under_each_suite_reads_fully(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given records sealed by A1; when the deployment changes to G1, and back; then every reader
    reads every record, and new versions of data keys change nothing of that."""
    root = tmp_path / "data"
    for number, suite in enumerate(("A1", "G1", "A1"), 1):
        monkeypatch.setenv("HUB_SUITE", suite)
        with running(root) as hub:
            assert hub.keys.suite == suite.encode()
            take(hub, SCHOOL, "education.absence", absent(pupil(number)))
            children = [child_of(hub, pupil(number)) for number in range(1, number + 1)]
            hub.keys.new_version(UUID(children[0]), "who")
    for suite in ("G1", "A1"):
        monkeypatch.setenv("HUB_SUITE", suite)
        with running(root) as hub:
            hub.settle()
            facts = hub.store.history(list(map(UUID, children)), hub.store.position)
            tokens = [b64decode(each[3]) for fact in facts for each in fact.sealed.values()]
            assert {token[1:3] for token in tokens} == {b"A1", b"G1"}
            for number, child in enumerate(children, 1):
                shown = hub.queries.child_file(reader(SCHOOL), child)
                assert shown is not None
                assert shown.fields["name"] == a_name(number)
