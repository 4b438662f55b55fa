"""A safety instruction (安全提示) is read first by who is told, and nobody else learns of one.

Two copies of one folder: in one of them the police have issued an instruction to the child's school
and village. Everybody else is told the same by every door of both.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from domain.kernel import Refused
from domain.organisations import Seat, seat_of
from domain.safety_instruction import EndSafetyInstruction, IssueSafetyInstruction, instructions_id
from domain.suspicion import NoteSuspicion
from hub import safety
from hub.answers import SafetyLine
from hub.api.app import create_app
from hub.application import SYSTEM
from hub.bootstrap import Program
from hub.clock import SetClock
from hub.queries.own import OwnViewQueries
from hub.releases.remote import RemoteDirectory, RemoteKeys
from projections import visible
from tests.adversary.apart import apart
from tests.adversary.asking import DOORS, asking_as, text_of
from tests.adversary.conftest import AFTERWARDS
from tests.adversary.job import Job
from tests.api.desks import District
from tests.program import (
    CIVIL_AFFAIRS,
    DISTRICT,
    EDUCATION,
    OTHER_SCHOOL,
    OTHER_SCHOOL_NAME,
    POLICE,
    SCHOOL,
    SCHOOL_NAME,
    STATION,
    TOWN,
    UNLIMITED,
    VILLAGE,
    VILLAGE_CODE,
    absent,
    actor,
    admonished,
    an_id_number,
    at,
    child_of,
    enrolled,
    pupil,
    reader,
    resident,
    rows,
    running,
    send,
    view_file,
)

pytestmark = pytest.mark.adversary

LINE = "（示例）请勿单独放行，先电话联系"
UNTIL = date(2025, 6, 30)
TOLD = (SCHOOL, VILLAGE, POLICE)
"""The seats that were chosen, as far as they have the child in hand, and the issuer."""
NOT_TOLD = tuple(each.id for each in DISTRICT if each.id not in TOLD)
SOURCE = UUID("f0000000-0000-4000-8000-0000000000aa")
SEEN = SafetyLine(LINE, "110", UNTIL.isoformat(), ours=False)


@dataclass(frozen=True)
class Twins:
    """The same child, with an instruction and without."""

    told: Program
    plain: Program
    job: Job

    @property
    def child(self) -> str:
        return self.job.children["1"]


def issue(hub: Program, child: str, by: str = POLICE, **changed: Any) -> None:
    said = {
        "child_ref": UUID(child),
        "text": LINE,
        "call": "110",
        "until": UNTIL,
        "seats": (Seat.SCHOOL, Seat.VILLAGE),
        **changed,
    }
    hub.hub.command(IssueSafetyInstruction(**said), actor(by))
    hub.settle()


def _child(hub: Program) -> str:
    """Of whom everybody near has something in hand."""
    send(hub, TOWN, "town.residence", resident(pupil(1), VILLAGE_CODE))
    send(hub, EDUCATION, "education.roll", enrolled(pupil(1), SCHOOL_NAME))
    send(hub, STATION, "police.admonition", admonished(pupil(1)))
    send(hub, POLICE, "police.admonition", admonished(pupil(1), 2))
    classified = {**pupil(1), "category": "留守儿童", "since": "2025-02-01"}
    send(hub, CIVIL_AFFAIRS, "civil_affairs.classification", classified)
    assert hub.settle()
    send(hub, SCHOOL, "education.absence", absent(pupil(1)))
    at(hub, AFTERWARDS)
    assert hub.settle()
    return child_of(hub, pupil(1))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Job:
    job = Job(tmp_path_factory.mktemp("safety") / "plain")
    with running(job.root) as hub:
        job.children["1"] = _child(hub)
        job.id_numbers["1"] = an_id_number(1)
    return job


@pytest.fixture(scope="module")
def twins(made: Job) -> Iterator[Twins]:
    shutil.copytree(made.root, made.root.parent / "told")
    (made.root.parent / "told").chmod(0o700)
    with (
        running(made.root, SetClock(AFTERWARDS)) as plain,
        running(made.root.parent / "told", SetClock(AFTERWARDS)) as told,
    ):
        for each in (plain, told):
            each.searches.rules = UNLIMITED
        issue(told, made.children["1"])
        yield Twins(told, plain, made)


@pytest.fixture
def hub(made: Job, tmp_path: Path) -> Iterator[Program]:
    """A copy of one's own."""
    shutil.copytree(made.root, tmp_path / "own")
    (tmp_path / "own").chmod(0o700)
    with running(tmp_path / "own", SetClock(AFTERWARDS)) as own:
        yield own


def lines(hub: Program, organisation: str, child: str) -> tuple[SafetyLine, ...]:
    found = hub.queries.child_file(reader(organisation), child)
    return found.safety if found else ()


