"""预防未成年人犯罪法 59: 记录依法予以封存. Asked for, approved, refused, carried out, proven.

Source: privacy design, "Erase, seal"; policies/sealable.toml.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain.kernel import Category, Refused
from domain.organisations import Organisation, Post
from domain.sealing import SealingState
from domain.unsealing import OpeningState
from hub.audit.notes import NoteRefused
from hub.bootstrap import Program
from hub.encryption.keystore import SubjectErased
from hub.erasure import receipt
from hub.feeds.outbox import Kind
from hub.sealing.journal import Step
from hub.sealing.service import FORMAT
from tests.erasure.office import APPROVES as ERASES
from tests.erasure.office import CutOff
from tests.erasure.office import ask as ask_erasure
from tests.erasure.test_erasure import _told_to
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_SCHOOL,
    OTHER_VILLAGE_CODE,
    PROCURATORATE,
    SCHOOL,
    START,
    STATION,
    absent,
    actor,
    admonished,
    at,
    child_of,
    pupil,
    reader,
    running,
    send,
    take,
    topics,
    unnumbered,
)
from tests.sealing.office import (
    APPROVES,
    ASKS,
    COURT,
    DOCUMENT,
    KIND,
    approved_opening,
    ask,
    known_pupil,
    measure,
    opened,
    record_of,
    seal,
    took_measure,
    with_holders,
)

SCHOOLING = Category.SCHOOLING.value


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Program]:
    with running(tmp_path / "data") as made:
        yield made


def _sealable(hub: Program, folder: Path, **changes: Any) -> tuple[UUID, UUID]:
    """A pupil and the measure that was taken on it."""
    with_holders(hub, folder)
    child = known_pupil(hub)
    took_measure(hub, **changes)
    return child, record_of(hub, child)


def _refusal(hub: Program, record: UUID) -> Refused:
    with pytest.raises(Refused) as refusal:
        ask(hub, record)
    return refusal.value


def test_one_asks_and_another_approves(hub: Program, tmp_path: Path) -> None:
    _, record = _sealable(hub, tmp_path)
    ask(hub, record)
    for by, code in (
        (actor(COURT, Post.HEAD, ASKS.user), "SEALING_SAME_PERSON"),
        (actor(PROCURATORATE, Post.HANDLER, "u-other"), "SEALING_POST"),
        (actor(CIVIL_AFFAIRS, Post.HEAD, "u-other"), "SEALING_NOT_YOURS"),
    ):
        with pytest.raises(Refused) as refusal:
            hub.sealings.approve(record, by)
        assert refusal.value.code == code
    assert hub.sealings.progress(record).state is SealingState.REQUESTED
    assert hub.sealings.approve(record, APPROVES).state is SealingState.APPROVED


@pytest.mark.parametrize("organisation", [CIVIL_AFFAIRS, SCHOOL, EDUCATION])
def test_nobody_else_asks(hub: Program, tmp_path: Path, organisation: str) -> None:
    _, record = _sealable(hub, tmp_path)
    with pytest.raises(Refused) as refusal:
        ask(hub, record, actor(organisation, Post.HEAD, "u-asks"))
    assert refusal.value.code == "SEALING_NOT_YOURS"


def test_the_receipt_says_to_whom_the_key_went_and_is_checked_with_the_public_key_alone(
    hub: Program, tmp_path: Path
) -> None:
    _, record = _sealable(hub, tmp_path)
    ask(hub, record)
    soon = hub.sealings.approve(record, APPROVES)
    assert soon.receipt is None, "not before the epoch key is destroyed"
    at(hub, START + timedelta(days=6))
    assert hub.sealings.resume() == 0
    at(hub, START + timedelta(days=8))
    assert hub.sealings.resume() == 1
    note = hub.sealings.progress(record).receipt
    assert note is not None
    content = receipt.check(hub.sealings.public_key, note, FORMAT)
    assert content["document"] == DOCUMENT
    assert content["holders"] == [COURT, PROCURATORATE]
    assert (content["requested"]["by"], content["approved"]["by"]) == (ASKS.user, APPROVES.user)
    assert content["keys_taken_at"].startswith("2025-03-03")
    assert content["epoch_destroyed_at"].startswith("2025-03-11")
    assert "child" not in note, "whom it is about is nobody's to read there"
    with pytest.raises(NoteRefused):
        receipt.check(hub.sealings.public_key, note)


# what is never sealed


def test_a_victims_record_is_never_sealed(hub: Program, tmp_path: Path) -> None:
    with_holders(hub, tmp_path)
    take(hub, SCHOOL, "report.mandatory", {"child": "示甲甲", "seen": "身上多处瘀青"})
    (report,) = {f.stream for f in hub.store.feed(0, 1000) if f.topic.startswith("report.")}
    refusal = _refusal(hub, report)
    assert refusal.code == "SEALING_STANDS"
    assert "孩子作为受侵害人的记录：长期保存，不得删除或封存" in refusal.text
    assert topics(hub)[-1] == "sealing.refused.v2"


def test_a_live_order_is_never_sealed(hub: Program, tmp_path: Path) -> None:
    with_holders(hub, tmp_path)
    send(hub, STATION, "police.admonition", admonished(pupil(1)))
    facts = hub.store.feed(0, 1000)
    (case,) = {f.stream for f in facts if f.topic.startswith("guardianship.")}
    refusal = _refusal(hub, case)
    assert refusal.code == "SEALING_STANDS"
    assert "仍有效的训诫" in refusal.text


def test_a_measure_that_still_runs_is_an_open_duty(hub: Program, tmp_path: Path) -> None:
    _, record = _sealable(hub, tmp_path, until="2025-04-24", ended_on=None, note=None)
    refusal = _refusal(hub, record)
    assert refusal.code == "SEALING_STANDS"
    assert "在办的个案" in refusal.text
    assert "未了的时限" in refusal.text


def test_no_other_record_is_sealed(hub: Program, tmp_path: Path) -> None:
    child, _ = _sealable(hub, tmp_path)
    for stream, code in ((child, "SEALING_CLASS"), (UUID(int=9), "SEALING_NO_RECORD")):
        assert _refusal(hub, stream).code == code


def test_a_record_from_before_its_class_was_named_has_no_key_to_take(
    hub: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_holders(hub, tmp_path)
    child = known_pupil(hub)
    monkeypatch.setattr(hub.store.mapper, "_own_keys", frozenset())
    took_measure(hub)
    assert _refusal(hub, record_of(hub, child)).code == "SEALING_NO_OWN_KEY"


def test_a_record_of_which_something_else_came_is_not_sealed(
    hub: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here its clock, by a class that allows none: better not sealed than sealed with a trace."""
    _, record = _sealable(hub, tmp_path)
    classes = hub.policies.rules.sealing.classes
    alone = classes["test_conduct_measure"].model_copy(update={"with_": frozenset()})
    monkeypatch.setitem(classes, "test_conduct_measure", alone)
    assert _refusal(hub, record).code == "SEALING_CONSEQUENCES"


