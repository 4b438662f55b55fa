"""预防未成年人犯罪法 31: 对有不良行为的未成年学生，学校可以采取管理教育措施."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.conduct_measure import (
    CONDUCT_MEASURE,
    CONDUCT_MEASURES,
    EndMeasure,
    MeasureAdopted,
    MeasureEnded,
    TakeMeasure,
    measure_id,
)
from domain.deadline import MeetDeadline, SetDeadline
from domain.kernel import Category
from domain.reactions.conduct_measures import (
    when_measure_ended_then_its_clock_stops,
    when_measure_taken_then_it_is_to_be_ended_in_time,
)
from domain.standing import Stands
from hub.policies import load_policies
from tests.domain.invented import CHILD, EVERY_SEAT, OTHER_SCHOOL, SCHOOL
from tests.domain.pools import OneStation
from tests.specification import as_recorded, circumstances, folded, given

TAKEN_ON = date(2026, 3, 4)
UNTIL = date(2026, 4, 3)
ENDED_ON = date(2026, 3, 25)

taking = TakeMeasure(
    child_ref=CHILD,
    school=SCHOOL,
    taken_on=TAKEN_ON,
    measures=("ADMONISHED", "COUNSELLING"),
    until=UNTIL,
    account="上课扰乱秩序",
)
ending = EndMeasure(
    child_ref=CHILD, school=SCHOOL, taken_on=TAKEN_ON, ended_on=ENDED_ON, note="已改正"
)
TAKEN = MeasureAdopted(
    child_ref=CHILD,
    school=SCHOOL,
    until=UNTIL,
    taken_on=TAKEN_ON.isoformat(),
    measures="ADMONISHED,COUNSELLING",
    account="上课扰乱秩序",
)
ENDED = MeasureEnded(child_ref=CHILD, ended_on=ENDED_ON.isoformat(), note="已改正")


def test_a_school_takes_a_measure_that_runs_until_a_day() -> None:
    given().when(taking, by=SCHOOL, on=ENDED_ON).then(TAKEN)


@pytest.mark.parametrize("seat", [each for each in EVERY_SEAT if each != SCHOOL])
def test_nobody_else_takes_one_in_the_schools_name(seat: str) -> None:
    given().when(taking, by=seat, on=ENDED_ON).then_refused("MEASURE_NOT_SCHOOL")


def test_it_is_not_taken_tomorrow_nor_over_before_it_began() -> None:
    tomorrow = taking.model_copy(update={"taken_on": ENDED_ON + timedelta(days=1)})
    given().when(tomorrow, by=SCHOOL, on=ENDED_ON).then_refused("MEASURE_IN_FUTURE")
    backwards = taking.model_copy(update={"until": TAKEN_ON - timedelta(days=1)})
    given().when(backwards, by=SCHOOL, on=ENDED_ON).then_refused("MEASURE_BACKWARDS")


def test_the_school_that_took_it_ends_it_once() -> None:
    given(TAKEN).when(ending, by=SCHOOL, on=ENDED_ON).then(ENDED)
    given(TAKEN, ENDED).when(ending, by=SCHOOL, on=ENDED_ON).then_nothing()
    given().when(ending, by=SCHOOL, on=ENDED_ON).then_refused("MEASURE_NOT_YOURS")
    given(TAKEN).when(ending, by=OTHER_SCHOOL, on=ENDED_ON).then_refused("MEASURE_NOT_YOURS")


def test_an_open_measure_keeps_the_file_from_being_erased_or_sealed_and_an_ended_one_does_not() -> (
    None
):
    rules = load_policies().rules
    assert CONDUCT_MEASURES.stands is not None
    under_way = CONDUCT_MEASURES.stands(folded(CONDUCT_MEASURES, TAKEN), rules)
    assert [each.code for each in under_way] == [Stands.OPEN_CASE]
    assert not CONDUCT_MEASURES.stands(folded(CONDUCT_MEASURES, TAKEN, ENDED), rules)


def test_its_clock_runs_to_the_end_of_its_last_day_and_stops_with_it() -> None:
    stream = measure_id(CHILD, SCHOOL, TAKEN_ON)
    where = circumstances(SCHOOL, ENDED_ON)
    cause = as_recorded(TAKEN, stream, 1, where)
    (clock,) = when_measure_taken_then_it_is_to_be_ended_in_time.then(TAKEN, cause, OneStation())
    assert isinstance(clock, SetDeadline)
    assert (clock.subject_id, clock.owner, clock.due_at) == (
        stream,
        SCHOOL,
        datetime(2026, 4, 3, 16, tzinfo=UTC),
    )
    (stop,) = when_measure_ended_then_its_clock_stops.then(
        ENDED, as_recorded(ENDED, stream, 2, where), OneStation()
    )
    assert isinstance(stop, MeetDeadline)
    assert (stop.subject_id, stop.kind) == (clock.subject_id, clock.kind)


def test_it_says_what_was_done_in_the_words_of_the_law_and_nothing_of_an_offence() -> None:
    assert CONDUCT_MEASURE.parse("训导") == "ADMONISHED"
    assert not any("违法" in word or "犯罪" in word for word in CONDUCT_MEASURE.labels.values())
    assert {MeasureAdopted.CATEGORY, MeasureEnded.CATEGORY} == {Category.SCHOOLING}