def everything(twins: Twins, hub: Program, organisation: str) -> dict[str, list[str]]:
    """What every door tells. When somebody looked before is the tests' own doing."""
    asking = replace(asking_as(twins.told, twins.job, organisation), queries=hub.queries)
    return {
        name: [text_of(answer) for answer in door(asking)]
        for name, door in DOORS.items()
        if name != "access_log"
    }


@pytest.mark.parametrize("organisation", NOT_TOLD)
def test_no_door_tells_who_was_not_chosen(twins: Twins, organisation: str) -> None:
    found = everything(twins, twins.told, organisation)
    assert found == everything(twins, twins.plain, organisation)
    assert LINE not in str(found)


def test_were_every_organisation_told_the_town_would_read_it(
    twins: Twins, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(safety, "is_told", lambda each, organisation, *, has_in_hand: True)
    assert lines(twins.told, TOWN, twins.child) == (SEEN,)


@pytest.mark.parametrize("organisation", [SCHOOL, VILLAGE])
def test_who_is_told_reads_it_first_wherever_the_child_is(twins: Twins, organisation: str) -> None:
    queries, who = twins.told.queries, reader(organisation)
    assert lines(twins.told, organisation, twins.child) == (SEEN,)
    assert queries.timeline(who, twins.child).safety == (SEEN,)
    assert [each.safety for each in queries.children(who).items] == [(SEEN,)]
    visits = queries.visits_due(who).items
    assert {each.safety for each in visits} == ({(SEEN,)} if organisation == VILLAGE else set())
    for page in (queries.inbox(who, open_only=False), queries.sent(who)):
        assert {each.safety for each in page.items} <= {(SEEN,)}
    asked, plain = (everything(twins, hub, organisation) for hub in (twins.told, twins.plain))
    assert {name for name in asked if asked[name] != plain[name]} >= {"child_file", "timeline"}


def test_a_task_shows_it_to_who_is_told(twins: Twins) -> None:
    """The town sent the village what the school reported; the answer to its task has the line."""
    tasks = [
        each
        for organisation in (SCHOOL, VILLAGE)
        for page in (
            twins.told.queries.inbox(reader(organisation), open_only=False),
            twins.told.queries.sent(reader(organisation)),
        )
        for each in page.items
    ]
    assert tasks
    assert {each.safety for each in tasks} == {(SEEN,)}


def test_the_issuer_reads_that_it_is_its_own(twins: Twins) -> None:
    assert lines(twins.told, POLICE, twins.child) == (replace(SEEN, ours=True),)


def test_no_view_holds_anything_of_it(twins: Twins) -> None:
    """A worker of its own, a feed or a stolen view tells nothing, not even that of who is told."""
    for seat in {seat_of(each.id) for each in DISTRICT}:
        told, plain = (
            {
                table: found
                for table, found in rows(view_file(each, seat)).items()
                if table not in ("progress", "alembic_version")
            }
            for each in (twins.told, twins.plain)
        )
        assert told == plain, seat


def test_were_it_an_entry_like_others_views_would_hold_it(
    twins: Twins, monkeypatch: pytest.MonkeyPatch
) -> None:
    fact = next(f for f in twins.told.store.feed(0, 10_000) if f.topic.startswith("safety_"))
    assert visible.concerned(fact) is None
    monkeypatch.setattr(visible, "_CONCERN_NOBODY", frozenset())
    assert visible.concerned(fact) == twins.child


def test_that_somebody_looked_at_one_stands_in_no_childs_list(twins: Twins) -> None:
    assert lines(twins.told, SCHOOL, twins.child)
    stream = str(instructions_id(UUID(twins.child)))
    entry = next(e for e in twins.told.audit.newest(5) if e.action == safety.ACTION)
    assert (entry.child_ref, entry.organisation) == (stream, SCHOOL)
    for organisation in (CIVIL_AFFAIRS, SCHOOL, TOWN):
        looks = twins.told.queries.access_log(reader(organisation), twins.child)
        assert safety.ACTION not in {each.action for each in looks}


def test_a_conflicted_organisation_is_told_nothing_from_then_on(hub: Program, made: Job) -> None:
    child = made.children["1"]
    issue(hub, child, organisations=(SCHOOL,))
    assert lines(hub, SCHOOL, child)
    note = NoteSuspicion(child_ref=UUID(child), source=SOURCE, conflicted_organisations=(SCHOOL,))
    hub.hub.command(note, SYSTEM)
    # Whether or not its view has heard of it.
    assert not lines(hub, SCHOOL, child)
    assert hub.queries.timeline(reader(SCHOOL), child).safety == ()
    hub.settle()
    queries, who = hub.queries, reader(SCHOOL)
    assert not lines(hub, SCHOOL, child)
    assert LINE not in str([queries.timeline(who, child), queries.sent(who), queries.children(who)])
    assert lines(hub, VILLAGE, child) == (SEEN,)
    # Chosen after it is conflicted, by a town that does not know: the same receipt as ever.
    issue(hub, child, by=TOWN, seats=(Seat.SCHOOL,), organisations=(SCHOOL,))
    assert not lines(hub, SCHOOL, child)
    assert [each.ours for each in lines(hub, TOWN, child)] == [True]


def test_were_conflicts_not_looked_at_it_would_be_told(
    hub: Program, made: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = made.children["1"]
    issue(hub, child, organisations=(SCHOOL,))
    note = NoteSuspicion(child_ref=UUID(child), source=SOURCE, conflicted_organisations=(SCHOOL,))
    hub.hub.command(note, SYSTEM)
    hub.settle()
    of = safety.SafetyLines.of
    monkeypatch.setattr(
        safety.SafetyLines,
        "of",
        lambda self, who, standing: of(
            self, who, {child: replace(each, conflicted=False) for child, each in standing.items()}
        ),
    )
    with hub.queries._view(Seat.SCHOOL).engine.begin() as connection:
        assert hub.queries._safety(connection, reader(SCHOOL), [child]) == {child: (SEEN,)}


def test_a_new_school_is_told_and_the_former_not_any_more(hub: Program, made: Job) -> None:
    child = made.children["1"]
    issue(hub, child)
    moved = enrolled(pupil(1), OTHER_SCHOOL_NAME, since="2025-03-04")
    send(hub, EDUCATION, "education.roll", moved)
    hub.settle()
    assert lines(hub, OTHER_SCHOOL, child) == (SEEN,)
    assert not lines(hub, SCHOOL, child)
    assert hub.queries.timeline(reader(SCHOOL), child).safety == ()


def test_only_its_issuer_or_its_day_ends_it(hub: Program, made: Job) -> None:
    child = made.children["1"]
    issue(hub, child)
    end = EndSafetyInstruction(child_ref=UUID(child))
    for other in (STATION, CIVIL_AFFAIRS, TOWN):
        with pytest.raises(Refused) as refused:
            hub.hub.command(end, actor(other))
        assert refused.value.code == "SAFETY_NONE"
    assert lines(hub, SCHOOL, child)
    hub.hub.command(end, actor(POLICE))
    hub.settle()
    assert not lines(hub, SCHOOL, child)
    assert not lines(hub, POLICE, child)
    issue(hub, child)
    at(hub, AFTERWARDS.replace(year=UNTIL.year, month=UNTIL.month, day=UNTIL.day))
    assert lines(hub, SCHOOL, child)
    at(hub, hub.clock.now() + timedelta(days=1))
    assert not lines(hub, SCHOOL, child)


def test_what_refuses_says_nothing_of_the_child(twins: Twins) -> None:
    """Somebody else's child, a child with an instruction, and nobody: one answer each."""
    with TestClient(create_app(twins.told)) as client:
        other = "town:310117002"
        desk = District(twins.told, client)[other]
        body = {"text": LINE, "call": "110", "until": str(UNTIL), "seats": ["school"]}
        for path, sent in (("", body), ("/end", {})):
            answers = [
                desk.post(f"/children/{child}/safety-instruction{path}", sent)
                for child in (twins.child, str(UUID(int=9)))
            ]
            assert {each.status_code for each in answers} == {422}
            assert len({each.content for each in answers}) == 1
            assert LINE not in answers[0].text


def test_an_own_server_is_told_what_the_hub_tells(hub: Program, made: Job, tmp_path: Path) -> None:
    child = made.children["1"]
    issue(hub, child)
    with apart(hub, tmp_path) as parted:
        from tests.adversary.test_own_server import _as_said

        parted.desk.directory.authenticate = _as_said  # type: ignore[method-assign]
        for organisation, told in ((SCHOOL, (SEEN,)), (VILLAGE, (SEEN,)), (TOWN, ())):
            remote = parted.remote(organisation)
            own = OwnViewQueries(
                hub.projector.view(seat_of(organisation)),
                RemoteKeys(remote),
                hub.policies,
                RemoteDirectory(remote),
                hub.clock,
            )
            who = replace(reader(organisation), credential=f"{organisation}|handler")
            found = own.child_file(who, child)
            assert found is not None
            assert found.safety == told


def test_a_report_whose_child_is_named_shows_it_in_its_task(hub: Program, made: Job) -> None:
    """The task of a report stands under the report, and not under the child."""
    child = made.children["1"]
    issue(hub, child, seats=(Seat.POLICE_STATION,))
    told = {"seen": "（示例）手臂多处瘀青", "place": VILLAGE_CODE, "child_ref": child}
    hub.intake.record(actor(SCHOOL, user="u-filer"), "report.mandatory", told)
    hub.settle()
    tasks = [e for e in hub.queries.inbox(reader(STATION)).items if e.kind == "handle_report"]
    assert [each.safety for each in tasks] == [(SEEN,)]
    assert tasks[0].child_ref != child
    others = hub.queries.inbox(reader(CIVIL_AFFAIRS)).items
    assert {each.safety for each in others} == {()}
