"""个人信息保护法 47: 个人信息处理者应当主动删除个人信息. Asked for, approved, refused, proven."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from domain.child_file import ListForFollowUp
from domain.erasure import ErasureState
from domain.kernel import Refused
from domain.organisations import Post, Seat
from domain.referral import WithdrawReferral
from domain.safety_instruction import IssueSafetyInstruction
from hub.application import SYSTEM
from hub.audit.notes import NoteRefused
from hub.bootstrap import Program
from hub.erasure import receipt
from hub.erasure.journal import Step
from hub.feeds.outbox import FeedOutbox, Kind, Numbered
from hub.feeds.registry import Agencies
from hub.feeds.tables import AREA as FEEDS
from projections.feeding import Feeder
from tests.erasure.office import APPROVES, ASKS, DOCUMENT, ask, child_with_a_file, erase
from tests.program import (
    CIVIL_AFFAIRS,
    SCHOOL,
    START,
    STATION,
    TOWN,
    absent,
    actor,
    admonished,
    at,
    pupil,
    running,
    send,
    take,
    topics,
)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Program]:
    with running(tmp_path / "data") as made:
        yield made


def refused(hub: Program, child: UUID) -> str:
    """What an official reads when it is refused; the refusal is in the log."""
    with pytest.raises(Refused) as refusal:
        ask(hub, child)
    assert refusal.value.code == "ERASURE_STANDS"
    assert topics(hub)[-1] == "erasure.refused.v2"
    return refusal.value.text


def reasons(hub: Program) -> tuple[list[str], str | None]:
    """The reasons and the day of the newest refusal in the log."""
    facts = [f for f in hub.store.feed(0, 10_000) if f.topic == "erasure.refused.v2"]
    return facts[-1].clear["stands"], facts[-1].clear["until"]


def test_one_asks_and_another_approves(hub: Program) -> None:
    child = child_with_a_file(hub)
    ask(hub, child)
    same = actor(CIVIL_AFFAIRS, Post.HEAD, ASKS.user)
    with pytest.raises(Refused) as refusal:
        hub.erasures.approve(child, same)
    assert refusal.value.code == "ERASURE_SAME_PERSON"
    with pytest.raises(Refused) as refusal:
        hub.erasures.approve(child, actor(CIVIL_AFFAIRS, Post.HANDLER, "u-other"))
    assert refusal.value.code == "ERASURE_POST"
    assert hub.erasures.progress(child).state is ErasureState.REQUESTED
    assert hub.erasures.approve(child, APPROVES).state is ErasureState.APPROVED


@pytest.mark.parametrize("organisation", [TOWN, SCHOOL, STATION])
def test_only_civil_affairs_asks_and_approves(hub: Program, organisation: str) -> None:
    child = child_with_a_file(hub)
    with pytest.raises(Refused) as refusal:
        ask(hub, child, actor(organisation, Post.HEAD, "u-asks"))
    assert refusal.value.code == "ERASURE_NOT_YOURS"


def test_nothing_is_erased_that_nobody_asked_for(hub: Program) -> None:
    child = child_with_a_file(hub)
    with pytest.raises(Refused) as refusal:
        hub.erasures.approve(child, APPROVES)
    assert refusal.value.code == "ERASURE_NOT_REQUESTED"


def test_the_receipt_states_both_times_and_is_checked_with_the_public_key_alone(
    hub: Program,
) -> None:
    child = child_with_a_file(hub)
    ask(hub, child)
    soon = hub.erasures.approve(child, APPROVES)
    assert soon.receipt is None, "not before the epoch key is destroyed"
    assert Step.EPOCH not in soon.steps
    at(hub, START + timedelta(days=6))
    assert hub.erasures.resume() == 0
    at(hub, START + timedelta(days=8))
    assert hub.erasures.resume() == 1
    note = hub.erasures.progress(child).receipt
    assert note is not None
    content = receipt.check(hub.erasures.public_key, note)
    assert content["document"] == DOCUMENT
    assert content["child_ref"] == str(child)
    assert content["requested"]["by"] == ASKS.user
    assert content["approved"]["by"] == APPROVES.user
    assert content["fenced_at"].startswith("2025-03-03")
    assert content["keys_deleted_at"].startswith("2025-03-03")
    assert content["epoch_destroyed_at"].startswith("2025-03-11")
    assert content["escrow"]["destroy_keystores_below"] > 1
    with pytest.raises(NoteRefused):
        receipt.check(hub.erasures.public_key, note.replace(DOCUMENT, "示民〔2025〕8号"))


def test_an_escrow_from_before_is_named_for_the_custodians_to_destroy(hub: Program) -> None:
    root: Any = hub.root
    before, _ = root.escrow(date(2025, 3, 1), 2, 3)
    child = child_with_a_file(hub)
    note = erase(hub, child).receipt
    assert note is not None
    content = receipt.check(hub.erasures.public_key, note)
    assert content["escrow"]["destroy_escrows"] == [before.generation]


def test_the_document_number_stands_in_no_event_and_nowhere_in_clear(
    hub: Program, tmp_path: Path
) -> None:
    erase(hub, child_with_a_file(hub))
    for path in (tmp_path / "data").rglob("*"):
        if path.is_file():
            assert DOCUMENT.encode() not in path.read_bytes(), path.name


def test_refused_rows_about_the_child_are_emptied_and_those_about_others_stay(
    hub: Program,
) -> None:
    child = child_with_a_file(hub, 1)
    bad = {"absent_since": "不是日期"}
    mine = take(hub, SCHOOL, "education.absence", {**absent(pupil(1)), **bad}).quarantine_id
    other = take(hub, SCHOOL, "education.absence", {**absent(pupil(2)), **bad}).quarantine_id
    assert mine is not None
    assert other is not None
    erase(hub, child)
    row = hub.quarantine.get(SCHOOL, mine)
    assert row is not None
    assert row.state == "erased"
    assert hub.quarantine.cells(SCHOOL, mine) == {}
    kept = hub.quarantine.cells(SCHOOL, other)
    assert kept is not None
    assert kept["name"] == pupil(2)["name"]
    again = take(hub, SCHOOL, "education.absence", {**absent(pupil(1)), **bad})
    assert again.quarantine_id == mine, "and it is not filled again"
    assert hub.quarantine.cells(SCHOOL, mine) == {}


# What stays.


def test_a_victims_records_are_never_erased(hub: Program) -> None:
    child = child_with_a_file(hub)
    send(
        hub,
        SCHOOL,
        "report.mandatory",
        {"child": "示甲甲", "seen": "身上多处瘀青", "child_ref": str(child)},
    )
    hub.settle()
    text = refused(hub, child)
    assert "孩子作为受侵害人的记录：长期保存，不得删除或封存" in text
    assert "尚未结案的强制报告" in text
    assert reasons(hub) == (["VICTIM", "REPORT_IN_WORK"], None)


def test_an_order_stays_as_long_as_it_is_in_force(hub: Program) -> None:
    child = child_with_a_file(hub)
    send(hub, STATION, "police.admonition", admonished(pupil(1), served_on="2025-03-01"))
    hub.settle()
    text = refused(hub, child)
    assert "仍有效的训诫" in text
    assert "2026年03月02日起可再申请" in text
    assert "ORDER_IN_FORCE" in reasons(hub)[0]
    at(hub, START.replace(year=2026))
    refused(hub, child)
    assert "ORDER_IN_FORCE" not in reasons(hub)[0]


def test_a_safety_instruction_stays_until_its_day(hub: Program) -> None:
    child = child_with_a_file(hub)
    issue = IssueSafetyInstruction(
        child_ref=child,
        text="（示例）先电话联系",
        call="110",
        until=date(2025, 3, 5),
        seats=(Seat.SCHOOL,),
    )
    hub.hub.command(issue, actor(TOWN))
    text = refused(hub, child)
    assert "仍有效的安全提示" in text
    assert reasons(hub)[0] == ["SAFETY_INSTRUCTION"]
    at(hub, START + timedelta(days=3))
    ask(hub, child)


def test_the_follow_up_list_stays_until_its_day(hub: Program) -> None:
    child = child_with_a_file(hub)
    hub.hub.command(ListForFollowUp(child_ref=child, until=date(2025, 3, 5)), SYSTEM)
    text = refused(hub, child)
    assert "跟踪回访中的重点关注对象" in text
    # The visits of the follow-up are a duty beside it, and have no day of their own.
    assert reasons(hub) == (["FOLLOW_UP", "VISIT_OWED"], None)
    at(hub, START + timedelta(days=3))
    refused(hub, child)
    assert reasons(hub)[0] == ["VISIT_OWED"]


def test_open_duties_stay_until_they_are_done(hub: Program) -> None:
    child = child_with_a_file(hub)
    send(hub, SCHOOL, "education.absence", absent(pupil(1), days=8))
    hub.settle()
    text = refused(hub, child)
    assert "在办的个案：到个案结案" in text
    assert "在办的转介：到转介办结、退回或撤回" in text
    assert "未了的时限" in text
    assert reasons(hub) == (["OPEN_CASE", "OPEN_REFERRAL", "OPEN_DEADLINE"], None)


def test_what_was_opened_between_request_and_approval_refuses_the_approval(hub: Program) -> None:
    child = child_with_a_file(hub)
    ask(hub, child)
    send(hub, SCHOOL, "education.absence", absent(pupil(1), days=8))
    hub.settle()
    with pytest.raises(Refused) as refusal:
        hub.erasures.approve(child, APPROVES)
    assert refusal.value.code == "ERASURE_STANDS"
    assert hub.erasures.progress(child).state is ErasureState.REFUSED
    assert hub.erasures.resume(rotate_now=True) == 0
    referrals = [f for f in hub.store.feed(0, 10_000) if f.topic == "referral.requested.v1"]
    for each in referrals:
        hub.hub.command(WithdrawReferral(referral_id=each.stream), SYSTEM)
    refused(hub, child)
    assert reasons(hub)[0] == ["OPEN_CASE", "OPEN_DEADLINE"]


def test_a_feed_tells_its_agency_to_delete(tmp_path: Path) -> None:
    with running(tmp_path / "data") as hub:
        child = child_with_a_file(hub)
        told = _told_to(hub, TOWN)
        before = len(told())
        assert before
        erase(hub, child)
        new = told()[before:]
        assert [each.entry.kind for each in new] == [Kind.CLOSED, Kind.FACT]
        assert new[0].entry.subject == str(child)
        assert b"child_file.erased.v1" in new[1].entry.payload


def _told_to(hub: Program, organisation: str) -> Callable[[], list[Numbered]]:
    """Registers an organisation's worker; gives what looks at all that it was told."""
    agencies = Agencies(hub.storage, create=True)
    agencies.add(organisation, X25519PrivateKey.generate().public_key(), START)
    agencies.close()

    def told() -> list[Numbered]:
        feeder = Feeder(
            hub.storage.engine(FEEDS), hub.policies.access, hub.store, lambda: [organisation]
        )
        outbox = FeedOutbox(hub.storage)
        try:
            while feeder.step():
                pass
            return outbox.after(organisation, 0, 10_000)
        finally:
            outbox.close()
            feeder.close()

    return told
