"""Activities of prosecutors as vice-heads of a town's protection station (检察官兼任街镇未保站
副站长, plan 二1 P02–P03): legal education, case conferences, training, visits.

The vice-head's post gives no right to browse (domain reference §10): an activity names a town, a
day and a number of people, and no child.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from domain.code_sets import CodeSet
from domain.kernel import Category, Command, Event, Given, Refused, Sensitive, Stream, Text
from domain.organisations import Seat, seat_of, town_organisation


class Activity(StrEnum):
    """What was held (活动类别)."""

    LEGAL_EDUCATION = "LEGAL_EDUCATION"
    CASE_CONFERENCE = "CASE_CONFERENCE"
    TRAINING = "TRAINING"
    VISIT = "VISIT"


ACTIVITY = CodeSet(
    "ACTIVITY",
    "活动类别",
    {
        Activity.LEGAL_EDUCATION: "法治宣传",
        Activity.CASE_CONFERENCE: "个案会商",
        Activity.TRAINING: "业务培训",
        Activity.VISIT: "走访指导",
    },
    {"普法": "LEGAL_EDUCATION", "普法教育": "LEGAL_EDUCATION", "培训": "TRAINING"},
)


class RecordViceHeadActivity(Command):
    """Record an activity that was held with a town's station."""

    STATES: ClassVar[Category | None] = Category.PROGRAMMES
    activity_id: UUID
    town: str
    activity: Activity
    held_on: date
    attendance: int
    topic: str | None
    account: str | None


class ViceHeadActivityRecorded(Event):
    """``told_to`` is the station with which it was held."""

    TOPIC: ClassVar[str] = "programme.vice_head_activity_recorded.v1"
    CATEGORY: ClassVar[Category] = Category.PROGRAMMES
    TITLE: ClassVar[str] = "副站长活动"
    town: str
    told_to: str
    activity: Activity
    held_on: date
    attendance: int
    topic: Annotated[Text, Sensitive(Category.PROGRAMMES)]
    account: Annotated[Text, Sensitive(Category.PROGRAMMES)]


@dataclass(frozen=True, slots=True)
class Programme:
    town: str | None = None


def _record(state: Programme, command: RecordViceHeadActivity, given: Given) -> list[Event]:
    if seat_of(given.actor.organisation) is not Seat.PROCURATORATE:
        raise Refused("VICE_HEAD_NOT_YOURS", "副站长活动只由检察院登记。")
    given.not_in_future(command.held_on, "ACTIVITY_IN_FUTURE", "活动日期")
    stated = command.model_dump(exclude={"activity_id"})
    return [ViceHeadActivityRecorded(**stated, told_to=town_organisation(command.town))]


PROGRAMME: Stream[Programme] = Stream(
    name="programme",
    initial=Programme(),
    decide={RecordViceHeadActivity: _record},
    evolve={ViceHeadActivityRecorded: lambda state, event: Programme(event.town)},
    locate=lambda command, load: command.activity_id,
    codes={"activity": ACTIVITY},
    by_itself=True,
)
