"""Who owns the database drops, rewrites or forks the log of looks, or reads without leaving one.

Source: privacy design, "Attacks that must fail" 14: each is detected, and an erasure leaves proofs
valid.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from hub.audit import merkle, verify
from hub.audit.checkpoints import check_follows, open_checkpoint
from hub.audit.events import leaf_of
from hub.audit.log import AccessLog, AccessLogUnavailable, leaf_hash
from hub.audit.merkle import Growing, ProofRefused, check_inclusion
from hub.audit.notes import PublicKey, Signer
from hub.audit.tables import AREA, FIELDS
from hub.audit.trail import Trail, TrailBroken
from hub.audit.tree import Tree
from hub.audit.verify import Finding, Wrong
from hub.bootstrap import Program
from hub.eventstore.opening import open_recorder
from hub.eventstore.recorder import Append, Recorder
from hub.eventstore.tables import AREA as EVENTS
from hub.storage import sqlite
from hub.storage.postgres import PostgresStorage
from hub.storage.sql import Storage
from hub.storage.sqlite import FolderStorage
from tests.adversary.job import Job
from tests.audit.conftest import BACKENDS, NAME, SIGNER, entry, event, stream
from tests.program import CIVIL_AFFAIRS, EDUCATION, reader
from tests.storage.opening import change, select

pytestmark = pytest.mark.adversary

NOW = datetime(2026, 9, 1, 1, tzinfo=UTC)
FIRST, ALL = 12, 20
"""Entries, and events, at the first and at the second checkpoint."""


@dataclass(frozen=True)
class Kept:
    """A log of looks and one of events, both with two checkpoints, which an office keeps."""

    storage: Storage
    log: AccessLog
    recorder: Recorder
    trail: Trail
    notes: dict[Tree, list[str]]

    def find(self, kept: Sequence[str] = ()) -> set[Finding]:
        """What verifying finds."""
        return set(self.trail.verify(kept).findings)

    def do(self, *statements: str) -> None:
        """As whoever owns the databases."""
        for each in statements:
            change(self.storage, EVENTS if "stored_events" in each else AREA, each)


def record(recorder: Recorder, numbers: range) -> None:
    """Events of five streams in turn."""
    events = [event(number % 5, number // 5 + 1) for number in numbers]
    recorder.insert_together([Append(events, [(str(e.originator_id), "") for e in events])])


@pytest.fixture(params=BACKENDS)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kept]:
    storage: Storage = FolderStorage(tmp_path)
    if request.param != "sqlite":
        storage = PostgresStorage(request.getfixturevalue("database"))
    with_all = _filled(storage)
    yield with_all
    for each in (with_all.trail, with_all.recorder, with_all.log):
        each.close()


@pytest.fixture
def in_files(tmp_path: Path) -> Iterator[Kept]:
    found = _filled(FolderStorage(tmp_path))
    yield found
    for each in (found.trail, found.recorder, found.log):
        each.close()


def _filled(storage: Storage) -> Kept:
    log, recorder = AccessLog(storage, create=True), open_recorder(storage, create=True)
    trail = Trail(storage, recorder, SIGNER)
    notes: dict[Tree, list[str]] = {tree: [] for tree in Tree}
    for first, last in ((0, FIRST), (FIRST, ALL)):
        log.append([entry(number) for number in range(first, last)])
        record(recorder, range(first, last))
        trail.follow()
        for tree in Tree:
            notes[tree].append(trail.checkpoint(tree, NOW + timedelta(hours=last)))
    return Kept(storage, log, recorder, trail, notes)


def access(wrong: Wrong, *places: object) -> set[Finding]:
    return {Finding(Tree.ACCESS, wrong, str(place)) for place in places}


def events(wrong: Wrong, *places: object) -> set[Finding]:
    return {Finding(Tree.EVENTS, wrong, str(place)) for place in places}


def test_nothing_is_found_where_nothing_was_done(kept: Kept) -> None:
    found = kept.trail.verify([note for notes in kept.notes.values() for note in notes])
    assert found.findings == []
    assert (found.entries, found.events, found.uncovered, found.streams) == (ALL, ALL, 0, 5)
    record(kept.recorder, range(ALL, ALL + 3))
    later = kept.trail.verify()
    assert (later.findings, later.events, later.uncovered) == ([], ALL + 3, 3)


# What one does to rows


def entry_and_leaf(kept: Kept, number: int, **other: str) -> None:
    """Rewrite an entry, with the leaf hash that stands beside it."""
    changed = replace(entry(number - 1), **other)
    sets = ", ".join(f'"{name}" = ?' for name in FIELDS)
    values = [*(getattr(changed, name) for name in FIELDS), leaf_hash(changed), number]
    change(kept.storage, AREA, f"UPDATE access SET {sets}, leaf = ? WHERE seq = ?", values)


def regrow(kept: Kept) -> None:
    """Make the whole tree anew over what stands in the log."""
    change(kept.storage, AREA, "DELETE FROM tree WHERE tree = 'access'")
    edge = Growing()
    rows = select(kept.storage, AREA, "SELECT leaf FROM access ORDER BY seq")
    for leaf, (hash_,) in enumerate(rows):
        nodes = edge.add(bytes(hash_))
        change(kept.storage, AREA, "INSERT INTO tree VALUES ('access', ?, ?)", (leaf, nodes))


def without_the_newest(kept: Kept) -> None:
    kept.do(
        "DELETE FROM access WHERE seq > 15", "DELETE FROM tree WHERE tree = 'access' AND leaf > 14"
    )


def rewritten(kept: Kept) -> None:
    """The consistent forgery: nobody but one's own office looked."""
    entry_and_leaf(kept, 5, organisation="police:310117")
    regrow(kept)


