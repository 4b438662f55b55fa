"""迁移: the new organisation sees what is handed over from the announcement until it confirms, the
old one's standing ends with the confirmation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from domain.child_file import (
    CHILD_FILE,
    ChildFile,
    ConfirmResidence,
    StateIdentity,
)
from domain.enrolment import ConfirmEnrolment
from domain.kernel import Category, Command
from domain.move import (
    MOVE,
    Announced,
    AnnounceMove,
    EndMoves,
    ExpireMove,
    MoveAnnounced,
    MoveEvent,
    MoveExpired,
    MoveWithdrawn,
    WithdrawMove,
    move_id,
)
from domain.organisations import HUB
from domain.registry import TOGETHER
from domain.scope import SCOPE, Scope, ScopeBasis, scope_id
from domain.suspicion import Suspicion
from hub.policies import load_policies
from tests.domain.invented import (
    CHILD,
    EDUCATION,
    OTHER_SCHOOL,
    OTHER_STATION,
    OTHER_TOWN,
    OTHER_TOWN_CODE,
    OTHER_VILLAGE,
    OTHER_VILLAGE_CODE,
    SCHOOL,
    STATION,
    TOWN,
    TOWN_CODE,
    VILLAGE,
    VILLAGE_CODE,
)
from tests.domain.pools import OneStation
from tests.specification import Journal, given, happened

NOW = datetime(2026, 3, 6, 4, tzinfo=UTC)
LATER = datetime(2026, 4, 30, 4, tzinfo=UTC)
MOVES = load_policies().rules.moves
REPORT = UUID("f0000000-0000-4000-8000-000000000001")
HERE = ChildFile(
    opened=True, town=TOWN_CODE, village=VILLAGE_CODE, police_station=STATION, school=SCHOOL
)
announce = AnnounceMove(child_ref=CHILD, receivers=(OTHER_TOWN, OTHER_VILLAGE))


@pytest.mark.parametrize("by", [TOWN, VILLAGE, STATION, SCHOOL, EDUCATION])
def test_whoever_is_responsible_announces_to_those_who_will_be(by: str) -> None:
    given().when(announce, by=by, on=NOW, child=HERE).then(
        happened(MoveAnnounced, told_to=OTHER_TOWN, categories=MOVES.handover["town"]),  # type: ignore[index]
        happened(MoveAnnounced, told_to=OTHER_VILLAGE),
    )


@pytest.mark.parametrize("by", [OTHER_TOWN, OTHER_SCHOOL, OTHER_STATION])
def test_nobody_else_announces_or_learns_that_there_is_such_a_child(by: str) -> None:
    texts = {
        given().when(announce, by=by, on=NOW, child=child).then_refused("MOVE_NOT_YOURS").text
        for child in (HERE, ChildFile())
    }
    assert len(texts) == 1


@pytest.mark.parametrize("by", [TOWN, VILLAGE, STATION, SCHOOL])
def test_who_is_conflicted_is_answered_as_of_no_child(by: str) -> None:
    """利害关系单位: it neither announces nor takes back, nor learns from trying."""
    conflicted = replace(HERE, suspicions={REPORT: Suspicion(conflicted=frozenset({by}))})
    nobody = given().when(announce, by=by, on=NOW, child=ChildFile()).then_refused("MOVE_NOT_YOURS")
    there = given().when(announce, by=by, on=NOW, child=conflicted).then_refused("MOVE_NOT_YOURS")
    assert there.text == nobody.text
    back = WithdrawMove(child_ref=CHILD)
    announced = given().when(announce, by=by, on=NOW, child=HERE).events
    given(*announced).when(back, by=by, on=NOW, child=conflicted).then_refused("MOVE_NOT_YOURS")


@pytest.mark.parametrize("receiver", [TOWN, VILLAGE, STATION])
def test_a_school_cannot_try_out_where_its_pupil_lives(receiver: str) -> None:
    """Who is responsible already is announced to like who is not, and nothing opens to it."""
    elsewhere = {TOWN: OTHER_TOWN, VILLAGE: OTHER_VILLAGE}.get(receiver, OTHER_STATION)
    moving = Moving()
    for each in (receiver, elsewhere):
        moving.do(AnnounceMove(child_ref=CHILD, receivers=(each,)), SCHOOL)
        assert moving.scope(each).items
        assert bool(moving.shown(each)) is (each == elsewhere)


@pytest.mark.parametrize("receiver", [TOWN, "court:310117", "nobody"])
def test_a_child_moves_to_towns_villages_beats_and_schools_and_to_no_other(receiver: str) -> None:
    wrong = announce.model_copy(update={"receivers": (receiver,)})
    given().when(wrong, by=TOWN, on=NOW, child=HERE).then_refused("MOVE_RECEIVER")


class Moving:
    """A child of the first town and school that is announced to the second."""

    def __init__(self, *receivers: str) -> None:
        self.journal = Journal(places=OneStation(), together=TOGETHER)
        self.do(
            StateIdentity(
                child_ref=CHILD, name="测试甲", birth_date=None, id_number=None, sex=None
            ),
            TOWN,
        )
        self.lives(TOWN_CODE, VILLAGE_CODE, STATION, TOWN)
        self.learns(SCHOOL)
        self.do(AnnounceMove(child_ref=CHILD, receivers=receivers), TOWN)

    def do(self, command: object, by: str, on: datetime = NOW) -> None:
        self.journal.carry_out(command, by=by, on=on)  # type: ignore[arg-type]

    def lives(self, town: str, village: str, station: str, by: str) -> None:
        self.do(
            ConfirmResidence(
                child_ref=CHILD,
                town=town,
                village=village,
                police_station=station,
                address=None,
                since=date(2026, 3, 1),
            ),
            by,
        )

    def learns(self, school: str) -> None:
        self.do(
            ConfirmEnrolment(
                child_ref=CHILD,
                school=school,
                student_number=None,
                grade="一",
                since=date(2026, 3, 1),
            ),
            EDUCATION,
        )

    def scope(self, organisation: str) -> Scope:
        return self.journal.states(SCOPE)(scope_id(organisation, CHILD))

    def shown(self, organisation: str, on: datetime = NOW) -> frozenset[Category]:
        return self.scope(organisation).released(on).get(ScopeBasis.MOVE, frozenset())

    @property
    def awaited(self) -> Mapping[str, Announced]:
        return self.journal.states(MOVE)(move_id(CHILD)).open

    @property
    def responsible(self) -> frozenset[str]:
        return self.journal.states(CHILD_FILE)(CHILD).responsible


RECEIVERS = (OTHER_TOWN, OTHER_VILLAGE, OTHER_STATION, OTHER_SCHOOL)


@pytest.mark.parametrize("receiver", RECEIVERS)
def test_from_the_announcement_on_the_new_one_sees_what_is_handed_over(receiver: str) -> None:
    moving = Moving(*RECEIVERS)
    assert moving.shown(receiver) == set(MOVES.handed_over(receiver) or ())
    assert moving.scope(receiver).in_hand(NOW) == frozenset(), "seeing is not stating"
    assert {TOWN, VILLAGE, STATION, SCHOOL} == moving.responsible, "the old ones still stand"
    assert moving.shown(receiver, LATER) == frozenset(), "for thirty days at most"


def test_with_the_confirmation_the_standing_moves_and_the_handover_is_over() -> None:
    moving = Moving(*RECEIVERS)
    moving.lives(OTHER_TOWN_CODE, OTHER_VILLAGE_CODE, OTHER_STATION, OTHER_TOWN)
    assert moving.responsible == {OTHER_TOWN, OTHER_VILLAGE, OTHER_STATION, SCHOOL}
    assert [moving.scope(each).items for each in RECEIVERS[:3]] == [{}, {}, {}]
    assert moving.shown(OTHER_SCHOOL), "the roll has not said so yet"
    moving.learns(OTHER_SCHOOL)
    assert moving.shown(OTHER_SCHOOL) == frozenset()
    assert OTHER_SCHOOL in moving.responsible
    assert SCHOOL not in moving.responsible


def test_what_is_withdrawn_is_over() -> None:
    moving = Moving(OTHER_TOWN)
    moving.do(WithdrawMove(child_ref=CHILD), TOWN)
    assert moving.shown(OTHER_TOWN) == frozenset()
    assert moving.awaited == {}


def test_what_nobody_confirms_in_time_is_shown_no_longer_and_awaited_all_the_same() -> None:
    """Until somebody has accepted it, a child between two organisations is on the board."""
    waiting = Moving(OTHER_TOWN)
    waiting.do(ExpireMove(child_ref=CHILD), HUB)
    assert waiting.shown(OTHER_TOWN), "not yet"
    waiting.do(ExpireMove(child_ref=CHILD), HUB, LATER)
    assert waiting.scope(OTHER_TOWN).items == {}
    assert TOWN in waiting.responsible
    assert list(waiting.awaited) == [OTHER_TOWN]
    waiting.do(ExpireMove(child_ref=CHILD), HUB, LATER)
    assert len(waiting.journal.streams[move_id(CHILD)]) == 2, "it expires once"


def test_what_was_not_confirmed_in_time_may_be_announced_again_confirmed_or_withdrawn() -> None:
    for then in (
        WithdrawMove(child_ref=CHILD),
        AnnounceMove(child_ref=CHILD, receivers=(OTHER_TOWN,)),
    ):
        moving = Moving(OTHER_TOWN)
        moving.do(ExpireMove(child_ref=CHILD), HUB, LATER)
        moving.do(then, TOWN, LATER)
        assert bool(moving.shown(OTHER_TOWN, LATER)) is isinstance(then, AnnounceMove)
    moving.lives(OTHER_TOWN_CODE, OTHER_VILLAGE_CODE, OTHER_STATION, OTHER_TOWN)
    assert moving.awaited == {}


def test_who_left_the_district_by_a_signed_letter_is_awaited_by_no_residence_here() -> None:
    moving = Moving(OTHER_TOWN, OTHER_SCHOOL)
    moving.do(EndMoves(child_ref=CHILD), HUB)
    assert list(moving.awaited) == [OTHER_SCHOOL], "the roll says where the pupil is"


@pytest.mark.parametrize(
    ("command", "over"),
    [(ExpireMove(child_ref=CHILD), MoveExpired), (EndMoves(child_ref=CHILD), MoveWithdrawn)],
)
def test_nobody_but_the_hub_says_that_a_move_is_over_by_itself(
    command: Command, over: type[MoveEvent]
) -> None:
    announced = given().when(announce, by=TOWN, on=NOW, child=HERE).events
    given(*announced).when(command, by=TOWN, on=LATER).then_refused("MOVE_NOT_YOURS")
    given(*announced).when(command, by=HUB, on=LATER).then(happened(over), happened(over))


def test_a_child_may_move_there_and_back_and_there_again() -> None:
    """An item that is over never opens again: each move is one of its own."""
    moving = Moving(OTHER_TOWN)
    moving.lives(OTHER_TOWN_CODE, OTHER_VILLAGE_CODE, OTHER_STATION, OTHER_TOWN)
    moving.do(AnnounceMove(child_ref=CHILD, receivers=(TOWN,)), OTHER_TOWN)
    assert moving.shown(TOWN)
    moving.lives(TOWN_CODE, VILLAGE_CODE, STATION, TOWN)
    moving.do(AnnounceMove(child_ref=CHILD, receivers=(OTHER_TOWN,)), TOWN)
    assert moving.shown(OTHER_TOWN)


def test_a_child_that_nobody_announced_moves_as_ever() -> None:
    moving = Moving()
    assert (
        move_id(CHILD) not in moving.journal.streams or not moving.journal.streams[move_id(CHILD)]
    )
    moving.lives(OTHER_TOWN_CODE, OTHER_VILLAGE_CODE, OTHER_STATION, OTHER_TOWN)
    assert OTHER_TOWN in moving.responsible
    assert MOVE.due is not None
    assert MOVE.due.ask(UUID(int=1), {"child_ref": str(CHILD)}) == ExpireMove(child_ref=CHILD)
