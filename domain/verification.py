"""The full verification (全面核查, plan 二3 P17): the child director confirms what is known of each
child of the village, says what differs, and names children who were not known.

What differs is the town's to check: a village confirms no residence and no category. Rounds and
cross-checks with other registers come with the casework that opens them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from domain.code_sets import CodeSet
from domain.kernel import Category, Command, Event, Given, Sensitive, Stream, Text

Visits = Annotated[Text, Sensitive(Category.VISITS)]
Guardianship = Annotated[Text, Sensitive(Category.GUARDIANSHIP)]
Schooling = Annotated[Text, Sensitive(Category.SCHOOLING)]
Health = Annotated[Text, Sensitive(Category.HEALTH)]
Means = Annotated[Text, Sensitive(Category.MEANS)]


class Finding(StrEnum):
    """核查结果."""

    AS_KNOWN = "AS_KNOWN"
    CHANGED = "CHANGED"
    NEWLY_FOUND = "NEWLY_FOUND"
    MOVED_AWAY = "MOVED_AWAY"
    NOT_FOUND = "NOT_FOUND"


FINDING = CodeSet(
    "FINDING",
    "核查结果",
    {
        Finding.AS_KNOWN: "情况一致",
        Finding.CHANGED: "情况有变化",
        Finding.NEWLY_FOUND: "新发现",
        Finding.MOVED_AWAY: "已搬走",
        Finding.NOT_FOUND: "查找不到",
    },
    {
        "一致": Finding.AS_KNOWN,
        "无变化": Finding.AS_KNOWN,
        "有变化": Finding.CHANGED,
        "新增": Finding.NEWLY_FOUND,
        "搬走": Finding.MOVED_AWAY,
        "找不到": Finding.NOT_FOUND,
    },
)


class VerifyChild(Command):
    """One line of the verification sheet."""

    STATES: ClassVar[Category | None] = Category.VISITS
    verification_id: UUID
    child_ref: UUID
    town: str | None
    finding: Finding
    verified_on: date
    household: str | None = None
    guardians: str | None = None
    carer: str | None = None
    schooling: str | None = None
    health: str | None = None
    means: str | None = None
    differs: str | None = None


class ChildVerified(Event):
    TOPIC: ClassVar[str] = "verification.made.v1"
    CATEGORY: ClassVar[Category] = Category.VISITS
    TITLE: ClassVar[str] = "全面核查"
    child_ref: UUID
    town: str | None
    finding: Finding
    verified_on: date
    household: Visits
    guardians: Guardianship
    carer: Guardianship
    schooling: Schooling
    health: Health
    means: Means
    differs: Visits


@dataclass(frozen=True, slots=True)
class Verification:
    made: bool = False


def _verify(state: Verification, command: VerifyChild, given: Given) -> list[Event]:
    given.not_in_future(command.verified_on, "VERIFIED_IN_FUTURE", "核查日期")
    return [ChildVerified(**command.model_dump(exclude={"verification_id"}))]


VERIFICATION: Stream[Verification] = Stream(
    name="verification",
    initial=Verification(),
    decide={VerifyChild: _verify},
    evolve={ChildVerified: lambda state, event: Verification(made=True)},
    locate=lambda command, load: command.verification_id,
    title="全面核查",
    codes={"finding": FINDING},
)
