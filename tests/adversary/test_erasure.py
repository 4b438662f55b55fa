"""What was erased stays erased: in every view, in every process, in every backup, at every crash.

Source: privacy design, "Erase, seal" and "Attacks that must fail" 5, 6, 7 and 8. Every attack
stands beside a test that takes its one defence away and shows that the attack then succeeds.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from domain.child_file import ChildErased, ListForFollowUp, StateContact
from domain.erasure import ErasureState
from domain.identity import IdentityClaim
from domain.kernel import Category, Erased
from domain.organisations import Seat
from domain.referral import RequestReferral
from hub.application import SYSTEM
from hub.bootstrap import Program, open_storage
from hub.encryption import keystore
from hub.encryption.keystore import KeyStore, KeyStoreStale, SubjectErased
from hub.encryption.root import RootKeystore
from hub.erasure.journal import Step
from hub.eventstore.codec import Fact
from hub.keyservice import Marker
from hub.settings import DataFolder, Settings
from projections.reach import Reach
from tests.erasure.office import APPROVES, CutOff, ask, child_with_a_file, cut_off_after, erase
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    START,
    TOWN,
    absent,
    actor,
    enrolled,
    pupil,
    reader,
    resident,
    running,
    take,
    topics,
)
from tests.system.backends import use

pytestmark = pytest.mark.adversary

WHO = Category.WHO.value


@pytest.fixture(params=("folder", "postgresql"))
def root(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A data folder, with its tables in it or on a server."""
    use(request.param, request, monkeypatch)
    return tmp_path / "data"


@pytest.fixture
def hub(root: Path) -> Iterator[Program]:
    with running(root) as made:
        yield made


def _shown(hub: Program, organisation: str, child: UUID) -> list[dict[str, Any]]:
    items = hub.queries.timeline(reader(organisation), str(child), limit=200).items
    return [{"title": each.title, "fields": dict(each.fields)} for each in items]


# 5: after an erasure all views and a full replay work


@pytest.mark.attack(5)
def test_views_and_a_full_replay_work_after_an_erasure_and_hold_nothing_of_the_child(
    hub: Program,
) -> None:
    child, other = child_with_a_file(hub, 1), child_with_a_file(hub, 2)
    before = {by: _shown(hub, by, other) for by in (CIVIL_AFFAIRS, EDUCATION, TOWN)}
    erase(hub, child)
    hub.settle()

    def look() -> dict[str, Any]:
        return {
            by: [
                _shown(hub, by, child),
                _shown(hub, by, other),
                hub.queries.child_file(reader(by), str(child)),
                len(hub.queries.children(reader(by)).items),
            ]
            for by in (CIVIL_AFFAIRS, EDUCATION, TOWN)
        }

    held = look()
    for by, (erased, others, file, children) in held.items():
        assert erased == [{"title": "依法删除", "fields": {}}], by
        assert file is None
        assert others == before[by], "nobody else lost anything"
        assert children == 1
    hub.projector.rebuild(list(hub.projector.views), lambda seat: None)
    assert look() == held
    assert not [view for view in hub.projector.views.values() if view.dead_letters()]


@pytest.mark.attack(5)
def test_a_view_that_is_behind_reads_erased_in_every_field(hub: Program) -> None:
    child = child_with_a_file(hub, 1)
    erase(hub, child)
    shown = [value for each in _shown(hub, TOWN, child) for value in each["fields"].values()]
    assert shown
    assert set(shown) == {Marker.ERASED.value}


@pytest.mark.attack(5, broken="views do not let go of what is fenced")
def test_without_the_fence_in_the_views_their_clear_facts_would_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(tmp_path / "data") as hub:
        child = child_with_a_file(hub, 1)
        honest = Reach.apply

        def blind(self: Reach, seat: Seat, fact: Fact, *, readable: frozenset[str]) -> bool:
            fence = fact.topic == ChildErased.TOPIC
            return False if fence else honest(self, seat, fact, readable=readable)

        monkeypatch.setattr(Reach, "apply", blind)
        erase(hub, child)
        hub.settle()
        file = hub.queries.child_file(reader(TOWN), str(child))
        assert file is not None
        assert file.village, "where the child lives stands in the view"


# 6: a warm key cache in another process is refused after erase or revoke


@pytest.mark.attack(6)
def test_a_warm_cache_in_another_process_is_refused_after_an_erasure(
    hub: Program, root: Path
) -> None:
    child = child_with_a_file(hub, 1)
    with _keys(root) as other:
        assert other.get(child, WHO, 1)
        ask(hub, child)
        hub.erasures.approve(child, APPROVES)
        with pytest.raises(SubjectErased):
            other.get(child, WHO, 1)
        with pytest.raises(SubjectErased):
            other.ensure([(child, WHO)])