def test_a_child_whom_another_file_names_as_perhaps_the_same_is_told_apart_first(
    hub: Program, tmp_path: Path
) -> None:
    with_holders(hub, tmp_path)
    send(hub, SCHOOL, KIND, measure(unnumbered(1)))
    (child,) = {f.subject for f in hub.store.feed(0, 100) if f.topic.startswith("child_file.")}
    other = unnumbered(1, guardian_name="示例另一家长", village=OTHER_VILLAGE_CODE)
    send(hub, SCHOOL, "education.absence", absent(other))
    hub.settle()
    assert _refusal(hub, record_of(hub, child)).code == "SEALING_DOUBT"


def test_nothing_is_sealed_while_one_of_the_two_has_no_key(hub: Program) -> None:
    hub.directory.add_organisations((Organisation(COURT, "示例区法院"),))
    child = known_pupil(hub)
    took_measure(hub)
    assert _refusal(hub, record_of(hub, child)).code == "SEALING_NO_HOLDER"


# step by step

BEFORE = ("begun", "requested")
STEPS = (*BEFORE, "approved", *(each.value for each in Step), "shared", "completed")


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
def test_a_sealing_that_is_cut_off_after_any_step_goes_on_to_its_end(
    step: str, tmp_path: Path
) -> None:
    root = tmp_path / "data"
    with running(root) as hub:
        child, record = _sealable(hub, tmp_path)

        def after(done: str) -> None:
            if done == step:
                raise CutOff(step)

        hub.sealings._after = after
        with pytest.raises(CutOff):
            _carry_out(hub, record)
    with running(root) as hub:
        if step in BEFORE:
            if step == "begun":
                assert hub.sealings.all() == [], "nothing was asked for yet"
                ask(hub, record)
            hub.sealings.approve(record, APPROVES)
        hub.sealings.resume(rotate_now=True)
        found = hub.sealings.progress(record)
        assert found.state is SealingState.COMPLETED
        assert set(found.steps) == set(Step)
        assert found.receipt is not None
        assert topics(hub).count("record_seal.sealed.v1") == 1
        with pytest.raises(SubjectErased):
            hub.keys.get(record, SCHOOLING, 1)
        assert hub.sealings.resume(rotate_now=True) == 0
        opening = opened(
            hub, record, {h: tmp_path / f"{h.partition(':')[0]}.keys" for h in hub.sealings.holders}
        )
        assert hub.openings.read(opening, ASKS), "and both together open it"
        assert not [
            each
            for each in hub.queries.timeline(reader(SCHOOL), str(child)).items
            if each.topic.startswith("conduct_measure.")
        ]


