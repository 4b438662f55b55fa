"""What the key store needs of a root key: the same of a file and of a PKCS#11 token."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.encryption.root import EpochDestroyed, RootKey, RootKeystore, UnwrapRefused
from hub.encryption.token import TokenRootKey
from tests.servers import softhsm

PASSPHRASE = "correct horse"


@pytest.fixture(params=("file", "pkcs11"))
def root(request: pytest.FixtureRequest) -> RootKey:
    found: RootKey = request.getfixturevalue(
        "file_root" if request.param == "file" else "token_root"
    )
    return found


@pytest.fixture
def again(root: RootKey, tmp_path: Path) -> Callable[[], RootKey]:
    """Opens the same root key as another process would."""
    if isinstance(root, RootKeystore):
        return lambda: RootKeystore.open(tmp_path / "root.json", PASSPHRASE)
    mark = tmp_path / "softhsm" / "root.pkcs11"
    return lambda: TokenRootKey.open(softhsm.module(), softhsm.LABEL, softhsm.PIN, mark)


def in_child(work: Callable[[], object]) -> None:
    child = multiprocessing.get_context("fork").Process(target=work)
    child.start()
    child.join(30)
    assert child.exitcode == 0


def test_opened_again_it_holds_the_same_keys(root: RootKey, again: Callable[[], RootKey]) -> None:
    epoch, blob = root.wrap(7, b"secret", b"place")
    other = again()
    assert other.unwrap(7, epoch, blob, b"place") == b"secret"
    assert other.named_key("match-id") == root.named_key("match-id")
    assert other.epochs(7) == root.epochs(7) == [1]


def test_every_name_has_a_key_of_its_own(root: RootKey) -> None:
    keys = {root.named_key(name) for name in ("match-id", "match-name", "natural-key", "token")}
    assert len(keys) == 4
    assert {len(key) for key in keys} == {32}


def test_every_bucket_wraps(root: RootKey) -> None:
    blobs = {bucket: root.wrap(bucket, b"secret", b"") for bucket in range(256)}
    assert all(root.unwrap(bucket, *blobs[bucket], b"") == b"secret" for bucket in blobs)
    for bucket in (-1, 256):
        with pytest.raises(ValueError, match="no such bucket"):
            root.wrap(bucket, b"secret", b"")


def test_a_new_epoch_wraps_and_the_old_one_still_opens(root: RootKey) -> None:
    first, blob = root.wrap(5, b"secret", b"place")
    assert root.new_epoch(5) == first + 1
    assert root.epochs(5) == [first, first + 1]
    assert root.epochs(6) == [first]
    assert root.wrap(5, b"secret", b"place")[0] == first + 1
    assert root.unwrap(5, first, blob, b"place") == b"secret"


def test_a_wrapped_key_opens_only_in_its_place(root: RootKey) -> None:
    epoch, blob = root.wrap(5, b"secret", b"place")
    root.new_epoch(5)
    for bucket, number, wrapped, aad in [
        (5, epoch, blob, b"other"),
        (6, epoch, blob, b"place"),
        (5, epoch + 1, blob, b"place"),
        (5, epoch, blob[:-1] + bytes([blob[-1] ^ 1]), b"place"),
        (5, epoch, blob[:5], b"place"),
        (5, epoch, b"", b"place"),
    ]:
        with pytest.raises(UnwrapRefused):
            root.unwrap(bucket, number, wrapped, aad)
    assert root.unwrap(5, epoch, blob, b"place") == b"secret", "a refusal spoils nothing"


def test_the_same_secret_is_never_wrapped_alike(root: RootKey) -> None:
    assert len({root.wrap(5, b"secret", b"")[1] for _ in range(50)}) == 50


def test_a_destroyed_epoch_opens_nothing_in_any_process(
    root: RootKey, again: Callable[[], RootKey]
) -> None:
    warm = again()
    epoch, blob = root.wrap(5, b"secret", b"")
    assert warm.unwrap(5, epoch, blob, b"") == b"secret"

    def rotate() -> None:
        mine = again()
        mine.new_epoch(5)
        mine.destroy_epoch(5, epoch)
        mine.destroy_epoch(5, epoch)  # resumed after a crash

    in_child(rotate)
    for each in (root, warm, again()):
        with pytest.raises(EpochDestroyed):
            each.unwrap(5, epoch, blob, b"")
        assert each.wrap(5, b"secret", b"")[0] == epoch + 1
        assert each.epochs(5) == [epoch + 1]


def test_the_current_epoch_is_not_destroyed(root: RootKey) -> None:
    with pytest.raises(ValueError, match="current"):
        root.destroy_epoch(5, 1)
    assert root.wrap(5, b"secret", b"")[0] == 1


def test_an_epoch_that_another_process_begins_is_used_at_once(
    root: RootKey, again: Callable[[], RootKey]
) -> None:
    assert root.wrap(5, b"secret", b"")[0] == 1
    in_child(lambda: again().new_epoch(5))
    epoch, blob = root.wrap(5, b"secret", b"")
    assert epoch == 2
    assert root.unwrap(5, epoch, blob, b"") == b"secret"


def test_no_process_loses_anothers_epoch(root: RootKey, again: Callable[[], RootKey]) -> None:
    def three() -> None:
        mine = again()
        for _ in range(3):
            mine.new_epoch(5)

    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=three) for _ in "ab"]
    for worker in workers:
        worker.start()
    for _ in range(3):
        root.new_epoch(5)
    for worker in workers:
        worker.join(30)
        assert worker.exitcode == 0
    assert root.epochs(5) == list(range(1, 11))


def test_each_epoch_has_the_day_it_was_made_on(root: RootKey) -> None:
    first = datetime.now(UTC).date()
    before = root.generation
    root.new_epoch(5)
    days = {first, datetime.now(UTC).date()}
    made = root.epochs_made()
    assert sorted(made) == list(range(256))
    assert list(made[5]) == [1, 2]
    assert made[5][2] in days
    root.destroy_epoch(5, 1)
    assert list(root.epochs_made()[5]) == [2]
    assert root.generation > before, "each change is told by the generation"


def test_a_forked_child_goes_on_with_its_parents_root_key(root: RootKey) -> None:
    epoch, blob = root.wrap(5, b"secret", b"")

    def work() -> None:
        assert root.unwrap(5, epoch, blob, b"") == b"secret"
        assert root.unwrap(6, *root.wrap(6, b"child's", b""), b"") == b"child's"

    in_child(work)
    assert root.unwrap(5, epoch, blob, b"") == b"secret", "and so does the parent"


def test_children_are_forked_while_threads_use_the_root_key(root: RootKey) -> None:
    stop = threading.Event()
    failed: list[BaseException] = []

    def work() -> None:
        try:
            while not stop.is_set():
                assert root.unwrap(9, *root.wrap(9, b"secret", b""), b"") == b"secret"
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(10):
            child = os.fork()
            if child == 0:
                code = 1
                try:
                    code = int(root.unwrap(9, *root.wrap(9, b"secret", b""), b"") != b"secret")
                finally:
                    os._exit(code)
            assert os.waitpid(child, 0)[1] == 0
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)
    assert not failed