def forged(kept: Kept) -> None:
    """The same, and one checkpoint of it under a key of one's own, of the hub's name."""
    rewritten(kept)
    kept.do("DELETE FROM checkpoints WHERE tree = 'access'")
    own = open_checkpoint(kept.notes[Tree.ACCESS][0], kept.trail.public)
    edge = Growing()
    for row in select(kept.storage, AREA, "SELECT leaf FROM access ORDER BY seq"):
        edge.add(bytes(row[0]))
    text = replace(own, size=ALL, root=edge.root).text
    values = ("access", 1, ALL, Signer(NAME, bytes(32)).note(text))
    change(kept.storage, AREA, "INSERT INTO checkpoints VALUES (?, ?, ?, ?)", values)


def named(stream: UUID) -> str:
    """A stream as either database writes it."""
    return str((str(stream), stream.hex))


CONTRADICTED = access(Wrong.CHECKPOINT_CONTRADICTED, 1, 2)
ATTACKS: dict[str, tuple[Callable[[Kept], None], set[Finding]]] = {
    "drop an entry": (
        lambda kept: kept.do("DELETE FROM access WHERE seq = 5"),
        access(Wrong.MISSING, 5),
    ),
    "drop an entry and its leaf": (
        lambda kept: kept.do(
            "DELETE FROM access WHERE seq = 5",
            "DELETE FROM tree WHERE tree = 'access' AND leaf = 4",
        ),
        access(Wrong.LEAF_LOST, 5) | access(Wrong.NODE, 6, 8, 16) | CONTRADICTED,
    ),
    "drop a leaf": (
        lambda kept: kept.do("DELETE FROM tree WHERE tree = 'access' AND leaf = 4"),
        access(Wrong.LEAF_LOST, 5),
    ),
    "drop the newest entries and leaves": (
        without_the_newest,
        access(Wrong.CHECKPOINT_CONTRADICTED, 2),
    ),
    "rewrite an entry": (
        lambda kept: kept.do("UPDATE access SET organisation = 'police:310117' WHERE seq = 5"),
        access(Wrong.CHANGED, 5),
    ),
    "rewrite an entry and its hash": (
        lambda kept: entry_and_leaf(kept, 5, organisation="police:310117"),
        access(Wrong.CHANGED, 5),
    ),
    "rewrite an entry and grow the tree anew": (rewritten, CONTRADICTED),
    "change the order": (
        lambda kept: kept.do(
            "UPDATE access SET seq = 1000 WHERE seq = 5",
            "UPDATE access SET seq = 5 WHERE seq = 6",
            "UPDATE access SET seq = 6 WHERE seq = 1000",
        ),
        access(Wrong.CHANGED, 5, 6),
    ),
    "put in an entry": (
        lambda kept: kept.do(
            'INSERT INTO access SELECT 21, at, "user", post, organisation, child_ref, categories,'
            " action, purpose, legal_basis, task, policy_version, leaf FROM access WHERE seq = 5"
        ),
        access(Wrong.NO_LEAF, 21),
    ),
    "put in an entry before the first": (
        lambda kept: kept.do(
            'INSERT INTO access SELECT 0, at, "user", post, organisation, child_ref, categories,'
            " action, purpose, legal_basis, task, policy_version, leaf FROM access WHERE seq = 5"
        ),
        access(Wrong.NO_LEAF, 0),
    ),
    "change a row of the tree": (
        lambda kept: kept.do(
            "UPDATE tree SET nodes = (SELECT nodes FROM tree WHERE tree = 'access' AND leaf = 2)"
            " WHERE tree = 'access' AND leaf = 4"
        ),
        access(Wrong.CHANGED, 5) | access(Wrong.NODE, 6, 8, 16) | CONTRADICTED,
    ),
    "drop the first checkpoint": (
        lambda kept: kept.do("DELETE FROM checkpoints WHERE tree = 'access' AND number = 1"),
        access(Wrong.CHECKPOINT_LOST, 2),
    ),
    "sign with a key of one's own": (
        forged,
        access(Wrong.CHECKPOINT_FORGED, 1),
    ),
    "give one tree's checkpoint as the other's": (
        lambda kept: kept.do(
            "UPDATE checkpoints SET note = (SELECT note FROM checkpoints WHERE tree = 'events'"
            " AND number = 1) WHERE tree = 'access' AND number = 1"
        ),
        access(Wrong.CHECKPOINT_FORGED, 1),
    ),
    "rewrite an event": (
        lambda kept: kept.do(
            f"UPDATE stored_events SET topic = 'made.up.v2' WHERE originator_version = 2"
            f" AND CAST(originator_id AS TEXT) IN {named(stream(0))}"
        ),
        events(Wrong.CHANGED, 6),
    ),
    "drop an event": (
        lambda kept: kept.do(
            f"DELETE FROM stored_events WHERE originator_version = 2"
            f" AND CAST(originator_id AS TEXT) IN {named(stream(0))}"
        ),
        events(Wrong.MISSING, 6) | events(Wrong.STREAM_GAP, stream(0)),
    ),
    "drop a stream's last event": (
        lambda kept: kept.do(
            f"DELETE FROM stored_events WHERE originator_version = 4"
            f" AND CAST(originator_id AS TEXT) IN {named(stream(4))}"
        ),
        events(Wrong.MISSING, 20) | events(Wrong.STREAM_END, stream(4)),
    ),
    "say that an earlier version was a stream's last": (
        lambda kept: kept.do(
            f"DELETE FROM streams WHERE stream = '{stream(4)}' AND version = 4",
        ),
        events(Wrong.STREAM_END, stream(4)),
    ),
    "sign another last version": (
        lambda kept: kept.do(
            "UPDATE streams SET signature = (SELECT signature FROM streams WHERE version = 4"
            f" AND stream = '{stream(3)}') WHERE version = 4 AND stream = '{stream(4)}'"
        ),
        events(Wrong.STREAM_END, stream(4)),
    ),
}


