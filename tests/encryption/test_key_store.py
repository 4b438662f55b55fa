"""The key store: one key for everyone, none for the erased, and never a silent nothing."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from domain.kernel import Category
from hub.encryption.derive import frame
from hub.encryption.keystore import (
    DataKey,
    KeyMissing,
    KeyStore,
    KeyStoreStale,
    KeyStoreUnavailable,
    KeyTampered,
    SubjectErased,
    commitment,
)
from hub.encryption.root import Argon2Cost, RootKeystore, bucket_of
from hub.encryption.token import TokenRootKey
from tests.encryption.collision import two_key_collision
from tests.encryption.conftest import ON_FILES, Place
from tests.storage.opening import key_store

CHEAP = Argon2Cost(memory_kib=8 * 1024, iterations=1, lanes=1)


class CountingRoot:
    """A root key that counts unwraps, and lets something happen during each."""

    def __init__(self, root: RootKeystore) -> None:
        self._root = root
        self.unwrapped = 0
        self.meanwhile: Callable[[], object] = lambda: None

    def wrap(self, bucket: int, plaintext: bytes, aad: bytes) -> tuple[int, bytes]:
        return self._root.wrap(bucket, plaintext, aad)

    def unwrap(self, bucket: int, epoch: int, blob: bytes, aad: bytes) -> bytes:
        self.unwrapped += 1
        self.meanwhile()
        return self._root.unwrap(bucket, epoch, blob, aad)

    def named_key(self, name: str) -> bytes:
        return self._root.named_key(name)

    def epochs(self, bucket: int) -> list[int]:
        return self._root.epochs(bucket)

    def new_epoch(self, bucket: int) -> int:
        return self._root.new_epoch(bucket)

    def destroy_epoch(self, bucket: int, epoch: int) -> None:
        self._root.destroy_epoch(bucket, epoch)

    def epochs_made(self) -> dict[int, dict[int, date | None]]:
        return self._root.epochs_made()

    @property
    def generation(self) -> int:
        return self._root.generation


def change(path: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(path, timeout=10)) as connection, connection:
        connection.execute(statement, values)


def count(path: Path) -> int:
    with closing(sqlite3.connect(path, timeout=10)) as connection:
        return int(connection.execute("SELECT count(*) FROM data_keys").fetchone()[0])


def in_child(work: Callable[[], object]) -> None:
    """Run ``work`` in a forked process and wait for it."""
    child = multiprocessing.get_context("fork").Process(target=work)
    child.start()
    child.join(30)
    assert child.exitcode == 0


def test_a_key_is_minted_once_and_found_again(
    place: Place, root: RootKeystore, keystore: KeyStore
) -> None:
    child = uuid4()
    wanted = [(child, "who"), (child, "harm"), (child, "who")]
    keys = keystore.ensure(wanted)
    assert list(keys) == wanted[:2]
    assert len({key.key for key in keys.values()}) == 2
    assert keystore.ensure(wanted) == keys
    fresh = place.key_store(root, create=False)
    assert fresh.ensure(wanted) == keys
    assert fresh.get(child, "who", 1) == keys[child, "who"]
    assert keystore.ensure([]) == {}


def test_a_category_is_its_text(keystore: KeyStore) -> None:
    child = uuid4()
    key = keystore.ensure([(child, Category.HARM)])[child, Category.HARM]
    assert keystore.get(child, "harm", 1) == key


def test_a_key_that_never_was_is_missing(keystore: KeyStore) -> None:
    child = uuid4()
    keystore.ensure([(child, "who")])
    for wanted in [(uuid4(), "who", 1), (child, "harm", 1), (child, "who", 2), (child, "who", 0)]:
        with pytest.raises(KeyMissing):
            keystore.get(*wanted)


def test_a_new_version_seals_from_now_on_and_the_old_one_opens(
    place: Place, root: RootKeystore, keystore: KeyStore
) -> None:
    child = uuid4()
    other = place.key_store(root)
    first = other.ensure([(child, "who")])[child, "who"]
    second = keystore.new_version(child, "who")
    assert (first.version, second.version) == (1, 2)
    assert first.key != second.key
    for store in (keystore, other):  # the other one had the first version in its cache
        assert store.ensure([(child, "who")]) == {(child, "who"): second}
        assert store.get(child, "who", 1) == first


def test_versions_end_where_a_token_can_no_longer_name_them(
    place: Place, keystore: KeyStore
) -> None:
    child = uuid4()
    keystore.ensure([(child, "who")])
    place.change_keys("UPDATE data_keys SET version = 65535")
    with pytest.raises(OverflowError):
        keystore.new_version(child, "who")


def test_many_are_got_with_each_ones_refusal(place: Place, keystore: KeyStore) -> None:
    kept, erased, forged = uuid4(), uuid4(), uuid4()
    keys = keystore.ensure([(kept, "who"), (erased, "who"), (forged, "who")])
    keystore.fence(erased)
    place.change_keys(
        "UPDATE data_keys SET commitment = ? WHERE subject = ?",
        bytes(32),
        forged.bytes,
    )
    got = keystore.get_many(
        [(kept, "who", 1), (erased, "who", 1), (kept, "who", 9), (forged, "who", 1)]
    )
    assert got[kept, "who", 1] == keys[kept, "who"]
    assert isinstance(got[erased, "who", 1], SubjectErased)
    assert isinstance(got[kept, "who", 9], KeyMissing)
    assert isinstance(got[forged, "who", 1], KeyTampered)


# Erasure


def test_a_fenced_subject_has_no_key_and_mints_none(place: Place, keystore: KeyStore) -> None:
    child, other = uuid4(), uuid4()
    keystore.ensure([(child, "who")])
    keystore.fence(child)
    assert keystore.fenced(child)
    assert not keystore.fenced(other)
    with pytest.raises(SubjectErased):
        keystore.get(child, "who", 1)
    with pytest.raises(SubjectErased):
        keystore.ensure([(other, "who"), (child, "who")])
    with pytest.raises(SubjectErased):
        keystore.ensure([(child, "harm")])
    with pytest.raises(SubjectErased):
        keystore.new_version(child, "who")
    assert len(place.keys()) == 1


@ON_FILES
def test_deleted_keys_are_gone_from_the_files_and_never_minted_again(
    tmp_path: Path, keystore: KeyStore
) -> None:
    child = uuid4()
    keystore.ensure([(child, category) for category in ("who", "contact", "harm")])
    with closing(sqlite3.connect(tmp_path / "keys.db")) as connection:
        wrapped = [row[0] for row in connection.execute("SELECT wrapped FROM data_keys")]
    assert all(found_in_files(tmp_path, blob) for blob in wrapped)
    keystore.delete_keys(child)
    keystore.delete_keys(child)  # resumed after a crash
    assert count(tmp_path / "keys.db") == 0
    assert not any(found_in_files(tmp_path, blob) for blob in wrapped)
    with pytest.raises(SubjectErased):
        keystore.ensure([(child, "who")])
    with pytest.raises(SubjectErased):
        keystore.get(child, "who", 1)
    keystore.vacuum()
    assert keystore.fenced(child)


def found_in_files(folder: Path, blob: bytes) -> bool:
    return any(blob in path.read_bytes() for path in folder.glob("keys.db*"))


@pytest.mark.parametrize("how", ["fence", "delete_keys"])
def test_a_warm_cache_in_another_process_is_refused(
    place: Place, root: RootKeystore, keystore: KeyStore, how: str
) -> None:
    child = uuid4()
    keystore.ensure([(child, "who")])
    assert keystore.get(child, "who", 1).version == 1
    before = keystore.revocation_counter()
    in_child(lambda: getattr(place.key_store(root), how)(child))
    assert keystore.revocation_counter() > before
    with pytest.raises(SubjectErased):
        keystore.get(child, "who", 1)
    with pytest.raises(SubjectErased):
        keystore.ensure([(child, "who")])


def test_a_key_in_the_cache_is_refused_beside_one_that_is_not(
    place: Place, root: RootKeystore, keystore: KeyStore
) -> None:
    erased, renewed, other = uuid4(), uuid4(), uuid4()
    keystore.ensure([(erased, "who"), (renewed, "who")])
    elsewhere = place.key_store(root)
    elsewhere.fence(erased)
    second = elsewhere.new_version(renewed, "who")
    with pytest.raises(SubjectErased):
        keystore.ensure([(erased, "who"), (other, "who")])
    assert len(place.keys()) == 3, "nothing was minted"
    both = keystore.ensure([(renewed, "who"), (other, "who")])
    assert both[renewed, "who"] == second


def test_any_number_of_keys_at_once(place: Place, root: RootKeystore, keystore: KeyStore) -> None:
    wanted = [(uuid4(), category) for _ in range(1030) for category in ("who", "contact")]
    keys = keystore.ensure(wanted)
    assert list(keys) == wanted
    assert place.key_store(root).ensure(wanted) == keys


def test_a_key_read_while_its_subject_is_erased_is_not_cached(
    place: Place, root: RootKeystore
) -> None:
    slow = CountingRoot(root)
    store = place.key_store(slow)
    child = uuid4()
    place.key_store(root).ensure([(child, "who")])

    def erase() -> None:
        place.key_store(root).fence(child)
        store.get_many([(uuid4(), "who", 1)])  # the cache now carries the new counter

    def erase_in_another_thread() -> None:
        thread = threading.Thread(target=erase)
        thread.start()
        thread.join(30)

    slow.meanwhile = erase_in_another_thread
    store.get(child, "who", 1)  # its snapshot is from before the erasure
    with pytest.raises(SubjectErased):
        store.get(child, "who", 1)
    with pytest.raises(SubjectErased):
        store.ensure([(child, "who")])


@ON_FILES
def test_a_backup_from_before_the_erasure_opens_nothing(
    tmp_path: Path, root: RootKeystore, keystore: KeyStore
) -> None:
    child = uuid4()
    keystore.ensure([(child, "who")])
    keystore.close()
    shutil.copy(tmp_path / "keys.db", tmp_path / "backup.db")
    keystore.delete_keys(child)
    keystore = key_store(tmp_path / "keys.db", root)
    keystore.rotate_bucket(bucket_of(child))
    keystore.close()
    restored = key_store(tmp_path / "backup.db", root)
    with pytest.raises(KeyStoreStale):
        restored.get(child, "who", 1)
    with pytest.raises(KeyStoreStale):
        restored.ensure([(child, "who")])


def test_on_a_token_too_a_key_database_from_before_the_erasure_opens_nothing(
    tmp_path: Path, token_root: TokenRootKey
) -> None:
    keystore = key_store(tmp_path / "keys.db", token_root)
    child = uuid4()
    survivor = same_bucket(child)
    before = keystore.ensure([(child, "who"), (survivor, "who")])
    keystore.close()
    shutil.copy(tmp_path / "keys.db", tmp_path / "backup.db")
    keystore = key_store(tmp_path / "keys.db", token_root)
    keystore.delete_keys(child)
    assert keystore.rotate_bucket(bucket_of(child)) == 1
    assert token_root.epochs(bucket_of(child)) == [2]
    assert keystore.get(survivor, "who", 1) == before[survivor, "who"]
    keystore.close()
    restored = key_store(tmp_path / "backup.db", token_root)
    for each in (child, survivor):
        with pytest.raises(KeyStoreStale):
            restored.get(each, "who", 1)
    restored.close()


# Rotation of a bucket


def same_bucket(child: UUID) -> UUID:
    """Another subject of the child's bucket."""
    while bucket_of(other := uuid4()) != bucket_of(child):
        pass
    return other


