"""A link between two children tells nobody of one child who may see only the other.

Two copies of one folder: in one of them links are stated and decided. Whoever may not see both
children of a link is told the same by every door of both.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from domain.family_link import ConfirmFamilyLink, StateFamilyLink
from domain.organisations import seat_of
from hub.api.app import create_app
from hub.bootstrap import Program
from hub.clock import SetClock
from hub.queries import families
from hub.queries.past import PastViews
from projections import visible
from tests.adversary.asking import DOORS, asking_as, text_of
from tests.adversary.conftest import AFTERWARDS
from tests.adversary.job import Job
from tests.api.desks import District
from tests.erasure.office import erase
from tests.program import (
    CIVIL_AFFAIRS,
    DISTRICT,
    EDUCATION,
    OTHER_SCHOOL,
    OTHER_SCHOOL_NAME,
    OTHER_TOWN,
    OTHER_VILLAGE_CODE,
    POLICE,
    SCHOOL,
    SCHOOL_NAME,
    START,
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

EVERYBODY = tuple(each.id for each in DISTRICT)
NOT_OF_BOTH = tuple(each for each in EVERYBODY if each != CIVIL_AFFAIRS)
HERE, THERE, MATE = 1, 2, 3
"""A child of the first town, its sister in the other one, and its brother, who lives there too and
goes to the first one's school."""


@dataclass(frozen=True)
class Twins:
    """The same children, with a link and without."""

    linked: Program
    plain: Program
    job: Job

    def ref(self, number: int) -> str:
        return self.job.children[str(number)]


def _children(hub: Program, job: Job) -> None:
    """About whom nothing is open."""
    for number, by, village, school in (
        (HERE, TOWN, VILLAGE_CODE, SCHOOL_NAME),
        (THERE, OTHER_TOWN, OTHER_VILLAGE_CODE, OTHER_SCHOOL_NAME),
        (MATE, OTHER_TOWN, OTHER_VILLAGE_CODE, SCHOOL_NAME),
    ):
        child = pupil(number)
        send(hub, by, "town.residence", resident(child, village))
        send(hub, EDUCATION, "education.roll", enrolled(child, school))
        job.id_numbers[str(number)] = an_id_number(number)
    assert hub.settle()
    for number in (HERE, THERE, MATE):
        job.children[str(number)] = child_of(hub, pupil(number))


def link(hub: Program, one: str, other: str, organisation: str = CIVIL_AFFAIRS) -> None:
    pair: dict[str, Any] = {"child_ref": UUID(one), "other": UUID(other), "link": "SIBLING"}
    said: dict[str, Any] = {"note": "姐姐的情况", "other_note": "妹妹的情况"}
    hub.hub.command(StateFamilyLink(**pair, **said), actor(VILLAGE))
    hub.hub.command(ConfirmFamilyLink(**pair, ground="DOCUMENT", **said), actor(organisation))
    assert hub.settle()


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twins]:
    folder = tmp_path_factory.mktemp("twins")
    job = Job(folder / "plain")
    with running(job.root) as hub:
        _children(hub, job)
        send(hub, STATION, "police.admonition", admonished(pupil(HERE)))
        send(hub, OTHER_SCHOOL, "education.absence", absent(pupil(THERE)))
        at(hub, AFTERWARDS)
        assert hub.settle()
    shutil.copytree(job.root, folder / "linked")
    (folder / "linked").chmod(0o700)
    with (
        running(folder / "plain", SetClock(AFTERWARDS)) as plain,
        running(folder / "linked", SetClock(AFTERWARDS)) as linked,
    ):
        for each in (plain, linked):
            each.searches.rules = UNLIMITED
        for other in (THERE, MATE):
            link(linked, job.children[str(HERE)], job.children[str(other)])
        yield Twins(linked, plain, job)


