"""紧急调阅 in the whole program: what is seen, from when until when, who is told, who looked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from domain.break_glass import REVIEW, BreakGlass, EndBreakGlass, ReviewBreakGlass
from domain.kernel import Category, LegalBasis, Refused
from domain.organisations import Post, Seat
from domain.scope import Scope
from domain.visit import RecordVisit, VisitForm
from hub.bootstrap import Program
from projections.tables import CHILDREN, DEADLINES, FACTS
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_STATION,
    POLICE,
    SCHOOL,
    START,
    TOWN,
    absent,
    actor,
    at,
    child_of,
    enrolled,
    pupil,
    reader,
    resident,
    running,
    send,
)

CATEGORIES = (Category.CONTACT, Category.SCHOOLING)
ASKER = reader(OTHER_STATION, Post.DUTY)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Program]:
    with running(tmp_path / "data") as made:
        yield made


@pytest.fixture
def child(hub: Program) -> str:
    send(hub, TOWN, "town.residence", resident(pupil(1)))
    send(hub, EDUCATION, "education.roll", enrolled(pupil(1)))
    send(hub, SCHOOL, "education.absence", absent(pupil(1), days=1))
    hub.settle()
    return child_of(hub, pupil(1))


def broken(hub: Program, child: str | None, **changes: object) -> UUID:
    command = BreakGlass(
        access_id=uuid4(),
        child_ref=UUID(child) if child else None,
        categories=CATEGORIES,
        ground="MISSING",
        account="（示例）夜间走失",
    ).model_copy(update=changes)
    hub.hub.command(command, actor(OTHER_STATION, Post.DUTY), basis=LegalBasis.EMERGENCY)
    return command.access_id


def held(hub: Program, child: str) -> int:
    hub.projector.catch_up()
    with hub.projector.view(Seat.POLICE_STATION).engine.begin() as connection:
        rows = connection.execute(
            select(FACTS.c.position).where(
                FACTS.c.organisation == OTHER_STATION, FACTS.c.child_ref == child
            )
        )
        return len(list(rows))


def seen(hub: Program, child: str) -> set[str]:
    """Topics of what the asker is shown of a child."""
    return {each.topic for each in hub.queries.timeline(ASKER, child).items}


def test_it_opens_at_once_what_was_asked_and_nothing_else(hub: Program, child: str) -> None:
    assert seen(hub, child) == set()
    broken(hub, child)
    hub.projector.catch_up()
    file = hub.queries.child_file(ASKER, child)
    assert file is not None
    assert file.fields["name"] == pupil(1)["name"]
    assert file.fields["guardian_phone"] == pupil(1)["guardian_phone"]
    shown = hub.queries.timeline(ASKER, child).items
    assert {each.by for each in shown} == {"break_glass"}
    assert {each.category for each in shown} <= {"who", "contact", "schooling"}
    assert "dropout.absence_reported.v1" in {each.topic for each in shown}


def test_every_look_by_it_is_logged_as_an_emergency_under_the_access(
    hub: Program, child: str
) -> None:
    access = broken(hub, child)
    hub.projector.catch_up()
    hub.queries.child_file(ASKER, child)
    hub.queries.timeline(ASKER, child)
    looks = [each for each in hub.audit.of_child(child) if each.organisation == OTHER_STATION]
    assert {(each.action, each.legal_basis, each.task) for each in looks} == {
        ("child_file", "EMERGENCY", str(access)),
        ("timeline", "EMERGENCY", str(access)),
    }
    hub.queries.child_file(reader(TOWN), child)
    (other,) = [each for each in hub.audit.of_child(child) if each.organisation == TOWN]
    assert (other.legal_basis, other.task) == ("STATUTORY_DUTY", "")


def test_when_the_hours_are_over_it_shows_nothing_though_no_clock_came_by(
    hub: Program, child: str
) -> None:
    broken(hub, child, hours=2)
    hub.projector.catch_up()
    at(hub, START + timedelta(hours=2) - timedelta(seconds=1))
    assert hub.queries.child_file(ASKER, child) is not None
    at(hub, START + timedelta(hours=2))
    assert held(hub, child) > 0, "the view has not heard of it"
    assert hub.queries.child_file(ASKER, child) is None
    assert hub.queries.children(ASKER).items == ()
    assert seen(hub, child) == set()


def test_the_clock_takes_the_rows_out_of_the_view(hub: Program, child: str) -> None:
    broken(hub, child, hours=2)
    assert held(hub, child) > 0
    at(hub, START + timedelta(hours=2))
    hub.settle()
    assert held(hub, child) == 0
    with hub.projector.view(Seat.POLICE_STATION).engine.begin() as connection:
        kept = connection.execute(select(CHILDREN.c.id).where(CHILDREN.c.id == child))
        assert list(kept) == []


def test_whoever_looked_gives_it_up_before_its_time(hub: Program, child: str) -> None:
    access = broken(hub, child)
    assert held(hub, child) > 0
    hub.hub.command(EndBreakGlass(access_id=access), actor(OTHER_STATION))
    assert held(hub, child) == 0


def test_the_lead_is_told_at_once_and_the_review_is_owed_the_next_working_day(
    hub: Program, child: str
) -> None:
    access = broken(hub, child)
    hub.settle()
    (notice,) = hub.queries.inbox(reader(CIVIL_AFFAIRS)).items
    assert (notice.kind, notice.child_ref) == ("note_break_glass", str(access))
    (told,) = [
        each
        for each in hub.queries.break_glass(reader(CIVIL_AFFAIRS)).items
        if each.topic == "break_glass.notified.v1"
    ]
    assert told.clear["named"] == child
    assert told.clear["organisation"] == OTHER_STATION
    assert told.fields["account"] == "（示例）夜间走失"
    assert told.words["ground"] == "失踪或离家出走"
    with hub.projector.view(Seat.CIVIL_AFFAIRS).engine.begin() as connection:
        (due,) = connection.execute(
            select(DEADLINES.c.due_at).where(
                DEADLINES.c.organisation == CIVIL_AFFAIRS, DEADLINES.c.kind == REVIEW
            )
        ).scalars()
    assert due == "2025-03-04T16:00:00Z", "Tuesday ends at midnight in Shanghai"


def test_a_review_that_nobody_makes_is_overdue_and_one_that_finds_it_wrong_ends_it(
    hub: Program, child: str
) -> None:
    access = broken(hub, child)
    hub.settle()
    review = ReviewBreakGlass(access_id=access, justified=False, note="（示例）可先转介")
    with pytest.raises(Refused):
        hub.hub.command(review, actor(POLICE))
    hub.hub.command(review, actor(CIVIL_AFFAIRS))
    hub.settle()
    assert held(hub, child) == 0
    answer = hub.queries.break_glass(ASKER).items[1]
    assert (answer.topic, answer.fields["note"]) == ("break_glass.reviewed.v1", "（示例）可先转介")
    second = broken(hub, child)
    at(hub, START + timedelta(days=3))
    hub.settle()
    late = hub.queries.overdue(reader(CIVIL_AFFAIRS)).items
    assert str(second) in {each.subject_id for each in late if each.kind == REVIEW}
    (uses,) = hub.queries.break_glass_uses(reader(CIVIL_AFFAIRS), since=START)
    assert (uses.organisation, uses.times, uses.open_reviews, uses.not_justified) == (
        OTHER_STATION,
        2,
        1,
        1,
    )
    for stranger in (OTHER_STATION, TOWN, SCHOOL):
        assert hub.queries.break_glass_uses(reader(stranger), since=START) == ()


def test_nobody_else_learns_that_somebody_looked(hub: Program, child: str) -> None:
    """Not the town, the school or the station of the child's own beat: one of their people may be
    what it is about."""
    before = {
        organisation: hub.queries.timeline(reader(organisation), child)
        for organisation in (TOWN, SCHOOL, POLICE, EDUCATION, CIVIL_AFFAIRS)
    }
    access = broken(hub, child, categories=(Category.CONTACT,))
    hub.settle()
    for organisation, timeline in before.items():
        assert hub.queries.timeline(reader(organisation), child) == timeline
    for organisation in (TOWN, SCHOOL, EDUCATION):
        assert hub.queries.break_glass(reader(organisation)).items == ()
        assert hub.queries.break_glass_access(reader(organisation), str(access)).items == ()
        assert hub.queries.timeline(reader(organisation), str(access)).items == ()


def test_who_asks_for_nobody_is_told_the_same(hub: Program, child: str) -> None:
    """What the asker is shown of its own asking says nothing of whether there is such a child."""
    told = []
    for asked in (child, None, "00000000-0000-4000-8000-000000000001"):
        access = broken(hub, asked)
        hub.settle()
        entries = hub.queries.break_glass_access(ASKER, str(access)).items
        told.append([(e.title, e.by, e.clear, e.fields, e.words) for e in entries])
    assert told[0] == told[1] == told[2]
    assert len(told[0]) == 3, "opened, and told to two"
    assert len(hub.queries.inbox(reader(CIVIL_AFFAIRS)).items) == 3


def test_looking_is_not_stating(hub: Program, child: str) -> None:
    """It gives no right to record anything in a task's name."""
    broken(hub, child, categories=(Category.VISITS,))
    visit = RecordVisit(
        visit_id=uuid4(),
        child_ref=UUID(child),
        form=VisitForm.HOME_VISIT,
        visited_on=START.date(),
        met=True,
    )
    with pytest.raises(Refused) as refused:
        hub.hub.command(visit, actor(OTHER_STATION))
    assert refused.value.code == "NOT_YOURS_TO_STATE"


@pytest.mark.adversary
@pytest.mark.attack(11)
def test_an_access_that_has_run_out_is_denied_whatever_a_view_still_holds(
    hub: Program, child: str
) -> None:
    broken(hub, child, hours=1)
    hub.projector.catch_up()
    at(hub, START + timedelta(hours=1))
    assert seen(hub, child) == set()


@pytest.mark.adversary
@pytest.mark.attack(11, broken="scopes are asked of the view, not of the log at this hour")
def test_without_looking_at_the_hour_the_view_would_go_on_showing_it(
    hub: Program, child: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(hub, child, hours=1)
    hub.projector.catch_up()
    at(hub, START + timedelta(hours=1))
    monkeypatch.setattr(Scope, "released", lambda self, now: _everything(self))
    assert seen(hub, child) != set()


def _everything(scope: Scope) -> dict[object, frozenset[Category]]:
    return {item.basis: frozenset(item.categories) for item in scope.items.values()}