@pytest.mark.attack(6, broken="a cache asks for no revocation counter")
def test_without_the_revocation_counter_a_warm_cache_would_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(tmp_path / "data") as hub:
        child = child_with_a_file(hub, 1)
        with _keys(tmp_path / "data") as other:
            known = other.get(child, WHO, 1)
            counter = other.revocation_counter()
            ask(hub, child)
            hub.erasures.approve(child, APPROVES)
            monkeypatch.setattr(KeyStore, "revocation_counter", lambda self: counter)
            assert other.get(child, WHO, 1) == known


# 7: the key database restored from before the erasure opens nothing erased


@pytest.mark.attack(7)
def test_a_key_database_from_before_the_erasure_opens_nothing_erased(tmp_path: Path) -> None:
    root = tmp_path / "data"
    with running(root) as hub:
        child = child_with_a_file(hub, 1)
    _backup(root, tmp_path / "before")
    with running(root) as hub:
        erase(hub, child)
    _restore(tmp_path / "before", root)
    with _keys(root) as keys:
        with pytest.raises(KeyStoreStale):
            keys.get(child, WHO, 1)
        with pytest.raises(KeyStoreStale):
            keys.ensure([(child, WHO)])


@pytest.mark.attack(7)
def test_a_restored_key_database_has_its_fences_put_up_again(tmp_path: Path) -> None:
    """Without its fence a late duplicate could mint a key; the journal and the log know better."""
    root = tmp_path / "data"
    with running(root) as hub:
        child = child_with_a_file(hub, 1)
    _backup(root, tmp_path / "before")
    with running(root) as hub:
        erase(hub, child)
    _restore(tmp_path / "before", root)
    with running(root) as hub:
        assert hub.erasures.fence_again() == 1
        assert hub.erasures.fence_again() == 0
    with _keys(root) as keys, pytest.raises(SubjectErased):
        keys.get(child, WHO, 1)


@pytest.mark.attack(7)
def test_a_hub_that_serves_puts_the_fences_up_again_by_itself_and_says_so(tmp_path: Path) -> None:
    root = tmp_path / "data"
    with running(root) as hub:
        child = child_with_a_file(hub, 1)
    _backup(root, tmp_path / "before")
    with running(root) as hub:
        erase(hub, child)
    _restore(tmp_path / "before", root)
    with running(root) as hub, hub.keeping_up() as step, capture_logs() as told:
        step(lambda position: None)
        step(lambda position: None)
    assert [each["event"] for each in told] == ["fences were missing"]
    with _keys(root) as keys, pytest.raises(SubjectErased):
        keys.get(child, WHO, 1)


@pytest.mark.attack(7, broken="the epoch key is not destroyed")
def test_without_the_epochs_destruction_an_old_backup_would_open_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RootKeystore, "destroy_epoch", lambda self, bucket, epoch: None)
    root = tmp_path / "data"
    with running(root) as hub:
        child = child_with_a_file(hub, 1)
    _backup(root, tmp_path / "before")
    with running(root) as hub:
        erase(hub, child)
    _restore(tmp_path / "before", root)
    with _keys(root) as keys:
        assert keys.get(child, WHO, 1)


# 8: a crash at each step resumes; a late duplicate mints no key

BEFORE = ("begun", "requested", "prepared")
STEPS = (*BEFORE, "approved", *(step.value for step in Step), "completed")


@pytest.mark.attack(8)
@pytest.mark.parametrize("step", STEPS)
def test_an_erasure_that_is_cut_off_after_any_step_goes_on_to_its_end(
    step: str, tmp_path: Path
) -> None:
    root = tmp_path / "data"
    with running(root) as hub:
        child = child_with_a_file(hub, 1)
        cut_off_after(hub, step)
        with pytest.raises(CutOff):
            _carry_out(hub, child)
    with running(root) as hub:
        if step in BEFORE:
            if step == "begun":
                assert hub.erasures.all() == [], "nothing was asked for yet"
                ask(hub, child)
            hub.erasures.approve(child, APPROVES)
        hub.erasures.resume(rotate_now=True)
        assert _is_gone(hub, child)
        found = hub.erasures.progress(child)
        assert found.state is ErasureState.COMPLETED
        assert set(found.steps) == set(Step)
        assert found.receipt is not None
        assert topics(hub).count("child_file.erased.v1") == 1
        assert topics(hub).count("erasure.completed.v1") == 1
        assert hub.erasures.resume(rotate_now=True) == 0


