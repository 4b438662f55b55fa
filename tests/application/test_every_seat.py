"""All 23 kinds of seat, one after the other: adapter, inbox, register, indicators, and the rights
of the sharing matrix.

Issue: "All 23 kinds of seat have theirs: adapter, inbox, register, indicators, and the matrix's
rights". One organisation of each seat on one program: what it sends is taken and stands on its
register, what is asked of it stands in its inbox and in nobody else's, its indicators have a figure
that it is shown, and what it may state and is shown of a child is what its row of the matrix says,
read here as text.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from domain.annual_return_events import OpenReturn
from domain.kernel import Category
from domain.organisations import SEAT_WORDS, Organisation, Seat, seat_of
from domain.referral import RequestReferral
from hub.application import SYSTEM
from hub.authorization.decide import Standing, may_state, open_categories
from hub.authorization.rights import By
from hub.bootstrap import Program
from hub.policies import FOLDER
from tests.domain.invented import EVERY_SEAT
from tests.program import (
    DISTRICT,
    EDUCATION,
    SCHOOL_NAME,
    START,
    TOWN,
    actor,
    child_of,
    enrolled,
    pupil,
    reader,
    resident,
    running,
    send,
)

pytestmark = pytest.mark.slow

CHILD = pupil(1)
TODAY = START.date()
YEAR = TODAY.year
SEATS = {seat_of(each): each for each in EVERY_SEAT}
MATRIX = {
    row["agency"]: row
    for row in csv.DictReader(
        (FOLDER / "sharing-matrix.csv").read_text(encoding="utf-8-sig").splitlines()
    )
}
OF_RECORDS = [each for each in Category if each not in (Category.WHO, Category.REPORTER)]
NOT_ASKED_ABOUT_CHILDREN = {
    Seat.CYBERSPACE,
    Seat.FINANCE,
    Seat.EMERGENCY,
    Seat.WATER,
    Seat.WOMEN_CHILDREN_OFFICE,
}
"""Their row of the matrix releases no child to them: what they owe is in their inbox of returns."""


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with running(tmp_path_factory.mktemp("seats") / "data") as program:
        known = {each.id for each in DISTRICT}
        others = [each for each in EVERY_SEAT if each not in known]
        program.directory.add_organisations(
            [Organisation(each, f"示例{SEAT_WORDS[seat_of(each)]}") for each in others]
        )
        send(program, EDUCATION, "education.roll", enrolled(CHILD))
        send(program, TOWN, "town.residence", resident(CHILD))
        accredited = {
            "organisation": SEATS[Seat.SOCIAL_ORGANISATION],
            "social_kind": "社工机构",
            "since": TODAY.isoformat(),
            "until": "2026-12-31",
        }
        send(program, SEATS[Seat.CIVIL_AFFAIRS], "civil_affairs.accreditation", accredited)
        assert program.settle()
        yield program


def words(seat: Seat, category: Category) -> set[str]:
    column = "identity" if category is Category.CONTACT else category.value
    return set(MATRIX[seat.value][column].split("+"))


def record_of(seat: Seat) -> tuple[str, dict[str, str]]:
    """A record that the seat sends: an activity; of a village, which publishes none, its visit, and
    of the court, which has no programmes at all, its order."""
    if seat is Seat.VILLAGE:
        visit = {"form": "入户走访", "seen": "孩子、祖母", "harm_suspected": "否"}
        return "village.visit", {**CHILD, **visit, "visited_on": TODAY.isoformat()}
    if seat is Seat.COURT:
        order = {"document_number": "（示例）令1号", "served_on": TODAY.isoformat()}
        return "court.guidance_order", {**CHILD, **order}
    return "programmes.activity", {
        "activity": "志愿服务",
        "held_on": TODAY.isoformat(),
        "topic": f"示例{SEAT_WORDS[seat]}活动",
        "audience": "儿童",
        "children": "30",
        **({"school": SCHOOL_NAME} if seat is Seat.SCHOOL else {}),
    }


def test_the_matrix_names_these_seats_and_no_other() -> None:
    assert set(MATRIX) == {seat.value for seat in Seat}
    assert len(SEATS) == len(Seat) == 23


@pytest.mark.parametrize("seat", Seat)
def test_adapter_and_register(hub: Program, seat: Seat) -> None:
    """Given an organisation of the seat / when it sends a record of a kind that it may / then it is
    taken, and stands on its own register and on nobody else's."""
    mine = SEATS[seat]
    kind, values = record_of(seat)
    assert kind in {each.name for each in hub.intake.kinds(mine)}
    assert send(hub, mine, kind, values).number
    assert hub.settle()
    position = hub.store.position
    own = hub.queries.register(reader(mine), limit=10).items
    assert own, "it stands on its register"
    assert {each.producer for each in own} == {mine}
    (other,) = [each for each in (TOWN, EDUCATION) if each != mine][:1]
    theirs = hub.queries.register(reader(other), limit=200).items
    assert mine not in {each.producer for each in theirs}
    assert position == hub.store.position, "reading states nothing"


