"""个人信息保护法 19: 保存期限应当为实现处理目的所必要的最短时间."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from domain.erasure import ErasureState
from domain.kernel import Refused
from hub.bootstrap import Program
from hub.erasure.retention import Item, Outcome
from tests.erasure.office import APPROVES, ASKS, DOCUMENT, ask, child_with_a_file
from tests.program import SCHOOL, START, TOWN, absent, actor, at, pupil, running, send, take, topics

OVER = START.replace(year=2040)
"""Everybody invented is an adult by then, for longer than three years."""


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Program]:
    with running(tmp_path / "data") as made:
        yield made


def file_of(items: tuple[Item, ...], child: UUID) -> Item:
    (found,) = [each for each in items if each.id == str(child)]
    return found


def test_a_file_is_due_three_years_after_the_child_came_of_age(hub: Program) -> None:
    child = child_with_a_file(hub, 1)  # born in January 2015
    at(hub, START.replace(year=2036, month=1, day=31))
    report = hub.retention.plan()
    assert report.items == ()
    assert report.not_due["child_file"] == 1
    at(hub, START.replace(year=2036, month=2, day=1))
    item = file_of(hub.retention.plan().items, child)
    assert (item.reference, item.due) == ("2033-02-01", "2036-02-01")
    assert item.outcome is Outcome.DUE
    assert "erasure.requested.v1" not in topics(hub), "a plan changes nothing"


def test_a_run_asks_for_the_erasure_and_another_person_approves_it(hub: Program) -> None:
    child = child_with_a_file(hub, 1)
    at(hub, OVER)
    item = file_of(hub.retention.run(ASKS, DOCUMENT).items, child)
    assert item.outcome is Outcome.REQUESTED
    assert hub.erasures.progress(child).state is ErasureState.REQUESTED
    hub.erasures.approve(child, APPROVES)
    assert hub.retention.plan().items == (), "what is erased is due no more"


def test_what_may_not_be_erased_is_skipped_with_the_reason_however_old_it_is(
    hub: Program,
) -> None:
    victim, busy, waiting = (child_with_a_file(hub, number) for number in (1, 2, 3))
    send(
        hub,
        SCHOOL,
        "report.mandatory",
        {"child": "示甲甲", "seen": "身上多处瘀青", "child_ref": str(victim)},
    )
    send(hub, SCHOOL, "education.absence", absent(pupil(2), days=8))
    hub.settle()
    ask(hub, waiting)
    at(hub, OVER)
    items = hub.retention.run(ASKS, DOCUMENT).items
    assert file_of(items, victim).outcome is Outcome.STANDS
    assert file_of(items, victim).why == ("VICTIM", "REPORT_IN_WORK")
    assert file_of(items, busy).outcome is Outcome.STANDS
    assert "OPEN_REFERRAL" in file_of(items, busy).why
    assert file_of(items, waiting).outcome is Outcome.WAITING


def test_corrected_rows_are_emptied_and_open_ones_are_not(hub: Program) -> None:
    bad = {"absent_since": "不是日期"}
    rows = [
        take(hub, SCHOOL, "education.absence", {**absent(pupil(n)), **bad}).quarantine_id
        for n in (1, 2)
    ]
    corrected, still_open = (row or "" for row in rows)
    hub.intake.correct(actor(SCHOOL), corrected, {"absent_since": "2025-02-24"})
    at(hub, START.replace(year=2026, month=3, day=5))
    report = hub.retention.run(ASKS, DOCUMENT)
    outcomes = {each.id: each.outcome for each in report.items}
    assert outcomes == {corrected: Outcome.EMPTIED, still_open: Outcome.UNCORRECTED}
    assert hub.quarantine.cells(SCHOOL, corrected) == {}
    assert hub.quarantine.cells(SCHOOL, still_open)


def test_the_report_of_a_run_is_kept_under_the_rules_it_went_by(hub: Program) -> None:
    child_with_a_file(hub, 1)
    at(hub, OVER)
    report = hub.retention.run(ASKS, DOCUMENT)
    (kept,) = hub.retention.runs()
    assert kept["report"] == report.told()
    assert kept["user"] == ASKS.user
    assert kept["policy_version"] == hub.policies.version
    hub.retention.plan()
    assert len(hub.retention.runs()) == 1


def test_whoever_may_not_ask_for_an_erasure_runs_nothing(hub: Program) -> None:
    child_with_a_file(hub, 1)
    at(hub, OVER)
    with pytest.raises(Refused) as refusal:
        hub.retention.run(actor(TOWN), DOCUMENT)
    assert refusal.value.code == "ERASURE_NOT_YOURS"
    assert hub.retention.runs() == []
