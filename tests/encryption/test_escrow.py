"""The root keystore among custodians: enough of them restore it, fewer learn nothing."""

from __future__ import annotations

import json
from datetime import date
from itertools import combinations
from pathlib import Path
from uuid import uuid4

import pytest

from hub.encryption.escrow import EscrowRefused, Split, open_, restore, split
from hub.encryption.root import KeystoreDamaged, RootKeystore, bucket_of
from tests.encryption.conftest import CHEAP, Place

DAY = date(2026, 11, 30)


@pytest.fixture
def made(root: RootKeystore) -> Split:
    return split(root, 2, 3, DAY)


def test_any_two_of_three_custodians_restore_a_lost_keystore(
    tmp_path: Path, place: Place, root: RootKeystore, made: Split
) -> None:
    """Given a keystore in escrow whose file and passphrase are lost; when two custodians bring
    their shares; then what was sealed opens as before."""
    child = uuid4()
    store = place.key_store(root)
    key = store.ensure([(child, "who")])[child, "who"]
    store.close()
    named = root.named_key("match-id")
    (tmp_path / "root.json").unlink()
    for number, pair in enumerate(combinations(made.shares, 2)):
        path = tmp_path / f"restored-{number}.json"
        again = restore(open_(made.copy, pair), path, "另一个口令", CHEAP)
        assert place.key_store(again, create=False).get(child, "who", 1) == key
        assert again.named_key("match-id") == named
        assert RootKeystore.open(path, "另一个口令").epochs(7) == [1]


def test_one_share_and_the_copy_tell_nothing(root: RootKeystore, made: Split) -> None:
    for share in made.shares:
        for shares in ([share], [share, share], []):
            with pytest.raises(EscrowRefused) as refused:
                open_(made.copy, shares)
            assert refused.value.why == "too_few"
    secrets = [root.epoch_key(bucket, 1).hex() for bucket in (0, 255)]
    assert not any(secret in made.copy.decode() for secret in secrets)
    assert not any(secret in " ".join(made.shares) for secret in secrets)


@pytest.mark.parametrize(("threshold", "custodians"), [(1, 1), (1, 3), (3, 2), (2, 17), (0, 0)])
def test_one_person_alone_never_holds_the_root_key(
    root: RootKeystore, threshold: int, custodians: int
) -> None:
    with pytest.raises(ValueError, match="two custodians"):
        split(root, threshold, custodians, DAY)
    assert root.escrows() == []


def test_a_share_is_checked_word_by_word(made: Split) -> None:
    one, two, _ = made.shares
    words = two.split()
    words[10] = "academic" if words[10] != "academic" else "acid"
    for broken in (" ".join(words), " ".join(words[:-1]), "", "示例"):
        with pytest.raises(EscrowRefused) as refused:
            open_(made.copy, [one, broken])
        assert (refused.value.why, refused.value.position) == ("share", 2)
        assert "academic" not in str(refused.value)


def test_shares_of_another_escrow_are_refused(root: RootKeystore, made: Split) -> None:
    other = split(root, 2, 3, DAY)
    with pytest.raises(EscrowRefused) as refused:
        open_(made.copy, [made.shares[0], other.shares[1]])
    assert refused.value.why == "mixed"
    with pytest.raises(EscrowRefused) as refused:
        open_(made.copy, other.shares[:2])
    assert refused.value.why == "not_its_shares"


def test_a_changed_copy_is_refused(made: Split) -> None:
    document = json.loads(made.copy)
    document["header"]["generation"] += 1
    with pytest.raises(EscrowRefused) as refused:
        open_(json.dumps(document).encode(), made.shares[:2])
    assert refused.value.why == "not_its_shares"
    for copy in (b"", b"{}", b"[]", made.copy[:-20]):
        with pytest.raises(EscrowRefused) as refused:
            open_(copy, made.shares[:2])
        assert refused.value.why == "copy"


