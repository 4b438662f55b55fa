"""The safe contact (安全联系人) stands in the place of a suspected guardian wherever somebody would
call, and is told to nobody who is not told how a family is reached.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from domain.kernel import Category, Refused
from domain.organisations import Seat, seat_of
from domain.safe_contact import EndSafeContact, StateSafeContact
from domain.suspicion import NoteSuspicion
from hub import safety
from hub.answers import SafeContact
from hub.application import SYSTEM
from hub.bootstrap import Program
from hub.clock import SetClock
from hub.queries.asked import Asked
from hub.queries.own import OwnViewQueries
from hub.releases.remote import RemoteDirectory, RemoteKeys
from tests.adversary.apart import apart
from tests.adversary.asking import DOORS, asking_as, text_of
from tests.adversary.conftest import AFTERWARDS
from tests.adversary.job import Job
from tests.adversary.test_own_server import _as_said
from tests.adversary.test_safety import SOURCE, Twins, everything, issue, lines, made
from tests.program import (
    CIVIL_AFFAIRS,
    DISTRICT,
    EDUCATION,
    POLICE,
    SCHOOL,
    TOWN,
    UNLIMITED,
    VILLAGE,
    actor,
    at,
    pupil,
    reader,
    resident,
    rows,
    running,
    send,
    view_file,
)

__all__ = ["made"]
pytestmark = pytest.mark.adversary

UNTIL = date(2025, 6, 30)
SEEN = SafeContact("示例外婆", "13912345678", "祖父母、外祖父母", UNTIL.isoformat())
CALLING = (TOWN, VILLAGE, CIVIL_AFFAIRS)
"""Who reads how the family is reached."""
NOT_CALLING = tuple(each.id for each in DISTRICT if each.id not in CALLING)
GUARDIANS = {"guardian_name", "guardian_phone", "address"}


def name(
    hub: Program,
    child: str,
    by: str = TOWN,
    called: str = "示例外婆",
    phone: str = "139-1234-5678",
) -> None:
    command = StateSafeContact(
        child_ref=UUID(child),
        contact_name=called,
        contact_phone=phone,
        contact_relation="GRANDPARENT",
        until=UNTIL,
    )
    hub.hub.command(command, actor(by))
    hub.settle()


def suspect(hub: Program, child: str, **what: object) -> None:
    note = NoteSuspicion(child_ref=UUID(child), source=SOURCE, **what)  # type: ignore[arg-type]
    hub.hub.command(note, SYSTEM)
    hub.settle()


@pytest.fixture(scope="module")
def twins(made: Job, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twins]:
    folder = tmp_path_factory.mktemp("contact")
    for each in ("plain", "told"):
        shutil.copytree(made.root, folder / each)
        (folder / each).chmod(0o700)
    with (
        running(folder / "plain", SetClock(AFTERWARDS)) as plain,
        running(folder / "told", SetClock(AFTERWARDS)) as told,
    ):
        for hub in (plain, told):
            hub.searches.rules = UNLIMITED
        name(told, made.children["1"])
        yield Twins(told, plain, made)


@pytest.fixture
def hub(made: Job, tmp_path: Path) -> Iterator[Program]:
    """A copy of one's own, with a safe contact."""
    shutil.copytree(made.root, tmp_path / "own")
    (tmp_path / "own").chmod(0o700)
    with running(tmp_path / "own", SetClock(AFTERWARDS)) as own:
        name(own, made.children["1"])
        yield own


def contact(hub: Program, organisation: str, child: str) -> SafeContact | None:
    found = hub.queries.child_file(reader(organisation), child)
    return found.safe_contact if found else None


@pytest.mark.parametrize("organisation", NOT_CALLING)
def test_no_door_tells_who_is_not_told_how_a_family_is_reached(
    twins: Twins, organisation: str
) -> None:
    found = everything(twins, twins.told, organisation)
    assert found == everything(twins, twins.plain, organisation)
    assert SEEN.name not in str(found)


def test_were_the_right_to_call_not_asked_for_a_school_would_read_it(
    twins: Twins, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Asked, "tells_contact", lambda self, towards: True)
    assert contact(twins.told, SCHOOL, twins.child) == SEEN


@pytest.mark.parametrize("organisation", CALLING)
def test_who_calls_reads_it_with_the_child(twins: Twins, organisation: str) -> None:
    assert contact(twins.told, organisation, twins.child) == SEEN


def test_it_stands_in_the_place_of_a_suspected_guardian(hub: Program, made: Job) -> None:
    """In the file, the list of children and the visits that are owed: the forms of a visit, the
    lists of whom to call, and every letter are made of these."""
    child, queries, who = made.children["1"], hub.queries, reader(VILLAGE)
    suspect(hub, child, guardian_is_suspect=True)
    shown = [queries.child_file(who, child), *queries.children(who).items]
    shown += [each.child for each in queries.visits_due(who).items]
    assert len(shown) > 2
    for each in shown:
        assert each is not None
        assert each.safe_contact == SEEN
        assert not GUARDIANS & set(each.fields)


