"""The root keystore: its passphrase, its file, its epochs."""

from __future__ import annotations

import base64
import hashlib
import json
import multiprocessing
import os
import shutil
import stat
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from hub.encryption.derive import frame
from hub.encryption.root import (
    Argon2Cost,
    EpochDestroyed,
    KeystoreDamaged,
    RootKeyError,
    RootKeystore,
    RootKeyUnavailable,
    WrongPassphrase,
)

CHEAP = Argon2Cost(memory_kib=8 * 1024, iterations=1, lanes=1)
PASSPHRASE = "correct horse"


def reseal(path: Path, change: dict[str, Any]) -> None:
    """Edit the header as an attacker would: with the file's plain digest put right."""
    document = json.loads(path.read_bytes())
    document["header"].update(change)
    canonical = json.dumps(document["header"], sort_keys=True, separators=(",", ":")).encode()
    content = base64.b64decode(document["content"])
    document["sha256"] = hashlib.sha256(frame(canonical, content)).hexdigest()
    path.write_text(json.dumps(document))


def test_opened_again_it_holds_the_same_keys(tmp_path: Path, root: RootKeystore) -> None:
    again = RootKeystore.open(tmp_path / "root.json", PASSPHRASE)
    assert again.epoch_key(7, 1) == root.epoch_key(7, 1)
    assert again.named_key("match-id") == root.named_key("match-id")
    epoch, blob = root.wrap(7, b"secret", b"place")
    assert again.unwrap(7, epoch, blob, b"place") == b"secret"


def test_every_key_is_different(root: RootKeystore) -> None:
    keys = [root.epoch_key(bucket, 1) for bucket in range(256)]
    keys += [root.named_key(name) for name in ("match-id", "match-name", "natural-key", "token")]
    assert len(set(keys)) == 260
    assert {len(key) for key in keys} == {32}


@pytest.mark.parametrize("guess", ["", "correct hors", "correct horse ", "Correct horse"])
def test_a_wrong_passphrase_is_told_as_such(tmp_path: Path, root: RootKeystore, guess: str) -> None:
    with pytest.raises(WrongPassphrase):
        RootKeystore.open(tmp_path / "root.json", guess)


def test_the_same_characters_composed_differently_open(tmp_path: Path) -> None:
    RootKeystore.create(tmp_path / "r", unicodedata.normalize("NFD", "clé 密码"), CHEAP)
    RootKeystore.open(tmp_path / "r", unicodedata.normalize("NFC", "clé 密码"))


def test_an_empty_passphrase_makes_no_keystore(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="empty"):
        RootKeystore.create(tmp_path / "r", "", CHEAP)
    assert not (tmp_path / "r").exists()


def test_creating_never_overwrites(tmp_path: Path, root: RootKeystore) -> None:
    before = (tmp_path / "root.json").read_bytes()
    with pytest.raises(FileExistsError):
        RootKeystore.create(tmp_path / "root.json", "other", CHEAP)
    assert (tmp_path / "root.json").read_bytes() == before


def test_the_file_is_private_and_holds_no_key(tmp_path: Path, root: RootKeystore) -> None:
    path = tmp_path / "root.json"
    root.new_epoch(3)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    raw = path.read_bytes()
    for key in (root.epoch_key(3, 1), root.epoch_key(3, 2), root.named_key("token")):
        assert key not in raw
        assert base64.b64encode(key) not in raw
        assert key.hex().encode() not in raw
    assert "correct" not in repr(root)


def test_a_missing_file_is_unavailable(tmp_path: Path, root: RootKeystore) -> None:
    with pytest.raises(RootKeyUnavailable):
        RootKeystore.open(tmp_path / "elsewhere.json", PASSPHRASE)
    (tmp_path / "root.json").unlink()
    with pytest.raises(RootKeyUnavailable):
        root.wrap(1, b"secret", b"")


@pytest.mark.parametrize("keep", [0, 1, 100, 5000, -1])
def test_a_truncated_file_is_damaged(tmp_path: Path, root: RootKeystore, keep: int) -> None:
    path = tmp_path / "root.json"
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(KeystoreDamaged):
        RootKeystore.open(path, PASSPHRASE)


def test_no_flipped_bit_gives_other_keys(tmp_path: Path, root: RootKeystore) -> None:
    path = tmp_path / "root.json"
    sound = path.read_bytes()
    key, refused = root.epoch_key(9, 1), 0
    positions = [*range(0, 400, 3), *range(400, len(sound), 997)]
    for position in positions:
        broken = bytearray(sound)
        broken[position] ^= 1
        path.write_bytes(broken)
        try:
            assert RootKeystore.open(path, PASSPHRASE).epoch_key(9, 1) == key
        except RootKeyError:
            refused += 1
    assert refused >= len(positions) - 2  # unused bits at the end of base64 change nothing