def test_a_split_for_seven_opens_by_any_five(root: RootKeystore) -> None:
    made = split(root, 5, 7, DAY)
    assert open_(made.copy, made.shares[2:]).generation == made.escrow.generation
    assert open_(made.copy, made.shares).made == DAY, "more than enough do no harm"
    with pytest.raises(EscrowRefused):
        open_(made.copy, made.shares[:4])


def test_restoring_never_overwrites(tmp_path: Path, root: RootKeystore, made: Split) -> None:
    before = (tmp_path / "root.json").read_bytes()
    with pytest.raises(FileExistsError):
        restore(open_(made.copy, made.shares), tmp_path / "root.json", "x", CHEAP)
    assert (tmp_path / "root.json").read_bytes() == before


def test_the_keystore_says_which_escrows_there_are(root: RootKeystore, tmp_path: Path) -> None:
    first = split(root, 2, 3, DAY).escrow
    assert root.holds_all(first)
    root.new_epoch(5)
    root.destroy_epoch(5, 1)
    assert not root.holds_all(first), "a rotated bucket's new epoch is in no escrow yet"
    second = split(root, 2, 2, DAY).escrow
    assert second.generation > first.generation
    assert root.holds_all(second)
    gone = root.escrow_destroyed(first.generation, date(2026, 12, 1))
    root.escrow_destroyed(first.generation, date(2026, 12, 9))  # told twice
    with pytest.raises(LookupError):
        root.escrow_destroyed(999, DAY)
    again = RootKeystore.open(tmp_path / "root.json", "correct horse")
    assert again.escrows() == [gone, second]
    assert gone.destroyed == date(2026, 12, 1)


def test_an_escrow_from_before_an_erasure_is_what_custodians_must_destroy(
    tmp_path: Path, place: Place, root: RootKeystore, made: Split
) -> None:
    """The limit that the threat model states: an old escrow and an old key database together
    still open what was erased since. The escrow that is made afterwards does not."""
    child = uuid4()
    store = place.key_store(root)
    store.ensure([(child, "who")])
    epoch, blob = root.wrap(bucket_of(child), b"erased since", b"")
    store.delete_keys(child)
    store.rotate_bucket(bucket_of(child))
    later = split(root, 2, 3, DAY)
    old = restore(open_(made.copy, made.shares), tmp_path / "old.json", "x", CHEAP)
    assert old.unwrap(bucket_of(child), epoch, blob, b"") == b"erased since"
    new = restore(open_(later.copy, later.shares), tmp_path / "new.json", "x", CHEAP)
    assert new.epochs(bucket_of(child)) == [2]


def test_another_passphrase_opens_and_the_old_one_does_not(
    tmp_path: Path, root: RootKeystore
) -> None:
    from hub.encryption.root import WrongPassphrase

    running = RootKeystore.open(tmp_path / "root.json", "correct horse")
    epoch, blob = root.wrap(5, b"secret", b"")
    root.change_passphrase("battery staple", CHEAP)
    assert root.unwrap(5, epoch, blob, b"") == b"secret"
    with pytest.raises(WrongPassphrase):
        running.unwrap(5, epoch, blob, b"")
    with pytest.raises(WrongPassphrase):
        RootKeystore.open(tmp_path / "root.json", "correct horse")
    again = RootKeystore.open(tmp_path / "root.json", "battery staple")
    assert again.unwrap(5, epoch, blob, b"") == b"secret"
    with pytest.raises(ValueError, match="empty"):
        root.change_passphrase("", CHEAP)
    assert root.new_epoch(5) == 2, "and the keystore goes on"


def test_a_content_without_days_or_escrows_is_read(tmp_path: Path, root: RootKeystore) -> None:
    """A keystore that was written before they were kept."""
    content = json.loads(root._content())
    del content["made"], content["escrows"]
    path = tmp_path / "old.json"
    old = RootKeystore.restore(path, json.dumps(content).encode(), 3, "x", CHEAP)
    assert old.epochs_made()[5] == {1: None}
    assert old.escrows() == []
    with pytest.raises(KeystoreDamaged):
        RootKeystore.restore(tmp_path / "none.json", b"{}", 3, "x", CHEAP)
