"""Sealed fields: a token opens in its place, whole, and nowhere else."""

from __future__ import annotations

import multiprocessing
import os
from dataclasses import replace
from multiprocessing.connection import Connection
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.encryption.derive import expand, frame
from hub.encryption.fields import (
    FORMAT,
    FieldContext,
    Tampered,
    key_version,
    open_,
    open_with_subkey,
    seal,
    subkey,
    subkey_of,
    under_own_key,
)
from hub.encryption.keystore import DataKey
from hub.encryption.padding import pad, unpad
from hub.encryption.suites import SUITES

CHILD = uuid4()
KEY = DataKey(CHILD, "who", 3, os.urandom(32))
PLACE = FieldContext(
    subject=CHILD,
    category="who",
    field="guardian.name",
    event_id=uuid4(),
    stream=uuid4(),
    version=7,
    topic="dropout.suspected.v1",
    producer="SCH-0001",
)
VALUE = "张小明"
ELSEWHERE: dict[str, Any] = {
    "subject": uuid4(),
    "category": "harm",
    "field": "guardian.phone",
    "event_id": uuid4(),
    "stream": uuid4(),
    "version": 8,
    "topic": "dropout.suspected.v2",
    "producer": "SCH-0002",
    "flag": True,
    "about": uuid4(),
}

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


@given(json_values)
def test_what_was_sealed_is_opened(value: Any) -> None:
    token = seal(KEY, PLACE, value)
    assert open_(KEY, PLACE, token) == value
    assert key_version(token) == 3


def test_the_key_of_one_field_opens_that_field_and_no_other() -> None:
    """What a release hands out instead of the data key."""
    token = seal(KEY, PLACE, VALUE)
    field_key = subkey_of(KEY, PLACE, token)
    assert field_key not in (KEY.key, subkey_of(KEY, PLACE, token)[::-1])
    assert open_with_subkey(field_key, PLACE, token) == VALUE
    beside = replace(PLACE, field="guardian.phone")
    with pytest.raises(Tampered):
        open_with_subkey(field_key, beside, seal(KEY, beside, VALUE))


def test_a_field_under_its_records_own_key_says_so_and_is_bound_to_whom_it_is_about() -> None:
    """封存: the record's key can be taken away alone; the field may not pass to another child."""
    own = replace(PLACE, about=uuid4())
    token = seal(KEY, own, VALUE)
    assert under_own_key(token)
    assert not under_own_key(seal(KEY, PLACE, VALUE))
    assert open_(KEY, own, token) == VALUE
    for elsewhere in (replace(own, about=uuid4()), PLACE):
        with pytest.raises(Tampered):
            open_(KEY, elsewhere, token)
    as_another_format = bytes((FORMAT,)) + token[1:]
    for place in (own, PLACE):
        with pytest.raises(Tampered):
            open_(KEY, place, as_another_format)


@pytest.mark.parametrize(
    "key",
    [
        DataKey(uuid4(), "who", 3, KEY.key),
        DataKey(CHILD, "harm", 3, KEY.key),
        DataKey(CHILD, "who", 4, KEY.key),
    ],
    ids=["another child's", "another category's", "another version's"],
)
def test_no_field_key_is_made_of_another_data_key(key: DataKey) -> None:
    with pytest.raises(Tampered):
        subkey_of(key, PLACE, seal(KEY, PLACE, VALUE))


def test_the_tests_move_every_element_of_the_context() -> None:
    assert set(ELSEWHERE) == set(FieldContext.__slots__)


@pytest.mark.parametrize("element", ELSEWHERE)
def test_a_token_moved_elsewhere_does_not_open(element: str) -> None:
    moved = replace(PLACE, **{element: ELSEWHERE[element]})
    key = replace_key(KEY, moved)
    here, there = seal(KEY, PLACE, VALUE), seal(key, moved, "李小红")
    assert open_(KEY, PLACE, here) == VALUE
    assert open_(key, moved, there) == "李小红"
    for wrong_key, place, token in [
        (KEY, PLACE, there),
        (key, moved, here),
        (KEY, moved, here),
        (key, PLACE, there),
    ]:
        with pytest.raises(Tampered):
            open_(wrong_key, place, token)