def test_survivors_of_a_rotated_bucket_open_as_before(
    root: RootKeystore, keystore: KeyStore
) -> None:
    child = uuid4()
    survivor = same_bucket(child)
    before = keystore.ensure([(child, "who"), (survivor, "who"), (survivor, "harm")])
    newer = keystore.new_version(survivor, "who")
    keystore.delete_keys(child)
    assert keystore.rotate_bucket(bucket_of(child)) == 3
    assert root.epochs(bucket_of(child)) == [2]
    assert keystore.get(survivor, "who", 1) == before[survivor, "who"]
    assert keystore.get(survivor, "who", 2) == newer
    assert keystore.ensure([(survivor, "harm")])[survivor, "harm"] == before[survivor, "harm"]


def test_other_buckets_are_left_alone(root: RootKeystore, keystore: KeyStore) -> None:
    child = uuid4()
    keystore.ensure([(child, "who")])
    assert keystore.rotate_bucket((bucket_of(child) + 1) % 256) == 0
    assert root.epochs(bucket_of(child)) == [1]


@pytest.mark.parametrize("at", ["new_epoch", "wrap", "destroy_epoch"])
def test_a_rotation_that_was_broken_off_is_begun_again(
    place: Place, root: RootKeystore, keystore: KeyStore, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = uuid4()
    before = keystore.ensure([(child, "who"), (child, "harm")])
    counting = CountingRoot(root)
    breaking = place.key_store(counting)

    def broken(*_: object) -> None:
        raise RuntimeError("the machine went down")

    with monkeypatch.context() as patch:
        patch.setattr(counting, at, broken)
        with pytest.raises(RuntimeError, match="went down"):
            breaking.rotate_bucket(bucket_of(child))
    assert keystore.get(child, "who", 1) == before[child, "who"]
    assert breaking.rotate_bucket(bucket_of(child)) == 2
    assert len(root.epochs(bucket_of(child))) == 1
    assert breaking.get(child, "harm", 1) == before[child, "harm"]


def test_a_key_that_does_not_open_stops_the_rotation(
    place: Place, root: RootKeystore, keystore: KeyStore
) -> None:
    child = uuid4()
    keystore.ensure([(child, "who")])
    place.change_keys("UPDATE data_keys SET wrapped = ?", b"x" * 60)
    with pytest.raises(KeyTampered):
        keystore.rotate_bucket(bucket_of(child))
    assert root.epochs(bucket_of(child)) == [1, 2]


# Forgery


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("wrapped", b"x" * 60),
        ("wrapped", b""),
        ("commitment", b"x" * 32),
        ("commitment", b""),
        ("category", "harm"),
        ("version", 2),
        ("subject", UUID(int=1).bytes),
        ("bucket", 300),
        ("bucket", "x"),
        ("epoch", -1),
        ("epoch", "x"),
    ],
)
def test_an_edited_row_is_tampered(
    place: Place, root: RootKeystore, column: str, value: object
) -> None:
    place.key_store(root).ensure([(uuid4(), "who")])
    if place.typed and column in ("bucket", "epoch") and isinstance(value, str):
        with pytest.raises(psycopg.DataError):
            place.change_keys(f"UPDATE data_keys SET {column} = ?", value)
        return
    place.change_keys(f"UPDATE data_keys SET {column} = ?", value)
    ((subject, category, version),) = place.keys()
    keystore = place.key_store(root, create=False)
    with pytest.raises(KeyTampered):
        keystore.get(UUID(bytes=subject), category, version)
    with pytest.raises(KeyTampered):
        keystore.ensure([(UUID(bytes=subject), category)])