@pytest.mark.parametrize(
    "said", [{"guardian_phone": "139 1234 5678"}, {"guardian_name": "示例 外婆"}]
)
def test_who_turns_out_to_be_a_guardian_is_called_no_more(
    hub: Program, made: Job, said: dict[str, str]
) -> None:
    """Given a safe contact / when somebody states that number, or that name, as a guardian's / then
    nobody reads it any more, whether or not a guardian is suspected."""
    child = made.children["1"]
    send(hub, TOWN, "town.residence", resident(pupil(1, **said)))
    hub.settle()
    for suspected in (False, True):
        suspect(hub, child, guardian_is_suspect=suspected)
        assert [contact(hub, each, child) for each in CALLING] == [None] * len(CALLING)


def test_whoever_names_it_learns_nothing_of_a_suspicion(hub: Program, made: Job) -> None:
    """A guardian is refused, by name and by telephone, and anybody else taken, alike before and
    after."""
    child = made.children["1"]
    answers = []
    for suspected in (False, True):
        suspect(hub, child, guardian_is_suspect=suspected)
        for guardian in ({"called": "示例家长1"}, {"phone": "+86 138 0000 0001"}):
            with pytest.raises(Refused) as refused:
                name(hub, child, **guardian)
            before = hub.store.position
            name(hub, child)
            answers.append((refused.value.code, refused.value.text, hub.store.position - before))
    assert len(set(answers)) == 1
    assert answers[0][0] == "SAFE_CONTACT_GUARDIAN"


def test_a_conflicted_village_is_told_nothing(hub: Program, made: Job) -> None:
    child = made.children["1"]
    suspect(hub, child, conflicted_organisations=(VILLAGE,))
    asking = asking_as(hub, made, VILLAGE)
    assert SEEN.name not in str([text_of(list(ask(asking))) for ask in DOORS.values()])
    assert contact(hub, TOWN, child) == SEEN


def test_whom_the_suspects_unit_named_before_is_called_no_more(hub: Program, made: Job) -> None:
    """Else its own people would be called instead of a guardian. Whoever else named one before
    stands again, and no word of such a unit ends that one."""
    child = made.children["1"]
    name(hub, child, by=CIVIL_AFFAIRS, called="示例舅舅")
    name(hub, child, by=TOWN)
    suspect(hub, child, conflicted_organisations=(TOWN,))
    found = contact(hub, VILLAGE, child)
    assert found == replace(SEEN, name="示例舅舅")
    suspect(hub, child)
    assert contact(hub, VILLAGE, child) == SEEN


def test_what_the_suspects_unit_told_before_is_heeded_by_another_number(
    hub: Program, made: Job
) -> None:
    """Too much care costs a call: the line stays, and the call does not go to them."""
    child = made.children["1"]
    issue(hub, child, by=TOWN, call="66000000", seats=(Seat.VILLAGE,))
    (line,) = lines(hub, VILLAGE, child)
    assert line.call == "66000000"
    suspect(hub, child, conflicted_organisations=(TOWN,))
    assert lines(hub, VILLAGE, child) == (replace(line, call="110"),)
    assert lines(hub, TOWN, child) == ()


def test_were_conflicts_not_looked_at_the_suspects_unit_would_be_called(
    hub: Program, made: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = made.children["1"]
    issue(hub, child, by=TOWN, call="66000000", seats=(Seat.VILLAGE,))
    suspect(hub, child, conflicted_organisations=(TOWN,))
    monkeypatch.setattr(safety, "conflicted_towards", lambda store, child: frozenset())
    assert contact(hub, VILLAGE, child) == SEEN
    assert [each.call for each in lines(hub, VILLAGE, child)] == ["66000000"]


def test_no_view_holds_one(twins: Twins) -> None:
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


def test_it_ends_by_its_day_and_by_who_named_it(hub: Program, made: Job) -> None:
    child = made.children["1"]
    end = EndSafeContact(child_ref=UUID(child))
    with pytest.raises(Refused):
        hub.hub.command(end, actor(CIVIL_AFFAIRS))
    hub.hub.command(end, actor(TOWN))
    assert contact(hub, TOWN, child) is None
    name(hub, child)
    at(hub, AFTERWARDS.replace(year=UNTIL.year, month=UNTIL.month, day=UNTIL.day))
    assert contact(hub, TOWN, child) == SEEN
    at(hub, hub.clock.now() + timedelta(days=1))
    assert contact(hub, TOWN, child) is None


def test_the_look_is_entered_as_one_at_how_the_family_is_reached(twins: Twins) -> None:
    assert contact(twins.told, TOWN, twins.child)
    looks = [e for e in twins.told.audit.newest(6) if e.action == "safe_contact"]
    assert (twins.child, TOWN) in {(e.child_ref, e.organisation) for e in looks}
    assert {e.categories for e in looks} == {Category.CONTACT.value}


def test_an_own_server_is_told_what_the_hub_tells(hub: Program, made: Job, tmp_path: Path) -> None:
    child = made.children["1"]
    with apart(hub, tmp_path) as parted:
        parted.desk.directory.authenticate = _as_said  # type: ignore[method-assign]
        for organisation, told in ((VILLAGE, SEEN), (SCHOOL, None), (EDUCATION, None)):
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
            assert found.safe_contact == told
            # And when somebody at the server were to ask for it all the same.
            asked = RemoteKeys(remote).safe_contacts(who, [child])
            assert asked == ({child: told} if told else {})
        assert POLICE not in CALLING
