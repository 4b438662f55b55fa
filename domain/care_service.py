"""A service given to a child (关爱服务): learning, counselling, comfort, family education.

Plan 二1 (P08: 提供学业陪伴、心理疏导、情感抚慰、家庭教育). By the town's station and the village
where the child lives, and by whoever has a task on the child, a social organisation among them.
Which of the four it was would say what ails the child: it is sealed with what was done.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from domain.child_file import ChildFile
from domain.code_sets import CodeSet
from domain.kernel import Category, Command, Event, Given, Refused, Sensitive, Stream, Text
from domain.organisations import Seat, seat_of, town_organisation, village_organisation

Visits = Annotated[Text, Sensitive(Category.VISITS)]


class Service(StrEnum):
    """服务类别."""

    LEARNING = "LEARNING"
    COUNSELLING = "COUNSELLING"
    COMFORT = "COMFORT"
    FAMILY_EDUCATION = "FAMILY_EDUCATION"


SERVICE = CodeSet(
    "CARE_SERVICE",
    "服务类别",
    {
        Service.LEARNING: "学业陪伴",
        Service.COUNSELLING: "心理疏导",
        Service.COMFORT: "情感抚慰",
        Service.FAMILY_EDUCATION: "家庭教育",
    },
    {
        "学业辅导": Service.LEARNING,
        "心理辅导": Service.COUNSELLING,
        "情感陪伴": Service.COMFORT,
        "家庭教育指导": Service.FAMILY_EDUCATION,
    },
)
"""The four that the plan names."""

GIVEN_BY = frozenset({Seat.TOWN, Seat.VILLAGE, Seat.SOCIAL_ORGANISATION})


class RecordCareService(Command):
    """登记关爱服务: what was given on a day, in whole ``hours`` (begun ones count)."""

    READS_CHILD: ClassVar[bool] = True
    READS_TASKS: ClassVar[bool] = True
    service_id: UUID
    child_ref: UUID
    given_on: date
    hours: int
    service: Service
    account: str | None


class CareServiceGiven(Event):
    """``service`` is one of :class:`Service`."""

    TOPIC: ClassVar[str] = "care_service.given.v1"
    CATEGORY: ClassVar[Category] = Category.VISITS
    TITLE: ClassVar[str] = "关爱服务"
    child_ref: UUID
    given_on: date
    hours: int
    service: Visits
    account: Visits


@dataclass(frozen=True, slots=True)
class CareService:
    child_ref: UUID | None = None


def _is_theirs(given: Given) -> bool:
    """Whether the child lives with the asker, or the asker has a task on it. What was recorded
    while it did is corrected afterwards as well."""
    actor = given.actor.organisation
    if seat_of(actor) not in GIVEN_BY:
        return False
    child: ChildFile = given.child or ChildFile()
    lives = (child.town and actor == town_organisation(child.town)) or (
        child.village and actor == village_organisation(child.village)
    )
    return bool(lives or given.tasks or given.correction)


def _give(state: CareService, command: RecordCareService, given: Given) -> list[Event]:
    if not _is_theirs(given):
        # The same whether there is such a child or not.
        raise Refused(
            "SERVICE_NOT_YOURS",
            "没有可由本单位登记服务的儿童，请核对儿童信息；社会组织请先签收转介单。",
        )
    given.not_in_future(command.given_on, "SERVICE_IN_FUTURE", "服务日期")
    return [CareServiceGiven(**command.model_dump(exclude={"service_id"}))]


CARE_SERVICE: Stream[CareService] = Stream(
    name="care_service",
    initial=CareService(),
    decide={RecordCareService: _give},
    evolve={CareServiceGiven: lambda state, event: CareService(event.child_ref)},
    locate=lambda command, load: command.service_id,
    title="关爱服务",
    codes={"service": SERVICE},
)