@pytest.mark.parametrize(
    "change",
    [
        {"generation": 99},
        {"nonce": base64.b64encode(bytes(12)).decode()},
        {"extra": 1},
        {"cipher": "none"},
        {"format": 2},
        {"kdf": {"memory_kib": 1 << 40, "iterations": 1, "lanes": 1, "salt": "AAAA"}},
        {"kdf": {"memory_kib": "8192", "iterations": 1, "lanes": 1, "salt": "AAAA"}},
        {"kdf": {}},
    ],
)
def test_an_edited_header_is_damaged(
    tmp_path: Path, root: RootKeystore, change: dict[str, Any]
) -> None:
    path = tmp_path / "root.json"
    reseal(path, change)
    with pytest.raises(KeystoreDamaged):
        RootKeystore.open(path, PASSPHRASE)


def test_edited_passphrase_costs_do_not_open(tmp_path: Path, root: RootKeystore) -> None:
    path = tmp_path / "root.json"
    kdf = json.loads(path.read_bytes())["header"]["kdf"]
    reseal(path, {"kdf": {**kdf, "iterations": 2}})
    with pytest.raises(WrongPassphrase):
        RootKeystore.open(path, PASSPHRASE)


@pytest.mark.parametrize("cost", [(1024, 3, 4), (1 << 30, 3, 4), (65536, 0, 4), (65536, 3, 99)])
def test_costs_stay_within_bounds(cost: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="bounds"):
        Argon2Cost(*cost)


def test_a_destroyed_epoch_opens_nothing_in_any_process(tmp_path: Path, root: RootKeystore) -> None:
    warm = RootKeystore.open(tmp_path / "root.json", PASSPHRASE)
    epoch, blob = root.wrap(5, b"secret", b"")
    assert warm.unwrap(5, epoch, blob, b"") == b"secret"
    root.new_epoch(5)
    root.destroy_epoch(5, epoch)
    root.destroy_epoch(5, epoch)  # resumed after a crash
    for keystore in (root, warm, RootKeystore.open(tmp_path / "root.json", PASSPHRASE)):
        with pytest.raises(EpochDestroyed):
            keystore.unwrap(5, epoch, blob, b"")
        with pytest.raises(EpochDestroyed):
            keystore.epoch_key(5, epoch)


def test_the_replaced_file_is_overwritten(tmp_path: Path, root: RootKeystore) -> None:
    with (tmp_path / "root.json").open("rb") as old:
        root.new_epoch(5)
        assert set(old.read()) == {0}


def test_a_backup_by_hard_link_is_not_overwritten(tmp_path: Path, root: RootKeystore) -> None:
    os.link(tmp_path / "root.json", tmp_path / "backup.json")
    root.new_epoch(5)
    assert RootKeystore.open(tmp_path / "backup.json", PASSPHRASE).current_epoch(5) == 1


def test_an_older_generation_put_back_while_running_is_refused(
    tmp_path: Path, root: RootKeystore
) -> None:
    shutil.copy(tmp_path / "root.json", tmp_path / "old.json")
    root.new_epoch(5)
    os.replace(tmp_path / "old.json", tmp_path / "root.json")
    with pytest.raises(KeystoreDamaged):
        root.wrap(5, b"secret", b"")


def test_a_failed_write_leaves_the_old_generation(
    tmp_path: Path, root: RootKeystore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("no space")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        with pytest.raises(RootKeyUnavailable):
            root.new_epoch(5)
    # A key wrapped under an epoch that no file holds would be lost with the process.
    assert root.wrap(5, b"secret", b"")[0] == 1
    assert RootKeystore.open(tmp_path / "root.json", PASSPHRASE).current_epoch(5) == 1
    assert root.new_epoch(5) == 2  # what the failed write left behind is no hindrance


def _epochs(path: Path, count: int) -> None:
    store = RootKeystore.open(path, PASSPHRASE)
    for _ in range(count):
        store.new_epoch(5)


def test_no_process_loses_anothers_epoch(tmp_path: Path, root: RootKeystore) -> None:
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=_epochs, args=(tmp_path / "root.json", 5)) for _ in "ab"]
    for worker in workers:
        worker.start()
    for _ in range(5):
        root.new_epoch(5)
    for worker in workers:
        worker.join(30)
        assert worker.exitcode == 0
    assert root.current_epoch(5) == 16
    assert len({root.epoch_key(5, epoch) for epoch in range(1, 17)}) == 16