def test_swapped_rows_are_tampered(place: Place, root: RootKeystore) -> None:
    child = uuid4()
    place.key_store(root).ensure([(child, "who"), (child, "harm")])
    rows = place.keys("wrapped, commitment, category")
    for (wrapped, committed, _), (_, _, category) in zip(rows, reversed(rows), strict=True):
        place.change_keys(
            "UPDATE data_keys SET wrapped = ?, commitment = ? WHERE category = ?",
            wrapped,
            committed,
            category,
        )
    keystore = place.key_store(root, create=False)
    for category in ("who", "harm"):
        with pytest.raises(KeyTampered):
            keystore.get(child, category, 1)


def test_a_two_key_collision_is_refused_by_the_commitment(place: Place, root: RootKeystore) -> None:
    child = uuid4()
    bucket = bucket_of(child)
    place.key_store(root).ensure([(child, "who")])
    root.new_epoch(bucket)
    where = frame(child.bytes, b"who", (1).to_bytes(2, "big"))
    blob = two_key_collision(
        [root.epoch_key(bucket, epoch) for epoch in (1, 2)],
        [
            frame(b"hub wrap 1", bucket.to_bytes(2, "big"), epoch.to_bytes(8, "big"), where)
            for epoch in (1, 2)
        ],
    )
    opened = [root.unwrap(bucket, epoch, blob, where) for epoch in (1, 2)]
    assert opened[0] != opened[1], "GCM itself accepts both: the collision is a real one"
    forged = DataKey(child, "who", 1, opened[0])
    place.change_keys("UPDATE data_keys SET wrapped = ?, commitment = ?", blob, commitment(forged))
    assert place.key_store(root).get(child, "who", 1) == forged
    place.change_keys("UPDATE data_keys SET epoch = 2")
    with pytest.raises(KeyTampered):
        place.key_store(root).get(child, "who", 1)