@pytest.mark.parametrize("seat", Seat)
def test_inbox(hub: Program, seat: Seat) -> None:
    """Given a matter for the seat / when it is asked / then it is in the inbox of that
    organisation, and in nobody else's. Who is shown no child has its return there, and its
    clock."""
    mine = SEATS[seat]
    rules = hub.policies.rules
    kinds = [name for name, row in rules.referrals.items() if seat in row.seats]
    assert (not kinds) == (seat in NOT_ASKED_ABOUT_CHILDREN)
    if not kinds:
        fill_by = TODAY + timedelta(days=7)
        command = OpenReturn(department=mine, year=YEAR, as_of=TODAY, fill_by=fill_by)
        hub.hub.command(command, actor(SEATS[Seat.CIVIL_AFFAIRS]))
        assert hub.settle()
        (row,) = [
            each
            for each in hub.queries.annual_returns(reader(mine), YEAR)
            if each.department == mine
        ]
        assert row.due_at is not None
        assert hub.queries.inbox(reader(mine)).items == ()
        return
    task = RequestReferral(
        referral_id=uuid4(),
        child_ref=UUID(child_of(hub, CHILD)),
        case_id=uuid4(),
        kind=kinds[0],
        sender="hub:310117",
        addressee=mine,
        town=None,
    )
    hub.hub.command(task, SYSTEM)
    assert hub.settle()
    for each in EVERY_SEAT:
        inbox = {one.id for one in hub.queries.inbox(reader(each), limit=200).items}
        assert (str(task.referral_id) in inbox) is (each == mine), each


@pytest.mark.parametrize("seat", Seat)
def test_indicators(hub: Program, seat: Seat) -> None:
    """Given the seat's indicators / when they are asked for / then each has a definition, a source
    and its targets, and is shown with its figure to who returns it."""
    own = {
        code: each
        for code, each in hub.policies.rules.indicators.indicators.items()
        if each.owner is seat
    }
    assert own
    for code, each in own.items():
        assert each.definition
        assert each.source
        # Of what a target would make worse (how many are reported) the number alone is told.
        if each.better != "neither":
            assert [target.year for target in each.targets] == [2024, 2025, 2026]
        returns = SEATS[each.reported_by]
        shown = {row.code: row for row in hub.queries.indicators(reader(returns), YEAR)}
        assert shown[code].words


@pytest.mark.parametrize("seat", Seat)
def test_rights(hub: Program, seat: Seat) -> None:
    """What the seat may state by itself, is shown by its standing, and by a task alone: its row of
    the matrix, word by word."""
    access = hub.policies.access
    for category in OF_RECORDS:
        row = words(seat, category)
        assert may_state(access, seat, category, frozenset()) is bool(row & {"publish", "own"})
        assert may_state(access, seat, category, frozenset({category})) is bool(
            row & {"publish", "own", "task"}
        )
        stands = Standing(seat, True, frozenset(), frozenset(Category))
        by_standing = open_categories(access, stands).rights.get(category)
        covered = seat in access.jurisdictions
        if covered and "read" in row:
            assert by_standing is By.READ, category
        elif covered and "flag" in row:
            assert by_standing is By.FLAG, category
        else:
            assert by_standing is None, category
        asked = Standing(seat, False, frozenset({category}), frozenset(Category))
        by_task = open_categories(access, asked).rights.get(category)
        assert (by_task in (By.READ, By.TASK)) is bool(row & {"task", "read"}), category