def _carry_out(hub: Program, record: UUID) -> None:
    ask(hub, record)
    hub.sealings.approve(record, APPROVES)
    hub.sealings.resume(rotate_now=True)


def test_the_keys_go_only_once_no_view_holds_a_row(
    hub: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row whose field does not open any more would tell that something is gone."""
    _, record = _sealable(hub, tmp_path)
    ask(hub, record)
    monkeypatch.setattr(hub.sealings, "_seen", lambda position: False)
    assert hub.sealings.approve(record, APPROVES).steps == {}
    assert hub.keys.get(record, SCHOOLING, 1).version == 1
    monkeypatch.undo()
    assert hub.sealings.resume(rotate_now=True) == 1


def test_a_row_that_was_corrected_into_the_record_goes_with_it(
    hub: Program, tmp_path: Path
) -> None:
    with_holders(hub, tmp_path)
    child = known_pupil(hub)
    wrong = take(hub, SCHOOL, KIND, measure(pupil(1), measures="打骂"))
    assert wrong.quarantine_id is not None
    corrected = hub.intake.correct(actor(SCHOOL), wrong.quarantine_id, {"measures": "予以训导"})
    assert corrected is not None
    assert corrected.answer is not None
    hub.settle()
    seal(hub, record_of(hub, child))
    assert hub.quarantine.list(SCHOOL, state=None) == []
    again = take(hub, SCHOOL, KIND, measure(pupil(1), measures="打骂"))
    assert [each.id for each in hub.quarantine.list(SCHOOL)] == [again.quarantine_id]


def test_a_child_whom_only_the_record_named_is_found_by_nobody_and_opens_a_new_file(
    hub: Program, tmp_path: Path
) -> None:
    with_holders(hub, tmp_path)
    send(hub, SCHOOL, KIND, measure(pupil(1)))
    hub.settle()
    child = UUID(child_of(hub, pupil(1)))
    seal(hub, record_of(hub, child))
    hub.settle()
    assert not hub.queries.children(reader(SCHOOL)).items
    send(hub, SCHOOL, "education.absence", absent(pupil(1)))
    hub.settle()
    assert child_of(hub, pupil(1)) != str(child)
    (shown,) = hub.queries.children(reader(SCHOOL)).items
    assert shown.fields["name"]


def test_another_record_of_the_same_school_stays_and_shows_whom_it_is_about(
    hub: Program, tmp_path: Path
) -> None:
    with_holders(hub, tmp_path)
    took_measure(hub)
    child = UUID(child_of(hub, pupil(1)))
    send(hub, SCHOOL, "education.absence", absent(pupil(1)))
    took_measure(hub, taken_on="2025-02-25")
    second = record_of(hub, child)
    seal(hub, second)
    hub.settle()
    items = hub.queries.timeline(reader(SCHOOL), str(child)).items
    assert [each.topic for each in items if each.topic == "conduct_measure.taken.v1"]
    file = hub.queries.child_file(reader(SCHOOL), str(child))
    assert file is not None
    assert file.fields["name"] == pupil(1)["name"]


def test_a_feed_that_was_sent_it_is_told_to_delete_and_sent_the_rest_anew(tmp_path: Path) -> None:
    with running(tmp_path / "data") as hub:
        child, record = _sealable(hub, tmp_path)
        told = _told_to(hub, EDUCATION)
        before = len(told())
        seal(hub, record)
        new = told()[before:]
        assert new[0].entry.kind is Kind.CLOSED
        assert new[0].entry.subject == str(child)
        assert all(b"conduct_measure" not in each.entry.payload for each in new)
        assert len(new) > 1, "what is not sealed comes again"


def test_the_erasure_of_the_child_leaves_nobody_a_share(hub: Program, tmp_path: Path) -> None:
    child, record = _sealable(hub, tmp_path)
    seal(hub, record)
    ask_erasure(hub, child)
    hub.erasures.approve(child, ERASES)
    opening = approved_opening(hub, record)
    with pytest.raises(Refused) as refusal:
        hub.openings.asked(opening, COURT)
    assert refusal.value.code == "OPENING_NO_SHARE"


def test_a_sealed_record_does_not_count_for_how_long_a_file_is_kept(
    hub: Program, tmp_path: Path
) -> None:
    with_holders(hub, tmp_path)
    known_pupil(hub)
    before = hub.retention._known()
    at(hub, START + timedelta(days=1))
    took_measure(hub)
    child = UUID(child_of(hub, pupil(1)))
    assert hub.retention._known() != before
    seal(hub, record_of(hub, child))
    assert hub.retention._known() == before


# opened for a case


def test_an_opening_takes_two_people_a_case_number_and_an_expiry(
    hub: Program, tmp_path: Path
) -> None:
    _, record = _sealable(hub, tmp_path)
    until = START + timedelta(days=3)
    with pytest.raises(Refused, match="OPENING_NOT_SEALED"):
        hub.openings.request(record, "案号", until, ASKS)
    seal(hub, record)
    for wrong in (START, START + timedelta(days=31)):
        with pytest.raises(Refused, match="OPENING_TERM"):
            hub.openings.request(record, "案号", wrong, ASKS)
    with pytest.raises(Refused, match="SEALING_NOT_YOURS"):
        hub.openings.request(record, "案号", until, actor(OTHER_SCHOOL, Post.HEAD, "u-asks"))
    opening = hub.openings.request(record, "案号", until, ASKS)
    with pytest.raises(Refused, match="SEALING_SAME_PERSON"):
        hub.openings.approve(opening, actor(COURT, Post.HEAD, ASKS.user))
    with pytest.raises(Refused, match="OPENING_OVER"):
        hub.openings.read(opening, ASKS)
    assert hub.openings.approve(opening, APPROVES).is_open
    with pytest.raises(Refused, match="OPENING_SHARES"):
        hub.openings.read(opening, ASKS)
    with pytest.raises(Refused, match="OPENING_NONE"):
        hub.openings.read(opening, actor(COURT, Post.HEAD, "u-other"))
    # Who asked, and has left the court since.
    with pytest.raises(Refused, match="SEALING_NOT_YOURS"):
        hub.openings.read(opening, actor(SCHOOL, user=ASKS.user))
    assert [each.case_number for each in hub.openings.all()] == ["案号"]


def test_the_end_of_an_opening_that_is_cut_off_goes_on(tmp_path: Path) -> None:
    root = tmp_path / "data"
    with running(root) as hub:
        files = with_holders(hub, tmp_path)
        child = known_pupil(hub)
        took_measure(hub)
        record = record_of(hub, child)
        seal(hub, record)
        opening = opened(hub, record, files)

        def after(done: str) -> None:
            raise CutOff(done)

        hub.openings._after = after
        with pytest.raises(CutOff):
            hub.openings.end(opening, ASKS)
    with running(root) as hub:
        assert hub.openings.resume(rotate_now=True) == 1
        assert hub.openings.told(opening).state is OpeningState.ENDED
        assert hub.openings.told(opening).given == ()
        with pytest.raises(SubjectErased):
            hub.keys.every_key(opening)
        assert hub.openings.resume(rotate_now=True) == 0
