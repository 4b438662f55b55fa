"""A school's management and education measure (管理教育措施, 预防未成年人犯罪法 31) on a pupil of
poor conduct: said to it, asked of it, or offered to it.

No offence and no punishment: of those nothing is ever stored here (domain reference §10). The
measure runs until a day and is ended by the school that took it; nothing else follows from it. It
is the test class of records that may be sealed (policies/sealable.toml): its record has a data key
of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, ClassVar
from uuid import UUID

from domain.code_sets import CodeSet
from domain.kernel import (
    Category,
    Command,
    Event,
    Given,
    Refused,
    Sensitive,
    Stream,
    Text,
    derived_id,
)
from domain.organisations import Seat, seat_of
from domain.standing import Standing, Stands

CLOCK = "conduct_measure"
"""The kind of the clock within which a measure is to be ended."""

Schooling = Annotated[Text, Sensitive(Category.SCHOOLING)]


class MeasureState(StrEnum):
    NONE = "NONE"
    UNDER_WAY = "UNDER_WAY"
    ENDED = "ENDED"


CONDUCT_MEASURE = CodeSet(
    "CONDUCT_MEASURE",
    "管理教育措施",
    {
        "ADMONISHED": "予以训导",
        "CONDUCT_RULES": "要求遵守特定的行为规范",
        "SPECIAL_TEACHING": "要求参加特定的专题教育",
        "SCHOOL_SERVICE": "要求参加校内服务活动",
        "COUNSELLING": "要求接受心理辅导和行为干预",
        "OTHER": "其他适当的管理教育措施",
    },
    {
        "训导": "ADMONISHED",
        "行为规范": "CONDUCT_RULES",
        "专题教育": "SPECIAL_TEACHING",
        "校内服务": "SCHOOL_SERVICE",
        "心理辅导": "COUNSELLING",
    },
)


def measure_id(child_ref: UUID, school: str, taken_on: date) -> UUID:
    """The id of the measure that a school took on a day."""
    return derived_id("conduct_measure", child_ref, school, taken_on.isoformat())


class OnMeasure(Command):
    STATES: ClassVar[Category | None] = Category.SCHOOLING
    child_ref: UUID
    school: str
    taken_on: date


class TakeMeasure(OnMeasure):
    """采取管理教育措施, to run until a day."""

    measures: tuple[str, ...]
    until: date
    account: str | None


class EndMeasure(OnMeasure):
    """结束管理教育措施, by the school that took it."""

    ended_on: date
    note: str | None


class MeasureAdopted(Event):
    TOPIC: ClassVar[str] = "conduct_measure.taken.v1"
    CATEGORY: ClassVar[Category] = Category.SCHOOLING
    TITLE: ClassVar[str] = "采取管理教育措施"
    child_ref: UUID
    school: str
    until: date
    taken_on: Schooling
    measures: Schooling
    account: Schooling


class MeasureEnded(Event):
    TOPIC: ClassVar[str] = "conduct_measure.ended.v1"
    CATEGORY: ClassVar[Category] = Category.SCHOOLING
    TITLE: ClassVar[str] = "结束管理教育措施"
    child_ref: UUID
    ended_on: Schooling
    note: Schooling


@dataclass(frozen=True, slots=True)
class Measure:
    state: MeasureState = MeasureState.NONE
    school: str = ""


def _take(state: Measure, command: TakeMeasure, given: Given) -> list[Event]:
    actor = given.actor.organisation
    if seat_of(actor) is not Seat.SCHOOL or actor != command.school:
        raise Refused("MEASURE_NOT_SCHOOL", "管理教育措施只由学校以本校名义登记。")
    given.not_in_future(command.taken_on, "MEASURE_IN_FUTURE", "采取日期")
    if command.until < command.taken_on:
        raise Refused("MEASURE_BACKWARDS", "期满日期早于采取日期，请核对后重报。")
    return [
        MeasureAdopted(
            child_ref=command.child_ref,
            school=command.school,
            until=command.until,
            taken_on=command.taken_on.isoformat(),
            measures=",".join(command.measures),
            account=command.account,
        )
    ]


def _end(state: Measure, command: EndMeasure, given: Given) -> list[Event]:
    if state.state is MeasureState.NONE or given.actor.organisation != state.school:
        raise Refused(
            "MEASURE_NOT_YOURS", "没有可由本单位结束的管理教育措施，请核对儿童和采取日期。"
        )
    given.not_in_future(command.ended_on, "MEASURE_END_IN_FUTURE", "结束日期")
    if command.ended_on < command.taken_on:
        raise Refused("MEASURE_END_BACKWARDS", "结束日期早于采取日期，请核对后重报。")
    if state.state is MeasureState.ENDED and not given.correction:
        return []
    return [
        MeasureEnded(
            child_ref=command.child_ref, ended_on=command.ended_on.isoformat(), note=command.note
        )
    ]


def _taken(state: Measure, event: MeasureAdopted) -> Measure:
    """A corrected record leaves the measure where it stands."""
    if state.state is not MeasureState.NONE:
        return state
    return Measure(MeasureState.UNDER_WAY, event.school)


_STATES = {
    MeasureAdopted.TOPIC: MeasureState.UNDER_WAY.value,
    MeasureEnded.TOPIC: MeasureState.ENDED.value,
}


def _case(state: str, topic: str, clear: Any) -> str:
    ended = state == MeasureState.ENDED.value
    return state if ended else _STATES[topic]


CONDUCT_MEASURES: Stream[Measure] = Stream(
    name="conduct_measure",
    initial=Measure(),
    decide={TakeMeasure: _take, EndMeasure: _end},
    evolve={
        MeasureAdopted: _taken,
        MeasureEnded: lambda state, event: Measure(MeasureState.ENDED, state.school),
    },
    locate=lambda command, load: measure_id(command.child_ref, command.school, command.taken_on),
    title="管理教育措施",
    states={MeasureState.UNDER_WAY: "正在进行", MeasureState.ENDED: "已结束"},
    codes={"measures": CONDUCT_MEASURE},
    case=_case,
    stands=lambda state, rules: (
        [Standing(Stands.OPEN_CASE)] if state.state is MeasureState.UNDER_WAY else []
    ),
)
