"""Keys that were destroyed, forged or revoked open nothing, whatever was kept of them.

Source: privacy design, "Attacks that must fail" 1, 2, 6, 7, 9, 10 and 15.
"""

from __future__ import annotations

import multiprocessing
import random
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.organisations import Seat
from hub.bootstrap import Program
from hub.clock import SetClock
from hub.encryption import fields
from hub.encryption.derive import frame
from hub.encryption.fields import Tampered, open_, seal
from hub.encryption.keystore import (
    DataKey,
    KeyMissing,
    KeyStore,
    KeyStoreStale,
    KeyStoreUnavailable,
    KeyTampered,
    commitment,
)
from hub.encryption.root import RootKeystore, bucket_of
from hub.encryption.suites import SUITES
from hub.keyservice import Marker
from tests.adversary.conftest import AFTERWARDS
from tests.adversary.job import Job
from tests.encryption.collision import two_key_collision
from tests.encryption.test_root_keystore import CHEAP
from tests.encryption.test_sealed_fields import ELSEWHERE, KEY, PLACE, VALUE, replace_key
from tests.program import CIVIL_AFFAIRS, reader, rows, running, view_file
from tests.storage.opening import key_store

pytestmark = pytest.mark.adversary

each_suite = pytest.mark.parametrize("suite", sorted(SUITES))


def name_of(hub: Program, child: str) -> Any:
    """A child's name as civil affairs is shown it."""
    found = hub.queries.child_file(reader(CIVIL_AFFAIRS), child)
    assert found is not None
    return found.fields["name"]


# -- 1 and 2: a token elsewhere, under an edited header, or of another suite ----------------------


@pytest.mark.attack(1)
@pytest.mark.attack(2)
@each_suite
@pytest.mark.parametrize("element", ELSEWHERE)
def test_a_token_opens_under_no_other_header(suite: bytes, element: str) -> None:
    """Not even for whoever has the very bytes of its data key."""
    moved = replace(PLACE, **{element: ELSEWHERE[element]})
    token = seal(KEY, PLACE, VALUE, suite)
    for moved_token in (token, bytes([moved.format]) + token[1:]):
        with pytest.raises(Tampered):
            open_(replace_key(KEY, moved), moved, moved_token)


@pytest.mark.attack(1, broken="header and place are bound neither by subkey nor associated data")
@pytest.mark.attack(2, broken="header and place are bound neither by subkey nor associated data")
@each_suite
@pytest.mark.parametrize("element", ELSEWHERE)
def test_without_the_binding_it_opens_under_every_header(
    suite: bytes, element: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fields, "_associated", lambda *_: b"")
    monkeypatch.setattr(fields, "subkey", lambda key, *_: key)
    moved = replace(PLACE, **{element: ELSEWHERE[element]})
    # Whoever moves a token can say of it that it is of the format which the new place asks for.
    token = bytes([moved.format]) + seal(KEY, PLACE, VALUE, suite)[1:]
    assert open_(replace_key(KEY, moved), moved, token) == VALUE


def relabelled(token: bytes, suite: bytes) -> bytes:
    return token[:1] + suite + token[3:]


@pytest.mark.attack(2)
@pytest.mark.parametrize(("real", "claimed"), [(b"A1", b"G1"), (b"G1", b"A1"), (b"A1", b"X0")])
def test_a_downgraded_suite_opens_nothing(
    real: bytes, claimed: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """X0 is a suite of the very same cipher, as if an older one were let in by mistake."""
    monkeypatch.setitem(SUITES, b"X0", SUITES[b"A1"])
    with pytest.raises(Tampered):
        open_(KEY, PLACE, relabelled(seal(KEY, PLACE, VALUE, real), claimed))


@pytest.mark.attack(2, broken="the suite's label is bound neither by subkey nor associated data")
def test_without_the_bound_label_a_downgrade_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SUITES, b"X0", SUITES[b"A1"])
    real, derived = fields._associated, fields.subkey
    monkeypatch.setattr(
        fields, "_associated", lambda place, _, version: real(place, b"--", version)
    )
    monkeypatch.setattr(fields, "subkey", lambda key, _, *where: derived(key, b"A1", *where))
    assert open_(KEY, PLACE, relabelled(seal(KEY, PLACE, VALUE, b"A1"), b"X0")) == VALUE


# -- 6: a warm key cache in another process -------------------------------------------------------


