"""An attachment opens where it was put and nowhere else, and no store holds a word of it.

Source: privacy design, "Attacks that must fail" 1, 2, 3, 4, 7.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from domain.attachment import AttachmentStated
from domain.kernel import Category
from domain.organisations import Seat
from hub.answers import File
from hub.bootstrap import Program
from hub.encryption import blobs, fields
from hub.encryption.keystore import KeyStore
from hub.encryption.root import RootKeystore
from hub.keyservice import Marker
from hub.settings import Settings
from tests.adversary.job import PLACED, Job
from tests.adversary.scan import Scanner, readable
from tests.attachments.files import PLANTED, PLANTED_CHINESE, jpeg, spelling
from tests.program import CIVIL_AFFAIRS, TOWN, VILLAGE, actor, reader, view_file

pytestmark = pytest.mark.adversary

MINE, THEIRS = "spelt-of-one-child", "spelt-of-another-child"


def _put(hub: Program, child: str, words: str) -> str:
    taken = hub.attachments.put(
        actor(VILLAGE), UUID(child), Category.CONTACT, spelling(words), f"{words}.wav", words
    )
    assert hub.settle()
    return str(taken.attachment_id)


def _opened(hub: Program, attachment: str) -> File:
    found = hub.queries.attachment(reader(CIVIL_AFFAIRS), attachment)
    assert found is not None
    return found


@pytest.fixture
def two(hub: Program, job: Job) -> tuple[str, str]:
    """An attachment of each of two children, both open to civil affairs."""
    mine, theirs = _put(hub, job.children["甲"], MINE), _put(hub, job.children[PLACED], THEIRS)
    assert MINE.encode() in _opened(hub, mine).content
    assert THEIRS.encode() in _opened(hub, theirs).content
    return mine, theirs


@contextmanager
def _store(hub: Program) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(hub.folder.root / "attachments.sqlite")) as connection, connection:
        yield connection


def _row(hub: Program, attachment: str) -> tuple[dict[str, Any], dict[str, Any]]:
    with closing(sqlite3.connect(view_file(hub, Seat.CIVIL_AFFAIRS))) as connection:
        (found,) = connection.execute(
            "SELECT clear, sealed FROM facts WHERE organisation = ? AND stream = ?",
            (CIVIL_AFFAIRS, attachment),
        ).fetchall()
    return json.loads(found[0]), json.loads(found[1])


def _rewrite(hub: Program, attachment: str, clear: dict[str, Any], sealed: dict[str, Any]) -> None:
    path: Path = view_file(hub, Seat.CIVIL_AFFAIRS)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "UPDATE facts SET clear = ?, sealed = ? WHERE organisation = ? AND stream = ?",
            (json.dumps(clear), json.dumps(sealed), CIVIL_AFFAIRS, attachment),
        )


SWAPS = ("chunks", "chunks and what is told", "everything but the place")


def _swap(hub: Program, mine: str, theirs: str, how: str) -> None:
    """Show another child's attachment as this one's, as whoever has the databases could try."""
    (clear, sealed), (their_clear, their_sealed) = _row(hub, mine), _row(hub, theirs)
    if how == "chunks":
        with _store(hub) as store:
            for table in ("chunks", "blobs"):
                store.execute(f"DELETE FROM {table} WHERE digest = ?", (clear["digest"],))
                store.execute(
                    f"UPDATE {table} SET digest = ? WHERE digest = ?",
                    (clear["digest"], their_clear["digest"]),
                )
        return
    for name in ("digest", "mark"):
        clear[name] = their_clear[name]
    if how == "everything but the place":
        sealed["blob_key"] = their_sealed["blob_key"]
    _rewrite(hub, mine, clear, sealed)


@pytest.mark.attack(1)
@pytest.mark.parametrize("how", SWAPS)
def test_another_childs_attachment_is_never_shown_as_this_ones(
    hub: Program, two: tuple[str, str], how: str
) -> None:
    _swap(hub, *two, how)
    found = _opened(hub, two[0])
    assert found.content == b""
    assert found.missing in {Marker.TAMPERED.value, Marker.NO_KEY.value}


@pytest.mark.attack(1, broken="the place of a field and of a blob in what their keys authenticate")
def test_without_the_place_another_childs_attachment_would_be_shown(
    hub: Program, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two attachments of one child under its data key: between two children, and with keys of
    their own, those stand as well."""
    monkeypatch.setattr(AttachmentStated, "OWN_KEY", False)
    monkeypatch.setattr(fields, "_associated", lambda context, suite, version: b"")
    monkeypatch.setattr(fields, "subkey", lambda key, suite, event_id, field: key)
    monkeypatch.setattr(blobs, "_place", lambda context, head, index, *, last: b"")
    child = job.children["甲"]
    mine, theirs = _put(hub, child, MINE), _put(hub, child, THEIRS)
    _swap(hub, mine, theirs, "everything but the place")
    assert THEIRS.encode() in _opened(hub, mine).content


