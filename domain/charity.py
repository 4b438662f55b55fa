"""Charity beside public aid (救助+慈善+儿童): projects, and what was given. Plan 二3 (P23:
政府救助与慈善衔接).

A charity (社会组织) is asked by a task that a town or civil affairs open (charity_support): whom to
help and how the family is reached, and nothing of means, category or aid. What it gave it states
itself, while it has the task; project and budget are civil affairs' register.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from domain.kernel import Category, Command, Event, Given, Refused, Sensitive, Stream, Text
from domain.organisations import Seat, seat_of


class RecordCharityProject(Command):
    """登记慈善项目: who carries it out, from when until when, with how much money (yuan)."""

    STATES: ClassVar[Category | None] = Category.PROGRAMMES
    NAMES: ClassVar[str] = "organisation"
    project_id: UUID
    organisation: str
    since: date
    until: date
    budget: int
    project: str
    account: str | None


class CharityProjectRecorded(Event):
    """``told_to`` carries it out."""

    TOPIC: ClassVar[str] = "charity_project.recorded.v1"
    CATEGORY: ClassVar[Category] = Category.PROGRAMMES
    TITLE: ClassVar[str] = "慈善项目"
    organisation: str
    told_to: str
    since: date
    until: date
    budget: int
    project: Annotated[Text, Sensitive(Category.PROGRAMMES)]
    account: Annotated[Text, Sensitive(Category.PROGRAMMES)]


class RecordCharityGift(Command):
    """登记慈善帮扶: what a child was given, in kind or in money; ``ends``: no more will be."""

    STATES: ClassVar[Category | None] = Category.VISITS
    READS_TASKS: ClassVar[bool] = True
    gift_id: UUID
    child_ref: UUID
    given_on: date
    ends: bool
    project: str | None
    given: str
    yuan: int | None


class CharityGiven(Event):
    TOPIC: ClassVar[str] = "charity_gift.given.v1"
    CATEGORY: ClassVar[Category] = Category.VISITS
    TITLE: ClassVar[str] = "慈善帮扶"
    child_ref: UUID
    given_on: date
    ends: bool
    project: Annotated[Text, Sensitive(Category.VISITS)]
    given: Annotated[Text, Sensitive(Category.VISITS)]
    yuan: Annotated[Text, Sensitive(Category.VISITS)]


@dataclass(frozen=True, slots=True)
class Project:
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Gift:
    ends: bool = False


def _project(state: Project, command: RecordCharityProject, given: Given) -> list[Event]:
    if seat_of(given.actor.organisation) is not Seat.CIVIL_AFFAIRS:
        raise Refused("PROJECT_NOT_YOURS", "慈善项目由民政局登记，请联系民政局。")
    if seat_of(command.organisation) is not Seat.SOCIAL_ORGANISATION:
        raise Refused("PROJECT_ORGANISATION", "慈善项目由社会组织承办，请核对承办单位。")
    if command.until < command.since:
        raise Refused("PROJECT_BACKWARDS", "项目结束日期早于开始日期，请核对日期。")
    stated = command.model_dump(exclude={"project_id"})
    return [CharityProjectRecorded(**stated, told_to=command.organisation)]


def _give(state: Gift, command: RecordCharityGift, given: Given) -> list[Event]:
    charity = seat_of(given.actor.organisation) is Seat.SOCIAL_ORGANISATION
    if not charity or not (given.tasks or given.correction):
        raise Refused(
            "GIFT_NOT_YOURS", "没有可由本单位登记帮扶的儿童，请先签收街镇或民政局的转介单。"
        )
    given.not_in_future(command.given_on, "GIFT_IN_FUTURE", "帮扶日期")
    stated = command.model_dump(exclude={"gift_id", "yuan"})
    return [CharityGiven(**stated, yuan=None if command.yuan is None else str(command.yuan))]


CHARITY_PROJECT: Stream[Project] = Stream(
    name="charity_project",
    initial=Project(),
    decide={RecordCharityProject: _project},
    evolve={CharityProjectRecorded: lambda state, event: Project(event.organisation)},
    locate=lambda command, load: command.project_id,
    title="慈善项目",
    by_itself=True,
)

CHARITY_GIFT: Stream[Gift] = Stream(
    name="charity_gift",
    initial=Gift(),
    decide={RecordCharityGift: _give},
    evolve={CharityGiven: lambda state, event: Gift(event.ends)},
    locate=lambda command, load: command.gift_id,
    title="慈善帮扶",
)
