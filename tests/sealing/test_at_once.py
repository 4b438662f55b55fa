"""Two who are at the same sealing, opening or erasure at once: one waits, and nothing is lost.

Source: privacy design, "Erase, seal": each step may be done again; ADR 0025.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.erasure import ErasureState
from domain.kernel import Refused
from domain.organisations import Post
from domain.sealing import SealingState
from hub.bootstrap import Program
from hub.encryption.keystore import SubjectErased
from hub.erasure.journal import Journal as ErasureJournal
from hub.erasure.journal import Step as ErasureStep
from hub.failures import Cause, foreseen
from hub.sealing.journal import Journal, SharesMissing, Step
from hub.storage import lead
from hub.storage.lead import NotLeader, StillAtWork
from hub.storage.postgres import PostgresStorage
from hub.storage.sql import Storage
from hub.storage.sqlite import FolderStorage
from tests.erasure import office as erasing
from tests.program import SCHOOL, START, actor, at, running, topics
from tests.sealing.office import (
    APPROVES,
    ASKS,
    ask,
    known_pupil,
    opened,
    record_of,
    seal,
    took_measure,
    with_holders,
)

pytestmark = pytest.mark.slow

HELD = b"sealed"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Program]:
    with running(tmp_path / "data") as made:
        yield made


@pytest.fixture(params=("folder", "postgresql"))
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "folder":
        return FolderStorage(tmp_path)
    return PostgresStorage(request.getfixturevalue("database"))


def _sealable(hub: Program, folder: Path) -> tuple[UUID, UUID]:
    with_holders(hub, folder)
    child = known_pupil(hub)
    took_measure(hub)
    return child, record_of(hub, child)


def test_a_second_request_takes_neither_shares_nor_steps_away(storage: Storage) -> None:
    journal, record, child, entry = Journal(storage, create=True), uuid4(), uuid4(), uuid4()
    journal.begin(record, child, uuid4(), HELD)
    journal.begin(record, child, entry, HELD)
    journal.keep_shares(record, {"one": "a", "other": "b"})
    journal.begin(record, child, uuid4(), b"late")
    journal.keep_shares(record, {"one": "c", "other": "d"})
    journal.done(record, Step.VIEWS, START)
    journal.forget_shares(record)
    journal.begin(record, child, uuid4(), b"late")
    found = journal.get(record)
    assert found is not None
    assert (found.entry, found.document) == (entry, HELD), "entered anew until anything is done"
    assert found.steps == {Step.VIEWS: START}
    journal.close()


def test_the_first_shares_stay(storage: Storage) -> None:
    journal, record = Journal(storage, create=True), uuid4()
    journal.begin(record, uuid4(), uuid4(), HELD)
    for shares in ({"one": "a", "other": "b"}, {"one": "c", "other": "d"}):
        journal.keep_shares(record, shares)
    found = journal.get(record)
    assert found is not None
    assert found.shares == {"one": "a", "other": "b"}
    journal.close()


def test_a_second_request_for_an_erasure_takes_no_step_away(storage: Storage) -> None:
    journal, child = ErasureJournal(storage, create=True), uuid4()
    row = uuid4()
    journal.begin(child, uuid4(), HELD)
    journal.prepare(child, [row])
    journal.done(child, ErasureStep.ROWS, START)
    journal.begin(child, uuid4(), b"late")
    found = journal.get(child)
    assert found is not None
    assert (found.document, found.rows) == (HELD, (row,))
    assert found.steps == {ErasureStep.ROWS: START}
    journal.close()


def test_whoever_asks_while_another_approves_waits_and_loses_nothing(
    hub: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The record's keys are already gone: an entry without their shares would lose it for ever."""
    _, record = _sealable(hub, tmp_path)
    ask(hub, record)
    _meanwhile(monkeypatch, hub.sealings, lambda: hub.sealings.approve(record, APPROVES))
    ask(hub, record)
    monkeypatch.undo()
    done = hub.sealings.approve(record, APPROVES)
    assert done.state is SealingState.APPROVED
    assert hub.sealings.resume(rotate_now=True) == 1
    note = hub.sealings.progress(record).receipt
    assert note is not None
    assert '"holders": []' not in note
    files = {h: tmp_path / f"{h.partition(':')[0]}.keys" for h in hub.sealings.holders}
    assert hub.openings.read(opened(hub, record, files), ASKS)