@pytest.mark.attack(8, broken="nothing goes on by the journal")
def test_without_the_journal_what_was_cut_off_would_keep_its_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(tmp_path / "data") as hub:
        child = child_with_a_file(hub, 1)
        ask(hub, child)
        go_on = cut_off_after(hub, "approved")
        with pytest.raises(CutOff):
            hub.erasures.approve(child, APPROVES)
        go_on()
        monkeypatch.setattr(hub.erasures._journal, "all", lambda unfinished=False: [])
        hub.erasures.resume(rotate_now=True)
        assert not _is_gone(hub, child)


LATE = (
    ("education.roll", EDUCATION, enrolled),
    ("town.residence", TOWN, resident),
)


@pytest.mark.attack(8)
def test_a_late_duplicate_is_refused_as_erased_and_mints_no_key(hub: Program, root: Path) -> None:
    child = child_with_a_file(hub, 1)
    erase(hub, child)
    before = _subjects(hub)
    position = hub.store.position
    for kind, by, stated in LATE:
        outcome = take(hub, by, kind, stated(pupil(1)))
        assert [fault.code for fault in outcome.faults] == ["ERASED"]
        assert outcome.quarantine_id is None, "nor is it kept until somebody corrects it"
    assert hub.store.position == position
    assert _subjects(hub) == before


@pytest.mark.attack(8)
def test_a_late_event_is_refused_as_erased_whether_or_not_it_needs_a_key(hub: Program) -> None:
    child = child_with_a_file(hub, 1)
    erase(hub, child)
    before = _subjects(hub)
    late = (
        (ListForFollowUp(child_ref=child, until=START.date()), SYSTEM),
        (StateContact(child_ref=child, guardian_phone="13800000001"), actor(TOWN)),
        (
            RequestReferral(
                referral_id=UUID(int=7),
                child_ref=child,
                case_id=UUID(int=8),
                kind="persuade_dropout",
                sender=TOWN,
                addressee=TOWN,
                town=None,
            ),
            SYSTEM,
        ),
    )
    for command, by in late:
        with pytest.raises(Erased):
            hub.hub.command(command, by)
    assert _subjects(hub) == before


@pytest.mark.attack(8, broken="the key store knows no fence")
def test_without_the_fence_a_late_duplicate_would_mint_a_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "data"
    with running(root) as hub:
        child = child_with_a_file(hub, 1)
        monkeypatch.setattr(keystore, "_fence", lambda connection, subject: None)
        erase(hub, child)
        with _keys(root) as keys:
            assert keys.ensure([(child, WHO)])


def test_what_is_reported_now_goes_in_whatever_was_erased(hub: Program) -> None:
    """Safety before tidiness: a new record of the same person opens a new file, and a mandatory
    report never waits for anything."""
    child = child_with_a_file(hub, 1)
    erase(hub, child)
    outcome = take(hub, "school:3101170001", "education.absence", absent(pupil(1)))
    assert outcome.answer is not None
    filed = take(
        hub,
        "school:3101170001",
        "report.mandatory",
        {"child": "示甲甲", "seen": "身上多处瘀青", "child_ref": str(child)},
    )
    assert filed.answer is not None


def _carry_out(hub: Program, child: UUID) -> None:
    ask(hub, child)
    hub.erasures.approve(child, APPROVES)
    hub.erasures.resume(rotate_now=True)


def _keys(root: Path) -> Any:
    """The key store as another process has it."""
    return closing(_another(root))


def _another(root: Path) -> KeyStore:
    folder = DataFolder(root)
    settings = Settings()
    found = RootKeystore.open(folder.keystore, folder.passphrase(settings))
    return KeyStore(open_storage(folder, settings), found, max_age=1000.0)


def _subjects(hub: Program) -> int:
    """How many data keys there are."""
    return len(_owners(hub))


def _owners(hub: Program) -> list[UUID]:
    """Whose data keys there are, one for each key."""
    engine = hub.storage.engine(keystore.AREA)
    try:
        with engine.begin() as connection:
            found = connection.exec_driver_sql("SELECT subject FROM data_keys").scalars()
            return [UUID(bytes=bytes(each)) for each in found]
    finally:
        engine.dispose()


def _is_gone(hub: Program, child: UUID) -> bool:
    claim = IdentityClaim("", id_number=pupil(1)["id_number"])
    return child not in _owners(hub) and hub.hub.matching.find(claim) is None


def _backup(root: Path, to: Path) -> None:
    with (
        closing(sqlite3.connect(root / "keys.sqlite")) as source,
        closing(sqlite3.connect(to)) as t,
    ):
        source.backup(t)


def _restore(backup: Path, root: Path) -> None:
    for each in root.glob("keys.sqlite*"):
        each.unlink()
    shutil.copy(backup, root / "keys.sqlite")
