"""Where children can be cared for (临时监护场所), and with how many beds (床位).

Plan 二2 (P16): 落实儿童福利机构、未保机构、街镇临时照料场所. Each of the three kinds of place is
stated by whoever runs it, and says what it gives: 养育、教育、医疗、心理. How many beds are taken
is never stated: it follows from the placements, and who is in them is no part of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from domain.code_sets import CodeSet
from domain.guardianship_codes import PLACEMENT_FACILITY, Facility
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
from domain.organisations import Seat, district_organisation, seat_of

CIVIL_AFFAIRS = district_organisation(Seat.CIVIL_AFFAIRS)

RUN_BY = {
    Facility.CHILD_WELFARE: Seat.WELFARE_INSTITUTION,
    Facility.PROTECTION: Seat.WELFARE_INSTITUTION,
    Facility.TOWN_CARE: Seat.TOWN,
}
"""Whose each of the three kinds is."""


def usual_facility(institution: str) -> Facility:
    """In which kind of place an institution cares for a child, where its placement names none."""
    seat = seat_of(institution)
    return next((kind for kind, whose in RUN_BY.items() if whose is seat), Facility.CHILD_WELFARE)


class CareService(StrEnum):
    """What a place gives (服务内容)."""

    UPBRINGING = "UPBRINGING"
    EDUCATION = "EDUCATION"
    MEDICAL = "MEDICAL"
    PSYCHOLOGY = "PSYCHOLOGY"


CARE_SERVICE = CodeSet(
    "CARE_SERVICE",
    "服务内容",
    {
        CareService.UPBRINGING: "养育",
        CareService.EDUCATION: "教育",
        CareService.MEDICAL: "医疗",
        CareService.PSYCHOLOGY: "心理",
    },
    {"照料": "UPBRINGING", "心理服务": "PSYCHOLOGY"},
)


def care_place_id(organisation: str, facility: Facility) -> UUID:
    """The id of a place: one of each kind an organisation."""
    return derived_id("care_place", organisation, facility.value)


class StateBeds(Command):
    """床位登记: how many beds ``run_by`` has in a place of a kind, from a day on."""

    STATES: ClassVar[Category | None] = Category.PROGRAMMES
    run_by: str
    facility: Facility
    since: date
    beds: int
    services: tuple[CareService, ...]
    account: str | None


class BedsStated(Event):
    """``told_to`` places children."""

    TOPIC: ClassVar[str] = "care_place.beds_stated.v1"
    CATEGORY: ClassVar[Category] = Category.PROGRAMMES
    TITLE: ClassVar[str] = "床位登记"
    run_by: str
    facility: Facility
    since: date
    beds: int
    services: tuple[CareService, ...]
    told_to: str
    account: Annotated[Text, Sensitive(Category.PROGRAMMES)]


@dataclass(frozen=True, slots=True)
class CarePlace:
    beds: int = 0
    since: date | None = None


def _state(state: CarePlace, command: StateBeds, given: Given) -> list[Event]:
    actor = given.actor.organisation
    if actor != command.run_by or seat_of(actor) is not RUN_BY[command.facility]:
        raise Refused(
            "BEDS_NOT_YOURS",
            "床位由管理单位登记：儿童福利机构、未成年人救助保护机构登记本机构的，"
            "街镇登记街镇临时照料的，请核对场所类别。",
        )
    given.not_in_future(command.since, "BEDS_IN_FUTURE", "起始日期")
    if state.since is not None and command.since < state.since and not given.correction:
        raise Refused("BEDS_BEFORE", "已有更新的床位登记，请核对起始日期后重报。")
    return [BedsStated(**command.model_dump(), told_to=CIVIL_AFFAIRS)]


CARE_PLACE: Stream[CarePlace] = Stream(
    name="care_place",
    initial=CarePlace(),
    decide={StateBeds: _state},
    evolve={BedsStated: lambda state, event: CarePlace(event.beds, event.since)},
    locate=lambda command, load: care_place_id(command.run_by, command.facility),
    title="临时监护场所",
    codes={"facility": PLACEMENT_FACILITY, "services": CARE_SERVICE},
    by_itself=True,
)
