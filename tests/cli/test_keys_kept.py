"""``hub keys list``, ``rotate``, ``revoke`` and ``escrow``."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from hub.bootstrap import program
from hub.encryption.keystore import KeyStore
from hub.encryption.root import RootKeystore, bucket_of
from hub.rootkey import open_root
from hub.settings import DataFolder, Settings
from hub.storage.sqlite import FolderStorage
from tests.cli.office import Hub, write_sheet
from tests.program import SCHOOL, absent, pupil

pytestmark = pytest.mark.slow


@pytest.fixture
def child(data: Path) -> UUID:
    """A child with two data keys."""
    subject = uuid4()
    with program(data, Settings()) as hub:
        hub.keys.ensure([(subject, "who"), (subject, "harm")])
    return subject


def keys_of(data: Path) -> KeyStore:
    return KeyStore(FolderStorage(data), open_root(DataFolder(data), Settings(data=data)))


def test_the_list_says_how_the_keys_are_and_shows_none(hub: Hub, data: Path, child: UUID) -> None:
    shown = hub("keys", "list", "--data", data, "--json").json
    assert (shown["root"], shown["lost"], shown["unfinished"]) == ("file", 0, [])
    assert len(shown["buckets"]) == 256
    assert {"category": "harm", "keys": 1, "subjects": 1} in shown["categories"]
    bucket = shown["buckets"][bucket_of(child)]
    assert bucket["keys"] >= 2
    assert bucket["epochs"][0]["epoch"] == 1
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", bucket["epochs"][0]["made"])
    printed = hub("keys", "list", "--data", data)
    assert (printed.code, "根密钥" in printed.out, "harm" in printed.out) == (0, True, True)
    root = RootKeystore.open(data / "root.keystore", (data / "passphrase").read_text().strip())
    store = keys_of(data)
    for secret in (root.epoch_key(0, 1), store.get(child, "harm", 1).key):
        assert secret.hex() not in str(shown)
        assert secret.hex() not in printed.out
    store.close()


def test_a_bucket_is_rotated(hub: Hub, data: Path, child: UUID) -> None:
    bucket = bucket_of(child)
    store = keys_of(data)
    before = store.get(child, "who", 1)
    ran = hub("keys", "rotate", "--bucket", bucket, "--data", data, "--json")
    assert ran.code == 0
    assert ran.json["rewrapped"] >= 2
    shown = hub("keys", "list", "--data", data, "--json").json["buckets"][bucket]
    assert [each["epoch"] for each in shown["epochs"]] == [2]
    again = keys_of(data)
    assert again.get(child, "who", 1) == before
    again.close()
    store.close()


@pytest.mark.slow
def test_every_bucket_is_rotated_and_the_hub_goes_on(
    hub: Hub, data: Path, child: UUID, tmp_path: Path
) -> None:
    ran = hub("keys", "rotate", "--all", "--data", data, "--json")
    assert (ran.code, ran.json["buckets"]) == (0, 256)
    shown = hub("keys", "list", "--data", data, "--json").json
    assert {each["epoch"] for bucket in shown["buckets"] for each in bucket["epochs"]} == {2}
    sheet = write_sheet(tmp_path / "a.xlsx", "education.absence", [absent(pupil(1))])
    assert hub("intake", "education", sheet, "--organisation", SCHOOL, "--data", data).code == 0


def test_a_new_data_key_is_for_later_events_and_the_old_one_still_opens(
    hub: Hub, data: Path, child: UUID
) -> None:
    ran = hub("keys", "rotate", "--subject", child, "--category", "who", "--data", data, "--json")
    assert (ran.code, ran.json["version"]) == (0, 2)
    store = keys_of(data)
    assert store.ensure([(child, "who")])[child, "who"].version == 2
    assert store.get(child, "who", 1).version == 1
    assert store.ensure([(child, "harm")])[child, "harm"].version == 1
    store.close()


def test_a_key_that_is_not_there_is_not_made_by_renewing_it(hub: Hub, data: Path) -> None:
    for subject, category in ((uuid4(), "who"), ("不是编号", "who")):
        ran = hub("keys", "rotate", "--subject", subject, "--category", category, "--data", data)
        assert ran.code == 2
        assert "不是编号" not in ran.err
    store = keys_of(data)
    assert all(each.category != "who" or each.keys == 0 for each in store.counts())
    store.close()


@pytest.mark.parametrize("command", ["rotate", "revoke"])
def test_one_thing_at_a_time(hub: Hub, data: Path, command: str) -> None:
    for options in ((), ("--subject", uuid4()), ("--category", "who")):
        assert hub("keys", command, *options, "--data", data).code == 2
    both = ("--bucket", 3, "--all") if command == "rotate" else ("--user", "a", "--session")
    assert hub("keys", command, *both, "--data", data).code == 2


WARM = """
import sys
from pathlib import Path
from uuid import UUID
from hub.encryption.keystore import KeyStore
from hub.rootkey import open_root
from hub.settings import DataFolder, Settings
from hub.storage.sqlite import FolderStorage
data, child = Path(sys.argv[1]), UUID(sys.argv[2])
# Its cache would serve for an hour, if it did not look at the counter.
keys = KeyStore(FolderStorage(data), open_root(DataFolder(data), Settings(data=data)), max_age=3600)
slot = (child, "who")
for _ in sys.stdin:
    print(keys.ensure([slot])[slot].version, flush=True)