def test_whoever_asks_for_an_erasure_while_another_approves_waits(
    hub: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = erasing.child_with_a_file(hub)
    erasing.ask(hub, child)
    _meanwhile(monkeypatch, hub.erasures, lambda: hub.erasures.approve(child, erasing.APPROVES))
    erasing.ask(hub, child)
    monkeypatch.undo()
    assert hub.erasures.approve(child, erasing.APPROVES).state is ErasureState.APPROVED


def _meanwhile(monkeypatch: pytest.MonkeyPatch, asked: Any, approve: Callable[[], object]) -> None:
    """Somebody approves in the very moment in which another one's request is entered."""
    monkeypatch.setattr(lead, "PATIENCE", 0.0)
    real = asked._journal.begin

    def late(*entered: Any) -> None:
        with pytest.raises(StillAtWork) as refusal:
            approve()
        told = foreseen(refusal.value)
        assert told is not None
        assert told.cause is Cause.BUSY
        real(*entered)

    monkeypatch.setattr(asked._journal, "begin", late)


def test_one_process_at_a_time_goes_on(hub: Program, tmp_path: Path, monkeypatch: Any) -> None:
    child, record = _sealable(hub, tmp_path)
    files = {h: tmp_path / f"{h.partition(':')[0]}.keys" for h in hub.sealings.holders}
    seal(hub, record)
    opening = opened(hub, record, files)
    took_measure(hub, taken_on="2025-02-25")
    second = record_of(hub, child)
    ask(hub, second)
    other = erasing.child_with_a_file(hub, 2)
    erasing.ask(hub, other)
    monkeypatch.setattr(lead, "PATIENCE", 0.0)
    at(hub, START + timedelta(days=4))
    assert not hub.openings.told(opening).is_open
    with hub.leads.take(("sealing", "erasure")):
        for work in (
            lambda: hub.sealings.approve(second, APPROVES),
            lambda: hub.openings.resume(),
            lambda: hub.erasures.approve(other, erasing.APPROVES),
        ):
            with pytest.raises(StillAtWork):
                work()
    assert topics(hub).count("record_seal.sealed.v1") == 1, "the first one's"
    assert "child_file.erased.v1" not in topics(hub)
    assert hub.sealings.approve(second, APPROVES).state is SealingState.APPROVED
    assert hub.openings.resume(rotate_now=True) == 1


def test_keys_that_are_gone_without_shares_stop_the_sealing_loudly(
    hub: Program, tmp_path: Path
) -> None:
    """And never the others', nor is there ever a receipt that names no holder."""
    child, record = _sealable(hub, tmp_path)
    took_measure(hub, taken_on="2025-02-25")
    second = record_of(hub, child)
    for each in (record, second):
        ask(hub, each)
        hub.sealings._seen, seen = (lambda position: False), hub.sealings._seen
        hub.sealings.approve(each, APPROVES)
        hub.sealings._seen = seen
    lost, kept = sorted((record, second))
    hub.keys.delete_keys(lost)
    with pytest.raises(SharesMissing) as failure:
        hub.sealings.resume(rotate_now=True)
    assert foreseen(failure.value) is not None
    assert hub.sealings.progress(kept).receipt is not None
    found = hub.sealings.progress(lost)
    assert (found.state, found.receipt) == (SealingState.APPROVED, None)
    assert Step.KEYS not in found.steps


@pytest.mark.parametrize("given", [False, True])
def test_a_child_that_is_erased_before_the_sealing_ends_leaves_no_share_and_no_receipt(
    given: bool, hub: Program, tmp_path: Path
) -> None:
    child, record = _sealable(hub, tmp_path)
    ask(hub, record)
    if not given:
        hub.sealings._seen = lambda position: False
    assert bool(hub.sealings.approve(record, APPROVES).steps) is given
    erasing.ask(hub, child)
    hub.erasures.approve(child, erasing.APPROVES)
    hub.sealings._seen = lambda position: True
    assert hub.sealings.resume(rotate_now=True) == 0
    assert hub.sealings.progress(record).receipt is None
    entry = hub.sealings._journal.get(record)
    assert entry is not None
    assert entry.shares == {}
    with pytest.raises(SubjectErased):
        hub.keys.every_key(record)


def test_what_was_approved_goes_on_by_itself(hub: Program, tmp_path: Path) -> None:
    """At start, and when its day has come."""
    _, record = _sealable(hub, tmp_path)
    other = erasing.child_with_a_file(hub, 2)
    ask(hub, record)
    erasing.ask(hub, other)

    def cut_off(done: str) -> None:
        if done == "approved":
            raise erasing.CutOff(done)

    hub.sealings._after = hub.erasures._after = cut_off
    with pytest.raises(erasing.CutOff):
        hub.sealings.approve(record, APPROVES)
    with pytest.raises(erasing.CutOff):
        hub.erasures.approve(other, erasing.APPROVES)
    with hub.keeping_up() as go_on:
        with pytest.raises(NotLeader), hub.keeping_up():
            pass
        go_on(lambda position: None)
        assert Step.KEYS in hub.sealings.progress(record).steps
        assert ErasureStep.KEYS in hub.erasures.progress(other).steps
        at(hub, START + timedelta(days=8))
        go_on(lambda position: None)
    assert hub.sealings.progress(record).state is SealingState.COMPLETED
    assert hub.erasures.progress(other).state is ErasureState.COMPLETED


def test_who_may_not_ask_is_told_nothing_of_a_sealing_that_is_under_way(
    hub: Program, tmp_path: Path
) -> None:
    _, record = _sealable(hub, tmp_path)
    seal(hub, record)
    with pytest.raises(Refused) as refusal:
        hub.sealings.approve(record, actor(SCHOOL, Post.HEAD, "u-other"))
    assert refusal.value.code == "SEALING_NOT_YOURS"