def _told(twins: Twins, hub: Program, organisation: str) -> dict[str, list[str]]:
    """Everything that every door tells an organisation, asked of either copy for all that there is
    in the linked one. When somebody looked before is the tests' own doing."""
    asking = replace(asking_as(twins.linked, twins.job, organisation), queries=hub.queries)
    return {
        name: [text_of(answer) for answer in door(asking)]
        for name, door in DOORS.items()
        if name != "access_log"
    }


@pytest.mark.parametrize("organisation", NOT_OF_BOTH)
def test_no_door_tells_who_sees_only_one_of_them(twins: Twins, organisation: str) -> None:
    assert _told(twins, twins.linked, organisation) == _told(twins, twins.plain, organisation)


def test_and_who_sees_both_is_told(twins: Twins) -> None:
    """The questions above have an answer."""
    for one, others in ((HERE, {THERE, MATE}), (THERE, {HERE}), (MATE, {HERE})):
        found = twins.linked.queries.family(reader(CIVIL_AFFAIRS), twins.ref(one)) or ()
        assert {each.child.child_ref for each in found} == {twins.ref(each) for each in others}
        assert twins.plain.queries.family(reader(CIVIL_AFFAIRS), twins.ref(one)) == ()


def test_without_the_look_at_both_a_school_would_be_told_of_its_pupils_families(
    twins: Twins, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(families, "sees_family", lambda asked, towards: True)
    found = twins.linked.queries.family(reader(SCHOOL), twins.ref(HERE)) or ()
    assert [each.child.child_ref for each in found] == [twins.ref(MATE)]


def test_looking_back_tells_of_a_link_to_who_sees_both_then_and_now(twins: Twins) -> None:
    """Civil affairs of itself and of a school, which never saw how a family is reached; the town of
    the one child sees nothing of the link of either day."""
    hub, child = twins.linked, twins.ref(HERE)
    day = hub.clock.now().date()

    def links(asks: str, of: str = "") -> set[tuple[str, str]]:
        told = hub.queries.as_of(reader(asks), child, day, of)
        assert told is not None
        return {(each.other, each.state) for each in told.family}

    both = {(twins.ref(THERE), "CONFIRMED"), (twins.ref(MATE), "CONFIRMED")}
    assert links(CIVIL_AFFAIRS) == both
    looked = {entry.child_ref for entry in hub.audit.newest(3) if entry.action == "as_of"}
    assert looked == {child, twins.ref(THERE), twins.ref(MATE)}
    assert links(TOWN) == links(CIVIL_AFFAIRS, TOWN) == set()
    before = hub.queries.as_of(reader(CIVIL_AFFAIRS), child, START.date())
    assert before is not None
    assert before.family == ()


def test_without_the_look_at_both_looking_back_would_tell_a_town(
    twins: Twins, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.queries.past.sees_family", lambda asked, towards: True)
    monkeypatch.setattr(PastViews, "_saw", lambda *of: True)
    told = twins.linked.queries.as_of(
        reader(TOWN), twins.ref(HERE), twins.linked.clock.now().date()
    )
    assert told is not None
    assert told.family


def test_no_view_holds_anything_of_a_link(twins: Twins) -> None:
    """Not even that of who sees both: a worker of its own, or a stolen view, tells nothing."""
    for seat in {seat_of(each) for each in EVERYBODY}:
        linked, plain = (
            {
                table: found
                for table, found in rows(view_file(hub, seat)).items()
                if table not in ("progress", "alembic_version")
            }
            for hub in (twins.linked, twins.plain)
        )
        assert linked == plain, seat


def test_were_a_link_an_entry_like_others_views_would_hold_it(
    twins: Twins, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visible, "_CONCERN_NOBODY", frozenset())
    monkeypatch.setattr(visible, "_IN_NO_VIEW", frozenset())
    fact = next(f for f in twins.linked.store.feed(0, 10_000) if f.topic.startswith("family_link."))
    assert visible.concerned(fact) == twins.ref(HERE)


def test_over_http_a_hidden_link_a_child_of_others_and_nobody_read_alike(twins: Twins) -> None:
    """Asked, stated and decided: status and body."""
    for hub in (twins.linked, twins.plain):
        with TestClient(create_app(hub)) as client:
            desk = District(hub, client)[TOWN]
            here = desk.get(f"/children/{twins.ref(HERE)}/family")
            assert (here.status_code, here.json()["items"]) == (200, [])
            nobody = str(UUID(int=9))
            answers = []
            for other in (twins.ref(THERE), nobody, "999999201501017003"):
                answers += [
                    desk.get(f"/children/{other}/family"),
                    desk.post(
                        f"/children/{twins.ref(HERE)}/family", {"other": other, "link": "SIBLING"}
                    ),
                    desk.post(
                        f"/children/{other}/family/end",
                        {"other": twins.ref(HERE), "link": "SIBLING", "ground": "MISTAKE"},
                    ),
                ]
            assert {each.status_code for each in answers} == {404}
            assert len({each.content for each in answers}) == 1


def test_what_is_no_child_is_linked_to_nobody(tmp_path: Path) -> None:
    """A report whose child nobody knows stands in views as a child does, and is none."""
    job = Job(tmp_path / "data")
    with running(job.root) as hub:
        _children(hub, job)
        reported = {"seen": "示例", "situations": "MR4", "place": VILLAGE_CODE}
        receipt = send(hub, OTHER_SCHOOL, "report.mandatory", reported)
        assert hub.settle()
        (report,) = {str(f.stream) for f in hub.store.feed(0, 10_000) if "report.filed" in f.topic}
        assert receipt.number
        here = job.children[str(HERE)]
        for organisation in (CIVIL_AFFAIRS, POLICE):
            for other in (report, str(UUID(int=9))):
                assert not hub.queries.both(reader(organisation), here, other)
                assert not hub.queries.both(reader(organisation), other, here)
        assert hub.queries.both(reader(CIVIL_AFFAIRS), here, job.children[str(MATE)])


def test_the_looks_that_are_left_tell_nothing_either(twins: Twins) -> None:
    """Of a question about one child the same entry, whether it has a sister or not."""
    left = []
    for hub in (twins.linked, twins.plain):
        before = hub.audit.count()
        hub.queries.family(reader(TOWN), twins.ref(HERE))
        left.append(
            [(each.child_ref, each.action, each.categories) for _, each in hub.audit.oldest(before)]
        )
    assert left[0] == left[1]
    assert {child for child, _, _ in left[0]} == {twins.ref(HERE)}


def test_erasing_one_child_takes_its_links_and_leaves_the_others(tmp_path: Path) -> None:
    job = Job(tmp_path / "data")
    with running(job.root) as hub:
        _children(hub, job)
        here, there, mate = (job.children[str(each)] for each in (HERE, THERE, MATE))
        link(hub, there, here)
        link(hub, mate, here)
        erase(hub, UUID(there))
        assert hub.settle()
        found = hub.queries.family(reader(CIVIL_AFFAIRS), here, over=True) or ()
        assert [each.child.child_ref for each in found] == [mate]
        (relative,) = found
        assert (relative.note, relative.other_note) == ("妹妹的情况", "姐姐的情况")
        assert hub.queries.family(reader(CIVIL_AFFAIRS), there) is None


def test_a_school_state_organ_or_town_is_proposed_no_family(tmp_path: Path) -> None:
    """Two children with one telephone: who does not decide is told the same without it."""
    told = []
    for phone in ("13912345678", "13887654321"):
        job = Job(tmp_path / phone)
        with running(job.root) as hub:
            for number in (HERE, MATE):
                shared = pupil(number, guardian_phone="13912345678" if number == HERE else phone)
                send(hub, TOWN, "town.residence", resident(shared))
            assert hub.settle()
            told.append(
                {each: text_of(hub.queries.family_candidates(reader(each))) for each in NOT_OF_BOTH}
            )
            (found,) = {len(hub.queries.family_candidates(reader(CIVIL_AFFAIRS)).items)}
            assert found == (1 if phone == "13912345678" else 0)
    assert told[0] == told[1]