# Unavailable


@pytest.fixture
def warm(keystore: KeyStore) -> tuple[KeyStore, UUID]:
    child = uuid4()
    keystore.ensure([(child, "who")])
    return keystore, child


def refused_everywhere(store: KeyStore, child: UUID) -> None:
    for ask in (
        lambda: store.get(child, "who", 1),
        lambda: store.get_many([(child, "who", 1)]),
        lambda: store.ensure([(child, "who")]),
        lambda: store.ensure([(uuid4(), "who")]),
        lambda: store.new_version(child, "who"),
        lambda: store.fence(child),
        lambda: store.fenced(child),
        lambda: store.delete_keys(child),
    ):
        with pytest.raises(KeyStoreUnavailable):
            ask()


@ON_FILES
def test_a_file_that_is_gone_is_unavailable_even_to_a_warm_cache(
    tmp_path: Path, root: RootKeystore, warm: tuple[KeyStore, UUID]
) -> None:
    for path in tmp_path.glob("keys.db*"):
        path.unlink()
    refused_everywhere(*warm)
    with pytest.raises(KeyStoreUnavailable):
        key_store(tmp_path / "keys.db", root, create=False)
    assert not (tmp_path / "keys.db").exists()


@pytest.mark.parametrize("content", [b"", b"not a database" * 1000])
@ON_FILES
def test_a_file_replaced_by_nonsense_is_unavailable(
    tmp_path: Path, warm: tuple[KeyStore, UUID], content: bytes
) -> None:
    (tmp_path / "other").write_bytes(content)
    for path in tmp_path.glob("keys.db-*"):
        path.unlink()
    os.replace(tmp_path / "other", tmp_path / "keys.db")
    refused_everywhere(*warm)


