"""Attacks through what lies behind the doors: folds, reach, refusals, scopes that ran out."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.kernel import Category
from domain.organisations import Seat
from domain.referral import CompleteReferral
from domain.scope import OpenScope, ScopeBasis
from hub.application import SYSTEM
from hub.bootstrap import Program
from tests.adversary.job import INSTITUTION, PLACED, Job
from tests.program import (
    EDUCATION,
    OTHER_SCHOOL,
    OTHER_TOWN,
    OTHER_VILLAGE_CODE,
    SCHOOL,
    actor,
    an_id_number,
    at,
    reader,
    rows,
    take,
    view_file,
)

pytestmark = pytest.mark.adversary


def _absence(hub: Program, school: str, number: str, **changes: str) -> Any:
    return take(
        hub,
        school,
        "education.absence",
        {
            "name": "曾示错",
            "id_number": number,
            "absent_since": "2025-03-03",
            "school_days": "1",
            "reason_code": "病假",
            **changes,
        },
    )


def test_a_school_does_not_read_what_the_police_wrote_when_tracing(hub: Program, job: Job) -> None:
    """Must hold: a school sees never a police field through any door."""
    items = hub.queries.timeline(reader(SCHOOL), job.children["甲"], limit=200).items
    assert "甲所协查经过" not in str(items)


def test_a_strangers_rows_do_not_tell_whether_the_child_was_known(hub: Program, job: Job) -> None:
    """Not even to whoever reads the view database itself."""
    hub.settle()
    topics = []
    for number in (job.id_numbers["己"], an_id_number(999)):
        before = hub.store.position
        _absence(hub, OTHER_SCHOOL, number)
        hub.settle()
        with closing(sqlite3.connect(view_file(hub, Seat.SCHOOL))) as connection:
            rows = connection.execute(
                "SELECT stored_topic FROM facts WHERE organisation = ? AND position > ?"
                " ORDER BY position",
                (OTHER_SCHOOL, before),
            ).fetchall()
        topics.append(rows)
    assert topics[0] == topics[1]


def test_a_schools_database_does_not_tell_which_children_have_orders(
    hub: Program, job: Job
) -> None:
    with closing(sqlite3.connect(view_file(hub, Seat.SCHOOL))) as connection:
        rows = connection.execute("SELECT recorded FROM reach").fetchall()
    recorded = {category for (text,) in rows for category in json.loads(text)}
    assert recorded.isdisjoint({"orders", "guardianship", "harm"})


@pytest.mark.parametrize("organisation", [SCHOOL, EDUCATION])
def test_a_strangers_wrong_name_does_not_replace_the_rolls(
    hub: Program, job: Job, organisation: str
) -> None:
    found = hub.queries.child_file(reader(organisation), job.children["戊"])
    assert found is not None
    assert found.fields["name"] == "曾戊育"


def test_a_refusal_does_not_tell_a_stranger_that_a_case_was_closed(hub: Program, job: Job) -> None:
    number = job.id_numbers["己"]
    _absence(hub, SCHOOL, number, reason_code="原因不明", school_days="5")
    at(hub, hub.clock.now() + timedelta(days=1))
    closed = take(
        hub,
        EDUCATION,
        "education.strike_off",
        {
            "name": "曾己育",
            "id_number": number,
            "proof": "转学证明",
            "letter": "（外区）接收〔2025〕1号",
            "struck_off_on": "2025-03-10",
        },
    )
    assert closed.answer is not None
    known = _absence(hub, OTHER_SCHOOL, number)
    unknown = _absence(hub, OTHER_SCHOOL, an_id_number(999))
    assert (known.answer is None) == (unknown.answer is None)


def test_a_scope_that_ran_out_opens_nothing(hub: Program, job: Job) -> None:
    child = job.children["己"]
    hub.hub.command(
        OpenScope(
            organisation=OTHER_TOWN,
            child_ref=UUID(child),
            item=uuid4(),
            basis=ScopeBasis.TASK,
            categories=(Category.WHO, Category.CONTACT),
            until=hub.clock.now() + timedelta(hours=1),
        ),
        SYSTEM,
    )
    hub.settle()
    assert hub.queries.child_file(reader(OTHER_TOWN), child) is not None
    at(hub, hub.clock.now() + timedelta(hours=2))
    found = hub.queries.child_file(reader(OTHER_TOWN), child)
    assert found is None or found.fields == {}


def test_views_made_anew_hold_the_very_same_rows(hub: Program, job: Job) -> None:
    """Nothing is left of a task that ended or of a child that moved, and nothing is missing."""
    (task,) = (UUID(each.id) for each in hub.queries.inbox(reader(INSTITUTION)).items)
    hub.hub.command(CompleteReferral(referral_id=task, outcome="RETURNED"), actor(INSTITUTION))
    hub.settle()
    moved = {
        "name": "曾辛乡",
        "id_number": job.id_numbers[PLACED],
        "village": OTHER_VILLAGE_CODE,
        "since": "2025-03-10",
    }
    assert take(hub, OTHER_TOWN, "town.residence", moved).answer is not None
    hub.settle()
    seats = hub.directory.seats()
    before = {seat: rows(view_file(hub, seat)) for seat in seats}
    assert before[Seat.TOWN]["obligations"]
    hub.projector.rebuild(seats, lambda seat: None)
    assert {seat: rows(view_file(hub, seat)) for seat in seats} == before
