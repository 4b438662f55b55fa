"""The demo's district: real towns and villages, and everybody and everything else invented."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from math import ceil
from random import Random
from typing import Any

from domain.code_sets import ChildCategory
from domain.identifiers import fold_name, id_check_character
from domain.organisations import (
    DISTRICT,
    Organisation,
    Seat,
    district_organisation,
    town_organisation,
    village_organisation,
)
from hub.demo.names import (
    HOSPITAL_WORDS,
    MARK,
    ROADS,
    SCHOOL_WORDS,
    child_name,
    guardian_name,
)
from hub.demo.options import DemoOptions, seeded, weighted
from hub.policies import Division

DEPARTMENTS = {
    Seat.CIVIL_AFFAIRS: "民政局",
    Seat.PROCURATORATE: "检察院",
    Seat.COURT: "法院",
    Seat.EDUCATION: "教育局",
    Seat.POLICE: "公安分局",
    Seat.HUMAN_RESOURCES: "人社局",
    Seat.HEALTH: "卫生健康委员会",
    Seat.DISABLED_FEDERATION: "残联",
    Seat.WOMEN_CHILDREN_OFFICE: "妇儿工委办",
    Seat.WOMENS_FEDERATION: "妇联",
    Seat.CYBERSPACE: "网信办",
    Seat.JUSTICE: "司法局",
    Seat.FINANCE: "财政局",
    Seat.EMERGENCY: "应急管理局",
    Seat.WATER: "水务局",
    Seat.YOUTH_LEAGUE: "团区委",
}
"""The district's departments that take part: the signatories of the plan."""

INSTITUTION = Organisation(f"{Seat.WELFARE_INSTITUTION.value}:{DISTRICT}0001", f"儿童福利院{MARK}")
SOCIAL = tuple(
    Organisation(f"{Seat.SOCIAL_ORGANISATION.value}:{DISTRICT}{number:04d}", f"{word}{MARK}")
    for number, word in enumerate(
        ("示例社工服务中心", "示例慈善公益中心", "示例志愿服务队"), start=1
    )
)
"""Social organisations (社会组织), of each kind one."""
"""Where children are placed whom no relative can take."""

CHILDREN_PER_SCHOOL = 40
WITHOUT_NUMBER = 0.04
STRANGERS = 5
UNREGISTERED = 0.03
"""Children whom no town's register names: civil affairs finds them unassigned."""

_REGIONS = (
    ("310117", 66),
    ("310227", 6),
    ("341221", 8),
    ("320981", 7),
    ("411528", 6),
    ("360730", 4),
    ("520522", 3),
)
"""Region codes of ID numbers and their weights: this district, its code as a county (310227),
and places that families move here from. 310227 was retired before these children were born; it
is here because any region code must be taken."""

# Number ranges that no operator has put into use: nobody is ever rung.
_PHONE_RANGES = ("160", "161", "163", "164", "168", "169")
_GRADES = tuple(f"{number}年级" for number in "一二三四五六七八九")
LAST_GRADE = _GRADES[-1]
_RELATIONS = (("父亲", 38), ("母亲", 38), ("祖父", 8), ("祖母", 9), ("外祖母", 4), ("伯父", 3))
_CATEGORIES = (
    ((), 58),
    ((ChildCategory.LEFT_BEHIND_RURAL,), 14),
    ((ChildCategory.DIFFICULTY_ECONOMIC,), 10),
    ((ChildCategory.MIGRANT,), 8),
    ((ChildCategory.LEFT_BEHIND_RURAL, ChildCategory.DIFFICULTY_ECONOMIC), 4),
    ((ChildCategory.DIFFICULTY_GUARDIANSHIP,), 3),
    ((ChildCategory.DIFFICULTY_SELF,), 3),
)


@dataclass(frozen=True, slots=True)
class School:
    """An invented school: its organisation, and its code of ten digits (学校标识码)."""

    organisation: Organisation
    code: str

    @property
    def id(self) -> str:
        return self.organisation.id