@ON_FILES
def test_a_lost_root_key_is_unavailable(tmp_path: Path, warm: tuple[KeyStore, UUID]) -> None:
    store, child = warm
    store.close()
    (tmp_path / "root.json").unlink()
    with pytest.raises(KeyStoreUnavailable):
        store.get(child, "who", 1)
    with pytest.raises(KeyStoreUnavailable):
        store.ensure([(uuid4(), "who")])


def test_another_root_key_is_refused_at_once(
    tmp_path: Path, place: Place, warm: tuple[KeyStore, UUID]
) -> None:
    other = RootKeystore.create(tmp_path / "other.json", "correct horse", CHEAP)
    with pytest.raises(KeyStoreUnavailable):
        place.key_store(other)


def test_a_locked_database_is_unavailable_and_mints_nothing(
    place: Place, root: RootKeystore
) -> None:
    store = place.key_store(root, busy_timeout=0.05)
    other = place.key_store(root)
    with other._database.writing(), pytest.raises(KeyStoreUnavailable):
        store.ensure([(uuid4(), "who")])
    assert place.keys() == []


# Cache


def test_the_cache_saves_unwrapping_within_its_age_and_size(
    place: Place, root: RootKeystore
) -> None:
    children = [uuid4() for _ in range(5)]
    place.key_store(root).ensure([(child, "who") for child in children])

    def unwrapped(size: int, max_age: float) -> int:
        counting = CountingRoot(root)
        store = place.key_store(counting, cache_size=size, max_age=max_age)
        for _ in range(3):
            for child in children:
                store.get(child, "who", 1)
                store.ensure([(child, "who")])
        return counting.unwrapped

    assert unwrapped(100, 60) == 10  # once for each child's version, once to know it is current
    assert unwrapped(100, 0) == 30
    assert unwrapped(2, 60) == 30  # each is pushed out before it is asked for again


def test_a_data_key_shows_and_travels_nowhere(keystore: KeyStore) -> None:
    child = uuid4()
    key = keystore.ensure([(child, "who")])[child, "who"]
    assert repr(key.key) not in repr(key)
    assert key.key.hex() not in repr(key)
    with pytest.raises(TypeError):
        pickle.dumps(key)


# Races


def _race(place: Place, root: RootKeystore, slots: list[tuple[UUID, str]], out: Connection) -> None:
    keys = place.key_store(root).ensure(slots)
    out.send([keys[slot].key for slot in slots])


def test_threads_and_processes_that_race_get_one_key(place: Place, root: RootKeystore) -> None:
    store = place.key_store(root)
    slots = [(uuid4(), "who") for _ in range(150)]
    context = multiprocessing.get_context("fork")
    pipes = [context.Pipe(duplex=False) for _ in range(2)]
    workers = [
        context.Process(target=_race, args=(place, root, slots, sender)) for _, sender in pipes
    ]
    for worker in workers:
        worker.start()
    results: list[list[bytes]] = []

    def mint(order: list[tuple[UUID, str]]) -> None:
        for start in range(0, len(order), 10):
            store.ensure(order[start : start + 10])
        results.append([store.get(*slot, 1).key for slot in slots])

    threads = [
        threading.Thread(target=mint, args=(order,))
        for order in (slots, slots[::-1], slots[70:] + slots[:70])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    for (receiver, _), worker in zip(pipes, workers, strict=True):
        assert receiver.poll(30)
        results.append(receiver.recv())
        worker.join(30)
    assert len(results) == 5
    assert all(result == results[0] for result in results)
    assert len(set(results[0])) == len(slots) == len(place.keys())


@ON_FILES
def test_a_forked_child_uses_connections_of_its_own(keystore: KeyStore) -> None:
    child = uuid4()
    key = keystore.ensure([(child, "who")])[child, "who"]
    new = uuid4()

    def work() -> None:
        assert keystore.get(child, "who", 1) == key
        keystore.ensure([(new, "who")])

    in_child(work)
    assert keystore.get(new, "who", 1).version == 1
