"""Who is suspected is told nothing, by any door: a conflicted organisation, and a guardian by way
of whoever would call.

Source: privacy design, Who may; domain reference §10, invariant 3.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import pytest

from domain.organisations import Post, seat_of
from domain.suspicion import NoteSuspicion
from hub.application import SYSTEM
from hub.bootstrap import Program
from hub.clock import SetClock
from hub.eventstore.codec import sealed_field
from hub.keyservice import Marker
from hub.releases.remote import RemoteKeys
from projections.reach import Reach
from projections.tables import DERIVED
from tests.adversary.apart import apart
from tests.adversary.asking import DOORS, Asking, asking_as, text_of
from tests.adversary.conftest import AFTERWARDS
from tests.adversary.job import INSTITUTION, KIDS, PLACED, Job
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    POLICE,
    SCHOOL,
    STATION,
    TOWN,
    UNLIMITED,
    VILLAGE,
    an_id_number,
    running,
    view_file,
)

pytestmark = pytest.mark.adversary

CONFLICTED = (SCHOOL, TOWN, VILLAGE, STATION, POLICE, EDUCATION, CIVIL_AFFAIRS, INSTITUTION)
"""Every organisation that has something of the child about whom everything is stated."""
CALLED = "甲"
"""Another child, whose guardian is the suspect."""
OTHERS = (SCHOOL, TOWN, VILLAGE, EDUCATION, INSTITUTION)
"""Who has anything of that child and does not need it for the case."""
SOURCE = UUID("f0000000-0000-4000-8000-0000000000aa")


@dataclass
class Case:
    """The job, after it was said who is suspected."""

    hub: Program
    job: Job

    def asking(self, organisation: str, kid: str, post: Post = Post.HANDLER) -> Asking:
        """Somebody who wrote nothing of the child, and knows of everything that there is."""
        asked = asking_as(self.hub, self.job, organisation, post)
        child = self.job.children[kid]
        about = {
            str(fact.stream)
            for fact in self.hub.store.history([UUID(child)], self.hub.store.position)
        }
        number = an_id_number(700 + KIDS.index(kid))
        return replace(
            asked,
            reader=replace(asked.reader, user="u-colleague"),
            claims=tuple(each for each in asked.claims if each.id_number == number),
            children=(child,),
            referrals=tuple(each for each in asked.referrals if each in about),
            streams=tuple(each for each in asked.streams if each in about),
            reports=(),
            receipts=(),
        )

    def told(self, door: str, organisation: str, kid: str, post: Post = Post.HANDLER) -> str:
        return text_of(list(DOORS[door](self.asking(organisation, kid, post))))

    def secrets(self, kid: str, *categories: str) -> set[str]:
        """What is the child's alone: a notice reads alike of every child of whom it is given."""
        of_others = {each.text for each in self.job.secrets if each.child != kid}
        return {
            each.text
            for each in self.job.secrets
            if each.child == kid
            and (not categories or each.category in categories)
            and each.text not in of_others
        }


def say(hub: Program, child: str, **what: object) -> None:
    note = NoteSuspicion(child_ref=UUID(child), source=SOURCE, **what)  # type: ignore[arg-type]
    hub.hub.command(note, SYSTEM)
    assert hub.settle()


