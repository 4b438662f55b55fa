"""The register of places where children are, or come to harm (场所台账), and what was looked at
there (检查、巡查、维护).

Plan 二5 (P37, P38): schools, kindergartens, welfare and protection institutions, waters; fire,
school buses, food, natural hazards, river patrols, protective facilities. Plan 二4 (P31):
employment stations and casual-labour markets. Plan 三2 (P56): civil affairs
look into departments and towns at least once a year; then it is an organisation that is
inspected, and no place.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import StringConstraints

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
from domain.organisations import Seat, seat_of, town_organisation

Number = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}(-[0-9]{1,4}){1,3}$")]
"""The number of a register, as a command states it: two letters and groups of few digits, so that
it can be nobody's telephone or ID number."""


class SiteKind(StrEnum):
    """What kind of place (场所类别)."""

    SCHOOL = "SCHOOL"
    KINDERGARTEN = "KINDERGARTEN"
    WELFARE_INSTITUTION = "WELFARE_INSTITUTION"
    RESCUE_INSTITUTION = "RESCUE_INSTITUTION"
    CHILDCARE = "CHILDCARE"
    WATERS = "WATERS"
    EMPLOYMENT_STATION = "EMPLOYMENT_STATION"
    LABOUR_MARKET = "LABOUR_MARKET"
    OTHER_PLACE = "OTHER_PLACE"


SITE_KIND = CodeSet(
    "SITE_KIND",
    "场所类别",
    {
        SiteKind.SCHOOL: "中小学",
        SiteKind.KINDERGARTEN: "幼儿园",
        SiteKind.WELFARE_INSTITUTION: "儿童福利机构",
        SiteKind.RESCUE_INSTITUTION: "未成年人救助保护机构",
        SiteKind.CHILDCARE: "托育机构",
        SiteKind.WATERS: "水域",
        SiteKind.EMPLOYMENT_STATION: "就业服务站点",
        SiteKind.LABOUR_MARKET: "零工市场",
        SiteKind.OTHER_PLACE: "其他涉儿场所",
    },
    {"河湖": "WATERS", "零工市场站点": "LABOUR_MARKET"},
)


class Inspection(StrEnum):
    """What was looked at (检查类别)."""

    FIRE = "FIRE"
    SCHOOL_BUS = "SCHOOL_BUS"
    FOOD = "FOOD"
    NATURAL_HAZARDS = "NATURAL_HAZARDS"
    RIVER_PATROL = "RIVER_PATROL"
    FACILITY_MAINTENANCE = "FACILITY_MAINTENANCE"
    FULL_INSPECTION = "FULL_INSPECTION"


INSPECTION = CodeSet(
    "INSPECTION",
    "检查类别",
    {
        Inspection.FIRE: "消防安全",
        Inspection.SCHOOL_BUS: "校车安全",
        Inspection.FOOD: "卫生食品安全",
        Inspection.NATURAL_HAZARDS: "自然灾害防范",
        Inspection.RIVER_PATROL: "河湖巡查",
        Inspection.FACILITY_MAINTENANCE: "防护设施维护",
        Inspection.FULL_INSPECTION: "全面检查",
    },
    {"食品安全": "FOOD", "巡河": "RIVER_PATROL"},
)

_AT_WATERS = frozenset({Inspection.RIVER_PATROL, Inspection.FACILITY_MAINTENANCE})


def site_id(number: str) -> UUID:
    """The id of a place by its number in the register."""
    return derived_id("site", number)


class RegisterSite(Command):
    """Enter a place, or say anew what it is; ``closed_on``: it is there no more."""

    STATES: ClassVar[Category | None] = Category.PROGRAMMES
    register_number: Number
    site_kind: SiteKind
    village: str | None
    town: str | None
    run_by: str | None
    closed_on: date | None
    name: str | None


class RecordInspection(Command):
    """A place by its ``register_number``, or an organisation (``unit``), was looked at."""

    STATES: ClassVar[Category | None] = Category.PROGRAMMES
    record_id: UUID
    register_number: Number | None
    unit: str | None
    inspection: Inspection
    held_on: date
    hazards: int
    account: str | None


