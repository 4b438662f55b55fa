"""What the tests of every kind of record share: an invented district, a child, a statement."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from adapters.intake.records import Places, Record, RecordKind
from adapters.registry import ALL_KINDS
from domain.faults import Fault
from domain.guardianship_codes import GuidanceOrderKind
from domain.guardianship_commands import OrderGuidance
from domain.identity import IdentityClaim
from domain.kernel import Actor, Command, derived_id
from domain.organisations import Post, Seat
from domain.visit import RecordVisit, VisitForm

ROOT = Path(__file__).parent.parent.parent
TODAY = date(2025, 4, 1)
CHILD = UUID(int=7)
CHECK = UUID(int=8)
RECORD = UUID(int=9)
REPORT = UUID("f0000000-0000-4000-8000-000000000001")
ADVICE = UUID("f0000000-0000-4000-8000-000000000002")
VILLAGE, TOWN = "310117001001", "310117001"
SCHOOL = "school:3101170001"
STATION = "police_station:310117001000"
INSTITUTION = "welfare_institution:3101170001"
TOWN_STATION = f"town:{TOWN}"
CHARITY = "social_organisation:310117"
BY_NAME = {kind.name: kind for kind in ALL_KINDS}
NAMES = sorted(BY_NAME)
# What is never refused has a specification of its own: test_mandatory_report.py.
NEVER_REFUSED = {kind.name for kind in ALL_KINDS if kind.never_refused}
RECORDS = sorted(set(NAMES) - NEVER_REFUSED)
# What an office records of itself and of reports names no child.
OF_A_CHILD = [name for name in RECORDS if "id_number" in BY_NAME[name].model.model_fields]
ID_NUMBER = "999999201503010016"
WRONG_CHECK_DIGIT = ID_NUMBER[:-1] + "7"
NOTE = "某日上门"
# Where a kind may be wrong about a child, whichever it is.
CHILD_FAULTS = [
    ("id_number", WRONG_CHECK_DIGIT, "ID_CHECK_DIGIT"),
    ("birth_date", "二〇一五年", "DATE"),
    ("birth_date", "2015-03-02", "BIRTH_DATE_DIFFERS"),
    ("sex", "机密甲", "CODE_SEX"),
    ("guardian_phone", "机密甲", "PHONE_CHARACTERS"),
    ("name", "机" * 101, "TOO_LONG"),
    ("guardian_name", "机" * 101, "TOO_LONG"),
    ("village", "机" * 101, "TOO_LONG"),
    ("address", "机" * 201, "TOO_LONG"),
]
VISIT_NOTES = (
    "seen",
    "living",
    "mood",
    "health",
    "schooling",
    "guardian_contact",
    "hazards",
    "childs_view",
    "problems",
    "action",
)
OWN_VISIT_FAULTS = [
    ("form", "机密甲", "CODE_VISIT_FORM"),
    ("not_met_reason", "机密甲", "CODE_NOT_MET"),
    ("seen_alone", "机密甲", "CODE_YES_NO"),
    ("problem_kinds", "机密甲", "CODE_PROBLEM"),
    *((each, "机" * 2001, "TOO_LONG") for each in VISIT_NOTES),
]


@dataclass(frozen=True)
class Row:
    """What the tables of test_kinds.py try with one kind of record.

    extra: fields of its example that its columns leave empty
    states: the commands that the example states, each with the day it happened
    wrong: field, value and code of what is refused, beside what is tried with every child
    occasion: the field, and another value of it, that makes another record
    also: further fields that do, each with another value
    other: another value of fields that do not, where ``OTHER`` knows none
    to_come: fields that may hold a day to come
    numbered: whether its document number is one whatever its brackets
    """

    states: list[tuple[Command, date | None]]
    wrong: list[tuple[str, str, str]]
    occasion: tuple[str, str]
    extra: Mapping[str, str] = field(default_factory=dict)
    also: Mapping[str, str] = field(default_factory=dict)
    other: Mapping[str, str] = field(default_factory=dict)
    to_come: tuple[str, ...] = ()
    numbered: bool = False


class FakePlaces:
    """One village, one school, one institution, one station; all else is unknown."""

    def village(self, text: str) -> tuple[str, str] | None:
        known = text in ("龙潭社区居委会", VILLAGE)
        return (VILLAGE, TOWN) if known else None

    def school(self, text: str) -> str | None:
        return SCHOOL if text in ("示例小学", "3101170001") else None

    def institution(self, text: str) -> str | None:
        return INSTITUTION if text == "示例儿童福利院" else None

    def organisation(self, text: str) -> str | None:
        if text in ("示例公益服务中心", "另一公益服务中心"):
            return CHARITY
        return TOWN_STATION if text in ("岳阳街道未保站", TOWN_STATION) else None

    def police_station(self, town: str | None) -> str:
        return STATION if town == TOWN else "police:310117"

    def names_place(self, text: str) -> bool:
        return "示例小学" in text

    def town_of(self, organisation: str) -> str | None:
        return TOWN if organisation in (TOWN_STATION, SCHOOL) else None


@dataclass
class FakeStatement:
    """Keeps what a record states."""

    actor: Actor
    known: bool = True
    today: date = TODAY
    record_id: UUID = RECORD
    defects: tuple[str, ...] = ()
    places: Places = field(default_factory=FakePlaces)
    opened: list[IdentityClaim] = field(default_factory=list)
    sought: list[IdentityClaim] = field(default_factory=list)
    commands: list[tuple[Command, date | None]] = field(default_factory=list)

    def child(self, claim: IdentityClaim) -> UUID:
        self.opened.append(claim)
        return CHILD

    def find(self, claim: IdentityClaim) -> UUID | None:
        self.sought.append(claim)
        return CHILD if self.known else None

    def execute(self, command: Command, *, occurred_on: date | None = None) -> None:
        self.commands.append((command, occurred_on))

    def new_id(self) -> UUID:
        return CHECK

    def shared_id(self, *parts: str) -> UUID:
        return derived_id(*parts)


def statement(kind: RecordKind[Any], *, known: bool = True) -> FakeStatement:
    code = "3101170001" if kind.seats[0] is Seat.SCHOOL else "310117"
    organisation = f"{kind.seats[0].value}:{code}"
    return FakeStatement(Actor(organisation, Post.HANDLER.value, "u1"), known)


def example(kind: RecordKind[Any]) -> dict[str, str]:
    """The example row of the kind's own template, by field."""
    return {column.field: column.example for column in kind.columns if column.example}


