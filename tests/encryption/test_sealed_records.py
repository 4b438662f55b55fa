"""Sealed records: bound to their id and purpose, under a key of their batch."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from hub.encryption.fields import Tampered
from hub.encryption.keystore import KeyMissing, KeyStore, KeyStoreUnavailable, SubjectErased
from hub.encryption.records import RecordSealer
from hub.encryption.suites import SUITES
from tests.encryption.conftest import ON_FILES, Place


@pytest.mark.parametrize(
    "value", [b"", b"1", 1, "1", None, b"\0\x80" * 50, {"姓名": "张三", "row": [1, None]}]
)
def test_bytes_and_json_come_back_as_they_were(keystore: KeyStore, value: Any) -> None:
    sealer, record = RecordSealer(keystore), uuid4()
    opened = sealer.open_(record, "quarantine", sealer.seal(record, "quarantine", value))
    assert opened == value
    assert type(opened) is type(value)


def test_a_record_opens_under_its_id_and_purpose_only(keystore: KeyStore) -> None:
    sealer, record, other, batch = RecordSealer(keystore), uuid4(), uuid4(), uuid4()
    token = sealer.seal(record, "quarantine", "张三", batch=batch)
    sealer.seal(other, "quarantine", "李四", batch=batch)
    with pytest.raises(Tampered):
        sealer.open_(other, "quarantine", token)
    with pytest.raises(Tampered):
        sealer.open_(record, "attachment", token)


def test_no_changed_byte_opens(keystore: KeyStore) -> None:
    sealer, record = RecordSealer(keystore), uuid4()
    token = sealer.seal(record, "quarantine", "张三")
    for position in range(len(token)):
        broken = bytearray(token)
        broken[position] ^= 1
        # A changed batch or key version names a key that never was.
        with pytest.raises((Tampered, KeyMissing)):
            sealer.open_(record, "quarantine", bytes(broken))
    for length in (0, 5, 20, len(token) - 1):
        with pytest.raises(Tampered):
            sealer.open_(record, "quarantine", token[:length])


def test_a_record_moved_to_another_batch_does_not_open(keystore: KeyStore) -> None:
    sealer, record, batch, other = RecordSealer(keystore), uuid4(), uuid4(), uuid4()
    token = sealer.seal(record, "quarantine", "张三", batch=batch)
    sealer.seal(record, "quarantine", "张三", batch=other)
    with pytest.raises(Tampered):
        sealer.open_(record, "quarantine", token[:5] + other.bytes + token[21:])


def test_a_relabelled_suite_does_not_open(
    keystore: KeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even if that suite computes the very same cipher: the label itself is bound."""
    monkeypatch.setitem(SUITES, b"X0", SUITES[b"A1"])
    sealer, record = RecordSealer(keystore), uuid4()
    token = sealer.seal(record, "quarantine", "张三")
    with pytest.raises(Tampered):
        sealer.open_(record, "quarantine", token[:1] + b"X0" + token[3:])


def test_a_batch_has_one_key(place: Place, keystore: KeyStore) -> None:
    sealer, batch = RecordSealer(keystore), uuid4()
    for _ in range(20):
        sealer.seal(uuid4(), "quarantine", "张三", batch=batch)
    rows = place.keys("subject, category")
    assert rows == [(batch.bytes, "record")]


def test_an_erased_batch_opens_no_more(keystore: KeyStore) -> None:
    sealer, record = RecordSealer(keystore), uuid4()
    token = sealer.seal(record, "quarantine", "张三")
    keystore.delete_keys(record)
    with pytest.raises(SubjectErased):
        sealer.open_(record, "quarantine", token)
    with pytest.raises(SubjectErased):
        sealer.seal(record, "quarantine", "张三")


@ON_FILES
def test_without_the_key_store_nothing_is_blank(tmp_path: Path, keystore: KeyStore) -> None:
    sealer, record = RecordSealer(keystore), uuid4()
    token = sealer.seal(record, "quarantine", "张三")
    (tmp_path / "keys.db").unlink()
    with pytest.raises(KeyStoreUnavailable):
        sealer.open_(record, "quarantine", token)
    with pytest.raises(KeyStoreUnavailable):
        sealer.seal(record, "quarantine", "张三")