@dataclass(frozen=True, slots=True)
class Child:
    """An invented child as those know it who have it right.

    ``registered``: whether its town's register names it. ``sex`` is a code of GB/T 2261.1.
    """

    name: str
    sex: str
    birth_date: date
    id_number: str | None
    student_number: str
    guardian: str
    relation: str
    phone: str
    village: Division
    address: str
    school: School
    grade: str
    enrolled_on: date
    lives_since: date
    categories: tuple[ChildCategory, ...]
    registered: bool

    @property
    def key(self) -> tuple[str, str]:
        """Tells the demo's children apart (no two have both in common)."""
        return fold_name(self.name), self.birth_date.isoformat()


@dataclass(frozen=True)
class World:
    """The district as the demo knows it."""

    organisations: tuple[Organisation, ...]
    towns: Mapping[str, str]
    schools: tuple[School, ...]
    hospitals: tuple[Organisation, ...]
    children: tuple[Child, ...]
    strangers: tuple[Child, ...]
    """Children of whom no office has a record."""

    def find(self, fields: Mapping[str, Any]) -> Child | None:
        """The child that an opened child file names, by name and birth date, or None."""
        name, born = fields.get("name"), fields.get("birth_date")
        if not isinstance(name, str) or not isinstance(born, str):
            return None
        return self._by_key.get((fold_name(name), born))

    def hospital(self, town: str) -> Organisation:
        """Where the people of a town go: its own hospital, else always the same other one."""
        near = next((each for each in self.hospitals if each.town == town), None)
        return near or self.hospitals[int(town) % len(self.hospitals)]

    @cached_property
    def by_school(self) -> Mapping[str, Sequence[Child]]:
        """The children by their school's identifier."""
        return _grouped(self.children, lambda child: child.school.id)

    @cached_property
    def by_village(self) -> Mapping[str, Sequence[Child]]:
        """The children by the code of the village they live in."""
        return _grouped(self.children, lambda child: child.village.code)

    @cached_property
    def by_town(self) -> Mapping[str, Sequence[Child]]:
        """The children by the code of the town they live in."""
        return _grouped(self.children, lambda child: child.village.town_code)

    @cached_property
    def _by_key(self) -> dict[tuple[str, str], Child]:
        return {child.key: child for child in self.children}


def _grouped(children: Sequence[Child], place: Callable[[Child], str]) -> dict[str, list[Child]]:
    found: dict[str, list[Child]] = {}
    for child in children:
        found.setdefault(place(child), []).append(child)
    return found


def build_world(options: DemoOptions, divisions: Sequence[Division]) -> World:
    """Invent the world of a seed on the district's real divisions."""
    towns = {each.town_code: each.town_name for each in divisions}
    villages: dict[str, list[Division]] = {code: [] for code in towns}
    for each in divisions:
        villages[each.town_code].append(each)
    schools = _schools(options, towns)
    hospitals = _hospitals(options, towns)
    children = _children(options, schools, villages)
    return World(
        organisations=_organisations(towns, divisions, schools, hospitals),
        towns=towns,
        schools=schools,
        hospitals=hospitals,
        children=children[:-STRANGERS],
        strangers=children[-STRANGERS:],
    )


def _organisations(
    towns: Mapping[str, str],
    divisions: Sequence[Division],
    schools: Sequence[School],
    hospitals: Sequence[Organisation],
) -> tuple[Organisation, ...]:
    departments = [
        Organisation(district_organisation(seat), name + MARK) for seat, name in DEPARTMENTS.items()
    ]
    stations = [
        Organisation(town_organisation(code), f"{name}未保站{MARK}", code)
        for code, name in towns.items()
    ]
    police = [
        Organisation(
            f"{Seat.POLICE_STATION.value}:{code}",
            f"{name}派出所{MARK}",
            code,
            (code,),
        )
        for code, name in towns.items()
    ]
    committees = [
        Organisation(village_organisation(each.code), each.name, each.town_code)
        for each in divisions
    ]
    return (
        *departments,
        *stations,
        *police,
        *(school.organisation for school in schools),
        *hospitals,
        INSTITUTION,
        *SOCIAL,
        *committees,
    )


