"""The trees as they are kept: every entry is a leaf, every event becomes one, and what was signed
can be shown to be what is there."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hub.audit.checkpoints import NO_PREVIOUS, check_follows, open_checkpoint
from hub.audit.events import last_version, leaf_of
from hub.audit.log import AccessLog, AccessLogUnavailable, leaf_hash
from hub.audit.merkle import EMPTY_ROOT, Growing, check_inclusion
from hub.audit.notes import NoteRefused
from hub.audit.tables import AREA
from hub.audit.trail import PORTION, Trail, TrailBroken
from hub.audit.tree import Tree
from hub.eventstore.recorder import Append, Recorder
from hub.storage.sql import Storage
from tests.audit.conftest import SIGNER, entry, event, stream
from tests.storage.opening import change, select

NOW = datetime(2026, 9, 1, 1, tzinfo=UTC)


def root(hashes: list[bytes]) -> bytes:
    edge = Growing()
    for each in hashes:
        edge.add(each)
    return edge.root


# Who looked


def test_an_entry_and_its_leaf_are_written_together(log: AccessLog, trail: Trail) -> None:
    assert trail.size(Tree.ACCESS) == 0
    entries = [entry(number) for number in range(5)]
    assert log.append(entries[:2]) == [0, 1]
    assert log.append(entries[2:]) == [2, 3, 4]
    assert trail.size(Tree.ACCESS) == log.count() == 5
    found = open_checkpoint(trail.checkpoint(Tree.ACCESS, NOW), trail.public)
    assert found.root == root([leaf_hash(each) for each in entries])
    for leaf, each in enumerate(entries):
        proof = trail.inclusion(Tree.ACCESS, leaf, 5)
        check_inclusion(leaf, 5, leaf_hash(each), proof, found.root)


def test_no_entry_costs_no_leaf(log: AccessLog, trail: Trail) -> None:
    assert log.append([]) == []
    assert trail.size(Tree.ACCESS) == 0


def test_entries_of_several_processes_have_one_order_without_a_hole(
    open_log: Callable[[], AccessLog], trail: Trail, storage: Storage
) -> None:
    logs = [open_log() for _ in range(4)]

    def write(number: int) -> list[int]:
        each = [entry(number, task=str(n)) for n in range(number % 3 + 1)]
        return logs[number % 4].append(each)

    with ThreadPoolExecutor(8) as pool:
        given = sorted(leaf for leaves in pool.map(write, range(60)) for leaf in leaves)
    assert given == list(range(len(given)))
    rows = select(storage, AREA, "SELECT seq, leaf FROM access ORDER BY seq")
    assert [row[0] for row in rows] == [leaf + 1 for leaf in given]
    found = open_checkpoint(trail.checkpoint(Tree.ACCESS, NOW), trail.public)
    assert found.root == root([bytes(row[1]) for row in rows])


def test_what_was_rolled_back_leaves_no_hole(
    log: AccessLog, open_log: Callable[[], AccessLog], monkeypatch: pytest.MonkeyPatch
) -> None:
    log.append([entry(1)])
    with monkeypatch.context() as patch:
        patch.setattr("hub.audit.log._INTO", "nowhere")
        with pytest.raises(AccessLogUnavailable):
            log.append([entry(2)])
    assert open_log().append([entry(3)]) == [1]
    assert log.append([entry(4)]) == [2]


def test_an_entry_put_in_behind_the_hubs_back_stops_it(log: AccessLog, storage: Storage) -> None:
    log.append([entry(1)])
    change(
        storage,
        AREA,
        'INSERT INTO access SELECT 2, at, "user", post, organisation, child_ref, categories,'
        " action, purpose, legal_basis, task, policy_version, leaf FROM access",
    )
    with pytest.raises(AccessLogUnavailable):
        log.append([entry(2)])


# What was recorded


def record(recorder: Recorder, *events: tuple[int, int]) -> None:
    index = [(str(stream(number)), "") for number, _ in events]
    recorder.insert_together([Append([event(*each) for each in events], index)])


def test_the_tree_of_events_follows_the_log(trail: Trail, recorder: Recorder) -> None:
    assert trail.follow() == 0
    record(recorder, (1, 1), (2, 1), (1, 2))
    assert trail.follow() == 3
    record(recorder, (2, 2))
    assert trail.follow() == 1
    assert trail.follow() == 0
    hashes = [leaf_of(each) for each in recorder.select_notifications(1, 10)]
    assert len(hashes) == len(set(hashes)) == 4
    found = open_checkpoint(trail.checkpoint(Tree.EVENTS, NOW), trail.public)
    assert (found.size, found.root) == (4, root(hashes))


def test_it_takes_in_more_than_a_portion(trail: Trail, recorder: Recorder) -> None:
    many = PORTION + 20
    record(recorder, *((number, 1) for number in range(many)))
    assert trail.follow() == many
    assert trail.size(Tree.EVENTS) == many


def test_a_tree_of_events_that_was_lost_is_grown_anew(
    trail: Trail, recorder: Recorder, storage: Storage
) -> None:
    record(recorder, (1, 1), (2, 1), (1, 2))
    trail.follow()
    trail.checkpoint(Tree.EVENTS, NOW)
    change(storage, AREA, "DELETE FROM tree WHERE tree = 'events'")
    assert trail.follow() == 3
    assert trail.verify().findings == []


def test_two_that_follow_take_nothing_in_twice(
    trail: Trail, recorder: Recorder, storage: Storage
) -> None:
    record(recorder, *((number, 1) for number in range(50)))
    other = Trail(storage, recorder, SIGNER)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda each: each.follow(), [trail, other, trail, other]))
    other.close()
    assert trail.size(Tree.EVENTS) == 50


def test_the_last_version_of_each_stream_is_signed(trail: Trail, recorder: Recorder) -> None:
    record(recorder, (1, 1), (2, 1), (1, 2))
    trail.follow()
    record(recorder, (1, 3))
    trail.follow()
    stored = recorder.select_notifications(1, 10)
    for number, version, leaf in ((1, 3, 3), (2, 1, 1)):
        end = trail.stream_end(stream(number))
        assert end is not None
        assert (end.version, end.leaf) == (version, leaf)
        hash_ = leaf_of(stored[leaf])
        name = trail.origin(Tree.EVENTS)
        signed = last_version(name, stream(number), version, leaf, hash_)
        trail.public.check(signed, end.signature)
        with pytest.raises(NoteRefused):
            trail.public.check(
                last_version(name, stream(number), version - 1, leaf, hash_), end.signature
            )
    assert trail.stream_end(stream(3)) is None


def test_a_hole_in_the_log_is_not_passed_over(
    trail: Trail, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(recorder, (1, 1), (2, 1), (3, 1))
    whole = recorder.select_notifications(1, 10)
    monkeypatch.setattr(recorder, "select_notifications", lambda *a, **k: [whole[0], whole[2]])
    with pytest.raises(TrailBroken, match=r"^events 1$"):
        trail.follow()


def test_a_leaf_holds_every_byte_of_its_event(recorder: Recorder) -> None:
    record(recorder, (1, 1))
    (stored,) = recorder.select_notifications(1, 1)
    others = [
        replace(stored, originator_id=stream(2)),
        replace(stored, originator_version=2),
        replace(stored, topic="made.up.v2"),
        replace(stored, state=stored.state + b" "),
        # A boundary that moves.
        replace(stored, topic=stored.topic + "s", state=stored.state[1:]),
    ]
    assert len({leaf_of(each) for each in [stored, *others]}) == 6


# What is signed


def test_checkpoints_follow_each_other(trail: Trail, log: AccessLog) -> None:
    assert trail.latest(Tree.ACCESS) is None
    first = open_checkpoint(trail.checkpoint(Tree.ACCESS, NOW), trail.public)
    assert (first.number, first.size, first.root) == (1, 0, EMPTY_ROOT)
    assert first.previous == NO_PREVIOUS
    before = first
    for number in range(1, 9):
        log.append([entry(each) for each in range(number)])
        note = trail.checkpoint(Tree.ACCESS, NOW + timedelta(hours=number))
        assert trail.latest(Tree.ACCESS) == note
        found = open_checkpoint(note, trail.public)
        assert (found.number, found.previous) == (number + 1, before.hash)
        assert found.at == NOW + timedelta(hours=number)
        for old in (first, before):
            proof = trail.consistency(Tree.ACCESS, old.size, found.size)
            check_follows(old, found, proof)
        before = found


def test_each_tree_has_checkpoints_of_its_own(
    trail: Trail, log: AccessLog, recorder: Recorder
) -> None:
    log.append([entry(1)])
    record(recorder, (1, 1), (2, 1))
    trail.follow()
    origins = set()
    for tree, size in ((Tree.ACCESS, 1), (Tree.EVENTS, 2)):
        found = open_checkpoint(trail.checkpoint(tree, NOW), trail.public)
        assert (found.tree, found.size, found.number) == (tree, size, 1)
        origins.add(found.origin)
    assert origins == {"hub.310117/access", "hub.310117/events"}


def test_nothing_is_signed_that_contradicts_what_was_signed(
    trail: Trail, log: AccessLog, storage: Storage
) -> None:
    log.append([entry(each) for each in range(5)])
    trail.checkpoint(Tree.ACCESS, NOW)
    kept = trail.latest(Tree.ACCESS)
    change(storage, AREA, "DELETE FROM tree WHERE tree = 'access' AND leaf = 4")
    with pytest.raises(TrailBroken, match=r"^access 5$"):
        trail.checkpoint(Tree.ACCESS, NOW)
    change(storage, AREA, "DELETE FROM access WHERE seq = 5")
    log.append([entry(99)])
    with pytest.raises(TrailBroken, match=r"^access 5$"):
        trail.checkpoint(Tree.ACCESS, NOW)
    assert trail.latest(Tree.ACCESS) == kept


def test_a_size_that_never_was_is_not_proved(trail: Trail, log: AccessLog) -> None:
    log.append([entry(1)])
    assert trail.consistency(Tree.ACCESS, 0, 1) == []
    for old, new in ((2, 1), (1, 2), (-1, 1)):
        with pytest.raises(ValueError, match="never"):
            trail.consistency(Tree.ACCESS, old, new)
