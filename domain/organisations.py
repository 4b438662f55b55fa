"""Organisations (机构), their seats, jurisdictions and posts.

An organisation's identifier is ``<seat>:<code>`` (``town:310117001``, ``school:3101170001``):
a clear code, never personal, that says which row of the sharing matrix applies to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

DISTRICT = "310117"
"""松江区 (GB/T 2260)."""

TOWN_DIGITS = 9
"""Of a village's 12-digit code, those of its town."""


class Seat(StrEnum):
    """The 23 kinds of seat of the sharing matrix: sixteen departments of the plan, and
    towns, villages, schools, police stations, hospitals, welfare institutions and social
    organisations."""

    CIVIL_AFFAIRS = "civil_affairs"
    CYBERSPACE = "cyberspace"
    COURT = "court"
    PROCURATORATE = "procuratorate"
    EDUCATION = "education"
    POLICE = "police"
    JUSTICE = "justice"
    FINANCE = "finance"
    HUMAN_RESOURCES = "human_resources"
    HEALTH = "health"
    EMERGENCY = "emergency"
    WATER = "water"
    WOMEN_CHILDREN_OFFICE = "women_children_office"
    YOUTH_LEAGUE = "youth_league"
    WOMENS_FEDERATION = "womens_federation"
    DISABLED_FEDERATION = "disabled_federation"
    TOWN = "town"
    VILLAGE = "village"
    SCHOOL = "school"
    POLICE_STATION = "police_station"
    HOSPITAL = "hospital"
    WELFARE_INSTITUTION = "welfare_institution"
    SOCIAL_ORGANISATION = "social_organisation"


SEAT_WORDS: Mapping[Seat, str] = {
    Seat.CIVIL_AFFAIRS: "民政局",
    Seat.CYBERSPACE: "网信办",
    Seat.COURT: "法院",
    Seat.PROCURATORATE: "检察院",
    Seat.EDUCATION: "教育局",
    Seat.POLICE: "公安分局",
    Seat.JUSTICE: "司法局",
    Seat.FINANCE: "财政局",
    Seat.HUMAN_RESOURCES: "人社局",
    Seat.HEALTH: "卫健委",
    Seat.EMERGENCY: "应急管理局",
    Seat.WATER: "水务局",
    Seat.WOMEN_CHILDREN_OFFICE: "妇儿工委办",
    Seat.YOUTH_LEAGUE: "团区委",
    Seat.WOMENS_FEDERATION: "妇联",
    Seat.DISABLED_FEDERATION: "残联",
    Seat.TOWN: "街镇未保站",
    Seat.VILLAGE: "村居",
    Seat.SCHOOL: "学校",
    Seat.POLICE_STATION: "派出所",
    Seat.HOSPITAL: "医疗机构",
    Seat.WELFARE_INSTITUTION: "儿童福利和救助保护机构",
    Seat.SOCIAL_ORGANISATION: "社会组织",
}
"""What officials call each kind of seat."""

POLICE_SEATS = frozenset({Seat.POLICE, Seat.POLICE_STATION})
"""公安机关: the sub-bureau and its stations."""


class Post(StrEnum):
    """Posts (岗位) that people hold; rights come from the post held at the moment."""

    HANDLER = "handler"
    """经办人 (A角)."""
    DEPUTY = "deputy"
    """B角."""
    DUTY = "duty"
    """值班."""
    DESIGNATED_REPORTER = "designated_reporter"
    """强制报告联络人."""
    DUTY_LEADER = "duty_leader"
    """值班领导."""
    HEAD = "head"
    """负责人."""
    SYSTEM = "system"
    """The hub itself: reactions and the deadline clock."""


CONSOLE = "console"
"""The user of whoever acts for an organisation at the program's own console, by no login."""

INBOUND = "inbound"
"""The user of what an organisation sends through its own channel."""

CARRIED = "carried"
"""The user of records that a signed file of the organisation brought (离线交换)."""

SHARED_USERS = frozenset({CONSOLE, INBOUND, CARRIED})
"""Users that several people act as: nobody can be told apart by them."""


HUB = "hub:310117"
"""The hub as an actor. No seat: it may see nothing through any door."""


@lru_cache(maxsize=4096)
def seat_of(organisation: str) -> Seat:
    """The seat of an organisation identifier. Raises ValueError when it names none."""
    return Seat(organisation.split(":", 1)[0])


def district_organisation(seat: Seat) -> str:
    """The district's own department of a seat, e.g. ``civil_affairs:310117``."""
    return f"{seat.value}:{DISTRICT}"


def town_organisation(town_code: str) -> str:
    """The town's protection station (街镇未保站) for a 9-digit town code."""
    return f"{Seat.TOWN.value}:{town_code}"


def town_of_village(village: str) -> str:
    """The protection station of the town that a village's organisation belongs to."""
    return town_organisation(village.partition(":")[2][:TOWN_DIGITS])


def village_organisation(village_code: str) -> str:
    """The village's or residents' committee (村居) for a 12-digit code."""
    return f"{Seat.VILLAGE.value}:{village_code}"


def nearest_of(*, town: str | None, village: str | None = None) -> str:
    """Who is asked of a child that lives there: its village, where that is known, else its town's
    station, else civil affairs (民政兜底)."""
    if village:
        return village_organisation(village)
    return town_organisation(town) if town else district_organisation(Seat.CIVIL_AFFAIRS)


@dataclass(frozen=True, slots=True)
class Organisation:
    """One organisation: identifier, Chinese name, the town it sits in (9 digits, or empty for
    the district), and its beat (派出所辖区): the town codes a police station answers for."""

    id: str
    name: str
    town: str = ""
    beat: tuple[str, ...] = ()

    @property
    def seat(self) -> Seat:
        return seat_of(self.id)