@pytest.mark.attack(6)
def test_a_warm_cache_is_refused_as_soon_as_another_process_erases(hub: Program, job: Job) -> None:
    child = job.children["己"]
    assert name_of(hub, child) == name_of(hub, child), "its cache is warm"
    with running(job.root, SetClock(AFTERWARDS)) as other:
        other.keys.fence(UUID(child))
    assert name_of(hub, child) == Marker.ERASED.value


@pytest.mark.attack(6, broken="the revocation counter is not looked at")
def test_without_the_counter_a_warm_cache_would_go_on(
    hub: Program, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = job.children["己"]
    counter = hub.keys.revocation_counter()
    name = name_of(hub, child)
    with running(job.root, SetClock(AFTERWARDS)) as other:
        other.keys.fence(UUID(child))
    monkeypatch.setattr(KeyStore, "revocation_counter", lambda _: counter)
    monkeypatch.setattr(hub.keys._cache, "_max_age", 3600.0)
    assert name_of(hub, child) == name != Marker.ERASED.value


# -- 7: the key database as it was before the erasure ---------------------------------------------


def erased_and_restored(job: Job, child: str) -> str:
    """Erase the child's keys with its bucket rotated, then put back the key database of before.
    Gives the child's name as it was shown."""
    backup = job.root.parent / "backup.sqlite"
    with running(job.root, SetClock(AFTERWARDS)) as hub:
        name = str(name_of(hub, child))
        with closing(sqlite3.connect(job.root / "keys.sqlite")) as connection:
            connection.execute("VACUUM INTO ?", (str(backup),))
        hub.keys.delete_keys(UUID(child))
        hub.keys.rotate_bucket(bucket_of(UUID(child)))
        assert name_of(hub, child) == Marker.ERASED.value
    for path in job.root.glob("keys.sqlite*"):
        path.unlink()
    shutil.copy(backup, job.root / "keys.sqlite")
    return name


@pytest.mark.attack(7)
def test_the_key_database_of_before_the_erasure_opens_nothing(job: Job) -> None:
    child = job.children["己"]
    erased_and_restored(job, child)
    with running(job.root, SetClock(AFTERWARDS)) as hub:
        with pytest.raises(KeyStoreStale):
            name_of(hub, child)
        for category in ("who", "contact", "schooling"):
            with pytest.raises(KeyStoreStale):
                hub.keys.get(UUID(child), category, 1)
        others = [
            each
            for each in job.children.values()
            if bucket_of(UUID(each)) != bucket_of(UUID(child))
        ]
        assert all(str(name_of(hub, each))[:1] != "〔" for each in others), "others' do open"


@pytest.mark.attack(7, broken="the older epoch key is not destroyed")
def test_with_the_epoch_key_kept_it_would_open(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RootKeystore, "destroy_epoch", lambda *_: None)
    child = job.children["己"]
    name = erased_and_restored(job, child)
    with running(job.root, SetClock(AFTERWARDS)) as hub:
        assert name_of(hub, child) == name


# -- 9: the key store down during a replay --------------------------------------------------------


@pytest.mark.attack(9)
def test_a_replay_while_the_key_store_is_down_writes_no_blank(hub: Program, job: Job) -> None:
    before = {seat: rows(view_file(hub, seat)) for seat in (Seat.CIVIL_AFFAIRS, Seat.EDUCATION)}
    with closing(sqlite3.connect(hub.folder.keys)) as connection, connection:
        connection.execute("ALTER TABLE revocation RENAME TO gone")
    hub.projector.rebuild(before, lambda seat: None)
    assert {seat: rows(view_file(hub, seat)) for seat in before} == before
    with pytest.raises(KeyStoreUnavailable):
        name_of(hub, job.children["己"])
    with closing(sqlite3.connect(hub.folder.keys)) as connection, connection:
        connection.execute("ALTER TABLE gone RENAME TO revocation")
    assert str(name_of(hub, job.children["己"]))[:1] not in ("", "〔"), "nothing was lost by it"


@pytest.mark.attack(9, broken="an outage is answered like a key that never was")
def test_an_outage_taken_for_a_missing_key_would_show_blanks(
    hub: Program, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = KeyStore.get_many

    def lenient(self: KeyStore, wanted: Any) -> Any:
        ids = list(wanted)
        try:
            return real(self, ids)
        except KeyStoreUnavailable:
            return {each: KeyMissing(*each) for each in ids}

    monkeypatch.setattr(KeyStore, "get_many", lenient)
    with closing(sqlite3.connect(hub.folder.keys)) as connection, connection:
        connection.execute("ALTER TABLE revocation RENAME TO gone")
    assert name_of(hub, job.children["己"]) == Marker.NO_KEY.value


# -- 10: two data keys in one wrapped blob --------------------------------------------------------


def collided(tmp_path: Path) -> tuple[KeyStore, DataKey, bytes]:
    """A key store in which whoever has two epoch keys of a bucket put one blob that opens to
    another data key under each, said to be of the second. Gives the key whose commitment stands
    there and the other one."""
    root = RootKeystore.create(tmp_path / "root", "示例口令", CHEAP)
    store = key_store(tmp_path / "keys.db", root)
    child = uuid4()
    bucket = bucket_of(child)
    store.ensure([(child, "who")])
    store.close()
    root.new_epoch(bucket)
    where = frame(child.bytes, b"who", (1).to_bytes(2, "big"))
    blob = two_key_collision(
        [root.epoch_key(bucket, epoch) for epoch in (1, 2)],
        [
            frame(b"hub wrap 1", bucket.to_bytes(2, "big"), epoch.to_bytes(8, "big"), where)
            for epoch in (1, 2)
        ],
    )
    first, second = (root.unwrap(bucket, epoch, blob, where) for epoch in (1, 2))
    assert first != second, "GCM itself accepts both"
    committed = DataKey(child, "who", 1, first)
    with closing(sqlite3.connect(tmp_path / "keys.db")) as connection, connection:
        connection.execute(
            "UPDATE data_keys SET wrapped = ?, commitment = ?, epoch = 2",
            (blob, commitment(committed)),
        )
    return key_store(tmp_path / "keys.db", root), committed, second


@pytest.mark.attack(10)
def test_the_second_key_of_a_collision_is_refused(tmp_path: Path) -> None:
    store, committed, _ = collided(tmp_path)
    with pytest.raises(KeyTampered):
        store.get(committed.subject, "who", 1)
    store.close()


@pytest.mark.attack(10, broken="keys are not committed to")
def test_without_the_commitment_it_would_be_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, committed, second = collided(tmp_path)
    agreeable = SimpleNamespace(compare_digest=lambda *_: True)
    monkeypatch.setattr("hub.encryption.keystore.hmac", agreeable)
    assert store.get(committed.subject, "who", 1).key == second != committed.key
    store.close()


# -- 15: a nonce that comes twice -----------------------------------------------------------------


def _sealing(count: int, suite: bytes, out: Connection) -> None:
    start = fields._HEAD.size
    nonces = (seal(KEY, PLACE, 7, suite)[start : start + 12] for _ in range(count))
    out.send_bytes(b"".join(nonces))
    out.close()


def nonces_of(workers: int, each: int, suite: bytes = b"A1") -> list[bytes]:
    """The nonces of as many sealings in forked workers."""
    seal(KEY, PLACE, 7, suite)  # whatever state there is, the children inherit it
    context = multiprocessing.get_context("fork")
    started = []
    for _ in range(workers):
        receiver, sender = context.Pipe(duplex=False)
        worker = context.Process(target=_sealing, args=(each, suite, sender))
        worker.start()
        sender.close()
        started.append((receiver, worker))
    seen: list[bytes] = []
    for receiver, worker in started:
        assert receiver.poll(240)
        drawn = receiver.recv_bytes()
        seen += [drawn[at : at + 12] for at in range(0, len(drawn), 12)]
        worker.join(60)
        assert worker.exitcode == 0
    return seen


@pytest.mark.attack(15)
@each_suite
def test_forked_workers_reuse_no_nonce_in_a_hundred_thousand_sealings(suite: bytes) -> None:
    seen = nonces_of(4, 25_000, suite)
    assert len(set(seen)) == len(seen) == 100_000


@pytest.mark.attack(15)
@pytest.mark.slow
def test_forked_workers_reuse_no_nonce_in_a_million_sealings() -> None:
    seen = nonces_of(4, 250_000)
    assert len(set(seen)) == len(seen) == 1_000_000


@pytest.mark.attack(15, broken="nonces come from a generator in the process's memory")
def test_a_generator_in_memory_would_repeat_after_a_fork(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = random.Random(7)
    monkeypatch.setattr(fields, "os", SimpleNamespace(urandom=drawn.randbytes))
    seen = nonces_of(2, 100)
    assert len(set(seen)) == 100