class SiteEvent(Event):
    CATEGORY: ClassVar[Category] = Category.PROGRAMMES
    TITLE: ClassVar[str] = "场所台账"


class SiteRegistered(SiteEvent):
    """``told_to``: who runs it, else the town's station."""

    TOPIC: ClassVar[str] = "site.registered.v1"
    TITLE: ClassVar[str] = "场所登记"
    register_number: str
    site_kind: SiteKind
    village: str | None
    town: str | None
    run_by: str | None
    kept_by: str
    told_to: str | None
    closed_on: date | None
    name: Annotated[Text, Sensitive(Category.PROGRAMMES)]


class SiteInspected(SiteEvent):
    """``hazards``: how many were found; each is on record by itself (domain/hazard.py)."""

    TOPIC: ClassVar[str] = "site.inspected.v1"
    TITLE: ClassVar[str] = "检查登记"
    record_id: UUID
    register_number: str | None
    unit: str | None
    inspection: Inspection
    held_on: date
    town: str | None
    told_to: str | None
    hazards: int
    account: Annotated[Text, Sensitive(Category.PROGRAMMES)]


@dataclass(frozen=True, slots=True)
class Site:
    site_kind: SiteKind | None = None
    kept_by: str = ""
    run_by: str | None = None
    town: str | None = None
    closed: bool = False
    inspected_on: date | None = None


def _register(state: Site, command: RegisterSite, given: Given) -> list[Event]:
    actor = given.actor.organisation
    if state.kept_by not in ("", actor):
        raise Refused("SITE_TAKEN", "该场所编号已由其他单位登记，请核对编号或另编编号。")
    if command.closed_on is not None:
        given.not_in_future(command.closed_on, "SITE_CLOSED_IN_FUTURE", "撤销日期")
    told = command.run_by or (town_organisation(command.town) if command.town else None)
    return [
        SiteRegistered(
            **command.model_dump(), kept_by=actor, told_to=None if told == actor else told
        )
    ]


def _inspect(state: Site, command: RecordInspection, given: Given) -> list[Event]:
    given.not_in_future(command.held_on, "INSPECTION_IN_FUTURE", "检查日期")
    of_unit = command.inspection is Inspection.FULL_INSPECTION
    if of_unit != (command.unit is not None) or of_unit != (command.register_number is None):
        raise Refused(
            "INSPECTION_OF_WHAT",
            "全面检查填写被检查单位，其他检查填写场所编号；两项只填一项，请核对后重报。",
        )
    actor = given.actor.organisation
    if of_unit:
        if seat_of(actor) is not Seat.CIVIL_AFFAIRS:
            raise Refused("INSPECTION_NOT_YOURS", "全面检查由民政局登记，请核对检查类别。")
        told, town = command.unit, None
    else:
        if state.site_kind is None or state.closed:
            raise Refused("SITE_UNKNOWN", "场所编号未登记或已撤销，请先登记场所或核对编号。")
        if command.inspection in _AT_WATERS and state.site_kind is not SiteKind.WATERS:
            raise Refused("SITE_NO_WATERS", "巡查和防护设施维护只登记在水域，请核对编号。")
        town = state.town
        told = state.run_by or (town_organisation(town) if town else None)
    return [
        SiteInspected(**command.model_dump(), town=town, told_to=None if told == actor else told)
    ]


def _locate(command: Any, load: Any) -> UUID:
    if command.register_number is not None:
        return site_id(command.register_number)
    return derived_id("inspected unit", command.unit)


SITE: Stream[Site] = Stream(
    name="site",
    initial=Site(),
    decide={RegisterSite: _register, RecordInspection: _inspect},
    evolve={
        SiteRegistered: lambda state, event: replace(
            state,
            site_kind=event.site_kind,
            kept_by=event.kept_by,
            run_by=event.run_by,
            town=event.town,
            closed=event.closed_on is not None,
        ),
        SiteInspected: lambda state, event: replace(state, inspected_on=event.held_on),
    },
    locate=_locate,
    title="场所台账",
    codes={"site_kind": SITE_KIND, "inspection": INSPECTION},
    by_itself=True,
)