@pytest.fixture(scope="module")
def case(done: Job, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    root = tmp_path_factory.mktemp("suspects") / "data"
    shutil.copytree(done.root, root)
    root.chmod(0o700)
    with running(root, SetClock(AFTERWARDS)) as hub:
        hub.searches.rules = UNLIMITED
        say(hub, done.children[PLACED], conflicted_organisations=CONFLICTED)
        say(hub, done.children[CALLED], guardian_is_suspect=True)
        yield Case(hub, replace(done, root=root))


@pytest.mark.parametrize("door", DOORS)
def test_no_door_tells_a_conflicted_organisation_anything(case: Case, door: str) -> None:
    """Neither a word of what was stated nor that there is such a child: not its pseudonym, which
    it was not told by the answer."""
    child = case.job.children[PLACED]
    for organisation in CONFLICTED:
        for post in (Post.HANDLER, Post.DESIGNATED_REPORTER):
            told = case.told(door, organisation, PLACED, post)
            assert child not in told, (organisation, post)
            assert not {text for text in case.secrets(PLACED) if text in told}, organisation


def test_before_it_was_said_the_same_doors_told_them(looked_at: Program, done: Job) -> None:
    """What is tested above could be seen: else it would be true of nothing."""
    before = Case(looked_at, done)
    child = done.children[PLACED]
    telling = {
        door
        for door in ("child_file", "timeline", "register", "children", "case_status", "find_child")
        for organisation in CONFLICTED
        if child in before.told(door, organisation, PLACED)
    }
    assert telling >= {"child_file", "timeline", "register", "children", "find_child"}


@pytest.mark.parametrize("door", DOORS)
def test_no_door_tells_how_a_suspected_guardian_is_reached(case: Case, door: str) -> None:
    words = case.secrets(CALLED, "contact")
    assert len(words) > 5
    for organisation in OTHERS:
        told = case.told(door, organisation, CALLED)
        assert not {text for text in words if text in told}, organisation


def test_whoever_needs_it_for_the_case_is_told(looked_at: Program, done: Job, case: Case) -> None:
    """And where the child is, and who, stays with whoever visits."""
    words = case.secrets(CALLED, "contact")
    before = Case(looked_at, done)
    assert {text for text in words if text in before.told("child_file", TOWN, CALLED)}
    told = case.told("child_file", TOWN, CALLED)
    assert TOWN.partition(":")[2] in told
    assert {text for text in case.secrets(CALLED, "who") if text in told}


def test_an_own_server_of_a_conflicted_organisation_is_released_nothing(
    case: Case, tmp_path: Path
) -> None:
    """Whatever it has stolen and asks for by its place."""
    child = case.job.children[PLACED]
    facts = case.hub.store.history([UUID(child)], case.hub.store.position)
    fields = [
        sealed_field(fact.place, name, entry)
        for fact in facts
        for name, entry in fact.sealed.items()
    ]
    assert len(fields) > 50
    with apart(case.hub, tmp_path) as beside:
        for organisation in (SCHOOL, VILLAGE):
            person = beside.hire(organisation, Post.HEAD)
            keys = RemoteKeys(beside.remote(organisation))
            stands = keys.standings(person.reader(), [child])[child]
            assert stands.opened.conflicted
            assert not stands.opened
            opened = keys.open(person.reader(), fields, "timeline", {})
            assert set(map(str, opened)) == {Marker.WITHHELD.value}


def test_no_view_of_a_conflicted_organisation_holds_a_row_of_the_child(case: Case) -> None:
    """But what its people wrote themselves, each row for the one who did."""
    child = case.job.children[PLACED]
    for organisation in CONFLICTED:
        file = view_file(case.hub, seat_of(organisation))
        with closing(sqlite3.connect(file)) as connection:
            rows = connection.execute(
                'SELECT "by", producer FROM facts WHERE organisation = ? AND child_ref = ?',
                (organisation, child),
            ).fetchall()
            assert set(rows) <= {("writer", organisation)}
            for table in DERIVED:
                found = connection.execute(
                    f"SELECT count(*) FROM {table} WHERE organisation = ? AND child_ref = ?",
                    (organisation, child),
                ).fetchone()
                assert found == (0,), (organisation, table)


# -- with the one defence taken away, each of them succeeds ---------------------------------------


def test_without_the_conflict_in_what_is_open_the_school_reads_on(
    hub: Program, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Reach, "conflicted", property(lambda self: set()))
    say(hub, job.children[PLACED], conflicted_organisations=CONFLICTED)
    told = Case(hub, job).told("child_file", CIVIL_AFFAIRS, PLACED)
    assert {text for text in Case(hub, job).secrets(PLACED) if text in told}


def test_without_the_rule_on_contact_the_guardian_is_called(
    hub: Program, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.authorization.decide.reaches_guardian", lambda policy, standing: True)
    say(hub, job.children[CALLED], guardian_is_suspect=True)
    told = Case(hub, job).told("child_file", TOWN, CALLED)
    assert {text for text in Case(hub, job).secrets(CALLED, "contact") if text in told}
