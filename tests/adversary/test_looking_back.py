"""What an organisation could see on a day, held against views that are built from the log as it
ended then, and against what a looker back must not learn by it.

Source: architecture, "As-of and for ever"; privacy issue, deliverable as-of.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from domain.calendar import end_of_day_utc
from domain.child_file import ChildErased
from domain.organisations import Seat, seat_of
from domain.referral import CompleteReferral
from hub.authorization.decide import NOTHING_OPEN
from hub.authorization.policy import PolicyError
from hub.bootstrap import Program
from hub.kept_rules import KeptRules
from hub.policies import FOLDER, load_policies
from hub.queries import NotYet, RulesNotKept
from hub.queries.past import last_before, seen
from hub.storage.sqlite import sqlite_engine
from projections.engine import SeatView
from projections.tables import FACTS
from tests.adversary.asking import EVERYBODY
from tests.adversary.job import Job
from tests.adversary.test_feeds import Until
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_STATION,
    OTHER_VILLAGE,
    POLICE,
    PROCURATORATE,
    SCHOOL,
    actor,
    at,
    reader,
)

pytestmark = pytest.mark.adversary

FIRST = date(2025, 3, 3)
DAYS = tuple(FIRST + timedelta(days=n) for n in range(8))


def _position(hub: Program, moment: datetime) -> int:
    last = last_before(hub.store, moment)
    return last.position if last else 0


@pytest.mark.parametrize("seat", Seat)
def test_what_is_said_of_a_day_is_what_a_view_of_that_day_held(
    looked_at: Program, done: Job, seat: Seat
) -> None:
    """For every organisation and every child; the view is built from the log as it ended then."""
    hub, held = looked_at, 0
    policy = hub.hub.policies.access
    log = hub.store.feed(0, 1_000_000)
    for day in (DAYS[0], DAYS[2], DAYS[-1]):
        moment = end_of_day_utc(day)
        view = SeatView(seat, sqlite_engine(Path(":memory:")), policy)
        view.catch_up(Until(hub.store, log, _position(hub, moment)))
        with view.engine.begin() as connection:
            rows = connection.execute(
                select(FACTS.c.organisation, FACTS.c.child_ref, FACTS.c.position, FACTS.c.by)
            ).all()
        for organisation in EVERYBODY:
            if seat_of(organisation) is not seat:
                continue
            for child in done.children.values():
                then = {(r[2], r[3]) for r in rows if r[0] == organisation and r[1] == child}
                _, facts = seen(hub.store, policy, organisation, UUID(child), moment)
                assert {(fact.position, by.value) for fact, by in facts} == then
                held += len(then)
    if seat in (Seat.SCHOOL, Seat.POLICE, Seat.CIVIL_AFFAIRS, Seat.POLICE_STATION):
        assert held, "nothing was compared"


def test_a_station_that_traced_is_told_that_it_could_see_and_not_what(
    hub: Program, job: Job
) -> None:
    child, asks = job.children["乙"], reader(OTHER_STATION)
    before = hub.clock.now().date()
    task = hub.queries.inbox(asks).items[0]
    during = hub.queries.as_of(asks, child, before)
    assert during is not None
    assert {during.rights["who"], during.rights["contact"]} == {"task"}
    at(hub, hub.clock.now() + timedelta(days=2))
    hub.hub.command(
        CompleteReferral(referral_id=UUID(task.id), outcome="FOUND", account="乙哨协查经过"),
        actor(OTHER_STATION),
    )
    hub.settle()
    then = hub.queries.as_of(asks, child, before)
    assert then is not None
    assert then.rights == during.rights
    assert then.counts == during.counts
    with hub.projector.view(Seat.POLICE_STATION).engine.begin() as connection:
        today = set(
            connection.execute(
                select(FACTS.c.position).where(
                    FACTS.c.organisation == OTHER_STATION, FACTS.c.child_ref == child
                )
            ).scalars()
        )
    named = {entry.position for entry in then.entries}
    assert named <= today, "only what it may see today is named"
    assert sum(then.counts.values()) > len(named)
    after = hub.queries.as_of(asks, child, hub.clock.now().date())
    assert after is not None
    assert "contact" not in after.rights
    assert after.rights["schooling"] == "own"


def test_others_are_asked_about_by_those_only_whom_the_rules_name(
    looked_at: Program, done: Job
) -> None:
    child = done.children["甲"]
    told = looked_at.queries.as_of(reader(CIVIL_AFFAIRS), child, DAYS[-1], SCHOOL)
    assert told is not None
    assert told.organisation == SCHOOL
    assert told.rights
    assert told.rule_version == load_policies().version
    for organisation in (EDUCATION, POLICE, OTHER_VILLAGE, SCHOOL):
        assert looked_at.queries.as_of(reader(organisation), child, DAYS[-1], CIVIL_AFFAIRS) is None


def test_who_supervises_is_told_of_the_categories_that_it_reads_itself(
    looked_at: Program, done: Job
) -> None:
    for child in done.children.values():
        for organisation in EVERYBODY:
            told = looked_at.queries.as_of(reader(PROCURATORATE), child, DAYS[-1], organisation)
            if told is not None and organisation != PROCURATORATE:
                mine = looked_at.queries.as_of(reader(PROCURATORATE), child, DAYS[-1])
                assert mine is not None
                assert set(told.rights) <= set(mine.rights)
                assert set(told.counts) <= set(told.rights)


def test_a_child_that_is_not_there_and_one_that_is_not_ones_own_read_alike(
    looked_at: Program, done: Job
) -> None:
    unknown = "00000000-0000-4000-8000-000000000001"
    for child in (done.children["己"], unknown, "曾己校"):
        assert looked_at.queries.as_of(reader(OTHER_VILLAGE), child, DAYS[-1]) is None
        entry = looked_at.audit.newest(1)[0]
        assert (entry.action, entry.categories) == ("as_of.nothing", "")
        assert "曾" not in entry.child_ref


def test_every_answer_is_entered_with_the_categories_it_names(
    looked_at: Program, done: Job
) -> None:
    told = looked_at.queries.as_of(reader(SCHOOL), done.children["甲"], DAYS[-1])
    assert told is not None
    entry = looked_at.audit.newest(1)[0]
    assert (entry.child_ref, entry.action) == (done.children["甲"], "as_of")
    assert set(entry.categories.split(",")) == set(told.rights)


def test_a_day_before_anything_was_recorded_shows_nothing(looked_at: Program, done: Job) -> None:
    asked = looked_at.queries.as_of(reader(SCHOOL), done.children["甲"], date(2024, 1, 1))
    assert asked is None


def test_an_erased_child_is_erased_of_every_day(
    looked_at: Program, done: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = UUID(done.children["甲"])
    policy, moment = looked_at.hub.policies.access, end_of_day_utc(DAYS[-1])
    opened, facts = seen(looked_at.store, policy, SCHOOL, child, moment)
    assert opened
    assert facts
    history = looked_at.store.history
    fence = replace(facts[0][0], topic=ChildErased.TOPIC)
    monkeypatch.setattr(looked_at.store, "history", lambda *of: [*history(*of), fence])
    assert seen(looked_at.store, policy, SCHOOL, child, moment) == (NOTHING_OPEN, [])


def test_tomorrow_cannot_be_looked_at(looked_at: Program, done: Job) -> None:
    tomorrow = looked_at.clock.now().date() + timedelta(days=2)
    with pytest.raises(NotYet):
        looked_at.queries.as_of(reader(SCHOOL), done.children["甲"], tomorrow)


# -- under the rules of the day --------------------------------------------------------------------


def _other_rules(folder: Path) -> Path:
    """Rules by which the cyberspace office is told no totals of classification."""
    shutil.copytree(FOLDER, folder)
    matrix = folder / "sharing-matrix.csv"
    lines = matrix.read_text(encoding="utf-8-sig").splitlines()
    column = lines[0].split(",").index("classification")
    rows = [line.split(",") for line in lines]
    for row in rows:
        if row[0] == "cyberspace":
            row[column] = "none"
    matrix.write_text("\n".join(map(",".join, rows)), encoding="utf-8")
    return folder


def test_what_was_kept_under_a_version_is_that_version(tmp_path: Path) -> None:
    other = load_policies(_other_rules(tmp_path / "other"))
    KeptRules(tmp_path / "kept", other).keep(tmp_path / "other")
    now = KeptRules(tmp_path / "kept", load_policies())
    assert now.of(other.version).access.matrix == other.access.matrix
    assert now.of(load_policies().version) is load_policies()
    assert [path.stat().st_mode & 0o77 for path in (tmp_path / "kept").iterdir()] == [0]


@pytest.mark.parametrize("version", ["2020.1+00000000", "../../etc/passwd", ""])
def test_rules_that_were_not_kept_are_not_made_up(tmp_path: Path, version: str) -> None:
    with pytest.raises(RulesNotKept):
        KeptRules(tmp_path, load_policies()).of(version)


def test_rules_that_were_changed_afterwards_are_refused(tmp_path: Path) -> None:
    other = load_policies(_other_rules(tmp_path / "other"))
    kept = KeptRules(tmp_path / "kept", other)
    kept.keep(tmp_path / "other")
    mine = load_policies()
    KeptRules(tmp_path / "kept", mine).keep(FOLDER)
    (tmp_path / "kept" / f"{mine.version}.zip").replace(tmp_path / "kept" / f"{other.version}.zip")
    with pytest.raises(PolicyError, match="not what its name says"):
        KeptRules(tmp_path / "kept", mine).of(other.version)


def test_a_started_hub_keeps_its_rules(looked_at: Program) -> None:
    version = looked_at.hub.policies.version
    assert (looked_at.folder.rules / f"{version}.zip").exists()