@pytest.mark.parametrize("element", ELSEWHERE)
def test_the_associated_data_alone_binds_every_element(element: str) -> None:
    """Whoever holds the field's very subkey still cannot open it under another header."""
    field_key = subkey(KEY.key, b"A1", PLACE.event_id, PLACE.field)
    token = seal(KEY, PLACE, VALUE)
    assert open_with_subkey(field_key, PLACE, token) == VALUE
    with pytest.raises(Tampered):
        open_with_subkey(field_key, replace(PLACE, **{element: ELSEWHERE[element]}), token)


def replace_key(key: DataKey, place: FieldContext) -> DataKey:
    """The same key bytes for another place, so that only the binding can refuse."""
    return DataKey(place.subject, place.category, key.version, key.key)


def test_a_moved_boundary_between_texts_does_not_open() -> None:
    key = DataKey(CHILD, "ab", 1, KEY.key)
    place = replace(PLACE, category="ab", topic="t.v1", producer="2P")
    token = seal(key, place, VALUE)
    field_key = subkey(key.key, b"A1", place.event_id, place.field)
    for moved in (
        replace(place, topic="t.v12", producer="P"),
        replace(place, topic="t.v", producer="12P"),
        replace(place, category="abguardian", field=".name"),
    ):
        with pytest.raises(Tampered):
            open_with_subkey(field_key, moved, token)


def test_no_changed_byte_of_the_token_opens() -> None:
    token = seal(KEY, PLACE, VALUE)
    for position in range(len(token)):
        for bit in (1, 0x80):
            broken = bytearray(token)
            broken[position] ^= bit
            with pytest.raises(Tampered):
                open_(KEY, PLACE, bytes(broken))


@pytest.mark.parametrize("length", [0, 1, 4, 5, 16, 17, 32, -1])
def test_no_cut_token_opens(length: int) -> None:
    with pytest.raises(Tampered):
        open_(KEY, PLACE, seal(KEY, PLACE, VALUE)[:length])


def test_no_lengthened_token_opens() -> None:
    with pytest.raises(Tampered):
        open_(KEY, PLACE, seal(KEY, PLACE, VALUE) + b"\0")


def test_another_version_of_the_data_key_does_not_open() -> None:
    token = seal(KEY, PLACE, VALUE)
    for key in (DataKey(CHILD, "who", 4, KEY.key), DataKey(CHILD, "who", 3, os.urandom(32))):
        with pytest.raises(Tampered):
            open_(key, PLACE, token)
    relabelled = token[:3] + (4).to_bytes(2, "big") + token[5:]
    with pytest.raises(Tampered):
        open_(DataKey(CHILD, "who", 4, KEY.key), PLACE, relabelled)


@pytest.mark.parametrize("suite", [b"A0", b"G2", b"a1", b"\0\0"])
def test_an_unknown_suite_is_refused(suite: bytes) -> None:
    token = seal(KEY, PLACE, VALUE)
    with pytest.raises(Tampered):
        open_(KEY, PLACE, token[:1] + suite + token[3:])