def without_number(kind: RecordKind[Any]) -> dict[str, str]:
    """The example row, for a child that has no ID number."""
    values = example(kind)
    if kind.name not in OF_A_CHILD:
        return values
    values.update(name="张三", guardian_name="张大", birth_date="2015-03-01")
    del values["id_number"]
    return values


def record(kind: RecordKind[Any], values: Mapping[str, Any]) -> Record:
    found = kind.read(values, TODAY)
    assert not isinstance(found, list), [fault.code for fault in found]
    return found  # type: ignore[no-any-return]


def faults(kind: RecordKind[Any], values: Mapping[str, Any]) -> list[Fault]:
    found = kind.read(values, TODAY)
    assert isinstance(found, list)
    return found


def heading(kind: RecordKind[Any], name: str) -> str:
    return next(column.heading for column in kind.columns if column.field == name)


def state(kind: RecordKind[Any], values: Mapping[str, Any], *, known: bool = True) -> FakeStatement:
    said = statement(kind, known=known)
    kind.state(record(kind, values), said)
    return said


def days_of(kind: RecordKind[Any]) -> list[str]:
    """Fields that hold a day."""
    return [f for f, info in kind.model.model_fields.items() if "date" in str(info.annotation)]


def ordered(order: GuidanceOrderKind, number: str) -> Row:
    """A document that orders family-education guidance: three offices issue one each, alike."""
    return Row(
        extra={"requirements": NOTE},
        states=[
            (
                OrderGuidance(
                    child_ref=CHILD,
                    town=TOWN,
                    order=order,
                    document_number=number,
                    served_on=date(2025, 3, 14),
                    guardian_relation="父亲",
                    requirements=NOTE,
                ),
                date(2025, 3, 14),
            )
        ],
        wrong=[
            ("document_number", "机" * 101, "TOO_LONG"),
            ("guardian_relation", "机" * 31, "TOO_LONG"),
            ("requirements", "机" * 2001, "TOO_LONG"),
        ],
        occasion=("document_number", number.replace("1号", "2号")),
        numbered=True,
    )


def visited(visit_id: UUID, *, from_list: bool, child_ref: UUID = CHILD) -> RecordVisit:
    """A visit as the example rows tell it; what is suspected goes elsewhere."""
    return RecordVisit(
        visit_id=visit_id,
        child_ref=child_ref,
        form=VisitForm.HOME_VISIT,
        visited_on=date(2025, 3, 12),
        met=True,
        from_list=from_list,
        seen="儿童本人和祖母",
        seen_alone="是",
        problem_kinds=("SCHOOLING",),
        action=NOTE,
    )


def only(kind: RecordKind[Any], values: Mapping[str, Any]) -> tuple[Command, date | None]:
    """The one command of a row, and the day on which it happened."""
    (stated,) = state(kind, values).commands
    return stated


def key(kind: RecordKind[Any], values: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(kind.natural_key(record(kind, values)))


def assert_tells(fault: Fault, value: str) -> None:
    """The rule and what to do, in Chinese; never the value."""
    for sentence in (fault.rule, fault.advice):
        assert re.search(r"[\u4e00-\u9fff]", sentence)
        assert value not in sentence
        assert value not in str(fault)
        assert "机密" not in str(fault)