"""


@pytest.fixture
def warm(data: Path, child: UUID) -> Iterator[subprocess.Popen[str]]:
    """Another process, whose cache holds the child's key."""
    process = subprocess.Popen(
        [sys.executable, "-c", WARM, str(data), str(child)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield process
    process.kill()
    process.communicate()


def asked(process: subprocess.Popen[str]) -> int:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("?\n")
    process.stdin.flush()
    assert select.select([process.stdout], [], [], 60)[0], "it answers within a minute"
    return int(process.stdout.readline())


@pytest.mark.slow
def test_a_revocation_reaches_a_process_whose_cache_is_warm_at_once(
    hub: Hub, data: Path, child: UUID, warm: subprocess.Popen[str]
) -> None:
    assert (asked(warm), asked(warm)) == (1, 1)
    ran = hub("keys", "revoke", "--subject", child, "--category", "who", "--data", data)
    assert ran.code == 0
    assert asked(warm) == 2


def test_an_organisations_keys_and_tokens_are_revoked(hub: Hub, data: Path, tmp_path: Path) -> None:
    added = hub("users", "add", "li", "--organisation", SCHOOL, "--data", data, "--json")
    token = added.json["token"]
    assert hub("keys", "export-organisation", SCHOOL, tmp_path / "k", "--data", data).code == 0
    before = hub("keys", "list", "--data", data, "--json").json["revocation_counter"]
    ran = hub("keys", "revoke", "--organisation", SCHOOL, "--data", data, "--json")
    assert (ran.code, ran.json["tokens"], ran.json["key_pairs"]) == (0, 1, True)
    assert ran.json["revocation_counter"] > before
    with program(data, Settings()) as made:
        assert made.directory.authenticate(token, made.clock.now()) is None
    # Having none, it gets new ones without --renew.
    assert hub("keys", "export-organisation", SCHOOL, tmp_path / "k2", "--data", data).code == 0
    again = hub("keys", "revoke", "--organisation", "school:3101179999", "--data", data)
    assert again.code == 2


def test_a_person_or_one_session_is_revoked(hub: Hub, data: Path) -> None:
    first = hub("users", "add", "li", "--organisation", SCHOOL, "--data", data, "--json").json
    second = hub("users", "token", "li", "--data", data, "--json").json
    ran = hub("keys", "revoke", "--session", "--data", data, "--json", input=first["token"] + "\n")
    assert (ran.code, ran.json["tokens"]) == (0, 1)
    assert first["token"] not in ran.out + ran.err
    with program(data, Settings()) as made:
        now = made.clock.now()
        holders = made.directory.holders([first["token"], second["token"]], now)
        assert [each is not None for each in holders] == [False, True]
    ran = hub("keys", "revoke", "--user", "li", "--data", data, "--json")
    assert (ran.code, ran.json["tokens"]) == (0, 1)
    assert hub("keys", "revoke", "--user", "nobody", "--data", data).code == 2


def test_the_passphrase_is_changed(hub: Hub, data: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    new.write_text("另一个口令\n")
    assert hub("keys", "rotate", "--new-passphrase-file", new, "--data", data).code == 0
    refused = hub("status", "--data", data)
    assert (refused.code, "口令" in refused.err) == (3, True)
    os.replace(new, data / "passphrase")
    assert hub("status", "--data", data).code == 0


def test_a_lost_root_key_is_restored_by_its_custodians(
    hub: Hub, data: Path, child: UUID, tmp_path: Path
) -> None:
    """Given a root key in escrow among three; when its file and passphrase are lost; then two of
    them restore it under a new passphrase, and the hub runs as before."""
    folder = tmp_path / "escrow"
    ran = hub("keys", "escrow", "split", "--to", folder, "--data", data, "--json")
    assert ran.code == 0
    copy, *shares = map(Path, ran.json["files"])
    assert len(shares) == 3
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert "academic" not in ran.out, "no share is printed"
    assert hub("keys", "list", "--data", data, "--json").json["escrowed"] is True
    sound = hub("keys", "escrow", "verify", "--copy", copy, shares[0], shares[2], "--json")
    assert sound.json["generation"] == ran.json["generation"]
    (data / "root.keystore").unlink()
    (data / "passphrase").unlink()
    assert hub("status", "--data", data).code == 3
    again = hub("init", "--data", data)
    assert (again.code, "份额" in again.err) == (3, True), "nobody begins anew by mistake"
    few = hub("keys", "escrow", "restore", "--copy", copy, shares[1], "--data", data)
    assert (few.code, (data / "root.keystore").exists()) == (2, False)
    restored = hub("keys", "escrow", "restore", "--copy", copy, *shares[1:], "--data", data)
    assert restored.code == 0
    assert hub("status", "--data", data).code == 0
    store = keys_of(data)
    assert store.get(child, "who", 1).version == 1
    store.close()
    over = hub("keys", "escrow", "restore", "--copy", copy, *shares[1:], "--data", data)
    assert (over.code, "没有改动" in over.err) == (3, True)


def test_what_an_escrow_no_longer_opens_is_counted(
    hub: Hub, data: Path, child: UUID, tmp_path: Path
) -> None:
    ran = hub("keys", "escrow", "split", "--to", tmp_path / "e", "--data", data, "--json")
    copy, *shares = ran.json["files"]
    hub("keys", "rotate", "--bucket", bucket_of(child), "--data", data)
    shown = hub("keys", "list", "--data", data, "--json").json
    assert (shown["escrowed"], shown["lost"]) == (False, 0)
    (data / "root.keystore").unlink()
    hub("keys", "escrow", "restore", "--copy", copy, *shares, "--data", data)
    assert hub("keys", "list", "--data", data, "--json").json["lost"] >= 2


def test_what_became_of_an_escrow_is_recorded(hub: Hub, data: Path, tmp_path: Path) -> None:
    split = ("keys", "escrow", "split", "--data", data, "--json", "--to")
    first = hub(*split, tmp_path / "one").json["generation"]
    assert hub(*split, tmp_path / "two", "--custodians", 2).code == 0
    ran = hub("keys", "escrow", "destroyed", first, "--data", data, "--json")
    assert ran.json["destroyed"] is not None
    listed = hub("keys", "escrow", "list", "--data", data, "--json").json["escrows"]
    assert [each["destroyed"] is None for each in listed] == [False, True]
    assert hub("keys", "escrow", "destroyed", 999, "--data", data).code == 2
    assert hub("keys", "escrow", "list", "--data", data).code == 0


def test_shares_are_not_written_where_they_must_not_lie(
    hub: Hub, data: Path, tmp_path: Path
) -> None:
    inside = hub("keys", "escrow", "split", "--to", data / "escrow", "--data", data)
    assert (inside.code, (data / "escrow").exists()) == (3, False)
    alone = hub("keys", "escrow", "split", "--to", tmp_path / "e", "--threshold", 1, "--data", data)
    assert (alone.code, (tmp_path / "e").exists()) == (2, False)
    missing = hub("keys", "escrow", "verify", "--copy", tmp_path / "no", tmp_path / "no")
    assert missing.code == 2