def test_a_token_relabelled_to_another_allowed_suite_does_not_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Even if that suite computes the very same cipher: the label itself is bound."""
    monkeypatch.setitem(SUITES, b"X0", SUITES[b"A1"])
    token = seal(KEY, PLACE, VALUE)
    relabelled = token[:1] + b"X0" + token[3:]
    with pytest.raises(Tampered):
        open_(KEY, PLACE, relabelled)
    with pytest.raises(Tampered):
        open_with_subkey(subkey(KEY.key, b"A1", PLACE.event_id, PLACE.field), PLACE, relabelled)


@pytest.mark.parametrize("field", ["", "name", "guardian.name", "监护人"])
def test_a_subkey_is_derived_from_event_and_field_framed(field: str) -> None:
    event = uuid4()
    framed = frame(b"hub field 1", b"A1", event.bytes, field.encode())
    assert subkey(KEY.key, b"A1", event, field) == expand(KEY.key, framed)


def test_a_subkey_opens_its_field_only() -> None:
    released = subkey(KEY.key, b"A1", PLACE.event_id, PLACE.field)
    assert released != KEY.key
    assert open_with_subkey(released, PLACE, seal(KEY, PLACE, VALUE)) == VALUE
    for other in (replace(PLACE, field="guardian.phone"), replace(PLACE, event_id=uuid4())):
        with pytest.raises(Tampered):
            open_with_subkey(released, other, seal(KEY, other, VALUE))


def test_sealing_refuses_a_key_of_another_child_or_category() -> None:
    for key in (DataKey(uuid4(), "who", 1, KEY.key), DataKey(CHILD, "harm", 1, KEY.key)):
        with pytest.raises(ValueError, match="data key"):
            seal(key, PLACE, VALUE)


@pytest.mark.parametrize(
    "value", [{"secret-name": UUID(int=1)}, float("nan"), "secret-name\ud800", {b"secret-name": 1}]
)
def test_what_is_no_json_is_refused_without_being_repeated(value: Any) -> None:
    with pytest.raises(ValueError, match="no JSON") as refused:
        seal(KEY, PLACE, value)
    assert "secret-name" not in str(refused.value)
    assert refused.value.__suppress_context__


# Padding


def test_padding_hides_the_length_of_a_name() -> None:
    lengths = {len(seal(KEY, PLACE, name)) for name in ("李", "张三", "欧阳小明明", None, True, 7)}
    assert len(lengths) == 1


def test_the_same_value_never_gives_the_same_token() -> None:
    assert seal(KEY, PLACE, VALUE) != seal(KEY, PLACE, VALUE)


@given(st.binary(max_size=5000))
def test_padding_fills_a_power_of_two_and_comes_off(content: bytes) -> None:
    padded = pad(content)
    assert len(padded) >= 32
    assert len(padded) & (len(padded) - 1) == 0
    assert len(padded) > len(content) >= (0 if len(padded) == 32 else len(padded) // 2)
    assert unpad(padded) == content


@pytest.mark.parametrize(
    ("length", "full"),
    [(0, 32), (30, 32), (31, 32), (32, 64), (63, 64), (64, 128), (127, 128), (128, 256)],
)
def test_padding_at_the_edges_of_buckets(length: int, full: int) -> None:
    for content in (b"\x80" * length, b"\0" * length):
        assert len(pad(content)) == full
        assert unpad(pad(content)) == content


@pytest.mark.parametrize(
    "padded", [b"", b"\0" * 32, b"x" * 32, pad(b"x") + b"\0", pad(b"x")[:-1], b"x\x80" + bytes(62)]
)
def test_what_padding_cannot_have_made_is_refused(padded: bytes) -> None:
    with pytest.raises(ValueError, match="padded"):
        unpad(padded)


# Nonces


def _nonces(count: int, out: Connection) -> None:
    out.send_bytes(b"".join(seal(KEY, PLACE, VALUE)[5:17] for _ in range(count)))


def test_forked_workers_never_repeat_a_nonce() -> None:
    each, forks = 5_000, 4
    seal(KEY, PLACE, VALUE)  # whatever state there is, the children inherit it
    context = multiprocessing.get_context("fork")
    pipes = [context.Pipe(duplex=False) for _ in range(forks)]
    workers = [context.Process(target=_nonces, args=(each, sender)) for _, sender in pipes]
    for worker in workers:
        worker.start()
    seen: list[bytes] = []
    for (receiver, _), worker in zip(pipes, workers, strict=True):
        assert receiver.poll(30)
        drawn = receiver.recv_bytes()
        seen += [drawn[start : start + 12] for start in range(0, len(drawn), 12)]
        worker.join(30)
    assert len(seen) == each * forks == len(set(seen))