@pytest.mark.attack(14)
@pytest.mark.parametrize("name", ATTACKS)
def test_what_was_done_to_the_log_is_found_and_named(name: str, kept: Kept) -> None:
    attack, found = ATTACKS[name]
    attack(kept)
    assert kept.find() == found


def dropped_with_all_that_was_signed(kept: Kept) -> None:
    """Everything that the database holds fits together afterwards."""
    rewritten(kept)
    kept.do("DELETE FROM checkpoints WHERE tree = 'access'")


@pytest.mark.attack(14)
def test_a_checkpoint_that_an_office_kept_shows_what_the_database_hides(kept: Kept) -> None:
    dropped_with_all_that_was_signed(kept)
    notes = kept.notes[Tree.ACCESS]
    assert kept.find(notes[1:]) == access(Wrong.CHECKPOINT_LOST, 2) | access(
        Wrong.CHECKPOINT_CONTRADICTED, 2
    )


@pytest.mark.attack(14, broken="nobody keeps a checkpoint outside of the hub")
def test_with_no_checkpoint_outside_a_whole_forgery_stays_unnoticed(kept: Kept) -> None:
    dropped_with_all_that_was_signed(kept)
    assert kept.find() == set()


@pytest.mark.attack(14, broken="checkpoints' signatures are not looked at")
def test_without_signatures_a_forged_checkpoint_is_taken(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    forged(kept)
    unsigned = lambda _, note: note.rpartition("\n\n")[0] + "\n"  # noqa: E731
    monkeypatch.setattr(PublicKey, "open_", unsigned)
    assert kept.find() == set()


@pytest.mark.attack(14, broken="entries are not hashed anew")
def test_without_hashing_anew_a_rewritten_entry_stays_unnoticed(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.do("UPDATE access SET organisation = 'police:310117' WHERE seq = 5")
    rows = select(kept.storage, AREA, "SELECT leaf FROM access ORDER BY seq")
    stored = iter([bytes(row[0]) for row in rows])
    monkeypatch.setattr(verify, "leaf_hash", lambda _: next(stored))
    assert kept.find() == set()


# Two histories


def fork(kept: Kept, then: str) -> str:
    """Go on from the first checkpoint with other looks; gives the checkpoint of that."""
    kept.do(
        f"DELETE FROM access WHERE seq > {FIRST}",
        f"DELETE FROM tree WHERE tree = 'access' AND leaf >= {FIRST}",
        "DELETE FROM checkpoints WHERE tree = 'access' AND number > 1",
    )
    log = AccessLog(kept.storage)
    log.append([entry(number, task=then) for number in range(ALL + 5)])
    log.close()
    return kept.trail.checkpoint(Tree.ACCESS, NOW + timedelta(days=2))


@pytest.mark.attack(14)
def test_two_histories_are_found_by_whoever_saw_one_of_them(kept: Kept) -> None:
    """The hub itself signs the second one: its own database fits together."""
    other = fork(kept, "fork")
    assert kept.find() == set()
    assert kept.find(kept.notes[Tree.ACCESS]) == access(Wrong.CHECKPOINT_CONTRADICTED, 2)
    # An office that only asks for proof is not satisfied either.
    old, new = (
        open_checkpoint(note, kept.trail.public) for note in (kept.notes[Tree.ACCESS][1], other)
    )
    proof = kept.trail.consistency(Tree.ACCESS, old.size, new.size)
    with pytest.raises(ProofRefused):
        check_follows(old, new, proof)


@pytest.mark.attack(14, broken="a newer checkpoint is taken without a proof that it follows")
def test_without_asking_for_proof_a_fork_is_taken(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = open_checkpoint(fork(kept, "fork"), kept.trail.public)
    old = open_checkpoint(kept.notes[Tree.ACCESS][1], kept.trail.public)
    monkeypatch.setattr("hub.audit.checkpoints.check_consistency", lambda *_: None)
    check_follows(old, other, [])


@pytest.mark.attack(14)
def test_the_hub_does_not_sign_what_contradicts_its_last_checkpoint(kept: Kept) -> None:
    rewritten(kept)
    with pytest.raises(TrailBroken):
        kept.trail.checkpoint(Tree.ACCESS, NOW)


@pytest.mark.attack(14, broken="what was signed last is not compared before signing")
def test_without_that_look_a_rewritten_log_is_signed(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    rewritten(kept)
    before = open_checkpoint(kept.notes[Tree.ACCESS][1], kept.trail.public)
    edge = Growing()
    for row in select(kept.storage, AREA, "SELECT leaf FROM access ORDER BY seq"):
        edge.add(bytes(row[0]))
    monkeypatch.setattr(kept.trail, "_opened", lambda *_: replace(before, root=edge.root))
    assert kept.trail.checkpoint(Tree.ACCESS, NOW)


# Reading without a leaf

SILENT = "CREATE TRIGGER silent_{table} BEFORE INSERT ON {table} BEGIN SELECT RAISE(IGNORE); END"
SILENT_ON_POSTGRES = (
    "CREATE FUNCTION silence() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "GRANT EXECUTE ON FUNCTION silence() TO hub_audit",
    "CREATE TRIGGER silent BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION silence()",
)


def silence(storage: Storage, table: str) -> None:
    """Let the database leave out every row that the hub writes, and say nothing."""
    on_server = isinstance(storage, PostgresStorage)
    for each in SILENT_ON_POSTGRES if on_server else (SILENT,):
        change(storage, AREA, each.format(table=table))


@pytest.mark.attack(14)
@pytest.mark.parametrize("table", ["access", "tree"])
def test_a_database_that_leaves_out_entries_is_noticed_at_once(kept: Kept, table: str) -> None:
    silence(kept.storage, table)
    with pytest.raises(AccessLogUnavailable):
        kept.log.append([entry(1)])
    assert kept.log.count() == ALL


@pytest.mark.attack(14, broken="rows that went in are not counted")
def test_without_counting_a_look_leaves_nothing_behind(
    in_files: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    for table in ("access", "tree"):
        silence(in_files.storage, table)
    insert = sqlite._Connection.insert

    def uncounted(self: Any, into: str, rows: Sequence[Any], otherwise: str = "") -> int:
        insert(self, into, rows, otherwise)
        return len(rows)

    monkeypatch.setattr(sqlite._Connection, "insert", uncounted)
    in_files.log.append([entry(1)])
    assert in_files.log.count() == ALL
    assert in_files.find() == set()


@pytest.mark.attack(14)
def test_nothing_is_opened_where_the_look_leaves_no_leaf(hub: Program, job: Job) -> None:
    child = job.children["甲"]
    assert hub.queries.child_file(reader(CIVIL_AFFAIRS), child)
    silence(hub.storage, "tree")
    for ask in (hub.queries.child_file, hub.queries.timeline):
        with pytest.raises(AccessLogUnavailable):
            ask(reader(CIVIL_AFFAIRS), child)


# Erasure


@pytest.mark.attack(14)
def test_an_erasure_leaves_every_proof_valid(hub: Program, job: Job) -> None:
    child = UUID(job.children["甲"])
    assert hub.queries.child_file(reader(EDUCATION), str(child))
    hub.trail.follow()
    facts = hub.store.history([child], hub.store.position)
    assert len(facts) > 3
    notes = [hub.trail.checkpoint(tree, hub.clock.now()) for tree in Tree]
    under = open_checkpoint(notes[1], hub.trail.public)
    stored = hub.store.recorder.select_notifications(1, 10_000)
    proofs = [
        (fact.position - 1, hub.trail.inclusion(Tree.EVENTS, fact.position - 1, under.size))
        for fact in facts
    ]
    keys = hub.hub.matching._keyservice._keys
    keys.fence(child)
    keys.delete_keys(child)
    again = hub.store.recorder.select_notifications(1, 10_000)
    for leaf, proof in proofs:
        assert leaf_of(again[leaf]) == leaf_of(stored[leaf])
        check_inclusion(leaf, under.size, leaf_of(again[leaf]), proof, under.root)
    assert hub.trail.verify(notes).findings == []


@pytest.mark.attack(14, broken="leaves are over what a key opens, not over ciphertext")
def test_leaves_over_what_a_key_opens_would_not_survive_an_erasure(hub: Program, job: Job) -> None:
    child = UUID(job.children["甲"])

    def plain() -> bytes:
        found = hub.queries.child_file(reader(CIVIL_AFFAIRS), str(child))
        assert found is not None
        return merkle.leaf_hash(repr(sorted(found.fields.items())).encode())

    before = plain()
    keys = hub.hub.matching._keyservice._keys
    keys.fence(child)
    keys.delete_keys(child)
    assert plain() != before