@pytest.mark.attack(1)
def test_nor_another_attachment_of_the_same_child(hub: Program, job: Job) -> None:
    child = job.children["甲"]
    mine, theirs = _put(hub, child, MINE), _put(hub, child, THEIRS)
    _swap(hub, mine, theirs, "everything but the place")
    assert _opened(hub, mine) == File(mine, "audio/wav", b"", Marker.TAMPERED.value)


@pytest.mark.attack(2)
@pytest.mark.parametrize("part", ["suite", "format", "nonce", "content", "cut off", "gone"])
def test_a_changed_chunk_shows_nothing_and_is_told_to_the_operator(
    hub: Program, two: tuple[str, str], part: str
) -> None:
    clear, sealed = _row(hub, two[0])
    with _store(hub) as store:
        ((chunk,),) = store.execute(
            "SELECT sealed FROM chunks WHERE digest = ?", (clear["digest"],)
        ).fetchall()
        changed = bytearray(chunk)
        if part == "suite":
            changed[1:3] = b"A0"
        elif part == "cut off":
            changed = changed[:20]
        else:
            changed[{"format": 0, "nonce": 5, "content": 40, "gone": 0}[part]] ^= 1
        name = blobs.blob_digest([bytes(changed)]).hex()
        store.execute(
            "UPDATE chunks SET sealed = ?, digest = ? WHERE digest = ?",
            (bytes(changed), "nowhere" if part == "gone" else name, clear["digest"]),
        )
    # The view is told the new digest: the ciphertext's own name is no defence by itself.
    _rewrite(hub, two[0], {**clear, "digest": name}, sealed)
    with capture_logs() as told:
        assert _opened(hub, two[0]) == File(two[0], "audio/wav", b"", Marker.TAMPERED.value)
    alarm = {"event": "attachment tampered", "attachment": two[0], "log_level": "error"}
    assert alarm in told


@pytest.mark.attack(4)
def test_no_file_holds_a_word_of_an_attachment_or_where_it_was_taken(
    hub: Program, job: Job
) -> None:
    hub.attachments.put(
        actor(VILLAGE), UUID(job.children["甲"]), Category.CONTACT, jpeg(), f"{PLANTED_CHINESE}.jpg"
    )
    _put(hub, job.children["甲"], MINE)
    with pytest.raises(Exception, match="TYPE"):
        hub.attachments.put(
            actor(VILLAGE), UUID(job.children["甲"]), Category.CONTACT, f"GIF{THEIRS}".encode()
        )
    scanner = Scanner([PLANTED, PLANTED_CHINESE, MINE, THEIRS])
    assert readable(scanner.folder(hub.folder.root)) == {}
    assert scanner.bytes("the scanner", spelling(MINE))


@pytest.mark.attack(7)
def test_after_the_keys_are_gone_the_blob_is_noise_and_reads_as_erased(
    hub: Program, job: Job, two: tuple[str, str]
) -> None:
    folder = hub.folder
    root = RootKeystore.open(folder.keystore, folder.passphrase(Settings()))
    with closing(KeyStore(hub.storage, root)) as keys:
        for subject in (job.children["甲"], two[0]):
            keys.delete_keys(UUID(subject))
    assert _opened(hub, two[0]) == File(two[0], "audio/wav", b"", Marker.ERASED.value)
    assert THEIRS.encode() in _opened(hub, two[1]).content
    assert hub.blobs.forget(UUID(job.children["甲"])) == 1
    assert _opened(hub, two[0]).missing == Marker.ERASED.value


@pytest.mark.attack(3)
def test_who_may_not_read_the_category_gets_no_byte(hub: Program, two: tuple[str, str]) -> None:
    """And the entry of the attempt names no child."""
    assert hub.queries.attachment(reader("school:3101170002"), two[0]) is None
    entry = hub.audit.newest(1)[0]
    assert (entry.action, entry.child_ref, entry.categories) == ("attachment.nothing", "", "")


@pytest.mark.attack(14)
def test_no_look_without_its_entry(
    hub: Program, two: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The entry is written before the blob is fetched."""
    seen: list[str] = []

    def fetched(digest: str) -> list[bytes]:
        seen.append(hub.audit.newest(1)[0].action)
        return []

    monkeypatch.setattr(hub.queries, "_chunks", fetched)
    hub.queries.attachment(reader(TOWN), two[0])
    assert seen == ["attachment"]