def _schools(options: DemoOptions, towns: Mapping[str, str]) -> tuple[School, ...]:
    """One school for some forty children, spread over the towns, at least two."""
    rng = seeded(options.seed, "schools")
    count = max(2, ceil(options.children / CHILDREN_PER_SCHOOL))
    order = rng.sample(sorted(towns), len(towns))
    words = rng.sample(SCHOOL_WORDS, len(SCHOOL_WORDS))
    schools = []
    for number in range(count):
        town = order[number % len(order)]
        again = number // len(words)
        word = words[number % len(words)] + ("" if again == 0 else f"第{again + 1}")
        code = f"{DISTRICT}{number + 1:04d}"
        name = f"{word}学校{MARK}"
        schools.append(School(Organisation(f"{Seat.SCHOOL.value}:{code}", name, town), code))
    return tuple(schools)


def _hospitals(options: DemoOptions, towns: Mapping[str, str]) -> tuple[Organisation, ...]:
    """A few, each in a town of its own."""
    rng = seeded(options.seed, "hospitals")
    return tuple(
        Organisation(f"{Seat.HOSPITAL.value}:{DISTRICT}H{number:02d}", f"{word}医院{MARK}", town)
        for number, (word, town) in enumerate(
            zip(HOSPITAL_WORDS, rng.sample(sorted(towns), len(HOSPITAL_WORDS)), strict=True),
            start=1,
        )
    )


def _children(
    options: DemoOptions, schools: Sequence[School], villages: Mapping[str, Sequence[Division]]
) -> tuple[Child, ...]:
    rng = seeded(options.seed, "children")
    children: list[Child] = []
    taken: set[tuple[str, str]] = set()
    numbers: set[str] = set()
    # A child called like part of a village's name would look like a leak wherever that stands.
    places = "|".join(each.name + each.town_name for town in villages.values() for each in town)
    while len(children) < options.children + STRANGERS:
        child = _child(rng, options.start, schools, villages)
        if child.key in taken or child.id_number in numbers:
            continue
        if child.name in places or child.guardian in places:
            continue
        taken.add(child.key)
        if child.id_number:
            numbers.add(child.id_number)
        children.append(child)
    return tuple(children)


def _child(
    rng: Random,
    start: date,
    schools: Sequence[School],
    villages: Mapping[str, Sequence[Division]],
) -> Child:
    grade = rng.randrange(len(_GRADES))
    school_year = start.year if start.month >= 9 else start.year - 1
    born = date(school_year - 7 - grade, 9, 1) + timedelta(days=rng.randrange(365))
    entered = date(school_year - grade, 9, 1)
    sex = rng.choice("12")
    name = child_name(rng, sex)
    school = rng.choice(schools)
    near = rng.random() < 0.88
    town = school.organisation.town if near else rng.choice(sorted(villages))
    village = rng.choice(villages[town])
    number = _id_number(rng, born, sex) if rng.random() >= WITHOUT_NUMBER else None
    digits = "".join(rng.choices("0123456789", k=18))
    return Child(
        name=name,
        sex=sex,
        birth_date=born,
        id_number=number,
        student_number=f"G{number}" if number else f"J{digits}",
        guardian=guardian_name(rng, name[0]),
        relation=weighted(rng, _RELATIONS),
        phone=rng.choice(_PHONE_RANGES) + "".join(rng.choices("0123456789", k=8)),
        village=village,
        address=f"{village.town_name}{rng.choice(ROADS)}{rng.randint(1, 999)}弄"
        f"{rng.randint(1, 60)}号{rng.randint(1, 6)}0{rng.randint(1, 4)}室",
        school=school,
        grade=_GRADES[grade],
        enrolled_on=entered if rng.random() < 0.85 else max(entered, date(school_year, 9, 1)),
        lives_since=born + timedelta(days=rng.randrange(30, (entered - born).days)),
        categories=weighted(rng, _CATEGORIES),
        registered=rng.random() >= UNREGISTERED,
    )


def _id_number(rng: Random, born: date, sex: str) -> str:
    """A valid number that is most likely nobody's: order codes from 900 are hardly given out.

    Never one that ends in 000, which intake refuses as cut by a spreadsheet.
    """
    region = weighted(rng, _REGIONS)
    while True:
        order = rng.randrange(900, 996)
        if order % 2 != int(sex) % 2:
            continue
        first17 = f"{region}{born:%Y%m%d}{order}"
        number = first17 + id_check_character(first17)
        if not number.endswith("000"):
            return number
